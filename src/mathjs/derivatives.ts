import { Tensor } from '../core/tensor.ts'
import { hessian as hessianOf } from '../jacobian/hessian.ts'
import { jacobian as jacobianOf } from '../jacobian/jacobian.ts'
import type { JacobianOptions } from '../jacobian/options.ts'
import { grad } from '../reverse/grad.ts'
import type { Scope } from './expression.ts'
import { type Problem, problemOf } from './problem.ts'

export interface DerivativeOptions extends JacobianOptions {
  /** The variables to differentiate by, in this order: by default all of the scope. */
  withRespectTo?: readonly string[]
}

/** Nested arrays of numbers, or values by variable name. */
// biome-ignore lint/suspicious/noExplicitAny: the depth of the arrays depends on the expression
export type Derivatives = any

/**
 * The Jacobian of an expression: one nested array in the order of `withRespectTo` when those variables are all numbers,
 * otherwise an object keyed by variable.
 *
 * @example
 * jacobian('[x^2 * y; 5x + sin(y)]', { x: 1, y: 2 }) // [[4, 1], [5, -0.4161468365471424]]
 */
export function jacobian(expression: string, scope: Scope, { withRespectTo, ...options }: DerivativeOptions = {}): Derivatives {
  const { f, x } = problemOf(expression, scope, withRespectTo)
  return plain(jacobianOf(f, options)(x))
}

/**
 * The gradient of an expression with a scalar value, keyed by variable.
 *
 * @example
 * gradient('x^2 * y', { x: 1, y: 2 }) // { x: 4, y: 1 }
 */
export function gradient(expression: string, scope: Scope, { withRespectTo }: DerivativeOptions = {}): { [name: string]: Derivatives } {
  const problem = problemOf(expression, scope, withRespectTo)
  return byName(problem, plain(grad(problem.f)(problem.x)))
}

/**
 * The matrix of second derivatives of an expression with a scalar value; laid out like `jacobian`.
 *
 * @example
 * hessian('x^2 * y', { x: 1, y: 2 }) // [[4, 2], [2, 0]]
 */
export function hessian(expression: string, scope: Scope, { withRespectTo, ...options }: DerivativeOptions = {}): Derivatives {
  const { f, x } = problemOf(expression, scope, withRespectTo)
  return plain(hessianOf(f, options)(x))
}

function byName({ names, scalars }: Problem, gradients: Derivatives): { [name: string]: Derivatives } {
  return scalars ? Object.fromEntries(names.map((name, i) => [name, gradients[i]])) : gradients
}

/** Tensors as nested arrays, anywhere in a tree. */
export function plain(tree: unknown): Derivatives {
  if (tree instanceof Tensor) return tree.toArray()
  if (Array.isArray(tree)) return tree.map(plain)
  if (typeof tree === 'object' && tree !== null) return Object.fromEntries(Object.entries(tree).map(([key, each]) => [key, plain(each)]))
  return tree
}
