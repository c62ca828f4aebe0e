import { afterEach, describe, expect, it } from 'vitest'
import { giveBuffers, giveSweep, takeBuffers, takeSweep } from '../../src/reverse/pool.ts'

const buffersOf = (rows: number) => ({
  values: new Float64Array(rows),
  partials: new Float64Array(2 * rows),
  sources: new Int32Array(2 * rows),
  codes: new Int16Array(rows),
})
const BYTES_PER_ROW = 34

/** Takes all that is kept: the lengths of tapes, until a fresh one comes. */
function drain(): number[] {
  const lengths: number[] = []
  for (let rows = takeBuffers().values.length; rows > 1024; rows = takeBuffers().values.length) lengths.push(rows)
  return lengths
}

describe('pools of buffers', () => {
  afterEach(() => void drain())

  it('keep no more than 128 MB, whatever is given back', () => {
    drain()
    for (let i = 0; i < 20; i++) {
      giveBuffers(buffersOf(400_000))
      giveSweep(new Float64Array(1e6))
    }
    const sweeps: number[] = []
    for (let sweep = takeSweep(1e6); sweeps.length < 20; sweep = takeSweep(1e6)) sweeps.push(sweep.length)
    const tapes = drain()
    expect(tapes.length).toBeGreaterThan(0)
    expect(tapes.reduce((bytes, rows) => bytes + BYTES_PER_ROW * rows, 0)).toBeLessThan(128e6)
    giveBuffers(buffersOf(4e6))
    expect(drain()).toEqual([])
  })

  it('give the largest first, and let the smallest go where there are many', () => {
    drain()
    for (const rows of [3000, 2000, 9000, 4000, 8000, 5000, 7000, 6000, 10_000]) giveBuffers(buffersOf(rows))
    expect(drain()).toEqual([10_000, 9000, 8000, 7000, 6000, 5000, 4000, 3000])
  })

  it('clear adjoints that were used before, and only as far as they are wanted', () => {
    const used = new Float64Array(3000).fill(1)
    giveSweep(used)
    const taken = takeSweep(2500)
    expect(taken).toBe(used)
    expect(taken.subarray(0, 2500).every(each => each === 0)).toBe(true)
    expect(takeSweep(1e5).every(each => each === 0)).toBe(true)
  })
})
