import type { Definition, Description } from '../../core/definition.ts'
import { callWith } from '../../core/options.ts'
import { argumentsOf } from './linear.ts'

export interface CompositeDescription extends Description {
  /** The operator as a function of other operators. */
  // biome-ignore lint/suspicious/noExplicitAny: every operator has arguments of its own; its exported type says which
  of: (...args: any[]) => unknown
  /** The operators that steps in graphs are of, where nobody else calls these. */
  steps?: readonly Definition[]
}

export interface CompositeDefinition extends CompositeDescription {
  readonly kind: 'composite'
}

/** A function that users call, with the definition it came from. */
export type Composite<Call> = Call & { definition: CompositeDefinition }

/** An operator made of other operators: all its rules are theirs. */
export function composite<Call>(author: CompositeDescription): Composite<Call> {
  const takes = argumentsOf(author, author.of)
  const call = callWith(author, takes, author.of)
  return Object.assign(call, { definition: { ...author, takes, kind: 'composite' as const } }) as unknown as Composite<Call>
}
