import { SparsityPattern } from './pattern.ts'

/** Groups of columns (or rows) that share no row (no column), so that one pass gives all of a group. */
export interface ColorGroups {
  /** The color of each column; −1 for one that takes no part. */
  colors: Int32Array
  count: number
}

/** Beyond this many visits a better order is not looked for. */
const EFFORT = 2e7

/**
 * Partial distance-2 coloring of the columns: no two columns with a row in common have one color. Greedy, in the given
 * order, by decreasing degree (largest first), smallest last and by incidence degree; the best is kept.
 *
 * Source: A. H. Gebremedhin, F. Manne and A. Pothen, What color is your Jacobian?, SIAM Review 47 (2005), section 3.
 */
export function colorColumns(pattern: SparsityPattern, transposed: SparsityPattern, wanted?: Uint8Array): ColorGroups {
  const lowerBound = pattern.longestRow()
  if (lowerBound === pattern.columns) {
    return { colors: Int32Array.from({ length: pattern.columns }, (_, j) => j), count: pattern.columns }
  }
  const natural = Int32Array.from({ length: pattern.columns }, (_, j) => j)
  let best = greedy(pattern, transposed, natural, wanted)
  let effort = 0
  for (let i = 0; i < pattern.rows; i++) effort += ((pattern.rowPointers[i + 1] as number) - (pattern.rowPointers[i] as number)) ** 2
  if (best.count <= lowerBound || effort > EFFORT) return best
  for (const order of [largestFirst, smallestLast, incidenceDegree]) {
    const found = greedy(pattern, transposed, order(pattern, transposed), wanted)
    if (found.count < best.count) best = found
    if (best.count <= lowerBound) break
  }
  return best
}

function greedy(pattern: SparsityPattern, transposed: SparsityPattern, order: Int32Array, wanted: Uint8Array | undefined): ColorGroups {
  const colors = new Int32Array(pattern.columns).fill(-1)
  const forbidden = new Int32Array(pattern.columns + 1).fill(-1)
  let count = 0
  for (const column of order) {
    if (wanted !== undefined && wanted[column] === 0) continue
    for (let r = transposed.rowPointers[column] as number; r < (transposed.rowPointers[column + 1] as number); r++) {
      const row = transposed.columnIndices[r] as number
      for (let k = pattern.rowPointers[row] as number; k < (pattern.rowPointers[row + 1] as number); k++) {
        const color = colors[pattern.columnIndices[k] as number] as number
        if (color >= 0) forbidden[color] = column
      }
    }
    let color = 0
    while (forbidden[color] === column) color++
    colors[column] = color
    count = Math.max(count, color + 1)
  }
  return { colors, count }
}

/** The columns that share a row with one, with repetition. */
function visitNeighbours(pattern: SparsityPattern, transposed: SparsityPattern, column: number, visit: (other: number) => void): void {
  for (let r = transposed.rowPointers[column] as number; r < (transposed.rowPointers[column + 1] as number); r++) {
    const row = transposed.columnIndices[r] as number
    for (let k = pattern.rowPointers[row] as number; k < (pattern.rowPointers[row + 1] as number); k++) {
      const other = pattern.columnIndices[k] as number
      if (other !== column) visit(other)
    }
  }
}

function degrees(pattern: SparsityPattern, transposed: SparsityPattern): Int32Array {
  const mark = new Int32Array(pattern.columns).fill(-1)
  return Int32Array.from({ length: pattern.columns }, (_, column) => {
    let degree = 0
    visitNeighbours(pattern, transposed, column, other => {
      if (mark[other] === column) return
      mark[other] = column
      degree++
    })
    return degree
  })
}

function largestFirst(pattern: SparsityPattern, transposed: SparsityPattern): Int32Array {
  const degree = degrees(pattern, transposed)
  return Int32Array.from({ length: pattern.columns }, (_, j) => j).sort((a, b) => (degree[b] as number) - (degree[a] as number))
}

/** The column of least degree among those that remain goes last, again and again (Matula and Beck 1983). */
function smallestLast(pattern: SparsityPattern, transposed: SparsityPattern): Int32Array {
  const order = byDegree(pattern, transposed, degrees(pattern, transposed), -1, 'least')
  return order.reverse()
}

/** The column with most neighbours that are already ordered comes next. */
function incidenceDegree(pattern: SparsityPattern, transposed: SparsityPattern): Int32Array {
  return byDegree(pattern, transposed, new Int32Array(pattern.columns), 1, 'most')
}

/** Takes the column of least or most degree, changes the degrees of its neighbours by `change`, and goes on. */
function byDegree(pattern: SparsityPattern, transposed: SparsityPattern, degree: Int32Array, change: number, extreme: 'least' | 'most'): Int32Array {
  const n = pattern.columns
  const buckets: number[][] = []
  const put = (column: number) => {
    const d = degree[column] as number
    while (buckets.length <= d) buckets.push([])
    buckets[d]?.push(column)
  }
  for (let j = n - 1; j >= 0; j--) put(j)
  const taken = new Uint8Array(n)
  const mark = new Int32Array(n).fill(-1)
  const order = new Int32Array(n)
  let pointer = extreme === 'least' ? 0 : buckets.length - 1
  for (let i = 0; i < n; ) {
    const bucket = buckets[pointer]
    const column = bucket?.pop()
    if (column === undefined) {
      pointer += extreme === 'least' ? 1 : -1
      continue
    }
    if (taken[column] === 1 || degree[column] !== pointer) continue
    taken[column] = 1
    order[i++] = column
    visitNeighbours(pattern, transposed, column, other => {
      if (taken[other] === 1 || mark[other] === column) return
      mark[other] = column
      degree[other] = (degree[other] as number) + change
      put(other)
    })
    pointer = extreme === 'least' ? Math.max(0, pointer - 1) : Math.min(buckets.length - 1, pointer + 1)
  }
  return order
}

/** Rows computed backwards and columns computed forwards, which together give every entry. */
export interface Bicoloring {
  rows: ColorGroups
  columns: ColorGroups
  /** Which were set apart: these give all their entries, the others the rest. */
  apart: 'rows' | 'columns'
}

/**
 * Rows by reverse mode and columns by forward mode: the longest rows (or columns) are set apart, as many as pay, and the
 * rest is colored by columns (rows). Each entry is then given directly by one of the two.
 *
 * Source: T. F. Coleman and A. Verma, The efficient computation of sparse Jacobian matrices using automatic
 * differentiation, SIAM J. Sci. Comput. 19 (1998), direct covers.
 */
export function bicolor(pattern: SparsityPattern, transposed: SparsityPattern): Bicoloring | undefined {
  const first = setRowsApart(pattern)
  const second = setRowsApart(transposed)
  const candidates: Bicoloring[] = []
  if (first !== undefined) candidates.push({ rows: first.apart, columns: first.rest, apart: 'rows' })
  if (second !== undefined) candidates.push({ rows: second.rest, columns: second.apart, apart: 'columns' })
  const size = ({ rows, columns }: Bicoloring) => rows.count + columns.count
  return candidates.sort((a, b) => size(a) - size(b))[0]
}

/** The best number of longest rows to set apart: their own coloring, and that of the columns of all other rows. */
function setRowsApart(pattern: SparsityPattern): { apart: ColorGroups; rest: ColorGroups } | undefined {
  const length = (i: number) => (pattern.rowPointers[i + 1] as number) - (pattern.rowPointers[i] as number)
  const order = Array.from({ length: pattern.rows }, (_, i) => i).sort((a, b) => length(b) - length(a))
  let best: { apart: ColorGroups; rest: ColorGroups } | undefined
  for (let count = 1; count <= Math.min(64, pattern.rows - 1); count = count < 8 ? count + 1 : count * 2) {
    const next = length(order[count] as number)
    // Where the next row is as long, setting this one apart cannot have helped.
    if (next === length(order[count - 1] as number) && next > 0) continue
    if (next ** 2 * pattern.rows > 4 * EFFORT && count < 64 && next > 64) continue
    const apart = new Set(order.slice(0, count))
    const rest = onlyRows(pattern, i => !apart.has(i))
    const restTransposed = rest.transposed()
    const columns = colorColumns(rest, restTransposed, nonEmpty(restTransposed))
    // Rows set apart that share no column take one pass together.
    const wanted = new Uint8Array(pattern.rows)
    for (const row of apart) wanted[row] = 1
    const chosen = onlyRows(pattern, i => apart.has(i))
    const rows = colorColumns(chosen.transposed(), chosen, wanted)
    if (best === undefined || rows.count + columns.count < best.apart.count + best.rest.count) best = { apart: rows, rest: columns }
    if (columns.count + count > 2 * (best.apart.count + best.rest.count)) break
  }
  return best
}

/** Marks the rows of a pattern that hold an entry. */
function nonEmpty(pattern: SparsityPattern): Uint8Array {
  return Uint8Array.from({ length: pattern.rows }, (_, i) => (pattern.rowPointers[i] === pattern.rowPointers[i + 1] ? 0 : 1))
}

/** The pattern with all other rows empty. */
function onlyRows(pattern: SparsityPattern, keep: (row: number) => boolean): SparsityPattern {
  const rows = Array.from({ length: pattern.rows }, (_, i) =>
    keep(i) ? pattern.columnIndices.subarray(pattern.rowPointers[i], pattern.rowPointers[i + 1]) : [],
  )
  return SparsityPattern.fromRows(rows, pattern.columns)
}

/**
 * Star coloring of a symmetric pattern: neighbours differ, and every path on four vertices has three colors. Each entry
 * then stands alone in a column group of its row or of its column, and a Hessian takes fewer passes than by columns.
 *
 * Source: A. H. Gebremedhin, A. Tarafdar, F. Manne and A. Pothen, New acyclic and star coloring algorithms with
 * application to computing Hessians, SIAM J. Sci. Comput. 29 (2007), Algorithm 4.1. Undefined where it takes too long.
 */
export function colorStar(pattern: SparsityPattern): ColorGroups | undefined {
  const n = pattern.columns
  const colors = new Int32Array(n).fill(-1)
  const forbidden = new Int32Array(n + 1).fill(-1)
  const degree = (v: number) => (pattern.rowPointers[v + 1] as number) - (pattern.rowPointers[v] as number)
  const order = Int32Array.from({ length: n }, (_, v) => v).sort((a, b) => degree(b) - degree(a))
  let count = 0
  let steps = 0
  const neighbours = (v: number, visit: (w: number) => void) => {
    for (let k = pattern.rowPointers[v] as number; k < (pattern.rowPointers[v + 1] as number); k++) {
      const w = pattern.columnIndices[k] as number
      if (w !== v) visit(w)
    }
  }
  for (const v of order) {
    if (degree(v) === 0) continue
    neighbours(v, w => {
      if ((colors[w] as number) >= 0) forbidden[colors[w] as number] = v
      neighbours(w, x => {
        steps++
        if (x === v || (colors[x] as number) < 0 || forbidden[colors[x] as number] === v) return
        if ((colors[w] as number) < 0) {
          forbidden[colors[x] as number] = v
          return
        }
        // v – w – x – y with colors c, c(w), c, c(w) would be a path of four vertices with two colors.
        for (let k = pattern.rowPointers[x] as number; k < (pattern.rowPointers[x + 1] as number); k++) {
          const y = pattern.columnIndices[k] as number
          steps++
          if (y !== x && y !== w && colors[y] === colors[w]) {
            forbidden[colors[x] as number] = v
            return
          }
        }
      })
    })
    if (steps > 5 * EFFORT) return undefined
    let color = 0
    while (forbidden[color] === v) color++
    colors[v] = color
    count = Math.max(count, color + 1)
  }
  return { colors, count }
}
