import { type InputLeaf, inputLeaves, outputLeaves } from '../../compile/leaves.ts'
import { signatureOf } from '../../compile/signature.ts'
import { GraphError } from '../../core/errors.ts'
import type { DType } from '../../core/tensor.ts'
import type { ListUse } from '../../graph/lists.ts'
import type { ModelWriter, Ref } from './writer.ts'

/* The inputs and outputs of a model: the leaves of the trees of arguments and results. */

/** An input of the model. */
export type InputPart = InputLeaf

export function inputParts(args: readonly unknown[], lists: readonly (ListUse | undefined)[], given: readonly string[] | undefined): InputPart[] {
  return inputLeaves(signatureOf(args, 0, lists).parts, given, 'toOnnx')
}

/** What reads the values of a graph that was written. */
export interface Reading {
  readonly to: ModelWriter
  /** An output of the graph. */
  at(position: number): Ref
  /** Numbers as a flat tensor. */
  stacked(numbers: readonly Ref[]): Ref
  /** Whether the comparisons that the function asked have the answers that they had. */
  holds(): Ref
}

/** An output of the model. */
export interface OutputPart {
  readonly name: string
  readonly dtype?: DType
  readonly read: (values: Reading) => Ref
}

/** The outputs for a result's tree of positions among the graph's outputs. */
export function outputParts(result: unknown, root: string, isNumber: (position: number) => boolean, asks: boolean): OutputPart[] {
  const parts = outputLeaves(result, root, isNumber).flatMap(({ name, dtype, at, shape, built }): OutputPart[] => {
    const known = Object.entries(built?.of.known ?? {}).map(
      ([key, numbers]): OutputPart => ({ name: `${built?.name}.${key}`, dtype: 'int32', read: ({ to }) => to.integers(numbers) }),
    )
    const read: OutputPart['read'] = reading =>
      typeof at === 'number' ? reading.at(at) : reading.to.reshape(reading.stacked(at.map(reading.at)), shape ?? [at.length])
    return [...known, { name, ...(dtype !== undefined && { dtype }), read }]
  })
  if (parts.length === 0) throw new GraphError('toOnnx: the result of the function has no number or tensor, so the model would have no output.')
  if (asks) parts.push({ name: 'holds', dtype: 'bool', read: ({ holds }) => holds() })
  return parts
}
