import { shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { formatShape, gatherIndices, normalizeAxes, normalizeAxis, type Shape, sizeOfShape, stridesOf } from '../core/shape.ts'
import { full, type Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import { composite } from './kinds/composite.ts'
import { movement } from './movement.ts'
import { where } from './selection.ts'
import { reshape, sliceAxis } from './shape.ts'

const matrix = [
  [1, 2, 3],
  [4, 5, 6],
] as const

export const ravel = /* @__PURE__ */ composite<(x: TensorLike) => Tensor>({
  name: 'ravel',
  summary: 'All entries in one row, row-major.',
  formula: String.raw`x \to (n)`,
  of: (x: TensorLike) => reshape(x, [-1]),
  samples: [[matrix], [2]],
})

export const squeeze = /* @__PURE__ */ composite<(x: TensorLike, options?: { axis?: number | readonly number[] }) => Tensor>({
  name: 'squeeze',
  summary: 'The axes of length 1 left out: all of them, or the named ones.',
  formula: String.raw`x \to \text{shape}`,
  of: (x: TensorLike, { axis }: { axis?: number | readonly number[] } = {}) => {
    const operand = toValue('squeeze', x)
    const shape = shapeOf(operand)
    const axes = normalizeAxes('squeeze', axis, shape.length)
    if (axis !== undefined && axes.some(each => shape[each] !== 1)) {
      throw new ShapeError(`squeeze: axes [${axes.join(', ')}] of shape ${formatShape(shape)} are not all of length 1.`)
    }
    return reshape(
      operand,
      shape.filter((length, each) => length !== 1 || !axes.includes(each)),
    )
  },
  samples: [[[[1, 2]]], [[[[1], [2]]], { axis: 0 }]],
})

export const expandDims = /* @__PURE__ */ composite<(x: TensorLike, axis: number) => Tensor>({
  name: 'expandDims',
  summary: 'A new axis of length 1 at the given place.',
  formula: String.raw`x \to \text{shape}`,
  of: (x: TensorLike, axis: number) => {
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

export const split = /* @__PURE__ */ composite<(x: TensorLike, parts: number | readonly number[], options?: { axis?: number }) => Tensor[]>({
  name: 'split',
  summary: 'Parts of a tensor along an axis, the first by default: a number of equal parts, or the positions where to cut.',
  formula: String.raw`x = (x_1, \dots, x_n)`,
  of: (x: TensorLike, parts: number | readonly number[], { axis = 0 }: { axis?: number } = {}) => {
    const operand = toValue('split', x)
    const shape = shapeOf(operand)
    const along = normalizeAxis('split', axis, shape.length)
    const length = shape[along] as number
    if (typeof parts === 'number' && (!Number.isInteger(parts) || parts < 1 || length % parts !== 0)) {
      throw new ShapeError(`split: axis ${along} of shape ${formatShape(shape)} has length ${length}, which does not divide into ${parts} equal parts.`)
    }
    const cuts = typeof parts === 'number' ? Array.from({ length: parts - 1 }, (_, i) => ((i + 1) * length) / parts) : [...parts]
    return [0, ...cuts].map((start, i) => sliceAxis(operand as Tensor, along, start, cuts[i] ?? length))
  },
  samples: [
    [matrix, 2],
    [matrix, [1], { axis: 1 }],
  ],
})

export const flip = /* @__PURE__ */ movement<(x: TensorLike, options?: { axis?: number | readonly number[] }) => Tensor>({
  name: 'flip',
  summary: 'The entries in reverse order along axes, all of them by default.',
  formula: 'y_i = x_{n - 1 - i}',
  move: (shape, { axis }: { axis?: number | readonly number[] } = {}) => {
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

export const roll = /* @__PURE__ */ movement<(x: TensorLike, shift: number, options?: { axis?: number }) => Tensor>({
  name: 'roll',
  summary: 'The entries shifted along an axis, with those that leave coming in at the other end; over the raveled tensor without an axis.',
  formula: String.raw`y_i = x_{(i - s) \bmod n}`,
  move: (shape, shift: number, { axis }: { axis?: number } = {}) => {
    if (!Number.isInteger(shift)) throw new ShapeError(`roll: a shift is an integer, not ${shift}.`)
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

export const tile = /* @__PURE__ */ movement<(x: TensorLike, repeats: number | readonly number[]) => Tensor>({
  name: 'tile',
  summary: 'The whole tensor repeated along each axis; missing axes count from the front, as in NumPy.',
  formula: String.raw`y_i = x_{i \bmod n}`,
  move: (shape, repeats: number | readonly number[]) => {
    const given = typeof repeats === 'number' ? [repeats] : [...repeats]
    checkCounts('tile', given)
    const rank = Math.max(shape.length, given.length)
    const from = [...new Array<number>(rank - shape.length).fill(1), ...shape]
    const counts = [...new Array<number>(rank - given.length).fill(1), ...given]
    const to = from.map((length, axis) => length * (counts[axis] as number))
    return { shape: to, indices: positions(to, stridesOf(from), (i, axis) => i % (from[axis] as number)) }
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

export const repeat = /* @__PURE__ */ movement<(x: TensorLike, repeats: number, options?: { axis?: number }) => Tensor>({
  name: 'repeat',
  summary: 'Each entry several times in a row along an axis; of the raveled tensor without an axis.',
  formula: String.raw`y_i = x_{\lfloor i / r \rfloor}`,
  move: (shape, repeats: number, { axis }: { axis?: number } = {}) => {
    checkCounts('repeat', [repeats])
    if (axis === undefined)
      return { shape: [sizeOfShape(shape) * repeats], indices: Int32Array.from({ length: sizeOfShape(shape) * repeats }, (_, i) => Math.floor(i / repeats)) }
    const along = normalizeAxis('repeat', axis, shape.length)
    return alongAxis(shape, along, i => Math.floor(i / repeats), (shape[along] as number) * repeats)
  },
  samples: [
    [matrix, 2],
    [matrix, 2, { axis: 1 }],
  ],
})

type Padding = number | readonly [number, number] | readonly (readonly [number, number])[]

/** How `pad` fills: with a value, with the edge, or with the tensor mirrored or repeated. */
export interface PadOptions {
  mode?: 'constant' | 'edge' | 'reflect' | 'symmetric' | 'wrap'
  value?: number
}

export const padEntries = /* @__PURE__ */ movement<
  (x: TensorLike, padding: readonly (readonly [number, number])[], mode: NonNullable<PadOptions['mode']>) => Tensor
>({
  name: 'padEntries',
  summary: 'Entries around a tensor; 0 in mode constant.',
  formula: String.raw`x \to \text{shape}`,
  move: (shape, padding: readonly (readonly [number, number])[], mode: NonNullable<PadOptions['mode']>) => {
    const to = shape.map((length, axis) => length + (padding[axis]?.[0] ?? 0) + (padding[axis]?.[1] ?? 0))
    const source = PAD_MODES[mode]
    return { shape: to, indices: positions(to, stridesOf(shape), (i, axis) => source(i - (padding[axis]?.[0] ?? 0), shape[axis] as number)) }
  },
  samples: [
    [
      matrix,
      [
        [1, 0],
        [2, 1],
      ],
      'edge',
    ],
  ],
})

/** Which entry fills position i, which may lie outside 0 … n − 1; −1 for none. */
const PAD_MODES: { [mode in NonNullable<PadOptions['mode']>]: (i: number, n: number) => number } = {
  constant: (i, n) => (i < 0 || i >= n ? -1 : i),
  edge: (i, n) => Math.min(Math.max(i, 0), n - 1),
  wrap: (i, n) => wrap(i, n),
  symmetric: (i, n) => Math.min(wrap(i, 2 * n), 2 * n - 1 - wrap(i, 2 * n)),
  reflect: (i, n) => (n === 1 ? 0 : Math.min(wrap(i, 2 * n - 2), 2 * n - 2 - wrap(i, 2 * n - 2))),
}

export const pad = /* @__PURE__ */ composite<(x: TensorLike, padding: Padding, options?: PadOptions) => Tensor>({
  name: 'pad',
  summary: 'Entries around a tensor: [before, after] for each axis, or the same for all.',
  formula: String.raw`x \to \text{shape}`,
  of: (x: TensorLike, padding: Padding, { mode = 'constant', value = 0 }: PadOptions = {}) => {
    const operand = toValue('pad', x)
    const shape = shapeOf(operand)
    const pairs = paddingPairs(padding, shape)
    if (!(mode in PAD_MODES)) throw new ShapeError(`pad: mode is one of ${Object.keys(PAD_MODES).join(', ')}, not ${String(mode)}.`)
    if (mode !== 'constant' && sizeOfShape(shape) === 0) throw new ShapeError(`pad: shape ${formatShape(shape)} holds no entry to fill with.`)
    const padded = padEntries(operand, pairs, mode)
    if (mode !== 'constant' || value === 0) return padded
    const inside = padEntries(full(shape, 1), pairs, mode)
    return where(inside, padded, value)
  },
  samples: [
    [matrix, 1],
    [
      matrix,
      [
        [1, 0],
        [0, 2],
      ],
      { value: 7 },
    ],
    [
      matrix,
      [
        [1, 1],
        [2, 2],
      ],
      { mode: 'reflect' },
    ],
    [
      matrix,
      [
        [2, 1],
        [1, 2],
      ],
      { mode: 'wrap' },
    ],
    [
      matrix,
      [
        [2, 1],
        [1, 2],
      ],
      { mode: 'symmetric' },
    ],
  ],
})

function paddingPairs(padding: Padding, shape: Shape): (readonly [number, number])[] {
  const pairs =
    typeof padding === 'number'
      ? shape.map(() => [padding, padding] as const)
      : typeof padding[0] === 'number'
        ? shape.map(() => padding as readonly [number, number])
        : (padding as readonly (readonly [number, number])[])
  if (pairs.length !== shape.length)
    throw new ShapeError(`pad: ${pairs.length} pairs [before, after] are given for shape ${formatShape(shape)}, which has ${shape.length} axes.`)
  for (const pair of pairs) checkCounts('pad', pair)
  return [...pairs]
}

export const triu = /* @__PURE__ */ movement<(x: TensorLike, k?: number) => Tensor>({
  name: 'triu',
  summary: 'The upper triangle of matrices from the k-th diagonal on, 0 below.',
  formula: String.raw`j - i \ge k\;?\;x_{ij} : 0`,
  move: (shape, k = 0) => triangle('triu', shape, (i, j) => j - i >= k),
  samples: [[matrix], [matrix, 1]],
})

export const tril = /* @__PURE__ */ movement<(x: TensorLike, k?: number) => Tensor>({
  name: 'tril',
  summary: 'The lower triangle of matrices up to the k-th diagonal, 0 above.',
  formula: String.raw`j - i \le k\;?\;x_{ij} : 0`,
  move: (shape, k = 0) => triangle('tril', shape, (i, j) => j - i <= k),
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
  return { shape: to, indices: positions(to, stridesOf(shape), (i, each) => (each === axis ? source(i, shape[axis] as number) : i)) }
}

/** Row-major positions in a source with the given strides, from the source's index along each axis; −1 where one is −1. */
function positions(shape: Shape, strides: readonly number[], source: (i: number, axis: number) => number): Int32Array {
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

function wrap(i: number, n: number): number {
  return ((i % n) + n) % n
}

function checkCounts(name: string, counts: readonly number[]): void {
  for (const count of counts) {
    if (!Number.isInteger(count) || count < 0) throw new ShapeError(`${name}: counts are integers of at least 0, but ${count} was given.`)
  }
}
