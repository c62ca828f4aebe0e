/** log Σ exp xᵢ = a + log Σ exp(xᵢ − a) with a = max x, and its gradient: as the sum is the same for all a, none goes through a. */
import { add, compile, exp, grad, log, max, stopGradient, sub, sum, tensor } from 'dualtape'

function logSumExp(x) {
  const a = stopGradient(max(x))
  return add(a, log(sum(exp(sub(x, a)))))
}
const compiled = { primal: compile(logSumExp), gradient: compile(grad(logSumExp)) }

export function primal({ x }) {
  const point = tensor(x)
  return { run: () => compiled.primal(point) }
}

export function gradient({ x }) {
  const point = tensor(x)
  return { run: () => compiled.gradient(point), output: result => result.toArray() }
}
