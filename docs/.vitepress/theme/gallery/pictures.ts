import type { PageName } from './pages.ts'

const line = (kind: string, d: string) => `<path class="figure-line ${kind}" d="${d}"/>`
const dots = (points: readonly (readonly [number, number])[], r = 2.5) =>
  points.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="${r}" fill="var(--figure-ink)"/>`).join('')
const along = (f: (t: number) => readonly [number, number], count = 60) =>
  Array.from({ length: count + 1 }, (_, i) => f(i / count))
    .map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`)
    .join('')
const bell = (t: number, width = 0.14) => Math.exp(-0.5 * ((t - 0.5) / width) ** 2)
const arm = [
  [60, 100],
  [95, 60],
  [140, 48],
  [178, 70],
] as const

/** A small drawing of what each page is about, 240 × 130. */
export const PICTURES: Record<PageName, string> = {
  'curve-fit': `<path d="${along(t => [20 + 200 * t, 108 - 80 * bell(t, 0.15)])}${along(t => [220 - 200 * t, 118 - 80 * bell(t, 0.13)]).replace('M', 'L')}Z" fill="var(--figure-value-soft)"/>${line(
    'value',
    along(t => [20 + 200 * t, 113 - 80 * bell(t)]),
  )}${dots([0.1, 0.25, 0.35, 0.42, 0.5, 0.57, 0.66, 0.78, 0.92].map((t, i) => [20 + 200 * t, 113 - 80 * bell(t) + [3, -4, 5, -3, 4, -5, 3, 2, -3][i]!]))}`,
  epidemic: `${line(
    'value',
    along(t => [20 + 200 * t, 115 - 85 * bell(t, 0.16) * (1 + 0.3 * (t - 0.5))]),
  )}${line(
    'tangent thin',
    along(t => [20 + 200 * t, 70 - 220 * (t - 0.55) * -0.25 * bell(t, 0.17)]),
  )}${dots([0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8].map((t, i) => [20 + 200 * t, 115 - 85 * bell(t, 0.16) * (1 + 0.3 * (t - 0.5)) + [2, -3, 4, -4, 5, -3, 2][i]!]))}`,
  'robot-arm': `<polyline points="${arm.map(p => p.join()).join(' ')}" fill="none" stroke="var(--figure-ink)" stroke-width="7" stroke-linecap="round" stroke-linejoin="round" opacity="0.75"/>${line('tangent', 'M178 70L198 38M178 70L192 46M178 70L186 62')}<circle cx="178" cy="70" r="8" fill="var(--figure-value)"/>${arm
    .slice(0, 3)
    .map(([x, y]) => `<circle cx="${x}" cy="${y}" r="5" fill="var(--figure-ground)" stroke="var(--figure-ink)" stroke-width="2"/>`)
    .join('')}`,
  pendulum: `${Array.from({ length: 12 }, (_, i) => {
    const angle = 3.14 * (i / 11) ** 1.6
    return `<path d="M120 66L${(120 + 48 * Math.sin(angle)).toFixed(1)} ${(66 + 48 * Math.cos(angle)).toFixed(1)}" stroke="var(--figure-value)" stroke-width="2" opacity="${(0.15 + 0.05 * i).toFixed(2)}"/>`
  }).join(
    '',
  )}<path d="M120 66V18" stroke="var(--figure-ink)" stroke-width="4" stroke-linecap="round"/><circle cx="120" cy="18" r="8" fill="var(--figure-value)"/>`,
}
