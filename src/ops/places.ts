import { shapeOf } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { arange } from '../core/makers.ts'
import { count, integer, integers } from '../core/option-kinds.ts'
import type { Given, Options, OptionsOf } from '../core/options.ts'
import { formatShape, mustFit, type Shape, sameShape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { add, mul } from './arithmetic.ts'
import { broadcastTo, shapeOptions } from './broadcast.ts'
import { type Custom, custom } from './kinds/custom.ts'
import { type Linear, linear } from './kinds/linear.ts'
import { reshape } from './shape.ts'

/*
 * Entries at places that are themselves values: what indexing is made of where a transform stands for many calls or a later
 * one. A place is a row-major position.
 */

/** An index counted from the front; a ShapeError where there is no such entry. */
export function inRange(name: string, index: number, shape: Shape, axis: number): number {
  const length = shape[axis] as number
  if (!Number.isInteger(index) || index < -length || index >= length) {
    throw new ShapeError(`${name}: index ${index} is out of range for axis ${axis} of shape ${formatShape(shape)}.`)
  }
  return index < 0 ? index + length : index
}

const rangeOptions = {
  of: { is: ['take', 'gather', 'scatterAdd', 'slice', 'at'], required: true, says: 'The operator that is called, for messages.' },
  shape: { is: integers, required: true, says: 'The shape of the tensor.' },
  axis: { is: integer, required: true, says: 'Along which of its axes.' },
  span: { is: integer, required: true, says: 'How far beyond each index entries are read.' },
} as const satisfies Options

export const checkedIndices: Linear<(indices: TensorLike, options: OptionsOf<typeof rangeOptions>) => Value> = /* @__PURE__ */ linear({
  name: 'checkedIndices',
  integral: true,
  step: {
    arity: 1,
    params: rangeOptions,
    shape: ([indices], { shape, axis }: { shape: Shape; axis: number }) => {
      mustFit(axis >= 0 && axis < shape.length, `there is no axis ${axis}`)
      return indices as Shape
    },
  },
  constant: true,
  summary: 'Indices along an axis, counted from the front. A ShapeError for one that is out of range.',
  formula: 'k',
  convention: 'Integers: no derivative passes.',
  options: rangeOptions,
  signature: (indices, params) => ({ operands: [indices], params }),
  value: ([indices], { of, shape, axis, span }: { of: string; shape: Shape; axis: number; span: number }) => {
    const check = (each: number) => {
      const first = inRange(of, each, shape, axis)
      inRange(of, first + span, shape, axis)
      return first
    }
    if (!(indices instanceof Tensor)) return check(indices)
    const places = indices.data.slice()
    const last = (shape[axis] as number) - 1 - Math.max(span, 0)
    // Most are counted from the front and in range, which is seen without a call.
    for (let i = 0; i < places.length; i++) {
      const each = places[i] as number
      if (!(each >= 0 && each <= last && Math.floor(each) === each && span >= 0)) places[i] = check(each)
    }
    return new Tensor(places, indices.shape)
  },
  example: ([indices]) => (indices instanceof Tensor ? new Tensor(new Float64Array(indices.size), indices.shape) : 0),
  batch: ([indices], _batched, _size, params) => checkedIndices(indices, params),
  transpose: () => [],
  samples: [[[2, -1], { of: 'take', shape: [3], axis: 0, span: 0 }]],
})

export const gatherAt: Custom<(x: TensorLike, places: TensorLike) => Tensor> = /* @__PURE__ */ custom<(x: TensorLike, places: TensorLike) => Tensor>({
  name: 'gatherAt',
  integral: true,
  typedBy: [0],
  step: {
    arity: 2,
    mask: 'kept',
    shape: ([x, places]) => {
      mustFit((x as Shape).length > 0, 'entries are those of a tensor')
      return places as Shape
    },
  },
  summary: 'The entries at places that are themselves a value.',
  formula: 'y_i = x_{p_i}',
  convention: 'No derivative passes through the places.',
  signature: (x, places) => ({ operands: [x, places] }),
  value: ([x, places]) => {
    const { data, dtype } = x as Tensor
    return places instanceof Tensor
      ? new Tensor(
          places.data.map(place => data[place] as number),
          places.shape,
          dtype === 'bool' ? dtype : 'float64',
        )
      : (data[places as number] ?? Number.NaN) // what a graph is tried on may be no place
  },
  jvp: ([, places], [dx]) => (dx === undefined ? undefined : gatherAt(dx, places)),
  linearIn: { operand: i => i === 0, transpose: (cotangent, _i, [x, places]) => scatterAt(cotangent, places, shapeOf(x)) },
  batch: ([x, places], batched, size) => gatherAt(x, batched[0] ? placesOfItems(places, batched[1] as boolean, size, shapeOf(x).slice(1)) : places),
  samples: [
    [
      [0.5, 2, -1],
      [2, 0, 0],
    ],
  ],
})

const scatterOptions = {
  ...shapeOptions,
  fromLast: { is: count, default: 0, says: 'Where entries come in rows, of which the last is added first: entries in a row. 0: they are added as they stand.' },
} as const satisfies Options

type Scatter = (x: TensorLike, places: TensorLike, ...options: Given<OptionsOf<typeof scatterOptions>, ['shape']>) => Tensor

export const scatterAt: Custom<Scatter> = /* @__PURE__ */ custom<Scatter>({
  name: 'scatterAt',
  neverMinusZero: true,
  typedBy: [0],
  integral: true,
  step: {
    arity: 2,
    params: scatterOptions,
    shape: ([x, places], { shape, fromLast }: { shape: Shape; fromLast: number }) => {
      mustFit(sameShape(x as Shape, places as Shape), 'there is one place for each entry')
      mustFit(fromLast === 0 || sizeOfShape(x as Shape) % fromLast === 0, 'rows are whole')
      return shape
    },
  },
  summary: 'Adds entries up at places, themselves a value, of a tensor of zeros.',
  formula: String.raw`y_j = \sum_{i: p_i = j} x_i`,
  convention: 'No derivative passes through the places.',
  options: scatterOptions,
  bare: ['shape'],
  signature: (x, places, { shape, fromLast }) => ({ operands: [x, places], params: { shape, fromLast } }),
  value: ([x, places], { shape, fromLast }: { shape: Shape; fromLast: number }) => {
    const data = new Float64Array(sizeOfShape(shape))
    const entries = x instanceof Tensor ? x.data : [x as number]
    const at = places instanceof Tensor ? places.data : [places as number]
    const row = fromLast || Math.max(at.length, 1)
    for (let first = at.length - row; first >= 0; first -= row) {
      for (let i = first; i < first + row; i++) {
        const place = at[i] as number
        data[place] = (data[place] as number) + (entries[i] as number)
      }
    }
    return new Tensor(data, shape)
  },
  jvp: ([, places], [dx], _out, { shape, fromLast }) => (dx === undefined ? undefined : scatterAt(dx, places, shape, { fromLast })),
  linearIn: { operand: i => i === 0, transpose: (cotangent, _i, [, places]) => gatherAt(cotangent, places) },
  batch: ([x, places], batched, size, { shape, fromLast }: { shape: Shape; fromLast: number }) => {
    const all = placesOfItems(places, batched[1] as boolean, size, shape)
    return scatterAt(batched[0] ? x : broadcastTo(x, shapeOf(all)), all, [size, ...shape], { fromLast })
  },
  samples: [
    [[0.5, 2, -1], [2, 0, 2], [3]],
    [[0.1, 0.2, 0.3, 0.5], [2, 0, 2, 2], [3], { fromLast: 2 }],
    [[0.1, 0.2, 0.3], [1, 1, 1], [2], { fromLast: 1 }],
  ],
})

/** Places in items of a shape as places in their batch. */
function placesOfItems(places: Value, batched: boolean, size: number, item: Shape): Value {
  const rank = shapeOf(places).length - (batched ? 1 : 0)
  return add(places as Tensor, reshape(mul(arange(size), sizeOfShape(item)), [size, ...new Array<number>(rank).fill(1)]))
}
