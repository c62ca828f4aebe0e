import { abs, add, cbrt, div, hypot, mul, neg, sign, sqrt, sub } from '../ops/arithmetic.ts'
import { eq, ge, gt, le, lt, ne } from '../ops/comparison.ts'
import { astype } from '../ops/dtypes.ts'
import { exp, expm1, log, log1p, log2, log10, pow } from '../ops/exponential.ts'
import { ceil, floor, trunc } from '../ops/rounding.ts'
import { maximum, minimum } from '../ops/selection.ts'
import { acos, acosh, asin, asinh, atan, atan2, atanh, cos, cosh, sin, sinh, tan, tanh } from '../ops/trigonometric.ts'

/** The operators that arithmetic and comparisons become. */
export const ops = { abs, add, astype, div, eq, floor, ge, gt, hypot, le, lt, maximum, minimum, mul, ne, neg, pow, sub, trunc }

/** Those that functions of Math become which have their names: a page that uses marked functions holds these, and no others. */
// biome-ignore lint/suspicious/noExplicitAny: operators of one and two operands
export const ofMath: Readonly<Record<string, (...operands: any[]) => unknown>> = {
  ...{ abs, acos, acosh, asin, asinh, atan, atan2, atanh, cbrt, ceil, cos, cosh, exp, expm1, floor, log, log1p, log2, log10 },
  ...{ pow, sign, sin, sinh, sqrt, tan, tanh, trunc },
}
