import type { Definition } from '../core/definition.ts'
import { shapeOf, toValue } from '../core/dispatch.ts'
import { floatsOf } from '../core/dtypes.ts'
import { DomainError, ShapeError } from '../core/errors.ts'
import { flag } from '../core/option-kinds.ts'
import type { Given, Options, OptionsOf, Read } from '../core/options.ts'
import { formatShape, type Shape, sizeOfShape } from '../core/shape.ts'
import { Tensor, withDtype } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { add, div, mul, sub } from './arithmetic.ts'
import { expandDims, tril } from './axes.ts'
import { equal } from './comparison.ts'
import { markedPart, turningSteps, turnOf } from './eigenspaces.ts'
import { symmetricEigen } from './kernels/eigen.ts'
import { apart } from './kernels/eigenspaces.ts'
import { qrFactor } from './kernels/matrices.ts'
import { singularValues } from './kernels/singular-values.ts'
import { composite } from './kinds/composite.ts'
import { custom } from './kinds/custom.ts'
import { matmul, swapLast } from './linalg.ts'
import { qrPattern, withinMatrices } from './matrix-patterns.ts'
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
  names?: readonly string[]
  domain?: string
  convention: string
  citation: string
  factors: readonly Name[]
  /** Shapes of the factors of an m × n matrix. */
  shapes: (m: number, n: number) => readonly Shape[]
  /** The factors of one matrix; undefined where it holds NaN or infinite entries. */
  value: (m: number, n: number, a: Float64Array) => readonly Float64Array[] | undefined
  /** Its factors for reverse mode, from those. */
  recorded?: (...factors: Float64Array[]) => readonly Float64Array[]
  /** Tangents of the factors. */
  // biome-ignore lint/suspicious/noExplicitAny: matrices of any level
  jvp: (da: any, factors: { [name in Name]: any }, a: any) => readonly Value[]
  square?: boolean
  /** Which entries of the factors, one factor after the other, depend on which of the matrix; left out where all depend on all. */
  pattern?: Exclude<Definition['pattern'], undefined>
  /** Factors in whose cotangent it is marked that they were reached; the tangents of such a factorisation end with that of the mark. */
  marked?: readonly Name[]
  samples: readonly (readonly unknown[])[]
}

const recordedOptions = {
  recorded: { is: flag, says: 'Whether the factors are those for reverse mode.' },
} as const satisfies Options

export function factorisation<Name extends string>({
  factors,
  shapes,
  square = false,
  marked = [],
  pattern = withinMatrices,
  recorded,
  ...author
}: Factorisation<Name>) {
  const dimensions = (a: Tensor) => a.shape.slice(-2) as [number, number]
  const packedSize = (m: number, n: number) => shapes(m, n).reduce((total, shape) => total + sizeOfShape(shape), marked.length > 0 ? 1 : 0)
  const unpack = (packed: Tensor, a: Tensor) => {
    let start = 0
    const total = packedSize(...dimensions(a))
    const parts = shapes(...dimensions(a)).map((shape, i) => {
      const from = start
      start += sizeOfShape(shape)
      const isMarked = marked.includes(factors[i] as Name)
      const part = isMarked ? markedPart(packed, { start: from, size: start - from, total }) : sliceAxis(packed, packed.rank - 1, from, start)
      return [factors[i], reshape(part, [...a.shape.slice(0, -2), ...shape])]
    })
    return Object.fromEntries(parts) as { [name in Name]: Tensor }
  }
  const packed = custom<(a: Tensor) => Tensor>({
    ...author,
    leading: true,
    step: { ...ofMatrices(square, (...sizes) => [packedSize(...sizes)]), ...(recorded !== undefined && { params: recordedOptions }) },
    ...(recorded !== undefined && { recorded: () => ({ recorded: true }) }),
    pattern,
    value: ([a], params?: Read<typeof recordedOptions>) => {
      const size = packedSize(...dimensions(a))
      return eachMatrix(a, [size], (each, i) => {
        const found = author.value(...dimensions(a), each)
        if (found === undefined) throw new DomainError(`${author.name}: ${whichMatrix(a.shape, i)} holds NaN or infinite entries.`)
        const parts = recorded !== undefined && params?.recorded ? recorded(...found) : found
        return [...parts.flatMap(part => [...part]), ...(marked.length > 0 ? [0] : [])]
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
    steps: [packed.definition, ...(marked.length > 0 ? turningSteps : [])],
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
  names: ['np.linalg.qr', 'scipy.linalg.qr', 'torch.linalg.qr', 'jnp.linalg.qr', 'tf.linalg.qr'],
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
  pattern: qrPattern,
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
  names: ['np.linalg.eigh', 'scipy.linalg.eigh', 'torch.linalg.eigh', 'jnp.linalg.eigh'],
  convention:
    'Derivatives at equal eigenvalues (to rounding) are right in reverse mode where one function of the eigenvalues, or none, is seen with their vectors; where that cannot be told, in forward mode, and in second derivatives they are NaN: matrixFunction, expm, sqrtm and logm are exact there. Without vectors, equal eigenvalues share their part, as ties of max do. Where reverse mode records, equal ones other than 0 are two roundings apart. The largest entry of each vector is positive.',
  citation: 'Householder tridiagonal form and implicit QL (Golub and Van Loan, section 8.3); derivatives by Giles 2008, section 3.1.',
  factors: ['values', 'vectors'],
  marked: ['vectors'],
  square: true,
  shapes: (_m, n) => [[n], [n, n]],
  value: (_m, n, a) => {
    const result = symmetricEigen(n, a)
    return result && [result.values, result.vectors]
  },
  recorded: (values, vectors) => [apart(values), vectors],
  jvp: (da, { values, vectors }) => {
    const moved = matmul(matmul(swapLast(vectors), mul(0.5, add(da, swapLast(da)))), vectors)
    const { change, turned, mark } = turnOf(moved, values, false)
    return [change, matmul(vectors, turned), mark]
  },
  samples: [[symmetric], [[symmetric, symmetric]]],
})

const thinSvd = /* @__PURE__ */ factorisation({
  name: 'svd',
  summary: 'Singular value decomposition, values in descending order; thin, or with all vectors of both sides.',
  formula: String.raw`A = U \operatorname{diag}(s) V^T`,
  names: ['np.linalg.svd', 'scipy.linalg.svd', 'torch.linalg.svd', 'jnp.linalg.svd'],
  convention:
    'Derivatives at equal singular values (to rounding) are right in reverse mode where one function of the values, or none, is seen with their vectors; where that cannot be told, in forward mode, and in second derivatives they are NaN: polar and pinv are exact there. So it is with values of 0. Where reverse mode records, equal ones other than 0 are two roundings apart. The largest entry of each row of Vᵀ is positive for tall matrices.',
  citation:
    'Golub and Kahan 1965, Demmel and Kahan 1990; one-sided rotations where rows or columns differ much in size (Drmač and Veselić 2008); derivatives by J. Townsend, Differentiating the singular value decomposition (2016).',
  factors: ['u', 's', 'vt'],
  marked: ['u', 'vt'],
  shapes: (m, n) => [[m, Math.min(m, n)], [Math.min(m, n)], [Math.min(m, n), n]],
  value: (m, n, a) => {
    const result = singularValues(m, n, a)
    return result && [result.u, result.s, result.vt]
  },
  recorded: (u, s, vt) => [u, apart(s.toReversed()).reverse(), vt],
  jvp: (da, { u, s, vt }) => {
    const v = swapLast(vt)
    const [m, n] = da.shape.slice(-2) as [number, number]
    const moved = matmul(matmul(swapLast(u), da), v)
    const flipped = swapLast(moved)
    // For M = UᵀdA V, the symmetric part over sⱼ − sᵢ turns both sides alike, the other over sⱼ + sᵢ one against the other.
    const { change, turned, mark } = turnOf(mul(0.5, add(moved, flipped)), s, m !== n)
    const against = mul(mul(0.5, sub(moved, flipped)), inverseOrZero(add(expandDims(s, -2), expandDims(s, -1)) as Tensor))
    const inverse = inverseOrZero(expandDims(s, -2) as Tensor)
    const beyond = (side: Tensor, image: Tensor, within: Tensor) => mul(sub(image, matmul(side, within)), inverse)
    const du = matmul(u, add(turned, against))
    const dv = matmul(v, sub(turned, against))
    const left = m > n ? add(du, beyond(u, matmul(da, v), moved)) : du
    const right = n > m ? add(dv, beyond(v, matmul(swapLast(da), u), flipped)) : dv
    return [left, change, swapLast(right), mark]
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

const svdOptions = {
  fullMatrices: { is: flag, default: false, says: 'Whether U and Vᵀ are square: the vectors beyond those of the values are any that are orthonormal.' },
} as const satisfies Options
type Svd = (a: TensorLike, ...options: Given<OptionsOf<typeof svdOptions>, ['fullMatrices']>) => { u: Tensor; s: Tensor; vt: Tensor }

export const svd = /* @__PURE__ */ composite<Svd>({
  ...thinSvd.definition,
  options: svdOptions,
  bare: ['fullMatrices'],
  of: (a: TensorLike, { fullMatrices }: Read<typeof svdOptions>) => {
    const thin = thinSvd(a)
    if (!fullMatrices) return thin
    const { u, s, vt } = thin
    return { u: completed(u), s, vt: swapLast(completed(swapLast(vt) as Tensor)) }
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
    [tall, { fullMatrices: true }],
    [
      [
        [2, 1, 0.5, 1],
        [0.5, -3, 1, 2],
      ],
      { fullMatrices: true },
    ],
  ],
})

/** Orthonormal columns with others that make them a square matrix: what is left of directions that nothing is parallel to, made orthonormal. */
function completed(q: Tensor): Tensor {
  const [m, k] = q.shape.slice(-2) as [number, number]
  if (m === k) return q
  const axis = q.rank - 1
  const directions = new Tensor(
    Float64Array.from({ length: m * (m - k) }, (_, i) => (((i + 1) * 0.6180339887498949 + (i + 1) ** 2 * 0.324717957244746) % 1) - 0.5),
    [m, m - k],
  )
  const typed = withDtype(directions, floatsOf(q).dtype)
  const without = (x: Tensor) => sub(x, matmul(q, matmul(swapLast(q), x))) as Tensor
  // Once more, as the first time leaves rounding of what was taken away.
  return concat([q, tallQr(without(tallQr(without(typed)).q)).q], { axis })
}

/** 1 / x, and 0 where x is 0. */
function inverseOrZero(x: Tensor): Tensor {
  return where(equal(x, 0), 0, div(1, where(equal(x, 0), 1, x)))
}

export const lstsq = /* @__PURE__ */ composite<(a: TensorLike, b: TensorLike) => Tensor>({
  name: 'lstsq',
  operands: 2,
  summary: 'The x of least squares ‖A x − b‖, and of least norm where A has more columns than rows.',
  formula: 'A^{+} b',
  names: ['np.linalg.lstsq', 'scipy.linalg.lstsq', 'torch.linalg.lstsq', 'jnp.linalg.lstsq'],
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
