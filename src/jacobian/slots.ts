import { pickEntry } from '../core/dispatch.ts'
import { zeros } from '../core/makers.ts'
import { type Shape, sizeOfShape } from '../core/shape.ts'
import { isNumericTypedArray, Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import { type Leaf, leavesOf } from '../core/tree.ts'
import type { Sweep } from '../reverse/sweep.ts'
import type { Entries } from './entries.ts'
import type { Call } from './second-order/gradient-call.ts'

/** Which entries of a vector are read, and where in another list each belongs. */
export interface Reads {
  positions: Int32Array
  places: Int32Array
}

/** Where the entries of a vector of inputs or outputs live on a tape: one scalar or one tensor after the other. */
export class Slots {
  /** Number of entries. */
  readonly size: number
  /** Reference of the scalar or tensor that each entry belongs to, and its position in the tensor. */
  readonly references: Int32Array
  readonly positions: Int32Array
  /** Whether every entry is a row of the tape, or constant (reference 0). */
  readonly onlyRows: boolean
  readonly #shapes = new Map<number, Shape>()
  /** The first entry of each scalar or tensor, and the end. */
  readonly #starts: Int32Array

  constructor(references: readonly number[], leaves: readonly Leaf[]) {
    const starts = new Int32Array(references.length + 1)
    for (let i = 0; i < references.length; i++) starts[i + 1] = (starts[i] as number) + entriesOf(leaves[i] as Leaf)
    this.size = starts[references.length] as number
    this.references = new Int32Array(this.size)
    this.positions = new Int32Array(this.size)
    let onlyRows = true
    for (let i = 0; i < references.length; i++) {
      const reference = references[i] as number
      const leaf = leaves[i]
      const [start, end] = [starts[i] as number, starts[i + 1] as number]
      if (reference < 0) onlyRows = false
      if (leaf instanceof Tensor) this.#shapes.set(reference, leaf.shape)
      for (let entry = start; entry < end; entry++) {
        this.references[entry] = reference
        this.positions[entry] = entry - start
      }
    }
    this.onlyRows = onlyRows
    this.#starts = starts
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
      if (reference === 0) continue
      const shape = this.#shapes.get(reference)
      if (shape === undefined) {
        sweep.add(reference, direction, 1)
        continue
      }
      seeds ??= new Map()
      const seed = seeds.get(reference) ?? zeros(shape)
      seeds.set(reference, seed)
      const position = this.positions[entry] as number
      seed.data[position] = 1
    }
    seeds?.forEach((seed, reference) => {
      sweep.add(reference, direction, seed)
    })
  }

  /** What a sweep left in rows, of the entries at `positions` from `start` to `end`, put to `places`. Whether rows with numbers are all there is. */
  readRows(sweep: Sweep, direction: number, { positions, places }: Reads, start: number, end: number, numbers: Float64Array): boolean {
    if (!this.onlyRows || sweep.traced !== undefined) return false
    const { rows, width } = sweep
    for (let at = start; at < end; at++) {
      const reference = this.references[positions[at] as number] as number
      numbers[places[at] as number] = reference === 0 ? 0 : (rows[reference * width + direction] as number)
    }
    return true
  }

  /** What a sweep left at every entry, in one direction; 0 where nothing arrived. */
  read(sweep: Sweep, direction: number, into: Entries): void {
    into.traced = undefined
    const { numbers } = into
    if (this.onlyRows && sweep.traced === undefined) {
      const { rows, width } = sweep
      for (let entry = 0; entry < this.size; entry++) {
        const reference = this.references[entry] as number
        numbers[entry] = reference === 0 ? 0 : (rows[reference * width + direction] as number)
      }
      return
    }
    for (let leaf = 0; leaf + 1 < this.#starts.length; leaf++) {
      const [start, end] = [this.#starts[leaf] as number, this.#starts[leaf + 1] as number]
      if (start === end) continue
      const reference = this.references[start] as number
      const value = reference === 0 ? undefined : sweep.get(reference, direction)
      if (value === undefined) numbers.fill(0, start, end)
      else if (!(value instanceof Tensor)) into.set(start, value)
      else if (!isTraced(value)) numbers.set(value.data, start)
      else for (let entry = start; entry < end; entry++) into.set(entry, pickEntry(value, entry - start))
    }
  }
}

function entriesOf(leaf: Leaf): number {
  if (typeof leaf === 'number') return 1
  return leaf instanceof Tensor ? leaf.size : isNumericTypedArray(leaf) ? leaf.length : 1
}

/** The inputs and outputs of a recorded call. */
export interface Ends {
  inputs: Slots
  outputs: Slots
}

/** The leaves that a function is recorded with: a typed array counts as its scalars. */
export function scalarsOf(leaves: readonly Leaf[]): readonly Leaf[] {
  return leaves.some(isNumericTypedArray) ? leaves.flatMap((leaf): Leaf[] => (isNumericTypedArray(leaf) ? [...leaf] : [leaf])) : leaves
}

/** Where the ends of a call live. */
export function endsOf(call: Call, input: unknown): Ends {
  const leaves = leavesOf(input, 'jacobian: the argument')
  return {
    inputs: new Slots(call.inputs, scalarsOf(leaves)),
    outputs: new Slots(call.outputs, scalarsOf(leavesOf(call.value, "jacobian: the function's result"))),
  }
}
