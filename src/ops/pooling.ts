import { shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { full } from '../core/makers.ts'
import type { Given, Options, OptionsOf, Read } from '../core/options.ts'
import { formatShape, sizeOfShape } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { composite } from './kinds/composite.ts'
import { gatherEntries, type Movement } from './movement.ts'
import { logSumExp, max, mean, min, prod, sum } from './reduction.ts'
import { where } from './selection.ts'
import { reshape } from './shape.ts'
import { lengths, padding, patchMovement, perAxis, windowsOf } from './windows.ts'

const poolOptions = {
  window: { is: lengths, required: true, says: 'Its lengths.' },
  stride: { is: lengths, says: 'From one place of the window to the next; its lengths if left out.' },
  padding,
} as const satisfies Options

/** Options of `maxPool` and `avgPool`. */
export type PoolOptions = OptionsOf<typeof poolOptions>
type Pool = (x: TensorLike, ...options: Given<PoolOptions, ['window', 'stride', 'padding']>) => Tensor

const image = [
  [
    [
      [1, 2, 3, 0],
      [4, 5, 6, 1],
      [7, -8, 9, 2],
    ],
  ],
] as const

/** Windows of the last two axes as a further axis, from a movement; entries outside come as 0. */
function pooled(name: 'maxPool' | 'avgPool', x: TensorLike, { window, stride, padding }: Read<typeof poolOptions>) {
  const operand = toValue(name, x) as Tensor
  const shape = shapeOf(operand)
  if (shape.length < 2) throw new ShapeError(`${name}: works on the last two axes, but shape ${formatShape(shape)} was given.`)
  const size = perAxis(name, 'window', window, 2)
  const windows = windowsOf(name, shape.slice(-2), size, stride === undefined ? size : perAxis(name, 'stride', stride, 2), padding, [1, 1])
  const planes = sizeOfShape(shape.slice(0, -2))
  const movement = patchMovement(planes, 1, windows)
  return { operand, movement, to: [...shape.slice(0, -2), ...windows.out] }
}

/** The entries of windows, with a number in the place of padding. */
function padded(x: Tensor, movement: Movement, value: number): Value {
  const patches = gatherEntries(x, movement)
  if (value === 0 || movement.indices.every(position => position >= 0)) return patches
  return where(gatherEntries(full(shapeOf(x), 1), movement), patches, value)
}

export const maxPool = /* @__PURE__ */ composite<Pool>({
  name: 'maxPool',
  summary: 'Largest entry of each window over the last two axes; padding never wins.',
  formula: String.raw`\max_{k,l} x_{s i + k, s j + l}`,
  names: ['torch.nn.functional.max_pool2d', 'torch.nn.MaxPool2d', 'tf.maxPool'],
  convention: 'Entries that tie in a window share its derivative equally.',
  options: poolOptions,
  bare: ['window', 'stride', 'padding'],
  of: (x: TensorLike, options: Read<typeof poolOptions>) => {
    const { operand, movement, to } = pooled('maxPool', x, options)
    const patches = padded(operand, movement, Number.NEGATIVE_INFINITY)
    return reshape(max(patches, { axis: 1 }), to)
  },
  samples: [
    [image, { window: 2, stride: 1 }],
    [image, { window: [2, 3], padding: 1 }],
  ],
})

export const avgPool = /* @__PURE__ */ composite<Pool>({
  name: 'avgPool',
  summary: 'Mean of each window over the last two axes; padding counts as zeros, as in PyTorch.',
  formula: String.raw`\operatorname{mean}_{k,l} x_{s i + k, s j + l}`,
  names: ['torch.nn.functional.avg_pool2d', 'torch.nn.AvgPool2d', 'tf.avgPool'],
  options: poolOptions,
  bare: ['window', 'stride', 'padding'],
  of: (x: TensorLike, options: Read<typeof poolOptions>) => {
    const { operand, movement, to } = pooled('avgPool', x, options)
    return reshape(mean(gatherEntries(operand, movement), { axis: 1 }), to)
  },
  samples: [
    [image, { window: 2, stride: 1 }],
    [image, { window: [2, 3], padding: 1 }],
  ],
})

const reductions = { max, min, sum, prod, logSumExp }
/** What stands in the padding, where it changes nothing. */
const NEUTRAL = { max: Number.NEGATIVE_INFINITY, min: Number.POSITIVE_INFINITY, sum: 0, prod: 1, logSumExp: Number.NEGATIVE_INFINITY }
const reduceOptions = {
  window: { is: lengths, required: true, says: 'Its lengths: a number for all axes, or a list for the last ones.' },
  stride: { is: lengths, default: 1, says: 'From one place of the window to the next.' },
  padding: { ...padding, says: 'Entries around each axis that change nothing.' },
  dilation: { is: lengths, default: 1, says: 'From one entry of the window to the next.' },
  with: { is: ['max', 'min', 'sum', 'prod', 'logSumExp'], default: 'max', says: 'What becomes of the entries in a window.' },
} as const satisfies Options

/** Options of `reduceWindow`. */
export type ReduceWindowOptions = OptionsOf<typeof reduceOptions>

export const reduceWindow = /* @__PURE__ */ composite<(x: TensorLike, ...options: Given<ReduceWindowOptions, ['window', 'stride', 'padding']>) => Tensor>({
  name: 'reduceWindow',
  summary: 'A reduction of each window over the last axes: its largest or smallest entry, its sum, product or log-sum-exp.',
  formula: String.raw`\bigoplus_k x_{s i + d k}`,
  names: ['jax.lax.reduce_window'],
  convention: 'Padding changes nothing; of windows of padding alone the value is −∞, ∞, 0 or 1. Entries that tie share a derivative equally.',
  options: reduceOptions,
  bare: ['window', 'stride', 'padding'],
  of: (x: TensorLike, { window, stride, padding, dilation, with: how }: Read<typeof reduceOptions>) => {
    const operand = toValue('reduceWindow', x) as Tensor
    const shape = shapeOf(operand)
    const axes = typeof window === 'number' ? shape.length : window.length
    if (axes > shape.length) throw new ShapeError(`reduceWindow: a window of ${axes} axes does not fit shape ${formatShape(shape)}.`)
    if (axes === 0) return operand
    const each = (option: string, given: number | readonly number[]) => perAxis('reduceWindow', option, given, axes)
    const outer = shape.slice(0, shape.length - axes)
    const windows = windowsOf('reduceWindow', shape.slice(outer.length), each('window', window), each('stride', stride), padding, each('dilation', dilation))
    const movement = patchMovement(sizeOfShape(outer), 1, windows)
    const patches = padded(operand, movement, NEUTRAL[how])
    return reshape(reductions[how](patches, { axis: 1 }) as Tensor, [...outer, ...windows.out])
  },
  samples: [
    [image, { window: [2, 2], stride: [1, 2] }],
    [[1, 2, -1, 3, 0.5], { window: 3, padding: 1, with: 'sum' }],
    [[1, 2, -1, 3, 0.5], { window: 2, dilation: 2, stride: 2, padding: [[1, 0]], with: 'prod' }],
  ],
})
