import { shapeOf } from '../core/dispatch.ts'
import { DomainError, describe, OptionError } from '../core/errors.ts'
import { formatShape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import { reshape } from '../ops/shape.ts'
import { ExpressionError } from './error.ts'
import { Expression, type ExpressionOptions, type Scope, type Source } from './expression.ts'
import { describeValue, fromScope, isNumeric } from './values.ts'

/** An expression as a function of the variables to differentiate by, at a point. */
export interface Problem {
  /** Names of the variables, in the order of the derivatives. */
  names: string[]
  /** Whether all of them are numbers: the argument is then the list of their values, else an object by name. */
  scalars: boolean
  f: (x: number[] | Point) => number | Tensor
  x: number[] | Point
  expression: Expression
}

/** Values by name. */
export type Point = { [name: string]: number | Tensor }

/** An expression and a scope as a function, a point, and names; functions in the scope are called, not differentiated. */
export function problemOf(source: Source, scope: Scope, withRespectTo: readonly string[] | undefined, options?: ExpressionOptions): Problem {
  const expression = source instanceof Expression ? source : new Expression(source, options)
  return problemAt(expression, readScope(expression, scope, withRespectTo), withRespectTo)
}

/** The same for a scope that has been read. */
export function problemAt(expression: Expression, values: Scope, withRespectTo: readonly string[] | undefined): Problem {
  const known = Object.keys(values).filter(name => typeof values[name] !== 'function')
  const names = [...(withRespectTo ?? known)]
  for (const name of names) {
    if (!known.includes(name)) throw new OptionError(`${name} is no variable of the point, which has ${known.length === 0 ? 'none' : known.join(', ')}.`)
  }
  if (new Set(names).size < names.length) throw new OptionError(`withRespectTo names a variable twice: ${names.join(', ')}.`)
  if (names.length === 0) throw new ExpressionError('There is nothing to differentiate by: give a value to each variable, for example x = 1.')
  const scalars = names.every(name => !(values[name] instanceof Tensor))
  const evaluate = (changed: Scope) => vectorOf(expression, expression.evaluate({ ...values, ...changed }))
  return scalars
    ? {
        names,
        scalars,
        expression,
        x: names.map(name => values[name] as number),
        f: x => evaluate(Object.fromEntries(names.map((name, i) => [name, (x as number[])[i]]))),
      }
    : { names, scalars, expression, x: Object.fromEntries(names.map(name => [name, values[name] as number | Tensor])), f: x => evaluate(x as Point) }
}

/** The values of a scope as operators take them; what the expression neither uses nor is differentiated by may be anything. */
export function readScope(expression: Expression, scope: Scope, withRespectTo?: readonly string[]): Scope {
  if (typeof scope !== 'object' || scope === null) throw new OptionError(`The scope is an object of values by name, not ${describe(scope)}.`)
  const values: Record<string, unknown> = {}
  for (const name of Object.keys(scope)) {
    try {
      const value = fromScope(name, scope[name], expression.units)
      values[name] = typeof value === 'boolean' ? Number(value) : value
    } catch (error) {
      if (withRespectTo !== undefined && !withRespectTo.includes(name) && !expression.variables.includes(name)) continue
      throw new ExpressionError((error as Error).message, expression.text, undefined, { cause: error })
    }
  }
  return values
}

/** A result as a number or tensor; a column [a; b] counts as the vector of its entries. */
function vectorOf(expression: Expression, result: unknown): number | Tensor {
  if (!isNumeric(result)) throw expression.error(`The expression gives ${describeValue(result)}; only numbers and arrays of numbers can be differentiated.`)
  return column(result) as number | Tensor
}

function column(result: Value): Value {
  if (!(result instanceof Tensor)) return typeof result === 'boolean' ? Number(result) : result
  if (result.dtype === 'bool' && !isTraced(result)) return column(new Tensor(result.data, result.shape))
  if (result.size === 0) throw new DomainError('The expression gives an empty array, which has no derivative.')
  return result.rank === 2 && result.shape[1] === 1 ? reshape(result, [result.shape[0] as number]) : result
}

/** The function of a problem, which has to give one number. */
export function scalarOf(name: string, { f, expression }: Problem): Problem['f'] {
  return x => {
    const result = f(x)
    if (sizeOfShape(shapeOf(result)) === 1) return result
    throw expression.error(
      `The ${name} is of an expression that gives one number, but this one gives an array of shape ${formatShape(shapeOf(result))}. Take sum(…) of it, or the jacobian.`,
    )
  }
}
