import type { GraphMessage } from './format.ts'

/** A graph without nodes and constants that nothing uses, here and in the graphs of its nodes. */
export function pruned(graph: GraphMessage): GraphMessage {
  const needed = new Set(graph.output.map(each => each.name))
  const kept = keep(graph, needed)
  return { ...kept, initializer: graph.initializer.filter(({ name }) => needed.has(name as string)) }
}

/** The nodes that something needs, from the last to the first; what they need is noted. */
function keep(graph: GraphMessage, needed: Set<string>): GraphMessage {
  const node = graph.node.toReversed().flatMap(each => {
    if (!each.output.some(name => needed.has(name))) return []
    for (const name of each.input) needed.add(name)
    const attribute = each.attribute.map(own => {
      if (own.g === undefined) return own
      for (const { name } of own.g.output) needed.add(name)
      return { ...own, g: keep(own.g, needed) }
    })
    return [{ ...each, attribute }]
  })
  return { ...graph, node: node.reverse() }
}
