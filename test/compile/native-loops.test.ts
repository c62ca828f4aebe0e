import { describe, expect, it } from 'vitest'
import { loopPrograms } from '../../bench/loops/programs.ts'
import {
  add,
  atan2,
  compile,
  cos,
  div,
  exp,
  grad,
  greater,
  gt,
  maximum,
  mul,
  sin,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  valueAndGrad,
  where,
} from '../../src/index.ts'
import { flowOnEdges, NODES, randomCalls } from '../programs/irregular-calls.ts'
import { compileTwice } from '../programs/native-loops.ts'
import { numbersOf } from '../results.ts'

/** Whether loops were found. */
const hasLoops = (source: string | undefined) => /\/\/ found: /.test(source ?? '')
/** All numbers of a result, with the sign of 0. */
const bits = (x: unknown) => numbersOf(x).map(each => (Object.is(each, -0) ? '-0' : String(each)))
// biome-ignore lint/suspicious/noExplicitAny: functions of any arguments
type Any = any

const rosenbrock = (x: readonly number[]) => {
  let total = 0
  for (let i = 0; i + 1 < x.length; i++)
    total = add(total, add(mul(100, square(sub(x[i + 1] as number, square(x[i] as number)))), square(sub(1, x[i] as number))))
  return total
}
const points = (length: number) => Array.from({ length }, (_, i) => Math.sin(i + 1))

/** The same results, compiled with loops. */
function agrees(f: Any, ...calls: readonly Any[][]) {
  const fast = compile(f as (...args: Any[]) => unknown, { target: 'js' })
  for (const args of calls) expect(bits(fast(...args))).toEqual(bits(f(...args)))
  expect(hasLoops(fast.source), fast.explain()).toBe(true)
  return fast
}

describe('native loops are found again', () => {
  it.each(loopPrograms.map(({ name, sizes, of }) => [name, (of as Any)(sizes[0]) as { f: Any; x: Any }] as const))('%s', (name, { f, x }) => {
    const gradient = grad(f) as Any
    const fast = compile(gradient, { target: 'js' }) as Any
    expect(bits(fast(x))).toEqual(bits(gradient(x)))
    // A loop of the graph is there already, and nothing around it repeats.
    expect(hasLoops(fast.source), fast.explain()).toBe(name !== 'Rosenbrock, foriLoop')
  })

  it('of random programs: values, gradients and Jacobians, at points that were not traced', () => {
    let found = 0
    for (let seed = 1; seed <= 15; seed++) {
      for (const { what, same, hasLoops: has } of compileTwice(seed)) {
        expect(same, what).toBe(true)
        if (has) found++
      }
    }
    expect(found).toBeGreaterThan(3)
  })

  it('of functions that are called in no order, with operands from anywhere', () => {
    let found = 0
    for (let seed = 1; seed <= 7; seed++) {
      for (const { what, same, hasLoops: has } of compileTwice(seed, randomCalls(seed))) {
        expect(same, what).toBe(true)
        if (has) found++
      }
    }
    expect(found).toBeGreaterThan(3)
  })

  it('of calls that read their own part of something and that of calls behind them', () => {
    // 3 is a primitive root modulo 401: its powers are all numbers from 1 to 400, in no order.
    const length = 400
    const order = Array.from({ length }, () => 0)
    for (let k = 0, power = 1; k < length; k++, power = (3 * power) % 401) order[k] = power - 1
    const f = (x: readonly number[]) => {
      const scaled = order.map(k => mul(sin(x[k] as number), 2 + (k % 3)))
      return scaled.map((each, k) => square(add(scaled[order[k] as number] as number, each))).reduce((all, each) => add(all, each), 0)
    }
    agrees(f, [points(length)], [points(length).toReversed()])
    agrees(grad(f as Any), [points(length)], [points(length).toReversed()])
  })

  it('of calls in no order that add to sums of sums, each in its order, also in a module', async () => {
    const f = (x: readonly number[]) => flowOnEdges(flowOnEdges(x)).reduce((all, each) => add(all, square(each)), 0)
    const [x, y] = [points(NODES), points(NODES).map(each => 2 * each + 0.25)] as const
    agrees(flowOnEdges, [x], [y])
    const fast = agrees(grad(f as Any), [x], [y])
    const module = await import(`data:text/javascript,${encodeURIComponent(fast.emit())}`)
    expect(bits(module.default(y))).toEqual(bits((grad(f as Any) as Any)(y)))
  })

  it('with code that does not grow with the rounds', () => {
    const codes = [200, 2000, 20_000].map(length => agrees(grad(rosenbrock as Any), [points(length)]).source as string)
    const [short, long] = [codes[1] as string, codes[2] as string]
    expect(long.length - short.length).toBeLessThan(400)
    expect(short).toContain('// found: 1998 rounds of 6 steps')
  })

  it('and said so, or why not', () => {
    const fast = agrees(grad(rosenbrock as Any), [points(500)])
    expect(fast.explain()).toMatch(/6,487 steps were traced on numbers[\s\S]*498 rounds of 6 steps/)
    const short = compile(grad(rosenbrock as Any)) as Any
    expect(short.explain()).toContain('first call')
    short(points(10))
    expect(short.explain()).toContain('fewer than 2000 are not looked at')
    const order = Array.from({ length: 400 }, (_, i) => Math.floor(400 * Math.abs((1e4 * Math.sin(i)) % 1)))
    const mixed = compile((x: number[]) =>
      order.reduce((all, i, k) => (i % 3 ? add : mul)(all, sin(mul(x[i] as number, x[(i * k) % 400] as number))), 0),
    ) as Any
    mixed(points(400))
    expect(mixed.explain()).toMatch(/No loops: /)
  })

  it('in lists, typed arrays, tensors, rows of matrices, and numbers beside them', () => {
    const n = 150
    const chain = (at: (i: number) => number, p: number) => {
      let all = 0
      for (let i = 0; i + 1 < n; i++) all = add(all, mul(p, sin(mul(at(i), at(i + 1)))))
      return all
    }
    agrees(
      grad((x: number[], p: number) => chain(i => x[i] as number, p), { argnum: [0, 1] } as Any),
      [points(n), 2],
      [points(n).toReversed(), 3],
    )
    agrees(
      grad((x: Float64Array) => chain(i => x[i] as number, 2)),
      [Float64Array.from(points(n))],
    )
    agrees(
      grad((x: Tensor) => chain(i => x.at(i) as number, 2)),
      [tensor(points(n))],
    )
    const rows = (x: number[][]) => {
      let all = 0
      for (let i = 0; i < 12; i++) for (let j = 0; j < 20; j++) all = add(all, mul(i + 1, square(sub(x[i]?.[j] as number, x[(i + 1) % 12]?.[j] as number))))
      return all
    }
    const matrix = (shift: number) => Array.from({ length: 12 }, (_, i) => Array.from({ length: 20 }, (__, j) => Math.sin(shift + 20 * i + j)))
    agrees(valueAndGrad(rows as Any), [matrix(1)], [matrix(2)])
  })

  it('whose results are numbers, lists, typed arrays, parts of trees, and a buffer', () => {
    const steps = (x: readonly number[]) => {
      const out: number[] = []
      let all = 0
      for (const each of x) {
        all = add(mul(0.5, all), sin(each))
        out.push(all)
      }
      return { out, last: all, twice: out.map(each => mul(2, each)) }
    }
    const fast = agrees(steps, [points(200)], [points(200).toReversed()])
    const x = points(200)
    const { out, last, twice } = steps(x)
    const result = fast(x) as ReturnType<typeof steps>
    expect(Array.isArray(result.out)).toBe(true)
    // Each call gives lists of its own.
    result.out.fill(0)
    expect(bits(fast(x))).toEqual(bits({ out, last, twice }))
    const buffer = new Float64Array(401)
    fast.into(buffer, x)
    expect([...buffer]).toEqual([...out, last, ...twice])
    expect(
      (
        compile(
          grad((v: Float64Array) => rosenbrock([...v])),
          { target: 'js' },
        ) as Any
      )(Float64Array.from(x)),
    ).toBeInstanceOf(Float64Array)
  })

  it('with questions in their rounds, whose other answers make other versions', () => {
    const clipped = (x: readonly number[]) => {
      let all = 0
      for (const each of x) all = add(all, gt(each, 0.9) ? 1 : mul(each, exp(each)))
      return all
    }
    const low = points(200).map(each => each / 2)
    const high = low.with(117, 0.95)
    const fast = compile(grad(clipped as Any), { target: 'js' }) as Any
    for (const x of [low, high, low, low.with(3, 0.99)]) expect(bits(fast(x))).toEqual(bits(grad(clipped as Any)(x as Any)))
    expect(fast.stats.versions).toBe(3)
  })

  it('and give NaN, infinities and strong zeros as the function does', () => {
    const masked = (x: readonly number[]) => {
      let all = 0
      for (let i = 0; i < x.length; i++) all = add(all, mul(maximum(x[i] as number, 0), exp(x[i] as number)))
      return all
    }
    const x = points(200)
    agrees(
      grad(masked as Any),
      [x],
      [x.with(5, Number.NaN)],
      [x.with(7, 800).with(9, -800)],
      [x.with(0, Number.POSITIVE_INFINITY)],
      [x.with(199, Number.NEGATIVE_INFINITY)],
    )
  })

  it.each([
    [0, -0],
    [-0, 0],
    [Number.NaN, Number.POSITIVE_INFINITY],
  ])('whose carried values begin with %d and %d, and are the same from then on', (first, second) => {
    const program = (x: readonly number[]) => {
      let [a, b] = [first, second]
      return x.map(each => {
        const [p, q] = [atan2(a, each), atan2(b, sub(each, 1))]
        const both = add(p, mul(2, q))
        a = where(greater(each, -1.3), p, q)
        b = a
        return sub(a, both)
      })
    }
    const x = points(200).map(each => -1 - Math.abs(each))
    agrees(program, [x], [x.toReversed()])
  })

  it('with strong zeros in results that several rounds put in place', () => {
    const root = (x: readonly number[]) => x.reduce((all, each) => add(mul(0.5, all), where(greater(each, 0), sqrt(each), mul(0.1, each))), 1)
    const slope = grad(root as Any) as Any
    const x = points(120)
    const calls = [[x], [x.with(0, 0).with(9, 0).with(119, 0)], [x.map(() => 0)], [x.with(3, Number.NaN)], [x.with(7, Number.POSITIVE_INFINITY)]]
    const turns = <T>(count: number, of: (turn: number) => readonly T[]) => Array.from({ length: count }, (_, turn) => of(turn)).flat()
    agrees(
      (y: number[]) => {
        const g = slope(y)
        return turns(25, () => g.map((each: number, i: number) => mul(each, g[(3 * i) % 120])))
      },
      ...calls,
    )
    agrees((y: number[]) => turns(30, turn => slope(y).slice(0, turn + 1)), ...calls)
  })

  it('in lists that change their length, and beside steps on tensors', () => {
    const fast = compile(grad(rosenbrock as Any), { target: 'js' }) as Any
    for (const length of [100, 300, 100, 2, 301]) expect(bits(fast(points(length)))).toEqual(bits(grad(rosenbrock as Any)(points(length) as Any)))
    agrees(
      grad((x: Tensor, y: number[]) => add(sum(square(x)) as number, mul(rosenbrock(y), sum(x) as number)), { argnum: [0, 1] } as Any),
      [tensor([1, 2, 3]), points(120)],
    )
  })

  it('that add to what others read later, round by round', () => {
    const history = (x: number[]) => {
      const sums = x.slice(0, 15)
      const kept: number[][] = []
      for (let i = 0; i < 20; i++) {
        for (let j = 0; j < 15; j++) sums[j] = add(sums[j] as number, sin(mul(x[i] as number, x[j + 20] as number)))
        kept.push([...sums])
      }
      let all = 0
      for (const row of kept) {
        all = mul(0.75, all)
        for (const each of row) all = add(all, square(each))
      }
      return all
    }
    agrees(history, [points(40)], [points(40).toReversed()])
    agrees(grad(history as Any), [points(40)], [points(40).toReversed()])
  })

  it('in triangles, down from the end, with strides, and over tables', () => {
    agrees(
      grad(((x: number[]) => {
        let all = 0
        for (let i = 0; i < 25; i++) for (let j = 0; j < i; j++) all = add(all, sin(sub(x[i] as number, x[j] as number)))
        for (let i = 24; i >= 0; i--) for (let j = i; j < 25; j++) all = add(all, mul(j, mul(x[i] as number, x[j] as number)))
        for (let i = 0; i < 24; i += 2) all = add(mul(all, 0.75), mul(x[i] as number, Math.cos(i)))
        return all
      }) as Any),
      [points(25)],
      [points(25).toReversed()],
    )
  })

  it('in triangles, where a round computes again what it needs of an earlier loop, and keeps nothing for each pair', () => {
    const energy = (x: number[]) => {
      let all = 0
      for (let i = 0; i < x.length; i++) for (let j = 0; j < i; j++) all = add(all, div(1, add(0.5, square(sub(x[i] as number, x[j] as number)))))
      return all
    }
    const { source = '' } = agrees(grad(energy as Any), [points(60)], [points(60).toReversed()])
    const places = [...source.matchAll(/m\[(\d+)/g)].map(([, place]) => Number(place))
    expect(Math.max(...places), source).toBeLessThan(60 * 12)
    // What the last of ever fewer rounds leaves, read by later loops, and what an earlier loop of such rounds has kept for each of them.
    const later = (x: number[]) => {
      const kept: number[] = []
      const lasts: number[] = []
      for (let i = 0; i < 30; i++) {
        let own = x[i] as number
        for (let j = 0; j < 31 - i; j++) {
          own = sin(add(own, x[j] as number))
          kept.push(own)
        }
        lasts.push(own)
      }
      let all = 0
      for (let i = 29; i > 0; i--) all = add(mul(all, 0.9), mul(lasts[i] as number, square(lasts[i - 1] as number)))
      let at = 0
      for (let i = 0; i < 30; i++) for (let j = 0; j < 31 - i; j++) all = add(all, mul(x[j] as number, square(kept[at++] as number)))
      return all
    }
    agrees(later, [points(40)], [points(40).toReversed()])
    agrees(grad(later as Any), [points(40)], [points(40).toReversed()])
  })

  it('in triangles, the last rounds of which read something else', () => {
    const f = (x: number[]) => {
      const list = x.slice(0, 40).map(each => sin(mul(2, each)))
      const between = exp(x[40] as number)
      list.push(cos(between))
      const others = [...x.slice(0, 12).map(each => tanh(each)), between]
      let all = 0
      for (let i = 0; i < 90; i++) all = add(mul(0.9, all), others[(7 * i * i + 3) % 13] as number)
      for (let i = 0; i < 40; i++) for (let j = 0; j <= i; j++) all = add(mul(0.9, all), mul(x[i] as number, list[j + 40 - i] as number))
      return all
    }
    agrees(f, [points(50)], [points(50).toReversed()])
    agrees(grad(f as Any), [points(50)], [points(50).toReversed()])
  })

  it('and leave a graph of single steps, and a module by itself', async () => {
    const slope = grad(rosenbrock as Any)
    const fast = agrees(slope, [points(60)])
    const again = fast.graph?.evaluate([tensor(points(60))]) as Tensor[]
    expect(bits(again)).toEqual(bits(slope(points(60) as Any)))
    expect(fast.graph?.nodes.some(({ op }) => op === 'rolled')).toBe(false)
    const module = await import(`data:text/javascript,${encodeURIComponent(fast.emit())}`)
    expect(bits(module.default(points(60)))).toEqual(bits(slope(points(60) as Any)))
  })

  it('beside tensors and what is made of them in lists of results', () => {
    const states = (x: readonly number[]) => {
      const all: number[] = []
      for (const each of x) all.push(add(mul(0.5, all.at(-1) ?? 0), sin(each)))
      return all
    }
    const x = points(200)
    const fixed = tensor([1, 2, 3])
    const withTensors = (given: readonly number[], t: Tensor) => [...states(given).slice(0, 150), t, fixed, mul(t, 2)]
    const fast = agrees(withTensors, [x, fixed], [x.toReversed(), tensor([4, 5, 6])])
    const buffer = new Float64Array(159)
    fast.into(buffer, x, fixed)
    expect([...buffer]).toEqual([...states(x).slice(0, 150), 1, 2, 3, 1, 2, 3, 2, 4, 6])
    const withSum = (given: readonly number[], t: Tensor) => {
      const all = states(given)
      return [...all, sum(mul(all.at(-1) as number, t))]
    }
    const summed = compile(withSum as Any, { target: 'js' }) as Any
    for (const args of [
      [x, fixed],
      [x.toReversed(), tensor([4, 5, 6])],
    ] as const)
      expect(bits(summed(...args))).toEqual(bits(withSum(...args)))
  })

  it('over tables longer than a call may have arguments, also in a module', async () => {
    const long = (x: readonly number[]) => {
      let all = 0
      for (let i = 0; i < 70_000; i++) all = add(mul(0.5, all), mul(Math.cos(i), x[i % 8] as number))
      return all
    }
    const fast = agrees(long, [points(8)])
    const module = await import(`data:text/javascript,${encodeURIComponent(fast.emit())}`)
    expect(bits(module.default(points(8).toReversed()))).toEqual(bits(long(points(8).toReversed())))
  })

  it('with loops whose rounds change in turn, so that all rounds around have as many steps', () => {
    const zigzag = (x: readonly number[]) => {
      let s = x[0] as number
      for (let k = 0; k < 8; k++)
        for (let r = 0; r < 5; r++) {
          for (let j = 0; j < 16 - k; j++) s = tanh(mul(s, x[j] as number))
          for (let j = 0; j < 9 + k; j++) s = sin(mul(s, x[j] as number))
        }
      return s
    }
    agrees(zigzag, [points(40)], [points(40).toReversed()])
    agrees(grad(zigzag as Any), [points(40)], [points(40).toReversed()])
    for (const { what, same } of compileTwice(101351)) expect(same, what).toBe(true)
  })

  it('with loops whose rounds become fewer, then more by another number: one loop ends the first row and begins the next', () => {
    const counts = [24, 21, 18, 15, 12, 9, 14, 19, 24, 29]
    const turning = (x: readonly number[]) => {
      let s = x[0] as number
      for (const count of counts) for (let j = 0; j < count; j++) s = tanh(mul(s, x[j] as number))
      return s
    }
    agrees(turning, [points(40)], [points(40).toReversed()])
    agrees(grad(turning as Any), [points(40)], [points(40).toReversed()])
    for (const { what, same } of compileTwice(7000069)) expect(same, what).toBe(true)
  })

  it('begin a sum with what their first round itself computes', () => {
    // A random program in which the first round writes over a sum that all rounds add to.
    for (const { what, same } of compileTwice(2102)) expect(same, what).toBe(true)
  })

  it.each([20, 400, 1200])('a list of %d with a hole is one of no numbers', length => {
    const given = points(length)
    delete given[5]
    const fast = compile(grad((x: readonly number[]) => sum(x as number[]) as number) as Any) as Any
    expect(() => fast(given)).toThrow(/undefined/)
    expect(fast(points(length))).toEqual(points(length).fill(1))
    expect(() => fast(given)).toThrow(/undefined/)
  })
})
