import { describe, OptionError } from './errors.ts'

/** Refuses what stands behind the arguments that a function takes. */
export function noMore(name: string, takes: number, more: readonly unknown[]): void {
  const given = more.find(each => each !== undefined)
  if (given === undefined) return
  throw new OptionError(`${name}: takes ${takes} argument${takes === 1 ? '' : 's'}, but ${describe(given)} was given after.`)
}
