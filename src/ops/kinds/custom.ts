import type { Definition, Description } from '../../core/definition.ts'
import { dispatch, ofRank0 } from '../../core/dispatch.ts'
import { dtypeOfResult, inDtypes, isNarrow } from '../../core/dtypes.ts'
import { Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import { toFloat32, toFloat64 } from '../casts.ts'
import { forEachItem } from '../items.ts'
import { unboolean, withSignature } from './linear.ts'

export interface CustomDescription extends Description {
  // biome-ignore lint/suspicious/noExplicitAny: every operator has arguments of its own; its exported type says which
  signature?: (...args: any[]) => { operands: readonly unknown[]; params?: unknown }
  // biome-ignore lint/suspicious/noExplicitAny: the parameters are what this operator's own signature returns
  value: (operands: readonly any[], params: any) => number | Tensor
  /** The value written in registry operators, with the same bits: what transforms that take no derivative, such as tracing and batching, see. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  compose?: (operands: readonly any[], params: any) => Value
  /** See `Definition`. */
  batch?: Exclude<Definition['batch'], undefined>
  /** Whether axes before those that it works on are those of a batch, in all operands alike. */
  leading?: boolean
  /** See `Definition`. */
  recorded?: Exclude<Definition['recorded'], undefined>
  /** See `Definition`; left out where the structure is that of the rule. */
  pattern?: Exclude<Definition['pattern'], undefined>
  /**
   * The tangent of the result, linear in the tangents and written in registry operators. A tangent that is zero by
   * structure comes in as `undefined`.
   */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  jvp: (primals: readonly any[], tangents: readonly any[], out: any, params: any) => Value | undefined
  /**
   * For an operator that is linear in some operands, such as the right side of a system: which those are, in each by itself, and the
   * transpose in the i-th. A pushforward that uses the operator itself is transposed by this.
   */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  linearIn?: { operand: (i: number) => boolean; transpose: (cotangent: any, i: number, primals: readonly any[], params: any) => Value }
}

export interface CustomDefinition extends CustomDescription, Definition {
  readonly kind: 'custom'
}

/** A function that users call, with the definition it came from. */
export type Custom<Call> = Call & { definition: CustomDefinition }

/** An operator written in others that rounds once, as it does itself, where they would round each time. */
function composedInDtypes(author: CustomDescription, compose: NonNullable<CustomDescription['compose']>) {
  return (operands: readonly Value[], params: unknown): Value => {
    if (!operands.some(isNarrow)) return compose(operands, params)
    const result = compose(
      operands.map(each => (isNarrow(each) ? (toFloat64(each) as Value) : each)),
      params,
    )
    return result instanceof Tensor && dtypeOfResult(author, operands) === 'float32' ? toFloat32(result) : result
  }
}

/** An operator with a pushforward of its own; reverse mode transposes what that pushforward records. */
export function custom<Call>(author: CustomDescription): Custom<Call> {
  /** The operand that the operator is linear in, if only that one is active. */
  const linearOperand = (active: readonly boolean[]) => {
    const only = active.indexOf(true)
    return only >= 0 && author.linearIn?.operand(only) === true && active.indexOf(true, only + 1) < 0 ? only : undefined
  }
  const definition: CustomDefinition = {
    ...author,
    ...(author.compose !== undefined && { compose: composedInDtypes(author, author.compose) }),
    kind: 'custom',
    differentiable: true,
    ...(author.leading && { batch: (operands, batched, size, params) => dispatch(definition, forEachItem(operands, batched, size), params) }),
    ...(author.linearIn !== undefined && { affine: active => linearOperand(active) !== undefined }),
    evaluate: inDtypes(author, (operands, params) => ofRank0(author.value(operands.map(unboolean), params))),
    linearize: (primals, out, params, active) => {
      const only = linearOperand(active)
      if (only !== undefined) {
        const at = (tangent: Value) => primals.map((primal, i) => (i === only ? tangent : primal))
        return {
          push: tangents => (tangents[only] === undefined ? undefined : dispatch(definition, at(tangents[only] as Value), params)),
          pull: cotangent => primals.map((_, i) => (i === only ? author.linearIn?.transpose(cotangent, only, primals, params) : undefined)),
        }
      }
      return {
        push: tangents => (tangents.every(tangent => tangent === undefined) ? undefined : author.jvp(primals, tangents, out, params)),
      }
    },
  }
  return withSignature(definition, author.signature)
}
