/**
 * Derivatives of expressions as mathjs reads them.
 *
 * @module
 */

export { CompiledExpression, type CompileExpressionOptions, compileExpression } from './compiled.ts'
export { type DerivativeOptions, type Derivatives, derivative, gradient, hessian, jacobian, valueAndGradient } from './derivatives.ts'
export { ExpressionError } from './error.ts'
export { Expression, type ExpressionOptions, type Source } from './expression.ts'
export { install } from './install.ts'
export type { Limits } from './limits.ts'
export type { Scope, ScopeMap } from './scope.ts'
