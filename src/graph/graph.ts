import type { Definition } from '../core/definition.ts'
import { formatShape, type Shape } from '../core/shape.ts'
import { formatNumber, Tensor } from '../core/tensor.ts'
import type { Value } from '../core/types.ts'

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

/** Of the format that `toJSON` writes. */
export const VERSION = 1

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

  /** The outputs for given inputs, step by step. */
  evaluate(inputs: readonly Value[]): Value[] {
    const values = new Array<Value>(this.nodes.length)
    this.inputs.forEach((node, i) => {
      values[node] = inputs[i] as Value
    })
    this.nodes.forEach((node, id) => {
      if (node.definition !== undefined) {
        values[id] = node.definition.evaluate(
          node.inputs.map(input => values[input] as Value),
          node.params,
        )
      } else if (node.op === 'constant') values[id] = node.value as Value
    })
    return this.outputs.map(output => values[output] as Value)
  }

  /** One line for each step. */
  toString(): string {
    return [
      ...this.nodes.map((node, id) => `%${id} = ${describeNode(node)}${formatType(node)}`),
      ...this.guards.map(({ node, expected }) => `guard %${node} is ${expected}`),
      `return ${this.outputs.map(output => `%${output}`).join(', ')}`,
    ].join('\n')
  }

  /** The graph in the language of Graphviz. */
  toDot(): string {
    const lines = this.nodes.map((node, id) => {
      const shape = node.op === 'input' ? 'box' : node.op === 'constant' ? 'plaintext' : 'ellipse'
      const peripheries = this.outputs.includes(id) ? ', peripheries=2' : ''
      return `  n${id} [label=${JSON.stringify(`${labelOf(node)}${formatType(node)}`)}, shape=${shape}${peripheries}]`
    })
    const edges = this.nodes.flatMap((node, id) =>
      node.inputs.map((input, k) => `  n${input} -> n${id}${node.inputs.length > 1 ? ` [taillabel="${k + 1}"]` : ''}`),
    )
    return `digraph {\n${[...lines, ...edges].join('\n')}\n}`
  }

  /** Plain data that `Graph.fromJSON` reads. */
  toJSON(): object {
    return {
      format: 'dualtape-graph',
      version: VERSION,
      inputs: this.inputs,
      outputs: this.outputs,
      guards: this.guards,
      nodes: this.nodes.map(({ op, inputs, params, shape, dtype, rank0, value, name }) => ({
        op,
        ...(inputs.length > 0 && { inputs }),
        ...(params !== undefined && { params: encode(params) }),
        shape,
        dtype,
        ...(rank0 && { rank0 }),
        ...(value !== undefined && { value: encode(value) }),
        ...(name !== undefined && { name }),
      })),
    }
  }
}

/** What steps of an operator are called: its name, which is marked where a user has given it. */
export function stepName({ name, ofUser }: Definition): string {
  return ofUser || name === 'input' || name === 'constant' ? `own:${name}` : name
}

/** Values and parameters as JSON: tensors, typed arrays and numbers that JSON has no word for are marked. */
function encode(x: unknown): unknown {
  if (x instanceof Graph) return x.toJSON()
  if (x instanceof Tensor) return { $tensor: Array.from(x.data, encode), shape: x.shape, dtype: x.dtype }
  if (x instanceof Int32Array) return { $ints: [...x] }
  if (typeof x === 'number' && (!Number.isFinite(x) || Object.is(x, -0))) return { $number: Object.is(x, -0) ? '-0' : String(x) }
  if (Array.isArray(x)) return x.map(encode)
  if (typeof x === 'object' && x !== null) return Object.fromEntries(Object.entries(x).map(([key, each]) => [key, encode(each)]))
  return x
}

function describeNode(node: GraphNode): string {
  if (node.op === 'input' || node.op === 'constant') return labelOf(node)
  const params = node.params === undefined ? '' : `, ${shorten(JSON.stringify(encode(node.params)))}`
  return `${node.op}(${node.inputs.map(input => `%${input}`).join(', ')}${params})`
}

function labelOf({ op, name, value }: GraphNode): string {
  if (op === 'input') return `input ${name ?? ''}`.trim()
  if (op !== 'constant') return op
  return value instanceof Tensor ? 'constant' : Object.is(value, -0) ? '-0' : typeof value === 'number' ? formatNumber(value) : String(value)
}

function formatType({ shape, dtype }: GraphNode): string {
  const type = shape.length === 0 ? '' : ` ${formatShape(shape)}`
  return dtype === 'bool' ? `${type} bool` : type
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
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
