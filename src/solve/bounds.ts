import { counted } from '../core/counted.ts'
import { DomainError, OptionError } from '../core/errors.ts'
import { checkNames, type OptionKind } from '../core/options.ts'
import { isTraced } from '../core/traced.ts'
import { isPlainObject, leavesLike, someLeaf } from '../core/tree.ts'
import type { Concrete } from '../core/types.ts'
import type { Box } from './least-squares/boxed-step.ts'
import { namesOf } from './names.ts'
import { flatten } from './unknowns.ts'

/**
 * Lower and upper bounds: a number for all variables, or a tree like x0; −∞ and ∞ where they are left out. Or a pair for each variable
 * in their order, null where there is none.
 */
export type Bounds<X> = { lower?: number | Concrete<X>; upper?: number | Concrete<X> } | readonly BoundPair[]
type BoundPair = readonly [lower: number | null, upper: number | null]

export const boundsKind: OptionKind<Bounds<unknown>> = {
  wants: '{lower, upper} or a list of pairs [lower, upper]',
  accepts: (given): given is Bounds<unknown> => isPlainObject(given) || (Array.isArray(given) && given.every(isPair)),
}

function isPair(pair: unknown): pair is BoundPair {
  return Array.isArray(pair) && pair.length === 2 && pair.every(each => each === null || each === undefined || typeof each === 'number')
}

/** The bounds of all variables, checked; `name` begins messages. Throws where the start, if it is given, lies outside. */
export function boxOf(name: string, bounds: Bounds<unknown> | undefined, x0: unknown, start: Float64Array | undefined): Box | undefined {
  if (bounds === undefined) return undefined
  if (someLeaf(bounds, isTraced))
    throw new OptionError(`${name}: bounds are numbers that do not change, but a traced value was given, whose derivative would be lost. Give value(bound).`)
  const size = namesOf(x0).length
  const pairs = Array.isArray(bounds) ? (bounds as readonly BoundPair[]) : undefined
  if (pairs === undefined) checkNames(`${name}: bounds`, bounds, ['lower', 'upper'])
  else if (pairs.length !== size)
    throw new OptionError(`${name}: bounds has ${counted(pairs.length, 'pair')}, but x0 has ${counted(size, 'variable')}. Give one for each.`)
  const side = (which: 'lower' | 'upper', otherwise: number): Float64Array => {
    if (pairs !== undefined) return Float64Array.from(pairs, pair => pair[which === 'lower' ? 0 : 1] ?? otherwise)
    const given = (bounds as Exclude<Bounds<unknown>, readonly BoundPair[]>)[which] ?? otherwise
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
