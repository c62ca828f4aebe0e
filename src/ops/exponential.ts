import { add, mul, neg, scale, square, sub } from './arithmetic.ts'
import { equal, isNan, lessEqual, logicalAnd } from './comparison.ts'
import * as specialised from './generated.ts'
import { useVectors } from './kernels/vectors.ts'
import { type Binary, type Elementwise, elementwise } from './kinds/elementwise.ts'
import { where } from './selection.ts'

export const exp: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'exp',
    loads: useVectors,
    neverMinusZero: true,
    summary: 'Exponential.',
    formula: 'e^x',
    names: ['np.exp', 'torch.exp', 'jnp.exp', 'tf.exp'],
    value: x => Math.exp(x),
    partials: (_x, out) => [out],
    samples: [[0.5], [-3], [20]],
  },
  specialised.exp,
)

export const expm1: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'expm1',
    summary: 'Exponential minus one, accurate near 0.',
    formula: 'e^x - 1',
    names: ['np.expm1', 'torch.expm1', 'jnp.expm1', 'tf.expm1'],
    value: x => Math.expm1(x),
    partials: x => [() => exp(x)],
    samples: [[0.5], [-3], [1e-9]],
  },
  specialised.expm1,
)

const atZero = 'At 0 the value is −∞ and the derivative ∞; below, both are NaN.'

export const log: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'log',
    summary: 'Natural logarithm.',
    formula: String.raw`\ln x`,
    names: ['np.log', 'torch.log', 'jnp.log', 'tf.log'],
    domain: 'x ≥ 0',
    convention: atZero,
    value: x => Math.log(x),
    partials: x => [() => positiveReciprocal(x)],
    samples: [[0.5], [3], [1e-6]],
  },
  specialised.log,
)

export const log1p: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'log1p',
    summary: 'Natural logarithm of 1 + x, accurate near 0.',
    formula: String.raw`\ln(1 + x)`,
    names: ['np.log1p', 'torch.log1p', 'jnp.log1p', 'tf.log1p'],
    domain: 'x ≥ −1',
    convention: 'At −1 the value is −∞ and the derivative ∞; below, both are NaN.',
    value: x => Math.log1p(x),
    partials: x => [() => positiveReciprocal(add(1, x))],
    samples: [[0.5], [-0.75], [1e-9]],
  },
  specialised.log1p,
)

export const positiveReciprocal: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'positiveReciprocal',
    summary: 'One over x for x ≥ 0: what logarithms are differentiated by, NaN where they are.',
    formula: String.raw`\frac{1}{x}`,
    domain: 'x ≥ 0',
    convention: 'At ±0 the value is ∞ and the derivative −∞; below, both are NaN.',
    value: x => (x < 0 ? Math.sqrt(x) : 1 / Math.abs(x)),
    partials: (_x, out) => [() => neg(square(out))],
    samples: [[0.5], [3], [40]],
  },
  specialised.positiveReciprocal,
)

export const log2: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'log2',
    summary: 'Logarithm to base 2.',
    formula: String.raw`\log_2 x`,
    names: ['np.log2', 'torch.log2', 'jnp.log2'],
    domain: 'x ≥ 0',
    convention: atZero,
    value: x => Math.log2(x),
    partials: x => [() => mul(Math.LOG2E, positiveReciprocal(x))],
    samples: [[0.5], [3], [1e-6]],
  },
  specialised.log2,
)

export const log10: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'log10',
    summary: 'Logarithm to base 10.',
    formula: String.raw`\log_{10} x`,
    names: ['np.log10', 'torch.log10', 'jnp.log10'],
    domain: 'x ≥ 0',
    convention: atZero,
    value: x => Math.log10(x),
    partials: x => [() => mul(Math.LOG10E, positiveReciprocal(x))],
    samples: [[0.5], [3], [1e-6]],
  },
  specialised.log10,
)

export const exp2: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'exp2',
    summary: 'Power of two.',
    formula: '2^x',
    names: ['np.exp2', 'scipy.special.exp2', 'torch.exp2', 'jnp.exp2'],
    // biome-ignore lint/style/useExponentiationOperator: V8 folds ** of constants with another rounding than it computes
    value: x => Math.pow(2, x),
    partials: (_x, out) => [() => mul(Math.LN2, out)],
    samples: [[0.5], [-3], [20]],
  },
  specialised.exp2,
)

export const pow: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'pow',
    neutral: { element: 1, sides: [1] },
    absorbing: [[1, 0]],
    summary: 'Power.',
    formula: 'x^y',
    names: ['np.power', 'np.float_power', 'torch.pow', 'jnp.power', 'tf.pow'],
    domain: 'x > 0, or x < 0 with an integer y',
    convention:
      'x^0 is 1 for every x, also at 0, with ∂/∂x = 0. At x = 0, ∂/∂x is the limit from the right (0, 1 or ∞) and ∂/∂y is 0. ' +
      'For x < 0, ∂/∂y is NaN. Where the value is NaN, so are both.',
    // biome-ignore lint/style/useExponentiationOperator: V8 folds ** of constants with another rounding than it computes
    value: (x, y) => Math.pow(x, y),
    partials: (x, y, out) => [
      () => where(isNan(out), out, scale(y, pow(x, sub(y, 1)))),
      () => where(logicalAnd(equal(x, 0), lessEqual(y, 0)), 0, where(isNan(out), out, scale(out, log(x)))),
    ],
    samples: [
      [0.5, 2.5],
      [3, -1.25],
      [1.5, 0.5],
    ],
  },
  specialised.pow,
)
