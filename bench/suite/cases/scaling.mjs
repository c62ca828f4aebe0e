/* How costs grow: a gradient beside its function, the memory of a tape entry, the time to compile an operation, a Jacobian's entry over n and m. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { add, compile, grad, mul, planJacobian, sin, tensor } from '../../../dist/index.js'
import { median } from '../../harness.mjs'
import { rosenbrock } from '../../rosenbrock.mjs'
import { timeOf } from '../measure.mjs'
import { point, whole } from './rosenbrock.mjs'

/** Operations of Rosenbrock's function: 8 for each input but the last. */
const operations = n => 8 * (n - 1)

function overPrimal(n) {
  return {
    ...{ group: 'scaling', name: 'gradient over function', size: `n = ${n.toLocaleString('en-US')}`, n, isQuick: n === 1000, noisy: 'gradient, a tensor' },
    get contestants() {
      const [x, t] = [point(n), tensor(point(n))]
      const calling = (f, at) => () => f(at)
      return {
        'function, a tensor': () => calling(compile(whole), t),
        'gradient, a tensor': () => ({ run: calling(compile(grad(whole)), t) }),
        ...(n <= 10_000 && { 'function, numbers': () => calling(compile(rosenbrock), x), 'gradient, numbers': () => calling(compile(grad(rosenbrock)), x) }),
        'function, eager': () => calling(rosenbrock, x),
        'gradient, eager': () => calling(grad(rosenbrock), x),
      }
    },
  }
}

const script = fileURLToPath(new URL('../memory.mjs', import.meta.url))

const memory = n => ({
  ...{ group: 'scaling', name: 'memory of a tape entry', size: `n = ${n.toLocaleString('en-US')}`, n, isQuick: n === 10_000, unit: 'bytes per operation' },
  values: () => ({ eager: Number(execFileSync(process.execPath, ['--expose-gc', script, String(n)], { encoding: 'utf8' })) / operations(n) }),
})

/** Microseconds per operation of the function, from nothing to the first result. */
const compiling = n => ({
  ...{ group: 'scaling', name: 'time to compile', size: `n = ${n.toLocaleString('en-US')}`, n, isQuick: n === 100, unit: 'µs per operation' },
  values: () => {
    const x = point(n)
    const times = Array.from({ length: n > 1000 ? 3 : 9 }, () => timeOf(() => compile(grad(rosenbrock))(x)))
    return { 'compiled, numbers': median(times) / 1000 / operations(n) }
  },
})

/** yᵢ = sin(xᵢ) Σⱼ xⱼ wᵢⱼ, dense, without a waist. */
function dense(m, n) {
  return x =>
    Array.from({ length: m }, (_, i) => {
      let sum = mul(x[0], Math.sin(i + 1))
      for (let j = 1; j < n; j++) sum = add(sum, mul(x[j], Math.sin(i + 1.3 * j)))
      return mul(sin(x[i % n]), sum)
    })
}

const shape = (m, n) => ({
  ...{ group: 'scaling', name: 'Jacobian over n and m', size: `${m} × ${n}`, m, n, isQuick: m === 10 && n === 10, unit: 'ns per entry' },
  values: () => {
    const x = point(n)
    const plan = planJacobian(dense(m, n), x)
    const calls = Math.ceil(20_000 / (m * n))
    for (let i = 0; i < 2000 && i < 40 * calls; i++) plan.jacobian(x)
    const times = Array.from({ length: 9 }, () => timeOf(() => plan.jacobian(x), calls))
    return { eager: median(times) / (m * n) }
  },
})

export const cases = () => [
  ...[10, 100, 1000, 10_000, 100_000, 1_000_000].map(overPrimal),
  ...[1000, 10_000, 100_000, 1_000_000].map(memory),
  ...[10, 100, 1000, 10_000].map(compiling),
  ...[1, 10, 100, 1000].flatMap(m => [1, 10, 100, 1000].filter(n => m * n <= 100_000).map(n => shape(m, n))),
]
