import { type Graph, type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { loop } from '../../graph/loop/loop.ts'
import { STEPS_IN_ONE } from './parts.ts'

/*
 * What V8 makes of numbers where they come into code and where they leave it.
 */

/** Outputs that are a number and 0 together: where `x + 0` stands in the result it costs nothing, as a value of its own as much as others. */
export function plusZeroOf({ nodes, outputs, guards }: Graph): Map<number, number> {
  const found = new Map<number, number>()
  const used = new Set([...nodes.flatMap(node => node.inputs), ...guards.map(guard => guard.node)])
  for (const output of outputs) {
    const { op, inputs, shape } = nodes[output] as GraphNode
    const [x, zero] = inputs as [number, number]
    if (op === 'add' && shape.length === 0 && !used.has(output) && Object.is(nodes[zero]?.value, 0) && isScalarNode(nodes[x])) found.set(output, x)
  }
  return found
}

/**
 * Numbers among the inputs that are read from a list of doubles, with their places in it. V8 keeps code for a loop that was running when it
 * was made, in which numbers are objects; a function whose code it takes back, because it was given integers before and doubles now, may
 * run that for ever. So a function with loops has nothing to learn of its arguments.
 */
export function doublesOf({ nodes, inputs }: Graph): Map<number, number> {
  const found = new Map<number, number>()
  if (inputs.length > STEPS_IN_ONE || !nodes.some(node => node.definition === loop)) return found
  for (const id of inputs) {
    const node = nodes[id] as GraphNode
    if (isScalarNode(node) && node.dtype === 'float64') found.set(id, found.size)
  }
  return found
}

/** Adds entries to `sum`, in four sums, which do not wait for each other. */
export function addedUp(data: string, size: number): string {
  const four = [0, 1, 2, 3].map(k => `s${k} += x[i${k === 0 ? '' : ` + ${k}`}]`).join('; ')
  return `{ const x = ${data}; let s0 = 0, s1 = 0, s2 = 0, s3 = 0, i = 0; for (; i < ${size - 3}; i += 4) { ${four} } for (; i < ${size}; i++) s0 += x[i]; sum += s0 + s1 + s2 + s3 }`
}
