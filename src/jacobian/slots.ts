import { pickEntry } from '../core/dispatch.ts'
import { type Shape, sizeOfShape } from '../core/shape.ts'
import { isNumericTypedArray, Tensor, zeros } from '../core/tensor.ts'
import { type Leaf, leavesOf } from '../core/tree.ts'
import type { Value } from '../core/types.ts'
import type { RecordedCall } from '../reverse/recorded-call.ts'
import type { Sweep } from '../reverse/sweep.ts'

/** Where the entries of a vector of inputs or outputs live on a tape: one scalar or one tensor after the other. */
export class Slots {
  /** Number of entries. */
  readonly size: number
  /** Reference of the scalar or tensor that each entry belongs to, and its position in the tensor. */
  readonly references: Int32Array
  readonly positions: Int32Array
  readonly #shapes = new Map<number, Shape>()

  constructor(references: readonly number[], leaves: readonly Leaf[]) {
    this.size = leaves.reduce<number>((sum, leaf) => sum + entriesOf(leaf), 0)
    this.references = new Int32Array(this.size)
    this.positions = new Int32Array(this.size)
    let entry = 0
    references.forEach((reference, i) => {
      const leaf = leaves[i]
      const count = entriesOf(leaf as Leaf)
      if (leaf instanceof Tensor) this.#shapes.set(reference, leaf.shape)
      for (let position = 0; position < count; position++, entry++) {
        this.references[entry] = reference
        this.positions[entry] = position
      }
    })
  }

  /** Number of entries of the scalar or tensor that an entry belongs to. */
  sizeAt(entry: number): number {
    const shape = this.#shapes.get(this.references[entry] as number)
    return shape === undefined ? 1 : sizeOfShape(shape)
  }

  /** Puts a 1 at each of the given entries, in one direction. */
  seed(sweep: Sweep, direction: number, entries: Iterable<number>): void {
    let seeds: Map<number, Tensor> | undefined
    for (const entry of entries) {
      const reference = this.references[entry] as number
      const shape = this.#shapes.get(reference)
      if (shape === undefined) {
        sweep.add(reference, direction, 1)
        continue
      }
      seeds ??= new Map()
      const seed = seeds.get(reference) ?? zeros(shape)
      seeds.set(reference, seed)
      seed.data[this.positions[entry] as number] = 1
    }
    seeds?.forEach((seed, reference) => {
      sweep.add(reference, direction, seed)
    })
  }

  /** What a sweep left at an entry; 0 where nothing arrived. */
  read(sweep: Sweep, direction: number, entry: number): Value {
    const reference = this.references[entry] as number
    if (reference === 0) return 0
    const value = sweep.get(reference, direction)
    if (value === undefined) return 0
    return value instanceof Tensor ? pickEntry(value, this.positions[entry] as number) : value
  }
}

function entriesOf(leaf: Leaf): number {
  return leaf instanceof Tensor ? leaf.size : isNumericTypedArray(leaf) ? leaf.length : 1
}

/** Slots of the inputs of a recorded call: a typed array counts as its scalars, as which it was recorded. */
export function inputSlots(call: RecordedCall, input: unknown): Slots {
  const leaves = leavesOf(input, 'jacobian: the argument').flatMap((leaf): Leaf[] => (isNumericTypedArray(leaf) ? [...leaf] : [leaf]))
  return new Slots(call.inputs, leaves)
}

/** Slots of the results of a recorded call. */
export function outputSlots(call: RecordedCall): Slots {
  return new Slots(call.outputs, leavesOf(call.value, "jacobian: the function's result"))
}
