import { shapeOf, toValue } from '../core/dispatch.ts'
import { OptionError, ShapeError } from '../core/errors.ts'
import { count, oneOrAll, positive } from '../core/option-kinds.ts'
import type { Given, Option, OptionKind, Options, OptionsOf, Read } from '../core/options.ts'
import { formatShape, type Shape, sizeOfShape } from '../core/shape.ts'
import { full, type Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import { composite } from './kinds/composite.ts'
import { matmul } from './linalg.ts'
import { gatherEntries, type Movement } from './movement.ts'
import { isPair } from './padding.ts'
import { max, mean } from './reduction.ts'
import { where } from './selection.ts'
import { reshape } from './shape.ts'

/** Zeros around each spatial axis: a number for all, one per axis, [before, after] per axis, or 'same' or 'valid'. */
export type ConvolutionPadding = number | 'same' | 'valid' | readonly (number | readonly [number, number])[]

const lengths: OptionKind<number | readonly number[]> = {
  wants: 'an integer of at least 1, for all spatial axes, or a list with one for each',
  accepts: (given): given is number | readonly number[] => oneOrAll(given, positive.accepts),
}
const paddings: OptionKind<ConvolutionPadding> = {
  wants: "'same', 'valid', an integer of at least 0, or a list with one or [before, after] for each spatial axis",
  accepts: (given): given is ConvolutionPadding => given === 'same' || given === 'valid' || oneOrAll(given, each => count.accepts(each) || isPair(each)),
}

const padding = { is: paddings, default: 0, says: 'Zeros around each spatial axis.' } as const satisfies Option
const convolutionOptions = {
  stride: { is: lengths, default: 1, says: 'From one place of the window to the next.' },
  padding,
  dilation: { is: lengths, default: 1, says: 'From one entry of the window to the next.' },
  groups: { is: positive, default: 1, says: 'Channels are taken apart into so many groups, each with weights of its own.' },
} as const satisfies Options
const poolOptions = {
  window: { is: lengths, required: true, says: 'Its lengths.' },
  stride: { is: lengths, says: 'From one place of the window to the next; its lengths if left out.' },
  padding,
} as const satisfies Options

/** Options of `conv1d` and `conv2d`. */
export type ConvolutionOptions = OptionsOf<typeof convolutionOptions>
/** Options of `maxPool` and `avgPool`. */
export type PoolOptions = OptionsOf<typeof poolOptions>

type Convolution = (x: TensorLike, w: TensorLike, options?: ConvolutionOptions) => Tensor
type Pool = (x: TensorLike, ...options: Given<PoolOptions, ['window', 'stride', 'padding']>) => Tensor

const series = [[[1, 2, -1, 3, 0.5]]] as const
const image = [
  [
    [
      [1, 2, 3, 0],
      [4, 5, 6, 1],
      [7, -8, 9, 2],
    ],
  ],
] as const

function convolution(name: 'conv1d' | 'conv2d', dimensions: number) {
  return (x: TensorLike, w: TensorLike, { stride, padding, dilation, groups }: Read<typeof convolutionOptions>) => {
    const [input, weights] = [toValue(name, x, 0) as Tensor, toValue(name, w, 1) as Tensor]
    const [shape, kernel] = [shapeOf(input), shapeOf(weights)]
    if (shape.length !== dimensions + 2 || kernel.length !== dimensions + 2) {
      throw new ShapeError(
        `${name}: takes input [batch, channels, …] and weights [out, in / groups, …] of rank ${dimensions + 2}, but ${formatShape(shape)} and ${formatShape(kernel)} were given.`,
      )
    }
    const [batch, channels] = shape as [number, number]
    const [outputs, perGroup] = kernel as [number, number]
    if (channels !== perGroup * groups || outputs % groups !== 0) {
      throw new ShapeError(
        `${name}: ${channels} channels in ${groups} groups need weights [out, ${channels / groups}, …] with out divisible by ${groups}, but their shape is ${formatShape(kernel)}.`,
      )
    }
    const windows = windowsOf(
      name,
      shape.slice(2),
      kernel.slice(2),
      perAxis(name, 'stride', stride, dimensions),
      padding,
      perAxis(name, 'dilation', dilation, dimensions),
    )
    const places = sizeOfShape(windows.out)
    const patches = gatherEntries(input, patchMovement(batch * groups, perGroup, windows)) // [batch · groups, in / groups · window, places]
    const size = perGroup * sizeOfShape(kernel.slice(2))
    const product = matmul(reshape(weights, [groups, outputs / groups, size]), reshape(patches, [batch, groups, size, places]))
    return reshape(product, [batch, outputs, ...windows.out])
  }
}

export const conv1d = /* @__PURE__ */ composite<Convolution>({
  name: 'conv1d',
  operands: 2,
  summary: 'Correlation of [batch, channels, length] with weights [out, in / groups, length], as in PyTorch.',
  formula: String.raw`y_{o,t} = \sum_{c,k} w_{o,c,k}\, x_{c, s t + d k}`,
  options: convolutionOptions,
  of: /* @__PURE__ */ convolution('conv1d', 1),
  samples: [
    [series, [[[1, -2]]]],
    [series, [[[1, -2, 0.5]], [[2, 0, 1]]], { stride: 2, padding: 1 }],
    [
      [
        [
          [1, 2, -1, 3],
          [0, 1, 4, 2],
        ],
      ],
      [[[1, -2]], [[0.5, 3]]],
      { groups: 2, dilation: 2, padding: 'same' },
    ],
  ],
})

export const conv2d = /* @__PURE__ */ composite<Convolution>({
  name: 'conv2d',
  operands: 2,
  summary: 'Correlation of [batch, channels, height, width] with weights [out, in / groups, height, width], as in PyTorch.',
  formula: String.raw`y_{o,i,j} = \sum_{c,k,l} w_{o,c,k,l}\, x_{c, s i + d k, s j + d l}`,
  options: convolutionOptions,
  of: /* @__PURE__ */ convolution('conv2d', 2),
  samples: [
    [
      image,
      [
        [
          [
            [1, -2],
            [0.5, 3],
          ],
        ],
      ],
    ],
    [
      image,
      [
        [
          [
            [1, -2],
            [0.5, 3],
          ],
        ],
      ],
      {
        stride: [2, 1],
        padding: [
          [1, 0],
          [0, 1],
        ],
      },
    ],
    [[[[[1, 2, -1]], [[0, 1, 4]]]], [[[[1, -2]]], [[[0.5, 3]]]], { groups: 2, dilation: 2, padding: [0, [1, 0]] }],
  ],
})

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

export const maxPool = /* @__PURE__ */ composite<Pool>({
  name: 'maxPool',
  summary: 'Largest entry of each window over the last two axes; padding never wins.',
  formula: String.raw`\max_{k,l} x_{s i + k, s j + l}`,
  convention: 'Entries that tie in a window share its derivative equally.',
  options: poolOptions,
  bare: ['window', 'stride', 'padding'],
  of: (x: TensorLike, options: Read<typeof poolOptions>) => {
    const { operand, movement, to } = pooled('maxPool', x, options)
    const inside = gatherEntries(full(shapeOf(operand), 1), movement)
    const patches = where(inside, gatherEntries(operand, movement), Number.NEGATIVE_INFINITY)
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

interface Windows {
  from: Shape
  window: Shape
  out: Shape
  stride: readonly number[]
  before: readonly number[]
  dilation: readonly number[]
}

/** Where windows lie along each spatial axis. */
function windowsOf(name: string, from: Shape, window: Shape, stride: readonly number[], padding: ConvolutionPadding, dilation: readonly number[]): Windows {
  const reach = window.map((length, axis) => (length - 1) * (dilation[axis] as number) + 1)
  if (Array.isArray(padding)) checkAxes(name, 'padding', padding, from.length)
  const pads = from.map((length, axis): readonly [number, number] => {
    if (padding === 'valid') return [0, 0]
    if (padding === 'same') {
      const step = stride[axis] as number
      const total = Math.max(0, (Math.ceil(length / step) - 1) * step + (reach[axis] as number) - length)
      return [Math.floor(total / 2), total - Math.floor(total / 2)]
    }
    const each = Array.isArray(padding) ? (padding as readonly (number | readonly [number, number])[])[axis] : padding
    return typeof each === 'number' ? [each, each] : (each as readonly [number, number])
  })
  const out = from.map((length, axis) => {
    const room = length + (pads[axis] as readonly [number, number])[0] + (pads[axis] as readonly [number, number])[1] - (reach[axis] as number)
    if (room < 0) throw new ShapeError(`${name}: a window that reaches over ${reach[axis]} entries does not fit an axis of length ${length} with its padding.`)
    return Math.floor(room / (stride[axis] as number)) + 1
  })
  return { from, window, out, stride, before: pads.map(pair => pair[0]), dilation }
}

/** The entries of all windows, as [planes, channels · window, places]; −1 in the padding. */
function patchMovement(planes: number, channels: number, { from, window, out, stride, before, dilation }: Windows): Movement {
  const [area, size, places] = [sizeOfShape(from), sizeOfShape(window), sizeOfShape(out)]
  const offsets = new Int32Array(size * places)
  for (let k = 0; k < size; k++) {
    for (let place = 0; place < places; place++) {
      let [position, restK, restPlace, step] = [0, k, place, 1]
      for (let axis = from.length - 1; axis >= 0; axis--) {
        const at =
          (restPlace % (out[axis] as number)) * (stride[axis] as number) -
          (before[axis] as number) +
          (restK % (window[axis] as number)) * (dilation[axis] as number)
        restPlace = Math.floor(restPlace / (out[axis] as number))
        restK = Math.floor(restK / (window[axis] as number))
        if (at < 0 || at >= (from[axis] as number)) position = Number.NaN
        position += at * step
        step *= from[axis] as number
      }
      offsets[k * places + place] = Number.isNaN(position) ? -1 : position
    }
  }
  const indices = new Int32Array(planes * channels * size * places)
  for (let plane = 0; plane < planes * channels; plane++) {
    for (let i = 0; i < offsets.length; i++) indices[plane * offsets.length + i] = (offsets[i] as number) < 0 ? -1 : plane * area + (offsets[i] as number)
  }
  return { shape: [planes, channels * size, places], indices }
}

function perAxis(name: string, option: string, given: number | readonly number[], dimensions: number): readonly number[] {
  if (typeof given === 'number') return new Array<number>(dimensions).fill(given)
  checkAxes(name, option, given, dimensions)
  return given
}

function checkAxes(name: string, option: string, given: readonly unknown[], dimensions: number): void {
  if (given.length !== dimensions) throw new OptionError(`${name}: ${option} lists one for each of ${dimensions} axes, but ${given.length} are given.`)
}
