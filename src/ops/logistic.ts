import { distance } from './arithmetic.ts'
import * as specialised from './generated.ts'
import { logAddExpKernel, sigmoidKernel, softplusKernel } from './kernels/index.ts'
import { useVectors } from './kernels/vectors.ts'
import { type Binary, type Elementwise, elementwise, type Unary } from './kinds/elementwise.ts'
import { logisticDensity } from './trigonometric.ts'

/* The logistic function, and what has it for its slope. */

export const sigmoid: Elementwise<Unary> = /* @__PURE__ */ elementwise(
  {
    name: 'sigmoid',
    loads: useVectors,
    neverMinusZero: true,
    summary: 'Logistic function, accurate in both tails.',
    formula: String.raw`\frac{1}{1 + e^{-x}}`,
    names: ['scipy.special.expit', 'torch.sigmoid', 'torch.nn.functional.sigmoid', 'torch.nn.Sigmoid', 'jax.nn.sigmoid', 'tf.sigmoid'],
    value: sigmoidKernel,
    partials: x => [() => logisticDensity(x)],
    samples: [[0.5], [-3], [20]],
  },
  specialised.sigmoid,
)

export const softplus: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'softplus',
    neverMinusZero: true,
    summary: 'Smooth rectifier, without overflow.',
    formula: String.raw`\ln(1 + e^x)`,
    names: ['torch.nn.functional.softplus', 'torch.nn.Softplus', 'jax.nn.softplus', 'tf.softplus'],
    value: softplusKernel,
    partials: x => [() => sigmoid(x)],
    samples: [[0.5], [-3], [20]],
  },
  specialised.softplus,
)

export const logAddExp: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'logAddExp',
    summary: 'Logarithm of the sum of two exponentials, without overflow.',
    formula: String.raw`\ln(e^x + e^y)`,
    names: ['np.logaddexp', 'torch.logaddexp', 'jnp.logaddexp'],
    convention:
      'An operand of −∞ beside a larger one counts nothing and has derivative 0; one of ∞ takes the whole derivative. ' +
      'The same infinity twice shares it equally, as in maximum: of −∞ twice the value is −∞.',
    value: logAddExpKernel,
    partials: (x, y) => [() => sigmoid(distance(x, y)), () => sigmoid(distance(y, x))],
    samples: [
      [0.5, 2],
      [3, -1.25],
      [700, 701],
    ],
  },
  specialised.logAddExp,
)
