import type { Definition, Description } from '../../core/definition.ts'
import { dispatch, ofRank0 } from '../../core/dispatch.ts'
import { areSingle, inDtypes } from '../../core/dtypes.ts'
import { DualtapeError } from '../../core/errors.ts'
import type { Shape } from '../../core/shape.ts'
import type { Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import { add } from './elementwise.ts'
import { unboolean, withSignature } from './linear.ts'

export interface MultilinearDescription extends Description {
  // biome-ignore lint/suspicious/noExplicitAny: every operator has arguments of its own; its exported type says which
  signature?: (...args: any[]) => { operands: readonly unknown[]; params?: unknown }
  // biome-ignore lint/suspicious/noExplicitAny: the parameters are what this operator's own signature returns
  value: (operands: readonly any[], params: any) => number | Tensor
  /** Per operand: its cotangent from the result's cotangent and all operands. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  transposes: readonly ((cotangent: any, operands: readonly any[], params: any) => Value)[]
  /** Whether it multiplies matrices, those of the last two axes. */
  ofMatrices?: boolean
  /** For an operator of two operands: the terms of its result, the entry that each is added to and the entries that it is the product of. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  products?: (shapes: readonly Shape[], params: any, term: (out: number, left: number, right: number) => void) => void
  pattern?: Exclude<Definition['pattern'], undefined>
  batch?: Exclude<Definition['batch'], undefined>
  compose?: Exclude<Definition['compose'], undefined>
}

export interface MultilinearDefinition extends MultilinearDescription, Definition {
  readonly kind: 'multilinear'
}

/** A function that users call, with the definition it came from. */
export type Multilinear<Call> = Call & { definition: MultilinearDefinition }

/** An operator linear in each operand by itself, such as a product: the pushforward sums over the operands. */
export function multilinear<Call>(author: MultilinearDescription): Multilinear<Call> {
  const evaluate = inDtypes(author, (operands, params) => ofRank0(author.value(operands.map(unboolean), params)))
  const definition: MultilinearDefinition = {
    ...author,
    kind: 'multilinear',
    differentiable: true,
    evaluate: (operands, params) =>
      areSingle(author, operands) ? ofRank0(author.value(operands, { ...(params as object), single: true })) : evaluate(operands, params),
    affine: active => active.filter(each => each).length === 1,
    linearize: (primals, _out, params, active) => ({
      push: tangents => {
        let sum: Value | undefined
        tangents.forEach((tangent, i) => {
          if (tangent === undefined) return
          const term = dispatch(
            definition,
            primals.map((primal, k) => (k === i ? tangent : primal)),
            params,
          )
          sum = sum === undefined ? term : (add(sum, term) as Value)
        })
        return sum
      },
      pull: cotangent => primals.map((_, i) => (active[i] ? transposeOf(author, i)(cotangent, primals, params) : undefined)),
    }),
  }
  return withSignature(definition, author.signature)
}

function transposeOf({ name, transposes }: MultilinearDescription, operand: number) {
  const transpose = transposes[operand]
  if (transpose === undefined) throw new DualtapeError(`${name}: transposes are one per operand, but there is none for operand ${operand + 1}.`)
  return transpose
}
