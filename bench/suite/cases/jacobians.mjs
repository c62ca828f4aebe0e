/*
 * Dense Jacobians of every shape, from one output of 10,000 inputs to 10,000 of one: y = V tanh(W x) + sin x, entry by entry, with eight numbers between
 * inputs and outputs. The planner's choice is one line, each strategy that it could be forced to another.
 */
import { add, compile, jacobian, matmul, mul, planJacobian, sin, take, tanh, tensor } from '../../../dist/index.js'
import { native } from '../native.mjs'

const WAIST = 8
const SHAPES = [
  [1, 10_000],
  [3, 3000],
  [10, 1000],
  [30, 300],
  [100, 100],
  [300, 30],
  [1000, 10],
  [3000, 3],
  [10_000, 1],
]
export const MODES = ['forward', 'reverse', 'elimination', 'mixed']

const wave = (count, seed, scale) => Float64Array.from({ length: count }, (_, i) => scale * Math.sin(seed + 1.7 * i))

/** Weights and a point for m outputs of n inputs. */
function problem(m, n) {
  const [w, v, x] = [wave(WAIST * n, 1, 1 / Math.sqrt(n)), wave(m * WAIST, 2, 1), Array.from(wave(n, 3, 1))]
  const f = x => {
    const hidden = Array.from({ length: WAIST }, (_, k) => {
      let sum = mul(w[k * n], x[0])
      for (let j = 1; j < n; j++) sum = add(sum, mul(w[k * n + j], x[j]))
      return tanh(sum)
    })
    return Array.from({ length: m }, (_, i) => {
      let y = sin(x[i % n])
      for (let k = 0; k < WAIST; k++) y = add(y, mul(v[i * WAIST + k], hidden[k]))
      return y
    })
  }
  const [W, V] = [tensor(w, [WAIST, n]), tensor(v, [m, WAIST])]
  const places = tensor(
    Int32Array.from({ length: m }, (_, i) => i % n),
    { shape: [m], dtype: 'int32' },
  )
  return { w, v, x, f, whole: x => add(matmul(V, tanh(matmul(W, x))), sin(take(x, places))) }
}

function byHand({ w, v, x }, m, n) {
  const out = new Float64Array(m * n)
  const slopes = new Float64Array(WAIST)
  for (let k = 0; k < WAIST; k++) {
    let sum = 0
    for (let j = 0; j < n; j++) sum += w[k * n + j] * x[j]
    const t = Math.tanh(sum)
    slopes[k] = 1 - t * t
  }
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < WAIST; k++) {
      const factor = v[i * WAIST + k] * slopes[k]
      for (let j = 0; j < n; j++) out[i * n + j] += factor * w[k * n + j]
    }
    out[i * n + (i % n)] += Math.cos(x[i % n])
  }
  return out
}

/** Strategies whose price is more than twenty times the least are priced, and not run. */
const DEAREST = 20

function shapeCase([m, n]) {
  return {
    ...{ group: 'jacobians', name: 'dense Jacobian', size: `${m.toLocaleString('en-US')} × ${n.toLocaleString('en-US')}`, m, n },
    isQuick: [1, 100, 10_000].includes(m),
    reference: 'JavaScript by hand',
    noisy: 'eager',
    get contestants() {
      const given = problem(m, n)
      const { w, v, x, f, whole } = given
      const numbers = [n, m, WAIST, ...w, ...v, ...x]
      const auto = planJacobian(f, x)
      const modes = auto.alternatives.filter(({ mode, cost }) => MODES.includes(mode) && cost < DEAREST * auto.cost).map(({ mode }) => mode)
      const planned = mode => () => {
        const plan = planJacobian(f, x, { mode })
        return () => plan.jacobian(x)
      }
      const calling = (run, at) => () => run(at)
      return {
        'JavaScript by hand': () => () => byHand(given, m, n),
        'C++ by hand': native('cases', 'waist', numbers),
        'ADOL-C': native('adolc', 'waist', numbers),
        'compiled, a tensor': () => calling(compile(jacobian(whole)), tensor(x)),
        eager: planned('auto'),
        ...Object.fromEntries(modes.map(mode => [mode, planned(mode)])),
      }
    },
  }
}

export const cases = () => SHAPES.map(shapeCase)

export const absent = {
  forward: 'where its price is more than twenty times the least',
  reverse: 'where its price is more than twenty times the least',
  mixed: 'where its price is more than twenty times the least',
  elimination: 'where its price is more than twenty times the least',
  Rose: 'rows by a pullback each: see the Jacobians among single numbers',
  'jax-js': 'has no Jacobians of its own that stay on one thread; gradients stand beside Rosenbrock’s function',
  'TensorFlow.js': 'has gradients alone',
  mathjs: 'differentiates formulas one by one',
}
