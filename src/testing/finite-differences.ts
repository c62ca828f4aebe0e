import { noMore } from '../core/arguments.ts'
import { isNumericTypedArray, Tensor } from '../core/tensor.ts'
import { leavesOf, mapTree } from '../core/tree.ts'
import type { NumericTypedArray } from '../core/types.ts'

/** All numbers of a tree of plain leaves, in order. */
export function flatten(tree: unknown): Float64Array {
  const leaves = leavesOf(tree, 'the value').map(leaf => (leaf instanceof Tensor ? leaf.data : leaf)) as (number | NumericTypedArray)[]
  return Float64Array.from(leaves.flatMap(leaf => (typeof leaf === 'number' ? [leaf] : [...leaf])))
}

/** A tree like another with other numbers. */
export function unflatten(tree: unknown, numbers: ArrayLike<number>): unknown {
  let position = 0
  const next = (length: number) => Float64Array.from({ length }, () => numbers[position++] as number)
  return mapTree(tree, 'the value', leaf => {
    if (leaf instanceof Tensor) return new Tensor(next(leaf.size), leaf.shape)
    return isNumericTypedArray(leaf) ? next(leaf.length) : numbers[position++]
  })
}

/** A derivative by finite differences, and how far each entry may be off. */
export interface Difference {
  values: Float64Array
  errors: Float64Array
}

/** Steps relative to the size of the moved entries, or absolute where those are tiny. */
const STEPS = [2 ** -6, 2 ** -9, 2 ** -13, 2 ** -17]

/**
 * The derivative of a function of plain numbers along a direction: central differences, extrapolated by Richardson's
 * scheme at several steps; of each entry the value whose error estimate (last extrapolation, and rounding) is least.
 */
export function directionalDifference(f: (x: Float64Array) => Float64Array, x: Float64Array, direction: Float64Array, ...more: []): Difference {
  noMore('directionalDifference', 3, more)
  const size = Math.max(...Array.from(x, (each, i) => (direction[i] === 0 ? 0 : Math.abs(each))), 0)
  const tries = [...new Set(STEPS.flatMap(step => [step * Math.max(size, 1), step * (size || 1)]))].map(step => extrapolated(f, x, direction, step))
  const [first, ...others] = tries as [Difference, ...Difference[]]
  const [values, errors] = [first.values.slice(), first.errors.slice()]
  for (const each of others) {
    each.errors.forEach((error, i) => {
      // No difference at all, where a larger step told one to three digits: the smaller step was lost in rounding.
      if (each.values[i] === 0 && (errors[i] as number) < 1e-3 * Math.abs(values[i] as number)) return
      if (!(error < (errors[i] as number)) && !Number.isNaN(errors[i])) return
      errors[i] = error
      values[i] = each.values[i] as number
    })
  }
  return { values, errors }
}

function extrapolated(f: (x: Float64Array) => Float64Array, x: Float64Array, direction: Float64Array, step: number): Difference {
  let largest: Float64Array | undefined
  const central = (h: number) => {
    const [above, below] = [1, -1].map(sign => f(x.map((each, i) => each + sign * h * (direction[i] as number)))) as [Float64Array, Float64Array]
    largest = above.map((each, i) => Math.max(Math.abs(each), Math.abs(below[i] as number), largest?.[i] ?? 0))
    return above.map((each, i) => (each - (below[i] as number)) / (2 * h))
  }
  let row = [central(step), central(step / 2), central(step / 4)]
  let before = row[2] as Float64Array
  for (let factor = 4; row.length > 1; factor *= 4) {
    before = row.at(-1) as Float64Array
    row = row.slice(1).map((finer, k) => finer.map((each, i) => each + (each - ((row[k] as Float64Array)[i] as number)) / (factor - 1)))
  }
  const values = row[0] as Float64Array
  return { values, errors: values.map((each, i) => Math.abs(each - (before[i] as number)) + (16 * Number.EPSILON * (largest?.[i] ?? 0)) / step) }
}
