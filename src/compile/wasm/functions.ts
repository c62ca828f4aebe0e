import * as erf from '../../ops/kernels/erf-coefficients.ts'
import { LOGISTIC_FUNCTIONS } from '../../wasm/engine-functions.ts'
import { ENDING, type FunctionText } from '../../wasm/lanes.ts'
import { reduceLarge } from './reduction.ts'

/*
 * The elementary functions in WebAssembly, which has none: each a text of what it computes, for one double and for two at a
 * time. `ending`, `scaled`, `odd`, `turned`, `exponent`, `significand`, `copySign` and `highPart` are explained in `Lanes`.
 *
 * expm1, log, log1p, sin, cos and sinh follow fdlibm, s_expm1.c, e_log.c, s_log1p.c, k_sin.c, k_cos.c and e_sinh.c, with the
 * coefficients there, Copyright (C) 1993 by Sun Microsystems, Inc. ("Permission to use, copy, modify, and distribute this software
 * is freely granted, provided that this notice is preserved."), without its branches; tanh follows S. L. Moshier's Cephes, tanh.c.
 * Errors are measured in test/compile/wasm-functions.test.ts.
 */

/** c₀ + c₁ x + c₂ x² + … by Horner's rule. */
function polynomial(x: string, coefficients: readonly number[]): string {
  return coefficients.reduceRight((text, each) => (text === '' ? String(each) : `(${each} + ${x} * ${text})`), '')
}

const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10

/** x = k ln 2 + r with r = hi − lo. */
const REDUCED = `t = ending(x * ${Math.LOG2E})
  k = t - ${ENDING}
  hi = x - k * ${LN2_HIGH}
  lo = k * ${LN2_LOW}
  r = hi - lo`

/** eʳ for |r| ≤ ln 2 / 2 by its series: terms in pairs, so that few wait for others. */
function exponential(): string {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1))
  const pair = (n: number) => `(${1 / factorial(n)} + r * ${1 / factorial(n + 1)})`
  const four = (n: number) => `(${pair(n)} + r2 * ${pair(n + 2)})`
  return `${REDUCED}
  r2 = r * r
  r4 = r2 * r2
  e = 1 + (r + r2 * (${four(2)} + r4 * ${four(6)} + r4 * r4 * ${four(10)}))`
}

/** eˣ 2ⁿ in two steps, where the first would leave the range of doubles. */
function extreme(n: number): string {
  return `x = Math.max(-746, Math.min(711, x))
  ${exponential()}
  h = Math.floor(k * 0.5)
  scaled(1, ending(h)) * (e * scaled(1, ending(k - h + ${n})))`
}

const EXPM1 = [-0.03333333333333313, 0.0015873015872548146, -0.0000793650757867488, 4.008217827329362e-6, -2.0109921818362437e-7]

/** e ln 2 + c + ln(1 + f). */
const LOGARITHM = `q = 0.5 * f * f
  s = f / (2 + f)
  z = s * s
  w = z * z
  even = w * ${polynomial('w', [0.3999999999940942, 0.22222198432149784, 0.15313837699209373])}
  odds = z * ${polynomial('w', [0.6666666666666735, 0.2857142874366239, 0.1818357216161805, 0.14798198605116586])}
  y = s * (q + (even + odds)) + (e * ${LN2_LOW} + c) - q + f + e * ${LN2_HIGH}`

/** (tanh x / x − 1) / x² as a ratio of polynomials in x². */
const TANH_P = [-1614.6876844170845, -99.28772310019185, -0.9643991794250523]
const TANH_Q = [4844.063053251255, 2235.4883906010045, 112.81167849163293, 1]

/** π / 2 in two parts of 33 bits, and what follows them. */
const HALF_PI = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21]

/** x = k π / 2 + u + v with |u| ≤ π / 4, for |x| < 1024: enough digits for the double nearest to any such k π / 2. */
const CIRCLE = `turns = ending(x * ${2 / Math.PI})
  k = turns - ${ENDING}
  t = x - k * ${HALF_PI[0]}
  a = k * ${HALF_PI[1]}
  b = t - a
  p = k * ${HALF_PI[2]} - (t - b - a)
  u = b - p
  v = b - u - p`

/** The sine of k π / 2 + u + v, from ending(k). */
function sine(turns: string): string {
  const s = [0.00833333333332249, -0.0001984126982985795, 2.7557313707070068e-6, -2.5050760253406863e-8, 1.58969099521155e-10]
  const c = [0.0416666666666666, -0.001388888888887411, 0.00002480158728947673, -2.7557314351390663e-7, 2.087572321298175e-9, -1.1359647557788195e-11]
  return `quarters = ${turns}
  z = u * u
  cube = z * u
  sin = u - (z * (0.5 * v - cube * ${polynomial('z', s)}) - v + cube * 0.16666666666666632)
  q = 0.5 * z
  w = 1 - q
  cos = w + (1 - w - q + (z * z * ${polynomial('z', c)} - u * v))
  turned(odd(quarters) ? cos : sin, quarters)`
}

/** A function of angles. */
function circular(ahead: number): FunctionText {
  return {
    text: `${CIRCLE}\n${sine(`turns + ${ahead}`)}`,
    rest: { unless: 'Math.abs(x) < 1024', text: sine(`ending(k + ${ahead})`), write: reduceLarge },
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
  'Math.exp': { text: `${exponential()}\n  scaled(e, t)`, rest: { unless: 'Math.abs(x) < 708', text: extreme(0) } },
  'Math.expm1': {
    text: `${REDUCED}
  c = hi - r - lo
  f = 0.5 * r
  s = r * f
  q = 1 + s * ${polynomial('s', EXPM1)}
  d = 3 - q * f
  e = r * (s * ((q - d) / (6 - r * d)) - c) - c - s
  copySign(scaled(1, t) * (r - e + (1 - scaled(1, ending(-k)))), x)`,
    rest: { unless: 'Math.abs(x) < 37', text: 'Math.exp(x) - 1' },
  },
  'Math.log': {
    text: `e = exponent(x)
  f = significand(x) - 1
  c = 0
  ${LOGARITHM}
  y`,
    rest: {
      unless: 'x >= 2.2250738585072014e-308 && x < Infinity',
      text: `x > 0 && x < Infinity ? Math.log(x * ${2 ** 54}) - ${54 * Math.LN2} : x == 0 ? -Infinity : x < 0 ? NaN : x`,
    },
  },
  'Math.log1p': {
    text: `i = 1 + x
  g = exponent(i)
  near = x > -0.2928932188134524 && x < ${Math.SQRT2 - 1}
  e = near ? 0 : g
  f = near ? x : significand(i) - 1
  c = near ? 0 : (g > 1 ? 1 - (i - x) : x - (i - 1)) / i
  ${LOGARITHM}
  copySign(y, x)`,
    rest: { unless: 'x > -0.9999 && x < 1e300', text: 'Math.log(1 + x)' },
  },
  'Math.sin': circular(0),
  'Math.cos': circular(1),
  'Math.sinh': {
    text: `a = Math.abs(x)
  t = Math.expm1(a)
  q = t / (t + 1)
  copySign(0.5 * (a < 1 ? 2 * t - t * q : t + q), x)`,
    rest: { unless: 'Math.abs(x) < 22', text: 'copySign(halfExp(Math.abs(x)), x)' },
  },
  'Math.cosh': {
    text: `e = Math.exp(Math.abs(x))
  0.5 * e + 0.5 / e`,
    rest: { unless: 'Math.abs(x) < 708', text: 'halfExp(Math.abs(x))' },
  },
  halfExp: { text: extreme(-1), single: true },
  'Math.tanh': {
    text: `a = Math.abs(x)
  s = a * a
  r = s * ${polynomial('s', TANH_P)} / ${polynomial('s', TANH_Q)}
  e = Math.exp(2 * a)
  d = e + 1
  q = 2 / d
  copySign(a < 0.625 ? a + a * r : 1 - (q - 0.5 * q * q * (e - d + 1)), x)`,
    rest: { unless: 'Math.abs(x) < 22', text: 'x > 0 ? 1 : x < 0 ? -1 : x' },
  },
  ...LOGISTIC_FUNCTIONS,
  cosineKernel: {
    text: `m = Math.max(Math.abs(x), Math.abs(y))
  a = x / m
  b = y / m
  m == 0 || (m == Infinity && Math.abs(x) < m) ? 0 : m == Infinity && Math.abs(y) < m ? copySign(1, x) : a / Math.sqrt(a * a + b * b)`,
    inline: true,
  },
  softplusKernel: { text: 'Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))', inline: true },
  logAddExpKernel: { text: `x == y ? x + ${Math.LN2} : Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)))`, inline: true },
  strongProduct: {
    text: `p = x * y
  p == p ? p : x == 0 || y == 0 ? 0 : p`,
    inline: true,
    exact: true,
  },
  'Math.sign': { text: 'x > 0 ? 1 : x < 0 ? -1 : x', inline: true, exact: true },
  'Number.isNaN': { text: 'x != x', inline: true, exact: true },
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

/** Those with the bits that JavaScript gives: in programs on numbers alone others are the engine's own. */
export const EXACT_FUNCTIONS: typeof FUNCTIONS = /* @__PURE__ */ Object.fromEntries(Object.entries(FUNCTIONS).filter(([, { exact }]) => exact))
