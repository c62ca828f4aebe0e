import { euclideanNorm, scaleOf } from './norm.ts'

/*
 * Factorisations of one matrix, row-major in a Float64Array. Each works on copies and is accurate rather than fast.
 */

/** LU with partial pivoting: both factors in `lu`, row order in `pivots`, the sign of the permutation, and whether a pivot is 0. */
export function luFactor(m: number, a: Float64Array, n = m): { lu: Float64Array; pivots: Int32Array; sign: number; singular: boolean } {
  const lu = a.slice()
  const pivots = Int32Array.from({ length: m }, (_, i) => i)
  let sign = 1
  let singular = false
  for (let k = 0; k < Math.min(m, n); k++) {
    let best = k
    for (let i = k + 1; i < m; i++) if (Math.abs(lu[i * n + k] as number) > Math.abs(lu[best * n + k] as number)) best = i
    if (best !== k) {
      sign = -sign
      ;[pivots[k], pivots[best]] = [pivots[best] as number, pivots[k] as number]
      for (let j = 0; j < n; j++) [lu[k * n + j], lu[best * n + j]] = [lu[best * n + j] as number, lu[k * n + j] as number]
    }
    const pivot = lu[k * n + k] as number
    if (pivot === 0) {
      singular = true
      continue
    }
    for (let i = k + 1; i < m; i++) {
      const factor = (lu[i * n + k] as number) / pivot
      lu[i * n + k] = factor
      if (factor !== 0) for (let j = k + 1; j < n; j++) lu[i * n + j] = (lu[i * n + j] as number) - factor * (lu[k * n + j] as number)
    }
  }
  return { lu, pivots, sign, singular }
}

/** X with A X = B, for B of n rows and `columns` columns; undefined if A is singular. */
export function luSolve(n: number, columns: number, a: Float64Array, b: Float64Array): Float64Array | undefined {
  const { lu, pivots, singular } = luFactor(n, a)
  if (singular) return undefined
  const x = new Float64Array(n * columns)
  for (let i = 0; i < n; i++) x.set(b.subarray((pivots[i] as number) * columns, ((pivots[i] as number) + 1) * columns), i * columns)
  substitute(n, columns, lu, x, { lower: true, unit: true, transpose: false })
  substitute(n, columns, lu, x, { lower: false, unit: false, transpose: false })
  return x
}

export interface Triangle {
  lower: boolean
  /** Whether the diagonal counts as ones. */
  unit: boolean
  transpose: boolean
}

/** Solves T X = B in place for a triangle of `t`, transposed if asked. */
export function substitute(n: number, columns: number, t: Float64Array, x: Float64Array, { lower, unit, transpose }: Triangle): void {
  const forward = lower !== transpose
  for (let step = 0; step < n; step++) {
    const i = forward ? step : n - 1 - step
    for (let other = 0; other < step; other++) {
      const k = forward ? other : n - 1 - other
      const factor = transpose ? (t[k * n + i] as number) : (t[i * n + k] as number)
      if (factor !== 0) for (let j = 0; j < columns; j++) x[i * columns + j] = (x[i * columns + j] as number) - factor * (x[k * columns + j] as number)
    }
    if (!unit) for (let j = 0; j < columns; j++) x[i * columns + j] = (x[i * columns + j] as number) / (t[i * n + i] as number)
  }
}

/** (x + y) / 2 without overflow; x itself where both are equal. */
export function meanOf(x: number, y: number): number {
  return x === y ? x : x / 2 + y / 2
}

/** Lower L with L Lᵀ = (A + Aᵀ)/2; undefined if that is not positive definite. */
export function choleskyFactor(n: number, a: Float64Array): Float64Array | undefined {
  const l = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = meanOf(a[i * n + j] as number, a[j * n + i] as number)
      for (let k = 0; k < j; k++) sum -= (l[i * n + k] as number) * (l[j * n + k] as number)
      if (i !== j) l[i * n + j] = sum / (l[j * n + j] as number)
      else if (sum > 0) l[i * n + i] = Math.sqrt(sum)
      else return undefined
    }
  }
  return l
}

/** Thin Q (m × k) and R (k × n) with k = min(m, n), by Householder's reflections; the diagonal of R is not negative. */
export function qrFactor(m: number, n: number, a: Float64Array): { q: Float64Array; r: Float64Array } {
  const k = Math.min(m, n)
  const scale = scaleOf(a) ?? 1
  const work = scale === 1 ? a.slice() : a.map(entry => entry * scale)
  const reflectors: Float64Array[] = []
  for (let c = 0; c < k; c++) {
    const v = Float64Array.from({ length: m - c }, (_, i) => work[(c + i) * n + c] as number)
    v[0] = (v[0] as number) + ((v[0] as number) < 0 ? -1 : 1) * euclideanNorm(v)
    const length = euclideanNorm(v)
    if (length !== 0) for (let i = 0; i < v.length; i++) v[i] = (v[i] as number) / length
    reflectors.push(v)
    reflect(work, n, v, c, c)
  }
  const r = new Float64Array(k * n)
  for (let i = 0; i < k; i++) for (let j = i; j < n; j++) r[i * n + j] = (work[i * n + j] as number) / scale
  const q = new Float64Array(m * k)
  for (let i = 0; i < k; i++) q[i * k + i] = 1
  for (let c = k - 1; c >= 0; c--) reflect(q, k, reflectors[c] as Float64Array, c, 0)
  for (let i = 0; i < k; i++) {
    if ((r[i * n + i] as number) >= 0) continue
    for (let j = 0; j < n; j++) r[i * n + j] = -(r[i * n + j] as number) || 0
    for (let j = 0; j < m; j++) q[j * k + i] = -(q[j * k + i] as number) || 0
  }
  return { q, r }
}

/** Applies I − 2vvᵀ to the rows from `row` on of a matrix with `n` columns, to the columns from `column` on. */
function reflect(matrix: Float64Array, n: number, v: Float64Array, row: number, column: number): void {
  const dots = new Float64Array(n)
  for (let i = 0, at = row * n; i < v.length; i++, at += n) {
    const factor = v[i] as number
    for (let j = column; j < n; j++) dots[j] = (dots[j] as number) + factor * (matrix[at + j] as number)
  }
  for (let i = 0, at = row * n; i < v.length; i++, at += n) {
    const factor = 2 * (v[i] as number)
    for (let j = column; j < n; j++) matrix[at + j] = (matrix[at + j] as number) - factor * (dots[j] as number)
  }
}

export function transposeOf(m: number, n: number, a: Float64Array): Float64Array {
  const t = new Float64Array(m * n)
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) t[j * m + i] = a[i * n + j] as number
  return t
}
