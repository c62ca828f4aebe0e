import { dot, norm } from '../vectors.ts'
import { type LinearModel, scaledNorm } from './linear-model.ts'

/** A step within the trust region, and the damping that keeps it there: 0 for the step of Gauss and Newton. */
export interface Step {
  step: Float64Array
  damping: number
  /** Whether (JᵀJ + damping D²) step = −Jᵀr. */
  solves: boolean
}

/** How the step of a trust region is found: ‖D p‖ ≤ radius (by a tenth). `damping` is that of the step before. */
export type StepRule = (model: LinearModel, scales: Float64Array, radius: number, damping: number, product: (p: Float64Array) => Float64Array) => Step

/** Dampings tried for one step; Moré counts fewer than two on average. */
const MOST_DAMPINGS = 10

/**
 * min ‖J p + r‖ within the trust region: the damping λ solves ‖D p(λ)‖ = radius by Newton's method on its reciprocal, with bounds
 * on both sides. Source: J. J. Moré, "The Levenberg–Marquardt algorithm: implementation and theory", Lecture Notes in Mathematics
 * 630 (1978), section 5.
 */
export const levenbergMarquardtStep: StepRule = (model, scales, radius, before) => {
  const full = model.step(0, scales)
  const fullLength = full === undefined ? Number.POSITIVE_INFINITY : scaledNorm(full, scales)
  if (full !== undefined && fullLength <= 1.1 * radius) return { step: full, damping: 0, solves: true }
  let lower = full === undefined || !Number.isFinite(fullLength) ? 0 : (fullLength - radius) / radius / newtonSlope(model, full, fullLength, scales)
  let upper = norm(model.gradient.map((each, j) => each / (scales[j] as number))) / radius || Number.MIN_VALUE / Math.min(radius, 0.1)
  let damping = Math.min(Math.max(before, lower), upper) || upper / (fullLength < Number.POSITIVE_INFINITY ? fullLength / radius : 1e3)
  let step = full
  let excess = Number.POSITIVE_INFINITY
  for (let tries = 0; tries < MOST_DAMPINGS; tries++) {
    if (damping === 0) damping = Math.max(Number.MIN_VALUE, 1e-3 * upper)
    const next = model.step(damping, scales)
    if (next === undefined) {
      // Singular to working precision even so: more damping.
      lower = damping
      damping = Math.max(10 * damping, 1e-3 * upper)
      upper = Math.max(upper, damping)
      continue
    }
    step = next
    const length = scaledNorm(step, scales)
    const last = excess
    excess = length - radius
    // Where JᵀJ is singular the steps stay short however small the damping is.
    if (Math.abs(excess) <= 0.1 * radius || (lower === 0 && last < 0 && excess <= last + 0.1 * length)) break
    if (excess > 0) lower = Math.max(lower, damping)
    else upper = Math.min(upper, damping)
    damping = Math.max(lower, damping + excess / radius / newtonSlope(model, step, length, scales))
  }
  return { step: step ?? new Float64Array(scales.length), damping, solves: true }
}

/** −φ′/‖D p‖ with φ(λ) = ‖D p(λ)‖: qᵀ (JᵀJ + λD²)⁻¹ q with q = D² p / ‖D p‖. */
function newtonSlope(model: LinearModel, step: Float64Array, length: number, scales: Float64Array): number {
  const q = step.map((each, j) => (each * (scales[j] as number) ** 2) / length)
  return dot(q, model.solve(q))
}

/**
 * Along the gradient as far as the linear model falls, then towards the step of Gauss and Newton, up to the radius.
 * Source: M. J. D. Powell, "A hybrid method for nonlinear equations" (1970).
 */
export const doglegStep: StepRule = (model, scales, radius, _, product) => {
  const newton = model.step(0, scales)
  const full = newton ?? model.step(Number.EPSILON, scales)
  if (full !== undefined && scaledNorm(full, scales) <= radius) return { step: full, damping: 0, solves: newton !== undefined }
  const steepest = model.gradient.map((each, j) => -each / (scales[j] as number) ** 2)
  const length = scaledNorm(steepest, scales)
  if (length === 0) return { step: steepest, damping: 0, solves: true }
  const along = (length / norm(product(steepest))) ** 2
  if (full === undefined || !(along * length < radius)) {
    const reach = Math.min(along, radius / length)
    return { step: steepest.map(each => reach * each), damping: 0, solves: false }
  }
  const cauchy = steepest.map(each => along * each)
  const way = full.map((each, j) => each - (cauchy[j] as number))
  // ‖D (cauchy + t way)‖ = radius, by the root that does not cancel.
  const a = scaledNorm(way, scales) ** 2
  const b = way.reduce((sum, each, j) => sum + each * (cauchy[j] as number) * (scales[j] as number) ** 2, 0)
  const c = (along * length) ** 2 - radius * radius
  const root = Math.sqrt(b * b - a * c)
  const t = b > 0 ? -c / (b + root) : (root - b) / a
  return { step: cauchy.map((each, j) => each + t * (way[j] as number)), damping: 0, solves: false }
}
