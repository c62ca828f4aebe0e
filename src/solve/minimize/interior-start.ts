import { plus } from '../vectors.ts'
import type { Constrained } from './constrained.ts'

/** Bounds that leave nothing between them, a little apart. */
export function widened(lower: Float64Array, upper: Float64Array): { lower: Float64Array; upper: Float64Array } {
  const narrow = lower.map((low, i) => {
    const least = 1e-8 * Math.max(1, Math.abs(low))
    return Number.isFinite(low) && (upper[i] as number) - low <= least ? least : 0
  })
  return { lower: plus(lower, -1, narrow), upper: plus(upper, 1, narrow) }
}

/** A start within the bounds, some way off them, with slacks that the inequalities ask for. */
export function withSlacks(problem: Constrained<unknown>, start: Float64Array, lower: Float64Array, upper: Float64Array): Float64Array {
  const x = start.map((each, i) => within(each, lower[i] as number, upper[i] as number))
  const w = new Float64Array(problem.n)
  w.set(x)
  const c = problem.bare(x)
  for (let j = 0; j < problem.inequalities; j++) w[x.length + j] = within(-(c[problem.equalities + j] as number), 0, Number.POSITIVE_INFINITY)
  return w
}

function within(x: number, low: number, high: number): number {
  const room = 0.01 * (high - low)
  const left = low === Number.NEGATIVE_INFINITY ? low : low + Math.min(0.01 * Math.max(1, Math.abs(low)), room)
  const right = high === Number.POSITIVE_INFINITY ? high : high - Math.min(0.01 * Math.max(1, Math.abs(high)), room)
  return Math.min(Math.max(x, left), right)
}
