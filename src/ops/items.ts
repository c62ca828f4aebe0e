import { shapeOf } from '../core/dispatch.ts'
import type { Tensor } from '../core/tensor.ts'
import type { Value } from '../core/types.ts'
import { broadcastTo } from './broadcast.ts'

/** Operands of a batch, of which those that all items share are repeated for each. */
export function forEachItem(operands: readonly Value[], batched: readonly boolean[], size: number): Tensor[] {
  return operands.map((each, i) => (batched[i] ? each : broadcastTo(each, [size, ...shapeOf(each)])) as Tensor)
}
