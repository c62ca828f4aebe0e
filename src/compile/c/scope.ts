import type { GraphNode } from '../../graph/graph.ts'
import { whole } from '../checked.ts'
import type { Intervals } from '../places.ts'
import type { Memory } from './memory.ts'
import type { Source, Text } from './source.ts'

/** What the code of a step refers to. */
export interface Scope {
  readonly source: Source
  readonly memory: Memory
  readonly nodes: readonly GraphNode[]
  /** What is known of indices. */
  readonly intervals: Intervals
  node(id: number): GraphNode
  sizeOf(id: number): number
  nameOf(id: number): string
  /** A number, as it may stand in an expression. */
  read(id: number): string
  text(id: number): Text
  /** Where the entries of a tensor begin. */
  pointer(id: number): string
  /** Room for a tensor. */
  make(id: number): string
  /** A variable for a number. */
  keep(id: number, text: string): string[]
  /** A step is to be read from here. */
  place(id: number, text: string): void
}

/** An entry that is a truth where it is one. */
export function entryText(dtype: GraphNode['dtype'], text: string): string {
  return dtype === 'bool' ? `(${text} != 0)` : text
}

/** Where entries from one on begin. */
export function offset(pointer: string, start: number): string {
  const [, name = pointer, from = '0'] = /^(\w+) \+ (\d+)$/.exec(pointer) ?? []
  const at = Number(from) + whole(start)
  return at === 0 ? name : `${name} + ${at}`
}

/** The entry at a position from where others begin. */
export function entryOf(pointer: string, position: number): string {
  const [, name, at] = /^(\w+)(?: \+ (\d+))?$/.exec(offset(pointer, position)) ?? []
  return name === undefined ? `(${pointer})[${whole(position)}]` : `${name}[${at ?? 0}]`
}
