/**
 * y(x) = ½ Σᵢ (sᵢ − Σⱼ xⱼ tᵢʲ)² with tᵢ = −1 + 2 i / (n − 1) and sᵢ = sign tᵢ, and its gradient. The polynomials are evaluated
 * by Horner's rule, for all i at once.
 */
import { add, compile, foriLoop, grad, linspace, mul, sign, square, sub, sum, take, tensor, zeros } from 'dualtape'

function objective(n, m) {
  const t = linspace(-1, 1, n)
  const s = sign(t)
  return x => {
    const polynomial = foriLoop(0, m, (j, value) => add(mul(value, t), take(x, sub(m - 1, j))), zeros([n]))
    return mul(0.5, sum(square(sub(s, polynomial))))
  }
}

export function primal({ x, n }) {
  const point = tensor(x)
  const f = compile(objective(n, x.length))
  return { run: () => f(point) }
}

export function gradient({ x, n }) {
  const point = tensor(x)
  const f = compile(grad(objective(n, x.length)))
  return { run: () => f(point), output: result => result.toArray() }
}
