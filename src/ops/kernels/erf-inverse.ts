import { erfcKernel, erfKernel } from './erf.ts'

const HALF_ROOT_PI = 0.88622692545275801365

/**
 * The inverse of erf: a single-precision approximation (M. Giles, "Approximating the erfinv function", GPU Computing Gems
 * 2, 2011), then Halley's steps on erf, or on erfc in the tails, to full precision.
 */
export function erfInverseKernel(x: number): number {
  const size = Math.abs(x)
  if (!(size < 1)) return size === 1 ? x * Number.POSITIVE_INFINITY : Number.NaN
  if (size < 1e-8) return HALF_ROOT_PI * x
  let y = approximation(size)
  for (let i = 0; i < 3; i++) {
    const error = size < 0.5 ? erfKernel(y) - size : 1 - size - erfcKernel(y)
    const step = error * HALF_ROOT_PI * Math.exp(y * y)
    y -= step / (1 + y * step)
  }
  return Math.sign(x) * y
}

const CENTRAL = [2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164, 0.246640727, 1.50140941]
const TAIL = [-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682]

function approximation(x: number): number {
  const w = -Math.log((1 - x) * (1 + x))
  // Beyond the reach of the polynomials, from erfc y ≈ e^(−y²) / (y √π).
  if (w > 16) {
    const squared = -Math.log(2 * HALF_ROOT_PI * (1 - x))
    return Math.sqrt(squared - 0.5 * Math.log(squared))
  }
  const [coefficients, t] = w < 5 ? [CENTRAL, w - 2.5] : [TAIL, Math.sqrt(w) - 3]
  return x * coefficients.reduce((sum, each) => sum * t + each, 0)
}
