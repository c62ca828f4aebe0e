import { type ComplexMatrix, complexMatrix, complexRoot } from './complex.ts'
import { dotProduct, euclideanNorm } from './norm.ts'

/** Rounds for one eigenvalue after which a coupling that is small beside the whole matrix counts as 0. */
const ROUNDS = 60

/** Q T Q*: a unitary matrix and an upper triangle. */
export interface Schur {
  t: ComplexMatrix
  q: ComplexMatrix
}

/**
 * Schur's form of a real matrix, A = Q T Q* with T upper triangular: Householder's reduction to Hessenberg form, and QR with
 * Wilkinson's shift (Golub and Van Loan, Matrix Computations, sections 7.4 and 7.5). Undefined where A holds NaN or infinite
 * entries.
 */
export function complexSchur(n: number, a: Float64Array): Schur | undefined {
  const norm = euclideanNorm(a)
  if (!(norm < Number.POSITIVE_INFINITY)) return undefined
  const { h, rows } = hessenberg(n, a)
  const [t, q] = [complexMatrix(n * n), complexMatrix(n * n)]
  t.re.set(h)
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) q.re[i * n + j] = rows[j * n + i] as number
  const size = (i: number, j: number) => Math.abs(t.re[i * n + j] as number) + Math.abs(t.im[i * n + j] as number)
  const couples = (i: number, round: number) => {
    const here = size(i, i - 1)
    return here > Number.EPSILON * (size(i, i) + size(i - 1, i - 1)) && (round < ROUNDS || here > Number.EPSILON * norm) && round < 5 * ROUNDS
  }
  for (let last = n - 1; last > 0; last--) {
    for (let round = 0; ; round++) {
      let first = last
      while (first > 0 && couples(first, round)) first--
      if (first > 0) clear(t, first * n + first - 1)
      if (first === last) break
      // Every tenth shift is another one, in case the rounds go in a circle.
      const shift: [number, number] = round % 10 === 9 ? [size(last, last - 1) + (t.re[last * n + last] as number), 0] : wilkinsonShift(n, t, last)
      qrStep(n, t, q, first, last, shift)
    }
  }
  return { t, q }
}

function clear(t: ComplexMatrix, at: number): void {
  t.re[at] = 0
  t.im[at] = 0
}

/** The eigenvalue of the last two rows and columns that is closer to the last entry. */
function wilkinsonShift(n: number, t: ComplexMatrix, last: number): [number, number] {
  const at = (i: number, j: number) => [t.re[i * n + j] as number, t.im[i * n + j] as number] as const
  const [[ar, ai], [br, bi], [cr, ci], [dr, di]] = [at(last - 1, last - 1), at(last - 1, last), at(last, last - 1), at(last, last)]
  // d − bc / (δ ± √(δ² + bc)) with δ = (a − d)/2; the numbers divided by the largest first.
  const scale = Math.max(...[ar - dr, ai - di, br, bi, cr, ci].map(Math.abs))
  if (scale === 0) return [dr, di]
  const [xr, xi] = [(ar - dr) / (2 * scale), (ai - di) / (2 * scale)]
  const [pr, pi] = [(br / scale) * (cr / scale) - (bi / scale) * (ci / scale), (br / scale) * (ci / scale) + (bi / scale) * (cr / scale)]
  const [rr, ri] = complexRoot(xr * xr - xi * xi + pr, 2 * xr * xi + pi)
  const sign = xr * rr + xi * ri < 0 ? -1 : 1
  const [sr, si] = [xr + sign * rr, xi + sign * ri]
  const size = sr * sr + si * si
  if (size === 0) return [dr, di]
  return [dr - (scale * (pr * sr + pi * si)) / size, di - (scale * (pi * sr - pr * si)) / size]
}

/** T − σ = Q R, then R Q + σ on rows and columns first to last. */
function qrStep(n: number, t: ComplexMatrix, q: ComplexMatrix, first: number, last: number, [sr, si]: [number, number]): void {
  for (let i = first; i <= last; i++) {
    t.re[i * n + i] = (t.re[i * n + i] as number) - sr
    t.im[i * n + i] = (t.im[i * n + i] as number) - si
  }
  const turns: [c: number, re: number, im: number][] = []
  for (let k = first; k < last; k++) {
    // Turns (f, g) into (r, 0): c real, s complex.
    const [f, g] = [k * n + k, (k + 1) * n + k]
    const [fr, fi, gr, gi] = [t.re[f] as number, t.im[f] as number, t.re[g] as number, t.im[g] as number]
    const [sizeF, length] = [Math.hypot(fr, fi), Math.hypot(fr, fi, gr, gi)]
    if (length === 0) {
      turns.push([1, 0, 0])
      continue
    }
    const c = sizeF / length
    const [ur, ui] = sizeF === 0 ? [1, 0] : [fr / sizeF, fi / sizeF]
    // s = u · conj(g) / length
    const [re, im] = [(ur * gr + ui * gi) / length, (ui * gr - ur * gi) / length]
    turns.push([c, re, im])
    for (let j = k; j < n; j++) turnPair(t, k * n + j, (k + 1) * n + j, c, re, im)
    clear(t, g)
  }
  turns.forEach(([c, re, im], step) => {
    const k = first + step
    // The conjugate transposed on the columns.
    for (let i = 0; i <= Math.min(k + 1, last); i++) turnPair(t, i * n + k, i * n + k + 1, c, re, -im)
    for (let i = 0; i < n; i++) turnPair(q, i * n + k, i * n + k + 1, c, re, -im)
  })
  for (let i = first; i <= last; i++) {
    t.re[i * n + i] = (t.re[i * n + i] as number) + sr
    t.im[i * n + i] = (t.im[i * n + i] as number) + si
  }
}

/** x' = c x + s y, y' = −conj(s) x + c y. */
function turnPair({ re, im }: ComplexMatrix, x: number, y: number, c: number, sr: number, si: number): void {
  const xr = re[x] as number
  const xi = im[x] as number
  const yr = re[y] as number
  const yi = im[y] as number
  re[x] = c * xr + sr * yr - si * yi
  im[x] = c * xi + sr * yi + si * yr
  re[y] = c * yr - sr * xr - si * xi
  im[y] = c * yi - sr * xi + si * xr
}

/** H = Qᵀ A Q without entries below the first subdiagonal, and the columns of Q as rows. */
function hessenberg(n: number, a: Float64Array): { h: Float64Array; rows: Float64Array } {
  const h = a.slice()
  const rows = new Float64Array(n * n)
  for (let i = 0; i < n; i++) rows[i * n + i] = 1
  const vectors: { v: Float64Array; size: number }[] = []
  const dots = new Float64Array(n)
  for (let k = 0; k < n - 2; k++) {
    const v = new Float64Array(n)
    for (let i = k + 1; i < n; i++) v[i] = h[i * n + k] as number
    const length = euclideanNorm(v)
    if (euclideanNorm(v, k + 2) === 0) continue
    const alpha = (v[k + 1] as number) > 0 ? -length : length
    v[k + 1] = (v[k + 1] as number) - alpha
    for (let i = k + 1; i < n; i++) v[i] = (v[i] as number) / length
    const size = 2 / dotProduct(v, k + 1, v, k + 1, n - k - 1)
    vectors.push({ v, size })
    dots.fill(0)
    for (let i = k + 1; i < n; i++) for (let j = k; j < n; j++) dots[j] = (dots[j] as number) + size * (v[i] as number) * (h[i * n + j] as number)
    for (let i = k + 1; i < n; i++) for (let j = k; j < n; j++) h[i * n + j] = (h[i * n + j] as number) - (v[i] as number) * (dots[j] as number)
    for (let i = 0; i < n; i++) reflect(v, size, h, i * n, n)
    for (let i = k + 2; i < n; i++) h[i * n + k] = 0
  }
  for (const { v, size } of vectors.reverse()) for (let i = 0; i < n; i++) reflect(v, size, rows, i * n, n)
  return { h, rows }
}

function reflect(v: Float64Array, size: number, rows: Float64Array, at: number, n: number): void {
  const factor = size * dotProduct(v, 0, rows, at, n)
  for (let i = 0; i < n; i++) rows[at + i] = (rows[at + i] as number) - factor * (v[i] as number)
}
