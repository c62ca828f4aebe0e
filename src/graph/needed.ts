import { Graph, type GraphNode, type Guard } from './graph.ts'
import type { Tracing } from './tracing.ts'

/** The graph of what has been traced, as far as outputs, guards and inputs need it. */
export function neededOf(tracing: Tracing, outputs: readonly number[], guards: readonly Guard[], inputs: readonly number[]): Graph {
  const needed = new Uint8Array(tracing.count)
  for (const id of [...outputs, ...guards.map(guard => guard.node), ...inputs]) needed[id] = 1
  const { codes, sources, partials } = tracing.arena
  for (let id = tracing.count - 1; id > 0; id--) {
    if (!needed[id]) continue
    if ((codes[id] as number) > 0) {
      // Operands that the operator does not have are step 0; it counts below.
      needed[sources[2 * id] as number] = 1
      needed[sources[2 * id + 1] as number] = 1
      needed[partials[2 * id] as number] = 1
    } else for (const input of tracing.operandsOf(id)) needed[input] = 1
  }
  needed[0] = 0
  const place = new Int32Array(tracing.count).fill(-1)
  const nodes: GraphNode[] = []
  const zero = (id: number) => {
    if (id !== 0 || place[0] !== -1) return
    place[0] = nodes.length
    nodes.push(tracing.node(0))
  }
  for (let id = 1; id < tracing.count; id++) {
    if (!needed[id]) continue
    if (place[0] === -1) tracing.operandsOf(id).forEach(zero)
    place[id] = nodes.length
    nodes.push(tracing.node(id, place))
  }
  outputs.forEach(zero)
  const at = (id: number) => place[id] as number
  return new Graph(
    nodes,
    inputs.map(at),
    outputs.map(at),
    guards.map(guard => ({ ...guard, node: at(guard.node) })),
  )
}
