import type { Functions } from './lanes.ts'

/*
 * Functions of `Math` two at a time, with the bits that V8 gives: its operations in its order, both sides of each of its branches. V8
 * follows fdlibm, e_exp.c, s_expm1.c and s_tanh.c, with the coefficients there, Copyright (C) 1993 by Sun Microsystems, Inc.
 * ("Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved.").
 * Other engines may compute otherwise: who uses them compares first.
 */

const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10
/** What fdlibm takes for ln 2 / 2: below it nothing is reduced. */
const REDUCED_FROM = 0.3465735912322998
const TINY = 2 ** -28
const LARGEST = 709.782712893384
const SMALLEST = -745.1332191019411

/** What stands for a function of the engine's own, which takes one number at a time. */
const OWN = 'engine.'

/** x = k ln 2 + hi − lo */
const reduced = (x: string) => `k = Math.abs(${x}) < ${REDUCED_FROM} ? 0 : Math.trunc(${x} * ${Math.LOG2E} + copySign(0.5, ${x}))
  hi = ${x} - k * ${LN2_HIGH}
  lo = k * ${LN2_LOW}
  r = hi - lo`

/** By the names that operators' definitions use. */
export const ENGINE_FUNCTIONS = {
  'Math.exp': {
    text: `${reduced('x')}
  t = r * r
  c = r - t * (0.16666666666666602 + t * (-0.0027777777777015593 + t * (0.00006613756321437934 + t * (-0.0000016533902205465252 + t * 4.1381367970572385e-8))))
  q = (Math.abs(x) < ${TINY} ? 0 : r * c) / (2 - c)
  scaled(1 - (lo - q - hi), ending(k))`,
    rest: {
      unless: 'Math.abs(x) < 708 && x != 1',
      text: `x > ${LARGEST} ? Infinity : x < ${SMALLEST} ? 0 : x == 1 ? ${Math.E} : ${OWN}exp(x)`,
    },
  },
  // By y = eᵘ − 1 for u = ±2 |x|, which is below 0 for small x: 1 − 2 / (y + 2), or −y / (y + 2).
  'Math.tanh': {
    text: `size = Math.abs(x)
  a = size > 22 ? 22 : size
  large = a >= 1
  u = large ? 2 * a : -2 * a
  ${reduced('u')}
  c = hi - r - lo
  f = 0.5 * r
  s = r * f
  q = 1 + s * (-0.03333333333333313 + s * (0.0015873015872548146 + s * (-0.0000793650757867488 + s * (0.000004008217827329362 + s * -2.0109921818362437e-7))))
  d = 3 - q * f
  e = r * (s * ((q - d) / (6 - r * d)) - c) - c - s
  p = scaled(1, ending(-k))
  one = k >= 0 ? 1 - p : k == -1 ? 0 : 1
  near = k < 20 ? one - (e - r) : r - (e + p) + 1
  y = near * scaled(1, ending(k)) - (k >= 0 ? 0 : k == -1 ? 0.5 : 1)
  t = (large ? 1 : 0) - (large ? 2 : y) / (y + 2)
  copySign(a < ${TINY} ? a : t, x)`,
  },
} as const satisfies Functions

/** The logistic function and its derivative, which are made of eˣ. */
export const LOGISTIC_FUNCTIONS = {
  sigmoidKernel: {
    text: `e = Math.exp(-Math.abs(x))
  (x >= 0 ? 1 : e) / (1 + e)`,
    inline: true,
  },
  logisticDensityKernel: {
    text: `e = Math.exp(-Math.abs(x))
  e / ((1 + e) * (1 + e))`,
    inline: true,
  },
} as const satisfies Functions
