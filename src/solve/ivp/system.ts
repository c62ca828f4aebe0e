import type { Value } from '../../core/types.ts'
import { jvp } from '../../forward/jvp.ts'
import { planJacobian } from '../../jacobian/jacobian.ts'
import type { JacobianPlan } from '../../jacobian/plan.ts'
import { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import { Factoring } from '../factors.ts'
import { PlainRuns } from '../plain.ts'
import { plainTree, type Structure } from '../structure.ts'
import { linearisedOf } from './linearised.ts'
import type { Counts, Linearised, System } from './method.ts'
import type { Tolerance } from './vectors.ts'

/** f(t, y, parameters) as users write it. */
// biome-ignore lint/suspicious/noExplicitAny: each has trees of its own
export type Rates = (t: number, y: any, parameters: any) => unknown

export const RATES = "solveIvp: the function's result"

/** A user's function on vectors of numbers. What it closes over may belong to transforms: that is noticed, and left out. */
export class UserSystem implements System {
  readonly counts: Counts = { evaluations: 0, jacobians: 0, factorisations: 0, rejected: 0 }
  readonly size: number
  readonly tolerance: Tolerance
  /** What the function reads that is not among its arguments may belong to transforms. */
  readonly plain = new PlainRuns()
  readonly #f: Rates
  readonly #factoring = new Factoring()
  readonly #structure: Structure
  /** The parameters without what transforms know of them. */
  readonly parameters: unknown
  #plan: JacobianPlan<unknown, unknown, { output: 'sparse' }> | undefined

  constructor(f: Rates, structure: Structure, parameters: unknown, tolerance: Tolerance) {
    this.#f = f
    this.#structure = structure
    this.parameters = plainTree(parameters, 'solveIvp: the parameters')
    this.tolerance = tolerance
    this.size = structure.size
  }

  rates(t: number, y: Float64Array): Float64Array {
    this.counts.evaluations++
    if (!this.plain.needed) return this.#structure.vector(this.#f(t, this.#structure.tree(y), this.parameters), RATES)
    return this.plain.run(() =>
      this.#structure.vector(
        this.plain.run(() => this.#f(t, this.#structure.tree(y), this.parameters)),
        RATES,
      ),
    )
  }

  linearised(t: number, y: Float64Array): Linearised {
    this.counts.jacobians++
    return linearisedOf(
      this.plain.run(() => this.#jacobian(t, y)),
      this.#factoring,
      this.counts,
    )
  }

  /** Derivatives of the rates by time, column 0, and by the entries of the state, from 1 on. */
  #jacobian(t: number, y: Float64Array): SparseMatrix {
    const f = (t: number, y: unknown) => this.#structure.leaves(this.#f(t, y, this.parameters), RATES)
    const at = [t, this.#structure.tree(y)]
    if (this.plain.order > 0) return this.#columnByColumn(f, at)
    this.#plan ??= planJacobian<unknown, unknown, { output: 'sparse' }>(given => f(...(given as [number, unknown])), at, { output: 'sparse' })
    return this.#plan.jacobian(at)
  }

  /** The same in full, where the function closes over values of transforms: a sparse matrix is made of numbers only. */
  #columnByColumn(f: (t: number, y: unknown) => Value[], at: readonly unknown[]): SparseMatrix {
    const n = this.size
    const values = new Float64Array(n * (n + 1))
    for (let j = 0; j <= n; j++) {
      const direction = this.#structure.tree(Float64Array.from({ length: n }, (_, k) => (k === j - 1 ? 1 : 0)))
      const [, column] = jvp(f as (...at: unknown[]) => number[], [...at], [j === 0 ? 1 : 0, direction])
      this.#structure.numbers(column as Value[]).forEach((each, i) => {
        values[i * (n + 1) + j] = each
      })
    }
    const rowPointers = Int32Array.from({ length: n + 1 }, (_, i) => i * (n + 1))
    return new SparseMatrix(
      [n, n + 1],
      rowPointers,
      Int32Array.from(values, (_, k) => k % (n + 1)),
      values,
    )
  }
}
