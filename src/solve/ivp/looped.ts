import { forItems } from '../../core/by-items.ts'
import { isBatched, transformsOf } from '../../core/dispatch.ts'
import { OptionError } from '../../core/errors.ts'
import { type Tensor, tensor } from '../../core/tensor.ts'
import { mapTrees, someLeaf } from '../../core/tree.ts'
import { whileLoop } from '../../graph/loop/control-flow.ts'
import { abs, add, div, mul, sqrt, square, sub } from '../../ops/arithmetic.ts'
import { equal, greater, greaterEqual, less, lessEqual, logicalAnd, logicalNot, logicalOr, notEqual } from '../../ops/comparison.ts'
import { mean } from '../../ops/reduction.ts'
import { section } from '../../ops/sections.ts'
import { clip, maximum, minimum, stopGradient, where } from '../../ops/selection.ts'
import { reshape } from '../../ops/shape.ts'
import { vectorOf } from '../leaves.ts'
import type { MethodName } from './integrate.ts'
import { bdfSteps } from './looped-bdf.ts'
import { type FoundEvents, noneFound, type Place, resultOf, scalarOf, watched } from './looped-events.ts'
import { type Attempt, dopri5Steps, type Equations, type LoopedMethod, rodasSteps } from './looped-steps.ts'
import type { Problem, Solution } from './solution.ts'
import { RATES } from './system.ts'

/*
 * A solution as one loop of operators, for `compile` and `vmap`: each round tries a step, and keeps it or not. Time runs from 0 to 1
 * on the span, whichever way that goes. Sizes of steps are constants to derivatives.
 */

interface Round {
  tau: number
  size: number
  steps: number
  /** What the method keeps. */
  memory: object
  outputs: Tensor
  found: FoundEvents
}

const METHODS: Readonly<Record<MethodName, LoopedMethod<object>>> = { auto: dopri5Steps, dopri5: dopri5Steps, rodas: rodasSteps, bdf: bdfSteps }

export interface Settings {
  readonly method: MethodName
  readonly rtol: number
  readonly atol: Float64Array
  readonly maxSteps: number
  readonly maxStep: number
  readonly firstStep?: number | undefined
}

/** States at the times that were asked for, or at the ends of the span; NaN where a solution does not get there. */
export function loopedSolution(problem: Omit<Problem, 'system' | 'start' | 'order'>, settings: Settings): Solution {
  const { f, span, y0, parameters, structure, asked, events } = problem
  const method = METHODS[settings.method]
  const [from, to] = span
  const length = sub(to, from)
  const timeOf = (tau: number) => add(from, mul(tau, length))
  const stateOf = (y: Tensor) => structure.filled(structure.parted(y))
  const rates = (tau: number, y: Tensor) => mul(length, vectorOf(structure.leaves(f(timeOf(tau), stateOf(y), parameters), RATES))) as Tensor
  const start = vectorOf(structure.leaves(y0, 'solveIvp: y0'))
  const times = asked ?? [from, to]
  // A span may have no length.
  const distance = where(equal(length, 0), 1, abs(length)) as number
  const fractions = asked === undefined ? [0, 1] : times.map(t => div(sub(t, from), where(equal(length, 0), 1, length) as number))
  const taus = reshape(fractions as unknown as Tensor, [times.length, 1]) as Tensor
  const first = rates(0, start)
  const gOf = (event: number, { t, y }: Place) => scalarOf(events[event]?.when(t, stateOf(y), parameters))
  const firstValues = events.map((_, k) => gOf(k, { t: from, y: start }))
  if (someLeaf([span, start, first, fractions, firstValues], isBatched) && (settings.method === 'bdf' || events.length > 0)) {
    throw forItems(new OptionError('solveIvp: the items of a batch have orders and events of their own.'))
  }
  const equations: Equations = {
    rates,
    scaleOf: (y, z) => add(tensor(settings.atol), mul(settings.rtol, maximum(abs(y), abs(z)))) as Tensor,
    norm: (x, scale) => sqrt(mean(square(div(x, scale))) as number) as number,
    relative: settings.rtol,
    orders: Math.max(FEWEST_ORDERS, ordersOf([span, start, first, fractions, firstValues])),
  }
  const size = stopGradient(settings.firstStep === undefined ? firstSize(equations, start, first) : minimum(1, div(settings.firstStep, distance))) as number
  const init: Round = {
    tau: 0,
    size,
    steps: 0,
    memory: method.begin(equations, start, first, size),
    // The state at the start, and nothing yet behind it.
    outputs: where(equal(taus, 0), reshape(start, [1, structure.size]), Number.NaN) as Tensor,
    found: noneFound(events, firstValues, structure.size, to),
  }
  const longest = stopGradient(div(settings.maxStep, distance)) as number
  const tooSmall = ({ tau, size }: Round) => logicalAnd(notEqual(length, 0), lessEqual(mul(size, distance), mul(10 * Number.EPSILON, abs(timeOf(tau)))))
  const going = (round: Round) =>
    [less(round.tau, 1), greater(round.size, SMALLEST), less(round.steps, settings.maxSteps), logicalNot(tooSmall(round)), equal(round.found.ended, 0)].reduce(
      (all, each) => logicalAnd(all, each),
    )
  const watch: Parts['watch'] = ({ tau, h, taken, at }, found) =>
    watched(events, { taken, orders: equations.orders, at: s => ({ t: timeOf(add(tau, mul(s, h))), y: at(s) }), g: gOf }, found)
  const last = whileLoop<Round>(going, round => stepped(method, round, { equations, taus, longest, watch }), init)
  const y = times.map((_, k) => section(last.outputs, k * structure.size, [structure.size]) as Tensor)
  // Where nothing was asked for, the last state is that of the event at which it ends.
  const end = { t: last.found.t, y: where(last.found.ended, last.found.y, y.at(-1) as Tensor) as Tensor }
  const ends = asked === undefined && events.length > 0
  return {
    t: ends ? [from, end.t] : [...times],
    y: (ends ? [y[0] as Tensor, end.y] : y).map(stateOf),
    events: resultOf(last.found, stateOf),
    // Steps are not kept: another loop arrives there.
    at: t => loopedSolution({ ...problem, asked: [t] }, settings).y[0],
  }
}

/** Iterations that are run in any case: without derivatives they make values better. */
const FEWEST_ORDERS = 3

/** How many derivatives are taken of each other. */
function ordersOf(tree: unknown): number {
  let most = 0
  someLeaf(tree, leaf => {
    most = Math.max(most, transformsOf(leaf).filter(owner => owner.abstract !== true && owner.many !== true).length)
    return false
  })
  return most
}

/** The smallest size at all. */
const SMALLEST = Number.MIN_VALUE * 1e16

/** A size for the first step: one by which the state changes by a hundredth. */
function firstSize({ scaleOf, norm }: Equations, start: Tensor, first: Tensor): number {
  const scale = scaleOf(start, start)
  const [d0, d1] = [norm(start, scale), norm(first, scale)]
  const unknown = logicalOr(less(d0, 1e-5), less(d1, 1e-5))
  return where(unknown, 1e-6, clip(div(mul(0.01, d0), maximum(d1, 1e-300)), SMALLEST * 10, 1)) as number
}

interface Parts {
  readonly equations: Equations
  readonly taus: Tensor
  /** The largest step. */
  readonly longest: number
  watch(step: { tau: number; h: number } & Pick<Attempt<object>, 'taken' | 'at'>, found: FoundEvents): ReturnType<typeof watched>
}

/** A round of the loop: a step, if its error is small enough. */
function stepped(method: LoopedMethod<object>, { tau, size, steps, memory, outputs, found: before }: Round, { equations, taus, longest, watch }: Parts): Round {
  const left = sub(1, tau)
  const wanted = minimum(size, longest)
  const ends = greaterEqual(mul(wanted, 1 + 1e-10), left) as unknown as number
  const h = minimum(wanted, left) as number
  const { taken, factor, next, at } = method.attempt(equations, tau, h, memory)
  const after = where(ends, 1, add(tau, h)) as number
  // The interpolant at all times that lie in the step.
  const inside = at(clip(div(sub(taus, tau), h), 0, 1) as unknown as number)
  const { found, until, again } = watch({ tau, h, taken, at }, before)
  // A step with events in it is taken again from each of them on.
  const advances = logicalAnd(taken as number, logicalNot(again as number))
  const reached = where(equal(until, 1), after, add(tau, mul(until, h))) as number
  // A time that is that of an event is there but for rounding.
  const within = logicalAnd(logicalAnd(greater(taus, tau), lessEqual(taus, add(reached, 2 * Number.EPSILON))), advances)
  return {
    tau: where(advances, after, tau) as number,
    size: stopGradient(where(again as number, h, mul(h, factor))) as number,
    steps: add(steps, 1),
    memory: before.each.length === 0 ? next : (mapTrees(memory, next, 'before', 'after', (a, b) => where(again as number, a as number, b as number)) as object),
    outputs: where(within, inside, outputs) as Tensor,
    found,
  }
}
