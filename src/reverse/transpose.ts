import type { LinearMap } from '../core/definition.ts'
import { shapeOf } from '../core/dispatch.ts'
import type { Value } from '../core/types.ts'
import { zerosOf } from '../ops/kinds/linear.ts'
import type { Mask } from './reached.ts'
import { type Recording, type Sweep, sweepBackward, sweepOf } from './sweep.ts'
import type { Tape } from './tape.ts'

/** A pushforward recorded as what it does to tangents: walked backwards it is the pullback. */
export class TransposedPush {
  readonly recording: Recording
  /** References of the operands' tangents, and of the result's; 0 where there is none. */
  readonly inputs: readonly number[]
  readonly output: number

  /** Records on a tape that is fresh. */
  constructor(tape: Tape, push: LinearMap['push'], primals: readonly Value[], active: readonly boolean[]) {
    const tangents = primals.map((primal, i) => (active[i] ? tape.leaf(zerosOf(shapeOf(primal))) : undefined))
    const out = push(tangents)
    this.output = out === undefined ? 0 : tape.reference(out)
    this.inputs = tangents.map(tangent => (tangent === undefined ? 0 : tape.reference(tangent)))
    this.recording = tape.finish()
  }

  pull(cotangent: Value): readonly (Value | undefined)[] {
    return this.#walk(cotangent, undefined, sweep => this.inputs.map(input => (input === 0 ? undefined : sweep.get(input, 0))))
  }

  /** The same with where terms have arrived, while an inspector looks on: at the result, and at the operands. */
  pullReached(cotangent: Value, arrived: Mask): { cotangents: readonly (Value | undefined)[]; passed: readonly (Mask | undefined)[] } {
    return this.#walk(cotangent, arrived, sweep => ({
      cotangents: this.inputs.map(input => (input === 0 ? undefined : sweep.get(input, 0))),
      passed: this.inputs.map(input => sweep.reached?.at(input, 0)),
    }))
  }

  #walk<R>(cotangent: Value, arrived: Mask | undefined, read: (sweep: Sweep) => R): R {
    const sweep = sweepOf(this.recording, 1)
    sweep.add(this.output, 0, cotangent, arrived)
    sweepBackward(this.recording, sweep, 1)
    const result = read(sweep)
    sweep.release()
    return result
  }
}
