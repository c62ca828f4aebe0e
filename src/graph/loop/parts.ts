import { dispatch } from '../../core/dispatch.ts'
import { narrowed } from '../../core/dtypes.ts'
import { type Shape, sizeOfShape } from '../../core/shape.ts'
import { type DType, Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import { astype } from '../../ops/dtypes.ts'
import { zerosOf } from '../../ops/kinds/linear.ts'
import { section } from '../../ops/sections.ts'
import { reshape } from '../../ops/shape.ts'
import { exampleFor } from '../examples.ts'
import { Graph, type GraphNode } from '../graph.ts'
import { Tracing } from '../tracing.ts'

/** Rounds of a loop whose condition alone says when it ends: the largest whole number that all targets count to. */
export const MOST_ROUNDS: number = 2 ** 31 - 1

/**
 * A loop as one step of a graph. Its operands are the first state, part by part (the carries); tensors that hold an item for
 * each round along their first axis; what is the same in all rounds (the constants); and, if `bounded`, the number of rounds.
 */
export interface LoopParams {
  /** One round: [round, ...carries, ...items, ...constants] to [...next carries, ...outputs]. */
  readonly body: Graph
  /** Whether there is a next round, from the same inputs. */
  readonly condition?: Graph | undefined
  /** Rounds, or the most there can be. */
  readonly count: number
  readonly carries: number
  readonly items: number
  /** Whether rounds run from the last to the first. */
  readonly reverse: boolean
  /** Whether the last operand says how many of the rounds there are. */
  readonly bounded: boolean
}

/** A value that a loop gives: where its entries are in the result, its shape and size in one round, and its kind. */
export interface Region {
  readonly start: number
  readonly length: number
  readonly shape: Shape
  readonly size: number
  readonly node: GraphNode
}

/** How the parts of a loop's result follow each other: the number of rounds where there is a condition, the last state, the outputs of all rounds. */
export interface Layout {
  readonly rounds: number
  readonly carries: readonly Region[]
  readonly outputs: readonly Region[]
  /** Both, in the order of the body's outputs. */
  readonly regions: readonly Region[]
  readonly size: number
}

export function layoutOf({ body, count, carries, condition }: LoopParams): Layout {
  let at = condition === undefined ? 0 : 1
  const regions = body.outputs.map((id, k): Region => {
    const node = body.nodes[id] as GraphNode
    const size = sizeOfShape(node.shape)
    const start = at
    const length = size * (k < carries ? 1 : count)
    at += length
    return { start, length, shape: node.shape, size, node }
  })
  return { rounds: 0, carries: regions.slice(0, carries), outputs: regions.slice(carries), regions, size: at }
}

/** For each part of the state, which output of a round it is, as it was before the round; −1 for none. */
export function statesAmong({ body, carries }: LoopParams): number[] {
  const outputs = body.outputs.slice(carries)
  return body.inputs.slice(1, 1 + carries).map(id => outputs.lastIndexOf(id))
}

/** The same loop, which gives those parts of its state, too, as they are before each round: all of them if left out. */
export function withStates(params: LoopParams, wanted?: readonly boolean[]): LoopParams {
  const { body, carries } = params
  const known = statesAmong(params)
  const missing = body.inputs.slice(1, 1 + carries).filter((_, k) => wanted?.[k] !== false && (known[k] as number) < 0)
  return missing.length === 0 ? params : { ...params, body: new Graph(body.nodes, body.inputs, [...body.outputs, ...missing]) }
}

/**
 * Part of a loop's result in the kind of value that a node of its body is; with `count` stacked, one for each round. Nodes hold
 * doubles: another dtype is that of the program.
 */
export function readRegion(result: Value, start: number, { shape, rank0 }: GraphNode, count?: number, dtype: DType = 'float64'): Value {
  const isRank0 = rank0 === true && count === undefined
  const numbers = section(result as Tensor, start, count === undefined ? (isRank0 ? [1] : shape) : [count, ...shape])
  const value = dtype === 'float64' ? numbers : astype(numbers as Tensor, dtype)
  return (isRank0 ? reshape(value as Tensor, []) : value) as Value
}

/** Which outputs of a graph depend on some of its inputs through steps that pass derivatives (or through any). */
export function dependence({ nodes, inputs, outputs }: Graph, from: readonly boolean[], any: boolean): boolean[] {
  const reached = new Uint8Array(nodes.length)
  inputs.forEach((id, i) => {
    if (from[i]) reached[id] = 1
  })
  nodes.forEach((node, id) => {
    if ((any || node.definition?.differentiable !== false) && node.inputs.some(input => reached[input])) reached[id] = 1
  })
  return outputs.map(id => reached[id] === 1)
}

/** The flags of a loop's body inputs, with carries that become flagged in some round; and those of its outputs. */
export function spread({ body, carries }: LoopParams, operands: readonly boolean[], any: boolean): { inputs: boolean[]; outputs: boolean[] } {
  const inputs = [false, ...operands.slice(0, body.inputs.length - 1)]
  for (;;) {
    const outputs = dependence(body, inputs, any)
    let grown = false
    for (let k = 0; k < carries; k++) {
      if (!outputs[k] || inputs[1 + k]) continue
      inputs[1 + k] = true
      grown = true
    }
    if (!grown) return { inputs, outputs }
  }
}

/** The steps of a graph applied to other values. */
export function replay(graph: Graph, inputs: readonly Value[]): Value[] {
  const values = new Array<Value>(graph.nodes.length)
  graph.inputs.forEach((id, i) => {
    values[id] = inputs[i] as Value
  })
  graph.nodes.forEach(({ definition, op, inputs: operands, params, value }, id) => {
    if (definition !== undefined)
      values[id] = dispatch(
        definition,
        operands.map(each => values[each] as Value),
        params,
      )
    else if (op === 'constant') values[id] = value as Value
  })
  return graph.outputs.map(id => values[id] as Value)
}

/** A graph that is traced from named groups of inputs, which are as many as the nodes that they are like. */
export function traceGraph(groups: readonly (readonly GraphNode[])[], program: (tracing: Tracing, ...groups: Value[][]) => readonly Value[]): Graph {
  const tracing = new Tracing()
  try {
    const handles = groups.map(group => group.map(node => tracing.input(narrowed(exampleLike(node), node.narrow ?? 'float64'))))
    const outputs = program(tracing, ...handles).map(each => tracing.idOf(each))
    return tracing.graph(outputs)
  } finally {
    tracing.close()
  }
}

/** A value of a node's kind that operators can be tried on. */
export function exampleLike({ shape, dtype, rank0 }: GraphNode): Value {
  if (shape.length === 0 && rank0 !== true) return dtype === 'bool' ? true : 0.618
  const { data } = shape.length === 0 ? new Tensor(Float64Array.of(0.618), []) : (exampleFor(shape) as Tensor)
  return dtype === 'bool' ? new Tensor(data.fill(1), shape, 'bool') : new Tensor(data, shape)
}

/** Zero in the kind of value that a node is. */
export function zeroFor({ shape, rank0 }: GraphNode): Value {
  return rank0 ? new Tensor(new Float64Array(1), []) : zerosOf(shape)
}

/** The number of a round, as an input. */
export const INDEX: GraphNode = { op: 'input', inputs: [], shape: [], dtype: 'float64' }

/** The nodes that a body's inputs are like, by their parts. */
export function inputNodes({ body, carries, items }: LoopParams): { carries: GraphNode[]; items: GraphNode[]; constants: GraphNode[] } {
  const nodes = body.inputs.map(id => body.nodes[id] as GraphNode)
  return { carries: nodes.slice(1, 1 + carries), items: nodes.slice(1 + carries, 1 + carries + items), constants: nodes.slice(1 + carries + items) }
}

/** Nodes for derivatives of values, which are rounded where they are used. */
export function doubles(nodes: readonly GraphNode[]): GraphNode[] {
  return nodes.map(node => (node.narrow === undefined ? node : { ...node, narrow: undefined }))
}

/** The entries of a list that are flagged. */
export const only = <T>(list: readonly T[], flags: readonly boolean[], from = 0): T[] => list.filter((_, k) => flags[from + k])
