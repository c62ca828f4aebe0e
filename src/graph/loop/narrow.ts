import { sizeOfShape } from '../../core/shape.ts'
import { Graph, type GraphNode, prune } from '../graph.ts'
import { loop } from './loop.ts'
import { type LoopParams, layoutOf, only, type Region } from './parts.ts'

/**
 * The same graph with loops that keep what is read only: outputs and items that nothing uses are left out. From the last step to the
 * first, since a loop back that reads less leaves the loop there with less to keep.
 */
export function narrowLoops(graph: Graph): Graph {
  if (!graph.nodes.some(isLoop)) return graph
  const nodes = [...graph.nodes]
  const needed = new Set([...graph.outputs, ...graph.inputs, ...graph.guards.map(guard => guard.node)])
  const users = new Map<number, number[]>()
  for (let id = nodes.length - 1; id >= 0; id--) {
    if (!needed.has(id)) continue
    if (isLoop(nodes[id] as GraphNode) && !graph.outputs.includes(id)) nodes[id] = narrowed(nodes, id, users.get(id) ?? [])
    for (const input of (nodes[id] as GraphNode).inputs) {
      needed.add(input)
      const known = users.get(input)
      if (known === undefined) users.set(input, [id])
      else known.push(id)
    }
  }
  return prune(new Graph(nodes, graph.inputs, graph.outputs, graph.guards), graph.outputs)
}

function isLoop(node: GraphNode): boolean {
  return node.definition === loop
}

/** A loop with what its users read; their places in its result change with it. */
function narrowed(nodes: GraphNode[], id: number, users: readonly number[]): GraphNode {
  const node = nodes[id] as GraphNode
  const params = node.params as LoopParams
  const { body, condition, carries, items } = params
  if (!users.every(user => nodes[user]?.op === 'section')) return node
  const { regions } = layoutOf(params)
  const reads = users.map(user => {
    const { start } = (nodes[user] as GraphNode).params as { start: number }
    return { from: start, to: start + sizeOfShape((nodes[user] as GraphNode).shape) }
  })
  const isKept = regions.map(({ start, length }, k) => k < carries || reads.some(({ from, to }) => from < start + length && to > start))
  const kept = only(body.outputs, isKept)
  const inner = narrowLoops(prune(new Graph(body.nodes, body.inputs, kept), kept))
  const used = new Set([...inner.nodes.flatMap(each => each.inputs), ...inner.outputs])
  const isUsed = inner.inputs.map((input, i) => i < 1 + carries || i >= 1 + carries + items || used.has(input))
  const inputs = inner.inputs.filter((_, i) => isUsed[i])
  const narrow: LoopParams = {
    ...params,
    body: prune(new Graph(inner.nodes, inputs, inner.outputs), inner.outputs),
    condition:
      condition &&
      new Graph(
        condition.nodes,
        condition.inputs.filter((_, i) => isUsed[i]),
        condition.outputs,
      ),
    items: isUsed.slice(1 + carries, 1 + carries + items).filter(each => each).length,
  }
  const to = layoutOf(narrow)
  const before = only(regions, isKept)
  users.forEach((user, k) => {
    const { from } = reads[k] as { from: number }
    const region = before.findIndex(({ start, length }) => from >= start && from < start + length)
    // The number of rounds comes first, and what is empty is anywhere.
    const start = region < 0 ? 0 : from - (before[region] as Region).start + (to.regions[region] as Region).start
    const section = nodes[user] as GraphNode
    nodes[user] = { ...section, params: { ...(section.params as object), start } }
  })
  return { ...node, params: narrow, inputs: node.inputs.filter((_, i) => isUsed[1 + i] ?? true), shape: [to.size] }
}
