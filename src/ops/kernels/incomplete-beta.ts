import { logBetaKernel, logGamma1p, logGammaDifference, logGammaKernel, polygammaIncreaseKernel, polygammaKernel, stirlingRemainder } from './gamma.ts'
import { logMinus } from './incomplete-gamma.ts'
import { addJets, divideJets, exponentialJet, type Jet, multiplyJets, scaleJet } from './jets.ts'

/*
 * The incomplete beta function and its derivatives by the parameters, as series in a change of both along a direction.
 */

/** The parameters and the place, with the direction in which the parameters change. */
interface Sides {
  readonly a: number
  readonly b: number
  readonly x: number
  /** 1 − x */
  readonly y: number
  readonly da: number
  readonly db: number
}

/** I(a, b; x). */
export function betaincKernel(a: number, b: number, x: number): number {
  return coefficient(0, a, b, x, 0, 0)
}

/** Its derivatives by a and by b. */
export function betaincByAKernel(a: number, b: number, x: number): number {
  return coefficient(1, a, b, x, 1, 0)
}
export function betaincByBKernel(a: number, b: number, x: number): number {
  return coefficient(1, a, b, x, 0, 1)
}

/** Its second derivatives, from second derivatives along directions. */
export function betaincByAAKernel(a: number, b: number, x: number): number {
  return 2 * coefficient(2, a, b, x, 1, 0)
}
export function betaincByABKernel(a: number, b: number, x: number): number {
  return coefficient(2, a, b, x, 1, 1) - coefficient(2, a, b, x, 1, 0) - coefficient(2, a, b, x, 0, 1)
}
export function betaincByBBKernel(a: number, b: number, x: number): number {
  return 2 * coefficient(2, a, b, x, 0, 1)
}

/** A coefficient of the series of I in a change of the parameters along a direction. */
function coefficient(order: number, a: number, b: number, x: number, da: number, db: number): number {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1) || (a === b && a === Number.POSITIVE_INFINITY)) return Number.NaN
  if (x === 0 || x === 1) return order === 0 ? x : 0
  if (a === Number.POSITIVE_INFINITY || b === Number.POSITIVE_INFINITY) return order > 0 || a > b ? 0 : 1
  const given: Sides = { a, b, x, y: 1 - x, da, db }
  if (Math.min(a, b) < 1) {
    const swap = x > 0.5
    const sides = swap ? swapped(given) : given
    if (sides.b * sides.x <= 0.7) return nearZero(sides, order, swap)
  }
  // The side on which the fraction converges is that below the mean.
  const swap = belowMean(given) < 0
  const found = tail(swap ? swapped(given) : given, order)[order] as number
  return !swap ? found : order === 0 ? 1 - found : -found
}

/** I(a, b; x) = 1 − I(b, a; 1 − x) */
function swapped({ a, b, x, y, da, db }: Sides): Sides {
  return { a: b, b: a, x: y, y: x, da: db, db: da }
}

/** a − (a + b) x = a y − b x */
function belowMean({ a, b, x, y }: Pick<Sides, 'a' | 'b' | 'x' | 'y'>): number {
  return x <= y ? a - (a + b) * x : (a + b) * y - b
}

/** The logarithm of x, from its distance to 1 where that is smaller. */
function logOf(x: number, y: number): number {
  return x > 0.5 ? Math.log1p(-y) : Math.log(x)
}

/** xᵃ yᵇ / B(a, b). */
function betaPrefix({ a, b, x, y }: Pick<Sides, 'a' | 'b' | 'x' | 'y'>): number {
  const [lnX, lnY] = [logOf(x, y), logOf(y, x)]
  if (Math.min(a, b) < 10) return Math.exp(a * lnX + b * lnY - logBetaKernel(a, b))
  // Relative to the mean a/(a + b), where the powers have their maximum: the linear terms cancel.
  const excess = -belowMean({ a, b, x, y })
  const share = (part: number, lnRatio: number, change: number) => part * (change < -0.6 ? lnRatio - change : logMinus(change))
  const exponent = share(a, lnX + Math.log1p(b / a), excess / a) + share(b, lnY + Math.log1p(a / b), -excess / b)
  const rest = stirlingRemainder(a) + stirlingRemainder(b) - stirlingRemainder(a + b)
  return Math.exp(exponent - rest) * Math.sqrt((a / (a + b)) * (b / (2 * Math.PI)))
}

/** First and second derivative of −ln B(a, b) along the direction, the second halved. */
function slopesOfBeta({ a, b, da, db }: Sides): [number, number] {
  const first = da * polygammaIncreaseKernel(0, a, b) + db * polygammaIncreaseKernel(0, b, a)
  const second = da * da * polygammaIncreaseKernel(1, a, b) + db * db * polygammaIncreaseKernel(1, b, a)
  return [first, 0.5 * (second + 2 * da * db * polygammaKernel(1, a + b))]
}

function prefixJet(sides: Sides, order: number): Jet {
  if (order === 0) return [betaPrefix(sides)]
  const { x, y, da, db } = sides
  const [first, second] = slopesOfBeta(sides)
  return exponentialJet([0, da * logOf(x, y) + db * logOf(y, x) + first, second].slice(0, order + 1), betaPrefix(sides))
}

/** Fractions do not go beyond this level, which is enough for parameters up to some 10¹⁰. */
const MOST_LEVELS = 1 << 17

/** I by a continued fraction (Didonato and Morris 1992, equation 9), from its end; it knows how far x is below the mean a/(a + b). */
function tail(sides: Sides, order: number): Jet {
  const { a, b, x, y, da, db } = sides
  const prefix = prefixJet(sides, order)
  if (!(prefix[0] !== 0)) return prefix.map(each => each * 0)
  const below = belowMean(sides)
  const valueOf = (last: number, b: number) => {
    let f = 1
    for (let n = last; n >= 0; n--) {
      const each = a + 2 * n
      const own = n + (n === 0 ? 0 : (n * (b - n) * x) / (each - 1)) + ((a + n) * (below + 1 + n * (1 + y))) / (each + 1)
      const next = (((a + n) * (n + 1)) / (each + 1)) * (((a + b + n) * x) / (each + 1)) * ((b - n - 1) * x)
      f = own + (n === last ? 0 : next / f)
    }
    return f
  }
  let level = 16
  // For whole numbers b the fraction ends, but not those of its derivatives.
  const shifted = order > 0 ? Math.floor(b) + 0.5 : b
  let value = valueOf(8, shifted)
  for (let before = value; ; level *= 2) {
    value = valueOf(level, shifted)
    if (Math.abs(value - before) <= 2e-16 * Math.abs(value)) break
    if (level > MOST_LEVELS || Number.isNaN(value)) return prefix.map(() => Number.NaN)
    before = value
  }
  if (order === 0) return [(prefix[0] as number) / value]
  // The same with coefficients of 1, s and s² in a change s of the parameters.
  let [f0, f1, f2] = [Number.POSITIVE_INFINITY, 0, 0]
  for (let n = 2 * level; n >= 0; n--) {
    const [top, under, before] = [a + n, a + 2 * n + 1, n === 0 ? 1 : a + 2 * n - 1]
    const c0 = (n * (b - n) * x) / before
    const c1 = (n * db * x - c0 * da) / before
    const [distance, slope] = [below + 1 + n * (1 + y), da * y - db * x]
    const d0 = (top * distance) / under
    const d1 = (top * slope + da * distance - d0 * da) / under
    const [m0, m1, m2] = [top * (a + b + n) * x, (top * (da + db) + da * (a + b + n)) * x, da * (da + db) * x]
    const [k0, k1] = [(n + 1) * (b - n - 1) * x, (n + 1) * db * x]
    let [g0, g1, g2] = [m0 * k0, m0 * k1 + m1 * k0, m1 * k1 + m2 * k0]
    for (let twice = 0; twice < 2; twice++) {
      g0 /= under
      g1 = (g1 - da * g0) / under
      g2 = (g2 - da * g1) / under
    }
    g0 /= f0
    g1 = (g1 - f1 * g0) / f0
    f2 = (da * slope - d1 * da) / under - (c1 * da) / before + (g2 - f1 * g1 - f2 * g0) / f0
    f1 = c1 + d1 + g1
    f0 = n + c0 + d0 + g0
  }
  return divideJets(prefix, [f0, f1, f2].slice(0, order + 1))
}

/**
 * I, or with `complement` 1 − I, by xᵃ/(a B) (1 + a Σ (1 − b)ₙ xⁿ/(n! (a + n))) (DLMF 8.17.7), whose first term is taken from 1 by itself;
 * or their derivatives.
 */
function nearZero(sides: Sides, order: number, complement: boolean): number {
  const { a, b, x, da, db } = sides
  const logarithm = a * Math.log(x) - logTimesBeta(a, b)
  const power = Math.exp(logarithm)
  if (order === 0) {
    let [term, sum] = [1, 0]
    for (let n = 1; n < 5000; n++) {
      term *= ((n - b) / n) * x
      const each = term / (a + n)
      sum += each
      if (Math.abs(each) <= 1e-18 * Math.abs(sum)) break
    }
    return complement ? -Math.expm1(logarithm) - power * a * sum : power * (1 + a * sum)
  }
  const line = (value: number, slope: number): Jet => [value, slope, 0].slice(0, order + 1)
  let term = line(1, 0)
  let sum = line(0, 0)
  for (let n = 1; n < 5000; n++) {
    term = scaleJet(multiplyJets(term, line((n - b) / n, -db / n)), x)
    const each = divideJets(term, line(a + n, da))
    sum = addJets(sum, each)
    if (each.every((size, k) => Math.abs(size) <= 1e-18 * Math.abs(sum[k] as number))) break
  }
  const rest = multiplyJets(line(a, da), sum)
  // ln Γ(a + b) − ln Γ(1 + a) − ln Γ(b)
  const psi = (order: number) => polygammaKernel(order, a + b) - polygammaKernel(order, a + 1)
  const first = da * (Math.log(x) + psi(0)) + db * polygammaIncreaseKernel(0, b, a)
  const second = da * da * psi(1) + db * db * polygammaIncreaseKernel(1, b, a) + 2 * da * db * polygammaKernel(1, a + b)
  const whole = multiplyJets(exponentialJet([0, first, 0.5 * second].slice(0, order + 1), power), addJets(line(1, 0), rest))
  return (complement ? -1 : 1) * (whole[order] as number)
}

/** ln (a B(a, b)). */
function logTimesBeta(a: number, b: number): number {
  const far = b >= 10 ? -logGammaDifference(a, b) : logGammaKernel(a + b) - logGammaKernel(b)
  const increase = a < 0.1 * Math.min(b, 1) ? logGammaIncrease(b, a) : far
  return (a <= 0.5 ? logGamma1p(a) : logGammaKernel(1 + a)) - increase
}

/** ln Γ(b + a) − ln Γ(b) for a small beside b, by its series. */
function logGammaIncrease(b: number, a: number): number {
  let [sum, factor] = [0, 1]
  for (let k = 1; k < 30; k++) {
    factor *= a / k
    const term = polygammaKernel(k - 1, b) * factor
    sum += term
    if (Math.abs(term) <= 1e-17 * Math.abs(sum)) break
  }
  return sum
}

/** The density xᵃ⁻¹ (1 − x)ᵇ⁻¹ / B(a, b). */
export function betaDensityKernel(a: number, b: number, x: number): number {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1) || !Number.isFinite(a) || !Number.isFinite(b)) return Number.NaN
  if (x === 0) return a === 1 ? b : a > 1 ? 0 : Number.POSITIVE_INFINITY
  if (x === 1) return b === 1 ? a : b > 1 ? 0 : Number.POSITIVE_INFINITY
  const y = 1 - x
  const prefix = betaPrefix({ a, b, x, y })
  return prefix > 1e-290 ? prefix / x / y : Math.exp((a - 1) * logOf(x, y) + (b - 1) * logOf(y, x) - logBetaKernel(a, b))
}

/** The x with I(a, b; x) = p: Newton's method between bounds that close in on it, for the logarithm of the smaller tail. */
export function betaincInvKernel(a: number, b: number, p: number): number {
  if (!(a > 0 && b > 0 && p >= 0 && p <= 1) || !Number.isFinite(a) || !Number.isFinite(b)) return Number.NaN
  if (p === 0 || p === 1) return p
  let [low, high] = [0, 1]
  let x = a / (a + b)
  const lowest = Math.exp((Math.log(p) + logTimesBeta(a, b)) / a)
  if (betaincKernel(a, b, x) > p && lowest < x) x = lowest
  for (let k = 0; k < 400; k++) {
    const value = betaincKernel(a, b, x)
    if (value > p) high = x
    else low = x
    const density = betaDensityKernel(a, b, x)
    const change = value > 0 && value < 1 && p < 0.5 ? (value * Math.log(p / value)) / density : (p - value) / density
    // As a factor, so that it stays positive, where x is small.
    let next = change < 0 && p < 0.5 ? x * Math.exp(change / x) : x + change
    if (!(next > low && next < high))
      next = low > 0 && high / low > 4 ? Math.sqrt(low) * Math.sqrt(high) : low > 0 || high > 1e-3 ? 0.5 * (low + high) : high * 1e-3
    if (next === x || Math.abs(next - x) <= 2e-16 * x) return next
    x = next
    if (x < 1e-308) return x
  }
  return x
}
