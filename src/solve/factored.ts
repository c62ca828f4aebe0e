import { Tensor } from '../core/tensor.ts'
import { type Linear, linear } from '../ops/kinds/linear.ts'
import type { Factors } from './factors.ts'

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
