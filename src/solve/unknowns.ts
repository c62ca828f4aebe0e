import { forItems } from '../core/by-items.ts'
import { DualtapeError } from '../core/errors.ts'
import { isNumericTypedArray, Tensor } from '../core/tensor.ts'
import { isTraced, someAbstract } from '../core/traced.ts'
import { leavesOf } from '../core/tree.ts'
import type { Value } from '../core/types.ts'
import { Structure, sizeOfLeaf } from './structure.ts'

/** A tree of unknowns, of which there is at least one. */
export class Unknowns<X> extends Structure<X> {
  readonly #name: string

  /** `x0` is a tree of numbers, tensors and typed arrays; of traced ones the structure counts. */
  constructor(name: string, x0: X) {
    super(x0, `${name}: the start`)
    this.#name = name
    if (this.size === 0) throw new DualtapeError(`${name}: the start has no numbers, so there is nothing to solve for.`)
  }

  /** The numbers of a tree of this structure, which are plain. */
  flat(tree: unknown, role = 'the start'): Float64Array {
    return flatten(tree, `${this.#name}: ${role}`)
  }

  /** The tree with the entries of a traced vector. */
  tracedTree(vector: Tensor): X {
    return this.filled(this.parted(vector))
  }
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
