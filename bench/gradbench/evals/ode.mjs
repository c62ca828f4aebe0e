/**
 * y₀' = x₀, yᵢ' = xᵢ yᵢ₋₁ with y(0) = 0: y(2) by s steps of the classical Runge–Kutta method, and the gradient of its last entry.
 */
import { add, compile, concat, foriLoop, grad, mul, slice, take, tensor, zeros } from 'dualtape'

function solution(n, s) {
  const h = 2 / s
  return x => {
    const slope = y => mul(x, concat([[1], slice(y, 0, n - 1)]))
    const step = (_, y) => {
      const k1 = slope(y)
      const k2 = slope(add(y, mul(h / 2, k1)))
      const k3 = slope(add(y, mul(h / 2, k2)))
      const k4 = slope(add(y, mul(h, k3)))
      return add(y, mul(h / 6, add(add(k1, mul(2, k2)), add(mul(2, k3), k4))))
    }
    return foriLoop(0, s, step, zeros([n]))
  }
}

export function primal({ x, s }) {
  const point = tensor(x)
  const f = compile(solution(x.length, s))
  return { run: () => f(point), output: result => result.toArray() }
}

export function gradient({ x, s }) {
  const point = tensor(x)
  const n = x.length
  const f = compile(grad(at => take(solution(n, s)(at), n - 1)))
  return { run: () => f(point), output: result => result.toArray() }
}
