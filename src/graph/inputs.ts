import { keptApart } from '../core/lists.ts'
import type { Traced, TracedTensor } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import { ListInput, type ListUse } from './lists.ts'
import type { Argument } from './reroll/reroll.ts'
import type { Tracing } from './tracing.ts'

/** The inputs of a trace, in the order of the arguments. */
export class Inputs {
  readonly #tracing: Tracing
  readonly #parts: (Value | ListInput | ShortList)[] = []

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

  /** A list of which each number is an input. */
  shortList(numbers: ArrayLike<number>): Value[] {
    const values = Array.from(numbers, each => this.#tracing.input(each))
    this.#parts.push({ values })
    // A copy: the function may write into its list.
    return keptApart(values.slice())
  }

  /** The steps that are inputs. */
  get ids(): number[] {
    return this.#parts
      .flatMap(part => (part instanceof ListInput ? part.inputs : isShortList(part) ? part.values : [part]))
      .map(each => this.#tracing.idOf(each))
  }

  /** For each list of numbers what is used of it, where that is not all numbers one by one. */
  get lists(): (ListUse | undefined)[] {
    return this.#parts.flatMap(part => (part instanceof ListInput ? [part.use] : isShortList(part) ? [undefined] : []))
  }

  /** The short lists, by where they stand among the lists and where their numbers do among the inputs. */
  get shortLists(): { list: number; start: number; length: number }[] {
    let [list, start] = [0, 0]
    return this.#parts.flatMap(part => {
      const isShort = isShortList(part)
      const length = part instanceof ListInput ? part.inputs.length : isShort ? part.values.length : 1
      const found = isShort ? [{ list, start, length }] : []
      if (isShort || part instanceof ListInput) list++
      start += length
      return found
    })
  }

  /** The arguments' numbers, tensors and lists. */
  get args(): Argument[] {
    const idOf = (each: Value) => this.#tracing.idOf(each)
    return this.#parts.map(part => {
      if (part instanceof ListInput) {
        const [positions, { whole }] = [part.use.positions, part.use]
        const ids = part.inputs.map(idOf)
        return {
          length: part.length,
          entries: new Map(positions.map((position, k) => [position, ids[k + (whole ? 1 : 0)] as number])),
          whole: whole ? ids[0] : undefined,
        }
      }
      if (!isShortList(part)) return { input: idOf(part) }
      return { length: part.values.length, entries: new Map(part.values.map((each, position) => [position, idOf(each)])), whole: undefined }
    })
  }
}

/** A list of numbers that are inputs one by one. */
interface ShortList {
  readonly values: readonly Value[]
}

function isShortList(part: Value | ListInput | ShortList): part is ShortList {
  return typeof part === 'object' && 'values' in part
}
