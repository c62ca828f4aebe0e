/*
 * Gradients of models and matrix products on tensors: eager, with variables and compiled, beside jax-js and TensorFlow.js, which compute in
 * float32, and NumPy where python3 has it. All results are compared first. `--only words` takes the rows that have them in their names.
 */
import { spawnSync } from 'node:child_process'
import * as dt from '../dist/index.js'
import { adam } from '../dist/optim/index.js'
import { table } from './harness.mjs'
import { jaxModels, tensorflowModels } from './suite/tensor-peers.mjs'

const { add, compile, conv2d, exp, gelu, grad, layerNorm, matmul, mean, mul, neg, relu, softmax, softmaxCrossEntropy, square, sum, tanh, transpose } = dt

/** Numbers that are the same in each run. */
function numbers(seed) {
  let state = seed
  return () => {
    state = (state * 16807) % 2147483647
    return state / 2147483647 - 0.5
  }
}

export function tensorOf(shape, scale = 1, seed = 7) {
  const next = numbers(seed + shape.length + shape[0])
  return dt.tensor(
    Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => scale * next()),
    shape,
  )
}

/** A network of 784, 128 and 10 units on so many images. */
function network(batch) {
  const data = {
    x: tensorOf([batch, 784]),
    target: dt.tensor(
      Float64Array.from({ length: batch * 10 }, (_, i) => Number(i % 10 === Math.floor(i / 10) % 10)),
      [batch, 10],
    ),
  }
  const parameters = { w1: tensorOf([784, 128], 0.1), b1: tensorOf([128]), w2: tensorOf([128, 10], 0.1), b2: tensorOf([10]) }
  const loss = ({ w1, b1, w2, b2 }, { x, target } = data) => mean(softmaxCrossEntropy(add(matmul(relu(add(matmul(x, w1), b1)), w2), b2), target))
  return { kind: 'network', data, parameters, loss }
}

/** A block of one attention head and two layers on 64 tokens of 128 numbers. */
function attention() {
  const [tokens, width] = [64, 128]
  const data = { x: tensorOf([tokens, width]) }
  const square128 = seed => tensorOf([width, width], 0.1, seed)
  const parameters = {
    ...{ q: square128(1), k: square128(2), v: square128(3), o: square128(4) },
    ...{ w1: tensorOf([width, 4 * width], 0.1), b1: tensorOf([4 * width]), w2: tensorOf([4 * width, width], 0.1), b2: tensorOf([width]) },
  }
  const loss = ({ q, k, v, o, w1, b1, w2, b2 }, { x } = data) => {
    const normal = layerNorm(x)
    const weights = softmax(mul(matmul(matmul(normal, q), transpose(matmul(normal, k))), width ** -0.5), { axis: -1 })
    const y = add(x, matmul(matmul(weights, matmul(normal, v)), o))
    return mean(square(add(y, add(matmul(gelu(add(matmul(layerNorm(y), w1), b1)), w2), b2))))
  }
  return { kind: 'attention', data, parameters, loss }
}

function convolution() {
  const data = { x: tensorOf([16, 16, 32, 32]) }
  return {
    kind: 'convolution',
    data,
    parameters: { w: tensorOf([32, 16, 3, 3], 0.1) },
    loss: ({ w }, { x } = data) => mean(square(conv2d(x, w, { padding: 1 }))),
  }
}

function chain() {
  return { kind: 'chain', data: {}, parameters: { x: tensorOf([1_000_000]) }, loss: ({ x }) => sum(mul(tanh(square(x)), exp(neg(x)))) }
}

export const MODELS = [
  ['784-128-10 network, batch 1', () => network(1)],
  ['784-128-10 network, batch 64', () => network(64)],
  ['784-128-10 network, batch 512', () => network(512)],
  ['attention block, 64 × 128', attention],
  ['conv2d 16 × 16 × 32 × 32 → 32, 3 × 3', convolution],
  ['tanh(x²) e^−x, 1 M entries', chain],
]

/** With variables: a loss that is built anew and goes backward. */
function withVariables({ parameters, loss }) {
  const variables = Object.fromEntries(Object.entries(parameters).map(([name, each]) => [name, dt.variable(each)]))
  return () => {
    const total = loss(variables)
    total.backward()
    const slopes = Object.fromEntries(Object.entries(variables).map(([name, each]) => [name, each.grad]))
    for (const each of Object.values(variables)) each.zeroGrad()
    return slopes
  }
}

/** The best time of a call in milliseconds of each in turn, round after round. */
function timesOf(runs, { rounds = 7, milliseconds = 60 } = {}) {
  for (const run of Object.values(runs)) for (let i = 0; i < 5; i++) run()
  const best = Object.fromEntries(Object.keys(runs).map(name => [name, Number.POSITIVE_INFINITY]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(runs)) {
      const end = performance.now() + milliseconds
      do {
        const start = performance.now()
        run()
        best[name] = Math.min(best[name], performance.now() - start)
      } while (performance.now() < end)
    }
  }
  return best
}

/** An error unless the results are the same but for rounding. */
function check(name, found, expected, tolerance) {
  for (const [key, each] of Object.entries(expected)) {
    const size = each.data.reduce((largest, entry) => Math.max(largest, Math.abs(entry)), 1e-30)
    const other = found[key].data ?? found[key]
    for (let i = 0; i < each.data.length; i += 17) {
      if (!(Math.abs(other[i] - each.data[i]) <= tolerance * size)) throw new Error(`${name}: ${key}[${i}] is ${other[i]}, but ${each.data[i]} was expected.`)
    }
  }
}

/** A model with float32 numbers. */
export function inSingle({ kind, data, parameters, loss }) {
  const single = tree => Object.fromEntries(Object.entries(tree).map(([name, each]) => [name, dt.astype(each, 'float32')]))
  const own = single(data)
  return { kind, parameters: single(parameters), loss: p => loss(p, own) }
}

async function models(only) {
  const columns = ['eager', 'variable', 'compiled', 'eager 32', 'compiled 32', 'jax-js', 'TF.js cpu']
  const ratios = [['eager', 'compiled'], ['eager 32', 'jax-js'], ['compiled', 'jax-js'], ['compiled 32', 'jax-js']] // biome-ignore format: pairs
  const rows = [['gradient, milliseconds', ...columns, ...ratios.map(pair => pair.join(' / '))]]
  for (const [name, make] of MODELS) {
    if (!name.includes(only)) continue
    const model = make()
    const eager = grad(model.loss)
    const expected = eager(model.parameters)
    const fast = compile(eager, { target: 'wasm' })
    const single = inSingle(model)
    const eagerSingle = grad(single.loss)
    const fastSingle = compile(eagerSingle, { target: 'wasm' })
    const runs = {
      eager: () => eager(model.parameters),
      variable: withVariables(model),
      compiled: () => fast(model.parameters),
      'eager 32': () => eagerSingle(single.parameters),
      'compiled 32': () => fastSingle(single.parameters),
    }
    const peers = { 'jax-js': await jaxModels[model.kind]?.(model), 'TF.js cpu': await tensorflowModels[model.kind]?.(model) }
    for (const [peer, run] of Object.entries(peers)) if (run !== undefined) runs[peer] = run
    for (const [way, run] of Object.entries(runs)) check(`${name}, ${way}`, await run(), expected, way in peers || way.endsWith('32') ? 5e-3 : 1e-9)
    const slow = Object.keys(runs).filter(way => timeOf(runs[way]) > 2000)
    const times = timesOf(Object.fromEntries(Object.entries(runs).filter(([way]) => !slow.includes(way))))
    for (const way of slow) times[way] = timeOf(runs[way])
    const cell = way => (times[way] === undefined ? '' : times[way].toPrecision(3))
    const ratio = ([a, b]) => (times[a] === undefined || times[b] === undefined ? '' : (times[a] / times[b]).toFixed(2))
    rows.push([name, ...columns.map(cell), ...ratios.map(ratio)])
  }
  console.log(table(rows))
}

function timeOf(run) {
  const start = performance.now()
  run()
  return performance.now() - start
}

/** One Adam step of the network beside its gradient. */
function steps() {
  const { parameters, loss } = network(64)
  const slope = compile(grad(loss), { target: 'wasm' })
  const optimizer = adam(parameters)
  const { gradient, step } = timesOf({ gradient: () => slope(parameters), step: () => optimizer.step(slope(optimizer.params)) })
  console.log(`\nAdam step of the network, batch 64: ${(step / gradient).toFixed(2)} of its gradient`)
}

/** Products of n × n matrices in both float types, and by NumPy. */
function products() {
  const sizes = [16, 32, 64, 128, 256, 512, 1024]
  const numpy = numpyProducts(sizes)
  const rows = [['matrix product, GFLOP/s', ...sizes.map(String)]]
  const rates = new Map()
  for (const dtype of ['float64', 'float32']) {
    for (const n of sizes) {
      const [a, b] = [1, 2].map(seed => dt.astype(tensorOf([n, n], 1, seed), dtype))
      const fast = compile((x, y) => matmul(x, y), { target: 'wasm' })
      const out = fast(a, b)
      check(`product, n = ${n}`, { out }, { out: matmul(a, b) }, dtype === 'float64' ? 1e-12 : 1e-5)
      const times = timesOf({ eager: () => matmul(a, b), compiled: () => fast(a, b) }, { rounds: 5 })
      for (const [way, time] of Object.entries(times)) {
        const key = `${way}, ${dtype}`
        rates.set(key, [...(rates.get(key) ?? []), (2 * n ** 3) / time / 1e6])
      }
    }
  }
  for (const [key, all] of [...rates, ...Object.entries(numpy)]) rows.push([key, ...all.map(each => each.toFixed(1))])
  console.log(`\n${table(rows)}`)
}

/** GFLOP/s of NumPy on one thread. */
function numpyProducts(sizes) {
  const code = `
import json, time, numpy as np
rates = {}
for dtype in ['float64', 'float32']:
    rates['NumPy, ' + dtype] = []
    for n in ${JSON.stringify(sizes)}:
        a, b = np.random.rand(n, n).astype(dtype), np.random.rand(n, n).astype(dtype)
        best, end = 1e9, time.perf_counter() + 0.3
        while time.perf_counter() < end:
            start = time.perf_counter(); a @ b; best = min(best, time.perf_counter() - start)
        rates['NumPy, ' + dtype].append(2 * n ** 3 / best / 1e9)
print(json.dumps(rates))`
  const { status, stdout } = spawnSync('python3', ['-c', code], { env: { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' } })
  return status === 0 ? JSON.parse(stdout) : {}
}

export async function run({ only = '' } = {}) {
  await models(only)
  if ('adam step'.includes(only)) steps()
  if ('matrix product'.includes(only)) products()
}
