import { counted } from '../core/counted.ts'
import { DualtapeError } from '../core/errors.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import type { JacobianOptions } from '../jacobian/options.ts'
import { sub } from '../ops/arithmetic.ts'
import { broadcastTo } from '../ops/broadcast.ts'
import { type LeastSquaresOptions, type LeastSquaresResult, leastSquares } from '../solve/least-squares.ts'

/** Columns of data by name, all of one length. */
export type Columns = { readonly [name: string]: readonly number[] }

/** Numbers by the names of parameters. */
export type Parameters = { [name: string]: number }

/** What a model predicts for all rows, or one number for each of them. */
export type Predict = (parameters: { readonly [name: string]: number }) => TensorLike

/** A model of what was observed, and where to start. */
export interface Model {
  predict: Predict
  observed: TensorLike
  columns: Columns
  start: Parameters
  /** How its Jacobian is computed. */
  planned?: Omit<JacobianOptions, 'output'>
  options?: LeastSquaresOptions<Parameters>
}

export interface ModelFit extends LeastSquaresResult<Parameters, Tensor> {
  standardDeviations: Parameters
  observations: number
}

/** Within double precision. */
const TOLERANCE = 1e-15

/** Fits a model to data in columns by Levenberg and Marquardt's method, as closely as double precision allows. */
export function fitModel({ predict, observed, columns, start, planned, options }: Model): ModelFit {
  const size = Object.keys(start).length
  const observations = Object.values(columns)[0]?.length ?? 0
  if (observations <= size) {
    throw new DualtapeError(
      `fit: ${counted(size, 'parameter')} and their spread cannot follow from ${counted(observations, 'data row')}; give at least ${size + 1}.`,
    )
  }
  const residuals = (parameters: Parameters) => broadcastTo(sub(predict(parameters), observed) as Tensor, [observations])
  const found = leastSquares(residuals, start, { tolerance: TOLERANCE, covariance: true, ...(planned && { jacobian: planned }), ...options })
  return { ...found, standardDeviations: found.standardDeviations as Parameters, observations }
}
