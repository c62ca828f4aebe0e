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

/** The vertex with most neighbours that are not yet ordered comes next. */
export const dynamicLargestFirst: Order = graph => byDegree(graph, degrees(graph), -1, 'most')

/**
 * The vertex whose neighbours have most colors comes next, where each has the least color that none of its neighbours has; ties
 * by falling degree.
 *
 * Source: D. Brélaz, New methods to color the vertices of a graph, Communications of the ACM 22 (1979).
 */
export const saturation: Order = graph => {
  const n = graph.size
  const colors = new Int32Array(n).fill(-1)
  const seen = new ColorSets(n)
  const forbidden = new Int32Array(n + 1).fill(-1)
  /** The vertices by the number of colors around them; a vertex stays where it was when it moves on. */
  const buckets: number[][] = [[...largestFirst(graph)].reverse()]
  const order = new Int32Array(n)
  for (let i = 0, most = 0; i < n; ) {
    const vertex = buckets[most]?.pop()
    if (vertex === undefined) {
      most--
      continue
    }
    if ((colors[vertex] as number) >= 0 || seen.size(vertex) !== most) continue
    order[i++] = vertex
    graph.neighbours(vertex, other => {
      if ((colors[other] as number) >= 0) forbidden[colors[other] as number] = vertex
    })
    let color = 0
    while (forbidden[color] === vertex) color++
    colors[vertex] = color
    graph.neighbours(vertex, other => {
      if ((colors[other] as number) >= 0 || !seen.add(other, color)) return
      const size = seen.size(other)
      while (buckets.length <= size) buckets.push([])
      buckets[size]?.push(other)
      most = Math.max(most, size)
    })
  }
  return order
}

/** A set of colors for each vertex, as bits: 32 colors of all vertices in one array. */
class ColorSets {
  readonly #planes: Int32Array[] = []
  readonly #sizes: Int32Array

  constructor(vertices: number) {
    this.#sizes = new Int32Array(vertices)
  }

  size(vertex: number): number {
    return this.#sizes[vertex] as number
  }

  /** Whether the color is new there. */
  add(vertex: number, color: number): boolean {
    while (this.#planes.length <= color >> 5) this.#planes.push(new Int32Array(this.#sizes.length))
    const plane = this.#planes[color >> 5] as Int32Array
    const bit = 1 << (color & 31)
    if (((plane[vertex] as number) & bit) !== 0) return false
    plane[vertex] = (plane[vertex] as number) | bit
    this.#sizes[vertex] = (this.#sizes[vertex] as number) + 1
    return true
  }
}

/** An order in which ties fall at random, always alike for a seed: that of the graph with its vertices numbered anew. */
export const withRandomTies =
  (order: Order, seed: number): Order =>
  graph => {
    const old = shuffled(graph.size, seed)
    const anew = new Int32Array(graph.size)
    old.forEach((vertex, number) => {
      anew[vertex] = number
    })
    const numbered: Neighbourhood = {
      size: graph.size,
      neighbours: (vertex, visit) => graph.neighbours(old[vertex] as number, other => visit(anew[other] as number)),
    }
    return order(numbered).map(number => old[number] as number)
  }

/** The numbers below n in a random sequence (Fisher and Yates; Marsaglia's xorshift of 32 bits, 2003). */
function shuffled(n: number, seed: number): Int32Array {
  const numbers = Int32Array.from({ length: n }, (_, i) => i)
  let state = seed
  for (let i = n - 1; i > 0; i--) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    const j = (state >>> 0) % (i + 1)
    const last = numbers[i] as number
    numbers[i] = numbers[j] as number
    numbers[j] = last
  }
  return numbers
}

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

/** Takes the vertex of least or most degree, changes the degrees of its neighbours by `change`, and goes on; ties by who came first. */
function byDegree(graph: Neighbourhood, degree: Int32Array, change: number, extreme: 'least' | 'most'): Int32Array {
  const n = graph.size
  const buckets: number[][] = []
  const put = (vertex: number) => {
    const d = degree[vertex] as number
    while (buckets.length <= d) buckets.push([])
    buckets[d]?.push(vertex)
  }
  for (let v = 0; v < n; v++) put(v)
  /** How many of each bucket have been looked at. */
  const heads: number[] = []
  const taken = new Uint8Array(n)
  const mark = new Int32Array(n).fill(-1)
  const order = new Int32Array(n)
  let pointer = extreme === 'least' ? 0 : buckets.length - 1
  for (let i = 0; i < n; ) {
    const head = heads[pointer] ?? 0
    const vertex = buckets[pointer]?.[head]
    if (vertex === undefined) {
      pointer += extreme === 'least' ? 1 : -1
      continue
    }
    heads[pointer] = head + 1
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
