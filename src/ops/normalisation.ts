import { shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { axes, differentiable, integer } from '../core/option-kinds.ts'
import type { Option, Options, OptionsOf, Read } from '../core/options.ts'
import { formatShape, normalizeAxes, normalizeAxis } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { add, div, mul, sqrt, sub } from './arithmetic.ts'
import { equal } from './comparison.ts'
import { composite } from './kinds/composite.ts'
import { matmul, swapLast } from './linalg.ts'
import { mean } from './reduction.ts'
import { where } from './selection.ts'
import { reshape } from './shape.ts'
import { variance } from './statistics.ts'

const grid = [
  [1, 2, -0.5],
  [3, 5, 2.5],
] as const

const scaling = { is: differentiable, says: 'What the normalised entries are multiplied by.' } as const satisfies Option
const bias = { is: differentiable, says: 'What is added to them.' } as const satisfies Option
const epsilon = { is: differentiable, default: 1e-5, says: 'What is added to the variance, so that 0 does not divide.' } as const satisfies Option
const layerOptions = {
  axis: { is: axes, default: -1, says: 'Over which axes.' },
  scale: scaling,
  bias,
  epsilon,
} as const satisfies Options
const batchOptions = {
  axis: { is: integer, default: 1, says: 'The axis of the channels.' },
  scale: scaling,
  bias,
  epsilon,
  mean: { is: differentiable, says: 'The mean of each channel, in place of that of the entries.' },
  variance: { is: differentiable, says: 'The variance of each channel, in place of that of the entries.' },
} as const satisfies Options

function normalised(x: Value, center: Value, spread: Value, epsilon: TensorLike): Tensor {
  return div(sub(x, center), sqrt(add(spread, epsilon))) as Tensor
}

/** The variance where it is a double: what is divided by an infinite one would be a plausible 0. */
function finiteVariance(x: Value, over: { axis: number[]; keepDims: boolean }): Value {
  const spread = variance(x, over)
  return where(equal(spread, Number.POSITIVE_INFINITY), Number.NaN, spread) as Value
}

const overflow = 'NaN where the variance is beyond the doubles, as that of entries of 1e155.'

export const layerNorm = /* @__PURE__ */ composite<(x: TensorLike, options?: OptionsOf<typeof layerOptions>) => Tensor>({
  name: 'layerNorm',
  summary: 'Entries shifted and scaled to mean 0 and variance 1 along axes, the last by default.',
  formula: String.raw`\frac{x - \bar x}{\sqrt{\sigma^2 + \epsilon}}\,s + b`,
  names: ['torch.nn.functional.layer_norm', 'torch.nn.LayerNorm'],
  convention: overflow,
  citation: 'Ba, Kiros and Hinton 2016, arXiv:1607.06450.',
  options: layerOptions,
  of: (x: TensorLike, { scale, bias, axis, epsilon }: Read<typeof layerOptions>) => {
    const operand = toValue('layerNorm', x)
    const over = { axis: normalizeAxes('layerNorm', axis, shapeOf(operand).length), keepDims: true }
    let result = normalised(operand, mean(operand, over), finiteVariance(operand, over), epsilon)
    if (scale !== undefined) result = mul(result, scale) as Tensor
    return bias === undefined ? result : add(result, bias)
  },
  samples: [[grid], [grid, { scale: [1, 2, 3], bias: [0.5, 0, -1] }], [grid, { axis: [0, 1], epsilon: 0.1 }]],
})

export const batchNorm = /* @__PURE__ */ composite<(x: TensorLike, options?: OptionsOf<typeof batchOptions>) => Tensor>({
  name: 'batchNorm',
  summary: 'Each channel (axis 1 by default) shifted and scaled to mean 0 and variance 1 over all other axes, or by given statistics.',
  formula: String.raw`\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}\,s + b`,
  names: ['torch.nn.functional.batch_norm', 'torch.nn.BatchNorm2d', 'tf.batchNorm'],
  convention: overflow,
  citation: 'Ioffe and Szegedy 2015, arXiv:1502.03167.',
  options: batchOptions,
  of: (x: TensorLike, options: Read<typeof batchOptions>) => {
    const operand = toValue('batchNorm', x)
    const shape = shapeOf(operand)
    const channel = normalizeAxis('batchNorm', options.axis, shape.length)
    const over = { axis: shape.map((_, i) => i).filter(i => i !== channel), keepDims: true }
    const perChannel = (given: TensorLike) => {
      const value = toValue('batchNorm', given)
      if (formatShape(shapeOf(value)) !== formatShape([shape[channel] as number])) {
        throw new ShapeError(
          `batchNorm: scale, bias, mean and variance have one entry per channel, [${shape[channel]}], but shape ${formatShape(shapeOf(value))} was given.`,
        )
      }
      return reshape(
        value,
        shape.map((length, i) => (i === channel ? length : 1)),
      )
    }
    const center = options.mean === undefined ? mean(operand, over) : perChannel(options.mean)
    const spread = options.variance === undefined ? finiteVariance(operand, over) : perChannel(options.variance)
    let result = normalised(operand, center, spread, options.epsilon)
    if (options.scale !== undefined) result = mul(result, perChannel(options.scale))
    return options.bias === undefined ? result : add(result, perChannel(options.bias))
  },
  samples: [[[...grid, [2, -1, 4]]], [grid, { scale: [1, 2, 3], bias: [0.5, 0, -1], mean: [1, 2, 3], variance: [1, 4, 2] }], [grid, { axis: 0, epsilon: 0.1 }]],
})

export const linear = /* @__PURE__ */ composite<(x: TensorLike, w: TensorLike, b?: TensorLike) => Tensor>({
  name: 'linear',
  operands: 2,
  summary: 'An affine layer with weights [out, in], as in PyTorch.',
  formula: 'x W^T + b',
  names: ['torch.nn.functional.linear', 'torch.nn.Linear'],
  of: (x: TensorLike, w: TensorLike, b?: TensorLike) => {
    const [input, weights] = [toValue('linear', x, 0) as Tensor, toValue('linear', w, 1) as Tensor]
    const [from, shape] = [shapeOf(input), shapeOf(weights)]
    if (shape.length !== 2 || from.at(-1) !== shape[1]) {
      throw new ShapeError(
        `linear: weights [out, in] of shape ${formatShape(shape)} do not fit an input of shape ${formatShape(from)}, whose last axis has the length in. For x W use matmul.`,
      )
    }
    const product = matmul(input, swapLast(weights)) as Tensor
    return b === undefined ? product : add(product, b)
  },
  samples: [
    [
      grid,
      [
        [1, 2, 0.5],
        [0.5, -1, 2],
      ],
      [1, -1],
    ],
    [
      [1, 2, 3],
      [
        [1, 2, 0.5],
        [0.5, -1, 2],
      ],
    ],
  ],
})
