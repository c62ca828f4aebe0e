import { shapeOf, toValue } from '../core/dispatch.ts'
import { OptionError, ShapeError } from '../core/errors.ts'
import type { Given, OptionKind, Options, OptionsOf, Read } from '../core/options.ts'
import { formatShape, normalizeAxis } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import type { NumericTypedArray, TensorLike, Value } from '../core/types.ts'
import { abs } from './arithmetic.ts'
import { withShape } from './broadcast.ts'
import { svd } from './factorisations.ts'
import { composite } from './kinds/composite.ts'
import { keepDims, max, min, nonEmpty, reducedAxes, reduceParams, samples, sum } from './reduction.ts'
import { permute } from './shape.ts'
import { order, vectorNorm } from './vector-norms.ts'

type Order = number | 'fro' | 'nuc'
const orders: OptionKind<Order> = {
  wants: "a number other than 0, 'fro' or 'nuc'",
  accepts: (given): given is Order => given === 'fro' || given === 'nuc' || order.accepts(given),
}
const normOptions = {
  ord: {
    is: orders,
    says: "The order p; ±Infinity for the largest and the smallest size. Of matrices 'fro', 'nuc', ±1, ±2 or ±Infinity. Left out: the root of the sum of squares.",
  },
  axis: { ...reducedAxes, says: 'One axis for vectors, two for matrices (rows first), counted from the end where negative; all where there is none.' },
  keepDims,
} as const satisfies Options

/** Options of `norm`: the order and the axes. */
export type NormOptions = OptionsOf<typeof normOptions>

/** A norm: of vectors along an axis, of matrices along two, or of all. By position the order comes first, as in NumPy. */
export interface Norm {
  <X extends TensorLike>(x: X, options?: NormOptions & { axis?: undefined; keepDims?: false }): number
  <X extends TensorLike>(x: X, ord: Order): number
  <X extends TensorLike>(x: X, ...options: Given<NormOptions, ['ord', 'axis']>): X extends NumericTypedArray | readonly number[] ? number : Tensor
}

const matrix = [
  [0.5, -2, 3],
  [1, 0.25, -1.5],
] as const

export const norm = /* @__PURE__ */ composite<Norm>({
  name: 'norm',
  summary: 'Norm of vectors along one axis, or of matrices along two, without overflow; without an order that of the raveled entries.',
  formula: String.raw`\left( \sum_i |x_i|^p \right)^{1/p}`,
  names: ['np.linalg.norm', 'scipy.linalg.norm', 'torch.linalg.norm', 'torch.norm', 'jnp.linalg.norm', 'tf.norm'],
  convention:
    'Of matrices, as in NumPy: 1 and ∞ are the largest sums of sizes in a column and in a row, 2 is the largest singular value, −1, −∞ and −2 are the smallest, nuc is the sum of singular values. The derivative at the zero vector is 0; entries, rows and columns that tie share the derivative.',
  options: normOptions,
  bare: ['ord', 'axis'],
  of: (x: TensorLike, { ord, axis, keepDims }: Read<typeof normOptions>) => {
    const operand = toValue('norm', x)
    if (ord === undefined) return vectorNorm('norm', operand, 2, { axis, keepDims })
    const shape = shapeOf(operand)
    const along = axis === undefined ? shape.map((_, i) => i) : typeof axis === 'number' ? [axis] : axis
    if (along.length > 2) {
      throw new ShapeError(
        `norm: an order belongs to vectors along one axis or to matrices along two, but ${along.length} axes of shape ${formatShape(shape)} were given. Write norm(ravel(x), ${ord}) for all entries.`,
      )
    }
    if (along.length === 2) return matrixNorm(operand, ord, along as [number, number], keepDims)
    if (typeof ord !== 'number') throw new OptionError(`norm: '${ord}' is an order of matrices, which have two axes; of vectors the order is a number.`)
    return vectorNorm('norm', operand, ord, { axis, keepDims })
  },
  samples: [
    ...samples,
    [[1, -2, 4], { ord: 3 }],
    [[1, -2, 4], { ord: 1 }],
    [matrix, { ord: 1 }],
    [matrix, { ord: 'nuc', axis: [1, 0] }],
    [[matrix, matrix], { ord: 2, axis: [-1, 0], keepDims: true }],
  ],
})

/** The norm of the matrices whose rows are counted along one axis and whose columns along another. */
function matrixNorm(x: Value, ord: Order, axes: readonly [number, number], keepDims: boolean): Value {
  if (ord === 'fro') return vectorNorm('norm', x, 2, { axis: axes, keepDims })
  const { shape, kept } = reduceParams('norm', x, { axis: axes, keepDims })
  const [row, column] = axes.map(axis => normalizeAxis('norm', axis, kept.length)) as [number, number]
  if (ord === 'nuc' || Math.abs(ord) === 2) {
    const others = kept.map((_, axis) => axis).filter(axis => axis !== row && axis !== column)
    const { s } = svd(permute(x, [...others, row, column]))
    if (ord === 'nuc') return withShape(sum(s, { axis: -1, keepDims: true }) as Value, shape)
    nonEmpty('norm', s, { axis: -1 })
    return withShape((ord > 0 ? max : min)(s, { axis: -1, keepDims: true }) as Value, shape)
  }
  const infinite = Math.abs(ord) === Number.POSITIVE_INFINITY
  if (!infinite && Math.abs(ord) !== 1) {
    throw new OptionError(`norm: the order of a matrix is 'fro', 'nuc', ±1, ±2 or ±Infinity, not ${ord}. Write norm(ravel(x), ${ord}) for all its entries.`)
  }
  const sums = sum(abs(x), { axis: infinite ? column : row, keepDims: true })
  const options = { axis: infinite ? row : column, keepDims: true }
  nonEmpty('norm', sums, options)
  return withShape((ord > 0 ? max : min)(sums, options) as Value, shape)
}
