import type { Traced, TracedTensor } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import { ListInput, type ListUse } from './lists.ts'
import type { Tracing } from './tracing.ts'

/** The inputs of a trace, in the order of the arguments. */
export class Inputs {
  readonly #tracing: Tracing
  readonly #parts: (Value | ListInput)[] = []

  constructor(tracing: Tracing) {
    this.#tracing = tracing
  }

  /** A number or a tensor. */
  leaf(value: Value): Traced | TracedTensor {
    const input = this.#tracing.input(value)
    this.#parts.push(input)
    return input
  }

  /** A long list. */
  list(numbers: ArrayLike<number>): unknown[] {
    const input = new ListInput(this.#tracing, Float64Array.from(numbers))
    this.#parts.push(input)
    return input.list
  }

  /** The steps that are inputs. */
  get ids(): number[] {
    return this.#parts.flatMap(part => (part instanceof ListInput ? part.inputs : [part])).map(each => this.#tracing.idOf(each))
  }

  get lists(): ListUse[] {
    return this.#parts.flatMap(part => (part instanceof ListInput ? [part.use] : []))
  }
}
