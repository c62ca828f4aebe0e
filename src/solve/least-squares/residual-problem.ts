import { counted } from '../../core/counted.ts'
import { ShapeError } from '../../core/errors.ts'
import { Tensor } from '../../core/tensor.ts'
import { activity } from '../../core/traced.ts'
import { type JacobianOptions, readOptions } from '../../jacobian/options.ts'
import { JacobianPlan } from '../../jacobian/plan.ts'
import { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import { flatten, type Unknowns } from '../unknowns.ts'
import type { Point } from './boxed-step.ts'
import { Chooser } from './choose.ts'
import type { Problem } from './engine.ts'
import type { LinearModel } from './linear-model.ts'
import { costOf, type Loss, scaleByLoss } from './loss.ts'

/** Residuals at a point, with what a user's function gave there. */
export interface Evaluated extends Point {
  value: unknown
  raw: SparseMatrix
}

/** What the residuals count, and how their Jacobian is planned. */
export interface Weighing {
  loss: Loss
  lossScale: number
  weights: Weights | undefined
  jacobian: JacobianOptions | undefined
}

/** As many as most problems take: planning is not to take longer than they do. */
const ITERATIONS = 10

/** One weight for all residuals, or one for each. */
export type Weights = number | ArrayLike<number> | Tensor

/** A problem of least squares for the engine: flat, weighted, and scaled by its loss. */
export class ResidualProblem<X> implements Problem<Evaluated> {
  readonly #residuals: (x: X) => unknown
  readonly #unknowns: Unknowns<X>
  readonly #role: string
  readonly #loss: Loss
  readonly #scale: number
  readonly #roots: Float64Array | undefined
  readonly chooser = new Chooser()
  readonly plan: JacobianPlan<X, unknown, { output: 'sparse' }>
  /** Points at which residuals and Jacobians were computed: the start is one. */
  readonly evaluations = { values: 1, jacobians: 0 }

  constructor(name: string, residuals: (x: X) => unknown, unknowns: Unknowns<X>, start: Float64Array, { loss, lossScale, weights, jacobian }: Weighing) {
    this.#role = `${name}: the residuals`
    this.#residuals = residuals
    this.#unknowns = unknowns
    this.#loss = loss
    this.#scale = lossScale
    // What the residuals close over shows here, before a derivative is nested in another.
    if (activity.on) flatten(residuals(unknowns.tree(start)), this.#role)
    const read = readOptions(name, [{ ...jacobian, output: 'sparse' }])
    this.plan = new JacobianPlan({ name, f: residuals, options: read, uses: ITERATIONS }).prepare(unknowns.tree(start)) as typeof this.plan
    this.#roots = rootsOf(name, weights, this.plan.outputs)
  }

  /** Residuals that count: those of weight 0 do not. */
  get counted(): number {
    return this.#roots === undefined ? this.plan.outputs : this.#roots.reduce((sum, root) => sum + (root > 0 ? 1 : 0), 0)
  }

  cost(x: Float64Array): number {
    this.evaluations.values++
    const residuals = flatten(this.#residuals(this.#unknowns.tree(x)), this.#role)
    this.#weigh(residuals)
    return costOf(residuals, this.#loss, this.#scale)
  }

  point(x: Float64Array): Evaluated {
    this.evaluations.jacobians++
    const [value, raw] = this.plan.valueAndJacobian(this.#unknowns.tree(x)) as [unknown, SparseMatrix]
    const residuals = flatten(value, this.#role)
    const changed = this.#roots !== undefined || this.#loss !== 'linear'
    const jacobian = changed ? new SparseMatrix(raw.shape, raw.rowPointers, raw.columns, raw.values.slice()) : raw
    this.#weigh(residuals, jacobian)
    const cost = costOf(residuals, this.#loss, this.#scale)
    scaleByLoss(residuals, jacobian.rowPointers, jacobian.values, this.#loss, this.#scale)
    return { x, cost, residuals, jacobian, value, raw }
  }

  model(jacobian: SparseMatrix): LinearModel {
    return this.chooser.model(jacobian)
  }

  #weigh(residuals: Float64Array, jacobian?: SparseMatrix): void {
    this.#roots?.forEach((root, i) => {
      residuals[i] = (residuals[i] as number) * root
      if (jacobian === undefined) return
      for (let k = jacobian.rowPointers[i] as number; k < (jacobian.rowPointers[i + 1] as number); k++)
        jacobian.values[k] = (jacobian.values[k] as number) * root
    })
  }
}

/** Square roots of the weights of all residuals. */
export function rootsOf(name: string, weights: Weights | undefined, size: number): Float64Array | undefined {
  if (weights === undefined) return undefined
  if (typeof weights === 'number') return new Float64Array(size).fill(Math.sqrt(weights))
  const list = weights instanceof Tensor ? weights.data : weights
  if (list.length !== size)
    throw new ShapeError(`${name}: weights has ${counted(list.length, 'number')} for ${counted(size, 'residual')}. Give one for each, or one number.`)
  return Float64Array.from(list, Math.sqrt)
}
