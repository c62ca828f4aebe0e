import { differentiable } from '../core/option-kinds.ts'
import type { Given, Options, OptionsOf, Read } from '../core/options.ts'
import type { MapResult, TensorLike } from '../core/types.ts'
import { abs, add, div, mul, neg, reciprocal, square } from './arithmetic.ts'
import { greater, lessEqual } from './comparison.ts'
import { expm1 } from './exponential.ts'
import * as specialised from './generated.ts'
import { useVectors } from './kernels/vectors.ts'
import { composite } from './kinds/composite.ts'
import { type Elementwise, elementwise, type Unary } from './kinds/elementwise.ts'
import { sigmoid, softplus } from './logistic.ts'
import { clip, where } from './selection.ts'
import { erfc } from './special.ts'
import { tanh } from './trigonometric.ts'

// biome-ignore lint/suspicious/noExplicitAny: generic over everything an operator takes
type Operand = any
const leakyOptions = {
  slope: { is: differentiable, default: 0.01, says: 'The slope for negative entries.' },
} as const satisfies Options
const eluOptions = {
  alpha: { is: differentiable, default: 1, says: 'How far below 0 the values go.' },
} as const satisfies Options
/** An activation with one parameter. */
type Elu = <X extends TensorLike>(x: X, ...options: Given<OptionsOf<typeof eluOptions>, ['alpha']>) => MapResult<X>

export const relu: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'relu',
    loads: useVectors,
    summary: 'Rectified linear unit.',
    formula: String.raw`\max(x, 0)`,
    names: ['torch.relu', 'torch.nn.functional.relu', 'torch.nn.ReLU', 'jax.nn.relu', 'tf.relu'],
    convention: 'At the kink x = 0 the derivative is 0.',
    chooses: true,
    value: x => Math.max(x, 0),
    partials: (_x, out) => [() => where(greater(out, 0), 1, out)], // the result itself where it is 0 or NaN
    samples: [[0.5], [-3], [7]],
  },
  specialised.relu,
)

export const silu = /* @__PURE__ */ composite<Unary>({
  name: 'silu',
  summary: 'Sigmoid linear unit.',
  formula: String.raw`x\,\sigma(x)`,
  names: ['torch.nn.functional.silu', 'torch.nn.SiLU', 'jax.nn.silu', 'jax.nn.swish'],
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
  names: ['torch.nn.functional.gelu', 'torch.nn.GELU', 'jax.nn.gelu'],
  citation: 'Hendrycks and Gimpel 2016, arXiv:1606.08415.',
  of: x => mul(x, normalCdf(x)),
  samples: [[0.5], [-3], [7]],
})

export const leakyRelu = /* @__PURE__ */ composite<<X extends TensorLike>(x: X, ...options: Given<OptionsOf<typeof leakyOptions>, ['slope']>) => MapResult<X>>({
  name: 'leakyRelu',
  summary: 'Rectified linear unit with a small slope for negative entries, 0.01 by default.',
  formula: String.raw`x > 0\;?\;x : s x`,
  names: ['torch.nn.functional.leaky_relu', 'torch.nn.LeakyReLU', 'jax.nn.leaky_relu', 'tf.leakyRelu'],
  convention: 'At the kink x = 0 the derivative is the slope on the left.',
  options: leakyOptions,
  bare: ['slope'],
  of: (x: Operand, { slope }: Read<typeof leakyOptions>) => where(lessEqual(x, 0), mul(slope, x), relu(x)),
  samples: [[0.5], [-3], [-3, 0.2]],
})

export const elu = /* @__PURE__ */ composite<Elu>({
  name: 'elu',
  summary: 'Exponential linear unit.',
  formula: String.raw`x > 0\;?\;x : \alpha (e^x - 1)`,
  names: ['torch.nn.functional.elu', 'torch.nn.ELU', 'jax.nn.elu', 'tf.elu'],
  convention: 'At x = 0 the derivative is α, its limit from the left.',
  options: eluOptions,
  bare: ['alpha'],
  of: (x: Operand, { alpha }: Read<typeof eluOptions>) => where(greater(x, 0), x, mul(alpha, expm1(negativePart(x)))),
  samples: [[0.5], [-3], [-3, 0.2]],
})

export const selu = /* @__PURE__ */ composite<Unary>({
  name: 'selu',
  summary: 'Self-normalising exponential linear unit.',
  formula: String.raw`\lambda \operatorname{elu}_\alpha(x)`,
  names: ['torch.nn.functional.selu', 'torch.nn.SELU', 'jax.nn.selu', 'tf.selu'],
  convention: 'At x = 0 the derivative is its limit from the left.',
  citation: 'Klambauer and others 2017, arXiv:1706.02515.',
  of: (x: Operand) => mul(SELU_SCALE, elu(x, SELU_ALPHA)),
  samples: [[0.5], [-3], [7]],
})

export const celu = /* @__PURE__ */ composite<Elu>({
  name: 'celu',
  summary: 'Continuously differentiable exponential linear unit.',
  formula: String.raw`x > 0\;?\;x : \alpha (e^{x/\alpha} - 1)`,
  names: ['torch.nn.functional.celu', 'torch.nn.CELU', 'jax.nn.celu'],
  options: eluOptions,
  bare: ['alpha'],
  of: (x: Operand, { alpha }: Read<typeof eluOptions>) => where(greater(x, 0), x, mul(alpha, expm1(div(negativePart(x), alpha)))),
  samples: [[0.5], [-3], [-3, 0.2]],
})

export const geluTanh = /* @__PURE__ */ composite<Unary>({
  name: 'geluTanh',
  summary: 'Gaussian error linear unit, approximated by a hyperbolic tangent.',
  formula: String.raw`\tfrac{x}{2} \left(1 + \tanh\left(\sqrt{2/\pi}\,(x + 0.044715 x^3)\right)\right)`,
  names: ['jax.nn.gelu', 'torch.nn.functional.gelu'],
  citation: 'Hendrycks and Gimpel 2016, arXiv:1606.08415.',
  of: (x: Operand) => mul(x, sigmoid(mul(TWO_ROOT_TWO_OVER_PI, mul(x, add(1, mul(0.044715, square(x))))))),
  samples: [[0.5], [-3], [7]],
})

export const logSigmoid = /* @__PURE__ */ composite<Unary>({
  name: 'logSigmoid',
  summary: 'Logarithm of the logistic function, without overflow.',
  formula: String.raw`-\ln(1 + e^{-x})`,
  names: ['torch.nn.functional.logsigmoid', 'torch.nn.LogSigmoid', 'jax.nn.log_sigmoid', 'tf.logSigmoid', 'scipy.special.log_expit'],
  of: (x: Operand) => neg(softplus(neg(x))),
  samples: [[0.5], [-3], [7]],
})

export const hardTanh = /* @__PURE__ */ composite<Unary>({
  name: 'hardTanh',
  summary: 'The operand held between −1 and 1.',
  formula: String.raw`\min(\max(x, -1), 1)`,
  names: ['torch.nn.functional.hardtanh', 'torch.nn.Hardtanh', 'jax.nn.hard_tanh'],
  convention: 'At ±1 the derivative is 1.',
  of: (x: Operand) => clip(x, -1, 1),
  samples: [[0.5], [-3], [7]],
})

export const softsign: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'softsign',
    summary: 'Smooth step with algebraic tails.',
    formula: String.raw`\frac{x}{1 + |x|}`,
    names: ['torch.nn.functional.softsign', 'torch.nn.Softsign', 'jax.nn.soft_sign'],
    value: x => (Math.abs(x) > 1e300 ? Math.sign(x) : x / (1 + Math.abs(x))),
    partials: x => [() => square(reciprocal(add(1, abs(x))))],
    samples: [[0.5], [-3], [7]],
  },
  specialised.softsign,
)

export const mish = /* @__PURE__ */ composite<Unary>({
  name: 'mish',
  summary: 'Self-regularised smooth rectifier.',
  formula: String.raw`x \tanh(\ln(1 + e^x))`,
  names: ['torch.nn.functional.mish', 'torch.nn.Mish', 'jax.nn.mish'],
  citation: 'Misra 2019, arXiv:1908.08681.',
  of: (x: Operand) => mul(x, tanh(softplus(x))),
  samples: [[0.5], [-3], [7]],
})

const SELU_SCALE = 1.0507009873554805
const SELU_ALPHA = 1.6732632423543772
/** 2 √(2/π): a hyperbolic tangent as a logistic function of twice its argument keeps the digits of the lower tail. */
const TWO_ROOT_TWO_OVER_PI = 1.5957691216057308

/** The operand where it is negative, 0 elsewhere: keeps exponentials of the side that is not taken finite. */
// biome-ignore lint/suspicious/noExplicitAny: generic over everything an operator takes
function negativePart(x: any) {
  return where(greater(x, 0), 0, x)
}
