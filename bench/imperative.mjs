/* Define-by-run against the functional form, noGrad against plain tensors, and memory of a training step. */
import { add, grad, matmul, mean, mul, noGrad, square, sub, tanh, tensor, variable } from '../dist/index.js'
import { heapBytes, interleaved, table } from './harness.mjs'
import { rosenbrock } from './rosenbrock.mjs'

const wave = (rows, columns) => tensor(Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => Math.sin(i * columns + j))))

function network(batch, inputs, hidden) {
  const [x, y] = [wave(batch, inputs), wave(batch, 1)]
  const plain = { w1: wave(inputs, hidden), b1: wave(1, hidden), w2: wave(hidden, 1) }
  const variables = Object.fromEntries(Object.entries(plain).map(([name, each]) => [name, variable(each)]))
  const loss = p => mean(square(sub(matmul(tanh(add(matmul(x, p.w1), p.b1)), p.w2), y)))
  return { plain, variables, loss }
}

function backwardOf(loss, variables) {
  const all = Object.values(variables)
  return () => {
    for (const each of all) each.zeroGrad()
    loss(variables).backward()
    return all.map(each => each.grad)
  }
}

export function run() {
  const rows = [['', 'functional µs', 'imperative µs', 'ratio', 'plain µs', 'noGrad µs', 'ratio']]
  const start = Array.from({ length: 100 }, (_, i) => Math.sin(i))
  const cases = [['Rosenbrock, 100 scalars', rosenbrock, start, start.map(each => variable(each))]]
  for (const [batch, inputs, hidden] of [
    [32, 16, 32],
    [128, 32, 64],
  ]) {
    const { plain, variables, loss } = network(batch, inputs, hidden)
    cases.push([`network ${inputs} → ${hidden} → 1, batch ${batch}`, loss, plain, variables])
  }
  for (const [name, loss, plain, variables] of cases) {
    const times = interleaved({
      functional: () => grad(loss)(plain),
      imperative: backwardOf(loss, variables),
      plain: () => loss(plain),
      noGrad: () => noGrad(() => loss(variables)),
    })
    const micro = key => (times[key] / 1000).toFixed(1)
    const ratio = (a, b) => (times[a] / times[b]).toFixed(2)
    const scalars = Array.isArray(plain)
    rows.push([
      name,
      micro('functional'),
      micro('imperative'),
      ratio('imperative', 'functional'),
      micro('plain'),
      micro('noGrad'),
      scalars ? '(scalars)' : ratio('noGrad', 'plain'),
    ])
  }
  console.log(table(rows))

  const { variables, loss } = network(32, 16, 32)
  const backward = backwardOf(loss, variables)
  const step = () => {
    backward()
    noGrad(() => {
      for (const each of Object.values(variables)) each.sub_(mul(0.001, each.grad))
    })
  }
  const memory = () => {
    globalThis.gc()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return (heapUsed + arrayBuffers) / 1024
  }
  for (let i = 0; i < 2000; i++) step()
  const before = memory()
  for (let i = 0; i < 5000; i++) step()
  console.log(`\ntraining step: ${(heapBytes(step) / 1024).toFixed(0)} kB allocated a step; 5,000 steps leave ${(memory() - before).toFixed(0)} kB`)

  const w = variable(0.5)
  const forward = () => mul(add(mul(w, w), 1), w)
  for (let i = 0; i < 1e5; i++) forward()
  const start2 = memory()
  let peak = 0
  for (let i = 0; i < 1e6; i++) {
    forward()
    if (i % 1e5 === 0) peak = Math.max(peak, memory() - start2)
  }
  console.log(`a million forward passes without backward(): at most ${peak.toFixed(0)} kB above the start`)
  if (peak > 20_000) throw new Error('abandoned tapes are not collected')
}
