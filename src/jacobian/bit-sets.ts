import type { DependencySets } from './index-sets.ts'

/**
 * Sets of input indices as bits, for few inputs: a union is some integer operations, whatever the sets hold. 0 is the empty
 * set, j + 1 holds input j alone.
 */
export class BitSets implements DependencySets {
  /** Set s is in `words[s · perSet] …`. */
  #words: Int32Array
  readonly #perSet: number
  readonly #universe: number
  #count: number
  work = 0

  constructor(universe: number) {
    this.#universe = universe
    this.#perSet = Math.max(1, Math.ceil(universe / 32))
    this.#count = universe + 1
    this.#words = new Int32Array(this.#perSet * (4 * universe + 64))
    for (let j = 0; j < universe; j++) this.#words[(j + 1) * this.#perSet + (j >> 5)] = 1 << (j & 31)
  }

  union(a: number, b: number): number {
    if (a === b || b === 0) return a
    if (a === 0) return b
    const perSet = this.#perSet
    const out = this.#count * perSet
    if (out + perSet > this.#words.length) this.#grow()
    const words = this.#words
    const [fromA, fromB] = [a * perSet, b * perSet]
    let [sameA, sameB] = [true, true]
    for (let k = 0; k < perSet; k++) {
      const [x, y] = [words[fromA + k] as number, words[fromB + k] as number]
      const both = x | y
      words[out + k] = both
      if (both !== x) sameA = false
      if (both !== y) sameB = false
    }
    if (sameA) return a
    if (sameB) return b
    return this.#count++
  }

  members(set: number): Int32Array {
    const found = new Int32Array(this.#universe)
    let count = 0
    const from = set * this.#perSet
    for (let k = 0; k < this.#perSet; k++) {
      for (let word = this.#words[from + k] as number; word !== 0; word &= word - 1) found[count++] = 32 * k + 31 - Math.clz32(word & -word)
    }
    this.work += count
    return found.subarray(0, count)
  }

  #grow(): void {
    const larger = new Int32Array(2 * this.#words.length)
    larger.set(this.#words)
    this.#words = larger
  }
}
