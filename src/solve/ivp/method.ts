import type { Factors } from '../factors.ts'
import { isFinite } from '../vectors.ts'
import { combination, scaledNorm, type Tolerance } from './vectors.ts'

/** y′ = f(t, y) on vectors of numbers. */
export interface System {
  readonly size: number
  readonly tolerance: Tolerance
  readonly counts: Counts
  /** f(t, y). */
  rates(t: number, y: Float64Array): Float64Array
  /** ∂f/∂y and ∂f/∂t, from one evaluation with derivatives. */
  linearised(t: number, y: Float64Array): Linearised
}

export interface Linearised {
  /** Factors of shift · I − scale · ∂f/∂y; undefined where that is singular or not finite. They hold until the next ones are made, or for good if `kept`. */
  factors(shift: number, scale: number, kept?: boolean): Factors | undefined
  readonly timeDerivative: Float64Array
  /** A bound of the absolute eigenvalues of ∂f/∂y: the least of some of its norms. */
  rateBound(tolerance: Tolerance, y: Float64Array): number
}

/** What a solution took. */
export interface Counts {
  evaluations: number
  jacobians: number
  factorisations: number
  rejected: number
}

/** A step that was taken. */
export interface Step {
  readonly from: number
  readonly to: number
  readonly start: Float64Array
  readonly end: Float64Array
  /** The solution between the ends, by the method's interpolant. */
  at(t: number): Float64Array
  /** What must be known to take the same step with other values. */
  readonly recipe: Recipe
}

export type Recipe = { readonly method: 'dopri5'; readonly first: boolean } | { readonly method: 'rodas'; readonly stages: readonly Float64Array[] } | BdfRecipe

export interface BdfRecipe {
  readonly method: 'bdf'
  readonly order: number
  /** Differences of the state are multiplied by these, one after the other, before the step is taken. */
  readonly changes: readonly Change[]
  /** Of a step that begins from the state alone: the size, with sign, for which the first difference is made. */
  readonly first: number | undefined
}

/** A new step size of a multistep method: that by which the old one is multiplied, and up to which difference. */
export interface Change {
  readonly order: number
  readonly factor: number
}

/** Takes steps one after the other. */
export interface Method {
  /** The next step, which ends at `end` at the latest; undefined when it would be too small to change t. */
  step(end: number): Step | undefined
  /** Why another method would be better, if it would. */
  readonly complaint?: string | undefined
  /** Of a method for stiff problems: a bound of |h λ| in the last step. */
  readonly stiffness?: number | undefined
}

/** Where a method begins. */
export interface Start {
  readonly t: number
  readonly y: Float64Array
  readonly rates: Float64Array
  /** Size of the first step, without sign. */
  readonly size: number
  readonly direction: 1 | -1
  readonly maxStep: number
}

/** Whether a step is below what changes t. */
export function isTooSmall(t: number, size: number): boolean {
  return !(size > 10 * Number.EPSILON * Math.abs(t)) || size < Number.MIN_VALUE * 1e16
}

/** A size for the first step of a method of an order: Hairer, Nørsett and Wanner, Solving Ordinary Differential Equations I, II.4. */
export function firstStepSize(system: System, t: number, y: Float64Array, rates: Float64Array, length: number, order: number): number {
  const { tolerance } = system
  const [d0, d1] = [scaledNorm(y, tolerance, y), scaledNorm(rates, tolerance, y)]
  const h0 = Math.min(d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1, Math.abs(length))
  const next = system.rates(t + Math.sign(length) * h0, combination(y, [Math.sign(length) * h0], [rates]))
  if (!isFinite(next)) return Math.min(h0 / 100, Math.abs(length))
  const d2 = scaledNorm(combination(next, [-1], [rates]), tolerance, y) / h0
  const h1 = Math.max(d1, d2) <= 1e-15 ? Math.max(1e-6, h0 * 1e-3) : (0.01 / Math.max(d1, d2)) ** (1 / (order + 1))
  return Math.min(100 * h0, h1, Math.abs(length))
}

/** The end of the next step: as far as the size goes, and exactly `end` where that is nearer, or nearly so. */
export function endOf(t: number, signed: number, end: number): number {
  return Math.abs(end - t) <= Math.abs(signed) * (1 + 1e-10) ? end : t + signed
}
