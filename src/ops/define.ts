import { noMore } from '../core/arguments.ts'
import type { Description } from '../core/definition.ts'
import { DualtapeError, describe } from '../core/errors.ts'
import { checkNames, type Given, type Option, type OptionKind, type Options, type OptionsOf } from '../core/options.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import { asLeaf, checked } from './kinds/authored.ts'
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

const RULES = ['partials', 'transpose', 'transposes', 'jvp'] as const
/** The fields of a definition that are functions, and the others. */
const FUNCTIONS = ['value', 'of', 'signature', 'partials', 'transpose', 'jvp']
const FIELDS = [
  ...FUNCTIONS,
  'transposes',
  'name',
  'summary',
  'formula',
  'domain',
  'convention',
  'names',
  'citation',
  'operands',
  'options',
  'bare',
  'takes',
  'samples',
]

/** Refuses a field that is not of its kind. */
function checkField(operator: string, field: string, written: unknown): void {
  if (written === undefined) return
  const refuse = (wanted: string) => {
    throw new DualtapeError(`defineOp: ${field} of ${operator} is ${wanted}, not ${describe(written)}.`)
  }
  if (FUNCTIONS.includes(field) && typeof written !== 'function') refuse('a function')
  if (field === 'transposes' && !(Array.isArray(written) && written.every(each => typeof each === 'function'))) refuse('a list of functions, one per operand')
  if (['bare', 'samples', 'names'].includes(field) && !Array.isArray(written)) refuse('a list')
  if (field === 'options') {
    for (const [name, option] of Object.entries(Object(written))) {
      const { is } = Object(option) as Option
      if (!(Array.isArray(is) || typeof (is as OptionKind<unknown> | undefined)?.accepts === 'function')) {
        throw new DualtapeError(`defineOp: the option ${name} of ${operator} says in \`is\` which kind it has, such as option.real, or a list of its values.`)
      }
    }
  }
}

/** Whether a function of numbers gives truths: a mask, through which no derivative passes. */
function answersTruths({ value }: OperatorAuthor): boolean {
  return typeof value?.(...new Array<number>(value.length).fill(1)) === 'boolean'
}

/** A definition whose function of numbers is refused where it gives none: a buffer would take that for NaN. */
function withCheckedValue(definition: ElementwiseDescription): ElementwiseDescription {
  const { name, value } = definition
  const checked = (...operands: number[]) => asLeaf(`${name}: the value`, value(...operands)) as number | boolean
  return { ...definition, value: Object.defineProperty(checked, 'length', { value: value.length }) }
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
export function defineOp<Call = never, const A extends OperatorAuthor = OperatorAuthor>(author: A, ...more: []): Made<Call, A> & { definition: Description } {
  noMore('defineOp', 1, more, author)
  if (typeof author?.name !== 'string' || author.name === '') {
    throw new DualtapeError(`defineOp: a definition has a name, but ${describe(author?.name)} was given.`)
  }
  checkNames('defineOp', author, FIELDS)
  for (const bare of author.bare ?? []) {
    if (!Object.hasOwn(author.options ?? {}, bare))
      throw new DualtapeError(`defineOp: bare of ${author.name} names ${describe(bare)}, which is none of its options.`)
  }
  for (const [part, written] of Object.entries(author)) {
    checkField(author.name, part, written)
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
  if (RULES.every(rule => author[rule] === undefined) && !answersTruths(author)) {
    throw new DualtapeError(
      `defineOp: ${author.name} has no rule for its derivative: write one of ${RULES.join(', ')}. Where the derivative is 0 everywhere, that is partials: () => [0].`,
    )
  }
  const operator =
    author.transpose !== undefined
      ? linear(definition)
      : author.transposes !== undefined
        ? multilinear(definition)
        : author.jvp !== undefined
          ? custom(definition)
          : elementwise(withCheckedValue(definition))
  checked(operator.definition)
  return operator as never
}
