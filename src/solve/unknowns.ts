import { forItems } from '../core/by-items.ts'
import { pickEntry } from '../core/dispatch.ts'
import { DualtapeError } from '../core/errors.ts'
import { isNumericTypedArray, Tensor, withDtype } from '../core/tensor.ts'
import { isTraced, someAbstract } from '../core/traced.ts'
import { asTypedList, type Leaf, leavesOf, mapTree } from '../core/tree.ts'
import type { Value } from '../core/types.ts'
import { section } from '../ops/sections.ts'
import { reshape } from '../ops/shape.ts'

/** A tree of unknowns as one vector of their numbers, in the order of its leaves. */
export class Unknowns<X> {
  readonly size: number
  readonly #name: string
  readonly #like: X
  /** Whether the tree is one list of numbers. */
  readonly #isList: boolean

  /** `x0` is a tree of numbers, tensors and typed arrays; of traced ones the structure counts. */
  constructor(name: string, x0: X) {
    this.#name = name
    this.#like = x0
    this.#isList = Array.isArray(x0) && x0.every(each => typeof each === 'number')
    this.size = this.#isList ? (x0 as number[]).length : leavesOf(x0, `${name}: the start`).reduce((sum: number, leaf) => sum + sizeOfLeaf(leaf), 0)
    if (this.size === 0) throw new DualtapeError(`${name}: the start has no numbers, so there is nothing to solve for.`)
  }

  /** The numbers of a tree of this structure, which are plain. */
  flat(tree: unknown, role = 'the start'): Float64Array {
    return flatten(tree, `${this.#name}: ${role}`)
  }

  /** The tree with these numbers, in doubles, for functions. */
  tree(numbers: Float64Array): X {
    return this.#filled(numbers, false)
  }

  /** The tree with these numbers, in float32 where the start is; integers and booleans have become float64. */
  solution(numbers: Float64Array): X {
    return this.#filled(numbers, true)
  }

  #filled(numbers: Float64Array, single: boolean): X {
    if (this.#isList) return Array.from(numbers) as X
    let at = 0
    return mapTree(this.#like, this.#name, leaf => {
      const size = sizeOfLeaf(leaf)
      const part = numbers.slice(at, at + size)
      at += size
      if (leaf instanceof Tensor) return withDtype(new Tensor(part, leaf.shape), single && leaf.dtype === 'float32' ? 'float32' : 'float64')
      if (isNumericTypedArray(leaf)) return single && leaf instanceof Float32Array ? Float32Array.from(part) : part
      return part[0]
    }) as X
  }

  /** The tree with the entries of a traced vector. */
  tracedTree(vector: Tensor): X {
    let at = 0
    return mapTree(this.#like, this.#name, leaf => {
      const start = at
      at += sizeOfLeaf(leaf)
      if (leaf instanceof Tensor) return leaf.rank === 0 ? reshape(pickEntry(vector, start) as number, []) : section(vector, start, leaf.shape)
      if (isNumericTypedArray(leaf)) return asTypedList(Array.from(leaf, (_, i) => pickEntry(vector, start + i)))
      return pickEntry(vector, start)
    }) as X
  }
}

/** How many numbers a leaf holds. */
export function sizeOfLeaf(leaf: Leaf): number {
  if (leaf instanceof Tensor) return leaf.size
  return isNumericTypedArray(leaf) ? leaf.length : 1
}

/** Thrown where a number is expected and a value of a running transform has come: the function closes over one. */
export class Captures extends Error {}

/** Lets `Captures` pass: the problem is then solved with what the function closes over as parameters. Other errors may not be those of each item of a batch. */
export function throwUnlessCaptured(error: unknown): void {
  if (error instanceof Captures) return
  throw someAbstract() ? forItems(error as Error) : error
}

/** All numbers of a tree, leaf by leaf. Throws `Captures` where one is traced. `role` begins the message of a TreeError. */
export function flatten(tree: unknown, role: string): Float64Array {
  if (typeof tree === 'number') return Float64Array.of(tree)
  if (Array.isArray(tree) && tree.every(each => typeof each === 'number')) return Float64Array.from(tree)
  const leaves = leavesOf(tree, role)
  if (leaves.some(isTraced)) throw new Captures()
  const numbers = new Float64Array(leaves.reduce((sum: number, leaf) => sum + sizeOfLeaf(leaf), 0))
  let at = 0
  for (const leaf of leaves as Value[]) {
    const entries = leaf instanceof Tensor ? leaf.data : isNumericTypedArray(leaf) ? leaf : [Number(leaf)]
    numbers.set(entries, at)
    at += entries.length
  }
  return numbers
}
