import { counted } from '../../core/counted.ts'
import { DomainError } from '../../core/errors.ts'
import type { Tensor } from '../../core/tensor.ts'
import { tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import { type HessianPlan, planHessian } from '../../jacobian/hessian.ts'
import { planJacobian } from '../../jacobian/jacobian.ts'
import type { JacobianPlan } from '../../jacobian/plan.ts'
import { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import { add, mul } from '../../ops/arithmetic.ts'
import { sum } from '../../ops/reduction.ts'
import type { Box } from '../least-squares/boxed-step.ts'
import { inputsOf, vectorOf } from '../leaves.ts'
import { flatten, type Unknowns } from '../unknowns.ts'
import { isFinite, largestOf } from '../vectors.ts'
import type { Objective } from './objective.ts'

/** Gradients are scaled down to this. */
const LARGEST_GRADIENT = 100

/** A constraint on all numbers that a function gives. */
export type Constraint<X> = Equality<X> | Inequality<X>

/** All numbers that a function gives are 0. */
export interface Equality<X> {
  /** g with g(x) = 0. */
  equals: (x: X) => unknown
}

/** All numbers that a function gives are at most 0. */
export interface Inequality<X> {
  /** h with h(x) ≤ 0. */
  atMost: (x: X) => unknown
}

/** The value, constraints, and derivatives of a problem at a point. */
export interface At {
  w: Float64Array
  value: number
  /** c(w) = 0. */
  c: Float64Array
}

/**
 * A problem with constraints in the form that the interior-point method takes: the unknowns w are x and a slack for each inequality
 * h(x) ≤ 0, which becomes h(x) + s = 0 with s ≥ 0; all constraints are c(w) = 0 within a box.
 */
export class Constrained<X> {
  readonly n: number
  readonly equalities: number
  readonly inequalities: number
  readonly box: Box
  readonly #f: Objective<X>
  readonly #unknowns: Unknowns<X>
  readonly #constraints: ((x: X) => unknown) | undefined
  readonly #name: string
  readonly #given: readonly boolean[]
  /** Where the numbers of each constraint stand. */
  readonly #places: readonly (readonly [number, number])[]
  /** Multipliers of the Lagrangian, unscaled, which is read anew in each evaluation. */
  #multipliers: Tensor
  #factor = 1
  readonly #jacobian: JacobianPlan<X, unknown, { output: 'sparse' }> | undefined
  readonly #hessian: HessianPlan<X, { output: 'sparse' }>
  /** Factors of objective and constraints. */
  scale = 1
  readonly scales: Float64Array
  hessians = 0
  jacobians = 0

  constructor(
    name: string,
    f: (x: X) => number,
    objective: Objective<X>,
    constraints: readonly Constraint<X>[],
    unknowns: Unknowns<X>,
    start: Float64Array,
    box: Box | undefined,
  ) {
    this.#name = name
    this.#f = objective
    this.#unknowns = unknowns
    const tree = unknowns.tree(start)
    this.#given = constraints.map(each => 'equals' in each)
    // Equalities first.
    const sorted = [...constraints.keys()].sort((a, b) => Number(this.#given[b]) - Number(this.#given[a]))
    const all = sorted.map(k => {
      const each = constraints[k] as Constraint<X>
      return 'equals' in each ? each.equals : each.atMost
    })
    const sizes = all.map(each => flatten(each(tree), `${name}: a constraint`).length)
    this.#places = constraints.map((_, k) => {
      const at = sorted.indexOf(k)
      const from = sizes.slice(0, at).reduce((a, b) => a + b, 0)
      return [from, from + (sizes[at] as number)]
    })
    const m = sizes.reduce((a, b) => a + b, 0)
    this.equalities = sizes.slice(0, this.#given.filter(Boolean).length).reduce((a, b) => a + b, 0)
    this.inequalities = m - this.equalities
    this.#constraints = m === 0 ? undefined : x => all.map(each => each(x))
    const n = start.length
    this.n = n + this.inequalities
    const side = (from: Float64Array | undefined, otherwise: number, slack: number) => {
      const bounds = new Float64Array(this.n).fill(otherwise)
      if (from !== undefined) bounds.set(from)
      return bounds.fill(slack, n)
    }
    this.box = { lower: side(box?.lower, Number.NEGATIVE_INFINITY, 0), upper: side(box?.upper, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY) }
    this.#multipliers = tensor(Float64Array.from({ length: m }, (_, j) => 1 + 0.37 * Math.sin(j)))
    this.scales = new Float64Array(m).fill(1)
    this.#jacobian = this.#constraints && planJacobian(this.#constraints, tree, { output: 'sparse' })
    const lagrangian = (x: X): number => {
      const value = mul(this.#factor, f(x))
      return m === 0 ? value : add(value, sum(mul(this.#multipliers, vectorOf(inputsOf(all.map(each => each(x))) as Value[]))))
    }
    this.#rescale(start)
    this.#hessian = planHessian(lagrangian, tree, { output: 'sparse' })
  }

  #rescale(start: Float64Array): void {
    const { gradient } = this.#f.first(start)
    const limit = (size: number) => (size > LARGEST_GRADIENT ? Math.max(LARGEST_GRADIENT / size, 1e-8) : 1)
    this.scale = limit(largestOf(gradient))
    if (this.#jacobian === undefined) return
    const { values, rowPointers } = this.#jacobian.jacobian(this.#unknowns.tree(start))
    this.jacobians++
    if (!isFinite(values)) throw new DomainError(`${this.#name}: at the start the constraints have derivatives that are NaN or infinite. Start elsewhere.`)
    for (let i = 0; i < this.scales.length; i++) this.scales[i] = limit(largestOf(values.subarray(rowPointers[i], rowPointers[i + 1])))
  }

  /** Of each constraint the multipliers, without scales. */
  multipliers(y: Float64Array): number[][] {
    return this.#places.map(([from, to]) => Array.from(y.subarray(from, to), (each, i) => (each * (this.scales[from + i] as number)) / this.scale))
  }

  /** What the plans say. */
  get structure(): string {
    return `${counted(this.#hessian.nonzeros, 'entry')} of the Lagrangian's Hessian (${this.#hessian.mode}), ${this.#jacobian?.nonzeros ?? 0} of the constraints' Jacobian`
  }

  x(w: Float64Array): Float64Array {
    return w.slice(0, this.n - this.inequalities)
  }

  /** The constraints at x, scaled, without slacks. */
  bare(x: Float64Array): Float64Array {
    if (this.#constraints === undefined) return new Float64Array(0)
    const c = flatten(this.#constraints(this.#unknowns.tree(x)), `${this.#name}: a constraint`)
    return c.map((each, i) => each * (this.scales[i] as number))
  }

  at(w: Float64Array): At {
    const x = this.x(w)
    const value = this.scale * this.#f.value(x)
    const c = this.bare(x)
    for (let j = 0; j < this.inequalities; j++) c[this.equalities + j] = (c[this.equalities + j] as number) + (w[x.length + j] as number)
    return { w, value, c }
  }

  gradient(w: Float64Array): Float64Array {
    const gradient = new Float64Array(this.n)
    const g = this.#f.gradient(this.x(w))
    for (let i = 0; i < g.length; i++) gradient[i] = this.scale * (g[i] as number)
    return gradient
  }

  jacobian(w: Float64Array): SparseMatrix {
    const m = this.scales.length
    if (this.#jacobian === undefined) return new SparseMatrix([0, this.n], new Int32Array(1), new Int32Array(0), new Float64Array(0))
    this.jacobians++
    const inner = this.#jacobian.jacobian(this.#unknowns.tree(this.x(w)))
    const pointers = new Int32Array(m + 1)
    const columns = new Int32Array(inner.nonzeros + this.inequalities)
    const values = new Float64Array(columns.length)
    let to = 0
    for (let i = 0; i < m; i++) {
      for (let k = inner.rowPointers[i] as number; k < (inner.rowPointers[i + 1] as number); k++) {
        columns[to] = inner.columns[k] as number
        values[to++] = (inner.values[k] as number) * (this.scales[i] as number)
      }
      if (i >= this.equalities) {
        columns[to] = this.n - this.inequalities + i - this.equalities
        values[to++] = 1
      }
      pointers[i + 1] = to
    }
    return new SparseMatrix([m, this.n], pointers, columns, values)
  }

  /** ∇² (f + yᵀc), scaled, over x; slacks have none. */
  hessian(w: Float64Array, y: Float64Array): SparseMatrix {
    this.hessians++
    this.#factor = this.scale
    this.#multipliers = tensor(y.map((each, i) => each * (this.scales[i] as number)))
    const inner = this.#hessian.hessian(this.#unknowns.tree(this.x(w)))
    const pointers = new Int32Array(this.n + 1).fill(inner.nonzeros)
    pointers.set(inner.rowPointers)
    return new SparseMatrix([this.n, this.n], pointers, inner.columns, inner.values)
  }
}

/** Aᵀ y. */
export function transposedTimes(a: SparseMatrix, y: Float64Array): Float64Array {
  const product = new Float64Array(a.shape[1])
  for (let i = 0; i < a.shape[0]; i++)
    for (let k = a.rowPointers[i] as number; k < (a.rowPointers[i + 1] as number); k++)
      product[a.columns[k] as number] = (product[a.columns[k] as number] as number) + (a.values[k] as number) * (y[i] as number)
  return product
}
