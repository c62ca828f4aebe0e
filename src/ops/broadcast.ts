import type { StepRule } from '../core/definition.ts'
import { shapeOf } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { filledWith } from '../core/makers.ts'
import { integers } from '../core/option-kinds.ts'
import type { Given, Options, OptionsOf } from '../core/options.ts'
import { broadcastShapes, checkShape, formatShape, mustFit, type Shape, sameShape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { waits } from '../core/waiting.ts'
import { expand } from './kernels/expand.ts'
import { reduceSum } from './kernels/reduce.ts'
import { type Linear, linear } from './kinds/linear.ts'

/** The one option of operators that only need the shape of the result. */
export const shapeOptions = {
  shape: { is: integers, required: true, says: 'The shape of the result.' },
} as const satisfies Options

/** The step of an operator that gives its entries another shape. */
export const reshaping: StepRule = {
  arity: 1,
  params: shapeOptions,
  mask: 'kept',
  shape: ([x], { shape }: { shape: Shape }) => {
    mustFit(sizeOfShape(x as Shape) === sizeOfShape(shape), `the entries of shape ${formatShape(x as Shape)} do not fill ${formatShape(shape)}`)
    return shape
  },
}

/** What takes a tensor and the shape of the result. */
export type Shaping<X = TensorLike, R = Tensor> = (x: X, ...options: Given<OptionsOf<typeof shapeOptions>, ['shape']>) => R

export const broadcastTo: Linear<Shaping> = /* @__PURE__ */ linear({
  name: 'broadcastTo',
  reshapes: true,
  cheap: true,
  moves: 'gathers',
  step: {
    arity: 1,
    params: shapeOptions,
    shape: ([x], { shape }: { shape: Shape }) => {
      mustFit(sameShape(broadcastShapes('shape', [x as Shape, shape]), shape), `shape ${formatShape(x as Shape)} does not broadcast to ${formatShape(shape)}`)
      return shape
    },
  },
  summary: 'The operand repeated along new axes and axes of length 1.',
  formula: String.raw`x \to \text{shape}`,
  names: ['np.broadcast_to', 'torch.broadcast_to', 'torch.Tensor.expand', 'jnp.broadcast_to', 'tf.broadcastTo'],
  options: shapeOptions,
  bare: ['shape'],
  signature: (x, { shape }) => ({ operands: [x], params: { shape: checkShape('broadcastTo', shape) } }),
  value: ([x], { shape }: { shape: Shape }) => {
    const from = shapeOf(x)
    if (!sameShape(broadcastShapes('broadcastTo', [from, shape]), shape)) {
      throw new ShapeError(`broadcastTo: shape ${formatShape(from)} does not broadcast to ${formatShape(shape)}.`)
    }
    const evaluate = () => (x instanceof Tensor ? new Tensor(expand(x, shape), shape) : filledWith(x as number, shape))
    return (sizeOfShape(from) === 1 && waits.by?.later('x', shape, 'float64', [x as Tensor], evaluate)) || evaluate()
  },
  transpose: (cotangent, _params, [shape]) => [sumTo(cotangent, shape as Shape)],
  batch: ([x], _batched, size, { shape }: { shape: Shape }) => {
    const item = shapeOf(x).slice(1)
    return broadcastTo(withShape(x, [size, ...new Array<number>(shape.length - item.length).fill(1), ...item]) as Tensor, [size, ...shape])
  },
  samples: [
    [
      [1, 2],
      [3, 2],
    ],
    [0.5, [2, 2]],
    [
      [[1], [2]],
      [2, 3],
    ],
  ],
})

/** The entries in another shape: `reshape` without its checks, for rules that the kinds of operators are made of. */
export const withShape: Linear<Shaping<Value, Value>> = /* @__PURE__ */ linear({
  name: 'withShape',
  reshapes: true,
  inOrder: true,
  step: reshaping,
  shares: true,
  everyDtype: true,
  moves: 'gathers',
  summary: 'The same entries in another shape of the same size.',
  formula: String.raw`x \to \text{shape}`,
  options: shapeOptions,
  bare: ['shape'],
  signature: (x, { shape }) => {
    checkShape('withShape', shape)
    // Rules call this so often that the message is not made before it is needed.
    if (sizeOfShape(shapeOf(x)) !== sizeOfShape(shape)) {
      throw new ShapeError(`withShape: the entries of shape ${formatShape(shapeOf(x))} do not fill ${formatShape(shape)}`)
    }
    return { operands: [x], params: { shape } }
  },
  value: ([x], { shape }: { shape: Shape }) =>
    new Tensor(x instanceof Tensor ? x.data : Float64Array.of(Number(x)), shape, x instanceof Tensor ? x.dtype : 'float64'),
  transpose: (cotangent, _params, [shape]) => [withShape(cotangent, shape as Shape)],
  batch: ([x], _batched, size, { shape }: { shape: Shape }) => withShape(x, [size, ...shape]),
  samples: [
    [2, [1, 1]],
    [
      [1, 2],
      [2, 1],
    ],
    [[3], []],
  ],
})

/** Sum over the axes that a broadcast from `shape` repeated: the transpose of broadcasting. */
export const sumTo: Linear<Shaping> = /* @__PURE__ */ linear({
  name: 'sumTo',
  integral: true,
  reshapes: true,
  combines: '+',
  moves: 'scatters',
  step: {
    arity: 1,
    params: shapeOptions,
    shape: ([x], { shape }: { shape: Shape }) => {
      mustFit(
        sameShape(broadcastShapes('shape', [x as Shape, shape]), x as Shape),
        `shape ${formatShape(shape)} does not broadcast to ${formatShape(x as Shape)}`,
      )
      return shape
    },
  },
  summary: 'Sum over the axes that broadcasting from a shape would repeat.',
  formula: String.raw`\sum_{\text{repeated}} x`,
  options: shapeOptions,
  bare: ['shape'],
  signature: (x, { shape }) => ({ operands: [x], params: { shape: checkShape('sumTo', shape) } }),
  value: ([x], { shape }: { shape: Shape }) => {
    if (typeof x === 'number' && shape.length === 0) return x
    const from = shapeOf(x)
    if (!(x instanceof Tensor) || !sameShape(broadcastShapes('sumTo', [from, shape]), from)) {
      throw new ShapeError(`sumTo: shape ${formatShape(shape)} does not broadcast to ${formatShape(from)}.`)
    }
    const offset = from.length - shape.length
    const axes = from.map((_, axis) => axis).filter(axis => axis < offset || (shape[axis - offset] === 1 && from[axis] !== 1))
    const data = reduceSum(x, axes)
    return new Tensor(data, shape)
  },
  transpose: (cotangent, _params, [shape]) => [broadcastTo(cotangent, shape as Shape)],
  batch: ([x], _batched, size, { shape }: { shape: Shape }) => {
    const rank = shapeOf(x).length - 1
    const to = [size, ...new Array<number>(rank - shape.length).fill(1), ...shape]
    return withShape(sumTo(x, to), [size, ...shape])
  },
  samples: [
    [
      [
        [1, 2],
        [3, 4],
      ],
      [2],
    ],
    [[1, 2, 3], []],
    [
      [
        [1, 2],
        [3, 4],
      ],
      [2, 1],
    ],
  ],
})
