import { DomainError, OptionError } from '../core/errors.ts'
import { checkNames, type OptionKind } from '../core/options.ts'
import { isPlainObject, leavesLike } from '../core/tree.ts'
import type { Concrete } from '../core/types.ts'
import type { Box } from './least-squares/boxed-step.ts'
import { namesOf } from './names.ts'
import { flatten } from './unknowns.ts'

/** Lower and upper bounds: a number for all variables, or a tree like x0; −∞ and ∞ where they are left out. */
export interface Bounds<X> {
  lower?: number | Concrete<X>
  upper?: number | Concrete<X>
}

export const boundsKind: OptionKind<Bounds<unknown>> = {
  wants: '{lower, upper}',
  accepts: (given): given is Bounds<unknown> => isPlainObject(given),
}

/** The bounds of all variables, checked; `name` begins messages. Throws where the start, if it is given, lies outside. */
export function boxOf(name: string, bounds: Bounds<unknown> | undefined, x0: unknown, start: Float64Array | undefined): Box | undefined {
  if (bounds === undefined) return undefined
  checkNames(`${name}: bounds`, bounds, ['lower', 'upper'])
  const size = namesOf(x0).length
  const side = (which: 'lower' | 'upper', otherwise: number): Float64Array => {
    const given = bounds[which] ?? otherwise
    if (typeof given === 'number') return new Float64Array(size).fill(given)
    return flatten(leavesLike(x0, given, 'x0', `${name}: bounds.${which}`), `${name}: bounds.${which}`)
  }
  const [lower, upper] = [side('lower', Number.NEGATIVE_INFINITY), side('upper', Number.POSITIVE_INFINITY)]
  for (let j = 0; j < size; j++) {
    const [low, high] = [lower[j] as number, upper[j] as number]
    if (!(low <= high)) {
      throw new OptionError(`${name}: the lower bound of ${namesOf(x0)[j]} is ${low} and its upper bound ${high}. Lower bounds are no greater than upper ones.`)
    }
    const x = start?.[j]
    if (x !== undefined && !(x >= low && x <= high)) {
      throw new DomainError(`${name}: the start ${namesOf(x0)[j]} = ${x} lies outside its bounds ${low} and ${high}. Start within them.`)
    }
  }
  return { lower, upper }
}
