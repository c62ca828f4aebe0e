/*
 * Factorisations of one matrix, row-major in a Float64Array. Each works on copies and is accurate rather than fast.
 */

/** LU with partial pivoting: both factors in `lu`, row order in `pivots`, the sign of the permutation; null if singular. */
export function luFactor(n: number, a: Float64Array): { lu: Float64Array; pivots: Int32Array; sign: number; singular: boolean } {
  const lu = a.slice()
  const pivots = Int32Array.from({ length: n }, (_, i) => i)
  let sign = 1
  let singular = false
  for (let k = 0; k < n; k++) {
    let best = k
    for (let i = k + 1; i < n; i++) if (Math.abs(lu[i * n + k] as number) > Math.abs(lu[best * n + k] as number)) best = i
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
    for (let i = k + 1; i < n; i++) {
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

/** Lower L with L Lᵀ = (A + Aᵀ)/2; undefined if that is not positive definite. */
export function choleskyFactor(n: number, a: Float64Array): Float64Array | undefined {
  const l = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = ((a[i * n + j] as number) + (a[j * n + i] as number)) / 2
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
  const work = a.slice()
  const reflectors: Float64Array[] = []
  for (let c = 0; c < k; c++) {
    const v = Float64Array.from({ length: m - c }, (_, i) => work[(c + i) * n + c] as number)
    const alpha = -Math.sign((v[0] as number) || 1) * Math.hypot(...v)
    v[0] = (v[0] as number) - alpha
    const length = Math.hypot(...v)
    if (length > 0) for (let i = 0; i < v.length; i++) v[i] = (v[i] as number) / length
    reflectors.push(v)
    reflect(work, n, v, c, c)
  }
  const r = new Float64Array(k * n)
  for (let i = 0; i < k; i++) for (let j = i; j < n; j++) r[i * n + j] = work[i * n + j] as number
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
  for (let j = column; j < n; j++) {
    let dot = 0
    for (let i = 0; i < v.length; i++) dot += (v[i] as number) * (matrix[(row + i) * n + j] as number)
    for (let i = 0; i < v.length; i++) matrix[(row + i) * n + j] = (matrix[(row + i) * n + j] as number) - 2 * dot * (v[i] as number)
  }
}

const SWEEPS = 60

/**
 * Eigenvalues in ascending order and eigenvectors in columns of (A + Aᵀ)/2, by Jacobi's rotations (Golub and Van Loan,
 * Matrix Computations, section 8.5). Each vector's largest entry is positive. Undefined if they do not converge.
 */
export function symmetricEigen(n: number, a: Float64Array): { values: Float64Array; vectors: Float64Array } | undefined {
  const s = new Float64Array(n * n)
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) s[i * n + j] = ((a[i * n + j] as number) + (a[j * n + i] as number)) / 2
  const v = new Float64Array(n * n)
  for (let i = 0; i < n; i++) v[i * n + i] = 1
  for (let sweep = 0; sweep <= SWEEPS; sweep++) {
    let rotated = false
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const off = s[p * n + q] as number
        const [dp, dq] = [s[p * n + p] as number, s[q * n + q] as number]
        if (!Number.isFinite(off)) return undefined
        if (Math.abs(off) <= Number.EPSILON * 0.25 * Math.sqrt(Math.abs(dp) * Math.abs(dq)) || Math.abs(off) < 1e-300) continue
        rotated = true
        const [c, sine] = jacobiRotation(dp, dq, off)
        for (let k = 0; k < n; k++) rotate(s, k * n + p, k * n + q, c, sine)
        for (let k = 0; k < n; k++) rotate(s, p * n + k, q * n + k, c, sine)
        for (let k = 0; k < n; k++) rotate(v, k * n + p, k * n + q, c, sine)
      }
    }
    if (!rotated) break
    if (sweep === SWEEPS) return undefined
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => (s[i * n + i] as number) - (s[j * n + j] as number))
  const vectors = new Float64Array(n * n)
  order.forEach((from, to) => {
    const sign = signOfLargest(n, i => v[i * n + from] as number)
    for (let i = 0; i < n; i++) vectors[i * n + to] = sign * (v[i * n + from] as number)
  })
  return { values: Float64Array.from(order, i => s[i * n + i] as number), vectors }
}

/** Cosine and sine of the rotation that makes [[p, off], [off, q]] diagonal, by the smaller angle. */
function jacobiRotation(p: number, q: number, off: number): [number, number] {
  const theta = (q - p) / (2 * off)
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1))
  const c = 1 / Math.hypot(t, 1)
  return [c, t * c]
}

function rotate(matrix: Float64Array, p: number, q: number, c: number, s: number): void {
  const [x, y] = [matrix[p] as number, matrix[q] as number]
  matrix[p] = c * x - s * y
  matrix[q] = s * x + c * y
}

/** Sign that makes the largest entry of a vector positive: factorisations are then the same for the same matrix. */
function signOfLargest(n: number, read: (i: number) => number): number {
  let largest = 0
  for (let i = 1; i < n; i++) if (Math.abs(read(i)) > Math.abs(read(largest)) * (1 + 1e-12)) largest = i
  return read(largest) < 0 ? -1 : 1
}

/**
 * Thin U (m × k), singular values in descending order and Vᵀ (k × n), by one-sided Jacobi rotations (Demmel and Veselić
 * 1992). Undefined if they do not converge.
 */
export function singularValues(m: number, n: number, a: Float64Array): { u: Float64Array; s: Float64Array; vt: Float64Array } | undefined {
  if (m < n) {
    const turned = singularValues(n, m, transposeOf(m, n, a))
    if (turned === undefined) return undefined
    const k = m
    return { u: transposeOf(k, m, turned.vt), s: turned.s, vt: transposeOf(n, k, turned.u) }
  }
  const u = a.slice()
  const v = new Float64Array(n * n)
  for (let i = 0; i < n; i++) v[i * n + i] = 1
  for (let sweep = 0; sweep <= SWEEPS; sweep++) {
    let rotated = false
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        let [pp, qq, pq] = [0, 0, 0]
        for (let i = 0; i < m; i++) {
          const [x, y] = [u[i * n + p] as number, u[i * n + q] as number]
          pp += x * x
          qq += y * y
          pq += x * y
        }
        if (!Number.isFinite(pq)) return undefined
        if (Math.abs(pq) <= Number.EPSILON * Math.sqrt(pp * qq) || pq === 0) continue
        rotated = true
        const [c, sine] = jacobiRotation(pp, qq, pq)
        for (let i = 0; i < m; i++) rotate(u, i * n + p, i * n + q, c, sine)
        for (let i = 0; i < n; i++) rotate(v, i * n + p, i * n + q, c, sine)
      }
    }
    if (!rotated) break
    if (sweep === SWEEPS) return undefined
  }
  const lengths = Array.from({ length: n }, (_, j) => Math.hypot(...Array.from({ length: m }, (_, i) => u[i * n + j] as number)))
  const order = Array.from({ length: n }, (_, j) => j).sort((i, j) => (lengths[j] as number) - (lengths[i] as number))
  const [left, vt] = [new Float64Array(m * n), new Float64Array(n * n)]
  order.forEach((from, to) => {
    const sign = signOfLargest(n, i => v[i * n + from] as number)
    const length = lengths[from] as number
    for (let i = 0; i < m; i++) left[i * n + to] = length === 0 ? 0 : (sign * (u[i * n + from] as number)) / length
    for (let i = 0; i < n; i++) vt[to * n + i] = sign * (v[i * n + from] as number)
  })
  completeColumns(
    m,
    n,
    left,
    order.map(each => lengths[each] === 0),
  )
  return { u: left, s: Float64Array.from(order, j => lengths[j] as number), vt }
}

/** Fills the marked columns with unit vectors orthogonal to all others. */
function completeColumns(m: number, n: number, q: Float64Array, missing: readonly boolean[]): void {
  missing.forEach((isMissing, j) => {
    if (!isMissing) return
    for (let e = 0; e < m; e++) {
      const v = Float64Array.from({ length: m }, (_, i) => (i === e ? 1 : 0))
      for (let pass = 0; pass < 2; pass++) {
        for (let k = 0; k < n; k++) {
          if (k >= j && missing[k]) continue
          let dot = 0
          for (let i = 0; i < m; i++) dot += (v[i] as number) * (q[i * n + k] as number)
          for (let i = 0; i < m; i++) v[i] = (v[i] as number) - dot * (q[i * n + k] as number)
        }
      }
      const length = Math.hypot(...v)
      if (length < 0.5 / Math.sqrt(m)) continue
      for (let i = 0; i < m; i++) q[i * n + j] = (v[i] as number) / length
      return
    }
  })
}

function transposeOf(m: number, n: number, a: Float64Array): Float64Array {
  const t = new Float64Array(m * n)
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) t[j * m + i] = a[i * n + j] as number
  return t
}
