import { cosPi, sinPi } from './sinc.ts'

const EULER = 0.57721566490153286061
const LN_ROOT_TWO_PI = 0.91893853320467274178

/** Lanczos' approximation with g = 6.0246…, thirteen terms: the coefficients that Boost and CPython use. */
const LANCZOS_G = 6.024680040776729583740234375
const LANCZOS_NUMERATOR = [
  23531376880.41075968857200767445163675473076, 42919803642.64909876895789904700198885093263, 35711959237.35566804944018545154716670596718,
  17921034426.03720969991975575445893111267403, 6039542586.352028005064291644307297921069939, 1439720407.311721673663223072794912393972506,
  248874557.8620541565114603864132294232163077, 31426415.58540019438061423162831820536287787, 2876370.628935372441225409051620849613599112,
  186056.2653952234950402949897160456992822505, 8071.672002365816210638002902272250613822, 210.8242777515793458725097339207133627117,
  2.506628274631000270164908177133837338626,
]
const LANCZOS_DENOMINATOR = [0, 39916800, 120543840, 150917976, 105258076, 45995730, 13339535, 2637558, 357423, 32670, 1925, 66, 1]

/** Numerator over denominator, by powers of 1/x where x is large so that neither overflows. */
function lanczosSum(x: number): number {
  let [numerator, denominator] = [0, 0]
  if (x < 5) {
    for (let i = 12; i >= 0; i--) {
      numerator = numerator * x + (LANCZOS_NUMERATOR[i] as number)
      denominator = denominator * x + (LANCZOS_DENOMINATOR[i] as number)
    }
  } else {
    for (let i = 0; i <= 12; i++) {
      numerator = numerator / x + (LANCZOS_NUMERATOR[i] as number)
      denominator = denominator / x + (LANCZOS_DENOMINATOR[i] as number)
    }
  }
  return numerator / denominator
}

const FACTORIALS = Array.from({ length: 23 }, (_, n) => {
  let product = 1
  for (let k = 2; k <= n; k++) product *= k
  return product
})

/** Γ(x). A pole at 0 and at negative integers: ±∞ at ±0, NaN at the others. */
export function gammaKernel(x: number): number {
  if (Number.isInteger(x)) {
    if (x > 0 && x <= 23) return FACTORIALS[x - 1] as number
    if (x === 0) return 1 / x
    if (x < 0) return Number.NaN
  }
  const size = Math.abs(x)
  if (size < 1e-20) return 1 / x
  if (size > 200) return x > 0 ? x * Number.POSITIVE_INFINITY : Number.isNaN(x) || x === Number.NEGATIVE_INFINITY ? Number.NaN : 0 / sinPi(x)
  const y = size + LANCZOS_G - 0.5
  // The rounding of y, which the power below would magnify.
  const correction = size > LANCZOS_G - 0.5 ? y - size - (LANCZOS_G - 0.5) : y - (LANCZOS_G - 0.5) - size
  const relative = (correction * LANCZOS_G) / y
  if (x < 0) {
    const r = (-Math.PI / sinPi(size) / size) * (Math.exp(y) / lanczosSum(size))
    const corrected = r - relative * r
    if (size < 140) return corrected / y ** (size - 0.5)
    const root = y ** (size / 2 - 0.25)
    return corrected / root / root
  }
  const r = lanczosSum(size) / Math.exp(y)
  const corrected = r + relative * r
  if (size < 140) return corrected * y ** (size - 0.5)
  const root = y ** (size / 2 - 0.25)
  return corrected * root * root
}

/** ζ(k) − 1 for k = 2, 3, …: by direct summation with the tail of Euler and Maclaurin. */
const ZETA_MINUS_ONE = Array.from({ length: 40 }, (_, i) => {
  const k = i + 2
  const N = 64
  let sum = 0
  for (let n = N - 1; n >= 2; n--) sum += n ** -k
  return (
    sum +
    N ** (1 - k) / (k - 1) +
    N ** -k / 2 +
    (k * N ** (-k - 1)) / 12 -
    (k * (k + 1) * (k + 2) * N ** (-k - 3)) / 720 +
    (k * (k + 1) * (k + 2) * (k + 3) * (k + 4) * N ** (-k - 5)) / 30240
  )
})

/** ln Γ(2 + z) for |z| ≤ 1/2: the series at 2 (DLMF 5.7.3), which is exact at the zero there. */
function logGammaNearTwo(z: number): number {
  let sum = 0
  for (let k = 40; k >= 2; k--) sum = sum * -z + (ZETA_MINUS_ONE[k - 2] as number) / k
  return z * (1 - EULER) + z * z * sum
}

/** ln Γ(1 + a) for |a| ≤ 1/2, with the digits of a. */
export function logGamma1p(a: number): number {
  return logGammaNearTwo(a) - Math.log1p(a)
}

/** What Stirling's formula leaves: ln Γ(x) = (x − ½) ln x − x + ln √2π + this, for x ≥ 10 (DLMF 5.11.1). */
export function stirlingRemainder(x: number): number {
  const s = 1 / (x * x)
  return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * (691 / 360360 - s * (1 / 156 - (s * 3617) / 122400))))))) / x
}

/** ln |Γ(x)|; +∞ at the poles. */
export function logGammaKernel(x: number): number {
  if (Number.isNaN(x)) return x
  if (!Number.isFinite(x)) return Number.POSITIVE_INFINITY
  if (x <= 0) {
    if (Number.isInteger(x)) return Number.POSITIVE_INFINITY
    if (x > -1e-20) return -Math.log(-x)
    if (x < -20) return Math.log(Math.PI / Math.abs(sinPi(x) * x)) - logGammaKernel(-x)
    let product = 1
    let y = x
    while (y < 1.5) {
      product *= y
      y++
    }
    return logGammaNearTwo(y - 2) - Math.log(Math.abs(product))
  }
  if (x < 0.5) return logGammaKernel(x + 1) - Math.log(x)
  if (x < 1.5) return logGammaNearTwo(x - 1) - Math.log1p(x - 1)
  if (x < 2.5) return logGammaNearTwo(x - 2)
  if (x >= 10) return (x - 0.5) * (Math.log(x) - 1) - 0.5 + LN_ROOT_TWO_PI + stirlingRemainder(x)
  let product = 1
  let y = x
  while (y >= 2.5) {
    y--
    product *= y
  }
  return Math.log(product) + logGammaNearTwo(y - 2)
}

/** ln |B(x, y)|, without the cancellation of three logarithms where one argument is large. */
export function logBetaKernel(x: number, y: number): number {
  const [a, b] = x <= y ? [x, y] : [y, x]
  if (b === Number.POSITIVE_INFINITY) return a > 0 ? Number.NEGATIVE_INFINITY : a - a + b // of order b^−a
  if (!(b >= 10 && a + b >= 10)) return logGammaKernel(a) + logGammaKernel(b) - logGammaKernel(a + b)
  return logGammaKernel(a) + logGammaDifference(a, b)
}

/** ln Γ(b) − ln Γ(a + b) for b ≥ 10 and a + b ≥ 10 by Stirling's formula, its large terms combined by hand. */
export function logGammaDifference(a: number, b: number): number {
  const sum = a + b
  return -(b - 0.5) * Math.log1p(a / b) - a * (Math.log(sum) - 1) + (stirlingRemainder(b) - stirlingRemainder(sum))
}

/** Γ(x) Γ(y) / Γ(x + y). */
export function betaKernel(x: number, y: number): number {
  const sum = x + y
  if (Math.abs(x) < 170 && Math.abs(y) < 170 && Math.abs(sum) < 170) {
    const [large, small] = Math.abs(x) >= Math.abs(y) ? [x, y] : [y, x]
    return (gammaKernel(large) / gammaKernel(sum)) * gammaKernel(small)
  }
  if (x > 0 && y > 0) return Math.exp(logBetaKernel(x, y))
  const [a, b] = x <= y ? [x, y] : [y, x]
  return sum >= 10
    ? gammaKernel(a) * (b === Number.POSITIVE_INFINITY ? b ** -a : Math.exp(logGammaDifference(a, b)))
    : (gammaKernel(x) * gammaKernel(y)) / gammaKernel(sum)
}

/** Bernoulli's numbers B₂, B₄, …, B₂₀. */
const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330]
/** From here on the asymptotic series below have full precision. */
const LARGE = 20

/**
 * ψ⁽ⁿ⁾(x), the (n+1)-st derivative of ln Γ: recurrence up to x ≥ 20, there the asymptotic series (DLMF 5.15.8, 5.15.9), and
 * reflection for negative x (5.15.6). NaN at the poles.
 */
export function polygammaKernel(n: number, x: number): number {
  if (!Number.isInteger(n) || n < 0 || Number.isNaN(x) || x === Number.NEGATIVE_INFINITY || (x <= 0 && Number.isInteger(x))) return Number.NaN
  const sign = n % 2 === 0 ? -1 : 1
  if (Math.abs(x) < 1e-20) return (sign * gammaKernel(n + 1)) / x ** (n + 1)
  if (x < 0) return reflectedPolygamma(n, x)
  if (n === 0 && Math.abs(x - DIGAMMA_ZERO) < 0.25) return digammaNearZero(x)
  let sum = 0
  let y = x
  while (y < LARGE) {
    sum += y ** (-n - 1)
    y++
  }
  if (n === 0) {
    let series = 0
    for (let k = BERNOULLI.length; k >= 1; k--) series = (series + (BERNOULLI[k - 1] as number) / (2 * k)) / (y * y)
    return Math.log(y) - 0.5 / y - series - sum
  }
  const factorial = gammaKernel(n + 1)
  let series = 0
  let coefficient = (factorial * (n + 1)) / 2 // (2k + n − 1)! / (2k)! at k = 1
  for (let k = 1; k <= BERNOULLI.length; k++) {
    series += ((BERNOULLI[k - 1] as number) * coefficient) / y ** (2 * k + n)
    coefficient *= ((2 * k + n) * (2 * k + n + 1)) / ((2 * k + 1) * (2 * k + 2))
  }
  return sign * (factorial / n / y ** n + factorial / 2 / y ** (n + 1) + series + factorial * sum)
}

/** The zero of ψ to twice the digits of a double (DLMF 5.4.20). */
const DIGAMMA_ZERO = 1.4616321449683622
const DIGAMMA_ZERO_REST = 9.549995429965697e-17
/** Coefficients of Taylor's series of ψ there: ψ⁽ᵏ⁾ / k! for k = 1, 2, … */
let digammaSeries: number[] | undefined

/** ψ(x) near its zero, where a sum of terms would cancel. */
function digammaNearZero(x: number): number {
  digammaSeries ??= Array.from({ length: 24 }, (_, i) => polygammaKernel(i + 1, DIGAMMA_ZERO) / gammaKernel(i + 2))
  const distance = x - DIGAMMA_ZERO - DIGAMMA_ZERO_REST
  return distance * digammaSeries.reduceRight((sum, each) => sum * distance + each, 0)
}

/** ψ⁽ⁿ⁾(x) for x < 0, from ψ⁽ⁿ⁾(1 − x) and the n-th derivative of π cot πx (5.15.6). */
function reflectedPolygamma(n: number, x: number): number {
  if (n > LARGEST_FACTORIAL) return besideLargePole(n, x)
  const cotangent = cosPi(x) / sinPi(x)
  const derivative = derivativeOfCotangent(n).reduceRight((sum, coefficient) => sum * cotangent + coefficient, 0)
  return (n % 2 === 0 ? 1 : -1) * polygammaKernel(n, 1 - x) - Math.PI ** (n + 1) * derivative
}

/** The n-th derivative of cot πx over πⁿ, by powers of the cotangent: d/dx p(c) = −π (1 + c²) p′(c). */
function derivativeOfCotangent(n: number): number[] {
  let polynomial = [0, 1]
  for (let k = 0; k < n; k++) {
    const next = new Array<number>(polynomial.length + 1).fill(0)
    polynomial.forEach((coefficient, power) => {
      if (power === 0) return
      next[power - 1] = (next[power - 1] as number) - power * coefficient
      next[power + 1] = (next[power + 1] as number) - power * coefficient
    })
    polynomial = next
  }
  return polynomial
}

/** From 171! on factorials are no doubles. */
const LARGEST_FACTORIAL = 170

/** Where n! is infinite, so is the term of the nearest pole, −n! / (−d)ⁿ⁺¹; half way between two poles, those of even n cancel in pairs. */
function besideLargePole(n: number, x: number): number {
  const d = x - Math.round(x)
  if (n % 2 !== 0) return Number.POSITIVE_INFINITY
  return Math.abs(d) === 0.5 ? polygammaKernel(n, 1 - x) : -Math.sign(d) * Number.POSITIVE_INFINITY
}

/**
 * ψ⁽ⁿ⁾(x + y) − ψ⁽ⁿ⁾(x), where the two would cancel: every term of the recurrence and of the asymptotic series is
 * subtracted by itself, as (a + y)⁻ᵖ − a⁻ᵖ = a⁻ᵖ (e^(−p ln(1 + y/a)) − 1).
 */
export function polygammaIncreaseKernel(n: number, x: number, y: number): number {
  const isPole = (a: number) => (a <= 0 && Number.isInteger(a)) || !Number.isFinite(1 / a)
  const end = x + y
  if (!Number.isFinite(x) || !Number.isFinite(y) || isPole(x) || isPole(end)) return polygammaKernel(n, end) - polygammaKernel(n, x)
  const isFar = Math.min(x, end) < -FAR
  if (isFar && n > LARGEST_FACTORIAL) return polygammaKernel(n, end) - polygammaKernel(n, x)
  const [from, whole] = [Math.round(x), Math.round(end)]
  if (isFar || (from <= 0 && whole <= 0 && from !== whole && n <= LARGEST_FACTORIAL)) return reflectedIncrease(n, x, y)
  // Beside a pole the distance to it counts, with the digits that the sum has lost.
  const rest = end - whole + errorOfSum(x, y)
  let [a, b] = [x, rest + whole]
  // Between terms on both sides of a pole nothing cancels.
  const change = (p: number) => (b / a > 0 ? timesPower(Math.expm1(-p * logRatio(y / a, b / a)), a, p) : b ** -p - a ** -p)
  const sign = n % 2 === 0 ? -1 : 1
  const factorial = gammaKernel(n + 1)
  let sum = 0
  for (let k = 1; a < LARGE || b < LARGE; k++) {
    sum += factorial * change(n + 1)
    a = x + k
    b = rest + (whole + k)
  }
  if (n > 0) sum += (factorial / n) * change(n)
  sum += (factorial / 2) * change(n + 1)
  let coefficient = (factorial * (n + 1)) / 2
  for (let k = 1; k <= BERNOULLI.length; k++) {
    sum += (BERNOULLI[k - 1] as number) * coefficient * change(2 * k + n)
    coefficient *= ((2 * k + n) * (2 * k + n + 1)) / ((2 * k + 1) * (2 * k + 2))
  }
  return sign * sum + (n === 0 ? Math.log1p(y / a) : 0)
}

/** What rounding has taken from x + y (Knuth 1997, section 4.2.2, theorem B). */
function errorOfSum(x: number, y: number): number {
  const added = x + y - x
  return x - (x + y - added) + (y - added)
}

/** ln (b/a), from (b − a)/a where b is near a. */
function logRatio(change: number, ratio: number): number {
  return change > -0.5 ? Math.log1p(change) : Math.log(ratio)
}

/** x a⁻ᵖ, also where the power alone is infinite. */
function timesPower(x: number, a: number, p: number): number {
  const power = a ** -p
  if (Number.isFinite(power)) return x * power
  let product = x
  for (let k = 0; k < p; k++) product /= a
  return product
}

/** From here on terms of the recurrence are too many. */
const FAR = 1000

/**
 * The same by reflection, in which whole numbers fall out and poles need not cancel: cot b − cot a = sin(a − b) / (sin a sin b),
 * times the divided difference of the polynomial in the cotangent.
 */
function reflectedIncrease(n: number, x: number, y: number): number {
  const [rest, step] = [x - Math.round(x), y - Math.round(y)]
  const [sine, sineAfter] = [sinPi(rest), sinPi(rest + step)]
  const [before, after] = [cosPi(rest) / sine, cosPi(rest + step) / sineAfter]
  let [value, slope] = [0, 0]
  for (const coefficient of derivativeOfCotangent(n).reverse()) {
    slope = slope * after + value
    value = value * before + coefficient
  }
  const reflected = polygammaIncreaseKernel(n, 1 - x, -y)
  return (n % 2 === 0 ? reflected : -reflected) + (Math.PI ** (n + 1) * slope * sinPi(step)) / (sineAfter * sine)
}
