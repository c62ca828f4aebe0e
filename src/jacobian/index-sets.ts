import type { SetLattice } from '../core/definition.ts'

/** Sets of inputs that entries depend on. */
export interface DependencySets extends SetLattice {
  /** The members of a set, in ascending order. */
  members(set: number): Int32Array
  /** Steps that reading sets has taken. */
  readonly work: number
}

/** Sets of up to this many members are kept as sorted lists, larger ones as unions that are walked when they are read. */
const LISTED = 32

/**
 * Sets of input indices, each with a number of its own: 0 is empty, j + 1 holds input j alone. Equal sets often have one
 * number, since a union that gives one of its operands is that operand; memory grows with what is new.
 */
export class IndexSets implements DependencySets {
  /** Members of a listed set are `members[starts[s]] … `, `lengths[s]` of them; a length of −1 marks a union. */
  #starts: Int32Array
  #lengths: Int32Array
  #members: Int32Array
  #count: number
  #used: number
  readonly #universe: number
  readonly #seen: Int32Array
  #stamps: Int32Array
  #stamp = 0
  work = 0

  constructor(universe: number) {
    this.#universe = universe
    this.#count = universe + 1
    this.#used = universe
    this.#starts = new Int32Array(2 * universe + 16)
    this.#lengths = new Int32Array(2 * universe + 16)
    this.#members = new Int32Array(4 * universe + 64)
    this.#stamps = new Int32Array(2 * universe + 16)
    this.#seen = new Int32Array(universe)
    for (let j = 0; j < universe; j++) {
      this.#starts[j + 1] = j
      this.#lengths[j + 1] = 1
      this.#members[j] = j
    }
  }

  union(a: number, b: number): number {
    if (a === b || b === 0) return a
    if (a === 0) return b
    const [lengthA, lengthB] = [this.#lengths[a] as number, this.#lengths[b] as number]
    if (lengthA < 0 || lengthB < 0) return this.#unionNode(a, b)
    return this.#merge(a, lengthA, b, lengthB)
  }

  members(set: number): Int32Array {
    const length = this.#lengths[set] as number
    const start = this.#starts[set] as number
    if (set === 0) return new Int32Array(0)
    if (length >= 0) return this.#members.slice(start, start + length)
    const found: number[] = []
    const stack = [set]
    this.#stamp++
    while (stack.length > 0) {
      const each = stack.pop() as number
      this.work++
      if (this.#stamps[each] === this.#stamp) continue
      this.#stamps[each] = this.#stamp
      const from = this.#starts[each] as number
      const size = this.#lengths[each] as number
      if (size < 0) {
        stack.push(this.#members[from] as number, this.#members[from + 1] as number)
        continue
      }
      for (let i = from; i < from + size; i++) {
        const member = this.#members[i] as number
        if (this.#seen[member] === this.#stamp) continue
        this.#seen[member] = this.#stamp
        found.push(member)
      }
      this.work += size
      if (found.length === this.#universe) break
    }
    return Int32Array.from(found).sort()
  }

  /** Merges two sorted lists; gives one of the operands when it holds the other. */
  #merge(a: number, lengthA: number, b: number, lengthB: number): number {
    this.#reserve(lengthA + lengthB)
    const members = this.#members
    let [i, j, out] = [this.#starts[a] as number, this.#starts[b] as number, this.#used]
    const [endA, endB] = [i + lengthA, j + lengthB]
    while (i < endA && j < endB) {
      const [x, y] = [members[i] as number, members[j] as number]
      members[out++] = x < y ? x : y
      if (x <= y) i++
      if (y <= x) j++
    }
    while (i < endA) members[out++] = members[i++] as number
    while (j < endB) members[out++] = members[j++] as number
    const length = out - this.#used
    if (length === lengthA) return a
    if (length === lengthB) return b
    if (length > LISTED) return this.#unionNode(a, b)
    return this.#add(this.#used, length, length)
  }

  #unionNode(a: number, b: number): number {
    this.#reserve(2)
    this.#members[this.#used] = a
    this.#members[this.#used + 1] = b
    return this.#add(this.#used, -1, 2)
  }

  #add(start: number, length: number, used: number): number {
    const set = this.#count++
    if (set >= this.#starts.length) {
      this.#starts = grown(this.#starts)
      this.#lengths = grown(this.#lengths)
      this.#stamps = grown(this.#stamps)
    }
    this.#starts[set] = start
    this.#lengths[set] = length
    this.#used += used
    return set
  }

  #reserve(more: number): void {
    while (this.#used + more > this.#members.length) this.#members = grown(this.#members)
  }
}

function grown(array: Int32Array): Int32Array {
  const larger = new Int32Array(2 * array.length)
  larger.set(array)
  return larger
}
