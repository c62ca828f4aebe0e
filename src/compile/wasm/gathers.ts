import { type Graph, type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { lowered } from '../lowered.ts'
import type { Fusion } from '../nest.ts'
import type { Intervals } from '../places.ts'
import { sizeOf } from './scope.ts'

/** Entries at places that are values, which one nest of loops reads once each: it takes them from where they are. */
export function gathersIn({ nodes, outputs, guards }: Graph, fusion: Fusion, order: readonly number[], intervals: Intervals): ReadonlySet<number> {
  const gathers = new Set<number>()
  const found = order.filter(id => !isScalarNode(nodes[id]) && fusion.nest(id) === undefined && lowered(nodes, id, fusion).kind === 'entriesAt')
  if (found.length === 0) return gathers
  const needed = new Set([...outputs, ...guards.map(guard => guard.node)])
  const readers = new Map<number, number[]>()
  for (const id of order) for (const operand of new Set(fusion.operandsOf(id))) readers.set(operand, [...(readers.get(operand) ?? []), id])
  for (const id of found) {
    const [of, places] = (nodes[id] as GraphNode).inputs as [number, number]
    const [reader, ...others] = readers.get(id) ?? []
    const nest = reader === undefined ? undefined : fusion.nest(reader)
    if (nest === undefined || others.length > 0 || needed.has(id) || !intervals.areThere(id)) continue
    const size = sizeOf(nodes[id] as GraphNode)
    const isOnce = size === nest.shape.reduce((product, each) => product * each, 1) && size === sizeOf(nodes[places] as GraphNode)
    if (isOnce && !isScalarNode(nodes[of]) && !isScalarNode(nodes[places])) gathers.add(id)
  }
  return gathers
}
