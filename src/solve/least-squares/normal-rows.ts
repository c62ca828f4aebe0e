import type { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import { columnsOf } from './linear-model.ts'

/**
 * Rows of the upper triangle of C⁻¹ JᵀJ C⁻¹, C the lengths of the columns, in an order of elimination: made one by one where they
 * are needed, for a pattern of J that stays.
 */
export class NormalRows {
  norms = new Float64Array(0)
  gradient = new Float64Array(0)
  /** The column of J at each place of the order. */
  readonly order: Int32Array
  readonly #rowPointers: Int32Array
  /** The entries of J, each row in the order of elimination: where they stand in J, and the place of their column. */
  readonly #entries: Int32Array
  readonly #places: Int32Array
  readonly #rowOf: Int32Array
  readonly #values: Float64Array
  /** The entries at each place. */
  readonly #placePointers: Int32Array
  readonly #atPlace: Int32Array
  #frozen: Uint8Array = new Uint8Array(0)

  constructor({ shape: [rows, n], rowPointers, columns }: SparseMatrix, order: Int32Array) {
    this.order = order
    const place = new Int32Array(n)
    order.forEach((j, i) => {
      place[j] = i
    })
    const nonzeros = columns.length
    this.#rowPointers = rowPointers
    this.#entries = Int32Array.from({ length: nonzeros }, (_, k) => k)
    this.#rowOf = new Int32Array(nonzeros)
    this.#values = new Float64Array(nonzeros)
    const placeOf = (k: number) => place[columns[k] as number] as number
    for (let i = 0; i < rows; i++) {
      const [from, to] = [rowPointers[i] as number, rowPointers[i + 1] as number]
      this.#entries.subarray(from, to).sort((a, b) => placeOf(a) - placeOf(b))
      this.#rowOf.fill(i, from, to)
    }
    this.#places = this.#entries.map(placeOf)
    this.#placePointers = new Int32Array(n + 1)
    for (const at of this.#places) this.#placePointers[at + 1] = (this.#placePointers[at + 1] as number) + 1
    for (let i = 0; i < n; i++) this.#placePointers[i + 1] = (this.#placePointers[i + 1] as number) + (this.#placePointers[i] as number)
    const next = this.#placePointers.slice(0, n)
    this.#atPlace = new Int32Array(nonzeros)
    this.#places.forEach((at, t) => {
      this.#atPlace[next[at] as number] = t
      next[at] = (next[at] as number) + 1
    })
  }

  load(jacobian: SparseMatrix, residuals: Float64Array, frozen: Uint8Array): void {
    Object.assign(this, columnsOf(jacobian, residuals, frozen))
    this.#frozen = frozen
    for (let t = 0; t < this.#entries.length; t++) {
      const j = this.order[this.#places[t] as number] as number
      this.#values[t] = frozen[j] === 1 ? 0 : (jacobian.values[this.#entries[t] as number] as number) / (this.norms[j] as number)
    }
  }

  /** Adds the row at a place to a list of zeros with an entry for each place. A column that does not move has a row of the identity. */
  addRow(at: number, row: Float64Array): void {
    if (this.#frozen[this.order[at] as number] === 1) row[at] = 1
    const [values, places] = [this.#values, this.#places]
    for (let q = this.#placePointers[at] as number; q < (this.#placePointers[at + 1] as number); q++) {
      const t = this.#atPlace[q] as number
      const [value, end] = [values[t] as number, this.#rowPointers[(this.#rowOf[t] as number) + 1] as number]
      if (value === 0) continue
      for (let s = t; s < end; s++) row[places[s] as number] = (row[places[s] as number] as number) + value * (values[s] as number)
    }
  }

  /** λ(D/C)² at each place. */
  damped(damping: number, scales: Float64Array): Float64Array {
    return Float64Array.from(this.order, j => damping * ((scales[j] as number) / (this.norms[j] as number)) ** 2)
  }

  /** C⁻¹ b at each place. */
  scaled(b: Float64Array, sign = 1): Float64Array {
    return Float64Array.from(this.order, j => (sign * (b[j] as number)) / (this.norms[j] as number))
  }

  /** C⁻¹ x in the order of the columns. */
  unscaled(x: Float64Array): Float64Array {
    const z = new Float64Array(x.length)
    this.order.forEach((j, i) => {
      z[j] = (x[i] as number) / (this.norms[j] as number)
    })
    return z
  }
}
