import type { Arena } from '../core/traced.ts'

/** Hash tables that are kept for the next tracing. */
const tables: Int32Array<ArrayBuffer>[] = []
const KEPT_TABLES = 4
const LONGEST_KEPT = 1 << 21

/** Places near the latest operand that are tried before those anywhere in the table. */
const NEAR = 8

/**
 * A hash table of the elementwise steps in an arena, by operator and operands. Each entry is a step and its hash. Steps stand near
 * those that their latest operands have, so that programs go through the table as they go through their steps: with places at random
 * each look waited for the memory.
 */
export class StepTable {
  readonly #arena: Arena
  #table: Int32Array<ArrayBuffer> = tables.pop()?.fill(0) ?? new Int32Array(2048)
  #size = 0

  constructor(arena: Arena) {
    this.#arena = arena
  }

  find(code: number, a: number, b: number, c: number): number | undefined {
    const { codes, sources, partials } = this.#arena
    const table = this.#table
    const mask = (table.length >> 1) - 1
    const wanted = hash(code, a, b, c)
    let at = near(wanted, a, b, c) & mask
    for (let tries = 0; ; tries++) {
      if (tries === NEAR) at = wanted & mask
      const id = table[2 * at] as number
      if (id === 0) return undefined
      if (table[2 * at + 1] === wanted && codes[id] === code && sources[2 * id] === a && sources[2 * id + 1] === b && partials[2 * id] === c) return id
      at = (at + 1) & mask
    }
  }

  add(id: number): void {
    if (4 * ++this.#size > this.#table.length) this.#grow()
    const { codes, sources, partials } = this.#arena
    const [a, b, c] = [sources[2 * id] as number, sources[2 * id + 1] as number, partials[2 * id] as number]
    const own = hash(codes[id] as number, a, b, c)
    this.#put(id, own, near(own, a, b, c))
  }

  #put(id: number, own: number, from: number): void {
    const table = this.#table
    const mask = (table.length >> 1) - 1
    let at = from & mask
    for (let tries = 1; table[2 * at] !== 0; tries++) at = tries === NEAR ? own & mask : (at + 1) & mask
    table[2 * at] = id
    table[2 * at + 1] = own
  }

  #grow(): void {
    const old = this.#table
    const { sources, partials } = this.#arena
    this.#table = new Int32Array(4 * old.length)
    for (let at = 0; at < old.length; at += 2) {
      const id = old[at] as number
      if (id === 0) continue
      const own = old[at + 1] as number
      this.#put(id, own, near(own, sources[2 * id] as number, sources[2 * id + 1] as number, partials[2 * id] as number))
    }
  }

  /** Keeps the table for the next tracing. */
  close(): void {
    if (tables.length < KEPT_TABLES && this.#table.length <= LONGEST_KEPT) tables.push(this.#table)
  }
}

function near(own: number, a: number, b: number, c: number): number {
  return 2 * Math.max(a, b, c) + (own & 7)
}

function hash(code: number, a: number, b: number, c: number): number {
  let mixed = Math.imul(code, 0x9e3779b1) ^ Math.imul(a + 1, 0x85ebca6b) ^ Math.imul(b + 1, 0xc2b2ae35) ^ Math.imul(c + 1, 0x27d4eb2f)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d)
  return mixed ^ (mixed >>> 15)
}
