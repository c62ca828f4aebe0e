import type { SparsityPattern } from '../pattern.ts'
import type { ColorGroups } from './groups.ts'

/** More coefficients than this are not tried, no more colorings are looked at as a whole, and rows of grids are not longer. */
const MOST_COEFFICIENTS = 1 << 12
const MOST_COLORINGS = 8
const LONGEST_ROW = 64

/** What the search most often costs at most, where looking at a coloring as a whole takes so many visits of each entry. */
export const effortOfLattice = ({ nonzeros }: SparsityPattern, visits: number): number => 16 * MOST_COEFFICIENTS + 4 * visits * nonzeros

/**
 * A coloring as of a grid with fewer than `below` colors, and `from` at least: that of vertex i is
 *
 *   i + a ⌊i / s⌋ + b ⌊i / t⌋ mod k,
 *
 * where s and t are the lengths of the grid's lines and planes, as the longest row shows them. Tried are the coefficients with which in that
 * row neighbours of its vertex have other colors than this, and with `apart` all columns different ones; `valid` looks at the whole. On a grid of
 * dimension d with 2d neighbours 2d + 1 colors keep all columns of a row apart, and d + 1 let no cycle have two, which greedy colorings
 * do not find.
 *
 * Source: G. Fertin, E. Godard and A. Raspaud, Acyclic and k-distance coloring of the grid, Information Processing Letters 87 (2003).
 */
export function colorLattice(
  pattern: SparsityPattern,
  { from, below, apart }: { from: number; below: number; apart: boolean },
  valid: (coloring: ColorGroups) => boolean,
): ColorGroups | undefined {
  const row = longestRowOf(pattern)
  const columns = [...pattern.row(row)]
  const strides = columns.length > LONGEST_ROW ? undefined : stridesOf(columns, row)
  if (strides === undefined) return undefined
  const pairs = columns.flatMap((i, at) => columns.slice(0, at).flatMap(j => (apart || i === row || j === row ? [[i, j] as const] : [])))
  const [s = pattern.columns, t = pattern.columns] = strides
  let [tried, looked] = [0, 0]
  for (let k = Math.max(2, from); k < below; k++) {
    for (let code = 0; code < k ** strides.length; code++) {
      const [a, b] = [code % k, Math.floor(code / k)]
      const colorOf = (i: number) => (i + a * Math.floor(i / s) + b * Math.floor(i / t)) % k
      if (++tried > MOST_COEFFICIENTS) return undefined
      if (pairs.some(([i, j]) => colorOf(i) === colorOf(j))) continue
      if (++looked > MOST_COLORINGS) return undefined
      const coloring = { colors: Int32Array.from({ length: pattern.columns }, (_, i) => colorOf(i)), count: k }
      if (valid(coloring)) return coloring
    }
  }
  return undefined
}

/** Of the longest rows the one in the middle: on the sides of a grid rows are shorter. */
function longestRowOf({ rows, rowPointers }: SparsityPattern): number {
  const lengths = Int32Array.from({ length: rows }, (_, i) => (rowPointers[i + 1] as number) - (rowPointers[i] as number))
  const longest = lengths.reduce((most, each) => Math.max(most, each), 0)
  const all = Array.from(lengths.keys()).filter(i => lengths[i] === longest)
  return all[all.length >> 1] ?? 0
}

/** The strides beyond 1 that a row's offsets show, at most two: the middle of each cluster of offsets that is far from those below. */
function stridesOf(columns: readonly number[], row: number): number[] | undefined {
  const offsets = [...new Set(columns.map(column => Math.abs(column - row)))].filter(offset => offset > 0).sort((x, y) => x - y)
  const clusters: number[][] = []
  for (const offset of offsets) {
    const last = clusters.at(-1)
    if (last === undefined || offset > 2 * (last.at(-1) as number)) clusters.push([offset])
    else last.push(offset)
  }
  const strides = clusters.map(cluster => cluster[(cluster.length - 1) >> 1] as number).filter(stride => stride > 1)
  return strides.length <= 2 ? strides : undefined
}
