import { DualtapeError } from './errors.ts'

/** What an engine says when it has no room for a typed array; other RangeErrors are others' faults. */
const NO_ROOM = /alloc|array length|out of memory/i

/** The error for one that arose while something was computed: that there is no room in memory, by its name, or the same. */
export function withRoom(name: string, error: unknown): unknown {
  if (!(error instanceof RangeError && NO_ROOM.test(error.message))) return error
  return new DualtapeError(`${name}: there is no room in memory for so many entries (${error.message}).`, { cause: error })
}
