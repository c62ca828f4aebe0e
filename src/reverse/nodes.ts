import type { Definition, LinearMap } from '../core/definition.ts'
import { assembled } from '../core/dispatch.ts'
import { strongZeros } from '../core/rows.ts'
import { type Shape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import { waits } from '../core/waiting.ts'
import { belonging } from '../ops/casts.ts'
import { reshape } from '../ops/shape.ts'
import { inspect } from './inspect.ts'
import { computedZeroWon, type Mask, passOn } from './reached.ts'
import type { Sweep } from './sweep.ts'
import type { Tape } from './tape.ts'
import { TransposedPush } from './transpose.ts'

/**
 * A step of the tape that is not one scalar operation: what it does to adjoints on the way down and to tangents on the
 * way up. Inputs and outputs are references into a sweep.
 */
export interface TapeNode {
  /** Entries that the step computes, for the cost of a sweep. */
  readonly entries: number
  pull(adjoints: Sweep, direction: number): void
  push(tangents: Sweep, direction: number): void
}

/** An input that is a tensor or is traced itself. */
export class LeafNode implements TapeNode {
  readonly entries = 0
  pull(): void {}
  push(): void {}
}

/** What an operator was applied to: enough to follow the structure of the derivative without its numbers. */
export interface Application {
  definition: Definition
  params: unknown
  /** References of the operands, 0 for one that is not on the tape. */
  inputs: readonly number[]
  shapes: readonly Shape[]
  outShape: Shape
  /** What an inspector or the imperative tape notes beside. */
  note?: unknown
}

/** One application of an operator, with its local linear map. */
export class MapNode implements TapeNode {
  readonly entries: number
  readonly output: number
  readonly application: Application
  readonly map: LinearMap
  readonly primals: readonly Value[]
  /** The result. */
  readonly out: Value
  /** A tape for the pushforward, where the pullback is its transpose. */
  readonly #newTape: () => Tape
  #transposed: TransposedPush | undefined

  constructor(output: number, application: Application, map: LinearMap, primals: readonly Value[], out: Value, newTape: () => Tape) {
    this.entries = sizeOfShape(application.outShape)
    this.output = output
    this.application = application
    this.map = map
    this.primals = primals
    this.out = out
    this.#newTape = newTape
  }

  /** The pushforward as a recording of its own, for an operator whose structure is that of its rule. */
  transposedPush(): TransposedPush {
    this.#transposed ??= new TransposedPush(
      this.#newTape(),
      this.map.push,
      this.primals,
      this.application.inputs.map(input => input !== 0),
    )
    return this.#transposed
  }

  pull(adjoints: Sweep, direction: number): void {
    const { reached } = adjoints
    const { definition } = this.application
    const { by: waiting } = waits
    // No code of users runs while adjoints wait.
    if (definition.ofUser) adjoints.settle()
    const cotangent =
      waiting === undefined || definition.kind !== 'elementwise' || definition.ofUser
        ? belonging(adjoints.get(this.output, direction), this.out)
        : waiting.chained(() => belonging(adjoints.unsettled(this.output, direction), this.out))
    const arrived = reached?.at(this.output, direction)
    if (cotangent === undefined || (reached === undefined ? cotangent === 0 : arrived === undefined)) return
    const { inputs, shapes } = this.application
    const { positions } = this.map
    const [of, shape] = [inputs[0] as number, shapes[0] as Shape]
    if (positions !== undefined && of < 0 && shape.length > 0) {
      inspect?.pulled(this.application, cotangent, [cotangent], false)
      adjoints.addEntries(of, direction, shape, positions, cotangent, arrived)
    } else if (arrived !== undefined) this.#pullInspected(adjoints, cotangent, arrived, direction)
    else {
      const pull = () => this.#pullback()(cotangent)
      // Sums spread their adjoint over their operand.
      const cotangents = (definition.kind === 'linear' && typeof cotangent === 'number' && waiting?.chained(pull)) || pull()
      inputs.forEach((input, i) => {
        adjoints.add(input, direction, cotangents[i])
      })
    }
  }

  /** The same while an inspector looks on: zeros pass, too, where they were computed. */
  #pullInspected(adjoints: Sweep, cotangent: Value, arrived: Mask, direction: number): void {
    const { application } = this
    const before = strongZeros
    const { cotangents, passed } =
      this.map.pull === undefined
        ? this.transposedPush().pullReached(cotangent, arrived)
        : { cotangents: this.map.pull(cotangent), passed: passOn(application, this.map, arrived) }
    const zeroWon = strongZeros > before && computedZeroWon(application, this.map, cotangent, arrived)
    inspect?.pulled(application, cotangent, cotangents, zeroWon)
    application.inputs.forEach((input, i) => {
      adjoints.add(input, direction, cotangents[i], passed[i])
    })
  }

  push(tangents: Sweep, direction: number): void {
    const given = this.application.inputs.map(input => (input === 0 ? undefined : tangents.get(input, direction)))
    tangents.add(this.output, direction, belonging(this.map.push(given), this.out))
  }

  #pullback(): NonNullable<LinearMap['pull']> {
    const { pull } = this.map
    return pull === undefined ? cotangent => this.transposedPush().pull(cotangent) : cotangent => pull.call(this.map, cotangent)
  }
}

/** A tensor made of rows: scalars in an array that an operator took. */
export class AssembleNode implements TapeNode {
  readonly entries = 0
  readonly rows: Int32Array
  readonly output: number
  readonly #shape: Shape

  constructor(output: number, rows: Int32Array, shape: Shape) {
    this.output = output
    this.rows = rows
    this.#shape = shape
  }

  pull(adjoints: Sweep, direction: number): void {
    const cotangent = adjoints.get(this.output, direction) as Tensor | undefined
    if (cotangent === undefined) return
    adjoints.scatter(this.rows, direction, cotangent, 0)
  }

  push(tangents: Sweep, direction: number): void {
    tangents.add(this.output, direction, tensorOf(tangents.gather(this.rows, direction), this.#shape))
  }
}

function tensorOf(entries: Value | readonly Value[], shape: Shape): Value {
  if (!Array.isArray(entries)) return reshape(entries as Value as Tensor, shape)
  return entries.some(isTraced) ? assembled(entries, shape) : new Tensor(Float64Array.from(entries as number[]), shape)
}

/** Entries of a tensor as rows, which follow the node's own row. */
export class UnpackNode implements TapeNode {
  readonly entries = 0
  readonly row: number
  readonly input: number
  readonly #shape: Shape
  readonly start: number
  readonly length: number

  constructor(row: number, input: number, shape: Shape, start: number, length: number) {
    this.row = row
    this.input = input
    this.#shape = shape
    this.start = start
    this.length = length
  }

  pull(adjoints: Sweep, direction: number): void {
    adjoints.addEntries(this.input, direction, this.#shape, this.start, adjoints.gather(this.#rows, direction))
  }

  push(tangents: Sweep, direction: number): void {
    const tangent = tangents.get(this.input, direction) as Tensor | undefined
    if (tangent !== undefined) tangents.scatter(this.#rows, direction, tangent, this.start)
  }

  /** The rows that follow. */
  get #rows(): Int32Array {
    return Int32Array.from({ length: this.length }, (_, i) => this.row + 1 + i)
  }
}
