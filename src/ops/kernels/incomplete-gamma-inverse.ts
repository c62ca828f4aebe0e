import { erfInverseKernel } from './erf-inverse.ts'
import { gammaKernel, logGamma1p, logGammaKernel } from './gamma.ts'
import { gammaDensityKernel, gammainccKernel, gammaincKernel } from './incomplete-gamma.ts'

/** The x with P(a, x) = p. */
export function gammaincInvKernel(a: number, p: number): number {
  return p <= 0.5 ? byTail(a, p, false) : byTail(a, 1 - p, true)
}

/** The x with Q(a, x) = q. */
export function gammainccInvKernel(a: number, q: number): number {
  return q <= 0.5 ? byTail(a, q, true) : byTail(a, 1 - q, false)
}

/**
 * By Newton's method for the logarithm of the tail, as a function of ln x: that is concave, so that no step after the first
 * goes beyond the solution.
 */
function byTail(a: number, tail: number, upper: boolean): number {
  if (!(a > 0) || !(tail >= 0 && tail <= 1) || a === Number.POSITIVE_INFINITY) return Number.NaN
  if (tail === 0 || tail === 1) return (tail === 0) === upper ? Number.POSITIVE_INFINITY : 0
  const value = (x: number) => (upper ? gammainccKernel(0, a, x) : gammaincKernel(0, a, x))
  const sign = upper ? 1 : -1
  let x = start(a, tail, upper)
  let last = Number.NaN
  for (let k = 0; k < 200 && x > 0; k++) {
    const [found, density] = [value(x), gammaDensityKernel(0, a, x)]
    if (!(found > 0 && density > 0)) {
      // Beyond the doubles: half way back, or towards them.
      x = Number.isNaN(last) ? x * Math.exp(-sign) : 0.5 * (x + last)
      continue
    }
    last = x
    const change = (sign * Math.log(found / tail) * found) / (x * density)
    x += x * Math.expm1(Math.min(Math.max(change, -2), 2))
    if (Math.abs(change) < 1e-8) break
  }
  // One step more, from the difference itself.
  const density = gammaDensityKernel(0, a, x)
  return density > 0 && Number.isFinite(density) ? x + (sign * (value(x) - tail)) / density : x
}

/** Wilson's and Hilferty's approximation (1931), or what the tail is near 0 and at infinity. */
function start(a: number, tail: number, upper: boolean): number {
  const lowest = Math.exp((Math.log(upper ? 1 - tail : tail) + (a < 0.5 ? logGamma1p(a) : logGammaKernel(a + 1))) / a)
  if (a < 1) return upper ? Math.max(-Math.log(tail * gammaKernel(a)), Math.min(lowest, 1), 1e-300) : lowest
  const z = tailQuantile(tail) * (upper ? 1 : -1)
  const root = 1 - 1 / (9 * a) + z / (3 * Math.sqrt(a))
  const x = a * root ** 3
  return root > 0.1 && (upper || x > lowest) ? x : upper ? a : lowest
}

/** About the z beyond which a normal variable is with such a probability. */
export function tailQuantile(tail: number): number {
  if (tail > 1e-10) return Math.SQRT2 * erfInverseKernel(1 - 2 * tail)
  const log = -2 * Math.log(tail)
  return Math.sqrt(log - Math.log(2 * Math.PI * (log - Math.log(2 * Math.PI * log))))
}
