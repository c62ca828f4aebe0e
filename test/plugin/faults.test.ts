import { describe, expect, it } from 'vitest'
import { grad, jvp, value, variable } from '../../src/index.ts'
import { fromSource } from '../../src/plugin/from-source.ts'
import { transform } from '../../src/plugin/transform.ts'
import { evaluate, inside, load } from './modules.ts'

/** Modules whose f gives the same, marked or not, inside a transform or outside. */
const modules: Readonly<Record<string, string>> = {
  'assignments beside &&': 'export const f = () => { let b = 0; const x = 1; x > 0 && (b = 3); return b }',
  'arrow functions beside ||': 'export const f = x => { const g = x || (() => 1); return g() }',
  'arrows in comments': 'export const f = () => [1, 2].map(x => /* a => b */ x * 2).map(x => ( // =>\n x + 1))',
  'temporaries called like variables': 'export const f = () => { let $t1 = 5; const o = { v: 1 }; o.v++; return o.v++ + $t1 }',
  'keys of super':
    'class A { get k() { return this.v ?? 1 } set k(v) { this.v = v } } class B extends A { m() { let n = 0; const key = () => (n++, "k"); super[key()] += 2; const r = super[key()]++; return [n, r, this.k] } }; export const f = () => new B().m()',
  'names of function expressions': 'const g = function h(x) { h.n = (h.n ?? 0) + 1; return x * h.n }; export const f = () => { g(2); return [g(2), g.n] }',
  'functions in static blocks': 'const o = {}; export const A = class { static { const k = 2; const g = x => x * k; o.g = g } }; export const f = () => o.g(2)',
  'functions of one name': 'class A { m() { function g() { return 1 } function g() { return 2 } return g() } }; export const f = () => new A().m()',
  'functions and variables of one name': 'class A { m() { var g; function g() { return 1 } return typeof g } }; export const f = () => new A().m()',
  'isNaN of texts': 'export const f = () => [isNaN("abc"), isNaN(undefined), isFinite("5"), Number.isNaN("abc"), Number.isFinite("5")]',
  'Number as a class':
    'export const f = () => [Number(), Number("3"), new Number(5) + 1, (5).constructor === Number, new Number(3) instanceof Number, Number.name, Boolean(""), new Boolean(1).valueOf()]',
  'lengths of typed arrays': 'export const f = () => [2.5, "3", null, NaN, undefined, true].map(n => new Float64Array(n).length)',
  'orders of typed arrays':
    'export const f = () => [...new Float64Array([10, 9, NaN, 0, -0, -1]).sort(), ...new Float64Array([10, 9]).slice().sort(), ...new Float64Array([10, 9]).toSorted(), ...new Float64Array([9, 10]).sort((a, b) => b - a)]',
  'entries of typed arrays':
    'export const f = () => { const b = new Float64Array(2); b[5] = 3; b[-1] = 3; b[0] = undefined; b[1] = "7"; b[1]++; const c = b.map(() => "3"); c.fill("4", 1); return [b.length, b[5], b[-1], ...b, ...c, b.byteLength, b instanceof Float64Array, b instanceof Float32Array] }',
  'entries of typed arrays in patterns':
    'export const f = () => { const a = new Float32Array(2); [a[0], a[5]] = [0.1, 2]; ({ p: a[1] = 4 } = { p: "3" }); const b = [...a]; for (a[1] of [0.3]); [...a[0]] = [7]; return [a.length, ...a, ...b] }',
  'entries that are given where there is none':
    'export const f = () => { const a = new Float64Array(1), b = [null]; let n = 0; for (const i of [0, 1, 1]) { a[i] ??= ++n; b[i] ??= ++n } return [...a, a.length, a[1], ...b, n] }',
  'parts of typed arrays':
    'export const f = () => { const a = Float64Array.of(5, 4, 3, 2, 1), b = a.subarray(1, -1), c = b.subarray(1); b[0] = "9"; b[7] = 1; c[1] += 0.5; c.fill(7, 0, 1); b.set([8], 1); b.sort(); const d = b.map(x => x + 1); [b[2]] = [6]; return [...a, b.length, ...b, ...c, ...d, c.byteOffset, b.slice(1).length, b.indexOf(7), a.subarray(4, 2).length, a.subarray().at(-1), c instanceof Float64Array, Object.keys(c).join()] }',
  'lists that are searched':
    'export const f = () => { const a = [1, NaN, 3, , 1, undefined], s = "abc", o = { includes: (x, y) => [x, y] }; return [a.indexOf(1, 1), a.indexOf(NaN), a.includes(NaN), a.includes(undefined, -3), a.indexOf(undefined), a.lastIndexOf(1), a.lastIndexOf(1, -3), a.lastIndexOf(1, undefined), s.includes("b"), s.indexOf("c", 1), o.includes(1, 2), [].includes?.(1), o.none?.indexOf(1), Object.is(-0, 0), new Float64Array([1, 2]).indexOf(2)] }',
  'fields of classes':
    'let n = 1; class A { n = n++ * 2; data = new Float64Array(this.n + 1); f = x => x * this.n; static k = 1 + 1; ["z" + n] = this.data.length\n #p = this.n++ + 1; get p() { return this.#p } }; class B extends A { q = super.p * this.p }; export const f = () => { n = 1; const a = new A(), b = new B(); return [a.n, a.data.length, a.f(2), A.k, a.p, b.n, b.q, Object.keys(b).join()] }',
  'kinds of typed arrays':
    'export const f = () => { const a = new Float64Array(2); class V extends Float64Array { sum() { return this[0] + this[1] } } return [Array.isArray(a), [1].map(Array.isArray)[0], ArrayBuffer.isView(a), Array.isArray([]), new V([1, 2]).sum()] }',
  'texts and numbers that are ==':
    'export const f = () => { const a = ["1", 1, null, undefined, 0, "", true, [1]]; return a.map(x => a.map(y => [x == y, x != y])) }',
  'single precision':
    'export const f = () => { const b = new Float32Array([0.1]); b[0] += 0.2; const c = new Float32Array(1); c[0] = 0.1; return [b[0], c[0], c.byteLength] }',
  'this of callbacks': 'export const f = () => [1, 2, 3].filter(function (x) { return x > this.min }, { min: 2 })',
  'words without spaces':
    'export const f = () => { const h = (x, y) => { if(x>1)return-y;else-x;switch(x){case-y:return[1][0]+x;default:return+x} }; return [h(2, 3), h(-1, 1), h(0, 5)] }',
  '?? beside &&': 'export const f = () => { const a = null; return [1 && (a ?? 2), 0 || (a ?? 3)] }',
  'methods called as those of every object':
    'export const f = () => { const o = { valueOf(x) { return x }, toString(x) { return x }, hasOwnProperty(x) { return x } }; return [o.toString(1), o.valueOf(2), o.hasOwnProperty(3)] }',
  'methods called as those of lists':
    'export const f = () => { const g = x => x; const o = { find: (h, n) => [h === g, n], sort: h => h === g }; let n = 0; const make = () => (n++, o); const list = () => (n++, [3, 1, 2]); return [o.find(g, 2), make().sort(g), list().find(x => x < 3), list()?.sort((a, b) => a - b), o.missing?.find(g), n] }',
  'statements after others': 'export const f = () => { let x = 1.5, y = 2\nlet q = y\nx++ === "a"\nreturn [x, q] }',
}

describe('on numbers nothing changes', () => {
  it.each(Object.entries(modules))('with %s', (_, code) => {
    const wanted = evaluate(code).f()
    const marked = `'use ad'\n${code}`
    expect(load(marked).f()).toEqual(wanted)
    expect(inside(() => load(marked).f())).toEqual(wanted)
  })

  it('in functions inside an exported one that is not marked', () => {
    const { f } = load(`export const make = k => { const g = x => { 'use ad'; return x * k }; return g }\nexport const f = x => make(3)(x)`)
    expect([f(2), grad(f)(2)]).toEqual([6, 3])
  })

  it('in functions of many parts', () => {
    const { f } = load(`'use ad'\nexport const f = x => [${'0,'.repeat(70_000)}x][70000]`)
    expect(f(2)).toBe(2)
  })

  it('in TypeScript and in tags', () => {
    const parts = {
      'a.ts':
        'enum E { A = 1 << 2, B = A * 2 } namespace N { export const k = 2 } abstract class A { abstract m(x: number): number; constructor(private readonly k: number, public y = k * 2) { this.y *= 3 } n(x: number): number; n(x: any): any { return this.m(x) * this.y } } class B extends A { constructor(k: number) { super(k + 1); this.y += 1 } override m(x: number) { return x + E.B * N.k } } export const f = <T extends number,>(x = 2 as T): number => { const o = { a: x * 2 } satisfies { a: number }; let z!: number; z = o.a as number; (z as number)++; return new B(z!).n(<number>o.a) }',
      'b.tsx':
        'const React = { createElement: (...all: any[]) => all.slice(1) }; export const f = <T,>(x: T) => <div a={2 * 3}>{[1].map(y => y + 1)} text</div>',
      'c.jsx': 'const React = { createElement: (...all) => all.slice(1) }; export const f = x => <div a={2 * 3} {...{ b: 1 }}>{[1].map(y => y + 1)} text</div>',
    }
    for (const [filename, code] of Object.entries(parts)) {
      const wanted = evaluate(code, filename).f()
      expect(load(`'use ad'\n${code}`, filename).f()).toEqual(wanted)
      expect(inside(() => load(`'use ad'\n${code}`, filename).f())).toEqual(wanted)
    }
  })

  it('in modules of CommonJS', () => {
    for (const filename of ['a.js', 'a.cjs'])
      expect(transform("module.exports = { f(x) { 'use ad'; return x * 2 } }", { filename })?.code).toMatch(
        /^const \{.*\} = require\('dualtape\/plugin\/runtime'\); module/,
      )
  })

  it('in what has to come first', () => {
    const written = (code: string) => transform(code)?.code
    expect(written(`#!/usr/bin/env node\nexport const f = x => { 'use ad'; return x * 2 }`)).toMatch(/^#!.*\nimport /)
    expect(written(`'use client'\nexport const f = x => { 'use ad'; return x * 2 }`)).toMatch(/^'use client'; import /)
  })
})

describe('derivatives are not lost', () => {
  const slope = (text: string, at: unknown) => grad(load(`'use ad'\nexport const f = ${text}`).f)(at as number)

  it('of lengths that are no counts', () => {
    expect(slope('p => p.length * 2 * p.m', { length: 3, m: 2 })).toEqual({ length: 4, m: 6 })
    expect(slope('p => (p.length === 3 ? p.m * 2 : p.m)', { length: 3, m: 2 })).toEqual({ length: 0, m: 2 })
  })

  it('of names that are declared elsewhere, too', () => {
    for (const body of ['set(x); { const k = 2; let j = k + 1 } return k === 2 ? k * 3 : k', 'k = 2; set(x); return k === 2 ? k * 3 : k'])
      expect(grad(load(`'use ad'\nlet k = 1; const set = v => { k = v }\nexport function f(x) { ${body} }`).f)(2)).toBe(3)
  })

  it('without a word', () => {
    expect(() => slope('x => Boolean(x) ? x : 1', 2)).toThrow(/truth of a traced value/)
    expect(() => slope('x => [x].filter(Boolean).length * x', 2)).toThrow(/truth of a traced value/)
    expect(() => slope('x => parseInt(x) + x', 2)).toThrow(/parseInt was used/)
    expect(() => slope('x => Number.parseFloat(x) * x', 2)).toThrow(/parseFloat was used/)
    expect(() => slope('x => new Float64Array(x).length + x', 2)).toThrow(/for its length/)
    expect(() => slope('x => { switch (2) { case x: return x * 5 } return x }', 2)).toThrow(/switch was used/)
  })

  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: texts of programs
  const refused: (readonly [what: string, text: string, message: RegExp])[] = [
    ['sort', '[x, 1].sort()[0]', /sorted without a comparison.*sort\(\(x, y\) => x - y\)/],
    ['toSorted', '[x, 1].toSorted()[0]', /sorted without a comparison/],
    ['Number of a text', 'Number(`${x}`)', /text of a traced value, "Traced\(2\)", was read as a number/],
    ['parseFloat of a text', 'parseFloat(String(x)) + x', /text of a traced value/],
    ['+ of a text', '+`${x}`', /text of a traced value/],
    ['- of a text', '(x + "") - 1', /text of a traced value/],
    ['toFixed', 'Number(x.toFixed(2))', /toFixed would make a text of a traced value/],
    ['toPrecision', 'Number(x.toPrecision(2))', /toPrecision would/],
    ['toExponential', 'Number(x.toExponential(2))', /toExponential would/],
    ['JSON', 'JSON.parse(JSON.stringify({ a: [x] })).a[0]', /cannot be written as JSON/],
    ...['x & 1', 'x | 0', 'x ^ 1', '~x', '~~x', 'x << 1', 'x >> 1', 'x >>> 0'].map(each => [each, `(${each}) * x`, /bit operation/] as const),
    ['|=', '(() => { let y = x; y |= 0; return y * x })()', /bit operation/],
    ...['(() => { if (x) return x; return 1 })()', '(() => { while (x) return x; return 1 })()', '(!x ? 1 : x)', '(x || 1)', '(x && x)', '(x ? x : 1)'].map(
      each => [each, each, /truth of a traced value.*Write x !== 0/] as const,
    ),
    ['Math.clz32', 'Math.clz32(x) + x', /Math\.clz32 has no derivative/],
    ['Math.imul', 'Math.imul(x, 2) + x', /Math\.imul has no derivative/],
    ['Array(n)', 'new Array(x).length + x', /for its length/],
    ['Array(n) without new', 'Array(x).length + x', /for its length/],
    ['integers as storage', 'new Int32Array([x])[0] + x', /mark the function with 'use ad'/],
    ['a text of so many', '"a".repeat(x).length + x', /mark the function with 'use ad'/],
    ['== of a text', '(x == "2" ? x * 3 : x)', /mark the function with 'use ad'/],
    ['bigints', 'x * 2n', /bigint/],
  ]
  it.each(refused)('by %s', (_, text, message) => {
    expect(() => slope(`x => ${text}`, 2)).toThrow(message)
  })

  it('where texts are only shown, and lists have an order of their own', () => {
    expect(slope('x => { const shown = [`${x}`, x + "", String(x)]; return [3, 1].sort()[0] * x * shown.length }', 2)).toBe(3)
    expect(slope('x => [3, x, 1].sort((a, b) => a - b)[1]', 2)).toBe(1)
    expect(slope('x => structuredClone({ a: [x, { b: x }], c: new Map() }).a[1].b * x', 2)).toBe(4)
    expect(slope('x => new Array(3).fill(x)[2] * new Array(1, x)[1]', 2)).toBe(4)
  })

  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: texts of programs

  it('by Math under other names, where all of a module is marked', () => {
    const names = 'const M = Math, { sin: sine, PI } = Math\nconst wrapped = (() => { const { log } = Math; return x => log(x) })()'
    const { f } = load(`'use ad'\n${names}\nexport const f = x => M.exp(x) + sine(x) * PI + wrapped(x)`)
    expect([f(1), inside(() => f(1))]).toEqual(Array(2).fill(Math.exp(1) + Math.sin(1) * Math.PI))
    expect(grad(f)(1)).toBeCloseTo(Math.exp(1) + Math.cos(1) * Math.PI + 1, 14)
  })

  it('in a function that is not marked, which is named where it stands', () => {
    const { f } = load(`const unmarked = x => x * 2\nexport const f = x => { 'use ad'; return [x].map(unmarked)[0] }`)
    const caught = (run: () => unknown) => { try { run() } catch (error) { return error as Error } return undefined } // biome-ignore format: short
    const { message, stack } = caught(() => grad(f)(2)) as Error
    expect(message).toMatch(/plain JavaScript arithmetic.*or mark the function with 'use ad'/)
    expect(stack).toMatch(/at unmarked /)
  })

  it('in callbacks that are called later', () => {
    const { f } = load(`'use ad'\nexport const f = later => later.map(x => x === 2 ? x * 5 : 1)`)
    expect(grad(f({ map: (g: unknown) => g }))(2)).toBe(5)
  })

  it('behind comparisons with what is not there', () => {
    expect(slope('t => { const xs = [0, 1, 2]; let k = 0; while (t > xs[k + 1]) k++; return k * t + (xs[9] <= t ? 0 : t) }', 5)).toBe(3)
  })

  it('in lists that are searched', () => {
    for (const text of ['[1, x].indexOf(2)', '[1, 2].lastIndexOf(x)', '[1, 2].indexOf(x, -1)', 'Number(new Float64Array([x]).includes(2))'])
      expect(slope(`x => ${text} * x`, 2)).toBe(1)
    expect(slope('x => (Object.is(x, 2) && !Object.is(x - 2, -0) && Object.is(x * NaN, NaN) ? 5 * x : x)', 2)).toBe(5)
  })

  it('of fields, in classes of which a method is marked', () => {
    for (const [module, method] of [
      ["'use ad'; ", ''],
      ['', "'use ad'; "],
    ]) {
      const { f } = load(
        `${module}class A { k = A.start * 3; data = new Float64Array(2); put(x) { ${method}this.data[1] = x * this.k; return this } get sum() { ${method}return this.data.reduce((s, x) => s + x ** 2, 0) } }
        A.start = 1; export const f = x => { 'use ad'; A.start = x; return new A().put(x).sum }`,
      )
      expect([f(2), grad(f)(2), f(2)]).toEqual([144, 288, 144])
    }
  })

  it('in parts of typed arrays', () => {
    expect(slope('x => { const a = new Float64Array(4), b = a.subarray(1, 3); b[1] = x * x; b.set([3 * x]); return a[2] * b.subarray(0, 1)[0] }', 2)).toBe(36)
  })

  it('in typed arrays that hold numbers alone', () => {
    const { f } = load(`const work = new Float64Array(2)\nexport const f = x => { 'use ad'; work[1] = x; return work[1] }`)
    expect(f(2)).toBe(2)
    expect(() => grad(f)(2)).toThrow(/typed array that holds numbers alone.*Make it inside/)
    const uses = [
      'v = new V(2); v[0] = x',
      'v = V.of(x)',
      'v = V.from([x])',
      'v = new V([x])',
      'v = new V(2).map(() => x)',
      'v = new V(1); v.fill(x)',
      'v = new V(1); v.set([x])',
    ]
    for (const kind of ['Float64Array', 'Float32Array', 'Int32Array'])
      for (const use of uses) {
        const { g } = load(`export const g = x => { 'use ad'; class V extends ${kind} {} let ${use}; return v[0] }`)
        expect(g(2), use).toBe(2)
        expect(() => grad(g)(2), `${kind}: ${use}`).toThrow(/a typed array/)
      }
  })

  it('beside objects that say what they are in arithmetic', () => {
    const date = new Date(5)
    const hinted = { [Symbol.toPrimitive]: (hint: string) => (hint === 'number' ? 4 : 3) }
    const scope = { date, hinted }
    for (const [text, expected] of [
      ['x => x * date - (date - x) / 2', 5.5],
      ['x => hinted * x + (hinted + x)', 5],
      ["x => '3' * x", 3],
      ['x => ({ valueOf: () => x }) * x', 4],
      ['x => (x < date ? x * 3 : 0)', 3],
    ] as const)
      expect(grad(fromSource(new Function('date', 'hinted', `return ${text}`)(date, hinted), { scope }) as (x: number) => number)(2), text).toBe(expected)
    expect(() => grad(fromSource((x: number) => x * ({} as unknown as number)))(2)).toThrow(/operand 2 is an object/)
    // A text that a value has left is no number.
    expect(() => grad(fromSource((x: number) => x * (`${x}` as unknown as number)))(2)).toThrow(/was read as a number/)
  })

  it('where entries are found by them', () => {
    expect(slope('x => [1, 2, 3][x] * x', 1)).toBe(2)
    expect(slope('x => (Number.isSafeInteger(x) ? x * 2 : x)', 1)).toBe(2)
    expect(slope('x => new Float64Array([x, 9, 10]).sort()[0]', 0.5)).toBe(1)
  })

  it('and Math.round has the bits of numbers', () => {
    const { f } = load(`'use ad'\nexport const f = x => Math.round(x)`)
    for (const x of [0.49999999999999994, -0.2, -2.5, 2.5, 2 ** 52 + 1]) {
      const [value, slope] = jvp(f, [x], [1]) as [number, number]
      expect([Object.is(value, Math.round(x)), Math.abs(slope)]).toEqual([true, 0])
    }
  })
})

describe('what is seen from outside happens once', () => {
  it.each([
    ['variables', `let n = 0; export const count = () => n; export function f(o) { 'use ad'; n++; return o.deep.w * 2 }`],
    ['members', `const s = { n: 0 }; export const count = () => s.n; export function f(o) { 'use ad'; s.n += 1; return o.deep.w * 2 }`],
    ['lists', `const s = []; export const count = () => s.length; export function f(o) { 'use ad'; s.push(1); return o.deep.w * 2 }`],
    ['calls', `let n = 0; const g = () => { n++ }; export const count = () => n; export function f(o) { 'use ad'; g(); return o.deep.w * 2 }`],
    ['caught errors', `export const count = () => 1; export function f(o) { 'use ad'; try { return o.deep.w * 2 } catch { return 0 } }`],
    ['functions of one name', `export const count = () => 1; export function f(o) { 'use ad'; var g; function g() { return 2 } return o.deep.w * g() }`],
    ['names of errors', `export const count = () => 1; export function f($error, o) { 'use ad'; return o.deep.w * $error }`],
  ])('also where a function begins again, as it meets a variable: %s', (_, code) => {
    const { f, count } = load(code)
    const o = { deep: { w: variable(3) } }
    const y = code.includes('$error') ? f(2, o) : f(o)
    expect([value(y), count()]).toEqual([6, 1])
  })
})

describe('fromSource', () => {
  it('refuses classes', () => {
    expect(() => fromSource(class A {} as never)).toThrow(/is a class/)
  })
})
