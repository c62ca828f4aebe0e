/* The same derivatives in other libraries, for some cases of `compiled`. */

import { fileURLToPath } from 'node:url'
import { defaultDevice, init, grad as jaxGrad, jit, numpy as np } from '@jax-js/jax'
import { build } from 'esbuild'
import { all, create } from 'mathjs'
import * as rose from 'rose'

const math = create(all)

/* Rose has no sine, exponential and so on of its own: each comes with its derivative. */
const [roseSin, roseCos, roseExp, roseTanh] = [Math.sin, Math.cos, Math.exp, Math.tanh].map(f => rose.opaque([rose.Real], rose.Real, f))
for (const [f, derivative] of [
  [roseSin, x => roseCos(x)],
  [roseCos, x => rose.neg(roseSin(x))],
  [roseExp, x => roseExp(x)],
  [roseTanh, x => rose.sub(1, rose.mul(roseTanh(x), roseTanh(x)))],
]) {
  f.jvp = rose.fn([rose.Dual], rose.Dual, ({ re: x, du: dx }) => ({ re: f(x), du: rose.mul(dx, derivative(x)) }))
}

async function roseRosenbrock(n) {
  const { add, mul, sub, fn, vjp, Real, Vec } = rose
  const f = fn([Vec(n, Real)], Real, x => {
    let total = 0
    for (let i = 0; i + 1 < n; i++) {
      const a = sub(x[i + 1], mul(x[i], x[i]))
      const b = sub(1, x[i])
      total = add(total, add(mul(100, mul(a, a)), mul(b, b)))
    }
    return total
  })
  return rose.compile(fn([Vec(n, Real)], Vec(n, Real), x => vjp(f)(x).grad(1)))
}

async function roseExpression() {
  const { add, mul, sub, div, sqrt, fn, vjp, Real } = rose
  const f = fn([Real], Real, x => {
    const a = roseSin(mul(x, x))
    const b = roseExp(div(a, add(2, roseCos(x))))
    const c = roseTanh(sub(mul(b, x), a))
    return add(mul(c, sqrt(add(1, mul(x, x)))), div(roseSin(b), add(1, mul(c, c))))
  })
  return rose.compile(fn([Real], Real, x => vjp(f)(x).grad(1)))
}

async function jaxRosenbrock() {
  await init('wasm')
  defaultDevice('wasm')
  // Values are used up by the operation that takes them; ref keeps one.
  const f = x => {
    const low = x.ref.slice([0, -1])
    const a = x.slice([1]).sub(low.ref.mul(low.ref))
    const b = np.array(1).sub(low)
    return a.ref.mul(a).mul(100).add(b.ref.mul(b)).sum()
  }
  const slope = jit(jaxGrad(f))
  return x => slope(np.array(x)).dataSync()
}

async function tensorflowRosenbrock() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('tensorflow.mjs', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('file:///')" },
    logLevel: 'error',
  })
  const tf = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
  await tf.setBackend('cpu')
  const slope = tf.grad(x => {
    const n = x.shape[0]
    const low = tf.slice(x, [0], [n - 1])
    const a = tf.sub(tf.slice(x, [1], [n - 1]), tf.mul(low, low))
    return tf.sum(tf.add(tf.mul(100, tf.mul(a, a)), tf.square(tf.sub(1, low))))
  })
  return x => tf.tidy(() => slope(tf.tensor1d(x)).dataSync())
}

function mathjsRosenbrock(n) {
  const terms = Array.from({ length: n - 1 }, (_, i) => `100 * (x${i + 1} - x${i}^2)^2 + (1 - x${i})^2`)
  const names = Array.from({ length: n }, (_, i) => `x${i}`)
  const slopes = names.map(name => math.derivative(terms.join(' + '), name).compile())
  return x => {
    const scope = new Map(names.map((name, i) => [name, x[i]]))
    return slopes.map(slope => slope.evaluate(scope))
  }
}

function mathjsExpression() {
  const a = 'sin(x * x)'
  const b = `exp(${a} / (2 + cos(x)))`
  const c = `tanh(${b} * x - ${a})`
  const slope = math.derivative(`${c} * sqrt(1 + x * x) + sin(${b}) / (1 + (${c})^2)`, 'x').compile()
  return x => slope.evaluate(new Map([['x', x]]))
}

export const PEERS = ['Rose', 'jax-js', 'TF.js', 'mathjs']

/** What the libraries make of a case. jax-js and TF.js compute in float32. */
export function peersFor(name) {
  const size = Number(/^Rosenbrock gradient, n = (\d+)$/.exec(name)?.[1])
  if (size > 0) {
    return {
      Rose: () => roseRosenbrock(size),
      'jax-js': jaxRosenbrock,
      'TF.js': tensorflowRosenbrock,
      // Its time to prepare grows with the square of n.
      ...(size === 10 && { mathjs: () => mathjsRosenbrock(size) }),
    }
  }
  return name === 'derivative of 20 operations' ? { Rose: roseExpression, mathjs: mathjsExpression } : {}
}
