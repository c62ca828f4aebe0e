/* Sparse Jacobians and Hessians: Broyden's tridiagonal system and the chained Rosenbrock function, with the pattern found and the plan made before. */
import { compile, hessian, jacobian, planHessian, planJacobian } from '../../../dist/index.js'
import { problems } from '../../load-examples.mjs'
import { rosenbrock } from '../../rosenbrock.mjs'
import { native } from '../native.mjs'
import { point } from './rosenbrock.mjs'

const { broyden, broydenByHand } = await problems()

function hessianByHand(x) {
  const n = x.length
  const [values, diagonal] = [new Float64Array(3 * n - 2), new Float64Array(n)]
  for (let i = 0; i + 1 < n; i++) {
    diagonal[i] += 1200 * x[i] * x[i] - 400 * x[i + 1] + 2
    diagonal[i + 1] += 200
    values[3 * i + 1] = values[3 * i + 2] = -400 * x[i]
  }
  for (let i = 0; i < n; i++) values[3 * i] = diagonal[i]
  return values
}

function broydenOf(x) {
  const n = x.length
  const y = new Float64Array(n)
  for (let i = 0; i < n; i++) y[i] = (3 - 2 * x[i]) * x[i] + 1 - (i > 0 ? x[i - 1] : 0) - (i + 1 < n ? 2 * x[i + 1] : 0)
  return y
}

/** Forward differences of three groups of columns, which are told, not found. */
function differences(x) {
  const n = x.length
  const values = new Float64Array(3 * n - 2)
  const [at, below] = [Float64Array.from(x), broydenOf(x)]
  for (let group = 0; group < 3; group++) {
    const h = Math.sqrt(Number.EPSILON)
    for (let j = group; j < n; j += 3) at[j] = x[j] + h
    const above = broydenOf(at)
    for (let j = group; j < n; j += 3) {
      at[j] = x[j]
      for (let i = Math.max(0, j - 1); i <= Math.min(n - 1, j + 1); i++) values[2 * i + j] = (above[i] - below[i]) / h
    }
  }
  return values
}

/** A plan that writes into a matrix that is there. */
function planned(plan, evaluate, x) {
  const matrix = evaluate(x)
  return () => {
    plan.into(matrix, x)
    return matrix
  }
}

function sparseCases(n) {
  const x = point(n)
  const shared = { group: 'sparse', n, isQuick: n === 1000, reference: 'JavaScript by hand', size: `n = ${n.toLocaleString('en-US')}` }
  const isCompiled = n <= 10_000
  return [
    {
      ...shared,
      name: 'Jacobian, tridiagonal',
      noisy: 'eager',
      get contestants() {
        const forced = mode => () => {
          const plan = planJacobian(broyden, x, { output: 'sparse', mode })
          return planned(plan, at => plan.jacobian(at), x)
        }
        return {
          'JavaScript by hand': () => () => broydenByHand(x),
          'C++ by hand': native('cases', 'broyden', x),
          'ADOL-C': native('adolc', 'broyden', x),
          ...(isCompiled && { compiled: () => calling(compile(jacobian(broyden, { output: 'sparse' })), x) }),
          eager: forced('auto'),
          ...Object.fromEntries(['forward', 'reverse', 'elimination'].map(mode => [mode, forced(mode)])),
          differences: () => ({ run: () => differences(x), tolerance: 1e-5 }),
        }
      },
    },
    {
      ...shared,
      name: 'Hessian, tridiagonal',
      noisy: 'eager',
      get contestants() {
        const forced = mode => () => {
          const plan = planHessian(rosenbrock, x, { output: 'sparse', mode })
          return planned(plan, at => plan.hessian(at), x)
        }
        return {
          'JavaScript by hand': () => () => hessianByHand(x),
          'C++ by hand': native('cases', 'rosenbrockHessian', x),
          'ADOL-C': native('adolc', 'rosenbrockHessian', x),
          ...(isCompiled && { compiled: () => calling(compile(hessian(rosenbrock, { output: 'sparse' })), x) }),
          eager: forced('auto'),
          ...Object.fromEntries(['forward', 'pushing'].map(mode => [mode, forced(mode)])),
        }
      },
    },
  ]
}

const calling = (f, x) => () => f(x)

export const cases = () => [1000, 10_000, 100_000].flatMap(sparseCases)

export const absent = {
  compiled: 'up to 10,000 inputs: what a list of numbers makes is compiled step by step',
  Rose: 'has no sparse derivatives',
  'jax-js': 'has no sparse derivatives',
  'TensorFlow.js': 'has no sparse derivatives',
  mathjs: 'has no sparse derivatives',
}
