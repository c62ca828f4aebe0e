import { minimumDegree } from './minimum-degree.ts'

/**
 * A = L D Lᵀ of a symmetric sparse matrix in an order that keeps L sparse, with a diagonal D. There is no pivoting for size: it is for
 * matrices that are definite or quasidefinite, and for those it tells the signs of D, which are the inertia of A. The order and the
 * pattern of L are found once; `factor` takes other numbers in the same places.
 *
 * Source: Davis, Algorithm 849: a concise sparse Cholesky factorization package, ACM Trans. Math. Softw. 31 (2005);
 * Vanderbei, Symmetric quasidefinite matrices, SIAM J. Optim. 5 (1995).
 */
export class SparseLdl {
  readonly n: number
  readonly #order: Int32Array
  /** For the upper triangle of the permuted matrix, by columns: row, and place among the values given. */
  readonly #pointers: Int32Array
  readonly #rows: Int32Array
  readonly #places: Int32Array
  readonly #parent: Int32Array
  readonly #starts: Int32Array
  readonly #indices: Int32Array
  readonly #values: Float64Array
  readonly #diagonal: Float64Array
  /** Signs of D after `factor`. */
  positive = 0
  negative = 0

  /** The pattern by rows (or columns): every entry of A, or of each pair (i, j), (j, i) at least one; both are not added up. */
  constructor(n: number, pointers: Int32Array, columns: Int32Array) {
    this.n = n
    this.#order = minimumDegree(n, pointers, columns)
    const place = new Int32Array(n)
    this.#order.forEach((i, k) => {
      place[i] = k
    })
    const counts = new Int32Array(n + 1)
    // Of an entry and its mirror image the one in the upper triangle of the given matrix counts; the other stands in if it is alone.
    const each = (visit: (row: number, column: number, at: number) => void) => {
      for (let i = 0; i < n; i++) {
        for (let k = pointers[i] as number; k < (pointers[i + 1] as number); k++) {
          const j = columns[k] as number
          if (j < i && has(pointers, columns, j, i)) continue
          const [a, b] = [place[i] as number, place[j] as number]
          visit(Math.min(a, b), Math.max(a, b), k)
        }
      }
    }
    each((_, column) => {
      counts[column + 1] = (counts[column + 1] as number) + 1
    })
    for (let j = 0; j < n; j++) counts[j + 1] = (counts[j + 1] as number) + (counts[j] as number)
    this.#pointers = counts
    this.#rows = new Int32Array(counts[n] as number)
    this.#places = new Int32Array(counts[n] as number)
    const next = counts.slice()
    each((row, column, at) => {
      const to = next[column] as number
      next[column] = to + 1
      this.#rows[to] = row
      this.#places[to] = at
    })
    // The elimination tree, and the entries of each column of L.
    this.#parent = new Int32Array(n).fill(-1)
    const sizes = new Int32Array(n)
    const flag = new Int32Array(n)
    for (let k = 0; k < n; k++) {
      flag[k] = k
      for (let p = counts[k] as number; p < (counts[k + 1] as number); p++) {
        for (let i = this.#rows[p] as number; flag[i] !== k; i = this.#parent[i] as number) {
          if (this.#parent[i] === -1) this.#parent[i] = k
          sizes[i] = (sizes[i] as number) + 1
          flag[i] = k
        }
      }
    }
    this.#starts = new Int32Array(n + 1)
    for (let k = 0; k < n; k++) this.#starts[k + 1] = (this.#starts[k] as number) + (sizes[k] as number)
    this.#indices = new Int32Array(this.#starts[n] as number)
    this.#values = new Float64Array(this.#starts[n] as number)
    this.#diagonal = new Float64Array(n)
  }

  /** Entries of L below the diagonal. */
  get nonzeros(): number {
    return this.#values.length
  }

  /** Factors A + diag(shift) for the values of A. Whether it went through: false where a pivot is 0 or not finite. */
  factor(values: Float64Array, shift?: ArrayLike<number> | number): boolean {
    const { n } = this
    const [pointers, rows, places, parent, starts, indices, entries, diagonal] = [
      this.#pointers,
      this.#rows,
      this.#places,
      this.#parent,
      this.#starts,
      this.#indices,
      this.#values,
      this.#diagonal,
    ]
    const y = new Float64Array(n)
    const [pattern, flag, filled] = [new Int32Array(n), new Int32Array(n), new Int32Array(n)]
    this.positive = 0
    this.negative = 0
    for (let k = 0; k < n; k++) {
      let top = n
      flag[k] = k
      for (let p = pointers[k] as number; p < (pointers[k + 1] as number); p++) {
        let i = rows[p] as number
        y[i] = (y[i] as number) + (values[places[p] as number] as number)
        let length = 0
        for (; flag[i] !== k; i = parent[i] as number) {
          pattern[length++] = i
          flag[i] = k
        }
        while (length > 0) pattern[--top] = pattern[--length] as number
      }
      let d = y[k] as number
      y[k] = 0
      if (shift !== undefined) d += typeof shift === 'number' ? shift : (shift[this.#order[k] as number] as number)
      for (; top < n; top++) {
        const i = pattern[top] as number
        const yi = y[i] as number
        y[i] = 0
        const end = (starts[i] as number) + (filled[i] as number)
        for (let p = starts[i] as number; p < end; p++) {
          const row = indices[p] as number
          y[row] = (y[row] as number) - (entries[p] as number) * yi
        }
        const l = yi / (diagonal[i] as number)
        d -= l * yi
        indices[end] = k
        entries[end] = l
        filled[i] = (filled[i] as number) + 1
      }
      if (!(Math.abs(d) > 0 && Math.abs(d) < Number.POSITIVE_INFINITY)) return false
      diagonal[k] = d
      if (d > 0) this.positive++
      else this.negative++
    }
    return true
  }

  /** A⁻¹ b. */
  solve(b: Float64Array): Float64Array {
    const { n } = this
    const x = new Float64Array(n)
    const [order, starts, indices, values, diagonal] = [this.#order, this.#starts, this.#indices, this.#values, this.#diagonal]
    for (let k = 0; k < n; k++) x[k] = b[order[k] as number] as number
    for (let j = 0; j < n; j++) {
      const xj = x[j] as number
      for (let p = starts[j] as number; p < (starts[j + 1] as number); p++)
        x[indices[p] as number] = (x[indices[p] as number] as number) - (values[p] as number) * xj
    }
    for (let j = n - 1; j >= 0; j--) {
      let sum = (x[j] as number) / (diagonal[j] as number)
      for (let p = starts[j] as number; p < (starts[j + 1] as number); p++) sum -= (values[p] as number) * (x[indices[p] as number] as number)
      x[j] = sum
    }
    const result = new Float64Array(n)
    for (let k = 0; k < n; k++) result[order[k] as number] = x[k] as number
    return result
  }
}

/** Whether row i of a pattern has column j. */
function has(pointers: Int32Array, columns: Int32Array, i: number, j: number): boolean {
  let [low, high] = [pointers[i] as number, (pointers[i + 1] as number) - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const column = columns[middle] as number
    if (column === j) return true
    if (column < j) low = middle + 1
    else high = middle - 1
  }
  return false
}
