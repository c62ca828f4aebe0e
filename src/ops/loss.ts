import { shapeOf, toValue } from '../core/dispatch.ts'
import { OptionError, ShapeError } from '../core/errors.ts'
import { formatShape, normalizeAxis, type Shape, sameShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { mul, neg, square, sub } from './arithmetic.ts'
import { composite } from './kinds/composite.ts'
import { mean, sum } from './reduction.ts'
import { logSoftmax } from './softmax.ts'

/** How a loss is reduced over the samples: 'mean' by default. */
export interface LossOptions {
  reduction?: 'mean' | 'sum' | 'none'
}

/** A loss of a prediction against a target: a number, or a tensor without reduction. */
export interface Loss<Options extends LossOptions = LossOptions> {
  (prediction: TensorLike, target: TensorLike, options?: Options & { reduction?: 'mean' | 'sum' }): number
  (prediction: TensorLike, target: TensorLike, options: Options & { reduction: 'none' }): Tensor
}

/** The losses of the samples, reduced as the option says. */
export function reduceLoss(name: string, losses: Value, reduction: LossOptions['reduction'] = 'mean'): unknown {
  if (reduction === 'none') return losses
  if (reduction === 'sum') return sum(losses as Tensor)
  if (reduction === 'mean') return mean(losses as Tensor)
  throw new OptionError(`${name}: reduction is 'mean', 'sum' or 'none', not ${String(reduction)}.`)
}

/** Prediction and target as values of one shape. */
export function sameShapes(name: string, prediction: TensorLike, target: TensorLike): [Tensor, Tensor] {
  const values = [toValue(name, prediction, 0), toValue(name, target, 1)] as const
  const shapes = values.map(shapeOf) as [Shape, Shape]
  if (!sameShape(...shapes)) {
    throw new ShapeError(`${name}: prediction and target have different shapes: ${shapes.map(formatShape).join(' and ')}.`)
  }
  return values as [Tensor, Tensor]
}

export const mse = /* @__PURE__ */ composite<Loss>({
  name: 'mse',
  operands: 2,
  summary: 'Squared error of a prediction.',
  formula: String.raw`\frac{1}{n} \sum_i (x_i - t_i)^2`,
  of: (prediction, target, { reduction }: LossOptions = {}) => {
    const [x, t] = sameShapes('mse', prediction, target)
    return reduceLoss('mse', square(sub(x, t)), reduction)
  },
  samples: [
    [
      [0.5, 2, -1],
      [1, 1.5, 0],
    ],
    [[0.5, 2], [1, 0], { reduction: 'sum' }],
  ],
})

export const softmaxCrossEntropy = /* @__PURE__ */ composite<Loss>({
  name: 'softmaxCrossEntropy',
  summary: 'Cross entropy between softmax of logits (last axis) and a target: probabilities of the same shape, or integer classes.',
  formula: String.raw`-\sum_i t_i \ln \operatorname{softmax}(x)_i`,
  convention: 'A logit of −∞ whose target is 0 counts nothing.',
  of: (logits, target, { reduction }: LossOptions = {}) => {
    const name = 'softmaxCrossEntropy'
    const x = toValue(name, logits, 0)
    const shape = shapeOf(x)
    if (shape.length === 0) throw new ShapeError(`${name}: logits have an axis of classes, but a scalar was given.`)
    return reduceLoss(name, neg(sum(mul(targetProbabilities(name, target, shape), logSoftmax(x as Tensor)), { axis: -1 })), reduction)
  },
  samples: [
    [
      [
        [0.5, 2, -1],
        [1, 0, 3],
      ],
      [
        [0, 1, 0],
        [0.25, 0.25, 0.5],
      ],
    ],
    [
      [
        [0.5, 2, -1],
        [1, 0, 3],
      ],
      [1, 2],
    ],
    [
      [1000, 1001],
      [0, 1],
    ],
  ],
})

/** A target as probabilities: integer classes become one-hot rows. */
export function targetProbabilities(name: string, target: TensorLike, shape: Shape): Tensor {
  const t = toValue(name, target, 1)
  const given = shapeOf(t)
  if (sameShape(given, shape)) return t as Tensor
  const classes = shape[normalizeAxis(name, -1, shape.length)] as number
  if (!sameShape(given, shape.slice(0, -1))) {
    throw new ShapeError(
      `${name}: for logits of shape ${formatShape(shape)} the target has the same shape (probabilities) or ${formatShape(shape.slice(0, -1))} (classes), not ${formatShape(given)}.`,
    )
  }
  const labels = t instanceof Tensor ? t.data : Float64Array.of(Number(t))
  const data = new Float64Array(labels.length * classes)
  labels.forEach((label, i) => {
    if (!Number.isInteger(label) || label < 0 || label >= classes) throw new ShapeError(`${name}: class ${label} is none of 0 … ${classes - 1}.`)
    data[i * classes + label] = 1
  })
  return new Tensor(data, shape)
}
