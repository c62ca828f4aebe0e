import type { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import { minimumDegree } from './minimum-degree.ts'

/** A pivot on the diagonal is taken if it is at least this part of the largest. */
const THRESHOLD = 1e-2
/** Old pivots are given up when one is smaller than this part of what it divides. */
const STABLE = 1e-6

/** Entries that grow. */
class Growing {
  indices: Int32Array
  values: Float64Array
  size = 0

  constructor(capacity: number) {
    this.indices = new Int32Array(capacity)
    this.values = new Float64Array(capacity)
  }

  add(index: number, value: number): void {
    if (this.size === this.indices.length) {
      const [indices, values] = [this.indices, this.values]
      this.indices = new Int32Array(2 * this.size + 16)
      this.indices.set(indices)
      this.values = new Float64Array(2 * this.size + 16)
      this.values.set(values)
    }
    this.indices[this.size] = index
    this.values[this.size++] = value
  }
}

/**
 * P A Q = L U of a square sparse matrix, column by column, with pivots chosen by size among those that keep the factors sparse.
 * The order Q is found once; `factor` takes another matrix of the same pattern, and uses the pivots again for as long as they are
 * large enough.
 *
 * Source: Gilbert and Peierls, Sparse partial pivoting in time proportional to arithmetic operations, SIAM J. Sci. Stat. Comput. 9
 * (1988); pivots used again as in Davis and Palamadai Natarajan, Algorithm 907: KLU, ACM Trans. Math. Softw. 37 (2010).
 */
export class SparseLu {
  readonly n: number
  /** Order in which rows of A (columns of Aᵀ, which is factored) are eliminated. */
  readonly #order: Int32Array
  /** Where in the order of pivots each column of A stands; −1 while it has none. */
  #place: Int32Array
  #lower = new Growing(0)
  #upper = new Growing(0)
  #lowerStarts: Int32Array
  #upperStarts: Int32Array
  #pivots: Float64Array
  #factored = false
  /** The column of A for which there was no pivot. */
  singularAt: number | undefined

  constructor({ shape: [n], rowPointers, columns }: SparseMatrix) {
    this.n = n
    this.#order = minimumDegree(n, rowPointers, columns)
    this.#place = new Int32Array(n)
    this.#lowerStarts = new Int32Array(n + 1)
    this.#upperStarts = new Int32Array(n + 1)
    this.#pivots = new Float64Array(n)
  }

  /** Entries of L and U. */
  get nonzeros(): number {
    return this.#lower.size + this.#upper.size + this.n
  }

  /** Factors a matrix; whether it is regular. */
  factor(matrix: SparseMatrix): boolean {
    if (this.#factored && this.#again(matrix)) return true
    this.#factored = this.#fresh(matrix)
    return this.#factored
  }

  /** The factors with the pivots and the pattern of those before; false where a pivot has become small. */
  #again({ rowPointers, columns, values }: SparseMatrix): boolean {
    const { n } = this
    const [place, lower, upper, lowerStarts, upperStarts, pivots] = [this.#place, this.#lower, this.#upper, this.#lowerStarts, this.#upperStarts, this.#pivots]
    const x = new Float64Array(n)
    for (let k = 0; k < n; k++) {
      const row = this.#order[k] as number
      for (let p = rowPointers[row] as number; p < (rowPointers[row + 1] as number); p++) x[place[columns[p] as number] as number] = values[p] as number
      for (let p = upperStarts[k] as number; p < (upperStarts[k + 1] as number); p++) {
        const j = upper.indices[p] as number
        const xj = x[j] as number
        x[j] = 0
        upper.values[p] = xj
        for (let q = lowerStarts[j] as number; q < (lowerStarts[j + 1] as number); q++) {
          const i = lower.indices[q] as number
          x[i] = (x[i] as number) - (lower.values[q] as number) * xj
        }
      }
      const pivot = x[k] as number
      x[k] = 0
      let largest = 0
      for (let p = lowerStarts[k] as number; p < (lowerStarts[k + 1] as number); p++) {
        const i = lower.indices[p] as number
        const value = x[i] as number
        x[i] = 0
        if (Math.abs(value) > largest) largest = Math.abs(value)
        lower.values[p] = value / pivot
      }
      if (!(Math.abs(pivot) > STABLE * largest) || pivot - pivot !== 0) return false
      pivots[k] = pivot
    }
    return true
  }

  #fresh({ rowPointers, columns, values }: SparseMatrix): boolean {
    const { n } = this
    const place = this.#place.fill(-1)
    const [lower, upper] = [new Growing(4 * values.length + n), new Growing(4 * values.length + n)]
    const [lowerStarts, upperStarts, pivots] = [this.#lowerStarts, this.#upperStarts, this.#pivots]
    const x = new Float64Array(n)
    const mark = new Int32Array(n).fill(-1)
    /** Columns of A that the step reaches, in topological order from `top` on; and the way of the search, with where it goes on. */
    const [reached, path, at] = [new Int32Array(n), new Int32Array(n), new Int32Array(n)]
    for (let k = 0; k < n; k++) {
      const row = this.#order[k] as number
      let top = n
      for (let p = rowPointers[row] as number; p < (rowPointers[row + 1] as number); p++) {
        const start = columns[p] as number
        if (mark[start] === k) continue
        let depth = 0
        path[0] = start
        mark[start] = k
        at[0] = -1
        while (depth >= 0) {
          const i = path[depth] as number
          const step = place[i] as number
          let q = at[depth] as number
          if (q < 0) q = step < 0 ? 0 : (lowerStarts[step] as number)
          const end = step < 0 ? 0 : (lowerStarts[step + 1] as number)
          let deeper = -1
          while (q < end) {
            const next = lower.indices[q++] as number
            if (mark[next] === k) continue
            deeper = next
            break
          }
          at[depth] = q
          if (deeper >= 0) {
            mark[deeper] = k
            path[++depth] = deeper
            at[depth] = -1
          } else {
            reached[--top] = i
            depth--
          }
        }
      }
      for (let p = rowPointers[row] as number; p < (rowPointers[row + 1] as number); p++) x[columns[p] as number] = values[p] as number
      let [pivotAt, largest] = [-1, 0]
      upperStarts[k] = upper.size
      for (let p = top; p < n; p++) {
        const i = reached[p] as number
        const step = place[i] as number
        const xi = x[i] as number
        if (step < 0) {
          if (Math.abs(xi) > largest) {
            largest = Math.abs(xi)
            pivotAt = i
          }
          continue
        }
        upper.add(step, xi)
        x[i] = 0
        for (let q = lowerStarts[step] as number; q < (lowerStarts[step + 1] as number); q++) {
          const to = lower.indices[q] as number
          x[to] = (x[to] as number) - (lower.values[q] as number) * xi
        }
      }
      upperStarts[k + 1] = upper.size
      if (pivotAt < 0 || largest === Number.POSITIVE_INFINITY) {
        this.singularAt = row
        return false
      }
      if (mark[row] === k && place[row] === -1 && Math.abs(x[row] as number) >= THRESHOLD * largest) pivotAt = row
      const pivot = x[pivotAt] as number
      pivots[k] = pivot
      place[pivotAt] = k
      lowerStarts[k] = lower.size
      for (let p = top; p < n; p++) {
        const i = reached[p] as number
        if ((place[i] as number) < 0) lower.add(i, (x[i] as number) / pivot)
        x[i] = 0
      }
      lowerStarts[k + 1] = lower.size
    }
    for (let p = 0; p < lower.size; p++) lower.indices[p] = place[lower.indices[p] as number] as number
    this.#lower = lower
    this.#upper = upper
    this.singularAt = undefined
    return true
  }

  /** A⁻¹ b: Aᵀ is what was factored. */
  solve(b: Float64Array): Float64Array {
    const { n } = this
    const x = new Float64Array(n)
    for (let k = 0; k < n; k++) {
      let sum = b[this.#order[k] as number] as number
      for (let p = this.#upperStarts[k] as number; p < (this.#upperStarts[k + 1] as number); p++)
        sum -= (this.#upper.values[p] as number) * (x[this.#upper.indices[p] as number] as number)
      x[k] = sum / (this.#pivots[k] as number)
    }
    for (let k = n - 1; k >= 0; k--) {
      let sum = x[k] as number
      for (let p = this.#lowerStarts[k] as number; p < (this.#lowerStarts[k + 1] as number); p++)
        sum -= (this.#lower.values[p] as number) * (x[this.#lower.indices[p] as number] as number)
      x[k] = sum
    }
    return Float64Array.from(this.#place, k => x[k] as number)
  }

  /** A⁻ᵀ b. */
  solveTransposed(b: Float64Array): Float64Array {
    const { n } = this
    const x = new Float64Array(n)
    this.#place.forEach((k, i) => {
      x[k] = b[i] as number
    })
    for (let k = 0; k < n; k++) {
      const xk = x[k] as number
      for (let p = this.#lowerStarts[k] as number; p < (this.#lowerStarts[k + 1] as number); p++) {
        const i = this.#lower.indices[p] as number
        x[i] = (x[i] as number) - (this.#lower.values[p] as number) * xk
      }
    }
    const result = new Float64Array(n)
    for (let k = n - 1; k >= 0; k--) {
      const xk = (x[k] as number) / (this.#pivots[k] as number)
      for (let p = this.#upperStarts[k] as number; p < (this.#upperStarts[k + 1] as number); p++) {
        const i = this.#upper.indices[p] as number
        x[i] = (x[i] as number) - (this.#upper.values[p] as number) * xk
      }
      result[this.#order[k] as number] = xk
    }
    return result
  }
}
