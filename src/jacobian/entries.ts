import { isTraced } from '../core/traced.ts'
import type { Value } from '../core/types.ts'

/** A list of numbers, or of traced values where the derivative is nested in another. */
export class Entries {
  readonly numbers: Float64Array
  /** Those that are traced; their places in `numbers` say nothing. */
  traced: Map<number, Value> | undefined

  constructor(numbers: Float64Array) {
    this.numbers = numbers
  }

  static zeros(size: number): Entries {
    return new Entries(new Float64Array(size))
  }

  get size(): number {
    return this.numbers.length
  }

  get(at: number): Value {
    return this.traced?.get(at) ?? (this.numbers[at] as number)
  }

  set(at: number, value: Value): void {
    if (isTraced(value)) {
      this.traced ??= new Map()
      this.traced.set(at, value)
      return
    }
    this.traced?.delete(at)
    this.numbers[at] = Number(value)
  }

  /** The same in a buffer of its own. */
  copy(): Entries {
    const copy = new Entries(this.numbers.slice())
    if (this.traced !== undefined) copy.traced = new Map(this.traced)
    return copy
  }

  /** A list of `size` zeros with these entries at the given places. */
  spread(places: Int32Array, size: number): Entries {
    const all = Entries.zeros(size)
    for (let k = 0; k < places.length; k++) all.numbers[places[k] as number] = this.numbers[k] as number
    this.traced?.forEach((value, k) => {
      all.set(places[k] as number, value)
    })
    return all
  }

  /** The entries at the given places; 0 for a place below 0. */
  gather(places: Int32Array): Entries {
    const some = Entries.zeros(places.length)
    for (let k = 0; k < places.length; k++) {
      const at = places[k] as number
      if (at >= 0) some.set(k, this.get(at))
    }
    return some
  }
}
