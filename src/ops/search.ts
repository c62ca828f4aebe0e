import { listedOperands, shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { differentiable } from '../core/option-kinds.ts'
import type { Given, Options, OptionsOf, Read } from '../core/options.ts'
import { formatShape, type Shape, sameShape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { broadcastTo } from './broadcast.ts'
import { composite } from './kinds/composite.ts'
import { type Linear, linear } from './kinds/linear.ts'
import { where } from './selection.ts'
import { reshape } from './shape.ts'

const searchOptions = {
  side: { is: ['left', 'right'], default: 'left', says: 'Whether a value goes before the entries that equal it, or behind them.' },
} as const satisfies Options
type Search = Read<typeof searchOptions>

export const searchSorted: Linear<(sorted: TensorLike, values: TensorLike, ...options: Given<OptionsOf<typeof searchOptions>, ['side']>) => Value> =
  /* @__PURE__ */ linear({
    name: 'searchSorted',
    gives: 'int32',
    operands: 2,
    constant: true,
    step: {
      arity: 2,
      params: searchOptions,
      shape: ([sorted, values]) => {
        checkRows(sorted as Shape, values as Shape)
        return values as Shape
      },
    },
    summary: 'For each value, where it goes in an ascending vector so that that stays ascending; vectors along the last axis, for the values of the same row.',
    formula: String.raw`\#\{k : s_k < x\}`,
    names: ['np.searchsorted', 'np.digitize', 'torch.searchsorted', 'torch.bucketize', 'jnp.searchsorted', 'tf.searchSorted'],
    convention: 'Integers: no derivative passes. NaN comes last. That the vector is ascending is not checked.',
    options: searchOptions,
    bare: ['side'],
    signature: (sorted, values, { side }: Search) => {
      const operands = [toValue('searchSorted', sorted, 0), toValue('searchSorted', values, 1)] as const
      checkRows(shapeOf(operands[0]), shapeOf(operands[1]))
      return { operands, params: { side } }
    },
    value: ([sorted, values], { side }: Search) => {
      const { data, shape } = sorted as Tensor
      const length = shape.at(-1) as number
      if (!(values instanceof Tensor)) return placeOf(data, 0, length, values as number, side)
      const perRow = shape.length === 1 ? values.size : values.shape.at(-1)
      return new Tensor(
        values.data.map((each, i) => placeOf(data, Math.floor(i / (perRow as number)) * length, length, each, side)),
        values.shape,
      )
    },
    batch: ([sorted, values], batched, size, { side }: Search) => {
      const [own, given] = [shapeOf(sorted), shapeOf(values)]
      const item = batched[1] ? given.slice(1) : given
      // One vector for all values, whatever the shape of these.
      if (!batched[0] && own.length === 1) return searchSorted(sorted, values, side)
      const all = batched[0] ? sorted : broadcastTo(sorted, [size, ...own])
      const each = broadcastTo(batched[1] ? values : reshape(values, [1, ...given]), [size, ...item])
      if (shapeOf(all).length > 2) return searchSorted(all, each, side)
      return reshape(searchSorted(all, reshape(each, [size, sizeOfShape(item)]), side) as Tensor, [size, ...item])
    },
    transpose: () => [undefined, undefined],
    samples: [
      [
        [1, 2, 2, 4],
        [0.5, 2, 3, 5],
      ],
      [[1, 2, 2, 4], 2, { side: 'right' }],
      [
        [
          [1, 3],
          [2, 4],
        ],
        [
          [2, 2, 3],
          [2, 5, 3],
        ],
      ],
    ],
  })

function checkRows(sorted: Shape, values: Shape): void {
  const rows = sorted.length > 1 && values.length === sorted.length && sameShape(sorted.slice(0, -1), values.slice(0, -1))
  if (sorted.length === 1 || rows) return
  throw new ShapeError(
    `searchSorted: takes an ascending vector and values of any shape, or rows of both with the same leading axes, but shapes ${formatShape(sorted)} and ${formatShape(values)} were given.`,
  )
}

/** How many of the entries from a position on come before a value. */
function placeOf(data: Float64Array, first: number, length: number, value: number, side: Search['side']): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >> 1
    const entry = data[first + middle] as number
    const before = side === 'left' ? isLess(entry, value) : !isLess(value, entry)
    if (before) low = middle + 1
    else high = middle
  }
  return low
}

/** The order in which NaN comes last. */
function isLess(a: number, b: number): boolean {
  return a < b || (Number.isNaN(b) && !Number.isNaN(a))
}

const selectOptions = {
  default: { is: differentiable, default: 0, says: 'What stands where no condition holds.' },
} as const satisfies Options

export const select = /* @__PURE__ */ composite<
  (conditions: Iterable<TensorLike>, choices: Iterable<TensorLike>, ...options: Given<OptionsOf<typeof selectOptions>, ['default']>) => Value
>({
  name: 'select',
  operands: [1],
  summary: 'Of a list of choices, for each entry the first one whose condition holds.',
  formula: String.raw`c_1\;?\;x_1 : c_2\;?\;x_2 : \dots`,
  names: ['np.select', 'jnp.select'],
  convention: 'The sides that are not taken have derivative 0, even where their own derivatives are ∞ or NaN.',
  options: selectOptions,
  bare: ['default'],
  of: (conditions: Iterable<TensorLike>, choices: Iterable<TensorLike>, { default: otherwise }: Read<typeof selectOptions>) => {
    const [asked, sides] = [listedOperands('select', conditions), listedOperands('select', choices)]
    if (asked.length !== sides.length || asked.length === 0) {
      throw new ShapeError(
        `select: takes a condition for each choice, and at least one, but ${asked.length} conditions and ${sides.length} choices were given.`,
      )
    }
    return sides.reduceRight<Value>((rest, side, i) => where(asked[i] as TensorLike, side, rest) as Value, toValue('select', otherwise))
  },
  samples: [
    [
      [
        [1, 0, 0],
        [1, 1, 0],
      ],
      [
        [0.5, 2, 3],
        [-1, 4, 7],
      ],
    ],
    [[[1, 0]], [[0.5, 2]], { default: [5, 6] }],
    [[0, 1], [0.5, 2], -3],
  ],
})
