import type { JacobianPlan } from '../../jacobian/plan.ts'
import type { SolvePlan } from '../result.ts'
import type { Chooser, LinearSolver } from './choose.ts'

/** How a problem of least squares is solved, and why so. */
export interface LeastSquaresPlan extends SolvePlan {
  method: 'levenbergMarquardt' | 'dogleg'
  /** How each linear problem is solved: orthogonal factors, or Cholesky's of the normal equations, or their Schur complements. */
  linearSolver: LinearSolver
  /** How the Jacobian is computed. */
  jacobian: JacobianPlan<unknown, unknown, { output: 'sparse' }>
  /** All of it in words. */
  explain(): string
}

export function planOf(asked: 'auto' | LeastSquaresPlan['method'], chooser: Chooser, jacobian: LeastSquaresPlan['jacobian']): LeastSquaresPlan {
  const method = asked === 'dogleg' ? 'dogleg' : 'levenbergMarquardt'
  const { solver, why: linear } = chooser.chosen
  const why = `${asked === 'auto' ? 'the residuals have exact Jacobians' : 'it was asked for'}; ${linear}`
  const name = method === 'dogleg' ? "Powell's dogleg" : 'Levenberg and Marquardt'
  return { method, linearSolver: solver, why, jacobian, explain: () => `${name}: ${why}\n${jacobian.explain()}` }
}
