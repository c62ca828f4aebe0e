import type { Value } from '../../core/types.ts'
import { Forward } from '../../forward/dual.ts'
import type { ElementwiseDefinition } from '../../ops/kinds/elementwise.ts'
import type { StepsRule } from '../../reverse/steps.ts'

/**
 * The second partials of an operator as operators of its operands and its result, for the one or two operands of `mask`: ∂²/∂x²,
 * ∂²/∂x∂y and ∂²/∂y², undefined where they are 0 by structure. They are the tangents of its partials where one operand moves, and
 * the result with it.
 */
export function secondRule(definition: ElementwiseDefinition, mask: number): StepsRule {
  return (operands, out) => {
    const [first, second] = [0, 1, 2].filter(k => (mask & (1 << k)) !== 0) as [number, number?]
    const partialsAt = (given: readonly Value[], result: Value) =>
      (definition.partials?.(...given, result) ?? []).map(each => (typeof each === 'function' ? each() : each))
    const moving = (by: number, of: number): Value | undefined => {
      const forward = new Forward(1)
      try {
        const moved = operands.map((each, k) => (k === by ? forward.lift(each, [1]) : each))
        const partial = partialsAt(moved, forward.lift(out, [partialsAt(operands, out)[by]]))[of] as Value
        return forward.tangent(partial, 0)
      } finally {
        forward.close()
      }
    }
    if (second === undefined) return [moving(first, first), undefined, undefined]
    return [moving(first, first), moving(second, first), moving(second, second)]
  }
}
