import { shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { differentiable } from '../core/option-kinds.ts'
import type { Option, Options, OptionsOf, Read } from '../core/options.ts'
import { formatShape, type Shape, sameShape } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { relu } from './activation.ts'
import { abs, add, mul, neg, scale, square, sub } from './arithmetic.ts'
import { log, log1p } from './exponential.ts'
import { composite } from './kinds/composite.ts'
import { softplus } from './logistic.ts'
import { mean, sum } from './reduction.ts'
import { clip } from './selection.ts'

export const reduction = { is: ['mean', 'sum', 'none'], default: 'mean', says: 'What becomes of the losses of the samples.' } as const satisfies Option
const options = { reduction } as const satisfies Options

/** How a loss is reduced over the samples: 'mean' by default. */
export type LossOptions = OptionsOf<typeof options>
type Reduction = Read<typeof options>['reduction']

/** A loss of a prediction against a target: a number, or a tensor without reduction. */
export interface Loss<O extends LossOptions = LossOptions> {
  (prediction: TensorLike, target: TensorLike, options?: O & { reduction?: 'mean' | 'sum' | undefined }): number
  (prediction: TensorLike, target: TensorLike, options: O & { reduction: 'none' }): Tensor
}

/** The losses of the samples, reduced as the option says. */
function reduceLoss(losses: Value, reduction: Reduction): unknown {
  return reduction === 'none' ? losses : reduction === 'sum' ? sum(losses as Tensor) : mean(losses as Tensor)
}

/** Prediction and target as values of one shape. */
function sameShapes(name: string, prediction: TensorLike, target: TensorLike): [Tensor, Tensor] {
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
  names: ['torch.nn.functional.mse_loss', 'torch.nn.MSELoss', 'tf.losses.meanSquaredError'],
  options,
  of: (prediction, target, { reduction }) => {
    const [x, t] = sameShapes('mse', prediction, target)
    return reduceLoss(square(sub(x, t)), reduction)
  },
  samples,
})

export const mae = /* @__PURE__ */ composite<Loss>({
  name: 'mae',
  operands: 2,
  summary: 'Absolute error of a prediction.',
  formula: String.raw`\frac{1}{n} \sum_i |x_i - t_i|`,
  names: ['torch.nn.functional.l1_loss', 'torch.nn.L1Loss', 'tf.losses.absoluteDifference'],
  convention: 'Where prediction and target are equal the derivative is 0.',
  options,
  of: (prediction, target, { reduction }) => {
    const [x, t] = sameShapes('mae', prediction, target)
    return reduceLoss(abs(sub(x, t)), reduction)
  },
  samples,
})

const huberOptions = {
  reduction,
  delta: { is: differentiable, default: 1, says: 'The distance beyond which the error counts absolutely.' },
} as const satisfies Options

export const huber = /* @__PURE__ */ composite<Loss<OptionsOf<typeof huberOptions>>>({
  name: 'huber',
  operands: 2,
  summary: 'Squared error near the target, absolute error beyond a distance delta, 1 by default.',
  formula: String.raw`|r| \le \delta\;?\;\tfrac12 r^2 : \delta (|r| - \tfrac12 \delta)`,
  names: ['torch.nn.functional.huber_loss', 'torch.nn.HuberLoss', 'torch.nn.SmoothL1Loss', 'tf.losses.huberLoss', 'scipy.special.huber'],
  citation: 'P. J. Huber, Robust estimation of a location parameter, 1964.',
  options: huberOptions,
  of: (prediction, target, { reduction, delta }: Read<typeof huberOptions>) => {
    const [x, t] = sameShapes('huber', prediction, target)
    const near = clip(sub(x, t), neg(delta), delta)
    return reduceLoss(mul(near, sub(sub(x, t), mul(0.5, near))), reduction)
  },
  samples: [...samples, [[0.5, 2, -1], [1, 1.5, 3], { delta: 0.7 }]],
})

export const binaryCrossEntropy = /* @__PURE__ */ composite<Loss>({
  name: 'binaryCrossEntropy',
  operands: 2,
  summary: 'Cross entropy of predicted probabilities of yes, and targets from 0 to 1.',
  formula: String.raw`-t \ln x - (1 - t) \ln(1 - x)`,
  names: ['torch.nn.functional.binary_cross_entropy', 'torch.nn.BCELoss'],
  convention: 'A logarithm of 0 that the target weighs with 0 counts nothing. From logits, binaryCrossEntropyWithLogits is exact.',
  options,
  of: (prediction, target, { reduction }) => {
    const [x, t] = sameShapes('binaryCrossEntropy', prediction, target)
    return reduceLoss(neg(add(scale(t, log(x)), scale(sub(1, t), log1p(neg(x))))), reduction)
  },
  samples: [
    [
      [0.5, 0.2, 0.9],
      [1, 0.25, 0.5],
    ],
    [[0.5, 0.2], [1, 0.25], { reduction: 'sum' }],
  ],
})

export const binaryCrossEntropyWithLogits = /* @__PURE__ */ composite<Loss>({
  name: 'binaryCrossEntropyWithLogits',
  operands: 2,
  summary: 'Cross entropy of logits of yes, and targets from 0 to 1, without overflow.',
  formula: String.raw`\ln(1 + e^x) - t x`,
  names: ['torch.nn.functional.binary_cross_entropy_with_logits', 'torch.nn.BCEWithLogitsLoss', 'tf.losses.sigmoidCrossEntropy'],
  options,
  of: (logits, target, { reduction }) => {
    const [x, t] = sameShapes('binaryCrossEntropyWithLogits', logits, target)
    // t ln(1 + e^−x) + (1 − t) ln(1 + e^x): no term cancels.
    return reduceLoss(add(scale(t, softplus(neg(x))), scale(sub(1, t), softplus(x))), reduction)
  },
  samples: [
    [
      [0.5, -20, 3],
      [1, 0.25, 0.5],
    ],
    [[0.5, -2], [1, 0.25], { reduction: 'sum' }],
  ],
})

export const klDivergence = /* @__PURE__ */ composite<Loss>({
  name: 'klDivergence',
  operands: 2,
  summary: 'Kullback–Leibler divergence of the target from the prediction, both probabilities over the last axis.',
  formula: String.raw`\sum_i t_i \ln \frac{t_i}{x_i}`,
  names: ['torch.nn.functional.kl_div', 'torch.nn.KLDivLoss', 'scipy.special.rel_entr', 'scipy.stats.entropy'],
  convention: 'A target of 0 counts nothing.',
  options,
  of: (prediction, target, { reduction }) => {
    const [x, t] = sameShapes('klDivergence', prediction, target)
    const terms = sub(scale(t, log(t)), scale(t, log(x)))
    return reduceLoss(shapeOf(x).length === 0 ? terms : sum(terms, { axis: -1 }), reduction)
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
    [
      [
        [0.5, 0.5],
        [0.1, 0.9],
      ],
      [
        [0.25, 0.75],
        [0.3, 0.7],
      ],
      { reduction: 'none' },
    ],
  ],
})

export const hinge = /* @__PURE__ */ composite<Loss>({
  name: 'hinge',
  summary: 'Hinge loss of scores and targets of −1 or 1.',
  formula: String.raw`\max(0, 1 - t x)`,
  names: ['torch.nn.functional.hinge_embedding_loss', 'tf.losses.hingeLoss'],
  convention: 'At the kink the derivative is 0.',
  options,
  of: (prediction, target, { reduction }) => {
    const [x, t] = sameShapes('hinge', prediction, target)
    return reduceLoss(relu(sub(1, mul(t, x))), reduction)
  },
  samples: [
    [
      [0.5, -2, 3],
      [1, 1, -1],
    ],
    [[0.5, -2], [1, -1], { reduction: 'none' }],
  ],
})
