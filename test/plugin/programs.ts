/*
 * Functions as people write them, with arguments at which they are smooth. Each stands for a piece of syntax.
 */

import { odd } from './odd-programs.ts'

/** A function's text, and its arguments. */
export type Program = readonly [text: string, ...args: unknown[]]

const arithmetic: readonly Program[] = [
  ['x => x + 1', 2],
  ['x => 1 - x', 2],
  ['x => x * x * x', 1.5],
  ['x => 1 / x', 0.7],
  ['x => x ** 3', 1.2],
  ['x => 2 ** x', 1.2],
  ['x => -x * -3', 1.2],
  ['x => +x', 1.2],
  ['x => x % 3', 7.25],
  ['x => 10 % x', 3.25],
  ['(x, y) => x * y + x / y - x ** y', 1.3, 0.6],
  ['(x, y) => (x + y) * (x - y)', 1.3, 0.6],
  ['x => ((x))', 1.3],
  ['x => x * (2, 3)', 1.3],
  ['x => { let y = x; y += 2; y -= 0.5; y *= x; y /= 3; y **= 2; y %= 100; return y }', 1.3],
  ['x => { let y = x\n  y += x\n  y *= 2\n  return y }', 1.3],
  ['x => { let y = x++; return y * x }', 1.3],
  ['x => { let y = ++x; return y * x }', 1.3],
  ['x => { let y = x--; return y * x + --x }', 1.3],
  ['x => { x++\n  x--\n  return x }', 1.3],
]
const math: readonly Program[] = [
  ...['sin', 'cos', 'tan', 'atan', 'sinh', 'cosh', 'tanh', 'asinh', 'exp', 'expm1', 'log', 'log1p', 'log2', 'log10', 'sqrt', 'cbrt', 'abs'].map(
    (name): Program => [`x => Math.${name}(x) * x`, 0.8],
  ),
  ...['asin', 'acos', 'atanh'].map((name): Program => [`x => Math.${name}(x) * x`, 0.4]),
  ['x => Math.acosh(x)', 1.7],
  ...['floor', 'ceil', 'trunc', 'round', 'sign'].map((name): Program => [`x => Math.${name}(x) + x`, 1.7]),
  ['(x, y) => Math.atan2(x, y) + Math.pow(x, y)', 1.7, 0.4],
  ['(x, y) => Math.hypot(x, y, 2)', 1.7, 0.4],
  ['(x, y) => Math.max(x, y, 1) * Math.min(x, y)', 1.7, 0.4],
  ['xs => Math.max(...xs) * Math.min(...xs)', [1, 3, 2]],
  ['xs => xs.map(Math.exp).reduce((a, b) => a + b)', [1, 0.3, 0.2]],
  ['x => Math.PI * x * Math.SQRT2', 1.7],
  ['x => { const { sin, cos } = Math; return sin(x) * cos(x) }', 0.3],
  ['x => { const m = Math; return m.exp(x) }', 0.3],
  ['x => Math["exp"](x)', 0.3],
]
const conditions: readonly Program[] = [
  ['x => x > 1 ? x * x : x', 2],
  ['x => x > 1 ? x * x : x', 0.5],
  ['x => x < 1 ? 1 : x', 2],
  ['x => (x >= 1 && x <= 3 ? x * 2 : 0)', 2],
  ['x => (x < 0 || x > 1 ? x * 2 : 0)', 2],
  ['x => (!(x > 3) ? x * 2 : 0)', 2],
  ['x => { if (x > 1) return x * x; return 1 }', 2],
  ['x => { if (x > 3) return x * x; else if (x > 1) return 3 * x; else return 1 }', 2],
  ['x => { if (x > 1)\n  x *= 2\n  else\n  x *= 3\n  return x }', 2],
  ['x => { if (x > 1) x++; else x--; return x * x }', 2],
  ['x => x === 0 ? 1 : Math.sin(x) / x', 0.7],
  ['x => x !== 2 ? x * x : x', 0.7],
  ['x => Number.isNaN(x) ? 0 : Number.isFinite(x) ? x * x : 1', 0.7],
  ['x => isNaN(x) || !isFinite(x) ? 0 : x * 3', 0.7],
  ['x => Number.isInteger(x) ? 0 : x * 3', 0.7],
  ['(x, flag) => (flag ? x * 2 : x)', 0.7, true],
  ['(x, kind) => { switch (kind) { case "a": return x * 2; case "b": case "c": x += 1; break; default: return 0 } return x * x }', 0.7, 'b'],
  ['(x, kind) => (kind === "a" ? x : x * x)', 0.7, 'b'],
  ['(x, o) => o?.scale ?? x * x', 0.7, null],
  ['(x, o) => (o?.scale ?? 1) * x', 0.7, { scale: 3 }],
  ['(x, o) => { o.scale ??= 2; return o.scale * x }', 0.7, {}],
  ['x => { const positive = x > 0; return positive ? x * 5 : 0 }', 0.7],
  ['x => { let best = 0; if (x > best) best = x; return best * best }', 0.7],
]
const loops: readonly Program[] = [
  ['x => { let s = 0; for (let i = 0; i < 5; i++) s += x ** i; return s }', 0.7],
  ['xs => { let s = 0; for (const x of xs) s += x * x; return s }', [1, 2, 3]],
  ['xs => { let s = 0; for (const i in xs) s += xs[i] * (Number(i) + 1); return s }', [1, 2, 3]],
  [
    'xs => { let s = 0; for (let i = 0; i + 1 < xs.length; i++) { const t = xs[i + 1] - xs[i] * xs[i], u = 1 - xs[i]; s += 100 * t * t + u * u } return s }',
    [1.1, 0.9, 1.3],
  ],
  ['x => { let y = x; while (y < 50) y *= 2; return y }', 1.1],
  ['x => { let y = x, n = 0; do { y = (y + 2 / y) / 2; n++ } while (n < 2); return y }', 1.1],
  ['xs => { let s = 0; for (let i = xs.length - 1; i >= 0; i--) s = s * 0.5 + xs[i]; return s }', [1, 2, 3]],
  ['xs => { let s = 0; outer: for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) { if (j > i) continue outer; s += xs[i] * xs[j] } return s }', [1, 2, 3]],
  ['xs => { let s = 0; for (let i = 0; ; i++) { if (i === xs.length) break; s += Math.sin(xs[i]) } return s }', [1, 2, 3]],
  ['x => { let i = 0, y = 1; for (; i < 4; ) { y *= x; i += 1 } return y }', 1.1],
  ['x => { let a = 0, b = x; for (let i = 0; i < 8; i++) [a, b] = [b, a + b]; return a }', 1.1],
  ['x => { let t = 1, s = 1; for (let k = 1; k <= 12; k++) { t *= x / k; s += t } return s }', 1.1],
  ['xs => { const n = xs.length; let s = 0; for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) s += 1 / (xs[i] - xs[j]) ** 2; return s }', [1, 2.5, 4]],
]
const data: readonly Program[] = [
  ['([x, y]) => x * y', [1, 2]],
  ['({ a, b: { c } }) => a * c', { a: 2, b: { c: 3 } }],
  ['({ a, b = a * 2 }) => a * b', { a: 2 }],
  ['([x, ...rest]) => rest.reduce((s, r) => s + r * x, 0)', [1, 2, 3]],
  ['(x, y = x * 2) => x * y', 1.5],
  ['(...xs) => xs[0] * xs[1]', 1.5, 2],
  ['x => { const o = { x, twice: x * 2, f() { return this.twice * 3 }, get half() { return this.x / 2 } }; return o.f() * o.half }', 1.5],
  ['x => { const o = { [`k${1}`]: x }; o.k1 *= 3; o.k1 += x; return o["k1"] }', 1.5],
  ['x => { const o = { v: x }; o.v++; const before = o.v++; return before * o.v }', 1.5],
  ['x => { const a = [x, 2, 3]; let i = 0; a[i++] *= 2; a[i++] += x; a[i]--; return a[0] * a[1] * a[2] }', 1.5],
  ['x => { const a = new Float64Array(3); a[0] = x; a[1] = a[0] * 2; a[2] += a[1] * x; return a[0] + a[1] + a[2] }', 1.5],
  ['x => { const a = new Array(3).fill(0); for (let i = 0; i < 3; i++) a[i] = x * i; return a.reduce((s, e) => s + e * e, 0) }', 1.5],
  ['x => { const a = Float64Array.from([1, 2, 3], e => e * x); return a[0] * a[1] * a[2] }', 1.5],
  ['x => { const a = Float64Array.of(x, 2); a.fill(x, 1); return a[0] * a[1] }', 1.5],
  ['x => { const m = [[x, 1], [2, x]]; return m[0][0] * m[1][1] - m[0][1] * m[1][0] }', 1.5],
  ['xs => xs.map((x, i) => x * i).filter(x => x > 0).reduce((a, b) => a * b, 1)', [1, 2, 3]],
  ['xs => { let s = 0; xs.forEach((x, i) => { s += x / (i + 1) }); return s }', [1, 2, 3]],
  ['xs => [...xs].sort((a, b) => a - b)[1] * 3', [3, 1, 2]],
  ['xs => [...xs, xs[0] * 2].slice(1).reduce((a, b) => a + b * b, 0)', [3, 1, 2]],
  ['xs => xs.some(x => x > 2) ? xs[0] * xs[1] : xs[2]', [3, 1, 2]],
  ['xs => xs.findIndex(x => x < 2) * xs[1] + xs.at(-1)', [3, 1, 2]],
  ['xs => { const seen = new Map(); xs.forEach((x, i) => seen.set(i, x * 2)); return seen.get(1) * seen.get(2) }', [3, 1, 2]],
  ['x => { const s = `${typeof x}`; return s === "number" ? x * x : 0 }', 1.5],
  ['x => (typeof missing === "undefined" ? x * 2 : 0)', 1.5],
  ['x => { const label = "a" + 1; return label === "a1" ? x * 3 : 0 }', 1.5],
]
const functions: readonly Program[] = [
  ['x => { const square = y => y * y; return square(x) + square(x + 1) }', 1.5],
  ['x => { function cube(y) { return y * y * y } return cube(x) }', 1.5],
  ['x => { const f = function (y) { return y * this.k }; return f.call({ k: x }, 3) }', 1.5],
  ['x => { const scale = k => y => k * y; return scale(x)(x + 1) }', 1.5],
  ['x => { const power = (y, n) => (n === 0 ? 1 : y * power(y, n - 1)); return power(x, 5) }', 1.1],
  ['x => { let calls = 0; const f = y => { calls++; return y * calls }; return f(x) + f(x) + f(x) }', 1.5],
  ['x => (function () { return arguments[0] * arguments.length })(x, 1)', 1.5],
  [
    'x => { class P { #v; static k = 2; constructor(v) { this.#v = v * P.k } get v() { return this.#v } set v(w) { this.#v = w * w } step() { this.#v += 1; return this } } const p = new P(x).step(); p.v = p.v * 2; return p.v }',
    1.5,
  ],
  ['x => { class A { f(y) { return y * 2 } } class B extends A { f(y) { return super.f(y) + y * y } } return new B().f(x) }', 1.5],
  ['x => { try { if (x > 1) throw x * 2; return 1 } catch (e) { return e * e } finally { x = 0 } }', 1.5],
  ['x => { const compose = (...fs) => y => fs.reduce((z, f) => f(z), y); return compose(y => y + 1, y => y * y, Math.sqrt)(x) }', 1.5],
  ['x => { var y = x; { let y = 2; y *= 3 } return y * y }', 1.5],
  ['x => { const y = (() => { const z = x * 2; return z * z })(); return y - x }', 1.5],
  ['function f(x) { return x * x }', 1.5],
  ['function f(x, y) { "use strict"; const g = () => this === undefined; return g() ? x * y : 0 }', 1.5, 2],
  ['x => { const iterate = (f, y, n) => { for (let i = 0; i < n; i++) y = f(y); return y }; return iterate(y => y - (y * y - x) / (2 * y), 1, 6) }', 2.5],
  ['x => { const memo = {}; const f = n => memo[n] ?? (memo[n] = n < 2 ? x : f(n - 1) + f(n - 2) * x); return f(6) }', 1.1],
  ['x => void 0 ?? x * 2', 1.1],
  ['x => { const t = [x]; t[1] ||= x; return 1.5 * t[1] }', 1.1],
  ['x => { label: { if (x > 0) break label; return 0 } return x * 7 }', 1.1],
  ['(x, n) => ((n | 0) + (n << 1) + (n & 1) + (~n)) * x', 1.1, 5],
  ['(x, n) => { n |= 2; n ^= 1; n <<= 1; n >>= 1; n >>>= 0; return n * x }', 1.1, 5],
  ['(x, o) => { delete o.a; return "a" in o ? 0 : x * 2 }', 1.1, { a: 1 }],
  ['(x, o) => (o instanceof Object ? x * 2 : 0)', 1.1, {}],
]

/** Problems that are larger. */
const larger: readonly Program[] = [
  ['(p, t) => { let y = 0; for (let k = 0; k < p.length; k += 2) y += p[k] * Math.exp(-p[k + 1] * t); return y > 0 ? Math.log(y) : y }', [1, 2, 0.5, 0.3], 0.7],
  // A damped pendulum by Runge and Kutta's method.
  [
    '(k, n) => { let [a, v] = [1, 0]; const h = 0.1; const f = (a, v) => [v, -Math.sin(a) - k * v]; for (let i = 0; i < n; i++) { const [a1, v1] = f(a, v), [a2, v2] = f(a + h / 2 * a1, v + h / 2 * v1), [a3, v3] = f(a + h / 2 * a2, v + h / 2 * v2), [a4, v4] = f(a + h * a3, v + h * v3); a += h / 6 * (a1 + 2 * a2 + 2 * a3 + a4); v += h / 6 * (v1 + 2 * v2 + 2 * v3 + v4) } return a }',
    0.2,
    10,
  ],
  // A system of linear equations by elimination with pivots.
  [
    'a => { const n = 3, m = [[4 + a, 1, 2], [1, 5, a * a], [2, a, 6]].map((row, i) => [...row, i + 1]); for (let c = 0; c < n; c++) { let p = c; for (let r = c + 1; r < n; r++) if (Math.abs(m[r][c]) > Math.abs(m[p][c])) p = r; [m[c], m[p]] = [m[p], m[c]]; for (let r = c + 1; r < n; r++) { const f = m[r][c] / m[c][c]; for (let k = c; k <= n; k++) m[r][k] -= f * m[c][k] } } const x = new Float64Array(n); for (let r = n - 1; r >= 0; r--) { let s = m[r][n]; for (let k = r + 1; k < n; k++) s -= m[r][k] * x[k]; x[r] = s / m[r][r] } return x[0] + 2 * x[1] + 3 * x[2] }',
    0.7,
  ],
  // A cubic spline of one piece, a table with a minimum of neighbours, a continued fraction.
  [
    '(ys, t) => { let s = 0; for (let i = 0; i < ys.length; i++) { let l = 1; for (let j = 0; j < ys.length; j++) if (j !== i) l *= (t - j) / (i - j); s += ys[i] * l } return s }',
    [1, 3, 2, 5],
    1.4,
  ],
  [
    '(a, b) => { const d = a.map(() => new Float64Array(b.length)); for (let i = 0; i < a.length; i++) for (let j = 0; j < b.length; j++) { const c = (a[i] - b[j]) ** 2; d[i][j] = i === 0 && j === 0 ? c : c + Math.min(i > 0 ? d[i - 1][j] : Infinity, j > 0 ? d[i][j - 1] : Infinity, i > 0 && j > 0 ? d[i - 1][j - 1] : Infinity) } return d[a.length - 1][b.length - 1] }',
    [1, 3, 4],
    [1.2, 2.9, 4.4, 4.6],
  ],
  ['x => { let f = 1; for (let k = 12; k > 0; k--) f = 2 * k - 1 + x * x / f; return x / f }', 0.9],
]

export const programs: readonly Program[] = [...arithmetic, ...math, ...conditions, ...loops, ...data, ...functions, ...larger, ...odd]
