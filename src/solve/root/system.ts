import { counted } from '../../core/counted.ts'
import { DomainError, DualtapeError } from '../../core/errors.ts'
import { planJacobian } from '../../jacobian/jacobian.ts'
import type { JacobianPlan } from '../../jacobian/plan.ts'
import { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import { Factoring, type Factors, regularFactors } from '../factors.ts'
import type { Evaluations } from '../result.ts'
import { KktMatrix } from '../sparse/kkt.ts'
import { flatten, type Unknowns } from '../unknowns.ts'
import { isFinite, largestOf, scaled } from '../vectors.ts'

/** λ, relative to the square of the largest entry of the Jacobian. */
const DAMPING = 1e-4

/** As many functions as unknowns, on plain vectors. */
export class System<X> {
  readonly evaluations: Required<Pick<Evaluations, 'values' | 'jacobians'>> = { values: 0, jacobians: 0 }
  readonly #name: string
  readonly #f: (x: X) => unknown
  readonly #unknowns: Unknowns<X>
  readonly #factoring = new Factoring()
  #last: SparseMatrix | undefined
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
        `${this.#name}: the function gives ${counted(values.length, 'number')} for ${counted(this.size, 'unknown')}. There are as many equations as unknowns; for more, use leastSquares.`,
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

  /**
   * −Jᵀ (J Jᵀ + λ I)⁻¹ f with a small λ: a step that makes |f| smaller where the Jacobian that was factored last is singular; undefined
   * where it is orthogonal to the values.
   */
  damped(values: Float64Array): Float64Array | undefined {
    const jacobian = this.#last
    if (jacobian === undefined) return undefined
    const n = this.size
    const empty = new SparseMatrix([n, n], new Int32Array(n + 1), new Int32Array(0), new Float64Array(0))
    const matrix = new KktMatrix(empty, jacobian)
    matrix.set(empty.values, jacobian.values, new Float64Array(n).fill(1))
    const right = new Float64Array(2 * n)
    right.set(scaled(-1, values), n)
    const size = largestOf(jacobian.values)
    const step = matrix.factor(0, DAMPING * size * size) ? matrix.solve(right)?.slice(0, n) : undefined
    return step !== undefined && largestOf(jacobian.multiply(step)) > 1e-6 * largestOf(values) ? step : undefined
  }

  /** Factors of the Jacobian; the index of an unknown that is not determined, where it is singular. */
  factors(x: Float64Array): Factors | number {
    this.#last = this.jacobian(x)
    return this.#factoring.of(this.#last)
  }

  /** The same where a Jacobian that is singular but for rounding will not do. */
  regularFactors(x: Float64Array): Factors | number {
    return regularFactors(this.jacobian(x), this.#factoring)
  }

  /** What is known of the Jacobian, in words. */
  get structure(): string {
    const plan = this.#plan
    if (plan === undefined) return counted(this.size, 'unknown')
    return `${counted(this.size, 'unknown')}, ${counted(plan.nonzeros, 'entry')} of the Jacobian, which takes ${counted(plan.passes, 'pass')} (${plan.mode})`
  }
}
