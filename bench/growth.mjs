/*
 * What a problem of twice the size costs: time(2n) / time(n), in processor time, of what is linear in n. A verdict, since a quadratic loop hides in
 * small tests: fails where a ratio is 3 or more.
 */
import {
  add,
  compile,
  foriLoop,
  grad,
  hvp,
  jacobian,
  mul,
  ones,
  planHessian,
  planJacobian,
  sin,
  slice,
  square,
  sub,
  sum,
  take,
  tensor,
  trace,
  variable,
  vjp,
} from '../dist/index.js'
import { table } from './harness.mjs'

const LIMIT = 3
const filled = n => Float64Array.from({ length: n }, (_, i) => 0.5 + (i % 7) / 10)

/** Sum of (x_{i+1} − x_i²)² and (1 − x_i)², entry by entry. */
function chained(x) {
  let total = 0
  for (let i = 0; i + 1 < x.length; i++) total = add(total, add(square(sub(x[i + 1], square(x[i]))), square(sub(1, x[i]))))
  return total
}

/** Broyden's tridiagonal system. */
function tridiagonal(x) {
  return Array.from({ length: x.length }, (_, i) => sub(add(mul(sub(3, mul(2, x[i])), x[i]), 1), add(x[i - 1] ?? 0, mul(2, x[i + 1] ?? 0))))
}

const summed = entries => {
  let total = 0
  for (const each of entries) total = add(total, sin(each))
  return total
}

/** Name, size, and what is made ready for a size: a function to time. */
const CASES = [
  ['reading entries of a tensor: grad', 50_000, n => withTensor(n, x => grad(t => summed(Array.from({ length: n }, (_, i) => t.at(i))))(x))],
  ['iterating over rows and entries: grad', 200, n => withMatrix(2 ** 8, n, x => grad(t => summed([...t].flatMap(row => [...row])))(x))],
  [
    'slicing in a loop: grad',
    20_000,
    n => withTensor(n, x => grad(t => summed(Array.from({ length: n - 1 }, (_, i) => sum(slice(t, { start: [i], stop: [i + 2] })))))(x)),
  ],
  ['taking in a loop: grad', 20_000, n => withTensor(n, x => grad(t => summed(Array.from({ length: n }, (_, i) => take(t, i))))(x))],
  [
    'reading entries of a variable: backward',
    20_000,
    n =>
      withTensor(n, x => {
        const w = variable(x)
        summed(Array.from({ length: n }, (_, i) => w.at(i))).backward()
      }),
  ],
  ['grad of a loop', 50_000, n => withList(n, x => grad(chained)(x))],
  ['vjp of a loop', 50_000, n => withList(n, x => vjp(chained, x)[1](1))],
  ['hvp of a loop', 10_000, n => withList(n, x => hvp(chained, x, x))],
  ['planning a sparse Jacobian', 5_000, n => withList(n, x => planJacobian(tridiagonal, x, { output: 'sparse' }))],
  ['a fresh sparse Jacobian', 5_000, n => withList(n, x => jacobian(tridiagonal, { output: 'sparse' })(x))],
  ['planning a sparse Hessian', 2_000, n => withList(n, x => planHessian(chained, x, { output: 'sparse' }))],
  ['tracing', 10_000, n => withList(n, x => trace(chained, x))],
  ['compiling the gradient of a loop over entries', 10_000, n => withTensor(n, x => compile(entryByEntry(n))(x))],
  [
    'the compiled gradient of a loop over entries',
    20_000,
    n => {
      const gradient = compile(entryByEntry(n))
      return withTensor(n, x => gradient(x))
    },
  ],
]

function entryByEntry(n) {
  return grad(v => foriLoop(0, n, (i, s) => add(s, square(take(v, i))), 0))
}

function withTensor(n, run) {
  const x = tensor(filled(n))
  return () => run(x)
}

function withMatrix(columns, n, run) {
  const x = ones([n, columns])
  return () => run(x)
}

function withList(n, run) {
  const x = [...filled(n)]
  return () => run(x)
}

export function run() {
  const rows = [['time(2n) / time(n)', 'n', 'ratio', '']]
  for (const [name, n, prepare] of CASES) {
    const [small, large] = [prepare(n), prepare(2 * n)]
    const times = [[], []]
    for (let round = 0; round < 8; round++) {
      // The first rounds warm up.
      for (const [i, call] of [small, large].entries())
        if (round > 2) times[i].push(timeOf(call))
        else call()
    }
    const [one, two] = times.map(each => Math.min(...each))
    const ratio = two / one
    if (!(ratio < LIMIT)) process.exitCode = 1
    rows.push([name, String(n), ratio.toFixed(2), ratio < LIMIT ? '' : `not below ${LIMIT}`])
  }
  console.log(table(rows))
}

/** Processor time, which other programs of a busy machine do not lengthen as they do time on the clock. */
function timeOf(call) {
  globalThis.gc?.()
  const begin = process.cpuUsage()
  call()
  const { user, system } = process.cpuUsage(begin)
  return user + system
}
