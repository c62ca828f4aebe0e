import { add, mul, neg, square } from './arithmetic.ts'
import { exp } from './exponential.ts'
import * as specialised from './generated.ts'
import {
  betaKernel,
  erfcKernel,
  erfInverseKernel,
  erfKernel,
  gammaKernel,
  logBetaKernel,
  logGammaKernel,
  polygammaIncreaseKernel,
  polygammaKernel,
} from './kernels/index.ts'
import { type Binary, type Elementwise, elementwise, type Ternary } from './kinds/elementwise.ts'

const HALF_ROOT_PI = 0.886226925452758

const citation = 'W. J. Cody, Math. Comp. 23 (1969) 631–637; coefficients of fdlibm, s_erf.c.'

export const erf: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'erf',
    summary: 'Error function, to full double precision.',
    formula: String.raw`\frac{2}{\sqrt\pi} \int_0^x e^{-t^2}\,dt`,
    names: ['scipy.special.erf', 'torch.erf', 'jax.scipy.special.erf', 'tf.erf'],
    citation,
    value: erfKernel,
    partials: x => [() => gaussian(x)],
    samples: [[0.5], [-1.1], [2.5]],
  },
  specialised.erf,
)

export const erfc: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'erfc',
    summary: 'Complementary error function 1 − erf x, with full relative accuracy in the tail.',
    formula: String.raw`\frac{2}{\sqrt\pi} \int_x^\infty e^{-t^2}\,dt`,
    names: ['scipy.special.erfc', 'torch.erfc', 'jax.scipy.special.erfc'],
    citation,
    value: erfcKernel,
    partials: x => [() => neg(gaussian(x))],
    samples: [[0.5], [-1.1], [2.5]],
  },
  specialised.erfc,
)

export const erfInv: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'erfInv',
    summary: 'Inverse error function.',
    formula: String.raw`\operatorname{erf}^{-1} x`,
    names: ['scipy.special.erfinv', 'torch.erfinv', 'jax.scipy.special.erfinv'],
    domain: '−1 ≤ x ≤ 1',
    convention: 'At ±1 value and derivative are infinite; beyond, the value is NaN.',
    citation: 'M. Giles, Approximating the erfinv function, GPU Computing Gems 2 (2011), refined by Halley’s steps.',
    value: erfInverseKernel,
    partials: (_x, out) => [() => mul(HALF_ROOT_PI, exp(square(out)))],
    samples: [[0.5], [-0.9], [0.999]],
  },
  specialised.erfInv,
)

export const gamma: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'gamma',
    summary: 'Gamma function.',
    formula: String.raw`\Gamma(x)`,
    names: ['scipy.special.gamma', 'jax.scipy.special.gamma'],
    domain: 'x not 0, −1, −2, …',
    convention: 'At ±0 the value is ±∞, at the other poles NaN.',
    citation: 'C. Lanczos 1964 with the coefficients of Boost (lanczos13m53), as in CPython, mathmodule.c.',
    value: gammaKernel,
    partials: (x, out) => [() => mul(out, digamma(x))],
    samples: [[0.5], [-1.3], [4.7]],
  },
  specialised.gamma,
)

export const logGamma: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'logGamma',
    summary: 'Logarithm of the absolute value of the gamma function.',
    formula: String.raw`\ln |\Gamma(x)|`,
    names: ['scipy.special.gammaln', 'scipy.special.loggamma', 'torch.lgamma', 'jax.scipy.special.gammaln'],
    domain: 'x not 0, −1, −2, …',
    convention: 'At the poles the value is ∞.',
    citation: 'DLMF 5.7.3 near 1 and 2, 5.11.1 for x ≥ 10.',
    value: logGammaKernel,
    partials: x => [() => digamma(x)],
    samples: [[0.5], [-1.3], [47]],
  },
  specialised.logGamma,
)

export const digamma: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'digamma',
    summary: 'Logarithmic derivative of the gamma function.',
    formula: String.raw`\psi(x) = \frac{\Gamma'(x)}{\Gamma(x)}`,
    names: ['scipy.special.digamma', 'scipy.special.psi', 'torch.digamma', 'jax.scipy.special.digamma'],
    domain: 'x not 0, −1, −2, …',
    convention: 'NaN at the poles.',
    citation: 'DLMF 5.5.2, 5.11.2, 5.5.4.',
    value: x => polygammaKernel(0, x),
    partials: x => [() => polygamma(1, x)],
    samples: [[0.5], [-1.3], [47]],
  },
  specialised.digamma,
)

export const polygamma: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'polygamma',
    summary: 'Derivative of digamma of an integer order n ≥ 0.',
    formula: String.raw`\psi^{(n)}(x)`,
    names: ['scipy.special.polygamma', 'torch.polygamma', 'jax.scipy.special.polygamma'],
    domain: 'x not 0, −1, −2, …',
    convention: 'The order n is an integer, by which the derivative is NaN. NaN at the poles.',
    operands: [1],
    citation: 'DLMF 5.15.8, 5.15.9, 5.15.6.',
    value: polygammaKernel,
    partials: (n, x) => [Number.NaN, () => polygamma(add(n, 1), x)],
    samples: [
      [1, 0.5],
      [2, -1.3],
      [1, 47],
    ],
  },
  specialised.polygamma,
)

export const polygammaIncrease: Elementwise<Ternary> = /* @__PURE__ */ elementwise(
  {
    name: 'polygammaIncrease',
    summary: 'What polygamma of order n gains from x to x + y, without cancellation: what beta is differentiated by.',
    formula: String.raw`\psi^{(n)}(x + y) - \psi^{(n)}(x)`,
    convention: 'The order n is an integer, by which the derivative is NaN.',
    operands: [1, 2],
    citation: 'DLMF 5.15.8 and 5.15.9, term by term.',
    value: polygammaIncreaseKernel,
    partials: (n, x, y) => [Number.NaN, () => polygammaIncrease(add(n, 1), x, y), () => polygamma(add(n, 1), add(x, y))],
    samples: [
      [0, 0.5, 2],
      [1, 3, 1.25],
    ],
  },
  specialised.polygammaIncrease,
)

export const beta: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'beta',
    summary: 'Beta function.',
    formula: String.raw`\mathrm{B}(x, y) = \frac{\Gamma(x) \Gamma(y)}{\Gamma(x + y)}`,
    names: ['scipy.special.beta', 'jax.scipy.special.beta'],
    domain: 'x and y not 0, −1, −2, …',
    convention: 'Mixed second derivatives are small beside the poles x = 0 and y = 0, and have 16 digits less those of 1/x and 1/y there.',
    value: betaKernel,
    partials: (x, y, out) => [() => neg(mul(out, polygammaIncrease(0, x, y))), () => neg(mul(out, polygammaIncrease(0, y, x)))],
    samples: [
      [0.5, 2],
      [3, 1.25],
    ],
  },
  specialised.beta,
)

export const logBeta: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'logBeta',
    summary: 'Logarithm of the absolute value of the beta function.',
    formula: String.raw`\ln |\mathrm{B}(x, y)|`,
    names: ['scipy.special.betaln', 'jax.scipy.special.betaln'],
    domain: 'x and y not 0, −1, −2, …',
    citation: 'DLMF 5.11.1, its large terms combined before they cancel.',
    value: logBetaKernel,
    partials: (x, y) => [() => neg(polygammaIncrease(0, x, y)), () => neg(polygammaIncrease(0, y, x))],
    samples: [
      [0.5, 2],
      [3, 125],
    ],
  },
  specialised.logBeta,
)

const TWO_OVER_ROOT_PI = 1.1283791670955126

/** The derivative of erf: 2/√π e^(−x²). */
// biome-ignore lint/suspicious/noExplicitAny: called on symbolic values too
function gaussian(x: any) {
  return mul(TWO_OVER_ROOT_PI, exp(neg(mul(x, x))))
}
