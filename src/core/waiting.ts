import type { LinearMap } from './definition.ts'
import type { Shape } from './shape.ts'
import type { DType, Tensor } from './tensor.ts'
import type { Value } from './types.ts'

/** Operators of large tensors that are not computed until their entries are read, and then together: see `ops/kernels/chains.ts`. */
export interface Waiting {
  /** Whether an operator that runs now may wait. */
  open: boolean
  /** What a function gives whose operators may wait. */
  chained<R>(run: () => R): R
  /** The result of an operator by its text, which `evaluate` computes by itself; undefined where it does not wait. */
  later(text: string, shape: Shape, dtype: DType, operands: readonly Value[], evaluate: () => Tensor): Tensor | undefined
  isWaiting(x: unknown): boolean
  /** A tensor that waits with its entries; every other value as it is. */
  settled<V>(x: V): V
  /** Computes all that waits: before a buffer that it may be made of is changed in place. */
  settleAll(): void
  /** Says what partials are, or are made of where they are not computed yet: that is needed later, too. */
  keepFor(partials: readonly unknown[], primals: readonly Value[], out: Value): void
  /** A call whose tensors wait, recorded in nodes. */
  begin(nodes: readonly { readonly map?: LinearMap }[]): WaitingCall
}

/** A call of a function that is recorded. */
export interface WaitingCall {
  /** The result of an operator of plain operands. */
  apply(compute: () => Value, primals: readonly Value[]): Value
  /** Takes the buffers of values that nobody has seen, to be used again: nothing that was recorded can be used afterwards. */
  release(): void
}

/** What lets operators wait, once one has been used that loads it: the smallest programs do without. */
export const waits: { by?: Waiting } = {}

/** A value whose entries do not wait. */
export function settled<V>(x: V): V {
  return waits.by === undefined ? x : waits.by.settled(x)
}
