import { dispatch } from '../../core/dispatch.ts'
import { zeros } from '../../core/makers.ts'
import type { Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import { loop } from '../../graph/loop/loop.ts'
import { type LoopParams, layoutOf, withStates } from '../../graph/loop/parts.ts'
import { requireLess, withBound } from '../../graph/loop/rounds.ts'
import { section } from '../../ops/sections.ts'
import { concat } from '../../ops/shape.ts'
import { insert, pulled, pushed, spreadOver } from './solution.ts'
import { allOnAll, stepOf } from './step.ts'

/** Entries of a loop up to which zeros of its derivatives are not looked for: to find them takes it a derivative, at each point. */
const FEW = 32

/**
 * A loop that ends by its values, as a step of a function that is run at other values than it was traced with. How many rounds it may have is
 * found out where it is differentiated: that derivative keeps the states of all of them.
 */
export function endlessLoop(params: LoopParams, operands: readonly Value[]): Value {
  const { size } = layoutOf(params)
  /** The same numbers from a loop that keeps its states. */
  const again = (all: readonly Value[]): Value => {
    const bounded = withBound(withStates(params), all)
    const result = dispatch(loop, all, bounded) as Tensor
    const layout = layoutOf(bounded)
    const rounds = section(result, layout.rounds, [1]) as Tensor
    requireLess(section(result, layout.rounds, []) as Value, bounded.count)
    return concat([rounds, ...layout.carries.map(each => section(result, each.start, [each.size]) as Tensor)]) as Value
  }
  const definition = stepOf('endless loop', {
    evaluate: given => loop.evaluate(given, params),
    linearize: (primals, _, active) => {
      const own = primals.filter((_, i) => active[i])
      const f = (...some: Value[]) => again(insert(primals, active, some))
      return {
        push: tangents =>
          pushed(
            f,
            own,
            tangents.filter((_, i) => active[i]),
          ),
        pull: cotangent => spreadOver(active, pulled(f, own, cotangent)),
      }
    },
    example: () => zeros([size]),
    ...(size <= FEW && { pattern: allOnAll }),
  })
  return dispatch(definition, operands)
}
