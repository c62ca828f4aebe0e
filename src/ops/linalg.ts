import type { ConstantOperands, SetLattice } from '../core/definition.ts'
import { shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { flag } from '../core/option-kinds.ts'
import { broadcastShapes, broadcastStrides, formatShape, gatherIndices, type Shape, sameShape, sizeOfShape } from '../core/shape.ts'
import { Tensor, withDtype } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { mul } from './arithmetic.ts'
import { sumTo, withShape } from './broadcast.ts'
import { isLarge, multiply } from './kernels/gemm.ts'
import { useVectors } from './kernels/vectors.ts'
import { composite } from './kinds/composite.ts'
import { type Multilinear, multilinear } from './kinds/multilinear.ts'
import { sum } from './reduction.ts'
import { reshape, transpose } from './shape.ts'

/** Result of a product that is a number for two vectors and a tensor otherwise. */
export type ProductResult<X, Y> = X extends Tensor | readonly (readonly unknown[])[]
  ? Tensor
  : Y extends Tensor | readonly (readonly unknown[])[]
    ? Tensor
    : number

const matrix = [
  [1, 2, 3],
  [4, 5, 6.5],
] as const

export const matmul: Multilinear<<X extends TensorLike, Y extends TensorLike>(a: X, b: Y) => ProductResult<X, Y>> = /* @__PURE__ */ multilinear({
  name: 'matmul',
  ofMatrices: true,
  integral: true,
  singles: true,
  step: {
    arity: 2,
    params: { single: { is: flag, says: 'Whether the operands are of float32, and a large product is computed in it.' } },
    shape: ([a, b]) => {
      checkProduct(a as Shape, b as Shape)
      return productShape(a as Shape, b as Shape)
    },
  },
  operands: 2,
  summary: 'Matrix product over the last two axes, with broadcasting over the others; a vector is a row on the left and a column on the right.',
  formula: 'A B',
  names: ['np.matmul', 'torch.matmul', 'torch.mm', 'torch.bmm', 'jnp.matmul', 'tf.matMul'],
  signature: (a, b) => {
    const operands = [toValue('matmul', a, 0), toValue('matmul', b, 1)] as const
    checkProduct(shapeOf(operands[0]), shapeOf(operands[1]))
    return { operands }
  },
  value: ([a, b], params: { single?: boolean } | undefined) => matrixProduct(a as Tensor, b as Tensor, PLAIN, params?.single),
  batch: (operands, batched, size) => batchProduct(operands, batched, size),
  products: (shapes, _params, term) => products(shapes, PLAIN, term),
  pattern: (sets, shapes, outShape, _params, lattice, constants) => productPattern(sets, shapes, outShape, PLAIN, lattice, constants),
  transposes: [
    (cotangent, [a, b]) => {
      const [shape, other] = [shapeOf(a), shapeOf(b)]
      const matrices = asMatrices(cotangent, shape, other) as Tensor
      const product =
        other.length === 1 ? matmul(matrices, reshape(b as Tensor, [1, ...other])) : turnedProduct(matrices, b as Tensor, { turned: [false, true] })
      return shaped(product, shape.length === 1 ? [1, ...shape] : shape, shape)
    },
    (cotangent, [a, b]) => {
      const [other, shape] = [shapeOf(a), shapeOf(b)]
      const matrices = asMatrices(cotangent, other, shape) as Tensor
      const product =
        other.length === 1 ? matmul(reshape(a as Tensor, [...other, 1]), matrices) : turnedProduct(a as Tensor, matrices, { turned: [true, false] })
      return shaped(product, shape.length === 1 ? [...shape, 1] : shape, shape)
    },
  ],
  samples: [
    [
      matrix,
      [
        [1, 2],
        [0.5, -1],
        [2, 3],
      ],
    ],
    [matrix, [1, -2, 0.5]],
    [[1, 2], matrix],
    [
      [1, 2, 3],
      [0.5, -1, 2],
    ],
    [
      [matrix, matrix],
      [[2], [1], [-1]],
    ],
  ],
})

/** Which operands of a product are stored transposed. */
type Turned = readonly [boolean, boolean]
const PLAIN: Turned = [false, false]

/** The product of matrices that are stored transposed, which are read as they are: what the derivatives of products are made of. */
export const turnedProduct: Multilinear<(a: Tensor, b: Tensor, params: { turned: Turned }) => Tensor> = /* @__PURE__ */ multilinear({
  name: 'turnedProduct',
  operands: 2,
  summary: 'Matrix product over the last two axes, with broadcasting over the others, of operands that may be stored transposed.',
  formula: String.raw`A^\top B,\ A B^\top`,
  signature: (a, b, params) => ({ operands: [a, b], params }),
  singles: true,
  value: ([a, b], { turned, single }: { turned: Turned; single?: boolean }) => matrixProduct(a as Tensor, b as Tensor, turned, single),
  compose: ([a, b], { turned: [left, right] }: { turned: Turned }) => matmul(left ? swapLast(a) : a, right ? swapLast(b) : b),
  batch: (operands, batched, size, { turned }: { turned: Turned }) => {
    const [a, b] = inBatch(operands, batched, size)
    return turnedProduct(a, b, { turned })
  },
  products: (shapes, { turned }: { turned: Turned }, term) => products(shapes, turned, term),
  pattern: (sets, shapes, outShape, { turned }: { turned: Turned }, lattice, constants) => productPattern(sets, shapes, outShape, turned, lattice, constants),
  transposes: [
    (cotangent, [a, b], { turned: [left, right] }: { turned: Turned }) =>
      summed(left ? turnedProduct(b, cotangent, { turned: [right, true] }) : turnedProduct(cotangent, b, { turned: [false, !right] }), shapeOf(a)),
    (cotangent, [a, b], { turned: [left, right] }: { turned: Turned }) =>
      summed(right ? turnedProduct(cotangent, a, { turned: [true, left] }) : turnedProduct(a, cotangent, { turned: [!left, false] }), shapeOf(b)),
  ],
  samples: [
    [matrix, matrix, { turned: [true, false] }],
    [matrix, matrix, { turned: [false, true] }],
    [[matrix, matrix], [[1, 2]], { turned: [true, true] }],
  ],
})

/** The sizes of the matrices in a product. */
function sizesOf(a: Shape, b: Shape, [left, right]: Turned) {
  const rows = a.length === 1 ? 1 : (a[a.length - 2] as number)
  const inner = a[a.length - 1] as number
  const columns = b.length === 1 ? 1 : (b[b.length - (right ? 2 : 1)] as number)
  return left ? { m: inner, k: rows, n: columns } : { m: rows, k: inner, n: columns }
}

/** For each product of a batch, which matrices it takes. */
function pairsOf(a: Shape, b: Shape): readonly [Int32Array, Int32Array] {
  const batch = batchOf(a, b)
  return [a, b].map(shape => gatherIndices(batch, broadcastStrides(shape.slice(0, -2), batch))) as [Int32Array, Int32Array]
}

/** The sizes of the matrices in a product, how far it is from row to row and from column to column, and for each pair where the two and their product begin. */
function layoutOf([a, b]: readonly Shape[], turned: Turned) {
  const sizes = sizesOf(a as Shape, b as Shape, turned)
  const { m, k, n } = sizes
  const [lefts, rights] = pairsOf(a as Shape, b as Shape)
  const starts = Array.from(lefts, (left, i) => [left * m * k, (rights[i] as number) * k * n, i * m * n] as const)
  const [rowA, columnA] = turned[0] ? [1, m] : [k, 1]
  const [rowB, columnB] = turned[1] ? [1, k] : [n, 1]
  return { ...sizes, starts, rowA, columnA, rowB, columnB }
}

/** Row by column. */
function products(shapes: readonly Shape[], turned: Turned, term: (out: number, left: number, right: number) => void): void {
  const { m, k, n, starts, rowA, columnA, rowB, columnB } = layoutOf(shapes, turned)
  for (const [left, right, out] of starts) {
    for (let r = 0; r < m; r++)
      for (let c = 0; c < n; c++) for (let p = 0; p < k; p++) term(out + r * n + c, left + r * rowA + p * columnA, right + p * rowB + c * columnB)
  }
}

/** Zeros of a constant are looked at where it is small or they are many, and not for products of more terms than this. */
const SMALL = 4096
const MANY = 0.25
const MOST_TERMS = 1e7

/** An entry depends on the row and the column that it is made of, but for what a constant 0 on the other side leaves out. */
function productPattern(
  sets: readonly (Int32Array | undefined)[],
  shapes: readonly Shape[],
  outShape: Shape,
  turned: Turned,
  lattice: SetLattice,
  constants: ConstantOperands,
): Int32Array {
  const result = new Int32Array(sizeOfShape(outShape))
  const { m, k, n, starts, rowA, columnA, rowB, columnB } = layoutOf(shapes, turned)
  /** The sets of k entries from `first` on, but where the other operand is 0. */
  const merge = (set: Int32Array, first: number, step: number, zero?: Uint8Array, otherFirst = 0, otherStep = 0) => {
    let union = 0
    for (let p = 0; p < k; p++) if (zero?.[otherFirst + p * otherStep] !== 1) union = lattice.union(union, set[first + p * step] as number)
    return union
  }
  const [a, b] = sets
  const zeros = (operand: number) => {
    if (m * k * n > MOST_TERMS) return undefined
    const found = constants.where(operand, 0)
    const count = found?.reduce((total, each) => total + each, 0) ?? 0
    return found !== undefined && (found.length <= SMALL || count >= MANY * found.length) ? found : undefined
  }
  const [zeroLeft, zeroRight] = [a === undefined ? zeros(0) : undefined, b === undefined ? zeros(1) : undefined]
  for (const [left, right, out] of starts) {
    const row = (r: number, c: number) => (a === undefined ? 0 : merge(a, left + r * rowA, columnA, zeroRight, right + c * columnB, rowB))
    const column = (r: number, c: number) => (b === undefined ? 0 : merge(b, right + c * columnB, rowB, zeroLeft, left + r * rowA, columnA))
    const rows = zeroRight === undefined ? Array.from({ length: m }, (_, r) => row(r, 0)) : undefined
    const columns = zeroLeft === undefined ? Array.from({ length: n }, (_, c) => column(0, c)) : undefined
    for (let r = 0; r < m; r++) {
      for (let c = 0; c < n; c++) result[out + r * n + c] = lattice.union(rows?.[r] ?? row(r, c), columns?.[c] ?? column(r, c))
    }
  }
  return result
}

function checkProduct(a: Shape, b: Shape): void {
  if (a.length === 0 || b.length === 0) throw new ShapeError('matmul: takes vectors and matrices, not scalars. Did you mean mul(a, b)?')
  const inner = a[a.length - 1] as number
  const other = b[Math.max(0, b.length - 2)] as number
  if (inner === other) return
  const fits = inner === b[b.length - 1] ? ' Did you mean matmul(a, transpose(b))?' : ''
  throw new ShapeError(`matmul: inner sizes differ: ${formatShape(a)} · ${formatShape(b)}.${fits}`)
}

/** A cotangent of the product as matrices, also where an operand was a vector. */
function asMatrices(cotangent: Value, a: Shape, b: Shape): Value {
  if (a.length > 1 && b.length > 1) return cotangent
  const shape = shapeOf(cotangent)
  if (a.length === 1 && b.length === 1) return reshape(cotangent as number, [1, 1])
  return reshape(cotangent as Tensor, b.length === 1 ? [...shape, 1] : [...shape.slice(0, -1), 1, ...shape.slice(-1)])
}

/** A product summed over broadcast axes and shaped like the operand that it is the cotangent of. */
function shaped(product: Tensor | number, asMatrix: Shape, shape: Shape): Value {
  return reshape(summed(product as Tensor, asMatrix), shape)
}

/** The sum over the axes that broadcasting repeated, where it did. */
function summed(product: Tensor, shape: Shape): Tensor {
  return sameShape(product.shape, shape) ? product : sumTo(product, shape)
}

/** The last two axes exchanged. */
export function swapLast(x: Tensor): Tensor {
  const { rank } = x
  return transpose(x, [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2])
}

/** A product in doubles; with `single`, where the operands are of float32, in float32 if it is large. The result is stored as they are. */
function matrixProduct(a: Tensor, b: Tensor, turned = PLAIN, single = false): Tensor {
  const { m, k, n } = sizesOf(a.shape, b.shape, turned)
  if (isLarge(m, k, n)) useVectors()
  const dtype = single && isLarge(m, k, n, true) ? 'float32' : 'float64'
  const isBatch = a.rank > 2 || b.rank > 2
  const [x, y] = single ? [withDtype(a, dtype), withDtype(b, dtype)] : [a, b]
  const data = multiply({ m, k, n, turned, pairs: isBatch ? pairsOf(a.shape, b.shape) : undefined }, x.data, y.data)
  const shape = a.rank === 2 && b.rank === 2 ? [m, n] : turned === PLAIN ? productShape(a.shape, b.shape) : [...batchOf(a.shape, b.shape), m, n]
  const product = new Tensor(data, shape, dtype)
  return single && shape.length > 0 ? withDtype(product, a.dtype) : product
}

/** The shape of the axes before those of the matrices. */
function batchOf(a: Shape, b: Shape): Shape {
  return broadcastShapes('matmul', [a.slice(0, -2), b.slice(0, -2)])
}

function productShape(a: Shape, b: Shape): Shape {
  return [...batchOf(a, b), ...a.slice(-2, -1), ...(b.length === 1 ? [] : b.slice(-1))]
}

export const outer = /* @__PURE__ */ composite<(x: TensorLike, y: TensorLike) => Tensor>({
  name: 'outer',
  operands: 2,
  summary: 'Every entry of one vector times every entry of another.',
  formula: 'x y^T',
  names: ['np.outer', 'torch.outer', 'jnp.outer', 'tf.outerProduct'],
  of: (x, y) => {
    const [a, b] = [toValue('outer', x, 0), toValue('outer', y, 1)]
    return mul(reshape(a as Tensor, [-1, 1]), reshape(b as Tensor, [1, -1]))
  },
  samples: [
    [
      [1, 2],
      [0.5, -1, 3],
    ],
  ],
})

export const dot = /* @__PURE__ */ composite<<X extends TensorLike, Y extends TensorLike>(x: X, y: Y) => ProductResult<X, Y>>({
  name: 'dot',
  operands: 2,
  summary: 'Inner product of vectors; for higher ranks the sum over the last axis of x and the last but one of y, as in NumPy.',
  formula: String.raw`\sum_i x_i y_i`,
  names: ['np.dot', 'np.inner', 'torch.dot', 'jnp.dot', 'tf.dot'],
  of: (x, y) => {
    const [a, b] = [toValue('dot', x, 0), toValue('dot', y, 1)]
    const [m, n] = [shapeOf(a), shapeOf(b)]
    if (m.length === 0 || n.length === 0) return mul(a as number, b as number)
    const inner = m[m.length - 1] as number
    const other = n[Math.max(0, n.length - 2)] as number
    if (inner !== other) throw new ShapeError(`dot: the axes to sum over differ: ${formatShape(m)} · ${formatShape(n)}.`)
    if (m.length === 1 && n.length === 1) return sum(mul(a as Tensor, b as Tensor))
    if (m.length <= 2 && n.length <= 2) return matmul(a as Tensor, b as Tensor)
    const rows = reshape(a as Tensor, [-1, inner])
    const axis = Math.max(0, n.length - 2)
    const order = [axis, ...n.map((_, i) => i).filter(i => i !== axis)]
    const columns = reshape(transpose(b as Tensor, order), [inner, -1])
    return withShape(matmul(rows, columns), [...m.slice(0, -1), ...n.filter((_, i) => i !== axis)])
  },
  samples: [
    [
      [1, 2, 3],
      [0.5, -1, 2],
    ],
    [
      matrix,
      [
        [1, 2],
        [0.5, -1],
        [2, 3],
      ],
    ],
  ],
})

/** Operands of products of a batch as matrices of one row or column where they are vectors, and with leading axes where items are of lower rank. */
function inBatch(operands: readonly Value[], batched: readonly boolean[], size: number): [Tensor, Tensor] {
  const items = operands.map((each, i) => shapeOf(each).slice(batched[i] ? 1 : 0))
  const rank = Math.max(2, ...items.map(item => item.length))
  return operands.map((each, i) => {
    const item = items[i] as Shape
    const matrix = item.length > 1 ? item : i === 0 ? [1, ...item] : [...item, 1]
    const leading = batched[i] ? [size, ...new Array<number>(rank - matrix.length).fill(1)] : []
    return reshape(each as Tensor, [...leading, ...matrix])
  }) as [Tensor, Tensor]
}

function batchProduct(operands: readonly Value[], batched: readonly boolean[], size: number): Value {
  const [left, right] = operands.map((each, i) => shapeOf(each).length - (batched[i] ? 1 : 0))
  const [a, b] = inBatch(operands, batched, size)
  const product = matmul(a, b) as Tensor
  const shape = [...product.shape]
  if (left === 1) shape.splice(-2, 1)
  if (right === 1) shape.pop()
  return reshape(product, shape)
}
