import { type Graph, jvp, Tensor, vjp } from 'dualtape'

/** What one step of a program computes: a number, its change with the inputs, and the result's change with it. */
export interface Step {
  id: number
  op: string
  label: string
  inputs: readonly number[]
  /** How the number changes with each of its inputs. */
  partials: readonly number[]
  primal: number | undefined
  tangent: number | undefined
  adjoint: number | undefined
}

/** The operators by their names, or those of them that a graph may have. */
export type Operators = { readonly [name: string]: (...operands: number[]) => number }

/** A graph of scalars run step by step: forwards in one direction of the inputs, and backwards from one output. */
export function stepsOf(operators: Operators, graph: Graph, inputs: readonly number[], direction: readonly number[], names: readonly string[]): Step[] {
  const steps: Step[] = graph.nodes.map((node, id) => ({
    id,
    op: node.op,
    label: node.op,
    inputs: node.inputs,
    partials: [],
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
    const step = steps[id]!
    if (node.definition?.differentiable !== true) continue
    const [, pullback] = vjp(operators[node.op]!, ...node.inputs.map(each => steps[each]!.primal!))
    const back = (cotangent: number) => {
      const cotangents = pullback(cotangent as never) as unknown as number | number[]
      return (Array.isArray(cotangents) ? cotangents : [cotangents]).map(each => Number(each ?? 0))
    }
    step.partials = back(1)
    if (step.adjoint === 0) continue
    for (const [i, part] of back(step.adjoint!).entries()) steps[node.inputs[i]!]!.adjoint! += part
  }
  return steps
}

const WRITTEN: { readonly [op: string]: (a: string, b: string) => string } = {
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} − ${b}`,
  mul: (a, b) => `${a} · ${b}`,
  div: (a, b) => `${a} / ${b}`,
  neg: a => `−${a}`,
  square: a => `${a}²`,
  pow: (a, b) => `${a} ^ ${b}`,
}

/** An operation as one writes it. */
export function written(op: string, operands: readonly string[]): string {
  return WRITTEN[op]?.(operands[0]!, operands[1]!) ?? `${op}(${operands.join(', ')})`
}
