/** The growing buffers of a tape, reused from call to call. */
export interface Buffers {
  values: Float64Array
  partials: Float64Array
  sources: Int32Array
  codes: Int16Array
}

const INITIAL_ROWS = 1024
/** Sets of buffers kept, for nested derivatives; and the largest one worth keeping, in rows. */
const KEPT = 8
const KEPT_ROWS = 1 << 22

const tapes: Buffers[] = []
const sweeps: Float64Array[] = []

export function takeBuffers(): Buffers {
  return (
    tapes.pop() ?? {
      values: new Float64Array(INITIAL_ROWS),
      partials: new Float64Array(2 * INITIAL_ROWS),
      sources: new Int32Array(2 * INITIAL_ROWS),
      codes: new Int16Array(INITIAL_ROWS),
    }
  )
}

/** Gives the buffers of a finished recording back. Nothing may read them afterwards. */
export function giveBuffers({ values, partials, sources, codes }: Buffers): void {
  if (tapes.length < KEPT && values.length <= KEPT_ROWS) tapes.push({ values, partials, sources, codes })
}

/** Zeros for at least `length` adjoints. */
export function takeSweep(length: number): Float64Array {
  const buffer = sweeps.pop()
  if (buffer === undefined || buffer.length < length) return new Float64Array(Math.max(length, INITIAL_ROWS))
  return buffer.fill(0, 0, length)
}

export function giveSweep(buffer: Float64Array): void {
  if (sweeps.length < KEPT && buffer.length <= KEPT_ROWS) sweeps.push(buffer)
}
