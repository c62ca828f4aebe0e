import type { Positions } from '../core/definition.ts'
import { pickEntry } from '../core/dispatch.ts'
import { strongProduct } from '../core/rows.ts'
import { type Shape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced, Traced } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import { add, scale } from '../ops/arithmetic.ts'
import { Adjoint } from './adjoint.ts'
import { inspecting } from './inspect.ts'
import type { TapeNode } from './nodes.ts'
import { type Buffers, giveSweep, takeSweep } from './pool.ts'
import { type Mask, Reached, signsOf } from './reached.ts'
import type { StepGraph } from './steps.ts'

/** What a finished tape leaves: rows below `count`, and the nodes that rows point to. */
export interface Recording extends Buffers {
  readonly count: number
  readonly nodes: readonly TapeNode[]
  /** Whether no derivative on the tape depends on the inputs: the recorded function is affine. */
  readonly affine: boolean
  /** Whether the function's path may depend on its argument. */
  readonly observed: boolean
  /** The graph whose steps the rows hold in place of numbers. */
  readonly graph?: StepGraph | undefined
}

/**
 * The adjoints (or tangents) that belong to the rows and nodes of a recording while it is walked, in `width` directions at
 * once. A reference above 0 is a row, below 0 the node −1−k, and 0 nothing.
 */
export class Sweep {
  readonly width: number
  readonly rows: Float64Array
  readonly #nodes: (Adjoint | undefined)[]
  readonly #nodeCount: number
  /** Adjoints of rows that are themselves traced, where a derivative is nested in another. */
  traced: Map<number, Value> | undefined
  /** Where terms have arrived, for inspectors. */
  readonly reached: Reached | undefined = inspecting() ? new Reached() : undefined

  /** What nodes add to and read, in as many directions as it has. */
  get ofNodes(): Sweep {
    return this
  }

  constructor(recording: Recording, width: number, rows = takeSweep(recording.count * width)) {
    this.width = width
    this.rows = rows
    this.#nodeCount = recording.nodes.length
    this.#nodes = new Array(this.#nodeCount * width)
  }

  get(reference: number, direction: number): Value | undefined {
    if (reference < 0) return this.#nodes[direction * this.#nodeCount - 1 - reference]?.value
    const at = reference * this.width + direction
    const number = this.rows[at] as number
    if (this.traced === undefined) return number
    const traced = this.traced.get(at)
    return traced === undefined ? number : number === 0 ? traced : (add(traced as number, number) as Value)
  }

  /** The same for a rule that reads no entries: they may wait to be computed together with what is made of them. */
  unsettled(reference: number, direction: number): Value | undefined {
    return reference < 0 ? this.#nodes[direction * this.#nodeCount - 1 - reference]?.unsettled : this.get(reference, direction)
  }

  /** Computes all that waits. */
  settle(): void {
    for (const each of this.#nodes) each?.value
  }

  /** Adds a term to an adjoint; an inspector wants to know at which entries it has arrived, where it may be 0 there. */
  add(reference: number, direction: number, term: Value | undefined, arrived?: Mask): void {
    if (reference === 0 || term === undefined) return
    this.reached?.note(reference, direction, arrived ?? signsOf(term))
    if (reference < 0) {
      this.#adjoint(reference, direction).add(term)
      return
    }
    const at = reference * this.width + direction
    if (term instanceof Tensor) {
      this.add(reference, direction, pickEntry(term, 0), arrived)
      return
    }
    if (!isTraced(term)) {
      this.rows[at] = (this.rows[at] as number) + Number(term)
      return
    }
    this.traced ??= new Map()
    const sum = this.traced.get(at)
    this.traced.set(at, sum === undefined ? term : (add(sum as number, term as unknown as number) as Value))
  }

  /** Adds to some entries of a tensor's adjoint, for which its shape is needed; see `Adjoint`. */
  addEntries(reference: number, direction: number, shape: Shape, positions: Positions, entries: Value | readonly Value[], arrived?: Mask): void {
    this.reached?.noteAt(reference, direction, sizeOfShape(shape), positions, arrived ?? signsOf(entries))
    this.#adjoint(reference, direction).addEntries(shape, positions, entries)
  }

  /** The adjoints of rows (0: none), one by one or as a tensor. */
  gather(rows: ArrayLike<number>, direction: number): Value | readonly Value[] {
    return Array.from(rows, row => (row === 0 ? 0 : (this.get(row, direction) as Value)))
  }

  /** Adds a tensor's entries from `start` on to the adjoints of rows (0: none). */
  scatter(rows: ArrayLike<number>, direction: number, terms: Tensor, start: number): void {
    if (isTraced(terms) || this.traced !== undefined || this.reached !== undefined) {
      for (let i = 0; i < rows.length; i++) this.add(rows[i] as number, direction, pickEntry(terms, start + i))
      return
    }
    for (let i = 0; i < rows.length; i++) {
      const at = (rows[i] as number) * this.width + direction
      this.rows[at] = (this.rows[at] as number) + (terms.data[start + i] as number)
    }
  }

  #adjoint(reference: number, direction: number): Adjoint {
    const at = direction * this.#nodeCount - 1 - reference
    const adjoint = this.#nodes[at] ?? new Adjoint()
    this.#nodes[at] = adjoint
    return adjoint
  }

  /** Puts an adjoint in place of what has been added so far. */
  set(reference: number, direction: number, adjoint: Value | undefined): void {
    this.#clear(reference, direction)
    this.add(reference, direction, adjoint)
  }

  /** Takes a tensor's adjoint away, to be put into this sweep again or into another, where sums go on in place. */
  take(reference: number, direction: number): Adjoint | undefined {
    const at = direction * this.#nodeCount - 1 - reference
    const adjoint = this.#nodes[at]
    this.#nodes[at] = undefined
    return adjoint
  }

  /** Adds an adjoint that was taken elsewhere. Where there is none yet, it goes on here. */
  merge(reference: number, direction: number, adjoint: Adjoint | undefined): void {
    const at = direction * this.#nodeCount - 1 - reference
    const own = this.#nodes[at]
    if (this.reached !== undefined && adjoint?.value !== undefined) this.reached.note(reference, direction, signsOf(adjoint.value))
    if (own === undefined) this.#nodes[at] = adjoint
    else if (adjoint?.unsettled !== undefined) own.add(adjoint.unsettled)
  }

  /** Hands an adjoint over to another sweep, which has none there. */
  move(reference: number, direction: number, to: Sweep, target: number): void {
    if (reference < 0 && target < 0) to.merge(target, direction, this.take(reference, direction))
    else to.set(target, direction, this.get(reference, direction))
  }

  #clear(reference: number, direction: number): void {
    if (reference < 0) this.#nodes[direction * this.#nodeCount - 1 - reference] = undefined
    else {
      const at = reference * this.width + direction
      this.rows[at] = 0
      this.traced?.delete(at)
    }
  }

  /** Gives the buffer back; no adjoint can be read afterwards. */
  release(): void {
    giveSweep(this.rows)
  }
}

/** A sweep over a recording whose rows hold the steps of a graph: adjoints are steps, too, and step 0 is the constant 0. */
class StepSweep extends Sweep {
  readonly #graph: StepGraph

  constructor(recording: Recording, width: number, graph: StepGraph) {
    super(recording, width)
    this.#graph = graph
    this.traced = new Map()
  }

  override get(reference: number, direction: number): Value | undefined {
    if (reference < 0) return super.get(reference, direction)
    const at = reference * this.width + direction
    const step = this.rows[at] as number
    const foreign = this.traced?.get(at)
    if (step === 0) return foreign ?? 0
    // Rows of numbers begin with 0, to which -0 adds nothing.
    const known = this.#graph.handle(this.#graph.plusZero(step))
    return foreign === undefined ? known : (add(foreign as number, known as number) as Value)
  }

  override add(reference: number, direction: number, term: Value | undefined): void {
    const isStep = typeof term === 'number' || (term instanceof Traced && term.arena === this.#graph.arena)
    if (reference > 0 && isStep) this.addStep(reference * this.width + direction, this.#graph.idOf(term))
    else super.add(reference, direction, term)
  }

  addStep(at: number, step: number): void {
    const sum = this.rows[at] as number
    this.rows[at] = sum === 0 ? step : step === 0 ? sum : this.#graph.step(add.definition, sum, step)
  }

  /** What a row passes on to its sources, or what those pass on to it. */
  pass({ sources, partials }: Recording, row: number, forward: boolean): void {
    for (let k = 0; k < this.width; k++) {
      for (let i = 2 * row; i < 2 * row + 2; i++) {
        const [source, own] = [(sources[i] as number) * this.width + k, row * this.width + k]
        const step = this.rows[forward ? source : own] as number
        if (sources[i] !== 0 && step !== 0) this.addStep(forward ? own : source, this.#graph.step(scale.definition, step, partials[i] as number))
      }
    }
  }
}

/** What makes a sweep over a recording in so many directions. */
export type NewSweep = (recording: Recording, width: number) => Sweep

export function sweepOf(recording: Recording, width: number): Sweep {
  return recording.graph === undefined ? new Sweep(recording, width) : new StepSweep(recording, width, recording.graph)
}

/** Walks a recording from its last row down to `first`, adding adjoints. */
export function sweepBackward(recording: Recording, sweep: Sweep, first: number): void {
  const { sources, nodes, count } = recording
  const { ofNodes } = sweep
  const steps = sweep instanceof StepSweep ? sweep : undefined
  for (let row = count - 1; row >= first; row--) {
    if (sweep.traced === undefined) row = pullRows(recording, sweep, row, first)
    if (row < first) return
    const a = sources[row << 1] as number
    if (a < 0) for (let k = 0; k < ofNodes.width; k++) (nodes[-1 - a] as TapeNode).pull(ofNodes, k)
    else if (steps === undefined) pullTraced(recording, sweep, row) || pullRows(recording, sweep, row, row)
    else {
      steps.pass(recording, row, false)
      pullTraced(recording, sweep, row)
    }
  }
}

/** The same for plain rows, down to one that a node made, which it gives back, or to below `first`. */
function pullRows({ sources, partials }: Recording, { rows, width }: Sweep, last: number, first: number): number {
  for (let row = last; row >= first; row--) {
    const a = sources[row << 1] as number
    if (a < 0) return row
    const b = sources[(row << 1) + 1] as number
    const p = partials[row << 1] as number
    const q = partials[(row << 1) + 1] as number
    if (width === 1) {
      const adjoint = rows[row] as number
      if (adjoint === 0) continue
      rows[a] = (rows[a] as number) + strongProduct(adjoint, p)
      rows[b] = (rows[b] as number) + strongProduct(adjoint, q)
      continue
    }
    if (a === 0 && b === 0) continue
    let from = row * width
    let toA = a * width
    let toB = b * width
    const end = from + width
    for (; from < end; from++, toA++, toB++) {
      const adjoint = rows[from] as number
      if (adjoint === 0) continue
      rows[toA] = (rows[toA] as number) + strongProduct(adjoint, p)
      rows[toB] = (rows[toB] as number) + strongProduct(adjoint, q)
    }
  }
  return first - 1
}

/** Walks a recording up from its row `first`, computing tangents. */
export function sweepForward(recording: Recording, sweep: Sweep, first: number): void {
  const { sources, nodes, count } = recording
  const { ofNodes } = sweep
  const steps = sweep instanceof StepSweep ? sweep : undefined
  for (let row = first; row < count; row++) {
    if (sweep.traced === undefined) row = pushRows(recording, sweep, row, count)
    if (row >= count) return
    const a = sources[row << 1] as number
    if (a < 0) for (let k = 0; k < ofNodes.width; k++) (nodes[-1 - a] as TapeNode).push(ofNodes, k)
    else if (steps === undefined) pushTraced(recording, sweep, row) || pushRows(recording, sweep, row, row + 1)
    else {
      steps.pass(recording, row, true)
      pushTraced(recording, sweep, row)
    }
  }
}

/** The same for plain rows, up to one that a node makes, which it gives back, or to `end`. */
function pushRows({ sources, partials }: Recording, { rows, width }: Sweep, first: number, end: number): number {
  for (let row = first; row < end; row++) {
    const a = sources[row << 1] as number
    if (a < 0) return row
    const b = sources[(row << 1) + 1] as number
    if (a === 0 && b === 0) continue
    const p = partials[row << 1] as number
    const q = b === 0 ? 0 : (partials[(row << 1) + 1] as number)
    let to = row * width
    let fromA = a * width
    let fromB = b * width
    const last = to + width
    // Beside finite partials other than 0 no zero has to win.
    if (isOrdinary(p) && (b === 0 || isOrdinary(q)) && a !== 0) {
      for (; to < last; to++, fromA++, fromB++) rows[to] = (rows[to] as number) + p * (rows[fromA] as number) + q * (rows[fromB] as number)
    } else {
      for (; to < last; to++, fromA++, fromB++) {
        if (a !== 0) rows[to] = (rows[to] as number) + strongProduct(p, rows[fromA] as number)
        if (b !== 0) rows[to] = (rows[to] as number) + strongProduct(q, rows[fromB] as number)
      }
    }
  }
  return end
}

/** Whether a factor is finite and other than 0, so that no product with it is of 0 and ∞. */
function isOrdinary(x: number): boolean {
  return x - x === 0 && x !== 0
}

/** A row whose adjoint is traced; false when it is not. */
function pullTraced({ sources, partials, graph }: Recording, sweep: Sweep, row: number): boolean {
  if (sweep.traced?.size === 0) return false
  const { width } = sweep
  const partialOf = (i: number) => (graph === undefined ? partials[i] : graph.handle(partials[i] as number)) as number
  const directions = Array.from({ length: width }, (_, k) => k)
  if (!directions.some(k => sweep.traced?.has(row * width + k))) return false
  for (const k of directions) {
    const adjoint = graph === undefined ? sweep.get(row, k) : sweep.traced?.get(row * width + k)
    for (const i of [2 * row, 2 * row + 1]) {
      if (adjoint !== undefined) sweep.add(sources[i] as number, k, scale(adjoint as number, partialOf(i)) as Value)
    }
  }
  return true
}

/** A row that depends on rows with traced tangents; false when it does not. */
function pushTraced({ sources, partials, graph }: Recording, sweep: Sweep, row: number): boolean {
  if (sweep.traced?.size === 0) return false
  const partialOf = (i: number) => (graph === undefined ? partials[i] : graph.handle(partials[i] as number)) as number
  const { width } = sweep
  const pairs = [2 * row, 2 * row + 1]
  const directions = Array.from({ length: width }, (_, k) => k)
  if (!directions.some(k => pairs.some(i => sweep.traced?.has((sources[i] as number) * width + k)))) return false
  for (const k of directions) {
    for (const i of pairs) {
      if (sources[i] === 0) continue
      const from = sources[i] as number
      const tangent = graph === undefined ? sweep.get(from, k) : sweep.traced?.get(from * width + k)
      if (tangent !== undefined) sweep.add(row, k, scale(tangent as number, partialOf(i)) as Value)
    }
  }
  return true
}
