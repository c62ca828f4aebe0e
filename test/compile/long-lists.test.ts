import { describe, expect, it } from 'vitest'
import { LONG_LIST } from '../../src/graph/lists.ts'
import {
  add,
  checkpoint,
  compile,
  cond,
  dot,
  foriLoop,
  grad,
  gt,
  jvp,
  linearize,
  mul,
  scan,
  sin,
  square,
  sub,
  sum,
  take,
  trace,
  valueAndGrad,
  vjp,
  vmap,
} from '../../src/index.ts'
import { runModule, structureOf } from '../results.ts'

// biome-ignore lint/suspicious/noExplicitAny: programs of all kinds
type Any = any

const N = LONG_LIST + 5
const numbers = Array.from({ length: N }, (_, i) => Math.cos(i))

/** What functions do with lists. `mixed`: entries are read after the whole was used, and the terms of their derivatives are added in another order. */
const programs: Record<string, { f: (xs: Any) => Any; mixed?: true }> = {
  'the whole of it': { f: xs => sum(square(xs)) },
  'the whole of it, twice': { f: xs => mul(sum(mul(xs, xs)), sum(sin(xs))) },
  'its length': { f: xs => mul(xs.length, sum(xs)) },
  'a product': { f: xs => dot(xs, square(xs)) },
  'zeros of both signs': { f: xs => sum(mul(xs, 0)) },
  'two entries': { f: xs => mul(xs[0], xs[N - 1]) },
  'the last one': { f: xs => square(xs.at(-1)) },
  'a native loop': {
    f: xs => {
      let s: Any = 0
      for (let i = 0; i < 40; i++) s = add(s, square(sub(xs[i + 1], square(xs[i]))))
      return s
    },
  },
  'an iteration': {
    f: xs => {
      let s: Any = 0
      for (const x of xs) s = add(s, mul(x, x))
      return s
    },
  },
  map: { f: xs => sum(Array.from(xs, x => sin(x as number))) },
  reduce: { f: xs => xs.reduce((s: Any, x: Any) => add(s, mul(x, x)), 0) },
  destructuring: {
    f: xs => {
      const [p, q, ...rest] = xs
      return add(mul(p, q), sum(rest))
    },
  },
  'spread into another': { f: xs => sum(square([...xs, 1])) },
  'a part': { f: xs => sum(square(xs.slice(10, 20))) },
  keys: { f: xs => mul(Object.keys(xs).length, xs[1]) },
  'an entry, then the whole': {
    f: xs => {
      const p = mul(xs[3], xs[3])
      return add(mul(sum(square(xs)), xs[3]), mul(p, sum(sin(xs))))
    },
  },
  'the whole, then an entry': {
    f: xs => {
      const q = sum(square(xs))
      return add(mul(q, xs[3]), mul(mul(xs[3], xs[4]), sum(sin(xs))))
    },
    mixed: true,
  },
  'a loop over entries': { f: xs => foriLoop(0, 60, (i, s: Any) => add(s, square(take(xs, i))), 0) },
  'a loop with an entry': { f: xs => foriLoop(0, 20, (i, s: Any) => add(mul(s, 0.5), mul(xs[7], i)), 0.1) },
  'a loop with the whole': { f: xs => foriLoop(0, 20, (i, s: Any) => add(mul(s, 0.5), sum(mul(xs, i))), 0.1) },
  'a scan': { f: xs => scan((s: Any, x: Any) => [add(s, square(x)), s], 0, xs)[0] },
  'a branch': {
    f: xs =>
      cond(
        gt(xs[0], 0),
        () => sum(xs),
        () => xs[1],
      ),
  },
  'a batch': { f: xs => sum(vmap((x: Any) => mul(x, x))(xs)) },
  'a checkpoint around it': { f: xs => checkpoint((ys: Any) => sum(square(ys)))(xs) },
  'a checkpoint that closes over it': { f: xs => checkpoint((y: Any) => mul(sum(square(xs)), mul(xs[5], y)))(xs[2]) },
  'a gradient inside': { f: xs => sum(square(grad((ys: Any) => sum(mul(ys, sin(ys))))(xs) as Any)) },
  'a gradient by entries inside': { f: xs => (grad((ys: Any) => mul(ys[0], square(ys[1])))(xs) as Any)[1] },
  linearized: { f: xs => linearize((ys: Any) => sum(square(ys)), xs)[1](xs) },
}

const forms: Record<string, (f: Any) => (xs: Any) => Any> = {
  value: f => f,
  gradient: f => grad(f) as Any,
  'value and gradient': f => valueAndGrad(f) as Any,
  pullback: f => xs => vjp(f, xs)[1](1 as never),
  tangent: f => xs => jvp(f, [xs], [numbers]),
  'gradient of a gradient': f => grad((xs: Any) => sum(square(grad(f)(xs) as Any))) as Any,
  'in a tree, given back': f => xs => ({ list: xs, value: f(xs) }),
}

const kinds: Record<string, () => Any> = {
  array: () => [...numbers],
  Float64Array: () => Float64Array.from(numbers),
  Float32Array: () => Float32Array.from(numbers),
}

describe.each(Object.entries(programs))('a long list: %s', (name, { f, mixed }) => {
  it.each(Object.keys(forms))('%s', form => {
    const program = (forms[form] as Any)(f)
    const all = Object.keys(kinds).flatMap(kind => (['js', 'wasm', 'interpreter'] as const).map(target => ({ kind, target })))
    const turn = Object.keys(programs).indexOf(name) + Object.keys(forms).indexOf(form)
    // All kinds and all targets, but not each with each; where the list is taken apart one of them, as that takes long.
    const turns =
      form === 'tangent' || form === 'gradient of a gradient'
        ? [all[turn % all.length] as (typeof all)[number]]
        : all.filter((_, k) => (k + Math.floor(k / 3) + turn) % 3 === 0)
    for (const { kind, target } of turns) {
      const make = kinds[kind] as () => Any
      const expected = program(make())
      const fast = compile(program, { target })
      for (let call = 0; call < 2; call++) {
        const found = fast(make())
        const what = `${name}, ${kind}, ${target}`
        expect(structureOf(found), what).toEqual(structureOf(expected))
        // WebAssembly adds two terms at a time. Terms of second derivatives are added up as those of tensors are.
        const tolerance = target === 'wasm' || mixed || form.includes('of a gradient') ? 1e-11 : 0
        // A gradient inside is rounded to single precision only where the function runs by itself.
        const single = kind === 'Float32Array' && name === 'a gradient inside'
        expect(firstDifference(leaves(found), leaves(expected), single ? 1e-7 : tolerance), what).toBeUndefined()
      }
    }
  })
})

function leaves(x: Any): number[] {
  if (typeof x === 'number') return [x]
  return Object.values(ArrayBuffer.isView(x) || Array.isArray(x) ? x : (x.data ?? x)).flatMap(leaves)
}

/** Where two lists differ by more than a part of their size; to the bits, signs of 0 included, for a tolerance of 0. */
function firstDifference(found: number[], expected: number[], tolerance: number): string | undefined {
  const at = expected.findIndex((each, i) => !(Object.is(found[i], each) || Math.abs((found[i] as number) - each) < tolerance * (1 + Math.abs(each))))
  return at < 0 ? undefined : `entry ${at}: ${found[at]}, not ${expected[at]}`
}

describe('a long list', () => {
  it('is one input where it is used as a whole, and as many as are read otherwise', () => {
    const inputs = (f: Any) => trace(f, numbers).inputs.length
    expect(inputs(grad((xs: Any) => sum(square(xs))))).toBe(1)
    expect(inputs(grad((xs: Any) => mul(xs[3], xs[7])))).toBe(2)
    expect(inputs((xs: Any) => mul(sum(xs), xs[3]))).toBe(2)
    expect(trace(grad((xs: Any) => sum(square(xs))) as Any, numbers).operations).toBe(5)
  })

  it('that the function changes is a list of its own', () => {
    const changes: ((xs: Any) => void)[] = [xs => (xs[0] = mul(xs[1], 2)), xs => xs.push(xs[0]), xs => xs.reverse(), xs => (xs.length = 3), xs => delete xs[0]]
    for (const change of changes) {
      const f = (given: readonly number[]) => {
        // Compiled, the list is the function's own; run by itself it would be the caller's.
        const xs = given.length === N && typeof given[0] === 'number' ? [...given] : given
        change(xs)
        return Object.values(xs).reduce((s: Any, x: Any, i) => add(s, mul(x, i + 1)), 0)
      }
      const given = [...numbers]
      expect(compile(f)(given)).toBe(f(numbers))
      expect(given).toEqual(numbers)
    }
  })

  it('results belong to the caller', () => {
    const fast = compile((xs: Any) => ({ same: xs, twice: mul(xs, 2) }), { target: 'js' })
    const given = Float64Array.from(numbers)
    const first = fast(given) as Any
    expect(first.same).toBeInstanceOf(Float64Array)
    first.same.fill(0)
    first.twice.data.fill(0)
    expect([...given]).toEqual(numbers)
    expect([...(fast(given) as Any).same]).toEqual(numbers)
  })

  it('is written out by emit, and into buffers', async () => {
    const gradient = compile(
      grad((xs: Any) => mul(sum(square(xs)), xs[2])),
      { target: 'js' },
    )
    const expected = grad((xs: Any) => mul(sum(square(xs)), xs[2]))(numbers) as Any
    gradient(numbers)
    const module = await import(`data:text/javascript,${encodeURIComponent(gradient.emit())}`)
    expect(leaves(module.default(numbers))).toEqual(leaves(expected))
    const out = new Float64Array(N)
    gradient.into(out, numbers as Any)
    expect([...out]).toEqual(leaves(expected))
    const whole = compile(grad((xs: Any) => sum(square(xs))))
    whole(numbers)
    const { code, memory } = await runModule(whole.emit({ format: 'wasm' }), numbers)
    expect([code, memory[N + 5]]).toEqual([0, 2 * (numbers[5] as number)])
  })

  it('of another length, or with something else in it, is traced anew', () => {
    const fast = compile(grad((xs: Any) => sum(square(xs)))) as Any
    for (const length of [N, N + 1, 3, N]) expect(fast(Array.from({ length }, () => 2))).toEqual(Array.from({ length }, () => 4))
    expect(fast.stats.versions).toBe(3)
    expect(() => fast([...numbers.slice(1), 'x'])).toThrow()
  })
})
