import type { Random } from './random.ts'

export type Nested = number | Nested[]

const MIN = Number.MIN_VALUE

/** Values at which rules go wrong: zeros of both signs, kinks, poles, bounds of domains, and both ends of the range. */
export const SPECIAL: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2,
  -2,
  3,
  -3,
  0.75,
  -7.25,
  12.5,
  40,
  -40,
  700,
  -700,
  -745,
  709.5,
  1e-8,
  -1e-8,
  1e8,
  -1e8,
  1e-160,
  -1e-160,
  1e-200,
  1e200,
  -1e200,
  1e-308,
  MIN,
  -MIN,
  Number.MAX_VALUE,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  1 + Number.EPSILON,
  1 - Number.EPSILON / 2,
  Math.PI / 2,
  Math.PI,
  1 / 3,
]

/** The same nesting with other numbers. */
export function refilled(tree: Nested, entry: (old: number, position: number) => number): Nested {
  let position = 0
  const walk = (each: Nested): Nested => (Array.isArray(each) ? each.map(walk) : entry(each, position++))
  return walk(tree)
}

/** The shape of nested arrays; undefined where they are not regular. */
export function shapeOfNested(tree: Nested): number[] | undefined {
  if (!Array.isArray(tree)) return []
  if (tree.length === 0) return [0]
  const shapes = tree.map(shapeOfNested)
  const [first] = shapes
  return first === undefined || shapes.some(each => each?.join() !== first.join()) ? undefined : [tree.length, ...first]
}

/** The nesting as matrices in its last two axes: what a function makes of each, where it has any. */
function perMatrix(tree: Nested, change: (rows: number[][]) => number[][]): Nested {
  const shape = shapeOfNested(tree)
  if (shape === undefined || shape.length < 2) return tree
  return shape.length === 2 ? change(tree as number[][]) : (tree as Nested[]).map(each => perMatrix(each, change))
}

const normal = (random: Random) => random.between(-1.5, 1.5)

type Fill = (tree: Nested, random: Random) => Nested

/** One entry of another kind among ordinary ones. */
const withOne =
  (value: number): Fill =>
  (tree, random) => {
    let size = 0
    refilled(tree, () => size++)
    const place = Math.floor(random.next() * size)
    return refilled(tree, (_, position) => (position === place ? value : normal(random)))
  }

/** What entries of an array can be. */
export const FILLS = {
  normal: (tree, random) => refilled(tree, () => normal(random)),
  positive: (tree, random) => refilled(tree, () => random.between(0.1, 0.9)),
  near: (tree, random) => refilled(tree, old => old * random.between(0.75, 1)),
  gram: (tree, random) =>
    perMatrix(
      refilled(tree, () => normal(random)),
      rows => rows.map((row, i) => row.map((_, j) => dot(rows[i] as number[], rows[j] ?? []) + (i === j ? 0.5 : 0))),
    ),
  symmetric: (tree, random) =>
    perMatrix(
      refilled(tree, () => normal(random)),
      rows => rows.map((row, i) => row.map((each, j) => (j < i ? (rows[j]?.[i] ?? each) : each))),
    ),
  equal: (tree, random) => {
    const value = normal(random)
    return refilled(tree, () => value)
  },
  zeros: tree => refilled(tree, () => 0),
  negativeZeros: tree => refilled(tree, () => -0),
  ties: (tree, random) => refilled(tree, () => random.pick([1, 2])),
  identity: tree =>
    perMatrix(
      refilled(tree, () => 0),
      rows => rows.map((row, i) => row.map((_, j) => (i === j ? 2 : 0))),
    ),
  rankOne: (tree, random) =>
    perMatrix(
      refilled(tree, () => normal(random)),
      rows => rows.map((row, i) => row.map((_, j) => (i + 1) * (rows[0]?.[j] ?? 0))),
    ),
  zeroRow: (tree, random) =>
    perMatrix(
      refilled(tree, () => normal(random)),
      rows => rows.map((row, i) => (i === 0 ? row.map(() => 0) : row)),
    ),
  huge: (tree, random) => refilled(tree, () => normal(random) * 1e200),
  tiny: (tree, random) => refilled(tree, () => normal(random) * 1e-200),
  graded: (tree, random) => refilled(tree, (_, position) => normal(random) * 10 ** (-3 * (position % 4))),
  // With thirteen digits.
  denormal: (tree, random) => refilled(tree, () => normal(random) * 1e-310),
  // With none: half of each may be lost in rounding, so that no derivative is known.
  least: (tree, random) => refilled(tree, () => random.pick([MIN, -MIN, 3 * MIN])),
  oneNan: withOne(Number.NaN),
  oneInfinity: withOne(Number.POSITIVE_INFINITY),
  oneMinusInfinity: withOne(Number.NEGATIVE_INFINITY),
  oneZero: withOne(0),
} satisfies { [name: string]: Fill }

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, each, i) => sum + each * (b[i] ?? 0), 0)
}
