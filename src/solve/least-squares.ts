import { counted } from '../core/counted.ts'
import { OptionError } from '../core/errors.ts'
import { count, flag, nonNegative } from '../core/option-kinds.ts'
import { type OptionKind, optionReader, type Read } from '../core/options.ts'
import { isNumericTypedArray, Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import { checkFunction, isPlainObject, someLeaf } from '../core/tree.ts'
import type { Concrete, Value } from '../core/types.ts'
import type { JacobianOptions } from '../jacobian/options.ts'
import type { SparseMatrix } from '../jacobian/sparse-matrix.ts'
import { mul, sqrt } from '../ops/arithmetic.ts'
import { type Bounds, boundsKind, boxOf } from './bounds.ts'
import { solveInside } from './implicit/inside.ts'
import type { Run } from './implicit/problem.ts'
import { iterate } from './least-squares/engine.ts'
import { LOSSES, type Loss } from './least-squares/loss.ts'
import { conditionFactors, conditions, polished, tracedCost } from './least-squares/optimality.ts'
import { type LeastSquaresPlan, planOf } from './least-squares/plan.ts'
import { ResidualProblem, rootsOf, type Weights } from './least-squares/residual-problem.ts'
import { MOST_FOR_ORTHOGONAL, spreadOf } from './least-squares/spread.ts'
import { doglegStep, levenbergMarquardtStep } from './least-squares/steps.ts'
import { inputsOf, vectorOf } from './leaves.ts'
import { namesOf } from './names.ts'
import type { SolveResult } from './result.ts'
import { flatten, throwUnlessCaptured, Unknowns } from './unknowns.ts'
import { Watch, type WatchOptions, watchOptions } from './watch.ts'

/** Of a whole Jacobian, up to which it is factored for the covariance unless that is asked for; and of the covariance itself. */
const MOST_ENTRIES = 1e8
/** Of solutions that are differentiated. */
const LEAST_TOLERANCE = 1e-15

/** Options of `leastSquares`. */
export interface LeastSquaresOptions<X> extends WatchOptions<Concrete<X>> {
  /** How far a step goes: 'auto' is Levenberg and Marquardt's. */
  method?: 'auto' | 'levenbergMarquardt' | 'dogleg'
  /** ρ in the cost ½ Σ ρ(r²), with names and formulas as in SciPy: 'linear' (the default), 'huber', 'softL1', 'cauchy'. */
  loss?: Loss
  /** The residual from which on a loss counts it as an outlier: the cost is ½ c² Σ ρ((r / c)²). 1 by default. */
  lossScale?: number
  /** {lower, upper}, each a number for all variables or a tree like x0; or a pair [lower, upper] for each variable. */
  bounds?: Bounds<X>
  /** 1 / σ² of each residual, or of all: residuals are multiplied by their roots, before the loss. */
  weights?: Weights
  /** Whether weights are those of known deviations, so that the spread of the residuals says nothing more about the covariance. */
  knownDeviations?: boolean
  /** Relative, of the cost, the variables and the cosine between residuals and columns of the Jacobian: see `leastSquares`. 1e-8 by default. */
  tolerance?: number
  maxIterations?: number
  /** How the Jacobian is planned: options of `planJacobian`. */
  jacobian?: Omit<JacobianOptions, 'output'>
  /**
   * What is computed of the covariance: by default all of it for up to 500 variables, and nothing for more. `'deviations'` computes what
   * `standardDeviations` and `covarianceOf` take, for sparse problems without a matrix of all variables by all.
   */
  covariance?: boolean | 'deviations'
}

/** What `leastSquares` found: `value` is the cost ½ Σ ρ(r²), half the weighted sum of squares for the linear loss. */
export interface LeastSquaresResult<X, R> extends SolveResult<Concrete<X>> {
  /** The residuals at x, as the function gave them, without weights. */
  residuals: Concrete<R>
  /** Their Jacobian, residuals by variables. */
  jacobian: SparseMatrix
  /** The largest cosine between the residuals and a column of the Jacobian that bounds do not hold: 0 at a minimum. */
  optimality: number
  plan: LeastSquaresPlan
  /** s² (JᵀJ)⁻¹ over all variables in the order of their leaves; absent where it was not computed. */
  covariance?: Tensor
  /** Square roots of its diagonal, a tree like x0: Infinity for variables that are not determined, NaN where the spread is not known. */
  standardDeviations?: Concrete<X>
  /**
   * The covariance of some variables, in the order in which they are picked from a tree like x0: `covarianceOf(x => x.cameras[0])`. NaN where
   * one is not determined. Absent where no standard deviations were computed.
   */
  covarianceOf?: (pick: (x: Concrete<X>) => unknown) => Tensor
  /** s = √(2 cost / degrees of freedom), NaN for none. */
  residualStandardDeviation: number
  /** Residuals less variables that are determined and not held by bounds. */
  degreesOfFreedom: number
}

const positiveNumber: OptionKind<number> = {
  wants: 'a number above 0',
  accepts: (given): given is number => nonNegative.accepts(given) && given > 0 && given < Number.POSITIVE_INFINITY,
}
const weightsKind: OptionKind<Weights> = {
  wants: 'a number of at least 0, or a list of them',
  accepts: (given): given is Weights => {
    const list =
      typeof given === 'number' ? [given] : given instanceof Tensor ? given.data : isNumericTypedArray(given) || Array.isArray(given) ? given : undefined
    return list !== undefined && Array.from<unknown>(list).every(each => nonNegative.accepts(each) && each < Number.POSITIVE_INFINITY)
  },
}
const planning: OptionKind<Omit<JacobianOptions, 'output'>> = {
  wants: 'options of planJacobian',
  accepts: (given): given is JacobianOptions => isPlainObject(given) && !('output' in given),
}

/** The options, as they are checked. */
export const leastSquaresOptions = {
  method: { is: ['auto', 'levenbergMarquardt', 'dogleg'], default: 'auto' },
  loss: { is: LOSSES, default: 'linear' },
  lossScale: { is: positiveNumber, default: 1 },
  bounds: { is: boundsKind },
  weights: { is: weightsKind },
  knownDeviations: { is: flag, default: false },
  tolerance: { is: nonNegative, default: 1e-8 },
  maxIterations: { is: count, default: 1000 },
  ...watchOptions,
  jacobian: { is: planning },
  covariance: { is: [true, false, 'deviations'] },
} as const

type LeastSquaresRead = Read<typeof leastSquaresOptions>
const readOptions = /* @__PURE__ */ optionReader(leastSquaresOptions)

/**
 * x for which the cost ½ c² Σ ρ(wᵢ rᵢ(x)² / c²) is least: half the weighted sum of squares of the residuals for the linear loss. By
 * Levenberg and Marquardt's method or Powell's dogleg in a trust region, with exact Jacobians that are planned once; each linear
 * problem by orthogonal factors, or by sparse normal equations and their Schur complements where the pattern of the Jacobian shows
 * that this pays (`plan.why`). Unknowns and residuals are any trees of numbers and tensors.
 *
 * With the tolerance ε it has converged when a step makes the cost fall, and is promised to, by less than the part ε of it; when the
 * trust region is smaller than ε times x, in the scales of the columns of the Jacobian; or when the cosine between the residuals and
 * each column that may move (`optimality`) is at most ε. `'singular'` is the status of a minimum at which the residuals do not
 * determine all unknowns, `'stalled'` where no step keeps what the Jacobian promises. A step to where residuals are not finite is
 * taken back.
 *
 * Inside a function that is differentiated, batched or compiled, x, value and residuals depend on what the residuals close over, with
 * derivatives by the implicit function theorem: unknowns on bounds stay there. Covariance and Jacobian are left out then.
 *
 * Throws a DomainError where residuals or Jacobian are not finite at the start, or the start is outside of its bounds, and a
 * ShapeError for weights that are not as many as the residuals.
 *
 * Sources: Moré 1978 (see `levenbergMarquardtStep`); Nocedal and Wright, Numerical Optimization, 2nd ed., chapter 10; losses as in
 * Triggs et al. 2000, appendix A.
 *
 * @names `scipy.optimize.least_squares`
 *
 * @example
 * leastSquares(([x, y]: number[]) => [mul(10, sub(y!, square(x!))), sub(1, x!)], [-1.2, 1]).x // [1, 1]
 */
export function leastSquares<X, R>(residuals: (x: X) => R, x0: X, options?: LeastSquaresOptions<X>, ...more: []): LeastSquaresResult<X, R> {
  return solved('leastSquares', residuals, x0, readOptions('leastSquares', [options, ...more]))
}

/** The same with options that have been read; `name` begins messages. */
export function solved<X, R>(name: string, residuals: (x: X) => R, x0: X, read: LeastSquaresRead): LeastSquaresResult<X, R> {
  checkFunction(name, residuals)
  const unknowns = new Unknowns(name, x0)
  if (!someLeaf(x0, isTraced)) {
    try {
      return solvedPlain(name, residuals, unknowns.flat(x0), unknowns, x0, read)
    } catch (error) {
      throwUnlessCaptured(error)
    }
  }
  return solvedInside(name, residuals, unknowns, x0, read)
}

/** Where the residuals close over values of transforms: to the last digit, since derivatives of a point nearby are not those of the solution. */
function solvedInside<X, R>(name: string, residuals: (x: X) => R, unknowns: Unknowns<X>, x0: X, read: LeastSquaresRead): LeastSquaresResult<X, R> {
  const box = boxOf(name, read.bounds, x0, undefined)
  const costOf = (values: readonly Value[]) => {
    const all = vectorOf(values)
    return tracedCost(all, rootsOf(name, read.weights, all.size), read.loss, read.lossScale)
  }
  const costAt = (run: Run) => (v: Tensor) => costOf(run(unknowns.parted(v))[0] as Value[])
  const { z, result } = solveInside({
    name,
    functions: [residuals],
    x0,
    solve: (run, start) => {
      const inner = solvedPlain(name, (x: X) => run(inputsOf(x))[0], start, unknowns, x0, { ...read, tolerance: Math.min(read.tolerance, LEAST_TOLERANCE) })
      return { z: polished(costAt(run), unknowns.flat(inner.x), box), result: inner }
    },
    equations: (run, at) => conditions(costAt(run), at, box),
    factor: (run, at) => conditionFactors(costAt(run), at, box),
  })
  const x = unknowns.tracedTree(z)
  const given = residuals(x)
  const { covariance: _, standardDeviations: __, covarianceOf: ___, jacobian: ____, ...rest } = result as LeastSquaresResult<X, R>
  const cost = costOf(inputsOf(given))
  const { degreesOfFreedom } = rest
  const residualStandardDeviation = degreesOfFreedom > 0 ? sqrt(mul(2 / degreesOfFreedom, cost as number)) : Number.NaN
  return { ...rest, x, residuals: given, value: cost, residualStandardDeviation } as unknown as LeastSquaresResult<X, R>
}

function solvedPlain<X, R>(
  name: string,
  residuals: (x: X) => R,
  start: Float64Array,
  unknowns: Unknowns<X>,
  x0: X,
  read: LeastSquaresRead,
): LeastSquaresResult<X, R> {
  const box = boxOf(name, read.bounds, x0, start)
  const problem = new ResidualProblem<X>(name, residuals, unknowns, start, read)
  const n = start.length
  if (read.covariance === true && n * n > MOST_ENTRIES) {
    throw new OptionError(
      `${name}: the covariance of ${counted(n, 'variable')} has ${counted(n * n, 'entry')}, more than ${MOST_ENTRIES}. Ask for {covariance: 'deviations'}, and for parts of it by covarianceOf.`,
    )
  }
  const method = read.method === 'dogleg' ? 'dogleg' : 'levenbergMarquardt'
  const asTree = (x: Float64Array) => unknowns.solution(x) as unknown as Concrete<X>
  const watch = new Watch<Concrete<X>>(name, read as WatchOptions<Concrete<X>>)
  const outcome = iterate(problem, start, {
    name,
    rule: method === 'dogleg' ? doglegStep : levenbergMarquardtStep,
    // As MINPACK begins and, with losses, bounds and doglegs, SciPy.
    firstRadius: method === 'levenbergMarquardt' && read.loss === 'linear' && box === undefined ? 100 : 1,
    box,
    tolerance: read.tolerance,
    maxIterations: read.maxIterations,
    report: (iteration, { x, cost }, optimality) => watch.report(() => ({ iteration, x: asTree(x), value: cost, optimality })),
  })
  const { point, iterations, optimality } = outcome
  const wanted = read.covariance ?? (n <= MOST_FOR_ORTHOGONAL && n * problem.plan.outputs <= MOST_ENTRIES)
  const spread = wanted === false ? undefined : spreadOf(outcome, problem.counted, read.knownDeviations, () => namesOf(x0))
  const degreesOfFreedom = spread?.degreesOfFreedom ?? problem.counted - n
  return {
    x: asTree(point.x),
    value: point.cost,
    residuals: point.value as Concrete<R>,
    jacobian: point.raw,
    status: outcome.status === 'converged' && spread?.singular ? 'singular' : outcome.status,
    message: [outcome.message, ...(spread?.sentences ?? [])].join('. '),
    iterations,
    evaluations: problem.evaluations,
    optimality,
    plan: planOf(read.method, problem.chooser, problem.plan as unknown as LeastSquaresPlan['jacobian']),
    ...(spread && {
      ...(wanted === true && { covariance: new Tensor(spread.among(places(n)), [n, n]) }),
      standardDeviations: asTree(spread.standardDeviations),
      covarianceOf(pick: (x: Concrete<X>) => unknown) {
        const picked = pickedPlaces(name, pick(unknowns.tree(places(n)) as Concrete<X>), n)
        return new Tensor(spread.among(picked), [picked.length, picked.length])
      },
    }),
    residualStandardDeviation: degreesOfFreedom > 0 ? Math.sqrt((2 * point.cost) / degreesOfFreedom) : Number.NaN,
    degreesOfFreedom,
    ...(watch.history && { history: watch.history }),
  }
}

/** 0, 1, …: each variable's place. */
function places(n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, j) => j)
}

/** The places in what was picked from a tree of them. */
function pickedPlaces(name: string, picked: unknown, n: number): Float64Array {
  const list = flatten(picked, `${name}: what covarianceOf picks`)
  if (list.every(each => Number.isInteger(each) && each >= 0 && each < n)) return list
  throw new OptionError(`${name}: covarianceOf takes a function that picks variables from a tree like x0, as they stand there, without computing with them.`)
}
