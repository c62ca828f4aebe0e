import { shapeOf, toValue } from '../core/dispatch.ts'
import { OptionError, ShapeError } from '../core/errors.ts'
import { count, oneOrAll, positive } from '../core/option-kinds.ts'
import type { OptionKind, Options, OptionsOf, Read } from '../core/options.ts'
import { formatShape, sizeOfShape } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import { composite } from './kinds/composite.ts'
import { matmul, swapLast } from './linalg.ts'
import { scatterEntries } from './movement.ts'
import { isPair } from './padding.ts'
import { reshape } from './shape.ts'
import { checkAxes, lengths, patchMovement, perAxis } from './windows.ts'

/** What is cut off at the ends of each spatial axis: a number for all, one per axis, or [before, after] per axis. */
type Cut = number | readonly (number | readonly [number, number])[]

const cuts: OptionKind<Cut> = {
  wants: 'an integer of at least 0, or a list with one or [before, after] for each spatial axis',
  accepts: (given): given is Cut => oneOrAll(given, each => count.accepts(each) || isPair(each)),
}
const counts: OptionKind<number | readonly number[]> = {
  wants: 'an integer of at least 0, for all spatial axes, or a list with one for each',
  accepts: (given): given is number | readonly number[] => oneOrAll(given, count.accepts),
}
const transposedOptions = {
  stride: { is: lengths, default: 1, says: 'From one place of the window to the next, in the result.' },
  padding: { is: cuts, default: 0, says: 'What the convolution that is transposed pads with: so much is cut off the result.' },
  outputPadding: { is: counts, default: 0, says: 'How much longer the result is, where several lengths have one convolution.' },
  dilation: { is: lengths, default: 1, says: 'From one entry of the window to the next.' },
  groups: { is: positive, default: 1, says: 'Channels are taken apart into so many groups, each with weights of its own.' },
} as const satisfies Options

/** Options of `convTranspose1d`, `convTranspose2d` and `convTranspose3d`. */
export type TransposedConvolutionOptions = OptionsOf<typeof transposedOptions>
type TransposedConvolution = (x: TensorLike, w: TensorLike, options?: TransposedConvolutionOptions) => Tensor

function transposed(name: string, dimensions: number) {
  return (x: TensorLike, w: TensorLike, { groups, padding, ...given }: Read<typeof transposedOptions>) => {
    const [input, weights] = [toValue(name, x, 0) as Tensor, toValue(name, w, 1) as Tensor]
    const [shape, kernel] = [shapeOf(input), shapeOf(weights)]
    if (shape.length !== dimensions + 2 || kernel.length !== dimensions + 2) {
      throw new ShapeError(
        `${name}: takes input [batch, channels, …] and weights [in, out / groups, …] of rank ${dimensions + 2}, but ${formatShape(shape)} and ${formatShape(kernel)} were given.`,
      )
    }
    const [batch, channels, ...places] = shape as [number, number, ...number[]]
    const [inputs, perGroup, ...window] = kernel as [number, number, ...number[]]
    if (channels !== inputs || channels % groups !== 0) {
      throw new ShapeError(
        `${name}: ${channels} channels in ${groups} groups need weights [${channels}, out / groups, …] and channels divisible by ${groups}, but their shape is ${formatShape(kernel)}.`,
      )
    }
    const [stride, dilation, longer] = (['stride', 'dilation', 'outputPadding'] as const).map(option => perAxis(name, option, given[option], dimensions)) as [
      readonly number[],
      readonly number[],
      readonly number[],
    ]
    if (Array.isArray(padding)) checkAxes(name, 'padding', padding, dimensions)
    const pads = places.map((_, axis): readonly [number, number] => {
      const each = (typeof padding === 'number' ? padding : padding[axis]) as number | readonly [number, number]
      return typeof each === 'number' ? [each, each] : each
    })
    const out = places.map((length, axis) => {
      const [step, apart, more, [before, after]] = [stride, dilation, longer, pads].map(list => list[axis]) as [number, number, number, [number, number]]
      if (more >= Math.max(step, apart)) {
        throw new OptionError(`${name}: outputPadding is less than the stride or the dilation, but ${more} beside ${step} and ${apart} was given.`)
      }
      const total = (length - 1) * step + apart * ((window[axis] as number) - 1) + 1 + more - before - after
      if (total < 0) throw new ShapeError(`${name}: a padding of ${before} and ${after} leaves nothing of axis ${axis + 2}: its length would be ${total}.`)
      return total
    })
    const windows = { from: out, window, out: places, stride, before: pads.map(([before]) => before), dilation }
    const { indices } = patchMovement(batch * groups, perGroup, windows)
    const size = perGroup * sizeOfShape(window)
    const each = channels / groups
    const columns = matmul(swapLast(reshape(weights, [groups, each, size])), reshape(input, [batch, groups, each, sizeOfShape(places)]))
    return scatterEntries(columns as Tensor, { shape: [batch, perGroup * groups, ...out], indices })
  }
}

const series = [
  [
    [1, 2, -1],
    [0.5, 3, 2],
  ],
] as const

export const convTranspose1d = /* @__PURE__ */ composite<TransposedConvolution>({
  name: 'convTranspose1d',
  operands: 2,
  summary: 'The transpose of conv1d: [batch, channels, length] spread by weights [in, out / groups, length], as in PyTorch.',
  formula: String.raw`y_{o,s t + d k} \mathrel{+}= w_{c,o,k}\, x_{c,t}`,
  names: ['torch.nn.functional.conv_transpose1d', 'torch.nn.ConvTranspose1d', 'jax.lax.conv_transpose'],
  options: transposedOptions,
  of: /* @__PURE__ */ transposed('convTranspose1d', 1),
  samples: [
    [series, [[[1, -2]], [[0.5, 3]]]],
    [series, [[[1, -2, 0.5]], [[2, 0, 1]]], { stride: 2, padding: 1, outputPadding: 1 }],
    [series, [[[1, -2]], [[0.5, 3]]], { groups: 2, dilation: 2, padding: [[1, 0]] }],
  ],
})

export const convTranspose2d = /* @__PURE__ */ composite<TransposedConvolution>({
  name: 'convTranspose2d',
  operands: 2,
  summary: 'The transpose of conv2d: [batch, channels, height, width] spread by weights [in, out / groups, height, width], as in PyTorch.',
  formula: String.raw`y_{o,s i + d k,s j + d l} \mathrel{+}= w_{c,o,k,l}\, x_{c,i,j}`,
  names: ['torch.nn.functional.conv_transpose2d', 'torch.nn.ConvTranspose2d', 'tf.conv2dTranspose', 'jax.lax.conv_transpose'],
  options: transposedOptions,
  of: /* @__PURE__ */ transposed('convTranspose2d', 2),
  samples: [
    [[[[[1, 2], [-1, 3]]]], [[[[1, -2], [0.5, 3]]]]],
    [[[[[1, 2], [-1, 3]]]], [[[[1, -2, 4]], [[2, 0, 1]]]], { stride: [1, 2], padding: [0, 1], outputPadding: [0, 1] }],
    [[[[[1, 2]], [[-1, 3]]]], [[[[1], [-2]]], [[[0.5], [3]]]], { groups: 2, dilation: 2 }],
  ], // biome-ignore format: four brackets deep
})

export const convTranspose3d = /* @__PURE__ */ composite<TransposedConvolution>({
  name: 'convTranspose3d',
  operands: 2,
  summary: 'The transpose of conv3d: [batch, channels, depth, height, width] spread by weights [in, out / groups, depth, height, width], as in PyTorch.',
  formula: String.raw`y_{o,s h + d k,s i + d l,s j + d m} \mathrel{+}= w_{c,o,k,l,m}\, x_{c,h,i,j}`,
  names: ['torch.nn.functional.conv_transpose3d', 'torch.nn.ConvTranspose3d', 'tf.conv3dTranspose', 'jax.lax.conv_transpose'],
  options: transposedOptions,
  of: /* @__PURE__ */ transposed('convTranspose3d', 3),
  samples: [
    [[[[[[1, 2], [-1, 3]]]]], [[[[[1, -2]], [[0.5, 3]]]]], { stride: 2, padding: [0, 0, 1], outputPadding: [1, 0, 0] }],
    [[[[[[1, 2]]], [[[-1, 3]]]]], [[[[[1]], [[-2]]]], [[[[0.5]], [[3]]]]], { groups: 2, dilation: 2 }],
  ], // biome-ignore format: five brackets deep
})
