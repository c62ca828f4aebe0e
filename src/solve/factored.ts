import { Tensor } from '../core/tensor.ts'
import { luFactor, substitute } from '../ops/kernels/matrices.ts'
import { type Linear, linear } from '../ops/kinds/linear.ts'
import { isFiniteVector } from './ivp/vectors.ts'

/** Factors of a matrix A. */
export interface Factors {
  /** x with A x = b. */
  solve(b: Float64Array): Float64Array
  /** x with Aᵀ x = b. */
  solveTransposed(b: Float64Array): Float64Array
}

/** Factors P A = L U of a dense matrix, row by row; undefined where it is singular or not finite. */
export function denseFactors(n: number, a: Float64Array): Factors | undefined {
  if (!isFiniteVector(a)) return undefined
  const { lu, pivots, singular } = luFactor(n, a)
  if (singular) return undefined
  return {
    solve: b => {
      const x = Float64Array.from(pivots, row => b[row] as number)
      substitute(n, 1, lu, x, { lower: true, unit: true, transpose: false })
      substitute(n, 1, lu, x, { lower: false, unit: false, transpose: false })
      return x
    },
    solveTransposed: b => {
      const y = b.slice()
      substitute(n, 1, lu, y, { lower: false, unit: false, transpose: true })
      substitute(n, 1, lu, y, { lower: true, unit: true, transpose: true })
      const x = new Float64Array(n)
      for (let i = 0; i < n; i++) x[pivots[i] as number] = y[i] as number
      return x
    },
  }
}

/** A⁻¹ b, or A⁻ᵀ b, for a matrix of numbers whose factors are known. */
export const factored: Linear<(factors: Factors, transposed: boolean, b: Tensor) => Tensor> = /* @__PURE__ */ linear<
  (factors: Factors, transposed: boolean, b: Tensor) => Tensor
>({
  name: 'factored',
  summary: 'x with A x = b for a constant matrix A whose factors are known.',
  formula: 'A^{-1} b',
  samples: [],
  takes: 3,
  signature: (factors: Factors, transposed: boolean, b: Tensor) => ({ operands: [b], params: { factors, transposed } }),
  value: ([b], { factors, transposed }: Params) => eachColumn(b, column => (transposed ? factors.solveTransposed(column) : factors.solve(column))),
  transpose: (cotangent: Tensor, { factors, transposed }: Params) => [factored(factors, !transposed, cotangent)],
})

/** A tensor with what a function makes of its columns; a vector is one. */
function eachColumn(b: Tensor, solve: (column: Float64Array) => Float64Array): Tensor {
  const data = Float64Array.from(b.data)
  if (b.rank < 2) return new Tensor(solve(data), b.shape)
  const [n, columns] = b.shape as [number, number]
  for (let j = 0; j < columns; j++) {
    const x = solve(Float64Array.from({ length: n }, (_, i) => data[i * columns + j] as number))
    for (let i = 0; i < n; i++) data[i * columns + j] = x[i] as number
  }
  return new Tensor(data, b.shape)
}

interface Params {
  factors: Factors
  transposed: boolean
}
