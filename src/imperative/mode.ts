import { noMore } from '../core/arguments.ts'
import { TapeError } from '../core/errors.ts'
import { isPromise, letGo } from '../core/promises.ts'
import { paused } from './imperative.ts'

/**
 * Runs a function that records nothing on the imperative tape: for evaluation, and for changing variables in place. It
 * nests, and ends with the function, also when that throws. Functional transforms inside work as ever.
 *
 * Throws a TapeError for an async function: what it does after its first await would be recorded, or spoil what others
 * record in the meantime.
 *
 * @names `torch.no_grad`
 *
 * @example
 * const w = variable(2)
 * w.square().backward()
 * noGrad(() => w.sub_(mul(0.1, w.grad)))
 */
export function noGrad<R>(fn: () => R, ...more: []): R {
  noMore('noGrad', 1, more)
  refuseAsync(fn)
  return paused(() => {
    const result = fn()
    if (isPromise(result)) {
      letGo(result)
      throw asyncError()
    }
    return result
  })
}

function refuseAsync(fn: unknown): void {
  if (typeof fn !== 'function') throw new TapeError(`noGrad: takes a function to run, noGrad(() => …), but ${typeof fn} was given.`)
  if (fn.constructor.name === 'AsyncFunction') throw asyncError()
}

function asyncError(): TapeError {
  return new TapeError('noGrad: the function is async, and noGrad ends when it returns its promise. Await outside, and wrap the synchronous parts.')
}
