import { denseFactors } from '../factors.ts'
import type { Box } from '../least-squares/boxed-step.ts'
import { dot } from '../vectors.ts'
import type { Pair } from './lbfgs.ts'

/**
 * The step of L-BFGS-B: from x to a point in the box that lowers the model gᵀd + ½ dᵀB d, B = θ I − W M Wᵀ, by the pairs. First to the
 * least value along the projected gradient, then over the variables that have not met a bound there.
 *
 * Source: Byrd, Lu, Nocedal and Zhu, SIAM J. Sci. Comput. 16 (1995), sections 3 to 5; the projection of the second step as in Morales
 * and Nocedal, ACM Trans. Math. Softw. 38 (2011).
 */
export function cauchyStep(x: Float64Array, gradient: Float64Array, { lower, upper }: Box, pairs: readonly Pair[]): Float64Array {
  const n = x.length
  const m = pairs.length
  const last = pairs.at(-1)
  const theta = last === undefined ? 1 : last.rho * dot(last.y, last.y)
  /** Row i of W: changes of the gradient, then steps times θ. */
  const row = (i: number): Float64Array => {
    const w = new Float64Array(2 * m)
    pairs.forEach(({ s, y }, k) => {
      w[k] = y[i] as number
      w[m + k] = theta * (s[i] as number)
    })
    return w
  }
  const middle = middleMatrix(pairs, theta)
  const times = (p: Float64Array): Float64Array => (m === 0 ? p : middle.solve(p))
  // Along the projected gradient.
  const d = new Float64Array(n)
  const times0 = new Float64Array(n)
  const breaks: number[] = []
  const at = x.slice()
  for (let i = 0; i < n; i++) {
    const g = gradient[i] as number
    const room = g < 0 ? (upper[i] as number) - (x[i] as number) : g > 0 ? (x[i] as number) - (lower[i] as number) : 0
    times0[i] = g === 0 ? Number.POSITIVE_INFINITY : room / Math.abs(g)
    if ((times0[i] as number) > 0 && g !== 0) {
      d[i] = -g
      if ((times0[i] as number) < Number.POSITIVE_INFINITY) breaks.push(i)
    }
  }
  breaks.sort((a, b) => (times0[a] as number) - (times0[b] as number))
  let p = new Float64Array(2 * m)
  for (let i = 0; i < n; i++) if (d[i] !== 0) addRow(p, d[i] as number, row(i))
  const c = new Float64Array(2 * m)
  let slope = -dot(d, d)
  if (slope === 0) return d
  let curvature = -theta * slope - dot(p, times(p))
  let t = 0
  let k = 0
  for (;;) {
    const wait = -slope / curvature
    const i = breaks[k]
    const next = i === undefined ? Number.POSITIVE_INFINITY : (times0[i] as number)
    if (i === undefined || t + wait < next || !(curvature > 0)) {
      const step = curvature > 0 ? Math.max(0, wait) : i === undefined ? 0 : next - t
      t += step
      addRow(c, step, p)
      break
    }
    // A variable meets its bound.
    const step = next - t
    addRow(c, step, p)
    t = next
    const g = gradient[i] as number
    at[i] = (d[i] as number) > 0 ? (upper[i] as number) : (lower[i] as number)
    const z = (at[i] as number) - (x[i] as number)
    const w = row(i)
    const mw = times(w)
    slope += step * curvature + g * g + theta * g * z - g * dot(mw, c)
    curvature += -theta * g * g - 2 * g * dot(mw, p) - g * g * dot(mw, w)
    p = p.slice()
    addRow(p, g, w)
    d[i] = 0
    k++
    if (slope >= 0) break
  }
  const free: number[] = []
  for (let i = 0; i < n; i++) {
    if (d[i] !== 0) at[i] = (x[i] as number) + t * (d[i] as number)
    if (
      (at[i] as number) > (lower[i] as number) &&
      (at[i] as number) < (upper[i] as number) &&
      (d[i] !== 0 || (times0[i] as number) === Number.POSITIVE_INFINITY)
    )
      free.push(i)
  }
  const target = at.slice()
  if (m > 0 && free.length > 0) {
    // −r / θ − Z (I − M Wᵀ Z Zᵀ W / θ)⁻¹ M Wᵀ Z r / θ² for the gradient r of the model there.
    const mc = times(c)
    const rows = free.map(row)
    const r = Float64Array.from(free, (i, k) => (gradient[i] as number) + theta * ((at[i] as number) - (x[i] as number)) - dot(rows[k] as Float64Array, mc))
    const v = new Float64Array(2 * m)
    rows.forEach((w, k) => {
      addRow(v, r[k] as number, w)
    })
    const square = new Float64Array(4 * m * m)
    for (const w of rows)
      for (let a = 0; a < 2 * m; a++)
        for (let b = 0; b < 2 * m; b++) square[a * 2 * m + b] = (square[a * 2 * m + b] as number) + (w[a] as number) * (w[b] as number)
    // (M⁻¹ − Wᵀ Z Zᵀ W / θ) u = v.
    const small = middle.matrix.slice()
    for (let k = 0; k < small.length; k++) small[k] = (small[k] as number) - (square[k] as number) / theta
    const factors = denseFactors(small, 2 * m)
    if (typeof factors !== 'number') {
      const u = factors.solve(v)
      free.forEach((i, k) => {
        const step = -((r[k] as number) / theta) - dot(rows[k] as Float64Array, u) / (theta * theta)
        target[i] = Math.min(Math.max((at[i] as number) + step, lower[i] as number), upper[i] as number)
      })
    }
  }
  const step = difference(target, x)
  if (dot(step, gradient) < 0) return step
  return difference(at, x)
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((each, i) => each - (b[i] as number))
}

function addRow(to: Float64Array, t: number, row: Float64Array): void {
  for (let k = 0; k < to.length; k++) to[k] = (to[k] as number) + t * (row[k] as number)
}

/** M⁻¹ = [−D Lᵀ; L θ SᵀS], and M applied to a vector. */
function middleMatrix(pairs: readonly Pair[], theta: number): { matrix: Float64Array; solve(p: Float64Array): Float64Array } {
  const m = pairs.length
  const matrix = new Float64Array(4 * m * m)
  pairs.forEach((a, i) => {
    pairs.forEach((b, j) => {
      matrix[(m + i) * 2 * m + m + j] = theta * dot(a.s, b.s)
      if (i === j) matrix[i * 2 * m + i] = -dot(a.s, a.y)
      else if (i > j) {
        const l = dot(a.s, b.y)
        matrix[(m + i) * 2 * m + j] = l
        matrix[j * 2 * m + m + i] = l
      }
    })
  })
  const factors = denseFactors(matrix.slice(), 2 * m)
  return { matrix, solve: p => (typeof factors === 'number' ? new Float64Array(p.length) : factors.solve(p)) }
}
