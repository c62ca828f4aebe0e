import { dispatch, shapeOf, toValue } from '../core/dispatch.ts'
import { DomainError, ShapeError } from '../core/errors.ts'
import type { Options } from '../core/options.ts'
import { formatShape } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import { add, mul, neg, sub } from './arithmetic.ts'
import { exponential } from './kernels/exponential.ts'
import { multiplyMatrices } from './kernels/gemm.ts'
import { logarithm, type Outcome, squareRoot, sylvesterSolution } from './kernels/schur-functions.ts'
import { singularValues } from './kernels/singular-values.ts'
import { composite } from './kinds/composite.ts'
import { type Custom, custom } from './kinds/custom.ts'
import { matmul, swapLast } from './linalg.ts'
import { withinMatrices } from './matrix-patterns.ts'
import { eachMatrix, inDirections, ofMatrices, ofSystem, solve, spreadOverBatch, squareOperand, sumOfPresent, whichMatrix } from './systems.ts'

const matrix = [
  [2, 1, 0.5],
  [-1, 3, 0.25],
  [0.5, -0.75, 2],
] as const
const positive = [
  [4, 1, 0.5],
  [1, 3, -0.25],
  [0.5, -0.25, 2],
] as const
const unit = [
  [1, 0],
  [0, 1],
] as const
const tall = [
  [2, 1],
  [0.5, -3],
  [1, 1],
] as const
const wide = [
  [2, 1, 0.5],
  [0.5, -3, 1],
] as const

/** The i-th matrix of a batch. */
function itemOf(x: Tensor, i: number): Float64Array {
  const size = (x.shape.at(-1) as number) * (x.shape.at(-2) as number)
  return x.data.subarray(i * size, (i + 1) * size)
}

/** The matrix that a kernel found; a DomainError that says why there is none. */
function found(name: string, a: Tensor, i: number, outcome: Outcome): Float64Array {
  if (typeof outcome === 'string') throw new DomainError(`${name}: ${whichMatrix(a.shape, i)} ${outcome}.`)
  return outcome
}

/** What the author of a function of square matrices writes that extends one of numbers. */
interface MatrixFunction {
  name: string
  summary: string
  formula: string
  names?: readonly string[]
  domain?: string
  convention?: string
  citation: string
  /** f(A), or with k directions the k-th derivative in these. */
  value: (n: number, a: Float64Array, directions: readonly Float64Array[]) => Outcome
  samples: readonly (readonly unknown[])[]
}

/**
 * A function of square matrices with Fréchet derivatives of any order: with directions as operands behind the matrix, the operator
 * is its derivative in these, D^k f(A)[E₁, …, Eₖ].
 */
function matrixFunctionOf(author: MatrixFunction): Custom<(a: TensorLike) => Tensor> {
  const operator: Custom<(a: TensorLike) => Tensor> = custom({
    ...author,
    leading: true,
    step: inDirections,
    pattern: withinMatrices,
    signature: a => ({ operands: [squareOperand(author.name, a)] }),
    value: ([a, ...directions]) => {
      const n = a.shape.at(-1) as number
      return eachMatrix(a, [n, n], (each, i) => {
        const inDirections = directions.map(direction => itemOf(direction, i))
        return found(author.name, a, i, author.value(n, each, inDirections))
      })
    },
    jvp: ([a, ...directions], [da, ...changes]) => {
      const terms = changes.map((change, i) => change && derivative(a, directions.with(i, change)))
      if (da !== undefined) terms.push(derivative(a, [...directions, da]))
      return sumOfPresent(terms)
    },
    // tr(E₀ D^k f(A)[E₁, …, Eₖ]) is symmetric in all k + 1 directions.
    linearIn: {
      operand: i => i > 0,
      transpose: (cotangent, i, [a, ...directions]) => swapLast(derivative(a, directions.with(i - 1, swapLast(cotangent)))),
    },
  })
  const derivative = (a: Tensor, directions: readonly Tensor[]) => dispatch(operator.definition, [a, ...directions]) as Tensor
  return operator
}

export const expm = /* @__PURE__ */ matrixFunctionOf({
  name: 'expm',
  summary: 'Exponential of square matrices.',
  formula: String.raw`\sum_k \frac{A^k}{k!}`,
  names: ['scipy.linalg.expm', 'torch.linalg.matrix_exp', 'jax.scipy.linalg.expm'],
  citation: 'Al-Mohy and Higham, A new scaling and squaring algorithm for the matrix exponential (2009); derivatives by Higham and Relton (2014).',
  value: exponential,
  samples: [[matrix], [[matrix, positive]], [unit]],
})

export const sqrtm = /* @__PURE__ */ matrixFunctionOf({
  name: 'sqrtm',
  summary: 'Principal square root of square matrices: the one whose eigenvalues have positive real parts.',
  formula: 'A^{1/2}',
  names: ['scipy.linalg.sqrtm', 'jax.scipy.linalg.sqrtm'],
  domain: 'no negative eigenvalue',
  convention: 'A negative eigenvalue is a DomainError, and so is the derivative at a singular matrix.',
  citation: 'Björck and Hammarling, A Schur method for the square root of a matrix (1983).',
  value: squareRoot,
  samples: [[matrix], [[matrix, positive]], [unit]],
})

export const logm = /* @__PURE__ */ matrixFunctionOf({
  name: 'logm',
  summary: 'Principal logarithm of square matrices: the one whose eigenvalues have imaginary parts between −π and π.',
  formula: String.raw`\ln A`,
  names: ['scipy.linalg.logm'],
  domain: 'no eigenvalue that is negative or 0',
  convention: 'A negative eigenvalue, and a singular matrix, is a DomainError.',
  citation: 'Al-Mohy and Higham, Improved inverse scaling and squaring algorithms for the matrix logarithm (2012).',
  value: logarithm,
  samples: [[matrix], [[matrix, positive]], [unit]],
})

const askedOptions = {
  of: { is: ['sylvester', 'polar'], required: true, says: 'The operator that is called, for messages.' },
} as const satisfies Options
type Asked = { of: 'sylvester' | 'polar' }

export const sylvesterSystem: Custom<(a: TensorLike, b: TensorLike, c: TensorLike) => Tensor> = /* @__PURE__ */ custom<
  (a: TensorLike, b: TensorLike, c: TensorLike) => Tensor
>({
  name: 'sylvesterSystem',
  leading: true,
  step: /* @__PURE__ */ ofSystem(3, askedOptions),
  pattern: withinMatrices,
  summary: 'X with A X + X B = C for matrices of one batch shape: what sylvester is made of.',
  formula: 'A X + X B = C',
  operands: 3,
  signature: (a: TensorLike, b: TensorLike, c: TensorLike) => ({
    operands: [toValue('sylvester', a), toValue('sylvester', b, 1), toValue('sylvester', c, 2)],
    params: { of: 'sylvester' },
  }),
  value: ([a, b, c], { of }: Asked) => {
    const [m, n] = c.shape.slice(-2) as [number, number]
    return eachMatrix(c, [m, n], (each, i) => found(of, a, i, sylvesterSolution(m, n, itemOf(a, i), itemOf(b, i), each)))
  },
  jvp: ([a, b, c], [da, db, dc], x, { of }: Asked) => {
    let right = dc ?? mul(c, 0)
    if (da !== undefined) right = sub(right, matmul(da, x))
    if (db !== undefined) right = sub(right, matmul(x, db))
    return sylvesterFor(of, a, b, right)
  },
  linearIn: { operand: i => i === 2, transpose: (cotangent, _i, [a, b], { of }: Asked) => sylvesterFor(of, swapLast(a), swapLast(b), cotangent) },
  samples: [[positive, unit, tall]],
})

function sylvesterFor(of: Asked['of'], a: Tensor, b: Tensor, c: Tensor): Tensor {
  return dispatch(sylvesterSystem.definition, [a, b, c], { of }) as Tensor
}

export const sylvester = /* @__PURE__ */ composite<(a: TensorLike, b: TensorLike, c: TensorLike) => Tensor>({
  name: 'sylvester',
  operands: 3,
  summary: "The X with A X + X B = C: Sylvester's equation, batched over leading axes.",
  formula: 'A X + X B = C',
  names: ['scipy.linalg.solve_sylvester', 'jax.scipy.linalg.solve_sylvester'],
  domain: 'no eigenvalue of A is the negative of one of B',
  convention: 'Where one is, that is a DomainError.',
  citation: 'Bartels and Stewart, Solution of the matrix equation AX + XB = C (1972).',
  of: (a: TensorLike, b: TensorLike, c: TensorLike) => {
    const [left, right] = [squareOperand('sylvester', a), squareOperand('sylvester', b)]
    const whole = toValue('sylvester', c, 2) as Tensor
    const [m, n] = [left.shape.at(-1), right.shape.at(-1)]
    const given = shapeOf(whole)
    if (given.length < 2 || given.at(-2) !== m || given.at(-1) !== n) {
      throw new ShapeError(`sylvester: a right side of shape ${formatShape(given)} does not fit: for matrices of ${m} and ${n} rows it is ${m} × ${n}.`)
    }
    return sylvesterSystem(...(spreadOverBatch('sylvester', [left, right, whole]) as [Tensor, Tensor, Tensor]))
  },
  samples: [
    [positive, unit, tall],
    [[matrix, positive], positive, matrix],
  ],
})

export const polarFactor: Custom<(a: TensorLike) => Tensor> = /* @__PURE__ */ custom<(a: TensorLike) => Tensor>({
  name: 'polarFactor',
  leading: true,
  step: /* @__PURE__ */ ofMatrices(false, (m, n) => [m, n]),
  pattern: withinMatrices,
  summary: 'The matrix with orthonormal columns (rows, where there are fewer) that is nearest to A: what polar is made of.',
  formula: 'A (A^T A)^{-1/2}',
  convention: 'The derivative at a matrix that is not of full rank is a DomainError.',
  citation: 'Higham, Functions of Matrices, section 8.2.',
  signature: a => ({ operands: [matrices('polar', a)] }),
  value: ([a]) => {
    const [m, n] = a.shape.slice(-2) as [number, number]
    return eachMatrix(a, [m, n], (each, i) => {
      const decomposed = singularValues(m, n, each)
      if (decomposed === undefined) throw new DomainError(`polar: ${whichMatrix(a.shape, i)} holds NaN or infinite entries.`)
      const product = new Float64Array(m * n)
      multiplyMatrices(m, Math.min(m, n), n, decomposed.u, decomposed.vt, product)
      return product
    })
  },
  jvp: ([a], [da], out) => {
    const [m, n] = a.shape.slice(-2) as [number, number]
    if (m < n) return swapLast(turnOfPolar(swapLast(a), swapLast(da), swapLast(out)))
    return turnOfPolar(a, da, out)
  },
  samples: [[tall], [wide], [matrix]],
})

/** Matrices, of any shape. */
function matrices(name: string, given: TensorLike): Tensor {
  const operand = toValue(name, given)
  if (shapeOf(operand).length < 2) throw new ShapeError(`${name}: takes matrices, but shape ${formatShape(shapeOf(operand))} was given.`)
  return operand as Tensor
}

/** The tangent of the factor U of A = U P with m ≥ n: from UᵀdU + dUᵀU = 0 follows P Ω + Ω P = UᵀdA − dAᵀU for Ω = UᵀdU. */
function turnOfPolar(a: Tensor, da: Tensor, u: Tensor): Tensor {
  const [m, n] = a.shape.slice(-2) as [number, number]
  const stretch = stretchOf(u, a)
  const part = matmul(swapLast(u), da)
  const turn = sylvesterFor('polar', stretch, stretch, sub(part, swapLast(part)))
  // Skew to the last digit: what rounding leaves of the diagonal is divided by the smallest singular value.
  const turned = matmul(u, mul(0.5, sub(turn, swapLast(turn))))
  if (m === n) return turned
  const outside = sub(da, matmul(u, part))
  return add(turned, swapLast(solve(stretch, swapLast(outside))))
}

/** P = UᵀA, which is symmetric. */
function stretchOf(u: Tensor, a: Tensor): Tensor {
  const product = matmul(swapLast(u), a)
  return mul(0.5, add(product, swapLast(product)))
}

export const polar = /* @__PURE__ */ composite<(a: TensorLike) => { u: Tensor; p: Tensor }>({
  name: 'polar',
  summary: 'Polar decomposition: orthonormal columns (rows, where there are fewer), and a symmetric matrix without negative eigenvalues.',
  formula: 'A = U P',
  names: ['scipy.linalg.polar', 'jax.scipy.linalg.polar'],
  convention: 'The derivative at a matrix that is not of full rank is a DomainError.',
  citation: 'Higham, Functions of Matrices, chapter 8.',
  of: (a: TensorLike) => {
    const operand = matrices('polar', a)
    const u = polarFactor(operand)
    return { u, p: stretchOf(u, operand) }
  },
  samples: [[matrix], [tall], [wide], [unit], [[tall, tall]]],
})

export const pinv: Custom<(a: TensorLike) => Tensor> = /* @__PURE__ */ custom<(a: TensorLike) => Tensor>({
  name: 'pinv',
  leading: true,
  step: /* @__PURE__ */ ofMatrices(false, (m, n) => [n, m]),
  summary: 'Pseudoinverse of matrices of any shape and rank.',
  formula: 'A^{+}',
  names: ['np.linalg.pinv', 'scipy.linalg.pinv', 'torch.linalg.pinv', 'jnp.linalg.pinv'],
  convention:
    'Singular values up to max(m, n) roundings of the largest count as 0. The derivative is that for changes that keep the rank; across others the pseudoinverse jumps.',
  citation: 'Golub and Pereyra, The differentiation of pseudo-inverses (1973), equation 4.12.',
  signature: a => ({ operands: [matrices('pinv', a)] }),
  value: ([a]) => {
    const [m, n] = a.shape.slice(-2) as [number, number]
    return eachMatrix(a, [n, m], (each, i) => {
      const decomposed = singularValues(m, n, each)
      if (decomposed === undefined) throw new DomainError(`pinv: ${whichMatrix(a.shape, i)} holds NaN or infinite entries.`)
      return pseudoInverse(m, n, decomposed)
    })
  },
  jvp: ([a], [da], inverse) => {
    const [turned, flipped] = [swapLast(da), swapLast(inverse)]
    const within = neg(matmul(matmul(inverse, da), inverse))
    const below = matmul(matmul(inverse, flipped), sub(turned, matmul(matmul(turned, a), inverse)))
    const beside = matmul(sub(turned, matmul(inverse, matmul(a, turned))), matmul(flipped, inverse))
    return add(add(within, below), beside)
  },
  samples: [[tall], [wide], [matrix]],
})

function pseudoInverse(m: number, n: number, { u, s, vt }: { u: Float64Array; s: Float64Array; vt: Float64Array }): Float64Array {
  const k = s.length
  const result = new Float64Array(n * m)
  const nothing = Math.max(m, n) * Number.EPSILON * (s[0] ?? 0)
  for (let r = 0; r < k; r++) {
    const value = s[r] as number
    if (value <= nothing) break
    for (let i = 0; i < n; i++) {
      const factor = (vt[r * n + i] as number) / value
      for (let j = 0; j < m; j++) result[i * m + j] = (result[i * m + j] as number) + factor * (u[j * k + r] as number)
    }
  }
  return result
}
