import type { Definition, Description } from '../../core/definition.ts'
import { dispatch, shapeOf } from '../../core/dispatch.ts'
import type { Shape } from '../../core/shape.ts'
import { Tensor, zeros } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'

export interface LinearDescription extends Description {
  /** How users call it. Left out: `(x)`, no parameters. */
  // biome-ignore lint/suspicious/noExplicitAny: every operator has arguments of its own; its exported type says which
  signature?: (...args: any[]) => { operands: readonly unknown[]; params?: unknown }
  /** The value on plain operands. */
  // biome-ignore lint/suspicious/noExplicitAny: the parameters are what this operator's own signature returns
  value: (operands: readonly any[], params: any) => number | boolean | Tensor
  /** Whether the result is made of integers or booleans, through which no derivative passes. */
  constant?: boolean
  /** Cotangents of the operands, as registry operators of the result's cotangent. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  transpose: (cotangent: any, params: any, shapes: readonly Shape[]) => readonly (Value | undefined)[]
}

export interface LinearDefinition extends LinearDescription, Definition {
  readonly kind: 'linear'
}

/** A function that users call, with the definition it came from. */
export type Linear<Call> = Call & { definition: LinearDefinition }

/** An operator that is linear in all its operands together: it is its own pushforward, and its transpose its pullback. */
export function linear<Call>(author: LinearDescription): Linear<Call> {
  const definition: LinearDefinition = {
    ...author,
    kind: 'linear',
    differentiable: author.constant !== true,
    evaluate: (operands, params) => author.value(operands.map(unboolean), params),
    linearize: (primals, _out, params, active) => {
      const shapes = primals.map(shapeOf)
      return {
        push: tangents => {
          if (tangents.every(tangent => tangent === undefined)) return undefined
          return dispatch(
            definition,
            tangents.map((tangent, i) => tangent ?? zerosOf(shapes[i] as Shape)),
            params,
          )
        },
        pull: cotangent => author.transpose(cotangent, params, shapes).map((each, i) => (active[i] ? each : undefined)),
      }
    },
  }
  return withSignature(definition, author.signature)
}

/** Zero in the kind of value that has this shape. */
export function zerosOf(shape: Shape): number | Tensor {
  return shape.length === 0 ? 0 : zeros(shape)
}

export function unboolean(operand: Value): number | Tensor {
  return operand instanceof Tensor ? operand : Number(operand)
}

/** The function users call, from a definition and the way its arguments are read. */
export function withSignature<Operator, D extends Definition>(
  definition: D,
  // biome-ignore lint/suspicious/noExplicitAny: every operator has arguments of its own; its exported type says which
  signature: ((...args: any[]) => { operands: readonly unknown[]; params?: unknown }) | undefined,
): Operator & { definition: D } {
  const call =
    signature === undefined
      ? (x: unknown) => dispatch(definition, [x])
      : (...args: unknown[]) => {
          const { operands, params } = signature(...args)
          return dispatch(definition, operands, params)
        }
  return Object.assign(call, { definition }) as unknown as Operator & { definition: D }
}
