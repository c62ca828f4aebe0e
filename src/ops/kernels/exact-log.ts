const double = /* @__PURE__ */ new Float64Array(1)
const halves = /* @__PURE__ */ new Uint32Array(double.buffer)
const HIGH = /* @__PURE__ */ new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0

/** ln 2 as a sum, of which the first part has 33 bits: its products with exponents are exact. */
const LN2_HIGH = 6.9314718036912381649e-1
const LN2_LOW = 1.90821492927058770002e-10
/** Of an approximation of log(1 + s) − log(1 − s) for |s| < 0.1716, to 58 bits (FDLIBM, e_log.c, by Sun Microsystems 1993). */
const SERIES = [
  6.66666666666673513e-1, 3.999999999940941908e-1, 2.857142874366239149e-1, 2.222219843214978396e-1, 1.818357216161805012e-1, 1.531383769920937332e-1,
  1.479819860510658591e-1,
] as const

/**
 * The natural logarithm of a positive normal double, by sums, products and quotients alone: where `Math.log` may differ in its last bit
 * between engines, this does not.
 */
export function exactLog(x: number): number {
  double[0] = x
  const high = halves[HIGH] as number
  // x = 2^k (1 + f) with √½ ≤ 1 + f < √2, about.
  const up = (high & 0xfffff) >= 0x6a09f ? 1 : 0
  const k = (high >>> 20) - 1023 + up
  halves[HIGH] = (high & 0xfffff) | ((1023 - up) << 20)
  const f = (double[0] as number) - 1
  const s = f / (2 + f)
  const z = s * s
  const [a, b, c, d, e, g, h] = SERIES
  const rest = z * (a + z * (b + z * (c + z * (d + z * (e + z * (g + z * h))))))
  const half = 0.5 * f * f
  return k * LN2_HIGH - (half - (s * (half + rest) + k * LN2_LOW) - f)
}
