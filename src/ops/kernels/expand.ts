import { broadcastStrides, gatherIndices, type Shape, sizeOfShape } from '../../core/shape.ts'
import type { Tensor } from '../../core/tensor.ts'

/** A tensor's entries as they stand in a broadcast shape. */
export function expand(operand: Tensor, shape: Shape): Float64Array {
  const { data } = operand
  if (data.length === 1) return new Float64Array(sizeOfShape(shape)).fill(data[0] as number)
  const indices = gatherIndices(shape, broadcastStrides(operand.shape, shape))
  const expanded = new Float64Array(indices.length)
  for (let i = 0; i < indices.length; i++) expanded[i] = data[indices[i] as number] as number
  return expanded
}
