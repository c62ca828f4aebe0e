import { add, div, mul, sub } from './arithmetic.ts'
import { equal, less } from './comparison.ts'
import { exp, log, pow } from './exponential.ts'
import { where } from './selection.ts'

/**
 * The derivative by p of a quantile at its end p = 0, where the probability is next to xᵃ/(a c), and the quantile (a c p)^(1/a): from p, since powers of
 * that have derivatives that powers of 0 have not. For a = 1 more than the first term counts, which the density has. Of c the logarithm
 * is given: gamma functions of large parameters overflow, and beta functions are 0.
 */
// biome-ignore lint/suspicious/noExplicitAny: called on symbolic values too
export function slopeAtEnd(a: any, p: any, logC: any, within: any) {
  const exponent = sub(div(1, a), 1)
  // Powers of 0 have no derivative by exponents below 0.
  const power = where(less(a, 1), pow(p, exponent), exp(mul(exponent, log(p))))
  return where(equal(a, 1), within, mul(exp(add(div(logC, a), mul(exponent, log(a)))), power))
}
