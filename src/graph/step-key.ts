import { Graph } from './graph.ts'

/** Parameters as text: graphs among them by who they are. */
export function keyOf(params: unknown): string {
  return JSON.stringify(params, function (this: Record<string, unknown>, key, each) {
    if (this[key] instanceof Graph) return numberOf(this[key])
    if (ArrayBuffer.isView(each)) return [...(each as Int32Array)]
    // JSON has no word for some numbers.
    return each === undefined || (typeof each === 'number' && (Object.is(each, -0) || each - each !== 0)) ? `_${Object.is(each, -0) ? '-0' : each}` : each
  })
}

const numbers = new WeakMap<Graph, number>()
let graphs = 0

function numberOf(graph: Graph): number {
  if (!numbers.has(graph)) numbers.set(graph, ++graphs)
  return numbers.get(graph) as number
}
