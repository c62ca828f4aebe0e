import type { Adjacency } from './adjacency.ts'
import type { ColorGroups } from './groups.ts'
import { PairNumbers } from './pair-numbers.ts'
import type { Greedy } from './trials.ts'

/*
 * Star coloring: neighbours differ, and every path on four vertices has three colors, so that the vertices of two colors form
 * stars. Of the two ends of an edge one then stands alone with its color among the neighbours of the other.
 *
 * Source: A. H. Gebremedhin, A. Tarafdar, F. Manne and A. Pothen, New acyclic and star coloring algorithms with application to
 * computing Hessians, SIAM J. Sci. Comput. 29 (2007), section 4.
 */

/**
 * How a greedy coloring avoids a path x – w – v – y of two colors while w or v has no color yet: 'early', a vertex has no color
 * of those behind a neighbour without color, so that no vertex ever has two neighbours of one color when it gets its own; or
 * 'late', a vertex with such neighbours has no color of those behind them. Which takes fewer colors depends on the graph: 'early'
 * where some vertices have many neighbours, as in a matrix with some dense rows and columns, 'late' where all are alike.
 */
type Care = 'early' | 'late'

/**
 * A star coloring, greedy in the given order, and the visits of neighbours that it took; none where these are more than `effort`. Beside what
 * `care` asks a vertex has no color of a neighbour w, nor of a hub x: a neighbour of w that has a second neighbour of w's color.
 * Vertices without neighbours have color 0.
 */
function colorStar({ pointers, neighbours }: Adjacency, order: Int32Array, care: Care, effort: number): { coloring?: ColorGroups; visits: number } {
  const size = pointers.length - 1
  const colors = new Int32Array(size).fill(-1)
  const forbidden = new Int32Array(size + 1).fill(-1)
  const stars = new Stars(size, neighbours.length)
  /** The first neighbour of a color that the vertex at hand has. */
  const firstOfColor = new Int32Array(size)
  const seenAt = new Int32Array(size).fill(-1)
  const treatedAt = new Int32Array(size).fill(-1)
  let count = 0
  let visits = 0
  const forbidBehind = (w: number, v: number) => {
    if (treatedAt[w] === v) return
    treatedAt[w] = v
    const end = pointers[w + 1] as number
    visits += end - (pointers[w] as number)
    for (let l = pointers[w] as number; l < end; l++) {
      const color = colors[neighbours[l] as number] as number
      if (color >= 0) forbidden[color] = v
    }
  }
  for (const v of order) {
    const [from, to] = [pointers[v] as number, pointers[v + 1] as number]
    for (let k = from; k < to; k++) {
      const w = neighbours[k] as number
      const color = colors[w] as number
      if (color < 0) {
        if (care === 'early') forbidBehind(w, v)
        continue
      }
      forbidden[color] = v
      for (let link = stars.firstHub(w); link >= 0; link = stars.nextHub(link)) forbidden[colors[stars.hub(link)] as number] = v
      if (seenAt[color] === v) {
        forbidBehind(firstOfColor[color] as number, v)
        forbidBehind(w, v)
      }
      seenAt[color] = v
      firstOfColor[color] = w
    }
    if (visits > effort) return { visits }
    let color = 0
    while (forbidden[color] === v) color++
    colors[v] = color
    count = Math.max(count, color + 1)
    for (let k = from; k < to; k++) {
      const w = neighbours[k] as number
      if ((colors[w] as number) < 0) continue
      stars.add(w, color, v)
      stars.add(v, colors[w] as number, w)
    }
  }
  return { coloring: { colors, count }, visits }
}

/** Greedy star colorings; see `Care`. */
export const starEarly: Greedy = (graph, order, effort) => colorStar(graph, order, 'early', effort)
export const starLate: Greedy = (graph, order, effort) => colorStar(graph, order, 'late', effort)

/** The stars of a coloring as it grows: which hubs a vertex is a spoke of. */
class Stars {
  /** For each hub and color its first spoke of that color; −2 − spoke where there are more. */
  readonly #pairs: PairNumbers
  readonly #spokes: Int32Array
  /** For each vertex the list of its hubs. */
  readonly #heads: Int32Array
  readonly #links: Int32Array
  readonly #targets: Int32Array
  #used = 0

  constructor(size: number, edges: number) {
    this.#pairs = new PairNumbers(edges)
    this.#spokes = new Int32Array(edges)
    this.#heads = new Int32Array(size).fill(-1)
    this.#links = new Int32Array(edges)
    this.#targets = new Int32Array(edges)
  }

  firstHub(spoke: number): number {
    return this.#heads[spoke] as number
  }

  nextHub(link: number): number {
    return this.#links[link] as number
  }

  hub(link: number): number {
    return this.#targets[link] as number
  }

  /** A neighbour of a vertex has got a color: with a second one of it the vertex becomes a hub. */
  add(hub: number, color: number, spoke: number): void {
    const known = this.#pairs.count
    const at = this.#pairs.of(hub, color)
    if (at === known) {
      this.#spokes[at] = spoke
      return
    }
    const first = this.#spokes[at] as number
    if (first >= 0) {
      this.#join(first, hub)
      this.#spokes[at] = -2 - first
    }
    this.#join(spoke, hub)
  }

  #join(spoke: number, hub: number): void {
    this.#targets[this.#used] = hub
    this.#links[this.#used] = this.#heads[spoke] as number
    this.#heads[spoke] = this.#used++
  }
}
