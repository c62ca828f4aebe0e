import type { Box } from '../least-squares/boxed-step.ts'
import { addTo, dot, largestOf, minus, norm, scaled } from '../vectors.ts'
import { cauchyStep } from './box-step.ts'
import { type Point, wolfe } from './line-search.ts'
import type { Objective } from './objective.ts'
import { type MinimizeSettings, type Minimum, noDecrease, relativeGradient, verdict } from './progress.ts'

/** Steps and changes of the gradient that are kept. */
export const MEMORY = 10

/** A step, and the change of the gradient that it brought. */
export interface Pair {
  s: Float64Array
  y: Float64Array
  rho: number
}

/**
 * L-BFGS with a line search for the strong Wolfe conditions; with bounds L-BFGS-B: the model is minimised along the projected
 * gradient, then over the variables that are free there.
 *
 * Source: Nocedal and Wright, Numerical Optimization, 2nd ed., algorithms 7.4 and 7.5; Byrd, Lu, Nocedal and Zhu, A limited memory
 * algorithm for bound constrained optimization, SIAM J. Sci. Comput. 16 (1995).
 */
export function minimizeByLbfgs(f: Objective<unknown>, start: Float64Array, box: Box | undefined, settings: MinimizeSettings): Minimum {
  let point: Point = { ...f.first(start), x: start }
  const pairs: Pair[] = []
  /** The length of the last step where the function went down as straight as at the start, so that nothing was learnt. */
  let reached = 0
  for (let iteration = 0; ; iteration++) {
    const { x, value, gradient } = point
    const largest = box === undefined ? largestOf(gradient) : projectedGradient(x, gradient, box)
    const step = () => (box === undefined ? descent(gradient, pairs) : cauchyStep(x, gradient, box, pairs))
    const end = verdict(settings, iteration, x, value, largest, () => -dot(step(), gradient))
    if (end !== undefined) return { x, value, ...end, iterations: iteration }
    let next: Point | undefined
    let expected = 0
    for (;;) {
      let direction = step()
      if (!(dot(direction, gradient) < 0)) {
        if (pairs.length > 0) {
          pairs.length = 0
          continue
        }
        direction = scaled(-1, gradient)
        if (box !== undefined) direction = direction.map((d, i) => (room(x, d, box, i) > 0 ? d : 0))
      }
      expected = -dot(direction, gradient)
      const first = pairs.length > 0 ? 1 : Math.max(Math.min(1, 1 / norm(direction)), reached / norm(direction))
      const longest = box === undefined ? Number.POSITIVE_INFINITY : longestStep(x, direction, box)
      next = expected > 0 ? wolfe(f, point, direction, first, longest) : undefined
      // What was learnt may lead astray: once more by the gradient alone.
      if (next !== undefined || pairs.length === 0) break
      pairs.length = 0
    }
    if (next === undefined) return { x, value, ...noDecrease(relativeGradient(largest, value, x), expected, value), iterations: iteration }
    if (box !== undefined)
      for (let i = 0; i < x.length; i++) next.x[i] = Math.min(Math.max(next.x[i] as number, box.lower[i] as number), box.upper[i] as number)
    const [s, y] = [minus(next.x, x), minus(next.gradient, gradient)]
    const curvature = dot(s, y)
    const learnt = curvature > Number.EPSILON * dot(y, y)
    if (learnt) pairs.push({ s, y, rho: 1 / curvature })
    reached = learnt ? 0 : norm(s)
    if (pairs.length > MEMORY) pairs.shift()
    point = next
  }
}

/** −H g by the two loops over the pairs, with H₀ = (sᵀy / yᵀy) I of the last one. */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const q = scaled(-1, gradient)
  const alphas = new Float64Array(pairs.length)
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y, rho } = pairs[i] as Pair
    alphas[i] = rho * dot(s, q)
    addTo(q, -(alphas[i] as number), y)
  }
  const last = pairs.at(-1)
  if (last !== undefined) {
    const scale = 1 / (last.rho * dot(last.y, last.y))
    for (let i = 0; i < q.length; i++) q[i] = scale * (q[i] as number)
  }
  pairs.forEach(({ s, y, rho }, i) => {
    addTo(q, (alphas[i] as number) - rho * dot(y, q), s)
  })
  return q
}

/** The largest entry of P(x − g) − x, for the projection P into the box. */
export function projectedGradient(x: Float64Array, gradient: Float64Array, box: Box): number {
  let largest = 0
  for (let i = 0; i < x.length; i++) {
    const g = gradient[i] as number
    // Not from the point P(x − g), which is x for large x.
    largest = Math.max(largest, Math.min(room(x, -g, box, i), Math.abs(g)))
  }
  return largest
}

/** How far a variable can go in a direction. */
function room(x: Float64Array, d: number, { lower, upper }: Box, i: number): number {
  return d < 0 ? (x[i] as number) - (lower[i] as number) : (upper[i] as number) - (x[i] as number)
}

function longestStep(x: Float64Array, direction: Float64Array, { lower, upper }: Box): number {
  let longest = Number.POSITIVE_INFINITY
  for (let i = 0; i < x.length; i++) {
    const d = direction[i] as number
    if (d < 0) longest = Math.min(longest, ((lower[i] as number) - (x[i] as number)) / d)
    else if (d > 0) longest = Math.min(longest, ((upper[i] as number) - (x[i] as number)) / d)
  }
  return Math.max(longest, 0)
}
