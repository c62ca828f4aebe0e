import { add, exp, log, maximum, mul, square, sub } from '../../src/index.ts'
import { type LoopProgram, list, plain, rows } from './program.ts'

/** Weights before softmax, and for each axis of a component the mean and the logarithm of 1 / σ. */
interface Mixture {
  weights: number[]
  means: number[][]
  precisions: number[][]
}

const COMPONENTS = 5
const AXES = 2
const x: Mixture = {
  weights: list(COMPONENTS, k => 0.3 * Math.sin(k)),
  means: rows(COMPONENTS, AXES, (k, d) => 1.5 * Math.cos(2 * k + d)),
  precisions: rows(COMPONENTS, AXES, (k, d) => 0.2 * Math.sin(k + 3 * d)),
}
const samples = (count: number) => rows(count, AXES, (i, d) => 2 * Math.sin(1.7 * i * (d + 1)) + Math.cos(0.3 * i))

function logSumExp(terms: number[]): number {
  let most = terms[0]!
  for (let k = 1; k < terms.length; k++) most = maximum(most, terms[k]!)
  let sum = 0
  for (let k = 0; k < terms.length; k++) sum = add(sum, exp(sub(terms[k]!, most)))
  return add(most, log(sum))
}

/** Σᵢ log Σₖ exp(wₖ + Σ_d (p_kd − ½ ((x_id − m_kd) e^(p_kd))²)) − N log Σₖ exp wₖ, but for a constant. */
const logLikelihood =
  (data: number[][]) =>
  ({ weights, means, precisions }: Mixture): number => {
    let total = 0
    for (let i = 0; i < data.length; i++) {
      const terms: number[] = []
      for (let k = 0; k < weights.length; k++) {
        let term = weights[k]!
        for (let d = 0; d < AXES; d++) {
          const z = mul(sub(data[i]![d]!, means[k]![d]!), exp(precisions[k]![d]!))
          term = add(term, sub(precisions[k]![d]!, mul(0.5, square(z))))
        }
        terms.push(term)
      }
      total = add(total, logSumExp(terms))
    }
    return sub(total, mul(data.length, logSumExp(weights)))
  }

const byHand = (data: number[][]) => {
  const points = Float64Array.from(data.flat())
  return ({ weights, means, precisions }: Mixture): Mixture => {
    const K = weights.length
    const m = Float64Array.from(means.flat())
    const p = Float64Array.from(precisions.flat())
    const scale = p.map(Math.exp)
    const base = new Float64Array(weights)
    for (let k = 0; k < K; k++) for (let d = 0; d < AXES; d++) base[k] = base[k]! + p[k * AXES + d]!
    const [dw, dm, dp] = [new Float64Array(K), new Float64Array(K * AXES), new Float64Array(K * AXES)]
    const [terms, z] = [new Float64Array(K), new Float64Array(K * AXES)]
    for (let i = 0; i < data.length; i++) {
      let most = Number.NEGATIVE_INFINITY
      for (let k = 0; k < K; k++) {
        let term = base[k]!
        for (let d = 0; d < AXES; d++) {
          const each = (points[i * AXES + d]! - m[k * AXES + d]!) * scale[k * AXES + d]!
          z[k * AXES + d] = each
          term -= 0.5 * each * each
        }
        terms[k] = term
        if (term > most) most = term
      }
      let sum = 0
      for (let k = 0; k < K; k++) {
        const each = Math.exp(terms[k]! - most)
        terms[k] = each
        sum += each
      }
      for (let k = 0; k < K; k++) {
        const share = terms[k]! / sum
        dw[k] = dw[k]! + share
        for (let d = k * AXES; d < (k + 1) * AXES; d++) {
          dm[d] = dm[d]! + share * z[d]! * scale[d]!
          dp[d] = dp[d]! + share * (1 - z[d]! * z[d]!)
        }
      }
    }
    const most = Math.max(...weights)
    const sum = weights.reduce((all, each) => all + Math.exp(each - most), 0)
    for (let k = 0; k < K; k++) dw[k] = dw[k]! - (data.length * Math.exp(weights[k]! - most)) / sum
    const nested = (flat: Float64Array) => Array.from({ length: K }, (_, k) => plain(flat, k * AXES, (k + 1) * AXES))
    return { weights: plain(dw), means: nested(dm), precisions: nested(dp) }
  }
}

/** The log-likelihood of a mixture of five normal distributions in the plane, given so many samples: gradient in all parameters. */
export const gaussianMixture: LoopProgram = {
  name: 'Gaussian mixture',
  sizes: [50, 1000],
  operations: count => 85 * count,
  of: count => ({ f: logLikelihood(samples(count)), byHand: byHand(samples(count)), x }),
}
