/**
 * What options of operators may be: each kind says what it wants, and whether a value is that.
 *
 * @module
 */
import type { OptionKind } from './options.ts'
import { isNumericTypedArray, Tensor } from './tensor.ts'
import { Traced } from './traced.ts'
import type { TensorLike } from './types.ts'

/** True or false. */
export const flag: OptionKind<boolean> = { wants: 'true or false', accepts: given => typeof given === 'boolean' }

/** An integer. */
export const integer: OptionKind<number> = { wants: 'an integer', accepts: (given): given is number => Number.isInteger(given) }

/** An index, which is a value like others but has no derivative. */
export const index: OptionKind<number> = {
  wants: 'an integer',
  traced: true,
  accepts: (given): given is number => Number.isInteger(given) || given instanceof Traced,
}

/** An integer of at least 0. */
export const count: OptionKind<number> = { wants: 'an integer of at least 0', accepts: (given): given is number => integer.accepts(given) && given >= 0 }

/** An integer of at least 1. */
export const positive: OptionKind<number> = { wants: 'an integer of at least 1', accepts: (given): given is number => count.accepts(given) && given > 0 }

/** A list of integers, such as a shape. */
export const integers: OptionKind<readonly number[]> = {
  wants: 'a list of integers',
  accepts: (given): given is readonly number[] => Array.isArray(given) && given.every(integer.accepts),
}

/** An axis or several. */
export const axes: OptionKind<number | readonly number[]> = {
  wants: 'an integer or a list of integers',
  accepts: (given): given is number | readonly number[] => integer.accepts(given) || integers.accepts(given),
}

/** A number that does not change. */
export const real: OptionKind<number> = { wants: 'a number', accepts: (given): given is number => typeof given === 'number' && !Number.isNaN(given) }

/** A number of at least 0 that does not change. */
export const nonNegative: OptionKind<number> = { wants: 'a number of at least 0', accepts: (given): given is number => real.accepts(given) && given >= 0 }

/** A number from 0 to 1 that does not change. */
export const fraction: OptionKind<number> = {
  wants: 'a number from 0 to 1',
  accepts: (given): given is number => real.accepts(given) && given >= 0 && given <= 1,
}

/** What operators take: derivatives pass through such an option like through an operand. */
export const differentiable: OptionKind<TensorLike> = {
  wants: 'a number or a tensor',
  traced: true,
  accepts: (given): given is TensorLike =>
    typeof given === 'number' || given instanceof Traced || given instanceof Tensor || Array.isArray(given) || isNumericTypedArray(given),
}

/** Whether one thing, or each in a list, is accepted. */
export function oneOrAll(given: unknown, accepts: (each: unknown) => boolean): boolean {
  return Array.isArray(given) ? given.every(accepts) : accepts(given)
}
