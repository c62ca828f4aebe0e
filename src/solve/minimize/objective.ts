import { DomainError, DualtapeError } from '../../core/errors.ts'
import { Tensor } from '../../core/tensor.ts'
import { type HessianPlan, hvp, planHessian } from '../../jacobian/hessian.ts'
import type { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import { valueAndGrad } from '../../reverse/grad.ts'
import type { Evaluations } from '../result.ts'
import { flatten, type Unknowns } from '../unknowns.ts'
import { isFinite } from '../vectors.ts'

/** A point, and what the function and its gradient are there. */
interface Derived {
  x: Float64Array
  value: number
  gradient: Float64Array
}

/** A function of unknowns and its derivatives, on plain vectors, with how often they were computed. */
export class Objective<X> {
  readonly evaluations: Evaluations = { values: 0 }
  readonly #name: string
  readonly #f: (x: X) => number
  readonly #unknowns: Unknowns<X>
  readonly #valueAndGrad: (x: X) => [number, unknown]
  #plan: HessianPlan<X, { output: 'sparse' }> | undefined
  #last: Derived | undefined

  constructor(name: string, f: (x: X) => number, unknowns: Unknowns<X>) {
    this.#name = name
    this.#f = f
    this.#unknowns = unknowns
    this.#valueAndGrad = valueAndGrad(f) as (x: X) => [number, unknown]
  }

  get size(): number {
    return this.#unknowns.size
  }

  value(x: Float64Array): number {
    const known = this.#known(x)
    if (known !== undefined) return known.value
    this.evaluations.values++
    return this.#scalar(this.#f(this.#unknowns.tree(x)))
  }

  /** What was computed with the last gradient, if that was at x. */
  #known(x: Float64Array): Derived | undefined {
    return this.#last?.x.every((each, i) => Object.is(each, x[i])) ? this.#last : undefined
  }

  #scalar(result: unknown): number {
    const given = flatten(result instanceof Tensor && result.size !== 1 ? [] : result, `${this.#name}: the function's result`)
    if (given.length !== 1)
      throw new DualtapeError(`${this.#name}: the function gives one number, the one to be made least. Reduce its result with sum or mean.`)
    return given[0] as number
  }

  valueAndGradient(x: Float64Array): Derived {
    const known = this.#known(x)
    if (known !== undefined) return known
    this.evaluations.values++
    return this.#derive(x)
  }

  /** The gradient where the value has been computed already. */
  gradient(x: Float64Array): Float64Array {
    return (this.#known(x) ?? this.#derive(x)).gradient
  }

  /** The same at the start. Throws a DomainError where they are not finite. */
  first(x: Float64Array): Derived {
    // What the function closes over shows here, before a derivative is nested in another.
    if (!Number.isFinite(this.value(x)) || !isFinite(x))
      throw new DomainError(`${this.#name}: at the start x or the function is NaN or infinite. Start elsewhere.`)
    const found = this.#known(x) ?? this.#derive(x)
    if (!isFinite(found.gradient)) throw new DomainError(`${this.#name}: at the start the gradient has entries that are NaN or infinite. Start elsewhere.`)
    return found
  }

  #derive(x: Float64Array): Derived {
    this.evaluations.gradients = (this.evaluations.gradients ?? 0) + 1
    const [value, gradient] = this.#valueAndGrad(this.#unknowns.tree(x))
    this.#last = { x: x.slice(), value: this.#scalar(value), gradient: this.#unknowns.flat(gradient, 'the gradient') }
    return this.#last
  }

  hessian(x: Float64Array): SparseMatrix {
    this.evaluations.hessians = (this.evaluations.hessians ?? 0) + 1
    return this.planned(x).hessian(this.#unknowns.tree(x))
  }

  /** How the Hessian is computed. */
  planned(x: Float64Array): HessianPlan<X, { output: 'sparse' }> {
    this.#plan ??= planHessian(this.#f, this.#unknowns.tree(x), { output: 'sparse' })
    return this.#plan
  }

  /** The product of the Hessian with a vector. */
  product(x: Float64Array, v: Float64Array): Float64Array {
    this.evaluations.products = (this.evaluations.products ?? 0) + 1
    return this.#unknowns.flat(hvp(this.#f, this.#unknowns.tree(x), this.#unknowns.tree(v) as never), 'the product')
  }
}
