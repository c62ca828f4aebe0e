/** Pairs of a vertex and a color, numbered from 0 as they come: a hash table for at most so many. */
export class PairNumbers {
  readonly vertices: Int32Array
  readonly colors: Int32Array
  count = 0
  readonly #table: Int32Array
  readonly #mask: number

  constructor(most: number) {
    this.#mask = 2 ** Math.ceil(Math.log2(2 * most + 2)) - 1
    this.#table = new Int32Array(this.#mask + 1).fill(-1)
    this.vertices = new Int32Array(most)
    this.colors = new Int32Array(most)
  }

  /** The number of a pair; that of a new one is what `count` was before. */
  of(vertex: number, color: number): number {
    let at = (Math.imul(vertex, 0x9e3779b1) ^ Math.imul(color, 0x85ebca6b)) & this.#mask
    for (;;) {
      const pair = this.#table[at] as number
      if (pair === -1) break
      if (this.vertices[pair] === vertex && this.colors[pair] === color) return pair
      at = (at + 1) & this.#mask
    }
    const pair = this.count++
    this.#table[at] = pair
    this.vertices[pair] = vertex
    this.colors[pair] = color
    return pair
  }
}
