import { bidiagonalSingularValues, type Decomposition } from './bidiagonal.ts'
import { signOfLargest } from './eigen.ts'
import { oneSidedJacobi } from './jacobi.ts'
import { dotProduct, euclideanNorm, NOTHING, scaleOf } from './norm.ts'

export interface SingularValues {
  /** m × k, with k = min(m, n). */
  u: Float64Array
  /** In descending order. */
  s: Float64Array
  /** k × n. */
  vt: Float64Array
}

/**
 * Thin U (m × k), singular values in descending order and Vᵀ (k × n). U and V have orthonormal columns, also where singular
 * values are 0. The largest entry of each row of Vᵀ (of each column of U where m < n) is positive. Undefined where A holds NaN
 * or infinite entries.
 *
 * QR with column pivoting, then R's bidiagonal form and implicit QR. Where rows or columns differ much in size, one-sided
 * rotations of the rows of R (Drmač and Veselić 2008, New fast and accurate Jacobi SVD algorithm I) find small singular values
 * with small errors relative to themselves.
 */
export function singularValues(m: number, n: number, a: Float64Array): SingularValues | undefined {
  const scale = scaleOf(a)
  if (scale === undefined) return undefined
  const columns = new Float64Array(m * n)
  const tall = m >= n
  // The columns of the matrix, or of its transpose, in rows.
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) columns[tall ? j * m + i : i * n + j] = (a[i * n + j] as number) * scale
  const [long, short] = tall ? [m, n] : [n, m]
  const { left, lengths, right } = tallSingularValues(long, short, columns)
  const [u, s, vt] = [new Float64Array(m * short), new Float64Array(short), new Float64Array(short * n)]
  const order = Array.from({ length: short }, (_, k) => k).sort((i, j) => (lengths[j] as number) - (lengths[i] as number))
  order.forEach((from, to) => {
    s[to] = (lengths[from] as number) / scale
    const sign = signOfLargest(right, from * short, short)
    const [ofU, ofV] = tall ? [left, right] : [right, left]
    for (let i = 0; i < m; i++) u[i * short + to] = sign * (ofU[from * m + i] as number) || 0
    for (let j = 0; j < n; j++) vt[to * n + j] = sign * (ofV[from * n + j] as number) || 0
  })
  return { u, s, vt }
}

/** Of a matrix with m ≥ n, given by its columns: singular values in no order, and left and right vectors in rows. */
function tallSingularValues(m: number, n: number, columns: Float64Array): Decomposition {
  const { graded, rowOrder } = gradesOf(m, n, columns)
  // P A P' = Q R and R = U Σ Vᵀ give A = (Pᵀ Q U) Σ (P' V)ᵀ. Largest rows first keeps the accuracy of small ones (Cox and Higham 1998).
  const sorted = graded ? columns.map((_, k) => columns[k - (k % m) + (rowOrder[k % m] as number)] as number) : columns
  const { order, sizes, r } = pivotedQr(m, n, sorted)
  const inner = graded ? rotatedSingularValues(n, r) : bidiagonalSingularValues(n, r)
  const [left, right] = [new Float64Array(n * m), new Float64Array(n * n)]
  const vector = new Float64Array(m)
  for (let k = 0; k < n; k++) {
    for (let j = 0; j < n; j++) right[k * n + (order[j] as number)] = inner.right[k * n + j] as number
    vector.fill(0)
    vector.set(inner.left.subarray(k * n, (k + 1) * n))
    for (let c = n - 1; c >= 0; c--) reflect(sorted, c * m, sizes[c] as number, vector, 0, c, m)
    for (let i = 0; i < m; i++) left[k * m + (graded ? (rowOrder[i] as number) : i)] = vector[i] as number
  }
  return { left, lengths: inner.lengths, right }
}

/** Ratio of the sizes of columns, or of rows, from which a matrix counts as graded; those of zeros do not count. */
const GRADED = 1e3

/** Whether rows or columns differ much in size, and the order of the rows by size. */
function gradesOf(m: number, n: number, columns: Float64Array): { graded: boolean; rowOrder: number[] } {
  const [ofRows, ofColumns] = [new Float64Array(m), new Float64Array(n)]
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < m; i++) {
      const size = Math.abs(columns[j * m + i] as number)
      if (size > (ofRows[i] as number)) ofRows[i] = size
      if (size > (ofColumns[j] as number)) ofColumns[j] = size
    }
  }
  const differ = (sizes: Float64Array) => {
    let [smallest, largest] = [Number.POSITIVE_INFINITY, 0]
    for (const size of sizes) if (size > 0) [smallest, largest] = [Math.min(smallest, size), Math.max(largest, size)]
    return largest > GRADED * smallest
  }
  const graded = differ(ofRows) || differ(ofColumns)
  const rowOrder = Array.from({ length: m }, (_, i) => i)
  return { graded, rowOrder: graded ? rowOrder.sort((i, j) => (ofRows[j] as number) - (ofRows[i] as number)) : rowOrder }
}

/** By one-sided rotations of the rows: J R = Σ Vᵀ. */
function rotatedSingularValues(n: number, r: Float64Array): Decomposition {
  const left = new Float64Array(n * n)
  for (let i = 0; i < n; i++) left[i * n + i] = 1
  const lengths = oneSidedJacobi(n, n, r, left)
  return { lengths, left, right: orthonormal(n, n, r, lengths) }
}

/** Householder's QR of a matrix given by its columns, the longest of what is left first. Leaves the reflections' vectors in the columns. */
function pivotedQr(m: number, n: number, columns: Float64Array): { order: number[]; sizes: Float64Array; r: Float64Array } {
  const order = Array.from({ length: n }, (_, j) => j)
  const sizes = new Float64Array(n)
  const r = new Float64Array(n * n)
  for (let c = 0; c < n; c++) {
    let best = c
    let length = -1
    for (let j = c; j < n; j++) {
      const each = euclideanNorm(columns, j * m + c, (j + 1) * m)
      if (each > length) [best, length] = [j, each]
    }
    if (best !== c) {
      ;[order[c], order[best]] = [order[best] as number, order[c] as number]
      for (let i = 0; i < m; i++) [columns[c * m + i], columns[best * m + i]] = [columns[best * m + i] as number, columns[c * m + i] as number]
      for (let k = 0; k < c; k++) [r[k * n + c], r[k * n + best]] = [r[k * n + best] as number, r[k * n + c] as number]
    }
    if (length === 0) break
    const first = c * m + c
    const alpha = (columns[first] as number) > 0 ? -length : length
    columns[first] = (columns[first] as number) - alpha
    for (let i = first; i < (c + 1) * m; i++) columns[i] = (columns[i] as number) / length
    const size = 2 / dotProduct(columns, first, columns, first, m - c)
    sizes[c] = size
    r[c * n + c] = alpha
    for (let j = c + 1; j < n; j++) {
      reflect(columns, c * m, size, columns, j * m, c, m)
      r[c * n + j] = columns[j * m + c] as number
    }
  }
  return { order, sizes, r }
}

/** x − size · (vᵀx) v on the entries from `first` on of two vectors of length m that begin at `v` and `x`. */
function reflect(vectors: Float64Array, v: number, size: number, target: Float64Array, x: number, first: number, m: number): void {
  if (size === 0) return
  const factor = size * dotProduct(vectors, v + first, target, x + first, m - first)
  for (let i = first; i < m; i++) target[x + i] = (target[x + i] as number) - factor * (vectors[v + i] as number)
}

/** Orthogonal rows of known lengths as unit vectors; in place of those without length come such as are orthogonal to all others. */
function orthonormal(count: number, n: number, rows: Float64Array, lengths: Float64Array): Float64Array {
  const result = new Float64Array(count * n)
  const missing: number[] = []
  const reflections: { v: Float64Array; size: number }[] = []
  for (let k = 0; k < count; k++) {
    const length = lengths[k] as number
    if (length < NOTHING) missing.push(k)
    else for (let i = 0; i < n; i++) result[k * n + i] = (rows[k * n + i] as number) / length
  }
  if (missing.length === 0) return result
  // The reflections of a QR of what is there turn the other unit vectors into the complement.
  for (let k = 0; k < count; k++) {
    if ((lengths[k] as number) < NOTHING) continue
    const c = reflections.length
    const v = result.slice(k * n, (k + 1) * n)
    reflections.forEach(({ v: earlier, size }, first) => {
      reflect(earlier, 0, size, v, 0, first, n)
    })
    v.fill(0, 0, c)
    const length = euclideanNorm(v)
    v[c] = (v[c] as number) + ((v[c] as number) > 0 ? length : -length)
    reflections.push({ v, size: 2 / dotProduct(v, 0, v, 0, n) })
  }
  missing.forEach((k, i) => {
    result[k * n + reflections.length + i] = 1
    for (let c = reflections.length - 1; c >= 0; c--) {
      const { v, size } = reflections[c] as { v: Float64Array; size: number }
      reflect(v, 0, size, result, k * n, c, n)
    }
  })
  return result
}
