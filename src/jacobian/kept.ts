import { Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'

/*
 * Data that are kept to be compared with those of a later call: parameters of operators, constants. They are copied, since
 * their owner may change them in place, and compared entry by entry. Functions and operators are who they are.
 */

/** Deeper than this, or where an object holds itself, data are taken to differ. */
const DEEPEST = 32

/** A copy that later changes of the original do not reach. */
export function copyOf(x: unknown, depth = 0): unknown {
  if (typeof x !== 'object' || x === null || isTraced(x) || isOperator(x) || depth > DEEPEST) return x
  if (x instanceof Tensor) return new Tensor(x.data.slice(), [...x.shape], x.dtype)
  if (isTypedArray(x)) return x.slice()
  if (Array.isArray(x)) return x.map(each => copyOf(each, depth + 1))
  const copy = Object.create(Object.getPrototypeOf(x))
  for (const [key, each] of Object.entries(x)) copy[key] = copyOf(each, depth + 1)
  return copy
}

/** Whether data are the same, number by number: 0 and −0 differ, NaN is NaN. */
export function sameData(a: unknown, b: unknown, depth = 0): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || depth > DEEPEST) return false
  if (isTraced(a) || isTraced(b) || isOperator(a) || isOperator(b) || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
  if (a instanceof Tensor) return b instanceof Tensor && a.dtype === b.dtype && sameData(a.shape, b.shape) && sameNumbers(a.data, b.data)
  if (isTypedArray(a)) return sameNumbers(a, b as TypedArray)
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((each, i) => sameData(each, b[i], depth + 1))
  const [entries, others] = [Object.entries(a), Object.entries(b)]
  return entries.length === others.length && entries.every(([key, each], i) => key === others[i]?.[0] && sameData(each, others[i]?.[1], depth + 1))
}

type TypedArray = Float64Array | Float32Array | Int32Array

/** Whether two arrays hold the same numbers, bit by bit but for the kind of a NaN. */
export function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return true
}

function isTypedArray(x: unknown): x is TypedArray {
  return ArrayBuffer.isView(x) && !(x instanceof DataView)
}

/** Operators' definitions are told apart by who they are, whatever their names. */
function isOperator(x: object): boolean {
  return typeof (x as { linearize?: unknown }).linearize === 'function'
}
