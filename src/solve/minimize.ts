import { pickEntry } from '../core/dispatch.ts'
import { OptionError } from '../core/errors.ts'
import { count, nonNegative } from '../core/option-kinds.ts'
import { type OptionKind, optionReader } from '../core/options.ts'
import type { Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import { checkFunction, isPlainObject, someLeaf } from '../core/tree.ts'
import type { Concrete, Value } from '../core/types.ts'
import { type Bounds, boundsKind, boxOf } from './bounds.ts'
import { solveInside } from './implicit/inside.ts'
import type { Box } from './least-squares/boxed-step.ts'
import { inputsOf, vectorOf } from './leaves.ts'
import { choose, METHODS, type MinimizeMethod } from './minimize/choose.ts'
import { conditions } from './minimize/conditions.ts'
import { Constrained, type Constraint } from './minimize/constrained.ts'
import { interiorPoint } from './minimize/interior-point.ts'
import { minimizeByLbfgs } from './minimize/lbfgs.ts'
import { minimizeByNewton } from './minimize/newton.ts'
import { minimizeByNewtonCg } from './minimize/newton-cg.ts'
import { Objective } from './minimize/objective.ts'
import type { MinimizeSettings, Minimum } from './minimize/progress.ts'
import type { SolvePlan, SolveResult } from './result.ts'
import { throwUnlessCaptured, Unknowns } from './unknowns.ts'
import { Watch, type WatchOptions, watchOptions } from './watch.ts'

/** Options of `minimize`. */
export interface MinimizeOptions<X> extends WatchOptions<Concrete<X>> {
  /** 'auto' chooses by size, structure and constraints, and says why in `plan` of the result. */
  method?: 'auto' | MinimizeMethod
  /** Lower and upper bounds: a number for all unknowns, or a tree like x0. */
  bounds?: Bounds<X>
  /** `{equals: g}` for g(x) = 0 and `{atMost: h}` for h(x) ≤ 0, where g and h give any tree of numbers. */
  constraints?: readonly Constraint<X>[]
  /** It has converged where the conditions of a minimum hold to this: 1e-8 by default. */
  tolerance?: number
  /** 1000 by default. */
  maxIterations?: number
}

/** What `minimize` found. */
export interface MinimizeResult<X> extends SolveResult<X> {
  plan: SolvePlan & { method: MinimizeMethod }
  /** Of each constraint, the multipliers of its numbers in f + Σ λ c; those of `atMost` are at least 0. */
  multipliers?: number[][]
}

const constraintsKind: OptionKind<readonly Constraint<never>[]> = {
  wants: 'a list of {equals: g} and {atMost: h} with functions g and h',
  accepts: (given): given is readonly Constraint<never>[] =>
    Array.isArray(given) && given.every(each => isPlainObject(each) && Object.keys(each).length === 1 && typeof (each.equals ?? each.atMost) === 'function'),
}

const readOptions = /* @__PURE__ */ optionReader({
  method: { is: ['auto', ...METHODS], default: 'auto' },
  bounds: { is: boundsKind },
  constraints: { is: constraintsKind, default: [] },
  tolerance: { is: nonNegative, default: 1e-8 },
  maxIterations: { is: count, default: 1000 },
  ...watchOptions,
})
type Read = ReturnType<typeof readOptions>

/**
 * x for which a function is least near a start, within bounds and under constraints, with exact derivatives:
 *
 * - `'newton'`: Newton's method in a trust region with exact Hessians, sparse where they are; saddle points and maxima are left;
 * - `'newtonCg'`: the same by products with the Hessian, for many unknowns and Hessians without zeros;
 * - `'lbfgs'`: gradients only; with bounds as L-BFGS-B;
 * - `'interiorPoint'`: bounds and constraints, on sparse Hessians of the Lagrangian.
 *
 * It has converged where the gradient is at most `tolerance` in each entry (relative to max(1, |f| / max(1, |x|)), where a step would
 * bring nothing but rounding; with bounds: the projected one; with constraints: the conditions of Karush, Kuhn and Tucker, scaled), or
 * where the value is least to rounding. All but `'newton'` take a start at a maximum or saddle point, where these hold, for a
 * solution. A start outside the bounds is moved within.
 *
 * Inside a function that is differentiated, batched or compiled, the minimum depends on what f and the constraints close over, and its
 * derivative is that of the implicit function theorem for those conditions, with the constraints that are active.
 *
 * Throws a DomainError where f or its gradient is not finite at the start.
 *
 * Sources: Nocedal and Wright, Numerical Optimization, 2nd ed.; Moré and Sorensen 1983; Steihaug 1983; Byrd, Lu, Nocedal and Zhu 1995;
 * Wächter and Biegler 2006.
 *
 * @names `scipy.optimize.minimize`, `jax.scipy.optimize.minimize`
 *
 * @example
 * const rosenbrock = ([x, y]: number[]) => add(square(sub(1, x)), mul(100, square(sub(y, square(x)))))
 * minimize(rosenbrock, [-1.2, 1]).x.map(each => each.toFixed(6)) // ['1.000000', '1.000000']
 * minimize(rosenbrock, [-1.2, 1], { constraints: [{ atMost: ([x, y]: number[]) => sub(add(x, y), 1) }] }).x.map(each => each.toFixed(4)) // ['0.6188', '0.3812']
 */
export function minimize<X>(f: (x: X) => number | Tensor, x0: X, options?: MinimizeOptions<X>, ...more: []): MinimizeResult<Concrete<X>> {
  const read = readOptions('minimize', [options, ...more])
  checkFunction('minimize', f)
  checkMethod(read)
  const unknowns = new Unknowns('minimize', x0)
  const box = boxOf('minimize', read.bounds, x0, undefined)
  const constraints = read.constraints as readonly Constraint<X>[]
  if (!someLeaf(x0, isTraced)) {
    try {
      return solvePlain(f as (x: X) => number, constraints, unknowns.flat(x0), box, unknowns, read).result as unknown as MinimizeResult<Concrete<X>>
    } catch (error) {
      throwUnlessCaptured(error)
    }
  }
  const { z, result } = solveInside({
    name: 'minimize',
    functions: [f as (x: X) => unknown, ...constraints.map(functionOf)],
    x0,
    solve: (run, start) => {
      const bound = constraints.map((each, k) => {
        const g = (x: X) => run(inputsOf(x))[k + 1] as Value[]
        return 'equals' in each ? { equals: g } : { atMost: g }
      })
      return solvePlain(x => run(inputsOf(x))[0]?.[0] as number, bound, start, box, unknowns, read)
    },
    equations: (run, at) =>
      conditions(
        leaves => run(leaves).map(vectorOf),
        at,
        unknowns,
        constraints.map(each => 'equals' in each),
        box,
      ),
  })
  const x = unknowns.tracedTree(z)
  let at = unknowns.size
  const multipliers = (result as MinimizeResult<unknown>).multipliers?.map(each => each.map(() => pickEntry(z, at++) as number))
  return { ...(result as unknown as MinimizeResult<Concrete<X>>), x: x as unknown as Concrete<X>, value: f(x) as number, ...(multipliers && { multipliers }) }
}

function functionOf<X>(constraint: Constraint<X>): (x: X) => unknown {
  return 'equals' in constraint ? constraint.equals : constraint.atMost
}

function checkMethod({ method, bounds, constraints }: Read): void {
  if (constraints.length > 0 && method !== 'auto' && method !== 'interiorPoint')
    throw new OptionError(`minimize: the method '${method}' takes no constraints. Use 'interiorPoint' or 'auto'.`)
  if (bounds !== undefined && (method === 'newton' || method === 'newtonCg'))
    throw new OptionError(`minimize: the method '${method}' takes no bounds. Use 'lbfgs', 'interiorPoint' or 'auto'.`)
}

/** The minimum of functions of plain numbers; z are its unknowns, and behind them the multipliers of all constraints. */
function solvePlain<X>(
  f: (x: X) => number,
  constraints: readonly Constraint<X>[],
  given: Float64Array,
  box: Box | undefined,
  unknowns: Unknowns<X>,
  read: Read,
): { z: Float64Array; result: MinimizeResult<unknown> } {
  const objective = new Objective('minimize', f, unknowns)
  const watch = new Watch<unknown>('minimize', read as WatchOptions<unknown>)
  const start = box === undefined ? given : given.map((x, i) => Math.min(Math.max(x, box.lower[i] as number), box.upper[i] as number))
  const { method, why } = choose(objective as Objective<unknown>, start, box, constraints.length, read.method as 'auto' | MinimizeMethod)
  const settings: MinimizeSettings = {
    tolerance: read.tolerance,
    maxIterations: read.maxIterations,
    report: (iteration, x, value, optimality) => watch.report(() => ({ iteration, x: unknowns.solution(x), value, optimality })),
  }
  let multipliers: number[][] | undefined
  let z: Float64Array
  let found: Minimum
  let structure = ''
  if (method === 'interiorPoint') {
    const problem = new Constrained('minimize', f, objective, constraints, unknowns, start, box)
    const ended = interiorPoint(problem as Constrained<unknown>, start, settings)
    structure = `; ${problem.structure}`
    const x = problem.x(ended.w)
    const within = box === undefined ? x : x.map((each, i) => Math.min(Math.max(each, box.lower[i] as number), box.upper[i] as number))
    found = { ...ended, x: within, value: within.every((each, i) => each === x[i]) ? ended.value : objective.value(within) }
    multipliers = problem.multipliers(ended.y)
    z = Float64Array.from([...found.x, ...multipliers.flat()])
    Object.assign(objective.evaluations, { jacobians: problem.jacobians, hessians: problem.hessians })
  } else {
    found =
      method === 'lbfgs'
        ? minimizeByLbfgs(objective as Objective<unknown>, start, box, settings)
        : (method === 'newton' ? minimizeByNewton : minimizeByNewtonCg)(objective as Objective<unknown>, start, settings)
    z = found.x
  }
  return {
    z,
    result: {
      x: unknowns.solution(found.x),
      value: found.value,
      status: found.status,
      message: found.message,
      iterations: found.iterations,
      evaluations: objective.evaluations,
      plan: { method, why: `${why}${structure}` },
      ...(constraints.length > 0 && { multipliers }),
      ...(watch.history && { history: watch.history }),
    },
  }
}
