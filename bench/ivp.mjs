import { readFileSync } from 'node:fs'
import { Solver } from 'odex'
import { add, compile, grad, mul, square, sub } from '../dist/index.js'
import { fromSource } from '../dist/plugin/index.js'
import { solveIvp } from '../dist/solve/index.js'
import { interleaved, table } from './harness.mjs'

const problems = JSON.parse(readFileSync(new URL('../test/reference/ivp.json', import.meta.url), 'utf8'))

/** Initial value problems at the tolerances at which odex and we are equally exact, and gradients of one by its start. */
export async function run({ only }) {
  solutions(only)
  switching()
  gradients()
  large()
}

/** What 'auto' takes on all problems: evaluations as multiples of those of SciPy's method for the kind, RK45 or BDF, at rtol = 1e-6. */
function switching() {
  const rows = [['auto ÷ SciPy, evaluations', 'problems', 'mean', 'worst', 'of', 'changed methods']]
  for (const kind of ['RK45', 'BDF']) {
    const results = problems
      .filter(({ scipy }) => scipy.method === kind)
      .map(({ name, scipy, atol }) => {
        const { f, start, end } = problem(name)
        const { evaluations, plan } = solveIvp(f, [0, end], start, { rtol: 1e-6, atol })
        return { name, ratio: evaluations.values / scipy.evaluations, changed: plan.method.includes(',') }
      })
    const worst = results.reduce((a, b) => (b.ratio > a.ratio ? b : a))
    const mean = Math.exp(results.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / results.length)
    rows.push([kind, String(results.length), mean.toFixed(2), worst.ratio.toFixed(2), worst.name, String(results.filter(({ changed }) => changed).length)])
  }
  console.log(`\n${table(rows)}`)
}

/**
 * `odex` is Hairer's extrapolation method; ours are dopri5 on the same function of plain numbers, the same compiled (one loop), and for
 * stiff problems rodas and bdf, which odex has not.
 */
function solutions(only) {
  const rows = [['rtol = 1e-7', 'odex', 'evaluations', 'error', 'dopri5', 'evaluations', 'error', 'ratio', 'compiled', 'ratio']]
  for (const name of only?.split(',') ?? ['B1', 'B5', 'D3', 'D5', 'E2', 'Lorenz']) {
    const { f, plain, start, end, reference } = problem(name)
    const tolerance = { rtol: 1e-7, atol: 1e-9 }
    const solver = new Solver(start.length)
    solver.relativeTolerance = tolerance.rtol
    solver.absoluteTolerance = tolerance.atol
    const theirs = () => solver.solve(plain, 0, start, end)
    const ours = () => solveIvp(plain, [0, end], start, { method: 'dopri5', ...tolerance })
    const fast = compile(y0 => solveIvp(f, [0, end], y0, { method: 'dopri5', ...tolerance }).y.at(-1))
    const times = interleaved({ theirs, ours, compiled: () => fast(start) }, { warmUp: 0.5 })
    const errorOf = y => Math.max(...y.map((each, i) => Math.abs(each - reference[i]))).toExponential(0)
    const [a, b] = [theirs(), ours()]
    rows.push([
      name,
      micros(times.theirs),
      String(a.nEval),
      errorOf(a.y),
      micros(times.ours),
      String(b.evaluations.values),
      errorOf(b.y.at(-1)),
      (times.theirs / times.ours).toFixed(2),
      micros(times.compiled),
      (times.theirs / times.compiled).toFixed(1),
    ])
  }
  console.log(table(rows))
}

/** Gradients of the last state by the start, as multiples of the solution. */
function gradients() {
  const rows = [['gradient of E2 by its start', 'solution', 'gradient', 'multiple']]
  const { f, start, end } = problem('E2')
  for (const method of ['dopri5', 'bdf', 'rodas', 'compiled']) {
    const solve = y0 => solveIvp(f, [0, end], y0, { method: method === 'compiled' ? 'dopri5' : method }).y.at(-1)[0]
    const wrap = method === 'compiled' ? compile : g => g
    const [value, gradient] = [wrap(solve), wrap(grad(solve))]
    const times = interleaved({ value: () => value(start), gradient: () => gradient(start) }, { warmUp: 0.3, rounds: 5 })
    rows.push([method, micros(times.value), micros(times.gradient), (times.gradient / times.value).toFixed(1)])
  }
  console.log(`\n${table(rows)}`)
}

/** A reaction with diffusion on a line (the Brusselator; Hairer and Wanner II, IV.1) by bdf: two species at each point. */
function large() {
  const rows = [['Brusselator', 'steps', 'evaluations', 'factorisations', 'time']]
  for (const n of [50, 500, 5000]) {
    const spread = 0.02 * (n + 1) ** 2
    const at = (y, i, side) => (i < 0 || i >= n ? [1, 3][side] : y[2 * i + side])
    const f = (_t, y) =>
      y.map((_, k) => {
        const [i, side] = [k >> 1, k & 1]
        const u = at(y, i, 0)
        const reaction = mul(square(u), at(y, i, 1))
        const here = side === 0 ? sub(add(1, reaction), mul(4, u)) : sub(mul(3, u), reaction)
        return add(here, mul(spread, add(sub(at(y, i - 1, side), mul(2, at(y, i, side))), at(y, i + 1, side))))
      })
    const y0 = Array.from({ length: 2 * n }, (_, k) => (k % 2 === 0 ? 1 + Math.sin((2 * Math.PI * ((k >> 1) + 1)) / (n + 1)) : 3))
    const start = performance.now()
    const { steps, evaluations, factorisations } = solveIvp(f, [0, 10], y0, { method: 'bdf', rtol: 1e-5, atol: 1e-7 })
    rows.push([`${2 * n} equations`, ...[steps, evaluations.values, factorisations].map(String), `${(performance.now() - start).toFixed(0)} ms`])
  }
  console.log(`\n${table(rows)}`)
}

function problem(name) {
  const found = problems.find(each => each.name === name)
  if (found === undefined) throw new Error(`There is no problem ${name}. Problems: ${problems.map(each => each.name).join(', ')}.`)
  const plain = new Function('t', 'y', `const { sqrt, sin, cos, exp } = Math; return [${found.equations.join(', ')}]`)
  return { ...found, plain, f: fromSource(plain) }
}

function micros(nanoseconds) {
  return `${(nanoseconds / 1000).toFixed(0)} µs`
}
