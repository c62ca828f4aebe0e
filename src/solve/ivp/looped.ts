import { forItems } from '../../core/by-items.ts'
import { OptionError } from '../../core/errors.ts'
import { type Tensor, tensor } from '../../core/tensor.ts'
import { whileLoop } from '../../graph/loop/control-flow.ts'
import { abs, add, div, mul, sqrt, square, sub } from '../../ops/arithmetic.ts'
import { equal, greater, greaterEqual, isFinite, less, lessEqual, logicalAnd } from '../../ops/comparison.ts'
import { pow } from '../../ops/exponential.ts'
import { mean } from '../../ops/reduction.ts'
import { section } from '../../ops/sections.ts'
import { clip, maximum, minimum, stopGradient, where } from '../../ops/selection.ts'
import { reshape } from '../../ops/shape.ts'
import { vectorOf } from '../leaves.ts'
import { LOOPED, type LoopedMethod } from './looped-steps.ts'
import type { Problem, Solution } from './solution.ts'
import { RATES } from './system.ts'

/*
 * A solution as one loop of operators, for `compile` and `vmap`: each round tries a step, and keeps it or not. Time runs from 0 to 1
 * on the span, whichever way that goes. Sizes of steps are constants to derivatives.
 */

interface Round {
  tau: number
  size: number
  lastError: number
  steps: number
  y: Tensor
  rates: Tensor
  outputs: Tensor
}

/** The smallest step, of a span of 1, and the range of factors from one step to the next. */
const [SMALLEST, SHRINK_MOST, GROW_MOST, SAFETY] = [1e-14, 0.2, 10, 0.9]

export interface Settings {
  readonly method: string
  readonly rtol: number
  readonly atol: Float64Array
  readonly maxSteps: number
}

/** States at the times that were asked for, or at the ends of the span; NaN where a solution does not get there. */
export function loopedSolution(problem: Omit<Problem, 'system' | 'start' | 'order'>, settings: Settings): Solution {
  const { f, span, y0, parameters, structure, asked, events } = problem
  const method = LOOPED[settings.method === 'auto' ? 'dopri5' : settings.method]
  if (method === undefined) {
    throw forItems(new OptionError(`solveIvp: inside compile there are 'dopri5' and, for stiff problems, 'rodas', but '${settings.method}' was asked for.`))
  }
  if (events.length > 0) throw forItems(new OptionError('solveIvp: inside compile no events are found. Solve outside of it, or without events.'))
  const [from, to] = span
  const length = sub(to, from)
  const rates = (tau: number, y: Tensor) =>
    mul(length, vectorOf(structure.leaves(f(add(from, mul(tau, length)), structure.filled(structure.parted(y)), parameters), RATES))) as Tensor
  const start = vectorOf(structure.leaves(y0, 'solveIvp: y0'))
  const times = asked ?? [from, to]
  // A span may have no length.
  const fractions = asked === undefined ? [0, 1] : times.map(t => div(sub(t, from), where(equal(length, 0), 1, length) as number))
  const taus = reshape(fractions as unknown as Tensor, [times.length, 1]) as Tensor
  const first = rates(0, start)
  const scaleOf = (y: Tensor, z: Tensor) => add(tensor(settings.atol), mul(settings.rtol, maximum(abs(y), abs(z)))) as Tensor
  const norm = (x: Tensor, scale: Tensor) => sqrt(mean(square(div(x, scale))) as number) as number
  const scale = scaleOf(start, start)
  const guess = div(mul(0.01, norm(start, scale)), maximum(norm(first, scale), 1e-300))
  const init: Round = {
    tau: 0,
    size: stopGradient(clip(guess, 1e-6, 1)) as number,
    lastError: 1e-4,
    steps: 0,
    y: start,
    rates: first,
    // The state at the start, and nothing yet behind it.
    outputs: where(equal(taus, 0), reshape(start, [1, structure.size]), Number.NaN) as Tensor,
  }
  const going = ({ tau, size, steps }: Round) => logicalAnd(logicalAnd(less(tau, 1), greater(size, SMALLEST)), less(steps, settings.maxSteps))
  const last = whileLoop<Round>(going, round => stepped(method, round, { rates, taus, scaleOf, norm }), init)
  const y = times.map((_, k) => structure.filled(structure.parted(section(last.outputs, k * structure.size, [structure.size]) as Tensor)))
  return {
    t: [...times],
    y,
    events: [],
    // Steps are not kept: another loop arrives there.
    at: t => loopedSolution({ ...problem, asked: [t] }, settings).y[0],
  }
}

interface Parts {
  rates(tau: number, y: Tensor): Tensor
  readonly taus: Tensor
  scaleOf(y: Tensor, z: Tensor): Tensor
  norm(x: Tensor, scale: Tensor): number
}

/** A round of the loop: a step, if its error is small enough. */
function stepped(method: LoopedMethod, { tau, size, lastError, steps, y, rates: first, outputs }: Round, { rates, taus, scaleOf, norm }: Parts): Round {
  const left = sub(1, tau)
  const ends = greaterEqual(mul(size, 1 + 1e-10), left) as unknown as number
  const h = minimum(size, left) as number
  const { end, error: vector, rates: last, at } = method.attempt(rates, tau, h, y, first)
  const error = stopGradient(norm(vector, scaleOf(y, end))) as number
  const taken = lessEqual(error, 1) as unknown as number
  const keep = <T>(a: T, b: T) => where(taken, a as number, b as number) as T
  const { power, beta } = method
  const grown = div(mul(SAFETY, pow(lastError, beta)), pow(maximum(error, 1e-10) as number, power - 0.75 * beta))
  const shrunk = div(SAFETY, pow(maximum(error, 1) as number, power - 0.75 * beta))
  const factor = where(isFinite(error), clip(where(taken, grown, shrunk), SHRINK_MOST, GROW_MOST), 0.1) as number
  const after = where(ends, 1, add(tau, h)) as number
  // The interpolant at all times that lie in the step.
  const inside = at(clip(div(sub(taus, tau), h), 0, 1) as unknown as number)
  const within = logicalAnd(logicalAnd(greater(taus, tau), lessEqual(taus, after)), taken)
  return {
    tau: keep(after, tau),
    size: stopGradient(mul(h, factor)) as number,
    lastError: keep(maximum(error, 1e-4) as number, lastError),
    steps: add(steps, 1),
    y: keep(end, y),
    rates: keep(last, first),
    outputs: where(within, inside, outputs) as Tensor,
  }
}
