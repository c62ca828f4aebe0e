/**
 * min_x max_y (x₁² + x₂²) − (y₁² + y₂²) by gradient descent in x on the maximum, which is itself found by gradient descent in y: the
 * outer derivative goes through the inner descent. The letters say by which mode (forward, reverse) each of both is computed.
 */
import { add, compile, grad, jacobian, mul, neg, sub } from 'dualtape'
import { argmin, argminOfNumbers } from './descent.mjs'

const gradients = { f: f => jacobian(f, { mode: 'forward' }), r: grad }
const squares = ([a, b]) => add(mul(a, a), mul(b, b))
const objective = (x, y) => sub(squares(x), squares(y))

function saddlePoint(outer, inner) {
  const argmax = (x, start) => {
    const lost = y => neg(objective(x, y))
    return argmin(lost, gradients[inner](lost), start)
  }
  const highest = start => x => objective(x, argmax(x, start))
  const [value, gradient, last] = [(x, start) => highest(start)(x), (x, start) => gradients[outer](highest(start))(x), argmax].map(each =>
    compile(each, { algebra: 'real' }),
  )
  return ({ start }) => ({
    run: () => {
      const x = argminOfNumbers(
        x => value(x, start),
        x => gradient(x, start),
        start,
      )
      return [...x, ...last(x, start)]
    },
  })
}

export const ff = saddlePoint('f', 'f')
export const fr = saddlePoint('f', 'r')
export const rf = saddlePoint('r', 'f')
export const rr = saddlePoint('r', 'r')
