import { dot, isFinite, largestOf, norm, plus } from '../vectors.ts'
import type { Objective } from './objective.ts'
import { type MinimizeSettings, type Minimum, noDecrease, relativeGradient, verdict } from './progress.ts'

/** A quadratic model at a point, which is made least within a distance. */
export interface Model {
  /** A step of at most this length, and what the model falls by. */
  step(radius: number): { step: Float64Array; decrease: number }
  /** Whether there is no direction of negative curvature, if it is known. */
  readonly isConvex?: boolean
}

/** A step is taken if the function falls by this part of what the model does. */
const TAKEN = 0.01
const GOOD = 0.75
const POOR = 0.25
const SMALLEST = 1e-16
/** No distance. */
const FAR = 1e20

/**
 * Steps that make a quadratic model least within a distance, which follows from how well the model told.
 * Source: Conn, Gould and Toint, Trust Region Methods (2000), algorithm 6.1.1.
 */
export function minimizeByModels(
  f: Objective<unknown>,
  start: Float64Array,
  modelAt: (x: Float64Array, gradient: Float64Array) => Model,
  settings: MinimizeSettings,
): Minimum {
  let x = start
  let { value, gradient } = f.first(x)
  let model: Model | undefined
  let last: Model | undefined
  let radius = 1
  for (let iteration = 0; ; iteration++) {
    const largest = largestOf(gradient)
    const current = (): Model => {
      model ??= modelAt(x, gradient)
      return model
    }
    const expected = () => current().step(FAR).decrease
    const withoutDecrease = (): Minimum => ({ x, value, ...noDecrease(relativeGradient(largest, value, x), expected(), value), iterations: iteration })
    const end = verdict(settings, iteration, x, value, largest, expected)
    // From a maximum or a saddle point there is a way down. The model before tells as well: it is near by.
    const isLeft = end?.status === 'converged' && iteration < settings.maxIterations && (last ?? current()).isConvex === false && current().isConvex === false
    if (end !== undefined && !isLeft) return { x, value, ...end, iterations: iteration }
    const { step, decrease } = current().step(radius)
    const length = norm(step)
    const at = plus(x, 1, step)
    const least = 16 * Number.EPSILON * Math.abs(value)
    if (!(decrease > 0) || (length <= SMALLEST * norm(x) && decrease <= least)) return withoutDecrease()
    // The gradient is taken with the value: nearly all steps are good ones.
    const found = f.valueAndGradient(at)
    const fine = Number.isFinite(found.value) && isFinite(found.gradient)
    // Below rounding, differences of values say nothing; gradients do.
    const tiny = decrease <= least && Math.abs(found.value - value) <= least
    const ratio = !fine ? -1 : tiny ? (largestOf(found.gradient) < largestOf(gradient) ? 1 : -1) : (value - found.value) / decrease
    if (ratio < POOR) radius = fine ? 0.25 * Math.min(length, radius) : 0.1 * length
    else if (ratio > GOOD && length > 0.8 * radius) radius = Math.min(2 * radius, FAR)
    if (ratio > TAKEN) {
      x = at
      ;({ value, gradient } = found)
      last = model
      model = undefined
    } else if (tiny || radius <= SMALLEST * Math.max(norm(x), 1e-100)) return withoutDecrease()
  }
}

/** ½ sᵀH s + gᵀs, negated. */
export function decreaseOf(step: Float64Array, gradient: Float64Array, product: Float64Array): number {
  return -dot(gradient, step) - 0.5 * dot(step, product)
}
