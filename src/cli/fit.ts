import { DualtapeError } from '../core/errors.ts'
import type { Tensor } from '../core/tensor.ts'
import { tensor } from '../core/tensor.ts'
import { type JacobianPlan, planJacobian } from '../jacobian/jacobian.ts'
import type { JacobianOptions } from '../jacobian/options.ts'
import { Expression } from '../mathjs/expression.ts'
import { sub } from '../ops/arithmetic.ts'
import { broadcastTo } from '../ops/broadcast.ts'
import { type Fit, levenbergMarquardt } from '../optim/levenberg-marquardt.ts'

/** Formulas act on columns of data entry by entry. A trial step may leave the domain of the model: it is not taken then. */
const READING = { elementwise: true, complex: 'nan' } as const

/** A model, as a mathjs expression in parameters and columns of data, and where to start. */
export interface Model {
  model: string
  /** What the model predicts: an expression in columns of data. */
  response: string
  columns: { [name: string]: number[] }
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
export function fitModel({ model, response, columns, start, options, onIteration }: Model): ModelFit {
  const names = Object.keys(start)
  const data = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, tensor(column)]))
  const observations = Math.max(0, ...Object.values(columns).map(column => column.length))
  if (observations <= names.length) {
    throw new DualtapeError(
      `fit: ${observations} data rows do not determine ${names.length} parameters and their spread; at least ${names.length + 1} rows are needed.`,
    )
  }
  const formula = new Expression(model, READING)
  const observed = new Expression(response, READING).evaluate(data) as Tensor
  const residuals = (parameters: number[]) => {
    const predicted = formula.evaluate({ ...data, ...Object.fromEntries(names.map((name, i) => [name, parameters[i]])) })
    return broadcastTo(sub(predicted as Tensor, observed), [observations])
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
