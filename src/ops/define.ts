import type { Description } from '../core/definition.ts'
import { DualtapeError, describe } from '../core/errors.ts'
import { type Composite, type CompositeDescription, composite } from './kinds/composite.ts'
import { type Custom, type CustomDescription, custom } from './kinds/custom.ts'
import { type Binary, type Elementwise, type ElementwiseDescription, elementwise, type Ternary, type Unary } from './kinds/elementwise.ts'
import { type Linear, type LinearDescription, linear } from './kinds/linear.ts'
import { type Multilinear, type MultilinearDescription, multilinear } from './kinds/multilinear.ts'

/** Texts are for people; a user's own operator may leave them out. */
type Author<D> = Omit<D, keyof Texts> & Partial<Texts>
type Texts = Pick<Description, 'summary' | 'formula' | 'samples'>

type Arity<F> = F extends (x: never) => unknown ? Unary : F extends (x: never, y: never) => unknown ? Binary : Ternary

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
 * Throws a DualtapeError when the definition is none of these.
 *
 * @example
 * const cube = defineOp({ name: 'cube', value: (x: number) => x ** 3, partials: x => [mul(3, square(x))] })
 * grad(cube)(2) // 12
 */
export function defineOp<Call>(definition: Author<LinearDescription>): Linear<Call>
export function defineOp<Call>(definition: Author<MultilinearDescription>): Multilinear<Call>
export function defineOp<Call>(definition: Author<CustomDescription>): Custom<Call>
export function defineOp<F>(definition: Author<CompositeDescription> & { of: F }): Composite<F>
export function defineOp<F extends (...operands: never[]) => number | boolean>(definition: Author<ElementwiseDescription> & { value: F }): Elementwise<Arity<F>>
export function defineOp(author: Author<object> & { name: string }): unknown {
  if (typeof author?.name !== 'string' || author.name === '') {
    throw new DualtapeError(`defineOp: a definition has a name, but ${describe(author?.name)} was given.`)
  }
  const definition = { summary: '', formula: '', samples: [], ...author }
  if ('of' in author) return composite(definition as unknown as CompositeDescription)
  if ('transpose' in author) return linear(definition as unknown as LinearDescription)
  if ('transposes' in author) return multilinear(definition as unknown as MultilinearDescription)
  if ('jvp' in author) return custom(definition as unknown as CustomDescription)
  if ('value' in author) return elementwise(definition as unknown as ElementwiseDescription)
  throw new DualtapeError(`defineOp: ${author.name} has neither value (with partials, transpose, transposes or jvp) nor of, so it cannot be computed.`)
}
