import { shapeOf } from '../core/dispatch.ts'
import { TapeError } from '../core/errors.ts'
import { strongProduct } from '../core/rows.ts'
import { isTraced, type Traced, type TracedTensor } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import { add, scale } from '../ops/arithmetic.ts'
import { zerosOf } from '../ops/kinds/linear.ts'
import { Adjoint } from '../reverse/adjoint.ts'
import { CheckpointNode } from '../reverse/checkpoint.ts'
import { AssembleNode, LeafNode, MapNode, type TapeNode } from '../reverse/nodes.ts'
import { newTape } from '../reverse/tape.ts'
import type { BackwardOptions } from './backward.ts'
import { changedSince } from './changes.ts'
import { freedError } from './errors.ts'
import { checkFreed, free } from './freed.ts'
import { type Imperative, imperativeOf } from './imperative.ts'
import { type Leaf, leafOf } from './leaf.ts'
import { latest, placeOf, reachedFrom } from './reach.ts'
import { receive } from './receive.ts'
import { describeRow } from './rows.ts'
import { saves } from './saved.ts'
import { FREED, type Link, type Note, type Segment, type View } from './segment.ts'
import { SegmentSweep } from './segment-sweep.ts'
import { staleError } from './stale.ts'

/** A walk back over the pages that a value depends on, from the latest. */
export class Walk {
  readonly #imperative: Imperative
  readonly #graph: boolean
  readonly #free: boolean
  readonly #sweeps = new Map<Segment, SegmentSweep>()
  /** Those that wait to be walked. */
  readonly #waiting = new Set<SegmentSweep>()
  /** Adjoints of variables, over the pages that were walked so far: numbers, and sums that go on in place. */
  readonly #gathered = new Map<Leaf, Value | Adjoint>()
  /** Whether the walk spares earlier pages to which it would have brought zeros only. */
  #spares = false

  constructor(imperative: Imperative, { retainTape = false, createGraph = false }: BackwardOptions) {
    this.#imperative = imperative
    this.#graph = createGraph
    this.#free = !retainTape && !createGraph
  }

  from(root: Traced | TracedTensor, cotangent: Value): void {
    const { view, reference } = placeOf(root)
    this.#sweep(view).add(reference, 0, cotangent)
    const done: SegmentSweep[] = []
    try {
      while (this.#waiting.size > 0) {
        const next = latest(this.#waiting, sweep => sweep.segment)
        this.#waiting.delete(next)
        done.push(next)
        if (this.#gathered.size > 0) this.#seed(next)
        this.#fetch(next)
        this.#down(next)
        this.#gather(next)
        this.#carryOn(next)
      }
      for (const sweep of done) checkFreed(sweep)
      // Hooks may change variables in place.
      for (const adjoint of this.#gathered.values()) if (adjoint instanceof Adjoint) adjoint.value
      // Only a walk that came to its end changes gradients.
      for (const [leaf, adjoint] of this.#gathered) {
        const gradient = (adjoint instanceof Adjoint ? adjoint.value : adjoint) as Value
        // A rule of the user's may have read a variable: without `createGraph`, a gradient has no history.
        receive(leaf, this.#graph ? gradient : this.#imperative.primal(gradient))
      }
      this.#deliverZeros(root)
      if (this.#free) for (const sweep of done) free(sweep)
    } finally {
      for (const sweep of this.#sweeps.values()) sweep.release()
    }
    if (this.#free) this.#imperative.current?.endRound()
  }

  #sweep(view: View): SegmentSweep {
    const { segment } = view
    let sweep = this.#sweeps.get(segment)
    if (sweep === undefined) {
      sweep = new SegmentSweep(segment)
      this.#sweeps.set(segment, sweep)
      this.#waiting.add(sweep)
    }
    sweep.views.add(view)
    return sweep
  }

  #down(sweep: SegmentSweep): void {
    const { segment, rows } = sweep
    const { sources, partials, nodes, watched } = segment
    const quick = !this.#graph && watched.size === 0
    for (let row = sweep.top; row >= sweep.low; row--) {
      if (quick && sweep.traced === undefined) {
        row = walkRows(sweep, rows, sources, partials, row, segment.hasSteps)
        if (row < sweep.low) break
      }
      const pair = row << 1
      const a = sources[pair] as number
      if (a === FREED) {
        if (rows[row] !== 0 || sweep.get(row, 0) !== 0) throw freedError()
      } else if (a < 0) {
        if (nodes[-1 - a] instanceof LeafNode) sweep.low = Math.min(sweep.low, segment.stepOf(row))
        else this.#pull(sweep, nodes, -1 - a)
      } else if (a === 0) {
        if (rows[row] !== 0 || sweep.traced !== undefined) sweep.low = Math.min(sweep.low, segment.stepOf(row))
      } else if (a > 0) {
        this.#watch(sweep, row)
        const adjoint = sweep.get(row, 0) as Value
        if (adjoint === 0) continue
        if (this.#graph) this.#pullRow(sweep, row, adjoint)
        else passOn(sweep, row, adjoint)
      }
    }
  }

  #pull(sweep: SegmentSweep, nodes: TapeNode[], at: number): void {
    const { segment } = sweep
    const node = nodes[at] as TapeNode
    if (node instanceof MapNode) {
      const { output, application } = node
      this.#watch(sweep, output)
      const cotangent = sweep.unsettled(output, 0)
      if (cotangent === undefined || (cotangent === 0 && sweep.reached === undefined)) return
      const note = application.note as Note
      application.inputs.forEach((input, i) => {
        if (input === 0 && !this.#graph) checkInside(node.primals[i])
        const change = changedSince(node.primals[i], note.time)
        if (change !== undefined && saves(application.definition, application.inputs, i)) throw staleError(application, note, node.primals[i], change)
      })
      const change = changedSince(note.out, note.time)
      if (change !== undefined) throw staleError(application, note, undefined, change)
      for (const input of application.inputs) if (input !== 0) sweep.reach(input)
      if (this.#graph) this.#again(sweep, node).pull(sweep, 0)
      else node.pull(sweep, 0)
      return
    }
    if (node instanceof CheckpointNode) {
      for (const output of node.outputs) this.#watch(sweep, output)
      if (node.outputs.every(output => (sweep.get(output, 0) ?? 0) === 0)) return
      for (const primal of node.read.values()) {
        const change = changedSince(primal, segment.timesOfSteps.get(node) ?? 0)
        if (change !== undefined) {
          throw new TapeError(
            `backward: a checkpoint is to be evaluated again from a tensor that ${change.op} changed in place at ${change.place}. Change it after backward().`,
          )
        }
      }
      if (this.#graph) node.pullRecorded(sweep)
      else node.pull(sweep, 0)
      return
    }
    // An assembled tensor adds to its scalars' rows directly.
    if (node instanceof AssembleNode) for (const row of node.rows) if (row > 0 && row < sweep.low) sweep.low = row
    node.pull(sweep, 0)
  }

  /** The same application on values that have a history, so that what its pullback computes has one, too. */
  #again(sweep: SegmentSweep, { application, primals, output }: MapNode): MapNode {
    const { definition, inputs, params } = application
    const active = inputs.map(input => input !== 0)
    const operands = inputs.map((input, i) => (input === 0 ? (primals[i] as Value) : this.#handle(sweep, input, primals[i] as Value)))
    const out = this.#imperative.apply(definition, operands, params)
    return new MapNode(output, application, definition.linearize(operands, out, params, active), operands, out, newTape)
  }

  /** The same for a row of scalars. */
  #pullRow(sweep: SegmentSweep, row: number, adjoint: Value): void {
    const { definition, active, operands, sources } = describeRow(sweep.segment, row)
    if (definition === undefined || definition.affine?.(active) === true) {
      passOn(sweep, row, adjoint)
      return
    }
    let next = 0
    const handles = operands.map((operand, i) => (active[i] ? this.#handle(sweep, sources[next++] as number, operand) : operand))
    const out = this.#handle(sweep, row, sweep.segment.values[row] as number)
    const cotangents = definition.linearize(handles, out, undefined, active).pull?.(adjoint) ?? []
    next = 0
    active.forEach((each, i) => {
      if (each) sweep.add(sources[next++] as number, 0, cotangents[i])
    })
  }

  #handle(sweep: SegmentSweep, reference: number, primal: Value): Value {
    const [view] = sweep.views
    return this.#imperative.handle(view as View, reference, primal)
  }

  /** Hooks of an intermediate value, whose adjoint is now complete. */
  #watch(sweep: SegmentSweep, reference: number): void {
    const watch = sweep.segment.watched.get(reference)
    if (watch === undefined) return
    for (const each of this.#sweeps.values()) each.settle()
    const adjoint = sweep.get(reference, 0)
    if (adjoint !== undefined) sweep.set(reference, 0, receive(watch, adjoint))
  }

  /** Where values that came from earlier pages stand there. */
  #linksOf(sweep: SegmentSweep): Map<number, Link> {
    const links = new Map<number, Link>()
    for (const view of sweep.views) for (const [reference, link] of view.imports) links.set(reference, link)
    return links
  }

  /** Adjoints of tensors from earlier pages, as far as later pages have gathered them: the sums go on here, in place. */
  #fetch(sweep: SegmentSweep): void {
    for (const [reference, link] of this.#linksOf(sweep)) {
      const adjoint = reference < 0 ? this.#sweeps.get(link.view.segment)?.take(link.reference, 0) : undefined
      if (adjoint !== undefined) sweep.merge(reference, 0, adjoint)
    }
  }

  /** Adjoints of values that came from earlier pages go there. */
  #carryOn(sweep: SegmentSweep): void {
    for (const [reference, link] of this.#linksOf(sweep)) {
      const row = sweep.segment.rowOf(reference)
      if (row < sweep.low || row > sweep.top) continue
      if (reference < 0) {
        const adjoint = sweep.take(reference, 0)
        if (adjoint === undefined) this.#spares = true
        else this.#sweep(link.view).merge(link.reference, 0, adjoint)
        continue
      }
      const adjoint = sweep.get(reference, 0)
      if (adjoint === undefined || adjoint === 0) this.#spares = true
      else this.#sweep(link.view).add(link.reference, 0, adjoint)
    }
  }

  /** Sums go on from what later pages gave, so that they do not depend on where a page ends. */
  #seed(sweep: SegmentSweep): void {
    const { leafReferences, leaves } = sweep.segment
    const seeded = new Set<Leaf>()
    for (let i = leaves.length - 1; i >= 0; i--) {
      const leaf = leaves[i] as Leaf
      if (seeded.has(leaf) || !this.#gathered.has(leaf)) continue
      seeded.add(leaf)
      const gathered = this.#gathered.get(leaf)
      if (gathered instanceof Adjoint) sweep.merge(leafReferences[i] as number, 0, gathered)
      else sweep.add(leafReferences[i] as number, 0, gathered)
      this.#gathered.delete(leaf)
    }
  }

  /** Adjoints of the variables whose rows the walk passed, the ones used last first. */
  #gather(sweep: SegmentSweep): void {
    const { segment } = sweep
    const { leafReferences, leaves } = segment
    for (let i = leaves.length - 1; i >= 0; i--) {
      const reference = leafReferences[i] as number
      const row = segment.rowOf(reference)
      if (row < sweep.low) break
      if (row > sweep.top) continue
      sweep.passed++
      const leaf = leaves[i] as Leaf
      const others = this.#gathered.get(leaf)
      if (reference < 0) {
        const adjoint = sweep.take(reference, 0)
        if (others instanceof Adjoint && adjoint?.unsettled !== undefined) others.add(adjoint.unsettled)
        else if (adjoint !== undefined) this.#gathered.set(leaf, adjoint)
        continue
      }
      const adjoint = sweep.get(reference, 0)
      if (adjoint === undefined || adjoint === 0) continue
      this.#gathered.set(leaf, others === undefined ? adjoint : (add(others as number, adjoint as number) as Value))
    }
  }

  /** Gradients that are 0 because the walk passed zeros only: for variables that the value depends on nevertheless. */
  #deliverZeros(root: Traced | TracedTensor): void {
    let reached = this.#spares ? reachedFrom(root) : undefined
    for (const leaf of reached ?? []) if (leaf.grad === null) receive(leaf, zerosOf(shapeOf(leaf.value)))
    for (const segment of this.#sweeps.keys()) {
      const from = segment.freed.at(-1) ?? 0
      for (let i = segment.leaves.length - 1; i >= 0 && segment.rowOf(segment.leafReferences[i] as number) > from; i--) {
        const leaf = segment.leaves[i] as Leaf
        if (leaf.grad !== null) continue
        reached ??= reachedFrom(root)
        if (reached.has(leaf)) receive(leaf, zerosOf(shapeOf(leaf.value)))
      }
    }
  }
}

/** Throws for a value of a variable from outside the running transform: a walk inside it cannot give that a gradient. */
function checkInside(operand: Value | undefined): void {
  if (!isTraced(operand) || imperativeOf(operand)?.isTracked(operand) !== true) return
  const [leaf] = leafOf(operand) === undefined ? reachedFrom(operand) : [leafOf(operand)]
  throw new TapeError(
    `backward: the value depends on ${leaf?.describe() ?? 'a variable'}, which was made outside the function that grad, jvp or another transform runs: ` +
      'a walk inside it gives gradients to variables made inside it only. Make it inside, or detach() it there; with {createGraph: true} it stays ' +
      'without a gradient, and the gradients of the others depend on it.',
  )
}

/** An adjoint times the partials of its row, for adjoints that may be traced. */
function passOn(sweep: SegmentSweep, row: number, adjoint: Value): void {
  const { sources, partials } = sweep.segment
  for (const at of [2 * row, 2 * row + 1]) sweep.add(sources[at] as number, 0, scale(adjoint as number, partials[at] as number) as Value)
}

/** Walks down rows of scalars over plain numbers; gives the first row that asks for more, or one below all that was reached. */
function walkRows(sweep: SegmentSweep, rows: Float64Array, sources: Int32Array, partials: Float64Array, from: number, hasSteps: boolean): number {
  let { low } = sweep
  let row = from
  let passed = 0
  for (; row >= low; row--) {
    const pair = row << 1
    const a = sources[pair] as number
    if (a < 0 || (a === 0 && hasSteps)) break
    const adjoint = rows[row] as number
    if (a === 0 || adjoint === 0) continue
    passed++
    const b = sources[pair + 1] as number
    rows[a] = (rows[a] as number) + strongProduct(adjoint, partials[pair] as number)
    if (a < low) low = a
    if (b === 0) continue
    rows[b] = (rows[b] as number) + strongProduct(adjoint, partials[pair + 1] as number)
    if (b < low) low = b
  }
  sweep.low = low
  sweep.passed += passed
  return row
}
