import { describe, expect, it } from 'vitest'
import { add, compile, exp, grad, gt, hessian, matmul, mul, neg, sin, square, sub, sum, tensor, valueAndGrad, vmap } from '../../src/index.ts'
import { numbersOf } from '../results.ts'

// biome-ignore lint/suspicious/noExplicitAny: functions of any arguments
type Any = any
const bits = (x: unknown) => numbersOf(x).map(each => (Object.is(each, -0) ? '-0' : String(each)))
const kindOf = (x: Any): unknown =>
  Array.isArray(x)
    ? x.map(kindOf)
    : ArrayBuffer.isView(x)
      ? Object.prototype.toString.call(x)
      : typeof x === 'object'
        ? Object.entries(x).map(([k, v]) => [k, kindOf(v)])
        : typeof x
const points = (length: number, from = 1) => Array.from({ length }, (_, i) => Math.sin(from + i))

const functions: Record<string, (x: Any, y: Any) => Any> = {
  'as a whole': x => sum(exp(mul(x, x))),
  'as a whole, and two entries': (x, y) => add(sum(mul(x, y)), mul(x[2], y[0])),
  'as a whole, and most entries': x => x.reduce((all: Any, each: Any) => add(all, sin(each)), sum(square(x))),
  'by products of matrices': (x, y) => sum(square(matmul([x, y], tensor(points(3 * x.length), [x.length, 3])))),
  'in another order': x => sum(mul([...x].reverse(), tensor(points(x.length)))),
  'in part': x => sum(square(x.slice(1))),
  'with a question': x => (gt(x[0], 0) ? sum(square(x)) : neg(sum(exp(x)))),
  'not at all': (_, y) => sum(square(y)),
}
const results: Record<string, (x: Any, y: Any) => Any> = {
  'the list itself': x => x,
  'the list itself, and what is made of it': x => [x, [...(add(x, 1) as Any)], sum(x)],
  'entries of a tensor': (x, y) => [...(mul(x, exp(y)) as Any)],
  'entries in another order': (x, y) => [...(mul(x, exp(y)) as Any)].reverse(),
  'sums of entries': (x, y) => {
    const [a, b] = [mul(x, y), sub(x, y)] as Any
    return x.map((_: Any, i: number) => add(mul(2, a.at(i)), square(b.at(i))))
  },
  'sums with entries and numbers': (x, y) => {
    const a = mul(x, y) as Any
    return x.map((each: Any, i: number) => add(a.at(i), mul(each, i)))
  },
  'entries, by two operators in turns': x => {
    const a = exp(x) as Any
    return x.map((_: Any, i: number) => (i % 2 === 0 ? add(a.at(i), 3) : mul(a.at(i), 3)))
  },
  'entries beside others': x => ({ whole: exp(x), list: [...(exp(x) as Any)], few: [...(exp(x) as Any)].slice(0, 8), one: (exp(x) as Any).at(3) }),
}

/** What compiled functions give, in all targets, at two points each: JavaScript has the bits of the function. */
function agrees(f: Any, ...calls: readonly Any[][]) {
  for (const target of ['js', 'wasm', 'interpreter', 'auto'] as const) {
    const fast = compile(f, { target }) as Any
    for (const args of [...calls, ...calls]) {
      const [got, wanted] = [fast(...args), f(...args)]
      expect(kindOf(got)).toEqual(kindOf(wanted))
      if (target === 'js') expect(bits(got)).toEqual(bits(wanted))
      else numbersOf(got).forEach((each, i) => void expect(each).toBeCloseTo(numbersOf(wanted)[i] as number, 12))
    }
  }
}

describe.each([5, 8, 30])('short lists, of %d numbers, that are used', length => {
  const [x, y] = [points(length), points(length, 3)]
  const asCalls = [
    [x, y],
    [y, x],
  ]
  it.each(Object.entries(functions))('%s', (_, f) => {
    agrees(f, ...asCalls)
    agrees(grad(f as Any), ...asCalls)
    agrees(valueAndGrad(f as Any, { argnum: [0, 1] }), ...asCalls)
    agrees(grad(f as Any), ...asCalls.map(call => call.map(each => Float64Array.from(each))))
    if (length <= 8) agrees(hessian(f as Any) as Any, ...asCalls)
  })
  it.each(Object.entries(results))('with results that are %s', (_, f) => {
    agrees(f, ...asCalls)
  })
})

describe('a short list that is used as a whole', () => {
  it('is one input, and results are one output, however long', () => {
    const codes = [50, 900].map(length => {
      const fast = compile(
        grad((x: number[]) => sum(exp(mul(x, x)) as Any)),
        { target: 'js' },
      )
      fast(points(length))
      return [fast.graph?.inputs.length, fast.graph?.outputs.length, fast.source?.length as number] as const
    })
    const [short, long] = codes as [(typeof codes)[number], (typeof codes)[number]]
    expect([...short.slice(0, 2), ...long.slice(0, 2)]).toEqual([1, 1, 1, 1])
    expect(long[2] - short[2]).toBeLessThan(100)
  })

  it('holds numbers only, at every place', () => {
    const x = points(11)
    for (const target of ['js', 'wasm', 'interpreter'] as const) {
      const fast = compile(
        grad((list: number[]) => sum(square(list)) as Any),
        { target },
      ) as Any
      fast(x)
      for (let i = 0; i < x.length; i++) expect(() => fast(x.with(i, 'x' as Any)), `${target}, ${i}`).toThrow()
    }
  })

  it('leaves as it is by emit, into buffers, in batches and under other transforms', async () => {
    const f = (x: Any) => add(sum(exp(mul(x, x))), x[1])
    const fast = compile(grad(f), { target: 'js' }) as Any
    const x = points(30)
    const wanted = bits(grad(f)(x as Any))
    expect(bits(fast(x))).toEqual(wanted)
    const out = new Float64Array(30)
    fast.into(out, x)
    expect(bits([...out])).toEqual(wanted)
    const module = await import(`data:text/javascript,${encodeURIComponent(fast.emit())}`)
    expect(bits(module.default(x))).toEqual(wanted)
    const rows = [x, points(30, 5)]
    const inRows = vmap(compile(grad((row: Any) => sum(exp(mul(row, row)))) as Any) as Any) as Any
    expect(numbersOf(inRows(tensor(rows.flat(), [2, 30])))).toEqual(rows.flatMap(row => numbersOf(grad((r: Any) => sum(exp(mul(r, r))))(tensor(row) as Any))))
    const again = fast(x)
    again[0] = 7
    expect(bits(fast(x))).toEqual(wanted)
    const same = compile((list: number[]) => list)
    const given = [...x]
    const result = same(given)
    given[0] = 5
    expect(result[0]).toBe(x[0])
  })
})
