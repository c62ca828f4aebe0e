/*
 * Hessians and sparse Jacobians at first and again, eager and compiled, beside the same by hand in C++ (where g++ is there), and
 * what an interior-point step of an optimal control problem asks for.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  add,
  compile,
  cos,
  dot,
  exp,
  eye,
  grad,
  hessian,
  hvp,
  jacobian,
  logDet,
  logSumExp,
  matmul,
  mean,
  mul,
  planHessian,
  planJacobian,
  reshape,
  sin,
  solve,
  square,
  sub,
  sum,
  tanh,
} from '../dist/index.js'
import { median, table } from './harness.mjs'

const ROUNDS = 9

/** The chained Rosenbrock function. */
function chained(x) {
  let total = 0
  for (let i = 0; i + 1 < x.length; i++) total = add(total, add(mul(100, square(sub(x[i + 1], square(x[i])))), square(sub(1, x[i]))))
  return total
}

/** Broyden's tridiagonal system. */
function tridiagonal(x) {
  return Array.from({ length: x.length }, (_, i) => {
    let entry = add(mul(sub(3, mul(2, x[i])), x[i]), 1)
    if (i > 0) entry = sub(entry, x[i - 1])
    return i + 1 < x.length ? sub(entry, mul(2, x[i + 1])) : entry
  })
}

/** A pendulum that swings up with least effort, by trapezoidal collocation: angle, speed and torque at each of the nodes. */
const NODES = 667
const STEP = 4 / (NODES - 1)
const at = (x, i) => [x[3 * i], x[3 * i + 1], x[3 * i + 2]]
const acceleration = (angle, speed, torque) => sub(sub(torque, mul(9.81, sin(angle))), mul(0.1, speed))

function effort(x) {
  let total = 0
  for (let i = 0; i + 1 < NODES; i++) total = add(total, mul(STEP / 2, add(square(x[3 * i + 2]), square(x[3 * i + 5]))))
  return total
}

function defects(x) {
  const all = [x[0], x[1], sub(x[3 * NODES - 3], Math.PI), x[3 * NODES - 2]]
  for (let i = 0; i + 1 < NODES; i++) {
    const [a, b] = [at(x, i), at(x, i + 1)]
    all.push(sub(sub(b[0], a[0]), mul(STEP / 2, add(a[1], b[1]))))
    all.push(sub(sub(b[1], a[1]), mul(STEP / 2, add(acceleration(...a), acceleration(...b)))))
  }
  return all
}

const multipliers = Array.from({ length: 2 * NODES + 2 }, (_, i) => cos(i))
const lagrangian = x => defects(x).reduce((total, each, i) => add(total, mul(multipliers[i], each)), effort(x))

/** Numbers in a shape, the same in every run. */
const numbers = (...shape) =>
  reshape(
    Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(7 * i * i + 1)),
    shape,
  )

/** Losses of tensors with an argument: regression by softmax, a network, and the likelihood of a Gaussian process in its logarithmic scales. */
function losses() {
  const features = numbers(200, 100)
  const labels = reshape(
    Array.from({ length: 2000 }, (_, i) => (Math.floor(i / 10) % 10 === i % 10 ? 1 : 0)),
    [200, 10],
  )
  const softmaxRegression = weights => {
    const scores = matmul(features, weights)
    return sub(sum(logSumExp(scores, { axis: 1 })), sum(mul(labels, scores)))
  }
  const [from, to] = [numbers(32, 4), numbers(32, 2)]
  const layer = (x, [weights, bias]) => add(matmul(x, weights), bias)
  const network = ([first, second, third]) => mean(square(sub(layer(tanh(layer(tanh(layer(from, first)), second)), third), to)))
  const [places, observed] = [numbers(60, 3), numbers(60)]
  const column = k => places.toArray().map(row => row[k])
  const squares = [0, 1, 2].map(k => square(sub(reshape(column(k), [60, 1]), reshape(column(k), [1, 60]))))
  const likelihood = scales => {
    const distances = squares.reduce((total, each, k) => add(total, mul(exp(scales[k]), each)), 0)
    const covariance = add(mul(exp(scales[3]), exp(mul(-0.5, distances))), mul(exp(scales[4]), eye(60)))
    return add(dot(observed, solve(covariance, observed)), logDet(covariance))
  }
  return [
    ['softmax regression', softmaxRegression, numbers(100, 10)],
    [
      'network',
      network,
      [
        [numbers(4, 16), numbers(16)],
        [numbers(16, 16), numbers(16)],
        [numbers(16, 2), numbers(2)],
      ],
    ],
    ['Gaussian process', likelihood, [0, 0.1, 0.2, 0.3, -1]],
  ]
}

const point = n => Array.from({ length: n }, (_, i) => Math.sin(i))

function timed(run) {
  const start = performance.now()
  const result = run()
  return [performance.now() - start, result]
}

/** Times of several functions in turn, after some calls of each; the medians. */
function inTurn(cases) {
  for (const run of Object.values(cases)) for (let i = 0; i < 12; i++) run()
  const times = Object.fromEntries(Object.keys(cases).map(name => [name, []]))
  for (let round = 0; round < ROUNDS; round++) for (const [name, run] of Object.entries(cases)) times[name].push(timed(run)[0])
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]))
}

/** The same derivatives by hand; undefined without a compiler. */
function native() {
  const folder = mkdtempSync(join(tmpdir(), 'dualtape-bench-'))
  const program = join(folder, 'second-order')
  const built = spawnSync('g++', ['-O3', '-march=native', '-o', program, fileURLToPath(new URL('native/second-order.cpp', import.meta.url))])
  if (built.status !== 0) {
    rmSync(folder, { recursive: true })
    return undefined
  }
  return { time: (name, n) => Number(execFileSync(program, [name, String(n)])), close: () => rmSync(folder, { recursive: true }) }
}

const ms = time => (time === undefined ? '–' : time.toPrecision(3))
const ratio = (a, b) => (a === undefined || b === undefined ? '–' : (a / b).toPrecision(3))

export async function run() {
  const byHand = native()
  if (byHand === undefined) console.log('No g++ was found: the columns by hand are left out.\n')
  const rows = [['milliseconds', 'n', 'first', 'again', 'gradients or recordings', 'C++ by hand', 'times C++']]
  const push = (what, n, first, again, unit, hand) =>
    rows.push([what, n.toLocaleString('en-US'), ms(first), ms(again), ratio(again, unit), ms(hand), ratio(again, hand)])
  for (const n of [1000, 10_000, 100_000, 1_000_000]) {
    const x = point(n)
    const v = x.map((_, i) => Math.cos(i))
    const gradient = grad(chained)
    const [first, plan] = timed(() => planHessian(chained, x, { output: 'sparse' }))
    const matrix = plan.hessian(x)
    const times = inTurn({ gradient: () => gradient(x), hvp: () => hvp(chained, x, v), hessian: () => plan.into(matrix, x) })
    push('gradient', n, undefined, times.gradient, times.gradient, byHand?.time('gradient', n))
    push('Hessian times vector', n, undefined, times.hvp, times.gradient)
    push(`sparse Hessian (${plan.mode})`, n, first, times.hessian, times.gradient, byHand?.time('hessian', n))
    const [firstJacobian, jacobianPlan] = timed(() => planJacobian(tridiagonal, x, { output: 'sparse' }))
    const tri = jacobianPlan.jacobian(x)
    const sums = grad(x => tridiagonal(x).reduce((total, each) => add(total, each), 0))
    const again = inTurn({ sum: () => sums(x), jacobian: () => jacobianPlan.into(tri, x) })
    push(`sparse Jacobian (${jacobianPlan.mode})`, n, firstJacobian, again.jacobian, again.sum, byHand?.time('jacobian', n))
  }
  for (const n of [1000, 10_000]) {
    const x = point(n)
    const cases = {
      'compiled gradient': [grad(chained), 'gradient'],
      'compiled sparse Hessian': [hessian(chained, { output: 'sparse' }), 'hessian'],
      'compiled sparse Jacobian': [jacobian(tridiagonal, { output: 'sparse' }), 'jacobian'],
    }
    for (const [name, [f, hand]] of Object.entries(cases)) {
      const fast = compile(f)
      const [first] = timed(() => fast(x))
      for (let i = 0; i < 40; i++) fast(x)
      push(name, n, first, inTurn({ again: () => fast(x) }).again, undefined, byHand?.time(hand, n))
    }
  }
  for (const [name, f, x] of losses()) {
    const gradient = grad(f)
    const v = gradient(x)
    const [first, plan] = timed(() => planHessian(f, x))
    const n = plan.inputs
    const times = inTurn({ gradient: () => gradient(x), hvp: () => hvp(f, x, v), hessian: () => plan.hessian(x) })
    push(`${name}: gradient`, n, undefined, times.gradient, times.gradient)
    push(`${name}: Hessian times vector`, n, undefined, times.hvp, times.gradient)
    push(`${name}: dense Hessian`, n, first, times.hessian, times.gradient)
    push(`${name}: as many products with vectors`, n, undefined, n * times.hvp, times.gradient)
  }
  const x = point(3 * NODES)
  const eager = { hessian: planHessian(lagrangian, x, { output: 'sparse' }), jacobian: planJacobian(defects, x, { output: 'sparse' }) }
  const gradient = grad(lagrangian)
  const times = inTurn({ gradient: () => gradient(x), hessian: () => eager.hessian.hessian(x), jacobian: () => eager.jacobian.jacobian(x) })
  push(`pendulum: Hessian of the Lagrangian (${eager.hessian.mode})`, x.length, undefined, times.hessian, times.gradient)
  push(`pendulum: Jacobian of the constraints (${eager.jacobian.mode})`, x.length, undefined, times.jacobian, times.gradient)
  for (const [name, f] of [
    ['Hessian of the Lagrangian', hessian(lagrangian, { output: 'sparse' })],
    ['Jacobian of the constraints', jacobian(defects, { output: 'sparse' })],
  ]) {
    const fast = compile(f)
    const [first] = timed(() => fast(x))
    for (let i = 0; i < 40; i++) fast(x)
    push(`pendulum, compiled: ${name}`, x.length, first, inTurn({ again: () => fast(x) }).again, times.gradient)
  }
  console.log(table(rows))
  byHand?.close()
}
