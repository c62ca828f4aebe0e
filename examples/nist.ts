import { formulaOf, valuesOf } from '../src/cli/expressions.ts'
import { fitModel, type ModelFit, type Predict } from '../src/cli/fit.ts'
import type { NistDataSet } from './nist-data.ts'

export { DATA_SETS, type NistDataSet, readDataSet } from './nist-data.ts'

export interface NistFit extends ModelFit {
  /** −log10 of the largest relative error of a parameter, and of a standard deviation: of a parameter's or of the residuals'. */
  digits: number
  deviationDigits: number
}

/** Fits a data set from one of its starting points and compares with the certified values. */
export function fitDataSet(
  set: NistDataSet,
  start: 0 | 1,
  onIteration?: (iteration: number, sum: number) => void,
  predict: Predict = formulaOf(set.model, set.columns),
): NistFit {
  const values = Object.fromEntries(set.parameters.map((name, i) => [name, set.starts[start][i] as number]))
  const { columns } = set
  const callback = ({ iteration, value }: { iteration: number; value: number }) => onIteration?.(iteration, 2 * value)
  const fit = fitModel({ predict, observed: valuesOf(set.response, columns), columns, start: values, options: { callback } })
  return {
    ...fit,
    digits: agreement(Object.values(fit.x), set.certified),
    deviationDigits: agreement([...Object.values(fit.standardDeviations), fit.residualStandardDeviation], [...set.certifiedDeviations, set.residualDeviation]),
  }
}

/** Digits to which all values agree with the certified ones; those are given to 11. */
function agreement(values: readonly number[], certified: readonly number[]): number {
  const errors = values.map((value, i) => Math.abs(value - (certified[i] as number)) / Math.abs(certified[i] as number))
  const largest = Math.max(...errors.map(error => (Number.isNaN(error) ? Number.POSITIVE_INFINITY : error)))
  return Math.min(11, Math.max(0, -Math.log10(largest)))
}
