/* Derivatives of programs of single numbers, an LSTM step and a Gaussian mixture, in JavaScript by hand and in other libraries. */
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
} from '../../../dist/index.js'
import { block } from '../by-hand/models.mjs'
import { peersFor } from '../peers.mjs'

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
const observation = new Float64Array([...new Array(15).fill(0), ...FEATURE])
function reprojectionByHand(p) {
  for (let i = 0; i < 15; i++) observation[i] = p[i]
  const rows = new Float64Array(30)
  block(observation, 0, 11, p[14], 15, rows, 0)
  return rows
}
const camera = [0.1, -0.2, 0.3, 0.5, -0.4, -3, 1.2, 0.01, -0.02, 0.1, 0.05, 0.3, 0.6, 1.1, 0.9]

/** A number that changes from call to call, or V8 computes the result once. */
let drift = 0
function next(x) {
  if (typeof x !== 'number') return x
  drift = (drift + 1e-13) % 1e-10
  return x + drift
}

let kept
/** Results go somewhere, or V8 leaves the work out. */
const calling = (f, x) => () => {
  kept = f(next(x))
  return kept
}

const data = { units, input, state, memory, samples, feature: FEATURE }

const CASES = [
  ['derivative of 20 operations', grad(expression), expressionByHand, 0.7],
  ['Jacobian 3 → 100', jacobian(wide), wideByHand, [0.1, 0.2, 0.3]],
  ['Jacobian 100 → 3', jacobian(narrow), narrowByHand, Array.from({ length: 100 }, (_, i) => Math.sin(i + 0.5))],
  ['LSTM step gradient, 64 units', grad(lstm), lstmByHand, weights],
  ['Gaussian mixture gradient, 10, 25, 1,000', grad(mixture), mixtureByHand, mixtureStart],
  ['logistic map, 1,000 steps', grad(logistic), logisticByHand, 3.2],
  ['reprojection, 15 → 2', jacobian(reprojection), reprojectionByHand, camera],
]

export const cases = () =>
  CASES.map(([name, derivative, byHand, x]) => ({
    ...{ group: 'scalars', name, isQuick: true, reference: 'JavaScript by hand', noisy: 'compiled' },
    contestants: {
      'JavaScript by hand': () => calling(byHand, x),
      compiled: () => calling(compile(derivative), x),
      eager: () => calling(derivative, x),
      ...Object.fromEntries(
        Object.entries(peersFor(name, data)).map(([peer, make]) => [
          peer,
          async () => ({ run: calling(await make(), x), tolerance: ['jax-js', 'TensorFlow.js'].includes(peer) ? 1e-4 : 1e-8 }),
        ]),
      ),
    },
  }))

export const absent = {
  Rose: 'has no tensors',
  'jax-js': 'computes with tensors, in float32',
  'TensorFlow.js': 'computes with tensors, in float32',
  mathjs: 'differentiates one formula of scalars, not programs or systems',
  differences: 'shown for Rosenbrock’s function',
  'C++ by hand': 'stands beside GradBench’s evals, which hold the same programs',
  'ADOL-C': 'stands beside GradBench’s evals, which hold the same programs',
}
