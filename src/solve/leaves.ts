import { assembled } from '../core/dispatch.ts'
import { isNumericTypedArray, Tensor } from '../core/tensor.ts'
import { leavesOf } from '../core/tree.ts'
import type { Value } from '../core/types.ts'
import { ravel } from '../ops/axes.ts'
import { concat } from '../ops/shape.ts'

/** The leaves of a tree as numbers and tensors: entry by entry of typed arrays. */
export function inputsOf(tree: unknown): Value[] {
  const inputs: Value[] = []
  for (const leaf of leavesOf(tree, 'the unknowns')) {
    if (isNumericTypedArray(leaf)) inputs.push(...leaf)
    else inputs.push(leaf as Value)
  }
  return inputs
}

/** All numbers of values as one vector. */
export function vectorOf(values: readonly Value[]): Tensor {
  const parts: Tensor[] = []
  for (let i = 0; i < values.length; ) {
    const value = values[i] as Value
    if (value instanceof Tensor) {
      parts.push(ravel(value) as Tensor)
      i++
      continue
    }
    let end = i
    while (end < values.length && !(values[end] instanceof Tensor)) end++
    parts.push(assembled(values.slice(i, end), [end - i]))
    i = end
  }
  if (parts.length === 1) return parts[0] as Tensor
  return concat(parts) as Tensor
}
