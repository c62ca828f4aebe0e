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
