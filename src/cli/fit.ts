import { DualtapeError } from '../core/errors.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import { planJacobian } from '../jacobian/jacobian.ts'
import type { JacobianOptions } from '../jacobian/options.ts'
import type { JacobianPlan } from '../jacobian/plan.ts'
import { sub } from '../ops/arithmetic.ts'
import { broadcastTo } from '../ops/broadcast.ts'
import { type Fit, levenbergMarquardt } from '../optim/levenberg-marquardt.ts'

/** Columns of data by name, all of one length. */
export type Columns = { readonly [name: string]: readonly number[] }

/** What a model predicts for all rows, or one number for each of them. */
export type Predict = (parameters: { readonly [name: string]: number }) => TensorLike

/** A model of what was observed, and where to start. */
export interface Model {
  predict: Predict
  observed: TensorLike
  columns: Columns
  start: { [parameter: string]: number }
  options?: JacobianOptions
  onIteration?: ((iteration: number, residualSumOfSquares: number) => void) | undefined
}

export interface ModelFit extends Fit {
  names: string[]
  observations: number
  plan: JacobianPlan<number[], Tensor>
}

/** Fits a model by Levenberg and Marquardt's method, with full Jacobians of its residuals. */
export function fitModel({ predict, observed, columns, start, options, onIteration }: Model): ModelFit {
  const names = Object.keys(start)
  const observations = Object.values(columns)[0]?.length ?? 0
  if (observations <= names.length) {
    throw new DualtapeError(
      `fit: ${observations} data rows do not determine ${names.length} parameters and their spread; at least ${names.length + 1} rows are needed.`,
    )
  }
  const residuals = (parameters: number[]) => {
    const predicted = predict(Object.fromEntries(names.map((name, i) => [name, parameters[i] as number])))
    return broadcastTo(sub(predicted, observed) as Tensor, [observations])
  }
  const first = Object.values(start)
  const plan = planJacobian(residuals, first, options)
  const fit = levenbergMarquardt(
    parameters => {
      const [value, jacobian] = plan.valueAndJacobian(parameters)
      return { residuals: value.data, jacobian: rowsOf(jacobian as Tensor) }
    },
    first,
    onIteration === undefined ? {} : { onIteration },
  )
  return { ...fit, names, observations, plan }
}

function rowsOf(matrix: Tensor): Float64Array[] {
  const [rows, columns] = matrix.shape as [number, number]
  return Array.from({ length: rows }, (_, i) => matrix.data.subarray(i * columns, (i + 1) * columns))
}
