/*
 * The operators that arithmetic, comparisons and the functions of Math become: those of the same names, and no others, so that a page
 * that uses marked functions holds no more of them.
 */
export { abs, add, cbrt, div, hypot, mul, neg, sign, sqrt, sub } from '../ops/arithmetic.ts'
export { eq, ge, gt, le, lt, ne } from '../ops/comparison.ts'
export { astype } from '../ops/dtypes.ts'
export { exp, expm1, log, log1p, log2, log10, pow } from '../ops/exponential.ts'
export { ceil, floor, trunc } from '../ops/rounding.ts'
export { maximum, minimum } from '../ops/selection.ts'
export { acos, acosh, asin, asinh, atan, atan2, atanh, cos, cosh, sin, sinh, tan, tanh } from '../ops/trigonometric.ts'
