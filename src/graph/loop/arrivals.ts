import { shapeOf } from '../../core/dispatch.ts'
import { sizeOfShape } from '../../core/shape.ts'
import type { Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import { add } from '../../ops/arithmetic.ts'
import { scatterAt } from '../../ops/places.ts'
import { pack } from '../../ops/sections.ts'
import type { Tracing } from '../tracing.ts'

/*
 * What arrives at a constant of a loop on the way back. A sum of whole tensors is carried from round to round. Entries at places, as
 * `take` in a round leaves them, are few of the constant's: each round gives them with their places, and they are put in place once,
 * behind the loop.
 */

/** Entries of all rounds that are kept to be put in place, at most. */
const MOST_PLACED = 2 ** 25

/** Entries that a round adds to a constant, and their places, in the order in which they are added. */
export interface Placed {
  readonly entries: Value
  readonly places: Value
}

/** What a round adds to `arrived` where that is entries at places alone, so few that they are better kept than added to a whole tensor. */
export function placedIn(tracing: Tracing, sum: Value, arrived: Value, rounds: number): Placed | undefined {
  const size = sizeOf(tracing, tracing.idOf(arrived))
  const most = Math.min(size / 2, MOST_PLACED / Math.max(rounds, 1))
  const terms: number[] = []
  let entries = 0
  let rests = 0
  const stack = [tracing.idOf(sum)]
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    const definition = tracing.definitionOf(id)
    if (definition === add.definition) stack.push(tracing.operandOf(id, 1), tracing.operandOf(id, 0))
    else if (definition === scatterAt.definition) {
      terms.push(id)
      entries += sizeOf(tracing, tracing.operandOf(id, 0))
      if (entries > most || terms.length > most) return undefined
    } else if (id !== tracing.idOf(arrived) || ++rests > 1) return undefined
  }
  if (terms.length === 0 || rests !== 1) return undefined
  const operands = (k: number) => {
    const values = terms.map(term => tracing.handle(tracing.operandOf(term, k)))
    return values.length === 1 ? (values[0] as Value) : (pack(values as number[]) as Value)
  }
  return { entries: operands(0), places: operands(1) }
}

/** Entries of all rounds, put in place in the order in which the rounds are run. */
export function putInPlace({ entries, places }: Placed, shape: readonly number[], reverse: boolean): Value {
  const [rounds = 0, ...row] = shapeOf(places)
  return scatterAt(entries as Tensor, places as Tensor, shape, { fromLast: reverse && rounds > 1 ? sizeOfShape(row) : 0 }) as Value
}

function sizeOf(tracing: Tracing, id: number): number {
  return tracing.shapeOf(id).reduce((product, each) => product * each, 1)
}
