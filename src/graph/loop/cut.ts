/*
 * The cheapest cut through a network (Dinic 1970): which edges to take away, of least capacity together, so that no way leads from the source to
 * the sink.
 */

/** Of an edge that no cut takes away. */
export const UNCUT = 2 ** 40

/** A network of directed edges between numbered points; 0 is the source, 1 the sink. */
export class Network {
  /** By edge: where it leads, and what it can still carry. The way back of edge e is e ^ 1. */
  readonly #to: number[] = []
  readonly #left: number[] = []
  readonly #edges: number[][] = [[], []]

  point(): number {
    return this.#edges.push([]) - 1
  }

  edge(from: number, to: number, capacity: number): void {
    this.#edges[from]?.push(this.#to.push(to) - 1)
    this.#edges[to]?.push(this.#to.push(from) - 1)
    this.#left.push(capacity, 0)
  }

  /** The points on the side of the source, of the cheapest cuts the one that is closest to it. */
  sourceSide(): Uint8Array {
    for (;;) {
      const depth = this.#depths()
      if ((depth[1] as number) < 0) return Uint8Array.from(depth, each => (each < 0 ? 0 : 1))
      const next = new Int32Array(this.#edges.length)
      while (this.#push(depth, next));
    }
  }

  /** How many edges with something left it is from the source to each point; −1 where no way leads there. */
  #depths(): Int32Array {
    const depth = new Int32Array(this.#edges.length).fill(-1)
    depth[0] = 0
    const queue = [0]
    for (const point of queue) {
      for (const edge of this.#edges[point] as number[]) {
        const to = this.#to[edge] as number
        if (depth[to] !== -1 || this.#left[edge] === 0) continue
        depth[to] = (depth[point] as number) + 1
        queue.push(to)
      }
    }
    return depth
  }

  /** Sends as much as one way to the sink can carry, by edges that lead on; `next` is the first edge of each point that is not exhausted. */
  #push(depth: Int32Array, next: Int32Array): boolean {
    const way: number[] = []
    let point = 0
    while (point !== 1) {
      const edge = this.#edges[point]?.[next[point] as number]
      if (edge === undefined) {
        const last = way.pop()
        if (last === undefined) return false
        point = this.#to[last ^ 1] as number
        next[point] = (next[point] as number) + 1
      } else if ((this.#left[edge] as number) > 0 && depth[this.#to[edge] as number] === (depth[point] as number) + 1) {
        way.push(edge)
        point = this.#to[edge] as number
      } else next[point] = (next[point] as number) + 1
    }
    const most = way.reduce((least, edge) => Math.min(least, this.#left[edge] as number), Number.POSITIVE_INFINITY)
    for (const edge of way) {
      this.#left[edge] = (this.#left[edge] as number) - most
      this.#left[edge ^ 1] = (this.#left[edge ^ 1] as number) + most
    }
    return true
  }
}
