import { Tensor } from '../core/tensor.ts'
import type { Value } from '../core/types.ts'
import { borrowed, copyOf } from '../graph/ownership.ts'
import { MISS, type Program, type Runs } from './backend.ts'
import { readerOf } from './result.ts'
import { readArguments } from './signature.ts'

/** What computes a graph's outputs from its inputs, one after the other. */
export interface Machine {
  set(input: number, value: Value): void
  /** False when a guard has another answer. */
  run(): boolean
  output(position: number): Value
  /** Whether it makes a new tensor for each output. */
  readonly fresh?: boolean
}

/** A function that carries the numbers of its arguments into a machine and results out of it, without generated code. */
export function carried(machine: Machine, { graph: { nodes, outputs }, result, signature: { parts } }: Program): Runs {
  const copies = machine.fresh ? [] : borrowed({ nodes, outputs })
  const read = readerOf(result, position => {
    const value = machine.output(position)
    return copies[position] && value instanceof Tensor ? copyOf(value) : value
  })
  let input = 0
  const take = (value: Value) => machine.set(input++, value)
  const compute = (args: unknown[]): boolean => {
    input = 0
    return readArguments(parts, args, take) && machine.run()
  }
  return {
    run: (...args) => (compute(args) ? read() : MISS),
    into: (out, ...args) => {
      if (!compute(args)) return MISS
      let at = 0
      outputs.forEach((_, position) => {
        const value = machine.output(position)
        if (value instanceof Tensor) out.set(value.data, at)
        else out[at] = Number(value)
        at += value instanceof Tensor ? value.size : 1
      })
      return undefined
    },
  }
}
