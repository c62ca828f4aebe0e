import { DualtapeError } from '../../core/errors.ts'
import { type Tensor, tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import type { Factors } from '../factors.ts'
import type { SolveResult } from '../result.ts'
import { System } from '../root/system.ts'
import { Unknowns } from '../unknowns.ts'
import { largestOf, plus } from '../vectors.ts'

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

/** A solution to the last digit, where a plain problem has one. */
export function solutionFrom<X>(
  problem: InsideProblem<X>,
  run: Run,
  { z, result }: { z: Float64Array; result: SolveResult<unknown, unknown> },
): { z: Float64Array; result: SolveResult<unknown, unknown> } {
  const { name } = problem
  if (result.status !== 'converged') {
    throw new DualtapeError(
      `${name}: inside a transform there has to be a solution, but the solver ended as '${result.status}': ${result.message} ` +
        'Solve outside of the transform first, to see how it ends, and start nearer.',
    )
  }
  return { z: polished(z, valuesOf(problem, run), at => jacobianFactors(problem, run, at)), result }
}

/** Factors of the Jacobian of the equations at a solution; the index of an unknown that is not determined where it is singular. */
export function factorsOf<X>(problem: InsideProblem<X>, run: Run, at: Float64Array): Factors | number {
  return regular(at, valuesOf(problem, run), z => jacobianFactors(problem, run, z))
}

function jacobianFactors<X>({ name, equations, factor }: InsideProblem<X>, run: Run, at: Float64Array): Factors | number {
  return factor === undefined ? new System(name, (z: Tensor) => equations(run, z), new Unknowns(name, tensor(at))).regularFactors(at) : factor(run, at)
}

const valuesOf =
  <X>({ equations }: InsideProblem<X>, run: Run) =>
  (z: Float64Array) =>
    (equations(run, tensor(z)) as Tensor).data as Float64Array

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
