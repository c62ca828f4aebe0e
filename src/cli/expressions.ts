import { tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import { Expression } from '../mathjs/expression.ts'
import { problemOf } from '../mathjs/problem.ts'
import { readEquations } from './equations.ts'
import type { Columns, Predict } from './fit.ts'

/*
 * All that the command line does with expressions. It is loaded when there is one to read, since mathjs takes a while to load and
 * need not be installed.
 */

export { problemOf, readEquations }

/** Formulas act on columns of data entry by entry. A trial step may leave the domain of the model: it is not taken then. */
const READING = { elementwise: true, complex: 'nan' } as const

/** The names that an expression needs values for. */
export function variablesOf(text: string): string[] {
  return new Expression(text).variables
}

/** What a formula in parameters and columns predicts for all rows. */
export function formulaOf(text: string, columns: Columns): Predict {
  const formula = new Expression(text, READING)
  const data = tensorsOf(columns)
  return parameters => formula.evaluate({ ...data, ...parameters }) as TensorLike
}

/** What a formula in columns gives for all rows. */
export function valuesOf(text: string, columns: Columns): TensorLike {
  return new Expression(text, READING).evaluate(tensorsOf(columns)) as TensorLike
}

function tensorsOf(columns: Columns) {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, tensor(column)]))
}
