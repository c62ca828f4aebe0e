/**
 * Gradient descent of particle and saddle: the step doubles after ten rounds that came down, and is halved where one did not. It ends
 * where the gradient, or the way to go, is no longer than 1e-5. Compiled it is one loop, through which one may differentiate.
 */
import { add, equal, greater, less, logicalAnd, logicalNot, logicalOr, mul, sqrt, sub, where, whileLoop } from 'dualtape'

const SMALL = 1e-5
const length = v => sqrt(v.map(each => mul(each, each)).reduce((total, term) => add(total, term)))

/** The point where the descent of f from `start`, a list of numbers, ends; `gradient` is that of f. */
export function argmin(f, gradient, start) {
  const goesOn = ({ slope, successes, step }) => {
    const steepness = length(slope)
    return logicalAnd(greater(steepness, SMALL), logicalOr(equal(successes, 10), greater(mul(step, steepness), SMALL)))
  }
  const round = ({ x, value, slope, successes, step }) => {
    const doubles = equal(successes, 10)
    const next = x.map((each, i) => sub(each, mul(step, slope[i])))
    const nextValue = f(next)
    const descends = logicalAnd(logicalNot(doubles), less(nextValue, value))
    const at = x.map((each, i) => where(descends, next[i], each))
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

/** The same on numbers, where nothing is differentiated: a native loop. */
export function argminOfNumbers(f, gradient, start) {
  let x = start
  let value = f(x)
  let slope = gradient(x)
  let [successes, step] = [0, SMALL]
  for (;;) {
    const steepness = Math.hypot(...slope)
    if (steepness <= SMALL) return x
    if (successes === 10) {
      ;[successes, step] = [0, 2 * step]
      continue
    }
    if (step * steepness <= SMALL) return x
    const next = x.map((each, i) => each - step * slope[i])
    const nextValue = f(next)
    if (nextValue < value) {
      ;[x, value, slope] = [next, nextValue, gradient(next)]
      successes++
    } else {
      ;[successes, step] = [0, step / 2]
    }
  }
}
