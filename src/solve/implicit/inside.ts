import { DualtapeError } from '../../core/errors.ts'
import { type Tensor, tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import type { Factors } from '../factors.ts'
import type { SolveResult } from '../result.ts'
import { System } from '../root/system.ts'
import { Unknowns } from '../unknowns.ts'
import { largestOf, plus } from '../vectors.ts'
import { closed, inputsOf, vectorOf } from './closed.ts'
import { solutionOf } from './solution.ts'

/** The results of each function, leaf by leaf, from the leaves of the unknowns. */
export type Run = (leaves: readonly Value[]) => Value[][]

/** A problem whose functions close over values of running transforms. */
export interface InsideProblem<X> {
  readonly name: string
  readonly functions: readonly ((x: X) => unknown)[]
  readonly x0: X
  /** How a plain problem ends, with all its unknowns: those of x0, and others behind them. */
  solve(run: Run, start: Float64Array): { z: Float64Array; result: SolveResult<unknown, unknown> }
  /** The equations that hold at its solution, as many as unknowns. */
  equations(run: Run, z: Tensor): Value
  /** Factors of their Jacobian at plain numbers; from the equations if left out. */
  factor?(run: Run, z: Float64Array): Factors | number
}

/** The unknowns as values of those transforms, and how the plain problem ended. Throws a DualtapeError where it did not converge. */
export function solveInside<X>({ name, functions, x0, solve, equations, factor }: InsideProblem<X>): { z: Tensor; result: SolveResult<unknown, unknown> } {
  const { captured, run } = closed(name, functions, x0)
  const jacobianFactors =
    factor ?? ((bound: Run, at: Float64Array) => new System(name, (z: Tensor) => equations(bound, z), new Unknowns(name, tensor(at))).regularFactors(at))
  let last: SolveResult<unknown, unknown> | undefined
  const z = solutionOf(
    {
      name,
      of: (at, parameters) => equations(leaves => run(leaves, parameters), at),
      solve: (start, parameters) => {
        const { z: found, result } = solve(leaves => run(leaves, parameters), start.data as Float64Array)
        if (result.status !== 'converged') {
          throw new DualtapeError(
            `${name}: inside a transform there has to be a solution, but the solver ended as '${result.status}': ${result.message} ` +
              'Solve outside of the transform first, to see how it ends, and start nearer.',
          )
        }
        last = result
        const bound: Run = leaves => run(leaves, parameters)
        return polished(
          found,
          at => (equations(bound, tensor(at)) as Tensor).data as Float64Array,
          at => jacobianFactors(bound, at),
        )
      },
      factor: (at, parameters) => {
        const bound: Run = leaves => run(leaves, parameters)
        return regular(
          at,
          z => (equations(bound, tensor(z)) as Tensor).data as Float64Array,
          z => jacobianFactors(bound, z),
        )
      },
    },
    vectorOf(inputsOf(x0)),
    captured,
  )
  return { z, result: last as SolveResult<unknown, unknown> }
}

/** A step from a solution is rounding where it is no more than this part of it, or than this. */
const ROUNDING = 1e-9
const NOTHING = 1e-12

/**
 * Factors of the Jacobian at a solution. Where it is singular rounding hides that, but Newton's steps tell: they come no faster than by
 * halves.
 */
function regular(z: Float64Array, f: (z: Float64Array) => Float64Array, factor: (z: Float64Array) => Factors | number): Factors | number {
  const factors = factor(z)
  if (typeof factors === 'number') return factors
  const values = f(z)
  const step = factors.solve(values)
  const size = largestOf(step)
  if (size <= Math.max(ROUNDING * largestOf(z), NOTHING)) return factors
  const next = plus(z, -1, step)
  const there = f(next)
  if (!(largestOf(there) < 0.5 * largestOf(values))) return factors
  const then = factor(next)
  if (typeof then === 'number') return then
  return largestOf(then.solve(there)) > 0.25 * size ? step.findIndex(each => Math.abs(each) === size) : factors
}

const MOST_STEPS = 3

/** A solution to the last digit, by Newton's steps for as long as they help: derivatives of a point nearby are not those of the solution. */
function polished(start: Float64Array, f: (z: Float64Array) => Float64Array, factor: (z: Float64Array) => Factors | number): Float64Array {
  let z = start
  let values = f(z)
  for (let k = 0; k < MOST_STEPS && largestOf(values) > 0; k++) {
    const factors = factor(z)
    if (typeof factors === 'number') break
    const next = plus(z, -1, factors.solve(values))
    const there = f(next)
    if (!(largestOf(there) < 0.5 * largestOf(values))) break
    z = next
    values = there
  }
  return z
}
