import type { Definition } from './definition.ts'
import type { Transform } from './traced.ts'
import type { Value } from './types.ts'

/**
 * A graph that is being traced, as a tape over it sees it: scalars are steps, known by number, and operators on them make
 * further steps. The tape's rows then hold steps where those of other tapes hold numbers. Step 0 is the constant 0.
 */
export interface StepGraph extends Transform {
  /** The step that a value is; constants become steps. */
  idOf(value: Value): number
  handle(step: number): Value
  /** An elementwise operator on scalars: of one operand where b is 0 and the operator has one. */
  step(definition: Definition, a: number, b: number): number
  /**
   * The steps that are an operator's partials, written to `into`: for operand k, if bit k of `active` is set and the
   * partial is not 0 by structure; else −1.
   */
  partials(definition: Definition, active: number, a: number, b: number, out: number, into: Int32Array): void
  /** A step with the value of another, but +0 where that is −0: 0 + x. */
  plusZero(step: number): number
}
