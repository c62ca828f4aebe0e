import { shapeOf } from '../../core/dispatch.ts'
import { describe, OptionError, TreeError } from '../../core/errors.ts'
import { filledWith } from '../../core/makers.ts'
import { type Tensor, tensor } from '../../core/tensor.ts'
import { derivative } from '../../forward/jvp.ts'
import { constantLoop } from '../../graph/loop/control-flow.ts'
import { add, div, mul, sub } from '../../ops/arithmetic.ts'
import { equal, greater, greaterEqual, less, lessEqual, logicalAnd, logicalOr } from '../../ops/comparison.ts'
import { section } from '../../ops/sections.ts'
import { maximum, minimum, stopGradient, where } from '../../ops/selection.ts'
import { reshape } from '../../ops/shape.ts'
import { LOOKED_AT, type ReadEvent } from './events.ts'

/*
 * Events in operators: what `events.ts` does in each step, and its times as they move with the solution. Each event has room for as many
 * times as its `terminal` lets come. A round of the loop finds one: the step is taken again from there, until no more are in it.
 */

/** What was found of an event. */
interface Found {
  /** g where it was looked at last. */
  before: number
  count: number
  /** Times, and states row by row; NaN where there is room left. */
  t: Tensor
  y: Tensor
}

/** What was found so far. */
export interface FoundEvents {
  each: Found[]
  /** How much of the next step has been looked through, from 0 to 1. */
  done: number
  /** Whether the solution has ended at an event, and its time and state. */
  ended: number
  t: number
  y: Tensor
}

/** A time and the state there. */
export interface Place {
  readonly t: number
  readonly y: Tensor
}

/** A step as far as events are concerned: what lies at s from 0 to 1, and g there. */
export interface WatchedStep {
  readonly taken: unknown
  /** How many derivatives of times have to be exact, one of another. */
  readonly orders: number
  at(s: number): Place
  g(event: number, at: Place): number
}

/** A place in no step. */
const NEVER = 2

/** Nothing yet. */
export function noneFound(events: readonly ReadEvent[], firstValues: readonly number[], size: number, end: number): FoundEvents {
  const each = events.map(({ terminal }, k) => {
    if (terminal > 0) {
      return {
        before: stopGradient(firstValues[k] as number) as number,
        count: 0,
        t: filledWith(Number.NaN, [terminal]),
        y: filledWith(Number.NaN, [terminal, size]),
      }
    }
    throw new OptionError(
      `solveIvp: inside compile there is room for as many times of an event as its terminal lets come, but event ${k} is not terminal. ` +
        'terminal: true ends the solution at the first, and terminal: n at the n-th.',
    )
  })
  return { each, done: 0, ended: 0, t: end, y: filledWith(Number.NaN, [size]) }
}

/** What has been found after a step was tried, up to where in the step, and whether it is to be taken again. */
export function watched(events: readonly ReadEvent[], step: WatchedStep, found: FoundEvents): { found: FoundEvents; until: number; again: unknown } {
  if (events.length === 0) return { found, until: 1, again: 0 }
  const seen = LOOKED_AT.map(s => step.at(s))
  const looks = events.map((event, k) => looked(event, step, { values: seen.map(at => stopGradient(step.g(k, at)) as number), found, event: k }))
  const places = located(step, looks)
  const first = places.reduce((a, b) => minimum(a, b) as number)
  // The first of several at one place; the others are found in the next rounds.
  const chosen = places.map((place, k) =>
    places
      .slice(0, k)
      .reduce((mine, before) => logicalAnd(mine, greater(before, first)) as number, logicalAnd(less(place, NEVER), equal(place, first)) as unknown as number),
  )
  const chosenAt = (at: Place) => chosen.reduce((g, mine, k) => where(mine, step.g(k, at), g) as number, 0)
  const here = step.at(moved(first, s => chosenAt(step.at(s)), step.orders))
  let { ended, t, y } = found
  const each = found.each.map((old, k) => {
    const { values, end } = looks[k] as Looked
    const counts = chosen[k] as number
    const count = add(old.count, where(counts, 1, 0)) as number
    const last = logicalAnd(counts, greaterEqual(count, events[k]?.terminal as number))
    ended = where(last, 1, ended) as number
    t = where(last, here.t, t) as number
    y = where(last, here.y, y) as Tensor
    const room = old.t.size
    const slot = logicalAnd(equal(tensor(Array.from({ length: room }, (_, i) => i)), old.count), counts) as unknown as Tensor
    const until = where(counts, end, minimum(first, 1)) as number
    return {
      before: values.reduce((before, { s, g, looks }) => where(logicalAnd(looks as number, lessEqual(s, until)), g, before) as number, old.before),
      count,
      t: where(slot, here.t, old.t) as Tensor,
      y: where(reshape(slot, [room, 1]), reshape(here.y, [1, here.y.size]), old.y) as Tensor,
    }
  })
  const again = logicalAnd(less(first, NEVER), equal(ended, 0)) as unknown as number
  return {
    found: { each, done: where(again, first, where(step.taken as number, 0, found.done)) as number, ended, t, y },
    until: minimum(first, 1) as number,
    again,
  }
}

/** What was seen of an event at some places of a step: between `start` and `end` its sign changes, if `crossed`. */
interface Looked {
  readonly values: { s: number; g: number; looks: unknown }[]
  crossed: number
  start: number
  end: number
  before: number
}

function looked({ direction }: ReadEvent, { taken }: WatchedStep, given: { values: readonly number[]; found: FoundEvents; event: number }): Looked {
  const { each, done } = given.found
  let last = each[given.event]?.before as number
  const seen: Looked = { values: [], crossed: 0, start: 0, end: 1, before: last }
  for (const [i, s] of LOOKED_AT.entries()) {
    const g = given.values[i] as number
    const looks = logicalAnd(taken as number, greater(s, done))
    const crosses1 = logicalAnd(logicalAnd(looks, equal(seen.crossed, 0)), crosses(last, g, direction)) as unknown as number
    seen.start = where(crosses1, maximum(done, LOOKED_AT[i - 1] ?? 0), seen.start) as number
    seen.end = where(crosses1, s, seen.end) as number
    seen.before = where(crosses1, last, seen.before) as number
    seen.crossed = where(crosses1, 1, seen.crossed) as number
    seen.values.push({ s, g, looks })
    last = where(looks, g, last) as number
  }
  return seen
}

/** Where the signs change, by bisection, in numbers; at no place for an event that was not seen. */
function located(step: WatchedStep, looks: readonly Looked[]): number[] {
  const init = looks.map(({ start, end }) => ({ low: start, high: end }))
  const wide = (brackets: typeof init) =>
    brackets.map(({ low, high }, k) => logicalAnd(looks[k]?.crossed as number, greater(sub(high, low), Number.EPSILON))).reduce((a, b) => logicalOr(a, b))
  const halved = (brackets: typeof init) =>
    brackets.map(({ low, high }, k) => {
      const middle = mul(0.5, add(low, high)) as number
      const isBefore = greater(mul(stopGradient(step.g(k, step.at(middle))) as number, looks[k]?.before as number), 0)
      return { low: where(isBefore, middle, low) as number, high: where(isBefore, high, middle) as number }
    })
  return constantLoop(wide, halved, init).map(({ high }, k) => stopGradient(where(looks[k]?.crossed as number, high, NEVER)) as number)
}

/** Times and states of each event: NaN where there is room left. */
export function resultOf({ each }: FoundEvents, filled: (y: Tensor) => unknown): { t: number[]; y: unknown[] }[] {
  return each.map(({ t, y }) => {
    const size = y.size / t.size
    const places = Array.from({ length: t.size }, (_, i) => i)
    return { t: places.map(i => section(t, i, []) as unknown as number), y: places.map(i => filled(section(y, i * size, [size]) as Tensor)) }
  })
}

function crosses(a: number, b: number, direction: number): number {
  const up = logicalAnd(less(a, 0), greaterEqual(b, 0)) as unknown as number
  const down = logicalAnd(greater(a, 0), lessEqual(b, 0)) as unknown as number
  return direction > 0 ? up : direction < 0 ? down : (logicalOr(up, down) as unknown as number)
}

/** The place of an event as it moves with the solution, so that g stays what it is: s − (g(s) − g₀) / g′, once for each order. */
function moved(s: number, g: (s: number) => number, orders: number): number {
  const slope = stopGradient(derivative(g)(s)) as number
  // Where g only touches 0 its place has no derivative: it is as good as infinite.
  const inverse = where(equal(slope, 0), 1e300, div(1, slope)) as number
  const rest = stopGradient(g(s)) as number
  let moving = s
  for (let k = 0; k < orders; k++) moving = sub(moving, mul(sub(g(moving), rest), inverse))
  return moving
}

/** The number that an event's function gives in operators. */
export function scalarOf(g: unknown): number {
  if (typeof g === 'number' || (typeof g === 'object' && g !== null && shapeOf(g as never).length === 0)) return g as number
  throw new TreeError(`solveIvp: an event's function gives one number, but ${describe(g)} was returned.`)
}
