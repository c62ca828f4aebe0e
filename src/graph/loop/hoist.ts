import { Graph, type GraphNode } from '../graph.ts'
import { loop } from './loop.ts'
import type { LoopParams } from './parts.ts'

/** Kinds of operators that give a result for any operands: to compute one before a loop that has no rounds does no harm. */
const TOTAL = ['elementwise', 'linear', 'multilinear']

/**
 * The same graph in which steps of a loop's body that are the same in all rounds stand before the loop, from the innermost loops
 * outwards; what they give is a constant of the loop.
 */
export function hoistLoops(graph: Graph): Graph {
  if (!graph.nodes.some(node => node.definition === loop)) return graph
  const nodes: GraphNode[] = []
  const ids: number[] = []
  for (const node of graph.nodes) {
    const inputs = node.inputs.map(input => ids[input] as number)
    ids.push(nodes.push(node.definition === loop ? hoisted({ ...node, inputs }, nodes) : { ...node, inputs }) - 1)
  }
  const at = (id: number) => ids[id] as number
  return new Graph(
    nodes,
    graph.inputs.map(at),
    graph.outputs.map(at),
    graph.guards.map(guard => ({ ...guard, node: at(guard.node) })),
  )
}

/** A loop without the steps that are the same in all rounds, which are added to the nodes before it. */
function hoisted(node: GraphNode, before: GraphNode[]): GraphNode {
  const params = node.params as LoopParams
  const { carries, items, bounded } = params
  const body = hoistLoops(params.body)
  const condition = params.condition && hoistLoops(params.condition)
  const constants = body.inputs.slice(1 + carries + items)
  // For steps that are the same in all rounds, where they stand before the loop.
  const outside = new Map(constants.map((id, k) => [id, node.inputs[carries + items + k] as number]))
  const moved = new Set<number>()
  body.nodes.forEach((each, id) => {
    if (each.op === 'constant' || !TOTAL.includes(each.definition?.kind ?? '') || each.definition?.example !== undefined) return
    const isFixed = (input: number) => outside.has(input) || (body.nodes[input] as GraphNode).op === 'constant'
    if (!each.inputs.every(isFixed)) return
    const inputs = each.inputs.map(input => outside.get(input) ?? before.push(body.nodes[input] as GraphNode) - 1)
    outside.set(id, before.push({ ...each, inputs }) - 1)
    moved.add(id)
  })
  const stays = body.nodes.filter((_, id) => !moved.has(id))
  const needed = [...new Set([...stays.flatMap(each => each.inputs), ...body.outputs])].filter(id => moved.has(id))
  if (needed.length === 0) return { ...node, params: { ...params, body, condition } satisfies LoopParams }
  // What is needed of them becomes inputs, behind the others; the condition, which takes the same ones in order, needs none of them.
  const ids: number[] = []
  const nodes: GraphNode[] = []
  body.nodes.forEach((each, id) => {
    const { shape, dtype, rank0 } = each
    if (!moved.has(id)) ids[id] = nodes.push({ ...each, inputs: each.inputs.map(input => ids[input] as number) }) - 1
    else if (needed.includes(id)) ids[id] = nodes.push({ op: 'input', inputs: [], shape, dtype, rank0 }) - 1
  })
  const at = (id: number) => ids[id] as number
  const inner = new Graph(nodes, [...body.inputs, ...needed].map(at), body.outputs.map(at))
  const operands = [...node.inputs]
  operands.splice(bounded ? -1 : operands.length, 0, ...needed.map(id => outside.get(id) as number))
  return {
    ...node,
    inputs: operands,
    params: {
      ...params,
      body: inner,
      condition,
    },
  }
}
