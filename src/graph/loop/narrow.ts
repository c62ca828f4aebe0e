import { sizeOfShape } from '../../core/shape.ts'
import { Graph, type GraphNode, prune } from '../graph.ts'
import { loop } from './loop.ts'
import { type LoopParams, layoutOf } from './parts.ts'

/**
 * The same graph with loops that keep what is read only: states of which the last is enough, outputs and items that nothing
 * uses are left out. From the last step to the first, since a loop back that reads less leaves the loop there with less to keep.
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
  const { body, condition, carries, items, count } = params
  if (!users.every(user => nodes[user]?.op === 'section')) return node
  const layout = layoutOf(params)
  const reads = users.map(user => {
    const { start } = (nodes[user] as GraphNode).params as { start: number }
    return { from: start, to: start + sizeOfShape((nodes[user] as GraphNode).shape) }
  })
  const isRead = (from: number, to: number) => reads.some(each => each.from < to && each.to > from)
  const states = layout.carries.map(({ start, size, all, last }) => all && (isRead(start, last) || isRead(last + size, start + (count + 1) * size)))
  const outputs = layout.outputs.map(({ start, size }) => isRead(start, start + count * size))
  const kept = [...body.outputs.slice(0, carries), ...body.outputs.slice(carries).filter((_, k) => outputs[k])]
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
    states,
  }
  const to = layoutOf(narrow)
  let output = 0
  const moves = [
    ...layout.carries.map(({ start, size, all, last }, k) => ({
      from: states[k] ? start : last,
      to: to.carries[k]?.start ?? 0,
      length: (all && states[k] ? count + 1 : 1) * size,
    })),
    ...layout.outputs.flatMap(({ start, size }, k) => (outputs[k] ? [{ from: start, to: to.outputs[output++]?.start ?? 0, length: count * size }] : [])),
    { from: layout.rounds, to: to.rounds, length: 1 },
  ]
  users.forEach((user, k) => {
    const { from } = reads[k] as { from: number }
    const move = moves.find(each => from >= each.from && from < each.from + each.length) as { from: number; to: number }
    const section = nodes[user] as GraphNode
    nodes[user] = { ...section, params: { ...(section.params as object), start: from - move.from + move.to } }
  })
  return { ...node, params: narrow, inputs: node.inputs.filter((_, i) => isUsed[1 + i] ?? true), shape: [to.size] }
}
