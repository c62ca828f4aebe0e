import { type Shape, sizeOfShape } from '../../core/shape.ts'
import type { GraphNode } from '../../graph/graph.ts'
import type { Value } from '../../wasm/lanes.ts'
import type { Intervals } from '../places.ts'
import type { Room } from './room.ts'
import type { Rows } from './rows.ts'
import type { Access } from './tensors.ts'
import type { Views } from './views.ts'

/** What the code of a step refers to. */
export interface Scope {
  readonly room: Room
  readonly nodes: readonly GraphNode[]
  /** What is known of indices. */
  readonly intervals: Intervals
  readonly views: Views
  /** Entries at places that loops take from where they are. */
  readonly gathers: ReadonlySet<number>
  /** Rows that loops take from where they are. */
  readonly rows: ReadonlyMap<number, Rows>
  node(id: number): GraphNode
  /** The number of a step. */
  read(id: number): Value
  addressOf(id: number): number
  /** Room for a tensor. */
  make(id: number): number
  /** Where loops over a shape put a tensor of that shape: room of its own, or its part of what it is joined with others in. */
  placeFor(id: number, shape: Shape): Access
  /** What loops that make a tensor write beside it: tensors that are there, and where their entries go. */
  besides(id: number): readonly { readonly of: number; readonly shape: Shape; readonly target: Access }[]
  /** Whether loops that make a tensor see if there are NaNs in it. */
  checks(id: number): boolean
  /** Whether a tensor is in its place in a join. */
  isInJoin(id: number, join: number): boolean
}

export function sizeOf({ shape }: GraphNode): number {
  return sizeOfShape(shape)
}
