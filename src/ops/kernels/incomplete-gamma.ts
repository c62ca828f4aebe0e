import { erfcKernel } from './erf.ts'
import { gammaKernel, logGamma1p, logGammaKernel, polygammaKernel, stirlingRemainder } from './gamma.ts'
import {
  addJets, constant, divideJets, exponentialJet, integralJet, type Jet, multiplyJets, polynomialOfJet, rootJet, scaleJet, slopeJet,
} from './jets.ts' // biome-ignore format: a list

/*
 * The incomplete gamma functions and their derivatives by the parameter a: P and Q as series in a change of a.
 */

/** Derivatives by a beyond this order are not computed. */
const LARGEST_ORDER = 60
/** From here on the uniform expansion holds near x = a. */
const LARGE = 100
const NEAR = 0.25

/** The n-th derivative by a of P(a, x). */
export function gammaincKernel(n: number, a: number, x: number): number {
  return derivativeOf(n, a, x, false)
}

/** The n-th derivative by a of Q(a, x) = 1 − P(a, x). */
export function gammainccKernel(n: number, a: number, x: number): number {
  return derivativeOf(n, a, x, true)
}

function derivativeOf(n: number, a: number, x: number, upper: boolean): number {
  if (!Number.isInteger(n) || n < 0 || n > LARGEST_ORDER) return Number.NaN
  if (!(a >= 0) || !(x >= 0) || (a === 0 && (x === 0 || n > 0)) || (a === x && a === Number.POSITIVE_INFINITY)) return Number.NaN
  if (n > 0 && (x === 0 || !Number.isFinite(x) || !Number.isFinite(a))) return 0
  if (x === 0 || a === Number.POSITIVE_INFINITY) return upper ? 1 : 0
  if (x === Number.POSITIVE_INFINITY || a === 0) return upper ? 0 : 1
  const { jet, isUpper } = smaller(n, a, x)
  const coefficient = jet[n] as number
  if (n === 0) return isUpper === upper ? coefficient : 1 - coefficient
  return (isUpper === upper ? 1 : -1) * factorial(n) * coefficient
}

function factorial(n: number): number {
  return gammaKernel(n + 1)
}

/** Whichever of P and Q is about the smaller one, as a series in the change of a. */
function smaller(n: number, a: number, x: number): { jet: Jet; isUpper: boolean } {
  if (a >= LARGE && Math.abs(x - a) < NEAR * a) return uniform(n, a, x)
  // P is at most about 1/2 where a is larger than this (Gautschi 1979; Gil, Segura and Temme 2012).
  const border = x < 0.5 ? Math.log(0.5) / Math.log(0.5 * x) : x + 0.25
  if (a >= border) return { jet: powerSeries(n, a, x), isUpper: false }
  return { jet: x < 1.5 ? nearZero(n, a, x) : continuedFraction(n, a, x), isUpper: true }
}

/** ln(1 + m) − m without cancellation. */
export function logMinus(m: number): number {
  if (m < -0.6 || m > 1) return Math.log1p(m) - m
  const r = m / (2 + m)
  const square = r * r
  let sum = 0
  for (let k = 24; k >= 1; k--) sum = (sum + 1 / (2 * k + 1)) * square
  return r * (2 * sum - m)
}

/** xᵃ e⁻ˣ / Γ(a + 1). */
function gammaPrefix(a: number, x: number): number {
  if (a < 20 && x < 600 && x > 1e-300) {
    const power = x ** a
    if (power > 1e-290 && power < 1e290) return (power * Math.exp(-x)) / gammaKernel(a + 1)
  }
  if (a < 20) return Math.exp(a * Math.log(x) - x - (a < 0.5 ? logGamma1p(a) : logGammaKernel(a + 1)))
  const m = (x - a) / a
  const exponent = m < -0.6 ? a * (Math.log(x / a) - m) : a * logMinus(m)
  return Math.exp(exponent - stirlingRemainder(a)) / Math.sqrt(2 * Math.PI * a)
}

/** The same as a series in the change of a: its logarithm has the derivatives ln x − ψ(a + 1), −ψ′(a + 1), … */
function prefixJet(n: number, a: number, x: number, first = gammaPrefix(a, x)): number[] {
  const logarithm = [0]
  for (let k = 1; k <= n; k++) logarithm.push(k === 1 ? Math.log(x) - polygammaKernel(0, a + 1) : -polygammaKernel(k - 1, a + 1) / factorial(k))
  return exponentialJet(logarithm, first)
}

/** The parameter itself. */
function parameter(n: number, a: number): number[] {
  const jet = constant(a, n)
  if (n > 0) jet[1] = 1
  return jet
}

/** s / (b + change). */
function overLinear(s: Jet, b: number): number[] {
  const result: number[] = []
  s.forEach((each, k) => {
    result.push((each - (k === 0 ? 0 : (result[k - 1] as number))) / b)
  })
  return result
}

/** P by Σ xᵏ / (a + 1)…(a + k) (DLMF 8.7.1). */
function powerSeries(n: number, a: number, x: number): number[] {
  if (n === 0) {
    let [term, sum] = [1, 1]
    for (let k = 1; k < 100_000 && term > 1e-17 * sum; k++) {
      term *= x / (a + k)
      sum += term
    }
    return [gammaPrefix(a, x) * sum]
  }
  let term = constant(1, n)
  let sum = term
  for (let k = 1; k < 100_000; k++) {
    term = overLinear(scaleJet(term, x), a + k)
    sum = addJets(sum, term)
    if (term.every((each, i) => Math.abs(each) <= 1e-17 * Math.abs(sum[i] as number))) break
  }
  return multiplyJets(prefixJet(n, a, x), sum)
}

/** Q for small x and a: 1 − xᵃ/Γ(1 + a) − xᵃ/Γ(1 + a) Σ (−x)ᵏ a / ((a + k) k!) (Gautschi 1979). */
function nearZero(n: number, a: number, x: number): number[] {
  const value = a * Math.log(x) - (a < 0.5 ? logGamma1p(a) : logGammaKernel(a + 1))
  if (n === 0) {
    let [factor, sum] = [1, 0]
    for (let k = 1; k < 60 && Math.abs(factor) > 1e-19; k++) {
      factor *= -x / k
      sum += (factor * a) / (a + k)
    }
    return [-Math.expm1(value) - Math.exp(value) * sum]
  }
  const logarithm = [value]
  for (let k = 1; k <= n; k++) logarithm.push(k === 1 ? Math.log(x) - polygammaKernel(0, a + 1) : -polygammaKernel(k - 1, a + 1) / factorial(k))
  const power = exponentialJet(logarithm, Math.exp(value))
  let sum = constant(0, n)
  let factor = 1
  for (let k = 1; k < 60; k++) {
    factor *= -x / k
    sum = addJets(sum, overLinear(scaleJet(parameter(n, a), factor), a + k))
    if (Math.abs(factor) < 1e-19) break
  }
  const rest = multiplyJets(power, sum)
  return power.map((each, k) => -(k === 0 ? Math.expm1(value) : each) - (rest[k] as number))
}

/** Q by Legendre's continued fraction (DLMF 8.9.2), from its end, which is where the value does not change any more. */
function continuedFraction(n: number, a: number, x: number): number[] {
  let level = 8
  // For whole numbers a the fraction ends, but not those of its derivatives.
  const shifted = n > 0 ? Math.floor(a) + 0.5 : a
  const scalar = (last: number) => {
    let f = x + 2 * last + 1 - shifted
    for (let k = last; k >= 1; k--) f = x + 2 * k - 1 - shifted - (k * (k - shifted)) / f
    return f
  }
  let value = scalar(4)
  for (let before = value; level < 100_000; level *= 2) {
    value = scalar(level)
    if (Math.abs(value - before) <= 1e-16 * Math.abs(value) || Number.isNaN(value)) break
    before = value
  }
  if (n === 0) return [(gammaPrefix(a, x) * a) / value]
  level *= 2
  let f = constant(x + 2 * level + 1 - a, n)
  f[1] = -1
  for (let k = level; k >= 1; k--) {
    const numerator = constant(k * (k - a), n)
    numerator[1] = -k
    const below = divideJets(numerator, f)
    f = below.map((each, i) => (i === 0 ? x + 2 * k - 1 - a - each : i === 1 ? -1 - each : -each))
  }
  return divideJets(multiplyJets(prefixJet(n, a, x), parameter(n, a)), f)
}

/** Coefficients of Temme's expansion by powers of η, for each power of 1/a (DLMF 8.12.10–12). */
let temme: number[][] | undefined
const TEMME_ROWS = 9
const TEMME_TERMS = 24

function temmeCoefficients(): number[][] {
  const length = TEMME_TERMS + 2 * TEMME_ROWS + 2
  // λ − 1 = η + η²/3 + η³/36 + …
  const alpha = [0, 1]
  for (let n = 2; n <= length + 1; n++) {
    let sum = alpha[n - 1] as number
    for (let j = 2; j < n; j++) sum -= j * (alpha[j] as number) * (alpha[n - j + 1] as number)
    alpha.push(sum / (n + 1))
  }
  const reciprocal = divideJets(constant(1, length), alpha.slice(1))
  const rows = [reciprocal.slice(1)]
  for (let k = 1; k < TEMME_ROWS; k++) {
    const before = rows[k - 1] as number[]
    rows.push(before.slice(2).map((each, n) => (n + 2) * each - (before[1] as number) * (reciprocal[n + 1] as number)))
  }
  return rows.map(row => row.slice(0, TEMME_TERMS))
}

/** 2 (m − ln(1 + m)) / m² by powers of m. */
const WIDTH = Array.from({ length: 34 }, (_, k) => ((k % 2 === 0 ? 1 : -1) * 2) / (k + 2))

/** P or Q near x = a by Temme's uniform expansion (1979). */
function uniform(n: number, a: number, x: number): { jet: Jet; isUpper: boolean } {
  temme ??= temmeCoefficients()
  const isUpper = x >= a
  const at = parameter(n, a)
  const m = divideJets(
    at.map((each, k) => (k === 0 ? x - a : -each)),
    at,
  )
  const eta = multiplyJets(m, rootJet(polynomialOfJet(WIDTH, m)))
  const z = multiplyJets(eta, rootJet(scaleJet(at, 0.5)))
  const first = Math.exp(a * logMinus((x - a) / a))
  const gaussian = exponentialJet(scaleJet(multiplyJets(z, z), -1), first)
  const sign = isUpper ? 1 : -1
  const slope = scaleJet(multiplyJets(gaussian, slopeJet(z)), -sign / Math.sqrt(Math.PI))
  const main = integralJet(slope, 0.5 * erfcKernel(sign * (z[0] as number)))
  let sum = constant(0, n)
  for (let k = TEMME_ROWS - 1; k >= 0; k--) sum = addJets(divideJets(sum, at), polynomialOfJet(temme[k] as number[], eta))
  const rest = divideJets(multiplyJets(gaussian, sum), rootJet(scaleJet(at, 2 * Math.PI)))
  return { jet: addJets(main, scaleJet(rest, sign)), isUpper }
}

/** The n-th derivative by a of the density xᵃ⁻¹ e⁻ˣ / Γ(a); 0 for n = −1. */
export function gammaDensityKernel(n: number, a: number, x: number): number {
  if (n === -1) return 0
  if (!Number.isInteger(n) || n < 0 || n > LARGEST_ORDER || !(a >= 0) || !(x >= 0)) return Number.NaN
  if (a === 0) return n === 0 && x > 0 ? 0 : Number.NaN
  if (x === Number.POSITIVE_INFINITY) return a === x ? Number.NaN : 0
  if (x === 0) return densityAtZero(n, a)
  if (a === Number.POSITIVE_INFINITY) return 0
  const prefix = gammaPrefix(a, x)
  // Of a tiny x the power may vanish where the density does not.
  const first = prefix > 1e-290 ? prefix / x : Math.exp((a - 1) * Math.log(x) - x - (a < 0.5 ? logGamma1p(a) : logGammaKernel(a + 1)))
  const jet = multiplyJets(prefixJet(n, a, x, first), parameter(n, a))
  return (jet[n] as number) * factorial(n)
}

/** At x = 0 the density is that of the exponential distribution for a = 1, else infinite or 0; its derivatives are limits from within. */
function densityAtZero(n: number, a: number): number {
  if (a > 1) return 0
  return n === 0 && a === 1 ? 1 : n % 2 === 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
}
