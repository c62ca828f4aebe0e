import { SparsityPattern } from '../src/index.ts'

/*
 * Patterns of matrices that are known from the literature, and the numbers of colors that others report for them: what
 * colorings are tested and measured on.
 */

/** Numbers of groups: of columns, of rows, of both together; of a symmetric matrix by star and by acyclic coloring. */
export interface Counts {
  columns: number
  rows: number
  both: number
  star?: number
  acyclic?: number
}

/** A pattern, and what ColPack finds for it: the best of its orders, and of its four bicolorings. */
export interface KnownMatrix {
  name: string
  pattern: () => SparsityPattern
  colpack: Counts
}

/** Points of a grid with given sides, the first running fastest, each beside those at the given offsets. */
function stencil(sides: readonly number[], offsets: readonly (readonly number[])[]): SparsityPattern {
  const size = sides.reduce((product, side) => product * side, 1)
  const rows = Array.from({ length: size }, (_, point) => {
    const place: number[] = []
    let rest = point
    for (const side of sides) {
      place.push(rest % side)
      rest = Math.floor(rest / side)
    }
    const others = offsets.map(offset => place.map((each, axis) => each + (offset[axis] as number)))
    const inside = others.filter(other => other.every((each, axis) => each >= 0 && each < (sides[axis] as number)))
    return inside.map(other => other.reduceRight((number, each, axis) => number * (sides[axis] as number) + each, 0))
  })
  return SparsityPattern.fromRows(rows, size)
}

/** A point and its neighbours along the axes. */
const cross = (axes: number) => [
  new Array<number>(axes).fill(0),
  ...Array.from({ length: 2 * axes }, (_, k) => Array.from({ length: axes }, (_, axis) => (axis === k >> 1 ? 1 - 2 * (k & 1) : 0))),
]

/** A point and all its neighbours, across corners too. */
const box = (axes: number): number[][] => (axes === 0 ? [[]] : box(axes - 1).flatMap(each => [-1, 0, 1].map(step => [...each, step])))

export const fivePoint = (width: number, height: number) => stencil([width, height], cross(2))
export const ninePoint = (width: number, height: number) => stencil([width, height], box(2))
export const sevenPoint = (side: number) => stencil([side, side, side], cross(3))
export const twentySevenPoint = (side: number) => stencil([side, side, side], box(3))

/** An odd number of diagonals. */
export const band = (size: number, diagonals: number) => {
  const half = (diagonals - 1) / 2
  return stencil(
    [size],
    Array.from({ length: diagonals }, (_, k) => [k - half]),
  )
}

/** The diagonal, and some rows and columns that are dense. */
export function arrow(size: number, dense: number): SparsityPattern {
  const all = Array.from({ length: size }, (_, j) => j)
  return SparsityPattern.fromRows(
    all.map(i => (i < dense ? all : [...all.slice(0, dense), i])),
    size,
  )
}

/** Numbers in [0, 1), always the same for a seed (Marsaglia's xorshift with 32 bits, 2003). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** So many entries in each row, of which some may coincide. */
export function random(rows: number, columns: number, perRow: number, seed: number): SparsityPattern {
  const next = randomNumbers(seed)
  return SparsityPattern.fromRows(
    Array.from({ length: rows }, () => Array.from({ length: perRow }, () => Math.floor(columns * next()))),
    columns,
  )
}

/** The diagonal, and so many entries off it in a row on average, on both sides of the diagonal alike. */
export function randomSymmetric(size: number, perRow: number, seed: number): SparsityPattern {
  const next = randomNumbers(seed)
  const rows = Array.from({ length: size }, (_, i) => [i])
  for (let k = 0; k < (size * perRow) / 2; k++) {
    const [i, j] = [Math.floor(size * next()), Math.floor(size * next())]
    rows[i]?.push(j)
    rows[j]?.push(i)
  }
  return SparsityPattern.fromRows(rows, size)
}

const symmetric = (name: string, pattern: () => SparsityPattern, columns: number, star: number, acyclic: number, both: number): KnownMatrix => ({
  name,
  pattern,
  colpack: { columns, rows: columns, both, star, acyclic },
})
const general = (name: string, pattern: () => SparsityPattern, columns: number, rows: number, both: number): KnownMatrix => ({
  name,
  pattern,
  colpack: { columns, rows, both },
})

export const MATRICES: readonly KnownMatrix[] = [
  symmetric('tridiagonal', () => band(1000, 3), 3, 4, 2, 4),
  symmetric('5 diagonals', () => band(1000, 5), 5, 5, 3, 6),
  symmetric('11 diagonals', () => band(1000, 11), 11, 11, 6, 12),
  symmetric('21 diagonals', () => band(1000, 21), 21, 21, 11, 22),
  symmetric('5-point grid, 32 × 32', () => fivePoint(32, 32), 5, 5, 4, 8),
  symmetric('5-point grid, 37 × 53', () => fivePoint(37, 53), 6, 5, 4, 8),
  symmetric('5-point grid, 100 × 100', () => fivePoint(100, 100), 5, 5, 4, 8),
  symmetric('9-point grid, 32 × 32', () => ninePoint(32, 32), 9, 11, 6, 10),
  symmetric('9-point grid, 100 × 100', () => ninePoint(100, 100), 9, 11, 6, 10),
  symmetric('7-point grid, 10³', () => sevenPoint(10), 11, 9, 6, 13),
  symmetric('7-point grid, 20³', () => sevenPoint(20), 12, 11, 6, 13),
  symmetric('27-point grid, 10³', () => twentySevenPoint(10), 27, 30, 17, 28),
  symmetric('arrow', () => arrow(1000, 1), 1000, 4, 2, 4),
  symmetric('arrow, 5 dense', () => arrow(1000, 5), 1000, 6, 6, 12),
  symmetric('random, 4 a row', () => randomSymmetric(1000, 4, 1), 15, 10, 5, 16),
  symmetric('random, 10 a row', () => randomSymmetric(1000, 10, 1), 32, 20, 9, 35),
  symmetric('random, 20 a row', () => randomSymmetric(1000, 20, 1), 82, 43, 16, 88),
  symmetric('random, 5 a row, n = 10,000', () => randomSymmetric(10_000, 5, 1), 15, 11, 6, 19),
  general('general, 3 a row', () => random(1000, 1000, 3, 2), 6, 10, 10),
  general('general, 10 a row', () => random(1000, 1000, 10, 2), 27, 33, 30),
  general('general, 2,000 × 1,000, 5 a row', () => random(2000, 1000, 5, 2), 16, 22, 19),
  general('general, 1,000 × 2,000, 5 a row', () => random(1000, 2000, 5, 2), 8, 10, 11),
]
