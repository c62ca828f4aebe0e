import { minimize } from 'dualtape/solve'

/*
 * A diagram is what makes an energy least in which each rule has a term that is 0 where it
 * holds: the way of Penrose (Ye and others, ACM Transactions on Graphics 39, 2020).
 */

export type Circle = { x: number; y: number; radius: number }
export type Rule = { kind: 'contains' | 'disjoint' | 'overlaps'; a: string; b: string }
export type Layout = Record<string, Circle>

const GAP = 8
export const [WIDTH, HEIGHT] = [480, 360]

/** Reads lines such as “animals contains cats”. */
export function readRules(text: string): { names: string[]; rules: Rule[]; faults: string[] } {
  const [rules, faults]: [Rule[], string[]] = [[], []]
  for (const line of text.split('\n').map(each => each.trim())) {
    if (line === '') continue
    const [, a, kind, b] = /^(\S+)\s+(contains|disjoint|overlaps)\s+(\S+)$/.exec(line) ?? []
    if (a === undefined || a === b) faults.push(line)
    else rules.push({ kind: kind as Rule['kind'], a, b: b! })
  }
  return { names: [...new Set(rules.flatMap(({ a, b }) => [a, b]))], rules, faults }
}

/** By how much a rule is broken, in pixels; 0 where it holds. */
export function broken({ kind }: Rule, a: Circle, b: Circle): number {
  'use ad'
  const distance = Math.sqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2 + 1e-9)
  // Room for the name at the top of the circle around.
  if (kind === 'contains') return Math.max(0, distance + b.radius + 2.5 * GAP - a.radius)
  if (kind === 'disjoint') return Math.max(0, a.radius + b.radius + GAP - distance)
  const most = a.radius + b.radius - 2 * GAP
  const least = Math.abs(a.radius - b.radius) + 2 * GAP
  return Math.max(0, distance - most) + Math.max(0, least - distance)
}

/**
 * Rules weigh most; then circles stay in the picture, are large enough for their names, and no
 * larger than it takes.
 */
export function energy(layout: Layout, rules: readonly Rule[]): number {
  'use ad'
  let sum = 0
  for (const rule of rules) sum += 10 * broken(rule, layout[rule.a]!, layout[rule.b]!) ** 2
  for (const [name, { x, y, radius }] of Object.entries(layout)) {
    const outside =
      Math.max(0, radius - x) +
      Math.max(0, x + radius - WIDTH) +
      Math.max(0, radius - y) +
      Math.max(0, y + radius - HEIGHT)
    sum +=
      10 * outside ** 2 +
      10 * Math.max(0, roomFor(name) - radius) ** 2 +
      0.001 * (radius - roomFor(name)) ** 2
  }
  return sum
}

/** The radius that a name needs. */
export const roomFor = (name: string): number => 18 + 4.8 * name.length

/**
 * The best layout from a start, and on request all layouts on the way; a circle that is held
 * stays where it is.
 */
export function layOut(start: Layout, rules: readonly Rule[], held?: string) {
  const fixed = held === undefined ? {} : { [held]: start[held]! }
  const { [held ?? '']: _, ...free } = start
  const found = minimize((layout: Layout) => energy({ ...layout, ...fixed }, rules), free, {
    method: 'lbfgs',
    tolerance: 1e-5,
    maxIterations: 400,
    history: true,
  })
  return { ...found, x: { ...found.x, ...fixed } as Layout }
}

/** Circles on a spiral, to begin with. */
export function begin(names: readonly string[], seed = 0): Layout {
  return Object.fromEntries(
    names.map((name, i): [string, Circle] => {
      const angle = 2.4 * (i + 1) + seed
      const away = 25 * Math.sqrt(i + 0.5)
      return [
        name,
        {
          x: WIDTH / 2 + away * Math.cos(angle),
          y: HEIGHT / 2 + away * Math.sin(angle),
          radius: roomFor(name) + 20,
        },
      ]
    }),
  )
}
