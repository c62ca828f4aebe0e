import type { Value } from '../../core/types.ts'
import { jvp } from '../../forward/jvp.ts'
import { planJacobian } from '../../jacobian/jacobian.ts'
import type { JacobianPlan } from '../../jacobian/plan.ts'
import type { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import { denseFactors, type Factors } from '../factored.ts'
import { PlainRuns } from '../plain.ts'
import type { Counts, Linearised, System } from './method.ts'
import { plainTree, type Structure } from './trees.ts'
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
    return this.plain.run(() =>
      this.#structure.vector(
        this.plain.run(() => this.#f(t, this.#structure.tree(y), this.parameters)),
        RATES,
      ),
    )
  }

  linearised(t: number, y: Float64Array): Linearised {
    this.counts.jacobians++
    const n = this.size
    const timeDerivative = new Float64Array(n)
    const dense = new Float64Array(n * n)
    this.plain.run(() =>
      this.#eachDerivative(t, y, (i, j, each) => {
        if (j === 0) timeDerivative[i] = each
        else dense[i * n + j - 1] = each
      }),
    )
    const factors = (shift: number, scale: number): Factors | undefined => {
      this.counts.factorisations++
      const shifted = dense.map(each => -scale * each)
      for (let i = 0; i < n; i++) shifted[i * n + i] = (shifted[i * n + i] as number) + shift
      return denseFactors(n, shifted)
    }
    return { factors, timeDerivative }
  }

  /** Visits derivatives of the rates by time, number 0, and by the entries of the state, from 1 on. */
  #eachDerivative(t: number, y: Float64Array, visit: (row: number, column: number, value: number) => void): void {
    const f = (t: number, y: unknown) => this.#structure.leaves(this.#f(t, y, this.parameters), RATES)
    if (this.plain.order > 0) {
      // A sparse matrix holds numbers only, and what the function reads makes others of them.
      for (let j = 0; j <= this.size; j++) {
        const direction = this.#structure.tree(y.map((_, k) => (k === j - 1 ? 1 : 0)))
        const [, column] = jvp(f as (t: number, y: never) => number[], [t, this.#structure.tree(y) as never], [j === 0 ? 1 : 0, direction as never])
        this.#structure.numbers(column as Value[]).forEach((each, i) => void visit(i, j, each))
      }
      return
    }
    const at = [t, this.#structure.tree(y)]
    this.#plan ??= planJacobian<unknown, unknown, { output: 'sparse' }>(given => f(...(given as [number, unknown])), at, { output: 'sparse' })
    forEachEntry(this.#plan.jacobian(at), visit)
  }
}

function forEachEntry({ shape, rowPointers, columns, values }: SparseMatrix, visit: (row: number, column: number, value: number) => void): void {
  for (let i = 0; i < shape[0]; i++) {
    for (let k = rowPointers[i] as number; k < (rowPointers[i + 1] as number); k++) visit(i, columns[k] as number, values[k] as number)
  }
}
