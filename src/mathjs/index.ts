/**
 * Derivatives of expressions as mathjs reads them.
 *
 * @module
 */

export { type DerivativeOptions, type Derivatives, gradient, hessian, jacobian } from './derivatives.ts'
export { Expression, ExpressionError, type ExpressionOptions, type Scope } from './expression.ts'
