import type { StepRule } from '../core/definition.ts'
import { shapeOf, toValue } from '../core/dispatch.ts'
import { floatsOf } from '../core/dtypes.ts'
import { DomainError, ShapeError } from '../core/errors.ts'
import { eye } from '../core/makers.ts'
import { flag, integer } from '../core/option-kinds.ts'
import type { Given, Option, Options, OptionsOf, Read } from '../core/options.ts'
import { broadcastShapes, formatShape, mustFit, type Shape, sameShape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { add, mul, sub } from './arithmetic.ts'
import { tril, triu } from './axes.ts'
import { broadcastTo } from './broadcast.ts'
import { forEachItem } from './items.ts'
import { choleskyFactor, luSolve, substitute, type Triangle } from './kernels/matrices.ts'
import { composite } from './kinds/composite.ts'
import { type Custom, custom } from './kinds/custom.ts'
import { matmul, swapLast } from './linalg.ts'
import { choleskyPattern, columnByColumn, triangularPattern } from './matrix-patterns.ts'
import { reshape, transpose } from './shape.ts'

const matrix = [
  [4, 1, 0.5],
  [-1, 3, 0.25],
  [0.5, -0.75, 2],
] as const
const positive = [
  [4, 1, 0.5],
  [1, 3, -0.25],
  [0.5, -0.25, 2],
] as const

/** The step of an operator of matrices; `square`: of square ones. `shape` is that of the result for one matrix. */
export function ofMatrices(square: boolean, shape: (m: number, n: number) => Shape): StepRule {
  return {
    arity: 1,
    shape: ([a = []]) => {
      const [m, n] = a.slice(-2) as [number, number]
      mustFit(a.length >= 2 && (m === n || !square), `${square ? 'square ' : ''}matrices are taken, not shape ${formatShape(a)}`)
      return [...a.slice(0, -2), ...shape(m, n)]
    },
  }
}

/** Derivatives of a higher order than this are not read from files: each order takes twice the rows. */
const HIGHEST_ORDER = 8

/** The step of a function of square matrices, or of its derivative in further ones. */
export const inDirections: StepRule = {
  shape: ([a = [], ...directions]) => {
    mustFit(a.length >= 2 && a.at(-1) === a.at(-2), `square matrices are taken, not shape ${formatShape(a)}`)
    mustFit(
      directions.length <= HIGHEST_ORDER && directions.every(each => sameShape(each, a)),
      `directions have the shape of the matrix, and are ${HIGHEST_ORDER} at most`,
    )
    return a
  },
}

/** The step of an operator that solves for X in equations with a square matrix A on the left, and with B on the right of X if there is one. */
export function ofSystem(arity: 2 | 3, params?: Options): StepRule {
  return {
    arity,
    ...(params !== undefined && { params }),
    shape: shapes => {
      const right = shapes.at(-1) as Shape
      const [batch, sizes] = [right.slice(0, -2), right.slice(-2)]
      const fits = right.length >= 2 && shapes.slice(0, -1).every((each, i) => sameShape(each, [...batch, sizes[i] as number, sizes[i] as number]))
      mustFit(fits, `shapes ${shapes.map(formatShape).join(', ')} are no equations`)
      return right
    },
  }
}

/** An operand that holds square matrices in its last two axes. */
export function squareOperand(name: string, x: unknown): Tensor {
  const operand = toValue(name, x)
  const shape = shapeOf(operand)
  if (shape.length < 2 || shape.at(-1) !== shape.at(-2)) {
    throw new ShapeError(`${name}: takes square matrices, but shape ${formatShape(shape)} was given.`)
  }
  return operand as Tensor
}

/** A tensor of what a function makes of each matrix; `shape` is that of one result. */
export function eachMatrix(x: Tensor, shape: Shape, compute: (matrix: Float64Array, i: number) => ArrayLike<number>): Tensor {
  const batch = x.shape.slice(0, -2)
  const [from, to, count] = [sizeOfShape(x.shape.slice(-2)), sizeOfShape(shape), sizeOfShape(batch)]
  const data = new Float64Array(count * to)
  for (let i = 0; i < count; i++) data.set(compute(x.data.subarray(i * from, (i + 1) * from), i), i * to)
  return new Tensor(data, [...batch, ...shape])
}

/** The sum of those that are not zero by structure; undefined if all are. */
export function sumOfPresent(terms: readonly (Tensor | undefined)[]): Tensor | undefined {
  return terms.reduce((total, term) => (total === undefined || term === undefined ? (total ?? term) : add(total, term)), undefined)
}

/** Matrices and right sides with one batch shape: a vector on the right is a column that the result loses again. */
function withColumns(name: string, a: unknown, b: unknown, system: (a: Tensor, b: Tensor) => Tensor): Tensor {
  const left = squareOperand(name, a)
  const right = toValue(name, b, 1) as Tensor
  const [n, given] = [left.shape.at(-1) as number, shapeOf(right)]
  const vector = given.length === 1
  if (given.length === 0 || (vector ? given[0] : given.at(-2)) !== n) {
    throw new ShapeError(
      `${name}: a right side of shape ${formatShape(given)} does not fit matrices of shape ${formatShape(left.shape)}: it is a vector of length ${n}, or has ${n} rows.`,
    )
  }
  const columns = vector ? reshape(right, [n, 1]) : right
  const [spreadLeft, spreadRight] = spreadOverBatch(name, [left, columns]) as [Tensor, Tensor]
  const x = system(spreadLeft, spreadRight)
  return vector ? reshape(x, x.shape.slice(0, -1)) : x
}

/** Matrices with one batch shape. */
export function spreadOverBatch(name: string, matrices: readonly Tensor[]): Tensor[] {
  const batch = broadcastShapes(
    name,
    matrices.map(each => each.shape.slice(0, -2)),
  )
  return matrices.map(each => (sameShape(each.shape.slice(0, -2), batch) ? each : broadcastTo(each, [...batch, ...each.shape.slice(-2)])))
}

/** The systems of a batch: right sides of one matrix are columns beside each other. */
function systemsOf(operands: readonly Tensor[], batched: readonly boolean[], size: number, solved: (a: Tensor, b: Tensor) => Tensor): Value {
  const [a, b] = operands as [Tensor, Tensor]
  if (batched[0]) return solved(a, forEachItem([b], [batched[1] === true], size)[0] as Tensor)
  const last = b.rank - 2
  const [n, columns] = b.shape.slice(-2) as [number, number]
  const axes = Array.from({ length: last }, (_, i) => i + 1)
  const beside = reshape(transpose(b, [...axes, 0, last + 1]), [...a.shape.slice(0, -2), n, size * columns])
  const apart = reshape(solved(a, beside), [...a.shape.slice(0, -2), n, size, columns])
  return transpose(apart, [last, ...axes.map(axis => axis - 1), last + 1])
}

export const linearSystem: Custom<(a: TensorLike, b: TensorLike) => Tensor> = /* @__PURE__ */ custom<(a: TensorLike, b: TensorLike) => Tensor>({
  name: 'linearSystem',
  step: /* @__PURE__ */ ofSystem(2),
  summary: 'X with A X = B for matrices A and B of one batch shape: what solve is made of.',
  formula: 'A^{-1} B',
  operands: 2,
  signature: (a: TensorLike, b: TensorLike) => ({ operands: [toValue('solve', a), toValue('solve', b)] }),
  value: ([a, b]) => {
    const [n, columns] = b.shape.slice(-2) as [number, number]
    return eachMatrix(a, [n, columns], (each, i) => {
      const x = luSolve(n, columns, each, b.data.subarray(i * n * columns, (i + 1) * n * columns))
      if (x === undefined) throw singular('solve', a.shape, i)
      return x
    })
  },
  // Giles 2008, "An extended collection of matrix derivative results", section 2.3.1.
  batch: (operands, batched, size) => systemsOf(operands as Tensor[], batched, size, linearSystem),
  jvp: ([a, b], [da, db], x) => linearSystem(a, da === undefined ? db : sub(db ?? mul(b, 0), matmul(da, x))),
  linearIn: { operand: i => i > 0, transpose: (cotangent, _i, [a]) => linearSystem(swapLast(a), cotangent) },
  pattern: columnByColumn,
  samples: [
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

/** Names the i-th matrix of a batch, or the only one, in messages. */
export function whichMatrix(shape: Shape, i: number): string {
  return `${shape.length > 2 ? `matrix ${i + 1} of the batch` : 'the matrix'} of shape ${formatShape(shape.slice(-2))}`
}

function singular(name: string, shape: Shape, i: number): DomainError {
  return new DomainError(`${name}: ${whichMatrix(shape, i)} is singular. For the solution of least squares use lstsq.`)
}

export const solve = /* @__PURE__ */ composite<(a: TensorLike, b: TensorLike) => Tensor>({
  name: 'solve',
  operands: 2,
  summary: 'The x with A x = b: for a vector b, or for each column of a matrix; batched over leading axes.',
  formula: 'A^{-1} b',
  names: ['np.linalg.solve', 'scipy.linalg.solve', 'torch.linalg.solve', 'jnp.linalg.solve'],
  domain: 'A not singular',
  convention: 'A singular matrix is a DomainError.',
  citation: 'LU with partial pivoting; derivatives by Giles 2008, section 2.3.1.',
  of: (a: TensorLike, b: TensorLike) => withColumns('solve', a, b, linearSystem),
  samples: [
    [matrix, [1, -2, 0.5]],
    [
      matrix,
      [
        [1, 2],
        [0.5, -1],
        [2, 3],
      ],
    ],
    [
      [matrix, positive],
      [1, -2, 0.5],
    ],
  ],
})

export const inv = /* @__PURE__ */ composite<(a: TensorLike) => Tensor>({
  name: 'inv',
  summary: 'Inverse of square matrices.',
  formula: 'A^{-1}',
  names: ['np.linalg.inv', 'scipy.linalg.inv', 'torch.linalg.inv', 'torch.inverse', 'jnp.linalg.inv'],
  domain: 'A not singular',
  convention: 'A singular matrix is a DomainError.',
  of: (a: TensorLike) => {
    const operand = squareOperand('inv', a)
    return solve(operand, eye(operand.shape.at(-1) as number, floatsOf(operand)))
  },
  samples: [[matrix], [[matrix, positive]]],
})

const lower = { is: flag, default: true, says: 'Whether the lower triangle counts, or the upper.' } as const satisfies Option
const transposed = { is: flag, default: false, says: 'Whether to solve with its transpose.' } as const satisfies Option
const ones = { is: flag, default: false, says: 'Whether its diagonal counts as ones.' } as const satisfies Option
const triangleOptions = { lower, unit: ones, transpose: transposed } as const satisfies Options
const triangularOptions = { lower, transpose: transposed, unitDiagonal: ones } as const satisfies Options

/** Which triangle of a matrix to solve with, and how. */
export type TriangularOptions = OptionsOf<typeof triangularOptions>

export const triangularSystem: Custom<(a: TensorLike, b: TensorLike, triangle: Triangle) => Tensor> = /* @__PURE__ */ custom<
  (a: TensorLike, b: TensorLike, triangle: Triangle) => Tensor
>({
  name: 'triangularSystem',
  step: /* @__PURE__ */ ofSystem(2, triangleOptions),
  summary: 'X with T X = B for a triangle T of A, for matrices of one batch shape: what triangularSolve is made of.',
  formula: 'T^{-1} B',
  operands: 2,
  options: triangleOptions,
  signature: (a: TensorLike, b: TensorLike, triangle: Triangle) => ({
    operands: [toValue('triangularSolve', a), toValue('triangularSolve', b)],
    params: triangle,
  }),
  value: ([a, b], triangle: Triangle) => {
    const [n, columns] = b.shape.slice(-2) as [number, number]
    return eachMatrix(a, [n, columns], (each, i) => {
      for (let k = 0; k < n && !triangle.unit; k++) if (each[k * n + k] === 0) throw singular('triangularSolve', a.shape, i)
      const x = b.data.slice(i * n * columns, (i + 1) * n * columns)
      substitute(n, columns, each, x, triangle)
      return x
    })
  },
  batch: (operands, batched, size, triangle: Triangle) => systemsOf(operands as Tensor[], batched, size, (a, b) => triangularSystem(a, b, triangle)),
  jvp: ([a, b], [da, db], x, triangle: Triangle) => {
    if (da === undefined) return triangularSystem(a, db, triangle)
    const strict = triangle.unit ? 1 : 0
    const moved = triangle.lower ? tril(da, -strict) : triu(da, strict)
    return triangularSystem(a, sub(db ?? mul(b, 0), matmul(triangle.transpose ? swapLast(moved) : moved, x)), triangle)
  },
  linearIn: {
    operand: i => i > 0,
    transpose: (cotangent, _i, [a], triangle: Triangle) => triangularSystem(a, cotangent, { ...triangle, transpose: !triangle.transpose }),
  },
  pattern: (sets, shapes, outShape, params, lattice, constants) => {
    const { lower, transpose, unit } = params as Triangle
    const entry = (i: number, l: number, n: number) => (transpose ? l * n + i : i * n + l)
    return triangularPattern(sets, shapes, outShape, lattice, constants, { fromEnd: lower === transpose, unit, entry })
  },
  samples: [
    [
      matrix,
      [
        [1, 2],
        [0.5, -1],
        [2, 3],
      ],
      { lower: true, unit: false, transpose: false },
    ],
    [matrix, [[1], [0.5], [2]], { lower: false, unit: true, transpose: true }],
  ],
})

export const triangularSolve = /* @__PURE__ */ composite<(a: TensorLike, b: TensorLike, options?: TriangularOptions) => Tensor>({
  name: 'triangularSolve',
  operands: 2,
  summary: 'The x with T x = b for a triangle T of A, the lower one by default; the rest of A is not read.',
  formula: 'T^{-1} b',
  names: ['scipy.linalg.solve_triangular', 'torch.linalg.solve_triangular', 'jax.scipy.linalg.solve_triangular'],
  domain: 'no zero on the diagonal',
  convention: 'A zero on the diagonal is a DomainError.',
  options: triangularOptions,
  of: (a: TensorLike, b: TensorLike, { lower, transpose, unitDiagonal }: Read<typeof triangularOptions>) =>
    withColumns('triangularSolve', a, b, (left, right) => triangularSystem(left, right, { lower, transpose, unit: unitDiagonal })),
  samples: [
    [matrix, [1, -2, 0.5]],
    [matrix, [1, -2, 0.5], { lower: false }],
    [matrix, [1, -2, 0.5], { transpose: true, unitDiagonal: true }],
  ],
})

export const cholesky: Custom<(a: TensorLike) => Tensor> = /* @__PURE__ */ custom<(a: TensorLike) => Tensor>({
  name: 'cholesky',
  leading: true,
  step: /* @__PURE__ */ ofMatrices(true, (m, n) => [m, n]),
  summary: 'The lower triangular L with L Lᵀ = A, for positive definite matrices; of A its symmetric part counts.',
  formula: 'A = L L^T',
  names: ['np.linalg.cholesky', 'scipy.linalg.cholesky', 'torch.linalg.cholesky', 'jnp.linalg.cholesky'],
  domain: 'A positive definite',
  convention: 'A matrix that is not positive definite is a DomainError.',
  citation: 'I. Murray, Differentiation of the Cholesky decomposition, arXiv:1602.07527, section 3.1.',
  signature: (a: TensorLike) => ({ operands: [squareOperand('cholesky', a)] }),
  value: ([a]) => {
    const n = a.shape.at(-1) as number
    return eachMatrix(a, [n, n], (each, i) => {
      const l = choleskyFactor(n, each)
      if (l === undefined) throw new DomainError(`cholesky: ${whichMatrix(a.shape, i)} is not positive definite.`)
      return l
    })
  },
  batch: ([a]) => cholesky(a),
  jvp: (_primals, [da], l) => {
    const symmetric = mul(0.5, add(da, swapLast(da)))
    const left = triangularSolve(l, symmetric)
    const both = triangularSolve(l, swapLast(left))
    return matmul(l, mul(0.5, add(tril(both), tril(both, -1))))
  },
  pattern: choleskyPattern,
  samples: [[positive], [[positive, positive]]],
})

const powerOptions = {
  k: { is: integer, required: true, says: 'The exponent.' },
} as const satisfies Options

export const matrixPower = /* @__PURE__ */ composite<(a: TensorLike, ...options: Given<OptionsOf<typeof powerOptions>, ['k']>) => Tensor>({
  name: 'matrixPower',
  summary: 'Power of square matrices with an integer exponent, by repeated squaring; negative ones of the inverse.',
  formula: 'A^k',
  names: ['np.linalg.matrix_power', 'torch.linalg.matrix_power', 'jnp.linalg.matrix_power'],
  options: powerOptions,
  bare: ['k'],
  of: (a: TensorLike, { k }: Read<typeof powerOptions>) => {
    const operand = squareOperand('matrixPower', a)
    let square: Tensor = k < 0 ? inv(operand) : operand
    let power: Tensor | undefined
    for (let rest = Math.abs(k); rest > 0; rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) power = power === undefined ? square : matmul(power, square)
      if (rest > 1) square = matmul(square, square)
    }
    return power ?? add(mul(operand, 0), eye(operand.shape.at(-1) as number, floatsOf(operand)))
  },
  samples: [
    [matrix, 3],
    [matrix, -2],
    [matrix, 0],
  ],
})
