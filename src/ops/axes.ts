import { shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { axes, count, integer, oneOrAll } from '../core/option-kinds.ts'
import type { Given, OptionKind, Options, OptionsOf, Read } from '../core/options.ts'
import { formatShape, gatherIndices, normalizeAxes, normalizeAxis, type Shape, sizeOfShape, stridesOf } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import { withShape } from './broadcast.ts'
import { composite } from './kinds/composite.ts'
import { movement } from './movement.ts'
import { reshape, sliceAxis } from './shape.ts'

const matrix = [
  [1, 2, 3],
  [4, 5, 6],
] as const

export const ravel = /* @__PURE__ */ composite<(x: TensorLike) => Tensor>({
  name: 'ravel',
  summary: 'All entries in one row, row-major.',
  formula: String.raw`x \to (n)`,
  names: ['np.ravel', 'np.ndarray.flatten', 'torch.ravel', 'torch.flatten', 'jnp.ravel'],
  of: (x: TensorLike) => reshape(x, [-1]),
  samples: [[matrix], [2]],
})

const axesOptions = {
  axis: { is: axes, says: 'Which axes; all where there is none.' },
} as const satisfies Options
type AlongAxes = (x: TensorLike, ...options: Given<OptionsOf<typeof axesOptions>, ['axis']>) => Tensor

export const squeeze = /* @__PURE__ */ composite<AlongAxes>({
  name: 'squeeze',
  summary: 'The axes of length 1 left out: all of them, or the named ones.',
  formula: String.raw`x \to \text{shape}`,
  names: ['np.squeeze', 'torch.squeeze', 'jnp.squeeze', 'tf.squeeze'],
  options: axesOptions,
  bare: ['axis'],
  of: (x: TensorLike, { axis }: Read<typeof axesOptions>) => {
    const operand = toValue('squeeze', x)
    const shape = shapeOf(operand)
    const axes = normalizeAxes('squeeze', axis, shape.length)
    if (axis !== undefined && axes.some(each => shape[each] !== 1)) {
      throw new ShapeError(`squeeze: axes [${axes.join(', ')}] of shape ${formatShape(shape)} are not all of length 1.`)
    }
    return withShape(
      operand,
      shape.filter((length, each) => length !== 1 || !axes.includes(each)),
    ) as Tensor
  },
  samples: [[[[1, 2]]], [[[[1], [2]]], { axis: 0 }]],
})

const expandOptions = {
  axis: { is: integer, required: true, says: 'Where the new axis goes.' },
} as const satisfies Options

export const expandDims = /* @__PURE__ */ composite<(x: TensorLike, ...options: Given<OptionsOf<typeof expandOptions>, ['axis']>) => Tensor>({
  name: 'expandDims',
  summary: 'A new axis of length 1 at the given place.',
  formula: String.raw`x \to \text{shape}`,
  names: ['np.expand_dims', 'torch.unsqueeze', 'jnp.expand_dims', 'tf.expandDims'],
  options: expandOptions,
  bare: ['axis'],
  of: (x: TensorLike, { axis }: Read<typeof expandOptions>) => {
    const operand = toValue('expandDims', x)
    const shape = shapeOf(operand)
    const at = normalizeAxis('expandDims', axis, shape.length + 1)
    return reshape(operand, [...shape.slice(0, at), 1, ...shape.slice(at)])
  },
  samples: [
    [matrix, 0],
    [matrix, -1],
    [2, 0],
  ],
})

const splitOptions = {
  parts: { is: axes, required: true, says: 'How many equal parts, or the positions where to cut, as in slices: negative ones count from the end.' },
  axis: { is: integer, default: 0, says: 'Along which axis.' },
} as const satisfies Options

export const split = /* @__PURE__ */ composite<(x: TensorLike, ...options: Given<OptionsOf<typeof splitOptions>, ['parts', 'axis']>) => Tensor[]>({
  name: 'split',
  summary: 'Parts of a tensor along an axis, the first by default: a number of equal parts, or the positions where to cut.',
  formula: String.raw`x = (x_1, \dots, x_n)`,
  names: ['np.split', 'np.array_split', 'torch.split', 'torch.tensor_split', 'jnp.split', 'tf.split'],
  options: splitOptions,
  bare: ['parts', 'axis'],
  of: (x: TensorLike, { parts, axis }: Read<typeof splitOptions>) => {
    const operand = toValue('split', x)
    const shape = shapeOf(operand)
    const along = normalizeAxis('split', axis, shape.length)
    const length = shape[along] as number
    if (typeof parts === 'number' && (parts < 1 || length % parts !== 0)) {
      throw new ShapeError(`split: axis ${along} of shape ${formatShape(shape)} has length ${length}, which does not divide into ${parts} equal parts.`)
    }
    const cuts = typeof parts === 'number' ? Array.from({ length: parts - 1 }, (_, i) => ((i + 1) * length) / parts) : [...parts]
    const ends = [0, ...cuts, length].map(cut => Math.min(Math.max(cut < 0 ? cut + length : cut, 0), length))
    return ends.slice(1).map((end, i) => sliceAxis(operand as Tensor, along, ends[i] as number, Math.max(end, ends[i] as number)))
  },
  samples: [
    [matrix, 2],
    [matrix, [1], { axis: 1 }],
  ],
})

export const flip = /* @__PURE__ */ movement<AlongAxes>({
  name: 'flip',
  summary: 'The entries in reverse order along axes, all of them by default.',
  formula: 'y_i = x_{n - 1 - i}',
  names: ['np.flip', 'torch.flip', 'jnp.flip', 'tf.reverse'],
  options: axesOptions,
  bare: ['axis'],
  move: (shape, { axis }: Read<typeof axesOptions>) => {
    const axes = normalizeAxes('flip', axis, shape.length)
    const strides = stridesOf(shape)
    const offset = sizeOfShape(shape) === 0 ? 0 : axes.reduce((sum, each) => sum + (strides[each] as number) * ((shape[each] as number) - 1), 0)
    return {
      shape,
      indices: gatherIndices(
        shape,
        strides.map((stride, each) => (axes.includes(each) ? -stride : stride)),
        offset,
      ),
    }
  },
  samples: [[matrix], [matrix, { axis: 1 }]],
})

const rollOptions = {
  shift: { is: integer, required: true, says: 'By how many places.' },
  axis: { is: integer, says: 'Along which axis; over the raveled tensor where there is none.' },
} as const satisfies Options

export const roll = /* @__PURE__ */ movement<(x: TensorLike, ...options: Given<OptionsOf<typeof rollOptions>, ['shift', 'axis']>) => Tensor>({
  name: 'roll',
  summary: 'The entries shifted along an axis, with those that leave coming in at the other end; over the raveled tensor without an axis.',
  formula: String.raw`y_i = x_{(i - s) \bmod n}`,
  names: ['np.roll', 'torch.roll', 'jnp.roll'],
  options: rollOptions,
  bare: ['shift', 'axis'],
  move: (shape, { shift, axis }: Read<typeof rollOptions>) => {
    if (axis === undefined) {
      const size = sizeOfShape(shape)
      return { shape, indices: Int32Array.from({ length: size }, (_, i) => wrap(i - shift, size)) }
    }
    return alongAxis(shape, normalizeAxis('roll', axis, shape.length), (i, length) => wrap(i - shift, length))
  },
  samples: [
    [matrix, 1],
    [matrix, -4, { axis: 1 }],
  ],
})

const counts: OptionKind<number | readonly number[]> = {
  wants: 'an integer of at least 0, or a list of them',
  accepts: (given): given is number | readonly number[] => oneOrAll(given, count.accepts),
}
const tileOptions = {
  repeats: { is: counts, required: true, says: 'How often, along the last axis or along each.' },
} as const satisfies Options

export const tile = /* @__PURE__ */ movement<(x: TensorLike, ...options: Given<OptionsOf<typeof tileOptions>, ['repeats']>) => Tensor>({
  name: 'tile',
  summary: 'The whole tensor repeated along each axis; missing axes count from the front, as in NumPy.',
  formula: String.raw`y_i = x_{i \bmod n}`,
  names: ['np.tile', 'torch.tile', 'jnp.tile', 'tf.tile'],
  options: tileOptions,
  bare: ['repeats'],
  move: (shape, { repeats }: Read<typeof tileOptions>) => {
    const given = typeof repeats === 'number' ? [repeats] : [...repeats]
    const rank = Math.max(shape.length, given.length)
    const from = [...new Array<number>(rank - shape.length).fill(1), ...shape]
    const times = [...new Array<number>(rank - given.length).fill(1), ...given]
    const to = from.map((length, axis) => length * (times[axis] as number))
    return { shape: to, indices: sourcePositions(to, stridesOf(from), (i, axis) => i % (from[axis] as number)) }
  },
  samples: [
    [matrix, 2],
    [matrix, [2, 1]],
    [
      [1, 2],
      [2, 2],
    ],
  ],
})

const repeatOptions = {
  repeats: { is: count, required: true, says: 'How often.' },
  axis: { is: integer, says: 'Along which axis; of the raveled tensor where there is none.' },
} as const satisfies Options

export const repeat = /* @__PURE__ */ movement<(x: TensorLike, ...options: Given<OptionsOf<typeof repeatOptions>, ['repeats', 'axis']>) => Tensor>({
  name: 'repeat',
  summary: 'Each entry several times in a row along an axis; of the raveled tensor without an axis.',
  formula: String.raw`y_i = x_{\lfloor i / r \rfloor}`,
  names: ['np.repeat', 'torch.repeat_interleave', 'jnp.repeat'],
  options: repeatOptions,
  bare: ['repeats', 'axis'],
  move: (shape, { repeats, axis }: Read<typeof repeatOptions>) => {
    const [from, along] = axis === undefined ? [[sizeOfShape(shape)], 0] : [shape, normalizeAxis('repeat', axis, shape.length)]
    return alongAxis(from, along, i => Math.floor(i / repeats), (from[along] as number) * repeats)
  },
  samples: [
    [matrix, 2],
    [matrix, 2, { axis: 1 }],
  ],
})

const diagonalOptions = {
  k: { is: integer, default: 0, says: 'Which diagonal; those above the main one are positive.' },
} as const satisfies Options
type Triangle = (x: TensorLike, ...options: Given<OptionsOf<typeof diagonalOptions>, ['k']>) => Tensor

export const triu = /* @__PURE__ */ movement<Triangle>({
  name: 'triu',
  summary: 'The upper triangle of matrices from the k-th diagonal on, 0 below.',
  formula: String.raw`j - i \ge k\;?\;x_{ij} : 0`,
  names: ['np.triu', 'torch.triu', 'jnp.triu'],
  options: diagonalOptions,
  bare: ['k'],
  move: (shape, { k }: Read<typeof diagonalOptions>) => triangle('triu', shape, (i, j) => j - i >= k),
  samples: [[matrix], [matrix, 1]],
})

export const tril = /* @__PURE__ */ movement<Triangle>({
  name: 'tril',
  summary: 'The lower triangle of matrices up to the k-th diagonal, 0 above.',
  formula: String.raw`j - i \le k\;?\;x_{ij} : 0`,
  names: ['np.tril', 'torch.tril', 'jnp.tril'],
  options: diagonalOptions,
  bare: ['k'],
  move: (shape, { k }: Read<typeof diagonalOptions>) => triangle('tril', shape, (i, j) => j - i <= k),
  samples: [[matrix], [matrix, -1]],
})

function triangle(name: string, shape: Shape, keep: (i: number, j: number) => boolean) {
  const [rows, columns] = shape.slice(-2) as [number, number]
  if (shape.length < 2) throw new ShapeError(`${name}: takes matrices, but shape ${formatShape(shape)} was given.`)
  return {
    shape,
    indices: Int32Array.from({ length: sizeOfShape(shape) }, (_, at) => (keep(Math.floor(at / columns) % rows, at % columns) ? at : -1)),
  }
}

/** A movement along one axis: position i of the result, of the given length, comes from position `source(i, length)`. */
export function alongAxis(shape: Shape, axis: number, source: (i: number, length: number) => number, length = shape[axis] as number) {
  const to = shape.map((each, i) => (i === axis ? length : each))
  return { shape: to, indices: sourcePositions(to, stridesOf(shape), (i, each) => (each === axis ? source(i, shape[axis] as number) : i)) }
}

/** Row-major positions in a source with the given strides, from the source's index along each axis; −1 where one is −1. */
export function sourcePositions(shape: Shape, strides: readonly number[], source: (i: number, axis: number) => number): Int32Array {
  const indices = new Int32Array(sizeOfShape(shape))
  const to = stridesOf(shape)
  for (let at = 0; at < indices.length; at++) {
    let position = 0
    for (let axis = 0; axis < shape.length; axis++) {
      const from = source(Math.floor(at / (to[axis] as number)) % (shape[axis] as number), axis)
      if (from < 0) {
        position = -1
        break
      }
      position += from * (strides[axis] as number)
    }
    indices[at] = position
  }
  return indices
}

export function wrap(i: number, n: number): number {
  return ((i % n) + n) % n
}
