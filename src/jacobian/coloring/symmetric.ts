import type { SparsityPattern } from '../pattern.ts'
import { graphOf } from './adjacency.ts'
import type { ColorGroups } from './groups.ts'
import { dynamicLargestFirst, incidenceDegree, largestFirst, natural, smallestLast, withRandomTies } from './orders.ts'
import { onlyNeeded, standsAlone } from './recovery.ts'
import { starEarly, starLate } from './star.ts'
import { coloringsOf, type Trial } from './trials.ts'

/** Columns of a symmetric matrix in groups: an entry is read in its own column's pass, or as its mirror image in its row's. */
export interface SymmetricRecovery {
  columns: ColorGroups
  /** For each entry (i, j) of the pattern 1 if it is read as (j, i). */
  mirrored: Uint8Array
}

const TRIALS: readonly Trial[] = [
  { order: largestFirst, color: starEarly },
  { order: natural, color: starLate },
  { order: dynamicLargestFirst, color: starEarly },
  { order: smallestLast, color: starLate },
  { order: incidenceDegree, color: starLate },
  { order: largestFirst, second: true, color: starEarly },
  { order: smallestLast, color: starEarly },
  ...[1, 2, 3, 4].map((seed): Trial => ({ order: withRandomTies(largestFirst, seed), second: true, color: starEarly })),
]

/**
 * A star coloring of the columns of a symmetric matrix, without the colors that no entry needs: fewer passes than by columns
 * alone. Several orders are tried as far as the visits of neighbours allow that are worth coming below the passes known;
 * undefined where they allow none.
 */
export function colorSymmetric(pattern: SparsityPattern, known: number, effortFor: (known: number) => number): SymmetricRecovery | undefined {
  let best: SymmetricRecovery | undefined
  for (const coloring of coloringsOf(graphOf(pattern), TRIALS, () => effortFor(Math.min(known, best?.columns.count ?? known)))) {
    const recovery = dropUseless(pattern, coloring)
    if (best === undefined || recovery.columns.count < best.columns.count) best = recovery
  }
  return best
}

/** A star coloring without the colors that no entry needs. */
function dropUseless(pattern: SparsityPattern, coloring: ColorGroups): SymmetricRecovery {
  const { needed, alone } = neededColors(pattern, coloring)
  return {
    columns: onlyNeeded(coloring, needed),
    mirrored: alone.map((each, k) => (each === 1 && needed[coloring.colors[pattern.columnIndices[k] as number] as number] === 1 ? 0 : 1)),
  }
}

/**
 * The colors of a star or acyclic coloring without which entries could not be recovered. Of an entry that is alone in its row
 * with its column's color the one color is enough, and so is the other if its mirror image is alone in its row; of an entry
 * inside a tree of two colors both are needed. Colors are left out as long as they can be: rare ones first, since few entries ask
 * for them.
 */
export function neededColors(pattern: SparsityPattern, { colors, count }: ColorGroups): { needed: Uint8Array; alone: Uint8Array } {
  const { rowPointers, columnIndices } = pattern
  const alone = standsAlone(pattern, { colors, count })
  const mirror = mirrorImages(pattern)
  const needed = new Uint8Array(count)
  /** For each color those that its entries can be read from as well. */
  const others = Array.from({ length: count }, () => new Set<number>())
  const sizes = new Int32Array(count)
  for (let i = 0; i < pattern.rows; i++) {
    const own = colors[i] as number
    if (rowPointers[i] !== rowPointers[i + 1]) sizes[own] = (sizes[own] as number) + 1
    for (let k = rowPointers[i] as number; k < (rowPointers[i + 1] as number); k++) {
      const other = colors[columnIndices[k] as number] as number
      if (columnIndices[k] === i || alone[mirror[k] as number] === 0) needed[other] = 1
      else if (alone[k] === 1) others[other]?.add(own)
    }
  }
  const rareFirst = Array.from({ length: count }, (_, color) => color).sort((a, b) => (sizes[a] as number) - (sizes[b] as number))
  for (const color of rareFirst) {
    if (needed[color] === 1) continue
    for (const other of others[color] as Set<number>) needed[other] = 1
  }
  return { needed, alone }
}

/** For each entry (i, j) of a symmetric pattern the place of (j, i). */
export function mirrorImages({ rowPointers, columnIndices }: SparsityPattern): Int32Array {
  const next = rowPointers.slice()
  // Row after row, the entries of column j come in the order of row j.
  return columnIndices.map(column => {
    const at = next[column] as number
    next[column] = at + 1
    return at
  })
}
