import { count, nonNegative } from '../core/option-kinds.ts'
import { optionReader } from '../core/options.ts'
import { isTraced } from '../core/traced.ts'
import { checkFunction, someLeaf } from '../core/tree.ts'
import type { Concrete, Value } from '../core/types.ts'
import { solveInside } from './implicit/inside.ts'
import { inputsOf, vectorOf } from './leaves.ts'
import type { SolveResult } from './result.ts'
import { broydenDirection, iterateRoot, newtonDirection } from './root/newton.ts'
import { System } from './root/system.ts'
import { throwUnlessCaptured, Unknowns } from './unknowns.ts'
import { Watch, type WatchOptions, watchOptions } from './watch.ts'

/** Options of `root`. */
export interface RootOptions<X, V = unknown> extends WatchOptions<Concrete<X>, Concrete<V>> {
  /** 'auto' is Newton's method; Broyden's needs few Jacobians and more iterations. */
  method?: 'auto' | 'newton' | 'broyden'
  /** It has converged where no value is larger in absolute terms: 1e-10 by default. */
  tolerance?: number
  /** 100 by default. */
  maxIterations?: number
}

const readRoot = /* @__PURE__ */ optionReader({
  method: { is: ['auto', 'newton', 'broyden'], default: 'auto' },
  tolerance: { is: nonNegative, default: 1e-10 },
  maxIterations: { is: count, default: 100 },
  ...watchOptions,
})

/**
 * x with f(x) = 0, from a start: by Newton's method with exact Jacobians, sparse where they are, and a line search. f takes and gives
 * any trees with as many numbers. `value` of the result is f(x), `optimality` in callbacks its largest entry.
 *
 * It has converged where all values are at most `tolerance`, or zero to rounding. Where the Jacobian is singular and the values
 * cannot be made smaller along it, the status is `'singular'`; where no step makes them smaller, `'stalled'`.
 *
 * Inside a function that is differentiated, batched or compiled, the solution depends on what f closes over, and its derivative is
 * that of the implicit function theorem, whatever the iterations were.
 *
 * Throws a DualtapeError where f gives another number of values, and a DomainError where they are not finite at the start.
 *
 * Source: Dennis and Schnabel, Numerical Methods for Unconstrained Optimization and Nonlinear Equations, chapter 6.
 *
 * @names `scipy.optimize.root`, `scipy.optimize.fsolve`
 *
 * @example
 * root(([x, y]: number[]) => [sub(add(square(x), square(y)), 4), sub(x, y)], [1, 2]).x.map(each => each.toFixed(6))
 * // ['1.414214', '1.414214']
 * grad((a: number) => root((x: number) => sub(square(x), a), 1).x)(4).toFixed(6) // '0.250000'
 */
export function root<X, V>(f: (x: X) => V, x0: X, options?: RootOptions<X, V>, ...more: []): SolveResult<Concrete<X>, Concrete<V>> {
  const read = readRoot('root', [options, ...more])
  checkFunction('root', f)
  return rootFor('root', f, x0, read) as SolveResult<Concrete<X>, Concrete<V>>
}

/** The same for a function that messages name otherwise. */
export function rootFor<X>(name: string, f: (x: X) => unknown, x0: X, read: RootRead): SolveResult<unknown, unknown> {
  const unknowns = new Unknowns(name, x0)
  if (!someLeaf(x0, isTraced)) {
    try {
      return solvePlain(name, f, unknowns.flat(x0), unknowns, read)
    } catch (error) {
      throwUnlessCaptured(error)
    }
  }
  const { z, result } = solveInside({
    name,
    functions: [f],
    x0,
    solve: (run, start) => {
      const solved = solvePlain(name, (x: X) => run(inputsOf(x))[0], start, unknowns, read)
      return { z: unknowns.flat(solved.x), result: solved }
    },
    equations: (run, at) => vectorOf(run(unknowns.parted(at))[0] as Value[]),
  })
  const x = unknowns.tracedTree(z)
  return { ...result, x, value: f(x) }
}

type RootRead = ReturnType<typeof readRoot>

function solvePlain<X>(name: string, f: (x: X) => unknown, start: Float64Array, unknowns: Unknowns<X>, read: RootRead): SolveResult<unknown, unknown> {
  const system = new System(name, f, unknowns)
  const watch = new Watch<unknown, unknown>(name, read as WatchOptions<unknown, unknown>)
  const valueTree = (x: Float64Array) => f(unknowns.tree(x))
  const broyden = read.method === 'broyden'
  const ended = iterateRoot(
    system as System<unknown>,
    start,
    broyden ? broydenDirection(system as System<unknown>) : newtonDirection(system as System<unknown>),
    {
      tolerance: read.tolerance,
      maxIterations: read.maxIterations,
      report: (iteration, x, _, optimality) => watch.report(() => ({ iteration, x: unknowns.solution(x), value: valueTree(x), optimality })),
    },
  )
  return {
    x: unknowns.solution(ended.x),
    value: valueTree(ended.x),
    status: ended.status,
    message: ended.message,
    iterations: ended.iterations,
    evaluations: system.evaluations,
    plan: {
      method: broyden ? 'broyden' : 'newton',
      why: broyden ? `it was asked for; ${system.structure}` : `${read.method === 'auto' ? 'the Jacobian is exact' : 'it was asked for'}; ${system.structure}`,
    },
    ...(watch.history && { history: watch.history }),
  }
}
