import { type ElementwiseDefinition, elementwiseByCode } from '../ops/kinds/elementwise.ts'
import type { Segment } from './segment.ts'

/** The operator of a row, with the operands that it knows: sources in order, and where they stand. */
export function describeRow(
  { codes, sources, partials, values }: Segment,
  row: number,
): { definition: ElementwiseDefinition | undefined; active: boolean[]; operands: number[]; sources: number[] } {
  const code = codes[row] as number
  const definition = elementwiseByCode[code >> 3]
  const pair = 2 * row
  const from = [sources[pair], sources[pair + 1]].filter(each => each !== 0) as number[]
  if (code === 0 || definition === undefined) return { definition: undefined, active: [], operands: [], sources: from }
  const active = Array.from({ length: definition.arity }, (_, i) => (code & (1 << i)) !== 0)
  const count = active.filter(each => !each).length
  const constants = count > 2 - from.length ? [partials[pair - 2], partials[pair - 1]] : [partials[pair + 1]]
  let next = 0
  let constant = 0
  const operands = active.map(each => (each ? (values[from[next++] as number] as number) : (constants[constant++] as number)))
  return { definition, active, operands, sources: from }
}
