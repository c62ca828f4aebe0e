import { ShapeError } from '../../core/errors.ts'
import { planJacobian } from '../../jacobian/jacobian.ts'
import type { JacobianPlan } from '../../jacobian/plan.ts'
import { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import type { Point } from './boxed-step.ts'
import { Chooser } from './choose.ts'
import type { Problem } from './engine.ts'
import { flat, treeLike } from './flat.ts'
import type { LinearModel } from './linear-model.ts'
import { costOf, type Loss, scaleByLoss } from './loss.ts'

/** Residuals at a point, with what a user's function gave there. */
export interface Evaluated extends Point {
  value: unknown
  raw: SparseMatrix
}

/** A problem of least squares for the engine: flat, weighted, and scaled by its loss. */
export class ResidualProblem<X> implements Problem<Evaluated> {
  readonly #residuals: (x: X) => unknown
  readonly #start: X
  readonly #loss: Loss
  readonly #scale: number
  readonly #roots: Float64Array | undefined
  readonly chooser = new Chooser()
  readonly plan: JacobianPlan<X, unknown, { output: 'sparse' }>
  /** Points at which residuals were computed: the start is one. */
  evaluations = 1

  constructor(residuals: (x: X) => unknown, start: X, { loss, scale, weights }: { loss: Loss; scale: number; weights: Float64Array | number | undefined }) {
    this.#residuals = residuals
    this.#start = start
    this.#loss = loss
    this.#scale = scale
    this.plan = planJacobian(residuals, start, { output: 'sparse' }) as unknown as typeof this.plan
    const m = this.plan.outputs
    if (weights instanceof Float64Array && weights.length !== m) {
      throw new ShapeError(`leastSquares: ${weights.length} weights were given for ${m} residuals. Give one for each, or one number.`)
    }
    this.#roots =
      weights === undefined ? undefined : new Float64Array(m).map((_, i) => Math.sqrt(typeof weights === 'number' ? weights : (weights[i] as number)))
  }

  cost(x: Float64Array): number {
    this.evaluations++
    const residuals = flat(this.#residuals(treeLike(this.#start, x)), 'leastSquares: the residuals')
    this.#weigh(residuals)
    return costOf(residuals, this.#loss, this.#scale)
  }

  point(x: Float64Array): Evaluated {
    const [value, raw] = this.plan.valueAndJacobian(treeLike(this.#start, x)) as [unknown, SparseMatrix]
    const residuals = flat(value, 'leastSquares: the residuals')
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
