import type { Graph, GraphNode } from '../../graph/graph.ts'
import type { Value } from '../../wasm/lanes.ts'
import { I32, Module } from '../../wasm/module.ts'
import { isFused } from '../../wasm/pool.ts'
import { checkGraph } from '../checked.ts'
import type { Products } from '../strong.ts'
import { FUNCTIONS } from './functions.ts'
import { NAN_MADE } from './nest.ts'
import { Room } from './room.ts'
import { sizeOf } from './scope.ts'
import { type ForeignStep, Steps } from './steps.ts'
import { writeLoops } from './tensors.ts'

/** A WebAssembly module for a graph, and what it imports. */
export interface WasmProgram {
  /**
   * Exports `memory` and `run`. `run()` reads the inputs from the start of the memory, as doubles in their order (tensors entry by
   * entry), writes the outputs behind them, and gives 0; 1 when a guard has another answer, 2 when plain products made a NaN.
   */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Functions that the module imports from `js`, by the names that operators' definitions have for them. */
  readonly imports: readonly string[]
  /** Operators of the library that it imports from `js` as step0, step1, …, without operands. */
  readonly foreign: readonly ForeignStep[]
  /** Where each input and output begins, in doubles. */
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
}

/** Memory that a program may take, in bytes. */
const MOST_MEMORY = 2 ** 31

/**
 * WebAssembly for a graph: steps on numbers in locals, loops over tensors two entries at a time, matrix products, loops of the graph
 * as loops; other operators are called. Products of the rules are strong, or plain ones whose NaNs `run` reports. With
 * `fused` large matrix products need an engine with relaxed SIMD. What is not among `functions` is imported. Throws a RangeError
 * for graphs that need more memory than there is.
 */
export function generateWasm(graph: Graph, products: Products = 'strong', fused = isFused(), functions = FUNCTIONS): WasmProgram {
  checkGraph(graph)
  const module = new Module()
  module.fused = fused
  module.functions = functions
  const foreign: ForeignStep[] = []
  const sizeOfId = (id: number) => sizeOf(graph.nodes[id] as GraphNode)
  const room = (ids: readonly number[]) => ids.map(id => module.reserve(sizeOfId(id)))
  const inputs = room(graph.inputs)
  const outputs = room(graph.outputs)
  module.define('run', [], I32, body => {
    const program = new Room(body)
    const given = inputs.map(at => ({ at }))
    const steps = new Steps(program, graph, given, products === 'strong', foreign)
    steps.writeProgram(outputs)
    const unseen = products === 'plain' ? runsOf(graph.outputs.map((id, i) => ({ at: outputs[i] as number, size: steps.seen.has(id) ? 0 : sizeOfId(id) }))) : []
    for (const { at, size } of unseen) {
      const all = program.one.let(sumOf(program, at, size))
      program.one.instruction('!=', all, all).push()
      program.giveIf(NAN_MADE)
    }
    body.integer(0)
  })
  if (module.memory > MOST_MEMORY) throw new RangeError('compile: the tensors of this graph take more memory than WebAssembly has.')
  const doubles = (list: readonly number[]) => list.map(at => at / 8)
  const imports = module.importNames.filter(name => !/^step\d+$/.test(name))
  return { bytes: module.toArray(), imports, foreign, inputs: doubles(inputs), outputs: doubles(outputs) }
}

/** Pieces of memory, those that follow each other as one; empty ones are left out. */
function runsOf(pieces: readonly { readonly at: number; readonly size: number }[]): { at: number; size: number }[] {
  const runs: { at: number; size: number }[] = []
  for (const { at, size } of pieces) {
    const last = runs.at(-1)
    if (last !== undefined && last.at + 8 * last.size === at) last.size += size
    else if (size > 0) runs.push({ at, size })
  }
  return runs
}

/** Parts in which a long list is added up side by side: an addition need not wait for the one before it. */
const PARTS = 4

/** The sum of so many numbers, in any order. */
function sumOf(room: Room, start: number, size: number): Value {
  const each = Math.floor(size / PARTS)
  const sums = Array.from({ length: PARTS }, () => room.reserve(1))
  for (const at of sums) room.fill(at, 1, 0)
  const added = (at: number, from: number) => ({
    value: { at: from, strides: [1] },
    target: { at, strides: [0], combination: { combine: '+', start: 0 } as const },
  })
  writeLoops(
    room.body,
    [each],
    [],
    sums.map((at, k) => added(at, start + 8 * k * each)),
  )
  writeLoops(room.body, [size - PARTS * each], [], [added(sums[0] as number, start + 8 * PARTS * each)])
  return sums.map(at => room.load({ at })).reduce((total, at) => room.one.instruction('+', total, at))
}
