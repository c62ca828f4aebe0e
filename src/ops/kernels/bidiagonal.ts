import { dotProduct, euclideanNorm, NOTHING } from './norm.ts'

/** Rounds for one singular value after which a coupling that is small beside the whole matrix counts as 0. */
const ROUNDS = 40

/** What a square matrix is made of: singular values in no order, left and right vectors in rows. */
export interface Decomposition {
  lengths: Float64Array
  left: Float64Array
  right: Float64Array
}

/**
 * Singular values of a square matrix: Householder's bidiagonal form, and implicit QR with a zero shift where the matrix is close
 * to singular (Golub and Kahan 1965; Demmel and Kahan 1990, Accurate singular values of bidiagonal matrices). Overwrites `a`.
 */
export function bidiagonalSingularValues(n: number, a: Float64Array): Decomposition {
  const { diagonal: d, coupling: e, left, right } = bidiagonal(n, a)
  let norm = 0
  for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(d[i] as number) + Math.abs(e[i] as number))
  const couples = (i: number, round: number) => {
    const size = Math.abs(e[i] as number)
    const beside = Math.abs(d[i] as number) + Math.abs(d[i + 1] as number)
    return size > Number.EPSILON * beside && size > NOTHING && (round < ROUNDS || size > Number.EPSILON * norm) && round < 5 * ROUNDS
  }
  for (let last = n - 1; last > 0; last--) {
    for (let round = 0; ; round++) {
      let first = last
      while (first > 0 && couples(first - 1, round)) first--
      if (first === last) break
      qrStep(n, d, e, left, right, first, last)
    }
  }
  for (let k = 0; k < n; k++) {
    if ((d[k] as number) >= 0) continue
    d[k] = -(d[k] as number)
    for (let i = k * n; i < (k + 1) * n; i++) right[i] = -(right[i] as number)
  }
  return { lengths: d, left, right }
}

/** One QR step on rows first to last of an upper bidiagonal matrix. */
function qrStep(n: number, d: Float64Array, e: Float64Array, left: Float64Array, right: Float64Array, first: number, last: number): void {
  let [largest, singular] = [0, false]
  for (let i = first; i <= last; i++) {
    largest = Math.max(largest, Math.abs(d[i] as number), i < last ? Math.abs(e[i] as number) : 0)
    singular ||= d[i] === 0
  }
  const shift = singular ? 0 : smallerSingularValue(d[last - 1] as number, e[last - 1] as number, d[last] as number)
  // A shift that changes nothing in rounding would only cost the accuracy of small singular values.
  if ((shift / largest) ** 2 < Number.EPSILON) zeroShiftStep(n, d, e, left, right, first, last)
  else shiftedStep(n, d, e, left, right, first, last, shift)
}

function zeroShiftStep(n: number, d: Float64Array, e: Float64Array, left: Float64Array, right: Float64Array, first: number, last: number): void {
  let [c, leftC, leftS] = [1, 1, 0]
  for (let i = first; i < last; i++) {
    const [cr, sr, r] = givens((d[i] as number) * c, e[i] as number)
    if (i > first) e[i - 1] = leftS * r
    const [cl, sl, length] = givens(leftC * r, (d[i + 1] as number) * sr)
    d[i] = length
    ;[c, leftC, leftS] = [cr, cl, sl]
    rotate(right, i * n, n, cr, sr)
    rotate(left, i * n, n, cl, sl)
  }
  const h = (d[last] as number) * c
  d[last] = h * leftC
  e[last - 1] = h * leftS
}

function shiftedStep(n: number, d: Float64Array, e: Float64Array, left: Float64Array, right: Float64Array, first: number, last: number, shift: number): void {
  const top = d[first] as number
  let f = (Math.abs(top) - shift) * (Math.sign(top) + shift / top)
  let g = e[first] as number
  for (let i = first; i < last; i++) {
    const [cr, sr, r] = givens(f, g)
    if (i > first) e[i - 1] = r
    f = cr * (d[i] as number) + sr * (e[i] as number)
    e[i] = cr * (e[i] as number) - sr * (d[i] as number)
    g = sr * (d[i + 1] as number)
    d[i + 1] = cr * (d[i + 1] as number)
    const [cl, sl, length] = givens(f, g)
    d[i] = length
    f = cl * (e[i] as number) + sl * (d[i + 1] as number)
    d[i + 1] = cl * (d[i + 1] as number) - sl * (e[i] as number)
    if (i < last - 1) {
      g = sl * (e[i + 1] as number)
      e[i + 1] = cl * (e[i + 1] as number)
    }
    rotate(right, i * n, n, cr, sr)
    rotate(left, i * n, n, cl, sl)
  }
  e[last - 1] = f
}

/** The rotation that turns (f, g) into (r, 0). */
function givens(f: number, g: number): [c: number, s: number, r: number] {
  if (Math.abs(g) < NOTHING) return [1, 0, f]
  const r = Math.hypot(f, g)
  return [f / r, g / r, r]
}

/** The smaller singular value of [[f, g], [0, h]] (LAPACK's dlas2). */
function smallerSingularValue(f: number, g: number, h: number): number {
  const [fa, ga, ha] = [Math.abs(f), Math.abs(g), Math.abs(h)]
  const [small, large] = [Math.min(fa, ha), Math.max(fa, ha)]
  if (small === 0) return 0
  const sum = 1 + small / large
  const difference = (large - small) / large
  if (ga < large) {
    const ratio = (ga / large) ** 2
    return small * (2 / (Math.sqrt(sum * sum + ratio) + Math.sqrt(difference * difference + ratio)))
  }
  const ratio = large / ga
  if (ratio === 0) return (small * large) / ga
  return 2 * (small * (1 / (Math.sqrt(1 + (sum * ratio) ** 2) + Math.sqrt(1 + (difference * ratio) ** 2)))) * ratio
}

/** Turns the row at `at` and the one behind it into each other. */
function rotate(rows: Float64Array, at: number, n: number, c: number, s: number): void {
  const next = at + n
  for (let k = 0; k < n; k++) {
    const x = rows[at + k] as number
    const y = rows[next + k] as number
    rows[at + k] = c * x + s * y
    rows[next + k] = c * y - s * x
  }
}

/** A = U B Vᵀ for an upper bidiagonal B: its diagonal, what stands above it, and the columns of U and V in rows. */
function bidiagonal(n: number, a: Float64Array): { diagonal: Float64Array; coupling: Float64Array; left: Float64Array; right: Float64Array } {
  const [diagonal, coupling] = [new Float64Array(n), new Float64Array(n)]
  const [ofColumns, ofRows] = [new Float64Array(n * n), new Float64Array(n * n)]
  const [columnSizes, rowSizes] = [new Float64Array(n), new Float64Array(n)]
  const w = new Float64Array(n)
  for (let k = 0; k < n; k++) {
    // The reflection that leaves of column k, from the diagonal down, only the first entry.
    const v = ofColumns.subarray(k * n, (k + 1) * n)
    for (let i = k; i < n; i++) v[i] = a[i * n + k] as number
    ;[diagonal[k], columnSizes[k]] = reflection(v, k)
    const size = columnSizes[k] as number
    if (size !== 0) {
      w.fill(0)
      for (let i = k; i < n; i++) {
        const factor = size * (v[i] as number)
        for (let j = k + 1; j < n; j++) w[j] = (w[j] as number) + factor * (a[i * n + j] as number)
      }
      for (let i = k; i < n; i++) {
        const factor = v[i] as number
        for (let j = k + 1; j < n; j++) a[i * n + j] = (a[i * n + j] as number) - factor * (w[j] as number)
      }
    }
    if (k === n - 1) break
    // The same for row k, right of the diagonal.
    const u = ofRows.subarray(k * n, (k + 1) * n)
    for (let j = k + 1; j < n; j++) u[j] = a[k * n + j] as number
    ;[coupling[k], rowSizes[k]] = reflection(u, k + 1)
    for (let i = k + 1; i < n; i++) reflect(u, rowSizes[k] as number, a, i * n, k + 1, n)
  }
  return { diagonal, coupling, left: product(n, ofColumns, columnSizes), right: product(n, ofRows, rowSizes) }
}

/** Makes of a vector the one of the reflection that leaves only its entry `first`; what that becomes, and 2 / vᵀv (0: nothing to do). */
function reflection(v: Float64Array, first: number): [alpha: number, size: number] {
  const length = euclideanNorm(v, first, v.length)
  if (euclideanNorm(v, first + 1, v.length) === 0) return [v[first] as number, 0]
  const alpha = (v[first] as number) > 0 ? -length : length
  v[first] = (v[first] as number) - alpha
  for (let i = first; i < v.length; i++) v[i] = (v[i] as number) / length
  return [alpha, 2 / dotProduct(v, first, v, first, v.length - first)]
}

/** The columns of H₀ H₁ … as rows. */
function product(n: number, vectors: Float64Array, sizes: Float64Array): Float64Array {
  const rows = new Float64Array(n * n)
  for (let i = 0; i < n; i++) rows[i * n + i] = 1
  for (let k = n - 1; k >= 0; k--) {
    const size = sizes[k] as number
    const v = vectors.subarray(k * n, (k + 1) * n)
    if (size !== 0) for (let i = k; i < n; i++) reflect(v, size, rows, i * n, k, n)
  }
  return rows
}

/** x − size · (vᵀx) v on the entries from `first` on, for the row x of a matrix that begins at `at`. */
function reflect(v: Float64Array, size: number, rows: Float64Array, at: number, first: number, n: number): void {
  if (size === 0) return
  const factor = size * dotProduct(v, first, rows, at + first, n - first)
  for (let i = first; i < n; i++) rows[at + i] = (rows[at + i] as number) - factor * (v[i] as number)
}
