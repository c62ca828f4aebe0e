import { noMore } from '../core/arguments.ts'
import { CHUNK } from '../core/traced.ts'
import { pushDirections } from '../forward/jvp.ts'
import { add, mul, sub } from '../ops/arithmetic.ts'
import { RecordedCall } from '../reverse/recorded-call.ts'
import type { Sweep } from '../reverse/sweep.ts'
import { type CostTable, DEFAULT_COSTS, setCosts } from './cost.ts'

const INPUTS = 64
const ROUNDS = 9

/**
 * Measures what recording and sweeps cost on this machine (some 50 ms), and prices plans by it from now on, in this
 * process. Without it plans follow a fixed table, so that they are the same everywhere. Gives the table.
 *
 * @example
 * calibratePlanner().record // nanoseconds per recorded operation
 */
export function calibratePlanner(...more: []): CostTable {
  noMore('calibratePlanner', 0, more)
  const x = Array.from({ length: INPUTS }, (_, i) => Math.sin(i))
  const record = () => new RecordedCall('calibratePlanner', chain as (...args: never[]) => unknown, [x], [0], true)
  const call = record()
  const operations = call.operations
  const seeds = x.map((_, i) => Array.from({ length: CHUNK }, (_, k) => (i === k ? 1 : 0)))
  const perOperation = (run: () => void) => fastest(run) / operations
  const seedAll = (width: number) => (adjoints: Sweep) => {
    for (let k = 0; k < width; k++) adjoints.add(call.outputs[0] as number, k, 1 + k)
  }
  const sweep = Array.from({ length: CHUNK + 1 }, (_, width) => (width === 0 ? 0 : perOperation(() => call.pullMany(width, seedAll(width)).release())))
  const table: CostTable = {
    ...DEFAULT_COSTS,
    record: perOperation(() => record().release()),
    dual: perOperation(() => pushDirections('calibratePlanner', chain as (...args: never[]) => unknown, [x], seeds, CHUNK)),
    sweep,
  }
  setCosts(table)
  return table
}

/** A chain of the most frequent operations. */
function chain(x: readonly number[]): number {
  let sum = 0
  for (let round = 0; round < 8; round++) {
    for (let i = 0; i + 1 < x.length; i++) {
      const t = sub(x[i + 1] as number, mul(x[i] as number, x[i] as number))
      sum = add(sum, mul(t, t))
    }
  }
  return sum
}

/** The least time of a call in nanoseconds, after it has warmed up. */
function fastest(run: () => void): number {
  for (let i = 0; i < 30; i++) run()
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    for (let i = 0; i < 5; i++) run()
    least = Math.min(least, (performance.now() - start) / 5)
  }
  return least * 1e6
}
