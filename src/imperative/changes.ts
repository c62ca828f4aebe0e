import { Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import type { Value } from '../core/types.ts'

/** A change in place: the operation, where the user asked for it, and when, counted from the first one. */
export interface Change {
  readonly at: number
  readonly op: string
  readonly place: string
}

/*
 * Version counters: one clock for all changes in place, and per buffer the last change. Views share a buffer and thus the
 * counter. What is recorded keeps the time, and is stale when a buffer that it saved has changed since.
 */
let changes = 0
const lastChange = new WeakMap<ArrayBufferLike, Change>()

/** How many changes in place there have been. */
export function clock(): number {
  return changes
}

/** Takes note of a change in place, of a tensor's buffer where one is given. */
export function noteChange(op: string, tensor?: Tensor): Change {
  const change = { at: ++changes, op, place: new Place().toString() }
  if (tensor !== undefined) lastChange.set(tensor.data.buffer, change)
  return change
}

/** The change that a tensor's buffer went through after the given time. */
export function changedSince(x: Value | undefined, time: number): Change | undefined {
  if (changes === time || !(x instanceof Tensor) || isTraced(x)) return undefined
  const change = lastChange.get(x.data.buffer)
  return change !== undefined && change.at > time ? change : undefined
}

/** The folder of this library, whose own lines no one wants to see; empty in a bundle that has no address. */
function home(): string {
  try {
    // Not by a URL, of which bundlers make the address of a file that they look for.
    return import.meta.url.replace(/^file:\/\/|[^/]*\/[^/]*$/g, '')
  } catch {
    return '\0'
  }
}

/** Where in the user's source something was asked for. The text is made when it is read, which costs most. */
export class Place {
  readonly #error: Error

  constructor() {
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 24
    this.#error = new Error()
    Error.stackTraceLimit = stackTraceLimit
  }

  toString(): string {
    const frames = (this.#error.stack ?? '').split('\n').filter(line => /:\d+:\d+/.test(line))
    const inside = home()
    const own = frames.find(line => !line.includes(inside) && !line.includes('node:internal')) ?? frames.at(-1)
    return own?.trim().replace(/^at /, '') ?? 'an unknown place'
  }
}
