import { shapeOf } from '../core/dispatch.ts'
import { zeros } from '../core/makers.ts'
import { count, integers } from '../core/option-kinds.ts'
import type { Options } from '../core/options.ts'
import { checkShape, formatShape, mustFit, type Shape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { withShape } from './broadcast.ts'
import { forEachItem } from './items.ts'
import { type Linear, linear } from './kinds/linear.ts'
import { gatherEntries, scatterEntries } from './movement.ts'
import { concat } from './shape.ts'

/*
 * Several values as one flat tensor, and back: what a loop of a graph takes and gives.
 */

const sectionOptions = {
  start: { is: count, required: true, says: 'The position of the first entry.' },
  shape: { is: integers, required: true, says: 'The shape of the result.' },
} as const satisfies Options
const placeSectionOptions = {
  start: { is: count, required: true, says: 'The position of the first entry.' },
  size: { is: count, required: true, says: 'The length of the result.' },
} as const satisfies Options

export const pack: Linear<(values: Iterable<TensorLike>) => Tensor> = /* @__PURE__ */ linear({
  name: 'pack',
  inOrder: true,
  step: { shape: shapes => [shapes.reduce((sum, shape) => sum + sizeOfShape(shape), 0)] },
  moves: 'gathers',
  summary: 'The entries of several values, one after the other, as one flat tensor.',
  formula: String.raw`(x_{1,1}, \dots, x_{1,n_1}, x_{2,1}, \dots)`,
  signature: values => ({ operands: [...values] }),
  value: values => {
    const parts = values.map(each => (each instanceof Tensor ? each.data : [each as number]))
    const data = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of parts) {
      data.set(part, at)
      at += part.length
    }
    return new Tensor(data, [data.length])
  },
  transpose: (cotangent, _params, shapes) => {
    let at = 0
    return shapes.map(shape => {
      const start = at
      at += sizeOfShape(shape)
      return section(cotangent, start, shape) as Value
    })
  },
  batch: (values, batched, size) => {
    const flat = forEachItem(values, batched, size).map(each => withShape(each, [size, each.size / size]) as Tensor)
    return flat.length === 0 ? zeros([size, 0]) : concat(flat, { axis: 1 })
  },
  samples: [
    [
      [
        [0.5, 2],
        [-1, 4],
      ],
    ],
    [[1.5]],
  ],
})

export const section: Linear<(x: TensorLike, start: number, shape: Shape) => Tensor | number> = /* @__PURE__ */ linear({
  name: 'section',
  inOrder: true,
  step: {
    arity: 1,
    params: sectionOptions,
    shape: ([x], { start, shape }: { start: number; shape: Shape }) => {
      checkWithin('', x as Shape, start, shape)
      return shape
    },
  },
  shares: true,
  everyDtype: true,
  moves: 'gathers',
  positions: ({ start }: { start: number }) => start,
  summary: 'Entries from a row-major position on, as a value of a shape.',
  formula: String.raw`(x_s, x_{s + 1}, \dots)`,
  options: sectionOptions,
  bare: ['start', 'shape'],
  signature: (x, { start, shape }) => {
    checkWithin('section: ', shapeOf(x), start, checkShape('section', shape))
    return { operands: [x], params: { start, shape } }
  },
  value: ([x], { start, shape }: { start: number; shape: Shape }) => {
    const data = x instanceof Tensor ? x.data : Float64Array.of(x as number)
    return new Tensor(data.subarray(start, start + sizeOfShape(shape)), shape, x instanceof Tensor && x.dtype !== 'bool' ? x.dtype : 'float64')
  },
  transpose: (cotangent, { start }: { start: number }, [shape]) => [withShape(placeSection(cotangent, start, sizeOfShape(shape as Shape)), shape as Shape)],
  batch: ([x], _batched, size, { start, shape }: { start: number; shape: Shape }) => {
    // Entries of the whole tensor: its adjoint then takes what they hold.
    const [from, length] = [sizeOfShape(shapeOf(x).slice(1)), sizeOfShape(shape)]
    const indices = Int32Array.from({ length: size * length }, (_, i) => Math.floor(i / length) * from + start + (i % length))
    return gatherEntries(x as Tensor, { shape: [size, ...shape], indices })
  },
  samples: [
    [[0.5, 2, -1], 1, []],
    [
      [
        [0.5, 2, 3],
        [-1, 4, 5],
      ],
      1,
      [2, 2],
    ],
  ],
})

/** Refuses a section that reaches beyond what it is of. */
function checkWithin(who: string, whole: Shape, start: number, shape: Shape): void {
  mustFit(start + sizeOfShape(shape) <= sizeOfShape(whole), `${who}shape ${formatShape(shape)} from position ${start} on is not within ${formatShape(whole)}`)
}

export const placeSection: Linear<(x: TensorLike, start: number, size: number) => Tensor> = /* @__PURE__ */ linear({
  name: 'placeSection',
  inOrder: true,
  step: {
    arity: 1,
    params: placeSectionOptions,
    shape: ([x], { start, size }: { start: number; size: number }) => {
      checkWithin('', [size], start, x as Shape)
      return [size]
    },
  },
  moves: 'gathers',
  summary: 'A flat tensor of zeros but for the entries of a value, from a position on.',
  formula: String.raw`(0, \dots, x_1, x_2, \dots, 0)`,
  options: placeSectionOptions,
  bare: ['start', 'size'],
  signature: (x, { start, size }) => {
    checkWithin('placeSection: ', [size], start, shapeOf(x))
    return { operands: [x], params: { start, size } }
  },
  value: ([x], { start, size }: { start: number; size: number }) => {
    const data = new Float64Array(size)
    data.set(x instanceof Tensor ? x.data : [x as number], start)
    return new Tensor(data, [size])
  },
  batch: ([x], _batched, items, { start, size }: { start: number; size: number }) => {
    const length = sizeOfShape(shapeOf(x)) / items
    const indices = Int32Array.from({ length: items * length }, (_, i) => Math.floor(i / length) * size + start + (i % length))
    return scatterEntries(x, { shape: [items, size], indices }) as Value
  },
  transpose: (cotangent, { start }: { start: number }, [shape]) => [section(cotangent, start, shape as Shape) as Value],
  samples: [
    [0.5, 1, 3],
    [
      [
        [0.5, 2],
        [-1, 4],
      ],
      1,
      6,
    ],
  ],
})
