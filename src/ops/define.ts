import type { Description } from '../core/definition.ts'
import { DualtapeError, describe } from '../core/errors.ts'
import type { Given, Options, OptionsOf } from '../core/options.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import { checked } from './kinds/authored.ts'
import { type CompositeDescription, composite } from './kinds/composite.ts'
import { type CustomDescription, custom } from './kinds/custom.ts'
import { type Binary, type ElementwiseDescription, elementwise, type Ternary, type Unary } from './kinds/elementwise.ts'
import { type LinearDescription, linear } from './kinds/linear.ts'
import { type MultilinearDescription, multilinear } from './kinds/multilinear.ts'

/** What an author writes: the fields of one of the five kinds. Texts are for people, and may be left out. */
export type OperatorAuthor = Pick<Description, 'name' | 'domain' | 'convention' | 'citation' | 'names' | 'operands' | 'options' | 'bare' | 'takes'> &
  Partial<Pick<Description, 'summary' | 'formula' | 'samples'>> &
  Partial<Pick<ElementwiseDescription, 'partials'>> &
  Partial<Pick<LinearDescription, 'signature' | 'transpose'>> &
  Partial<Pick<MultilinearDescription, 'transposes'>> &
  Partial<Pick<CustomDescription, 'jvp'>> &
  Partial<Pick<CompositeDescription, 'of'>> & {
    // biome-ignore lint/suspicious/noExplicitAny: numbers for an elementwise operator, the list of operands for others
    value?: (...operands: any[]) => number | boolean | Tensor
  }

/** Without declared options an author's own `of` or `signature` reads whatever arguments there are. */
const FREE = { takes: Number.POSITIVE_INFINITY }

/** The function that a definition makes: the one given by hand, or the one that follows from `of` or from `value`. */
type Made<Call, A> = [Call] extends [never]
  ? A extends { of: infer F }
    ? A extends { options: infer O extends Options }
      ? F extends (...args: [...infer Operands, infer _]) => infer R
        ? (...args: [...Operands, ...Given<OptionsOf<O>, A extends { bare: infer B extends readonly (keyof OptionsOf<O>)[] } ? B : []>]) => R
        : never
      : F
    : A extends { value: (...operands: infer Operands) => unknown }
      ? Operands extends [unknown]
        ? Unary
        : Operands extends [unknown, unknown]
          ? Binary
          : Operands extends [unknown, unknown, unknown]
            ? Ternary
            : (...operands: { [K in keyof Operands]: TensorLike }) => number | Tensor
      : never
  : Call

/**
 * Makes an operator from one definition; it then works in every mode, nested and on tensors, like those of the library.
 * Which of the five kinds it is follows from what is written:
 *
 * - elementwise: `value` on numbers and `partials`, one per operand, in operators;
 * - linear: `value` on tensors and `transpose`;
 * - multilinear: `value` and `transposes`, one per operand;
 * - custom: `value` and a `jvp` that is linear in the tangents;
 * - composite: `of`, a function of other operators.
 *
 * Arguments behind the operands are declared in `options`, by their kinds (see `option`): each call is checked against them,
 * and `of` or `signature` gets them last, in one complete object. `bare` names those that may be given by position.
 *
 * Throws a DualtapeError when the definition is none of these. What its rules give is checked in every call: a tangent has the
 * shape of the value, a cotangent that of its operand, and there is one partial per operand.
 *
 * @example
 * const cube = defineOp({ name: 'cube', value: (x: number) => x ** 3, partials: x => [mul(3, square(x))] })
 * grad(cube)(2) // 12
 *
 * const leaky = defineOp({
 *   name: 'leaky',
 *   options: { slope: { is: option.differentiable, default: 0.1 } },
 *   of: (x: number, { slope }) => maximum(x, mul(slope, x)),
 * })
 * leaky(-3, { slope: 0.5 }) // -1.5
 */
export function defineOp<Call = never, const A extends OperatorAuthor = OperatorAuthor>(author: A): Made<Call, A> & { definition: Description } {
  if (typeof author?.name !== 'string' || author.name === '') {
    throw new DualtapeError(`defineOp: a definition has a name, but ${describe(author?.name)} was given.`)
  }
  for (const [part, written] of Object.entries(author)) {
    if (typeof written === 'function' && written.constructor.name === 'AsyncFunction') {
      throw new DualtapeError(`defineOp: ${part} of ${author.name} is async. Operators compute at once: await what they need first.`)
    }
  }
  const definition = {
    summary: '',
    formula: '',
    samples: [],
    shares: author.partials === undefined,
    ...((author.of ?? author.signature) !== undefined && author.options === undefined && FREE),
    ...author,
    ofUser: true,
  } as never
  if (author.of !== undefined) return composite(definition)
  if (author.value === undefined) throw new DualtapeError(`defineOp: ${author.name} has neither value nor of, so it cannot be computed.`)
  const operator =
    author.transpose !== undefined
      ? linear(definition)
      : author.transposes !== undefined
        ? multilinear(definition)
        : author.jvp !== undefined
          ? custom(definition)
          : elementwise(definition)
  checked(operator.definition)
  return operator as never
}
