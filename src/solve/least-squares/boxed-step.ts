import type { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import { dot, norm } from '../vectors.ts'
import { type LinearModel, scaledNorm } from './linear-model.ts'
import type { StepRule } from './steps.ts'

/** Lower and upper bounds of all variables. */
export interface Box {
  lower: Float64Array
  upper: Float64Array
}

/** Where an iteration begins: J and r such that Jᵀr is the gradient of the cost. */
export interface Point {
  x: Float64Array
  cost: number
  jacobian: SparseMatrix
  residuals: Float64Array
}

/** A step, and what the linear model promises of it: how far the cost falls, and its slope along the step. */
export interface Proposed {
  step: Float64Array
  length: number
  damping: number
  predicted: number
  slope: number
}

/** Variables on a bound that the cost falls against; they stay where they are. */
export function activeOf(x: Float64Array, gradient: Float64Array, { lower, upper }: Box): Uint8Array {
  return Uint8Array.from(x, (each, j) => {
    const g = gradient[j] as number
    return (each <= (lower[j] as number) && g > 0) || (each >= (upper[j] as number) && g < 0) ? 1 : 0
  })
}

/**
 * A step of the trust region that stays in the box. Variables that would leave it are set on their bounds, and the others move on
 * as the linear model then wants it, so a solution on bounds lies on them exactly, and is approached as fast as one without bounds.
 * The model comes loaded at the point, with the `active` variables frozen, and is left so.
 */
export function proposeStep(
  model: LinearModel,
  { x, jacobian, residuals }: Point,
  box: Box | undefined,
  active: Uint8Array,
  { rule, scales, radius, damping: before }: { rule: StepRule; scales: Float64Array; radius: number; damping: number },
): Proposed {
  const product = (p: Float64Array) => jacobian.multiply(p)
  const { gradient } = model
  const promise = (step: Float64Array, damping: number, solves: boolean): Proposed => {
    const length = scaledNorm(step, scales)
    const linear = norm(product(step)) ** 2
    // Where the step solves the damped equations, they give its slope without cancellation.
    const slope = solves ? -(linear + damping * length * length) : dot(gradient, step)
    return { step, length, damping, predicted: -slope - linear / 2, slope }
  }
  const { step: free, damping, solves } = rule(model, scales, radius, before, product)
  const frozen = active.slice()
  const clipped = box === undefined ? free : clip(free, x, box, frozen)
  if (clipped === free) return promise(free, damping, solves)
  const moved = new Float64Array(x.length)
  let step = clipped
  for (let next = clipped; ; ) {
    for (let j = 0; j < x.length; j++) if (frozen[j] === 1) moved[j] = next[j] as number
    if (frozen.every(each => each === 1)) break
    const rest = jacobian.multiply(moved)
    model.load(
      jacobian,
      rest.map((each, i) => each + (residuals[i] as number)),
      frozen,
    )
    const inner = rule(model, scales, radius, before, product).step.map((each, j) => (frozen[j] === 1 ? (moved[j] as number) : each))
    next = clip(inner, x, box as Box, frozen)
    step = next
    if (next === inner) break
  }
  model.load(jacobian, residuals, active)
  const [best, other] = [promise(step, damping, false), promise(clipped, damping, false)]
  return best.predicted >= other.predicted ? best : other
}

/** The step with entries that would leave the box cut at its bounds, where they are marked as frozen; the same step if there are none. */
function clip(step: Float64Array, x: Float64Array, { lower, upper }: Box, frozen: Uint8Array): Float64Array {
  let cut = step
  for (let j = 0; j < x.length; j++) {
    if (frozen[j] === 1) continue
    const [at, low, high] = [(x[j] as number) + (step[j] as number), lower[j] as number, upper[j] as number]
    if (at >= low && at <= high) continue
    if (cut === step) cut = step.slice()
    cut[j] = (at < low ? low : high) - (x[j] as number)
    frozen[j] = 1
  }
  return cut
}
