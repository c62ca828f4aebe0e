/** Random numbers that are the same for the same text on every machine: mulberry32 on a hash of the text. */
export class Random {
  #state: number

  constructor(text: string) {
    this.#state = Number(hashOf(text) & 0xffffffffn)
  }

  /** A number from 0 up to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  /** A number between two, with few digits, so that it is the same in every text. */
  between(low: number, high: number): number {
    return Math.round((low + (high - low) * this.next()) * 2 ** 16) / 2 ** 16
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.next() * from.length)] as T
  }

  /** The same things in another order. */
  shuffled<T>(from: readonly T[]): T[] {
    const list = [...from]
    for (let i = list.length - 1; i > 0; i--) {
      const k = Math.floor(this.next() * (i + 1))
      const [a, b] = [list[i] as T, list[k] as T]
      list[i] = b
      list[k] = a
    }
    return list
  }
}

/** FNV-1a with 64 bits. */
export function hashOf(text: string): bigint {
  let hash = 0xcbf29ce484222325n
  for (let i = 0; i < text.length; i++) hash = ((hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n) & 0xffffffffffffffffn
  return hash
}
