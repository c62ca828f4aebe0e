import { Batch } from '../batch/batch.ts'
import { zeros } from '../core/makers.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import { inspecting } from '../reverse/inspect.ts'
import { AssembleNode, LeafNode, MapNode, type TapeNode, UnpackNode } from '../reverse/nodes.ts'
import { type NewSweep, type Recording, Sweep, sweepOf } from '../reverse/sweep.ts'

/**
 * Runs something with sweeps in so many directions: where a tape holds tensor operations, those go through each once for all
 * directions, which are the items of a batch.
 */
export function inSweeps(recording: Recording, width: number, run: (newSweep: NewSweep) => void): void {
  if (width === 1 || !isBatchable(recording)) {
    run(sweepOf)
    return
  }
  const batch = new Batch(width)
  try {
    run(over => new BatchedSweep(over, batch))
  } finally {
    batch.close()
  }
}

/** Whether the nodes of a recording compute with tensors over plain numbers, by operators that are the library's own. */
export function isBatchable({ nodes, graph }: Recording): boolean {
  return graph === undefined && !inspecting() && nodes.some(node => node instanceof MapNode) && nodes.every(isBatchableNode)
}

function isBatchableNode(node: TapeNode): boolean {
  if (node instanceof MapNode) return node.application.definition.ofUser !== true && !isTraced(node.out) && !node.primals.some(isTraced)
  return node instanceof AssembleNode || node instanceof UnpackNode || node instanceof LeafNode
}

/** A sweep in which rows have a number for each direction, and nodes a batch of as many tensors. */
class BatchedSweep extends Sweep {
  readonly #ofNodes: BatchOfNodes
  readonly #batch: Batch
  /** Tensors that were put in direction by direction, until a node asks for them. */
  readonly #seeds = new Map<number, Tensor>()

  constructor(recording: Recording, batch: Batch) {
    super(recording, batch.size)
    this.#batch = batch
    this.#ofNodes = new BatchOfNodes(recording, batch, this.rows)
  }

  override get ofNodes(): Sweep {
    for (const [reference, seed] of this.#seeds) this.#ofNodes.add(reference, 0, this.#batch.wrap(seed))
    this.#seeds.clear()
    return this.#ofNodes
  }

  override add(reference: number, direction: number, term: Value | undefined): void {
    if (reference >= 0 || term === undefined) {
      super.add(reference, direction, term)
      return
    }
    const given = term as Tensor
    const seed = this.#seeds.get(reference) ?? zeros([this.width, ...given.shape])
    this.#seeds.set(reference, seed)
    const from = direction * given.size
    for (let i = 0; i < given.size; i++) seed.data[from + i] = (seed.data[from + i] as number) + (given.data[i] as number)
  }

  override get(reference: number, direction: number): Value | undefined {
    if (reference >= 0) return super.get(reference, direction)
    const all = this.ofNodes.get(reference, 0)
    if (all === undefined) return undefined
    const payload = this.#batch.primal(all) as Tensor
    if (!this.#batch.owns(all)) return payload
    const [, ...shape] = payload.shape
    const size = payload.size / this.width
    return new Tensor(payload.data.subarray(direction * size, (direction + 1) * size), shape)
  }
}

/** The same in one direction, as nodes see it: all their adjoints are batches. */
class BatchOfNodes extends Sweep {
  readonly #batch: Batch
  readonly #rows: Float64Array

  constructor(recording: Recording, batch: Batch, rows: Float64Array) {
    super(recording, 1, rows)
    this.#batch = batch
    this.#rows = rows
  }

  override get(reference: number, direction: number): Value | undefined {
    if (reference < 0) return super.get(reference, direction)
    const { size } = this.#batch
    const numbers = this.#rows.slice(reference * size, (reference + 1) * size)
    return numbers.every(each => each === 0) ? 0 : this.#batch.wrap(new Tensor(numbers, [size]))
  }

  override add(reference: number, direction: number, term: Value | undefined): void {
    if (reference <= 0 || term === undefined) super.add(reference, direction, term)
    else this.#addRow(reference, term)
  }

  /** Adds a scalar of each item, or one of all. */
  #addRow(row: number, term: Value): void {
    const { size } = this.#batch
    const payload = this.#batch.primal(term)
    const own = this.#batch.owns(term)
    for (let k = 0, at = row * size; k < size; k++, at++) {
      const number = payload instanceof Tensor ? payload.data[own ? k : 0] : Number(payload)
      this.#rows[at] = (this.#rows[at] as number) + (number as number)
    }
  }

  override gather(rows: ArrayLike<number>): Value {
    const { size } = this.#batch
    const data = new Float64Array(size * rows.length)
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number
      if (row !== 0) for (let k = 0; k < size; k++) data[k * rows.length + i] = this.#rows[row * size + k] as number
    }
    return this.#batch.wrap(new Tensor(data, [size, rows.length]))
  }

  override scatter(rows: ArrayLike<number>, _direction: number, terms: Tensor, start: number): void {
    const { size } = this.#batch
    const { data } = this.#batch.primal(terms) as Tensor
    const stride = this.#batch.owns(terms) ? data.length / size : 0
    for (let i = 0; i < rows.length; i++) {
      const to = (rows[i] as number) * size
      for (let k = 0; k < size; k++) this.#rows[to + k] = (this.#rows[to + k] as number) + (data[k * stride + start + i] as number)
    }
  }
}
