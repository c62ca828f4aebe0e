import { shapeOf, toValue } from '../core/dispatch.ts'
import { OptionError, ShapeError } from '../core/errors.ts'
import { formatShape, normalizeAxis, type Shape, sameShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { relu, softplus } from './activation.ts'
import { abs, add, mul, neg, scale, square, sub } from './arithmetic.ts'
import { log, log1p } from './exponential.ts'
import { composite } from './kinds/composite.ts'
import { mean, sum } from './reduction.ts'
import { clip } from './selection.ts'
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

const samples = [
  [
    [0.5, 2, -1],
    [1, 1.5, 3],
  ],
  [[0.5, 2], [1, 0], { reduction: 'sum' }],
] as const

export const mse = /* @__PURE__ */ composite<Loss>({
  name: 'mse',
  operands: 2,
  summary: 'Squared error of a prediction.',
  formula: String.raw`\frac{1}{n} \sum_i (x_i - t_i)^2`,
  of: (prediction, target, { reduction }: LossOptions = {}) => {
    const [x, t] = sameShapes('mse', prediction, target)
    return reduceLoss('mse', square(sub(x, t)), reduction)
  },
  samples,
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
    return reduceLoss(name, neg(sum(scale(targetProbabilities(name, target, shape), logSoftmax(x as Tensor)), { axis: -1 })), reduction)
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

export const mae = /* @__PURE__ */ composite<Loss>({
  name: 'mae',
  operands: 2,
  summary: 'Absolute error of a prediction.',
  formula: String.raw`\frac{1}{n} \sum_i |x_i - t_i|`,
  convention: 'Where prediction and target are equal the derivative is 0.',
  of: (prediction, target, { reduction }: LossOptions = {}) => {
    const [x, t] = sameShapes('mae', prediction, target)
    return reduceLoss('mae', abs(sub(x, t)), reduction)
  },
  samples,
})

export const huber = /* @__PURE__ */ composite<Loss<LossOptions & { delta?: number }>>({
  name: 'huber',
  operands: 2,
  summary: 'Squared error near the target, absolute error beyond a distance delta, 1 by default.',
  formula: String.raw`|r| \le \delta\;?\;\tfrac12 r^2 : \delta (|r| - \tfrac12 \delta)`,
  citation: 'P. J. Huber, Robust estimation of a location parameter, 1964.',
  of: (prediction, target, { reduction, delta = 1 }: LossOptions & { delta?: number } = {}) => {
    const [x, t] = sameShapes('huber', prediction, target)
    const near = clip(sub(x, t), -delta, delta)
    return reduceLoss('huber', mul(near, sub(sub(x, t), mul(0.5, near))), reduction)
  },
  samples: [...samples, [[0.5, 2, -1], [1, 1.5, 3], { delta: 0.7 }]],
})

export const crossEntropy = /* @__PURE__ */ composite<Loss>({
  name: 'crossEntropy',
  summary: 'Cross entropy of predicted probabilities (last axis) and a target: probabilities of the same shape, or integer classes.',
  formula: String.raw`-\sum_i t_i \ln x_i`,
  convention: 'A probability of 0 whose target is 0 counts nothing.',
  of: (prediction, target, { reduction }: LossOptions = {}) => {
    const name = 'crossEntropy'
    const x = toValue(name, prediction, 0)
    if (shapeOf(x).length === 0) throw new ShapeError(`${name}: predictions have an axis of classes, but a scalar was given.`)
    return reduceLoss(name, neg(sum(scale(targetProbabilities(name, target, shapeOf(x)), log(x)), { axis: -1 })), reduction)
  },
  samples: [
    [
      [
        [0.25, 0.5, 0.25],
        [0.1, 0.2, 0.7],
      ],
      [
        [0, 1, 0],
        [0.25, 0.25, 0.5],
      ],
    ],
    [
      [
        [0.25, 0.5, 0.25],
        [0.1, 0.2, 0.7],
      ],
      [1, 2],
    ],
  ],
})

export const binaryCrossEntropy = /* @__PURE__ */ composite<Loss>({
  name: 'binaryCrossEntropy',
  operands: 2,
  summary: 'Cross entropy of predicted probabilities of yes, and targets from 0 to 1.',
  formula: String.raw`-t \ln x - (1 - t) \ln(1 - x)`,
  convention: 'A logarithm of 0 that the target weighs with 0 counts nothing. From logits, binaryCrossEntropyWithLogits is exact.',
  of: (prediction, target, { reduction }: LossOptions = {}) => {
    const [x, t] = sameShapes('binaryCrossEntropy', prediction, target)
    return reduceLoss('binaryCrossEntropy', neg(add(scale(t, log(x)), scale(sub(1, t), log1p(neg(x))))), reduction)
  },
  samples: [
    [
      [0.5, 0.2, 0.9],
      [1, 0.25, 0.5],
    ],
  ],
})

export const binaryCrossEntropyWithLogits = /* @__PURE__ */ composite<Loss>({
  name: 'binaryCrossEntropyWithLogits',
  operands: 2,
  summary: 'Cross entropy of logits of yes, and targets from 0 to 1, without overflow.',
  formula: String.raw`\ln(1 + e^x) - t x`,
  of: (logits, target, { reduction }: LossOptions = {}) => {
    const [x, t] = sameShapes('binaryCrossEntropyWithLogits', logits, target)
    // t ln(1 + e^−x) + (1 − t) ln(1 + e^x): no term cancels.
    return reduceLoss('binaryCrossEntropyWithLogits', add(scale(t, softplus(neg(x))), scale(sub(1, t), softplus(x))), reduction)
  },
  samples: [
    [
      [0.5, -20, 3],
      [1, 0.25, 0.5],
    ],
  ],
})

export const klDivergence = /* @__PURE__ */ composite<Loss>({
  name: 'klDivergence',
  operands: 2,
  summary: 'Kullback–Leibler divergence of the target from the prediction, both probabilities over the last axis.',
  formula: String.raw`\sum_i t_i \ln \frac{t_i}{x_i}`,
  convention: 'A target of 0 counts nothing.',
  of: (prediction, target, { reduction }: LossOptions = {}) => {
    const [x, t] = sameShapes('klDivergence', prediction, target)
    const terms = sub(scale(t, log(t)), scale(t, log(x)))
    return reduceLoss('klDivergence', shapeOf(x).length === 0 ? terms : sum(terms, { axis: -1 }), reduction)
  },
  samples: [
    [
      [
        [0.25, 0.5, 0.25],
        [0.1, 0.2, 0.7],
      ],
      [
        [0.5, 0.3, 0.2],
        [0.3, 0.3, 0.4],
      ],
    ],
  ],
})

export const hinge = /* @__PURE__ */ composite<Loss>({
  name: 'hinge',
  summary: 'Hinge loss of scores and targets of −1 or 1.',
  formula: String.raw`\max(0, 1 - t x)`,
  convention: 'At the kink the derivative is 0.',
  of: (prediction, target, { reduction }: LossOptions = {}) => {
    const [x, t] = sameShapes('hinge', prediction, target)
    return reduceLoss('hinge', relu(sub(1, mul(t, x))), reduction)
  },
  samples: [
    [
      [0.5, -2, 3],
      [1, 1, -1],
    ],
  ],
})
