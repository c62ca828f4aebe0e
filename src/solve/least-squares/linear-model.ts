import type { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import { norm } from '../vectors.ts'

/**
 * The linear least-squares problem of one iteration: min ‖J p + r‖² + λ‖D p‖² over the columns of J that may move. Each way to
 * solve it (orthogonal factors, normal equations, Schur complements) is one of these, made for a pattern of J.
 */
export interface LinearModel {
  /** Takes J and r; columns marked in `frozen` do not move. */
  load(jacobian: SparseMatrix, residuals: Float64Array, frozen: Uint8Array): void
  /** Length of each column of J; 1 for a column of zeros and for one that does not move. */
  readonly norms: Float64Array
  /** Jᵀr, 0 for columns that do not move. */
  readonly gradient: Float64Array
  /** p for a damping λ ≥ 0 and the scales D; undefined where JᵀJ + λD² is singular to working precision. */
  step(damping: number, scales: Float64Array): Float64Array | undefined
  /** z with (JᵀJ + λD²) z = b, by the factors of the last step. */
  solve(b: Float64Array): Float64Array
}

/** Jᵀr and the lengths of the columns of J. */
export function columnsOf({ shape, rowPointers, columns, values }: SparseMatrix, residuals: Float64Array, frozen: Uint8Array) {
  const [rows, n] = shape
  const [gradient, norms] = [new Float64Array(n), new Float64Array(n)]
  for (let i = 0; i < rows; i++) {
    const r = residuals[i] as number
    for (let k = rowPointers[i] as number; k < (rowPointers[i + 1] as number); k++) {
      const [j, value] = [columns[k] as number, values[k] as number]
      if (frozen[j] === 1) continue
      gradient[j] = (gradient[j] as number) + value * r
      norms[j] = (norms[j] as number) + value * value
    }
  }
  if (norms.every(square => square > 1e-280 && square < Number.POSITIVE_INFINITY)) return { gradient, norms: norms.map(Math.sqrt) }
  return { gradient, norms: scaledLengths(values, columns, n, frozen) }
}

/** The same lengths where squares may under- or overflow; 1 for zeros. */
function scaledLengths(values: Float64Array, columns: Int32Array, n: number, frozen: Uint8Array): Float64Array {
  const [largest, sums] = [new Float64Array(n), new Float64Array(n)]
  columns.forEach((j, k) => {
    largest[j] = Math.max(largest[j] as number, Math.abs(values[k] as number))
  })
  columns.forEach((j, k) => {
    if (largest[j] !== 0) sums[j] = (sums[j] as number) + ((values[k] as number) / (largest[j] as number)) ** 2
  })
  return sums.map((sum, j) => (frozen[j] === 1 ? 1 : (largest[j] as number) * Math.sqrt(sum) || 1))
}

/** Length of a step in the scales of the variables. */
export function scaledNorm(x: Float64Array, scales: Float64Array): number {
  return norm(x.map((each, j) => each * (scales[j] as number)))
}
