import { GraphError } from '../../core/errors.ts'
import { sizeOfShape } from '../../core/shape.ts'
import type { Graph, GraphNode } from '../../graph/graph.ts'
import { type LoopParams, layoutOf } from '../../graph/loop/parts.ts'
import type { Memory } from '../c/memory.ts'
import { copiesPass } from './movements.ts'
import { address, at, type Command, type Pass } from './shader.ts'
import type { Steps } from './steps.ts'

/** What is around a loop. */
export interface Around {
  readonly label: string
  /** Where its result begins. */
  readonly out: string
  /** Where its operands are. */
  readonly given: readonly string[]
  readonly memory: Memory
  emit(pass: Pass): number
  /** The steps of a round, whose inputs are at these addresses. */
  within(graph: Graph, addresses: readonly string[]): Steps
}

/**
 * A loop of a graph as passes that are recorded again for each round. The number of the round is in memory, and so are the states; where
 * entries of a round begin, shaders compute from it.
 */
export function roundCommands(params: LoopParams, { label, out, given, memory, emit, within }: Around): Command[] {
  const { body, condition, count, carries, items, reverse, bounded } = params
  if (condition !== undefined || bounded)
    throw new GraphError(
      `compile: ${label} has as many rounds as its numbers ask for, which a recorded sequence of passes cannot follow. Give the number of rounds as a constant, or compile for WebAssembly.`,
    )
  const layout = layoutOf(params)
  const reserved: [number, number][] = []
  const room = (size: number) => {
    const place = memory.reserve(size)
    reserved.push([place, size])
    return address(place)
  }
  const inputs = body.inputs.slice(1).map(id => body.nodes[id] as GraphNode)
  const sizeOf = (node: GraphNode) => sizeOfShape(node.shape)
  const counter = room(1)
  const round = `i32(m[${counter}])`
  const states = inputs.slice(0, carries).map(node => room(sizeOf(node)))
  const addresses = inputs.map((node, k) => {
    if (k < carries) return states[k] as string
    const place = given[k] as string
    return k < carries + items ? at(place, `${sizeOf(node)} * ${round}`) : place
  })
  const first = copiesPass(
    `${label}, first state`,
    states.map((to, k) => ({ to, from: given[k] as string, size: sizeOf(inputs[k] as GraphNode) })),
    [`m[${counter}] = ${reverse ? count : -1}.0f;`],
  )
  const next = copiesPass(`${label}, next round`, [], [`m[${counter}] = m[${counter}] ${reverse ? '-' : '+'} 1.0f;`])
  const steps = within(body, [counter, ...addresses])
  const results = layout.outputs.map(({ start, size }, k) => ({
    to: at(at(out, start), `${size} * ${round}`),
    from: steps.address(body.outputs[carries + k] as number),
    size,
  }))
  // The next state may be made of the one before: it is read as a whole before any of it is put in place.
  const apart: { to: string; from: string; size: number }[] = []
  const values = states.map((_, k) => {
    const id = body.outputs[k] as number
    const from = steps.address(id)
    if (!steps.mayReadInputs(id)) return from
    const size = sizeOf(inputs[k] as GraphNode)
    const to = room(size)
    apart.push({ to, from, size })
    return to
  })
  const moved = states.map((to, k) => ({ to, from: values[k] as string, size: sizeOf(inputs[k] as GraphNode) }))
  // A result that is a state is read entry by entry where the next one is put; another that reads states has to be there before.
  const reads = layout.outputs.some((_, k) => steps.mayReadInputs(body.outputs[carries + k] as number) && !states.includes(results[k]?.from ?? ''))
  const isApart = apart.length > 0 || reads
  const early = isApart ? [copiesPass(`${label}, results`, [...apart, ...results])] : []
  const late = copiesPass(`${label}, next state`, isApart ? moved : [...results, ...moved])
  const last = layout.carries.map(({ start, size }, k) => ({ to: at(out, start), from: states[k] as string, size }))
  const commands: Command[] = [emit(first), { times: count, commands: [emit(next), ...steps.commands, ...[...early, late].map(emit)] }]
  if (last.length > 0) commands.push(emit(copiesPass(`${label}, last state`, last)))
  steps.close()
  for (const [place, size] of reserved) memory.free(place, size)
  return commands
}
