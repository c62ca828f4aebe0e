import { describe, expect, it } from 'vitest'
import { compile, grad, jvp, variable } from '../../src/index.ts'
import { fromSource } from '../../src/plugin/from-source.ts'
import { transform } from '../../src/plugin/transform.ts'
import { checkGrads } from '../../src/testing/index.ts'
import { load } from './modules.ts'
import { programs } from './programs.ts'

// biome-ignore lint/suspicious/noExplicitAny: functions of every signature
type Any = any

/** What tests evaluate as it is written. */
const evaluated = (text: string) => new Function(`'use strict'; return (${text})`)() as Any

/** Which arguments are numbers, or made of them. */
const numeric = (x: unknown): boolean =>
  typeof x === 'number' || (typeof x === 'object' && x !== null && Object.keys(x).length > 0 && Object.values(x).every(numeric))

describe.each(programs.map(([text, ...args]) => [text, args] as const))('%s', (text, args) => {
  const plain = evaluated(text)
  const marked = fromSource(plain) as Any
  // Numbers that say which way, or how often, are no variables.
  const active = args.flatMap((each, i) => (numeric(each) && (i === 0 || !Number.isInteger(each)) ? [i] : []))
  const copy = () => structuredClone(args) as unknown[]
  const f = (...given: unknown[]) => marked(...copy().map((each, i) => (active.includes(i) ? given[active.indexOf(i)] : each)))
  const at = () => active.map(i => copy()[i])

  it('gives the same bits, inside transforms as outside', () => {
    const wanted = plain(...copy())
    expect(Object.is(marked(...copy()), wanted)).toBe(true)
    let inside: unknown
    jvp(
      (x: number) => {
        inside = marked(...copy())
        return x
      },
      [1],
      [1],
    )
    expect(Object.is(inside, wanted), `${inside} inside, ${wanted} outside`).toBe(true)
  })

  it('has the derivatives of its differences, compiled too', () => {
    const given = at()
    checkGrads((...all: unknown[]) => f(...(all as unknown[])), given, { order: 1 })
    const slope = grad(f as Any, { argnum: active.map((_, i) => i) as Any }) as Any
    const flat = (x: unknown): number[] => (typeof x === 'object' && x !== null ? Object.values(x).flatMap(flat) : [Number(x)])
    const [wanted, found] = [flat(slope(...given)), flat((compile(slope) as Any)(...given))]
    found.forEach((each, i) => {
      expect(each).toBeCloseTo(wanted[i] as number, 12)
    })
  })
})

describe('transform', () => {
  it('changes marked functions alone, and maps what it writes to its source', async () => {
    const source = `const k = 2\nexport function f(x) {\n  'use ad'\n  return x * k\n}\nexport const g = x => x * 3\n`
    const { code, map } = transform(source, { filename: 'a.js' }) as NonNullable<ReturnType<typeof transform>>
    expect(code).toContain('g = x => x * 3')
    expect(map.sources).toEqual(['a.js'])
    expect(map.sourcesContent).toEqual([source])
    expect(transform('export const g = x => x * 3')).toBeUndefined()
    expect(transform(`const s = 'use ad'\nexport const g = x => x * 3`)).toBeUndefined()
  })

  it('marks all functions of a module that begins with the directive', () => {
    const { code } = transform(`'use ad'\nexport const f = x => x * 2\nclass A { m(x) { return -x } }`) as NonNullable<ReturnType<typeof transform>>
    expect(code).toContain('mul(x, 2)')
    expect(code).toContain('neg(x)')
  })

  it('leaves functions that are called inside alone as they are, but not those that may be called later', () => {
    const plainOf = (text: string) => (fromSource(evaluated(text)) as Any).toString().split('catch')[0] as string
    expect(plainOf('x => { const f = y => y * y; return f(x) + [x].map(f)[0] }')).toContain('f = y => y * y;')
    expect(plainOf('x => { function f(y) { return y * g(y) } const g = y => y; return f(x) }')).toContain('return y * g(y) }')
    for (const later of ['() => f(x)', 'f', '[f]', '{ f }', 'function* () { yield f(x) }', 'async () => f(x)'])
      expect(plainOf(`x => { const f = y => y * y; const later = ${later}; later.name; return f(x) }`)).toMatch(/f = y => \{ if/)
    const inside = fromSource(new Function('grad', 'return x => { const f = y => y * y * x; return grad(f)(x) + f(x) }')(grad), { scope: { grad } }) as Any
    expect(inside(3)).toBe(45)
    expect(grad(inside)(3)).toBe(39)
  })

  it('reads TypeScript, whose types stay', () => {
    const source = `export function f<T extends number>(this: void, p: readonly number[], t: T, o?: { a: number }): number { 'use ad'; const q = p[0]! as number; return q * t }`
    const { code } = transform(source, { filename: 'a.ts' }) as NonNullable<ReturnType<typeof transform>>
    expect(code).toContain('readonly number[], t: T, o?: { a: number }): number')
    expect(code).toContain('mul(q, t)')
  })

  it('says where sources that cannot be read end', () => {
    expect(() => transform("'use ad'\nconst = 3", { filename: 'b.js' })).toThrow(/b\.js.*2:6/)
  })

  it('takes functions without a name, and those that go on later, with functions inside them', async () => {
    const {
      default: squares,
      train,
      tripled,
    } = load(`'use ad'
      import { grad, variable } from 'dualtape'
      export default function (xs) {
        function* each() { for (const x of xs) { const scale = yield x * x; if (scale > 1) yield x * scale } }
        const items = each()
        const first = items.next().value
        return first + items.next(3).value + [...items].reduce((sum, x) => sum + x, 0)
      }
      export async function train(start) {
        const loss = x => x * x * 3
        await null
        const w = variable(start)
        const y = (await w) * w
        y.backward()
        return grad(loss)(start) + w.grad
      }
      export async function* tripled(xs) { for await (const x of xs) yield (await x) * 3 }
    `)
    expect(squares([2, 3])).toBe(2 * 2 + 2 * 3 + 9)
    expect(grad(squares as (xs: number[]) => number)([2, 3])).toEqual([2 * 2 + 3, 2 * 3])
    expect(await train(2)).toBe(6 * 2 + 2 * 2)
    const items: number[] = []
    for await (const each of tripled([1, Promise.resolve(2)])) items.push(each)
    expect(items).toEqual([3, 6])
  })
})

describe('what cannot be differentiated', () => {
  const refused = (text: string, words: RegExp) => expect(() => (grad(fromSource(evaluated(text)) as Any) as Any)(2)).toThrow(words)

  it('is said', () => {
    refused('x => (x ? 1 : x)', /truth of a traced value/)
    refused('x => { while (x) x = 0; return 1 }', /truth of a traced value/)
    refused('x => !x', /truth of a traced value/)
    refused('x => x || 1', /truth of a traced value/)
    refused('x => { switch (x) { case 1: return x } return 2 }', /switch was used on a traced value/)
    refused('x => x | 0', /bit operation/)
    refused('x => Math.clz32(x)', /Math\.clz32 has no derivative/)
    refused('x => new Float64Array([x]).buffer.byteLength', /buffer/)
  })
})

describe('fromSource', () => {
  it('names what it needs of the surroundings', () => {
    expect(() => fromSource(evaluated('x => x * factor + offset'))).toThrow(/factor, offset/)
    const f = fromSource(evaluated('x => x * factor'), { scope: { factor: 3 } }) as Any
    expect((grad(f) as Any)(2)).toBe(3)
  })

  it('refuses what has no source, or gives its result later', () => {
    for (const f of [Math.sin, ((x: number) => x).bind(null)]) expect(() => fromSource(f as Any)).toThrow(/native or bound/)
    expect(() => fromSource(evaluated('async x => x'))).toThrow(/async/)
    expect(() => fromSource(evaluated('function* (x) { yield x }'))).toThrow(/generator/)
    expect(() => fromSource(3 as Any)).toThrow(/takes a function/)
  })

  it('takes methods', () => {
    const { area } = { area(r: number) { return Math.PI * r * r } } // biome-ignore format: the text of a method
    expect((grad(fromSource(area)) as Any)(2)).toBeCloseTo(4 * Math.PI, 12)
  })
})

describe('values outside transforms', () => {
  it('are found where a function refers to them, or has them inside what it is given', () => {
    const w = variable(3)
    const model = fromSource(evaluated('x => w * x + 1'), { scope: { w } }) as Any
    const y = model(2)
    y.backward()
    expect(w.grad).toBe(2)
    const inside = fromSource(evaluated('p => { let s = 0; for (const each of p.list) s += each * each; return s }')) as Any
    const v = variable(4)
    inside({ list: [1, 2, v] }).backward()
    expect(v.grad).toBe(8)
    const asks = fromSource(evaluated('(x, p) => (p.k === 4 ? x : 0)')) as Any
    expect(asks(1, { k: v })).toBe(1)
  })
})
