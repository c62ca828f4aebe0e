import type { Adjacency } from './adjacency.ts'
import type { ColorGroups } from './groups.ts'
import { incidenceDegree, largestFirst, natural, smallestLast, withRandomTies } from './orders.ts'
import { PairNumbers } from './pair-numbers.ts'
import { coloringsOf, type Greedy, type Trial } from './trials.ts'

/*
 * Acyclic coloring: neighbours differ, and every cycle has three colors, so that the vertices of two colors form a forest. A
 * matrix is then recovered tree by tree, from the leaves to the root.
 *
 * Source: A. H. Gebremedhin, A. Tarafdar, F. Manne and A. Pothen, New acyclic and star coloring algorithms with application to
 * computing Hessians, SIAM J. Sci. Comput. 29 (2007), section 3.
 */

/**
 * An acyclic coloring, greedy in the given order, and the visits that it took; none where these are more than `effort`. A vertex
 * has no color of a neighbour, nor a color a with which it would join two of its neighbours of one color d that are in one tree
 * of colors a and d already, or make a tree of more than `largest` vertices larger. Vertices without neighbours have color 0.
 */
const colorAcyclic = ({ pointers, neighbours }: Adjacency, order: Int32Array, effort: number, largest: number): ReturnType<Greedy> => {
  const size = pointers.length - 1
  const colors = new Int32Array(size).fill(-1)
  const forbidden = new Int32Array(size + 1).fill(-1)
  const trees = new Trees(size, neighbours.length)
  /** By which vertex, and from which neighbour of it, a tree was seen last. */
  const seenAt = new Int32Array(neighbours.length).fill(-1)
  const seenFrom = new Int32Array(neighbours.length)
  let count = 0
  let visits = 0
  for (const v of order) {
    const [from, to] = [pointers[v] as number, pointers[v + 1] as number]
    for (let k = from; k < to; k++) {
      const w = neighbours[k] as number
      const color = colors[w] as number
      if (color < 0) continue
      forbidden[color] = v
      for (let part = trees.first(w); part >= 0; part = trees.next(part)) {
        visits++
        const tree = trees.find(part)
        if ((seenAt[tree] === v && seenFrom[tree] !== w) || trees.size(tree) > limitOf(trees.colorOf(part), largest)) forbidden[trees.colorOf(part)] = v
        seenAt[tree] = v
        seenFrom[tree] = w
      }
    }
    if (visits > effort) return { visits }
    let color = 0
    while (forbidden[color] === v) color++
    colors[v] = color
    count = Math.max(count, color + 1)
    for (let k = from; k < to; k++) {
      const w = neighbours[k] as number
      const other = colors[w] as number
      if (other >= 0) trees.join(trees.part(w, color), trees.part(v, other))
    }
  }
  return { coloring: { colors, count }, visits }
}

/** How large trees may be that a color makes larger: another for each, so that not all colors are used up at one place of the graph. */
function limitOf(color: number, largest: number): number {
  return largest * (1 - ((color * 0.618) % 1) / 2)
}

/**
 * Acyclic colorings in several orders, in which trees of two colors do not grow beyond about `largest` vertices; see
 * `coloringsOf`.
 */
export function acyclicColorings(graph: Adjacency, effort: () => number, largest = Number.POSITIVE_INFINITY): Generator<ColorGroups> {
  const color: Greedy = (given, order, most) => colorAcyclic(given, order, most, largest)
  const trials: Trial[] = [
    { order: natural, color },
    { order: smallestLast, color },
    { order: incidenceDegree, color },
    { order: largestFirst, second: true, color },
    ...[1, 2, 3, 4].map((seed): Trial => ({ order: withRandomTies(largestFirst, seed), second: true, color })),
  ]
  return coloringsOf(graph, trials, effort)
}

/**
 * The two-colored trees of a coloring as it grows. A part is a vertex with its neighbours of one color, which are all in one
 * tree; the parts of a tree are a set that is known by one of them.
 */
class Trees {
  readonly #parts: PairNumbers
  readonly #parents: Int32Array
  readonly #sizes: Int32Array
  /** For each vertex the list of its parts. */
  readonly #heads: Int32Array
  readonly #links: Int32Array

  constructor(size: number, edges: number) {
    this.#parts = new PairNumbers(edges)
    this.#parents = new Int32Array(edges)
    this.#sizes = new Int32Array(edges).fill(1)
    this.#heads = new Int32Array(size).fill(-1)
    this.#links = new Int32Array(edges)
  }

  first(vertex: number): number {
    return this.#heads[vertex] as number
  }

  next(part: number): number {
    return this.#links[part] as number
  }

  colorOf(part: number): number {
    return this.#parts.colors[part] as number
  }

  /** The part of a vertex with its neighbours of a color, of which there is one at least. */
  part(vertex: number, color: number): number {
    const known = this.#parts.count
    const part = this.#parts.of(vertex, color)
    if (part < known) return part
    this.#parents[part] = part
    this.#links[part] = this.#heads[vertex] as number
    this.#heads[vertex] = part
    return part
  }

  /** The part by which a part's tree is known. */
  find(part: number): number {
    const parents = this.#parents
    let at = part
    while (parents[at] !== at) {
      const above = parents[parents[at] as number] as number
      parents[at] = above
      at = above
    }
    return at
  }

  /** How many parts a tree has, one for each of its vertices. */
  size(tree: number): number {
    return this.#sizes[tree] as number
  }

  join(a: number, b: number): void {
    const [small, large] = [this.find(a), this.find(b)].sort((x, y) => this.size(x) - this.size(y)) as [number, number]
    if (small === large) return
    this.#parents[small] = large
    this.#sizes[large] = this.size(large) + this.size(small)
  }
}
