import { DualtapeError, describe, ShapeError, TreeError } from '../core/errors.ts'
import { count } from '../core/option-kinds.ts'
import { type OptionKind, optionReader } from '../core/options.ts'
import { isNumericTypedArray, Tensor } from '../core/tensor.ts'
import { planJacobian } from '../jacobian/jacobian.ts'

/** What a fit ended with. */
export interface Fit {
  parameters: number[]
  standardDeviations: number[]
  residualSumOfSquares: number
  iterations: number
  converged: boolean
  /** Why the fit ended, in words. */
  reason: string
}

/** Residuals at some parameters: written with operators, which differentiates them, or with a Jacobian of one's own. */
export type Residuals = (parameters: number[]) => readonly number[] | Tensor | WithJacobian

/** Residuals and their Jacobian. */
interface WithJacobian {
  residuals: ArrayLike<number>
  jacobian: readonly ArrayLike<number>[]
}

/** Options of `levenbergMarquardt`. */
export interface FitOptions {
  maxIterations?: number | undefined
  /** Called after each iteration. */
  onIteration?: ((iteration: number, residualSumOfSquares: number) => void) | undefined
}

const callback: OptionKind<NonNullable<FitOptions['onIteration']>> = {
  wants: 'a function',
  accepts: (given): given is NonNullable<FitOptions['onIteration']> => typeof given === 'function',
}
const readFit = /* @__PURE__ */ optionReader({ maxIterations: { is: count, default: 1000 }, onIteration: { is: callback } })

/** A step is small, or the sum of squares does not fall, beyond what double precision can tell. */
const TOLERANCE = 1e-15

/**
 * Least squares by Levenberg and Marquardt's method in a trust region, scaled by the columns of the Jacobian:
 * J. J. Moré, "The Levenberg–Marquardt algorithm: implementation and theory", Lecture Notes in Mathematics 630 (1978).
 *
 * Throws a TreeError for parameters and residuals that are no lists of numbers, and a DualtapeError for residuals that are
 * not finite at the start.
 *
 * @example
 * const residuals = ([a, b]: number[]) => [sub(a!, 3), mul(10, sub(b!, square(a!)))]
 * levenbergMarquardt(residuals, [1, 1]).parameters // [3, 9]
 */
export function levenbergMarquardt(residualsAt: Residuals, start: readonly number[] | Float64Array, options?: FitOptions): Fit {
  const { maxIterations, onIteration } = readFit('levenbergMarquardt', [options])
  let parameters = listOf('the parameters at the start', start)
  const n = parameters.length
  const problem = differentiated(residualsAt, parameters)
  let { residuals, jacobian } = problem(parameters)
  let norm = euclideanNorm(residuals)
  if (!Number.isFinite(norm))
    throw new DualtapeError(`fit: the residuals at the start are not finite (their norm is ${norm}). Start where the model has a value.`)
  const scales = new Array<number>(n).fill(0)
  let radius = 0
  let iterations = 0
  let reason = `no convergence within ${maxIterations} iterations`
  let converged = false
  while (iterations < maxIterations) {
    for (let j = 0; j < n; j++) scales[j] = Math.max(scales[j] as number, euclideanNorm(jacobian.map(row => row[j] as number)))
    for (let j = 0; j < n; j++) if (scales[j] === 0) scales[j] = 1
    const scaledNorm = euclideanNorm(parameters.map((each, j) => each * (scales[j] as number)))
    if (radius === 0) radius = 100 * (scaledNorm || 1)
    const { r, qtb } = factor(jacobian, residuals)
    const { step, damping } = boundedStep(r, qtb, scales, radius)
    const scaledStep = euclideanNorm(step.map((each, j) => each * (scales[j] as number)))
    if (iterations === 0) radius = Math.min(radius, scaledStep)
    const tried = parameters.map((each, j) => each - (step[j] as number))
    const next = problem(tried)
    const nextNorm = euclideanNorm(next.residuals)
    const { predicted, slope } = linearModel(r, step, damping, scales, norm)
    const actual = Number.isFinite(nextNorm) && nextNorm < 10 * norm ? 1 - (nextNorm / norm) ** 2 : -1
    const ratio = predicted > 0 ? actual / predicted : 0
    if (ratio <= 0.25) {
      const shrink = actual >= 0 ? 0.5 : (0.5 * slope) / (slope + 0.5 * actual)
      radius = Math.min(radius, scaledStep * 10) * (nextNorm < 10 * norm ? Math.max(shrink, 0.1) : 0.1)
    } else if (damping === 0 || ratio >= 0.75) radius = 2 * scaledStep
    iterations++
    const accepted = nextNorm < norm || (nextNorm === norm && tried.some((each, j) => each !== parameters[j]))
    if (accepted) {
      parameters = tried
      ;({ residuals, jacobian } = next)
      norm = nextNorm
    }
    onIteration?.(iterations, norm * norm)
    if (norm === 0 || scaledStep <= TOLERANCE * scaledNorm) {
      ;[converged, reason] = [true, 'the parameters do not change any more']
      break
    }
    if (!accepted && Math.abs(actual) <= TOLERANCE && predicted <= TOLERANCE) {
      ;[converged, reason] = [true, 'the sum of squares does not fall any more']
      break
    }
    if (radius < Number.MIN_VALUE * 1e20 || !step.every(Number.isFinite)) {
      reason = 'no step makes the residuals smaller'
      break
    }
  }
  const { r } = factor(jacobian, residuals)
  return { parameters, standardDeviations: standardDeviations(r, norm, jacobian.length), residualSumOfSquares: norm * norm, iterations, converged, reason }
}

/** Residuals with their Jacobian: as they are given, or by a plan that is made once. */
function differentiated(residualsAt: Residuals, start: number[]): (parameters: number[]) => WithJacobian {
  if (typeof residualsAt !== 'function') throw new TreeError(`levenbergMarquardt: takes a function of the parameters, but ${describe(residualsAt)} was given.`)
  const first = residualsAt([...start]) as Partial<WithJacobian> | undefined
  if (first?.residuals !== undefined && first.jacobian !== undefined) return residualsAt as (parameters: number[]) => WithJacobian
  listOf('the residuals', first)
  const plan = planJacobian(residualsAt as (parameters: number[]) => number[] | Tensor, start)
  return parameters => {
    const [value, derivative] = plan.valueAndJacobian(parameters)
    const rows = derivative instanceof Tensor ? (derivative.toArray() as number[][]) : (derivative as unknown as number[][])
    return { residuals: listOf('the residuals', value), jacobian: rows }
  }
}

/** A list of numbers: an array, a typed array or a Tensor of rank 1. */
function listOf(what: string, given: unknown): number[] {
  if (given instanceof Tensor && given.rank !== 1)
    throw new ShapeError(`levenbergMarquardt: ${what} are one list of numbers, but ${describe(given)} was given.`)
  const list = given instanceof Tensor ? [...given.data] : isNumericTypedArray(given) ? [...given] : given
  if (!Array.isArray(list) || list.some(each => typeof each !== 'number')) {
    throw new TreeError(`levenbergMarquardt: ${what} are one list of numbers, but ${describe(given)} was given.`)
  }
  return [...list]
}

/** What the linear model promises of a step: the relative reduction of the sum of squares, and its slope along the step. */
function linearModel(r: readonly number[][], step: readonly number[], damping: number, scales: readonly number[], norm: number) {
  const linear = euclideanNorm(r.map(row => row.reduce((sum, each, j) => sum + each * (step[j] as number), 0))) / norm
  const scaled = euclideanNorm(step.map((each, j) => each * (scales[j] as number))) / norm
  return { predicted: linear ** 2 + 2 * damping * scaled ** 2, slope: -(linear ** 2 + damping * scaled ** 2) }
}

/** The step that solves the damped problem, with just enough damping that it stays within the radius. */
function boundedStep(r: readonly number[][], qtb: readonly number[], scales: readonly number[], radius: number) {
  const n = qtb.length
  const full = solveDamped(r, qtb, scales, 0)
  const length = (step: readonly number[]) => euclideanNorm(step.map((each, j) => each * (scales[j] as number)))
  const rank = r.every((row, j) => Math.abs(row[j] as number) > 1e-14 * (scales[j] as number) * n)
  if (rank && full.step.every(Number.isFinite) && length(full.step) <= 1.1 * radius) return { step: full.step, damping: 0 }
  const gradient = scales.map((scale, j) => r.reduce((sum, row, i) => (i <= j ? sum + (row[j] as number) * (qtb[i] as number) : sum), 0) / scale)
  let lower = 0
  let upper = euclideanNorm(gradient) / radius || Number.MIN_VALUE
  let damping = Math.max(1e-3 * upper, Number.MIN_VALUE)
  let step = full.step
  for (let i = 0; i < 20; i++) {
    if (damping <= lower || damping >= upper) damping = Math.max(1e-3 * upper, Math.sqrt(lower * upper))
    const damped = solveDamped(r, qtb, scales, damping)
    step = damped.step
    const excess = length(step) - radius
    if (Math.abs(excess) <= 0.1 * radius) break
    if (excess > 0) lower = damping
    else upper = damping
    const scaled = step.map((each, j) => ((scales[j] as number) ** 2 * each) / length(step))
    const slope = euclideanNorm(solveTransposed(damped.factor, scaled)) ** 2
    damping += (length(step) / radius - 1) / slope
  }
  return { step, damping }
}

/** min ‖R p − qtb‖² + damping ‖D p‖², by one more factorisation of R above √damping D. */
function solveDamped(r: readonly number[][], qtb: readonly number[], scales: readonly number[], damping: number) {
  const n = qtb.length
  const root = Math.sqrt(damping)
  const rows = damping === 0 ? r : [...r, ...scales.map((scale, i) => Array.from({ length: n }, (_, j) => (i === j ? root * scale : 0)))]
  const { r: factored, qtb: right } = damping === 0 ? { r, qtb } : factor(rows, [...qtb, ...new Array<number>(n).fill(0)])
  const step = [...right]
  for (let i = n - 1; i >= 0; i--) {
    const row = factored[i] as number[]
    for (let j = i + 1; j < n; j++) step[i] = (step[i] as number) - (row[j] as number) * (step[j] as number)
    step[i] = row[i] === 0 ? 0 : (step[i] as number) / (row[i] as number)
  }
  return { step, factor: factored }
}

/** z with Rᵀ z = b. */
function solveTransposed(r: readonly number[][], b: readonly number[]): number[] {
  const z = [...b]
  for (let i = 0; i < z.length; i++) {
    for (let k = 0; k < i; k++) z[i] = (z[i] as number) - ((r[k] as number[])[i] as number) * (z[k] as number)
    z[i] = (z[i] as number) / ((r[i] as number[])[i] as number)
  }
  return z
}

/** R and the first entries of Qᵀ b, by Householder's reflections. */
function factor(matrix: readonly ArrayLike<number>[], b: ArrayLike<number>): { r: number[][]; qtb: number[] } {
  const a = matrix.map(row => Array.from(row))
  const right = Array.from(b)
  const n = a[0]?.length ?? 0
  for (let k = 0; k < n; k++) {
    const column = a.slice(k).map(row => row[k] as number)
    const norm = euclideanNorm(column)
    if (norm === 0) continue
    const alpha = (column[0] as number) > 0 ? -norm : norm
    const v = [...column]
    v[0] = (v[0] as number) - alpha
    const length = euclideanNorm(v)
    for (let i = 0; i < v.length; i++) v[i] = (v[i] as number) / length
    const reflect = (read: (i: number) => number, write: (i: number, x: number) => void) => {
      let dot = 0
      for (let i = 0; i < v.length; i++) dot += (v[i] as number) * read(i)
      for (let i = 0; i < v.length; i++) write(i, read(i) - 2 * dot * (v[i] as number))
    }
    for (let j = k; j < n; j++) {
      reflect(
        i => (a[k + i] as number[])[j] as number,
        (i, x) => ((a[k + i] as number[])[j] = x),
      )
    }
    reflect(
      i => right[k + i] as number,
      (i, x) => (right[k + i] = x),
    )
  }
  const r = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (j >= i ? (a[i]?.[j] ?? 0) : 0)))
  return { r, qtb: Array.from({ length: n }, (_, i) => right[i] ?? 0) }
}

/** Square roots of the diagonal of s² (RᵀR)⁻¹ with s² the residual variance. */
function standardDeviations(r: readonly number[][], norm: number, observations: number): number[] {
  const n = r.length
  const s = norm / Math.sqrt(observations - n)
  return Array.from(
    { length: n },
    (_, k) =>
      s *
      euclideanNorm(
        solveTransposed(
          r,
          Array.from({ length: n }, (_, i) => (i === k ? 1 : 0)),
        ),
      ),
  )
}

/** Length of a vector, without overflow. */
function euclideanNorm(x: ArrayLike<number>): number {
  let largest = 0
  for (let i = 0; i < x.length; i++) {
    const size = Math.abs(x[i] as number)
    if (!(size <= largest)) largest = size
  }
  if (largest === 0 || !Number.isFinite(largest)) return largest
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += ((x[i] as number) / largest) ** 2
  return largest * Math.sqrt(sum)
}
