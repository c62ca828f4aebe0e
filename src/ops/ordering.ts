import { isAbstract, value as plainValue, shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { count, flag, integer } from '../core/option-kinds.ts'
import type { Given, Option, Options, OptionsOf, Read } from '../core/options.ts'
import { formatShape, normalizeAxis, type Shape, sizeOfShape, stridesOf } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { sub } from './arithmetic.ts'
import { composite } from './kinds/composite.ts'
import { type Linear, linear } from './kinds/linear.ts'
import { gatherEntries } from './movement.ts'
import { gatherAt } from './places.ts'
import { sliceAxis } from './shape.ts'

const axis = { is: integer, default: -1, says: 'Along which axis.' } as const satisfies Option

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
  integral: true,
  summary: 'The entries in ascending order along an axis.',
  formula: String.raw`x_{\pi(1)} \le x_{\pi(2)} \le \dots`,
  names: ['np.sort', 'torch.sort', 'jnp.sort'],
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
  names: ['np.argsort', 'torch.argsort', 'jnp.argsort'],
  convention: 'Integers: no derivative passes. Entries that tie keep their order.',
  options: sortOptions,
  bare: ['axis'],
  of: (x: TensorLike, options: Read<typeof sortOptions>) => {
    const operand = toValue('argSort', x)
    if (isAbstract(operand)) return sortedPlaces(operand as Tensor, { ...options, places: 'axis' })
    const { shape, order } = sortedPositions('argSort', operand, options)
    return integers(order, shape)
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
  names: ['torch.topk', 'jax.lax.top_k', 'tf.topk'],
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
      indices: first(integers(order, shape)),
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

function integers(entries: Int32Array, shape: Shape): Tensor {
  return new Tensor(entries as unknown as Float64Array, shape)
}

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

// The same with positions that are values like others: for transforms that stand for many calls or a later one.

const placesOptions = {
  axis,
  descending: { is: flag, default: false, says: 'Whether the largest comes first.' },
  places: { is: ['flat', 'axis'], required: true, says: 'What counts the entries: row-major positions, or indices along the axis.' },
} as const satisfies Options

export const sortedPlaces: Linear<(x: Tensor, options: OptionsOf<typeof placesOptions>) => Tensor> = /* @__PURE__ */ linear({
  name: 'sortedPlaces',
  gives: 'int32',
  step: {
    arity: 1,
    params: placesOptions,
    shape: ([x], { axis }: { axis: number }) => {
      normalizeAxis('axis', axis, (x as Shape).length)
      return x as Shape
    },
  },
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
  batch: ([x], _batched, size, { axis, ...params }: Read<typeof placesOptions>) => {
    const [, ...item] = shapeOf(x)
    const places = sortedPlaces(x as Tensor, { ...params, axis: normalizeAxis('axis', axis, item.length) + 1 })
    // Positions count the entries of an item.
    const first = integers(
      Int32Array.from({ length: size }, (_, b) => b * sizeOfShape(item)),
      [size, ...item.map(() => 1)],
    )
    return params.places === 'flat' ? sub(places, first) : places
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
