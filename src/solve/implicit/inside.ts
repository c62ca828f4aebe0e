import { forItems } from '../../core/by-items.ts'
import { isBatched } from '../../core/dispatch.ts'
import type { Tensor } from '../../core/tensor.ts'
import { inputsOf, vectorOf } from '../leaves.ts'
import type { SolveResult } from '../result.ts'
import { type Closed, closed } from './closed.ts'
import { solveEagerly } from './eager.ts'
import { endlessLoop } from './endless.ts'
import { factorsOf, type InsideProblem, type Run, solutionFrom } from './problem.ts'
import { solutionOf } from './solution.ts'

/** The unknowns as values of those transforms, and how the plain problem ended. Throws a DualtapeError where it did not converge. */
export function solveInside<X>(problem: InsideProblem<X>): { z: Tensor; result: SolveResult<unknown, unknown> } {
  const { name, functions, x0 } = problem
  let followed: Closed
  try {
    followed = closed(name, functions, x0)
  } catch (error) {
    // What cannot be followed can be run, where there are numbers: those of one item of a batch, perhaps.
    const found = solveEagerly(problem)
    if (found !== undefined) return found
    followed = followedWithLoops(problem, error as Error)
  }
  const { captured, run } = followed
  let last: SolveResult<unknown, unknown> | undefined
  const z = solutionOf(
    {
      name,
      of: (at, parameters) => problem.equations(leaves => run(leaves, parameters), at),
      solve: (start, parameters) => {
        const bound: Run = leaves => run(leaves, parameters)
        const { z: found, result } = solutionFrom(problem, bound, problem.solve(bound, start.data as Float64Array))
        last = result
        return found
      },
      factor: (at, parameters) => factorsOf(problem, leaves => run(leaves, parameters), at),
    },
    vectorOf(inputsOf(x0)),
    captured,
  )
  return { z, result: last as SolveResult<unknown, unknown> }
}

/** Functions in which loops end by values, where there are no numbers; the error of having none where that does not do. */
function followedWithLoops<X>({ name, functions, x0 }: InsideProblem<X>, error: Error): Closed {
  let followed: Closed | undefined
  try {
    followed = closed(name, functions, x0, endlessLoop)
  } catch {
    // What was wrong has been said.
  }
  if (followed === undefined || followed.captured.some(isBatched)) throw forItems(error)
  return followed
}
