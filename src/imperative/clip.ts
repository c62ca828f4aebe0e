import { noMore } from '../core/arguments.ts'
import { value as plain } from '../core/dispatch.ts'
import { DualtapeError, describe, OptionError } from '../core/errors.ts'
import { isNumericTypedArray, Tensor } from '../core/tensor.ts'
import { type Leaf, leavesOf, mapTree } from '../core/tree.ts'
import { clip, div, mul } from '../ops/index.ts'
import { vectorNorm } from '../ops/vector-norms.ts'

/**
 * Gradients with each leaf of the tree scaled down to an L2 norm of at most `max`: g · min(1, max / ‖g‖). Arrays of numbers
 * count as one leaf. Kinds and structure stay; nothing is changed in place.
 *
 * Throws an OptionError when `max` is not a positive number, and a DualtapeError for a gradient that is NaN or infinite, which
 * no scaling can repair (see `detectAnomaly`).
 *
 * @example
 * clipByNorm([3, 4], 1) // [0.6, 0.8]
 */
export function clipByNorm<T>(grads: T, max: number, ...more: []): T {
  noMore('clipByNorm', 2, more)
  checkMax('clipByNorm', max)
  const clipLeaf = (leaf: unknown): unknown => scaled('clipByNorm', leaf, max)
  const walk = (tree: unknown): unknown => {
    if (isLeaf(tree)) return clipLeaf(tree)
    if (Array.isArray(tree)) return tree.map(walk)
    return Object.fromEntries(Object.entries(tree as object).map(([key, each]) => [key, walk(each)]))
  }
  leavesOf(grads, 'clipByNorm: the gradients')
  return walk(grads) as T
}

/**
 * Gradients scaled together, where the L2 norm over all leaves exceeds `max`: their direction stays.
 * Throws like `clipByNorm`. Source: Pascanu, Mikolov and Bengio, ICML 2013.
 *
 * @names `torch.nn.utils.clip_grad_norm_`
 *
 * @example
 * clipByGlobalNorm({ w: [3, 0], b: 4 }, 1) // { w: [0.6, 0], b: 0.8 }
 */
export function clipByGlobalNorm<T>(grads: T, max: number, ...more: []): T {
  noMore('clipByGlobalNorm', 2, more)
  checkMax('clipByGlobalNorm', max)
  return scaled('clipByGlobalNorm', grads, max) as T
}

/**
 * Gradients with each entry clipped to [−max, max], or to [low, high].
 *
 * @names `torch.nn.utils.clip_grad_value_`
 *
 * @example
 * clipByValue([-5, 0.5], 1) // [-1, 0.5]
 */
export function clipByValue<T>(grads: T, low: number, high?: number, ...more: []): T {
  noMore('clipByValue', 3, more)
  const [from, to] = high === undefined ? [-low, low] : [low, high]
  for (const each of high === undefined ? [low] : [low, high]) {
    if (typeof each !== 'number') throw new OptionError(`clipByValue: the bounds are numbers, but ${describe(each)} was given.`)
  }
  if (!(from <= to)) throw new OptionError(`clipByValue: the bounds ${from} and ${to} hold nothing between them.`)
  return mapLeaves('clipByValue', grads, leaf => clip(leaf as number, from, to)) as T
}

/**
 * Whether every entry of a tree is finite.
 *
 * @example
 * isFiniteTree({ w: [1, 2], b: 1 / 0 }) // false
 */
export function isFiniteTree(tree: unknown, ...more: []): boolean {
  noMore('isFiniteTree', 1, more, tree)
  return leavesOf(tree, 'isFiniteTree: the tree').every(leaf => {
    const x = plain(leaf)
    return x instanceof Tensor ? x.data.every(Number.isFinite) : isNumericTypedArray(x) ? Array.from(x).every(Number.isFinite) : Number.isFinite(x)
  })
}

/** A number, a tensor, a typed array, or nested arrays of numbers. */
function isLeaf(tree: unknown): boolean {
  if (Array.isArray(tree)) return tree.length > 0 && tree.every(each => typeof each === 'number' || (Array.isArray(each) && isLeaf(each)))
  return typeof tree !== 'object' || tree instanceof Tensor || ArrayBuffer.isView(tree) || Object.getPrototypeOf(tree) !== Object.prototype
}

function scaled(name: string, tree: unknown, max: number): unknown {
  const norms = leavesOf(tree, name).map(leaf => Number(plain(vectorNorm('norm', leaf as number, 2, {}))))
  // Relative to the largest, whose square may be beyond the doubles.
  const largest = norms.reduce((a, b) => Math.max(a, b), 0)
  const total = largest === 0 || !Number.isFinite(largest) ? largest : largest * Math.sqrt(norms.reduce((sum, each) => sum + (each / largest) ** 2, 0))
  if (!Number.isFinite(total)) {
    throw new DualtapeError(`${name}: the norm of the gradients is ${total}. Scaling cannot repair that; detectAnomaly(() => …) says where it arose.`)
  }
  return total <= max ? tree : mapLeaves(name, tree, leaf => mul(div(leaf as number, total), max))
}

function mapLeaves(name: string, tree: unknown, change: (leaf: Leaf) => unknown): unknown {
  return mapTree(tree, name, leaf => {
    const changed = change(leaf)
    return isNumericTypedArray(leaf) && changed instanceof Tensor ? Float64Array.from(changed.data) : changed
  })
}

function checkMax(name: string, max: number): void {
  if (!(typeof max === 'number' && max > 0)) {
    throw new OptionError(`${name}: the largest norm is a positive number, but ${typeof max === 'number' ? max : describe(max)} was given.`)
  }
}
