import { isCallOfArrayMethod } from './array-methods.ts'
import { describe, OptionError } from './errors.ts'

/**
 * Refuses what stands behind the arguments that a function takes; of one that takes one, given as `only`, not what methods of lists pass,
 * as in `seeds.map(key)`.
 */
export function noMore(name: string, takes: number, more: readonly unknown[], only?: unknown): void {
  if (more.length === 0) return
  const given = more.find(each => each !== undefined)
  if (given === undefined || (only !== undefined && isCallOfArrayMethod(1, [only, ...more]))) return
  const own = takes === 0 ? 'no arguments' : takes === 1 ? '1 argument' : `${takes} arguments`
  throw new OptionError(`${name}: takes ${own}, but ${describe(given)} was given${takes === 0 ? '' : ' after'}.`)
}
