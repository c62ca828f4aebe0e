import * as specialised from './generated.ts'
import { cosineKernel } from './kernels/index.ts'
import { add, type Binary, type Elementwise, elementwise, scale, type Ternary } from './kinds/elementwise.ts'

export { add, scale }

export const sub: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'sub',
    integral: true,
    neutral: { element: 0, sides: [1] },
    cheap: true,
    adds: -1,
    summary: 'Difference.',
    formula: 'x - y',
    names: ['np.subtract', 'torch.sub', 'torch.subtract', 'jnp.subtract', 'tf.sub'],
    value: (x, y) => x - y,
    partials: () => [1, -1],
    samples: [
      [0.5, 2],
      [-3, 1.25],
      [1e8, -1],
    ],
  },
  specialised.sub,
)

export const distance: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'distance',
    summary: 'Difference in which an infinity less itself is 0: what entries have from the largest, where exponentials are summed.',
    formula: 'x - y',
    convention: 'The same infinity twice is at distance 0.',
    value: (x, y) => (x === y ? 0 : x - y),
    partials: () => [1, -1],
    samples: [
      [0.5, 2],
      [-3, 1.25],
      [1e8, -1],
    ],
  },
  specialised.distance,
)

export const mul: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'mul',
    integral: true,
    neutral: { element: 1, sides: [0, 1] },
    cheap: true,
    summary: 'Product.',
    formula: 'x y',
    names: ['np.multiply', 'torch.mul', 'torch.multiply', 'jnp.multiply', 'tf.mul'],
    value: (x, y) => x * y,
    partials: (x, y) => [y, x],
    samples: [
      [0.5, 2],
      [-3, 1.25],
      [0, 4],
    ],
  },
  specialised.mul,
)

export const div: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'div',
    neutral: { element: 1, sides: [1] },
    summary: 'Quotient.',
    formula: String.raw`\frac{x}{y}`,
    names: ['np.divide', 'np.true_divide', 'torch.div', 'torch.divide', 'jnp.divide', 'tf.div'],
    domain: 'y ≠ 0',
    convention: 'At y = 0 the value is ±∞ or NaN, as IEEE 754 says, and so are the partials.',
    value: (x, y) => x / y,
    partials: (_x, y, out) => [() => reciprocal(y), () => neg(div(out, y))],
    samples: [
      [0.5, 2],
      [-3, 1.25],
      [0, -4],
    ],
  },
  specialised.div,
)

export const neg: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'neg',
    integral: true,
    cheap: true,
    involution: true,
    summary: 'Negative.',
    formula: '-x',
    names: ['np.negative', 'torch.neg', 'torch.negative', 'jnp.negative', 'tf.neg'],
    value: x => -x,
    partials: () => [-1],
    samples: [[0.5], [-3], [0]],
  },
  specialised.neg,
)

export const square: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'square',
    integral: true,
    cheap: true,
    neverMinusZero: true,
    summary: 'Square.',
    formula: 'x^2',
    names: ['np.square', 'torch.square', 'jnp.square', 'tf.square'],
    value: x => x * x,
    partials: x => [() => mul(2, x)],
    samples: [[0.5], [-3], [0]],
  },
  specialised.square,
)

export const sqrt: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'sqrt',
    summary: 'Square root.',
    formula: String.raw`\sqrt{x}`,
    names: ['np.sqrt', 'torch.sqrt', 'jnp.sqrt', 'tf.sqrt'],
    domain: 'x ≥ 0',
    convention: 'At x = 0 the derivative is ∞, its limit from the right. Below 0 value and derivative are NaN.',
    value: x => Math.sqrt(x),
    partials: (_x, out) => [() => div(0.5, add(out, 0))], // −0 + 0 is 0
    samples: [[0.25], [2], [1e6]],
  },
  specialised.sqrt,
)

export const reciprocal: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'reciprocal',
    summary: 'One over x.',
    formula: String.raw`\frac{1}{x}`,
    names: ['np.reciprocal', 'torch.reciprocal', 'jnp.reciprocal', 'tf.reciprocal'],
    domain: 'x ≠ 0',
    convention: 'At x = 0 the value is ±∞ and the derivative −∞.',
    value: x => 1 / x,
    partials: (_x, out) => [() => neg(square(out))],
    samples: [[0.5], [-3], [40]],
  },
  specialised.reciprocal,
)

export const sign: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'sign',
    integral: true,
    summary: 'Sign: −1, 0 or 1.',
    formula: String.raw`\operatorname{sign} x`,
    names: ['np.sign', 'torch.sign', 'jnp.sign', 'tf.sign'],
    convention: 'The derivative is 0 everywhere, also at the step.',
    value: x => Math.sign(x),
    samples: [[0.5], [-3], [7]],
  },
  specialised.sign,
)

export const abs: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'abs',
    integral: true,
    neverMinusZero: true,
    summary: 'Absolute value.',
    formula: '|x|',
    names: ['np.abs', 'np.fabs', 'torch.abs', 'jnp.abs', 'tf.abs'],
    convention: 'At the kink x = 0 the derivative is 0.',
    value: x => Math.abs(x),
    partials: x => [() => sign(x)],
    samples: [[0.5], [-3], [1e-3]],
  },
  specialised.abs,
)

export const hypot: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'hypot',
    summary: 'Length of the vector (x, y), without overflow.',
    formula: String.raw`\sqrt{x^2 + y^2}`,
    names: ['np.hypot', 'torch.hypot', 'jnp.hypot'],
    convention: 'At the origin both partials are 0.',
    value: (x, y) => Math.hypot(x, y),
    partials: (x, y) => [() => cosineOf(x, y), () => cosineOf(y, x)],
    samples: [
      [0.5, 2],
      [-3, 1.25],
      [3e2, -4e2],
    ],
  },
  specialised.hypot,
)

export const cosineOf: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'cosineOf',
    summary: 'Cosine of the angle of the point (x, y): what hypot and atan2 are differentiated by, to any order without cancellation.',
    formula: String.raw`\frac{x}{\sqrt{x^2 + y^2}}`,
    convention: 'At the origin the value is 0 and the derivative NaN.',
    value: cosineKernel,
    partials: (x, y, out) => [() => square(div(cosineOf(y, x), sqrt(hypot(x, y)))), () => neg(div(mul(out, cosineOf(y, x)), hypot(x, y)))],
    samples: [
      [0.5, 2],
      [-3, 1.25],
      [3e2, -4e2],
    ],
  },
  specialised.cosineOf,
)

export const overLength: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'overLength',
    summary: 'Quotient by a length, 0 where there is none: what norms are differentiated by.',
    formula: String.raw`\frac{x}{y}`,
    convention: 'At y = 0 the value is 0, and the derivatives are those of the quotient: ∞ and NaN.',
    value: (x, y) => (y === 0 ? 0 : x / y),
    partials: (_x, y, out) => [() => reciprocal(y), () => neg(div(out, y))],
    samples: [
      [0.5, 2],
      [-3, 1.25],
    ],
  },
  specialised.overLength,
)

export const cbrt: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'cbrt',
    summary: 'Cube root.',
    formula: String.raw`\sqrt[3]{x}`,
    names: ['np.cbrt', 'scipy.special.cbrt', 'jnp.cbrt'],
    convention: 'At x = 0 the derivative is ∞, its limit.',
    value: x => Math.cbrt(x),
    partials: (_x, out) => [() => mul(1 / 3, square(reciprocal(out)))],
    samples: [[0.25], [-2], [1e6]],
  },
  specialised.cbrt,
)

export const fma: Elementwise<Ternary> = /* @__PURE__ */ elementwise(
  {
    name: 'fma',
    summary: 'Product plus a third value, rounded twice.',
    formula: 'x y + z',
    names: ['torch.addcmul'],
    value: (x, y, z) => x * y + z,
    partials: (x, y) => [y, x, 1],
    samples: [
      [0.5, 2, -3],
      [-3, 1.25, 0.5],
    ],
  },
  specialised.fma,
)
