/**
 * Log-posterior of a Gaussian mixture with a Wishart prior on its precisions, and its gradient. With Q_k lower triangular, its diagonal
 * exp q_k and l_k below it, column by column:
 *
 *   −N (D/2 log 2π + lse α) + Σᵢ lse_k (α_k + Σ_j q_kj − ½ |Q_k (x_i − μ_k)|²)
 *   + K (ν D log (γ/√2) − log Γ_D(ν/2)) − γ²/2 Σ_k |Q_k|² + m Σ_kj q_kj,   ν = D + m + 1.
 */
import { add, compile, concat, exp, expandDims, grad, logGamma, logSumExp, matmul, mul, permute, square, sub, sum, take, tensor, zeros } from 'dualtape'

/** Places of the entries of a D × D matrix in (exp q, l, 0), row by row. */
function places(d) {
  const below = (d * (d - 1)) / 2
  const all = new Int32Array(d * d).fill(d + below)
  for (let j = 0, next = d; j < d; j++) {
    all[j * d + j] = j
    for (let i = j + 1; i < d; i++) all[i * d + j] = next++
  }
  return tensor(all, { shape: [d, d], dtype: 'int32' })
}

/** log Γ_D(a), the multivariate gamma function. */
function logMultiGamma(a, d) {
  let total = ((d * (d - 1)) / 4) * Math.log(Math.PI)
  for (let j = 0; j < d; j++) total += logGamma(a - j / 2)
  return total
}

function logPosterior({ d, k, n, m, gamma }) {
  const from = places(d)
  const nu = d + m + 1
  const constant = (-n * d * Math.log(2 * Math.PI)) / 2 + k * (nu * d * Math.log(gamma / Math.SQRT2) - logMultiGamma(nu / 2, d))
  return (x, { alpha, mu, q, l }) => {
    const factors = take(concat([exp(q), l, zeros([k, 1])], { axis: 1 }), from, { axis: 1 })
    const moved = matmul(sub(x, expandDims(mu, 1)), permute(factors, [0, 2, 1]))
    const logWeights = add(alpha, sum(q, { axis: 1 }))
    const terms = sub(expandDims(logWeights, 1), mul(0.5, sum(square(moved), { axis: 2 })))
    const likelihood = sub(sum(logSumExp(terms, { axis: 0 })), mul(n, logSumExp(alpha)))
    const prior = sub(mul(m, sum(q)), mul((gamma * gamma) / 2, sum(square(factors))))
    return add(add(likelihood, prior), constant)
  }
}

function prepared({ x, alpha, mu, q, l, k }) {
  const below = l.flat()
  return [tensor(x), { alpha: tensor(alpha), mu: tensor(mu), q: tensor(q), l: tensor(below, [k, below.length / k]) }]
}

export function objective(input) {
  const f = compile(logPosterior(input))
  const at = prepared(input)
  return { run: () => f(...at) }
}

export function jacobian(input) {
  const f = compile(grad(logPosterior(input), { argnum: 1 }))
  const at = prepared(input)
  return { run: () => f(...at), output: result => Object.fromEntries(Object.entries(result).map(([name, each]) => [name, each.toArray()])) }
}
