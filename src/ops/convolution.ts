import { shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { positive } from '../core/option-kinds.ts'
import type { Options, OptionsOf, Read } from '../core/options.ts'
import { formatShape, sizeOfShape } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import { composite } from './kinds/composite.ts'
import { matmul } from './linalg.ts'
import { gatherEntries } from './movement.ts'
import { reshape } from './shape.ts'
import { lengths, padding, patchMovement, perAxis, windowsOf } from './windows.ts'

const convolutionOptions = {
  stride: { is: lengths, default: 1, says: 'From one place of the window to the next.' },
  padding,
  dilation: { is: lengths, default: 1, says: 'From one entry of the window to the next.' },
  groups: { is: positive, default: 1, says: 'Channels are taken apart into so many groups, each with weights of its own.' },
} as const satisfies Options
/** Options of `conv1d`, `conv2d` and `conv3d`. */
export type ConvolutionOptions = OptionsOf<typeof convolutionOptions>

type Convolution = (x: TensorLike, w: TensorLike, options?: ConvolutionOptions) => Tensor

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

function convolution(name: string, dimensions: number) {
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
  names: ['torch.nn.functional.conv1d', 'torch.nn.Conv1d', 'tf.conv1d', 'jax.lax.conv_general_dilated'],
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
  names: ['torch.nn.functional.conv2d', 'torch.nn.Conv2d', 'tf.conv2d', 'jax.lax.conv_general_dilated', 'scipy.signal.correlate2d'],
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

export const conv3d = /* @__PURE__ */ composite<Convolution>({
  name: 'conv3d',
  operands: 2,
  summary: 'Correlation of [batch, channels, depth, height, width] with weights [out, in / groups, depth, height, width], as in PyTorch.',
  formula: String.raw`y_{o,h,i,j} = \sum_{c,k,l,m} w_{o,c,k,l,m}\, x_{c, s h + d k, s i + d l, s j + d m}`,
  names: ['torch.nn.functional.conv3d', 'torch.nn.Conv3d', 'tf.conv3d', 'jax.lax.conv_general_dilated'],
  options: convolutionOptions,
  of: /* @__PURE__ */ convolution('conv3d', 3),
  samples: [
    [[[[...image[0], [[0.5, -1, 2, 1], [3, 0, 1, -2], [1, 1, 4, 0]]]]], [[[[[1, -2], [0.5, 3]]]]], { stride: [1, 2, 1] }],
    [[[[...image[0]]]], [[[[[1, -2]], [[0.5, 3]]]]], { padding: [1, 0, [1, 0]], dilation: [1, 1, 2] }],
    [[[[[[1, 2]]], [[[3, 4]]]]], [[[[[2]]]], [[[[-1]]]]], { groups: 2 }],
  ], // biome-ignore format: five brackets deep
})
