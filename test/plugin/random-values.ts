/*
 * Random programs that compute with values as people do: f of a number, another, and a list, with conditions, loops, early returns, tables,
 * orders and functions inside, and nothing that a value refuses.
 */

/** A function's text. */
export function generateValues(seed: number): string {
  let s = (seed * 2654435761) >>> 0
  const random = () => {
    s = (s + 0x6d2b79f5) >>> 0
    let t = s
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const int = (n: number) => Math.floor(random() * n)
  const one = <T>(xs: readonly T[]): T => xs[int(xs.length)] as T
  let fresh = 0
  interface Scope { nums: string[]; lets: string[]; ints: string[]; lists: string[]; tests: string[]; functions: string[] } // biome-ignore format: short
  const child = (c: Scope): Scope => ({ nums: [...c.nums], lets: [...c.lets], ints: [...c.ints], lists: [...c.lists], tests: [...c.tests], functions: [...c.functions] }) // biome-ignore format: short
  /** Lists have three entries. */
  const place = (c: Scope, d: number): string =>
    one([
      () => String(int(3)),
      () => (c.ints.length > 0 ? `${one(c.ints)} % 3` : '1'),
      () => `Math.floor(Math.abs(${num(c, d - 1)})) % 3`,
      () => `Math.min(Math.max(Math.round(${num(c, d - 1)}), 0), 2)`,
    ])()
  function num(c: Scope, d: number): string {
    if (d <= 0)
      return one([() => one(c.nums), () => one(c.nums), () => one(['0.5', '2', '-1', '1.5', '3', '0']), () => (c.ints.length > 0 ? one(c.ints) : '1')])()
    const n = () => num(c, d - 1 - int(2))
    return one([
      () => `(${n()} ${one(['+', '-', '*', '+', '*'])} ${n()})`,
      () => `(${n()} / (2 + Math.cos(${n()})))`,
      () => `(${n()} ${one(['+', '-', '*', '% 3 +'])} ${n()})`,
      () => `Math.${one(['sin', 'tanh', 'abs', 'floor', 'sign', 'atan', 'cos', 'round'])}(${n()})`,
      () => `Math.${one(['max', 'min', 'hypot'])}(${n()}, ${n()})`,
      () => `-(${n()})`,
      () => `(${test(c, d - 1)} ? ${n()} : ${n()})`,
      () => `(${test(c, d - 1)} ? ${n()} : ${n()})`,
      () => `${one(c.lists)}[${place(c, d)}]`,
      () => `(${test(c, d - 1)} ? [${n()}, ${n()}] : [${n()}, ${n()}])[${place(c, d)} % 2]`,
      () => `[${one(c.lists)}, ${one(c.lists)}, ${one(c.lists)}][${place(c, d)}][${place(c, d)}]`,
      () => `${one(c.lists)}.${one(['reduce((s, e) => s + e)', `reduce((s, e, i) => e > ${n()} ? s + e : s - i, 0)`, `map(e => e * ${n()})[1]`, 'slice().sort((p, q) => p - q)[1]', `toSorted((p, q) => q * q - p * p)[${place(c, d)}]`, 'at(-1)', 'subarray?.(1)[0] ?? 2', `indexOf(${n()})`])}`.replace(/^(.*) \?\? 2$/, '($1 ?? 2)'), // biome-ignore format: one choice
      () => (c.functions.length > 0 ? `${one(c.functions)}(${n()})` : one(c.nums)),
      () => (c.lets.length > 0 ? `(${one(c.lets)} ${one(['=', '+=', '*=', '-='])} ${n()})` : one(c.nums)),
      () => one(c.nums),
    ])()
  }
  function test(c: Scope, d: number): string {
    const n = () => num(c, d - 1)
    return one([
      () => `${n()} ${one(['<', '>', '<=', '>=', '===', '!=='])} ${n()}`,
      () => `${n()} ${one(['<', '>'])} ${n()}`,
      () => `!(${test(c, d - 1)})`,
      () => (d > 0 ? `(${test(c, d - 1)} ${one(['&&', '||'])} ${test(c, d - 1)})` : `${n()} > 0`),
      () => `${one(['', 'Number.'])}is${one(['NaN', 'Finite'])}(${n()})`,
      () => (c.tests.length > 0 ? one(c.tests) : `${n()} < 1`),
    ])()
  }
  function statement(c: Scope, d: number, isLoop = false): string {
    const n = () => num(c, d)
    const declare = (kind: 'nums' | 'ints' | 'lists' | 'tests' | 'functions', letter: string) => {
      const name = letter + fresh++
      return { name, add: () => c[kind].push(name) }
    }
    switch (int(15)) {
      case 0:
      case 1: {
        const { name, add } = declare('nums', 'v')
        const text = `let ${name} = ${n()}; `
        add()
        c.lets.push(name)
        return text
      }
      case 2: {
        const { name, add } = declare('tests', 'is')
        const text = `const ${name} = ${test(c, d)}; `
        add()
        return text
      }
      case 3: {
        const { name, add } = declare('lists', 'a')
        const text = `const ${name} = ${one([`[${n()}, ${n()}, ${n()}]`, 'new Float64Array(3)', `Float64Array.of(${n()}, 1, 2)`, `${one(c.lists)}.slice()`])}; `
        add()
        return text
      }
      case 4: {
        const { name, add } = declare('functions', 'f')
        const inner = { ...child(c), nums: [...c.nums, 'y'], lets: ['y'] }
        const text = one([
          () => `const ${name} = y => ${num(inner, d)}; `,
          () => `const ${name} = y => { ${block(inner, d - 1, 2)}return ${num(inner, d)} }; `,
        ])()
        add()
        return text
      }
      case 5:
      case 6:
        return `if (${test(c, d)}) { ${block(child(c), d - 1, 2)}} ${random() < 0.5 ? `else { ${block(child(c), d - 1, 2)}} ` : ''}`
      case 7:
        return d > 0 ? `if (${test(c, d)}) return ${n()}; ` : ''
      case 8: {
        const name = `i${fresh++}`
        const inner = { ...child(c), ints: [...c.ints, name] }
        return `for (let ${name} = 0; ${name} < ${1 + int(3)}; ${name}++) { ${block(inner, d - 1, 2, true)}} `
      }
      case 9: {
        const name = `e${fresh++}`
        return `for (const ${name} of ${one(c.lists)}.slice()) { ${block({ ...child(c), nums: [...c.nums, name] }, d - 1, 2, true)}} `
      }
      case 10:
        return isLoop ? `if (${test(c, d - 1)}) ${one(['break', 'continue'])}; ` : ''
      case 11:
        return `${one(c.lists)}[${place(c, d)}] ${one(['=', '+=', '*='])} ${n()}; `
      case 12:
        return `${one(c.lists)}.${one(['sort((p, q) => p - q)', 'reverse()', `fill(${n()}, 1)`, 'sort((p, q) => Math.abs(q) - Math.abs(p))'])}; `
      default:
        return c.lets.length > 0 ? `${one(c.lets)} ${one(['=', '+=', '-=', '*='])} ${n()}; ` : ''
    }
  }
  const block = (c: Scope, d: number, most: number, isLoop = false): string =>
    Array.from({ length: int(most + 1) }, () => statement(c, Math.max(0, d), isLoop)).join('')
  const c: Scope = { nums: ['x', 'y0'], lets: ['x'], ints: [], lists: ['xs'], tests: [], functions: [] }
  const body = Array.from({ length: 3 + int(6) }, () => statement(c, 3)).join('')
  return `(x, y0, xs) => { ${body}return ${num(c, 3)} + ${num(c, 2)} + xs[0] * xs[1] }`
}
