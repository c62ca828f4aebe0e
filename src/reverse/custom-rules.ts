import { noMore } from '../core/arguments.ts'
import type { Definition } from '../core/definition.ts'
import { dispatch, ofRank0, shapeOf, toValue } from '../core/dispatch.ts'
import { describe, TreeError } from '../core/errors.ts'
import type { Tensor } from '../core/tensor.ts'
import { checkFunction, checkSynchronous } from '../core/tree.ts'
import type { Value } from '../core/types.ts'
import { add } from '../ops/arithmetic.ts'
import { defineOp } from '../ops/define.ts'
import { asLeaf, fitting, oneEach } from '../ops/kinds/authored.ts'
import { zerosOf } from '../ops/kinds/linear.ts'
import { Tape } from './tape.ts'
import { TransposedPush } from './transpose.ts'

/**
 * A function with a forward rule of one's own: `rule` takes primals and tangents, as lists of arguments, and gives value
 * and tangent, with the tangent linear in the tangents and written in operators. Reverse mode transposes it.
 *
 * Arguments are scalars and tensors, and so is the value; anything else is a TreeError, and a tangent that has not the shape of
 * the value is a ShapeError. What depends on the same transform is an argument: a TapeError says where the rule reads it from around it.
 *
 * @names `jax.custom_jvp`
 *
 * @example
 * const cube = customJvp<[x: number], number>(([x], [dx]) => [mul(x, square(x)), mul(3, mul(square(x), dx))])
 * grad(cube)(2) // 12
 */
export function customJvp<Args extends (number | Tensor)[], R extends number | Tensor>(
  rule: (primals: Args, tangents: Args) => [value: R, tangent: R],
  ...more: []
): (...args: Args) => R {
  checkFunction('customJvp', rule)
  noMore('customJvp', 1, more)
  const withZeros = (primals: readonly Value[], tangents: readonly (Value | undefined)[]) => {
    const result = rule(primals as unknown as Args, primals.map((each, i) => tangents[i] ?? zerosOf(shapeOf(each))) as unknown as Args)
    return pairOf('customJvp: the rule', result)
  }
  return defineOp<(...args: Args) => R>({
    name: 'customJvp',
    signature: (...args: unknown[]) => ({ operands: args.map((each, i) => toValue('customJvp', each, i)) }),
    value: (operands: Value[]) => withZeros(operands, [])[0] as number | Tensor,
    jvp: (primals, tangents) => withZeros(primals, tangents)[1] as Value,
  })
}

/**
 * A function with a backward rule of one's own: `forward` gives the value and what to save, `backward` the cotangents of
 * all arguments from what was saved and the value's cotangent. Forward mode transposes it.
 *
 * Arguments are scalars and tensors, and so is the value; anything else is a TreeError, and so is a number of cotangents
 * that is not that of the arguments. A cotangent that has not the shape of its argument is a ShapeError. What depends on the same
 * transform is an argument: a TapeError says where the rule reads it from around it.
 *
 * @names `jax.custom_vjp`, `torch.autograd.Function`, `tf.customGrad`
 *
 * @example
 * const clipped = customVjp((x: number) => [x, undefined], (_saved, cotangent) => [clip(cotangent, -1, 1)])
 * grad((x: number) => mul(100, clipped(x)))(3) // 1
 */
export function customVjp<Args extends (number | Tensor)[], R extends number | Tensor, Saved>(
  forward: (...args: Args) => [value: R, saved: Saved],
  backward: (saved: Saved, cotangent: R) => readonly (number | Tensor)[],
  ...more: []
): (...args: Args) => R {
  for (const each of [forward, backward]) checkFunction('customVjp', each)
  noMore('customVjp', 2, more)
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
      const [value] = pairOf('customVjp: forward', forward(...(operands as unknown as Args)))
      return ofRank0(asLeaf('customVjp: the value', value))
    },
    linearize: (primals, out, _params, active) => {
      const [, saved] = forward(...(primals as unknown as Args))
      const pull = (cotangent: Value) => {
        const cotangents = backward(saved, cotangent as R)
        checkSynchronous('customVjp', cotangents)
        return oneEach('customVjp: the cotangents of the backward rule', cotangents, primals.length).map((each, i) =>
          active[i] || each !== undefined ? fitting(`customVjp: the cotangent of argument ${i + 1}`, each, shapeOf(primals[i])) : undefined,
        )
      }
      // The pullback is linear in its cotangent: its transpose in each argument is a part of the pushforward.
      const parts = primals.map((_, i) => (active[i] ? new TransposedPush(new Tape(), ([cotangent]) => pull(cotangent as Value)[i], [out], [true]) : undefined))
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

/** The two things that a rule gives. */
function pairOf<A, B>(what: string, result: readonly [A, B]): readonly [A, B] {
  checkSynchronous(what, result)
  if (!Array.isArray(result) || result.length !== 2) throw new TreeError(`${what} gives two things in a list, but ${describe(result)} was returned.`)
  return result as unknown as readonly [A, B]
}
