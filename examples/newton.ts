import { lusolve, type Matrix, reviver } from 'mathjs'
import { planJacobian } from '../src/index.ts'
import { broyden } from './problems.ts'

export interface NewtonStep {
  iteration: number
  /** Largest size of a component of the residual. */
  residual: number
}

/**
 * Newton's method on Broyden's tridiagonal system with n unknowns: sparse Jacobians from one plan, and mathjs' sparse LU
 * for the steps. Gives the solution; throws when it does not converge.
 */
export function solveBroyden(n: number, onStep: (step: NewtonStep) => void = () => {}): number[] {
  let x = new Array<number>(n).fill(-1)
  const plan = planJacobian(broyden, x, { output: 'sparse' })
  for (let iteration = 0; iteration < 30; iteration++) {
    const [value, jacobian] = plan.valueAndJacobian(x)
    const residual = value.reduce((largest, each) => Math.max(largest, Math.abs(each)), 0)
    onStep({ iteration, residual })
    if (residual < 1e-12) return x
    const matrix = JSON.parse(JSON.stringify(jacobian.toMathjs()), reviver) as Matrix
    const step = lusolve(
      matrix,
      value.map(each => [-each]),
    ) as { valueOf(): number[][] }
    const steps = step.valueOf()
    x = x.map((each, i) => each + ((steps[i] as number[])[0] as number))
  }
  throw new Error("Newton's method does not converge within 30 steps")
}
