/* The gradient of Rosenbrock's function from 10 to 1,000,000 inputs: of a list of numbers, entry by entry, and of a tensor, as a whole. */
import { add, compile, grad, mul, slice, square, sub, sum, tensor } from '../../../dist/index.js'
import { rosenbrock } from '../../rosenbrock.mjs'
import { native } from '../native.mjs'
import { jaxRosenbrock, mathjsRosenbrock, roseRosenbrock, tensorflowRosenbrock } from '../peers.mjs'

export const point = n => Array.from({ length: n }, (_, i) => Math.sin(i + 0.5))

export const whole = x => {
  const [low, high] = [slice(x, 0, x.size - 1), slice(x, 1, x.size)]
  return sum(add(mul(100, square(sub(high, square(low)))), square(sub(1, low))))
}

export function byHand(x) {
  // A short list is made faster than a typed array.
  const g = x.length > 1000 ? new Float64Array(x.length) : new Array(x.length).fill(0)
  for (let i = 0; i + 1 < x.length; i++) {
    const a = x[i + 1] - x[i] * x[i]
    g[i] += -400 * x[i] * a - 2 * (1 - x[i])
    g[i + 1] += 200 * a
  }
  return g
}

export function primalByHand(x) {
  let total = 0
  for (let i = 0; i + 1 < x.length; i++) {
    const a = x[i + 1] - x[i] * x[i]
    const b = 1 - x[i]
    total += 100 * a * a + b * b
  }
  return total
}

/** Central differences with steps of the cube root of the rounding error. */
function differences(f, x) {
  const [at, g] = [Float64Array.from(x), new Float64Array(x.length)]
  for (let i = 0; i < x.length; i++) {
    const h = Math.cbrt(Number.EPSILON) * Math.max(1, Math.abs(x[i]))
    at[i] = x[i] + h
    const above = f(at)
    at[i] = x[i] - h
    g[i] = (above - f(at)) / (2 * h)
    at[i] = x[i]
  }
  return g
}

const SINGLE = 1e-3

function rosenbrockCase(n) {
  const peer = make => async () => {
    const [run, x] = [await make(), point(n)]
    return { run: () => run(x), tolerance: SINGLE }
  }
  return {
    ...{ group: 'rosenbrock', name: 'gradient', size: `n = ${n.toLocaleString('en-US')}`, n, isQuick: [10, 1000, 100_000].includes(n) },
    reference: 'JavaScript by hand',
    noisy: 'compiled, a tensor',
    get contestants() {
      const x = point(n)
      const t = tensor(x)
      const calling = (f, at) => () => f(at)
      return {
        'JavaScript by hand': () => calling(byHand, Float64Array.from(x)),
        'C++ by hand': native('cases', 'rosenbrock', x),
        'ADOL-C': native('adolc', 'rosenbrock', x),
        'compiled, a tensor': () => calling(compile(grad(whole)), t),
        ...(n <= 10_000 && { 'compiled, numbers': () => calling(compile(grad(rosenbrock)), x) }),
        'eager, a tensor': () => calling(grad(whole), t),
        'eager, numbers': () => calling(grad(rosenbrock), x),
        ...(n <= 1000 && { Rose: async () => calling(await roseRosenbrock(n), x) }),
        'jax-js': peer(jaxRosenbrock),
        'TensorFlow.js': peer(tensorflowRosenbrock),
        ...(n === 10 && { mathjs: () => calling(mathjsRosenbrock(n), x) }),
        ...(n <= 10_000 && { differences: () => ({ run: () => differences(primalByHand, x), tolerance: 1e-6 }) }),
      }
    },
  }
}

export const cases = () => [10, 100, 1000, 10_000, 100_000, 1_000_000].map(rosenbrockCase)

export const absent = {
  'compiled, numbers': 'up to 10,000 inputs: what a list of numbers makes is compiled step by step; the tensor’s is one loop',
  Rose: 'up to 1,000 inputs: loops are unrolled when it compiles',
  mathjs: 'preparing symbolic derivatives takes minutes beyond 10 inputs',
  differences: 'up to 10,000 inputs: the cost grows with the square of their number',
}
