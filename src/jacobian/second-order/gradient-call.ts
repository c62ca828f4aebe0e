import { Tensor } from '../../core/tensor.ts'
import { isTraced, STEPS, Traced } from '../../core/traced.ts'
import { leavesOf, someLeaf } from '../../core/tree.ts'
import type { Value } from '../../core/types.ts'
import { inspecting } from '../../reverse/inspect.ts'
import { RecordedCall, treeOfDerivatives } from '../../reverse/recorded-call.ts'
import { type NewSweep, type Recording, Sweep, sweepBackward, sweepOf } from '../../reverse/sweep.ts'
import type { Constants } from '../constants.ts'
import { scalarsOf } from '../slots.ts'
import { type LowerEntries, pushEdges, pushStepEdges } from './edge-pushing.ts'
import { type Lowered, lower } from './lowering.ts'
import { isQuadratic, isTwiceDifferentiable, pullTangents } from './second-sweep.ts'

/** A recording of scalars alone: its first rows are the inputs, and one of them the output (0: none). */
interface Scalars {
  recording: Recording
  output: number
  inputs: number
  /** Second partials of rows without a code. */
  curvature?: Lowered['curvature']
}

/** What Jacobians are taken of: a recorded function, or the gradient of one. */
export type Call = RecordedCall | GradientCall

/** Tensors are written as scalars where that takes at most so many rows. */
const MOST_ROWS = 1 << 23

/**
 * The gradient of a function with a scalar result as a call whose derivatives are to be swept, from a recording of the function
 * alone: in place of a tape of the gradient, the second partials of each row follow from its operator. Its inputs and its
 * outputs are the function's inputs, and sweeps in either direction are products with the Hessian.
 */
export class GradientCall {
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
  readonly looked: boolean
  readonly #name: string
  readonly #argument: unknown
  readonly #call: RecordedCall
  /** Adjoints of the function at every row and node, once they have been asked for. */
  #adjoints: Sweep | undefined
  #recording: Recording | undefined
  #value: unknown
  #edges: LowerEntries | undefined
  /** The most terms with which edge pushing was tried. */
  #tried = 0
  #lowered: { most: number; scalars: Scalars | undefined } | undefined

  private constructor(name: string, call: RecordedCall, x: unknown) {
    this.#name = name
    this.#argument = x
    this.#call = call
    this.inputs = call.inputs
    this.outputs = call.inputs
    this.looked = call.looked
  }

  /** Whether an argument is made of plain numbers, or of scalars of a graph where `traced` says so, and nobody looks on. */
  static takes(x: unknown, traced = false): boolean {
    return !inspecting() && !someLeaf(x, leaf => isTraced(leaf) && !(traced && leaf.arena.kind === STEPS))
  }

  /**
   * Records a function. Undefined where its second derivatives are left to nested transforms, which then also say what is wrong
   * with it: for values of another transform, steps such as checkpoints, and results that are no scalar. Tensors of a graph are written
   * entry by entry, where `byEntries` asks for that.
   */
  static of(name: string, f: (x: never) => unknown, x: unknown, looked: boolean, byEntries = false): GradientCall | undefined {
    const call = new RecordedCall(name, f, [x], [0], looked, false, true)
    const { value, recording } = call
    if (call.outputs.length === 1 && isScalar(value, recording) && isTwiceDifferentiable(recording, byEntries)) return new GradientCall(name, call, x)
    call.release()
    return undefined
  }

  /** The function's recording, marked as affine where its gradient is. */
  get recording(): Recording {
    const { recording } = this.#call
    this.#recording ??= { ...recording, affine: isQuadratic(recording, this.inputs) }
    return this.#recording
  }

  /** The gradient. */
  get value(): unknown {
    this.#value ??= treeOfDerivatives(this.#argument, this.#name, this.#pulled(), this.inputs, 0)
    return this.#value
  }

  #pulled(): Sweep {
    this.#adjoints ??= this.#call.pull([one(this.#call.value)])
    return this.#adjoints
  }

  get operations(): number {
    return this.#call.operations
  }

  /** Products of the Hessian with several directions at once: `seed` puts them at the inputs, where the products are read. */
  pushMany(directions: number, seed: (sweep: Sweep) => void, newSweep: NewSweep = sweepOf): Sweep {
    const tangents = this.#call.pushMany(directions, seed, newSweep)
    const { recording } = this.#call
    const products = newSweep(recording, directions)
    if (this.#adjoints === undefined) {
      this.#adjoints = new Sweep(recording, 1)
      this.#adjoints.add(this.#call.outputs[0] as number, 0, one(this.#call.value))
      pullTangents(recording, this.#adjoints, tangents, products, true)
    } else pullTangents(recording, this.#adjoints, tangents, products, false)
    tangents.release()
    return products
  }

  /** The same: the Hessian is symmetric. */
  pullMany(directions: number, seed: (sweep: Sweep) => void, newSweep?: NewSweep): Sweep {
    return this.pushMany(directions, seed, newSweep)
  }

  /** The product of the Hessian with a vector whose leaves are given, in the form of the argument. */
  times(vector: readonly Value[]): unknown {
    const sweep = this.pushMany(1, tangents => {
      vector.forEach((each, i) => {
        tangents.add(this.inputs[i] as number, 0, each)
      })
    })
    const product = treeOfDerivatives(this.#argument, this.#name, sweep, this.inputs, 0)
    sweep.release()
    return product
  }

  /** Whether the recording can be written in scalars, as which its structure can be seen. */
  get isScalar(): boolean {
    return this.#scalars(MOST_ROWS) !== undefined
  }

  /** The recording in at most so many rows of scalars. */
  #scalars(most: number): Scalars | undefined {
    if (this.#lowered === undefined || (this.#lowered.scalars === undefined && most > this.#lowered.most)) this.#lowered = { most, scalars: this.#lower(most) }
    return this.#lowered.scalars
  }

  /**
   * The Hessian's entries on and below the diagonal by edge pushing, in at most `limit` terms; undefined where that is not possible.
   * With `constants` those are left out that are 0 by constants.
   */
  lowerEntries(limit = Number.POSITIVE_INFINITY, constants?: Constants): LowerEntries | undefined {
    if (this.#edges !== undefined || limit <= this.#tried) return this.#edges
    this.#tried = limit
    // What makes many scalars of few entries, as products of matrices do, is left to products with vectors.
    const lowered = this.#scalars(limit === Number.POSITIVE_INFINITY ? MOST_ROWS : Math.min(MOST_ROWS, 8 * this.operations + this.inputs.length + 1024))
    this.#edges = lowered && this.#pushEdges(lowered, limit, constants)
    return this.#edges
  }

  #pushEdges(lowered: Scalars, limit: number, constants: Constants | undefined): LowerEntries | undefined {
    const { graph } = lowered.recording
    if (lowered.recording === this.#call.recording) {
      if (graph !== undefined) return pushStepEdges(lowered.recording, graph, this.#pulled().rows, lowered.inputs, lowered.output, limit)
      return pushEdges(lowered.recording, this.#pulled().rows, lowered.inputs, lowered.output, limit, constants)
    }
    const { recording, inputs, output, curvature } = constants === undefined || graph !== undefined ? lowered : (this.#lower(MOST_ROWS, constants) ?? lowered)
    const adjoints = sweepOf(recording, 1)
    adjoints.add(output, 0, 1)
    sweepBackward(recording, adjoints, 1)
    const found =
      graph === undefined
        ? pushEdges(recording, adjoints.rows, inputs, output, limit, undefined, curvature)
        : pushStepEdges(recording, graph, adjoints.rows, inputs, output, limit, curvature)
    adjoints.release()
    return found
  }

  #lower(most: number, constants?: Constants): Scalars | undefined {
    const { recording, outputs } = this.#call
    const [output] = outputs as [number]
    const inOrder = this.inputs.every((input, i) => input === i + 1)
    if (recording.nodes.length === 0 && inOrder) return { recording, inputs: this.inputs.length, output }
    const leaves = scalarsOf(leavesOf(this.#argument, this.#name))
    const inputs = this.inputs.map((reference, i) => ({ reference, value: leaves[i] as Value }))
    const lowered: Lowered | undefined = lower(recording, [output], inputs, most, 2, constants)
    return (
      lowered && { recording: lowered, inputs: lowered.inputs, curvature: lowered.curvature, output: output === 0 ? 0 : (lowered.rowsOf(output)[0] as number) }
    )
  }

  /** A number that `lowerEntries` gave as a value: of a graph it is a step. */
  valueOf(entry: number): Value {
    const { graph } = this.#call.recording
    return graph === undefined ? entry : graph.handle(entry)
  }

  /** Gives the buffers back. Nothing can be swept afterwards. */
  release(): void {
    this.#adjoints?.release()
    this.#call.release()
  }
}

/** Whether a value is a number, or a tensor of one, or a step of the graph that the recording holds. */
function isScalar(value: unknown, { graph }: Recording): boolean {
  if (isTraced(value)) return graph !== undefined && value instanceof Traced && value.arena === graph.arena
  return typeof value === 'number' || (value instanceof Tensor && value.size === 1)
}

function one(value: unknown): Value {
  return value instanceof Tensor ? new Tensor(Float64Array.of(1), value.shape) : 1
}
