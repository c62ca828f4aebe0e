import { add, cosineOf, div, hypot, mul, neg, overLength, reciprocal, scale, sqrt, square, sub } from './arithmetic.ts'
import * as specialised from './generated.ts'
import { logisticDensityKernel, sincKernel } from './kernels/index.ts'
import { useVectors } from './kernels/vectors.ts'
import { type Binary, type Elementwise, elementwise } from './kinds/elementwise.ts'

export const sin: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'sin',
    summary: 'Sine of an angle in radians.',
    formula: String.raw`\sin x`,
    names: ['np.sin', 'torch.sin', 'jnp.sin', 'tf.sin'],
    value: x => Math.sin(x),
    partials: x => [() => cos(x)],
    samples: [[0.3], [-2], [1e3]],
  },
  specialised.sin,
)

export const cos: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'cos',
    summary: 'Cosine of an angle in radians.',
    formula: String.raw`\cos x`,
    names: ['np.cos', 'torch.cos', 'jnp.cos', 'tf.cos'],
    value: x => Math.cos(x),
    partials: x => [() => neg(sin(x))],
    samples: [[0.3], [-2], [1e3]],
  },
  specialised.cos,
)

export const tan: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'tan',
    summary: 'Tangent of an angle in radians.',
    formula: String.raw`\tan x`,
    names: ['np.tan', 'torch.tan', 'jnp.tan', 'tf.tan'],
    domain: 'x not an odd multiple of π/2',
    value: x => Math.tan(x),
    partials: (_x, out) => [() => add(1, square(out))],
    samples: [[0.3], [-2], [1.5]],
  },
  specialised.tan,
)

const atOne = 'At ±1 the derivative is infinite, its limit from inside; beyond, the value is NaN.'

export const asin: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'asin',
    summary: 'Inverse sine, in radians.',
    formula: String.raw`\arcsin x`,
    names: ['np.arcsin', 'torch.asin', 'torch.arcsin', 'jnp.arcsin', 'tf.asin'],
    domain: '−1 ≤ x ≤ 1',
    convention: atOne,
    value: x => Math.asin(x),
    partials: x => [() => reciprocal(rootOneMinusSquare(x))],
    samples: [[0.3], [-0.9], [0.999]],
  },
  specialised.asin,
)

export const acos: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'acos',
    summary: 'Inverse cosine, in radians.',
    formula: String.raw`\arccos x`,
    names: ['np.arccos', 'torch.acos', 'torch.arccos', 'jnp.arccos', 'tf.acos'],
    domain: '−1 ≤ x ≤ 1',
    convention: atOne,
    value: x => Math.acos(x),
    partials: x => [() => neg(reciprocal(rootOneMinusSquare(x)))],
    samples: [[0.3], [-0.9], [0.999]],
  },
  specialised.acos,
)

export const rootOneMinusSquare: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'rootOneMinusSquare',
    summary: 'Root of 1 − x², accurate near 0 and near ±1 to any order: what inverse sine and cosine are differentiated by.',
    formula: String.raw`\sqrt{1 - x^2}`,
    domain: '−1 ≤ x ≤ 1',
    convention: 'At ±1 the derivative is infinite, its limit from inside; beyond, the value is NaN.',
    value: x => Math.sqrt((1 - x) * (1 + x)),
    partials: (x, out) => [() => neg(div(x, out))],
    samples: [[0.3], [-0.9], [0.999]],
  },
  specialised.rootOneMinusSquare,
)

export const atan: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'atan',
    summary: 'Inverse tangent, in radians.',
    formula: String.raw`\arctan x`,
    names: ['np.arctan', 'torch.atan', 'torch.arctan', 'jnp.arctan', 'tf.atan'],
    value: x => Math.atan(x),
    partials: x => [() => reciprocalOnePlusSquare(x)],
    samples: [[0.3], [-2], [50]],
  },
  specialised.atan,
)

export const reciprocalOnePlusSquare: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'reciprocalOnePlusSquare',
    summary: 'One over 1 + x²: what the inverse tangent is differentiated by, to any order without underflow on the way.',
    formula: String.raw`\frac{1}{1 + x^2}`,
    value: x => 1 / (1 + x * x),
    partials: (x, out) => [() => mul(-2, mul(scale(x, out), out))],
    samples: [[0.3], [-2], [50]],
  },
  specialised.reciprocalOnePlusSquare,
)

export const atan2: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'atan2',
    summary: 'Angle of the point (x, y), in radians; the ordinate y comes first.',
    formula: String.raw`\operatorname{atan2}(y, x)`,
    names: ['np.arctan2', 'torch.atan2', 'torch.arctan2', 'jnp.arctan2', 'tf.atan2'],
    convention: 'At the origin both partials are 0.',
    value: (y, x) => Math.atan2(y, x),
    partials: (y, x) => [() => overLength(cosineOf(x, y), hypot(x, y)), () => neg(overLength(cosineOf(y, x), hypot(x, y)))],
    samples: [
      [0.5, 2],
      [-3, 1.25],
      [1, -4],
    ],
  },
  specialised.atan2,
)

export const sinh: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'sinh',
    summary: 'Hyperbolic sine.',
    formula: String.raw`\sinh x`,
    names: ['np.sinh', 'torch.sinh', 'jnp.sinh', 'tf.sinh'],
    value: x => Math.sinh(x),
    partials: x => [() => cosh(x)],
    samples: [[0.3], [-2], [20]],
  },
  specialised.sinh,
)

export const cosh: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'cosh',
    neverMinusZero: true,
    summary: 'Hyperbolic cosine.',
    formula: String.raw`\cosh x`,
    names: ['np.cosh', 'torch.cosh', 'jnp.cosh', 'tf.cosh'],
    value: x => Math.cosh(x),
    partials: x => [() => sinh(x)],
    samples: [[0.3], [-2], [20]],
  },
  specialised.cosh,
)

export const tanh: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'tanh',
    loads: useVectors,
    summary: 'Hyperbolic tangent.',
    formula: String.raw`\tanh x`,
    names: ['np.tanh', 'torch.tanh', 'torch.nn.Tanh', 'jnp.tanh', 'tf.tanh'],
    convention: 'The derivative is taken from the logistic function, which keeps its digits where tanh x rounds to ±1.',
    value: x => Math.tanh(x),
    partials: x => [() => mul(4, logisticDensity(mul(2, x)))],
    samples: [[0.3], [-2], [20]],
  },
  specialised.tanh,
)

export const logisticDensity: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'logisticDensity',
    summary: 'Derivative of the logistic function, accurate in both tails to any order: what sigmoid and tanh are differentiated by.',
    formula: String.raw`\frac{e^{-x}}{(1 + e^{-x})^2}`,
    value: logisticDensityKernel,
    partials: (x, out) => [() => neg(mul(out, tanh(mul(0.5, x))))],
    samples: [[0.5], [-3], [20]],
  },
  specialised.logisticDensity,
)

export const asinh: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'asinh',
    summary: 'Inverse hyperbolic sine.',
    formula: String.raw`\operatorname{arsinh} x`,
    names: ['np.arcsinh', 'torch.asinh', 'torch.arcsinh', 'jnp.arcsinh', 'tf.asinh'],
    value: x => Math.asinh(x),
    partials: x => [() => reciprocal(hypot(1, x))],
    samples: [[0.3], [-2], [50]],
  },
  specialised.asinh,
)

export const acosh: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'acosh',
    summary: 'Inverse hyperbolic cosine.',
    formula: String.raw`\operatorname{arcosh} x`,
    names: ['np.arccosh', 'torch.acosh', 'torch.arccosh', 'jnp.arccosh', 'tf.acosh'],
    domain: 'x ≥ 1',
    convention: 'At 1 the derivative is ∞, its limit from inside; below, the value is NaN.',
    value: x => Math.acosh(x),
    partials: x => [() => reciprocal(mul(sqrt(sub(x, 1)), sqrt(add(x, 1))))],
    samples: [[1.3], [2], [50]],
  },
  specialised.acosh,
)

export const atanh: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'atanh',
    summary: 'Inverse hyperbolic tangent.',
    formula: String.raw`\operatorname{artanh} x`,
    names: ['np.arctanh', 'torch.atanh', 'torch.arctanh', 'jnp.arctanh', 'tf.atanh'],
    domain: '−1 ≤ x ≤ 1',
    convention: 'At ±1 value and derivative are infinite; beyond, the value is NaN.',
    value: x => Math.atanh(x),
    partials: x => [() => reciprocal(square(rootOneMinusSquare(x)))],
    samples: [[0.3], [-0.9], [0.99]],
  },
  specialised.atanh,
)

export const sinc: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'sinc',
    summary: 'Normalised cardinal sine, as in NumPy: sin(πx)/(πx), and 1 at 0.',
    formula: String.raw`\frac{\sin \pi x}{\pi x}`,
    names: ['np.sinc', 'torch.sinc', 'jnp.sinc'],
    value: x => sincKernel(0, x),
    partials: x => [() => sincDerivative(1, x)],
    samples: [[0.3], [-1.7], [8.4]],
  },
  specialised.sinc,
)

export const sincDerivative: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'sincDerivative',
    summary: 'Derivative of sinc of an integer order, accurate near 0.',
    formula: String.raw`\frac{d^n}{dx^n} \operatorname{sinc} x`,
    convention: 'The order n is an integer, by which the derivative is NaN. NaN for orders above a million.',
    operands: [1],
    value: sincKernel,
    partials: (n, x) => [Number.NaN, () => sincDerivative(add(n, 1), x)],
    samples: [
      [1, 0.3],
      [2, -1.7],
    ],
  },
  specialised.sincDerivative,
)
