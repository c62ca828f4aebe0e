import type { Description } from '../core/definition.ts'
import { broadcastShapes, broadcastStrides, gatherIndices, type Shape, sameShape, sizeOfShape } from '../core/shape.ts'
import { type Graph, type GraphNode, isScalarNode } from '../graph/graph.ts'
import { loop } from '../graph/loop/loop.ts'
import type { LoopParams } from '../graph/loop/parts.ts'
import { isOneProduct } from '../ops/kernels/gemm.ts'
import type { ElementwiseDefinition } from '../ops/kinds/elementwise.ts'
import type { LinearDefinition } from '../ops/kinds/linear.ts'
import type { MultilinearDefinition } from '../ops/kinds/multilinear.ts'
import type { Movement } from '../ops/movement.ts'
import type { ReduceParams } from '../ops/reduction.ts'
import { whole } from './checked.ts'

/** What entries are put together with, and what one begins with. */
export interface Combination {
  readonly combine: Exclude<Description['combines'], undefined>
  readonly start: number
}

const STARTS = { '+': 0, 'Math.max': Number.NEGATIVE_INFINITY, 'Math.min': Number.POSITIVE_INFINITY } as const

/** Loops over the entries of a shape. */
export interface Nest {
  readonly shape: Shape
  /** Steps that are computed for each entry, in order. */
  readonly steps: readonly number[]
  readonly sinks: readonly Sink[]
  /** The steps that need to be there before. */
  readonly operands: readonly number[]
}

/** A tensor, or a number, that loops make. */
export interface Sink {
  readonly id: number
  /** The value for each entry: that of a step, or of a tensor that is there. */
  readonly entry: number
  /** How entries are put together, and the shape of what they make, with the axes of the loops. Left out: each has its place. */
  readonly reduction?: (Combination & { readonly kept: Shape }) | undefined
}

/** Steps that may stand in one nest. */
const MOST_STEPS = 400

/**
 * Which steps of a graph are loops over tensors' entries: elementwise operators and reductions on one shape whose operands are there
 * before any of them is needed are one nest. What only a nest needs is not stored.
 */
export class Fusion {
  /** Steps that are computed where they are used. */
  readonly fused = new Set<number>()
  readonly #nodes: readonly GraphNode[]
  /** For steps of nests, the key of the nest that they belong to. */
  readonly #groups = new Map<number, string>()
  readonly #nests = new Map<string, Nest>()

  /** With `joins`, reductions stand in nests with other steps. */
  constructor(graph: Graph, joins: boolean) {
    this.#nodes = graph.nodes
    if (graph.nodes.every(isScalarNode)) return
    this.#findGroups(joins)
    this.#findFused(graph)
    this.#findNests()
  }

  /** The loops that compute a step, with others that they compute; undefined where it is none. */
  nest(id: number): Nest | undefined {
    const group = this.#groups.get(id)
    return group === undefined || this.fused.has(id) ? undefined : this.#nests.get(group)
  }

  /** Whether a step is computed in loops. */
  isInNest(id: number): boolean {
    return this.#groups.has(id)
  }

  /** The steps that need to be there before another, or before all that its loops compute. */
  operandsOf(id: number): readonly number[] {
    return this.nest(id)?.operands ?? (this.#nodes[id] as GraphNode).inputs
  }

  /** The shape that a step's loops go through; undefined where it is no such step. */
  #shapeOf(node: GraphNode): Shape | undefined {
    if (this.#reduction(node) !== undefined) return (this.#nodes[node.inputs[0] as number] as GraphNode).shape
    return this.#isElementwise(node) ? node.shape : undefined
  }

  #reduction({ definition, inputs, params, shape, rank0 }: GraphNode): Sink['reduction'] {
    const combine = definition?.combines
    if (combine === undefined || rank0 || (this.#nodes[inputs[0] as number] as GraphNode).shape.length === 0) return undefined
    return { combine, start: STARTS[combine], kept: (params as Partial<ReduceParams>).kept ?? shape }
  }

  #isElementwise(node: GraphNode): boolean {
    return node.shape.length > 0 && entryText(node) !== undefined && node.inputs.every(input => this.#nodes[input]?.rank0 !== true)
  }

  /**
   * A step's level is that of its operands, and one more where they are no entries of the same loops: steps of one shape and level
   * do not wait for each other.
   */
  #findGroups(joins: boolean): void {
    const levels: number[] = []
    const counts = new Map<string, number>()
    this.#nodes.forEach((node, id) => {
      const shape = this.#shapeOf(node)
      let level = node.inputs.length === 0 ? -1 : 0
      for (const input of node.inputs) {
        const operand = this.#nodes[input] as GraphNode
        const together = shape === undefined || (this.#isElementwise(operand) && sameShape(operand.shape, shape))
        level = Math.max(level, (levels[input] as number) + (together ? 0 : 1))
      }
      levels.push(level)
      if (shape === undefined) return
      const alone = !joins && this.#reduction(node) !== undefined
      const key = `${shape} at ${level}${alone ? ` for ${id}` : ''}`
      const count = counts.get(key) ?? 0
      counts.set(key, count + 1)
      this.#groups.set(id, `${key} part ${Math.floor(count / MOST_STEPS)}`)
    })
  }

  /** What is used in one nest alone is not stored, nor what costs less to compute again in each that uses it. */
  #findFused({ outputs, guards }: Graph): void {
    const nodes = this.#nodes
    const uses: number[][] = nodes.map(() => [])
    nodes.forEach((node, id) => {
      for (const input of node.inputs) uses[input]?.push(id)
    })
    const needed = new Set([...outputs, ...guards.map(guard => guard.node)])
    const where = new Map<number, ReadonlySet<string>>()
    for (let id = nodes.length - 1; id >= 0; id--) {
      const group = this.#groups.get(id)
      if (group === undefined) continue
      const node = nodes[id] as GraphNode
      const users = uses[id] as number[]
      const places = new Set(users.flatMap(user => [...(where.get(user) ?? [])]))
      const fits = this.#isElementwise(node) && users.every(user => sameShape(this.#shapeOf(nodes[user] as GraphNode) ?? [], node.shape))
      const fuses = fits && users.length > 0 && !needed.has(id) && (places.size === 1 || node.definition?.cheap === true)
      if (fuses) this.fused.add(id)
      where.set(id, fuses ? places : new Set([group]))
    }
  }

  #findNests(): void {
    const sinks = new Map<string, Sink[]>()
    for (const [id, group] of this.#groups) {
      if (this.fused.has(id)) continue
      const node = this.#nodes[id] as GraphNode
      const reduction = this.#reduction(node)
      const sink: Sink = { id, entry: reduction === undefined ? id : (node.inputs[0] as number), reduction }
      const list = sinks.get(group)
      if (list === undefined) sinks.set(group, [sink])
      else list.push(sink)
    }
    for (const [group, list] of sinks) {
      const made = new Set(list.filter(each => each.reduction === undefined).map(each => each.id))
      const steps = new Set<number>()
      const collect = (id: number) => {
        if (steps.has(id) || !(made.has(id) || this.fused.has(id))) return
        for (const input of (this.#nodes[id] as GraphNode).inputs) collect(input)
        steps.add(id)
      }
      for (const { entry } of list) collect(entry)
      const needed = new Set([...steps].flatMap(step => (this.#nodes[step] as GraphNode).inputs))
      for (const { entry } of list) needed.add(entry)
      const operands = [...needed].filter(each => !steps.has(each))
      this.#nests.set(group, { shape: (this.#nodes[(list[0] as Sink).entry] as GraphNode).shape, steps: [...steps], sinks: list, operands })
    }
  }
}

/**
 * How many axes of a reduction's loops are around the sum of one result: axes that are reduced behind all that are kept go into one number
 * first. All of them, where others are reduced as well. Terms are taken in the operator's own order. Strides are those of the result.
 */
export function axesAround(shape: Shape, strides: readonly number[]): number {
  const keptUpTo = shape.reduce((after, length, axis) => (length > 1 && strides[axis] !== 0 ? axis + 1 : after), 0)
  const inOrder = shape.every((length, axis) => axis >= keptUpTo || length === 1 || strides[axis] !== 0)
  return inOrder ? keptUpTo : shape.length
}

/** More products of matrices in one step than this are left to the operator itself. */
export const MOST_PRODUCTS = 64

/** A matrix product, m × k by k × n, and for each product of a batch which of the operands' matrices it takes. */
export interface ProductSizes {
  readonly m: number
  readonly k: number
  readonly n: number
  readonly pairs: readonly (readonly [number, number])[]
  /** The rows of one matrix, where those of a whole batch, which one matrix multiplies, are taken as m rows of one. */
  readonly each: number
}

export function productOf([a, b]: readonly [Shape, Shape]): ProductSizes {
  const batch = broadcastShapes('matmul', [a.slice(0, -2), b.slice(0, -2)])
  const [left, right] = [a, b].map(shape => gatherIndices(batch, broadcastStrides(shape.slice(0, -2), batch))) as [Int32Array, Int32Array]
  const each = a.length === 1 ? 1 : (a.at(-2) as number)
  const sizes = { k: a.at(-1) as number, n: b.length === 1 ? 1 : (b.at(-1) as number), each }
  if (isOneProduct(left, right)) return { ...sizes, m: each * left.length, pairs: [[0, right[0] as number]] }
  return { ...sizes, m: each, pairs: Array.from(left, (each, i) => [each, right[i] as number] as const) }
}

/** Whether an operator computes in float32 where it can: its operands are of that dtype. */
export function isSingle({ params }: GraphNode): boolean {
  return (params as { single?: boolean } | undefined)?.single === true
}

/** What an operator does to one entry; undefined where it is not elementwise. */
export function entryText(node: GraphNode): string | undefined {
  return node.op === 'broadcastTo' ? 'x' : (node.definition as Partial<ElementwiseDefinition> | undefined)?.text
}

/** What an operator that makes a number from numbers does; undefined for others. A number's sum is the number. */
export function numberText(node: GraphNode, nodes: readonly GraphNode[]): string | undefined {
  if (!isScalarNode(node) || !node.inputs.every(input => isScalarNode(nodes[input]))) return undefined
  return node.definition?.combines !== undefined ? 'x' : entryText(node)
}

/** How the operands of a concatenation follow each other: rows, and how many entries each operand has in a row. */
export function rowsOf({ params, shape, inputs }: GraphNode, nodes: readonly GraphNode[]): { rows: number; lengths: number[]; length: number } {
  const { axis } = params as { axis: number }
  const lengths = inputs.map(input => sizeOfShape((nodes[input] as GraphNode).shape.slice(axis)))
  return { rows: sizeOfShape(shape.slice(0, axis)), lengths, length: sizeOfShape(shape.slice(axis)) }
}

/** Of an operator that moves entries by a table: the table, and whether it says where each entry comes from or where each goes. */
export function movementOf({ definition, params }: GraphNode): { gathers: boolean; indices: Int32Array } | undefined {
  const { moves } = (definition ?? {}) as Partial<LinearDefinition>
  const { indices } = (params ?? {}) as Partial<Movement>
  return moves === undefined || indices === undefined ? undefined : { gathers: moves === 'gathers', indices }
}

/** Whether a step multiplies matrices. */
export function isProduct({ definition }: GraphNode): boolean {
  return (definition as Partial<MultilinearDefinition> | undefined)?.ofMatrices === true
}

/** Whether a step's result holds its operands' entries, or a part of them, one after the other from `startOf` on. */
export function isInOrder({ definition }: GraphNode): boolean {
  return (definition as Partial<LinearDefinition> | undefined)?.inOrder === true
}

/** The entry that a part of a tensor, or what is placed in one, begins with. */
export function startOf({ params }: GraphNode): number {
  const { start = 0, position = start } = (params ?? {}) as { start?: number; position?: number }
  return whole(position)
}

/** Whether nothing goes in or out but numbers, and all steps are on numbers and in loops of them. */
export function isOfScalars({ nodes }: Graph): boolean {
  return nodes.every(node => {
    if (node.definition !== loop) return isScalarNode(node) || ['constant', 'stackScalars', 'section', 'pick'].includes(node.op)
    const { body, condition } = node.params as LoopParams
    return isOfScalars(body) && (condition === undefined || isOfScalars(condition))
  })
}

/** Whether a graph is such steps without loops: in WebAssembly they call the engine's own functions, and have the bits of JavaScript. */
export function isStraight(graph: Graph): boolean {
  return isOfScalars(graph) && graph.nodes.every(node => node.definition !== loop)
}
