import { mul, reciprocal, square } from './arithmetic.ts'
import { greater } from './comparison.ts'
import * as specialised from './generated.ts'
import { sigmoidKernel, softplusKernel } from './kernels/index.ts'
import { composite } from './kinds/composite.ts'
import { type Elementwise, elementwise, type Unary } from './kinds/elementwise.ts'
import { where } from './selection.ts'
import { erfc } from './special.ts'
import { cosh } from './trigonometric.ts'

export const relu: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'relu',
    summary: 'Rectified linear unit.',
    formula: String.raw`\max(x, 0)`,
    convention: 'At the kink x = 0 the derivative is 0.',
    value: x => Math.max(x, 0),
    partials: x => [() => where(greater(x, 0), 1, 0)],
    samples: [[0.5], [-3], [7]],
  },
  specialised.relu,
)

export const sigmoid: Elementwise<Unary> = /* @__PURE__ */ elementwise(
  {
    name: 'sigmoid',
    summary: 'Logistic function, accurate in both tails.',
    formula: String.raw`\frac{1}{1 + e^{-x}}`,
    value: sigmoidKernel,
    partials: x => [() => mul(0.25, square(reciprocal(cosh(mul(0.5, x)))))],
    samples: [[0.5], [-3], [20]],
  },
  specialised.sigmoid,
)

export const softplus: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'softplus',
    summary: 'Smooth rectifier, without overflow.',
    formula: String.raw`\ln(1 + e^x)`,
    value: softplusKernel,
    partials: x => [() => sigmoid(x)],
    samples: [[0.5], [-3], [20]],
  },
  specialised.softplus,
)

export const silu = /* @__PURE__ */ composite<Unary>({
  name: 'silu',
  summary: 'Sigmoid linear unit.',
  formula: String.raw`x\,\sigma(x)`,
  of: x => mul(x, sigmoid(x)),
  samples: [[0.5], [-3], [7]],
})

/** Distribution function of the standard normal law, from erfc so that its lower tail keeps its digits. */
// biome-ignore lint/suspicious/noExplicitAny: generic over everything an operator takes
const normalCdf = (x: any) => mul(0.5, erfc(mul(-Math.SQRT1_2, x)))

export const gelu = /* @__PURE__ */ composite<Unary>({
  name: 'gelu',
  summary: 'Gaussian error linear unit, exact.',
  formula: String.raw`x\,\Phi(x)`,
  citation: 'Hendrycks and Gimpel 2016, arXiv:1606.08415.',
  of: x => mul(x, normalCdf(x)),
  samples: [[0.5], [-3], [7]],
})
