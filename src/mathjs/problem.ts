import { OptionError } from '../core/errors.ts'
import { isNumericTypedArray, Tensor, tensor } from '../core/tensor.ts'
import { stack } from '../ops/shape.ts'
import { Expression, ExpressionError, type ExpressionOptions, type Scope } from './expression.ts'

/** An expression as a function of the variables to differentiate by, at a point. */
export interface Problem {
  /** Names of the variables, in the order of the derivatives. */
  names: string[]
  /** Whether all of them are numbers: the argument is then the list of their values, else an object by name. */
  scalars: boolean
  f: (x: number[] | Point) => number | Tensor
  x: number[] | Point
}

/** Values by name. */
export type Point = { [name: string]: number | Tensor }

/** An expression and a scope as a function, a point, and names; functions in the scope are called, not differentiated. */
export function problemOf(text: string, scope: Scope, withRespectTo: readonly string[] | undefined, options?: ExpressionOptions): Problem {
  const expression = new Expression(text, options)
  const values = Object.fromEntries(Object.entries(scope).map(([name, value]) => [name, plainValue(name, value)]))
  const known = Object.keys(values).filter(name => typeof values[name] !== 'function')
  const names = [...(withRespectTo ?? known)]
  for (const name of names) {
    if (!known.includes(name)) throw new OptionError(`${name} is no variable of the point, which has ${known.length === 0 ? 'none' : known.join(', ')}.`)
  }
  if (names.length === 0) throw new ExpressionError('There is nothing to differentiate by: give a value to each variable, for example x = 1.')
  const scalars = names.every(name => typeof values[name] === 'number')
  const evaluate = (changed: Scope) => vectorOf(text, expression.evaluate({ ...values, ...changed }))
  return scalars
    ? { names, scalars, x: names.map(name => values[name] as number), f: x => evaluate(Object.fromEntries(names.map((name, i) => [name, (x as number[])[i]]))) }
    : { names, scalars, x: Object.fromEntries(names.map(name => [name, values[name] as number | Tensor])), f: x => evaluate(x as Point) }
}

/** A value as operators take it: arrays, typed arrays and mathjs matrices as tensors. */
function plainValue(name: string, value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'function' || value instanceof Tensor) return value
  if (Array.isArray(value) || isNumericTypedArray(value)) return tensor(value as number[])
  if (isMatrix(value)) return tensor(value.toArray() as number[])
  throw new ExpressionError(`The variable ${name} is ${describeType(value)}; numbers, arrays and matrices of numbers can be differentiated.`)
}

function describeType(value: unknown): string {
  const { type } = (value ?? {}) as { type?: string }
  return typeof value === 'object' ? `a ${type ?? 'value of another type'}` : `a ${typeof value}`
}

export function isMatrix(value: unknown): value is { toArray(): unknown } {
  return typeof value === 'object' && value !== null && 'isMatrix' in value && value.isMatrix === true
}

/** A result as a number or tensor; a column [a; b] counts as the vector of its entries. */
function vectorOf(text: string, result: unknown): number | Tensor {
  if (Array.isArray(result)) {
    const column = result.every(each => Array.isArray(each) && each.length === 1) ? result.map(each => (each as unknown[])[0]) : result
    return stack(column as number[])
  }
  if (typeof result === 'function' || result === undefined || typeof result === 'string') {
    throw new ExpressionError(`The expression gives ${typeof result === 'function' ? 'a function' : 'no number'}, which cannot be differentiated.\n  ${text}`)
  }
  return result as number | Tensor
}
