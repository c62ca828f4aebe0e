import { pickEntry, value } from '../core/dispatch.ts'
import { zeros } from '../core/makers.ts'
import { isNumericTypedArray, Tensor, withDtype } from '../core/tensor.ts'
import { Traced, TracedTensor } from '../core/traced.ts'
import { asTypedList, type Leaf, leavesLike, mapTree } from '../core/tree.ts'
import type { Value } from '../core/types.ts'
import { section } from '../ops/sections.ts'
import { reshape } from '../ops/shape.ts'

/** A tree's structure, of which vectors hold the numbers: leaf by leaf, each tensor row by row. */
export class Structure<T = unknown> {
  readonly size: number
  readonly #template: unknown
  readonly #role: string
  /** Whether it is a list of numbers and nothing else. */
  readonly #isList: boolean

  constructor(tree: T, role: string) {
    this.#role = role
    if (Array.isArray(tree) && tree.every(each => typeof each === 'number')) {
      this.#template = tree.slice()
      this.#isList = true
      this.size = tree.length
      return
    }
    // Traced leaves may stand for many numbers, or for none yet: what counts is their shape.
    this.#template = mapTree(tree, role, leaf => (leaf instanceof Traced ? 0 : leaf instanceof TracedTensor ? zeros(leaf.shape) : leaf))
    this.#isList = Array.isArray(tree) && (this.#template as unknown[]).every(each => typeof each === 'number')
    let size = 0
    mapTree(this.#template, role, leaf => (size += sizeOfLeaf(leaf)))
    this.size = size
  }

  /** The leaves of a tree of this structure, entry by entry of typed arrays; a list may be given as a tensor. */
  leaves(tree: unknown, role: string): Value[] {
    // A copy, since the function may use its list again.
    if (this.#isList && isListOfScalars(tree, this.size)) return tree.slice()
    const given = Array.isArray(this.#template) && tree instanceof Tensor ? tree.toArray() : tree
    return leavesLike(this.#template, given, this.#role, role)
  }

  /** The numbers of a tree, without what transforms know of them. */
  vector(tree: unknown, role: string): Float64Array {
    if (this.#isList && Array.isArray(tree) && tree.length === this.size) {
      const vector = new Float64Array(this.size)
      let i = 0
      for (; i < this.size; i++) {
        const entry: unknown = tree[i]
        if (typeof entry !== 'number') break
        vector[i] = entry
      }
      if (i === this.size) return vector
    }
    return this.numbers(this.leaves(tree, role))
  }

  /** The numbers of leaves. */
  numbers(leaves: readonly Value[]): Float64Array {
    const vector = new Float64Array(this.size)
    let at = 0
    for (const leaf of leaves) {
      const plain = value(leaf)
      if (plain instanceof Tensor) vector.set(plain.data, at)
      else vector[at] = Number(plain)
      at += plain instanceof Tensor ? plain.size : 1
    }
    return vector
  }

  /** The tree with the numbers of a vector, in doubles, for functions. */
  tree(vector: Float64Array): T {
    return this.#of(vector, false)
  }

  /** The same in float32 where the first tree is; integers and booleans have become float64. */
  solution(vector: Float64Array): T {
    return this.#of(vector, true)
  }

  #of(vector: Float64Array, single: boolean): T {
    if (this.#isList) {
      // Array.from takes ten times as long.
      const list = new Array<number>(this.size)
      for (let i = 0; i < this.size; i++) list[i] = vector[i] as number
      return list as T
    }
    let at = 0
    return mapTree(this.#template, this.#role, leaf => {
      const from = at
      at += sizeOfLeaf(leaf)
      if (leaf instanceof Tensor) return withDtype(new Tensor(vector.slice(from, at), leaf.shape), single && leaf.dtype === 'float32' ? 'float32' : 'float64')
      if (isNumericTypedArray(leaf)) return single && leaf instanceof Float32Array ? Float32Array.from(vector.subarray(from, at)) : vector.slice(from, at)
      return vector[from]
    }) as T
  }

  /** The leaves that hold the numbers of a vector. */
  plainLeaves(vector: Float64Array): Value[] {
    return this.leaves(this.tree(vector), this.#role)
  }

  /** A vector, which may be traced, as leaves. */
  parted(vector: Tensor): Value[] {
    let at = 0
    const leaves: Value[] = []
    mapTree(this.#template, this.#role, leaf => {
      if (leaf instanceof Tensor)
        leaves.push(leaf.rank === 0 ? (reshape(pickEntry(vector, at) as number, []) as Value) : (section(vector, at, leaf.shape) as Value))
      else for (let i = 0; i < sizeOfLeaf(leaf); i++) leaves.push(pickEntry(vector, at + i))
      at += sizeOfLeaf(leaf)
    })
    return leaves
  }

  /** The tree with leaves in place of its own. */
  filled(leaves: readonly Value[]): T {
    if (this.#isList) return leaves.slice() as T
    let at = 0
    return mapTree(this.#template, this.#role, leaf => {
      if (!isNumericTypedArray(leaf)) return leaves[at++]
      return asTypedList(Array.from({ length: leaf.length }, () => leaves[at++]))
    }) as T
  }
}

/** How many numbers a leaf holds. */
export function sizeOfLeaf(leaf: Leaf): number {
  if (leaf instanceof Tensor) return leaf.size
  return isNumericTypedArray(leaf) ? leaf.length : 1
}

function isListOfScalars(tree: unknown, size: number): tree is Value[] {
  if (!Array.isArray(tree) || tree.length !== size) return false
  for (let i = 0; i < size; i++) {
    const entry: unknown = tree[i]
    if (typeof entry !== 'number' && !(entry instanceof Traced)) return false
  }
  return true
}

/** A tree of numbers, where values of transforms become the numbers that they stand for; what is no number stays. */
export function plainTree(tree: unknown, role: string): unknown {
  return tree === undefined ? undefined : mapTree(tree, role, leaf => value(leaf), { keeps: () => true })
}
