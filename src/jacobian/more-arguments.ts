import { asWritten } from '../core/plain-run.ts'

/**
 * A function of one argument for plans, and what hands the arguments after the first to it during a call. Calls may stand inside each other: each
 * has its own.
 */
export function takingMore<Input, More extends unknown[], Output>(f: (x: Input, ...more: More) => Output) {
  let more = [] as unknown as More
  return {
    first: asWritten((x: Input): Output => f(x, ...more), f),
    with<Result>(given: More, call: () => Result): Result {
      const before = more
      more = given
      try {
        return call()
      } finally {
        more = before
      }
    },
  }
}
