import { counted } from '../../core/counted.ts'
import type { Status } from '../result.ts'
import { largestOf } from '../vectors.ts'

/** How a method ended. */
export interface Minimum {
  x: Float64Array
  value: number
  status: Status
  message: string
  iterations: number
}

export interface MinimizeSettings {
  tolerance: number
  maxIterations: number
  /** Called at the start and after each iteration; whether to end. */
  report(iteration: number, x: Float64Array, value: number, optimality: number): boolean
}

/** Relative. */
const ROUNDING = 16 * Number.EPSILON
/** A value below this has no lower bound. */
const BOTTOM = -1e20

/**
 * The same decisions for all methods, from a point and the largest entry of its gradient. `expected` is what a step as far as the model
 * wants would make the value smaller by: a gradient that is small beside a large value is that of a minimum only if this is little.
 */
export function verdict(
  { tolerance, maxIterations, report }: MinimizeSettings,
  iteration: number,
  x: Float64Array,
  value: number,
  largest: number,
  expected: () => number,
): { status: Status; message: string } | undefined {
  const optimality = relativeGradient(largest, value, x)
  const aborted = report(iteration, x, value, optimality)
  const size = `the relative gradient is ${optimality.toPrecision(3)}`
  if (value < BOTTOM) return { status: 'unbounded', message: `The function has fallen to ${value.toPrecision(3)}: it seems to have no lower bound.` }
  if (largest <= tolerance || (optimality <= tolerance && expected() <= ROUNDING * Math.abs(value)))
    return { status: 'converged', message: `The gradient is 0 to the tolerance ${tolerance}: ${size}.` }
  if (aborted) return { status: 'aborted', message: `The signal was aborted; ${size}.` }
  if (iteration >= maxIterations)
    return { status: 'limit', message: `The limit of ${counted(maxIterations, 'iteration')} was reached; ${size}. Give more, or start from this point.` }
  return undefined
}

/**
 * How far a gradient is from 0: its largest entry, relative to |f| / |x| where that is more than 1. (Relative to |f| alone, a function
 * that falls for ever would have a gradient of 0.)
 */
export function relativeGradient(largest: number, value: number, x: Float64Array): number {
  return largest / Math.max(1, Math.abs(value) / Math.max(1, largestOf(x)))
}

/** Gradients that are as small as this belong to a minimum to rounding, where no step brings a decrease any more. */
const FINE = 1e-5
/** What a step should bring at most of the value, where it is the least to rounding. */
const LITTLE = 1e-10

/** How to end where no step makes the value smaller; `expected` is what one as far as the model wants should bring. */
export function noDecrease(optimality: number, expected: number, value: number): { status: Status; message: string } {
  const size = `the relative gradient is ${optimality.toPrecision(3)}`
  return optimality <= FINE || expected <= LITTLE * Math.abs(value)
    ? { status: 'converged', message: `The value is least to rounding: no step makes it smaller; ${size}.` }
    : { status: 'stalled', message: `No step makes the value smaller, though ${size}. The function may have a kink or a wrong derivative there.` }
}
