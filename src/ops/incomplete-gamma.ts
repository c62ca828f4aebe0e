import { add, div, mul, neg, reciprocal, scale, sub } from './arithmetic.ts'
import { equal, greater, less, logicalAnd, logicalOr } from './comparison.ts'
import { log } from './exponential.ts'
import * as specialised from './generated.ts'
import { gammaDensityKernel, gammainccInvKernel, gammainccKernel, gammaincInvKernel, gammaincKernel } from './kernels/index.ts'
import { type Binary, type Elementwise, elementwise, type Ternary } from './kinds/elementwise.ts'
import { where } from './selection.ts'
import { slopeAtEnd } from './slope-at-end.ts'
import { logGamma } from './special.ts'

const citation =
  'DLMF 8.7.1 (series), 8.9.2 (continued fraction), 8.12 (uniform expansion, N. M. Temme 1979); W. Gautschi, ACM TOMS 5 (1979) 466–481. Derivatives by a from the same formulas, as power series in a change of a.'
const domain = 'a > 0, x ≥ 0'

export const gammainc: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'gammainc',
    summary: 'Regularised lower incomplete gamma function: the distribution function of the gamma distribution of shape a.',
    formula: String.raw`P(a, x) = \frac{1}{\Gamma(a)} \int_0^x t^{a-1} e^{-t}\,dt`,
    names: ['scipy.special.gammainc', 'torch.special.gammainc', 'jax.scipy.special.gammainc', 'scipy.stats.gamma.cdf'],
    domain,
    citation,
    value: (a, x) => gammaincKernel(0, a, x),
    partials: (a, x) => [() => gammaincDerivative(1, a, x), () => gammaDensity(0, a, x)],
    samples: [
      [0.5, 2],
      [3, 1.25],
      [47, 50],
    ],
  },
  specialised.gammainc,
)

export const gammaincc: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'gammaincc',
    summary: 'Regularised upper incomplete gamma function, with full relative accuracy in its tail.',
    formula: String.raw`Q(a, x) = \frac{1}{\Gamma(a)} \int_x^\infty t^{a-1} e^{-t}\,dt`,
    names: ['scipy.special.gammaincc', 'torch.special.gammaincc', 'jax.scipy.special.gammaincc', 'scipy.stats.gamma.sf'],
    domain,
    citation,
    value: (a, x) => gammainccKernel(0, a, x),
    partials: (a, x) => [() => neg(gammaincDerivative(1, a, x)), () => neg(gammaDensity(0, a, x))],
    samples: [
      [0.5, 2],
      [3, 1.25],
      [47, 50],
    ],
  },
  specialised.gammaincc,
)

export const gammaincDerivative: Elementwise<Ternary> = /* @__PURE__ */ elementwise(
  {
    name: 'gammaincDerivative',
    summary: 'Derivative of the lower incomplete gamma function by its parameter a, of an integer order n.',
    formula: String.raw`\frac{\partial^n}{\partial a^n} P(a, x)`,
    domain,
    convention: 'The order n is an integer, by which the derivative is NaN. NaN for orders above 60.',
    operands: [1, 2],
    citation,
    value: gammaincKernel,
    partials: (n, a, x) => [Number.NaN, () => gammaincDerivative(add(n, 1), a, x), () => gammaDensity(n, a, x)],
    samples: [
      [1, 0.5, 2],
      [1, 3, 1.25],
      [2, 2.5, 4],
    ],
  },
  specialised.gammaincDerivative,
)

export const gammaDensity: Elementwise<Ternary> = /* @__PURE__ */ elementwise(
  {
    name: 'gammaDensity',
    summary: 'Density of the gamma distribution of shape a, or its derivative by a of an integer order n.',
    formula: String.raw`\frac{\partial^n}{\partial a^n} \frac{x^{a-1} e^{-x}}{\Gamma(a)}`,
    names: ['scipy.stats.gamma.pdf', 'jax.scipy.stats.gamma.pdf'],
    domain,
    convention: 'The order n is an integer, by which the derivative is NaN. NaN for orders above 60. At x = 0 limits from within.',
    operands: [1, 2],
    value: gammaDensityKernel,
    partials: (n, a, x, out) => [
      Number.NaN,
      () => gammaDensity(add(n, 1), a, x),
      () =>
        where(
          logicalOr(equal(x, 0), logicalAnd(greater(a, 1), less(x, 1e-100))),
          sub(where(equal(a, 1), 0, gammaDensity(n, sub(a, 1), x)), out),
          add(mul(out, div(sub(sub(a, 1), x), x)), mul(div(n, x), gammaDensity(sub(n, 1), a, x))),
        ),
    ],
    samples: [
      [0, 0.5, 2],
      [0, 3, 1.25],
      [1, 2.5, 4],
    ],
  },
  specialised.gammaDensity,
)

/** The derivative by a where a quantile is 0: that of p^(1/a), whose own derivative by p is the logarithm. */
// biome-ignore lint/suspicious/noExplicitAny: called on symbolic values too
const atEnd = (out: any) => scale(out, neg(log(out)))

// biome-ignore lint/suspicious/noExplicitAny: as above
const slopeOf = (a: any, p: any, out: any) => {
  const within = reciprocal(gammaDensity(0, a, out))
  return where(equal(out, 0), slopeAtEnd(a, p, logGamma(a), within), within)
}

export const gammaincInv: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'gammaincInv',
    summary: 'Inverse of the lower incomplete gamma function: the quantile of the gamma distribution of shape a.',
    formula: 'x: P(a, x) = p',
    names: ['scipy.special.gammaincinv', 'scipy.stats.gamma.ppf'],
    domain: 'a > 0, 0 ≤ p ≤ 1',
    convention: 'At p = 0 the value is 0, at p = 1 it is ∞. At p = 0 derivatives by p above the third count the first term of the quantile’s series.',
    citation: 'Newton’s method for the logarithm of the smaller tail.',
    value: gammaincInvKernel,
    partials: (a, p, out) => [
      () => where(equal(out, 0), atEnd(out), neg(div(gammaincDerivative(1, a, out), gammaDensity(0, a, out)))),
      () => slopeOf(a, p, out),
    ],
    samples: [
      [0.5, 0.25],
      [3, 0.75],
      [47, 0.01],
    ],
  },
  specialised.gammaincInv,
)

export const gammainccInv: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'gammainccInv',
    summary: 'Inverse of the upper incomplete gamma function.',
    formula: 'x: Q(a, x) = q',
    names: ['scipy.special.gammainccinv', 'scipy.stats.gamma.isf'],
    domain: 'a > 0, 0 ≤ q ≤ 1',
    convention: 'At q = 0 the value is ∞, at q = 1 it is 0. At q = 1 derivatives by q above the third count the first term of the quantile’s series.',
    citation: 'Newton’s method for the logarithm of the smaller tail.',
    value: gammainccInvKernel,
    partials: (a, q, out) => [
      () => where(equal(out, 0), atEnd(out), neg(div(gammaincDerivative(1, a, out), gammaDensity(0, a, out)))),
      () => neg(slopeOf(a, sub(1, q), out)),
    ],
    samples: [
      [0.5, 0.25],
      [3, 0.75],
      [47, 0.01],
    ],
  },
  specialised.gammainccInv,
)
