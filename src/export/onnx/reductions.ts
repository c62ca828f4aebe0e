import { GraphError } from '../../core/errors.ts'
import type { GraphNode } from '../../graph/graph.ts'
import type { ReduceParams } from '../../ops/reduction.ts'
import type { ModelWriter, Ref } from './writer.ts'

/** A reduction whose axes stay, with length 1. */
export function reduce(to: ModelWriter, opType: string, x: Ref, axes: readonly number[]): Ref {
  if (axes.length === 0) return x
  const shape = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
  // The axes are an input since opset 13 for sums, and since 18 for the others.
  return opType === 'ReduceSum' || to.opset >= 18 ? to.op(opType, [x, to.integers(axes)], shape) : to.op(opType, [x], shape, { axes })
}

export function reduced(to: ModelWriter, opType: string, x: Ref, { axes, shape }: ReduceParams): Ref {
  return to.reshape(reduce(to, opType, x, axes), shape)
}

export function countOf(to: ModelWriter, mask: Ref, { axes, shape }: ReduceParams): Ref {
  return to.reshape(reduce(to, 'ReduceSum', to.asFloat(mask), axes), shape)
}

/** The position of an extreme entry: over all axes that of the flat tensor. */
export function argument(to: ModelWriter, opType: string, x: Ref, { params, shape }: GraphNode): Ref {
  const { axes } = params as ReduceParams
  const [only] = axes
  const over = axes.length === 1 ? to.asFloat(x) : to.flat(to.asFloat(x))
  if (axes.length !== 1 && axes.length !== x.shape.length) throw new GraphError(`toOnnx: ${opType} over several axes has no form in ONNX. Reshape them to one.`)
  if (x.shape.length === 0) return to.float1(0)
  const kept = over.shape.filter((_, axis) => axis !== (axes.length === 1 ? only : 0))
  return to.reshape(to.asFloat(to.op(opType, [over], kept, { axis: axes.length === 1 ? (only as number) : 0, keepdims: 0 }, 'int64')), shape)
}
