import type { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import { columnsOf, type LinearModel } from './linear-model.ts'

/**
 * By orthogonal factors: J C⁻¹ P = Q R by Householder's reflections with pivoted columns, C the lengths of the columns, then one more
 * triangle for each damping by Givens' rotations. Sources: Golub and Van Loan, Matrix Computations, section 5.4.2; Moré 1978,
 * section 3. Nothing is squared, so it loses half as many digits as the normal equations do.
 */
export class DenseModel implements LinearModel {
  norms = new Float64Array(0)
  gradient = new Float64Array(0)
  /** The column of J at each place of R. */
  #order = new Int32Array(0)
  /** R row by row, and the first entries of Qᵀr. */
  #r = new Float64Array(0)
  #qtr = new Float64Array(0)
  /** The triangle of the last damping. */
  #damped = new Float64Array(0)
  #rank = 0

  load(jacobian: SparseMatrix, residuals: Float64Array, frozen: Uint8Array): void {
    const [m, n] = jacobian.shape
    Object.assign(this, columnsOf(jacobian, residuals, frozen))
    const moving = Int32Array.from({ length: n }, (_, j) => j).filter(j => frozen[j] !== 1)
    const size = moving.length
    const place = new Int32Array(n).fill(-1)
    moving.forEach((j, k) => {
      place[j] = k
    })
    const a = new Float64Array(m * size)
    for (let i = 0; i < m; i++) {
      for (let k = jacobian.rowPointers[i] as number; k < (jacobian.rowPointers[i + 1] as number); k++) {
        const j = jacobian.columns[k] as number
        const at = place[j] as number
        if (at >= 0) a[at * m + i] = (jacobian.values[k] as number) / (this.norms[j] as number)
      }
    }
    const q = residuals.slice()
    const pivots = householder(a, m, size, q)
    this.#order = pivots.map(k => moving[k] as number)
    this.#r = new Float64Array(size * size)
    for (let j = 0; j < size; j++) for (let i = 0; i <= Math.min(j, m - 1); i++) this.#r[i * size + j] = a[j * m + i] as number
    this.#qtr = Float64Array.from({ length: size }, (_, i) => (i < m ? (q[i] as number) : 0))
    const least = Number.EPSILON * Math.max(m, size) * Math.abs(this.#r[0] ?? 0)
    this.#rank = 0
    while (this.#rank < size && Math.abs(this.#r[this.#rank * (size + 1)] as number) > least) this.#rank++
  }

  step(damping: number, scales: Float64Array): Float64Array | undefined {
    const size = this.#order.length
    if (damping === 0 && this.#rank < size) return undefined
    const right = this.#qtr.map(each => -each)
    this.#damped = this.#r.slice()
    if (damping > 0) {
      const root = Math.sqrt(damping)
      const diagonal = Float64Array.from(this.#order, j => (root * (scales[j] as number)) / (this.norms[j] as number))
      rotateIn(this.#damped, size, diagonal, right)
    }
    backSubstitute(this.#damped, size, right)
    return this.#unscaled(right)
  }

  solve(b: Float64Array): Float64Array {
    const size = this.#order.length
    const right = Float64Array.from(this.#order, j => (b[j] as number) / (this.norms[j] as number))
    forwardSubstitute(this.#damped, size, right)
    backSubstitute(this.#damped, size, right)
    return this.#unscaled(right)
  }

  /** From the places of R to the columns of J. */
  #unscaled(x: Float64Array): Float64Array {
    const z = new Float64Array(this.norms.length)
    this.#order.forEach((j, k) => {
      z[j] = (x[k] as number) / (this.norms[j] as number)
    })
    return z
  }

  /** What the columns determine of (CJᵀJC)⁻¹: see `covarianceOf`. */
  get factors(): { r: Float64Array; order: Int32Array; rank: number } {
    return { r: this.#r, order: this.#order, rank: this.#rank }
  }
}

/** Replaces columns by R above the reflections, and b by Qᵀb; gives the columns in the order of their pivots. Each column of `a` is contiguous. */
function householder(a: Float64Array, m: number, n: number, b: Float64Array): Int32Array {
  const order = Int32Array.from({ length: n }, (_, j) => j)
  const length = (j: number, from: number) => {
    let sum = 0
    for (let i = j * m + from; i < (j + 1) * m; i++) sum += (a[i] as number) * (a[i] as number)
    return Math.sqrt(sum)
  }
  const norms = Float64Array.from({ length: n }, (_, j) => length(j, 0))
  const reference = norms.slice()
  for (let k = 0; k < Math.min(m, n); k++) {
    let largest = k
    for (let j = k + 1; j < n; j++) if ((norms[j] as number) > (norms[largest] as number)) largest = j
    if (largest !== k) {
      const [kept, at, to] = [a.slice(k * m, (k + 1) * m), largest * m, k * m]
      a.copyWithin(to, at, at + m)
      a.set(kept, at)
      for (const list of [norms, reference, order]) [list[k], list[largest]] = [list[largest] as number, list[k] as number]
    }
    const alpha = length(k, k)
    if (alpha === 0) break
    const head = k * m + k
    const signed = (a[head] as number) > 0 ? -alpha : alpha
    // v = x − signed e₁, scaled so that H = I − v vᵀ / v₁.
    for (let i = head; i < (k + 1) * m; i++) a[i] = -(a[i] as number) / signed
    a[head] = (a[head] as number) + 1
    const pivot = a[head] as number
    reflect(a, head, m - k, pivot, b, k)
    for (let j = k + 1; j < n; j++) {
      reflect(a, head, m - k, pivot, a, j * m + k)
      const [norm, ratio] = [norms[j] as number, (a[j * m + k] as number) / (norms[j] as number)]
      const left = Math.max(0, 1 - ratio * ratio)
      norms[j] = norm * Math.sqrt(left)
      if (left * (norm / (reference[j] as number)) ** 2 <= 1e-14 || !(norm > 0)) norms[j] = reference[j] = length(j, k + 1)
    }
    a[head] = signed
  }
  return order
}

/** y ← y − v (vᵀ y) / v₁. */
function reflect(v: Float64Array, from: number, length: number, pivot: number, y: Float64Array, at: number): void {
  let sum = 0
  for (let i = 0; i < length; i++) sum += (v[from + i] as number) * (y[at + i] as number)
  if (sum === 0) return
  sum /= pivot
  for (let i = 0; i < length; i++) y[at + i] = (y[at + i] as number) - sum * (v[from + i] as number)
}

/** The triangle of R above a diagonal, row by row in place, with its right side. */
function rotateIn(r: Float64Array, n: number, diagonal: Float64Array, right: Float64Array): void {
  const row = new Float64Array(n)
  for (let j = 0; j < n; j++) {
    row.fill(0, j)
    row[j] = diagonal[j] as number
    let rest = 0
    for (let k = j; k < n; k++) {
      const below = row[k] as number
      if (below === 0) continue
      const base = k * n
      const above = r[base + k] as number
      const length = Math.hypot(above, below)
      const [cosine, sine] = [above / length, below / length]
      for (let i = k; i < n; i++) {
        const [x, y] = [r[base + i] as number, row[i] as number]
        r[base + i] = cosine * x + sine * y
        row[i] = cosine * y - sine * x
      }
      const top = right[k] as number
      right[k] = cosine * top + sine * rest
      rest = cosine * rest - sine * top
    }
  }
}

/** x with R x = b, in place. */
export function backSubstitute(r: Float64Array, n: number, b: Float64Array, stride = n): void {
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i] as number
    for (let j = i + 1; j < n; j++) sum -= (r[i * stride + j] as number) * (b[j] as number)
    b[i] = sum / (r[i * stride + i] as number)
  }
}

/** x with Rᵀ x = b, in place. */
export function forwardSubstitute(r: Float64Array, n: number, b: Float64Array, stride = n): void {
  for (let i = 0; i < n; i++) {
    const x = (b[i] as number) / (r[i * stride + i] as number)
    b[i] = x
    for (let j = i + 1; j < n; j++) b[j] = (b[j] as number) - (r[i * stride + j] as number) * x
  }
}
