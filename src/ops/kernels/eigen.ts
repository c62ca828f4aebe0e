import { oneSidedJacobi } from './jacobi.ts'
import { meanOf } from './matrices.ts'
import { dotProduct, euclideanNorm, NOTHING, scaleOf } from './norm.ts'

/** Rounds of the iteration for one eigenvalue after which a coupling that is small beside the whole matrix counts as 0. */
const ROUNDS = 40

/** Square root of the smallest eigenvalue that is found to full accuracy. */
const SHORTEST = 1e-150

/** Ratio of the diagonal's entries from which a positive definite matrix counts as graded. */
const GRADED = 1e4

export interface SymmetricEigen {
  /** In ascending order. */
  values: Float64Array
  /** In columns. */
  vectors: Float64Array
  /** Whether each value is accurate beside itself, not only beside the largest. */
  relative: boolean
}

/**
 * Eigenvalues in ascending order and eigenvectors in columns of (A + Aᵀ)/2. Each vector's largest entry is positive.
 * Undefined where A holds NaN or infinite entries.
 *
 * Householder's tridiagonal form and the implicit QL iteration (Golub and Van Loan, Matrix Computations, sections 8.3.1 and
 * 8.3.3; Martin and Wilkinson 1968), whose errors are small beside the largest eigenvalue. Small eigenvalues of a positive
 * definite matrix whose rows differ much in size are found to full accuracy by Cholesky's factor and one-sided rotations
 * (Veselić and Hari 1989).
 */
export function symmetricEigen(n: number, a: Float64Array): SymmetricEigen | undefined {
  const scale = scaleOf(a)
  if (scale === undefined) return undefined
  const s = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      s[i * n + j] = s[j * n + i] = meanOf((a[i * n + j] as number) * scale, (a[j * n + i] as number) * scale)
    }
  }
  const graded = gradedEigen(n, s)
  const { values, rows } = graded ?? qlEigen(n, s)
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => (values[i] as number) - (values[j] as number))
  const vectors = new Float64Array(n * n)
  order.forEach((from, to) => {
    const sign = signOfLargest(rows, from * n, n)
    for (let i = 0; i < n; i++) vectors[i * n + to] = sign * (rows[from * n + i] as number) || 0
  })
  return { values: Float64Array.from(order, i => (values[i] as number) / scale), vectors, relative: graded !== undefined }
}

/** Sign that makes the largest entry of a vector positive: factorisations are then the same for the same matrix. */
export function signOfLargest(x: Float64Array, from: number, count: number): 1 | -1 {
  let largest = from
  for (let i = from + 1; i < from + count; i++) if (Math.abs(x[i] as number) > Math.abs(x[largest] as number) * (1 + 1e-12)) largest = i
  return (x[largest] as number) < 0 ? -1 : 1
}

/** Eigenvalues in no order, and eigenvectors in rows. */
interface EigenRows {
  values: Float64Array
  rows: Float64Array
}

/** By the singular values of Cholesky's factor, for a positive definite matrix that is graded; undefined for any other. */
function gradedEigen(n: number, s: Float64Array): EigenRows | undefined {
  let [smallest, largest] = [Number.POSITIVE_INFINITY, 0]
  for (let i = 0; i < n; i++) {
    smallest = Math.min(smallest, s[i * n + i] as number)
    largest = Math.max(largest, s[i * n + i] as number)
  }
  if (!(smallest > 0) || largest < GRADED * smallest) return undefined
  // Rows and columns in descending order of the pivots: P S Pᵀ = L Lᵀ. The columns of L are kept as rows.
  const rest = s.slice()
  const columns = new Float64Array(n * n)
  const order = Array.from({ length: n }, (_, i) => i)
  for (let k = 0; k < n; k++) {
    let best = k
    for (let i = k + 1; i < n; i++) if (diagonal(rest, n, order[i]) > diagonal(rest, n, order[best])) best = i
    ;[order[k], order[best]] = [order[best] as number, order[k] as number]
    const at = order[k] as number
    const pivot = rest[at * n + at] as number
    if (!(pivot > 0)) return undefined
    const root = Math.sqrt(pivot)
    for (let i = k; i < n; i++) columns[k * n + (order[i] as number)] = (rest[(order[i] as number) * n + at] as number) / root
    for (let i = k + 1; i < n; i++) {
      const row = order[i] as number
      const factor = columns[k * n + row] as number
      for (let j = k + 1; j < n; j++) {
        const column = order[j] as number
        rest[row * n + column] = (rest[row * n + column] as number) - factor * (columns[k * n + column] as number)
      }
    }
  }
  const lengths = oneSidedJacobi(n, n, columns)
  if (!lengths.every(length => length > SHORTEST)) return undefined
  for (let k = 0; k < n; k++) for (let i = k * n; i < (k + 1) * n; i++) columns[i] = (columns[i] as number) / (lengths[k] as number)
  return { values: lengths.map(length => length * length), rows: columns }
}

function diagonal(s: Float64Array, n: number, i = 0): number {
  return s[i * n + i] as number
}

function qlEigen(n: number, s: Float64Array): EigenRows {
  const { diagonal: d, coupling: e, rows } = tridiagonal(n, s)
  let norm = 0
  for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(d[i] as number) + Math.abs(e[i] as number))
  const couples = (i: number, round: number) => {
    const size = Math.abs(e[i] as number)
    // Where rounding keeps a coupling alive, the whole matrix counts in place of the entries beside.
    const beside = Math.abs(d[i] as number) + Math.abs(d[i + 1] as number)
    return size > Number.EPSILON * beside && size > NOTHING && (round < ROUNDS || size > Number.EPSILON * norm) && round < 5 * ROUNDS
  }
  for (let l = 0; l < n; l++) {
    for (let round = 0; ; round++) {
      let m = l
      while (m < n - 1 && couples(m, round)) m++
      if (m === l) break
      qlStep(n, d, e, rows, l, m)
    }
  }
  return { values: d, rows }
}

/** One implicit QL step with Wilkinson's shift on rows l to m of a tridiagonal matrix. */
function qlStep(n: number, d: Float64Array, e: Float64Array, rows: Float64Array, l: number, m: number): void {
  const half = ((d[l + 1] as number) - (d[l] as number)) / (2 * (e[l] as number))
  let g = (d[m] as number) - (d[l] as number) + (e[l] as number) / (half + (half < 0 ? -1 : 1) * Math.hypot(half, 1))
  let [s, c, p] = [1, 1, 0]
  for (let i = m - 1; i >= l; i--) {
    const f = s * (e[i] as number)
    const b = c * (e[i] as number)
    const r = Math.hypot(f, g)
    if (r < NOTHING) {
      // The matrix falls apart here.
      d[i + 1] = (d[i + 1] as number) - p
      e[i + 1] = 0
      e[m] = 0
      return
    }
    e[i + 1] = r
    s = f / r
    c = g / r
    g = (d[i + 1] as number) - p
    const t = ((d[i] as number) - g) * s + 2 * c * b
    p = s * t
    d[i + 1] = g + p
    g = c * t - b
    rotate(rows, i * n, (i + 1) * n, n, c, s)
  }
  d[l] = (d[l] as number) - p
  e[l] = g
  e[m] = 0
}

function rotate(rows: Float64Array, x: number, y: number, n: number, c: number, s: number): void {
  for (let k = 0; k < n; k++) {
    const p = rows[x + k] as number
    const q = rows[y + k] as number
    rows[x + k] = c * p - s * q
    rows[y + k] = s * p + c * q
  }
}

/** T = Qᵀ S Q by Householder's reflections: T's diagonal, what couples i and i + 1, and the columns of Q as rows. Overwrites S. */
function tridiagonal(n: number, s: Float64Array): { diagonal: Float64Array; coupling: Float64Array; rows: Float64Array } {
  const [diagonal, coupling] = [new Float64Array(n), new Float64Array(n)]
  const sizes = new Float64Array(n)
  for (let i = n - 1; i > 0; i--) {
    // The reflection that leaves of row i, left of its diagonal, only the last entry; its vector stays in the row.
    const row = i * n
    const last = row + i - 1
    const length = euclideanNorm(s, row, last + 1)
    const above = euclideanNorm(s, row, last)
    if (above === 0) {
      coupling[i - 1] = s[last] as number
      continue
    }
    const alpha = (s[last] as number) > 0 ? -length : length
    coupling[i - 1] = alpha
    // v = (x − α e) / ‖x‖, so that nothing that is squared is out of range, and 2 / vᵀv.
    s[last] = (s[last] as number) - alpha
    for (let j = row; j <= last; j++) s[j] = (s[j] as number) / length
    const size = 2 / dotProduct(s, row, s, row, i)
    sizes[i] = size
    // S − v wᵀ − w vᵀ with p = size · S v, w = p − (size/2)(pᵀv) v.
    const p = new Float64Array(i)
    for (let j = 0; j < i; j++) {
      const v = s[row + j] as number
      let sum = 0
      for (let k = 0; k < j; k++) {
        const entry = s[j * n + k] as number
        sum += entry * (s[row + k] as number)
        p[k] = (p[k] as number) + entry * v
      }
      p[j] = (p[j] as number) + sum + (s[j * n + j] as number) * v
    }
    for (let j = 0; j < i; j++) p[j] = size * (p[j] as number)
    const shift = (size / 2) * dotProduct(p, 0, s, row, i)
    for (let j = 0; j < i; j++) p[j] = (p[j] as number) - shift * (s[row + j] as number)
    for (let j = 0; j < i; j++) {
      const v = s[row + j] as number
      const w = p[j] as number
      for (let k = 0; k <= j; k++) s[j * n + k] = (s[j * n + k] as number) - v * (p[k] as number) - w * (s[row + k] as number)
    }
  }
  for (let i = 0; i < n; i++) diagonal[i] = s[i * n + i] as number
  const rows = new Float64Array(n * n)
  for (let i = 0; i < n; i++) rows[i * n + i] = 1
  for (let i = 1; i < n; i++) {
    const size = sizes[i] as number
    if (size === 0) continue
    for (let k = 0; k < i; k++) {
      const factor = size * dotProduct(s, i * n, rows, k * n, i)
      for (let j = 0; j < i; j++) rows[k * n + j] = (rows[k * n + j] as number) - factor * (s[i * n + j] as number)
    }
  }
  return { diagonal, coupling, rows }
}
