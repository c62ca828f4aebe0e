import type { Definition } from '../../core/definition.ts'
import { widened } from '../../core/dtypes.ts'
import { sizeOfShape } from '../../core/shape.ts'
import { type DType, Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import type { Graph, GraphNode } from '../graph.ts'
import { Interpreter } from '../interpreter.ts'
import { batchLoop } from './batch.ts'
import { linearizeLoop } from './derivatives.ts'
import { type LoopParams, layoutOf } from './parts.ts'

export const loop: Definition = {
  name: 'loop',
  kind: 'custom',
  summary: 'Rounds of a graph: each takes the state that the one before has left.',
  formula: '(s_{i+1}, y_i) = f(i, s_i, x_i, c)',
  differentiable: true,
  samples: [],
  // Values of all dtypes lie side by side in the result; `readRegion` gives each its own again.
  gives: 'float64',
  evaluate: (operands, params) => runLoop(params as LoopParams, operands.map(widened)),
  // A step of a round may refuse what it is tried on.
  example: (_, params) => new Tensor(new Float64Array(layoutOf(params as LoopParams).size), [layoutOf(params as LoopParams).size]),
  linearize: (primals, out, params, active) => linearizeLoop(loop, params as LoopParams, primals, out, active),
  batch: (operands, batched, size, params) => batchLoop(loop, params as LoopParams, operands, batched, size),
}

/** Programs of bodies that are not running: an operator of a user's may run the same loop from inside. */
const idle = new WeakMap<Graph, Interpreter[]>()

function withProgram<R>(graph: Graph, use: (program: Interpreter) => R): R {
  const programs = idle.get(graph) ?? []
  idle.set(graph, programs)
  const program = programs.pop() ?? new Interpreter(graph)
  try {
    return use(program)
  } finally {
    programs.push(program)
  }
}

function runLoop(params: LoopParams, operands: readonly Value[]): Tensor {
  const { body, condition } = params
  return withProgram(body, program =>
    condition === undefined ? runRounds(params, operands, program) : withProgram(condition, test => runRounds(params, operands, program, test)),
  )
}

function runRounds(params: LoopParams, operands: readonly Value[], program: Interpreter, test?: Interpreter): Tensor {
  const { body, condition, count, carries, items, reverse, bounded } = params
  const layout = layoutOf(params)
  const data = new Float64Array(layout.size)
  const put = (value: Value, at: number) => {
    if (value instanceof Tensor) data.set(value.data, at)
    else data[at] = Number(value)
  }
  const constants = operands.slice(carries + items, bounded ? -1 : undefined)
  const all = [program, ...(test ? [test] : [])]
  for (const each of all) constants.forEach((value, k) => void each.set(1 + carries + items + k, value))
  const most = bounded ? Math.min(Math.max(Math.trunc(operands.at(-1) as number), 0), count) || 0 : count
  let state = operands.slice(0, carries)
  const prepare = (to: Interpreter, round: number) => {
    to.set(0, round)
    state.forEach((value, k) => void to.set(1 + k, value))
  }
  let rounds = 0
  for (; rounds < most; rounds++) {
    const round = reverse ? most - 1 - rounds : rounds
    if (test !== undefined) {
      prepare(test, round)
      test.run()
      if (!test.output(0)) break
    }
    prepare(program, round)
    for (let k = 0; k < items; k++)
      program.set(1 + carries + k, itemOf(operands[carries + k] as Tensor, round, body.nodes[body.inputs[1 + carries + k] as number] as GraphNode))
    program.run()
    state = state.map((_, k) => program.output(k))
    layout.outputs.forEach(({ start, size }, k) => void put(program.output(carries + k), start + round * size))
  }
  layout.carries.forEach(({ start }, k) => void put(state[k] as Value, start))
  if (condition !== undefined) data[layout.rounds] = rounds
  return new Tensor(data, [data.length])
}

export function itemOf({ data }: Tensor, round: number, { shape, dtype, rank0 }: Pick<GraphNode, 'shape' | 'rank0'> & { dtype: DType }): Value {
  const size = sizeOfShape(shape)
  if (shape.length === 0 && rank0 !== true) return data[round] as number
  return new Tensor(data.subarray(round * size, (round + 1) * size), shape, dtype)
}
