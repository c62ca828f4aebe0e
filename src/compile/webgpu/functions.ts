/*
 * The functions of JavaScript's Math in WGSL, to a few units in the last place of float32. WGSL has functions of these names, but allows
 * them errors that derivatives do not bear: `sin` to 2⁻¹¹ and near the origin only, `atan` to 4096 units in the last place, `log` near 1
 * to 2⁻²¹, `pow` with positive bases only. What the other functions of operators are made of stands in `compositions.ts`.
 *
 * The sine follows the reduction by W. J. Cody and W. Waite, Software Manual for the Elementary Functions, 1980, ch. 8; polynomials are
 * Taylor's, long enough for their intervals.
 */

/** A function in WGSL: its text, and the functions that it calls, by the names that operators' texts have for them. */
export interface Written {
  readonly text: string
  readonly calls?: readonly string[]
}

const horner = (coefficients: readonly number[], x: string) =>
  coefficients.reduceRight((rest, each) => (rest === '' ? float(each) : `(${float(each)} + ${x} * ${rest})`), '')

const float = (x: number) => {
  const digits = String(Math.abs(x))
  const text = `${/[.e]/.test(digits) ? digits : `${digits}.0`}f`
  return x < 0 ? `(-${text})` : text
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1))
const inverseFactorials = (orders: readonly number[], sign: (k: number) => number) => orders.map((n, k) => sign(k) / factorial(n))
const alternating = (k: number) => (k % 2 === 0 ? 1 : -1)

/** π / 2 in parts of eleven bits, so that products with whole numbers of thirteen are exact; and what is left. */
const HALF_PI = [1.5703125, 0.00048351287841796875, 3.138557076454163e-7, 6.07710050630396e-11] as const

/** Whole turns of a quarter, and the angle that is left. */
const REDUCED = `let k = round(x * ${float(2 / Math.PI)});
  let r = ((x - k * ${float(HALF_PI[0])}) - k * ${float(HALF_PI[1])}) - k * ${float(HALF_PI[2])} - k * ${float(HALF_PI[3])};
  let q = (i32(k) + AHEAD) & 3;
  let z = r * r;
  let s = r + r * z * ${horner(
    inverseFactorials([3, 5, 7, 9, 11], k => -alternating(k)),
    'z',
  )};
  let c = 1.0f + z * ${horner(
    inverseFactorials([2, 4, 6, 8, 10, 12], k => -alternating(k)),
    'z',
  )};
  let t = select(s, c, (q & 1) == 1);
  return select(select(t, -t, q >= 2), dt_nan(), !(abs(x) < dt_inf()));`

/** ln(1 + f) for √½ ≤ 1 + f ≤ √2. */
const LOGARITHM = `fn dt_logOf(f: f32) -> f32 {
  let s = f / (2.0f + f);
  let z = s * s;
  let h = 0.5f * f * f;
  let p = z * ${horner([2 / 3, 2 / 5, 2 / 7, 2 / 9, 2 / 11], 'z')};
  return f - (h - s * (h + p));
}`

export const WRITTEN: Readonly<Record<string, Written>> = {
  'Math.exp': {
    text: `fn NAME(x: f32) -> f32 {
  let y = clamp(x, -110.0f, 90.0f);
  let k = round(y * ${float(Math.LOG2E)});
  let r = (y - k * 0.693359375f) + k * 0.00021219444f;
  let e = 1.0f + r * ${horner(
    inverseFactorials([1, 2, 3, 4, 5, 6, 7], () => 1),
    'r',
  )};
  let half = i32(k) / 2;
  let scaled = e * dt_power2(half) * dt_power2(i32(k) - half);
  return select(select(select(scaled, 0.0f, x < -104.0f), dt_inf(), x > 88.8f), x, dt_isNaN(x));
}`,
    calls: ['power2'],
  },
  power2: { text: 'fn NAME(k: i32) -> f32 { return bitcast<f32>(u32(k + 127) << 23u); }' },
  logOf: { text: LOGARITHM },
  'Math.log': {
    text: `fn NAME(x: f32) -> f32 {
  let tiny = x < 1.2e-38f;
  let y = select(x, x * 16777216.0f, tiny);
  let bits = bitcast<i32>(y) - 0x3f3504f3;
  let e = f32(bits >> 23u) - select(0.0f, 24.0f, tiny);
  let f = bitcast<f32>((bits & 0x7fffff) + 0x3f3504f3) - 1.0f;
  let l = (dt_logOf(f) - e * 0.00021219444f) + e * 0.693359375f;
  return select(select(select(l, -dt_inf(), x == 0.0f), dt_nan(), x < 0.0f), x, x == dt_inf() || dt_isNaN(x));
}`,
    calls: ['logOf'],
  },
  'Math.log1p': {
    text: `fn NAME(x: f32) -> f32 {
  if (x > -0.29f && x < 0.41f) { return select(dt_logOf(x), x, x == 0.0f); }
  let u = 1.0f + x;
  let l = FN_log(u);
  return select(l, l + (x - (u - 1.0f)) / u, x < 16777216.0f && u > 0.0f);
}`,
    calls: ['logOf', 'Math.log'],
  },
  'Math.sin': { text: `fn NAME(x: f32) -> f32 {\n  if (x == 0.0f) { return x; }\n  ${REDUCED.replace('AHEAD', '0')}\n}` },
  'Math.cos': { text: `fn NAME(x: f32) -> f32 {\n  ${REDUCED.replace('AHEAD', '1')}\n}` },
  // Whole powers by squaring; others by exponentials, with the logarithm in two parts.
  'Math.pow': {
    text: `fn NAME(x: f32, y: f32) -> f32 {
  if (y == 0.0f) { return 1.0f; }
  if (dt_isNaN(x) || dt_isNaN(y)) { return dt_nan(); }
  let a = abs(x);
  let isWhole = floor(y) == y;
  let isOdd = isWhole && abs(y) < 16777216.0f && (i32(y) & 1) != 0;
  if (abs(y) == dt_inf()) {
    if (a == 1.0f) { return dt_nan(); }
    return select(0.0f, dt_inf(), (a > 1.0f) == (y > 0.0f));
  }
  var size: f32;
  if (a == 0.0f || a == dt_inf()) { size = select(0.0f, dt_inf(), (a > 1.0f) == (y > 0.0f)); }
  else if (isWhole && abs(y) <= 64.0f) {
    size = 1.0f;
    var base = a;
    for (var n = i32(abs(y)); n > 0; n = n >> 1u) {
      if ((n & 1) == 1) { size = size * base; }
      base = base * base;
    }
    if (y < 0.0f) { size = 1.0f / size; }
  } else { size = FN_exp(y * FN_log(a)); }
  if (x < 0.0f && !isWhole) { return dt_nan(); }
  return select(size, -size, isOdd && (x < 0.0f || (bitcast<u32>(x) >> 31u) == 1u));
}`,
    calls: ['Math.exp', 'Math.log'],
  },
  // Its own quotient may be rounded up to the next whole one.
  fmod: {
    text: `fn NAME(x: f32, y: f32) -> f32 {
  if (abs(y) == dt_inf() && abs(x) < dt_inf()) { return x; }
  let b = abs(y);
  var r = abs(x) - b * floor(abs(x) / b);
  if (r < 0.0f) { r = r + b; }
  if (r >= b) { r = r - b; }
  return select(r, -r, x < 0.0f);
}`,
  },
  'Math.max': { text: 'fn NAME(x: f32, y: f32) -> f32 { return select(select(max(x, y), y, dt_isNaN(y)), x, dt_isNaN(x)); }' },
  'Math.min': { text: 'fn NAME(x: f32, y: f32) -> f32 { return select(select(min(x, y), y, dt_isNaN(y)), x, dt_isNaN(x)); }' },
  'Math.sign': { text: 'fn NAME(x: f32) -> f32 { return select(select(x, -1.0f, x < 0.0f), 1.0f, x > 0.0f); }' },
  'Math.sqrt': { text: 'fn NAME(x: f32) -> f32 { return select(sqrt(x), dt_nan(), x < 0.0f); }' },
}

/** Functions that WGSL has as they are meant. */
export const BUILT_IN: Readonly<Record<string, string>> = {
  'Math.abs': 'abs',
  'Math.ceil': 'ceil',
  'Math.floor': 'floor',
  'Math.trunc': 'trunc',
  // Halves to the even side.
  roundKernel: 'round',
}

/** What every module begins with: numbers that have no literal in WGSL, whose bits a compiler must not know. */
export const HEAD = `var<private> dt_bits: vec2<u32> = vec2<u32>(0x7f800000u, 0x7fc00000u);
fn dt_inf() -> f32 { return bitcast<f32>(dt_bits.x); }
fn dt_nan() -> f32 { return bitcast<f32>(dt_bits.y); }
fn dt_isNaN(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }`
