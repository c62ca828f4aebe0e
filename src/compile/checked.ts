import { describe, GraphError } from '../core/errors.ts'
import { Tensor } from '../core/tensor.ts'
import type { Graph, GraphNode } from '../graph/graph.ts'

/*
 * Code is written from numbers of the graph: each is looked at, also those of a graph that was put together by hand, so that no
 * text becomes code.
 */

/** A size or a position, as it may stand in code. */
export function whole(x: number): number {
  if (!Number.isSafeInteger(x)) throw new GraphError(`compile: a size or a position is ${describe(x)}, not an integer.`)
  return x
}

/** Several of them, with commas between. */
export function wholes(list: Iterable<number>): string {
  return Array.from(list, whole).join()
}

/** A text in code. Nor does it end a script of a page, which it may stand in. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(/[<\u2028\u2029]/g, each => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Refuses a graph that is made of anything but steps with shapes of integers, and constants that are numbers. */
export function checkGraph({ nodes, inputs, outputs, guards }: Graph): void {
  const place = (id: number) => {
    if (!Number.isInteger(id) || nodes[id] === undefined) throw new GraphError(`compile: there is no step ${describe(id)}.`)
  }
  for (const list of [inputs, outputs, guards.map(guard => guard.node)]) for (const id of list) place(id)
  for (const node of nodes) {
    for (const length of node.shape) whole(length)
    for (const id of node.inputs) place(id)
    if (node.dtype !== 'float64' && node.dtype !== 'bool') throw new GraphError(`compile: there is no dtype ${describe(node.dtype)}.`)
    if (node.op === 'constant' && !isConstant(node)) throw new GraphError(`compile: ${describe(node.value)} is no constant.`)
  }
}

function isConstant({ value }: GraphNode): boolean {
  return typeof value === 'number' || typeof value === 'boolean' || (value instanceof Tensor && value.data instanceof Float64Array)
}
