import { add, mul, sub } from '../dist/index.js'

/** Rosenbrock's function of any number of inputs: 8 operations for each but the last. */
export function rosenbrock(x) {
  let total = 0
  for (let i = 0; i + 1 < x.length; i++) {
    const a = sub(x[i + 1], mul(x[i], x[i]))
    const b = sub(1, x[i])
    total = add(total, add(mul(100, mul(a, a)), mul(b, b)))
  }
  return total
}
