import { shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { integer } from '../core/option-kinds.ts'
import type { Given, Option, Options, OptionsOf, Read } from '../core/options.ts'
import { checkShape, formatShape, gatherIndices, normalizeAxis, type Shape, sizeOfShape, stridesOf } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import { composite } from './kinds/composite.ts'
import { gatherEntries, movement } from './movement.ts'
import { sum } from './reduction.ts'

const matrix = [
  [1, 2, 3],
  [4, 5, 6.5],
] as const

const which = { is: integer, default: 0, says: 'Which diagonal; those above the main one are positive.' } as const satisfies Option
const diagonalOptions = {
  offset: which,
  axis1: { is: integer, default: -2, says: 'The axis that counts rows.' },
  axis2: { is: integer, default: -1, says: 'The axis that counts columns.' },
} as const satisfies Options
type Diagonal<R> = (x: TensorLike, ...options: Given<OptionsOf<typeof diagonalOptions>, ['offset', 'axis1', 'axis2']>) => R

export const diagonal = /* @__PURE__ */ movement<Diagonal<Tensor>>({
  name: 'diagonal',
  summary: 'The diagonals of matrices, along a last axis of their own.',
  formula: 'x_{i,i+k}',
  names: ['np.diagonal', 'torch.diagonal', 'jnp.diagonal'],
  options: diagonalOptions,
  bare: ['offset', 'axis1', 'axis2'],
  move: (shape, options: Read<typeof diagonalOptions>) => diagonalEntries('diagonal', shape, options),
  samples: [[matrix], [[matrix, matrix]], [matrix, { offset: 1 }], [[matrix, matrix], { offset: -1, axis1: 2, axis2: 0 }]],
})

function diagonalEntries(name: string, shape: Shape, { offset, axis1, axis2 }: Read<typeof diagonalOptions>) {
  if (shape.length < 2) throw new ShapeError(`${name}: takes matrices, but shape ${formatShape(shape)} was given.`)
  const [row, column] = [normalizeAxis(name, axis1, shape.length), normalizeAxis(name, axis2, shape.length)]
  if (row === column) throw new ShapeError(`${name}: axis1 and axis2 are two axes of shape ${formatShape(shape)}, but both are axis ${row}.`)
  const strides = stridesOf(shape)
  const [down, right] = [Math.max(-offset, 0), Math.max(offset, 0)]
  const others = shape.map((_, axis) => axis).filter(axis => axis !== row && axis !== column)
  const length = Math.max(0, Math.min((shape[row] as number) - down, (shape[column] as number) - right))
  const to = [...others.map(axis => shape[axis] as number), length]
  const [below, beside] = [strides[row] as number, strides[column] as number]
  return { shape: to, indices: gatherIndices(to, [...others.map(axis => strides[axis] as number), below + beside], down * below + right * beside) }
}

const diagOptions = { k: which } as const satisfies Options

export const diag = /* @__PURE__ */ composite<(x: TensorLike, ...options: Given<OptionsOf<typeof diagOptions>, ['k']>) => Tensor>({
  name: 'diag',
  summary: 'The matrix with a vector on its k-th diagonal, or the k-th diagonals of matrices.',
  formula: String.raw`x_i \delta_{i+k,j}`,
  names: ['np.diag', 'torch.diag', 'jnp.diag', 'tf.diag'],
  options: diagOptions,
  bare: ['k'],
  of: (x: TensorLike, { k }: Read<typeof diagOptions>) => {
    const operand = toValue('diag', x)
    const shape = shapeOf(operand)
    if (shape.length !== 1) return gatherEntries(operand, diagonalEntries('diag', shape, { offset: k, axis1: -2, axis2: -1 }))
    const length = shape[0] as number
    const n = length + Math.abs(k)
    const indices = new Int32Array(sizeOfShape(checkShape('diag', [n, n]))).fill(-1)
    for (let i = 0; i < length; i++) indices[(i + Math.max(-k, 0)) * n + i + Math.max(k, 0)] = i
    return gatherEntries(operand, { shape: [n, n], indices })
  },
  samples: [[[1, 2, 3]], [matrix], [[1, 2, 3], -1], [matrix, 1]],
})

export const trace = /* @__PURE__ */ composite<Diagonal<number | Tensor>>({
  name: 'trace',
  summary: 'Sum of the diagonals of matrices.',
  formula: String.raw`\sum_i x_{i,i+k}`,
  names: ['np.trace', 'torch.trace', 'jnp.trace'],
  options: diagonalOptions,
  bare: ['offset', 'axis1', 'axis2'],
  of: (x: TensorLike, options: Read<typeof diagonalOptions>) => {
    const operand = toValue('trace', x)
    return sum(gatherEntries(operand, diagonalEntries('trace', shapeOf(operand), options)), { axis: -1 })
  },
  samples: [[matrix], [[matrix, matrix]], [matrix, { offset: 1 }], [[matrix, matrix], { axis1: 0, axis2: 1 }]],
})
