import { assembled, pickEntry } from '../core/dispatch.ts'
import { type ListSource, lazyList } from '../core/lists.ts'
import { Tensor } from '../core/tensor.ts'
import { type Arena, type Traced, TracedTensor } from '../core/traced.ts'
import { asTypedList } from '../core/tree.ts'
import type { Value } from '../core/types.ts'
import { add } from '../ops/arithmetic.ts'
import { scatterEntries } from '../ops/movement.ts'
import type { Sweep } from './sweep.ts'
import type { Tape } from './tape.ts'

/**
 * A list of a traced function on a tape. What is used of it first says what it is: a tensor, of which entries are picked, or numbers,
 * which tensors are put together from.
 */
export class LiftedList implements ListSource {
  readonly arena: Arena
  readonly length: number
  readonly list: unknown[]
  readonly #tape: Tape
  readonly #primal: ListSource
  readonly #entries = new Map<number, Traced | TracedTensor>()
  #tensor: TracedTensor | undefined

  constructor(tape: Tape, primal: ListSource, typed: boolean) {
    this.#tape = tape
    this.#primal = primal
    this.arena = tape.arena
    this.length = primal.length
    this.list = typed ? asTypedList(lazyList(this)) : lazyList(this)
  }

  entry(position: number): Value {
    if (this.#tensor !== undefined) return pickEntry(this.#tensor, position)
    const leaf = this.#entries.get(position) ?? this.#tape.leaf(this.#primal.entry(position))
    this.#entries.set(position, leaf)
    return leaf
  }

  whole(): TracedTensor {
    if (this.#entries.size > 0) return assembled([...this.list] as Value[], [this.length]) as TracedTensor
    this.#tensor ??= this.#tape.leaf(this.#primal.whole()) as TracedTensor
    return this.#tensor
  }

  /** The derivative by the list, as a list. */
  derivative(sweep: Sweep): unknown[] {
    const { length } = this
    // Sums of numbers begin with 0, to which −0 adds nothing.
    if (this.#tensor !== undefined)
      return listOf(add((sweep.get(this.#tape.reference(this.#tensor), 0) ?? new Tensor(new Float64Array(length), [length])) as Tensor, 0))
    const known = [...this.#entries].map(([position, leaf]): [number, Value] => [position, sweep.get(this.#tape.reference(leaf), 0) ?? 0])
    if (2 * known.length < length && known.length > 0) {
      const indices = Int32Array.from(known, ([position]) => position)
      return listOf(
        scatterEntries(
          assembled(
            known.map(([, each]) => each),
            [known.length],
          ),
          { shape: [length], indices },
        ) as Tensor,
      )
    }
    const all = new Array<unknown>(length).fill(0)
    for (const [position, each] of known) all[position] = each
    return all
  }
}

/** The entries of a tensor as a list. */
function listOf(tensor: Tensor): unknown[] {
  if (!(tensor instanceof TracedTensor)) return [...tensor.data]
  return lazyList({ arena: tensor.arena, length: tensor.size, entry: position => pickEntry(tensor, position), whole: () => tensor })
}
