import type { Graph, GraphNode } from '../graph/graph.ts'

/** The steps of a graph in the order of code: guards first, then output by output what each needs, so that values stay close to where they are used. */
export function orderOf({ nodes, outputs, guards, inputs }: Pick<Graph, 'nodes' | 'inputs' | 'outputs' | 'guards'>): number[] {
  const order: number[] = []
  const seen = new Uint8Array(nodes.length)
  for (const root of [...guards.map(guard => guard.node), ...outputs, ...inputs]) {
    const stack = [root]
    while (stack.length > 0) {
      const id = stack.at(-1) as number
      const waiting = seen[id] ? [] : (nodes[id] as GraphNode).inputs.filter(input => !seen[input])
      if (waiting.length > 0) {
        for (let i = waiting.length - 1; i >= 0; i--) stack.push(waiting[i] as number)
        continue
      }
      stack.pop()
      if (!seen[id]) order.push(id)
      seen[id] = 1
    }
  }
  return order
}
