/**
 * A particle flies from (0, 8) with velocity (0.75, 0) past charges at (10, 0) and (10, 10 − w), by Euler steps of 0.1 with the force
 * −∇p, p(x) = Σ 1 / |x − charge|, until it is below the x axis; gradient descent finds the w for which it meets the axis at the origin.
 * The derivative of where it meets the axis goes through ∇p. The letters say by which mode (forward, reverse) each of both is computed.
 */
import { add, compile, derivative, div, grad, greater, jacobian, mul, neg, reciprocal, sqrt, square, sub, whileLoop } from 'dualtape'
import { argminOfNumbers } from './descent.mjs'

const STEP = 0.1

const distance = (x, y) => sqrt(add(mul(x, x), mul(y, y)))
const potential = ([x, y], w) => add(reciprocal(distance(sub(x, 10), sub(y, sub(10, w)))), reciprocal(distance(sub(x, 10), y)))
const moved = ([x, y], [u, v], time) => [add(x, mul(time, u)), add(y, mul(time, v))]

/** The square of the place where the particle meets the axis, for a control w. */
const squareOfPlace = gradient => w => {
  const isAbove = ({ x, v }) => greater(moved(x, v, STEP)[1], 0)
  const step = ({ x, v }) => ({ x: moved(x, v, STEP), v: moved(v, gradient(at => potential(at, w))(x), -STEP) })
  const { x, v } = whileLoop(isAbove, step, { x: [0, 8], v: [0.75, 0] })
  const below = moved(x, v, STEP)
  return square(moved(below, v, neg(div(below[1], v[1])))[0])
}

const gradients = { f: f => jacobian(f, { mode: 'forward' }), r: grad }

function control(outer, inner) {
  const f = squareOfPlace(gradients[inner])
  const [value, slope] = [f, outer === 'f' ? derivative(f) : grad(f)].map(each => compile(each, { algebra: 'real' }))
  const descent = w =>
    argminOfNumbers(
      ([w]) => value(w),
      ([w]) => [slope(w)],
      [w],
    )
  return ({ w }) => ({ run: () => descent(w)[0] })
}

export const ff = control('f', 'f')
export const fr = control('f', 'r')
export const rf = control('r', 'f')
export const rr = control('r', 'r')
