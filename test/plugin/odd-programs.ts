import type { Program } from './programs.ts'

/** Corners of the language, among which a reader looked for programs that change: order, scopes, views, what is thrown and when. */
export const odd: readonly Program[] = [
  // Getters, setters and what is read by computed names.
  ['x => { const o = { get a() { return x * x }, set b(v) { this.c = v * x } }; o.b = o.a; return o.c + o.a }', 1.3],
  ['x => { let reads = 0; const o = { get v() { reads++; return x * reads } }; return o.v * o.v + o.v }', 1.3],
  ['x => { class P { #w = x; static k = 3; get w() { return this.#w * P.k } set w(v) { this.#w = v * v } } const p = new P(); p.w += 1; return p.w }', 0.7],
  ['x => { const k = "a"; const o = { [k + 1]: x * 2, [`${k}2`]() { return this.a1 * x } }; return o.a2() }', 0.7],
  ['x => { const o = { a: { b: [x, x * x] } }; o.a.b[0] **= 3; o.a["b"][1]++; return o.a.b[0] * o.a.b[1] }', 0.7],
  ['x => { class A { f(y) { return y * x } } class B extends A { f(y) { return super.f(y) + super.f(2) } } return new B().f(x) }', 0.7],
  // Labels, and leaving.
  [
    'x => { let s = 0; outer: for (let i = 0; i < 4; i++) { for (let j = 0; j < 4; j++) { if (j === 2) continue outer; if (i === 3) break outer; s += x ** (i + j) } } return s }',
    1.1,
  ],
  ['x => { a: { let y = x * 2; if (y > 1) { x = y; break a } x = 0 } return x * x }', 0.7],
  ['x => { let y = x; do { y *= 0.9; if (y < 0.5) break; continue } while (y > 0.1); return y }', 1.3],
  ['(x, k) => { let s = x; switch (k) { default: s += x; case 1: s *= x; break; case 2: { let s = x; s += 1 } } return s }', 1.3, 7],
  ['x => { for (var i = 0, y = x; i < 3; i++, y *= x); return y + i }', 1.3],
  ['x => { let i = 0, s = 0; while (i++ < 4) s = s * x + i; return s }', 1.3],
  // Patterns whose defaults do something, in order.
  [
    'x => { const log = []; const { a = (log.push(1), x * 2), b = (log.push(2), a * x), ...rest } = { b: undefined, c: x, d: 4 }; return a * b + rest.c * rest.d + log.length * log[0] * x }',
    0.6,
  ],
  ['([x, y = x * x, [z = y + x] = []], w = x * z) => x + y * z + w', [0.6]],
  ['x => { let [a, , b = a] = [x, 2]; [a, b] = [b * x, a + 1]; return a * b }', 0.6],
  ['x => { const f = ({ p: { q = 3 } = {}, ...others } = {}) => q * x + Object.keys(others).length * x; return f() + f({ p: { q: x }, r: 1 }) }', 0.6],
  ['x => { let n = 0; const f = (a = n++, b = a + x) => b * x; return f() + f() + f(5) }', 0.6],
  ['xs => { const [first, ...[second, third]] = xs; let o = {}; ({ a: o.p, b: o["q"] = third } = { a: first * second }); return o.p * o.q }', [0.6, 2, 3]],
  // Optional chains, calls of what may not be there.
  ['(x, o) => (o?.f?.(x) ?? x * 3) + (o?.g?.h.i(x) ?? x) * (o?.list?.[1] ?? 2)', 0.6, { list: [1, 5] }],
  ['x => { const o = { f(y) { return y * this.k }, k: 3 }; return o?.f?.(x) * (o.f)(x) }', 0.6],
  ['x => { let calls = 0; const get = () => (calls++, { v: x }); get().v; const a = get()?.v; return a * calls * x }', 0.6],
  // Closures in loops, each with a variable of its own.
  ['x => { const fs = []; for (let i = 0; i < 4; i++) fs.push(y => y ** i * x); return fs.reduce((s, f) => s + f(x), 0) }', 0.6],
  ['x => { const fs = []; for (const v of [x, x * x]) { let w = v; fs.push(() => (w *= v)) } return fs[0]() + fs[0]() + fs[1]() }', 0.6],
  ['x => { const fs = []; for (let i = 0, k = x; i < 3; i++, k *= x) { fs.push(() => k + i); k += 0 } return fs[0]() + fs[1]() * fs[2]() }', 0.6],
  [
    'x => { const make = k => { let total = x; return { add: v => { total += v * k; return total }, get total() { return total } } }; const [a, b] = [make(2), make(x)]; a.add(x); b.add(3); return a.total * b.total }',
    0.6,
  ],
  ['x => { var f = n => n < 1 ? x : g(n - 1) * x, g = n => n < 1 ? 1 : f(n - 1) + x; return f(5) }', 0.6],
  ['x => { function f(n) { function f(n) { return n * x } return f(n) + n } return f(x) }', 0.6],
  // Sparse lists, lengths, holes.
  ['x => { const a = []; a[3] = x; a[1] = x * x; let s = 0; a.forEach((v, i) => { s += v * i }); return s + a.length * x }', 0.6],
  [
    'x => { const a = [x, , x * 2]; let s = 0; for (const i in a) s += a[i] * (Number(i) + 1); return s + (1 in a ? 1 : x) + a.filter(() => true).length * x }',
    0.6,
  ],
  [
    'x => { const a = [1, 2, 3, x, x * x]; a.length = 4; const [b] = a.splice(1, 2, x * 5); a.unshift(x); return a.reduceRight((s, v) => s * 0.5 + v, b) }',
    0.6,
  ],
  ['x => { const a = new Array(3).fill(x).map((v, i) => v * i); a.copyWithin(0, 1); a.reverse(); return a[0] * 3 + a[1] * 2 + a.at(-1) }', 0.6],
  [
    'x => { const a = Array.from({ length: 3 }, (_, i) => x ** i); const b = [...a, ...a.slice(1).toReversed()]; return b.with(0, x * 7).reduce((s, v, i) => s + v * i, b.findLast(v => v > 0.5)) }',
    0.6,
  ],
  [
    'x => { const m = new Map([["a", x], ["b", x * x]]); m.set("a", m.get("a") * 3); let s = 0; for (const [k, v] of m) s += v * k.length; return s * [...m.values()][1] }',
    0.6,
  ],
  // Typed arrays as storage, and views of them.
  [
    'x => { const a = new Float64Array(4); a[0] = x; for (let i = 1; i < 4; i++) a[i] = a[i - 1] * x; const v = a.subarray(1, 3); v[0] *= 2; return a[1] + v[1] * a[3] + v.length }',
    0.6,
  ],
  ['x => { const a = Float64Array.of(x, 2, x * x); a.set([x * 3], 1); const b = a.slice(); b[0] = 7; return a[0] * a[1] + b[2] * b[0] + a.indexOf(99) }', 0.6],
  ['x => { const n = new Int32Array([2, 0, 1]), a = [x, x * x, 3]; let s = 0; for (const i of n) s = s * 2 + a[i]; n[0] += 1.9; return s + n[0] * x }', 0.6],
  [
    'x => { const a = new Float64Array(3).fill(x); a.forEach((v, i) => { a[i] = v * (i + 1) }); return a.reduce((s, v) => s + v) * Math.max(...a) + a.join("").length * 0 }',
    0.5,
  ],
  // What is thrown, and what happens beside it.
  ['x => { let s = x; try { s *= 2; if (s > 1) throw { v: s * x }; s = 0 } catch ({ v }) { s += v } finally { s *= 3 } return s }', 0.7],
  ['x => { const f = () => { try { return x * 2 } finally { x = 5 } }; return f() * x }', 0.7],
  ['x => { let s = 0; for (let i = 0; i < 3; i++) { try { if (i === 1) continue; s += x * i } finally { s += x * x } } return s }', 0.7],
  ['x => { try { null.p } catch (e) { return e instanceof TypeError ? x * x : 0 } }', 0.7],
  [
    'x => { class Stop extends Error { constructor(v) { super("stop"); this.v = v } } const walk = (n, v) => { if (n === 0) throw new Stop(v * x); walk(n - 1, v * x) }; try { walk(3, x) } catch (e) { if (!(e instanceof Stop)) throw e; return e.v } }',
    0.9,
  ],
  // Generators and iterators around.
  [
    'x => { function* powers(n) { let y = 1; while (n-- > 0) yield (y *= x) } let s = 0; for (const y of powers(4)) s += y; return s + Math.max(...powers(2)) }',
    0.9,
  ],
  [
    'x => { function* g() { const a = yield x; try { yield a * x } finally { yield* [x * x] } } const i = g(); i.next(); const b = i.next(4).value; return b + i.return(1).value }',
    0.9,
  ],
  ['x => { const o = { *[Symbol.iterator]() { yield x; yield x * 2 } }; const [a, b] = o; return a * b + [...o].length * x }', 0.9],
  // Conversions, commas, and chains of assignments.
  ['x => { const o = { valueOf: () => 3 }; return o * x + `${2}` * x + (true + x) + (null ?? x) }', 0.9],
  ['x => { let a, b, c; a = b = c = x; a += b *= c -= 0.5; return (a++, b--, a * b + c) }', 0.9],
  ['x => { let a = null, b = 0, c = x; a ??= x * 2; b ||= x * 3; c > 0 && (c *= c); return a * b * c }', 0.9],
  ['x => { let i = 0; const a = [x, 2 * x, 3 * x]; a[i++] *= a[i++]; a[i] = a[i] ** i; return a[0] + a[2] * i }', 0.9],
  ['x => { const { length } = "four", { PI: p, hypot: h } = Math; return h(x, length) * p }', 0.9],
  ['function (x) { return arguments.length * x * arguments[0] }', 0.9],
  [
    'x => { const f = function me(n) { return n > 0 ? me(n - 1) * x : typeof me === "function" ? x : 0 }; return f.call(null, 2) + f.apply(null, [1]) + f.bind(null, 0)() }',
    0.9,
  ],
  ['x => { const tag = (parts, ...vs) => vs.reduce((s, v, i) => s + v * parts[i].length, x); return tag`ab${x}c${x * x}` }', 0.9],
  [
    'x => { const o = Object.freeze({ a: x, b: Object.assign({}, { c: x * x }) }); const p = { ...o, a: o.a * 2 }; delete p.b; return p.a * o.b.c + ("b" in p ? 1 : x) }',
    0.9,
  ],
]
