/* Compiled derivatives against the same derivatives written by hand in JavaScript. Each case is checked before it is timed. */
import { add, compile, cos, div, exp, foriLoop, grad, jacobian, mul, sin, sqrt, sub, tanh } from '../dist/index.js'
import { interleaved, table } from './harness.mjs'

function rosenbrock(x) {
  let total = 0
  for (let i = 0; i + 1 < x.length; i++) {
    const a = sub(x[i + 1], mul(x[i], x[i]))
    const b = sub(1, x[i])
    total = add(total, add(mul(100, mul(a, a)), mul(b, b)))
  }
  return total
}

function rosenbrockByHand(x) {
  const g = new Array(x.length).fill(0)
  for (let i = 0; i + 1 < x.length; i++) {
    const a = x[i + 1] - x[i] * x[i]
    g[i] += -400 * x[i] * a - 2 * (1 - x[i])
    g[i + 1] += 200 * a
  }
  return g
}

/** Twenty operations on one number. */
function expression(x) {
  const a = sin(mul(x, x))
  const b = exp(div(a, add(2, cos(x))))
  const c = tanh(sub(mul(b, x), a))
  return add(mul(c, sqrt(add(1, mul(x, x)))), div(sin(b), add(1, mul(c, c))))
}

function expressionByHand(x) {
  const s = Math.sin(x * x)
  const da = Math.cos(x * x) * 2 * x
  const q = 2 + Math.cos(x)
  const b = Math.exp(s / q)
  const db = (b * (da * q + s * Math.sin(x))) / (q * q)
  const c = Math.tanh(b * x - s)
  const dc = (1 - c * c) * (db * x + b - da)
  const r = Math.sqrt(1 + x * x)
  const d = 1 + c * c
  const sb = Math.sin(b)
  return dc * r + (c * x) / r + (Math.cos(b) * db * d - sb * 2 * c * dc) / (d * d)
}

const wide = ([x, y, z]) => Array.from({ length: 100 }, (_, i) => mul(sin(mul(x, i + 1)), add(y, mul(z, i))))
function wideByHand([x, y, z]) {
  const rows = new Array(100)
  for (let i = 0; i < 100; i++) {
    const [s, c, w] = [Math.sin(x * (i + 1)), Math.cos(x * (i + 1)), y + z * i]
    rows[i] = [c * (i + 1) * w, s, s * i]
  }
  return rows
}

const narrow = x => {
  const sums = [0, 0, 0]
  for (let i = 0; i < 100; i++) {
    sums[0] = add(sums[0], mul(x[i], x[i]))
    sums[1] = add(sums[1], sin(x[i]))
    sums[2] = add(sums[2], exp(mul(-1, x[i])))
  }
  return sums
}
function narrowByHand(x) {
  const rows = [new Array(100), new Array(100), new Array(100)]
  for (let i = 0; i < 100; i++) {
    rows[0][i] = 2 * x[i]
    rows[1][i] = Math.cos(x[i])
    rows[2][i] = -Math.exp(-x[i])
  }
  return rows
}

const logistic = r => foriLoop(0, 1000, (_, x) => mul(mul(r, x), sub(1, x)), 0.3)
function logisticByHand(r) {
  const xs = new Float64Array(1001)
  xs[0] = 0.3
  for (let i = 0; i < 1000; i++) xs[i + 1] = r * xs[i] * (1 - xs[i])
  let [adjoint, dr] = [1, 0]
  for (let i = 999; i >= 0; i--) {
    dr += adjoint * xs[i] * (1 - xs[i])
    adjoint *= r * (1 - 2 * xs[i])
  }
  return dr
}

/** Results go somewhere, or V8 leaves the work out. */
let kept
function keep(result) {
  kept = result
  return kept
}

const points = n => Array.from({ length: n }, (_, i) => Math.sin(i + 0.5))

export function run() {
  const cases = [
    ...[10, 100, 1000].map(n => [`Rosenbrock gradient, n = ${n}`, grad(rosenbrock), rosenbrockByHand, points(n), 1.5]),
    ['derivative of 20 operations', grad(expression), expressionByHand, 0.7, 1.3],
    ['Jacobian 3 → 100', jacobian(wide), wideByHand, [0.1, 0.2, 0.3], 1.5],
    ['Jacobian 100 → 3', jacobian(narrow), narrowByHand, points(100), 1.5],
    ['logistic map, 1,000 steps (r = 3.2)', grad(logistic), logisticByHand, 3.2, 1.5],
  ]
  const rows = [['', 'by hand µs', 'compiled µs', 'ratio', 'limit', 'eager ratio', 'compile ms', 'operations']]
  for (const [name, derivative, byHand, x, limit] of cases) {
    const start = performance.now()
    const fast = compile(derivative)
    const found = [fast(x)].flat(3)
    const compileTime = performance.now() - start
    const expected = [byHand(x)].flat(3)
    found.forEach((each, i) => {
      if (!(Math.abs(each - expected[i]) <= 1e-9 * Math.max(1, Math.abs(expected[i]))))
        throw new Error(`${name}: entry ${i} is ${each}, by hand ${expected[i]}`)
    })
    const times = interleaved({ hand: () => keep(byHand(x)), compiled: () => keep(fast(x)), eager: () => keep(derivative(x)) }, { rounds: 7 })
    const ratio = key => (times[key] / times.hand).toFixed(2)
    rows.push([
      name,
      (times.hand / 1000).toFixed(3),
      (times.compiled / 1000).toFixed(3),
      ratio('compiled'),
      String(limit),
      ratio('eager'),
      compileTime.toFixed(1),
      String(fast.graph.operations),
    ])
  }
  console.log(table(rows))
}
