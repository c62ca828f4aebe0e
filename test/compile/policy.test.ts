import { describe, expect, it } from 'vitest'
import { planOf, priceOf } from '../../src/compile/policy.ts'
import {
  abs,
  add,
  compile,
  foriLoop,
  grad,
  greater,
  matmul,
  maximum,
  mul,
  scan,
  sin,
  sqrt,
  sub,
  sum,
  type Tensor,
  take,
  tanh,
  tensor,
  trace,
  where,
} from '../../src/index.ts'

// biome-ignore lint/suspicious/noExplicitAny: programs of all kinds
type Any = any

/** Steps that all differ. */
const tangle = (x: number[]) =>
  x.reduce((total, each, k) => (Math.abs((1e4 * Math.sin(k)) % 1) < 0.5 ? add(total, each) : mul(total, x[(k * k) % x.length] as number)), 1)

/** Terms without an order, too few to be looked at for what repeats. */
const chain = (x: number[]) => {
  const { length } = x
  const other = (i: number) => x[Math.floor(length * Math.abs((1e4 * Math.sin(i)) % 1))] as number
  let total = 0
  for (let i = 0; i + 1 < length; i++) total = add(total, mul(sub(other(i), mul(x[i] as number, x[i] as number)), other(i + length)))
  return total
}
const waves = (x: number[]) => x.reduce((total, each) => add(total, sin(mul(each, total))), 0.1)
const at = (n: number) => Array.from({ length: n }, (_, i) => Math.sin(i))
const weights = tensor(Array.from({ length: 64 }, (_, i) => at(64).map(each => each / (i + 8))))
const recurrent = (steps: number) => (w: Any) => sum(scan((h: Any) => [tanh(matmul(w, h)), 0], tensor(at(64)), steps)[0] as Tensor)

describe('the price of a graph', () => {
  it('counts the steps of a loop in each of its rounds, and once for what is written', () => {
    const loops = [100, 1000].map(n => priceOf(trace((r: number) => foriLoop(0, n, (_, x: number) => mul(mul(r, x), sub(1, x)), 0.3), 2)))
    expect(loops[1]?.numbers).toBeGreaterThanOrEqual(3000)
    expect((loops[1]?.numbers ?? 0) / (loops[0]?.numbers ?? 1)).toBeCloseTo(10, 0)
    expect(loops[1]?.written).toBe(loops[0]?.written)
  })

  it('looks at the steps inside of loops where only numbers go in and out', () => {
    const inside = (a: number) => sum(foriLoop(0, 500, (_, s: Any) => sin(mul(a, s)), tensor(at(64)) as Any))
    expect(planOf(trace(inside, 0.5)).target).toBe('wasm')
  })

  it('counts rounds of loops inside loops', () => {
    const nested = (r: number) => foriLoop(0, 50, (_, y: number) => foriLoop(0, 40, (_, x: number) => mul(r, sin(x)), y), 0.3)
    const { numbers } = priceOf(trace(nested, 2))
    expect(numbers).toBeGreaterThanOrEqual(50 * 40 * 2)
    expect(numbers).toBeLessThan(50 * 40 * 4)
  })

  it('counts the products of matrices in a scan', () => {
    expect(priceOf(trace(recurrent(20), weights)).entries).toBeGreaterThan(20 * 64 * 64)
  })
})

describe('what runs', () => {
  const plan = (f: Any, ...args: unknown[]) => planOf(trace(f, ...args))

  it('is WebAssembly for loops over tensors, JavaScript for few entries and for loops over numbers', () => {
    expect(plan(grad(recurrent(20)), weights).target).toBe('wasm')
    expect(plan((x: Any) => sum(sin(x)), tensor(at(10))).target).toBe('js')
    expect(plan((r: number) => foriLoop(0, 1e6, (_, x: number) => mul(mul(r, x), sub(1, x)), 0.3), 2).target).toBe('js')
  })

  it('is JavaScript where a loop over entries, one by one, is most of the work', () => {
    const x = at(20_000)
    const neighbours = (x: Any) => foriLoop(0, x.length - 1, (i, s: Any) => add(s, mul(take(x, i), take(x, add(i, 1)))), 0)
    expect(plan(grad(neighbours), x).target).toBe('js')
  })

  it('is WebAssembly for long programs on numbers, which has the same bits', () => {
    expect(plan(grad(chain), at(1000)).target).toBe('wasm')
    expect(plan(grad(waves), at(1000)).target).toBe('wasm')
    const slope = compile(grad(waves), { target: 'wasm' })
    for (const x of [at(1000), at(1000).map(each => 5 * each)]) expect(slope(x)).toEqual(grad(waves)(x))
    const largest = grad((x: number[]) => x.reduce((total, each, i) => maximum(mul(total, 0.9), where(greater(each, 0.1), mul(each, i), sqrt(abs(each)))), 0.1))
    expect(plan(largest, at(1000)).target).toBe('wasm')
    const fast = compile(largest, { target: 'wasm' })
    for (const x of [at(1000), at(1000).map(each => -each), at(1000).fill(0), at(1000).fill(Number.NaN, 500), at(1000).map((_, i) => (i % 3) - 1)])
      expect(fast(x)).toEqual(largest(x))
  })

  it('is code at once, but for long programs on numbers', () => {
    expect(plan(grad(chain), at(20)).interpreted).toBeUndefined()
    expect(plan(grad(recurrent(20)), weights).interpreted).toBeUndefined()
    expect(plan((x: Any) => foriLoop(0, 100_000, (i, s: Any) => add(s, take(x, i)), 0), tensor(at(100_000))).interpreted).toBeUndefined()
    const [short, long] = [100, 1000].map(n => plan(grad(chain), at(n)).interpreted)
    expect((long?.milliseconds ?? 0) / (short?.milliseconds ?? 1)).toBeCloseTo(10, 0)
  })

  it('is what stats say', () => {
    const slope = compile(grad(chain))
    expect(slope.stats).toEqual({ calls: 0, versions: 0, eager: 0, why: 'it has not been called yet' })
    slope(at(1000))
    expect(slope.stats).toMatchObject({ calls: 1, versions: 1, eager: 0, target: 'interpreter' })
    expect(slope.stats.next).toMatch(/^WebAssembly after .* ms in the interpreter .* or 30 calls: .* steps on numbers/)
    for (let i = 0; i < 40; i++) slope(at(1000))
    expect(slope.stats).toMatchObject({ calls: 41, target: 'wasm' })
    expect(slope.stats.why).toContain('steps on numbers')
    expect(slope.stats.next).toBeUndefined()
    const asked = compile(grad(chain), { target: 'js' })
    asked(at(10))
    expect(asked.stats).toMatchObject({ target: 'js', why: 'the target asked for' })
  })

  it('a program that takes the interpreter long is interpreted a few times', () => {
    const slope = compile(grad(tangle))
    const x = at(3000)
    const { milliseconds = 0 } = planOf(trace(grad(tangle), x)).interpreted ?? {}
    const clock = performance.now.bind(performance)
    let time = 0
    // Every call takes the interpreter four tenths of what it may take.
    performance.now = () => {
      time += 0.4 * milliseconds
      return time
    }
    try {
      for (const target of ['interpreter', 'interpreter', 'interpreter', 'wasm']) {
        slope(x)
        expect(slope.stats.target).toBe(target)
      }
    } finally {
      performance.now = clock
    }
  })
})
