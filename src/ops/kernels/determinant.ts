import { multiplyMatrices } from './gemm.ts'
import { luFactor, transposeOf } from './matrices.ts'
import { singularValues } from './singular-values.ts'

/** The determinant, by LU with partial pivoting. */
export function determinant(n: number, a: Float64Array): number {
  const { lu, sign } = luFactor(n, a)
  return sign * productOf(Array.from({ length: n }, (_, i) => lu[i * n + i] as number))
}

/** The sign of the determinant, and the logarithm of its size. */
export function signAndLogarithm(n: number, a: Float64Array): [sign: number, logarithm: number] {
  const { lu, sign } = luFactor(n, a)
  let [total, signs] = [0, sign]
  for (let i = 0; i < n; i++) {
    const pivot = lu[i * n + i] as number
    total += Math.log(Math.abs(pivot))
    signs *= Math.sign(pivot)
  }
  return [signs + 0, total]
}

/**
 * The matrix M with ⟨M, X⟩ = Dᵏ⁺¹ det(A)[E₁, …, Eₖ, X] for k directions E: the cofactors for none of them.
 *
 * Between the bases of singular vectors A is diagonal. There the coefficient of x₁ … xₖ₊₁ in det(Σ + Σ xᵢ Eᵢ) is, for each choice
 * of k + 1 rows, the product of the other rows' singular values times the mixed minors of the directions in the rows chosen. No
 * division takes place, so that the rank does not matter.
 */
export function cofactors(n: number, a: Float64Array, directions: readonly Float64Array[]): Float64Array {
  const decomposed = singularValues(n, n, a)
  if (decomposed === undefined) return new Float64Array(n * n).fill(Number.NaN)
  const { u, s, vt } = decomposed
  const [ut, v] = [transposeOf(n, n, u), transposeOf(n, n, vt)]
  const between = directions.map(each => product(n, ut, product(n, each, v)))
  const inner = new Float64Array(n * n)
  eachChoice(n, directions.length + 1, rows => {
    const others = productOf(Array.from(s).filter((_, i) => !rows.includes(i)))
    rows.forEach((i, p) => {
      rows.forEach((j, q) => {
        const minor = mixedMinor(
          n,
          between,
          rows.filter(row => row !== i),
          rows.filter(column => column !== j),
        )
        inner[i * n + j] = (inner[i * n + j] as number) + ((p + q) % 2 === 0 ? others : -others) * minor
      })
    })
  })
  const sign = Math.sign(determinant(n, u) * determinant(n, vt))
  return product(n, u, product(n, inner, vt)).map(entry => sign * entry + 0)
}

function product(n: number, a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(n * n)
  multiplyMatrices(n, n, n, a, b, out)
  return out
}

/** The coefficient of x₁ … xₖ in the determinant of x₁E₁ + … + xₖEₖ, restricted to k rows and columns: each direction gives one row. */
function mixedMinor(n: number, directions: readonly Float64Array[], rows: readonly number[], columns: readonly number[]): number {
  const [first, ...others] = directions
  if (first === undefined) return 1
  let sum = 0
  rows.forEach((i, p) => {
    columns.forEach((j, q) => {
      const entry = first[i * n + j] as number
      if (entry === 0) return
      const rest = mixedMinor(
        n,
        others,
        rows.filter(row => row !== i),
        columns.filter(column => column !== j),
      )
      sum += ((p + q) % 2 === 0 ? entry : -entry) * rest
    })
  })
  return sum
}

/** Calls `visit` with every choice of `count` of the numbers below n, in ascending order. */
function eachChoice(n: number, count: number, visit: (chosen: readonly number[]) => void): void {
  const choose = (chosen: readonly number[], from: number): void => {
    if (chosen.length === count) visit(chosen)
    else for (let i = from; i <= n - (count - chosen.length); i++) choose([...chosen, i], i + 1)
  }
  choose([], 0)
}

/** A product whose factors are taken so that it does not leave the range on the way. */
function productOf(factors: number[]): number {
  factors.sort((x, y) => Math.abs(x) - Math.abs(y))
  let [result, low, high] = [1, 0, factors.length - 1]
  while (low <= high) result *= Math.abs(result) > 1 ? (factors[low++] as number) : (factors[high--] as number)
  return result
}
