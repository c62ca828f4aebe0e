/** sin πx, exactly 0 at integers: the argument is reduced before it is multiplied by π. */
export function sinPi(x: number): number {
  const reduced = x - 2 * Math.round(x / 2)
  if (Math.abs(reduced) === 1) return 0
  return reduced > 0.5 ? Math.sin(Math.PI * (1 - reduced)) : reduced < -0.5 ? -Math.sin(Math.PI * (1 + reduced)) : Math.sin(Math.PI * reduced)
}

/** cos πx, exactly 0 at odd multiples of a half. */
export function cosPi(x: number): number {
  const reduced = Math.abs(x - 2 * Math.round(x / 2))
  return reduced > 0.25 && reduced < 0.75 ? Math.sin(Math.PI * (0.5 - reduced)) : Math.cos(Math.PI * reduced)
}

/** The recurrence does not go beyond this order, long before which πⁿ is no double. */
const LARGEST_ORDER = 1e6

/**
 * The n-th derivative of sin(πx)/(πx). With z = πx and f = sin z / z: near 0 the power series, elsewhere the recurrence
 * z f⁽ⁿ⁾ = sin⁽ⁿ⁾ z − n f⁽ⁿ⁻¹⁾, which Leibniz' rule gives for z f = sin z. NaN for orders above a million.
 */
export function sincKernel(n: number, x: number): number {
  if (n > LARGEST_ORDER) return Number.NaN
  const z = Math.PI * x
  const scale = Math.PI ** n
  if (Math.abs(z) < 2 + n / 2) return scale * sincSeries(n, z)
  const derivativesOfSine = [sinPi(x), cosPi(x), -sinPi(x), -cosPi(x)]
  if (!Number.isFinite(z)) return Number.isNaN(x) ? x : 0
  let f = (derivativesOfSine[0] as number) / z
  for (let k = 1; k <= n; k++) f = ((derivativesOfSine[k % 4] as number) - k * f) / z
  return scale * f
}

/** Σ (−1)^k z^(2k−n) / ((2k−n)! (2k+1)), over 2k ≥ n. */
function sincSeries(n: number, z: number): number {
  const start = Math.ceil(n / 2)
  const square = z * z
  let power = 1
  for (let i = 1; i <= 2 * start - n; i++) power *= z / i
  let term = start % 2 === 0 ? power : -power
  let sum = 0
  for (let k = start; k < start + 30; k++) {
    sum += term / (2 * k + 1)
    term *= -square / ((2 * k - n + 1) * (2 * k - n + 2))
  }
  return sum
}
