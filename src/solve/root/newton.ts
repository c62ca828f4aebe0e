import { counted } from '../../core/counted.ts'
import type { Status } from '../result.ts'
import { addTo, dot, isFinite, largestOf, plus, scaled } from '../vectors.ts'
import type { System } from './system.ts'

/** How the iterations ended. */
export interface Ended {
  x: Float64Array
  values: Float64Array
  status: Status
  message: string
  iterations: number
}

export interface RootSettings {
  tolerance: number
  maxIterations: number
  /** Called at the start and after each iteration; whether to end. */
  report(iteration: number, x: Float64Array, values: Float64Array, optimality: number): boolean
}

/** A step is no longer than rounding where it changes no unknown by more than this part of the largest. */
const ROUNDING = 8 * Number.EPSILON
/** Where no step makes the values smaller, and a full one is of this part, they are zero to rounding. */
const FINE = 1e-9
const SUFFICIENT = 1e-4
const SMALLEST_STEP = 1e-10

/** Gives a step towards the root; the index of an unknown that is not determined where there is none. */
interface Direction {
  at(x: Float64Array, values: Float64Array): Float64Array | number
  /** Takes note of a step that was made, and how the values changed by it. */
  moved(step: Float64Array, change: Float64Array): void
  /** The unknown that is not determined where the last step went round a singular Jacobian. */
  readonly singularAt?: number | undefined
  /** Makes the next direction by a Jacobian that is up to date; whether the last was made by another. */
  refresh(): boolean
}

/** Newton's directions −J⁻¹ f; those of Levenberg and Marquardt where J is singular. */
export function newtonDirection(system: System<unknown>): Direction {
  let singularAt: number | undefined
  return {
    get singularAt() {
      return singularAt
    },
    at: (x, values) => {
      const factors = system.factors(x)
      singularAt = typeof factors === 'number' ? factors : undefined
      return typeof factors === 'number' ? (system.damped(values) ?? factors) : scaled(-1, factors.solve(values))
    },
    moved: () => {},
    refresh: () => false,
  }
}

/**
 * Broyden's directions, in which the inverse of the first Jacobian is changed by a matrix of rank one after each step.
 * Source: Broyden, A class of methods for solving nonlinear simultaneous equations, Math. Comp. 19 (1965).
 */
export function broydenDirection(system: System<unknown>): Direction {
  let factors: ReturnType<System<unknown>['factors']> | undefined
  /** B⁻¹ changes by (s − w) sᵀ B⁻¹ / sᵀ w with w = B⁻¹ y. */
  let changes: { s: Float64Array; difference: Float64Array; over: number }[] = []
  const apply = (r: Float64Array): Float64Array => {
    const v = (factors as Exclude<typeof factors, number | undefined>).solve(r)
    for (const { s, difference, over } of changes) addTo(v, dot(s, v) / over, difference)
    return v
  }
  return {
    at(x, values) {
      if (factors === undefined || changes.length >= MOST_CHANGES) {
        factors = system.factors(x)
        changes = []
      }
      return typeof factors === 'number' ? factors : scaled(-1, apply(values))
    },
    moved(s, y) {
      const w = apply(y)
      const over = dot(s, w)
      if (Math.abs(over) > Number.EPSILON * dot(s, s)) changes.push({ s, difference: plus(s, -1, w), over })
    },
    refresh() {
      const other = changes.length > 0
      factors = undefined
      return other
    },
  }
}
const MOST_CHANGES = 50

/**
 * Newton's method, or one like it, with a line search on ½ |f|².
 * Source: Dennis and Schnabel, Numerical Methods for Unconstrained Optimization and Nonlinear Equations, chapter 6.
 */
export function iterateRoot(system: System<unknown>, start: Float64Array, direction: Direction, { tolerance, maxIterations, report }: RootSettings): Ended {
  let x = start
  let values = system.first(x)
  for (let iteration = 0; ; iteration++) {
    const residual = largestOf(values)
    const end = (status: Status, message: string): Ended => ({ x, values, status, message, iterations: iteration })
    const size = `the largest value is ${residual.toPrecision(3)}`
    const aborted = report(iteration, x, values, residual)
    if (residual <= tolerance) return end('converged', `All values are at most ${tolerance}: ${size}.`)
    if (aborted) return end('aborted', `The signal was aborted; ${size}.`)
    if (iteration >= maxIterations) return end('limit', `The limit of ${counted(maxIterations, 'iteration')} was reached; ${size}. Give more, or start nearer.`)
    let step = direction.at(x, values)
    let next = typeof step === 'number' ? undefined : search(system, x, values, step)
    if (next === undefined && direction.refresh()) {
      step = direction.at(x, values)
      next = typeof step === 'number' ? undefined : search(system, x, values, step)
    }
    const undetermined = typeof step === 'number' ? step : next === undefined ? direction.singularAt : undefined
    if (typeof step === 'number' || undetermined !== undefined)
      return end('singular', `The Jacobian is singular: unknown ${undetermined} is not determined by the linearised equations; ${size}. Start elsewhere.`)
    const part = largestOf(step) / largestOf(x)
    if (next === undefined) {
      return part <= FINE
        ? end(
            'converged',
            `No step makes the values smaller, and a full one changes x by ${part.toPrecision(2)} of its size: they are zero to rounding; ${size}.`,
          )
        : end('stalled', `No step makes the values smaller; ${size}. There may be no root near; start elsewhere.`)
    }
    direction.moved(plus(next.x, -1, x), plus(next.values, -1, values))
    ;({ x, values } = next)
    if (part <= ROUNDING && next.whole)
      return {
        ...end('converged', `The last step was no more than rounding; the largest value is ${largestOf(values).toPrecision(3)}.`),
        iterations: iteration + 1,
      }
  }
}

/** A point on the way of a step where ½ |f|² is smaller enough; undefined where there is none. */
function search(
  system: System<unknown>,
  x: Float64Array,
  values: Float64Array,
  step: Float64Array,
): { x: Float64Array; values: Float64Array; whole: boolean } | undefined {
  if (!isFinite(step)) return undefined
  // By its size, so that squares neither overflow nor vanish.
  const size = largestOf(values)
  const half = (of: Float64Array) => 0.5 * dot(scaled(1 / size, of), scaled(1 / size, of))
  const now = half(values)
  for (let t = 1; t >= SMALLEST_STEP; ) {
    const at = plus(x, t, step)
    const found = system.values(at)
    const then = isFinite(found) ? half(found) : Number.POSITIVE_INFINITY
    if (then <= (1 - 2 * SUFFICIENT * t) * now) return { x: at, values: found, whole: t === 1 }
    // The minimum of the parabola with value and slope at 0.
    const vertex = (now * t * t) / (then + (2 * t - 1) * now)
    t = Math.min(Math.max(vertex, 0.1 * t), 0.5 * t) || 0.1 * t
  }
  return undefined
}
