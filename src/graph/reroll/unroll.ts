import { sizeOfShape } from '../../core/shape.ts'
import { pick } from '../../ops/pick.ts'
import type { Graph } from '../graph.ts'
import { exampleLike } from '../loop/parts.ts'
import { Tracing } from '../tracing.ts'
import { execute, type RolledParams, rolled } from './rolled.ts'

const known = new WeakMap<Graph, Graph>()

/** The graph with the steps of loops that were found one by one. */
export function unrolled(graph: Graph): Graph {
  if (!graph.nodes.some(node => node.definition === rolled)) return graph
  let steps = known.get(graph)
  if (steps === undefined) {
    steps = expanded(graph)
    known.set(graph, steps)
  }
  return steps
}

function expanded({ nodes, inputs, outputs, guards }: Graph): Graph {
  const tracing = new Tracing()
  try {
    const place: number[] = []
    const asked = guards.flatMap(guard => (nodes[guard.node]?.inputs.some(input => nodes[input]?.definition === rolled) ? [] : [guard]))
    /** Results of the loops, and where they stand. */
    let results: readonly number[] = []
    let loops = -1
    const questions: { node: number; expected: boolean; op: string }[] = []
    nodes.forEach((node, id) => {
      const operands = node.inputs.map(input => place[input] as number)
      const { position = 0, start = 0, shape = [] } = (node.params ?? {}) as { position?: number; start?: number; shape?: readonly number[] }
      if (node.op === 'input') place[id] = tracing.idOf(tracing.input(exampleLike(node), node.name))
      else if (node.definition === undefined) place[id] = tracing.idOf(node.value as number)
      else if (node.definition === rolled) {
        const { program, sources } = node.params as RolledParams
        loops = id
        results =
          execute<number>(program, {
            literal: value => tracing.idOf(value),
            source: (source, at) => sourceAt(tracing, sources[source] as RolledParams['sources'][number], operands, at),
            apply: (definition, each) => tracing.step(definition, ...(each as [number, number?, number?])),
            ask(value, { expected, op }) {
              questions.push({ node: value, expected, op })
              return true
            },
          }) ?? []
      } else if (node.inputs[0] !== loops || loops < 0) place[id] = tracing.add(node.definition, operands, node.params)
      else if (node.op === 'pick') place[id] = results[position] ?? 0
      else
        place[id] = tracing.idOf(
          tracing.assemble(
            results.slice(start, start + (shape[0] as number)).map(each => tracing.handle(each)),
            shape,
          ),
        )
    })
    const at = (id: number) => place[id] as number
    return tracing.graph(outputs.map(at), [...asked.map(guard => ({ ...guard, node: at(guard.node) })), ...questions], inputs.map(at))
  } finally {
    tracing.close()
  }
}

/** A number that loops read: of its own, or an entry of tensors one after the other. */
function sourceAt(tracing: Tracing, { operands: places, isTensor }: RolledParams['sources'][number], operands: readonly number[], position: number): number {
  if (!isTensor) return operands[places[position] as number] as number
  let at = position
  for (const each of places) {
    const tensor = operands[each] as number
    const size = sizeOfShape(tracing.shapeOf(tensor))
    if (at < size) return tracing.add(pick.definition, [tensor], { position: at })
    at -= size
  }
  return 0
}
