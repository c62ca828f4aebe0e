import { DomainError, DualtapeError } from '../../core/errors.ts'
import { planJacobian } from '../../jacobian/jacobian.ts'
import type { JacobianPlan } from '../../jacobian/plan.ts'
import type { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import { Factoring, type Factors, regularFactors } from '../factors.ts'
import type { Evaluations } from '../result.ts'
import { flatten, type Unknowns } from '../unknowns.ts'
import { isFinite } from '../vectors.ts'

/** As many functions as unknowns, on plain vectors. */
export class System<X> {
  readonly evaluations: Required<Pick<Evaluations, 'values' | 'jacobians'>> = { values: 0, jacobians: 0 }
  readonly #name: string
  readonly #f: (x: X) => unknown
  readonly #unknowns: Unknowns<X>
  readonly #factoring = new Factoring()
  #plan: JacobianPlan<X, unknown, { output: 'sparse' }> | undefined

  constructor(name: string, f: (x: X) => unknown, unknowns: Unknowns<X>) {
    this.#name = name
    this.#f = f
    this.#unknowns = unknowns
  }

  get size(): number {
    return this.#unknowns.size
  }

  /** Throws a DualtapeError where there are not as many values as unknowns. */
  values(x: Float64Array): Float64Array {
    this.evaluations.values++
    const values = flatten(this.#f(this.#unknowns.tree(x)), `${this.#name}: the function's result`)
    if (values.length !== this.size) {
      throw new DualtapeError(
        `${this.#name}: the function gives ${values.length} numbers for ${this.size} unknowns. There are as many equations as unknowns; for more, use leastSquares.`,
      )
    }
    return values
  }

  /** The values at the start. Throws a DomainError where they are not finite. */
  first(x: Float64Array): Float64Array {
    const values = this.values(x)
    if (!isFinite(x) || !isFinite(values))
      throw new DomainError(`${this.#name}: at the start x or the function has entries that are NaN or infinite. Start elsewhere.`)
    return values
  }

  jacobian(x: Float64Array): SparseMatrix {
    this.evaluations.jacobians++
    const tree = this.#unknowns.tree(x)
    this.#plan ??= planJacobian(this.#f, tree, { output: 'sparse' })
    return this.#plan.jacobian(tree)
  }

  /** Factors of the Jacobian; the index of an unknown that is not determined, where it is singular. */
  factors(x: Float64Array): Factors | number {
    return this.#factoring.of(this.jacobian(x))
  }

  /** The same where a Jacobian that is singular but for rounding will not do. */
  regularFactors(x: Float64Array): Factors | number {
    return regularFactors(this.jacobian(x), this.#factoring)
  }

  /** What is known of the Jacobian, in words. */
  get structure(): string {
    const plan = this.#plan
    if (plan === undefined) return `${this.size} unknowns`
    return `${this.size} unknowns, ${plan.nonzeros} entries of the Jacobian, which takes ${plan.passes} passes (${plan.mode})`
  }
}
