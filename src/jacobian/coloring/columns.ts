import type { SparsityPattern } from '../pattern.ts'
import type { ColorGroups } from './groups.ts'
import { colorLattice, effortOfLattice } from './lattice.ts'
import { incidenceDegree, largestFirst, type Neighbourhood, saturation, smallestLast } from './orders.ts'

/**
 * Partial distance-2 coloring of the columns: no two columns with a row in common have one color, so that each entry of what a
 * pass for all columns of a color gives belongs to one of them. Greedy, in the given order, and as far as the visits of neighbours
 * allow that fewer groups than those known are worth, as of a grid, and greedy by saturation, largest first, smallest last and by incidence degree; the best
 * is kept. Empty columns take no part.
 *
 * Source: A. H. Gebremedhin, F. Manne and A. Pothen, What color is your Jacobian?, SIAM Review 47 (2005), section 3.
 */
export function colorColumns(pattern: SparsityPattern, transposed: SparsityPattern, effortFor: (known: number) => number): ColorGroups {
  const everyColumn = Int32Array.from({ length: pattern.columns }, (_, j) => j)
  const lowerBound = pattern.longestRow()
  if (lowerBound === pattern.columns) return { colors: everyColumn, count: pattern.columns }
  let best = greedy(pattern, transposed, everyColumn)
  const each = visitsOf(pattern)
  const graph = columnGraph(pattern, transposed)
  let spent = effortOfLattice(pattern, 1)
  if (best.count > lowerBound && spent <= effortFor(best.count)) {
    best = colorLattice(pattern, { from: lowerBound, below: best.count, apart: true }, coloring => keepsApart(pattern, coloring)) ?? best
  }
  for (const order of [saturation, largestFirst, smallestLast, incidenceDegree]) {
    // An order takes more time to find than a coloring.
    spent += 6 * each
    if (best.count <= lowerBound || spent > effortFor(best.count)) break
    const found = greedy(pattern, transposed, order(graph))
    if (found.count < best.count) best = found
  }
  return best
}

/** Whether no two columns of a row have one color. */
function keepsApart({ rows, rowPointers, columnIndices }: SparsityPattern, { colors, count }: ColorGroups): boolean {
  const seenIn = new Int32Array(count).fill(-1)
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i] as number; k < (rowPointers[i + 1] as number); k++) {
      const color = colors[columnIndices[k] as number] as number
      if (seenIn[color] === i) return false
      seenIn[color] = i
    }
  }
  return true
}

/** How often a coloring of the columns looks at a neighbour. */
export function visitsOf({ rows, rowPointers }: SparsityPattern): number {
  let visits = 0
  for (let i = 0; i < rows; i++) visits += ((rowPointers[i + 1] as number) - (rowPointers[i] as number)) ** 2
  return visits
}

/** Columns are neighbours when they share a row. */
function columnGraph(pattern: SparsityPattern, transposed: SparsityPattern): Neighbourhood {
  const { rowPointers, columnIndices } = pattern
  return {
    size: pattern.columns,
    neighbours: (column, visit) => {
      for (let r = transposed.rowPointers[column] as number; r < (transposed.rowPointers[column + 1] as number); r++) {
        const row = transposed.columnIndices[r] as number
        for (let k = rowPointers[row] as number; k < (rowPointers[row + 1] as number); k++) {
          const other = columnIndices[k] as number
          if (other !== column) visit(other)
        }
      }
    },
  }
}

function greedy({ columns, rowPointers, columnIndices }: SparsityPattern, transposed: SparsityPattern, order: Int32Array): ColorGroups {
  const colors = new Int32Array(columns).fill(-1)
  const forbidden = new Int32Array(columns + 1).fill(-1)
  const { rowPointers: columnPointers, columnIndices: rowIndices } = transposed
  let count = 0
  for (const column of order) {
    if (columnPointers[column] === columnPointers[column + 1]) continue
    for (let r = columnPointers[column] as number; r < (columnPointers[column + 1] as number); r++) {
      const row = rowIndices[r] as number
      for (let k = rowPointers[row] as number; k < (rowPointers[row + 1] as number); k++) {
        const color = colors[columnIndices[k] as number] as number
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
