import { add, div, mul, neg, reciprocal, scale, square, sub } from './arithmetic.ts'
import { equal, greater, isNan, less, logicalAnd, logicalOr } from './comparison.ts'
import { log, log1p } from './exponential.ts'
import * as specialised from './generated.ts'
import {
  betaDensityKernel, betaincByAAKernel, betaincByABKernel, betaincByAKernel, betaincByBBKernel, betaincByBKernel, betaincInvKernel, betaincKernel,
} from './kernels/index.ts' // biome-ignore format: a list
import { type Elementwise, elementwise, type Ternary } from './kinds/elementwise.ts'
import { where } from './selection.ts'
import { slopeAtEnd } from './slope-at-end.ts'
import { logBeta, polygamma, polygammaIncrease } from './special.ts'

const citation =
  'A. R. Didonato and A. H. Morris, ACM TOMS 18 (1992) 360–373, equation 9 (continued fraction); DLMF 8.17.7 (series) near 0 for small parameters. Derivatives by the parameters from the same formulas, as power series in a change of them.'
const domain = 'a > 0, b > 0, 0 ≤ x ≤ 1'

/** ln x − ψ(a) + ψ(a + b) and ln(1 − x) − ψ(b) + ψ(a + b): the derivatives of the logarithm of the density. */
// biome-ignore lint/suspicious/noExplicitAny: called on symbolic values too
const byA = (a: any, b: any, x: any) => add(log(x), polygammaIncrease(0, a, b))
// biome-ignore lint/suspicious/noExplicitAny: as above
const byB = (a: any, b: any, x: any) => add(log1p(neg(x)), polygammaIncrease(0, b, a))

/** The product in which a zero wins, but NaN where the value is. */
// biome-ignore lint/suspicious/noExplicitAny: as above
const timesUnlessNan = (out: any, density: any, slope: any) => where(isNan(out), out, scale(density, slope))

export const betainc: Elementwise<Ternary> = /* @__PURE__ */ elementwise(
  {
    name: 'betainc',
    summary: 'Regularised incomplete beta function: the distribution function of the beta distribution.',
    formula: String.raw`I_x(a, b) = \frac{1}{\mathrm{B}(a, b)} \int_0^x t^{a-1} (1 - t)^{b-1}\,dt`,
    names: ['scipy.special.betainc', 'jax.scipy.special.betainc', 'scipy.stats.beta.cdf'],
    domain,
    convention:
      'Third derivatives by the parameters alone are refused: they are NaN. So is the value near the mean of parameters beyond some 10¹⁰, for which the fraction takes too long.',
    citation,
    value: betaincKernel,
    partials: (a, b, x, out) => [() => betaincByA(a, b, x), () => betaincByB(a, b, x), () => where(isNan(out), out, betaDensity(a, b, x))],
    samples: [
      [0.5, 2, 0.25],
      [3, 1.25, 0.75],
      [20, 30, 0.375],
    ],
  },
  specialised.betainc,
)

export const betaincByA: Elementwise<Ternary> = /* @__PURE__ */ elementwise(
  {
    name: 'betaincByA',
    summary: 'Derivative of the incomplete beta function by a.',
    formula: String.raw`\frac{\partial}{\partial a} I_x(a, b)`,
    domain,
    convention: 'Third derivatives by the parameters alone are NaN.',
    operands: [2],
    citation,
    value: betaincByAKernel,
    partials: (a, b, x, out) => [() => betaincByAA(a, b, x), () => betaincByAB(a, b, x), () => timesUnlessNan(out, betaDensity(a, b, x), byA(a, b, x))],
    samples: [
      [0.5, 2, 0.25],
      [3, 1.25, 0.75],
      [20, 30, 0.375],
    ],
  },
  specialised.betaincByA,
)

export const betaincByB: Elementwise<Ternary> = /* @__PURE__ */ elementwise(
  {
    name: 'betaincByB',
    summary: 'Derivative of the incomplete beta function by b.',
    formula: String.raw`\frac{\partial}{\partial b} I_x(a, b)`,
    domain,
    convention: 'Third derivatives by the parameters alone are NaN.',
    operands: [2],
    citation,
    value: betaincByBKernel,
    partials: (a, b, x, out) => [() => betaincByAB(a, b, x), () => betaincByBB(a, b, x), () => timesUnlessNan(out, betaDensity(a, b, x), byB(a, b, x))],
    samples: [
      [0.5, 2, 0.25],
      [3, 1.25, 0.75],
      [20, 30, 0.375],
    ],
  },
  specialised.betaincByB,
)

export const betaincByAA: Elementwise<Ternary> = /* @__PURE__ */ elementwise(
  {
    name: 'betaincByAA',
    summary: 'Second derivative of the incomplete beta function by a.',
    formula: String.raw`\frac{\partial ^2}{\partial a^2} I_x(a, b)`,
    domain,
    convention: 'The derivatives by the parameters are NaN.',
    operands: [2],
    citation,
    value: betaincByAAKernel,
    partials: (a, b, x, out) => [
      Number.NaN,
      Number.NaN,
      () => timesUnlessNan(out, betaDensity(a, b, x), add(square(byA(a, b, x)), polygammaIncrease(1, a, b))),
    ],
    samples: [
      [0.5, 2, 0.25],
      [3, 1.25, 0.75],
      [20, 30, 0.375],
    ],
  },
  specialised.betaincByAA,
)

export const betaincByAB: Elementwise<Ternary> = /* @__PURE__ */ elementwise(
  {
    name: 'betaincByAB',
    summary: 'Second derivative of the incomplete beta function by a and b.',
    formula: String.raw`\frac{\partial ^2}{\partial a \partial b} I_x(a, b)`,
    domain,
    convention: 'The derivatives by the parameters are NaN.',
    operands: [2],
    citation,
    value: betaincByABKernel,
    partials: (a, b, x, out) => [
      Number.NaN,
      Number.NaN,
      () => timesUnlessNan(out, betaDensity(a, b, x), add(mul(byA(a, b, x), byB(a, b, x)), polygamma(1, add(a, b)))),
    ],
    samples: [
      [0.5, 2, 0.25],
      [3, 1.25, 0.75],
      [20, 30, 0.375],
    ],
  },
  specialised.betaincByAB,
)

export const betaincByBB: Elementwise<Ternary> = /* @__PURE__ */ elementwise(
  {
    name: 'betaincByBB',
    summary: 'Second derivative of the incomplete beta function by b.',
    formula: String.raw`\frac{\partial ^2}{\partial b^2} I_x(a, b)`,
    domain,
    convention: 'The derivatives by the parameters are NaN.',
    operands: [2],
    citation,
    value: betaincByBBKernel,
    partials: (a, b, x, out) => [
      Number.NaN,
      Number.NaN,
      () => timesUnlessNan(out, betaDensity(a, b, x), add(square(byB(a, b, x)), polygammaIncrease(1, b, a))),
    ],
    samples: [
      [0.5, 2, 0.25],
      [3, 1.25, 0.75],
      [20, 30, 0.375],
    ],
  },
  specialised.betaincByBB,
)

export const betaDensity: Elementwise<Ternary> = /* @__PURE__ */ elementwise(
  {
    name: 'betaDensity',
    summary: 'Density of the beta distribution.',
    formula: String.raw`\frac{x^{a-1} (1 - x)^{b-1}}{\mathrm{B}(a, b)}`,
    names: ['scipy.stats.beta.pdf', 'jax.scipy.stats.beta.pdf'],
    domain,
    value: betaDensityKernel,
    partials: (a, b, x, out) => [
      () => timesUnlessNan(out, out, byA(a, b, x)),
      () => timesUnlessNan(out, out, byB(a, b, x)),
      () =>
        where(
          isNan(out),
          out,
          where(
            logicalOr(logicalOr(equal(x, 0), equal(x, 1)), logicalAnd(greater(a, 1), less(x, 1e-100))),
            mul(sub(add(a, b), 1), sub(where(equal(a, 1), 0, betaDensity(sub(a, 1), b, x)), where(equal(b, 1), 0, betaDensity(a, sub(b, 1), x)))),
            mul(out, sub(div(sub(a, 1), x), div(sub(b, 1), sub(1, x)))),
          ),
        ),
    ],
    samples: [
      [0.5, 2, 0.25],
      [3, 1.25, 0.75],
      [20, 30, 0.375],
    ],
  },
  specialised.betaDensity,
)

// Where a quantile is 0 it is next to (p a B(a, b))^(1/a); where it is 1, so is 1 less it, with a and b for each other.
// biome-ignore lint/suspicious/noExplicitAny: called on symbolic values too
const atEnds = (out: any, atZero: any, atOne: any, within: any) => where(equal(out, 0), atZero, where(equal(out, 1), atOne, within))
// biome-ignore lint/suspicious/noExplicitAny: as above
const byOwn = (x: any) => scale(x, neg(log(x)))
// biome-ignore lint/suspicious/noExplicitAny: as above
const byOther = (a: any, b: any, x: any) => scale(x, neg(div(polygammaIncrease(0, b, a), a)))

// biome-ignore lint/suspicious/noExplicitAny: as above
const slopeOf = (a: any, b: any, p: any, out: any) => {
  const within = reciprocal(betaDensity(a, b, out))
  const logC = logBeta(a, b)
  return atEnds(out, slopeAtEnd(a, p, logC, within), slopeAtEnd(b, sub(1, p), logC, within), within)
}

export const betaincInv: Elementwise<Ternary> = /* @__PURE__ */ elementwise(
  {
    name: 'betaincInv',
    summary: 'Inverse of the incomplete beta function: the quantile of the beta distribution.',
    formula: 'x: I_x(a, b) = p',
    names: ['scipy.special.betaincinv', 'scipy.stats.beta.ppf'],
    domain: 'a > 0, b > 0, 0 ≤ p ≤ 1',
    convention:
      'Third derivatives by the parameters alone are refused: they are NaN. At p = 0 and p = 1 derivatives by p above the third count the first term of the quantile’s series.',
    citation: 'Newton’s method between bounds.',
    value: betaincInvKernel,
    partials: (a, b, p, out) => [
      () => atEnds(out, byOwn(out), neg(byOther(b, a, sub(1, out))), neg(div(betaincByA(a, b, out), betaDensity(a, b, out)))),
      () => atEnds(out, byOther(a, b, out), neg(byOwn(sub(1, out))), neg(div(betaincByB(a, b, out), betaDensity(a, b, out)))),
      () => slopeOf(a, b, p, out),
    ],
    samples: [
      [0.5, 2, 0.25],
      [3, 1.25, 0.75],
      [20, 30, 0.375],
    ],
  },
  specialised.betaincInv,
)
