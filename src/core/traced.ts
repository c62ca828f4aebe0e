import type { Definition } from './definition.ts'
import { TapeError, TracedValueError } from './errors.ts'
import { type Shape, sizeOfShape } from './shape.ts'
import { checkItem, type DType, entryAtTraced, flatIndex, Tensor } from './tensor.ts'
import type { Value } from './types.ts'

/** What an arena holds; see `Arena`. Kinds from `TAPE` on hold scalars over plain numbers, which have fast paths. */
export const STEPS_TAPE = -3
export const STEPS = -2
export const RETIRED = -1
export const CLOSED = 0
export const BOXED = 1
export const TAPE = 2
export const DUAL = 3
export const DUAL_CHUNK = 4

/** Directions that one sweep carries in chunked forward and reverse mode. */
export const CHUNK = 8

/**
 * A running transform: what an operator hands itself to when this transform's level is the highest among its operands.
 * Each kind of transform is one interpreter of the operator registry.
 */
export interface Transform {
  readonly level: number
  /** What its values are called when they are printed: Traced if left out. */
  readonly label?: string
  /** Whether its values have no numbers of their own that an operator could read. */
  readonly abstract?: boolean
  /** Whether questions about its values are asked again whenever what has been traced is used. */
  readonly asksAgain?: boolean
  /** The order of the derivatives that its values carry; 1 if left out. */
  readonly order?: number
  /** Whether its values stand for those of many items. */
  readonly many?: boolean
  /** Of a transform for many items: the value with a payload. */
  wrap?(payload: Value): Value
  /** The arena that takes new rows. */
  arena: Arena
  /** A fresh arena in place of a full one. */
  nextPage(): Arena
  /** Takes note that the arena has grown out of buffers. */
  grown?(old: ArenaBuffers): void
  /** What stands for a value while a checkpoint keeps it from being recorded; the value itself at other times. */
  substituted?(value: Traced | TracedTensor): Value
  /** Applies an operator to operands of which at least one belongs to this transform. */
  apply(definition: Definition, operands: readonly Value[], params: unknown): Value
  /** The same for one or two scalars of which none belongs to more than a graph or a tape over it; undefined: use `apply`. */
  applyFew?(definition: Definition, x: Value, y: Value | undefined): Value | undefined
  /** Answers a comparison of two scalars with a plain boolean. */
  ask(definition: Definition, operands: readonly Value[]): boolean
  /** The value one level down. */
  primal(value: Traced | TracedTensor): Value
  /** Takes note that a value was read: what follows may depend on it without a trace. */
  observe?(): void
  /** Where values can be changed in place: what stands for this one as it is now. */
  held?(value: Traced | TracedTensor): Value
  /** One tensor from scalars, of which at least one is traced. */
  assemble(scalars: readonly Value[], shape: Shape): Value
  /** One entry of a tensor by indices of which some are values of this transform; left out where those have numbers. */
  entryAt?(tensor: Tensor, indices: readonly number[]): Value
  /** One entry of a tensor, by its row-major position. */
  pick(tensor: TracedTensor, position: number): Value
  /** Entries that follow each other, from a row-major position on, as a tensor. */
  part(tensor: TracedTensor, start: number, shape: Shape): Value
}

/** The growing buffers of an arena; see `Arena`. */
export interface ArenaBuffers {
  values: Float64Array
  partials: Float64Array
  sources: Int32Array
  codes: Int16Array
}

/**
 * Storage for traced scalars. A double in an object field is a heap object of its own in V8, so handles hold a reference
 * and an integer, and every double lives in a typed array here. One class serves all kinds, so that the operators see one
 * hidden class whatever modes a program has used.
 *
 * - `TAPE`: row i has its value in `values[i]`, the rows it came from in `sources[2i], sources[2i+1]` (0: none) and the
 *   partials in `partials` likewise. A negative source −1−k means that row i was made by the k-th node of the tape.
 *   `codes[i]` tells the operator and which of its operands are rows: 8 · code + mask (0: an operator without specialised
 *   code, −1: one whose partials do not depend on the rows). Where its partials depend on values and not all
 *   operands are rows, the other operands stand in the free place of `partials`, or in those of the row before.
 * - `RETIRED`: a tape that takes no rows by itself: every operator asks its owner.
 * - `DUAL`, `DUAL_CHUNK`: a page of rows `[primal, tangent…]` in `values`; a handle's index is the row's offset.
 * - `STEPS`: the steps of a graph: the value for the example in `values`, operands in `sources` (a third in `partials`).
 * - `STEPS_TAPE`: a tape over a graph, with numbers of steps in place of values and partials.
 * - `BOXED`: a single scalar whose payload is itself traced, in `box`.
 * - `CLOSED`: the transform has ended.
 */
export class Arena {
  kind: number
  readonly level: number
  readonly owner: Transform
  count = 0
  capacity: number
  values: Float64Array
  partials: Float64Array
  sources: Int32Array
  codes: Int16Array
  readonly box: unknown
  /** Of a tape: whether a derivative on it depends on the inputs, or their values were looked at. */
  nonlinear = false

  constructor(
    kind: number,
    owner: Transform,
    values: Float64Array = NO_DOUBLES,
    partials: Float64Array = NO_DOUBLES,
    sources: Int32Array = NO_INTEGERS,
    codes: Int16Array = NO_CODES,
    box?: unknown,
  ) {
    this.kind = kind
    this.level = owner.level
    this.owner = owner
    this.values = values
    this.partials = partials
    this.sources = sources
    this.codes = codes
    this.capacity = values.length
    this.box = box
  }

  /** Lets go of the buffers. A handle that is still around can then be told from a living one. */
  close(): void {
    this.kind = CLOSED
    this.count = 0
    this.capacity = 0
    this.values = NO_DOUBLES
    this.partials = NO_DOUBLES
    this.sources = NO_INTEGERS
    this.codes = NO_CODES
  }
}

const NO_DOUBLES = new Float64Array(0)
const NO_INTEGERS = new Int32Array(0)
const NO_CODES = new Int16Array(0)

let lastLevel = 0

/**
 * A level above every level so far, so that nested derivatives never confuse their perturbations. Levels are even; the odd
 * one above each is for variables whose values belong to it (see `src/imperative`).
 */
export function freshLevel(): number {
  lastLevel += 2
  return lastLevel
}

let abstractRunning = 0

/** Takes note that a transform whose values have no numbers of their own begins (1) or has ended (−1). */
export function countAbstract(change: 1 | -1): void {
  abstractRunning += change
}

/** Whether values may be about that have no numbers of their own. */
export function someAbstract(): boolean {
  return abstractRunning > 0
}

const running: number[] = []

/**
 * Whether values may be about that stand for numbers: `on` while a transform runs, and for good once code of marked functions has met
 * others; `kept` once there are any that belong to no call of a transform: variables, and placeholders of graphs.
 */
export const activity = { on: false, kept: false }
let stays = false

/** Takes note that a marked function has met a value outside transforms. */
export function stayActive(): void {
  stays = true
  activity.on = true
}

/** Takes note that a function is run by a transform of this level, and that it has ended. */
export function beginRunning(level: number): void {
  running.push(level)
  activity.on = true
}

export function endRunning(level: number): void {
  running.splice(running.lastIndexOf(level), 1)
  activity.on = stays || running.length > 0
  // Tapes of variables above it end with it.
  passing.delete(level | 1)
}

/** The level of the transform that runs innermost; 0 if none does. */
export function innermostLevel(): number {
  return running.at(-1) ?? 0
}

export function isRunning(level: number): boolean {
  return running.includes(level)
}

const passing = new Set<number>()

/** Takes note that a transform of a level begins whose values end with it, though a tape below it goes on; and that it has ended. */
export function beginPassing(level: number): void {
  beginRunning(level)
  passing.add(level)
}

export function endPassing(level: number): void {
  endRunning(level)
  passing.delete(level)
}

/** The same for the tape of variables above a transform that runs, and ends with that. */
export function passWith(level: number): void {
  passing.add(level)
}

/** Whether there is such a transform above a level. */
export function somePassingAbove(level: number): boolean {
  for (const each of passing) if (each > level) return true
  return false
}

/** What stands for a number while a transform runs. It holds no double: the value lives in its arena. */
export class Traced {
  /** Makes the type one of its own where declarations leave out the rest: a class without members is the type of everything. */
  declare private readonly brand: 'Traced'
  /** @internal */ arena: Arena
  /** @internal */ index: number

  constructor(arena: Arena, index: number) {
    this.arena = arena
    this.index = index
  }

  toString(): string {
    return `${this.arena.owner.label ?? 'Traced'}(${showPrimal(this)})`
  }
}

/** What stands for a tensor while a transform runs. Its entries are read with `at`, which is differentiable. */
export class TracedTensor extends Tensor {
  /** @internal */ arena: Arena
  /** What the owning transform keeps about this value. @internal */
  box: unknown

  constructor(arena: Arena, shape: Shape, box: unknown, dtype: DType = 'float64') {
    super(undefined, shape, dtype)
    this.arena = arena
    this.box = box
  }

  override at(...indices: number[]): number {
    return entryAtTraced(this, indices) ?? (this.#pick(flatIndex(this.shape, indices)) as number)
  }

  override item(): number {
    checkItem(this.shape)
    return this.#pick(0) as number
  }

  override toArray() {
    let position = 0
    const build = (axis: number): unknown =>
      axis === this.rank ? this.#pick(position++) : Array.from({ length: this.shape[axis] as number }, () => build(axis + 1))
    return build(0)
  }

  override *[Symbol.iterator](): IterableIterator<Tensor | number> {
    const inner = this.shape.slice(1)
    const step = sizeOfShape(inner)
    for (let i = 0; i < (this.shape[0] ?? 0); i++) {
      yield (inner.length === 0 ? this.#pick(i) : checkLive(this).owner.part(this, i * step, inner)) as Tensor | number
    }
  }

  override toString(): string {
    const { label } = this.arena.owner
    return label === undefined ? `Traced${showPrimal(this)}` : showPrimal(this).replace(/^Tensor/, label)
  }

  #pick(position: number): Value {
    return checkLive(this).owner.pick(this, position)
  }
}

/** An entry by indices of which some are traced: by the first transform that keeps them so, or else by their numbers. */
function entryByTraced(tensor: Tensor, indices: readonly unknown[]): number {
  let known = indices
  for (const index of indices) {
    let current = index
    while (isTraced(current)) {
      const { owner } = checkLive(current)
      if (owner.entryAt !== undefined) return owner.entryAt(tensor, indices as readonly number[]) as number
      owner.observe?.()
      current = owner.primal(current)
    }
    known = known.map(each => (each === index ? current : each))
  }
  return tensor.at(...(known as readonly number[]))
}

/** A traced value's number or numbers, through all levels. */
function showPrimal(x: Traced | TracedTensor): string {
  if (x.arena.kind === CLOSED) return 'ended'
  let current: Value = x
  while (isTraced(current)) current = checkLive(current).owner.primal(current)
  return String(current)
}

const ADVICE =
  'A traced value met plain JavaScript arithmetic, comparison, Math.* or a typed array, which would lose its derivative. ' +
  'Use operators instead: add(x, 1) for x + 1, sub for -, mul(x, 2) for x * 2, div for /, pow for **, ' +
  "gt(x, 0) for x > 0 (ge, lt, le, eq, ne likewise), sin(x) for Math.sin(x); or mark the function with 'use ad', " +
  'which dualtape/plugin or node --import dualtape/register has to see when it is built or loaded. value(x) reads the plain number.'

/** What both kinds of traced value answer to plain JavaScript: an entry as an index, text where text is asked for, no number ever. */
const answers: PropertyDescriptorMap & ThisType<Traced | TracedTensor> = {
  entryOf: {
    value(tensor: Tensor, indices: readonly number[]) {
      return entryByTraced(tensor, indices)
    },
  },
  [Symbol.toPrimitive]: {
    value(hint: string) {
      if (hint === 'string') return this.toString()
      throw new TracedValueError(ADVICE)
    },
  },
  toJSON: {
    value() {
      throw new TracedValueError('A traced value cannot be written as JSON. value(x) reads the plain number.')
    },
  },
  [Symbol.for('nodejs.util.inspect.custom')]: {
    value() {
      return this.toString()
    },
  },
}
for (const name of ['toFixed', 'toPrecision', 'toExponential'])
  answers[name] = {
    value() {
      throw new TracedValueError(`${name} would make a text of a traced value. value(x).${name}() makes one of its number.`)
    },
  }
Object.defineProperties(Traced.prototype, answers)
Object.defineProperties(TracedTensor.prototype, {
  ...answers,
  data: {
    configurable: true,
    get() {
      throw new TracedValueError('data of a traced Tensor would lose its derivative. Use operators on the tensor, or value(x).data to read the numbers.')
    },
  },
})

/** The arena of a traced value; a TapeError when its transform has ended. */
export function checkLive(value: Traced | TracedTensor): Arena {
  if (value.arena.kind === CLOSED || value.arena.owner.arena.kind === CLOSED) throw endedError()
  return value.arena
}

export function endedError(): TapeError {
  return new TapeError(
    'A traced value was used after the transform that made it had ended (grad, jvp, jacobian, …). ' +
      'Return it from the function, or keep value(x) instead of x.',
  )
}

/** A value as it is now, to be used later. */
export function held<V>(x: V): V | Value {
  return isTraced(x) ? (x.arena.owner.held?.(x) ?? x) : x
}

export function isTraced(x: unknown): x is Traced | TracedTensor {
  return x instanceof Traced || x instanceof TracedTensor
}
