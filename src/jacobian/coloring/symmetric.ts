import type { SparsityPattern } from '../pattern.ts'
import type { ColorGroups } from './groups.ts'
import { onlyNeeded, standsAlone } from './recovery.ts'
import { type Adjacency, starColorings } from './star.ts'

/** Columns of a symmetric matrix in groups: an entry is read in its own column's pass, or as its mirror image in its row's. */
export interface SymmetricRecovery {
  columns: ColorGroups
  /** For each entry (i, j) of the pattern 1 if it is read as (j, i). */
  mirrored: Uint8Array
}

/**
 * A star coloring of the columns of a symmetric matrix, without the colors that no entry needs: fewer passes than by columns
 * alone. Several orders are tried as far as the visits of neighbours allow that are worth coming below the passes known;
 * undefined where they allow none.
 */
export function colorSymmetric(pattern: SparsityPattern, known: number, effortFor: (known: number) => number): SymmetricRecovery | undefined {
  let best: SymmetricRecovery | undefined
  for (const coloring of starColorings(graphOf(pattern), () => effortFor(Math.min(known, best?.columns.count ?? known)))) {
    const recovery = dropUseless(pattern, coloring)
    if (best === undefined || recovery.columns.count < best.columns.count) best = recovery
  }
  return best
}

/**
 * Leaves out colors as long as every entry can be read on one side of the diagonal: rare ones first, since few entries ask
 * for them.
 */
function dropUseless(pattern: SparsityPattern, { colors, count }: ColorGroups): SymmetricRecovery {
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
  return {
    columns: onlyNeeded({ colors, count }, needed),
    mirrored: alone.map((each, k) => (each === 1 && needed[colors[columnIndices[k] as number] as number] === 1 ? 0 : 1)),
  }
}

/** For each entry (i, j) of a symmetric pattern the place of (j, i). */
function mirrorImages({ rowPointers, columnIndices }: SparsityPattern): Int32Array {
  const next = rowPointers.slice()
  // Row after row, the entries of column j come in the order of row j.
  return columnIndices.map(column => {
    const at = next[column] as number
    next[column] = at + 1
    return at
  })
}

/** Two columns are neighbours where they have an entry off the diagonal. */
function graphOf({ rows, rowPointers, columnIndices }: SparsityPattern): Adjacency {
  const pointers = new Int32Array(rows + 1)
  const neighbours = new Int32Array(columnIndices.length)
  let used = 0
  for (let v = 0; v < rows; v++) {
    for (let k = rowPointers[v] as number; k < (rowPointers[v + 1] as number); k++) {
      if (columnIndices[k] !== v) neighbours[used++] = columnIndices[k] as number
    }
    pointers[v + 1] = used
  }
  return { pointers, neighbours: neighbours.slice(0, used) }
}
