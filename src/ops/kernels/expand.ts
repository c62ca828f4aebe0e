import { broadcastStrides, gatherIndices, type Shape, sizeOfShape } from '../../core/shape.ts'
import type { Tensor } from '../../core/tensor.ts'

/** A tensor's entries as they stand in a broadcast shape. */
export function expand(operand: Tensor, shape: Shape): Float64Array {
  const { data } = operand
  if (data.length === 1) return new Float64Array(sizeOfShape(shape)).fill(data[0] as number)
  return repeated(operand, shape) ?? gathered(data, gatherIndices(shape, broadcastStrides(operand.shape, shape)))
}

function gathered(data: Float64Array, indices: Int32Array): Float64Array {
  const expanded = new Float64Array(indices.length)
  for (let i = 0; i < indices.length; i++) expanded[i] = data[indices[i] as number] as number
  return expanded
}

/** Where the axes that repeat entries follow each other: blocks of the entries behind them, each as often as they say. */
function repeated({ data, shape: from }: Tensor, shape: Shape): Float64Array | undefined {
  const ahead = shape.length - from.length
  const own = (axis: number) => (axis < ahead ? 1 : (from[axis - ahead] as number))
  let first = 0
  while (first < shape.length && own(first) === shape[first]) first++
  let end = shape.length
  while (end > first && own(end - 1) === shape[end - 1]) end--
  for (let axis = first; axis < end; axis++) if (own(axis) !== 1) return undefined
  const inner = sizeOfShape(shape.slice(end))
  const times = sizeOfShape(shape.slice(first, end))
  const expanded = new Float64Array(sizeOfShape(shape))
  for (let at = 0, to = 0; to < expanded.length; at += inner) {
    if (inner === 1) expanded.fill(data[at] as number, to, to + times)
    else for (let i = 0; i < times; i++) expanded.set(inner === data.length ? data : data.subarray(at, at + inner), to + i * inner)
    to += times * inner
  }
  return expanded
}
