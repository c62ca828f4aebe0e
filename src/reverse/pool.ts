import { expectRows } from '../core/rows.ts'
import type { ArenaBuffers } from '../core/traced.ts'

/** The growing buffers of a tape, reused from call to call. */
export type Buffers = ArenaBuffers

const INITIAL_ROWS = 1024
/** Buffers of a kind that are kept, for nested derivatives. */
const KEPT = 8
/** What all of them may take together, in bytes: a tape of 3 million rows with its adjoints. */
const KEPT_BYTES = 128e6

let keptBytes = 0

/** Buffers that wait to be used again, the largest last. */
class Pool<B> {
  readonly #bytesOf: (buffer: B) => number
  readonly #kept: B[] = []

  constructor(bytesOf: (buffer: B) => number) {
    this.#bytesOf = bytesOf
  }

  /** The largest, if it is large enough. */
  take(bytes: number): B | undefined {
    const last = this.#kept.at(-1)
    if (last === undefined) return undefined
    const its = this.#bytesOf(last)
    if (its < bytes) return undefined
    this.#kept.pop()
    keptBytes -= its
    return last
  }

  /** Keeps a buffer for which there is place, and the larger ones if there are too many. Whether it was kept. */
  give(buffer: B): boolean {
    const kept = this.#kept
    const bytes = this.#bytesOf(buffer)
    if (keptBytes + bytes > KEPT_BYTES) return false
    keptBytes += bytes
    let at = kept.length
    while (at > 0 && this.#bytesOf(kept[at - 1] as B) > bytes) at--
    if (at === kept.length) kept.push(buffer)
    else kept.splice(at, 0, buffer)
    if (kept.length > KEPT) keptBytes -= this.#bytesOf(kept.shift() as B)
    return true
  }
}

const BYTES_PER_ROW = 34
const tapes = new Pool<Buffers>(({ values }) => BYTES_PER_ROW * values.length)
const sweeps = new Pool<Float64Array>(({ length }) => 8 * length)

export function takeBuffers(): Buffers {
  return (
    tapes.take(0) ?? {
      values: new Float64Array(INITIAL_ROWS),
      partials: new Float64Array(2 * INITIAL_ROWS),
      sources: new Int32Array(2 * INITIAL_ROWS),
      codes: new Int16Array(INITIAL_ROWS),
    }
  )
}

/** Gives the buffers of a finished recording back, or of one that grew out of them. Nothing may read them afterwards. */
export function giveBuffers({ values, partials, sources, codes, count = 0 }: Buffers & { readonly count?: number }): void {
  const kept = tapes.give({ values, partials, sources, codes })
  if (!kept && count > 0) expectRows(Math.ceil(1.1 * count))
}

/** Zeros for at least `length` adjoints. */
export function takeSweep(length: number): Float64Array {
  return sweeps.take(8 * length)?.fill(0, 0, length) ?? new Float64Array(Math.max(length, INITIAL_ROWS))
}

/** Room for at least `length` numbers that are written before they are read. */
export function takeRoom(length: number): Float64Array {
  return sweeps.take(8 * length) ?? new Float64Array(Math.max(length, INITIAL_ROWS))
}

export function giveSweep(buffer: Float64Array): void {
  sweeps.give(buffer)
}
