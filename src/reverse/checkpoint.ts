import { noMore } from '../core/arguments.ts'
import type { Definition } from '../core/definition.ts'
import { TapeError } from '../core/errors.ts'
import { isNumericTypedArray } from '../core/tensor.ts'
import { somePassingAbove, type Traced, type TracedTensor } from '../core/traced.ts'
import { checkFunction, checkSynchronous, copied, mapTree } from '../core/tree.ts'
import type { Value } from '../core/types.ts'
import type { TapeNode } from './nodes.ts'
import { giveBuffers } from './pool.ts'
import { innermostRecorder, isDiverted, isOfDiverted, type Recorder, recordingOn, withDiversions } from './running.ts'
import { type Recording, type Sweep, sweepBackward, sweepForward, sweepOf } from './sweep.ts'
import { Tape } from './tape.ts'

/**
 * The same function, of which a tape keeps the inputs alone: what happens inside is recorded again when a walk arrives
 * there, so that memory is traded for one more evaluation. Gradients are the same bit for bit. Values of the tape that the
 * function reads from outside (weights, say) count as inputs. Checkpoints nest.
 *
 * The function must do the same when it is run again; a TapeError says where it did not. Where the tape itself is
 * differentiated (reverse mode over reverse mode), only the innermost tape is spared; inside `jvp`, `vmap` and `taylor`, no tape around them is.
 *
 * Source: Griewank and Walther, Evaluating Derivatives, 2nd ed., chapter 12.
 *
 * @names `jax.checkpoint`, `jax.remat`, `torch.utils.checkpoint.checkpoint`
 *
 * @example
 * const layer = checkpoint((x: number) => sin(square(x)))
 * grad((x: number) => layer(layer(x)))(0.5)
 */
export function checkpoint<Args extends unknown[], R>(f: (...args: Args) => R, ...more: []): (...args: Args) => R {
  checkFunction('checkpoint', f)
  noMore('checkpoint', 1, more)
  return (...args) => {
    const recorder = recorderToSpare()
    if (recorder !== undefined) {
      // The function may write into its arguments, of which the caller's are those of the first run.
      const again = args.map(copied) as Args
      let given: Args | undefined = args
      const run = () => {
        const taken = given ?? (again.map(copied) as Args)
        given = undefined
        return f(...taken)
      }
      return recordStep(recorder, run) as R
    }
    const result = f(...args)
    checkSynchronous('checkpoint', result)
    return result
  }
}

/**
 * The tape that a checkpoint spares: none inside another one of it, which is a step as a whole, nor where values of a transform above
 * it will have ended when the walk arrives.
 */
export function recorderToSpare(): Recorder | undefined {
  const recorder = innermostRecorder()
  return recorder === undefined || isDiverted(recorder) || somePassingAbove(recorder.level) ? undefined : recorder
}

const RESULT = "checkpoint: the function's result"

/** Runs a function so that the tape gets one step for all of it. */
export function recordStep(recorder: Recorder, run: () => unknown, Node = CheckpointNode): unknown {
  // In a stretch that is recorded again, values of its tape are others.
  const f = withDiversions(recorder, run)
  const read = new Map<Traced | TracedTensor, Value>()
  const result = recorder.divert(x => {
    const primal = read.get(x) ?? undiverted(recorder, x)
    read.set(x, primal)
    return primal
  }, f)
  checkSynchronous('checkpoint', result)
  if (read.size === 0) return result
  const leaves: Value[] = []
  eachLeaf(recorder, result, leaf => leaves.push(leaf))
  const inputs = [...read.keys()].map(each => recorder.reference(each))
  const computed: boolean[] = []
  mapTree(result, RESULT, leaf => computed.push(!isPassedOn(recorder, leaf)))
  const outputs = recorder.addStep(leaves, references => new Node(recorder, f, read, inputs, references, computed))
  let position = 0
  return eachLeaf(recorder, result, () => outputs[position++])
}

/** The primal that a value has while its tape records. */
function undiverted(recorder: Recorder, x: Traced | TracedTensor): Value {
  return recorder.divert(undefined, () => recorder.primal(x))
}

const isPassedOn = (recorder: Recorder, leaf: unknown) => recorder.isTracked(leaf) || isNumericTypedArray(leaf) || isOfDiverted(leaf)

/** The leaves of a result that a checkpoint computed: all but inputs that it passed on. */
export function eachLeaf(recorder: Recorder, result: unknown, change: (leaf: Value) => unknown): unknown {
  return mapTree(result, RESULT, leaf => (isPassedOn(recorder, leaf) ? leaf : change(recorder.primal(leaf as Value))))
}

/** What a checkpoint recorded again. */
interface Recorded {
  recording: Recording
  /** References of what the function read, and of its results. */
  inputs: readonly number[]
  outputs: readonly number[]
}

/** A stretch of a tape that was dropped: its inputs, and how to record it again. Its results are the rows after its own. */
export class CheckpointNode implements TapeNode {
  readonly entries = 0
  /** Whether it is recorded again as a whole, and not step by step. */
  readonly isWhole: boolean = true
  /** What the function read, each once. */
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
  readonly read: ReadonlyMap<Traced | TracedTensor, Value>
  readonly recorder: Recorder
  readonly #run: () => unknown
  /** For each leaf of the result whether it was computed, or an input passed on. */
  readonly #computed: readonly boolean[]
  /** The input that each handle stands for; several may stand for one. */
  readonly #inputOf: ReadonlyMap<Traced | TracedTensor, number>

  constructor(
    recorder: Recorder,
    run: () => unknown,
    read: ReadonlyMap<Traced | TracedTensor, Value>,
    references: readonly number[],
    outputs: readonly number[],
    computed: readonly boolean[],
  ) {
    this.#computed = computed
    this.recorder = recorder
    this.#run = run
    this.read = read
    this.inputs = [...new Set(references)]
    this.outputs = outputs
    const places = new Map(this.inputs.map((reference, i) => [reference, i]))
    this.#inputOf = new Map([...read.keys()].map((x, i) => [x, places.get(references[i] as number) as number]))
  }

  /** The place among the inputs of a value that the function read. */
  inputOf(x: Traced | TracedTensor): number | undefined {
    return this.#inputOf.get(x)
  }

  /** Records the stretch again, on a tape of its own. */
  recorded(tape = new Tape(), inputOf: (x: Traced | TracedTensor, primal: Value) => Value = (_, primal) => primal): Recorded {
    try {
      const outputs: number[] = []
      const { leaves, result } = this.rerun(tape, this.#run, inputOf)
      let k = 0
      mapTree(result, RESULT, leaf => {
        // What was an input at first may be a step of the new tape.
        if (this.#computed[k++]) outputs.push(tape.reference(this.recorder.primal(leaf as Value)))
      })
      if (outputs.length !== this.outputs.length) {
        throw new TapeError(`checkpoint: the function gave ${this.outputs.length} results at first and ${outputs.length} when it was run again.`)
      }
      return { inputs: leaves.map(leaf => tape.reference(leaf)), outputs, recording: tape.finish() }
    } catch (error) {
      giveBuffers(tape.finish())
      throw error
    }
  }

  /** Runs a part of the stretch with leaves of a new tape in place of the inputs. */
  rerun<R>(tape: Tape, run: () => R, inputOf: (x: Traced | TracedTensor, primal: Value) => Value = (_, primal) => primal): { leaves: Value[]; result: R } {
    const leaves: Value[] = []
    for (const [x, primal] of this.read) leaves[this.inputOf(x) as number] ??= tape.leaf(inputOf(x, primal))
    const substitute = (x: Traced | TracedTensor): Value => {
      const input = this.inputOf(x)
      if (input === undefined) throw new TapeError('checkpoint: the function read other values when it was run again. It must do the same each time.')
      return leaves[input] as Value
    }
    return { result: this.recorder.divert(substitute, () => recordingOn(tape, run)), leaves }
  }

  /**
   * Adds what the stretch adds, for all directions at once. Sums start from what the inputs have gathered so far, so that
   * terms are added in the order of a tape without checkpoints.
   */
  pull(adjoints: Sweep, direction: number): void {
    if (direction === 0) this.#pull(adjoints, this.recorded())
  }

  /** The same where what the walk computes is recorded, too: the stretch is evaluated on the inputs themselves. */
  pullRecorded(adjoints: Sweep): void {
    this.#pull(
      adjoints,
      this.recorded(new NestedTape(this.recorder), x => x),
    )
  }

  #pull(adjoints: Sweep, { recording, inputs, outputs }: Recorded): void {
    const inner = sweepOf(recording, adjoints.width)
    for (let k = 0; k < adjoints.width; k++) {
      for (let i = 0; i < inputs.length; i++) adjoints.move(this.inputs[i] as number, k, inner, inputs[i] as number)
      for (let i = 0; i < outputs.length; i++) inner.add(outputs[i] as number, k, adjoints.get(this.outputs[i] as number, k))
    }
    sweepBackward(recording, inner, 1)
    for (let k = 0; k < adjoints.width; k++) {
      for (let i = 0; i < inputs.length; i++) inner.move(inputs[i] as number, k, adjoints, this.inputs[i] as number)
    }
    inner.release()
    giveBuffers(recording)
  }

  push(tangents: Sweep, direction: number): void {
    if (direction > 0) return
    const { recording, inputs, outputs } = this.recorded()
    const inner = sweepOf(recording, tangents.width)
    for (let k = 0; k < tangents.width; k++) {
      for (let i = 0; i < inputs.length; i++) inner.add(inputs[i] as number, k, tangents.get(this.inputs[i] as number, k))
    }
    sweepForward(recording, inner, 1)
    for (let k = 0; k < tangents.width; k++) {
      for (let i = 0; i < outputs.length; i++) {
        if (outputs[i] !== 0) tangents.set(this.outputs[i] as number, k, inner.get(outputs[i] as number, k))
      }
    }
    inner.release()
    giveBuffers(recording)
  }
}

/** A tape above one that is diverted, for values of it: what it does to them is recorded there nevertheless. */
class NestedTape extends Tape {
  readonly #below: Recorder

  constructor(below: Recorder) {
    super()
    this.#below = below
  }

  override apply(definition: Definition, given: readonly Value[], params: unknown): Value {
    const operands = given.map(each => this.redirect(each))
    return this.#below.divert(undefined, () => super.apply(definition, operands, params))
  }
}
