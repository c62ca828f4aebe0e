import { sizeOfShape } from '../../core/shape.ts'
import { Tensor } from '../../core/tensor.ts'
import type { Graph, GraphNode } from '../../graph/graph.ts'
import { loop } from '../../graph/loop/loop.ts'
import type { LoopParams } from '../../graph/loop/parts.ts'
import { checkedClasses } from '../../ops/cross-entropy.ts'
import { checkedIndices } from '../../ops/places.ts'
import { Memory } from '../c/memory.ts'
import { address } from './shader.ts'

/*
 * The memory of a program is one buffer of float32, in which every tensor has its place: what is not needed any more is given out again.
 */

/** What is written into the memory once, when it is made. */
export interface Fixed {
  readonly at: number
  readonly data: Float32Array
}

/** The places of a program's numbers, and the tables of positions that its shaders read. */
export class Room {
  readonly memory = new Memory()
  readonly fixed: Fixed[] = []
  readonly #constants = new Map<Tensor, string>()
  readonly #tables = new Map<string, number>()
  readonly #lists: Int32Array[] = []
  #tableSize = 0

  /** Where the numbers are that say whether indices were out of range; and how many have been given out. */
  readonly flags: { readonly at: number; readonly count: number }
  #flagged = 0

  /** Constants, and what is set to 0 before each call, have places that nothing else is given. */
  constructor(graph: Graph) {
    this.#place(graph)
    const count = checksIn(graph)
    this.flags = { at: this.memory.reserve(count), count }
  }

  /** The place of one more number that is 0 before each call. */
  flag(): number {
    return this.flags.at + this.#flagged++
  }

  #place({ nodes }: Graph): void {
    for (const { value, definition, params } of nodes) {
      if (value instanceof Tensor && !this.#constants.has(value)) {
        const at = this.memory.reserve(sizeOfShape(value.shape))
        this.#constants.set(value, address(at))
        this.fixed.push({ at, data: Float32Array.from(value.data) })
      }
      if (definition !== loop) continue
      const { body, condition } = params as LoopParams
      for (const each of [body, condition]) if (each !== undefined) this.#place(each)
    }
  }

  constant(value: Tensor): string {
    return this.#constants.get(value) as string
  }

  /** Where a table of positions begins among the tables. */
  table(positions: Int32Array): number {
    const key = positions.length <= 64 ? positions.join() : `${positions.length} ${hashOf(positions)}`
    const known = this.#tables.get(key)
    if (known !== undefined && this.#lists.some((list, i) => this.#starts[i] === known && sameEntries(list, positions))) return known
    const at = this.#tableSize
    this.#tables.set(key, at)
    this.#lists.push(positions)
    this.#starts.push(at)
    this.#tableSize += positions.length
    return at
  }

  readonly #starts: number[] = []

  /** All tables, one after the other. */
  get tables(): Int32Array {
    const all = new Int32Array(this.#tableSize)
    this.#lists.forEach((list, i) => void all.set(list, this.#starts[i]))
    return all
  }
}

/** How many steps check indices. */
function checksIn({ nodes }: Graph): number {
  return nodes.reduce((sum, node) => sum + (node.definition === loop ? checksIn((node.params as LoopParams).body) : Number(isCheck(node))), 0)
}

/** Whether a step gives numbers as they are, or refuses them. */
export function isCheck({ definition }: GraphNode): boolean {
  return definition === checkedIndices.definition || definition === checkedClasses.definition
}

function hashOf(list: Int32Array): number {
  let hash = 0
  for (const each of list) hash = (Math.imul(hash, 31) + each) | 0
  return hash
}

function sameEntries(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((each, i) => each === b[i])
}
