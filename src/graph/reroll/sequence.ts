/**
 * What a number that an element of a sequence reads is: a constant of the pool, an earlier step by its number, a plain number, one that is
 * the same in all rounds of a loop around it, or the position in a source.
 */
export const CONSTANT = 0
export const STEP = 1
export const NUMBER = 2
export const SAME = 3
export const SOURCE = 4

/** Kinds of up to three numbers are one integer, of so many bits each; lists of more have negative ones. */
const KIND_BITS = 10
const KIND_MASK = (1 << KIND_BITS) - 1
export const MOST_KINDS = 1 << KIND_BITS

/** Keys from here on are loops; below are operators' codes. */
const LOOPS_FROM = 1 << 20

/** One step or loop of a round. */
export interface Item {
  readonly key: number
  readonly kinds: readonly number[]
  /** For each number how much it grows from round to round; 0 for constants, which the pool holds by rounds where they differ. */
  readonly grows: readonly number[]
}

/** What all loops of one form have in common. */
export interface Form {
  readonly items: readonly Item[]
  /** The places, among the numbers of a round, of operands that the first round reads elsewhere. */
  readonly first: readonly number[]
}

/** Constants: single ones, and lists of them by rounds. */
export class Pool {
  readonly values: (number | boolean)[] = []
  readonly #ids = new Map<number | boolean | string, number>()
  readonly #lists = new Map<string, number>()
  readonly lists: (readonly number[])[] = []

  /** The number of a constant. */
  single(value: number | boolean): number {
    const key = Object.is(value, -0) ? '-0' : value
    let id = this.#ids.get(key)
    if (id === undefined) {
      id = this.values.push(value) - 1
      this.#ids.set(key, id)
    }
    return id
  }

  /** The number of a constant that is another one in each round; negative unless all are the same. */
  list(ids: readonly number[]): number {
    if (ids.every(id => id === ids[0])) return ids[0] as number
    const key = ids.join()
    let id = this.#lists.get(key)
    if (id === undefined) {
      id = this.lists.push(ids) - 1
      this.#lists.set(key, id)
    }
    return -1 - id
  }
}

/** Forms of loops and lists of kinds, each known by a number. */
export class Forms {
  readonly #forms: Form[] = []
  readonly #ids = new Map<string, number>()
  readonly #kinds: (readonly number[])[] = []
  readonly #kindIds = new Map<string, number>()

  keyOf(form: Form): number {
    const text = JSON.stringify(form)
    let id = this.#ids.get(text)
    if (id === undefined) {
      id = this.#forms.push(form) - 1
      this.#ids.set(text, id)
    }
    return LOOPS_FROM + id
  }

  formOf(key: number): Form | undefined {
    return key < LOOPS_FROM ? undefined : this.#forms[key - LOOPS_FROM]
  }

  idOfKinds(kinds: readonly number[]): number {
    if (kinds.length <= 3) return packKinds(kinds[0] ?? 0, kinds[1] ?? 0, kinds[2] ?? 0)
    const text = kinds.join()
    let id = this.#kindIds.get(text)
    if (id === undefined) {
      id = this.#kinds.push(kinds) - 1
      this.#kindIds.set(text, id)
    }
    return -1 - id
  }

  /** The kinds of `count` numbers. */
  kindsOf(id: number, count: number): readonly number[] {
    if (id < 0) return this.#kinds[-1 - id] as readonly number[]
    return Array.from({ length: count }, (_, k) => kindIn(id, k))
  }
}

/** One of up to three kinds. */
export function kindIn(packed: number, k: number): number {
  return (packed >> (KIND_BITS * k)) & KIND_MASK
}

export function packKinds(a: number, b: number, c: number): number {
  return a | (b << KIND_BITS) | (c << (2 * KIND_BITS))
}

/** Steps and loops one after the other. */
export class Sequence {
  length = 0
  /** Operators' codes, or forms of loops. */
  keys: Int32Array<ArrayBuffer>
  kinds: Int32Array<ArrayBuffer>
  /** Where an element's numbers begin in `numbers`. */
  from: Int32Array<ArrayBuffer>
  /** The number of the step that an element is, or begins with. */
  starts: Int32Array<ArrayBuffer>
  numbers: Int32Array<ArrayBuffer>
  #used = 0

  constructor(capacity: number) {
    this.keys = new Int32Array(capacity)
    this.kinds = new Int32Array(capacity)
    this.from = new Int32Array(capacity + 1)
    this.starts = new Int32Array(capacity + 1)
    this.numbers = new Int32Array(2 * capacity)
  }

  /** Adds an element whose numbers follow by `push`, and that stands for `steps` steps. */
  begin(key: number, kinds: number, steps: number): void {
    const at = this.length++
    this.keys[at] = key
    this.kinds[at] = kinds
    this.from[at] = this.#used
    this.starts[at + 1] = (this.starts[at] as number) + steps
  }

  push(number: number): void {
    if (this.#used === this.numbers.length) {
      const old = this.numbers
      this.numbers = new Int32Array(2 * old.length)
      this.numbers.set(old)
    }
    this.numbers[this.#used++] = number
    this.from[this.length] = this.#used
  }

  /** Adds an element of another sequence as it stands. */
  copy(other: Sequence, at: number): void {
    this.begin(other.keys[at] as number, other.kinds[at] as number, (other.starts[at + 1] as number) - (other.starts[at] as number))
    const end = other.from[at + 1] as number
    for (let i = other.from[at] as number; i < end; i++) this.push(other.numbers[i] as number)
    this.from[this.length] = this.#used
  }

  countOf(at: number): number {
    return (this.from[at + 1] as number) - (this.from[at] as number)
  }

  numberOf(at: number, k: number): number {
    return this.numbers[(this.from[at] as number) + k] as number
  }
}
