import { shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { formatShape, normalizeAxes, normalizeAxis } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { add, div, mul, sqrt, sub } from './arithmetic.ts'
import { composite } from './kinds/composite.ts'
import { matmul, swapLast } from './linalg.ts'
import { mean } from './reduction.ts'
import { reshape } from './shape.ts'
import { variance } from './statistics.ts'

const grid = [
  [1, 2, -0.5],
  [3, 5, 2.5],
] as const

/** What normalised entries are multiplied by and moved to, and what keeps a variance of 0 from dividing. */
interface Affine {
  scale?: TensorLike
  bias?: TensorLike
  epsilon?: number
}

function normalised(x: Value, center: Value, spread: Value, epsilon: number): Tensor {
  return div(sub(x, center), sqrt(add(spread, epsilon))) as Tensor
}

export const layerNorm = /* @__PURE__ */ composite<(x: TensorLike, options?: Affine & { axis?: number | readonly number[] }) => Tensor>({
  name: 'layerNorm',
  summary: 'Entries shifted and scaled to mean 0 and variance 1 along axes, the last by default.',
  formula: String.raw`\frac{x - \bar x}{\sqrt{\sigma^2 + \epsilon}}\,s + b`,
  citation: 'Ba, Kiros and Hinton 2016, arXiv:1607.06450.',
  of: (x: TensorLike, { scale, bias, axis = -1, epsilon = 1e-5 }: Affine & { axis?: number | readonly number[] } = {}) => {
    const operand = toValue('layerNorm', x)
    const axes = { axis: normalizeAxes('layerNorm', axis, shapeOf(operand).length), keepDims: true }
    let result = normalised(operand, mean(operand, axes), variance(operand, axes), epsilon)
    if (scale !== undefined) result = mul(result, scale) as Tensor
    return bias === undefined ? result : add(result, bias)
  },
  samples: [[grid], [grid, { scale: [1, 2, 3], bias: [0.5, 0, -1] }]],
})

export const batchNorm = /* @__PURE__ */ composite<(x: TensorLike, options?: Affine & { axis?: number; mean?: TensorLike; variance?: TensorLike }) => Tensor>({
  name: 'batchNorm',
  summary: 'Each channel (axis 1 by default) shifted and scaled to mean 0 and variance 1 over all other axes, or by given statistics.',
  formula: String.raw`\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}\,s + b`,
  citation: 'Ioffe and Szegedy 2015, arXiv:1502.03167.',
  of: (x: TensorLike, options: Affine & { axis?: number; mean?: TensorLike; variance?: TensorLike } = {}) => {
    const operand = toValue('batchNorm', x)
    const shape = shapeOf(operand)
    const channel = normalizeAxis('batchNorm', options.axis ?? 1, shape.length)
    const axes = { axis: shape.map((_, i) => i).filter(i => i !== channel), keepDims: true }
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
    const center = options.mean === undefined ? mean(operand, axes) : perChannel(options.mean)
    const spread = options.variance === undefined ? variance(operand, axes) : perChannel(options.variance)
    let result = normalised(operand, center, spread, options.epsilon ?? 1e-5)
    if (options.scale !== undefined) result = mul(result, perChannel(options.scale))
    return options.bias === undefined ? result : add(result, perChannel(options.bias))
  },
  samples: [[[...grid, [2, -1, 4]]], [grid, { scale: [1, 2, 3], bias: [0.5, 0, -1], mean: [1, 2, 3], variance: [1, 4, 2] }]],
})

export const linear = /* @__PURE__ */ composite<(x: TensorLike, w: TensorLike, b?: TensorLike) => Tensor>({
  name: 'linear',
  operands: 2,
  summary: 'An affine layer with weights [out, in], as in PyTorch.',
  formula: 'x W^T + b',
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
