import type { Arena, TracedTensor } from './traced.ts'
import type { Value } from './types.ts'

/** What makes the values of a list that is not taken apart, each time that it is asked for one. */
export interface ListSource {
  /** Of the transform that the values belong to. */
  readonly arena: Arena
  readonly length: number
  entry(position: number): Value
  /** All entries as a tensor. */
  whole(): TracedTensor
  /** Another list of it. */
  copy(): unknown[]
}

/** The sources of lists whose entries are made as they are used. */
export const sources = /* @__PURE__ */ new WeakMap<readonly unknown[], ListSource>()

export function sourceOf(x: unknown): ListSource | undefined {
  return Array.isArray(x) ? sources.get(x) : undefined
}

const ofTraced = Symbol('list of traced values')
/** Entries from which on it is worth a property. */
const LONG = 256

/**
 * A list of traced values in place of one of numbers. Where code reads lists of both kinds, V8 makes lists of objects of those of numbers, for
 * good: a user's list was one after f(x) and grad(f)(x), and twice to five times as slow to read. It does not where one kind has a property more.
 */
export function keptApart<T>(list: T[]): T[] {
  return list.length < LONG ? list : Object.defineProperty(list, ofTraced, { value: true })
}
