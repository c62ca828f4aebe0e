import type { Arena } from '../core/traced.ts'

/** Hash tables that are kept for the next tracing. */
const tables: Int32Array<ArrayBuffer>[] = []
const KEPT_TABLES = 4
const LONGEST_KEPT = 1 << 20

/** A hash table of the elementwise steps in an arena, by operator and operands. */
export class StepTable {
  readonly #arena: Arena
  #table: Int32Array<ArrayBuffer> = tables.pop()?.fill(0) ?? new Int32Array(1024)
  #size = 0

  constructor(arena: Arena) {
    this.#arena = arena
  }

  find(code: number, a: number, b: number, c: number): number | undefined {
    const { codes, sources, partials } = this.#arena
    const table = this.#table
    const mask = table.length - 1
    for (let at = hash(code, a, b, c) & mask; ; at = (at + 1) & mask) {
      const id = table[at] as number
      if (id === 0) return undefined
      if (codes[id] === code && sources[2 * id] === a && sources[2 * id + 1] === b && partials[2 * id] === c) return id
    }
  }

  add(id: number): void {
    if (2 * ++this.#size > this.#table.length) this.#grow()
    this.#put(id)
  }

  #put(id: number): void {
    const { codes, sources, partials } = this.#arena
    const mask = this.#table.length - 1
    let at = hash(codes[id] as number, sources[2 * id] as number, sources[2 * id + 1] as number, partials[2 * id] as number) & mask
    while (this.#table[at] !== 0) at = (at + 1) & mask
    this.#table[at] = id
  }

  #grow(): void {
    const old = this.#table
    this.#table = new Int32Array(2 * old.length)
    for (const id of old) if (id !== 0) this.#put(id)
  }

  /** Keeps the table for the next tracing. */
  close(): void {
    if (tables.length < KEPT_TABLES && this.#table.length <= LONGEST_KEPT) tables.push(this.#table)
  }
}

function hash(code: number, a: number, b: number, c: number): number {
  let mixed = Math.imul(code, 0x9e3779b1) ^ Math.imul(a + 1, 0x85ebca6b) ^ Math.imul(b + 1, 0xc2b2ae35) ^ Math.imul(c + 1, 0x27d4eb2f)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d)
  return (mixed ^ (mixed >>> 15)) >>> 0
}
