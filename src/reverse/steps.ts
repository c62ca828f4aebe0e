import type { Definition } from '../core/definition.ts'
import type { Transform } from '../core/traced.ts'
import type { Value } from '../core/types.ts'

/** Values from the operands and the result of an elementwise operator, by operators. */
export type StepsRule = (operands: readonly Value[], out: Value) => readonly (Value | undefined)[]

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
  /**
   * The steps of what a rule gives for an elementwise operator's operands and result, written to `into`: −1 for undefined. The rule is
   * run once for each key, and stands for itself from then on.
   */
  follow(key: number, arity: number, rule: StepsRule, a: number, b: number, out: number, into: Int32Array): void
  /** A step with the value of another, but +0 where that is −0: 0 + x. */
  plusZero(step: number): number
}
