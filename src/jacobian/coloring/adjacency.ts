import type { SparsityPattern } from '../pattern.ts'
import type { ColorGroups } from './groups.ts'
import type { Neighbourhood } from './orders.ts'

/** An undirected graph in compressed rows: the neighbours of v are `neighbours[pointers[v]] …`, without v itself. */
export interface Adjacency {
  readonly pointers: Int32Array
  readonly neighbours: Int32Array
}

/** The graph of a symmetric matrix: two columns are neighbours where they have an entry off the diagonal. */
export function graphOf({ rows, rowPointers, columnIndices }: SparsityPattern): Adjacency {
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

/** A graph as orders see it. */
export function neighbourhoodOf({ pointers, neighbours }: Adjacency): Neighbourhood {
  return {
    size: pointers.length - 1,
    neighbours: (vertex, visit) => {
      for (let k = pointers[vertex] as number; k < (pointers[vertex + 1] as number); k++) visit(neighbours[k] as number)
    },
  }
}

/** The same with neighbours of neighbours. */
export function withSecondNeighbours({ pointers, neighbours }: Adjacency): Neighbourhood {
  return {
    size: pointers.length - 1,
    neighbours: (vertex, visit) => {
      for (let k = pointers[vertex] as number; k < (pointers[vertex + 1] as number); k++) {
        const between = neighbours[k] as number
        visit(between)
        for (let l = pointers[between] as number; l < (pointers[between + 1] as number); l++) {
          if (neighbours[l] !== vertex) visit(neighbours[l] as number)
        }
      }
    },
  }
}

/** Whether neighbours have different colors. */
export function isProper({ pointers, neighbours }: Adjacency, { colors }: ColorGroups): boolean {
  for (let v = 0; v + 1 < pointers.length; v++) {
    for (let k = pointers[v] as number; k < (pointers[v + 1] as number); k++) if (colors[neighbours[k] as number] === colors[v]) return false
  }
  return true
}

/** How often neighbours of neighbours are looked at. */
export function secondVisits({ pointers }: Adjacency): number {
  let visits = 0
  for (let v = 0; v + 1 < pointers.length; v++) visits += ((pointers[v + 1] as number) - (pointers[v] as number)) ** 2
  return visits
}

/**
 * No coloring of a graph whose vertices of any two colors form a forest has fewer colors: with V vertices, k colors give the
 * forests of all pairs (k − 1) V − k (k − 1) / 2 edges at most.
 */
export function leastForForests({ pointers, neighbours }: Adjacency): number {
  const edges = neighbours.length / 2
  let vertices = 0
  for (let v = 0; v + 1 < pointers.length; v++) if (pointers[v] !== pointers[v + 1]) vertices++
  let colors = 1
  while (colors < vertices && (colors - 1) * vertices - (colors * (colors - 1)) / 2 < edges) colors++
  return colors
}
