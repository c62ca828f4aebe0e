import { DualtapeError } from '../../core/errors.ts'

const MOST = 2 ** 31 - 1

/** Room for numbers in the work vector: what is not in use any more is given out again. */
export class Memory {
  #size = 0
  /** Blocks that are free, in order. */
  readonly #free: { at: number; size: number }[] = []

  /** Numbers that the work vector needs to hold. */
  get size(): number {
    return this.#size
  }

  /** The smallest free block that is large enough, or one at the end. */
  reserve(size: number): number {
    let best = -1
    this.#free.forEach((block, i) => {
      if (block.size >= size && (best < 0 || block.size < (this.#free[best]?.size as number))) best = i
    })
    const block = this.#free[best]
    if (block === undefined) {
      const last = this.#free.at(-1)
      const at = last !== undefined && last.at + last.size === this.#size ? (this.#free.pop()?.at as number) : this.#size
      this.#size = at + size
      // Places are ints.
      if (this.#size > MOST) throw new DualtapeError(`emit: the numbers on the way are more than ${MOST}, which C counts with an int.`)
      return at
    }
    const { at } = block
    if (block.size === size) this.#free.splice(best, 1)
    else this.#free[best] = { at: at + size, size: block.size - size }
    return at
  }

  free(at: number, size: number): void {
    if (size === 0) return
    const next = this.#free.findIndex(block => block.at > at)
    const place = next < 0 ? this.#free.length : next
    this.#free.splice(place, 0, { at, size })
    for (const i of [place, place - 1]) {
      const [block, after] = [this.#free[i], this.#free[i + 1]]
      if (block === undefined || after === undefined || block.at + block.size !== after.at) continue
      this.#free.splice(i, 2, { at: block.at, size: block.size + after.size })
    }
  }
}
