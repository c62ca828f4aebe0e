import { describe, expect, it } from 'vitest'
import { compile, grad, jvp, vmap } from '../../src/index.ts'
import { fromSource } from '../../src/plugin/from-source.ts'

// biome-ignore lint/suspicious/noExplicitAny: functions of every signature
type Any = any
const evaluated = (text: string) => new Function(`'use strict'; return (${text})`)() as Any

/** Without signs of zeros: what is not selected adds a zero to a gradient, whose sign may be another. */
const unsigned = (x: unknown): unknown => (Array.isArray(x) ? x.map(unsigned) : (x as number) + 0)

/** Programs of one argument, and arguments for which their conditions have different answers. */
const points = [0.3, -0.7, 1.9, 4.2, -3.1]
const lists = [
  [1, -2, 3, 0.5],
  [-1, 2, -3, -0.5],
  [0.2, 0.3, 0.1, 7],
]
const selecting: readonly (readonly [text: string, at: readonly unknown[]])[] = [
  ['x => x > 1 ? x * x : x', points],
  ['x => { const y = x > 0 ? Math.log(x) : -x; return y * y }', points],
  ['x => { if (x > 2) return x * x; if (x > 1) return Math.sqrt(x); return x * 3 }', points],
  ['x => { if (x > 2) return x * x; else if (x > 1) { return Math.sqrt(x) } else return 5 * x }', points],
  ['x => { if (x > 1) { return x * x }\n  return x }', points],
  ['x => { let y = x; if (x > 1) y = x * x; return y + x }', points],
  ['x => { let y; if (x > 1) y = x * x; else y = Math.exp(x); return y + x }', points],
  ['x => { let y = x, z = 1; if (x > 1) { y *= 2; z = y * x } else { const d = x - 1; z -= d * d } return y * z }', points],
  ['x => { let y = x; if (x > 1) { let d = x; d *= 2; y += d } else if (x < 0) y -= x; else y++; return y * x }', points],
  ['x => { let y = x; if (x > 0) if (x > 1) y *= 2; else y *= 3; return y * x }', points],
  ['x => { let y = 0; if (!(x > 1 || x < -1) && x !== 0) y = x * x; return y + x }', points],
  ['x => { const o = { y: x }; if (x > 1) o.y *= x; return o.y * x }', points],
  ['x => { let s = x > 0 ? 1 : -1; return s * x * x }', points],
  ['x => { let y = x\n  if (x > 1)\n    y = x * x\n  return y }', points],
  ['x => { let y = 1; if (x > 1) y = x, y *= x; else; return y * x }', points],
  ['xs => { let s = 0; for (let i = 0; i < xs.length; i++) { if (xs[i] > 0) s += Math.log(xs[i]); else s -= xs[i] } return s }', lists],
  ['xs => { let n = 0, s = 0; for (const x of xs) if (x > 0) { n++; s += x } return s / (n + 1) }', lists],
  ['xs => { let most = xs[0]; for (const x of xs) if (x > most) most = x; return most * xs[0] }', lists],
  [
    'xs => { const f = [0, 0, 0, 0]; for (let i = 1; i < 4; i++) { const d = xs[i] - xs[i - 1]; if (d > 0) { f[i] += d * d; f[i - 1] -= d } } return f[0] * f[1] + f[2] * f[3] }',
    lists,
  ],
  ['xs => { let s = 0; xs.forEach(x => { if (x > 0) s += x * x }); return s }', lists],
  ['xs => xs.reduce((a, x) => a + (x > 0 ? x * x : x < -1 ? -x : 0), 0)', lists],
  ['x => { let y = x; if (x > 1) { y = 2 * x; function inner() { return 1 } } return y }', []],
  [
    'x => { const near = x < 1 && x > -1, far = !near; let y = x; if (far || x > 0.5) y *= x; return (near ? y : -2 * y) + ((y => { const low = y < 0; return low ? y : 3 * y })(x)) }',
    points,
  ],
  ['x => { if (Number.isNaN(x) || !Number.isFinite(x * x)) return 0; const whole = isFinite(1 / x) && !isNaN(x); return whole ? 1 / x : x }', points],
  [
    'x => { if (x > 4) return 1; const t = Math.exp(-x), u = t * x; let s = t; if (u > 0) s += u; for (let i = 1; i <= 3; i++) { const w = s / i; s += w * w } s *= 2; return s * t }',
    points,
  ],
  [
    'x => { if (x === 0) { const y = 2; return y } else if (x < 0) { let y = x; y *= y; return y } let y = 1, n = 2; for (let i = 3; i > 0; --i) if (x > i) y *= x; return y + n }',
    points,
  ],
  [
    'xs => { let s = 0, n = 0; for (const x of xs) { if (x < 0) continue; /* and */ n++; const d = x - 1\n if (d > 2 || d < -0.9) { continue }\n s += d * d } return s / (n + 1) }',
    lists,
  ],
  [
    'xs => { let s = 0, i = 0; const f = new Float64Array(4); while (i < 4) { const k = i++; s += xs[k]; if (!(xs[k] > 0.25)) continue; f[k] += xs[k] * s } return f.reduce((a, b) => a + b * b) }',
    lists,
  ],
  ['xs => { const order = (p, q) => p <= q ? [p, q] : [q, p]; let [a, b, c] = xs; [a, b] = order(a, b); [b, c] = order(b, c); return a + 2 * b * c }', lists],
  [
    'x => { const f = y => { if (y < 0) return { u: y, v: -y }; const u = y * y; return { u, v: u + y } }; const { u, v } = f(x), [p, q] = x > 1 ? [u, v] : x < 0 ? [v, 2.5] : [v, u]; return p * q + u }',
    points,
  ],
  ['xs => { const sorted = [...xs].sort((a, b) => a - b), m = sorted.length >> 1; return sorted[m] * sorted[m - 1] + xs[0] * sorted[0] }', lists],
  [
    'xs => { const down = Float64Array.from(xs).toSorted((p, q) => Math.abs(q) - Math.abs(p)); xs.sort((a, b) => b - a); return down.reduce((s, x, i) => s + x * xs[i] * i) }',
    lists,
  ],
  ['xs => { const order = xs.map((_, i) => i).sort((i, j) => xs[j] - xs[i]); return order.reduce((s, i, rank) => s + xs[i] / (rank + 1), 0) }', lists],
]
/** Conditions that stay questions, which compiled functions guard: what they choose are positions, texts, calls and ends of loops. */
const asking: readonly (readonly [text: string, at: readonly unknown[]])[] = [
  ['x => { const i = x > 1 ? 1 : 0; return [x, x * x][i] * x }', points],
  ['x => { let i = 0; while (i < 4 && [0, 1, 2, 3][i] < x) i++; return x ** (i + 1) }', points],
  [
    'x => { const xs = [-2, -1, 0, 1, 2]; let lo = 0, hi = 4; while (hi - lo > 1) { const m = (lo + hi) >> 1; if (x < xs[m]) hi = m; else lo = m } return (x - xs[lo]) ** 2 }',
    points,
  ],
  ['x => { const kind = x > 1 ? "a" : "b"; return kind === "a" ? x * x : x }', points],
  ['x => { const out = []; if (x > 0) out[0] = x; return out.length * x }', points],
  ['x => { let done = false; let y = x; if (x > 1) { y = x * x; done = true } return done ? y : -y }', points],
  ['x => { const p = x > 1 ? null : { v: x }; return p === null ? x * x : p.v }', points],
  ['x => { const at = [{ v: x }]; const k = 1; return x > 9 ? at[k].v : x * x }', points],
  ['x => { const f = n => n <= 1 ? 1 : n * f(n - 1); return x > 1 ? f(3) * x : x }', points],
  ['x => { let y = x; for (;;) { if (y > 10) return y; y = y * y + 1 } }', points],
  [
    `x => { const big = x > 1, o = { big }; let n = 0; while (big && n < 2) n++; return (big === true ? x * x : o.big ? 0 : x) * (typeof big + \`\${big}\`).length * n + (big || 2) }`,
    points,
  ],
  [
    'xs => { const p = xs.map(x => ({ x })).sort((a, b) => a.x - b.x); let n = 0; xs.sort((a, b) => (n++, a - b)); return p[0].x * xs[1] * Math.sign(n) + [3].sort((a, b) => a.x - b.x)[0] }',
    lists,
  ],
]
/** What is asked of what masks have selected among numbers: truth, texts, bits, kinds, entries, counts. */
const numbers: readonly (readonly [text: string, at: readonly unknown[]])[] = [
  ['x => { const k = x > 1 ? 1.5 : 0; if (k) return x * k; return x }', points],
  ['x => { let k = 0; if (x > 1) k = 1; return (k ? x * x : x) + (!k ? 2 * x : x) * (k || x) + (k && x) }', points],
  ['x => { const s = x > 0 ? 1 : x < 0 ? -1 : 0; switch (s) { case 1: return x * x; case -1: return -x; default: return 5 * x } }', points],
  ['x => { let w = 1.5; if (x > 1) w = 2.5; w |= 0; return x * (w << 1) + (w & 1) + Math.clz32(w) }', points],
  [`x => { let k = 0.5; if (x > 1) k = 1.5; const t = { '0.5': 2, 'p1.5': 3 }; return (t[\`\${k}\`] ?? t['p' + k]) * x * (k in t ? 2 : 1) }`, points],
  ['x => { let k = 0.5; if (x > 1) k = 1.5; return k.toFixed(1) === "0.5" ? [0.5, 1.5].indexOf(k) * x : new Map([[1.5, x]]).get(k) }', points],
  ['x => { let k = 0; if (x > 1) k = 1; const o = { j: 0 }; o.j = k; const a = [1, 2]; a[o.j] = x; return a[0] * 2 + a[1] * x }', points],
  ['x => { function g() { let i = 0; if (x > 1) i = 1; return i } const a = [1, 2]; a[g()] = x; return a[0] * 2 + a[1] * x }', points],
  [
    'x => { let i = 0; if (x > 1) i = 1; const a = [1, 2]; for (const k of [i]) a[k] = x; [i].forEach(k => { a[k] *= 2 }); return a[0] * 2 + a[1] * x }',
    points,
  ],
  [
    'x => { let k = 1; if (x > 1) k = 0; const o = { a: [k, { k }], b: "" }; return JSON.stringify(o, null, 1).length * x + JSON.parse(JSON.stringify(k)) * x * x }',
    points,
  ],
  ['x => { let w = 0.5; if (x > 1) w = 1.5; return [[x], [x * x]][Math.floor(w)][0] + [Math.sin, Math.cos][w - 0.5](x) }', points],
  ['x => { let n = 2; if (x > 1) n = 3; const q = []; q.length = n; return q.length * x + new Float64Array(n * 2).length }', points],
  ['x => { let w = 0.5; if (x > 1) w = 0; function* g() { yield w ? 2 : 3 } const v = w * 2; return v ? x : [...g()].length * x * x }', points],
  ['x => { const a = [0.5, 1.5]; if (x > 1) a[0] = 0.25; const c = Int8Array.of(3); c[0] = a[0] * 8; return c[0] * x }', points],
  ['x => { let w = 1.5; if (x > 1) w = 2.5; const a = [1]; return (a[3] > w ? x : x * x) + (Number.isNaN(w * a[3]) ? 1 : x) + w * true }', points],
  ['x => { let k = 0.5; if (x > 1) k = 1.5; const { [k]: v } = { 0.5: 2, 1.5: 3 }; const o = { [k]: 2 }; return (o[0.5] ?? 3) * x * v }', points],
  ['x => { let k = 1; if (x > 1) k = 0; return (k == true ? x : x * x) + (k == "1" ? x : 2) * ([k].join() === "0" ? 2 : x) + [k, 5].indexOf(0) }', points],
  ['xs => { let n = 0, s = 0; for (const x of xs) if (x > 0) { n++; s += x } return n ? s / n : xs[0] }', lists],
  ['xs => { let n = 0, m = 0, s = 0; for (const x of xs) { if (x > 0) n++; if (n > 1) m += 2; if (m > 1) m++; s += x * m } return s }', lists],
]
/** Sides that cannot run where they are not selected, and places that are not what they were. */
const unreached: readonly (readonly [text: string, at: readonly unknown[]])[] = [
  ['x => { const o = { k: 0 }, a = [1, 2]; if (x > 1) { o.k = 1; a[o.k] = x } return a[0] * x + a[1] + o.k }', points],
  ['x => { const a = [0, 2, 3, 4]; if (x > 1) { a[0] = 2; a[a[0]] = x } return a[0] * x + a[1] + a[2] * 10 }', points],
  ['x => { const a = [1, 2], b = a; if (x > 1) { a[0] += x; b[0] *= 2 } else { b[0] = x; a[0] *= x } return a[0] * x + b[1] }', points],
  ['x => { const a = [1, 2, 3]; if (x > 1) a.length = 1; else a[1] = x; return a.length * x + (a[1] ?? 5) }', points],
  ['x => { let c = 0; const o = { get v() { return c }, set v(y) { c += y } }; if (x > 1) o.v = x; return c * x + 1 }', points],
  ['x => { class A { #p = 1; get p() { return this.#p } set p(v) { this.#p = v * 2 } } const a = new A(); if (x > 1) a.p = x; return a.p * x }', points],
  ['x => { let n = 0; const o = { get v() { n++; return 2 } }; const y = x > 1 ? o.v * x : x; return y * (n + 1) }', points],
  ['x => { const o = { p: { q: x }, r: 1 }; if (x > 0) { if (x > 1) o.r *= o.p.q; o.p.q *= 2 } return o.r * o.p.q }', points],
  ['x => { const y = 1, o = Object.freeze({ v: 1 }); let z = x; if (x > 9) { z = 7; y = x } if (x > 9) { z = 8; o.v = x } return z * x }', points],
  ['x => { if (x > 9) y = x; let y = 1; return y * x }', points],
  ['x => { const a = [{ v: 2 }]; let y = x; if (x > 9) { y = 7; y = a[5].v } return (x > 9 && a[3].v > 1) || !(x < 9 || a[3].v > 1) ? x : y * x }', points],
  ['x => { let y = x > 9 ? Math.clz32(x) : x * x; if (x > 9) y = Math.clz32(x); return y * x }', points],
  ['x => { let y = 0; const n = null; try { if (x > 1) y = n.v; else y = x } catch { y = 7 } return y * x }', points],
  ['x => { const o = { v: 0 }, n = 0; if (x > 1) o.v = -n; return o.v + x }', points],
  ['x => { q = x; if (q > 1) return q; if (q < 0) return 2 * q; return -q; if (x > 1) { var q = 1 } }', points],
]
/** Places beyond the end, where they are not read. */
const inside: readonly (readonly [text: string, at: readonly unknown[]])[] = [
  ['x => { const ys = [1, 2, 4, 8]; return x < 0 ? ys[0] : x >= 3 ? ys[3] : ys[Math.floor(x)] * x }', points],
  ['x => { const ys = [1, 2, 4, 8]; let r = x; if (x >= 0 && x < 3) r = ys[Math.floor(x)] * x; return r * x }', points],
  ['x => { const ys = [1, 2, 4]; return (x >= 0 && x < 3 && ys[Math.floor(x)] > 1 ? x * x : x) + (x < 0 || x >= 3 || ys[Math.floor(x)] > 1 ? x : 1) }', points],
]

describe.each([...selecting, ...inside, ...asking, ...numbers, ...unreached])('%s', (text, at) => {
  const f = fromSource(evaluated(text)) as Any
  const slope = grad(f) as Any

  it('has compiled the gradients of its branches', () => {
    const value = compile(f) as Any
    const fast = compile(slope) as Any
    for (const x of at) {
      expect(value(x)).toBe(evaluated(text)(x))
      expect(unsigned(fast(x))).toEqual(unsigned(slope(x)))
    }
    if ([...selecting, ...inside].some(([each]) => each === text)) expect(fast.stats.versions).toBeLessThan(2)
  })
})

describe.each([...selecting, ...inside].filter(([, at]) => at.length > 0))('%s', (text, at) => {
  it('takes the branches of its items in a batch', () => {
    const slope = grad(fromSource(evaluated(text)) as Any) as Any
    expect(unsigned((vmap(slope) as Any)(at))).toEqual(unsigned(at.map(x => slope(x))))
  })
})

describe('lists in place of typed arrays', () => {
  it('are read at places that are values, with their tangents', () => {
    const f = fromSource(
      evaluated('x => { const st = new Float32Array(3); if (x > 1) st[1] = x * x; return st[Math.floor(x > 2 ? 2 : x > 1 ? 1 : 0 * x)] + x }'),
    ) as Any
    const slope = (x: number) => jvp(f, [x], [2]) as Any
    for (const x of points) expect(compile(slope)(x)).toEqual(slope(x))
  })
})

describe('what is refused', () => {
  it.each([
    'x => { try { if (x > 1) throw new Error(); return x } catch { return 7 } }',
    'x => { try { if (x > 1) throw new Error(); return x } catch (e) { var e = 7; return e } }',
    'x => { try { if (x > 1) throw new Error(); return x } catch ({ message }) { return message.length } }',
  ])('is not caught: %s', text => {
    const f = fromSource(evaluated(text)) as Any
    for (const x of points) expect((compile(f) as Any)(x)).toBe(evaluated(text)(x))
    expect(() => (vmap(f) as Any)(points)).toThrow(/question/)
  })
})

describe('a batch', () => {
  it('says why a question was asked', () => {
    const f = fromSource(evaluated('(x, o) => x > 0 ? o.p.q * x : x')) as Any
    expect(() => (vmap(f, { in: [0, null] } as Any) as Any)(points, {})).toThrow(/question.*cannot be computed: .*undefined.*'q'/)
  })
})

describe('what a selection does not compute', () => {
  it('has no part in a gradient', () => {
    const f = fromSource((x: number) => (x > 0 ? Math.sqrt(x) + Math.log(x) : x === 0 ? 3 * x : x / (x - x))) as Any
    expect(compile(grad(f) as Any)(0)).toBe(3)
    const sinc = fromSource((x: number) => (x === 0 ? 1 : Math.sin(x) / x)) as Any
    expect((compile(grad(sinc)) as Any)(0)).toBe(0)
  })
})

describe('places that are values', () => {
  const table = fromSource(
    evaluated('(t, ys) => { const i = Math.floor(t); const o = { ys }; return ys[i] + (t - i) * (o.ys[i + 1] - ys[i]) + [Math.sin, Math.cos][1](t) }'),
  ) as Any

  it('are found when the others are, in one version', () => {
    const slope = grad(table, { argnum: [0, 1] }) as Any
    const fast = compile(slope) as Any
    for (const t of [0.25, 1.5, 2.75]) for (const ys of [[1, 2, 4, 8], Float64Array.of(3, 1, 4, 1)]) expect(fast(t, ys)).toEqual(slope(t, ys))
    expect(fast.stats.versions).toBe(2)
    expect((vmap(table, { in: [0, null] } as Any) as Any)([0.25, 1.5], [1, 2, 4, 8])).toEqual([0.25, 1.5].map(t => table(t, [1, 2, 4, 8])))
  })

  it('are refused beyond the end', () => {
    const entry = fromSource(evaluated('(t, ys) => ys[Math.floor(t)] * t')) as Any
    expect(() => (compile(entry) as Any)(7, [1, 2, 3])).toThrow(/7/)
    const fast = compile(entry) as Any
    expect(fast(1, [1, 2, 3])).toBe(2)
    expect(() => fast(-1, [1, 2, 3])).toThrow(/out of range/)
  })

  it('are found in rows, and in rows of rows', () => {
    const grid = [0, 1, 2, 3].map(i => Float64Array.from([0, 1, 2], j => Math.cos(i + 3 * j)))
    const bilinear = fromSource(
      evaluated(`(x, y, grid) => {
        const i = Math.floor(x), j = Math.floor(y), u = x - i, v = y - j
        const [first, second] = [grid[i], [grid, grid][i][i + 1]]
        return (1 - u) * ((1 - v) * first[j] + v * first[j + 1]) + u * ((1 - v) * grid[i + 1][j] + v * second[j + 1]) + first[0] + second.length
      }`),
    ) as Any
    const slope = grad(bilinear, { argnum: [0, 1] }) as Any
    const fast = compile(slope) as Any
    for (const [x, y] of [[0.25, 1.5], [1.5, 0.75]]) expect(fast(x, y, grid)).toEqual(slope(x, y, grid)) // biome-ignore format: short
    expect(fast.stats.versions).toBe(1)
    // As it is said where nothing is compiled.
    expect(() => fast(0.5, 2.5, grid)).toThrow(/undefined/)
    expect((vmap(bilinear, { in: [0, null, null] } as Any) as Any)([0.25, 1.5], 0.5, grid)).toEqual([0.25, 1.5].map(x => bilinear(x, 0.5, grid)))
  })

  it('are written to', () => {
    const shares = fromSource(
      evaluated(`xs => {
        const bins = new Float64Array(4), seen = [0, 0, 0, 0], table = { rows: [1, 2, 3, 4] }
        for (const x of xs) {
          const i = Math.floor(x)
          bins[i] += i + 1 - x
          bins[i + 1] += (x - i) * [1, 2, 3, 4][i]
          seen[Math.round(x)] = x
          table.rows[i]++
          ;[bins[i], seen[i]] = [bins[i] * 2, seen[i]]
        }
        return bins.reduce((sum, x, i) => sum + x * x * (i + 1) + seen[i] * table.rows[i], 0)
      }`),
    ) as Any
    const fast = compile(grad(shares) as Any) as Any
    const lists = [
      [0.25, 1.75, 1.5],
      [2.25, 0.125, 2.75],
    ]
    for (const xs of lists) fast(xs).forEach((each: number, i: number) => expect(each).toBeCloseTo((grad(shares) as Any)(xs)[i], 12))
    expect(fast.stats.versions).toBe(1)
    expect((vmap(shares as Any) as Any)(lists)).toEqual(lists.map(shares))
    const written = compile(fromSource(evaluated('(x, i) => { const a = [x, x]; a[i] = 2 * x; return a[0] }')) as Any) as Any
    expect([written(3, 0), written(3, 1)]).toEqual([6, 3])
    expect(() => written(3, 2)).toThrow(/out of range/)
  })

  it('are refused in lists of other things', () => {
    const rows = fromSource(evaluated('(i, x) => { const rows = [[x], [x * x]]; rows[i][0] += x; return rows[0][0] }')) as Any
    expect(rows(1, 3)).toBe(3)
    expect(() => (compile(rows) as Any)(1, 3)).toThrow(/was written to/)
    const ragged = fromSource(evaluated('(i, x) => [[x], [x, x * x]][i][0]')) as Any
    expect(() => (compile(ragged) as Any)(1, 3)).toThrow(/says which entry/)
  })
})
