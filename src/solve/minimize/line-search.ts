import { dot, isFinite, plus } from '../vectors.ts'
import type { Objective } from './objective.ts'

/** A point with value and gradient. */
export interface Point {
  x: Float64Array
  value: number
  gradient: Float64Array
}

const SUFFICIENT = 1e-4
const CURVATURE = 0.9
const MOST_TRIALS = 30

interface Trial {
  t: number
  value: number
  slope: number
  point: Point
}

/**
 * A point along a direction that satisfies the strong Wolfe conditions, or the lowest one that was found; undefined if none is lower.
 * Steps are at most `longest`. Where the function is NaN the step is shortened.
 *
 * Source: Moré and Thuente, Line search algorithms with guaranteed sufficient decrease, ACM Trans. Math. Softw. 20 (1994).
 */
export function wolfe(f: Objective<unknown>, start: Point, direction: Float64Array, first: number, longest: number): Point | undefined {
  const slope = dot(start.gradient, direction)
  const at = (t: number): Trial => {
    const x = plus(start.x, t, direction)
    const { value, gradient } = f.valueAndGradient(x)
    const fine = Number.isFinite(value) && isFinite(gradient)
    return { t, value: fine ? value : Number.POSITIVE_INFINITY, slope: fine ? dot(gradient, direction) : Number.NaN, point: { x, value, gradient } }
  }
  let low: Trial = { t: 0, value: start.value, slope, point: start }
  let high: Trial | undefined
  let t = Math.min(first, longest)
  for (let k = 0; k < MOST_TRIALS; k++) {
    const now = at(t)
    const isHigh =
      !(now.value <= start.value + SUFFICIENT * t * slope) || now.value >= (low.t === 0 && high === undefined ? Number.POSITIVE_INFINITY : low.value)
    if (!isHigh && Math.abs(now.slope) <= -CURVATURE * slope) return now.point
    const before = low
    if (isHigh) high = now
    else {
      if (now.slope * (t - low.t) >= 0) high = low
      low = now
    }
    if (high === undefined) {
      if (t >= longest) return now.point
      t = Math.min(longest, beyond(before, low))
      continue
    }
    if (Math.abs(high.t - low.t) <= 1e-14 * Math.max(low.t, high.t)) break
    t = between(low, high)
  }
  return low.t > 0 ? low.point : undefined
}

/** Further than two trials that fall still: where their cubic has its minimum, if that is not too far. */
function beyond(a: Trial, b: Trial): number {
  const minimum = cubicMinimum(a, b)
  const [least, most] = [b.t + 1.1 * (b.t - a.t), b.t + 4 * (b.t - a.t)]
  return minimum >= least && minimum <= most ? minimum : minimum > b.t && minimum < least ? least : most
}

/** Between two trials: at the minimum of the cubic through them, kept off the ends. */
function between(a: Trial, b: Trial): number {
  if (b.value === Number.POSITIVE_INFINITY || a.value === Number.POSITIVE_INFINITY) return 0.1 * b.t + 0.9 * a.t
  const t = cubicMinimum(a, b)
  const [low, high] = [Math.min(a.t, b.t), Math.max(a.t, b.t)]
  const margin = 0.1 * (high - low)
  return t >= low + margin && t <= high - margin ? t : t < low + margin ? low + margin : t > high - margin ? high - margin : (low + high) / 2
}

/** Where the cubic through two points with their slopes has its minimum; NaN where it has none. */
function cubicMinimum(a: Trial, b: Trial): number {
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.t - b.t)
  const d2 = Math.sign(b.t - a.t) * Math.sqrt(d1 * d1 - a.slope * b.slope)
  return b.t - (b.t - a.t) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
}
