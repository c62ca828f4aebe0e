import type { Graph } from 'dualtape'
import * as dualtape from 'dualtape'
import { type Operators, type Step, stepsOf } from './figure/steps.ts'

export type { Step }

/** A graph of scalars run step by step, with any operator in it. */
export function walk(graph: Graph, inputs: readonly number[], direction: readonly number[], names: readonly string[]): Step[] {
  return stepsOf(dualtape as unknown as Operators, graph, inputs, direction, names)
}

/** Whether every step is a function of numbers that can be shown by itself. */
export function isScalarGraph(graph: Graph): boolean {
  return graph.nodes.every(node => node.shape.length === 0 && (node.definition === undefined || (node.params === undefined && node.op in dualtape)))
}

/** The order in which a slider shows the walk: forwards through the steps, then backwards. */
export function dot(steps: readonly Step[], at: number): string {
  const count = steps.length
  const number = (x: number | undefined) => (x === undefined ? '' : String(Number(x.toPrecision(4))))
  const nodes = steps.map(({ id, label, primal, tangent, adjoint, op }) => {
    const forward = at >= id
    const backward = at >= 2 * count - 1 - id
    const lines = [
      label,
      ...(forward ? [`value ${number(primal)}`, ...(op === 'constant' ? [] : [`tangent ${number(tangent)}`])] : []),
      ...(backward && op !== 'constant' ? [`adjoint ${number(adjoint)}`] : []),
    ]
    const current = at === id || at === 2 * count - 1 - id
    return `  n${id} [label=${JSON.stringify(lines.join('\n'))}${current ? ', penwidth=3' : ''}]`
  })
  const edges = steps.flatMap(({ id, inputs }) => inputs.map(each => `  n${each} -> n${id}`))
  return `digraph {\n  rankdir=LR\n  bgcolor=transparent\n  node [shape=box, style=rounded, fontname=Helvetica, fontsize=11]\n${nodes.join('\n')}\n${edges.join('\n')}\n}`
}
