import { type ListSource, lazyList } from '../core/lists.ts'
import { tensor } from '../core/tensor.ts'
import type { Arena, Traced, TracedTensor } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import type { Tracing } from './tracing.ts'

/** What a function uses of a long list. */
export interface ListUse {
  /** Whether all of it is the first input, as a tensor. */
  readonly whole: boolean
  /** The positions of entries that are inputs, ascending. */
  readonly positions: readonly number[]
}

/** The inputs of a trace, in the order of the arguments. */
export class Inputs {
  readonly #tracing: Tracing
  readonly #parts: (number | ListInput)[] = []

  constructor(tracing: Tracing) {
    this.#tracing = tracing
  }

  /** A number or a tensor. */
  leaf(value: Value): Traced | TracedTensor {
    const input = this.#tracing.input(value)
    this.#parts.push(this.#tracing.idOf(input))
    return input
  }

  /** A long list. */
  list(numbers: ArrayLike<number>): unknown[] {
    const input = new ListInput(this.#tracing, Float64Array.from(numbers))
    this.#parts.push(input)
    return lazyList(input)
  }

  /** The steps that are inputs. */
  get ids(): number[] {
    return this.#parts.flatMap(part => (typeof part === 'number' ? part : part.ids))
  }

  get lists(): ListUse[] {
    return this.#parts.flatMap(part => (typeof part === 'number' ? [] : part.use))
  }
}

/** A long list of numbers: inputs are those of its entries that are used, and all of them as a tensor where that is used. */
class ListInput implements ListSource {
  readonly arena: Arena
  readonly length: number
  readonly #tracing: Tracing
  readonly #numbers: Float64Array
  readonly #entries = new Map<number, Value>()
  #whole: TracedTensor | undefined

  constructor(tracing: Tracing, numbers: Float64Array) {
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
    this.#whole ??= this.#tracing.input(tensor(this.#numbers)) as TracedTensor
    return this.#whole
  }

  get use(): ListUse {
    return { whole: this.#whole !== undefined, positions: [...this.#entries.keys()].sort((a, b) => a - b) }
  }

  get ids(): number[] {
    const entries = this.use.positions.map(position => this.#entries.get(position) as Value)
    return (this.#whole === undefined ? entries : [this.#whole, ...entries]).map(each => this.#tracing.idOf(each))
  }
}
