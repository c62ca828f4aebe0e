import { counted } from '../core/counted.ts'
import { count, nonNegative } from '../core/option-kinds.ts'
import { optionReader } from '../core/options.ts'
import { isTraced } from '../core/traced.ts'
import { checkFunction, leavesLike, someLeaf } from '../core/tree.ts'
import type { Concrete, Value } from '../core/types.ts'
import { sub } from '../ops/arithmetic.ts'
import { denseFactors } from './factors.ts'
import { solveInside } from './implicit/inside.ts'
import type { Run } from './implicit/problem.ts'
import { inputsOf, vectorOf } from './leaves.ts'
import type { SolveResult, Status } from './result.ts'
import { throwUnlessCaptured, Unknowns } from './unknowns.ts'
import { addTo, dot, isFinite, largestOf, minus } from './vectors.ts'
import { Watch, type WatchOptions, watchOptions } from './watch.ts'

/** Options of `fixedPoint`. */
export interface FixedPointOptions<X> extends WatchOptions<Concrete<X>, Concrete<X>> {
  /** Earlier iterations that each is extrapolated from (Anderson's acceleration): 5 by default; 0 iterates g alone. */
  memory?: number
  /** It has converged where g changes no entry by more than this part of the largest, or than this: 1e-10 by default. */
  tolerance?: number
  /** 500 by default. */
  maxIterations?: number
}

const readOptions = /* @__PURE__ */ optionReader({
  memory: { is: count, default: 5 },
  tolerance: { is: nonNegative, default: 1e-10 },
  maxIterations: { is: count, default: 500 },
  ...watchOptions,
})

/** A residual that has grown by this much since the best one makes the acceleration begin anew. */
const GROWN = 10

/**
 * x with g(x) = x, from a start, by iterating g, with Anderson's acceleration: each point is extrapolated from those before so that
 * the linear part of what g changes goes. No derivative of g is taken.
 *
 * Inside a function that is differentiated the derivative is that of the solution, (I − ∂g/∂x)⁻¹ ∂g/∂p, whatever the iterations were.
 *
 * Throws a TreeError or ShapeError where g gives another structure than it takes.
 *
 * Source: Walker and Ni, Anderson acceleration for fixed-point iterations, SIAM J. Numer. Anal. 49 (2011).
 *
 * @names `scipy.optimize.fixed_point`
 *
 * @example
 * fixedPoint((x: number) => cos(x), 1).x.toFixed(8) // '0.73908513'
 */
export function fixedPoint<X>(g: (x: X) => X, x0: X, options?: FixedPointOptions<X>, ...more: []): SolveResult<Concrete<X>, Concrete<X>> {
  const read = readOptions('fixedPoint', [options, ...more])
  checkFunction('fixedPoint', g)
  const unknowns = new Unknowns('fixedPoint', x0)
  const like = (x: X): Value[] => leavesLike(x0, g(x), 'the start', "fixedPoint: the function's result")
  if (!someLeaf(x0, isTraced)) {
    try {
      return solvePlain(x => unknowns.flat(like(unknowns.tree(x)), "the function's result"), unknowns.flat(x0), unknowns, read) as SolveResult<
        Concrete<X>,
        Concrete<X>
      >
    } catch (error) {
      throwUnlessCaptured(error)
    }
  }
  const residual = (run: Run, leaves: readonly Value[]) => sub(vectorOf(run(leaves)[0] as Value[]), vectorOf(leaves))
  const { z, result } = solveInside({
    name: 'fixedPoint',
    functions: [like],
    x0,
    solve: (run, start) => {
      const result = solvePlain(x => unknowns.flat(run(inputsOf(unknowns.tree(x)))[0]), start, unknowns, read)
      return { z: unknowns.flat(result.x), result }
    },
    equations: (run, at) => residual(run, unknowns.parted(at)) as Value,
  })
  const x = unknowns.tracedTree(z)
  return { ...result, x, value: g(x) } as unknown as SolveResult<Concrete<X>, Concrete<X>>
}

function solvePlain<X>(
  g: (x: Float64Array) => Float64Array,
  start: Float64Array,
  unknowns: Unknowns<X>,
  { memory, tolerance, maxIterations, ...watching }: ReturnType<typeof readOptions>,
): SolveResult<unknown, unknown> {
  const watch = new Watch<unknown, unknown>('fixedPoint', watching as WatchOptions<unknown, unknown>)
  const evaluations = { values: 0 }
  let x = start
  let best: { x: Float64Array; value: Float64Array; size: number } | undefined
  /** Differences of points and of residuals, newest last. */
  let steps: Float64Array[] = []
  let changes: Float64Array[] = []
  let last: { x: Float64Array; r: Float64Array } | undefined
  for (let iteration = 0; ; iteration++) {
    evaluations.values++
    const value = g(x)
    const r = minus(value, x)
    const size = isFinite(r) ? largestOf(r) : Number.POSITIVE_INFINITY
    if (best === undefined || size < best.size) best = { x, value, size }
    const { x: found, value: itsValue, size: least } = best
    const aborted = watch.report(() => ({ iteration, x: unknowns.solution(x), value: unknowns.solution(value), optimality: size }))
    const end = (status: Status, message: string): SolveResult<unknown, unknown> => ({
      x: unknowns.solution(found),
      value: unknowns.solution(itsValue),
      status,
      message,
      iterations: iteration,
      evaluations,
      plan: { method: memory === 0 ? 'iteration' : 'anderson', why: `${counted(unknowns.size, 'unknown')}, ${counted(memory, 'earlier iteration')} used` },
      ...(watch.history && { history: watch.history }),
    })
    const changed = `the function changes x by ${least.toPrecision(3)}`
    if (size <= tolerance * Math.max(1, largestOf(x))) return end('converged', `It is a fixed point to ${tolerance}: ${changed}.`)
    if (iteration === 0 && size === Number.POSITIVE_INFINITY) return end('stalled', 'The function is NaN or infinite at the start. Start elsewhere.')
    if (aborted) return end('aborted', `The signal was aborted; ${changed}.`)
    if (iteration >= maxIterations) return end('limit', `The limit of ${counted(maxIterations, 'iteration')} was reached; ${changed}. Give more, or use root.`)
    if (size > GROWN * least) {
      // Extrapolation led astray: on from the best point, by g alone.
      if (last === undefined || (steps.length === 0 && size === Number.POSITIVE_INFINITY))
        return end('stalled', `The iteration leaves every bound; ${changed}. Use root.`)
      const again = steps.length > 0
      steps = []
      changes = []
      last = undefined
      if (again) {
        x = itsValue
        continue
      }
    }
    if (last !== undefined && memory > 0) {
      steps.push(minus(x, last.x))
      changes.push(minus(r, last.r))
      if (steps.length > memory) {
        steps.shift()
        changes.shift()
      }
    }
    last = { x, r }
    const next = value.slice()
    const weights = nearest(changes, r)
    weights?.forEach((weight, k) => {
      addTo(next, -weight, steps[k] as Float64Array)
      addTo(next, -weight, changes[k] as Float64Array)
    })
    x = next
  }
}

/** Weights for which Σ wₖ columnₖ is nearest to r; undefined for columns that depend on each other too much. */
function nearest(columns: readonly Float64Array[], r: Float64Array): Float64Array | undefined {
  const m = columns.length
  if (m === 0) return undefined
  const gram = new Float64Array(m * m)
  columns.forEach((a, i) => {
    columns.forEach((b, j) => {
      gram[i * m + j] = dot(a, b) * (i === j ? 1 + 1e-14 : 1)
    })
  })
  const right = Float64Array.from(columns, column => dot(column, r))
  const factors = denseFactors(gram, m)
  if (typeof factors === 'number') return undefined
  const weights = factors.solve(right)
  return isFinite(weights) ? weights : undefined
}
