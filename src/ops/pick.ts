import { listedOperands, pickEntry, shapeOf } from '../core/dispatch.ts'
import { zeros } from '../core/makers.ts'
import { count, integers } from '../core/option-kinds.ts'
import type { Options } from '../core/options.ts'
import { checkShape, formatShape, mustFit, type Shape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { shapeOptions, withShape } from './broadcast.ts'
import { forEachItem } from './items.ts'
import { type Linear, linear } from './kinds/linear.ts'
import { gatherEntries, scatterEntries } from './movement.ts'
import { concat } from './shape.ts'

const pickOptions = {
  position: { is: count, required: true, says: 'Its row-major position.' },
} as const satisfies Options
const placeOptions = {
  position: { is: count, required: true, says: 'Its row-major position.' },
  shape: { is: integers, required: true, says: 'The shape of the result.' },
} as const satisfies Options

export const stackScalars: Linear<(scalars: Iterable<number>, shape: Shape) => Tensor> = /* @__PURE__ */ linear({
  name: 'stackScalars',
  inOrder: true,
  step: {
    params: shapeOptions,
    shape: (scalars, { shape }: { shape: Shape }) => {
      checkScalars('', scalars as readonly Shape[], shape)
      return shape
    },
  },
  moves: 'gathers',
  summary: 'A tensor from its entries: what arrays of scalars become when an operator takes them.',
  formula: String.raw`(x_1, \dots, x_n)`,
  options: shapeOptions,
  bare: ['shape'],
  signature: (scalars, { shape }) => {
    const operands = listedOperands('stackScalars', scalars)
    checkScalars('stackScalars: ', operands.map(shapeOf), checkShape('stackScalars', shape))
    return { operands, params: { shape } }
  },
  makesRank0: true,
  value: (scalars, { shape }: { shape: Shape }) => new Tensor(Float64Array.from(scalars as number[]), shape),
  batch: (scalars, batched, size, { shape }: { shape: Shape }) => {
    const columns = forEachItem(scalars, batched, size).map(each => withShape(each, [size, 1]) as Tensor)
    return withShape(columns.length === 0 ? zeros([size, 0]) : concat(columns, { axis: 1 }), [size, ...shape])
  },
  transpose: (cotangent, _params, shapes) => shapes.map((_, position) => pickEntry(cotangent as Tensor, position)),
  samples: [
    [[0.5, 2, -1], [3]],
    [
      [0.5, 2, -1, 4],
      [2, 2],
    ],
  ],
})

export const pick: Linear<(x: TensorLike, position: number) => number> = /* @__PURE__ */ linear({
  name: 'pick',
  inOrder: true,
  step: {
    arity: 1,
    params: pickOptions,
    shape: ([x], { position }: { position: number }) => {
      checkEntry('', x as Shape, position)
      return []
    },
  },
  moves: 'gathers',
  positions: ({ position }: { position: number }) => position,
  summary: 'One entry of a tensor, by its row-major position.',
  formula: 'x_p',
  options: pickOptions,
  bare: ['position'],
  signature: (x, { position }) => {
    checkEntry('pick: ', shapeOf(x), position)
    return { operands: [x], params: { position } }
  },
  value: ([x], { position }: { position: number }) => (x instanceof Tensor ? (x.data[position] as number) : (x as number)),
  batch: ([x], _batched, size, { position }: { position: number }) => {
    const from = sizeOfShape(shapeOf(x).slice(1))
    return gatherEntries(x, { shape: [size], indices: Int32Array.from({ length: size }, (_, b) => b * from + position) })
  },
  transpose: (cotangent, { position }: { position: number }, [shape]) => [place(cotangent as number, position, shape as Shape) as Value],
  samples: [
    [[0.5, 2, -1], 1],
    [
      [
        [0.5, 2],
        [-1, 4],
      ],
      3,
    ],
  ],
})

export const place: Linear<(x: number, position: number, shape: Shape) => Tensor> = /* @__PURE__ */ linear({
  name: 'place',
  inOrder: true,
  step: {
    arity: 1,
    params: placeOptions,
    shape: ([x], { position, shape }: { position: number; shape: Shape }) => {
      checkPlace('', x as Shape, position, shape)
      return shape
    },
  },
  moves: 'gathers',
  summary: 'A tensor of zeros but for one entry.',
  formula: 'x e_p',
  options: placeOptions,
  bare: ['position', 'shape'],
  signature: (x, { position, shape }) => {
    checkPlace('place: ', shapeOf(x), position, checkShape('place', shape))
    return { operands: [x], params: { position, shape } }
  },
  value: ([x], { position, shape }: { position: number; shape: Shape }) => {
    const data = new Float64Array(sizeOfShape(shape))
    data[position] = x as number
    return new Tensor(data, shape)
  },
  batch: ([x], _batched, size, { position, shape }: { position: number; shape: Shape }) => {
    const to = sizeOfShape(shape)
    return scatterEntries(x, { shape: [size, ...shape], indices: Int32Array.from({ length: size }, (_, b) => b * to + position) }) as Value
  },
  transpose: (cotangent, { position }: { position: number }) => [pickEntry(cotangent as Tensor, position)],
  samples: [
    [0.5, 1, [3]],
    [-2, 2, [2, 2]],
  ],
})

function checkEntry(who: string, shape: Shape, position: number): void {
  mustFit(position < sizeOfShape(shape), `${who}there is no entry ${position} in shape ${formatShape(shape)}`)
}

function checkPlace(who: string, x: Shape, position: number, shape: Shape): void {
  mustFit(x.length === 0 && position < sizeOfShape(shape), `${who}a number is placed at a position of the shape, not at ${position} of ${formatShape(shape)}`)
}

function checkScalars(who: string, shapes: readonly Shape[], shape: Shape): void {
  mustFit(
    shapes.length === sizeOfShape(shape) && shapes.every(each => each.length === 0),
    `${who}the operands are one number for each entry of shape ${formatShape(shape)}`,
  )
}
