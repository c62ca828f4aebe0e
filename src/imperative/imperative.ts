import type { Definition } from '../core/definition.ts'
import { ask, dispatch, highestTransform, pickEntry } from '../core/dispatch.ts'
import { type Shape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { Arena, innermostLevel, isRunning, isTraced, passWith, RETIRED, Traced, TracedTensor, type Transform } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import type { ElementwiseDefinition } from '../ops/kinds/elementwise.ts'
import { stackScalars } from '../ops/pick.ts'
import { section } from '../ops/sections.ts'
import type { TapeNode } from '../reverse/nodes.ts'
import { beginDiversion, endDiversion, type Recorder, setStandingRecorder } from '../reverse/running.ts'
import type { Boxed } from '../reverse/tape.ts'
import { clock } from './changes.ts'
import { Leaf, leafOf } from './leaf.ts'
import { Page } from './page.ts'
import type { View } from './segment.ts'

/**
 * The tape of define-by-run, for variables that are made where no transform runs or, one level above it, while one does. It
 * records on a current page, and decides whether anything is recorded at all.
 */
export class Imperative implements Transform, Recorder {
  readonly level: number
  readonly label = 'Variable'
  readonly arena = new Arena(RETIRED, { level: 0 } as never)
  #current: Page | undefined
  /** Whether an operator was handed back to its specialised code: once is enough. */
  #again = false
  #substitute: ((x: Traced | TracedTensor) => Value) | undefined

  constructor(level: number) {
    this.level = level
  }

  nextPage(): Arena {
    return this.arena
  }

  /** The page that takes what comes next. */
  page(): Page {
    if (this.#current === undefined || this.#current.full) {
      this.#current?.retire()
      this.#current = new Page(this, this.level)
    }
    return this.#current
  }

  get current(): Page | undefined {
    return this.#current
  }

  get recording(): boolean {
    return pauses === 0
  }

  owns(x: unknown): x is Traced | TracedTensor {
    return isTraced(x) && x.arena.owner.level === this.level
  }

  substituted(x: Traced | TracedTensor): Value {
    if (this.#substitute === undefined) return x
    return this.#isTracked(x) ? this.#substitute(x) : this.#primalOf(x)
  }

  primal(x: Value): Value {
    if (!this.owns(x)) return x
    return this.#substitute !== undefined && this.#isTracked(x) ? this.#substitute(x) : this.#primalOf(x)
  }

  apply(definition: Definition, operands: readonly Value[], params: unknown): Value {
    if (this.#substitute !== undefined) {
      const primals = operands.map(each => this.primal(each))
      return dispatch(definition, primals, params)
    }
    if (this.recording && operands.some(each => this.#isTracked(each))) {
      const page = this.page()
      const local = operands.map(each => page.localise(each))
      if (definition.kind === 'elementwise' && !this.#again && page.takes(local)) {
        this.#again = true
        try {
          return (definition as ElementwiseDefinition).call(...local) as Value
        } finally {
          this.#again = false
        }
      }
      return page.record(definition, local, params)
    }
    for (const each of operands) if (isTraced(each)) countUnrecorded(each)
    const primals = operands.map(each => this.primal(each))
    return dispatch(definition, primals, params)
  }

  ask(definition: Definition, operands: readonly Value[]): boolean {
    return ask(
      definition,
      operands.map(each => this.primal(each)),
    )
  }

  assemble(scalars: readonly Value[], shape: Shape): Value {
    if (this.#substitute === undefined && this.recording && scalars.some(each => this.#isTracked(each))) {
      const page = this.page()
      return page.recordAssembly(
        scalars.map(each => page.localise(each)),
        shape,
      )
    }
    const primals = scalars.map(each => this.primal(each))
    if (highestTransform(primals) !== undefined) return dispatch(stackScalars.definition, primals, { shape })
    const data = new Float64Array(sizeOfShape(shape))
    primals.forEach((each, i) => {
      data[i] = Number(each)
    })
    return new Tensor(data, shape)
  }

  pick(x: TracedTensor, position: number): Value {
    if (this.#substitute !== undefined || !this.recording || !this.#isTracked(x)) return pickEntry(this.primal(x) as Tensor, position)
    const page = this.page()
    return page.recordPick(page.localise(x) as TracedTensor, position)
  }

  part(x: TracedTensor, start: number, shape: Shape): Value {
    return this.apply(section.definition, [x], { start, shape })
  }

  /** Whether a value has a history, or is a variable that takes gradients. */
  #isTracked(x: Value): boolean {
    return this.owns(x) && leafOf(x)?.requiresGrad !== false
  }

  isTracked(x: unknown): x is Traced | TracedTensor {
    return this.#isTracked(x as Value)
  }

  #primalOf(x: Traced | TracedTensor): Value {
    const leaf = leafOf(x)
    if (leaf !== undefined) return leaf.value
    if (x.arena.owner instanceof Page) return x.arena.owner.primal(x)
    return x instanceof TracedTensor ? (x.box as { primal: Value }).primal : (x.arena.values[x.index] as number)
  }

  held(x: Traced | TracedTensor): Value {
    const leaf = leafOf(x)
    if (this.#substitute !== undefined) return x
    if (leaf !== undefined && !(leaf.requiresGrad && this.recording)) return leaf.value
    if (leaf !== undefined) this.page().localise(x)
    return x instanceof TracedTensor ? new TracedTensor(x.arena, x.shape, { ...(x.box as Boxed), time: clock() }, x.dtype) : new Traced(x.arena, x.index)
  }

  /** A number without history in a form that has methods; tensors have them anyway. */
  wrap(primal: Value): Value {
    return typeof primal === 'number' ? new Leaf(this, primal, false).handle : primal
  }

  // What checkpoints need.

  divert<R>(substitute: ((x: Traced | TracedTensor) => Value) | undefined, run: () => R): R {
    const outer = this.#substitute
    this.#substitute = substitute
    this.#current?.pause(1)
    const page = this.#current
    beginDiversion(this, substitute)
    try {
      return run()
    } finally {
      endDiversion()
      this.#substitute = outer
      page?.pause(-1)
    }
  }

  reference(x: Value): number {
    const page = this.page()
    return page.reference(page.localise(x))
  }

  addStep(primals: readonly Value[], make: (outputs: readonly number[]) => TapeNode): Value[] {
    return this.page().addStep(primals, make)
  }

  /** A handle of a value that some page holds. */
  handle(view: View, reference: number, primal: Value): Value {
    if (this.#current?.view === view && reference > 0) return new Traced(this.#current.arena, reference)
    if (this.#current?.view === view) {
      return new TracedTensor(this.#current.arena, (primal as Tensor).shape, { primal, node: -1 - reference, unpacked: undefined }, (primal as Tensor).dtype)
    }
    return view.handle(this, reference, primal)
  }
}

function countUnrecorded(x: Traced | TracedTensor): void {
  const leaf = leafOf(x)
  if (leaf !== undefined) leaf.unrecorded++
}

/** The tape for variables where no transform runs; and those for variables above running transforms, by level. */
export const outermost = new Imperative(1)
const nested = new Map<number, Imperative>()

/**
 * The tape for variables with this value that are made now: above the innermost transform that runs, whatever the value is, so
 * that all variables of one function meet on one tape.
 */
export function imperativeFor(value: Value): Imperative {
  const level = Math.max(highestTransform([value])?.level ?? 0, innermostLevel()) | 1
  if (level === outermost.level) {
    setStandingRecorder(standing)
    return outermost
  }
  const known = nested.get(level)
  if (known !== undefined) return known
  for (const each of nested.keys()) if (!isRunning(each - 1)) nested.delete(each)
  const made = new Imperative(level)
  nested.set(level, made)
  passWith(level)
  return made
}

/** The imperative tape that a value belongs to; undefined when it is of another transform. */
export function imperativeOf(x: Traced | TracedTensor): Imperative | undefined {
  const { owner } = x.arena
  return owner instanceof Page ? owner.imperative : 'recording' in owner ? (owner as Imperative) : undefined
}

/** How many calls of `noGrad` are running: then no tape records. */
let pauses = 0

/** Runs a function while no imperative tape records. */
export function paused<R>(run: () => R): R {
  const page = outermost.current
  page?.pause(1)
  pauses++
  try {
    return run()
  } finally {
    pauses--
    page?.pause(-1)
  }
}

function standing(): Recorder | undefined {
  return outermost.recording ? outermost : undefined
}
