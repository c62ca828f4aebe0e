/*
 * Random programs over the syntax that marked functions may have: f of three numbers, a list and an object, with a record of what it
 * did in which order (`seen`).
 */

/** A module's text. */
export function generate(seed: number): string {
  let s = (seed * 2654435761) >>> 0
  const rnd = () => {
    s = (s + 0x6d2b79f5) >>> 0
    let t = s
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const int = (n: number) => Math.floor(rnd() * n)
  const one = <T>(xs: readonly T[]): T => xs[int(xs.length)] as T
  let fresh = 0
  type Scope = { nums: string[]; lets: string[]; ints: string[]; arrs: string[]; objs: string[]; fns: string[]; loops: number; label: string[] }
  const child = (c: Scope): Scope => ({
    ...c,
    nums: [...c.nums],
    lets: [...c.lets],
    ints: [...c.ints],
    arrs: [...c.arrs],
    objs: [...c.objs],
    fns: [...c.fns],
    label: [...c.label],
  })
  const nl = () => one(['\n', '\n', ';\n', '; '])
  const sp = () => one(['', ' ', ' /* c => d */ ', ' '])
  const lit = () => one(['0', '1', '2', '3', '0.5', '-1', '1.5', '-0', '1e3', 'NaN', 'Infinity', '7', '.25'])
  function place(c: Scope, d: number): string {
    const k = int(6)
    if (k === 0 && c.arrs.length) return `${one(c.arrs)}[${idx(c, d)}]`
    if (k === 1 && c.objs.length) return `${one(c.objs)}.${one(['a', 'b', 'v'])}`
    if (k === 2 && c.objs.length) return `${one(c.objs)}[k(${one(["'a'", "'b'", "'v'"])})]`
    if (k === 3 && c.arrs.length) return `g(${one(c.arrs)})[${idx(c, d)}]`
    if (k === 4 && c.objs.length) return `g(${one(c.objs)}).a`
    return c.lets.length ? one(c.lets) : 'T.n'
  }
  const idx = (c: Scope, d: number): string =>
    one([
      () => lit0(),
      () => (c.ints.length ? one(c.ints) : '0'),
      () => (c.ints.length ? `${one(c.ints)} % 3` : '1'),
      () => `Math.abs(${num(c, d - 1)} | 0) % 3`,
      () => `k(${int(3)})`,
      () => (c.lets.length && rnd() < 0.3 ? `(${one(c.lets)}++, 1)` : '2'),
    ])()
  const lit0 = () => String(int(3))
  function num(c: Scope, d: number): string {
    if (d <= 0)
      return one([lit, () => (c.nums.length ? one(c.nums) : '1'), () => (c.nums.length ? one(c.nums) : '2'), () => (c.ints.length ? one(c.ints) : '3')])()
    const n = () => num(c, d - 1 - int(2))
    switch (int(34)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return `(${n()}${sp()}${one(['+', '-', '*', '/', '%', '+', '*'])} ${n()})`
      case 4:
        return `((${n()}) ** ${one(['2', '3', '0.5', n()])})`
      case 5:
        return `- (${n()})`
      case 6:
        return `(+ ${n()})`
      case 7:
        return `Math.${one(['sin', 'exp', 'abs', 'round', 'floor', 'sign', 'trunc', 'sqrt', 'clz32', 'fround', 'log1p', 'cbrt', 'atan'])}(${n()})`
      case 8:
        return `Math.${one(['max', 'min', 'hypot'])}(${Array.from({ length: int(4) }, n).join(', ')})`
      case 9:
        return `Math.${one(['pow', 'atan2'])}(${n()}, ${n()})`
      case 10:
        return `(${bool(c, d - 1)} ? ${n()} : ${n()})`
      case 11:
        return `(${n()} ${one(['||', '&&', '??'])} ${one([n(), `(${place(c, d - 1)} = ${n()})`])})`
      case 12:
        return `(${place(c, d - 1)} ${one(['=', '+=', '-=', '*=', '/=', '%=', '**=', '|=', '&=', '<<=', '>>>=', '^=', '||=', '&&=', '??='])} ${n()})`
      case 13:
        return `${one(['(', '- ('])}${place(c, d - 1)}${one(['++', '--'])})`
      case 14:
        return `(${one(['++', '--'])}${place(c, d - 1)})`
      case 15:
        return `(${n()}, ${n()})`
      case 16:
        return `(${n()} ${one(['|', '&', '^', '<<', '>>', '>>>'])} ${n()})`
      case 17:
        return `(~${n()})`
      case 18:
        return c.arrs.length
          ? `${one(c.arrs)}${one(['.length', `[${idx(c, d)}]`, `.reduce((s, e) => s + e, ${n()})`, `.map(e => e * ${n()})[1]`, `.filter(e => e > ${n()}).length`, `.indexOf(${n()})`, `.at(-1)`, `.slice(1)[0]`, `.findIndex(e => ${bool(c, 1)})`, `.some(e => e) | 0`])}`.replace(
              /^(.*) \| 0$/,
              '($1 | 0)',
            )
          : '4'
      case 19:
        return c.objs.length
          ? `${one(c.objs)}${one(['.a', '?.b', "?.['v']", '.f(2)', '.f?.(3)', '.w', '.missing?.x.y', '.missing ?? 3'])}`.replace(/^(.*) \?\? 3$/, '($1 ?? 3)')
          : '5'
      case 20:
        return c.fns.length ? `${one(c.fns)}(${Array.from({ length: int(3) }, n).join(', ')})` : `(y => y * ${n()})(${n()})`
      case 21:
        return `(function (${one(['y', 'y = 2', '...[y]'])}) { return ${num({ ...child(c), nums: [...c.nums, 'y'], lets: [...c.lets, 'y'] }, d - 2)} })(${n()})`
      case 22:
        return `Number(${one([n(), `"${lit()}"`, `'q'`, 'null', 'undefined', bool(c, 0)])})`
      case 23:
        return `(${one([`'s'`, `\`t\${${n()}}\``, `"3"`])} ${one(['*', '-', '+'])} ${n()})`
      case 24:
        return `\`\${${n()}}-\${${n()}}\`.length`
      case 25:
        return `(${bool(c, d - 1)} + ${n()})`
      case 26:
        return `(typeof ${one([n(), 'zzz'])} === ${one(["'number'", "'string'", "'undefined'"])} ? ${n()} : 0)`
      case 27:
        return `log(${n()})`
      case 28:
        return `tag\`a\${${n()}}b\``
      case 29:
        return `(void ${n()} ?? ${n()})`
      case 30:
        return `[${n()}, ${n()}, ...[${n()}]][${idx(c, d)}]`
      case 31:
        return `parse${one(['Int', 'Float'])}(${n()})`
      case 32:
        return `(() => { ${block({ ...child(c), loops: 0, label: [] }, d - 1, 1)}return ${n()} })()`
      default:
        return c.nums.length ? one(c.nums) : lit()
    }
  }
  function bool(c: Scope, d: number): string {
    const n = () => num(c, d - 1)
    return one([
      () => `(${n()} ${one(['<', '>', '<=', '>=', '===', '!==', '==', '!='])} ${one([n(), n(), '"1"', '[2]', 'y0 + ""'])})`,
      () => `!${one(['', '!'])}(${n()})`,
      () => `isNaN(${one([n(), `'x'`, 'undefined'])})`,
      () => `isFinite(${one([n(), `'3'`])})`,
      () => `Number.${one(['isNaN', 'isFinite', 'isInteger', 'isSafeInteger'])}(${n()})`,
      () => `Boolean(${n()})`,
      () => `(${one(["'a'", '0', '1', "'zz'"])} in ${c.objs.length ? one(c.objs) : '{}'})`,
      () => `Object.is(${n()}, ${n()})`,
      () => 'true',
    ])()
  }
  function stmt(c: Scope, d: number): string {
    const n = () => num(c, d)
    switch (int(25)) {
      case 0:
      case 1: {
        const v = `v${fresh++}`
        const r = `${one(['let', 'var'])} ${v} = ${n()}${nl()}`
        c.nums.push(v)
        c.lets.push(v)
        return r
      }
      case 2: {
        const v = `i${fresh++}`
        const r = `let ${v} = ${int(5)}${nl()}`
        c.ints.push(v)
        c.nums.push(v)
        if (rnd() < 0.5) c.lets.push(v)
        return r
      }
      case 3: {
        const v = `a${fresh++}`
        const r = `${one(['let', 'const'])} ${v} = ${one([`[${n()}, ${n()}, 2]`, 'new Float64Array(3)', `new Float64Array([${n()}, 1, 2])`, `Float64Array.from([${n()}, 1, 2], e => e + 1)`, `new Float32Array([${n()}, .1, 2])`, `Float64Array.of(${n()}, 2, 3)`, `Array.from({ length: 3 }, (_, i) => i * ${n()})`])}${nl()}`
        c.arrs.push(v)
        return r
      }
      case 4: {
        const v = `o${fresh++}`
        const r = `const ${v} = { a: ${n()}, b: ${n()}, [k('v')]: ${n()}, f(y, z = y * 2) { T.n++; return this.a * y + z }, get w() { T.n++; return this.b }, set w(y) { T.n += 2; this.b = y / 2 } }${nl()}`
        c.objs.push(v)
        return r
      }
      case 5: {
        const v = `f${fresh++}`
        const inner = { ...child(c), nums: [...c.nums, 'y'], lets: [...c.lets, 'y'], loops: 0, label: [] }
        const r = one([
          () => `const ${v} = y => ${num(inner, d)}${nl()}`,
          () => `const ${v} = (y, z = y + 1) => { ${block(inner, d - 1, 2)}return ${num({ ...inner, nums: [...inner.nums, 'z'] }, d)} }${nl()}`,
          () => `function ${v}(y) { ${block(inner, d - 1, 2)}return ${num(inner, d)} }\n`,
          () => `let ${v} = function (y) { ${block(inner, d - 1, 1)}return arguments.length + ${num(inner, d)} }${nl()}`,
        ])()
        c.fns.push(v)
        return r
      }
      case 6:
        return `if (${one([bool(c, d), n()])}) ${one([() => `{ ${block(child(c), d - 1, 2)}}`, () => `${simple(c, d)}`])()}${rnd() < 0.5 ? `else { ${block(child(c), d - 1, 2)}}` : ''}\n`
      case 7: {
        const v = `i${fresh++}`
        const cc = { ...child(c), ints: [...c.ints, v], nums: [...c.nums, v], loops: c.loops + 1 }
        return `for (let ${v} = 0; ${v} < ${one(['2', '3', c.arrs.length ? `${one(c.arrs)}.length && ${v} < 3` : '2'])}; ${v}++) { ${block(cc, d - 1, 2)}}\n`
      }
      case 8:
        if (!c.arrs.length) return ''
        {
          const v = `e${fresh++}`
          const cc = { ...child(c), nums: [...c.nums, v], loops: c.loops + 1 }
          return `for (const ${v} of [...${one(c.arrs)}]) { ${block(cc, d - 1, 2)}}\n`
        }
      case 9: {
        const v = `n${fresh++}`
        const cc = { ...child(c), nums: [...c.nums, v], loops: c.loops + 1 }
        return `let ${v} = ${one(['3', '2.5'])}; while (${one([`${v}-- > 0`, `(${v} -= 1) >= 0`])}) { ${block(cc, d - 1, 2)}}\n`
      }
      case 10:
        return c.loops ? `if (${bool(c, d - 1)}) ${one(['break', 'continue'])}${nl()}` : ''
      case 11:
        return `switch (${one([n(), 'true'])}) { case ${lit()}: ${simple(c, d)} case ${one([n(), bool(c, 1)])}: ${simple(c, d)} break; default: ${simple(c, d)} }\n`
      case 12:
        return `try { ${block(child(c), d - 1, 2)}${rnd() < 0.5 ? `throw ${n()}` : rnd() < 0.3 ? 'null.x' : ''} } catch${rnd() < 0.5 ? ' (e) { log(typeof e === "number" ? e : 9) }' : ' { }'}${rnd() < 0.3 ? ` finally { ${simple(c, d)} }` : ''}\n`
      case 13: {
        const [p, q] = [`v${fresh++}`, `v${fresh++}`]
        const r =
          one([`let [${p}, ${q} = ${n()}] = [${n()}]`, `let { a: ${p}, b: ${q} = ${n()} } = { a: ${n()} }`, `let [${p}, ...[${q}]] = [${n()}, ${n()}]`]) + nl()
        c.nums.push(p, q)
        c.lets.push(p, q)
        return r
      }
      case 14:
        return c.lets.length > 1 ? `;[${one(c.lets)}, ${place(c, d - 1)}] = [${n()}, ${n()}]${nl()}` : ''
      case 15: {
        const v = `C${fresh++}`
        return `class ${v} { #p = ${n()}; static s = ${n()}; q = this.#p * 2; constructor(y) { this.#p += y; this.q++ } get p() { return this.#p } set p(y) { this.#p = y - 1 } m() { this.#p *= ${v}.s; return this.q-- + this.#p } static { ${v}.s += 1 } }; { const c = new ${v}(${n()}); c.p = ${n()}; c.p += 2; log(c.m() + c.p) }\n`
      }
      case 16: {
        const l = `L${fresh++}`
        const cc = { ...child(c), label: [...c.label, l] }
        return `${l}: { ${block(cc, d - 1, 2)}if (${bool(c, d)}) break ${l}\n${simple(c, d)} }\n`
      }
      case 17:
        return c.objs.length ? `delete ${one(c.objs)}.${one(['zz', 'v'])}${nl()}` : ''
      case 18:
        return c.arrs.length
          ? `${one(c.arrs)}.${one([`fill(${n()}, 1)`, `forEach((e, i) => { T.n += e * i })`, `sort((p, q) => p - q)`, `sort()`, `reverse()`])}${nl()}`
          : ''
      case 19:
        return `log(${n()})${nl()}`
      case 20:
        return `do ${simple(c, d)} while (${one(['false', `T.m++ < 1`])})\n`
      default:
        return simple(c, d)
    }
  }
  function simple(c: Scope, d: number): string {
    return (
      one([
        () => `${place(c, d)}${one(['++', '--'])}`,
        () => `${one(['++', '--'])}${place(c, d)}`,
        () => `${place(c, d)} ${one(['=', '+=', '-=', '*=', '/=', '**=', '||=', '??=', '|='])} ${num(c, d)}`,
        () => `log(${num(c, d)})`,
      ])() + one([';', '\n', '; '])
    )
  }
  const block = (c: Scope, d: number, n: number) => Array.from({ length: int(n + 1) }, () => stmt(c, Math.max(0, d))).join('')
  const c: Scope = { nums: ['x', 'y0'], lets: ['x'], ints: [], arrs: ['xs'], objs: ['o'], fns: [], loops: 0, label: [] }
  const pre = `let T, out; const log = y => { out.push(y); return y }; const k = y => { T.n += 1; return y }; const g = y => { T.n *= 3; T.n %= 1000; return y }; const tag = (s, ...v) => s.length + v[0]\n`
  const body = Array.from({ length: 3 + int(7) }, () => stmt(c, 3)).join('')
  const head = one([
    `export function f(x, y0, xs, o) {`,
    `export const f = (x, y0, xs, o) => {`,
    `export const f = function (x, y0 = 1, xs, o) {`,
    `const h = { f(x, y0, xs, o) {`,
  ])
  const tail = head.startsWith('const h') ? '} }; export const f = (...a) => h.f(...a)' : '}'
  return `${pre}export const reset = () => { T = { n: 1, m: 0 }; out = [] }; export const seen = () => [T, out]\n${head} ${body}\nreturn [${num(c, 3)}, ${num(c, 2)}, x, xs, o.a, o.b, o.v] ${tail}\n`
}
