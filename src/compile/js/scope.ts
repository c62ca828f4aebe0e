import type { GraphNode } from '../../graph/graph.ts'
import type { Intervals } from '../places.ts'

/** What the code of a step refers to: the names of others, and where tensors and tables are. */
export interface Scope {
  readonly nodes: readonly GraphNode[]
  /** What is known of indices. */
  readonly intervals: Intervals
  /** Whether the code refers to nothing outside it. */
  readonly standalone: boolean
  /** What names begin with. */
  readonly prefix: string
  /** What stands before the names of tables. */
  readonly tables: string
  nameOf(id: number): string
  /** The value of a step. */
  read(id: number): string
  /** The entries of a tensor, to be read. */
  entriesOf(id: number): string
  /** The name of a step's entries, which those of a loop's body and of its condition do not share. */
  out(id: number): string
  /** A statement that makes the tensor which a loop fills. */
  target(id: number): string
}
