import { erfcKernel, tailExponent } from './erf.ts'

/** ln Φ(x) for the standard normal distribution, with full relative accuracy in both tails. */
export function logNdtrKernel(x: number): number {
  if (x > -1) return Math.log1p(-0.5 * erfcKernel(Math.SQRT1_2 * x))
  if (x > -1.8) return Math.log(0.5 * erfcKernel(-Math.SQRT1_2 * x))
  // Φ(x) = erfc(z)/2 = e^(−z² + r) / 2z with z = −x/√2.
  return -0.5 * x * x + (tailExponent(-Math.SQRT1_2 * x) - Math.log(-x) - 0.5 * Math.LN2)
}

/** Factorials beyond this one are no doubles. */
const LARGEST_ORDER = 171

/** The n-th derivative of ln Φ, each by itself: those of one order from those of lower ones would cancel for x < 0. */
export function logNdtrDerivativeKernel(n: number, x: number): number {
  if (!Number.isInteger(n) || n < 0 || n > LARGEST_ORDER || Number.isNaN(x)) return Number.NaN
  if (n === 0) return logNdtrKernel(x)
  if (x === Number.NEGATIVE_INFINITY) return n === 1 ? -x : n === 2 ? -1 : 0
  const coefficient = x < -0.75 ? (n % 2 === 0 ? -1 : 1) * millsSeries(-x, n - 1) : ratioSeries(x, n - 1)
  let factorial = 1
  for (let k = 2; k < n; k++) factorial *= k
  return coefficient * factorial
}

/** Coefficient k of the series of m = φ/Φ at x, by m′ = −m (x + m). */
function ratioSeries(x: number, k: number): number {
  const m = [Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI) / (0.5 * erfcKernel(-Math.SQRT1_2 * x))]
  for (let n = 0; n < k; n++) {
    let sum = x * (m[n] as number) + (m[n - 1] ?? 0)
    for (let i = 0; i <= n; i++) sum += (m[i] as number) * (m[n - i] as number)
    m.push(-sum / (n + 1))
  }
  return m[k] === 0 || m[0] === 0 ? 0 : (m[k] as number)
}

/**
 * Coefficient k of the series of φ(t)/Φ(−t) at t ≥ 0.75, from its continued fraction t + 1/(t + 2/(t + 3/(t + …))) (DLMF 7.9.2), in which
 * nothing cancels.
 */
function millsSeries(t: number, k: number): number {
  const last = 30 + Math.ceil((400 + 40 * k) / (t * t))
  let f = [0.5 * (t + Math.sqrt(t * t + 4 * last)), ...new Array<number>(k).fill(0)]
  for (let level = last; level >= 1; level--) {
    const first = 1 / (f[0] as number)
    const reciprocal = [first]
    for (let n = 1; n <= k; n++) {
      let sum = 0
      for (let i = 1; i <= n; i++) sum += (f[i] as number) * (reciprocal[n - i] as number)
      reciprocal.push(-sum * first)
    }
    f = reciprocal.map((each, n) => level * each + (n === 0 ? t : n === 1 ? 1 : 0))
  }
  return f[k] as number
}
