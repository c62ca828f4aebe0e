import { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import { isFinite, largestOf, plus } from '../vectors.ts'
import { SparseLdl } from './ldl.ts'
import { SparseLu } from './lu.ts'

/**
 * The symmetric matrix [W + D, Aᵀ; A, −E] of n + m rows, for W and A of patterns that stay: their entries are written in place, and the
 * order of elimination is found once.
 */
export class KktMatrix {
  readonly n: number
  readonly m: number
  readonly #matrix: SparseMatrix
  readonly #ldl: SparseLdl
  #lu: SparseLu | undefined
  #usesLu = false
  #more = 0
  #kept = 0
  /** Where the entries of W, of A and Aᵀ, and of the diagonal stand. */
  readonly #placesOfW: Int32Array
  readonly #placesOfA: Int32Array
  readonly #placesOfTransposed: Int32Array
  readonly #diagonal: Int32Array
  readonly w: SparseMatrix
  readonly a: SparseMatrix

  constructor(w: SparseMatrix, a: SparseMatrix) {
    const n = w.shape[0]
    const m = a.shape[0]
    this.n = n
    this.m = m
    this.w = w
    this.a = a
    const rows: Map<number, number>[] = Array.from({ length: n + m }, (_, i) => new Map([[i, -1]]))
    const visit = (matrix: SparseMatrix, put: (i: number, j: number, k: number) => void) => {
      for (let i = 0; i < matrix.shape[0]; i++)
        for (let k = matrix.rowPointers[i] as number; k < (matrix.rowPointers[i + 1] as number); k++) put(i, matrix.columns[k] as number, k)
    }
    visit(w, (i, j) => rows[i]?.set(j, -1))
    visit(a, (i, j) => {
      rows[n + i]?.set(j, -1)
      rows[j]?.set(n + i, -1)
    })
    const pointers = new Int32Array(n + m + 1)
    const columns: number[] = []
    rows.forEach((row, i) => {
      for (const j of [...row.keys()].sort((x, y) => x - y)) {
        row.set(j, columns.length)
        columns.push(j)
      }
      pointers[i + 1] = columns.length
    })
    const at = (i: number, j: number) => rows[i]?.get(j) as number
    this.#placesOfW = new Int32Array(w.nonzeros)
    this.#placesOfA = new Int32Array(a.nonzeros)
    this.#placesOfTransposed = new Int32Array(a.nonzeros)
    visit(w, (i, j, k) => {
      this.#placesOfW[k] = at(i, j)
    })
    visit(a, (i, j, k) => {
      this.#placesOfA[k] = at(n + i, j)
      this.#placesOfTransposed[k] = at(j, n + i)
    })
    this.#diagonal = Int32Array.from(rows, (_, i) => at(i, i))
    this.#matrix = new SparseMatrix([n + m, n + m], pointers, Int32Array.from(columns), new Float64Array(columns.length))
    this.#ldl = new SparseLdl(n + m, pointers, this.#matrix.columns)
  }

  /** Whether matrices have the patterns that this one was made for. */
  fits(w: SparseMatrix, a: SparseMatrix): boolean {
    return samePattern(w, this.w) && samePattern(a, this.a)
  }

  /** Writes W and A, and D on the diagonal. */
  set(w: Float64Array, a: Float64Array, diagonal: Float64Array): void {
    const { values } = this.#matrix
    values.fill(0)
    this.#placesOfW.forEach((place, k) => {
      values[place] = w[k] as number
    })
    for (let k = 0; k < a.length; k++) {
      values[this.#placesOfA[k] as number] = a[k] as number
      values[this.#placesOfTransposed[k] as number] = a[k] as number
    }
    for (let i = 0; i < diagonal.length; i++) {
      const place = this.#diagonal[i] as number
      values[place] = (values[place] as number) + (diagonal[i] as number)
    }
  }

  /**
   * Factors the matrix with `more` on the diagonal of W; whether its inertia is (n, m, 0). `kept` is taken off the diagonal below, where
   * constraints depend on each other; what else the factors need on either is refined away again.
   */
  factor(more: number, kept: number): boolean {
    this.#more = more
    this.#kept = kept
    this.#usesLu = false
    const shift = new Float64Array(this.n + this.m).fill(Math.max(more, LESS), 0, this.n).fill(-Math.max(kept, LESS), this.n)
    return this.#ldl.factor(this.#matrix.values, shift) && this.#ldl.positive === this.n
  }

  /** The solution, by refinement; undefined where that fails, as it does for a matrix that is singular. */
  solve(right: Float64Array): Float64Array | undefined {
    const shift = (i: number) => (i < this.n ? this.#more : -this.#kept)
    const residual = (x: Float64Array): Float64Array => {
      const r = plus(right, -1, this.#matrix.multiply(x))
      for (let i = 0; i < r.length; i++) r[i] = (r[i] as number) - shift(i) * (x[i] as number)
      return r
    }
    const size = largestOf(right)
    if (!this.#usesLu) {
      const x = refined(b => this.#ldl.solve(b), right, residual, size)
      if (x !== undefined) return x
      this.#lu ??= new SparseLu(this.#matrix)
      const values = this.#matrix.values.slice()
      this.#diagonal.forEach((place, i) => {
        values[place] = (values[place] as number) + shift(i)
      })
      if (!this.#lu.factor(new SparseMatrix(this.#matrix.shape, this.#matrix.rowPointers, this.#matrix.columns, values))) return undefined
      this.#usesLu = true
    }
    return refined(b => (this.#lu as SparseLu).solve(b), right, residual, size)
  }
}

/** What LDLᵀ without pivoting needs on the diagonal of W and below it. */
const LESS = 1e-8

function refined(
  inverse: (b: Float64Array) => Float64Array,
  right: Float64Array,
  residual: (x: Float64Array) => Float64Array,
  size: number,
): Float64Array | undefined {
  let x = inverse(right)
  if (!isFinite(x)) return undefined
  let r = residual(x)
  for (let k = 0; k < 10; k++) {
    const error = largestOf(r)
    if (error <= 1e-14 * (size + largestOf(x))) return x
    const next = plus(x, 1, inverse(r))
    const rest = residual(next)
    if (!(largestOf(rest) < 0.5 * error)) break
    x = next
    r = rest
  }
  return largestOf(r) <= 1e-8 * (size + 1e-6 * largestOf(x)) ? x : undefined
}

function samePattern(a: SparseMatrix, b: SparseMatrix): boolean {
  const same = (x: Int32Array, y: Int32Array) => x.length === y.length && x.every((each, i) => each === y[i])
  return same(a.rowPointers, b.rowPointers) && same(a.columns, b.columns)
}
