/**
 * Gradient descent of particle and saddle: the step doubles after ten rounds that came down, and is halved where one did not. It ends
 * where the gradient, or the way to go, is no longer than 1e-5. Compiled it is one loop, through which one may differentiate.
 */
import { add, dot, equal, greater, less, logicalAnd, logicalNot, logicalOr, mul, sqrt, sub, where, whileLoop } from 'dualtape'

const SMALL = 1e-5
const length = v => sqrt(dot(v, v))

/** The point where the descent of f from `start` ends; `gradient` is that of f. */
export function argmin(f, gradient, start) {
  const goesOn = ({ slope, successes, step }) => {
    const steepness = length(slope)
    return logicalAnd(greater(steepness, SMALL), logicalOr(equal(successes, 10), greater(mul(step, steepness), SMALL)))
  }
  const round = ({ x, value, slope, successes, step }) => {
    const doubles = equal(successes, 10)
    const next = sub(x, mul(step, slope))
    const nextValue = f(next)
    const descends = logicalAnd(logicalNot(doubles), less(nextValue, value))
    const at = where(descends, next, x)
    return {
      x: at,
      value: where(descends, nextValue, value),
      slope: gradient(at),
      successes: where(descends, add(successes, 1), 0),
      step: mul(step, where(descends, 1, where(doubles, 2, 0.5))),
    }
  }
  return whileLoop(goesOn, round, { x: start, value: f(start), slope: gradient(start), successes: 0, step: SMALL }).x
}
