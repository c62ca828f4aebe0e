/**
 * Checks of derivatives, for functions and for operators of one's own.
 *
 * @module
 */
export { arbitraries } from './arbitraries.ts'
export { type CheckOptions, checkGrads, GradientError, randomNumbers } from './check-grads.ts'
export { checkOp } from './check-op.ts'
export { directionalDifference } from './finite-differences.ts'
