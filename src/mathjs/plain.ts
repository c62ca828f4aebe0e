import { isAbstract, transformsOf } from '../core/dispatch.ts'
import { DomainError } from '../core/errors.ts'
import { Tensor } from '../core/tensor.ts'
import { checkLive, isTraced } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import * as ops from '../ops/index.ts'
import { describeValue, isNumeric } from './values.ts'

/** Whether a derivative with respect to this value is being taken. What is rounded or compared has lost it. */
export function isDifferentiated(x: unknown): boolean {
  return transformsOf(x).some(owner => owner.abstract !== true)
}

/** The plain value behind a value; of a function that is being compiled that for its example. */
export function primalOf(x: Value): number | boolean | Tensor {
  let current = x
  while (isTraced(current)) current = checkLive(current).owner.primal(current)
  return current
}

/** The plain value of a number or tensor, which stays what it is: guarded where a function is being compiled. */
export function plainOf(x: unknown, what: string): number | boolean | Tensor {
  if (!isNumeric(x)) throw new DomainError(`${what} is a number, not ${describeValue(x)}.`)
  const plain = primalOf(x)
  if (!isAbstract(x)) return plain
  if (plain instanceof Tensor) for (let i = 0; i < plain.size; i++) ops.eq(ops.pick(x as Tensor, i), plain.data[i] as number)
  else ops.eq(x as never, Number(plain))
  return plain
}
