import {
  add,
  cholesky,
  compile,
  diag,
  exp,
  log,
  matmul,
  mul,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  triangularSolve,
  valueAndGrad,
} from 'dualtape'
import { minimize } from 'dualtape/solve'

/**
 * Logarithms of what a process is made of: how far it remembers, how far it goes, and how noisy
 * it is seen.
 */
export type Logs = { length: number; amplitude: number; noise: number }

/** amplitude² exp(−(a − b)² / (2 length²)) for all pairs. */
function covariance(
  a: readonly number[],
  b: readonly number[],
  { length, amplitude }: Logs,
): Tensor {
  const distances = tensor(a.map(x => b.map(y => (x - y) ** 2)))
  return mul(exp(mul(2, amplitude)), exp(mul(distances, mul(-0.5, exp(mul(-2, length)))))) as Tensor
}

/** The lower triangle L of the covariance of what is observed, K + noise² I = L Lᵀ. */
function factor(x: readonly number[], logs: Logs): Tensor {
  return cholesky(add(covariance(x, x, logs), diag(x.map(() => exp(mul(2, logs.noise))))) as Tensor)
}

/**
 * −log p(y | x, logs): Rasmussen and Williams, Gaussian Processes for Machine Learning (2006),
 * formula (5.8).
 */
export function surprise(x: readonly number[], y: readonly number[], logs: Logs): number {
  const triangle = factor(x, logs)
  const whitened = triangularSolve(triangle, y)
  const halfLogDeterminant = sum(log(diag(triangle)))
  return add(
    mul(0.5, sum(square(whitened))),
    add(halfLogDeterminant, (y.length / 2) * Math.log(2 * Math.PI)),
  )
}

/** The logs under which the observations surprise least. */
export function learn(x: readonly number[], y: readonly number[], start: Logs) {
  return minimize(
    compile((logs: Logs) => surprise(x, y, logs)),
    start,
    { method: 'lbfgs', tolerance: 1e-6, history: true },
  )
}

export const slopeOf = (x: readonly number[], y: readonly number[]) =>
  compile(valueAndGrad((logs: Logs) => surprise(x, y, logs)))

/** Mean and standard deviation of the process at other places: algorithm 2.1 of the same book. */
export function predict(
  x: readonly number[],
  y: readonly number[],
  at: readonly number[],
  logs: Logs,
): { mean: number[]; deviation: number[] } {
  const triangle = factor(x, logs)
  const between = triangularSolve(triangle, covariance(x, at, logs))
  const mean = matmul(triangularSolve(triangle, y), between) as Tensor
  const explained = sum(square(between), { axis: 0 }) as Tensor
  const variance = sub(exp(mul(2, logs.amplitude)), explained) as Tensor
  return {
    mean: [...mean.data],
    deviation: Array.from(variance.data, each => Math.sqrt(Math.max(each, 0))),
  }
}

// Temperatures of land and sea, °C above the mean of 1951–1980: GISTEMP Team, NASA Goddard
// Institute for Space Studies; Lenssen et al. (2019).
export const anomalies = [
  -0.17, -0.09, -0.11, -0.17, -0.28, -0.33, -0.31, -0.36, -0.17, -0.1, -0.35, -0.22, -0.27, -0.31,
  -0.31, -0.23, -0.11, -0.11, -0.27, -0.17, -0.08, -0.15, -0.28, -0.37, -0.47, -0.26, -0.22, -0.39,
  -0.43, -0.48, -0.44, -0.44, -0.37, -0.34, -0.15, -0.14, -0.36, -0.46, -0.29, -0.27, -0.27, -0.19,
  -0.28, -0.26, -0.27, -0.22, -0.11, -0.22, -0.2, -0.36, -0.16, -0.09, -0.16, -0.29, -0.12, -0.2,
  -0.15, -0.03, 0, -0.02, 0.12, 0.18, 0.06, 0.09, 0.2, 0.09, -0.07, -0.03, -0.11, -0.11, -0.17,
  -0.07, 0.01, 0.08, -0.13, -0.14, -0.19, 0.05, 0.06, 0.03, -0.03, 0.06, 0.03, 0.05, -0.2, -0.11,
  -0.06, -0.02, -0.08, 0.05, 0.03, -0.08, 0.01, 0.16, -0.07, -0.01, -0.1, 0.18, 0.07, 0.16, 0.26,
  0.32, 0.14, 0.31, 0.16, 0.12, 0.18, 0.32, 0.39, 0.27, 0.45, 0.41, 0.22, 0.23, 0.31, 0.45, 0.33,
  0.46, 0.61, 0.38, 0.39, 0.54, 0.63, 0.62, 0.53, 0.68, 0.64, 0.66, 0.54, 0.66, 0.72, 0.61, 0.65,
  0.68, 0.74, 0.9, 1.01, 0.92, 0.85, 0.98, 1.01, 0.85, 0.89, 1.17,
]
export const years = anomalies.map((_, i) => 1880 + i)
