import { shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { integer } from '../core/option-kinds.ts'
import type { Given, Options, OptionsOf, Read } from '../core/options.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { distance, div, sub } from './arithmetic.ts'
import { equal } from './comparison.ts'
import { exp, log } from './exponential.ts'
import { composite } from './kinds/composite.ts'
import { max, sum } from './reduction.ts'
import { stopGradient, where } from './selection.ts'

const options = {
  axis: { is: integer, default: -1, says: 'The axis to normalise along.' },
} as const satisfies Options

/** Along which axis to normalise; the last by default. */
export type SoftmaxOptions = OptionsOf<typeof options>

type Normalising = (x: TensorLike, ...options: Given<SoftmaxOptions, ['axis']>) => Tensor

const probabilities = [
  [[0.5, -2, 3]],
  [
    [
      [1, 2],
      [3, 5],
    ],
    { axis: 0 },
  ],
  [[1000, 1001]],
] as const

const convention = 'An entry of ∞ is the limit: it takes all, and several share equally. Entries of −∞ count nothing; −∞ alone leaves nothing to share, so NaN.'

export const softmax = /* @__PURE__ */ composite<Normalising>({
  name: 'softmax',
  summary: 'Exponentials normalised to sum 1 along an axis, without overflow.',
  formula: String.raw`\frac{e^{x_i}}{\sum_k e^{x_k}}`,
  names: ['scipy.special.softmax', 'torch.softmax', 'torch.nn.functional.softmax', 'torch.nn.Softmax', 'jax.nn.softmax', 'tf.softmax'],
  convention,
  options,
  bare: ['axis'],
  of: (x, { axis }: Read<typeof options>) => {
    const weights = exp(belowLargest('softmax', x, axis))
    return div(weights, sum(weights, { axis, keepDims: true }))
  },
  samples: probabilities,
})

export const logSoftmax = /* @__PURE__ */ composite<Normalising>({
  name: 'logSoftmax',
  summary: 'Logarithm of softmax along an axis, without overflow.',
  formula: String.raw`x_i - \ln \sum_k e^{x_k}`,
  names: ['torch.nn.functional.log_softmax', 'torch.log_softmax', 'jax.nn.log_softmax', 'tf.logSoftmax', 'scipy.special.log_softmax'],
  convention,
  options,
  bare: ['axis'],
  of: (x, { axis }: Read<typeof options>) => {
    const shifted = belowLargest('logSoftmax', x, axis)
    return sub(shifted, log(sum(exp(shifted), { axis, keepDims: true })))
  },
  samples: probabilities,
})

/** The distances of the entries from the largest one along an axis, which is held constant; NaN where that is −∞. */
function belowLargest(name: string, x: unknown, axis: number): Value {
  const operand = toValue(name, x)
  if (shapeOf(operand).length === 0) throw new ShapeError(`${name}: takes a vector or a tensor of higher rank, not a scalar.`)
  const largest = stopGradient(max(operand, { axis, keepDims: true }))
  return distance(operand, where(equal(largest, Number.NEGATIVE_INFINITY), Number.NaN, largest))
}
