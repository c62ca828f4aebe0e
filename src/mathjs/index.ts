/**
 * Derivatives of expressions as mathjs reads them.
 *
 * @module
 */
export { Expression, ExpressionError, type ExpressionOptions, type Scope } from './expression.ts'
export { type DerivativeOptions, type Derivatives, gradient, hessian, jacobian } from './derivatives.ts'
