import { Tensor } from './tensor.ts'
import { isTraced } from './traced.ts'

/*
 * Derivatives belong to the caller, each by itself: who writes into one changes no other, nor what was given for a tangent or a cotangent.
 */

/** A derivative in a buffer that no other one has: what is in `taken` is copied, and what is given then is taken. */
export function owned<V>(derivative: V, taken: Set<ArrayBufferLike>): V | Tensor {
  if (!(derivative instanceof Tensor) || isTraced(derivative)) return derivative
  const own = taken.has(derivative.data.buffer) ? new Tensor(derivative.data.slice(), derivative.shape, derivative.dtype) : derivative
  taken.add(own.data.buffer)
  return own
}

/** The buffers of the tensors among values. */
export function buffersOf(values: readonly unknown[], taken = new Set<ArrayBufferLike>()): Set<ArrayBufferLike> {
  for (const each of values) if (each instanceof Tensor && !isTraced(each)) taken.add(each.data.buffer)
  return taken
}
