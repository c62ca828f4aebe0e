import { type Definition, type LinearMap, partialsOf } from '../core/definition.ts'
import { nextRow, tapeRow } from '../core/rows.ts'
import type { Shape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced, RETIRED, TAPE, Traced, TracedTensor } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import type { ElementwiseDefinition } from '../ops/kinds/elementwise.ts'
import { inspecting } from '../reverse/inspect.ts'
import { LeafNode, MapNode, type TapeNode } from '../reverse/nodes.ts'
import type { Buffers } from '../reverse/pool.ts'
import { type Boxed, Tape } from '../reverse/tape.ts'
import { changedSince, clock, Place } from './changes.ts'
import { staleViewError } from './errors.ts'
import type { Imperative } from './imperative.ts'
import { maskAt, masksOf } from './imports.ts'
import { type Leaf, leafOf } from './leaf.ts'
import { usesResult } from './saved.ts'
import { type Link, type Note, Segment, View } from './segment.ts'

/** Rows, nodes and entries of tensors after which a new page is begun. */
const PAGE_ROWS = 4096
const PAGE_NODES = 512
const PAGE_ENTRIES = 1 << 20

/**
 * The first operations on variables remember their place in the user's source, which later ones, for speed, do not: a
 * mistake shows when a program is new.
 */
const PLACES_KEPT = 1000
let placesLeft = PLACES_KEPT

/** For tests: how many of the next operations remember their place. */
export function rememberPlaces(count: number): void {
  placesLeft = count
}

/** Buffers in one allocation, which costs most of a page. */
function pageBuffers(): Buffers {
  const buffer = new ArrayBuffer(34 * PAGE_ROWS)
  return {
    partials: new Float64Array(buffer, 0, 2 * PAGE_ROWS),
    values: new Float64Array(buffer, 16 * PAGE_ROWS, PAGE_ROWS),
    sources: new Int32Array(buffer, 24 * PAGE_ROWS, 2 * PAGE_ROWS),
    codes: new Int16Array(buffer, 32 * PAGE_ROWS, PAGE_ROWS),
  }
}

/**
 * A page of the imperative tape. Nothing points to a page but handles of its values, later pages that depend on them, and,
 * while it is the current one, its `Imperative`: what no handle leads to is garbage-collected, whether or not `backward`
 * was called.
 *
 * A later page holds of an earlier one only what it depends on: a loop whose rounds are independent leaves no chain of
 * pages behind, although a round may begin on one page and end on the next.
 */
export class Page extends Tape {
  readonly label = 'Variable'
  readonly imperative: Imperative
  readonly segment: Segment
  readonly #imports = new Map<number, Link>()
  readonly view: View
  #entries = 0
  #retired = false
  #paused = 0
  #bound: Leaf[] = []
  #lastEnd = 0
  #untouched = -1
  readonly #trimmed = new Map<number, View>()
  #masks: { rows: Int32Array; nodes: Int32Array } | undefined

  constructor(imperative: Imperative, level: number) {
    super(level, pageBuffers())
    this.imperative = imperative
    this.nodes.push(new LeafNode()) // node 0 marks rows that were freed
    this.rowsOfNodes.push(0)
    this.segment = new Segment(this)
    this.view = new View(this.segment, this.#imports)
    this.setKind()
  }

  /** Operators lay rows down by themselves only where nothing else is to be done for each, on the tape that is told when that changes. */
  setKind(): void {
    this.arena.kind = this.level > 1 || this.#retired || this.#paused > 0 || placesLeft > 0 || inspecting() ? RETIRED : TAPE
  }

  pause(change: 1 | -1): void {
    this.#paused += change
    this.setKind()
  }

  override grown(): void {
    this.#retired = true
    this.setKind()
  }

  get full(): boolean {
    return this.#retired || this.arena.count > PAGE_ROWS - 64 || this.nodes.length > PAGE_NODES || this.#entries > PAGE_ENTRIES
  }

  retire(): void {
    this.#retired = true
    this.setKind()
    this.unbind()
  }

  /** What has been recorded so far. */
  sync(): Segment {
    const { values, partials, sources, codes, count } = this.arena
    return Object.assign(this.segment, { values, partials, sources, codes, count })
  }

  // What operators ask of a page is for its `Imperative` to decide.

  override apply(definition: Definition, operands: readonly Value[], params: unknown): Value {
    return this.imperative.apply(definition, operands, params)
  }

  override assemble(scalars: readonly Value[], shape: Shape): Value {
    return this.imperative.assemble(scalars, shape)
  }

  override pick(x: TracedTensor, position: number): Value {
    return this.imperative.pick(x, position)
  }

  held(x: Traced | TracedTensor): Value {
    return this.imperative.held(x)
  }

  override substituted(x: Traced | TracedTensor): Value {
    return this.imperative.substituted(x)
  }

  /** Records an operation on values that are of this page or of no page. */
  record(definition: Definition, operands: readonly Value[], params: unknown): Value {
    const before = this.nodes.length
    const out = super.apply(definition, operands, params)
    const node = this.nodes.length > before ? this.nodes.at(-1) : undefined
    if (node instanceof MapNode) {
      this.#entries += node.entries
      const { note } = node.application
      const place = note instanceof Place ? note : placesLeft > 0 ? new Place() : undefined
      if (placesLeft > 0 && --placesLeft === 0) this.setKind()
      if (out instanceof TracedTensor) (out.box as Boxed).time = clock()
      node.application.note = { time: clock(), place, out: usesResult(definition) ? this.primal(out) : undefined } satisfies Note
    }
    return out
  }

  recordAssembly(scalars: readonly Value[], shape: Shape): Value {
    return super.assemble(scalars, shape)
  }

  override addStep(primals: readonly Value[], make: (outputs: readonly number[]) => TapeNode): Value[] {
    return super.addStep(primals, outputs => {
      const node = make(outputs)
      this.segment.timesOfSteps.set(node, clock())
      return node
    })
  }

  recordPick(x: TracedTensor, position: number): Value {
    return super.pick(x, position)
  }

  /** A row that can be told from any other by its code, and that holds all operands that its partials depend on. */
  protected override scalarRow(
    definition: Definition,
    primals: readonly Value[],
    out: Value,
    references: readonly number[],
    map: LinearMap,
  ): Value | undefined {
    const code = placesLeft > 0 || inspecting() ? 0 : ((definition as Partial<ElementwiseDefinition>).code ?? 0)
    if (
      code <= 0 ||
      primals.some(each => each instanceof Tensor) ||
      references.filter(each => each !== 0).length > 2 ||
      partialsOf(map)?.some((partial, i) => partial === undefined && references[i] !== 0)
    ) {
      return undefined
    }
    const active = references.map(each => each !== 0)
    const constants = definition.affine?.(active) === true ? [] : primals.filter((_, i) => !active[i]).map(Number)
    const apart = constants.length > 2 - active.filter(each => each).length
    const { arena } = this
    const first = arena.count
    if (apart) tapeRow(arena, 0, 0, constants[0] as number, 0, constants[1] ?? 0)
    const row = super.scalarRow(definition, primals, out, references, map)
    if (!(row instanceof Traced)) {
      arena.count = first
      return undefined
    }
    arena.codes[row.index] = 8 * code + active.reduce((sum, each, i) => sum + (each ? 1 << i : 0), 0)
    if (!apart && constants.length > 0) arena.partials[2 * row.index + 1] = constants[0] as number
    return row
  }

  /** The value as one of this page, of a lower level, or as a constant. Handles of variables and earlier pages move here. */
  localise(x: Value): Value {
    if (!isTraced(x)) return x
    const { owner, box } = x.arena
    if (owner === this) {
      checkView(x)
      return x
    }
    if (owner.level !== this.level) return x
    const leaf = leafOf(x)
    if (leaf !== undefined) return leaf.requiresGrad ? this.#bind(leaf) : leaf.value
    checkView(x)
    const view = box instanceof View ? box : undefined
    const page = owner as Page
    const reference = view === undefined ? page.reference(x) : x instanceof TracedTensor ? -1 - (x.box as Boxed).node : x.index
    const link = (view ?? page.view).imports.get(reference) ?? { view: view ?? page.#trim(reference), reference }
    const watch = (view ?? page.view).segment.watched.get(reference)
    this.#take(x, this.leaf(owner.primal(x)))
    const here = this.reference(x)
    this.#imports.set(here, watch === undefined ? link : { view: view ?? page.#trim(reference), reference })
    return x
  }

  /** Makes a handle stand for another value of this page. */
  #take(handle: Traced | TracedTensor, value: Value): void {
    const { arena } = value as Traced
    handle.arena = arena
    if (handle instanceof TracedTensor) handle.box = (value as TracedTensor).box
    else handle.index = (value as Traced).index
  }

  #bind(leaf: Leaf): Value {
    const { handle } = leaf
    leaf.uses++
    this.#take(handle, this.leaf(leaf.value))
    const reference = this.reference(handle)
    this.segment.leafReferences.push(reference)
    this.segment.leaves.push(leaf)
    this.#bound.push(leaf)
    return handle
  }

  /** After a walk that freed the tape: the next round begins anew, on this page if it has place for another one. */
  endRound(): void {
    const { count } = this.arena
    const bound = this.#bound
    this.unbind()
    if (2 * count - this.#lastEnd > PAGE_ROWS) this.retire()
    else this.#lastEnd = count
    this.imperative.page().#bindAgain(bound)
  }

  /** Rows for variables that the next round will use as well, if they are scalars; the tape has no rows after them yet. */
  #bindAgain(leaves: readonly Leaf[]): void {
    const { arena, segment } = this
    for (const leaf of leaves) {
      const { handle, value } = leaf
      if (typeof value !== 'number' || !leaf.requiresGrad || !leaf.isHome) continue
      const row = nextRow(arena) // a row of a page is all zeros at first, and is used once
      arena.values[row] = value
      handle.arena = arena
      ;(handle as Traced).index = row
      segment.leafReferences.push(row)
      segment.leaves.push(leaf)
      this.#bound.push(leaf)
    }
    this.#untouched = arena.count
  }

  /** Whether nothing has been recorded since variables were bound again: no operation can depend on their values yet. */
  get untouched(): boolean {
    return this.arena.count === this.#untouched
  }

  /** Whether operators lay rows of these operands down by themselves. */
  takes(operands: readonly Value[]): boolean {
    return this.arena.kind === TAPE && operands.every(each => typeof each === 'number' || (each instanceof Traced && each.arena === this.arena))
  }

  /** Variables go back to themselves; their next use binds them anew. */
  unbind(): void {
    for (const leaf of this.#bound) leaf.goHome()
    this.#bound = []
  }

  /** The same page, with those imports only that a value depends on. */
  #trim(reference: number): View {
    this.sync()
    if (this.#imports.size === 0) return this.view
    this.#masks ??= masksOf(this.segment, [...this.#imports.keys()])
    const mask = maskAt(this.#masks, reference)
    const known = this.#trimmed.get(mask)
    if (known !== undefined) return known
    const kept = [...this.#imports].filter((_, i) => mask & (1 << (i % 31)))
    const view = kept.length === this.#imports.size ? this.view : new View(this.segment, new Map(kept))
    this.#trimmed.set(mask, view)
    return view
  }
}

/** A tensor that shares its buffer with one that was changed in place has a history that leads to the old values. */
function checkView(x: Traced | TracedTensor): void {
  if (!(x instanceof TracedTensor)) return
  const { primal, time } = x.box as Boxed
  const change = time === undefined ? undefined : changedSince(primal, time)
  if (change !== undefined) throw staleViewError(change)
}
