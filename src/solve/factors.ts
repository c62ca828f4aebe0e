import type { SparseMatrix } from '../jacobian/sparse-matrix.ts'
import { SparseLu } from './sparse/lu.ts'

/** The inverse of a matrix, as it is applied to vectors. */
export interface Factors {
  solve(b: Float64Array): Float64Array
  solveTransposed(b: Float64Array): Float64Array
}

/** A matrix of at least this part of entries other than 0, or of so few rows, is factored as a dense one. */
const DENSE = 0.2
const SMALL = 16
/** A reciprocal condition below this one has no digits left. */
const SINGULAR = 1e-15

/** Factors of square matrices, one after the other; what was found for a pattern is used again for the next of the same. */
export class Factoring {
  #sparse: SparseLu | undefined
  #pattern: SparseMatrix | undefined

  /** The factors of a matrix; the index of a column that depends on others where it is singular. */
  of(matrix: SparseMatrix): Factors | number {
    const [n] = matrix.shape
    if (n <= SMALL || matrix.nonzeros > DENSE * n * n) return denseFactors(matrix.toDense().data, n)
    if (this.#sparse === undefined || this.#pattern === undefined || !samePattern(matrix, this.#pattern)) {
      this.#pattern = matrix
      this.#sparse = new SparseLu(matrix)
    }
    const sparse = this.#sparse
    if (!sparse.factor(matrix)) return sparse.singularAt ?? 0
    return sparse
  }
}

/**
 * The factors of a matrix that has an inverse with some digits; the index of an unknown that is not determined where it has none. The
 * norm of the inverse is estimated from few solutions.
 *
 * Source: Higham, FORTRAN codes for estimating the one-norm of a real or complex matrix, ACM Trans. Math. Softw. 14 (1988).
 */
export function regularFactors(matrix: SparseMatrix, factoring = new Factoring()): Factors | number {
  const factors = factoring.of(matrix)
  if (typeof factors === 'number') return factors
  const [n] = matrix.shape
  // Rows to the size 1, so that the units of equations do not count.
  const scales = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let sum = 0
    for (let k = matrix.rowPointers[i] as number; k < (matrix.rowPointers[i + 1] as number); k++) sum += Math.abs(matrix.values[k] as number)
    scales[i] = sum
  }
  const columnSizes = new Float64Array(n)
  for (let i = 0; i < n; i++)
    for (let k = matrix.rowPointers[i] as number; k < (matrix.rowPointers[i + 1] as number); k++) {
      const j = matrix.columns[k] as number
      columnSizes[j] = Math.max(columnSizes[j] as number, Math.abs(matrix.values[k] as number) / (scales[i] as number))
    }
  let x: Float64Array = new Float64Array(n).fill(1 / n)
  let [worst, size] = [0, 0]
  for (let k = 0; k < 4; k++) {
    // Unknowns and equations by their own sizes.
    const y = factors.solve(x.map((each, i) => each * (scales[i] as number))).map((each, j) => each * (columnSizes[j] as number))
    let norm = 0
    y.forEach((each, j) => {
      norm += Math.abs(each)
      if (Math.abs(each) > Math.abs(y[worst] as number)) worst = j
    })
    if (!(norm < 1 / SINGULAR)) return worst
    if (norm <= size) break
    size = norm
    const z = factors.solveTransposed(y.map((each, j) => (each < 0 ? -1 : 1) * (columnSizes[j] as number))).map((each, i) => each * (scales[i] as number))
    let best = 0
    z.forEach((each, i) => {
      if (Math.abs(each) > Math.abs(z[best] as number)) best = i
    })
    x = new Float64Array(n)
    x[best] = 1
  }
  return factors
}

function samePattern(a: SparseMatrix, b: SparseMatrix): boolean {
  const same = (x: Int32Array, y: Int32Array) => {
    if (x === y) return true
    if (x.length !== y.length) return false
    for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false
    return true
  }
  return same(a.rowPointers, b.rowPointers) && same(a.columns, b.columns)
}

/** P A = L U with the largest entry of each column, relative to its row, as pivot; `a` is used up. */
export function denseFactors(a: Float64Array, n: number): Factors | number {
  const rows = Int32Array.from({ length: n }, (_, i) => i)
  const size = Float64Array.from({ length: n }, (_, i) => {
    let largest = 0
    for (let j = 0; j < n; j++) largest = Math.max(largest, Math.abs(a[i * n + j] as number))
    return largest
  })
  for (let k = 0; k < n; k++) {
    let [pivot, best] = [k, -1]
    for (let i = k; i < n; i++) {
      const relative = Math.abs(a[i * n + k] as number) / (size[i] as number)
      if (relative > best) [pivot, best] = [i, relative]
    }
    if (!(best > SINGULAR)) return k
    if (pivot !== k) {
      for (let j = 0; j < n; j++) [a[k * n + j], a[pivot * n + j]] = [a[pivot * n + j] as number, a[k * n + j] as number]
      ;[rows[k], rows[pivot]] = [rows[pivot] as number, rows[k] as number]
      ;[size[k], size[pivot]] = [size[pivot] as number, size[k] as number]
    }
    const divisor = a[k * n + k] as number
    for (let i = k + 1; i < n; i++) {
      const factor = (a[i * n + k] as number) / divisor
      a[i * n + k] = factor
      if (factor !== 0) for (let j = k + 1; j < n; j++) a[i * n + j] = (a[i * n + j] as number) - factor * (a[k * n + j] as number)
    }
  }
  return {
    solve(b) {
      const x = Float64Array.from(rows, i => b[i] as number)
      for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) x[i] = (x[i] as number) - (a[i * n + j] as number) * (x[j] as number)
      for (let i = n - 1; i >= 0; i--) {
        for (let j = i + 1; j < n; j++) x[i] = (x[i] as number) - (a[i * n + j] as number) * (x[j] as number)
        x[i] = (x[i] as number) / (a[i * n + i] as number)
      }
      return x
    },
    solveTransposed(b) {
      const x = b.slice()
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < i; j++) x[i] = (x[i] as number) - (a[j * n + i] as number) * (x[j] as number)
        x[i] = (x[i] as number) / (a[i * n + i] as number)
      }
      for (let i = n - 1; i >= 0; i--) for (let j = i + 1; j < n; j++) x[i] = (x[i] as number) - (a[j * n + i] as number) * (x[j] as number)
      const result = new Float64Array(n)
      rows.forEach((row, i) => {
        result[row] = x[i] as number
      })
      return result
    },
  }
}
