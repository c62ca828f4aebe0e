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
  'bundle-adjustment': `${line('value', 'M86 48L132 44L154 58V98L108 104L86 86ZM86 48L108 62L154 58M108 62V104M86 48L104 26L150 22L132 44M104 26L108 62M150 22L154 58')}${line('tangent thin', 'M24 96L48 78V100ZM120 124L108 108H134ZM214 92L190 76V98Z')}`,
  digits: `<g fill="var(--figure-ink)">${['0111100', '1100110', '0000110', '0001100', '0011000', '0110000', '1111110']
    .flatMap((row, y) => [...row].map((each, x) => (each === '1' ? `<rect x="${30 + 12 * x}" y="${24 + 12 * y}" width="11" height="11"/>` : '')))
    .join(
      '',
    )}</g>${[6, 10, 74, 18, 4, 8].map((width, i) => `<rect x="136" y="${26 + 14 * i}" width="${width}" height="9" rx="2" fill="var(--figure-value)"/>`).join('')}`,
  'black-scholes': Array.from({ length: 9 }, (_, k) => {
    const depth = k / 8
    return line(
      k === 8 ? 'value' : 'value thin',
      along(t => [20 + 30 * (1 - depth) + 170 * t, 42 + 66 * depth - (20 + 55 * depth) * bell(t, 0.28 - 0.19 * depth)], 40),
    ).replace('/>', ` opacity="${0.35 + 0.65 * depth}"/>`)
  }).join(''),
  'gaussian-process': `<path d="${along(t => [20 + 200 * t, 66 - 26 * Math.sin(5 * t) - 8 - 34 * Math.max(0, t - 0.7) * 3 * 0.4])}${along(t => [220 - 200 * t, 66 - 26 * Math.sin(5 * (1 - t)) + 8 + 34 * Math.max(0, 0.3 - t) * 3 * 0.4]).replace('M', 'L')}Z" fill="var(--figure-value-soft)"/>${line(
    'value',
    along(t => [20 + 200 * t, 66 - 26 * Math.sin(5 * t)]),
  )}${dots([0.05, 0.14, 0.22, 0.3, 0.42, 0.5, 0.58, 0.66].map((t, i) => [20 + 200 * t, 66 - 26 * Math.sin(5 * t) + [4, -3, 5, -5, 3, -4, 4, -2][i]!]))}`,
  'kalman-filter': `${line('value', 'M20 44L40 40L60 50L80 42L100 52L112 66L130 78L150 84L170 80L190 86L220 82')}${line('adjoint', 'M20 46L60 46L95 50L112 74L130 82L170 82L220 84')}${dots(
    [
      [26, 34],
      [38, 52],
      [52, 38],
      [66, 56],
      [82, 34],
      [98, 60],
      [110, 96],
      [126, 70],
      [142, 98],
      [158, 74],
      [176, 90],
      [192, 72],
      [210, 92],
    ],
  )}`,
  truss: `<path d="M30 20V112" stroke="var(--figure-axis)" stroke-width="5"/><g stroke="var(--figure-value)" stroke-linecap="round"><path d="M30 32H118" stroke-width="9"/><path d="M30 100L118 32" stroke-width="7"/></g><g stroke="var(--figure-tangent)" stroke-linecap="round"><path d="M30 100H118" stroke-width="8"/><path d="M118 100H206" stroke-width="6"/><path d="M30 32L118 100" stroke-width="5"/></g><g stroke="var(--figure-value)" fill="none"><path d="M118 32L206 100" stroke-width="7"/><path d="M118 32V100M118 32H206V100M206 32L118 100" stroke-width="1.5"/></g>`,
  diagram: `<g fill="var(--figure-value-soft)" stroke="var(--figure-value)" stroke-width="1.5"><circle cx="92" cy="66" r="54"/><circle cx="70" cy="52" r="22"/><circle cx="78" cy="92" r="20"/><circle cx="116" cy="70" r="24"/><circle cx="192" cy="80" r="30"/></g>`,
  chemistry: `${line(
    'value',
    along(t => [20 + 200 * t, 30 + 75 / (1 + Math.exp(14 * (t - 0.35)))]),
  )}${line(
    'tangent',
    along(t => [20 + 200 * t, 105 - 80 * bell(t + 0.12, 0.1)]),
  )}${line(
    'adjoint',
    along(t => [20 + 200 * t, 100 - 55 / (1 + Math.exp(-18 * (t - 0.7)))]),
  )}`,
}
