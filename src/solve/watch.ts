import { DualtapeError, describe } from '../core/errors.ts'
import { flag } from '../core/option-kinds.ts'
import type { OptionKind, Options } from '../core/options.ts'
import type { SolveState } from './result.ts'

/** An `AbortSignal`, or anything that says in the same way when to end. */
export interface Signal {
  readonly aborted: boolean
}

/** How the iterations of a solver are followed. */
export interface WatchOptions<X, V = number> {
  /** Called at the start and after each iteration. What it throws ends the solver; the error then has the state as `error.state`. */
  callback?: ((state: SolveState<X, V>) => void) | undefined
  /**
   * Looked at in each iteration: once it is aborted, the best point so far is the result. A solver runs without pause, so it is what
   * runs inside (the function, the callback) that aborts.
   */
  signal?: Signal | undefined
  /** Whether the result keeps all iterations. */
  history?: boolean | undefined
}

const callbacks: OptionKind<(state: never) => void> = {
  wants: 'a function',
  accepts: (given): given is (state: never) => void => typeof given === 'function',
}
const signals: OptionKind<Signal> = {
  wants: 'an AbortSignal',
  accepts: (given): given is Signal => typeof given === 'object' && given !== null && 'aborted' in given && typeof given.aborted === 'boolean',
}

/** The declared options of `WatchOptions`. */
export const watchOptions = {
  callback: { is: callbacks },
  signal: { is: signals },
  history: { is: flag, default: false },
} as const satisfies Options

/** Tells callback and history of iterations, and asks the signal. */
export class Watch<X, V = number> {
  readonly history: SolveState<X, V>[] | undefined
  readonly #name: string
  readonly #callback: ((state: SolveState<X, V>) => void) | undefined
  readonly #signal: Signal | undefined

  constructor(name: string, { callback, signal, history }: WatchOptions<X, V>) {
    this.#name = name
    this.#callback = callback
    this.#signal = signal
    this.history = history ? [] : undefined
  }

  /** Tells of an iteration, whose state is made only if somebody listens. Whether to end here. */
  report(state: () => SolveState<X, V>): boolean {
    if (this.#callback !== undefined || this.history !== undefined) {
      const told = state()
      this.history?.push(told)
      this.#call(told)
    }
    return this.#signal?.aborted === true
  }

  #call(state: SolveState<X, V>): void {
    try {
      this.#callback?.(state)
    } catch (error) {
      if (error instanceof Error && Object.isExtensible(error)) throw Object.assign(error, { state })
      const wrapped = new DualtapeError(`${this.#name}: the callback threw ${describe(error)} in iteration ${state.iteration}.`, { cause: error })
      throw Object.assign(wrapped, { state })
    }
  }
}
