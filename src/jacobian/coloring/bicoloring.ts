import type { SparsityPattern } from '../pattern.ts'
import type { Adjacency } from './adjacency.ts'
import type { ColorGroups } from './groups.ts'
import { dynamicLargestFirst, incidenceDegree, largestFirst, natural, smallestLast } from './orders.ts'
import { colorAnew, dropUseless, type Recovery } from './recovery.ts'
import { starEarly, starLate } from './star.ts'
import { coloringsOf, type Trial } from './trials.ts'

const TRIALS: readonly Trial[] = [
  { order: largestFirst, color: starEarly },
  { order: natural, color: starLate },
  { order: dynamicLargestFirst, color: starEarly },
  { order: natural, color: starEarly },
  { order: smallestLast, second: true, color: starLate },
  { order: incidenceDegree, second: true, color: starLate },
  { order: smallestLast, color: starLate },
]

/**
 * Columns by forward mode and rows by reverse mode: a star coloring of the bipartite graph of columns and rows, whose edges are
 * the entries, and of its colors those that are needed. Several orders are tried as far as the effort allows that is
 * worth coming below the passes known; undefined where it allows none and none is `needed`.
 *
 * Sources: T. F. Coleman and A. Verma, The efficient computation of sparse Jacobian matrices using automatic differentiation,
 * SIAM J. Sci. Comput. 19 (1998); A. Montoison, G. Dalle and A. Gebremedhin, Revisiting sparse matrix coloring and bicoloring,
 * 2025, for coloring one graph in place of two.
 */
export function bicolor(
  pattern: SparsityPattern,
  transposed: SparsityPattern,
  known: number,
  effortFor: (known: number) => number,
  needed: boolean,
): Recovery | undefined {
  let best: Recovery | undefined
  const passes = () => (best === undefined ? known : Math.min(known, passesOf(best)))
  for (const coloring of coloringsOf(bipartiteGraph(pattern, transposed), TRIALS, () => effortFor(passes()), needed)) {
    const groups = splitColors(coloring, pattern.columns)
    const recovery = dropUseless(pattern, transposed, groups.columns, groups.rows)
    if (best === undefined || passesOf(recovery) < passesOf(best)) best = recovery
    if (passesOf(best) <= NEAR * leastPasses(pattern)) break
  }
  return best && colorAnew(pattern, transposed, best)
}

/** A bicoloring that takes hardly more passes than any can is not looked beyond. */
const NEAR = 1.15

/**
 * No bicoloring takes fewer: a pass gives at most one entry for each column, or for each row, of the matrix and of all that is left when
 * its shortest rows, or its shortest columns, are taken away.
 */
export function leastPasses({ rows, columns, rowPointers, columnIndices }: SparsityPattern): number {
  const inColumns = new Int32Array(columns)
  for (const j of columnIndices) inColumns[j] = (inColumns[j] as number) + 1
  const inRows = Int32Array.from({ length: rows }, (_, i) => (rowPointers[i + 1] as number) - (rowPointers[i] as number))
  const least = (lengths: Int32Array, others: number): number => {
    let [entries, most] = [0, 0]
    lengths
      .sort()
      .reverse()
      .forEach((length, k) => {
        entries += length
        most = Math.max(most, entries / Math.max(k + 1, others))
      })
    return most
  }
  return Math.ceil(Math.max(least(inRows, columns), least(inColumns, rows)))
}

export function passesOf({ columns, rows }: Recovery): number {
  return columns.count + rows.count
}

/** Columns first, then rows; a column and a row are neighbours where they have an entry. */
function bipartiteGraph(pattern: SparsityPattern, transposed: SparsityPattern): Adjacency {
  const { rows, columns, nonzeros } = pattern
  const pointers = new Int32Array(columns + rows + 1)
  pointers.set(transposed.rowPointers)
  for (let i = 0; i <= rows; i++) pointers[columns + i] = nonzeros + (pattern.rowPointers[i] as number)
  const neighbours = new Int32Array(2 * nonzeros)
  for (let k = 0; k < nonzeros; k++) {
    neighbours[k] = columns + (transposed.columnIndices[k] as number)
    neighbours[nonzeros + k] = pattern.columnIndices[k] as number
  }
  return { pointers, neighbours }
}

/** One coloring of columns and rows as two, each with its own numbers: a pass goes in one direction. */
function splitColors({ colors, count }: ColorGroups, columns: number): { columns: ColorGroups; rows: ColorGroups } {
  const part = (from: number, to: number): ColorGroups => {
    const numbers = new Int32Array(count).fill(-1)
    let used = 0
    const own = colors.slice(from, to).map(color => {
      if (numbers[color] === -1) numbers[color] = used++
      return numbers[color] as number
    })
    return { colors: own, count: used }
  }
  return { columns: part(0, columns), rows: part(columns, colors.length) }
}
