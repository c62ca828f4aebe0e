import { shapeOf, toValue } from '../core/dispatch.ts'
import { DomainError, ShapeError } from '../core/errors.ts'
import { formatShape, type Shape, sizeOfShape } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { abs, add, div, mul, sub } from './arithmetic.ts'
import { expandDims, tril } from './axes.ts'
import { equal, lessEqual } from './comparison.ts'
import { diagonal } from './contraction.ts'
import { symmetricEigen } from './kernels/eigen.ts'
import { qrFactor } from './kernels/matrices.ts'
import { singularValues } from './kernels/singular-values.ts'
import { composite } from './kinds/composite.ts'
import { custom } from './kinds/custom.ts'
import { matmul, swapLast } from './linalg.ts'
import { max } from './reduction.ts'
import { where } from './selection.ts'
import { concat, reshape, sliceAxis } from './shape.ts'
import { eachMatrix, ofMatrices, squareOperand, triangularSolve, whichMatrix } from './systems.ts'

/**
 * A factorisation: several matrices from one. The registry's operators give one value, so the factors travel packed in the
 * last axis, and are unpacked for the user.
 */
interface Factorisation<Name extends string> {
  name: string
  summary: string
  formula: string
  domain?: string
  convention: string
  citation: string
  factors: readonly Name[]
  /** Shapes of the factors of an m × n matrix. */
  shapes: (m: number, n: number) => readonly Shape[]
  /** The factors of one matrix; undefined where it holds NaN or infinite entries. */
  value: (m: number, n: number, a: Float64Array) => readonly Float64Array[] | undefined
  /** Tangents of the factors. */
  // biome-ignore lint/suspicious/noExplicitAny: matrices of any level
  jvp: (da: any, factors: { [name in Name]: any }, a: any) => readonly Value[]
  square?: boolean
  samples: readonly (readonly unknown[])[]
}

function factorisation<Name extends string>({ factors, shapes, square = false, ...author }: Factorisation<Name>) {
  const dimensions = (a: Tensor) => a.shape.slice(-2) as [number, number]
  const packedSize = (m: number, n: number) => shapes(m, n).reduce((total, shape) => total + sizeOfShape(shape), 0)
  const unpack = (packed: Tensor, a: Tensor) => {
    let start = 0
    const parts = shapes(...dimensions(a)).map((shape, i) => {
      const from = start
      start += sizeOfShape(shape)
      return [factors[i], reshape(sliceAxis(packed, packed.rank - 1, from, start), [...a.shape.slice(0, -2), ...shape])]
    })
    return Object.fromEntries(parts) as { [name in Name]: Tensor }
  }
  const packed = custom<(a: Tensor) => Tensor>({
    ...author,
    step: ofMatrices(square, (...sizes) => [packedSize(...sizes)]),
    value: ([a]) => {
      const size = packedSize(...dimensions(a))
      return eachMatrix(a, [size], (each, i) => {
        const parts = author.value(...dimensions(a), each)
        if (parts === undefined) throw new DomainError(`${author.name}: ${whichMatrix(a.shape, i)} holds NaN or infinite entries.`)
        return parts.flatMap(part => [...part])
      })
    },
    jvp: ([a], [da], out) =>
      concat(
        author.jvp(da, unpack(out, a), a).map(part => flattenMatrix(part as Tensor, a.rank - 2)),
        { axis: a.rank - 2 },
      ),
  })
  return composite<(a: TensorLike) => { [name in Name]: Tensor }>({
    ...author,
    steps: packed.definition,
    of: (a: TensorLike) => {
      const operand = square ? squareOperand(author.name, a) : (toValue(author.name, a) as Tensor)
      if (shapeOf(operand).length < 2) throw new ShapeError(`${author.name}: takes matrices, but shape ${formatShape(shapeOf(operand))} was given.`)
      return unpack(packed(operand), operand)
    },
  })
}

/** All axes after the batch in one. */
function flattenMatrix(part: Tensor, batch: number): Tensor {
  return reshape(part, [...part.shape.slice(0, batch), sizeOfShape(part.shape.slice(batch))])
}

const tall = [
  [2, 1],
  [0.5, -3],
  [1, 1],
] as const
const symmetric = [
  [4, 1, 0.5],
  [1, 3, -0.25],
  [0.5, -0.25, 2],
] as const

const tallQr = /* @__PURE__ */ factorisation({
  name: 'qr',
  summary: 'Thin factorisation into orthonormal columns and an upper triangle whose diagonal is not negative.',
  formula: 'A = Q R',
  convention: 'The derivative where columns depend on each other is a DomainError.',
  citation: 'Householder; derivatives by Walter and Lehmann, arXiv:1009.6112.',
  factors: ['q', 'r'],
  shapes: (m, n) => [
    [m, Math.min(m, n)],
    [Math.min(m, n), n],
  ],
  value: (m, n, a) => {
    const { q, r } = qrFactor(m, n, a)
    return [q, r]
  },
  jvp: (da, { q, r }) => {
    const x = swapLast(triangularSolve(r, swapLast(da), { lower: false, transpose: true }))
    const m = matmul(swapLast(q), x)
    const lower = tril(m, -1)
    const turn = sub(lower, swapLast(lower))
    return [add(matmul(q, turn), sub(x, matmul(q, m))), matmul(sub(m, turn), r)]
  },
  samples: [[tall]],
})

export const qr = /* @__PURE__ */ composite<(a: TensorLike) => { q: Tensor; r: Tensor }>({
  ...tallQr.definition,
  of: (a: TensorLike) => {
    const operand = toValue('qr', a) as Tensor
    const [m, n] = shapeOf(operand).slice(-2) as [number, number]
    if (shapeOf(operand).length < 2 || m >= n) return tallQr(operand)
    // Of a wide matrix the first columns are factored; Qᵀ times the others completes R.
    const axis = operand.rank - 1
    const { q, r } = tallQr(sliceAxis(operand, axis, 0, m))
    return { q, r: concat([r, matmul(swapLast(q), sliceAxis(operand, axis, m, n))], { axis }) }
  },
  samples: [
    [tall],
    [symmetric],
    [
      [
        [2, 1, 0.5],
        [0.5, -3, 1],
      ],
    ],
  ],
})

export const eigh = /* @__PURE__ */ factorisation({
  name: 'eigh',
  summary: 'Eigenvalues in ascending order and eigenvectors in columns of symmetric matrices; of A its symmetric part counts.',
  formula: String.raw`A = V \Lambda V^T`,
  convention:
    'Vectors of equal eigenvalues (to rounding) are not turned into each other: derivatives are then right for functions that do not depend on the choice of vectors. The largest entry of each vector is positive.',
  citation: 'Householder tridiagonal form and implicit QL (Golub and Van Loan, section 8.3); derivatives by Giles 2008, section 3.1.',
  factors: ['values', 'vectors'],
  square: true,
  shapes: (_m, n) => [[n], [n, n]],
  value: (_m, n, a) => {
    const result = symmetricEigen(n, a)
    return result && [result.values, result.vectors]
  },
  jvp: (da, { values, vectors }) => {
    const moved = matmul(matmul(swapLast(vectors), mul(0.5, add(da, swapLast(da)))), vectors)
    return [diagonal(moved), matmul(vectors, mul(oneOverDifferences(values), moved))]
  },
  samples: [[symmetric], [[symmetric, symmetric]]],
})

/** 1 / (λⱼ − λᵢ), and 0 where the two are equal to rounding. */
function oneOverDifferences(values: Tensor): Tensor {
  const difference = sub(expandDims(values, -2), expandDims(values, -1))
  const size = expandDims(max(abs(values), { axis: -1, keepDims: true }), -1)
  const same = lessEqual(abs(difference), mul(size, 8 * (values.shape.at(-1) as number) * Number.EPSILON))
  return where(same, 0, div(1, where(same, 1, difference)))
}

export const svd = /* @__PURE__ */ factorisation({
  name: 'svd',
  summary: 'Thin singular value decomposition, values in descending order.',
  formula: String.raw`A = U \operatorname{diag}(s) V^T`,
  convention:
    'Vectors of equal singular values (to rounding) are not turned into each other, and those of zero ones get no part from outside: derivatives are then right for functions that do not depend on the choice. The largest entry of each row of Vᵀ is positive for tall matrices.',
  citation:
    'Golub and Kahan 1965, Demmel and Kahan 1990; one-sided rotations where rows or columns differ much in size (Drmač and Veselić 2008); derivatives by J. Townsend, Differentiating the singular value decomposition (2016).',
  factors: ['u', 's', 'vt'],
  shapes: (m, n) => [[m, Math.min(m, n)], [Math.min(m, n)], [Math.min(m, n), n]],
  value: (m, n, a) => {
    const result = singularValues(m, n, a)
    return result && [result.u, result.s, result.vt]
  },
  jvp: (da, { u, s, vt }) => {
    const v = swapLast(vt)
    const moved = matmul(matmul(swapLast(u), da), v)
    const weights = oneOverDifferences(mul(s, s) as Tensor)
    const [row, column] = [expandDims(s, -2), expandDims(s, -1)]
    const inverse = where(equal(row, 0), 0, div(1, where(equal(row, 0), 1, row)))
    const turned = swapLast(moved)
    const du = add(matmul(u, mul(weights, add(mul(moved, row), mul(column, turned)))), mul(sub(matmul(da, v), matmul(u, moved)), inverse))
    const dv = add(matmul(v, mul(weights, add(mul(column, moved), mul(turned, row)))), mul(sub(matmul(swapLast(da), u), matmul(v, turned)), inverse))
    return [du, diagonal(moved), swapLast(dv)]
  },
  samples: [
    [tall],
    [symmetric],
    [
      [
        [2, 1, 0.5],
        [0.5, -3, 1],
      ],
    ],
  ],
})

export const lstsq = /* @__PURE__ */ composite<(a: TensorLike, b: TensorLike) => Tensor>({
  name: 'lstsq',
  operands: 2,
  summary: 'The x of least squares ‖A x − b‖, and of least norm where A has more columns than rows.',
  formula: 'A^{+} b',
  domain: 'A of full rank',
  convention: 'A matrix that is not of full rank is a DomainError.',
  citation: 'By QR (Golub and Van Loan, section 5.3).',
  of: (a: TensorLike, b: TensorLike) => {
    const [matrix, right] = [toValue('lstsq', a, 0) as Tensor, toValue('lstsq', b, 1) as Tensor]
    const [m, n] = shapeOf(matrix).slice(-2) as [number, number]
    const given = shapeOf(right)
    if (shapeOf(matrix).length < 2) throw new ShapeError(`lstsq: takes a matrix, but shape ${formatShape(shapeOf(matrix))} was given.`)
    if ((given.length === 1 ? given[0] : given.at(-2)) !== m) {
      throw new ShapeError(`lstsq: a right side of shape ${formatShape(given)} does not fit a matrix of shape ${formatShape(matrix.shape)}: it has ${m} rows.`)
    }
    if (m >= n) {
      const { q, r } = qr(matrix)
      return triangularSolve(r, matmul(swapLast(q), right) as Tensor, { lower: false })
    }
    const { q, r } = qr(swapLast(matrix))
    return matmul(q, triangularSolve(r, right, { lower: false, transpose: true }))
  },
  samples: [
    [tall, [1, -2, 0.5]],
    [
      [
        [2, 1, 0.5],
        [0.5, -3, 1],
      ],
      [1, -2],
    ],
  ],
})
