/*
 * Small integers for pairs and lists of integers, the same for the same only.
 */

/** A number for each pair of numbers, of which the first is below `limit`, and their product below 2⁵³. */
export class Pairs {
  readonly #limit: number
  #keys = new Float64Array(1 << 12).fill(-1)
  #numbers = new Int32Array(1 << 12)
  count = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  of(a: number, b: number): number {
    const key = b * this.#limit + a
    const slot = this.#slotOf(key)
    if (this.#keys[slot] === key) return this.#numbers[slot] as number
    this.#keys[slot] = key
    this.#numbers[slot] = this.count++
    if (2 * this.count > this.#keys.length) this.#grow()
    return this.count - 1
  }

  /** Where a key stands, or would. */
  #slotOf(key: number): number {
    const mask = this.#keys.length - 1
    const hash = Math.imul(key | 0, 0x9e3779b1) ^ Math.imul((key / 0x4000000) | 0, 0x85ebca6b)
    let slot = (hash ^ (hash >>> 15)) & mask
    while (this.#keys[slot] !== key && this.#keys[slot] !== -1) slot = (slot + 1) & mask
    return slot
  }

  #grow(): void {
    const [keys, numbers] = [this.#keys, this.#numbers]
    this.#keys = new Float64Array(2 * keys.length).fill(-1)
    this.#numbers = new Int32Array(2 * keys.length)
    for (let k = 0; k < keys.length; k++) {
      const key = keys[k] as number
      if (key === -1) continue
      const slot = this.#slotOf(key)
      this.#keys[slot] = key
      this.#numbers[slot] = numbers[k] as number
    }
  }
}

/** Colours of lists of numbers: the same for the same only. */
export class Lists {
  readonly #starts = new Pairs(2 ** 31)
  readonly #pairs = new Pairs(2 ** 26)

  /** The list of two numbers. */
  start(a: number, b: number): number {
    return this.#pairs.of(this.#starts.of(a, b), 0)
  }

  /** A list with one more. */
  with(list: number, next: number): number {
    return this.#pairs.of(next, list + 1)
  }
}
