import type { Definition } from '../core/definition.ts'
import { DualtapeError } from '../core/errors.ts'
import { formatShape, type Shape } from '../core/shape.ts'
import { formatNumber, Tensor } from '../core/tensor.ts'
import type { Value } from '../core/types.ts'
import * as operators from '../ops/index.ts'
import { loop } from './loop.ts'

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
export function isScalarNode(node: GraphNode | undefined): boolean {
  return node?.shape.length === 0 && node.rank0 !== true
}

/** A comparison whose answer a trace took for granted: where it differs, the graph is not that of the function. */
export interface Guard {
  readonly node: number
  readonly expected: boolean
  /** The operator that asked, for messages. */
  readonly op: string
}

const VERSION = 1

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

  /** A graph from what `toJSON` gave. Throws a DualtapeError for anything else, and says where it is damaged. */
  static fromJSON(json: unknown): Graph {
    const fail = (why: string): never => {
      throw new DualtapeError(`Graph.fromJSON: ${why}.`)
    }
    const data = (typeof json === 'string' ? parse(json, fail) : json) as Record<string, unknown>
    if (data?.format !== 'dualtape-graph') fail('this is not a graph that toJSON wrote: format is missing')
    if (data.version !== VERSION) fail(`version ${data.version} of the format is not known; this library reads version ${VERSION}`)
    if (!Array.isArray(data.nodes)) fail('nodes is not a list')
    const known = libraryOperators()
    const count = (data.nodes as unknown[]).length
    const index = (x: unknown, below: number, what: string): number =>
      Number.isInteger(x) && (x as number) >= 0 && (x as number) < below
        ? (x as number)
        : fail(`${what} refers to ${JSON.stringify(x)}, which is no earlier step`)
    const list = (x: unknown, what: string): unknown[] => (Array.isArray(x) ? x : fail(`${what} is not a list`))
    const nodes = (data.nodes as Record<string, unknown>[]).map((node, id): GraphNode => {
      const what = `node ${id}`
      if (typeof node !== 'object' || node === null) return fail(`${what} is not an object`)
      const { op, dtype = 'float64' } = node as { op: string; dtype?: 'float64' | 'bool' }
      const shape = list(node.shape, `shape of ${what}`) as number[]
      if (shape.some(each => !Number.isInteger(each) || each < 0)) fail(`${what} has the shape ${JSON.stringify(shape)}`)
      if (dtype !== 'float64' && dtype !== 'bool') fail(`${what} has the dtype ${JSON.stringify(dtype)}`)
      const inputs = list(node.inputs ?? [], `inputs of ${what}`).map(each => index(each, id, what))
      const type = { shape, dtype, ...(node.rank0 === true && { rank0: true as const }) }
      if (op === 'input') return { op, inputs, ...type, ...(typeof node.name === 'string' && { name: node.name }) }
      if (op === 'constant') return { op, inputs, ...type, value: decode(node.value, fail) as number }
      const definition = known.get(op)
      if (definition === undefined) return fail(`${what} has the operator ${JSON.stringify(op)}, which is not known`)
      return { op, definition, inputs, params: node.params === undefined ? undefined : decode(node.params, fail), ...type }
    })
    return new Graph(
      nodes,
      list(data.inputs, 'inputs').map(each => index(each, count, 'inputs')),
      list(data.outputs, 'outputs').map(each => index(each, count, 'outputs')),
      list(data.guards ?? [], 'guards').map(each => {
        const { node, expected, op } = each as Guard
        return { node: index(node, count, 'a guard'), expected: expected === true, op: String(op) }
      }),
    )
  }
}

let library: Map<string, Definition> | undefined

/** The operators that graphs of the library are made of, by name. */
function libraryOperators(): ReadonlyMap<string, Definition> {
  if (library !== undefined) return library
  library = new Map([[loop.name, loop]])
  for (const each of Object.values(operators)) {
    if (typeof each === 'function' && 'definition' in each && each.definition.kind !== 'composite') library.set(each.definition.name, each.definition)
  }
  return library
}

export function isOfLibrary(definition: Definition): boolean {
  return libraryOperators().get(definition.name) === definition
}

const stepNames = new WeakMap<Definition, string>()

/** What steps of an operator are called: its name, which is marked where it is that of another operator of the library. */
export function stepName(definition: Definition): string {
  let name = stepNames.get(definition)
  if (name === undefined) {
    const { name: own } = definition
    const taken = ['input', 'constant'].includes(own) || (libraryOperators().get(own) ?? definition) !== definition
    name = taken ? `own:${own}` : own
    stepNames.set(definition, name)
  }
  return name
}

function parse(text: string, fail: (why: string) => never): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return fail('the text is not JSON')
  }
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

function decode(x: unknown, fail: (why: string) => never): unknown {
  if (Array.isArray(x)) return x.map(each => decode(each, fail))
  if (typeof x !== 'object' || x === null) return x
  const record = x as Record<string, unknown>
  if ('nodes' in record) return Graph.fromJSON(record)
  if ('$number' in record) return Number(record.$number)
  if (Array.isArray(record.$ints)) return Int32Array.from(record.$ints as number[])
  if (Array.isArray(record.$tensor)) {
    const data = Float64Array.from((record.$tensor as unknown[]).map(each => Number(decode(each, fail))))
    const shape = record.shape as number[]
    if (!Array.isArray(shape) || shape.reduce((a, b) => a * b, 1) !== data.length) return fail('a constant has entries that do not fill its shape')
    return new Tensor(data, shape, record.dtype === 'bool' ? 'bool' : 'float64')
  }
  return Object.fromEntries(Object.entries(record).map(([key, each]) => [key, decode(each, fail)]))
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
