import { GraphError } from '../core/errors.ts'
import { sizeOfShape } from '../core/shape.ts'
import type { Value } from '../core/types.ts'
import type { Graph, GraphNode, Guard } from './graph.ts'
import { labelOf } from './print.ts'

/** The steps in an order in which every guard is reached by what it depends on alone. */
export function guardsFirst(graph: Graph): Iterable<number> {
  return graph.guards.length === 0 ? graph.nodes.keys() : new Set([...beforeGuards(graph), ...graph.nodes.keys()])
}

function beforeGuards({ nodes, guards }: Graph): Set<number> {
  const order = new Set<number>()
  for (const { node } of guards) {
    const needed = new Set([node])
    for (const id of needed) for (const input of (nodes[id] as GraphNode).inputs) if (!order.has(input)) needed.add(input)
    for (const id of [...needed].sort((a, b) => a - b)) order.add(id)
  }
  return order
}

/** The values of all steps for given inputs, guards first. Throws a GraphError for a guard that has another answer. */
export function evaluateSteps(graph: Graph, inputs: readonly Value[]): Value[] {
  return evaluate(graph, inputs, guardsFirst(graph))
}

/** Throws a GraphError for a guard that has another answer for given inputs. */
export function requireGuards(graph: Graph, inputs: readonly Value[]): void {
  evaluate(graph, inputs, beforeGuards(graph))
}

function evaluate(graph: Graph, inputs: readonly Value[], order: Iterable<number>): Value[] {
  const { nodes, guards } = graph
  const guardsOf = new Map(guards.map(guard => [guard.node, guard]))
  const values = new Array<Value>(nodes.length)
  graph.inputs.forEach((node, i) => {
    values[node] = inputs[i] as Value
  })
  for (const id of order) {
    const { op, definition, inputs: operands, params, value } = nodes[id] as GraphNode
    if (definition !== undefined) {
      values[id] = definition.evaluate(
        operands.map(input => values[input] as Value),
        params,
      )
    } else if (op === 'constant') values[id] = value as Value
    const guard = guardsOf.get(id)
    if (guard !== undefined && Boolean(values[id]) !== guard.expected) throw otherAnswer(nodes, guard)
  }
  return values
}

function otherAnswer(nodes: readonly GraphNode[], { node, expected }: Guard): GraphError {
  return new GraphError(
    `The comparison ${expressionOf(nodes, node)} is ${!expected} for these values, but the graph was made for values for which it is ${expected}, ` +
      'and may be another one where it is not. Make a graph for these values, too, or write the branch as where on a mask; a function that is compiled has a graph for each answer.',
  )
}

/** A step written with its operands, by name where they have one. */
function expressionOf(nodes: readonly GraphNode[], id: number, depth = 3): string {
  const node = nodes[id] as GraphNode
  const { op, definition, inputs, name, shape } = node
  if (definition === undefined) return op === 'input' ? (name ?? `%${id}`) : sizeOfShape(shape) === 1 ? labelOf(node) : `%${id}`
  return `${op}(${depth === 0 ? '…' : inputs.map(input => expressionOf(nodes, input, depth - 1)).join(', ')})`
}
