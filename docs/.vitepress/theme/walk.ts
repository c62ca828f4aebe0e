import * as dualtape from 'dualtape'
import { type Graph, jvp, Tensor, vjp } from 'dualtape'

/** What one step of a program computes: a number, its change with the inputs, and the result's change with it. */
export interface Step {
  id: number
  op: string
  label: string
  inputs: readonly number[]
  primal: number | undefined
  tangent: number | undefined
  adjoint: number | undefined
}

/** A graph of scalars run step by step: forwards in one direction of the inputs, and backwards from one output. */
export function walk(graph: Graph, inputs: readonly number[], direction: readonly number[], names: readonly string[]): Step[] {
  const operators = dualtape as unknown as Record<string, (...args: number[]) => number>
  const steps: Step[] = graph.nodes.map((node, id) => ({
    id,
    op: node.op,
    label: node.op,
    inputs: node.inputs,
    primal: undefined,
    tangent: undefined,
    adjoint: 0,
  }))
  for (const [i, id] of graph.inputs.entries()) Object.assign(steps[id]!, { primal: inputs[i], tangent: direction[i], label: names[i] })
  graph.nodes.forEach((node, id) => {
    const step = steps[id]!
    if (node.op === 'constant')
      Object.assign(step, { primal: Number(node.value), tangent: 0, label: String(node.value instanceof Tensor ? 'array' : node.value) })
    else if (node.definition?.differentiable === false)
      // A mask, or an integer: it does not change with what it is made of.
      Object.assign(step, { primal: Number(operators[node.op]!(...node.inputs.map(each => steps[each]!.primal!))), tangent: 0 })
    else if (node.definition !== undefined) {
      const [primal, tangent] = jvp(
        operators[node.op]!,
        node.inputs.map(each => steps[each]!.primal!),
        node.inputs.map(each => steps[each]!.tangent!),
      )
      Object.assign(step, { primal: Number(primal), tangent })
    }
  })
  steps[graph.outputs[0]!]!.adjoint = 1
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const node = graph.nodes[id]!
    const { adjoint } = steps[id]!
    if (node.definition?.differentiable !== true || adjoint === 0) continue
    const [, pullback] = vjp(operators[node.op]!, ...node.inputs.map(each => steps[each]!.primal!))
    const cotangents = pullback(adjoint as never) as unknown as number | number[]
    const parts = Array.isArray(cotangents) ? cotangents : [cotangents]
    node.inputs.forEach((each, i) => {
      steps[each]!.adjoint! += Number(parts[i] ?? 0)
    })
  }
  return steps
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
