import type { SparsityPattern } from '../pattern.ts'
import { type ColorGroups, membersOf } from './groups.ts'

/** Columns computed forwards and rows computed backwards that together give every entry of a pattern directly. */
export interface Recovery {
  columns: ColorGroups
  rows: ColorGroups
  /** For each entry of the pattern 1 if the pass of its row gives it, 0 if that of its column. */
  byRow: Uint8Array
}

/**
 * Which passes are needed, where columns and rows are colored such that in each entry's row its column, or in its column its
 * row, stands alone with its color: the fewest colors from which every entry can be read. An entry that one side gives alone
 * decides for that side's color; of those that both give, each asks for one of two colors, which is a covering of a bipartite
 * graph by vertices, found with a largest matching (König 1931).
 *
 * Source: A. Montoison, G. Dalle and A. Gebremedhin, Revisiting sparse matrix coloring and bicoloring, 2025, section 5, which
 * removes colors greedily.
 */
export function dropUseless(pattern: SparsityPattern, transposed: SparsityPattern, columns: ColorGroups, rows: ColorGroups): Recovery {
  const { rowPointers, columnIndices } = pattern
  const columnAlone = standsAlone(pattern, columns)
  const rowAlone = atEntriesOf(pattern, transposed, standsAlone(transposed, rows))
  const needed = { columns: new Uint8Array(columns.count), rows: new Uint8Array(rows.count) }
  const eachEntry = (visit: (k: number, column: number, row: number) => void) => {
    for (let i = 0; i < pattern.rows; i++) {
      for (let k = rowPointers[i] as number; k < (rowPointers[i + 1] as number); k++) {
        visit(k, columns.colors[columnIndices[k] as number] as number, rows.colors[i] as number)
      }
    }
  }
  eachEntry((k, column, row) => {
    if (columnAlone[k] === 0) needed.rows[row] = 1
    else if (rowAlone[k] === 0) needed.columns[column] = 1
  })
  const choices = new Map<number, Set<number>>()
  eachEntry((k, column, row) => {
    if (columnAlone[k] === 0 || rowAlone[k] === 0 || needed.columns[column] === 1 || needed.rows[row] === 1) return
    const others = choices.get(column) ?? new Set()
    choices.set(column, others.add(row))
  })
  const cover = coverOf(choices)
  for (const column of cover.left) needed.columns[column] = 1
  for (const row of cover.right) needed.rows[row] = 1
  const byRow = new Uint8Array(pattern.nonzeros)
  eachEntry((k, column) => {
    byRow[k] = columnAlone[k] === 1 && needed.columns[column] === 1 ? 0 : 1
  })
  return { columns: onlyNeeded(columns, needed.columns), rows: onlyNeeded(rows, needed.rows), byRow }
}

/** The same entries from perhaps fewer passes, now that it is known which pass gives which: both sides colored anew. */
export function colorAnew(pattern: SparsityPattern, transposed: SparsityPattern, { columns, rows, byRow }: Recovery): Recovery {
  const byColumn = atEntriesOf(transposed, pattern, byRow).map(each => 1 - each)
  return { columns: colorSide(pattern, transposed, columns, byRow), rows: colorSide(transposed, pattern, rows, byColumn), byRow }
}

/**
 * Columns colored anew, where it is known which entries their passes have to give: those with 0 in `elsewhere`. Two columns
 * differ if they share a row in which one of them gives its entry. Class after class of the old colors, so that there are never
 * more of them.
 *
 * Source: J. C. Culberson, Iterated greedy graph coloring and the difficulty landscape, 1992.
 */
function colorSide(pattern: SparsityPattern, transposed: SparsityPattern, { colors, count }: ColorGroups, elsewhere: Uint8Array): ColorGroups {
  const { rowPointers, columnIndices } = pattern
  const places = placesOfTransposed(pattern, transposed)
  const { members } = membersOf({ colors, count })
  const found = new Int32Array(colors.length).fill(-1)
  const forbidden = new Int32Array(count + 1).fill(-1)
  let used = 0
  for (let m = members.length - 1; m >= 0; m--) {
    const column = members[m] as number
    for (let r = transposed.rowPointers[column] as number; r < (transposed.rowPointers[column + 1] as number); r++) {
      const row = transposed.columnIndices[r] as number
      const gives = elsewhere[places[r] as number] === 0
      for (let k = rowPointers[row] as number; k < (rowPointers[row + 1] as number); k++) {
        const color = found[columnIndices[k] as number] as number
        if (color >= 0 && (gives || elsewhere[k] === 0)) forbidden[color] = column
      }
    }
    let color = 0
    while (forbidden[color] === column) color++
    found[column] = color
    used = Math.max(used, color + 1)
  }
  return { colors: found, count: used }
}

/** For each entry of a pattern 1 if no other column of its row has its column's color. */
export function standsAlone({ rows, rowPointers, columnIndices }: SparsityPattern, { colors, count }: ColorGroups): Uint8Array {
  const alone = new Uint8Array(columnIndices.length)
  const seen = new Int32Array(count)
  for (let i = 0; i < rows; i++) {
    const [from, to] = [rowPointers[i] as number, rowPointers[i + 1] as number]
    for (let k = from; k < to; k++) seen[colors[columnIndices[k] as number] as number] = 0
    for (let k = from; k < to; k++) {
      const color = colors[columnIndices[k] as number] as number
      seen[color] = (seen[color] as number) + 1
    }
    for (let k = from; k < to; k++) alone[k] = seen[colors[columnIndices[k] as number] as number] === 1 ? 1 : 0
  }
  return alone
}

/** What belongs to the entries of the transposed pattern, in the order of the pattern. */
function atEntriesOf(pattern: SparsityPattern, transposed: SparsityPattern, values: Uint8Array): Uint8Array {
  return Uint8Array.from(placesOfTransposed(transposed, pattern), at => values[at] as number)
}

/** For each entry of the transposed pattern its place in the pattern. */
function placesOfTransposed({ rowPointers }: SparsityPattern, transposed: SparsityPattern): Int32Array {
  // Column after column, the entries of a row come in their order there.
  const next = rowPointers.slice()
  return transposed.columnIndices.map(row => {
    const at = next[row] as number
    next[row] = at + 1
    return at
  })
}

/** The groups that are needed, numbered anew. */
export function onlyNeeded({ colors }: ColorGroups, needed: Uint8Array): ColorGroups {
  const numbers = new Int32Array(needed.length).fill(-1)
  let count = 0
  needed.forEach((each, color) => {
    if (each === 1) numbers[color] = count++
  })
  return { colors: colors.map(color => (color < 0 ? -1 : (numbers[color] as number))), count }
}

/** The fewest vertices of a bipartite graph that touch every edge. */
export function coverOf(edges: ReadonlyMap<number, ReadonlySet<number>>): { left: number[]; right: number[] } {
  const { partnerOfLeft, partnerOfRight } = largestMatching(edges)
  // What alternating paths from left vertices without a partner reach: the cover is the left that is not reached, and the right that is.
  const reachedLeft = new Set<number>()
  const reachedRight = new Set<number>()
  const open = [...edges.keys()].filter(left => !partnerOfLeft.has(left))
  for (const left of open) reachedLeft.add(left)
  for (let left = open.pop(); left !== undefined; left = open.pop()) {
    for (const right of edges.get(left) as ReadonlySet<number>) {
      reachedRight.add(right)
      const next = partnerOfRight.get(right)
      if (next === undefined || reachedLeft.has(next)) continue
      reachedLeft.add(next)
      open.push(next)
    }
  }
  return { left: [...edges.keys()].filter(left => !reachedLeft.has(left)), right: [...reachedRight] }
}

/** A largest matching, by augmenting paths. */
function largestMatching(edges: ReadonlyMap<number, ReadonlySet<number>>) {
  const partnerOfLeft = new Map<number, number>()
  const partnerOfRight = new Map<number, number>()
  for (const root of edges.keys()) {
    // Breadth first from a left vertex without a partner; `from` remembers by which left vertex a right one was reached.
    const from = new Map<number, number>()
    const open = [root]
    search: for (let at = 0; at < open.length; at++) {
      const left = open[at] as number
      for (const right of edges.get(left) as ReadonlySet<number>) {
        if (from.has(right)) continue
        from.set(right, left)
        const next = partnerOfRight.get(right)
        if (next !== undefined) {
          open.push(next)
          continue
        }
        for (let end: number | undefined = right; end !== undefined; ) {
          const owner = from.get(end) as number
          const before = partnerOfLeft.get(owner)
          partnerOfLeft.set(owner, end)
          partnerOfRight.set(end, owner)
          end = owner === root ? undefined : before
        }
        break search
      }
    }
  }
  return { partnerOfLeft, partnerOfRight }
}
