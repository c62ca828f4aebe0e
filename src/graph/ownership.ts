import { Tensor } from '../core/tensor.ts'
import { type Graph, type GraphNode, isScalarNode } from './graph.ts'

/*
 * Whose buffer a tensor lives in. What a caller is given is the caller's: it must not change with the next call, nor change it.
 */

/** The steps in whose buffers the tensor of a step may live: its own, or those of operands that its operator may hand on. */
export function homesOf(nodes: readonly GraphNode[], id: number): ReadonlySet<number> {
  const homes = new Set<number>()
  const stack = [id]
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const node = nodes[at] as GraphNode
    if (isScalarNode(node) || homes.has(at)) continue
    homes.add(at)
    if (node.definition?.shares === true) stack.push(...node.inputs)
  }
  return homes
}

/** For each output whether its tensor may live where an input, a constant or an earlier output does. */
export function borrowed({ nodes, outputs }: Pick<Graph, 'nodes' | 'outputs'>): boolean[] {
  const taken = new Set<number>()
  return outputs.map(output => {
    const homes = [...homesOf(nodes, output)]
    const isBorrowed = homes.some(home => taken.has(home) || (nodes[home] as GraphNode).definition === undefined)
    for (const home of homes) taken.add(home)
    return isBorrowed
  })
}

export function copyOf(x: Tensor): Tensor {
  return new Tensor(x.data.slice(), x.shape, x.dtype)
}

/** Where tensors were that a graph has taken copies of. */
const origins = new WeakMap<Tensor, WeakRef<ArrayBufferLike>>()

/** A constant of a graph from a tensor outside it, which may be changed later. */
export function captured(x: Tensor): Tensor {
  if (origins.has(x)) return x
  const copy = copyOf(x)
  origins.set(copy, new WeakRef(x.data.buffer))
  return copy
}

/** The buffers of the tensors that a graph has taken copies of. */
export function originsOf({ nodes }: Graph): WeakRef<ArrayBufferLike>[] {
  return nodes.flatMap(({ value, params }) => {
    if (value instanceof Tensor) return origins.get(value) ?? []
    const { body, condition } = (params ?? {}) as { body?: Graph; condition?: Graph }
    return [body, condition].flatMap(inner => (inner === undefined ? [] : originsOf(inner)))
  })
}
