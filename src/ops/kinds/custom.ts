import type { Definition, Description } from '../../core/definition.ts'
import { dispatch, ofRank0 } from '../../core/dispatch.ts'
import type { Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import { unboolean, withSignature } from './linear.ts'

export interface CustomDescription extends Description {
  // biome-ignore lint/suspicious/noExplicitAny: every operator has arguments of its own; its exported type says which
  signature?: (...args: any[]) => { operands: readonly unknown[]; params?: unknown }
  // biome-ignore lint/suspicious/noExplicitAny: the parameters are what this operator's own signature returns
  value: (operands: readonly any[], params: any) => number | Tensor
  /**
   * The tangent of the result, linear in the tangents and written in registry operators. A tangent that is zero by
   * structure comes in as `undefined`.
   */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  jvp: (primals: readonly any[], tangents: readonly any[], out: any, params: any) => Value | undefined
  /**
   * For an operator that is linear in one operand, such as the right side of a system: that operand and the transpose in
   * it. A pushforward that uses the operator itself is transposed by this.
   */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  linearIn?: { operand: number; transpose: (cotangent: any, primals: readonly any[], params: any) => Value }
}

export interface CustomDefinition extends CustomDescription, Definition {
  readonly kind: 'custom'
}

/** A function that users call, with the definition it came from. */
export type Custom<Call> = Call & { definition: CustomDefinition }

/** An operator with a pushforward of its own; reverse mode transposes what that pushforward records. */
export function custom<Call>(author: CustomDescription): Custom<Call> {
  const definition: CustomDefinition = {
    ...author,
    kind: 'custom',
    differentiable: true,
    evaluate: (operands, params) => ofRank0(author.value(operands.map(unboolean), params)),
    linearize: (primals, out, params, active) => {
      const { linearIn } = author
      if (linearIn !== undefined && active.every((each, i) => each === (i === linearIn.operand))) {
        const at = (tangent: Value) => primals.map((primal, i) => (i === linearIn.operand ? tangent : primal))
        return {
          push: tangents => (tangents[linearIn.operand] === undefined ? undefined : dispatch(definition, at(tangents[linearIn.operand] as Value), params)),
          pull: cotangent => primals.map((_, i) => (i === linearIn.operand ? linearIn.transpose(cotangent, primals, params) : undefined)),
        }
      }
      return {
        push: tangents => (tangents.every(tangent => tangent === undefined) ? undefined : author.jvp(primals, tangents, out, params)),
      }
    },
  }
  return withSignature(definition, author.signature)
}
