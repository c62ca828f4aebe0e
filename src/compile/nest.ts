import { broadcastShapes, broadcastStrides, gatherIndices, type Shape, sameShape, sizeOfShape } from '../core/shape.ts'
import { type Graph, type GraphNode, isScalarNode } from '../graph/graph.ts'
import type { ElementwiseDefinition } from '../ops/kinds/elementwise.ts'
import type { ReduceParams } from '../ops/reduction.ts'

/** What entries are put together with, and what one begins with. */
export interface Combination {
  readonly combine: '+' | 'Math.max' | 'Math.min'
  readonly start: number
}

const REDUCTIONS: Readonly<Record<string, Combination>> = {
  sum: { combine: '+', start: 0 },
  sumTo: { combine: '+', start: 0 },
  max: { combine: 'Math.max', start: Number.NEGATIVE_INFINITY },
  min: { combine: 'Math.min', start: Number.POSITIVE_INFINITY },
}

/** Operators that cost less than to store and to read their result. */
const CHEAP = ['add', 'sub', 'mul', 'scale', 'neg', 'square', 'broadcastTo']

/** Loops over the entries of a shape. */
export interface Nest {
  readonly shape: Shape
  /** Steps that are computed for each entry, in order. */
  readonly steps: readonly number[]
  /** The value for each entry: that of a step, or of a tensor that is there. */
  readonly entry: number
  /** How entries are put together, and the shape of what they make, with the axes of the loops. Left out: each has its place. */
  readonly reduction?: Combination & { readonly kept: Shape }
}

/** Which steps of a graph are loops over tensors' entries, and which are computed in the loops of those that use them. */
export class Fusion {
  /** Steps that are computed where they are used. */
  readonly fused: ReadonlySet<number>
  readonly #nodes: readonly GraphNode[]

  constructor(graph: Graph) {
    this.#nodes = graph.nodes
    this.fused = this.#findFused(graph)
  }

  /** The loops that compute a step; undefined where it is none. */
  nest(id: number): Nest | undefined {
    const node = this.#nodes[id] as GraphNode
    const reduction = this.#reduction(node)
    if (reduction === undefined && !this.#isElementwise(node)) return undefined
    const entry = reduction === undefined ? id : (node.inputs[0] as number)
    const steps: number[] = []
    const collect = (at: number) => {
      if (steps.includes(at) || !(at === id || this.fused.has(at))) return
      for (const input of this.#nodes[at]?.inputs ?? []) collect(input)
      steps.push(at)
    }
    collect(entry)
    const { shape } = this.#nodes[entry] as GraphNode
    return reduction === undefined ? { shape, steps, entry } : { shape, steps, entry, reduction }
  }

  isNest(id: number): boolean {
    const node = this.#nodes[id] as GraphNode
    return this.#reduction(node) !== undefined || this.#isElementwise(node)
  }

  #reduction({ op, inputs, params, shape, rank0 }: GraphNode): Nest['reduction'] {
    const combination = REDUCTIONS[op]
    if (combination === undefined || rank0 || (this.#nodes[inputs[0] as number] as GraphNode).shape.length === 0) return undefined
    return { ...combination, kept: op === 'sumTo' ? shape : (params as ReduceParams).kept }
  }

  #isElementwise(node: GraphNode): boolean {
    return node.shape.length > 0 && entryText(node) !== undefined && node.inputs.every(input => this.#nodes[input]?.rank0 !== true)
  }

  /**
   * Steps that are computed where they are used: chains of elementwise operators, and reductions of them. One that several loops
   * use is computed in each, if it is a product or sum of what is there anyway: to store and to read it costs more.
   */
  #findFused({ nodes, outputs, guards }: Graph): Set<number> {
    if (nodes.every(isScalarNode)) return new Set()
    const uses: number[][] = nodes.map(() => [])
    nodes.forEach((node, id) => {
      for (const input of node.inputs) uses[input]?.push(id)
    })
    const needed = new Set([...outputs, ...guards.map(guard => guard.node)])
    const fused = new Set<number>()
    const repeated = new Set<number>()
    for (let id = nodes.length - 1; id >= 0; id--) {
      const node = nodes[id] as GraphNode
      if (needed.has(id) || !this.#isElementwise(node)) continue
      const users = [...new Set(uses[id])]
      const again = users.length > 1 || users.some(user => repeated.has(user))
      if (users.length === 0 || (again && !CHEAP.includes(node.op))) continue
      const fits = (user: GraphNode) => this.#reduction(user) !== undefined || (this.#isElementwise(user) && sameShape(user.shape, node.shape))
      if (!users.every(user => fits(nodes[user] as GraphNode))) continue
      fused.add(id)
      if (again) repeated.add(id)
    }
    return fused
  }
}

/** JavaScript's own matrix product takes so many times longer for a term than a loop for a step. */
const PRODUCT = 4

/** Entries that the loops of a graph go through in one run, each with its steps. */
export function workOf(graph: Graph): number {
  const fusion = new Fusion(graph)
  return graph.nodes.reduce((sum, node, id) => {
    if (fusion.fused.has(id)) return sum
    const nest = fusion.nest(id)
    if (nest !== undefined) return sum + sizeOfShape(nest.shape) * (nest.steps.length + 1)
    if (node.op !== 'matmul') return sum
    return sum + PRODUCT * sizeOfShape(node.shape) * ((graph.nodes[node.inputs[0] as number] as GraphNode).shape.at(-1) as number)
  }, 0)
}

/** More products of matrices in one step than this are left to the operator itself. */
export const MOST_PRODUCTS = 64

/** The sizes of a matrix product, m × k by k × n, and for each product of a batch which of the operands' matrices it takes. */
export function productOf([a, b]: readonly [Shape, Shape]): { m: number; k: number; n: number; pairs: (readonly [number, number])[] } {
  const batch = broadcastShapes('matmul', [a.slice(0, -2), b.slice(0, -2)])
  const [left, right] = [a, b].map(shape => gatherIndices(batch, broadcastStrides(shape.slice(0, -2), batch))) as [Int32Array, Int32Array]
  return {
    m: a.length === 1 ? 1 : (a.at(-2) as number),
    k: a.at(-1) as number,
    n: b.length === 1 ? 1 : (b.at(-1) as number),
    pairs: Array.from(left, (each, i) => [each, right[i] as number] as const),
  }
}

/** What an operator does to one entry; undefined where it is not elementwise. */
export function entryText(node: GraphNode): string | undefined {
  return node.op === 'broadcastTo' ? 'x' : (node.definition as Partial<ElementwiseDefinition> | undefined)?.text
}

/** What an operator that makes a number from numbers does; undefined for others. A number's sum is the number. */
export function numberText(node: GraphNode, nodes: readonly GraphNode[]): string | undefined {
  if (!isScalarNode(node) || !node.inputs.every(input => isScalarNode(nodes[input]))) return undefined
  return node.op in REDUCTIONS ? 'x' : entryText(node)
}

/** How the operands of a concatenation follow each other: rows, and how many entries each operand has in a row. */
export function rowsOf({ params, shape, inputs }: GraphNode, nodes: readonly GraphNode[]): { rows: number; lengths: number[]; length: number } {
  const { axis } = params as { axis: number }
  const lengths = inputs.map(input => sizeOfShape((nodes[input] as GraphNode).shape.slice(axis)))
  return { rows: sizeOfShape(shape.slice(0, axis)), lengths, length: sizeOfShape(shape.slice(axis)) }
}
