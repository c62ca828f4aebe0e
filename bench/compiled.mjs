/* Compiled derivatives against the same derivatives written by hand in JavaScript. Each case is checked before it is timed. */
import {
  add,
  compile,
  cos,
  div,
  exp,
  foriLoop,
  grad,
  jacobian,
  logSumExp,
  matmul,
  mul,
  sigmoid,
  sin,
  slice,
  sqrt,
  square,
  sub,
  sum,
  tanh,
  tensor,
} from '../dist/index.js'
import { interleaved, table } from './harness.mjs'
import { PEERS, peersFor } from './peers.mjs'
import { rosenbrock } from './rosenbrock.mjs'

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

/** One step of an LSTM cell with 64 units on an input of 64, and a loss of its state: gradient with respect to all weights. */
const units = 64
const wave = (shape, seed) => {
  const size = shape.reduce((a, b) => a * b, 1)
  return tensor(
    Float64Array.from({ length: size }, (_, i) => 0.2 * Math.sin(seed + i)),
    shape,
  )
}
const input = wave([units], 1)
const state = wave([units], 2)
const memory = wave([units], 3)
const lstm = p => {
  const gates = add(add(matmul(p.w, input), matmul(p.u, state)), p.b)
  const gate = k => slice(gates, k * units, (k + 1) * units)
  const c = add(mul(sigmoid(gate(1)), memory), mul(sigmoid(gate(0)), tanh(gate(2))))
  return sum(square(mul(sigmoid(gate(3)), tanh(c))))
}
function lstmByHand({ w, u, b }) {
  const n = units
  const [x, h, m, W, U, B] = [input.data, state.data, memory.data, w.data, u.data, b.data]
  const g = new Float64Array(4 * n)
  for (let i = 0; i < 4 * n; i++) {
    let s = B[i]
    for (let k = 0; k < n; k++) s += W[i * n + k] * x[k] + U[i * n + k] * h[k]
    g[i] = i >= 2 * n && i < 3 * n ? Math.tanh(s) : 1 / (1 + Math.exp(-s))
  }
  const dg = new Float64Array(4 * n)
  for (let i = 0; i < n; i++) {
    const [gi, gf, gc, go] = [g[i], g[n + i], g[2 * n + i], g[3 * n + i]]
    const t = Math.tanh(gf * m[i] + gi * gc)
    const dh = 2 * go * t
    const dc = dh * go * (1 - t * t)
    dg[i] = dc * gc * gi * (1 - gi)
    dg[n + i] = dc * m[i] * gf * (1 - gf)
    dg[2 * n + i] = dc * gi * (1 - gc * gc)
    dg[3 * n + i] = dh * t * go * (1 - go)
  }
  const [dw, du] = [new Float64Array(4 * n * n), new Float64Array(4 * n * n)]
  for (let i = 0; i < 4 * n; i++) {
    for (let k = 0; k < n; k++) {
      dw[i * n + k] = dg[i] * x[k]
      du[i * n + k] = dg[i] * h[k]
    }
  }
  return { w: dw, u: du, b: dg }
}
const weights = { w: wave([4 * units, units], 4), u: wave([4 * units, units], 5), b: wave([4 * units], 6) }

/** Log-likelihood of points under a mixture of Gaussians with unit variances: gradient with respect to means and weights. */
const [N, K, D] = [1000, 25, 10]
const samples = wave([N, 1, D], 7)
const mixture = p => sum(logSumExp(sub(p.logits, mul(0.5, sum(square(sub(samples, p.means)), { axis: -1 }))), { axis: -1 }))
function mixtureByHand({ means, logits }) {
  const [X, M, L] = [samples.data, means.data, logits.data]
  const [dm, dl, z] = [new Float64Array(K * D), new Float64Array(K), new Float64Array(K)]
  for (let i = 0; i < N; i++) {
    let top = Number.NEGATIVE_INFINITY
    for (let k = 0; k < K; k++) {
      let q = 0
      for (let j = 0; j < D; j++) {
        const d = X[i * D + j] - M[k * D + j]
        q += d * d
      }
      z[k] = L[k] - 0.5 * q
      if (z[k] > top) top = z[k]
    }
    let total = 0
    for (let k = 0; k < K; k++) total += z[k] = Math.exp(z[k] - top)
    for (let k = 0; k < K; k++) {
      const r = z[k] / total
      dl[k] += r
      for (let j = 0; j < D; j++) dm[k * D + j] += r * (X[i * D + j] - M[k * D + j])
    }
  }
  return { means: dm, logits: dl }
}
const mixtureStart = { means: wave([K, D], 8), logits: wave([K], 9) }

/**
 * The reprojection error of a point: rotation, centre, focal length, principal point and distortion of a camera (11 numbers),
 * the point (3), and the weight of the observation.
 */
const FEATURE = [0.1, -0.2]
function reprojection(p) {
  const [r0, r1, r2, c0, c1, c2, f, u, v, k1, k2, x0, x1, x2, w] = p
  const x = [sub(x0, c0), sub(x1, c1), sub(x2, c2)]
  const square2 = add(add(mul(r0, r0), mul(r1, r1)), mul(r2, r2))
  const angle = sqrt(square2)
  const [c, s] = [cos(angle), sin(angle)]
  const axis = [div(r0, angle), div(r1, angle), div(r2, angle)]
  const along = mul(add(add(mul(axis[0], x[0]), mul(axis[1], x[1])), mul(axis[2], x[2])), sub(1, c))
  const cross = (i, j) => sub(mul(axis[i], x[j]), mul(axis[j], x[i]))
  const turned = [0, 1, 2].map(i => add(add(mul(x[i], c), mul(cross((i + 1) % 3, (i + 2) % 3), s)), mul(axis[i], along)))
  const [a, b] = [div(turned[0], turned[2]), div(turned[1], turned[2])]
  const radius = add(mul(a, a), mul(b, b))
  const distortion = add(1, add(mul(k1, radius), mul(k2, mul(radius, radius))))
  return [mul(w, sub(add(mul(mul(a, distortion), f), u), FEATURE[0])), mul(w, sub(add(mul(mul(b, distortion), f), v), FEATURE[1]))]
}
function reprojectionByHand(p) {
  const [r0, r1, r2, c0, c1, c2, f, u, v, k1, k2, p0, p1, p2, w] = p
  const [x0, x1, x2] = [p0 - c0, p1 - c1, p2 - c2]
  const angle = Math.sqrt(r0 * r0 + r1 * r1 + r2 * r2)
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  const [a0, a1, a2] = [r0 / angle, r1 / angle, r2 / angle]
  const along = (a0 * x0 + a1 * x1 + a2 * x2) * (1 - c)
  const t0 = x0 * c + (a1 * x2 - a2 * x1) * s + a0 * along
  const t1 = x1 * c + (a2 * x0 - a0 * x2) * s + a1 * along
  const t2 = x2 * c + (a0 * x1 - a1 * x0) * s + a2 * along
  const [a, b] = [t0 / t2, t1 / t2]
  const radius = a * a + b * b
  const distortion = 1 + k1 * radius + k2 * radius * radius
  return [w * (a * distortion * f + u - FEATURE[0]), w * (b * distortion * f + v - FEATURE[1])]
}
const camera = [0.1, -0.2, 0.3, 0.5, -0.4, -3, 1.2, 0.01, -0.02, 0.1, 0.05, 0.3, 0.6, 1.1, 0.9]

/** A number that changes from call to call, or V8 computes the result once. */
let drift = 0
function next(x) {
  if (typeof x !== 'number') return x
  drift = (drift + 1e-9) % 1e-6
  return x + drift
}

const points = n => Array.from({ length: n }, (_, i) => Math.sin(i + 0.5))

/** What another library takes, by the time of the code by hand; a dash where it cannot do the case. */
async function ratioOf(peer, make, x, expected, byHand) {
  if (make === undefined) return '–'
  const run = await make()
  const digits = ['jax-js', 'TF.js'].includes(peer) ? 1e-4 : 1e-9
  numbers(run(x)).forEach((each, i) => {
    if (!(Math.abs(each - expected[i]) <= digits * Math.max(1, Math.abs(expected[i]))))
      throw new Error(`${peer}: entry ${i} is ${each}, by hand ${expected[i]}`)
  })
  const times = interleaved({ hand: () => keep(byHand(next(x))), peer: () => keep(run(next(x))) }, { rounds: 3, warmUp: 0.5 })
  const ratio = times.peer / times.hand
  return ratio.toFixed(ratio < 10 ? 1 : 0)
}

/** All numbers of a result, in order. */
function numbers(x) {
  if (typeof x === 'number') return [x]
  if (ArrayBuffer.isView(x)) return [...x]
  return x.data === undefined ? Object.values(x).flatMap(numbers) : [...x.data]
}

export async function run() {
  const cases = [
    ...[10, 100, 1000].map(n => [`Rosenbrock gradient, n = ${n}`, grad(rosenbrock), rosenbrockByHand, points(n), 1.5]),
    ['derivative of 20 operations', grad(expression), expressionByHand, 0.7, 1.3],
    ['Jacobian 3 → 100', jacobian(wide), wideByHand, [0.1, 0.2, 0.3], 1.5],
    ['Jacobian 100 → 3', jacobian(narrow), narrowByHand, points(100), 1.5],
    ['LSTM step gradient, 64 units', grad(lstm), lstmByHand, weights, 1.2],
    ['Gaussian mixture gradient, 10, 25, 1,000', grad(mixture), mixtureByHand, mixtureStart, 1.0],
    ['logistic map, 1,000 steps (r = 3.2)', grad(logistic), logisticByHand, 3.2, 1.5],
  ]
  // The price of the primal is 1 here: the derivative is compared with the function itself, written by hand.
  cases.push(['bundle adjustment residual, 15 → 2 (primal = 1)', jacobian(reprojection), reprojectionByHand, camera, 2.2, jacobian(reprojection)])
  const data = { units, input, state, memory, samples, feature: FEATURE }
  const rows = [['', 'by hand µs', 'compiled µs', 'ratio', 'limit', 'eager ratio', ...PEERS, 'compile ms', 'operations']]
  for (const [name, derivative, byHand, x, limit, reference = byHand] of cases) {
    const start = performance.now()
    const fast = compile(derivative)
    const found = numbers(fast(x))
    const compileTime = performance.now() - start
    const expected = numbers(reference(x))
    found.forEach((each, i) => {
      if (!(Math.abs(each - expected[i]) <= 1e-9 * Math.max(1, Math.abs(expected[i]))))
        throw new Error(`${name}: entry ${i} is ${each}, by hand ${expected[i]}`)
    })
    const times = interleaved({ hand: () => keep(byHand(next(x))), compiled: () => keep(fast(next(x))), eager: () => keep(derivative(next(x))) }, { rounds: 7 })
    const ratio = key => (times[key] / times.hand).toFixed(2)
    const others = []
    for (const peer of PEERS) others.push(await ratioOf(peer, peersFor(name, data)[peer], x, expected, byHand))
    rows.push([
      name,
      (times.hand / 1000).toFixed(3),
      (times.compiled / 1000).toFixed(3),
      ratio('compiled'),
      String(limit),
      ratio('eager'),
      ...others,
      compileTime.toFixed(1),
      String(fast.graph.operations),
    ])
  }
  console.log(table(rows))
  console.log(
    '\nRatios are to the code by hand. A dash: Rose has no tensors; for jax-js and TensorFlow.js, which compute with\ntensors, there are no programs of single numbers here; preparing mathjs takes minutes beyond n = 10.\nRose and mathjs compute in float64, jax-js and TF.js in float32.',
  )
}
