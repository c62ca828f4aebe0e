import { DualtapeError } from '../core/errors.ts'
import type { JacobianOptions } from '../jacobian/options.ts'
import { readColumns } from './csv.ts'
import { type Columns, fitModel, type Predict } from './fit.ts'
import { readPoint } from './input.ts'
import { type Model, readModel } from './model.ts'
import { type Output, type Progress, paint, showNumber, table } from './output.ts'
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
    start: start as { [name: string]: number },
    options: { mode: options.mode as JacobianOptions['mode'] },
    onIteration: (iteration, sum) => progress.show(`iteration ${iteration}, sum of squares ${showNumber(sum)}`),
  })
  progress.done()
  const { names, parameters, standardDeviations, residualSumOfSquares, iterations, converged, reason, observations, plan } = fit
  if (options.json === true) {
    const byName = (values: readonly number[]) => Object.fromEntries(names.map((name, i) => [name, values[i]]))
    output.write(
      `${JSON.stringify({ converged, reason, iterations, observations, residualSumOfSquares, parameters: byName(parameters), standardDeviations: byName(standardDeviations), plan })}\n`,
    )
  } else {
    output.write(
      `${table([['', 'value', 'standard deviation'], ...names.map((name, i) => [name, showNumber(parameters[i] as number), showNumber(standardDeviations[i] as number)])])}\n`,
    )
    output.write(`sum of squares ${showNumber(residualSumOfSquares)} over ${observations} rows, after ${iterations} iterations: ${reason}\n`)
    output.write(`${paint(output, 'dim', plan.explain())}\n`)
  }
  if (!converged) process.stderr.write(`dualtape: the fit did not converge: ${reason}. Try another --start; the values shown are the best so far.\n`)
  return converged
}

/** What a function of parameters and one row predicts for all rows. */
function byRows({ f }: Model, columns: Columns): Predict {
  const names = Object.keys(columns)
  const rows = (columns[names[0] as string] as readonly number[]).map((_, i) => Object.fromEntries(names.map(name => [name, columns[name]?.[i]])))
  return parameters => rows.map(row => f({ ...row, ...parameters }) as number)
}
