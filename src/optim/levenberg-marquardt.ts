import { describe, ShapeError, TreeError } from '../core/errors.ts'
import { count } from '../core/option-kinds.ts'
import { type OptionKind, optionReader } from '../core/options.ts'
import { isNumericTypedArray, Tensor } from '../core/tensor.ts'
import { planJacobian } from '../jacobian/jacobian.ts'
import { SparseMatrix } from '../jacobian/sparse-matrix.ts'
import type { Point } from '../solve/least-squares/boxed-step.ts'
import { Chooser } from '../solve/least-squares/choose.ts'
import { iterate, type Problem } from '../solve/least-squares/engine.ts'
import { costOf } from '../solve/least-squares/loss.ts'
import { spreadOf } from '../solve/least-squares/spread.ts'
import { levenbergMarquardtStep } from '../solve/least-squares/steps.ts'
import { namesOf } from '../solve/names.ts'

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
/** The first trust region, in lengths of the start, as in MINPACK. */
const FIRST_RADIUS = 100

/**
 * Least squares by Levenberg and Marquardt's method in a trust region, scaled by the columns of the Jacobian:
 * J. J. Moré, "The Levenberg–Marquardt algorithm: implementation and theory", Lecture Notes in Mathematics 630 (1978).
 * `leastSquares` of dualtape/solve is the same method for trees, with bounds, weights, robust losses and the covariance.
 *
 * Standard deviations are NaN where no residual is left over to measure the spread by, and Infinity for parameters that the
 * residuals do not determine; `reason` says so.
 *
 * Throws a TreeError for parameters and residuals that are no lists of numbers, and a DomainError for residuals that are
 * not finite at the start.
 *
 * @example
 * const residuals = ([a, b]: number[]) => [sub(a!, 3), mul(10, sub(b!, square(a!)))]
 * levenbergMarquardt(residuals, [1, 1]).parameters // [3, 9]
 */
export function levenbergMarquardt(residualsAt: Residuals, start: readonly number[] | Float64Array, options?: FitOptions, ...more: []): Fit {
  const { maxIterations, onIteration } = readFit('levenbergMarquardt', [options, ...more])
  const parameters = listOf('the parameters at the start', start)
  const outcome = iterate(problemOf(residualsAt, parameters), Float64Array.from(parameters), {
    name: 'levenbergMarquardt',
    rule: levenbergMarquardtStep,
    firstRadius: FIRST_RADIUS,
    box: undefined,
    tolerance: TOLERANCE,
    maxIterations,
    report: (iteration, { cost }) => {
      if (iteration > 0) onIteration?.(iteration, 2 * cost)
      return false
    },
  })
  const { standardDeviations, singular, sentences } = spreadOf(outcome, outcome.point.residuals.length, false, () => namesOf(parameters))
  return {
    parameters: [...outcome.point.x],
    standardDeviations: [...standardDeviations],
    residualSumOfSquares: 2 * outcome.point.cost,
    iterations: outcome.iterations,
    converged: outcome.status === 'converged' && !singular,
    reason: [outcome.message, ...sentences].join('. '),
  }
}

/** Residuals with their Jacobian: as they are given, or by a plan that is made once. */
function problemOf(residualsAt: Residuals, start: number[]): Problem<Point> {
  if (typeof residualsAt !== 'function') throw new TreeError(`levenbergMarquardt: takes a function of the parameters, but ${describe(residualsAt)} was given.`)
  const first = residualsAt([...start]) as Partial<WithJacobian> | undefined
  const chooser = new Chooser()
  const model = (jacobian: SparseMatrix) => chooser.model(jacobian)
  if (first?.residuals !== undefined && first.jacobian !== undefined) {
    const at = (x: Float64Array) => residualsAt([...x]) as WithJacobian
    return {
      cost: x => costOf(Float64Array.from(at(x).residuals), 'linear', 1),
      point: x => {
        const { residuals, jacobian } = at(x)
        const numbers = Float64Array.from(residuals)
        return { x, cost: costOf(numbers, 'linear', 1), residuals: numbers, jacobian: wholeMatrix(jacobian, x.length) }
      },
      model,
    }
  }
  listOf('the residuals', first)
  const plan = planJacobian(residualsAt as (parameters: number[]) => number[] | Tensor, start, { output: 'sparse' })
  return {
    cost: x => costOf(Float64Array.from(listOf('the residuals', residualsAt([...x]))), 'linear', 1),
    point: x => {
      const [value, jacobian] = plan.valueAndJacobian([...x])
      const residuals = Float64Array.from(listOf('the residuals', value))
      return { x, cost: costOf(residuals, 'linear', 1), residuals, jacobian }
    },
    model,
  }
}

/** A matrix of which every entry is kept. */
function wholeMatrix(rows: readonly ArrayLike<number>[], columns: number): SparseMatrix {
  const values = new Float64Array(rows.length * columns)
  rows.forEach((row, i) => {
    values.set(Array.from(row), i * columns)
  })
  return new SparseMatrix(
    [rows.length, columns],
    Int32Array.from({ length: rows.length + 1 }, (_, i) => i * columns),
    Int32Array.from(values, (_, k) => k % columns),
    values,
  )
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
