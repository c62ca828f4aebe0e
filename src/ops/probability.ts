import { add, mul, scale, sub } from './arithmetic.ts'
import { isNan } from './comparison.ts'
import { exp, log, log1p, positiveReciprocal } from './exponential.ts'
import * as specialised from './generated.ts'
import { erfcKernel, logNdtrDerivativeKernel, logNdtrKernel } from './kernels/index.ts'
import { type Binary, type Elementwise, elementwise } from './kinds/elementwise.ts'
import { where } from './selection.ts'

/*
 * Entropies and the normal distribution: what densities and likelihoods are made of.
 */

const ONE_OVER_ROOT_TWO_PI = 0.3989422804014327

export const xlogy: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'xlogy',
    absorbing: [[1, 1]],
    summary: 'The first operand times the logarithm of the second, 0 where the first is 0.',
    formula: String.raw`x \ln y`,
    names: ['scipy.special.xlogy', 'torch.xlogy', 'jax.scipy.special.xlogy'],
    domain: 'y ≥ 0, or x = 0',
    convention:
      'For x = 0 the value and the derivative by y are 0, also at y = 0; the derivative by x is ln y. Where the value is NaN, so is the derivative by y.',
    value: (x, y) => (x === 0 && Math.abs(y) >= 0 ? 0 : x * Math.log(y)),
    partials: (x, y, out) => [() => log(y), () => where(isNan(out), out, scale(x, positiveReciprocal(y)))],
    samples: [
      [0.5, 2.5],
      [-3, 1.25],
      [1.5, 1e-3],
    ],
  },
  specialised.xlogy,
)

export const xlog1py: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'xlog1py',
    absorbing: [[1, 0]],
    summary: 'The first operand times the logarithm of 1 + the second, 0 where the first is 0.',
    formula: String.raw`x \ln(1 + y)`,
    names: ['scipy.special.xlog1py', 'torch.special.xlog1py', 'jax.scipy.special.xlog1py'],
    domain: 'y ≥ −1, or x = 0',
    convention:
      'For x = 0 the value and the derivative by y are 0, also at y = −1; the derivative by x is ln(1 + y). Where the value is NaN, so is the derivative by y.',
    value: (x, y) => (x === 0 && Math.abs(y) >= 0 ? 0 : x * Math.log1p(y)),
    partials: (x, y, out) => [() => log1p(y), () => where(isNan(out), out, scale(x, positiveReciprocal(add(1, y))))],
    samples: [
      [0.5, 2.5],
      [-3, -0.75],
      [1.5, 1e-3],
    ],
  },
  specialised.xlog1py,
)

export const entr: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'entr',
    summary: 'What a probability contributes to the entropy, as in SciPy.',
    formula: String.raw`-x \ln x`,
    names: ['scipy.special.entr', 'torch.special.entr', 'jax.scipy.special.entr'],
    domain: 'x ≥ 0',
    convention: 'At 0 the value is 0 and the derivative ∞; below, the value is −∞ and the derivative NaN.',
    value: x => (x > 0 ? -(x * Math.log(x)) : x === 0 ? 0 : x < 0 ? -1 / 0 : x),
    partials: x => [() => sub(-1, log(x))],
    samples: [[0.5], [3], [1e-6]],
  },
  specialised.entr,
)

export const ndtr: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'ndtr',
    summary: 'Distribution function of the standard normal distribution, with full relative accuracy in the left tail.',
    formula: String.raw`\Phi(x) = \frac{1}{\sqrt{2\pi}} \int_{-\infty}^x e^{-t^2/2}\,dt`,
    names: ['scipy.special.ndtr', 'torch.special.ndtr', 'jax.scipy.special.ndtr', 'scipy.stats.norm.cdf'],
    citation: 'By erfc.',
    value: x => 0.5 * erfcKernel(-Math.SQRT1_2 * x),
    partials: x => [() => mul(ONE_OVER_ROOT_TWO_PI, exp(mul(-0.5, mul(x, x))))],
    samples: [[0.5], [-1.1], [2.5]],
  },
  specialised.ndtr,
)

export const logNdtr: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'logNdtr',
    summary: 'Logarithm of the distribution function of the standard normal distribution, with full relative accuracy in both tails.',
    formula: String.raw`\ln \Phi(x)`,
    names: ['scipy.special.log_ndtr', 'torch.special.log_ndtr', 'jax.scipy.special.log_ndtr', 'scipy.stats.norm.logcdf'],
    citation: 'By erfc, whose exponent is taken out in the left tail; derivatives by the continued fraction DLMF 7.9.2.',
    value: logNdtrKernel,
    partials: x => [() => logNdtrDerivative(1, x)],
    samples: [[0.5], [-1.1], [-25]],
  },
  specialised.logNdtr,
)

export const logNdtrDerivative: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'logNdtrDerivative',
    summary: 'Derivative of logNdtr of an integer order, accurate in both tails.',
    formula: String.raw`\frac{d^n}{dx^n} \ln \Phi(x)`,
    convention: 'The order n is an integer, by which the derivative is NaN. NaN for orders above 171.',
    operands: [1],
    citation: 'DLMF 7.9.2 for x < −0.75, else m′ = −m (x + m) for m = φ/Φ.',
    value: logNdtrDerivativeKernel,
    partials: (n, x) => [Number.NaN, () => logNdtrDerivative(add(n, 1), x)],
    samples: [
      [1, 0.5],
      [2, -1.1],
      [1, -25],
    ],
  },
  specialised.logNdtrDerivative,
)
