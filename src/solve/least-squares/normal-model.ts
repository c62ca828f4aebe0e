import type { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import { backSubstitute, forwardSubstitute } from './dense-model.ts'
import type { Elimination } from './elimination.ts'
import type { LinearModel } from './linear-model.ts'
import { NormalRows } from './normal-rows.ts'

/** Rows of a factor U that belong together: a triangle, then what couples it with later places; row by row from `at`. */
interface Panel {
  at: number
  start: number
  size: number
  /** Places of the columns, those of the panel's own rows first. */
  places: Int32Array
}

/** A pivot is 0 where so little of it is left. */
const LEAST_PIVOT = 1e-14

/**
 * The normal equations by Cholesky's factors of blocks: each is eliminated by a small dense factor, which leaves its Schur complement
 * in the rows of later ones, until one dense block is left. Source: Triggs et al., "Bundle adjustment – a modern synthesis" (2000),
 * section 6.
 */
export class NormalModel implements LinearModel {
  readonly #rows: NormalRows
  readonly #panels: Panel[]
  /** The panel of each place. */
  readonly #panelOf: Int32Array
  readonly #normal: Float64Array
  readonly #factor: Float64Array

  constructor(jacobian: SparseMatrix, { order, blocks }: Elimination) {
    this.#rows = new NormalRows(jacobian, order)
    const n = order.length
    const last = blocks.reduce((sum, { size }) => sum + size, 0)
    this.#panels = []
    this.#panelOf = new Int32Array(n)
    let at = 0
    for (const { start, size, neighbours } of [...blocks, { start: last, size: n - last, neighbours: new Int32Array(0) }]) {
      const places = new Int32Array(size + neighbours.length)
      for (let i = 0; i < size; i++) places[i] = start + i
      places.set(neighbours, size)
      this.#panelOf.fill(this.#panels.length, start, start + size)
      this.#panels.push({ at, start, size, places })
      at += size * places.length
    }
    this.#normal = new Float64Array(at)
    this.#factor = new Float64Array(at)
  }

  get norms(): Float64Array {
    return this.#rows.norms
  }

  get gradient(): Float64Array {
    return this.#rows.gradient
  }

  load(jacobian: SparseMatrix, residuals: Float64Array, frozen: Uint8Array): void {
    this.#rows.load(jacobian, residuals, frozen)
    const row = new Float64Array(this.#rows.order.length)
    for (const { at, start, size, places } of this.#panels) {
      for (let i = 0; i < size; i++) {
        this.#rows.addRow(start + i, row)
        for (let c = i; c < places.length; c++) {
          const place = places[c] as number
          this.#normal[at + i * places.length + c] = row[place] as number
          row[place] = 0
        }
      }
    }
  }

  step(damping: number, scales: Float64Array): Float64Array | undefined {
    if (!this.#factorise(this.#rows.damped(damping, scales))) return undefined
    return this.#solved(this.#rows.scaled(this.gradient, -1))
  }

  solve(b: Float64Array): Float64Array {
    return this.#solved(this.#rows.scaled(b))
  }

  /** U with UᵀU = the normal matrix and a diagonal; false where that is singular. */
  #factorise(diagonal: Float64Array): boolean {
    const factor = this.#factor
    factor.set(this.#normal)
    const whole = new Float64Array(diagonal.length)
    for (const { at, start, size, places } of this.#panels) {
      for (let i = 0; i < size; i++) {
        const k = at + i * places.length + i
        factor[k] = whole[start + i] = (factor[k] as number) + (diagonal[start + i] as number)
      }
    }
    for (const panel of this.#panels) {
      if (!factorPanel(factor, panel, whole)) return false
      this.#subtract(panel)
    }
    return true
  }

  /** Takes what a panel's rows explain from the rows of later places. */
  #subtract({ at, size, places }: Panel): void {
    const factor = this.#factor
    const width = places.length
    for (let a = size; a < width; a++) {
      const place = places[a] as number
      const target = this.#panels[this.#panelOf[place] as number] as Panel
      const row = target.at + (place - target.start) * target.places.length
      let column = place - target.start
      for (let b = a; b < width; b++) {
        const other = places[b] as number
        // Both lists ascend; the panel that is left has all places.
        if (other < target.start + target.size) column = other - target.start
        else while ((target.places[column] as number) < other) column++
        let sum = 0
        for (let s = at; s < at + size * width; s += width) sum += (factor[s + a] as number) * (factor[s + b] as number)
        factor[row + column] = (factor[row + column] as number) - sum
      }
    }
  }

  /** x with UᵀU x = b, in the order of the columns. */
  #solved(b: Float64Array): Float64Array {
    const factor = this.#factor
    const part = (panel: Panel) => ({
      triangle: factor.subarray(panel.at, panel.at + panel.size * panel.places.length),
      own: b.subarray(panel.start, panel.start + panel.size),
      width: panel.places.length,
    })
    for (const panel of this.#panels) {
      const { triangle, own, width } = part(panel)
      forwardSubstitute(triangle, panel.size, own, width)
      for (let i = 0; i < panel.size; i++) {
        for (let c = panel.size; c < width; c++) {
          const place = panel.places[c] as number
          b[place] = (b[place] as number) - (triangle[i * width + c] as number) * (own[i] as number)
        }
      }
    }
    for (const panel of this.#panels.toReversed()) {
      const { triangle, own, width } = part(panel)
      for (let i = 0; i < panel.size; i++) {
        let sum = own[i] as number
        for (let c = panel.size; c < width; c++) sum -= (triangle[i * width + c] as number) * (b[panel.places[c] as number] as number)
        own[i] = sum
      }
      backSubstitute(triangle, panel.size, own, width)
    }
    return this.#rows.unscaled(b)
  }
}

/** Cholesky's factor of a panel's rows in place; false where a pivot vanishes. */
function factorPanel(a: Float64Array, { at, start, size, places }: Panel, whole: Float64Array): boolean {
  const width = places.length
  for (let k = 0; k < size; k++) {
    const top = at + k * width
    const pivot = a[top + k] as number
    if (!(pivot > LEAST_PIVOT * (whole[start + k] as number))) return false
    const root = Math.sqrt(pivot)
    for (let c = k; c < width; c++) a[top + c] = (a[top + c] as number) / root
    for (let i = k + 1; i < size; i++) {
      const [factor, row] = [a[top + i] as number, at + i * width]
      if (factor !== 0) for (let c = i; c < width; c++) a[row + c] = (a[row + c] as number) - factor * (a[top + c] as number)
    }
  }
  return true
}
