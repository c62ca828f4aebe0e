import type { Definition } from '../core/definition.ts'
import type { Shape } from '../core/shape.ts'
import type { DType, Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { evaluateGraph } from './evaluation.ts'
import { dataOf, dotOf, textOf } from './print.ts'

/** A step of a graph: an input, a constant, or an operator applied to earlier steps. */
export interface GraphNode {
  readonly op: string
  /** Undefined for inputs and constants. */
  readonly definition?: Definition | undefined
  readonly inputs: readonly number[]
  readonly params?: unknown
  readonly shape: Shape
  readonly dtype: 'float64' | 'bool'
  /** Set for a Tensor of rank 0, which has the shape of a number. */
  readonly rank0?: true | undefined
  /** Of an input: the dtype of the program's value, where the step holds its numbers as doubles. */
  readonly narrow?: DType | undefined
  /** Of a constant. */
  readonly value?: number | boolean | Tensor | undefined
  /** Of an input. */
  readonly name?: string | undefined
}

/** Whether a step gives a number or boolean, not a Tensor. */
export function isScalarNode(node: Pick<GraphNode, 'shape' | 'rank0'> | undefined): boolean {
  return node?.shape.length === 0 && node.rank0 !== true
}

/** A comparison whose answer a trace took for granted: where it differs, the graph is not that of the function. */
export interface Guard {
  readonly node: number
  readonly expected: boolean
  /** The operator that asked, for messages. */
  readonly op: string
}

/**
 * A function as data: operators of the registry applied to inputs, constants and each other, each step after those that it
 * depends on.
 */
export class Graph {
  readonly nodes: readonly GraphNode[]
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
  readonly guards: readonly Guard[]

  constructor(nodes: readonly GraphNode[], inputs: readonly number[], outputs: readonly number[], guards: readonly Guard[] = []) {
    this.nodes = nodes
    this.inputs = inputs
    this.outputs = outputs
    this.guards = guards
  }

  /** Steps that compute something. */
  get operations(): number {
    return this.nodes.filter(node => node.definition !== undefined).length
  }

  /**
   * The outputs for given inputs, step by step. Throws a GraphError where a guard has another answer or there are more inputs or fewer,
   * and a ShapeError where one has another shape.
   */
  evaluate(inputs: readonly TensorLike[]): Value[] {
    return evaluateGraph(this, inputs)
  }

  /** One line for each step. */
  toString(): string {
    return textOf(this)
  }

  /** The graph in the language of Graphviz. */
  toDot(): string {
    return dotOf(this)
  }

  /** Plain data that `Graph.fromJSON` reads. */
  toJSON(): object {
    return dataOf(this)
  }
}

/** What steps of an operator are called: its name, which is marked where a user has given it. */
export function stepName({ name, ofUser }: Definition): string {
  return ofUser || name === 'input' || name === 'constant' ? `own:${name}` : name
}

/** The steps that some others depend on, in their order, with the places where they now stand. */
export function prune(graph: Graph, outputs: readonly number[], guards: readonly Guard[] = graph.guards): Graph {
  const needed = new Uint8Array(graph.nodes.length)
  for (const output of [...outputs, ...guards.map(guard => guard.node), ...graph.inputs]) needed[output] = 1
  for (let id = graph.nodes.length - 1; id >= 0; id--) if (needed[id]) for (const input of (graph.nodes[id] as GraphNode).inputs) needed[input] = 1
  if (needed.every(each => each === 1)) return new Graph(graph.nodes, graph.inputs, outputs, guards)
  const place = new Int32Array(graph.nodes.length)
  const nodes: GraphNode[] = []
  graph.nodes.forEach((node, id) => {
    if (!needed[id]) return
    place[id] = nodes.length
    nodes.push(node.inputs.length === 0 ? node : { ...node, inputs: node.inputs.map(input => place[input] as number) })
  })
  const at = (id: number) => place[id] as number
  return new Graph(
    nodes,
    graph.inputs.map(at),
    outputs.map(at),
    guards.map(guard => ({ ...guard, node: at(guard.node) })),
  )
}
