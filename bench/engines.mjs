/*
 * The eager engines on the gradient of Rosenbrock's function with 100 inputs, per operation and beside hand-written code:
 * first alone, then after every other mode has run in the process.
 */

import { pushDirections } from '../dist/forward/jvp.js'
import { add, derivative, grad, hessian, jacobian, jvp, mul, sub, tensor } from '../dist/index.js'
import { heapBytes, interleaved, table } from './harness.mjs'
import { rosenbrock } from './rosenbrock.mjs'

const N = 100
/** Operations of one evaluation: 8 for each of 99 terms. */
const OPERATIONS = 8 * (N - 1)
const x = Array.from({ length: N }, (_, i) => 0.7 * Math.sin(i + 0.5))

const byHand = x => {
  let s = 0
  for (let i = 0; i + 1 < x.length; i++) {
    const t = x[i + 1] - x[i] * x[i]
    const u = 1 - x[i]
    s += 100 * t * t + u * u
  }
  return s
}

const out = new Float64Array(N)
const gradientByHand = x => {
  out.fill(0)
  for (let i = 0; i + 1 < x.length; i++) {
    const t = x[i + 1] - x[i] * x[i]
    out[i] += -400 * t * x[i] - 2 * (1 - x[i])
    out[i + 1] += 200 * t
  }
  return out
}

export function run() {
  const gradient = grad(rosenbrock)
  const seeds = x.map((_, i) => Array.from({ length: 8 }, (_, k) => (i === k ? 1 : 0)))
  const largest = Math.max(...gradient(x).map((each, i) => Math.abs(each - gradientByHand(x)[i])))
  if (largest > 1e-10) throw new Error(`the gradient is off by ${largest}`)

  const cases = {
    'primal by hand': () => byHand(x),
    'gradient by hand': () => gradientByHand(x),
    'operators on plain numbers': () => rosenbrock(x),
    'reverse: record and walk back': () => gradient(x),
    'forward, 8 tangents': () => pushDirections('bench', rosenbrock, [x], seeds, 8),
    'forward, 1 tangent': () => jvp(rosenbrock, [x], [x]),
  }
  const alone = interleaved(cases)
  useEveryMode()
  const after = interleaved(cases)

  const rows = [['Rosenbrock, n = 100', 'ns per operation', 'after all modes', '× gradient by hand', '× primal by hand']]
  for (const name of Object.keys(cases)) {
    rows.push([
      name,
      (alone[name] / OPERATIONS).toFixed(2),
      (after[name] / OPERATIONS).toFixed(2),
      (after[name] / after['gradient by hand']).toFixed(1),
      (after[name] / after['primal by hand']).toFixed(1),
    ])
  }
  console.log(table(rows))
  console.log(`heap bytes per operation, reverse: ${(heapBytes(() => gradient(x)) / OPERATIONS).toFixed(0)}`)
}

/** Nested, chunked, tensor and elementwise modes, so that no path is left that has seen only one kind of value. */
function useEveryMode() {
  const f = v => mul(v[0], add(v[1], mul(v[0], v[1])))
  for (let i = 0; i < 2000; i++) {
    derivative(derivative(y => mul(y, grad(z => mul(z, mul(z, y)))(2))))(2)
    hessian(f)([1, 2])
    jacobian(v => [f(v), v[0]], { mode: 'reverse' })([1, 2])
    jacobian(t => mul(t, sub(t, 1)))(tensor([1, 2]))
  }
}
