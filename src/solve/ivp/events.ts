import { value } from '../../core/dispatch.ts'
import { describe, OptionError, TreeError } from '../../core/errors.ts'
import { checkNames } from '../../core/options.ts'
import { isPlainObject } from '../../core/tree.ts'
import type { Step } from './method.ts'

/** What is looked for along a solution: where g(t, y, parameters) is 0. */
export interface IvpEventOptions<Y, P> {
  /** g: its changes of sign are the events. */
  // biome-ignore lint/suspicious/noExplicitAny: what operators give for scalars
  when: (t: number, y: Y, parameters: P) => any
  /** 1: only where g grows, −1: only where it falls, 0 (the default): both. */
  direction?: 1 | -1 | 0
  /** Whether the solution ends there; a number n ends it where the event is found for the n-th time. */
  terminal?: boolean | number
}

/** An event, or its function alone. */
export type IvpEvent<Y, P> = IvpEventOptions<Y, P> | IvpEventOptions<Y, P>['when']

// biome-ignore lint/suspicious/noExplicitAny: each function has trees of its own
export type ReadEvent = Omit<Required<IvpEventOptions<any, any>>, 'terminal'> & {
  /** At which time of many the solution ends; 0 for none. */
  readonly terminal: number
}

/** A place where an event was found. */
export interface Crossing {
  /** The place of the event in the list of events. */
  readonly event: number
  readonly t: number
  readonly terminal: boolean
  /** The number of the step. */
  readonly step: number
}

/** Events with all their options, checked. */
export function readEvents(name: string, given: unknown): ReadEvent[] {
  if (given === undefined) return []
  const list = Array.isArray(given) ? given : [given]
  return list.map((each: unknown, k) => {
    const event = typeof each === 'function' ? { when: each } : each
    if (!isPlainObject(event) || typeof event.when !== 'function') {
      throw new OptionError(
        `${name}: event ${k} is ${describe(each)}. Events are functions (t, y, parameters) => number, or {when, direction, terminal} with such a function.`,
      )
    }
    checkNames(`${name}: event ${k}`, event, ['when', 'direction', 'terminal'])
    const { when, direction = 0, terminal = false } = event as unknown as IvpEventOptions<unknown, unknown>
    if (![0, 1, -1].includes(direction)) throw new OptionError(`${name}: the direction of event ${k} is 1, −1 or 0, not ${describe(direction)}.`)
    if (typeof terminal !== 'boolean' && !(Number.isInteger(terminal) && terminal > 0)) {
      throw new OptionError(`${name}: terminal of event ${k} is true or false, or a whole number from 1, not ${describe(terminal)}.`)
    }
    return { when, direction, terminal: Number(terminal) }
  })
}

/** Places in a step, as fractions, at which the signs are looked at. */
export const LOOKED_AT = [0.25, 0.5, 0.75, 1]

/** Looks for events step by step. */
export class Watcher {
  readonly #events: readonly ReadEvent[]
  /** g of an event at a time and a state. */
  readonly #at: (event: ReadEvent, t: number, y: Float64Array) => number
  #before: number[]
  #steps = 0
  /** How often each event was found. */
  readonly #counts: number[]
  /** What was not seen, in words. */
  unseen: string | undefined

  constructor(events: readonly ReadEvent[], at: (event: ReadEvent, t: number, y: Float64Array) => number, t: number, y: Float64Array) {
    this.#events = events
    this.#at = at
    this.#before = this.#values(t, y)
    this.#counts = events.map(() => 0)
  }

  #values(t: number, y: Float64Array): number[] {
    const values = this.#events.map(event => this.#at(event, t, y))
    const k = values.findIndex(Number.isNaN)
    if (k >= 0) this.unseen ??= `Event ${k} is NaN at t = ${t}, where a change of its sign is not seen.`
    return values
  }

  /** The events in a step in the order of time, up to the first that is terminal. */
  crossings(step: Step): Crossing[] {
    const found: Omit<Crossing, 'terminal'>[] = []
    const number = this.#steps++
    let from = step.from
    for (const fraction of LOOKED_AT) {
      const to = fraction === 1 ? step.to : step.from + fraction * (step.to - step.from)
      const y = fraction === 1 ? step.end : step.at(to)
      const after = this.#values(to, y)
      this.#events.forEach((event, k) => {
        const [a, b] = [this.#before[k] as number, after[k] as number]
        if (!crosses(a, b, event.direction)) return
        const t = b === 0 ? to : this.#locate(event, step, from, to, a)
        found.push({ event: k, t, step: number })
      })
      this.#before = after
      from = to
    }
    found.sort((a, b) => (step.to > step.from ? a.t - b.t : b.t - a.t))
    const counted = found.map(each => {
      this.#counts[each.event] = (this.#counts[each.event] as number) + 1
      return { ...each, terminal: this.#counts[each.event] === this.#events[each.event]?.terminal }
    })
    const end = counted.findIndex(each => each.terminal)
    return end < 0 ? counted : counted.slice(0, end + 1)
  }

  /** Where g changes its sign, by bisection of the interpolant down to neighbouring numbers. */
  #locate(event: ReadEvent, step: Step, from: number, to: number, before: number): number {
    let [low, high] = [from, to]
    for (;;) {
      const middle = low + (high - low) / 2
      if (middle === low || middle === high) return high
      const g = this.#at(event, middle, step.at(middle))
      if (g === 0) return middle
      if (g > 0 === before > 0) low = middle
      else high = middle
    }
  }
}

/** Whether the sign changes from a to b; an event at the start of a step is one of the step before. */
function crosses(a: number, b: number, direction: number): boolean {
  return (a < 0 && b >= 0 && direction >= 0) || (a > 0 && b <= 0 && direction <= 0)
}

/** The number that an event's function gives. */
export function numberOf(name: string, g: unknown): number {
  const plain = value(g)
  if (typeof plain !== 'number') throw new TreeError(`${name}: an event's function gives one number, but ${describe(plain)} was returned.`)
  return plain
}
