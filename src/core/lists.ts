import type { Arena, TracedTensor } from './traced.ts'
import type { Value } from './types.ts'

/*
 * A long list of numbers is not taken apart while a function is traced: what is used of it is made when it is used. The function sees
 * a list all the same; an operator that is given all of it takes one tensor.
 */

/** Lists of so many numbers are made as they are used; shorter ones are so many numbers from the start. */
export const LONG_LIST = 1024

/** What makes the values that a list holds, each time that it is asked for one. */
export interface ListSource {
  /** Of the transform that the values belong to. */
  readonly arena: Arena
  readonly length: number
  entry(position: number): Value
  /** All entries as a tensor. */
  whole(): TracedTensor
}

const sources = new WeakMap<readonly unknown[], ListSource>()

/** A list of values that are made when they are used. One that is changed is a list like others from then on. */
export function lazyList(source: ListSource): unknown[] {
  const { length } = source
  const entries = new Array<unknown>(length)
  const isEntry = (key: string | symbol): key is string => {
    if (typeof key === 'symbol' || !sources.has(list)) return false
    const position = Number(key)
    return position >= 0 && position < length && String(position) === key
  }
  const change = () => {
    if (sources.delete(list)) for (let i = 0; i < length; i++) entries[i] = source.entry(i)
  }
  const list: unknown[] = new Proxy(entries, {
    get: (_, key) => (isEntry(key) ? source.entry(Number(key)) : Reflect.get(entries, key)),
    has: (_, key) => isEntry(key) || Reflect.has(entries, key),
    getOwnPropertyDescriptor(_, key) {
      if (!isEntry(key)) return Reflect.getOwnPropertyDescriptor(entries, key)
      return { value: source.entry(Number(key)), writable: true, enumerable: true, configurable: true }
    },
    ownKeys: () => (sources.has(list) ? [...Array.from({ length }, (_, i) => String(i)), 'length'] : Reflect.ownKeys(entries)),
    set(_, key, value) {
      change()
      return Reflect.set(entries, key, value)
    },
    defineProperty(_, key, attributes) {
      change()
      return Reflect.defineProperty(entries, key, attributes)
    },
    deleteProperty(_, key) {
      change()
      return Reflect.deleteProperty(entries, key)
    },
  })
  sources.set(list, source)
  return list
}

/** What a list is made from whose entries are made as they are used. */
export function sourceOf(x: unknown): ListSource | undefined {
  return Array.isArray(x) ? sources.get(x) : undefined
}

/** Whether a value is a long list of plain numbers. */
export function isLongList(x: unknown): x is readonly number[] {
  if (!Array.isArray(x) || x.length < LONG_LIST) return false
  for (let i = 0; i < x.length; i++) if (typeof x[i] !== 'number') return false
  return true
}
