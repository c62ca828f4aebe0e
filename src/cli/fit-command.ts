import { counted } from '../core/counted.ts'
import { DualtapeError } from '../core/errors.ts'
import { Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import type { JacobianOptions } from '../jacobian/options.ts'
import { studentQuantile } from '../solve/least-squares/covariance.ts'
import type { Loss } from '../solve/least-squares/loss.ts'
import { boundsOf } from './bounds.ts'
import { readColumns } from './csv.ts'
import { type Columns, fitModel, type Parameters, type Predict } from './fit.ts'
import { readPoint } from './input.ts'
import { type Model, readModel } from './model.ts'
import { asJson, type Output, type Progress, paint, showNumber, table } from './output.ts'
import { expressions } from './problem.ts'
import { type Options, UsageError } from './usage.ts'

/** Fits a model to a file of data and prints parameters with their standard deviations; false when it did not converge. */
export async function runFit(text: string | undefined, options: Options, output: Output, progress: Progress): Promise<boolean> {
  if (text === undefined) throw new UsageError("fit needs a model, for example 'b1*(1-exp(-b2*x))'.")
  if (options.data === undefined || options.start === undefined) throw new UsageError('fit needs --data FILE and --start b1=…,b2=….')
  const columns = readColumns(options.data)
  const start = readPoint('--start', options.start)
  for (const [name, value] of Object.entries(start)) {
    if (typeof value !== 'number') throw new UsageError(`--start: ${name} is a number to fit.`)
    if (name in columns)
      throw new DualtapeError(`--start: ${name} is a column of the data, so it cannot be fitted. Columns: ${Object.keys(columns).join(', ')}.`)
  }
  const confidence = Number(options.confidence ?? 0.95)
  if (!(confidence > 0 && confidence < 1)) throw new UsageError(`--confidence is a number between 0 and 1, not ${options.confidence}.`)
  const response = options.response ?? 'y'
  if (/^\w+$/.test(response) && !(response in columns)) {
    throw new DualtapeError(
      `fit: the data have no column ${response} for the model to predict. Columns: ${Object.keys(columns).join(', ')}; --response names another.`,
    )
  }
  const model = await readModel(text)
  const fit = fitModel({
    predict: model === undefined ? (await expressions()).formulaOf(text, columns) : byRows(model, columns),
    observed: columns[response] ?? (await expressions()).valuesOf(response, columns),
    columns,
    start: start as Parameters,
    planned: { mode: options.mode as JacobianOptions['mode'] },
    options: {
      ...(options.loss !== undefined && { loss: options.loss as Loss }),
      ...(options.weights !== undefined && { weights: weightsOf(columns[options.weights] ?? (await expressions()).valuesOf(options.weights, columns)) }),
      ...((options.lower !== undefined || options.upper !== undefined) && { bounds: boundsOf(options, start) as { lower: Parameters; upper: Parameters } }),
      callback: ({ iteration, value }) => progress.show(`iteration ${iteration}, sum of squares ${showNumber(2 * value)}`),
    },
  })
  progress.done()
  const { x, value, standardDeviations, residualStandardDeviation, degreesOfFreedom, iterations, status, message, observations, plan } = fit
  const names = Object.keys(x)
  const reach = studentQuantile(confidence, degreesOfFreedom)
  const interval = (name: string) => [-1, 1].map(side => (x[name] as number) + side * reach * (standardDeviations[name] as number))
  const converged = status === 'converged'
  const residualSumOfSquares = 2 * value
  if (options.json === true) {
    output.write(
      asJson({
        converged,
        status,
        reason: message,
        iterations,
        observations,
        residualSumOfSquares,
        residualStandardDeviation,
        parameters: x,
        standardDeviations,
        confidence,
        intervals: Object.fromEntries(names.map(name => [name, interval(name)])),
        plan: plan.jacobian,
      }),
    )
  } else {
    const shown = names.map(name => [name, x[name] as number, standardDeviations[name] as number, ...interval(name)] as const)
    output.write(
      `${table([['', 'value', 'standard deviation', `from (${confidence})`, 'to'], ...shown.map(([name, ...numbers]) => [name, ...numbers.map(showNumber)])])}\n`,
    )
    output.write(
      `sum of squares ${showNumber(residualSumOfSquares)} over ${counted(observations, 'row')}, after ${counted(iterations, 'iteration')}: ${message}\n`,
    )
    output.write(`${paint(output, 'dim', plan.jacobian.explain())}\n`)
  }
  if (!converged) process.stderr.write(`dualtape: the fit did not converge: ${message}. Try another --start; the values shown are the best so far.\n`)
  return converged
}

/** Weights as they are given to leastSquares. */
function weightsOf(values: TensorLike): number | number[] {
  return typeof values === 'number' ? values : ((values instanceof Tensor ? values.toArray() : values) as number[])
}

/** What a function of parameters and one row predicts for all rows. */
function byRows({ f }: Model, columns: Columns): Predict {
  const names = Object.keys(columns)
  const rows = (columns[names[0] as string] as readonly number[]).map((_, i) => Object.fromEntries(names.map(name => [name, columns[name]?.[i]])))
  return parameters => rows.map(row => f({ ...row, ...parameters }) as number)
}
