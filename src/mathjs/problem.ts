import { shapeOf } from '../core/dispatch.ts'
import { DomainError, OptionError } from '../core/errors.ts'
import { formatShape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import { reshape } from '../ops/shape.ts'
import { ExpressionError } from './error.ts'
import { Expression, type ExpressionOptions, type Source } from './expression.ts'
import { type Origin, originOf, type Scope, type Values, valuesOf } from './scope.ts'
import type { Captured } from './session.ts'
import { describeValue, fromScope, isNumeric, Unreadable } from './values.ts'

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

/** A scope that has been read. */
export interface ReadScope {
  /** Numbers and tensors by name. */
  readonly point: Point
  /** Functions, and what cannot be read. */
  readonly others: Values
  /** What the scope is to functions that have been defined in it. */
  readonly origin: Origin
}

/** An expression and a scope as a function, a point, and names; functions in the scope are called, not differentiated. */
export function problemOf(source: Source, scope: Scope, withRespectTo: readonly string[] | undefined, options?: ExpressionOptions): Problem {
  const expression = source instanceof Expression ? source : new Expression(source, options)
  return problemAt(expression, readScope(expression, scope, withRespectTo), withRespectTo)
}

/** The same for a scope that has been read. */
export function problemAt(expression: Expression, scope: ReadScope, withRespectTo: readonly string[] | undefined, captured?: Captured): Problem {
  const { point, others, origin } = scope
  const known = Object.keys(point)
  const names = [...(withRespectTo ?? known)]
  for (const name of names) {
    if (!known.includes(name)) throw new OptionError(`${name} is no variable of the point, which has ${known.length === 0 ? 'none' : known.join(', ')}.`)
  }
  if (new Set(names).size < names.length) throw new OptionError(`withRespectTo names a variable twice: ${names.join(', ')}.`)
  if (names.length === 0) throw new ExpressionError('There is nothing to differentiate by: give a value to each variable, for example x = 1.')
  const scalars = names.every(name => !(point[name] instanceof Tensor))
  const evaluate = (changed: Values) => vectorOf(expression, expression.evaluateIn({ ...point, ...changed, ...others }, origin, captured, expression.body))
  return scalars
    ? {
        names,
        scalars,
        expression,
        x: names.map(name => point[name] as number),
        f: x => evaluate(Object.fromEntries(names.map((name, i) => [name, (x as number[])[i]]))),
      }
    : { names, scalars, expression, x: Object.fromEntries(names.map(name => [name, point[name] as number | Tensor])), f: x => evaluate(x as Point) }
}

/**
 * The values of a scope as operators take them. What is not differentiated by may be anything, as long as the expression does
 * not use it.
 */
export function readScope(expression: Expression, scope: Scope, withRespectTo?: readonly string[]): ReadScope {
  const point: Point = {}
  const others: { [name: string]: unknown } = {}
  for (const [name, value] of Object.entries(valuesOf(scope))) {
    try {
      const read = fromScope(`The variable ${name}`, value, expression)
      if (isNumeric(read)) point[name] = typeof read === 'boolean' ? Number(read) : (read as number | Tensor)
      else others[name] = read
    } catch (error) {
      const { message } = error as Error
      if (withRespectTo === undefined || withRespectTo.includes(name)) throw new ExpressionError(message, expression.text, undefined, { cause: error })
      others[name] = new Unreadable(message)
    }
  }
  return { point, others, origin: originOf(scope) }
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
