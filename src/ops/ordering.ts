import { isAbstract, value as plainValue, shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { count, flag, integer, integers } from '../core/option-kinds.ts'
import type { Given, Option, Options, OptionsOf, Read } from '../core/options.ts'
import { formatShape, normalizeAxis, type Shape, sameShape, sizeOfShape, stridesOf } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { add } from './arithmetic.ts'
import { shapeOptions } from './broadcast.ts'
import { composite } from './kinds/composite.ts'
import { type Custom, custom } from './kinds/custom.ts'
import { linear } from './kinds/linear.ts'
import { gatherEntries, scatterEntries } from './movement.ts'
import { sliceAxis } from './shape.ts'

const axis = { is: integer, default: -1, says: 'Along which axis.' } as const satisfies Option
const alongLast = { axis } as const satisfies Options
type Along = Given<OptionsOf<typeof alongLast>, ['axis']>

const sortOptions = {
  axis,
  descending: { is: flag, default: false, says: 'Whether the largest comes first.' },
} as const satisfies Options

/** Options of `sort` and `argSort`: the axis, the last by default, and the order. */
export type SortOptions = OptionsOf<typeof sortOptions>
type Sorting = (x: TensorLike, ...options: Given<SortOptions, ['axis']>) => Tensor

const samples = [
  [[3, 1, 2]],
  [
    [
      [3, 1],
      [0.5, 0.7],
    ],
    { axis: 0 },
  ],
  [[3, 1, 2], { descending: true }],
] as const

export const sort = /* @__PURE__ */ composite<Sorting>({
  name: 'sort',
  summary: 'The entries in ascending order along an axis.',
  formula: String.raw`x_{\pi(1)} \le x_{\pi(2)} \le \dots`,
  convention: 'Entries that tie keep their order, and their derivatives go with them; NaN comes last.',
  options: sortOptions,
  bare: ['axis'],
  of: (x: TensorLike, options: Read<typeof sortOptions>) => {
    const operand = toValue('sort', x)
    if (isAbstract(operand)) return gatherAt(operand as Tensor, sortedPlaces(operand as Tensor, { ...options, places: 'flat' }))
    const { shape, sources } = sortedPositions('sort', operand, options)
    return gatherEntries(operand, { shape, indices: sources })
  },
  samples,
})

export const argSort = /* @__PURE__ */ composite<Sorting>({
  name: 'argSort',
  summary: 'The indices that sort the entries along an axis.',
  formula: String.raw`\pi`,
  convention: 'Integers: no derivative passes. Entries that tie keep their order.',
  options: sortOptions,
  bare: ['axis'],
  of: (x: TensorLike, options: Read<typeof sortOptions>) => {
    const operand = toValue('argSort', x)
    if (isAbstract(operand)) return sortedPlaces(operand as Tensor, { ...options, places: 'axis' })
    const { shape, order } = sortedPositions('argSort', operand, options)
    return new Tensor(Float64Array.from(order), shape)
  },
  samples,
})

const topOptions = {
  k: { is: count, required: true, says: 'How many.' },
  axis,
} as const satisfies Options
type Top = (x: TensorLike, ...options: Given<OptionsOf<typeof topOptions>, ['k', 'axis']>) => { values: Tensor; indices: Tensor }

export const topK = /* @__PURE__ */ composite<Top>({
  name: 'topK',
  summary: 'The k largest entries along an axis, largest first, and their indices.',
  formula: String.raw`x_{\pi(1)} \ge \dots \ge x_{\pi(k)}`,
  convention: 'Of entries that tie the first come first. The indices are integers: no derivative passes through them.',
  options: topOptions,
  bare: ['k', 'axis'],
  of: (x: TensorLike, { k, axis }: Read<typeof topOptions>) => {
    const operand = toValue('topK', x)
    const along = normalizeAxis('topK', axis, shapeOf(operand).length)
    const shape = shapeOf(operand)
    if (k > (shape[along] as number)) {
      throw new ShapeError(`topK: k is an integer from 0 to ${shape[along]}, the length of axis ${along} of shape ${formatShape(shape)}, not ${k}.`)
    }
    const first = (t: Tensor) => sliceAxis(t, along, 0, k)
    if (isAbstract(operand)) {
      const places = (kind: 'flat' | 'axis') => first(sortedPlaces(operand as Tensor, { axis, descending: true, places: kind }))
      return { values: gatherAt(operand as Tensor, places('flat')), indices: places('axis') }
    }
    const { sources, order } = sortedPositions('topK', operand, { axis, descending: true })
    const chosen = first(new Tensor(Float64Array.from(sources), shape))
    return {
      values: gatherEntries(operand, { shape: chosen.shape, indices: Int32Array.from(chosen.data) }),
      indices: first(new Tensor(Float64Array.from(order), shape)),
    }
  },
  samples: [
    [[3, 1, 2], 2],
    [
      [
        [3, 1],
        [0.5, 4],
      ],
      1,
      { axis: 0 },
    ],
  ],
})

/** For each place of the sorted tensor: the row-major position that its entry comes from, and its index along the axis. */
function sortedPositions(name: string, operand: Value, { axis, descending }: Read<typeof sortOptions>) {
  const shape = shapeOf(operand)
  const along = normalizeAxis(name, axis, shape.length)
  const { data } = plainValue(operand) as Tensor
  const stride = stridesOf(shape)[along] as number
  const length = shape[along] as number
  const [sources, order] = [new Int32Array(data.length), new Int32Array(data.length)]
  const compare = (a: number, b: number) => (Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : descending ? b - a || 0 : a - b || 0)
  for (let first = 0; first < data.length; first++) {
    if (Math.floor(first / stride) % length !== 0) continue
    const indices = Array.from({ length }, (_, i) => i).sort((i, j) => compare(data[first + i * stride] as number, data[first + j * stride] as number))
    indices.forEach((index, i) => {
      sources[first + i * stride] = first + index * stride
      order[first + i * stride] = index
    })
  }
  return { shape, sources, order }
}

export const gather = /* @__PURE__ */ composite<(x: TensorLike, indices: TensorLike, ...options: Along) => Tensor>({
  name: 'gather',
  summary: 'For each place, the entry of the operand with the index that stands there, along an axis (the last by default): take_along_axis of NumPy.',
  formula: 'y_i = x_{k_i}',
  convention: 'Negative indices count from the end. The derivative of an entry that is gathered several times adds up.',
  options: alongLast,
  bare: ['axis'],
  of: (x: TensorLike, indices: TensorLike, { axis }: Read<typeof alongLast>) => {
    const operand = toValue('gather', x, 0)
    const given = toValue('gather', indices, 1)
    if (isAbstract(given)) return gatherAt(operand as Tensor, flatPlaces(given as Tensor, { shape: shapeOf(operand), axis }))
    const { shape, positions } = positionsAlong('gather', shapeOf(operand), given, axis)
    return gatherEntries(operand, { shape, indices: positions })
  },
  samples: [
    [
      [3, 1, 2],
      [2, 0, 2, 2],
    ],
    [
      [
        [3, 1],
        [0.5, 4],
      ],
      [
        [1, 0],
        [-1, 1],
      ],
      { axis: 0 },
    ],
  ],
})

export const scatterAdd = /* @__PURE__ */ composite<(x: TensorLike, indices: TensorLike, updates: TensorLike, ...options: Along) => Tensor>({
  name: 'scatterAdd',
  operands: [0, 2],
  summary: 'The operand with each update added to the entry with the index that stands in its place, along an axis (the last by default).',
  formula: String.raw`y_j = x_j + \sum_{i: k_i = j} u_i`,
  convention: 'Updates to the same entry add up. Negative indices count from the end.',
  options: alongLast,
  bare: ['axis'],
  of: (x: TensorLike, indices: TensorLike, updates: TensorLike, { axis }: Read<typeof alongLast>) => {
    const [operand, added] = [toValue('scatterAdd', x, 0), toValue('scatterAdd', updates, 2)]
    const given = toValue('scatterAdd', indices, 1)
    if (isAbstract(given)) {
      return add(operand, scatterAt(added as Tensor, flatPlaces(given as Tensor, { shape: shapeOf(operand), axis }), shapeOf(operand)))
    }
    const { shape, positions } = positionsAlong('scatterAdd', shapeOf(operand), given, axis)
    if (!sameShape(shape, shapeOf(added))) {
      throw new ShapeError(`scatterAdd: indices of shape ${formatShape(shape)} and updates of shape ${formatShape(shapeOf(added))} must have one shape.`)
    }
    return add(operand, scatterEntries(added as Tensor, { shape: shapeOf(operand), indices: positions }))
  },
  samples: [
    [
      [3, 1, 2],
      [2, 0, 2],
      [10, 20, 30],
    ],
    [
      [
        [3, 1],
        [0.5, 4],
      ],
      [[1, 0]],
      [[10, 20]],
      { axis: 0 },
    ],
  ],
})

/** Row-major positions of the entries that indices name along an axis, where all other axes run along with the indices. */
function positionsAlong(name: string, shape: Shape, indices: Value, axis: number): { shape: Shape; positions: Int32Array } {
  const along = normalizeAxis(name, axis, shape.length)
  const wanted = plainValue(indices)
  const to = shapeOf(wanted)
  if (!(wanted instanceof Tensor) || to.length !== shape.length || to.some((length, i) => i !== along && length > (shape[i] as number))) {
    throw new ShapeError(
      `${name}: indices of shape ${formatShape(to)} do not fit shape ${formatShape(shape)}: they have its rank, and outside axis ${along} no longer axes.`,
    )
  }
  const [strides, toStrides] = [stridesOf(shape), stridesOf(to)]
  const length = shape[along] as number
  const positions = Int32Array.from({ length: sizeOfShape(to) }, (_, at) => {
    const index = wanted.data[at] as number
    if (!Number.isInteger(index) || index < -length || index >= length) {
      throw new ShapeError(`${name}: index ${index} is out of range for axis ${along} of shape ${formatShape(shape)}.`)
    }
    return to.reduce((sum, each, i) => {
      const position = i === along ? (index < 0 ? index + length : index) : Math.floor(at / (toStrides[i] as number)) % each
      return sum + position * (strides[i] as number)
    }, 0)
  })
  return { shape: to, positions }
}

// The same with positions that are values like others: for transforms that stand for many calls or a later one.

const placesOptions = {
  axis,
  descending: { is: flag, default: false, says: 'Whether the largest comes first.' },
  places: { is: ['flat', 'axis'], required: true, says: 'What counts the entries: row-major positions, or indices along the axis.' },
} as const satisfies Options

export const sortedPlaces = /* @__PURE__ */ linear<(x: Tensor, options: OptionsOf<typeof placesOptions>) => Tensor>({
  name: 'sortedPlaces',
  constant: true,
  summary: 'For each place of the sorted tensor, where its entry comes from: its row-major position, or its index along the axis.',
  formula: String.raw`\pi`,
  convention: 'Integers: no derivative passes.',
  options: placesOptions,
  signature: (x, params) => ({ operands: [x], params }),
  value: ([x], { places, ...options }: Read<typeof placesOptions>) => {
    const { shape, sources, order } = sortedPositions('sort', x, options)
    return new Tensor(Float64Array.from(places === 'flat' ? sources : order), shape)
  },
  transpose: () => [],
  samples: [
    [[3, 1, 2], { places: 'flat' }],
    [
      [
        [3, 1],
        [0.5, 0.7],
      ],
      { axis: 0, descending: true, places: 'axis' },
    ],
  ],
})

const flatOptions = {
  shape: { is: integers, required: true, says: 'The shape of the tensor.' },
  axis: { is: integer, required: true, says: 'Along which of its axes.' },
} as const satisfies Options

export const flatPlaces = /* @__PURE__ */ linear<(indices: Tensor, options: OptionsOf<typeof flatOptions>) => Tensor>({
  name: 'flatPlaces',
  constant: true,
  summary: 'Row-major positions in a tensor of a given shape, from indices along one of its axes.',
  formula: String.raw`k \to p`,
  convention: 'Integers: no derivative passes.',
  options: flatOptions,
  signature: (indices, params) => ({ operands: [indices], params }),
  value: ([indices], { shape: from, axis }: { shape: Shape; axis: number }) => {
    const { shape, positions } = positionsAlong('gather', from, indices as Tensor, axis)
    return new Tensor(Float64Array.from(positions), shape)
  },
  transpose: () => [],
  samples: [[[2, 0], { shape: [3], axis: 0 }]],
})

export const gatherAt: Custom<(x: Tensor, positions: Tensor) => Tensor> = /* @__PURE__ */ custom<(x: Tensor, positions: Tensor) => Tensor>({
  name: 'gatherAt',
  summary: 'The entries at row-major positions that are themselves a tensor.',
  formula: 'y_i = x_{p_i}',
  convention: 'No derivative passes through the positions.',
  signature: (x, positions) => ({ operands: [x, positions] }),
  value: ([x, positions]) => {
    const { data, shape } = positions as Tensor
    const from = (x as Tensor).data
    return new Tensor(
      data.map(position => from[position] as number),
      shape,
    )
  },
  jvp: ([, positions], [dx]) => (dx === undefined ? undefined : gatherAt(dx, positions)),
  linearIn: { operand: i => i === 0, transpose: (cotangent, _i, [x, positions]) => scatterAt(cotangent, positions, shapeOf(x)) },
  samples: [
    [
      [0.5, 2, -1],
      [2, 0, 0],
    ],
  ],
})

export const scatterAt: Custom<(x: Tensor, positions: Tensor, shape: Shape) => Tensor> = /* @__PURE__ */ custom<
  (x: Tensor, positions: Tensor, shape: Shape) => Tensor
>({
  name: 'scatterAt',
  summary: 'Adds entries up at row-major positions, themselves a tensor, of a tensor of zeros.',
  formula: String.raw`y_j = \sum_{i: p_i = j} x_i`,
  convention: 'No derivative passes through the positions.',
  options: shapeOptions,
  bare: ['shape'],
  signature: (x, positions, { shape }) => ({ operands: [x, positions], params: { shape } }),
  value: ([x, positions], { shape }: { shape: Shape }) => {
    const data = new Float64Array(sizeOfShape(shape))
    ;(x as Tensor).data.forEach((each, i) => {
      const position = positions.data[i] as number
      data[position] = (data[position] as number) + each
    })
    return new Tensor(data, shape)
  },
  jvp: ([, positions], [dx], _out, { shape }) => (dx === undefined ? undefined : scatterAt(dx, positions, shape)),
  linearIn: { operand: i => i === 0, transpose: (cotangent, _i, [, positions]) => gatherAt(cotangent, positions) },
  samples: [[[0.5, 2, -1], [2, 0, 2], [3]]],
})
