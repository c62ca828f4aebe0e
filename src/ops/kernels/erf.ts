import { EFX, ERX, FAR_P, FAR_Q, MIDDLE_P, MIDDLE_Q, SMALL_P, SMALL_Q, TAIL_P, TAIL_Q } from './erf-coefficients.ts'

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + (coefficients[i] as number)
  return sum
}

/** The r in erfc z = e^(−z² + r) / z, for z ≥ 1.25. */
export function tailExponent(z: number): number {
  return tailRatio(z) - 0.5625
}

function tailRatio(x: number): number {
  const s = 1 / (x * x)
  return x < 1 / 0.35 ? polynomial(TAIL_P, s) / polynomial(TAIL_Q, s) : polynomial(FAR_P, s) / polynomial(FAR_Q, s)
}

/** erfc for x ≥ 1.25, split so that the error of x² does not enter the exponential. */
function tail(x: number): number {
  const z = highPart(x)
  return (Math.exp(-z * z - 0.5625) * Math.exp((z - x) * (z + x) + tailRatio(x))) / x
}

const doubleView = new Float64Array(1)
const wordView = new Uint32Array(doubleView.buffer)
const LOW_WORD = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1

/** x with the lower half of its significand cleared, so that its square is exact. */
function highPart(x: number): number {
  doubleView[0] = x
  wordView[LOW_WORD] = 0
  return doubleView[0] as number
}

export function erfKernel(x: number): number {
  const a = Math.abs(x)
  if (a < 0.84375) {
    const z = x * x
    return a < 2 ** -28 ? x + EFX * x : x + x * (polynomial(SMALL_P, z) / polynomial(SMALL_Q, z))
  }
  if (a < 1.25) {
    const s = a - 1
    return Math.sign(x) * (ERX + polynomial(MIDDLE_P, s) / polynomial(MIDDLE_Q, s))
  }
  if (a >= 6) return Math.sign(x)
  return Number.isNaN(x) ? x : Math.sign(x) * (1 - tail(a))
}

export function erfcKernel(x: number): number {
  const a = Math.abs(x)
  if (a < 0.84375) {
    const z = x * x
    const y = polynomial(SMALL_P, z) / polynomial(SMALL_Q, z)
    return x < 0.25 ? 1 - (x + x * y) : 0.5 - (x - 0.5 + x * y)
  }
  if (a < 1.25) {
    const s = a - 1
    const ratio = polynomial(MIDDLE_P, s) / polynomial(MIDDLE_Q, s)
    return x >= 0 ? 1 - ERX - ratio : 1 + (ERX + ratio)
  }
  if (a > 28) return x > 0 ? 0 : 2
  if (Number.isNaN(x)) return x
  return x > 0 ? tail(a) : 2 - tail(a)
}
