import { isNumericTypedArray, Tensor, withDtype } from '../../core/tensor.ts'
import { leavesOf, mapTree } from '../../core/tree.ts'

/** All numbers of a tree in the order of its leaves. */
export function flat(tree: unknown, role: string): Float64Array {
  const leaves = leavesOf(tree, role)
  if (leaves.every(leaf => typeof leaf === 'number')) return Float64Array.from(leaves as number[])
  const sizes = leaves.map(leaf => (leaf instanceof Tensor ? leaf.size : isNumericTypedArray(leaf) ? leaf.length : 1))
  const all = new Float64Array(sizes.reduce((sum, size) => sum + size, 0))
  let at = 0
  leaves.forEach((leaf, i) => {
    if (leaf instanceof Tensor) all.set(leaf.data, at)
    else if (isNumericTypedArray(leaf)) all.set(leaf, at)
    else all[at] = leaf as number
    at += sizes[i] as number
  })
  return all
}

/** A tree like another with other numbers. */
export function treeLike<T>(tree: T, numbers: Float64Array): T {
  let at = 0
  return mapTree(tree, 'x0', leaf => {
    if (typeof leaf === 'number') return numbers[at++]
    const size = leaf instanceof Tensor ? leaf.size : (leaf as Float64Array).length
    const part = numbers.slice(at, at + size)
    at += size
    return leaf instanceof Tensor ? withDtype(new Tensor(part, leaf.shape), leaf.dtype) : leaf instanceof Float32Array ? Float32Array.from(part) : part
  }) as T
}
