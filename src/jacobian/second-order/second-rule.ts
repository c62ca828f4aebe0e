import { shapeOf } from '../../core/dispatch.ts'
import { ones } from '../../core/makers.ts'
import { Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import { Forward } from '../../forward/dual.ts'
import { broadcastTo } from '../../ops/broadcast.ts'
import { type ElementwiseDefinition, lostFor } from '../../ops/kinds/elementwise.ts'
import type { StepsRule } from '../../reverse/steps.ts'

/**
 * A second partial of an operator as operators of its operands and its result, undefined where it is 0 by structure: the tangent of
 * the partial with respect to operand `of` where operand `by` moves, and the result with it.
 */
export function secondPartial(definition: ElementwiseDefinition, operands: readonly Value[], out: Value, by: number, of: number): Value | undefined {
  const partialAt = (given: readonly Value[], result: Value, k: number): Value => {
    const each = (definition.partials?.(...given, result) ?? [])[k] as Value | (() => Value)
    const partial = typeof each === 'function' ? each() : each
    return Number.isNaN(partial) ? lostFor(given) : partial
  }
  const forward = new Forward(1)
  try {
    const unit = operands[by] instanceof Tensor ? ones(shapeOf(operands[by])) : 1
    const moved = operands.map((each, k) => (k === by ? forward.lift(each, [unit]) : each))
    const slope = partialAt(operands, out, by)
    const change = out instanceof Tensor ? broadcastTo(slope as Tensor, out.shape) : slope
    return forward.tangent(partialAt(moved, forward.lift(out, [change]), of), 0)
  } finally {
    forward.close()
  }
}

/** The second partials for the one or two operands of `mask`: ∂²/∂x², ∂²/∂x∂y and ∂²/∂y². */
export function secondRule(definition: ElementwiseDefinition, mask: number): StepsRule {
  return (operands, out) => {
    const [first, second] = [0, 1, 2].filter(k => (mask & (1 << k)) !== 0) as [number, number?]
    const partial = (by: number, of: number) => secondPartial(definition, operands, out, by, of)
    return second === undefined ? [partial(first, first), undefined, undefined] : [partial(first, first), partial(second, first), partial(second, second)]
  }
}
