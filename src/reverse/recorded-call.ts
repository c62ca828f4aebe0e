import { atLevel } from '../core/dispatch.ts'
import { sourceOf } from '../core/lists.ts'
import { owned } from '../core/ownership.ts'
import { comparePlain } from '../core/plain-run.ts'
import { isNumericTypedArray, Tensor } from '../core/tensor.ts'
import { type Arena, isTraced, STEPS, Traced } from '../core/traced.ts'
import { asTypedList, checkSynchronous, isTypedList, type Leaf, mapTree, someLeaf, startsWithNumber, zeroLike } from '../core/tree.ts'
import type { Value } from '../core/types.ts'
import { type WaitingCall, waits } from '../core/waiting.ts'
import { belonging } from '../ops/casts.ts'
import { reshape } from '../ops/shape.ts'
import { inspecting } from './inspect.ts'
import type { MapNode } from './nodes.ts'
import { giveBuffers } from './pool.ts'
import { recordingOn } from './running.ts'
import type { StepGraph } from './steps.ts'
import { type NewSweep, type Recording, type Sweep, sweepBackward, sweepForward, sweepOf } from './sweep.ts'
import { Tape } from './tape.ts'
import type { LiftedList, TapedList } from './taped-list.ts'

/** One call of a function, recorded. */
export class RecordedCall {
  readonly recording: Recording
  /** References of the differentiated arguments' scalars and tensors, argument by argument. */
  readonly inputs: readonly number[]
  /** Where in `inputs` each argument begins. */
  readonly starts: readonly number[]
  /** Of each argument the lists that are used as they are needed, if that was asked for; they are not among `inputs`. */
  readonly lists: readonly (readonly LiftedList[])[]
  /** References of the result's leaves; 0 for one that does not depend on the arguments. */
  readonly outputs: readonly number[]
  /** The result, one level down. */
  readonly value: unknown

  readonly #waiting: WaitingCall | undefined

  /** Whether the function need not be looked at again for questions that its operators do not see; see `comparePlain`. */
  readonly looked: boolean

  /**
   * Calls `f` with the arguments named by `argnums` replaced by traced ones. `name` begins every message. With `wholeSteps` each row
   * tells its operator. With `mayWait` large tensors may be computed when they are read, while nothing but the call has changed.
   */
  constructor(
    name: string,
    f: (...args: never[]) => unknown,
    args: readonly unknown[],
    argnums: readonly number[],
    looked = false,
    lazy = false,
    wholeSteps = false,
    mayWait = false,
  ) {
    const tape = new Tape(undefined, undefined, graphUnder(argnums.map(each => args[each])))
    tape.wholeSteps = wholeSteps
    this.#waiting = mayWait ? waits.by?.begin(tape.nodes as MapNode[]) : undefined
    tape.waiting = this.#waiting
    let finished = false
    try {
      const inputs: number[] = []
      const starts: number[] = []
      const lists: LiftedList[][] = []
      const traced = args.map((arg, i) => {
        starts.push(inputs.length)
        const own: LiftedList[] = []
        lists.push(own)
        return argnums.includes(i) ? liftTree(name, tape, arg, i, inputs, lazy ? own : undefined) : arg
      })
      const result = recordingOn(tape, () => (f as (...args: unknown[]) => unknown)(...traced))
      const outputs: number[] = []
      const treeOfOutputs = () => {
        checkSynchronous(name, result)
        return mapTree(result, `${name}: the function's result`, given => {
          const leaf = atLevel(given, tape.level)
          outputs.push(tape.reference(leaf as Value))
          return tape.owns(leaf) ? tape.primal(leaf) : leaf
        })
      }
      this.value = numbersOfRows(result, tape, outputs) ?? treeOfOutputs()
      this.looked = (looked && !inspecting()) || comparePlain(name, f, args, this.value, inspecting())
      this.inputs = inputs
      this.starts = starts
      this.lists = lists
      this.outputs = outputs
      this.recording = tape.finish()
      finished = true
    } finally {
      if (!finished) {
        this.#waiting?.release()
        giveBuffers(tape.finish())
      }
    }
  }

  /** Adjoints of the inputs, from cotangents of the result's leaves. */
  pull(cotangents: readonly (Value | undefined)[]): Sweep {
    return this.pullMany(1, sweep => {
      this.outputs.forEach((output, i) => {
        sweep.add(output, 0, cotangents[i])
      })
    })
  }

  /** A walk back in several directions at once, after `seed` has put cotangents at the outputs. */
  pullMany(directions: number, seed: (sweep: Sweep) => void, newSweep: NewSweep = sweepOf): Sweep {
    const sweep = newSweep(this.recording, directions)
    seed(sweep)
    sweepBackward(this.recording, sweep, 1)
    return sweep
  }

  /** A walk forward in several directions at once, after `seed` has put tangents at the inputs. */
  pushMany(directions: number, seed: (sweep: Sweep) => void, newSweep: NewSweep = sweepOf): Sweep {
    const sweep = newSweep(this.recording, directions)
    seed(sweep)
    sweepForward(this.recording, sweep, 1)
    return sweep
  }

  /** Tangents of the result's leaves, from tangents of the inputs. */
  push(tangents: readonly (Value | undefined)[]): (Value | undefined)[] {
    const sweep = this.pushMany(1, tangentsOf => {
      this.inputs.forEach((input, i) => {
        tangentsOf.add(input, 0, tangents[i])
      })
    })
    const results = this.outputs.map(output => (output === 0 ? undefined : sweep.get(output, 0)))
    sweep.release()
    return results
  }

  /** Recorded operations: scalar rows, and entries of what tensor operations give. */
  get operations(): number {
    return this.recording.nodes.reduce((sum, node) => sum + node.entries, this.recording.count - 1)
  }

  /** Gives the tape's buffers back. Nothing can be swept afterwards. */
  release(): void {
    this.#waiting?.release()
    giveBuffers(this.recording)
  }
}

/**
 * An argument with traced leaves; a typed array becomes an array of traced scalars, which natively indexes and iterates. With `lists`
 * those of a traced function stay lists whose entries are made as they are used.
 */
function liftTree(name: string, tape: Tape, arg: unknown, position: number, inputs: number[], lists?: LiftedList[]): unknown {
  const liftAll = (numbers: ArrayLike<number>) => {
    const leaves = tape.scalarLeaves(numbers)
    for (let i = 0; i < leaves.length; i++) inputs.push((leaves[i] as Traced).index)
    return leaves
  }
  if (isNumbers(arg)) return liftAll(arg)
  const lift = (leaf: Leaf) => {
    if (isNumericTypedArray(leaf)) return asTypedList(liftAll(leaf))
    const lifted = tape.leaf(leaf as Value)
    inputs.push(tape.reference(lifted))
    return lifted
  }
  const liftList = (list: readonly unknown[]) => {
    const source = lists && sourceOf(list)
    if (lists === undefined || source === undefined) return undefined
    const lifted = (source as TapedList).onTape(tape)
    lists.push(lifted)
    return isTypedList(list) ? asTypedList(lifted.list) : lifted.list
  }
  return mapTree(arg, `${name}: argument ${position + 1}`, lift, { list: liftList })
}

/** The numbers of a list of rows of a tape, the most frequent result of many entries; undefined for others. */
function numbersOfRows(result: unknown, { arena, graph }: Tape, rows: number[]): number[] | undefined {
  if (graph !== undefined || !Array.isArray(result) || isTypedList(result) || startsWithNumber(result)) return undefined
  for (let i = 0; i < result.length; i++) if (!(result[i] instanceof Traced) || (result[i] as Traced).arena !== arena) return undefined
  const { values } = arena
  const numbers = new Array<number>(result.length)
  for (let i = 0; i < result.length; i++) {
    const { index } = result[i] as Traced
    rows.push(index)
    numbers[i] = values[index] as number
  }
  return numbers
}

/** The graph that arguments belong to, where the function is being traced and they belong to nothing else. */
function graphUnder(args: readonly unknown[]): StepGraph | undefined {
  let arena: Arena | undefined
  const isForeign = (leaf: Leaf) => {
    if (!isTraced(leaf)) return false
    arena ??= leaf.arena
    return leaf.arena.kind !== STEPS || leaf.arena !== arena
  }
  const foreign = args.some(arg => !isNumbers(arg) && someLeaf(arg, isForeign))
  return foreign ? undefined : (arena?.owner as StepGraph | undefined)
}

/** Whether a tree is one list of plain numbers, the most frequent argument. */
function isNumbers(tree: unknown): tree is number[] {
  // Lists of traced values do not get to tree[i]: see startsWithNumber.
  if (!Array.isArray(tree) || sourceOf(tree) !== undefined || (tree.length > 0 && !startsWithNumber(tree))) return false
  for (let i = 0; i < tree.length; i++) if (typeof tree[i] !== 'number') return false
  return true
}

/**
 * Derivatives in the kinds of the leaves of `tree`, which a sweep left at the references that `inputs` lists from position
 * `start` on, and in `lists`. Absent ones are zeros. None shares a buffer with another one, nor with those that are `taken`.
 */
export function treeOfDerivatives(
  tree: unknown,
  role: string,
  sweep: Sweep,
  inputs: readonly number[],
  start: number,
  lists: readonly LiftedList[] = [],
  taken = new Set<ArrayBufferLike>(),
): unknown {
  let next = start
  let nextList = 0
  const read = () => sweep.get(inputs[next++] as number, 0)
  if (isNumbers(tree) && sweep.traced === undefined) {
    const numbers = new Array<number>(tree.length)
    for (let i = 0; i < numbers.length; i++) numbers[i] = sweep.rows[inputs[start + i] as number] as number
    return numbers
  }
  const list = (given: readonly unknown[]) => (sourceOf(given) !== undefined && lists.length > 0 ? lists[nextList++]?.derivative(sweep) : undefined)
  const change = (leaf: Leaf) => {
    if (!isNumericTypedArray(leaf)) {
      const derivative = read() ?? zeroLike(leaf)
      return owned(leaf instanceof Tensor && !(derivative instanceof Tensor) ? belonging(reshape(derivative, []), leaf) : belonging(derivative, leaf), taken)
    }
    const entries = Array.from(leaf, () => read() ?? 0)
    if (entries.some(entry => entry instanceof Traced)) return entries
    return leaf instanceof Float32Array ? Float32Array.from(entries as number[]) : Float64Array.from(entries as number[])
  }
  return mapTree(tree, role, change, { list })
}
