import { noMore } from '../core/arguments.ts'
import { describe, OptionError } from '../core/errors.ts'
import { checkNames } from '../core/options.ts'
import { derivative as slopeOf } from '../forward/jvp.ts'
import { hessian as hessianOf } from '../jacobian/hessian.ts'
import { jacobian as jacobianOf } from '../jacobian/jacobian.ts'
import { type JacobianOptions, readOptions } from '../jacobian/options.ts'
import { valueAndGrad } from '../reverse/grad.ts'
import { EXPRESSION_OPTIONS, Expression, type ExpressionOptions, type Source } from './expression.ts'
import { type Problem, problemAt, readScope, scalarOf } from './problem.ts'
import { type Scope, valuesOf } from './scope.ts'
import { denseLike, isMatrix, isSparse, sparseLike, toOutput } from './values.ts'

/** Options of derivatives of expressions. */
export interface DerivativeOptions extends Omit<JacobianOptions, 'output'>, ExpressionOptions {
  /** The variables to differentiate by, in this order: by default all of the scope. */
  withRespectTo?: readonly string[]
  /** Nested arrays, or mathjs matrices: by default matrices when the scope holds one. */
  output?: 'array' | 'matrix'
}

/** The names of all options. */
export const OPTIONS = ['withRespectTo', 'output', ...EXPRESSION_OPTIONS, 'mode', 'sparsity', 'chunk']

/** Numbers, nested arrays of numbers or mathjs matrices, or these by variable name. */
// biome-ignore lint/suspicious/noExplicitAny: the depth of the arrays depends on the expression
export type Derivatives = any

/**
 * The Jacobian of an expression: one array in the order of `withRespectTo` when those variables are all numbers, otherwise an
 * object keyed by variable. Of an array-valued expression the axes of the result come first; a column counts as a vector.
 *
 * Throws an ExpressionError that shows the place in the expression.
 *
 * @example
 * jacobian('[x^2 * y; 5x + sin(y)]', { x: 1, y: 2 }) // [[4, 1], [5, -0.4161468365471424]]
 */
export function jacobian(expression: Source, scope: Scope, options: DerivativeOptions = {}, ...more: []): Derivatives {
  noMore('jacobian', 3, more)
  const { problem, planning, output } = setUp(expression, scope, options)
  return output(jacobianOf(problem.f, planning)(problem.x))
}

/**
 * The gradient of an expression with a scalar value, keyed by variable.
 *
 * @example
 * gradient('x^2 * y', { x: 1, y: 2 }) // { x: 4, y: 1 }
 */
export function gradient(expression: Source, scope: Scope, options: DerivativeOptions = {}, ...more: []): { [name: string]: Derivatives } {
  noMore('gradient', 3, more)
  return valueAndGradient(expression, scope, options)[1]
}

/**
 * Value and gradient at once, for the price of the gradient.
 *
 * @example
 * valueAndGradient('x^2 * y', { x: 1, y: 2 }) // [2, { x: 4, y: 1 }]
 */
export function valueAndGradient(
  expression: Source,
  scope: Scope,
  options: DerivativeOptions = {},
  ...more: []
): [value: number, gradient: { [name: string]: Derivatives }] {
  noMore('valueAndGradient', 3, more)
  const { problem, output } = setUp(expression, scope, options)
  const [value, gradients] = valueAndGrad(scalarOf('gradient', problem))(problem.x)
  return [value, output(byName(problem, gradients))]
}

/**
 * The matrix of second derivatives of an expression with a scalar value; laid out like `jacobian`.
 *
 * @example
 * hessian('x^2 * y', { x: 1, y: 2 }) // [[4, 2], [2, 0]]
 */
export function hessian(expression: Source, scope: Scope, options: DerivativeOptions = {}, ...more: []): Derivatives {
  noMore('hessian', 3, more)
  const { problem, planning, output } = setUp(expression, scope, options)
  return output(hessianOf(scalarOf('hessian', problem), planning)(problem.x))
}

/**
 * The total derivative of an expression by one variable: through all that the expression assigns and defines. It has the
 * shape of the expression's value, followed by that of the variable.
 *
 * @example
 * derivative('y = x^2; y * x', 'x', { x: 2 }) // 12
 */
export function derivative(
  expression: Source,
  variable: string,
  scope: Scope,
  options: Omit<DerivativeOptions, 'withRespectTo'> = {},
  ...more: []
): Derivatives {
  noMore('derivative', 4, more)
  if (typeof variable !== 'string') throw new OptionError(`derivative: the variable is given by its name, as in derivative('x^2', 'x', { x: 1 }).`)
  checkNames(
    'options',
    options,
    OPTIONS.filter(name => name !== 'withRespectTo'),
  )
  const { problem, planning, output } = setUp(expression, scope, { ...options, withRespectTo: [variable] })
  if (!problem.scalars) return output(jacobianOf(problem.f, planning)(problem.x))[variable]
  return output(slopeOf((x: number) => problem.f([x]))((problem.x as number[])[0] as number))
}

/** Results of `grad` by name. */
export function byName({ names, scalars }: Problem, gradients: unknown): { [name: string]: unknown } {
  return scalars ? Object.fromEntries(names.map((name, i) => [name, (gradients as number[])[i]])) : (gradients as { [name: string]: unknown })
}

function setUp(source: Source, scope: Scope, options: DerivativeOptions) {
  checkNames('options', options, OPTIONS)
  checkOutput(options.output)
  checkVariables(options.withRespectTo)
  const { withRespectTo, output, reading, planning } = parted(options)
  readOptions('options', [planning])
  const expression = source instanceof Expression ? source : new Expression(source, reading)
  const problem = problemAt(expression, readScope(expression, scope, withRespectTo), withRespectTo)
  return { problem, planning, output: (tree: unknown) => outputOf(tree, scope, output) }
}

/** Options by what they are about: derivatives, reading an expression, and planning. */
export function parted<T extends DerivativeOptions>({ withRespectTo, output, ...others }: T) {
  const isReading = (name: string) => (EXPRESSION_OPTIONS as readonly string[]).includes(name)
  const entries = Object.entries(others).filter(([, value]) => value !== undefined)
  const reading: ExpressionOptions = Object.fromEntries(entries.filter(([name]) => isReading(name)))
  const planning = Object.fromEntries(entries.filter(([name]) => !isReading(name))) as Omit<T, keyof DerivativeOptions> & Omit<JacobianOptions, 'output'>
  return { withRespectTo, output, reading, planning }
}

/** Refuses what is no list of names: a text would be one of its letters. */
export function checkVariables(names: unknown): void {
  if (names === undefined || (Array.isArray(names) && names.every(each => typeof each === 'string'))) return
  throw new OptionError(`withRespectTo is a list of names of variables, as ['x', 'y'], not ${describe(names)}.`)
}

export function checkOutput(kind: unknown): void {
  if (kind !== undefined && kind !== 'array' && kind !== 'matrix') throw new OptionError(`output is 'array' or 'matrix', not ${JSON.stringify(kind)}.`)
}

/** Derivatives as the options say, or in the kind of what the scope holds: those by a sparse matrix are sparse. */
export function outputOf(tree: unknown, scope: Scope, kind: 'array' | 'matrix' | undefined): Derivatives {
  const values = valuesOf(scope)
  const matrices = Object.values(values).filter(isMatrix)
  const dense = denseLike(matrices.find(each => !isSparse(each)))
  const found = kind === 'array' || (kind === undefined && matrices.length === 0) ? 'array' : dense
  if (kind !== undefined || typeof tree !== 'object' || Object.getPrototypeOf(tree) !== Object.prototype) return toOutput(tree, found)
  return Object.fromEntries(
    Object.entries(tree as object).map(([name, each]) => {
      const value = values[name]
      return [name, toOutput(each, isSparse(value) ? sparseLike(value, found) : found)]
    }),
  )
}
