import { listedOperands, shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { count, integer, integers } from '../core/option-kinds.ts'
import type { Given, Options, OptionsOf, Read } from '../core/options.ts'
import { checkShape, formatShape, gatherIndices, normalizeAxis, type Shape, sizeOfShape, stridesOf } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import { reshaping, type Shaping, shapeOptions, withShape } from './broadcast.ts'
import { forEachItem } from './items.ts'
import { composite } from './kinds/composite.ts'
import { type Linear, linear } from './kinds/linear.ts'
import { gatherEntries, movement, slicedEntries } from './movement.ts'

const matrix = [
  [1, 2, 3],
  [4, 5, 6],
] as const

export const reshape: Linear<Shaping> = /* @__PURE__ */ linear({
  name: 'reshape',
  reshapes: true,
  inOrder: true,
  step: reshaping,
  shares: true,
  everyDtype: true,
  moves: 'gathers',
  makesRank0: true,
  summary: 'The same entries in another shape; one length may be −1 and is then worked out.',
  formula: String.raw`x \to \text{shape}`,
  names: ['np.reshape', 'torch.reshape', 'torch.Tensor.view', 'jnp.reshape', 'tf.reshape'],
  options: shapeOptions,
  bare: ['shape'],
  signature: (x, { shape }) => {
    const operand = toValue('reshape', x)
    return { operands: [operand], params: { shape: completeShape(shapeOf(operand), shape) } }
  },
  value: ([x], { shape }: { shape: Shape }) => (x instanceof Tensor ? new Tensor(x.data, shape, x.dtype) : new Tensor(Float64Array.of(x as number), shape)),
  batch: ([x], _batched, size, { shape }: { shape: Shape }) => reshape(x as Tensor, [size, ...shape]),
  transpose: (cotangent, _params, [shape]) => [withShape(cotangent, shape as Shape)],
  samples: [
    [matrix, [3, 2]],
    [matrix, [-1]],
    [2, [1, 1]],
  ],
})

/** A shape with its −1 replaced by what the entries of `from` ask for. */
function completeShape(from: Shape, shape: Shape): Shape {
  const size = sizeOfShape(from)
  const unknown = Array.isArray(shape) ? shape.indexOf(-1) : -1
  const complete = unknown < 0 ? [...checkShape('reshape', shape)] : [...shape]
  if (unknown >= 0) {
    complete[unknown] = 1
    checkShape('reshape', complete)
    complete[unknown] = size / sizeOfShape(complete)
  }
  if (sizeOfShape(complete) !== size || complete.some(length => !Number.isInteger(length))) {
    throw new ShapeError(`reshape: shape ${formatShape(from)} has ${size} entries, which do not fill ${formatShape(shape)}.`)
  }
  return complete
}

const permuteOptions = {
  axes: { is: integers, required: true, says: 'Which axis of the operand each axis of the result is.' },
} as const satisfies Options

export const permute = /* @__PURE__ */ movement<(x: TensorLike, ...options: Given<OptionsOf<typeof permuteOptions>, ['axes']>) => Tensor>({
  name: 'permute',
  summary: 'The axes in another order: axis i of the result is axis axes[i] of the operand.',
  formula: String.raw`y_{\pi(i)} = x_i`,
  names: ['np.transpose', 'torch.permute', 'jnp.permute_dims'],
  options: permuteOptions,
  bare: ['axes'],
  move: (shape, { axes }: Read<typeof permuteOptions>) => permutation('permute', shape, axes),
  samples: [
    [matrix, [1, 0]],
    [[matrix], [2, 0, 1]],
  ],
})

const transposeOptions = {
  axes: { is: integers, says: 'Which axis of the operand each axis of the result is; the reverse order if left out.' },
} as const satisfies Options

export const transpose = /* @__PURE__ */ movement<(x: TensorLike, ...options: Given<OptionsOf<typeof transposeOptions>, ['axes']>) => Tensor>({
  name: 'transpose',
  summary: 'The axes in reverse order, or in the order given: the transpose of a matrix.',
  formula: 'x^T',
  names: ['np.transpose', 'torch.transpose', 'torch.permute', 'jnp.transpose', 'tf.transpose'],
  options: transposeOptions,
  bare: ['axes'],
  move: (shape, { axes }: Read<typeof transposeOptions>) => permutation('transpose', shape, axes ?? shape.map((_, axis) => shape.length - 1 - axis)),
  samples: [[matrix], [[matrix], [0, 2, 1]], [[1, 2]]],
})

function permutation(name: string, shape: Shape, axes: readonly number[]) {
  const order = axes.map(axis => normalizeAxis(name, axis, shape.length))
  if (order.length !== shape.length || new Set(order).size !== order.length) {
    throw new ShapeError(`${name}: axes [${axes.join(', ')}] must name each of the ${shape.length} axes of shape ${formatShape(shape)} once.`)
  }
  const strides = stridesOf(shape)
  const to = order.map(axis => shape[axis] as number)
  return {
    shape: to,
    indices: gatherIndices(
      to,
      order.map(axis => strides[axis] as number),
    ),
  }
}

const alongFirst = {
  axis: { is: integer, default: 0, says: 'Along which axis.' },
} as const satisfies Options
type Along = Given<OptionsOf<typeof alongFirst>, ['axis']>

export const concat: Linear<(tensors: Iterable<TensorLike>, ...options: Along) => Tensor> = /* @__PURE__ */ linear<
  (tensors: Iterable<TensorLike>, ...options: Along) => Tensor
>({
  name: 'concat',
  moves: 'gathers',
  joins: true,
  step: {
    params: { axis: { is: count, required: true } },
    shape: (shapes, { axis }: { axis: number }) => joined(shapes, axis),
  },
  summary: 'Tensors one after the other along an axis, the first by default.',
  formula: '(x, y, \\dots)',
  names: ['np.concatenate', 'np.concat', 'torch.cat', 'torch.concat', 'jnp.concatenate', 'tf.concat'],
  options: alongFirst,
  bare: ['axis'],
  signature: (tensors: Iterable<TensorLike>, { axis }: Read<typeof alongFirst>) => {
    const operands = listedOperands('concat', tensors)
    const shapes = operands.map(shapeOf)
    const [first] = shapes
    if (first === undefined) throw new ShapeError('concat: takes at least one tensor, but the list is empty.')
    const along = normalizeAxis('concat', axis, first.length)
    joined(shapes, along)
    return { operands, params: { axis: along } }
  },
  value: (operands, { axis }: { axis: number }) => {
    const tensors = operands as readonly Tensor[]
    const [{ shape }] = tensors as readonly [Tensor]
    const outer = sizeOfShape(shape.slice(0, axis))
    const blocks = tensors.map(each => sizeOfShape(each.shape.slice(axis)))
    const rowLength = blocks.reduce((sum, block) => sum + block, 0)
    const data = new Float64Array(sizeOfShape([outer, rowLength]))
    let offset = 0
    tensors.forEach((each, i) => {
      const block = blocks[i] as number
      if (block < FEW)
        for (let row = 0; row < outer; row++) for (let j = 0; j < block; j++) data[row * rowLength + offset + j] = each.data[row * block + j] as number
      else for (let row = 0; row < outer; row++) data.set(each.data.subarray(row * block, (row + 1) * block), row * rowLength + offset)
      offset += block
    })
    return new Tensor(
      data,
      joined(
        tensors.map(each => each.shape),
        axis,
      ),
    )
  },
  batch: (operands, batched, size, { axis }: { axis: number }) => concat(forEachItem(operands, batched, size), { axis: axis + 1 }),
  transpose: (cotangent, { axis }: { axis: number }, shapes) => {
    let start = 0
    return shapes.map(shape => {
      const from = start
      start += shape[axis] as number
      return sliceAxis(cotangent as Tensor, axis, from, start)
    })
  },
  samples: [[[[1, 2], [3]]], [[matrix, matrix], { axis: 1 }]],
})

/** Entries from which on copying them at once costs less than one by one. */
const FEW = 16

/** The shape of tensors one after the other along an axis. */
function joined(shapes: readonly Shape[], axis: number): Shape {
  const [first = []] = shapes
  const fits = axis < first.length && shapes.every(shape => shape.length === first.length && shape.every((length, i) => i === axis || length === first[i]))
  if (!fits) throw new ShapeError(`concat: shapes ${shapes.map(formatShape).join(' and ')} differ outside axis ${axis}, along which they are joined.`)
  const length = shapes.reduce((sum, shape) => sum + (shape[axis] as number), 0)
  return first.map((each, i) => (i === axis ? length : each))
}

/** Positions from `start` up to `stop` of one axis, everything of the others. */
export function sliceAxis(x: Tensor, axis: number, start: number, stop: number): Tensor {
  const { shape } = x
  const ranges = shape.map((length, k) => (k === axis ? { first: start, count: stop - start, step: 1 } : { first: 0, count: length, step: 1 }))
  return gatherEntries(x, slicedEntries(shape, ranges))
}

export const stack = /* @__PURE__ */ composite<(tensors: Iterable<TensorLike>, ...options: Along) => Tensor>({
  name: 'stack',
  summary: 'Scalars or tensors of one shape along a new axis, the first by default.',
  formula: '(x, y, \\dots)',
  names: ['np.stack', 'torch.stack', 'jnp.stack', 'tf.stack'],
  options: alongFirst,
  bare: ['axis'],
  of: (tensors: Iterable<TensorLike>, { axis }: Read<typeof alongFirst>) => {
    const operands = listedOperands('stack', tensors)
    const [shape] = operands.map(shapeOf)
    if (shape === undefined) throw new ShapeError('stack: takes at least one value, but the list is empty.')
    for (const operand of operands) {
      if (formatShape(shapeOf(operand)) !== formatShape(shape)) {
        throw new ShapeError(`stack: takes values of one shape, but ${operands.map(each => formatShape(shapeOf(each))).join(' and ')} were given.`)
      }
    }
    const along = normalizeAxis('stack', axis, shape.length + 1)
    if (shape.length === 0) return toValue('stack', operands)
    const expanded = [...shape.slice(0, along), 1, ...shape.slice(along)]
    return concat(
      operands.map(each => reshape(each as Tensor, expanded)),
      { axis: along },
    )
  },
  samples: [
    [
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      [
        [1, 2],
        [3, 4],
      ],
      { axis: 1 },
    ],
    [[0.5, 2]],
  ],
})
