import { TapeError } from '../core/errors.ts'
import type { Change } from './changes.ts'

export function staleViewError(change: Change): TapeError {
  return new TapeError(
    `A tensor is used that shares its buffer with one that ${change.op} changed in place at ${change.place}, after it was made. ` +
      'Its derivative would be that of the old values: make it again (reshape, transpose, …) after the change.',
  )
}

export function freedError(): TapeError {
  return new TapeError(
    'backward: this part of the tape was freed by an earlier backward(). Call the earlier one with {retainTape: true} to walk a tape ' +
      'more than once, add losses and call backward() on their sum, or compute the value again.',
  )
}
