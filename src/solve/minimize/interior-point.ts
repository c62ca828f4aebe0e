import { counted } from '../../core/counted.ts'
import { DomainError } from '../../core/errors.ts'
import type { Status } from '../result.ts'
import { KktMatrix } from '../sparse/kkt.ts'
import { dot, isFinite, largestOf, plus, scaled } from '../vectors.ts'
import { type At, type Constrained, transposedTimes } from './constrained.ts'
import { Filter, infeasibility } from './filter.ts'
import { widened, withSlacks } from './interior-start.ts'
import type { MinimizeSettings } from './progress.ts'
import { restore } from './restoration.ts'

/** How the interior-point method ended: w with slacks, and multipliers, of the scaled problem. */
export interface InteriorMinimum {
  w: Float64Array
  y: Float64Array
  lower: Float64Array
  upper: Float64Array
  value: number
  status: Status
  message: string
  iterations: number
}

const FIRST_BARRIER = 0.1
const MOST_CORRECTIONS = 4
/** Steps that bring multipliers only. */
const MOST_STILL = 5
/** Multipliers of bounds stay within this factor of what the barrier says. */
const NEAR_BARRIER = 1e10
const BOTTOM = -1e20
/** Constraints that are violated by more are so not only to rounding. */
const VIOLATED = 1e-6

/**
 * The primal-dual interior-point method with a filter line search: for falling μ, Newton's method on the conditions of
 * min f(w) − μ Σ ln (w − l) − μ Σ ln (u − w) with c(w) = 0, on exact Hessians of the Lagrangian, whose inertia is corrected.
 *
 * Source: Wächter and Biegler, On the implementation of an interior-point filter line-search algorithm for large-scale nonlinear
 * programming, Math. Program. 106 (2006).
 */
export function interiorPoint(problem: Constrained<unknown>, start: Float64Array, { tolerance, maxIterations, report }: MinimizeSettings): InteriorMinimum {
  const { lower, upper } = widened(problem.box.lower, problem.box.upper)
  const n = problem.n
  const hasLower = Array.from(lower, each => each > Number.NEGATIVE_INFINITY)
  const hasUpper = Array.from(upper, each => each < Number.POSITIVE_INFINITY)
  let now: At = problem.at(withSlacks(problem, start, lower, upper))
  if (!isFinite(now.c) || !Number.isFinite(now.value))
    throw new DomainError('minimize: at the start, or just within the bounds there, the function or a constraint is NaN or infinite. Start elsewhere.')
  let zl: Float64Array = Float64Array.from(hasLower, Number)
  let zu: Float64Array = Float64Array.from(hasUpper, Number)
  let y: Float64Array = new Float64Array(now.c.length)
  let mu = FIRST_BARRIER
  const least = Math.max(tolerance, Number.EPSILON)
  let lastShift = 0
  /** Steps in a row that are no more than rounding. */
  let still = 0
  let kkt: KktMatrix | undefined
  const filter = new Filter(infeasibility(now.c))
  const barrier = ({ w, value }: At): number => {
    let logs = 0
    for (let i = 0; i < n; i++) {
      if (hasLower[i]) logs += Math.log((w[i] as number) - (lower[i] as number))
      if (hasUpper[i]) logs += Math.log((upper[i] as number) - (w[i] as number))
    }
    return value - mu * logs
  }
  let gradient = problem.gradient(now.w)
  let jacobian = problem.jacobian(now.w)
  let fresh = true
  /** Whether the last step was shortened: the multipliers that came with it are of another point. */
  let stale = false
  for (let iteration = 0; ; iteration++) {
    const before = now
    const { w } = now
    if (fresh) y = leastSquaresMultipliers() ?? new Float64Array(now.c.length)
    else if (stale) y = leastSquaresMultipliers() ?? y
    fresh = false
    stale = false
    const dual = plus(plus(plus(gradient, 1, transposedTimes(jacobian, y)), -1, zl), 1, zu)
    const optimality = errorFor(0)
    const end = (status: Status, message: string): InteriorMinimum => ({
      w: now.w,
      y,
      lower: zl,
      upper: zu,
      value: now.value / problem.scale,
      status,
      message,
      iterations: iteration,
    })
    const size = `the conditions hold to ${optimality.toPrecision(3)}, constraints to ${largestOf(now.c).toPrecision(3)}`
    const aborted = report(iteration, problem.x(w), now.value / problem.scale, optimality)
    if (optimality <= tolerance) return end('converged', `The conditions of a minimum hold to the tolerance ${tolerance}: ${size}.`)
    if (aborted) return end('aborted', `The signal was aborted; ${size}.`)
    if (iteration >= maxIterations)
      return end('limit', `The limit of ${counted(maxIterations, 'iteration')} was reached; ${size}. Give more, or start from this point.`)
    if (now.value < BOTTOM || largestOf(w) > -BOTTOM)
      return end(
        'unbounded',
        `The function has fallen to ${(now.value / problem.scale).toPrecision(3)}, x has grown to ${largestOf(w).toPrecision(3)}: there seems to be no lower bound.`,
      )
    while (errorFor(mu) <= 10 * mu && mu > least / 10) {
      mu = Math.max(least / 11, Math.min(0.2 * mu, mu ** 1.5))
      filter.clear()
    }
    const toLower = w.map((each, i) => (hasLower[i] ? each - (lower[i] as number) : Number.POSITIVE_INFINITY))
    const toUpper = w.map((each, i) => (hasUpper[i] ? (upper[i] as number) - each : Number.POSITIVE_INFINITY))
    const slope = gradient.map((each, i) => each - mu / (toLower[i] as number) + mu / (toUpper[i] as number))
    const hessian = problem.hessian(w, y)
    if (kkt === undefined || !kkt.fits(hessian, jacobian)) kkt = new KktMatrix(hessian, jacobian)
    kkt.set(
      hessian.values,
      jacobian.values,
      zl.map((each, i) => each / (toLower[i] as number) + (zu[i] as number) / (toUpper[i] as number)),
    )
    const top = scaled(-1, plus(slope, 1, transposedTimes(jacobian, y)))
    const direction = factored(kkt, top, now.c)
    let next: { at: At; alpha: number } | undefined
    let whole: Float64Array | undefined
    if (direction !== undefined) {
      whole = direction.subarray(0, n).slice()
      next = search(kkt, whole, top, slope)
    }
    if (next === undefined || direction === undefined || whole === undefined) {
      if (whole !== undefined && optimality <= Math.max(1e-6, 100 * tolerance) && largestOf(now.c) <= Math.sqrt(least))
        return end('converged', `The conditions hold to rounding: no step brings them nearer; ${size}.`)
      // Nor may restoration come back to where it began: Algorithm A-9.
      filter.add([infeasibility(now.c), barrier(now)])
      const restored = restore(problem, now, lower, upper, at => filter.takes(infeasibility(at.c), barrier(at)))
      if (restored.at === undefined) {
        return restored.infeasible
          ? end(
              'infeasible',
              `The constraints cannot be met near this point, where they are violated least: ${size}. Start elsewhere, or look for constraints that contradict each other.`,
            )
          : end('stalled', `No step brings progress; ${size}.`)
      }
      now = restored.at
      fresh = true
      for (let i = 0; i < n; i++) {
        if (hasLower[i]) zl[i] = Math.min(1e3, mu / ((now.w[i] as number) - (lower[i] as number)))
        if (hasUpper[i]) zu[i] = Math.min(1e3, mu / ((upper[i] as number) - (now.w[i] as number)))
      }
    } else {
      const dzl = zl.map((z, i) => (hasLower[i] ? (mu - z * (whole[i] as number)) / (toLower[i] as number) - z : 0))
      const dzu = zu.map((z, i) => (hasUpper[i] ? (mu + z * (whole[i] as number)) / (toUpper[i] as number) - z : 0))
      const tau = Math.max(0.99, 1 - mu)
      const alpha = Math.min(toBoundary(zl, dzl, tau), toBoundary(zu, dzu, tau))
      y = plus(y, next.alpha, direction.slice(n))
      stale = next.alpha < 1
      now = next.at
      for (let i = 0; i < n; i++) {
        // Where rounding leaves no room, the bound gives way, as in section 3.5, but by no more than rounding.
        if ((now.w[i] as number) - (lower[i] as number) < Number.EPSILON * mu) lower[i] = (lower[i] as number) - giveWay(lower[i] as number)
        if ((upper[i] as number) - (now.w[i] as number) < Number.EPSILON * mu) upper[i] = (upper[i] as number) + giveWay(upper[i] as number)
      }
      zl = nearBarrier(plus(zl, alpha, dzl), i => (now.w[i] as number) - (lower[i] as number), hasLower, mu)
      zu = nearBarrier(plus(zu, alpha, dzu), i => (upper[i] as number) - (now.w[i] as number), hasUpper, mu)
    }
    gradient = problem.gradient(now.w)
    jacobian = problem.jacobian(now.w)
    if (!isFinite(gradient) || !isFinite(jacobian.values)) {
      now = before
      return end('stalled', `The derivatives are NaN or infinite at the next point; ${size}.`)
    }

    /** E_μ: how far the conditions are from holding. */
    function errorFor(of: number): number {
      let [complementarity, sum, count] = [0, 0, 0]
      for (let i = 0; i < n; i++) {
        // A distance is known to the rounding of w.
        const rounding = 4 * Number.EPSILON * Math.abs(w[i] as number)
        const missed = (distance: number, z: number) => Math.abs(distance * z - of) - rounding * z
        if (hasLower[i]) complementarity = Math.max(complementarity, missed((w[i] as number) - (lower[i] as number), zl[i] as number))
        if (hasUpper[i]) complementarity = Math.max(complementarity, missed((upper[i] as number) - (w[i] as number), zu[i] as number))
        sum += Math.abs(zl[i] as number) + Math.abs(zu[i] as number)
        count += Number(hasLower[i]) + Number(hasUpper[i])
      }
      const ofBounds = Math.max(100, count === 0 ? 0 : sum / count) / 100
      for (const each of y) sum += Math.abs(each)
      const ofAll = Math.max(100, count + y.length === 0 ? 0 : sum / (count + y.length)) / 100
      return Math.max(largestOf(dual) / ofAll, largestOf(now.c), complementarity / ofBounds)
    }
  }

  /** A direction whose matrix has the right inertia; undefined where no shift brings that. */
  function factored(matrix: KktMatrix, top: Float64Array, c: Float64Array): Float64Array | undefined {
    let kept = 0
    let shift = 0
    const right = new Float64Array(n + c.length)
    right.set(top)
    right.set(scaled(-1, c), n)
    while (shift < 1e40) {
      if (matrix.factor(shift, kept)) {
        const solution = matrix.solve(right)
        if (solution !== undefined) {
          if (shift > 0) lastShift = shift
          return solution
        }
        if (kept === 0) {
          kept = 1e-8 * mu ** 0.25
          continue
        }
      }
      shift = shift === 0 ? (lastShift === 0 ? 1e-4 : Math.max(1e-20, lastShift / 3)) : shift * (lastShift === 0 ? 100 : 8)
    }
    return undefined
  }

  /** The next point on the way of a direction, by the filter, with corrections of second order. */
  function search(matrix: KktMatrix, whole: Float64Array, top: Float64Array, slope: Float64Array): { at: At; alpha: number } | undefined {
    const tau = Math.max(0.99, 1 - mu)
    const { w, c } = now
    const theta = infeasibility(c)
    const value = barrier(now)
    const along = dot(slope, whole)
    const longest = (step: Float64Array) => {
      let alpha = 1
      for (let i = 0; i < n; i++) {
        const d = step[i] as number
        if (d < 0 && hasLower[i]) alpha = Math.min(alpha, (-tau * ((w[i] as number) - (lower[i] as number))) / d)
        if (d > 0 && hasUpper[i]) alpha = Math.min(alpha, (tau * ((upper[i] as number) - (w[i] as number))) / d)
      }
      return alpha
    }
    const most = longest(whole)
    if (whole.every((d, i) => Math.abs(d) <= 10 * Number.EPSILON * (1 + Math.abs(w[i] as number)))) {
      const at = problem.at(plus(w, most, whole))
      // Where constraints are violated, standing still is no progress.
      return ++still <= MOST_STILL && isFinite(at.c) && Number.isFinite(at.value) && largestOf(c) <= VIOLATED ? { at, alpha: most } : undefined
    }
    still = 0
    const least = filter.leastStep(theta, along)
    for (let alpha = most; alpha >= least; alpha /= 2) {
      const at = problem.at(plus(w, alpha, whole))
      const found = [infeasibility(at.c), barrier(at)] as const
      if (filter.accepts(found, [theta, value], along, alpha)) return { at, alpha }
      if (alpha !== most || !(found[0] >= theta)) continue
      // The constraints have bent: the same matrix with what they are at the trial.
      let corrected = plus(at.c, alpha, c)
      let before = found[0]
      for (let k = 0; k < MOST_CORRECTIONS; k++) {
        const right = new Float64Array(n + c.length)
        right.set(top)
        right.set(scaled(-1, corrected), n)
        const step = matrix.solve(right)?.subarray(0, n).slice()
        // What bends the step by more than its own length is no correction of it.
        if (step === undefined || largestOf(plus(step, -1, whole)) > largestOf(whole)) break
        const far = longest(step)
        const trial = problem.at(plus(w, far, step))
        const its = [infeasibility(trial.c), barrier(trial)] as const
        if (filter.accepts(its, [theta, value], along, alpha)) return { at: trial, alpha }
        if (!(its[0] <= 0.99 * before)) break
        before = its[0]
        corrected = plus(trial.c, far, corrected)
      }
    }
    return undefined
  }

  /** The multipliers for which the gradient of the Lagrangian is least; undefined where they would be large. */
  function leastSquaresMultipliers(): Float64Array | undefined {
    const m = now.c.length
    if (m === 0) return new Float64Array(0)
    if (kkt === undefined || !kkt.fits(kkt.w, jacobian)) kkt = new KktMatrix(kkt?.w ?? problem.hessian(now.w, new Float64Array(m)), jacobian)
    kkt.set(new Float64Array(kkt.w.nonzeros), jacobian.values, new Float64Array(n).fill(1))
    const right = new Float64Array(n + m)
    right.set(plus(plus(scaled(-1, gradient), 1, zl), -1, zu))
    const found = kkt.factor(0, 0) ? kkt.solve(right)?.slice(n) : undefined
    return found === undefined || !(largestOf(found) <= 1e3) ? undefined : found
  }
}

function giveWay(bound: number): number {
  return 2 * Number.EPSILON * Math.abs(bound)
}

/** How far multipliers can go so that 1 − τ of each is left. */
function toBoundary(z: Float64Array, dz: Float64Array, tau: number): number {
  let alpha = 1
  for (let i = 0; i < z.length; i++) if ((dz[i] as number) < 0) alpha = Math.min(alpha, (-tau * (z[i] as number)) / (dz[i] as number))
  return alpha
}

function nearBarrier(z: Float64Array, distance: (i: number) => number, has: readonly boolean[], mu: number): Float64Array {
  return z.map((each, i) => (has[i] ? Math.min(Math.max(each, mu / (NEAR_BARRIER * distance(i))), (NEAR_BARRIER * mu) / distance(i)) : 0))
}
