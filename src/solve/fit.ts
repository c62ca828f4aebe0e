import { counted } from '../core/counted.ts'
import { DomainError, DualtapeError, describe, ShapeError, TreeError } from '../core/errors.ts'
import { fraction } from '../core/option-kinds.ts'
import { type OptionKind, optionReader } from '../core/options.ts'
import { isNumericTypedArray, Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import { checkFunction, isPlainObject, someLeaf } from '../core/tree.ts'
import { sub } from '../ops/arithmetic.ts'
import { valueAndGrad } from '../reverse/grad.ts'
import { studentQuantile } from './least-squares/covariance.ts'
import { type LeastSquaresOptions, type LeastSquaresResult, leastSquaresOptions, solved } from './least-squares.ts'
import { flatten } from './unknowns.ts'

/** Rows and what was observed at each. */
export interface Observations<Row> {
  readonly x: ArrayLike<Row> | Tensor
  readonly y: ArrayLike<number> | Tensor
}

/** A row and what was observed at it. */
export type Pair<Row> = readonly [row: Row, y: number]

/** Options of `fit`, beside those of `leastSquares`. */
export interface FitOptions<P> extends LeastSquaresOptions<P> {
  /** Name of what was observed where rows are objects: 'y' by default. */
  response?: string
  /** Part of the cases in which the intervals of `predict` hold: 0.95 by default. */
  confidence?: number
}

/** What a fitted model says about a row. */
export interface Prediction {
  value: number
  /** Standard deviation of `value`, by the covariance of the parameters. */
  standardError: number
  /** Where the curve lies, by Student's distribution. */
  confidence: [lower: number, upper: number]
  /** Where another observation would lie. */
  prediction: [lower: number, upper: number]
}

/** What `fit` found: `residuals` are predicted less observed. */
export interface FitResult<P, Row> extends LeastSquaresResult<P, number[]> {
  /**
   * The model at any row, with its uncertainty to first order: σ² = gᵀ Σ g with g the model's gradient and Σ the covariance. Another
   * observation would have the given weight: that of all, or 1.
   */
  predict(row: Row, weight?: number): Prediction
}

const text: OptionKind<string> = { wants: 'a name', accepts: (given): given is string => typeof given === 'string' && given !== '' }
const readOptions = /* @__PURE__ */ optionReader({
  ...leastSquaresOptions,
  response: { is: text, default: 'y' },
  confidence: { is: fraction, default: 0.95 },
})

/**
 * Parameters with which a model is closest to observations: `leastSquares` on model(parameters, row) − y, with weights, losses and
 * bounds as there. `data` are
 *
 * - `{x, y}`: a list of rows, each a number or whatever else the model takes, and the list of what was observed;
 * - pairs `[row, y]`, such as `[[x1, x2], y]` for two variables;
 * - objects such as `{t: 1, y: 2}`, which the model gets as they are; `response` names what was observed if that is not y.
 *
 * Source of the intervals: Seber and Wild, Nonlinear Regression (1989), section 5.1.
 *
 * Throws a TreeError for data of another form, a ShapeError for lists of different lengths, and a DomainError for observations that
 * are no finite numbers, beside what `leastSquares` throws.
 *
 * @names `scipy.optimize.curve_fit`
 *
 * @example
 * const decay = ({ a, k }: { a: number; k: number }, t: number) => mul(a, exp(neg(mul(k, t))))
 * const { x, standardDeviations, predict } = fit(decay, { x: [0, 1, 2, 3], y: [2.03, 1.2, 0.75, 0.43] }, { a: 1, k: 1 })
 * x // {a: 2.03…, k: 0.51…}
 */
export function fit<P, Row>(model: (parameters: P, row: Row) => number, data: Observations<Row>, start: P, options?: FitOptions<P>): FitResult<P, Row>
export function fit<P, Row>(model: (parameters: P, row: Row) => number, data: readonly Pair<Row>[], start: P, options?: FitOptions<P>): FitResult<P, Row>
export function fit<P, Row extends object>(
  model: (parameters: P, row: Row) => number,
  data: readonly Row[],
  start: P,
  options?: FitOptions<P>,
): FitResult<P, Row>
export function fit<P, Row>(model: (parameters: P, row: Row) => number, data: unknown, start: P, options?: FitOptions<P>, ...more: []): FitResult<P, Row> {
  const read = readOptions('fit', [options, ...more])
  checkFunction('fit', model)
  const { rows, observed } = observationsOf<Row>(data, read.response)
  const residuals = (parameters: P): number[] => {
    const predicted = rows.map(row => model(parameters, row))
    return Array.isArray(observed) ? predicted.map((each, i) => sub(each, observed[i] as number)) : (sub(predicted, observed) as unknown as number[])
  }
  const result = solved<P, number[]>('fit', residuals, start, read)
  const { covarianceOf, degreesOfFreedom, residualStandardDeviation } = result
  if (someLeaf(result.x, isTraced)) {
    const predict = (): never => {
      throw new DualtapeError('fit: predict gives plain numbers, but this fit runs inside a transform. Call the model itself: model(x, row).')
    }
    return { ...result, predict }
  }
  const predict = (row: Row, weight = typeof read.weights === 'number' ? read.weights : 1): Prediction => {
    const [value, gradient] = valueAndGrad((parameters: P) => model(parameters, row))(result.x as unknown as P) as [number, unknown]
    const spread = (read.knownDeviations ? 1 : residualStandardDeviation) / Math.sqrt(weight)
    const standardError =
      covarianceOf === undefined ? Number.NaN : Math.sqrt(quadratic(covarianceOf, flatten(gradient, 'fit: the gradient of the model'), spread))
    const quantile = studentQuantile(read.confidence, read.knownDeviations ? Number.POSITIVE_INFINITY : degreesOfFreedom)
    const around = (deviation: number): [number, number] =>
      deviation === Number.POSITIVE_INFINITY ? [-deviation, deviation] : [value - quantile * deviation, value + quantile * deviation]
    return { value, standardError, confidence: around(standardError), prediction: around(Math.hypot(standardError, spread)) }
  }
  return { ...result, predict }
}

/** gᵀ Σ g over the parameters that the model depends on here: Infinity where one of them is not determined, NaN where the spread is not known. */
function quadratic(covarianceOf: (pick: (x: unknown) => unknown) => Tensor, gradient: Float64Array, spread: number): number {
  const g = gradient.filter(each => each !== 0)
  const { data } = covarianceOf(places => flatten(places, 'fit: the parameters').filter((_, i) => gradient[i] !== 0))
  let sum = 0
  g.forEach((a, i) => {
    g.forEach((b, j) => {
      sum += a * b * (data[i * g.length + j] as number)
    })
  })
  return Number.isNaN(sum) && !Number.isNaN(spread) ? Number.POSITIVE_INFINITY : Math.max(0, sum)
}

/** The rows that the model takes, and what was observed: a list, or a tensor that may be traced. */
function observationsOf<Row>(data: unknown, response: string): { rows: Row[]; observed: number[] | Tensor } {
  if (isPlainObject(data)) {
    for (const key of ['x', 'y']) if (!(key in data)) throw new TreeError(`fit: data in lists have x and y, but ${key} is missing.`)
    const rows = listOf(data.x, 'x') as Row[]
    const observed = isTraced(data.y) && !Array.isArray(data.y) ? (data.y as unknown as Tensor) : (listOf(data.y, 'y') as number[])
    const length = Array.isArray(observed) ? observed.length : observed.shape[0]
    if (rows.length !== length)
      throw new ShapeError(`fit: data.x has ${counted(rows.length, 'row')}, but data.y has ${counted(length as number, 'observation')}. Give one for each row.`)
    return checked({ rows, observed })
  }
  if (!Array.isArray(data)) throw new TreeError(`fit: data are {x, y}, pairs [row, y] or objects, but ${describe(data)} was given.`)
  const observed = data.map((each: unknown, i) => {
    if (Array.isArray(each)) {
      if (each.length === 2) return each[1] as number
      throw new TreeError(`fit: row ${i} of the data is ${describe(each)}. A row with its observation is a pair: [[x1, x2], y] for two variables.`)
    }
    if (isPlainObject(each) && response in each) return each[response] as number
    const keys = isPlainObject(each)
      ? `has ${Object.keys(each).join(', ')}, but no ${response}; the option response names what was observed`
      : `is ${describe(each)}`
    throw new TreeError(`fit: row ${i} of the data ${keys}.`)
  })
  return checked({ rows: data.map((each: unknown) => (Array.isArray(each) ? each[0] : each) as Row), observed })
}

function listOf(given: unknown, name: string): unknown[] {
  if (given instanceof Tensor && given.rank > 0) return given.toArray() as unknown[]
  if (Array.isArray(given)) return given
  if (isNumericTypedArray(given)) return Array.from(given)
  throw new TreeError(`fit: data.${name} is a list, but ${describe(given)} was given.`)
}

function checked<O extends { observed: number[] | Tensor }>(observations: O): O {
  const { observed } = observations
  if (!Array.isArray(observed)) return observations
  if (observed.length === 0) throw new ShapeError('fit: the data have no rows.')
  const bad = observed.findIndex(each => !isTraced(each) && !Number.isFinite(each))
  if (bad < 0) return observations
  throw new DomainError(`fit: observation ${bad} is ${describe(observed[bad])}. Leave out rows for which no number was observed.`)
}
