import { DualtapeError } from '../core/errors.ts'

/** Bounds on what an expression may take: from strangers, it cannot hang or fill the memory. */
export interface Limits {
  /** Characters of the text: 10,000. */
  length: number
  /** Parts of the expression inside each other: 200. */
  depth: number
  /** Calls of functions inside each other: 200. */
  recursion: number
  /** Operations on numbers in one evaluation; on arrays each entry counts: 10 million. */
  operations: number
  /** Entries of one array: a million. */
  entries: number
  /** Milliseconds of one evaluation: 10,000. */
  time: number
}

export const DEFAULT_LIMITS: Limits = { length: 10_000, depth: 200, recursion: 200, operations: 10_000_000, entries: 1_000_000, time: 10_000 }

/** For calls from a program, which is trusted. */
export const UNLIMITED = Object.fromEntries(Object.keys(DEFAULT_LIMITS).map(name => [name, Number.POSITIVE_INFINITY])) as unknown as Limits

/** An expression went beyond a limit. */
export class LimitError extends DualtapeError {
  override name = 'LimitError'

  constructor(limit: keyof Limits, what: string, allowed: number) {
    super(`${what}, more than the ${allowed.toLocaleString('en')} that limits.${limit} allows.`)
  }
}

/** What an operation takes, more rather than less. */
const MILLISECONDS = 1e-4

/** What one evaluation has left. A function that outlives its evaluation has as much for each call. */
export class Budget {
  readonly limits: Limits
  #operations = 0
  #sinceLook = 0
  #depth = 0
  #end = 0
  #running = false

  constructor(limits: Limits) {
    this.limits = limits
  }

  /** Runs an evaluation, or what belongs to one. */
  during<T>(run: () => T): T {
    if (this.#running) return run()
    this.#running = true
    this.#operations = 0
    this.#end = performance.now() + this.limits.time
    try {
      return run()
    } finally {
      this.#running = false
    }
  }

  /** Takes note of work ahead, before it is done: a number of operations, and the entries of the array that they make. */
  spend(operations: number, entries = 0): void {
    const { limits } = this
    if (entries > limits.entries) throw new LimitError('entries', `An array would have ${entries.toLocaleString('en')} entries`, limits.entries)
    this.#operations += operations
    if (this.#operations > limits.operations) throw new LimitError('operations', 'The expression takes too many operations', limits.operations)
    this.#sinceLook += operations
    if (this.#sinceLook < 1000) return
    this.#sinceLook = 0
    // What is under way cannot be stopped: it has to fit into the time that is left.
    if (performance.now() + operations * MILLISECONDS > this.#end) throw new LimitError('time', 'The expression takes too many milliseconds', limits.time)
  }

  /** Runs a call of a function. */
  nested<T>(call: () => T): T {
    if (this.#depth >= this.limits.recursion) throw new LimitError('recursion', 'Functions call each other too deeply', this.limits.recursion)
    this.#depth++
    try {
      return this.during(call)
    } finally {
      this.#depth--
    }
  }
}
