/*
 * Orders in which the vertices of a graph are colored greedily.
 *
 * Source: A. H. Gebremedhin, F. Manne and A. Pothen, What color is your Jacobian?, SIAM Review 47 (2005), section 7.
 */

/** A graph as the orders see it: `visit` is called with the neighbours of a vertex, perhaps several times with the same. */
export interface Neighbourhood {
  readonly size: number
  neighbours(vertex: number, visit: (other: number) => void): void
}

export type Order = (graph: Neighbourhood) => Int32Array

/** As they are numbered. */
export const natural: Order = ({ size }) => Int32Array.from({ length: size }, (_, v) => v)

/** By falling degree. */
export const largestFirst: Order = graph => {
  const degree = degrees(graph)
  return natural(graph).sort((a, b) => (degree[b] as number) - (degree[a] as number) || a - b)
}

/** The vertex of least degree among those that remain goes last, again and again (Matula and Beck 1983). */
export const smallestLast: Order = graph => byDegree(graph, degrees(graph), -1, 'least').reverse()

/** The vertex with most neighbours that are already ordered comes next. */
export const incidenceDegree: Order = graph => byDegree(graph, new Int32Array(graph.size), 1, 'most')

function degrees(graph: Neighbourhood): Int32Array {
  const mark = new Int32Array(graph.size).fill(-1)
  return Int32Array.from({ length: graph.size }, (_, vertex) => {
    let degree = 0
    graph.neighbours(vertex, other => {
      if (mark[other] === vertex) return
      mark[other] = vertex
      degree++
    })
    return degree
  })
}

/** Takes the vertex of least or most degree, changes the degrees of its neighbours by `change`, and goes on. */
function byDegree(graph: Neighbourhood, degree: Int32Array, change: number, extreme: 'least' | 'most'): Int32Array {
  const n = graph.size
  const buckets: number[][] = []
  const put = (vertex: number) => {
    const d = degree[vertex] as number
    while (buckets.length <= d) buckets.push([])
    buckets[d]?.push(vertex)
  }
  for (let v = n - 1; v >= 0; v--) put(v)
  const taken = new Uint8Array(n)
  const mark = new Int32Array(n).fill(-1)
  const order = new Int32Array(n)
  let pointer = extreme === 'least' ? 0 : buckets.length - 1
  for (let i = 0; i < n; ) {
    const vertex = buckets[pointer]?.pop()
    if (vertex === undefined) {
      pointer += extreme === 'least' ? 1 : -1
      continue
    }
    if (taken[vertex] === 1 || degree[vertex] !== pointer) continue
    taken[vertex] = 1
    order[i++] = vertex
    graph.neighbours(vertex, other => {
      if (taken[other] === 1 || mark[other] === vertex) return
      mark[other] = vertex
      degree[other] = (degree[other] as number) + change
      put(other)
    })
    pointer = extreme === 'least' ? Math.max(0, pointer - 1) : Math.min(buckets.length - 1, pointer + 1)
  }
  return order
}
