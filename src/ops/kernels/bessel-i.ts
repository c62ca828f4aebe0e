/** From here on the asymptotic series of orders 0 and 1 have full precision. */
const LARGE = 25
/** Points of the trapezoidal rule over half a circle, which is exact to rounding below 25: its error is I₂ₙ(x). */
const POINTS = 64
/** Recurrences do not go beyond this order. */
const LARGEST_ORDER = 1e6
/** Derivatives of the scaled functions do not go beyond this order. */
const MOST_DERIVATIVES = 200
/** Below this, and above its reciprocal, numbers are scaled by 2 to the power STEP. */
const SMALL = 1e-200
const STEP = 600

/** The modified Bessel function Iₙ(x) of integer order. */
export function besselIKernel(n: number, x: number): number {
  if (!Number.isInteger(n) || Number.isNaN(x)) return Number.NaN
  const [order, size] = [Math.abs(n), Math.abs(x)]
  const sign = order % 2 !== 0 && x < 0 ? -1 : 1
  if (size === Number.POSITIVE_INFINITY) return sign * size
  if (order > LARGEST_ORDER) return size * Math.E < order ? 0 : Number.NaN
  if (size === 0) return order === 0 ? 1 : 0
  if (size > 30 && order * order < size) {
    const half = Math.exp(size / 2)
    return sign * half * asymptotic(0, order, size) * half
  }
  // The logarithm of the first term of Debye's expansion (DLMF 10.41.3) tells what is too large or too small to be a number.
  const logarithm = Math.hypot(order, size) - order * Math.asinh(Math.min(order / size, Number.MAX_VALUE))
  if (Math.abs(logarithm) > 1000 && order > 0) return logarithm > 0 ? sign * Number.POSITIVE_INFINITY : 0
  return sign * powerSeries(order, size)
}

/** Σ (x/2)ⁿ⁺²ᵏ / (k! (n + k)!) (DLMF 10.25.2), whose terms are positive. */
function powerSeries(order: number, x: number): number {
  // Terms are kept as a number and a power of two: (x/2)ᵏ/k! may be huge on the way to one that is tiny, and the sum huge where its first is.
  let [term, exponent] = [1, 0]
  for (let k = 1; k <= order; k++) {
    term *= x / 2 / k
    const by = stepFor(term)
    term *= 2 ** by
    exponent -= by
  }
  const square = (x / 2) * (x / 2)
  let sum = term
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= square / k / (order + k)
    const by = term > 1 / SMALL ? stepFor(term) : 0
    sum = (sum + term) * 2 ** by
    term *= 2 ** by
    exponent -= by
  }
  // In two steps, since the power alone may be 0 or ∞.
  const half = Math.trunc(exponent / 2)
  return sum * 2 ** half * 2 ** (exponent - half)
}

/** The power of two that brings a number back to where it can be multiplied. */
function stepFor(term: number): number {
  return term < SMALL && term > 0 ? STEP : term > 1 / SMALL ? -STEP : 0
}

/**
 * The k-th derivative of e^(−x) Iₙ(x) for x > 0 and n = 0 or 1, continued for x < 0 as e^(−|x|) Iₙ(x): each by itself, as those of one
 * order from those of lower ones would cancel.
 */
export function besselIeKernel(k: number, n: number, x: number): number {
  if (!Number.isInteger(k) || k < 0 || k > MOST_DERIVATIVES || (n !== 0 && n !== 1) || Number.isNaN(x)) return Number.NaN
  const size = Math.abs(x)
  const sign = (k + n) % 2 !== 0 && x < 0 ? -1 : 1
  // Of an even function with a kink at 0 the odd derivatives are 0 there, as that of abs is.
  if (x === 0 && (k + n) % 2 !== 0) return 0
  if (size >= LARGE + 2 * k) return sign * asymptotic(k, n, size)
  if (n === 0) return sign * circleMean(k, 0, size)
  return sign * (size * circleMean(k, 1, size) + (k === 0 ? 0 : k * circleMean(k - 1, 1, size)))
}

/** The k-th derivative of the mean of e^(x (cos θ − 1)) sin²ⁿθ over a circle (DLMF 10.32.2): an integrand of one sign. */
function circleMean(k: number, n: number, x: number): number {
  const points = POINTS + 8 * k
  let sum = 0
  for (let i = 0; i <= points; i++) {
    const angle = (Math.PI * i) / points
    const sine = Math.sin(angle / 2)
    const exponent = -2 * sine * sine
    const weight = n === 0 ? 1 : Math.sin(angle) ** 2
    sum += (i === 0 || i === points ? 0.5 : 1) * weight * Math.exp(x * exponent) * exponent ** k
  }
  return sum / points
}

/** The k-th derivative of Hankel's expansion of e^(−x) Iₙ(x) (DLMF 10.40.1), term by term. */
function asymptotic(k: number, n: number, x: number): number {
  const mu = 4 * n * n
  let [sum, term] = [0, 1]
  for (let j = 0; j < 60; j++) {
    let slope = term
    for (let i = 0; i < k; i++) slope *= -(0.5 + j + i) / x
    sum += slope
    const next = (-term * (mu - (2 * j + 1) ** 2)) / ((j + 1) * 8 * x)
    if (Math.abs(next) > Math.abs(term) && j > n) break
    term = next
    if (Math.abs(slope) < 1e-18 * Math.abs(sum)) break
  }
  return sum / (Math.sqrt(2 * Math.PI) * Math.sqrt(x))
}
