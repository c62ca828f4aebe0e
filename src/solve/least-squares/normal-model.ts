import type { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import type { Elimination } from './elimination.ts'
import type { LinearModel } from './linear-model.ts'
import { NormalRows } from './normal-rows.ts'
import { PanelFactor } from './panel-factor.ts'

/** The normal equations by sparse factors, in an order of elimination. */
export class NormalModel implements LinearModel {
  readonly rows: NormalRows
  readonly #factor: PanelFactor
  readonly #normal: Float64Array

  constructor(jacobian: SparseMatrix, { order, blocks }: Elimination) {
    this.rows = new NormalRows(jacobian, order)
    this.#factor = new PanelFactor(order.length, blocks)
    this.#normal = new Float64Array(this.#factor.length)
  }

  get norms(): Float64Array {
    return this.rows.norms
  }

  get gradient(): Float64Array {
    return this.rows.gradient
  }

  load(jacobian: SparseMatrix, residuals: Float64Array, frozen: Uint8Array): void {
    this.rows.load(jacobian, residuals, frozen)
    this.#factor.read(this.#normal, (place, row) => this.rows.addRow(place, row))
  }

  step(damping: number, scales: Float64Array): Float64Array | undefined {
    if (!this.#factor.factorise(this.#normal, this.rows.damped(damping, scales))) return undefined
    return this.#solved(this.rows.scaled(this.gradient, -1))
  }

  solve(b: Float64Array): Float64Array {
    return this.#solved(this.rows.scaled(b))
  }

  /**
   * The factor of what is loaded, without damping, from which columns that hardly add to those before are left out, and those columns,
   * each with the direction along which it gives nothing new; at most `most` directions. `solve` is with this factor from then on.
   */
  undamped(least: number, most: number): { held: number[]; directions: Float64Array[]; factor: PanelFactor } {
    const { order } = this.rows
    const { held, directions } = this.#factor.factoriseHolding(this.#normal, least, most)
    return { held: held.map(place => order[place] as number), directions: directions.map(each => inColumns(each, order)), factor: this.#factor }
  }

  #solved(b: Float64Array): Float64Array {
    return this.rows.unscaled(this.#factor.solve(b))
  }
}

/** From places of the order to columns. */
export function inColumns(x: Float64Array, order: Int32Array): Float64Array {
  const z = new Float64Array(x.length)
  order.forEach((j, i) => {
    z[j] = x[i] as number
  })
  return z
}
