import { value } from '../../core/dispatch.ts'
import { OptionError } from '../../core/errors.ts'
import { Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import { derivative } from '../../forward/jvp.ts'
import { add, div, mul, sub } from '../../ops/arithmetic.ts'
import { astype } from '../../ops/dtypes.ts'
import { checkpoint } from '../../reverse/checkpoint.ts'
import type { Structure } from '../structure.ts'
import type { Crossing, ReadEvent } from './events.ts'
import type { Trajectory } from './integrate.ts'
import type { Step } from './method.ts'
import { type Course, explicitStep, type Replayed, replay, type State } from './replay.ts'
import { RATES, type Rates, type UserSystem } from './system.ts'

/** What a solution belongs to. */
export interface Problem {
  readonly f: Rates
  readonly span: readonly [number, number]
  readonly y0: unknown
  readonly parameters: unknown
  readonly events: readonly ReadEvent[]
  readonly structure: Structure
  readonly system: UserSystem
  readonly start: Float64Array
  /** The order of the derivatives that pass through it. */
  readonly order: number
  /** Times that were asked for; those of all steps if left out. */
  readonly asked: readonly number[] | undefined
}

/** States at times, and at events. */
export interface Solution<Y = unknown> {
  t: number[]
  y: Y[]
  events: { t: number[]; y: Y[] }[]
  at(t: number): Y
}

/** A solution in numbers. */
export function plainSolution({ structure, events, start, span, asked }: Problem, { steps, end, crossings }: Trajectory): Solution {
  const from = span[0]
  const at = (t: number): unknown => {
    checkReached(t, from, end)
    const step = steps[stepAt(steps, t)]
    return structure.tree(step === undefined || t === from ? start : t === step.to ? step.end : step.at(t))
  }
  const t = asked === undefined ? [from, ...steps.slice(0, -1).map(step => step.to), ...(steps.length > 0 ? [end] : [])] : reached(asked, from, end)
  const found = events.map((_, k) => crossings.filter(each => each.event === k).map(each => each.t))
  return { t, y: t.map(at), events: found.map(times => ({ t: times, y: times.map(at) })), at }
}

/** What is asked of a step: a time, which may be an event's. */
interface Request {
  readonly step: number
  readonly time: (replayed: Replayed) => number
}

/** The same within transforms: all steps are taken again. */
export function derivedSolution(problem: Problem, trajectory: Trajectory): Solution {
  const { structure, asked, events } = problem
  const { steps, crossings } = trajectory
  const course = courseOf(problem)
  const [start] = problem.span
  const [from, end] = [value(start), trajectory.end]
  const last = crossings.at(-1)?.terminal ? crossings.at(-1) : undefined
  const ofCrossing = (crossing: Crossing): Request => ({ step: crossing.step, time: replayed => crossingTime(problem, course, crossing, replayed) })
  // The state at the start is given, but a time that only happens to be that of the start lies within the first step.
  const stepOf = (t: number) => (t === start ? -1 : Math.max(stepAt(steps, value(t)), Math.min(0, steps.length - 1)))
  const ofTime = (t: number): Request => ({ step: stepOf(t), time: () => t })
  // A span without length may have ends that move.
  const still = steps.length === 0 && trajectory.status === 'converged'
  const all = still ? [problem.span[1]] : [from, ...steps.map(step => step.to)].map(t => course.time(t))
  const times = asked === undefined ? all : reached(asked, from, end)
  const requests = times.map(ofTime)
  if (asked === undefined && last !== undefined) requests[requests.length - 1] = ofCrossing(last)
  const y0 = structure.leaves(problem.y0, 'solveIvp: y0').map(inDoubles)
  const chain = new Chain(course, steps, y0, t => (still && t !== start ? explicitStep(course, start, sub(t, start), y0).end : y0))
  const results = chain.results([...requests, ...crossings.map(ofCrossing)])
  const ofEvent = (k: number) => results.slice(requests.length).filter((_, i) => crossings[i]?.event === k)
  return {
    t: requests.map((_, i) => (asked === undefined && last !== undefined && i === requests.length - 1 ? results[i]?.t : times[i]) as number),
    y: results.slice(0, requests.length).map(({ y }) => structure.filled(y)),
    events: events.map((_, k) => ({ t: ofEvent(k).map(({ t }) => t), y: ofEvent(k).map(({ y }) => structure.filled(y)) })),
    at(t) {
      checkReached(value(t), from, end)
      return structure.filled(chain.at(ofTime(t)))
    },
  }
}

function courseOf({ f, span, parameters, structure, system, order }: Problem): Course {
  const [from, to] = [value(span[0]), value(span[1])]
  const fixed = span[0] === from && span[1] === to
  return {
    system,
    structure,
    order,
    rates: (t, y) => structure.leaves(f(t, structure.filled(y), parameters), RATES),
    time: t => (fixed ? t : t === from ? span[0] : t === to ? span[1] : add(span[0], mul((t - from) / (to - from), sub(span[1], span[0])))),
  }
}

/** The steps in √n segments, of which reverse mode keeps the first states. */
class Chain {
  readonly #course: Course
  readonly #steps: readonly Step[]
  readonly #length: number
  /** The state before each segment. */
  readonly #states: State[]

  /** The state at a time that lies in no step. */
  readonly #outside: (t: number) => Value[]

  constructor(course: Course, steps: readonly Step[], start: Value[], outside: (t: number) => Value[]) {
    this.#course = course
    this.#outside = outside
    this.#steps = steps
    this.#length = Math.ceil(Math.sqrt(steps.length))
    this.#states = [[start]]
  }

  /** Times and states that are asked for. */
  results(requests: readonly Request[]): { t: number; y: Value[] }[] {
    const results = new Array<{ t: number; y: Value[] }>(requests.length)
    requests.forEach((request, i) => {
      if (request.step < 0) results[i] = this.#outsideOf(request)
    })
    for (let first = 0, segment = 0; first < this.#steps.length; first += this.#length, segment++) {
      const inside = requests.flatMap((request, i) => (request.step >= first && request.step < first + this.#length ? [i] : []))
      inside.sort((a, b) => (requests[a] as Request).step - (requests[b] as Request).step)
      const steps = this.#steps.slice(first, first + this.#length)
      const run = checkpoint((state: State): [State, { t: number; y: Value[] }[]] => {
        const found: { t: number; y: Value[] }[] = []
        let current = state
        steps.forEach((step, k) => {
          const replayed = replay(this.#course, step, current)
          for (const i of inside) {
            if (requests[i]?.step !== first + k) continue
            const t = (requests[i] as Request).time(replayed)
            found.push({ t, y: t === this.#course.time(step.to) ? [...(replayed.state[0] as Value[])] : replayed.at(t) })
          }
          current = replayed.state
        })
        return [current, found]
      })
      const [next, found] = run(this.#states[segment] as State)
      this.#states[segment + 1] = next
      for (const [k, each] of found.entries()) results[inside[k] as number] = each
    }
    return results
  }

  #outsideOf({ time }: Request): { t: number; y: Value[] } {
    const t = time({ state: this.#states[0] as State, at: this.#outside })
    return { t, y: this.#outside(t) }
  }

  /** The state at another time, from the segment that it lies in. */
  at(request: Request): Value[] {
    if (request.step < 0) return this.#outsideOf(request).y
    const segment = Math.floor(request.step / this.#length)
    const run = checkpoint((state: State): Value[] => {
      let replayed: Replayed | undefined
      for (const step of this.#steps.slice(segment * this.#length, request.step + 1)) replayed = replay(this.#course, step, replayed?.state ?? state)
      return (replayed as Replayed).at(request.time(replayed as Replayed))
    })
    return run(this.#states[segment] as State)
  }
}

/** The time of an event, which moves with the solution so that g stays what it is: t − (g(t, y(t)) − g₀) / ġ, once for each order. */
function crossingTime({ events, parameters, structure, order, system }: Problem, course: Course, { event, t, step }: Crossing, { at }: Replayed): number {
  const { when } = events[event] as ReadEvent
  const g = (time: number) => when(time, structure.filled(at(time)), parameters) as number
  const slope = system.plain.run(() => value(derivative(g)(t)))
  if (slope === 0) throw new OptionError(`solveIvp: event ${event} only touches 0 at t = ${t} (step ${step}), so that its time has no derivative.`)
  const rest = value(g(t))
  let time = course.time(t)
  for (let k = 0; k < order; k++) time = sub(time, div(sub(g(time), rest), slope))
  return time
}

/** States are doubles, whatever the first one is. */
function inDoubles(leaf: Value): Value {
  return leaf instanceof Tensor && leaf.dtype !== 'float64' ? astype(leaf, 'float64') : leaf
}

/** The number of the step that a time lies in; −1 before the first. */
function stepAt(steps: readonly Step[], t: number): number {
  const [first] = steps
  if (first === undefined || t === first.from) return -1
  const direction = Math.sign(first.to - first.from)
  let [low, high] = [0, steps.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (direction * (t - (steps[middle] as Step).to) <= 0) high = middle
    else low = middle + 1
  }
  return low
}

function reached(times: readonly number[], from: number, end: number): number[] {
  const direction = end >= from ? 1 : -1
  return times.filter(t => direction * (end - value(t)) >= 0)
}

function checkReached(t: number, from: number, end: number): void {
  if (t >= Math.min(from, end) && t <= Math.max(from, end)) return
  throw new OptionError(`solveIvp: at(${t}) lies outside of the solution, which goes from ${from} to ${end}.`)
}
