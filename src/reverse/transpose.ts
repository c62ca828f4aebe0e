import type { LinearMap } from '../core/definition.ts'
import { shapeOf } from '../core/dispatch.ts'
import type { Value } from '../core/types.ts'
import { zerosOf } from '../ops/kinds/linear.ts'
import { Sweep, sweepBackward } from './sweep.ts'
import { Tape } from './tape.ts'

/** The pullback of a pushforward: what it does to tangents is recorded once and walked backwards for each cotangent. */
export function transposePush(push: LinearMap['push'], primals: readonly Value[], active: readonly boolean[]): NonNullable<LinearMap['pull']> {
  const tape = new Tape()
  const tangents = primals.map((primal, i) => (active[i] ? tape.leaf(zerosOf(shapeOf(primal))) : undefined))
  const out = push(tangents)
  const reference = out === undefined ? 0 : tape.reference(out)
  const inputs = tangents.map(tangent => (tangent === undefined ? 0 : tape.reference(tangent)))
  const recording = tape.finish()
  return cotangent => {
    if (reference === 0) return primals.map(() => undefined)
    const sweep = new Sweep(recording, 1)
    sweep.add(reference, 0, cotangent)
    sweepBackward(recording, sweep, 1)
    const cotangents = inputs.map(input => (input === 0 ? undefined : sweep.get(input, 0)))
    sweep.release()
    return cotangents
  }
}
