import { value as plain } from '../core/dispatch.ts'
import { DualtapeError } from '../core/errors.ts'
import { nonNegative, positive } from '../core/option-kinds.ts'
import { optionReader } from '../core/options.ts'
import { Tensor } from '../core/tensor.ts'
import type { Concrete } from '../core/types.ts'
import { Parameters } from './parameters.ts'

/** Options of `lbfgs`. */
export interface LbfgsOptions {
  /** Pairs of steps and changes of the gradient that are kept. */
  history?: number
  /** Iterations of one `step`. */
  maxIterations?: number
  /** It has converged when no entry of the gradient is larger. */
  tolerance?: number
}

const readLbfgs = /* @__PURE__ */ optionReader({
  history: { is: positive, default: 10 },
  maxIterations: { is: positive, default: 100 },
  tolerance: { is: nonNegative, default: 1e-8 },
})

/** Loss and gradients of plain parameters; or, for variables, the loss, after `backward()`. */
export type Closure<P> = (params: P) => readonly [number | Tensor, Concrete<P>] | number | Tensor

/** An optimiser by L-BFGS; see `lbfgs`. */
export interface Lbfgs<P> {
  readonly params: P
  /** Whether the gradient has become as small as the tolerance. */
  readonly converged: boolean
  /** Why the last step ended. */
  readonly reason: 'tolerance' | 'iterations' | 'no decrease'
  /**
   * Up to `maxIterations` iterations; gives the loss. The closure is called several times. For variables it sets gradients
   * to zero, computes the loss, calls `backward()` and gives the loss; for plain values it gives [loss, gradients], as
   * `valueAndGrad` does. Throws a DualtapeError when loss or gradient are not finite at the start.
   */
  step(closure: Closure<P>): number
  /** Forgets the gradients of the variables. */
  zeroGrad(): void
}

/**
 * L-BFGS with a line search for the strong Wolfe conditions: for smooth losses that are computed whole, not on batches.
 * Source: Nocedal and Wright, Numerical Optimization, 2nd ed., algorithms 7.4, 7.5, 3.5 and 3.6.
 *
 * @names `torch.optim.LBFGS`
 *
 * @example
 * const opt = lbfgs([-1.2, 1])
 * const rosenbrock = ([x, y]: number[]) => add(square(sub(1, x as number)), mul(100, square(sub(y as number, square(x as number)))))
 * opt.step(valueAndGrad(rosenbrock)) // below 1e-10 after some 40 iterations
 */
export function lbfgs<P>(params: P, options?: LbfgsOptions, ...more: []): Lbfgs<P> {
  const { history, maxIterations, tolerance } = readLbfgs('lbfgs', [options, ...more])
  const parameters = new Parameters('lbfgs', params)
  let converged = false
  let reason: Lbfgs<P>['reason'] = 'iterations'
  const pairs: { s: Float64Array; y: Float64Array; rho: number }[] = []

  const evaluate = (closure: Closure<P>, x: Float64Array): Point => {
    parameters.write(x)
    const result = closure(parameters.tree)
    const [loss, grads] = Array.isArray(result) ? result : [result, undefined]
    const number = plain(loss as number | Tensor)
    const value = number instanceof Tensor ? number.item() : Number(number)
    const g = parameters.gradients('lbfgs', grads)
    parameters.frozen()?.forEach((frozen, i) => {
      if (frozen) g[i] = 0
    })
    return { x, value, g }
  }

  return {
    get params() {
      return parameters.tree
    },
    get converged() {
      return converged
    },
    get reason() {
      return reason
    },
    step(closure) {
      let point = evaluate(closure, parameters.read())
      if (!Number.isFinite(point.value) || !point.g.every(Number.isFinite)) {
        throw new DualtapeError(`lbfgs: at the start the loss is ${point.value} and its gradient has entries that are not finite. Start elsewhere.`)
      }
      const done = () => point.g.every(each => Math.abs(each) <= tolerance)
      reason = done() ? 'tolerance' : 'iterations'
      for (let k = 0; k < maxIterations && reason === 'iterations'; k++) {
        let direction = descent(point.g, pairs)
        if (!(dot(direction, point.g) < 0)) {
          pairs.length = 0
          direction = point.g.map(each => -each)
        }
        const first = pairs.length === 0 ? Math.min(1, 1 / point.g.reduce((sum, each) => sum + Math.abs(each), 0)) : 1
        const next = wolfe(x => evaluate(closure, x), point, direction, first)
        if (next === undefined) {
          if (pairs.length > 0) {
            pairs.length = 0
            continue
          }
          reason = 'no decrease'
          break
        }
        const [s, y] = [minus(next.x, point.x), minus(next.g, point.g)]
        const curvature = dot(s, y)
        if (curvature > Number.EPSILON * dot(y, y)) pairs.push({ s, y, rho: 1 / curvature })
        if (pairs.length > history) pairs.shift()
        point = next
        if (done()) reason = 'tolerance'
      }
      converged = reason === 'tolerance'
      evaluate(closure, point.x)
      return point.value
    },
    zeroGrad() {
      for (const each of parameters.variables) each.zeroGrad()
    },
  }
}

interface Point {
  x: Float64Array
  value: number
  g: Float64Array
}

/** −H g by the two loops over the pairs, with H₀ = (sᵀy / yᵀy) I of the last pair. */
function descent(g: Float64Array, pairs: readonly { s: Float64Array; y: Float64Array; rho: number }[]): Float64Array {
  const q = g.slice()
  const alphas = new Array<number>(pairs.length)
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y, rho } = pairs[i] as (typeof pairs)[number]
    alphas[i] = rho * dot(s, q)
    addScaled(q, -(alphas[i] as number), y)
  }
  const last = pairs.at(-1)
  const scale = last === undefined ? 1 : 1 / (last.rho * dot(last.y, last.y))
  for (let i = 0; i < q.length; i++) q[i] = scale * (q[i] as number)
  pairs.forEach(({ s, y, rho }, i) => {
    addScaled(q, (alphas[i] as number) - rho * dot(y, q), s)
  })
  return q.map(each => -each)
}

const SUFFICIENT = 1e-4
const CURVATURE = 0.9

/** A point along a direction that satisfies the strong Wolfe conditions, or the lowest one found; undefined if none is lower. */
function wolfe(evaluate: (x: Float64Array) => Point, start: Point, direction: Float64Array, first: number): Point | undefined {
  const slope = dot(start.g, direction)
  const at = (t: number) => {
    const x = start.x.slice()
    addScaled(x, t, direction)
    const point = evaluate(x)
    return { t, point, value: Number.isFinite(point.value) ? point.value : Number.POSITIVE_INFINITY, slope: dot(point.g, direction) }
  }
  const tooHigh = (each: { t: number; value: number }) => !(each.value <= start.value + SUFFICIENT * each.t * slope)
  const flat = (each: { slope: number }) => Math.abs(each.slope) <= -CURVATURE * slope
  let low = { t: 0, point: start, value: start.value, slope }
  let high: typeof low | undefined
  let t = first
  for (let k = 0; k < 25; k++) {
    const now = at(t)
    if (tooHigh(now) || now.value >= low.value + (high === undefined && low.t === 0 ? Number.POSITIVE_INFINITY : 0)) high = now
    else if (flat(now)) return now.point
    else if (high === undefined && now.slope < 0) low = now
    else {
      if (high === undefined || now.slope * (high.t - low.t) >= 0) high = low
      low = now
    }
    if (high === undefined) t *= 2
    else if (Math.abs(high.t - low.t) < 1e-14 * Math.max(1, low.t)) break
    else t = between(low, high)
  }
  return low.t > 0 ? low.point : undefined
}

/** The minimum of the cubic through two points with their slopes, kept off the ends; the middle where there is none. */
function between(a: { t: number; value: number; slope: number }, b: { t: number; value: number; slope: number }): number {
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.t - b.t)
  const d2 = Math.sign(b.t - a.t) * Math.sqrt(d1 * d1 - a.slope * b.slope)
  const t = b.t - (b.t - a.t) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
  const [low, high] = [Math.min(a.t, b.t), Math.max(a.t, b.t)]
  const margin = 0.1 * (high - low)
  return t >= low + margin && t <= high - margin ? t : (low + high) / 2
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += (x[i] as number) * (y[i] as number)
  return sum
}

function addScaled(x: Float64Array, factor: number, y: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i] = (x[i] as number) + factor * (y[i] as number)
}

function minus(x: Float64Array, y: Float64Array): Float64Array {
  return x.map((each, i) => each - (y[i] as number))
}
