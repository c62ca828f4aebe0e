import { describe, OptionError, TreeError } from '../core/errors.ts'
import { positive } from '../core/option-kinds.ts'
import { optionReader } from '../core/options.ts'
import { isNumericTypedArray } from '../core/tensor.ts'
import type { Traced } from '../core/traced.ts'
import { checkSynchronous, copied, mapTree } from '../core/tree.ts'
import type { Value } from '../core/types.ts'
import { CheckpointNode, checkpoint, recorderToSpare, recordStep } from './checkpoint.ts'
import { giveBuffers } from './pool.ts'
import { type Sweep, sweepBackward, sweepForward, sweepOf } from './sweep.ts'
import { Tape } from './tape.ts'

/** How a chain of steps is recorded in parts. */
export interface SequentialOptions {
  /** Into how many stretches to cut the chain: √n by default. */
  segments?: number | undefined
  /** Or: how many states to store at most, the first one included. */
  memory?: number | undefined
}

const readSegments = /* @__PURE__ */ optionReader({ segments: { is: positive }, memory: { is: positive } })

/**
 * The last state of a chain `x → steps[0](x) → steps[1](…) → …`, where reverse mode stores few states and evaluates steps
 * again. States are trees of scalars and tensors.
 *
 * With `segments` (√n by default) one state per segment is stored and each step is evaluated at most once more, in O(√n)
 * memory. With `memory: s` at most s states are stored beside the current one, and steps are evaluated again as seldom as that allows: binomial
 * checkpointing.
 *
 * Source: Griewank and Walther, Algorithm 799: Revolve, ACM TOMS 26 (2000).
 *
 * @names `torch.utils.checkpoint.checkpoint_sequential`
 *
 * @example
 * const step = (x: number) => add(x, mul(0.1, sin(x)))
 * grad((x: number) => checkpointSequential(new Array(1000).fill(step), x))(0.5)
 */
export function checkpointSequential<S>(steps: readonly ((state: S) => S)[], x: S, options?: SequentialOptions, ...more: []): S {
  const { segments, memory } = readSegments('checkpointSequential', [options, ...more])
  if (!Array.isArray(steps) || steps.some(step => typeof step !== 'function')) {
    throw new TreeError(`checkpointSequential: the steps are a list of functions, but ${describe(steps)} was given.`)
  }
  if (segments !== undefined && memory !== undefined) {
    throw new OptionError('checkpointSequential: segments and memory are two ways to say the same; give one of them.')
  }
  if (memory !== undefined && steps.length > 1) return revolve(steps as Steps, x, memory) as S
  const length = Math.ceil(steps.length / (segments ?? Math.max(1, Math.round(Math.sqrt(steps.length)))))
  let state = x
  for (let first = 0; first < steps.length; first += length) {
    const segment = checkpoint((start: S) => steps.slice(first, first + length).reduce((each, step) => advanced(step, each), start))
    state = segment(state)
  }
  return state
}

/** The state after a step, which may write into what it is given: the state before may be asked for again. */
function advanced<S>(step: (state: S) => S, state: S): S {
  const next = step(copied(state))
  checkSynchronous('checkpointSequential', next)
  return next
}

type Steps = readonly ((state: unknown) => unknown)[]

function revolve(steps: Steps, x: unknown, memory: number): unknown {
  const recorder = recorderToSpare()
  const through = (visit: (state: unknown, k: number) => void) => {
    let state = mapTree(x, 'checkpointSequential: the state', leaf => (recorder?.isTracked(leaf) ? recorder.wrap(recorder.primal(leaf)) : leaf))
    steps.forEach((step, k) => {
      visit(state, k)
      state = advanced(step, state)
    })
    return state
  }
  if (recorder === undefined) return through(() => {})
  const stored = new Map(firstStored(steps.length, memory).map(k => [k, undefined as unknown]))
  let first = true
  return recordStep(
    recorder,
    () => {
      const visit = first ? (state: unknown, k: number) => stored.has(k) && stored.set(k, state) : () => {}
      first = false
      return through(visit)
    },
    class extends RevolveNode {
      override readonly steps = steps
      override readonly memory = memory
      override readonly stored = stored
      override readonly start = x
    },
  )
}

/** The states that the first evaluation leaves: 0, the way down the right halves, and the one that the walk back begins with. */
function firstStored(length: number, memory: number): number[] {
  const stored = [0]
  for (let [low, slots] = [0, memory]; slots > 1 && length - low > 1; slots--) {
    low += splitOf(length - low, slots)
    stored.push(low)
  }
  stored.push(length - 1)
  return stored
}

/**
 * Where to store the next state in a chain of `length` steps whose first state is one of `slots` that may be stored, so that
 * steps are evaluated as seldom as can be. With β(s, r) = C(s + r, s) and β(s, r − 1) < length ≤ β(s, r), no step is
 * advanced over more than r times, and r · length − β(s + 1, r − 1) times in all.
 */
export function splitOf(length: number, slots: number): number {
  let repetitions = 1
  while (binomial(slots + repetitions, slots) < length) repetitions++
  return Math.max(1, repetitions < 2 ? 1 : binomial(slots + repetitions - 2, slots), length - binomial(slots - 1 + repetitions, slots - 1))
}

function binomial(n: number, k: number): number {
  let product = 1
  for (let i = 1; i <= k; i++) product = (product * (n - k + i)) / i
  return Math.round(product)
}

/** A chain whose states are stored in part and computed again when a walk asks for them. */
abstract class RevolveNode extends CheckpointNode {
  override readonly isWhole = false
  abstract readonly steps: Steps
  abstract readonly memory: number
  /** States that were stored when the chain was evaluated. */
  abstract readonly stored: ReadonlyMap<number, unknown>
  abstract readonly start: unknown

  override pull(adjoints: Sweep, direction: number): void {
    if (direction > 0) return
    let carried = this.outputs.map(output => each(adjoints.width, k => adjoints.get(output, k)))
    this.#backwards(this.#initial(), 0, this.steps.length, this.memory, (state, step) => {
      carried = this.#through(state, step, adjoints, carried, sweepBackward)
    })
    leavesOf(this.start).forEach((leaf, i) => {
      if (!this.recorder.isTracked(leaf)) return
      for (let k = 0; k < adjoints.width; k++) adjoints.add(this.#referenceOf(leaf), k, carried[i]?.[k])
    })
  }

  override push(tangents: Sweep, direction: number): void {
    if (direction > 0) return
    let carried = leavesOf(this.start).map(leaf =>
      each(tangents.width, k => (this.recorder.isTracked(leaf) ? tangents.get(this.#referenceOf(leaf), k) : undefined)),
    )
    let state = this.#initial()
    this.steps.forEach((_, step) => {
      carried = this.#through(state, step, tangents, carried, sweepForward)
      state = this.#advance(state, step, step + 1)
    })
    this.outputs.forEach((output, i) => {
      for (let k = 0; k < tangents.width; k++) tangents.add(output, k, carried[i]?.[k])
    })
  }

  /** Visits the steps of [low, high) from the last to the first, each with the state that it starts from. */
  #backwards(state: unknown, low: number, high: number, slots: number, visit: (state: unknown, step: number) => void): void {
    if (high - low === 1) {
      visit(state, low)
    } else if (slots === 1) {
      for (let step = high - 1; step >= low; step--) visit(this.stored.get(step) ?? this.#advance(state, low, step), step)
    } else {
      const middle = low + splitOf(high - low, slots)
      this.#backwards(this.stored.get(middle) ?? this.#advance(state, low, middle), middle, high, slots - 1, visit)
      this.#backwards(state, low, middle, slots, visit)
    }
  }

  /** One step recorded and walked: what is carried at its one end from what is carried at the other. */
  #through(
    state: unknown,
    step: number,
    outer: Sweep,
    carried: readonly (readonly (Value | undefined)[])[],
    walk: typeof sweepBackward,
  ): (Value | undefined)[][] {
    const tape = new Tape()
    const lifted = mapTree(state, 'checkpointSequential: the state', leaf =>
      isNumericTypedArray(leaf) ? leaf : tape.leaf(this.recorder.primal(leaf as Value)),
    )
    const { leaves, result } = this.rerun(tape, () => advanced(this.steps[step] as Steps[number], lifted))
    const inputs = leavesOf(lifted).map(leaf => tape.reference(leaf))
    const read = leaves.map(leaf => tape.reference(leaf))
    const outputs = leavesOf(result).map(leaf => (this.recorder.isTracked(leaf) ? (read[this.inputOf(leaf) as number] as number) : tape.reference(leaf)))
    const recording = tape.finish()
    const inner = sweepOf(recording, outer.width)
    const backward = walk === sweepBackward
    const [from, to] = backward ? [outputs, inputs] : [inputs, outputs]
    for (let k = 0; k < outer.width; k++) {
      this.inputs.forEach((reference, i) => {
        if (backward) outer.move(reference, k, inner, read[i] as number)
        else inner.add(read[i] as number, k, outer.get(reference, k))
      })
      from.forEach((reference, i) => {
        inner.add(reference, k, carried[i]?.[k])
      })
    }
    walk(recording, inner, 1)
    for (let k = 0; backward && k < outer.width; k++) {
      this.inputs.forEach((reference, i) => {
        inner.move(read[i] as number, k, outer, reference)
      })
    }
    const carriedOn = to.map(reference => each(outer.width, k => (reference === 0 ? undefined : inner.get(reference, k))))
    inner.release()
    giveBuffers(recording)
    return carriedOn
  }

  /** The state after the steps of [from, to), with nothing recorded. */
  #advance(state: unknown, from: number, to: number): unknown {
    return this.recorder.divert(
      x => this.read.get(x) as Value,
      () => this.steps.slice(from, to).reduce((current, step) => advanced(step, current), state),
    )
  }

  #initial(): unknown {
    return mapTree(this.start, 'checkpointSequential: the state', leaf =>
      this.recorder.isTracked(leaf) ? this.recorder.wrap(this.read.get(leaf) as Value) : leaf,
    )
  }

  #referenceOf(leaf: Value): number {
    return this.inputs[this.inputOf(leaf as Traced) as number] as number
  }
}

function each<T>(count: number, make: (k: number) => T): T[] {
  return Array.from({ length: count }, (_, k) => make(k))
}

function leavesOf(tree: unknown): Value[] {
  const leaves: Value[] = []
  mapTree(tree, 'checkpointSequential: the state', leaf => leaves.push(leaf as Value))
  return leaves
}
