import * as erf from '../../ops/kernels/erf.ts'
import type { Lanes, Value } from './lanes.ts'
import { reduceLarge, takeLarge } from './reduction.ts'

/*
 * The elementary functions in WebAssembly, which has none: each a text of what it computes, for one double and for two at a
 * time. `power`, `exponent`, `significand`, `copySign` and `highPart` are explained in `Lanes`.
 *
 * exp, expm1, log, log1p, sin, cos and sinh follow fdlibm, e_exp.c, s_expm1.c, e_log.c, s_log1p.c, k_sin.c, k_cos.c and e_sinh.c,
 * with the coefficients there, Copyright (C) 1993 by Sun Microsystems, Inc. ("Permission to use, copy, modify, and distribute
 * this software is freely granted, provided that this notice is preserved."), without its branches; tanh follows S. L.
 * Moshier's Cephes, tanh.c. Errors are measured in test/compile/wasm-functions.test.ts.
 */

export interface FunctionText {
  /** Lines that name values, and a last one that is the result, of operands x, y and z. */
  readonly text: string
  /** Code that comes first, and the values that it names. */
  readonly write?: (lanes: Lanes, x: Value) => Readonly<Record<string, Value>>
  /** Whether the code stands where the function is called. */
  readonly inline?: boolean
  /** Whether it chooses between ways that cost too much to take all, and so has one double at a time. */
  readonly single?: boolean
}

/** c₀ + c₁ x + c₂ x² + … by Horner's rule. */
function polynomial(x: string, coefficients: readonly number[]): string {
  return coefficients.reduceRight((text, each) => (text === '' ? String(each) : `(${each} + ${x} * ${text})`), '')
}

const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10

/** x = k ln 2 + r with r = hi − lo. */
const REDUCED = `k = Math.trunc(a * ${Math.LOG2E} + copySign(0.5, a))
  hi = a - k * ${LN2_HIGH}
  lo = k * ${LN2_LOW}
  r = hi - lo
  h = Math.floor(k * 0.5)`

/** eˣ 2ⁿ, also where eˣ itself is too large. */
function exponential(n: number): string {
  const c = [0.16666666666666602, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6, 4.1381367970572385e-8]
  return `a = Math.max(-746, Math.min(711, x))
  ${REDUCED}
  t = r * r
  c = r - t * ${polynomial('t', c)}
  y = 1 - (lo - r * c / (2 - c) - hi)
  y * power(h) * power(k - h + ${n})`
}

const EXPM1 = [-0.03333333333333313, 0.0015873015872548146, -7.93650757867488e-5, 4.008217827329362e-6, -2.0109921818362437e-7]

/** (tanh x / x − 1) / x² as a ratio of polynomials in x². */
const TANH_P = [-1614.6876844170845, -99.28772310019185, -0.9643991794250523]
const TANH_Q = [4844.063053251255, 2235.4883906010045, 112.81167849163293, 1]

/** v = 2ᵍ m with √½ < m < √2. */
const SPLIT = `n = significand(v)
  large = n > ${Math.SQRT2}
  g = exponent(v) + (large ? 1 : 0)
  m = n * (large ? 0.5 : 1)`

/** e ln 2 + c + ln(1 + f). */
const LOGARITHM = `q = 0.5 * f * f
  s = f / (2 + f)
  z = s * s
  w = z * z
  even = w * ${polynomial('w', [0.3999999999940942, 0.22222198432149784, 0.15313837699209373])}
  odd = z * ${polynomial('w', [0.6666666666666735, 0.2857142874366239, 0.1818357216161805, 0.14798198605116586])}
  y = s * (q + (even + odd)) + (e * ${LN2_LOW} + c) - q + f + e * ${LN2_HIGH}`

/** π / 2 in parts of 33 bits, and what follows them. */
const HALF_PI = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32]

/** x = k π / 2 + u + v with |u| ≤ π / 4, for |x| < 2²⁰; the error of each difference is carried on. */
const CIRCLE = `k = roundKernel(x * ${2 / Math.PI}) + 0
  t = x - k * ${HALF_PI[0]}
  a = k * ${HALF_PI[1]}
  b = t - a
  d = b - t
  p = k * ${HALF_PI[2]} - (t - (b - d) - (a + d))
  g = b - p
  w = k * ${HALF_PI[3]} - (b - g - p)
  u = g - w
  v = g - u - w`

/** The sine of k π / 2 + u + v. */
function sine(k: string): string {
  const s = [0.00833333333332249, -1.984126982985795e-4, 2.7557313707070068e-6, -2.5050760253406863e-8, 1.58969099521155e-10]
  const c = [0.0416666666666666, -0.001388888888887411, 2.480158728947673e-5, -2.7557314351390663e-7, 2.087572321298175e-9, -1.1359647557788195e-11]
  return `turns = ${k}
  half = Math.floor(turns * 0.5)
  z = u * u
  cube = z * u
  sin = u - (z * (0.5 * v - cube * ${polynomial('z', s)}) - v + cube * 0.16666666666666632)
  q = 0.5 * z
  w = 1 - q
  cos = w + (1 - w - q + (z * z * ${polynomial('z', c)} - u * v))
  r = turns - 2 * half == 0 ? sin : cos
  half - 2 * Math.floor(half * 0.5) == 0 ? r : -r`
}

/** A function of angles, with its own way for large ones. */
function circular(name: string, quarters: number): Record<string, FunctionText> {
  const text = sine(`k + ${quarters}`)
  return {
    [name]: { text: `${CIRCLE}\n${text}`, write: (lanes, x) => takeLarge(lanes, name, x) },
    [`${name} large`]: { text, write: reduceLarge },
  }
}

/** erfc x for x ≥ 1.25 from a ratio of polynomials in 1 / x². */
const TAIL = `i = 1 / (a * a)
  n = highPart(a)`
const tail = `(Math.exp(-(n * n) - 0.5625) * Math.exp((n - a) * (n + a) + (a < ${1 / 0.35} ? ${polynomial('i', erf.TAIL_P)} / ${polynomial('i', erf.TAIL_Q)} : ${polynomial('i', erf.FAR_P)} / ${polynomial('i', erf.FAR_Q)})) / a)`
const small = `${polynomial('q', erf.SMALL_P)} / ${polynomial('q', erf.SMALL_Q)}`
const middle = `${polynomial('s', erf.MIDDLE_P)} / ${polynomial('s', erf.MIDDLE_Q)}`

/** By the names that operators' definitions use. */
export const FUNCTIONS: Readonly<Record<string, FunctionText>> = {
  'Math.exp': { text: exponential(0) },
  halfExp: { text: exponential(-1) },
  'Math.expm1': {
    text: `a = Math.max(-45, Math.min(711, x))
  ${REDUCED}
  c = hi - r - lo
  f = 0.5 * r
  s = r * f
  q = 1 + s * ${polynomial('s', EXPM1)}
  t = 3 - q * f
  e = r * (s * ((q - t) / (6 - r * t)) - c) - c - s
  y = r - e + (1 - power(Math.max(-k, -99)))
  copySign(y * power(h) * power(k - h), x)`,
  },
  'Math.log': {
    text: `tiny = x < 2.2250738585072014e-308
  v = x * (tiny ? 18014398509481984 : 1)
  ${SPLIT}
  e = g - (tiny ? 54 : 0)
  f = m - 1
  c = 0
  ${LOGARITHM}
  x > 0 && x < Infinity ? y : x == 0 ? -Infinity : x < 0 ? NaN : x`,
  },
  'Math.log1p': {
    text: `v = 1 + x
  ${SPLIT}
  near = x > -0.2928932188134524 && x < 0.41421356237309503
  e = near ? 0 : g
  f = near ? x : m - 1
  c = near ? 0 : (g > 1 ? 1 - (v - x) : x - (v - 1)) / v
  ${LOGARITHM}
  x > -1 && x < Infinity && x != 0 ? y : x == -1 ? -Infinity : x < -1 ? NaN : x`,
  },
  ...circular('Math.sin', 0),
  ...circular('Math.cos', 1),
  'Math.sinh': {
    text: `a = Math.abs(x)
  t = Math.expm1(Math.min(a, 22))
  q = t / (t + 1)
  copySign(a < 22 ? 0.5 * (a < 1 ? 2 * t - t * q : t + q) : halfExp(a), x)`,
  },
  'Math.cosh': {
    text: `e = halfExp(Math.abs(x))
  e + 0.25 / e`,
  },
  'Math.tanh': {
    text: `a = Math.min(Math.abs(x), 22)
  s = a * a
  r = s * ${polynomial('s', TANH_P)} / ${polynomial('s', TANH_Q)}
  e = Math.exp(2 * a)
  d = e + 1
  q = 2 / d
  copySign(a < 0.625 ? a + a * r : 1 - (q - 0.5 * q * q * (e - d + 1)), x)`,
  },
  sigmoidKernel: {
    text: `e = Math.exp(-Math.abs(x))
  (x >= 0 ? 1 : e) / (1 + e)`,
    inline: true,
  },
  softplusKernel: { text: 'Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))', inline: true },
  logAddExpKernel: { text: `x == y ? x + ${Math.LN2} : Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)))`, inline: true },
  strongProduct: {
    text: `p = x * y
  p == p ? p : x == 0 || y == 0 ? 0 : p`,
    inline: true,
  },
  'Math.sign': { text: 'x > 0 ? 1 : x < 0 ? -1 : x', inline: true },
  'Number.isNaN': { text: 'x != x', inline: true },
  erfKernel: {
    text: `a = Math.abs(x)
  q = x * x
  s = a - 1
  ${TAIL}
  copySign(a < 0.84375 ? a + a * (${small}) : a < 1.25 ? ${erf.ERX} + ${middle} : a >= 6 ? 1 : 1 - ${tail}, x)`,
    single: true,
  },
  erfcKernel: {
    text: `a = Math.abs(x)
  q = x * x
  s = a - 1
  ${TAIL}
  a < 0.84375 ? (x < 0.25 ? 1 - (x + x * (${small})) : 0.5 - (x - 0.5 + x * (${small}))) : a < 1.25 ? (x >= 0 ? ${1 - erf.ERX} - ${middle} : 1 + (${erf.ERX} + ${middle})) : a > 28 ? (x > 0 ? 0 : 2) : x > 0 ? ${tail} : 2 - ${tail}`,
    single: true,
  },
}
