/* The same derivatives in other libraries. */

import { fileURLToPath } from 'node:url'
import { defaultDevice, init, grad as jaxGrad, jit, nn, numpy as np } from '@jax-js/jax'
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

export async function roseRosenbrock(n) {
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

/** A Jacobian from n to m by a pullback for each row. */
function roseJacobian(n, m, f) {
  const { fn, vjp, Real, Vec } = rose
  const inner = fn([Vec(n, Real)], Vec(m, Real), f)
  const row = fn([Vec(n, Real), Vec(m, Real)], Vec(n, Real), (x, v) => vjp(inner)(x).grad(v))
  return async () => {
    const compiled = await rose.compile(row)
    const seeds = Array.from({ length: m }, (_, i) => Array.from({ length: m }, (_, j) => (i === j ? 1 : 0)))
    return x => seeds.map(seed => compiled(x, seed))
  }
}

const roseWide = roseJacobian(3, 100, x => Array.from({ length: 100 }, (_, i) => rose.mul(roseSin(rose.mul(x[0], i + 1)), rose.add(x[1], rose.mul(x[2], i)))))

const roseNarrow = roseJacobian(100, 3, x => {
  const sums = [0, 0, 0]
  for (let i = 0; i < 100; i++) {
    sums[0] = rose.add(sums[0], rose.mul(x[i], x[i]))
    sums[1] = rose.add(sums[1], roseSin(x[i]))
    sums[2] = rose.add(sums[2], roseExp(rose.mul(-1, x[i])))
  }
  return sums
})

function roseReprojection({ feature }) {
  const { add, mul, sub, div, sqrt } = rose
  return roseJacobian(15, 2, p => {
    const [r0, r1, r2, c0, c1, c2, f, u, v, k1, k2, x0, x1, x2, w] = Array.from({ length: 15 }, (_, i) => p[i])
    const x = [sub(x0, c0), sub(x1, c1), sub(x2, c2)]
    const angle = sqrt(add(add(mul(r0, r0), mul(r1, r1)), mul(r2, r2)))
    const [c, s] = [roseCos(angle), roseSin(angle)]
    const axis = [div(r0, angle), div(r1, angle), div(r2, angle)]
    const along = mul(add(add(mul(axis[0], x[0]), mul(axis[1], x[1])), mul(axis[2], x[2])), sub(1, c))
    const cross = (i, j) => sub(mul(axis[i], x[j]), mul(axis[j], x[i]))
    const turned = [0, 1, 2].map(i => add(add(mul(x[i], c), mul(cross((i + 1) % 3, (i + 2) % 3), s)), mul(axis[i], along)))
    const [a, b] = [div(turned[0], turned[2]), div(turned[1], turned[2])]
    const radius = add(mul(a, a), mul(b, b))
    const distortion = add(1, add(mul(k1, radius), mul(k2, mul(radius, radius))))
    return [mul(w, sub(add(mul(mul(a, distortion), f), u), feature[0])), mul(w, sub(add(mul(mul(b, distortion), f), v), feature[1]))]
  })()
}

async function roseLogistic() {
  const { mul, sub, fn, vjp, Real } = rose
  const f = fn([Real], Real, r => {
    let x = 0.3
    for (let i = 0; i < 1000; i++) x = mul(mul(r, x), sub(1, x))
    return x
  })
  return rose.compile(fn([Real], Real, r => vjp(f)(r).grad(1)))
}

/** Numbers in the form that jax-js takes. */
const jaxArray = ({ data, shape }) => np.array(Float32Array.from(data), { shape: [...shape] })

async function jaxLstm({ units, input, state, memory }) {
  await init('wasm')
  defaultDevice('wasm')
  const [x, h, m] = [input, state, memory].map(jaxArray)
  const f = (w, u, b) => {
    const gates = np.matmul(w, x.ref).add(np.matmul(u, h.ref)).add(b)
    const gate = k => gates.ref.slice([k * units, (k + 1) * units])
    const c = nn
      .sigmoid(gate(1))
      .mul(m.ref)
      .add(nn.sigmoid(gate(0)).mul(np.tanh(gate(2))))
    const out = nn.sigmoid(gate(3)).mul(np.tanh(c))
    gates.dispose()
    return np.square(out).sum()
  }
  const slope = jit(jaxGrad(f, { argnums: [0, 1, 2] }))
  return ({ w, u, b }) => slope(jaxArray(w), jaxArray(u), jaxArray(b)).map(each => each.dataSync())
}

async function jaxMixture({ samples }) {
  await init('wasm')
  defaultDevice('wasm')
  const points = jaxArray(samples)
  const f = (means, logits) => nn.logsumexp(logits.sub(np.square(points.ref.sub(means)).sum(-1).mul(0.5)), -1).sum()
  const slope = jit(jaxGrad(f, { argnums: [0, 1] }))
  return ({ means, logits }) => slope(jaxArray(means), jaxArray(logits)).map(each => each.dataSync())
}

export async function jaxRosenbrock() {
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

let tensorflow

/** TensorFlow.js, bundled once. */
export async function loadTensorflow() {
  if (tensorflow !== undefined) return tensorflow
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
  tensorflow = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
  await tensorflow.setBackend('cpu')
  return tensorflow
}

export async function tensorflowRosenbrock() {
  const tf = await loadTensorflow()
  const slope = tf.grad(x => {
    const n = x.shape[0]
    const low = tf.slice(x, [0], [n - 1])
    const a = tf.sub(tf.slice(x, [1], [n - 1]), tf.mul(low, low))
    return tf.sum(tf.add(tf.mul(100, tf.mul(a, a)), tf.square(tf.sub(1, low))))
  })
  return x => tf.tidy(() => slope(tf.tensor1d(x)).dataSync())
}

async function tensorflowLstm({ units, input, state, memory }) {
  const tf = await loadTensorflow()
  const tensorOf = ({ data, shape }) => tf.tensor(Float32Array.from(data), [...shape])
  const column = x => tf.tensor(Float32Array.from(x.data), [units, 1])
  const [x, h, m] = [column(input), column(state), column(memory)]
  const slopes = tf.grads((w, u, b) => {
    const gates = tf.add(tf.add(tf.matMul(w, x), tf.matMul(u, h)), tf.reshape(b, [4 * units, 1]))
    const gate = k => tf.slice(gates, [k * units, 0], [units, 1])
    const c = tf.add(tf.mul(tf.sigmoid(gate(1)), m), tf.mul(tf.sigmoid(gate(0)), tf.tanh(gate(2))))
    return tf.sum(tf.square(tf.mul(tf.sigmoid(gate(3)), tf.tanh(c))))
  })
  return ({ w, u, b }) => tf.tidy(() => slopes([tensorOf(w), tensorOf(u), tensorOf(b)]).map(each => each.dataSync()))
}

async function tensorflowMixture({ samples }) {
  const tf = await loadTensorflow()
  const tensorOf = ({ data, shape }) => tf.tensor(Float32Array.from(data), [...shape])
  const points = tensorOf(samples)
  const slopes = tf.grads((means, logits) => tf.sum(tf.logSumExp(tf.sub(logits, tf.mul(0.5, tf.sum(tf.square(tf.sub(points, means)), -1))), -1)))
  return ({ means, logits }) => tf.tidy(() => slopes([tensorOf(means), tensorOf(logits)]).map(each => each.dataSync()))
}

export function mathjsRosenbrock(n) {
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

/** What the libraries make of a case, given the data that it has besides its argument. jax-js and TensorFlow.js compute in float32. */
export function peersFor(name, data) {
  const programs = {
    'derivative of': { Rose: roseExpression, mathjs: mathjsExpression },
    'Jacobian 3': { Rose: roseWide },
    'Jacobian 100': { Rose: roseNarrow },
    'LSTM step': { 'jax-js': () => jaxLstm(data), 'TensorFlow.js': () => tensorflowLstm(data) },
    Gaussian: { 'jax-js': () => jaxMixture(data), 'TensorFlow.js': () => tensorflowMixture(data) },
    logistic: { Rose: roseLogistic },
    reprojection: { Rose: () => roseReprojection(data) },
  }
  return Object.entries(programs).find(([start]) => name.startsWith(start))?.[1] ?? {}
}
