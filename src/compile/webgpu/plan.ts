import { GraphError } from '../../core/errors.ts'
import { sizeOfShape } from '../../core/shape.ts'
import type { Graph, GraphNode } from '../../graph/graph.ts'
import { type Fixed, Room } from './room.ts'
import { address, type Command, type Pass, placeOf } from './shader.ts'
import { type IndexCheck, Steps } from './steps.ts'

/** Numbers in the memory of a program. */
export interface Place {
  readonly at: number
  readonly size: number
}

/** What a device does for one call of a graph: passes of shaders over one memory, in which every number has its place. */
export interface DevicePlan {
  readonly passes: readonly Pass[]
  readonly commands: readonly Command[]
  /** Dispatches of a call. */
  readonly dispatches: number
  /** Numbers in the memory. */
  readonly size: number
  readonly fixed: readonly Fixed[]
  readonly tables: Int32Array
  /** Inputs, one after the other. */
  readonly inputs: readonly Place[]
  readonly outputs: readonly Place[]
  readonly guards: readonly Place[]
  readonly flags: Place
  readonly checks: readonly IndexCheck[]
}

/** Dispatches that one call records at the most: more take seconds to record. */
const MOST_DISPATCHES = 200_000

/** The plan of a graph. Throws a GraphError that names the step for what WebGPU has no form for. */
export function planOf(graph: Graph): DevicePlan {
  const room = new Room(graph)
  const { memory } = room
  const inputs = graph.inputs.map(id => {
    const size = sizeOfShape((graph.nodes[id] as GraphNode).shape)
    return { at: memory.reserve(size), size }
  })
  const passes: Pass[] = []
  const checks: IndexCheck[] = []
  const steps = new Steps(
    { room, passes, checks },
    graph,
    inputs.map(each => address(each.at)),
  )
  const outputOf = (id: number): Place => ({ at: placeOf(steps.address(id)), size: sizeOfShape((graph.nodes[id] as GraphNode).shape) })
  const outputs = graph.outputs.map(outputOf)
  const guards = graph.guards.map(guard => outputOf(guard.node))
  const dispatches = dispatchesIn(steps.commands)
  if (dispatches > MOST_DISPATCHES)
    throw new GraphError(
      `compile: the loops of this function are ${dispatches} passes on a device, and each call would record them all. Take more work into each round, or compile for WebAssembly.`,
    )
  return {
    passes,
    commands: steps.commands,
    dispatches,
    size: memory.size,
    fixed: room.fixed,
    tables: room.tables,
    inputs,
    outputs,
    guards,
    flags: { at: room.flags.at, size: room.flags.count },
    checks,
  }
}

function dispatchesIn(commands: readonly Command[]): number {
  return commands.reduce<number>((sum, each) => sum + (typeof each === 'number' ? 1 : each.times * dispatchesIn(each.commands)), 0)
}
