import { isAbstract, value as plainValue, shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { arange } from '../core/makers.ts'
import { differentiable, fraction, integer } from '../core/option-kinds.ts'
import type { Options, OptionsOf, Read } from '../core/options.ts'
import { formatShape, type Shape, sameShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { add, div, mul, neg, scale } from './arithmetic.ts'
import { expandDims } from './axes.ts'
import { equal, notEqual } from './comparison.ts'
import { log } from './exponential.ts'
import { composite } from './kinds/composite.ts'
import { type Linear, linear } from './kinds/linear.ts'
import { type Loss, reduction } from './loss.ts'
import { mean, sum } from './reduction.ts'
import { logSoftmax } from './softmax.ts'

const options = {
  reduction,
  weight: { is: differentiable, says: 'A weight for each class; the mean is then over the weights of the target classes.' },
  ignoreIndex: { is: integer, says: 'A class that stands for no target: such samples count nothing, also in the mean.' },
  labelSmoothing: { is: fraction, default: 0, says: 'How much of the target is spread evenly over all classes.' },
} as const satisfies Options

/** Options of `softmaxCrossEntropy` and `crossEntropy`. */
export type CrossEntropyOptions = OptionsOf<typeof options>

const classes =
  'Weights, ignored classes and smoothing as in cross_entropy of PyTorch: of classes, the mean divides by the weights of those that count (of none: NaN).'

export const softmaxCrossEntropy = /* @__PURE__ */ composite<Loss<CrossEntropyOptions>>({
  name: 'softmaxCrossEntropy',
  summary: 'Cross entropy between softmax of logits (last axis) and a target: probabilities of the same shape, or integer classes.',
  formula: String.raw`-\sum_i w_i t_i \ln \operatorname{softmax}(x)_i`,
  names: ['torch.nn.functional.cross_entropy', 'torch.nn.CrossEntropyLoss', 'tf.losses.softmaxCrossEntropy'],
  convention: `A logit of −∞ whose target is 0 counts nothing. ${classes}`,
  options,
  of: (logits, target, given: Read<typeof options>) => {
    const x = toValue('softmaxCrossEntropy', logits, 0)
    return entropy('softmaxCrossEntropy', logSoftmax, x, target, given)
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
    [
      [
        [0.5, 2, -1],
        [1, 0, 3],
      ],
      [1, 2],
      { weight: [0.5, 2, 3], labelSmoothing: 0.1 },
    ],
    [
      [
        [0.5, 2, -1],
        [1, 0, 3],
      ],
      [1, -1],
      { ignoreIndex: -1, reduction: 'sum' },
    ],
    [
      [
        [0.5, 2, -1],
        [1, 0, 3],
      ],
      [
        [0, 1, 0],
        [0.25, 0.25, 0.5],
      ],
      { weight: [0.5, 2, 3], labelSmoothing: 0.2, reduction: 'none' },
    ],
  ],
})

export const crossEntropy = /* @__PURE__ */ composite<Loss<CrossEntropyOptions>>({
  name: 'crossEntropy',
  summary: 'Cross entropy of predicted probabilities (last axis) and a target: probabilities of the same shape, or integer classes.',
  formula: String.raw`-\sum_i w_i t_i \ln x_i`,
  names: ['torch.nn.functional.nll_loss', 'torch.nn.NLLLoss', 'scipy.stats.entropy'],
  convention: `A probability of 0 whose target is 0 counts nothing. ${classes}`,
  options,
  of: (prediction, target, given: Read<typeof options>) => entropy('crossEntropy', log, toValue('crossEntropy', prediction, 0), target, given),
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
    [
      [
        [0.25, 0.5, 0.25],
        [0.1, 0.2, 0.7],
      ],
      [1, 2],
      { weight: [0.5, 2, 3], labelSmoothing: 0.1 },
    ],
    [
      [
        [0.25, 0.5, 0.25],
        [0.1, 0.2, 0.7],
      ],
      [1, -1],
      { ignoreIndex: -1, reduction: 'sum' },
    ],
    [
      [
        [0.25, 0.5, 0.25],
        [0.1, 0.2, 0.7],
      ],
      [
        [0, 1, 0],
        [0.25, 0.25, 0.5],
      ],
      { weight: [0.5, 2, 3], labelSmoothing: 0.2, reduction: 'none' },
    ],
  ],
})

const classOptions = {
  of: { is: ['softmaxCrossEntropy', 'crossEntropy'], required: true, says: 'The operator that is called, for messages.' },
  count: { is: integer, required: true, says: 'How many classes there are.' },
  ignoreIndex: options.ignoreIndex,
} as const satisfies Options

export const checkedClasses: Linear<(classes: TensorLike, options: OptionsOf<typeof classOptions>) => Value> = /* @__PURE__ */ linear({
  name: 'checkedClasses',
  step: { arity: 1, params: classOptions, shape: ([classes]) => classes as Shape },
  constant: true,
  summary: 'Integer classes as they are. A ShapeError for one that is none of 0 … count − 1, nor the one to ignore.',
  formula: 'k',
  convention: 'Integers: no derivative passes.',
  options: classOptions,
  signature: (classes, params) => ({ operands: [classes], params }),
  value: ([classes], params: Read<typeof classOptions>) => {
    const check = (each: number) => checkedClass(each, params)
    return classes instanceof Tensor ? new Tensor(classes.data.map(check), classes.shape) : check(Number(classes))
  },
  example: ([classes]) => (classes instanceof Tensor ? new Tensor(new Float64Array(classes.size), classes.shape) : 0),
  batch: ([classes], _batched, _size, params) => checkedClasses(classes, params),
  transpose: () => [],
  samples: [[[2, -1], { of: 'crossEntropy', count: 3, ignoreIndex: -1 }]],
})

function checkedClass(label: number, { of, count, ignoreIndex }: Read<typeof classOptions>): number {
  if (label === ignoreIndex || (Number.isInteger(label) && label >= 0 && label < count)) return label
  throw new ShapeError(`${of}: class ${label} is none of 0 … ${count - 1}. The option ignoreIndex names a class that does not count.`)
}

/** The cross entropy of logarithms of probabilities, by a function of what was predicted. */
function entropy(name: string, logarithms: (x: Tensor) => Value, x: Value, target: TensorLike, given: Read<typeof options>): unknown {
  const shape = shapeOf(x)
  if (shape.length === 0) throw new ShapeError(`${name}: a prediction has an axis of classes, but a scalar was given.`)
  const { reduction, weight, labelSmoothing } = given
  const count = shape.at(-1) as number
  const { probabilities, counts } = targetOf(name, target, shape, given.ignoreIndex)
  const smooth = labelSmoothing === 0 ? probabilities : add(mul(1 - labelSmoothing, probabilities), mul(labelSmoothing / count, counts ?? 1))
  const weighed = weight === undefined ? smooth : mul(smooth, classWeights(name, weight, count))
  const losses = neg(sum(scale(weighed as Tensor, logarithms(x as Tensor)), { axis: -1 }))
  if (reduction === 'none') return losses
  if (reduction === 'sum') return sum(losses)
  if (counts === undefined || (weight === undefined && given.ignoreIndex === undefined)) return mean(losses)
  return div(sum(losses), sum(weight === undefined ? counts : mul(probabilities, classWeights(name, weight, count))))
}

function classWeights(name: string, weight: TensorLike, count: number): Value {
  const value = toValue(name, weight)
  if (!sameShape(shapeOf(value), [count])) {
    throw new ShapeError(`${name}: weight has one entry per class, [${count}], but shape ${formatShape(shapeOf(value))} was given.`)
  }
  return value
}

/**
 * A target as probabilities. Integer classes become one-hot rows (of zeros where ignored), and it is told which samples
 * count, with an axis of length 1 for the classes.
 */
function targetOf(name: string, target: TensorLike, shape: Shape, ignoreIndex: number | undefined): { probabilities: Tensor; counts?: Value } {
  const t = toValue(name, target, 1)
  const given = shapeOf(t)
  if (sameShape(given, shape)) {
    if (ignoreIndex !== undefined)
      throw new ShapeError(`${name}: ignoreIndex is for a target of classes, but probabilities of shape ${formatShape(given)} were given.`)
    return { probabilities: t as Tensor }
  }
  const count = shape.at(-1) as number
  if (!sameShape(given, shape.slice(0, -1))) {
    throw new ShapeError(
      `${name}: for logits of shape ${formatShape(shape)} the target has the same shape (probabilities) or ${formatShape(shape.slice(0, -1))} (classes), not ${formatShape(given)}.`,
    )
  }
  const labels = checkedClasses(isAbstract(t) ? t : plainValue(t), { of: name as 'crossEntropy', count, ignoreIndex })
  const column = expandDims(labels as Tensor, -1)
  const counts = ignoreIndex === undefined ? 1 : notEqual(column, ignoreIndex)
  const row = equal(column, arange(count))
  return { probabilities: scale(row, counts) as unknown as Tensor, counts }
}
