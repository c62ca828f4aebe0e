import type { Definition } from '../../core/definition.ts'
import { shapeOf, toValue } from '../../core/dispatch.ts'
import { describe, ShapeError, TreeError } from '../../core/errors.ts'
import { formatShape, type Shape, sameShape } from '../../core/shape.ts'
import { Tensor } from '../../core/tensor.ts'
import { Traced } from '../../core/traced.ts'
import { checkSynchronous } from '../../core/tree.ts'
import type { Value } from '../../core/types.ts'

/*
 * Rules that users write are checked where they give something: a derivative has the shape of what it belongs to.
 */

/** What a rule gives for something of a shape: a scalar or a tensor of that shape. `what` begins the message. */
export function fitting(what: string, given: unknown, shape: Shape): Value {
  const value = Array.isArray(given) ? toValue(what, given) : asLeaf(what, given)
  const own = shapeOf(value)
  if (!sameShape(own, shape)) {
    throw new ShapeError(`${what} has shape ${formatShape(own)}, but what it belongs to has shape ${formatShape(shape)}. Sum over what was broadcast.`)
  }
  return value
}

/** A scalar or a tensor. */
export function asLeaf(what: string, given: unknown): Value {
  checkSynchronous(what, given)
  if (typeof given === 'number' || typeof given === 'boolean' || given instanceof Tensor || given instanceof Traced) return given
  throw new TreeError(`${what} is ${describe(given)}; a number or a Tensor is expected.`)
}

/** A list of as many things as there are operands. */
export function oneEach<T>(what: string, given: readonly T[], count: number): readonly T[] {
  if (Array.isArray(given) && given.length === count) return given
  throw new TreeError(`${what} are ${count} in a list, one per operand, but ${describe(given)} was given.`)
}

/** The same definition, which looks at what its rules give. */
export function checked<D extends Definition>(definition: D): D {
  const { name, evaluate, linearize } = definition
  return Object.assign(definition, {
    evaluate: (operands, params) => asLeaf(`${name}: the value`, evaluate(operands, params)),
    linearize: (primals, out, params, active) => {
      const { push, pull, ...others } = linearize(primals, out, params, active)
      return {
        ...others,
        push: tangents => {
          const tangent = push(tangents)
          return tangent === undefined ? undefined : fitting(`${name}: the tangent`, tangent, shapeOf(out))
        },
        ...(pull !== undefined && {
          pull: cotangent =>
            oneEach(`${name}: the cotangents`, pull(cotangent), primals.length).map((each, i) =>
              each === undefined ? undefined : fitting(`${name}: the cotangent of operand ${i + 1}`, each, shapeOf(primals[i])),
            ),
        }),
      }
    },
  } satisfies Pick<Definition, 'evaluate' | 'linearize'>)
}
