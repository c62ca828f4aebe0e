import type { SparseMatrix } from '../../jacobian/sparse-matrix.ts'

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
  for (let j = 0; j < n; j++) {
    const square = norms[j] as number
    norms[j] = square === 0 || !Number.isFinite(square) ? columnLength(values, columns, j, frozen) : Math.sqrt(square)
  }
  return { gradient, norms }
}

/** The length of a column whose squares under- or overflow; 1 for zeros. */
function columnLength(values: Float64Array, columns: Int32Array, column: number, frozen: Uint8Array): number {
  if (frozen[column] === 1) return 1
  return euclideanNorm(values.filter((_, k) => columns[k] === column)) || 1
}

/** Length of a vector, without overflow. */
export function euclideanNorm(x: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += (x[i] as number) * (x[i] as number)
  if (sum > 1e-280 && sum < Number.POSITIVE_INFINITY) return Math.sqrt(sum)
  let largest = 0
  for (let i = 0; i < x.length; i++) {
    const size = Math.abs(x[i] as number)
    if (!(size <= largest)) largest = size
  }
  if (largest === 0 || !Number.isFinite(largest)) return largest
  sum = 0
  for (let i = 0; i < x.length; i++) sum += ((x[i] as number) / largest) ** 2
  return largest * Math.sqrt(sum)
}

/** Length of a step in the scales of the variables. */
export function scaledNorm(x: Float64Array, scales: Float64Array): number {
  return euclideanNorm(x.map((each, j) => each * (scales[j] as number)))
}

export function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += (x[i] as number) * (y[i] as number)
  return sum
}
