import type { Definition, LinearMap } from '../../core/definition.ts'
import { DomainError } from '../../core/errors.ts'
import { sizeOfShape } from '../../core/shape.ts'
import type { Value } from '../../core/types.ts'

/** A step with rules of its own. */
export function stepOf(
  name: string,
  rules: {
    evaluate(operands: readonly Value[]): Value
    linearize(primals: readonly Value[], out: Value, active: readonly boolean[]): LinearMap
    pattern?: Definition['pattern']
    example?: Definition['example']
  },
): Definition {
  return {
    name,
    summary: '',
    formula: '',
    samples: [],
    kind: 'custom',
    differentiable: true,
    ofUser: true,
    gives: 'float64',
    evaluate: rules.evaluate,
    linearize: (primals, out, _, active) => rules.linearize(primals, out, active),
    ...(rules.pattern && { pattern: rules.pattern }),
    ...(rules.example && { example: rules.example }),
  }
}

/** The pattern of a step all of whose entries depend on all entries of its operands. */
export const allOnAll: NonNullable<Definition['pattern']> = (given, _, outShape, __, lattice) => {
  let union = 0
  for (const sets of given) for (const set of sets ?? []) union = lattice.union(union, set)
  return new Int32Array(sizeOfShape(outShape)).fill(union)
}

/** Of a solution whose Jacobian is singular, as an unknown is not determined. */
export function noDerivative(name: string, unknown: number): DomainError {
  return new DomainError(
    `${name}: the solution has no derivative: its Jacobian is singular there (unknown ${unknown} is not determined by the equations), ` +
      'so the solution is not a differentiable function of what it depends on.',
  )
}
