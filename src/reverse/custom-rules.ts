import type { Definition } from '../core/definition.ts'
import { dispatch, ofRank0, shapeOf, toValue } from '../core/dispatch.ts'
import { describe, TreeError } from '../core/errors.ts'
import { Tensor } from '../core/tensor.ts'
import { Traced } from '../core/traced.ts'
import { checkSynchronous } from '../core/tree.ts'
import type { Value } from '../core/types.ts'
import { add } from '../ops/arithmetic.ts'
import { defineOp } from '../ops/define.ts'
import { zerosOf } from '../ops/kinds/linear.ts'
import { TransposedPush } from './transpose.ts'

/**
 * A function with a forward rule of one's own: `rule` takes primals and tangents, as lists of arguments, and gives value
 * and tangent, with the tangent linear in the tangents and written in operators. Reverse mode transposes it.
 *
 * Arguments are scalars and tensors, and so is the value; anything else is a TreeError.
 *
 * @example
 * const cube = customJvp<[x: number], number>(([x], [dx]) => [mul(x, square(x)), mul(3, mul(square(x), dx))])
 * grad(cube)(2) // 12
 */
export function customJvp<Args extends (number | Tensor)[], R extends number | Tensor>(
  rule: (primals: Args, tangents: Args) => [value: R, tangent: R],
): (...args: Args) => R {
  const withZeros = (primals: readonly Value[], tangents: readonly (Value | undefined)[]) => {
    const result = rule(primals as unknown as Args, primals.map((each, i) => tangents[i] ?? zerosOf(shapeOf(each))) as unknown as Args)
    checkSynchronous('customJvp', result)
    return result
  }
  return defineOp<(...args: Args) => R>({
    name: 'customJvp',
    signature: (...args: unknown[]) => ({ operands: args.map((each, i) => toValue('customJvp', each, i)) }),
    value: (operands: Value[]) => checkLeaf('customJvp', withZeros(operands, [])[0]) as number | Tensor,
    jvp: (primals, tangents) => withZeros(primals, tangents)[1],
  })
}

/**
 * A function with a backward rule of one's own: `forward` gives the value and what to save, `backward` the cotangents of
 * all arguments from what was saved and the value's cotangent. Forward mode transposes it.
 *
 * Arguments are scalars and tensors, and so is the value; anything else is a TreeError, and so is a number of cotangents
 * that is not that of the arguments.
 *
 * @example
 * const clipped = customVjp((x: number) => [x, undefined], (_saved, cotangent) => [clip(cotangent, -1, 1)])
 * grad((x: number) => mul(100, clipped(x)))(3) // 1
 */
export function customVjp<Args extends (number | Tensor)[], R extends number | Tensor, Saved>(
  forward: (...args: Args) => [value: R, saved: Saved],
  backward: (saved: Saved, cotangent: R) => readonly (number | Tensor)[],
): (...args: Args) => R {
  const definition: Definition = {
    name: 'customVjp',
    summary: '',
    formula: '',
    samples: [],
    kind: 'custom',
    differentiable: true,
    shares: true,
    ofUser: true,
    evaluate: operands => {
      const result = forward(...(operands as unknown as Args))
      checkSynchronous('customVjp', result)
      return ofRank0(checkLeaf('customVjp', result[0]))
    },
    linearize: (primals, out, _params, active) => {
      const [, saved] = forward(...(primals as unknown as Args))
      const pull = (cotangent: Value) => {
        const cotangents = backward(saved, cotangent as R)
        checkSynchronous('customVjp', cotangents)
        if (!Array.isArray(cotangents) || cotangents.length !== primals.length) {
          throw new TreeError(
            `customVjp: the backward rule gives one cotangent per argument, ${primals.length} in a list, but ${describe(cotangents)} was given.`,
          )
        }
        return cotangents.map((each: Value, i) => (active[i] ? toValue('customVjp', each, i) : undefined))
      }
      // The pullback is linear in its cotangent: its transpose in each argument is a part of the pushforward.
      const parts = primals.map((_, i) => (active[i] ? new TransposedPush(([cotangent]) => pull(cotangent as Value)[i], [out], [true]) : undefined))
      return {
        pull,
        push: tangents => {
          let sum: Value | undefined
          parts.forEach((part, i) => {
            const term = tangents[i] === undefined ? undefined : part?.pull(tangents[i])[0]
            if (term !== undefined) sum = sum === undefined ? term : (add(sum, term) as Value)
          })
          return sum
        },
      }
    },
  }
  return (...args) => dispatch(definition, args) as R
}

function checkLeaf(name: string, value: unknown): Value {
  if (typeof value === 'number' || value instanceof Tensor || value instanceof Traced) return value
  throw new TreeError(`${name}: the value is a number or a Tensor, but ${describe(value)} was returned.`)
}
