import { assembled, pickEntry } from '../core/dispatch.ts'
import { type ListSource, sources } from '../core/lists.ts'
import { Tensor } from '../core/tensor.ts'
import { type Arena, type Traced, TracedTensor } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import { add } from '../ops/arithmetic.ts'
import { scatterEntries } from '../ops/movement.ts'
import type { Sweep } from '../reverse/sweep.ts'
import type { Tape } from '../reverse/tape.ts'
import type { LiftedList, TapedList } from '../reverse/taped-list.ts'

/*
 * A long list of numbers is not taken apart while a function is traced: what is used of it is made when it is used. The function sees
 * a list all the same; an operator that is given all of it takes one tensor.
 */

/** Lists of so many numbers are made as they are used; shorter ones are so many numbers from the start. */
export const LONG_LIST = 1024

/** Whether a value is a long list of plain numbers. */
export function isLongList(x: unknown): x is readonly number[] {
  return Array.isArray(x) && x.length >= LONG_LIST && isListOfNumbers(x)
}

/** Whether a list holds numbers only, and some; one with holes does not. */
export function isListOfNumbers(list: readonly unknown[]): list is readonly number[] {
  for (let i = 0; i < list.length; i++) if (typeof list[i] !== 'number') return false
  return list.length > 0
}

/** A list of values that are made when they are used. One that is changed is a list like others from then on. */
function lazyList(source: ListSource): unknown[] {
  const { length } = source
  const entries = new Array<unknown>(length)
  const isEntry = (key: string | symbol): key is string => {
    if (typeof key === 'symbol' || !sources.has(list)) return false
    const position = Number(key)
    return position >= 0 && position < length && String(position) === key
  }
  const change = () => {
    if (sources.delete(list)) for (let i = 0; i < length; i++) entries[i] = source.entry(i)
  }
  const list: unknown[] = new Proxy(entries, {
    get: (_, key) => (isEntry(key) ? source.entry(Number(key)) : Reflect.get(entries, key)),
    has: (_, key) => isEntry(key) || Reflect.has(entries, key),
    getOwnPropertyDescriptor(_, key) {
      if (!isEntry(key)) return Reflect.getOwnPropertyDescriptor(entries, key)
      return { value: source.entry(Number(key)), writable: true, enumerable: true, configurable: true }
    },
    ownKeys: () => (sources.has(list) ? [...Array.from({ length }, (_, i) => String(i)), 'length'] : Reflect.ownKeys(entries)),
    set(_, key, value) {
      change()
      return Reflect.set(entries, key, value)
    },
    defineProperty(_, key, attributes) {
      change()
      return Reflect.defineProperty(entries, key, attributes)
    },
    deleteProperty(_, key) {
      change()
      return Reflect.deleteProperty(entries, key)
    },
  })
  sources.set(list, source)
  return list
}

/** A long list of a traced function. */
abstract class LongList implements TapedList {
  abstract readonly arena: Arena
  abstract readonly length: number
  abstract entry(position: number): Value
  abstract whole(): TracedTensor
  #list: unknown[] | undefined

  get list(): unknown[] {
    this.#list ??= lazyList(this)
    return this.#list
  }

  copy(): unknown[] {
    return lazyList(this)
  }

  onTape(tape: Tape): LiftedList {
    return new ListOnTape(tape, this)
  }
}

/** What a function uses of a long list. */
export interface ListUse {
  /** Whether all of it is the first input, as a tensor. */
  readonly whole: boolean
  /** The positions of entries that are inputs, ascending. */
  readonly positions: readonly number[]
}

/** What makes the inputs of a trace. */
interface MakesInputs {
  readonly arena: Arena
  input(example: Value): Traced | TracedTensor
}

/** A list that is an argument: inputs are those of its entries that are used, and all of them as a tensor where that is used. */
export class ListInput extends LongList {
  readonly arena: Arena
  readonly length: number
  readonly #tracing: MakesInputs
  readonly #numbers: Float64Array
  readonly #entries = new Map<number, Value>()
  #whole: TracedTensor | undefined

  constructor(tracing: MakesInputs, numbers: Float64Array) {
    super()
    this.arena = tracing.arena
    this.length = numbers.length
    this.#tracing = tracing
    this.#numbers = numbers
  }

  entry(position: number): Value {
    const input = this.#entries.get(position) ?? this.#tracing.input(this.#numbers[position] as number)
    this.#entries.set(position, input)
    return input
  }

  whole(): TracedTensor {
    this.#whole ??= this.#tracing.input(new Tensor(this.#numbers, [this.length])) as TracedTensor
    return this.#whole
  }

  get use(): ListUse {
    return { whole: this.#whole !== undefined, positions: [...this.#entries.keys()].sort((a, b) => a - b) }
  }

  /** The inputs that it has become, in the order that `use` says. */
  get inputs(): Value[] {
    const entries = this.use.positions.map(position => this.#entries.get(position) as Value)
    return this.#whole === undefined ? entries : [this.#whole, ...entries]
  }
}

/**
 * A list on a tape. What is used of it first says what it is: a tensor, of which entries are picked, or numbers, which tensors are
 * put together from.
 */
class ListOnTape extends LongList implements LiftedList {
  readonly arena: Arena
  readonly length: number
  readonly #tape: Tape
  readonly #primal: ListSource
  readonly #entries = new Map<number, Traced | TracedTensor>()
  #tensor: TracedTensor | undefined

  constructor(tape: Tape, primal: ListSource) {
    super()
    this.#tape = tape
    this.#primal = primal
    this.arena = tape.arena
    this.length = primal.length
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

  derivative(sweep: Sweep): unknown[] {
    const { length } = this
    const adjointOf = (leaf: Traced | TracedTensor) => sweep.get(this.#tape.reference(leaf), 0)
    // Sums of numbers begin with 0, to which −0 adds nothing.
    if (this.#tensor !== undefined) return listOf(add((adjointOf(this.#tensor) ?? new Tensor(new Float64Array(length), [length])) as Tensor, 0))
    const known = [...this.#entries].map(([position, leaf]): [number, Value] => [position, adjointOf(leaf) ?? 0])
    if (known.length > 0 && 2 * known.length < length) {
      const indices = Int32Array.from(known, ([position]) => position)
      const entries = known.map(([, each]) => each)
      return listOf(scatterEntries(assembled(entries, [entries.length]), { shape: [length], indices }) as Tensor)
    }
    const all = new Array<unknown>(length).fill(0)
    for (const [position, each] of known) all[position] = each
    return all
  }
}

/** The entries of a tensor as a list. */
function listOf(tensor: Tensor): unknown[] {
  return tensor instanceof TracedTensor ? new ListOfTensor(tensor).list : [...tensor.data]
}

class ListOfTensor extends LongList {
  readonly arena: Arena
  readonly length: number
  readonly #tensor: TracedTensor

  constructor(tensor: TracedTensor) {
    super()
    this.#tensor = tensor
    this.arena = tensor.arena
    this.length = tensor.size
  }

  entry(position: number): Value {
    return pickEntry(this.#tensor, position)
  }

  whole(): TracedTensor {
    return this.#tensor
  }
}
