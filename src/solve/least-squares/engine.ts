import { counted } from '../../core/counted.ts'
import { DomainError } from '../../core/errors.ts'
import type { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import { activeOf, type Box, type Point, proposeStep } from './boxed-step.ts'
import { type LinearModel, scaledNorm } from './linear-model.ts'
import type { StepRule } from './steps.ts'

/** A sum of squares as the iterations see it. */
export interface Problem<P extends Point> {
  /** The cost at x, not finite where it has none. */
  cost(x: Float64Array): number
  /** Cost, residuals and Jacobian at x, scaled such that Jᵀr is the gradient of the cost. */
  point(x: Float64Array): P
  /** How the linear problems with a Jacobian are solved. */
  model(jacobian: SparseMatrix): LinearModel
}

export interface EngineOptions<P extends Point> {
  /** Begins messages. */
  name: string
  rule: StepRule
  /** The first trust region, in lengths of the scaled start. */
  firstRadius: number
  box: Box | undefined
  tolerance: number
  maxIterations: number
  /** Called at the start and after each iteration with the best point so far. Whether to end there. */
  report: (iteration: number, point: P, optimality: number) => boolean
}

/** Why the iterations ended. */
export interface End {
  status: 'converged' | 'limit' | 'stalled' | 'aborted'
  message: string
}

export interface Outcome<P extends Point> extends End {
  point: P
  /** The model loaded at the point, with the variables frozen that stand on bounds. */
  model: LinearModel
  active: Uint8Array
  iterations: number
  /** The largest cosine between the residuals and a column of J that may move. */
  optimality: number
}

const ABORTED: End = { status: 'aborted', message: 'the signal was aborted, and this is the best point so far' }
/** A step is taken when the cost falls by this part of what was promised. */
const LEAST_GAIN = 1e-4
/** A part of the cost or of the variables that rounding may hide. */
const LITTLE = Math.sqrt(Number.EPSILON)

/**
 * Least squares in a trust region whose shape follows the columns of the Jacobian. Source: Moré 1978, as for
 * `levenbergMarquardtStep`, with his tests of convergence; bounds as `proposeStep` says.
 *
 * With the tolerance ε it has converged when the cost falls, and is promised to fall, by less than the part ε; when the trust
 * region is smaller than ε times x, in its scales; or when the cosine between the residuals and each column of J that may move is
 * at most ε.
 */
export function iterate<P extends Point>(problem: Problem<P>, start: Float64Array, options: EngineOptions<P>): Outcome<P> {
  const { name, rule, firstRadius, box, tolerance, maxIterations, report } = options
  const n = start.length
  const none = new Uint8Array(n)
  let point = problem.point(start)
  checkStart(name, point)
  let model = problem.model(point.jacobian)
  let active: Uint8Array = none
  const scales = new Float64Array(n)
  /** Loads the model at the point; the largest cosine between the residuals and a column that may move. */
  const arrive = (): number => {
    model = problem.model(point.jacobian)
    model.load(point.jacobian, point.residuals, none)
    model.norms.forEach((norm, j) => {
      scales[j] = Math.max(scales[j] as number, norm)
    })
    active = box === undefined ? none : activeOf(point.x, model.gradient, box)
    if (active.includes(1)) model.load(point.jacobian, point.residuals, active)
    // Residuals that a loss has scaled may be large though they hardly count.
    const length = Math.sqrt(2 * point.cost)
    return length === 0 ? 0 : model.gradient.reduce((largest, g, j) => Math.max(largest, Math.abs(g) / (model.norms[j] as number) / length), 0)
  }
  let cosine = arrive()
  let size = scaledNorm(point.x, scales)
  let radius = firstRadius * (size || 1)
  let damping = 0
  /** The longest step that was tried from the point, and the most that was promised of one. */
  let longest = 0
  let promised = 0
  const ended = (end: End, iterations: number): Outcome<P> => ({ ...end, point, model, active, iterations, optimality: cosine })
  if (report(0, point, cosine)) return ended(ABORTED, 0)
  for (let iteration = 1; ; iteration++) {
    if (cosine <= tolerance) {
      const message = point.cost === 0 ? 'all residuals are 0' : 'the residuals are orthogonal to the columns of the Jacobian, within the tolerance'
      return ended({ status: 'converged', message }, iteration - 1)
    }
    if (iteration > maxIterations) return ended({ status: 'limit', message: `no convergence within ${counted(maxIterations, 'iteration')}` }, maxIterations)
    const proposed = proposeStep(model, point, box, active, { rule, scales, radius, damping })
    const { step, length } = proposed
    damping = proposed.damping
    longest = Math.max(longest, length)
    const isShort = length < 0.9 * radius
    if (iteration === 1) radius = Math.min(radius, length)
    const tried = point.x.map((each, j) => inBox(each + (step[j] as number), j, box))
    const next = problem.cost(tried)
    const actual = next < 100 * point.cost ? 1 - next / point.cost : -1
    const [predicted, slope] = [proposed.predicted / point.cost, proposed.slope / point.cost]
    promised = Math.max(promised, predicted)
    const ratio = predicted > 0 ? actual / predicted : 0
    if (ratio <= 0.25) {
      const shrink = actual >= 0 ? 0.5 : (0.5 * slope) / (slope + actual)
      const factor = next < 100 * point.cost ? Math.max(shrink, 0.1) : 0.1
      radius = factor * Math.min(radius, 10 * length)
      damping /= factor
    } else if (damping === 0 || ratio >= 0.75) {
      radius = 2 * length
      damping /= 2
    }
    const there = ratio >= LEAST_GAIN ? problem.point(tried) : undefined
    const taken = there?.jacobian.values.every(Number.isFinite) === true
    if (there !== undefined && !taken) radius = 0.1 * length
    if (taken) {
      point = there as P
      longest = promised = 0
      cosine = arrive()
      size = scaledNorm(point.x, scales)
    }
    if (report(iteration, point, cosine)) return ended(ABORTED, iteration)
    // Steps show nothing that are short only because longer ones did not keep their promise, or because the region has yet to grow.
    const shows = taken ? isShort || ratio < 0.75 : promised <= Math.max(tolerance, LITTLE) || longest <= LITTLE * size
    if (shows && Math.abs(actual) <= tolerance && predicted <= tolerance && ratio <= 2) {
      return ended({ status: 'converged', message: 'the cost falls no more, within the tolerance' }, iteration)
    }
    if (shows && radius <= Math.max(tolerance, Number.EPSILON) * size) {
      return ended({ status: 'converged', message: 'the variables change no more, within the tolerance' }, iteration)
    }
    if (cosine <= tolerance) continue
    if (shows && Math.abs(actual) <= Number.EPSILON && predicted <= Number.EPSILON && ratio <= 2) {
      return ended({ status: 'converged', message: 'the cost falls no more, as far as double precision can tell' }, iteration)
    }
    if (radius <= Number.EPSILON * size || !(radius > 0) || !Number.isFinite(length)) {
      return ended({ status: 'stalled', message: 'no step makes the cost smaller' }, iteration)
    }
  }
}

function checkStart(name: string, { cost, residuals, jacobian }: Point): void {
  const bad = residuals.findIndex(each => !Number.isFinite(each))
  if (bad >= 0)
    throw new DomainError(`${name}: the residuals at the start are not finite: that of index ${bad} is ${residuals[bad]}. Start where they have values.`)
  if (!Number.isFinite(cost) || (cost === 0 && residuals.some(each => each !== 0))) {
    throw new DomainError(
      `${name}: the squares of the residuals at the start are beyond double precision (${residuals.find(each => each !== 0)} is one of them). Scale them.`,
    )
  }
  if (!jacobian.values.every(Number.isFinite)) {
    throw new DomainError(`${name}: the Jacobian of the residuals is not finite at the start. Start where the residuals have derivatives.`)
  }
}

/** A bound that a step was cut at is reached exactly. */
function inBox(x: number, j: number, box: Box | undefined): number {
  return box === undefined ? x : Math.min(Math.max(x, box.lower[j] as number), box.upper[j] as number)
}
