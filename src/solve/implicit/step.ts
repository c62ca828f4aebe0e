import type { Definition, LinearMap } from '../../core/definition.ts'
import { DomainError } from '../../core/errors.ts'
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

/** Of a solution whose Jacobian is singular, as an unknown is not determined. */
export function noDerivative(name: string, unknown: number): DomainError {
  return new DomainError(
    `${name}: the solution has no derivative: its Jacobian is singular there (unknown ${unknown} is not determined by the equations), ` +
      'so the solution is not a differentiable function of what it depends on.',
  )
}
