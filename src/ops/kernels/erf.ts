/*
 * Error function and its complement to full double precision: rational approximations on five intervals.
 * Coefficients: W. J. Cody's scheme as refined in fdlibm, s_erf.c, section "Method", Copyright (C) 1993 by Sun
 * Microsystems, Inc. ("Permission to use, copy, modify, and distribute this software is freely granted, provided that
 * this notice is preserved.")
 */

const EFX = 1.28379167095512586316e-1
export const ERX = 8.45062911510467529297e-1

export const SMALL_P = [
  1.28379167095512558561e-1, -3.2504210724700149937e-1, -2.84817495755985104766e-2, -5.77027029648944159157e-3, -2.37630166566501626084e-5,
]
export const SMALL_Q = [
  1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3, 1.32494738004321644526e-4, -3.9602282787753681232e-6,
]
export const MIDDLE_P = [
  -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1, 3.18346619901161753674e-1, -1.10894694282396677476e-1,
  3.54783043256182359371e-2, -2.166375594868790843e-3,
]
export const MIDDLE_Q = [
  1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2, 1.26171219808761642112e-1, 1.36370839120290507362e-2,
  1.1984499846799107417e-2,
]
export const TAIL_P = [
  -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1, -6.23753324503260060396e1, -1.62396669462573470355e2,
  -1.84605092906711035994e2, -8.12874355063065934246e1, -9.81432934416914548592,
]
export const TAIL_Q = [
  1, 1.96512716674392571292e1, 1.376577541435190426e2, 4.34565877475229228821e2, 6.45387271733267880336e2, 4.29008140027567833386e2, 1.08635005541779435134e2,
  6.57024977031928170135, -6.04244152148580987438e-2,
]
export const FAR_P = [
  -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1, -1.60636384855821916062e2, -6.37566443368389627722e2,
  -1.02509513161107724954e3, -4.83519191608651397019e2,
]
export const FAR_Q = [
  1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3, 2.55305040643316442583e3, 4.74528541206955367215e2,
  -2.24409524465858183362e1,
]

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + (coefficients[i] as number)
  return sum
}

/** erfc for x ≥ 1.25, split so that the error of x² does not enter the exponential. */
function tail(x: number): number {
  const s = 1 / (x * x)
  const ratio = x < 1 / 0.35 ? polynomial(TAIL_P, s) / polynomial(TAIL_Q, s) : polynomial(FAR_P, s) / polynomial(FAR_Q, s)
  const z = highPart(x)
  return (Math.exp(-z * z - 0.5625) * Math.exp((z - x) * (z + x) + ratio)) / x
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
