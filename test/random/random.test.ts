import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  add,
  checkpoint,
  compile,
  erf,
  foriLoop,
  Graph,
  grad,
  graph,
  jacobian,
  mul,
  ones,
  planJacobian,
  scan,
  square,
  stack,
  sum,
  Tensor,
  tensor,
  trace,
  variable,
  vmap,
} from '../../src/index.ts'
import { exactLog } from '../../src/ops/kernels/exact-log.ts'
import { normalQuantile } from '../../src/ops/kernels/normal.ts'
import { threefryAt } from '../../src/ops/kernels/threefry.ts'
import { randomEntries } from '../../src/ops/random.ts'
import { bernoulli, categorical, dropout, fold, type Key, key, normal, permutation, randint, split, uniform } from '../../src/random/index.ts'

/** From test/reference/make_random.py. */
const table = JSON.parse(readFileSync(new URL('../reference/random.json', import.meta.url), 'utf8')) as {
  keys: { seed: number; key: number[]; split: number[][]; fold: number[] }[]
  bits: [number[], number[]][]
  uniform: [number[], number[]][]
  normal: [number[], number[]][]
  gumbel: [number[], number[]][]
  randint: [number[], number, number, number[]][]
  permutation: [number[], number[]][]
  quantile: [number, number][]
  log: [number, number][]
}
const EPSILON = Number.EPSILON

function expectClose(found: number, expected: number, relative: number) {
  expect(Math.abs(found - expected), `${found} for ${expected}`).toBeLessThanOrEqual(relative * Math.abs(expected))
}

describe('the generator', () => {
  it.each([
    // kat_vectors of Random123 1.09: threefry2x32 with 20 rounds; the counter, the key and the result.
    [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xc4923a9c, 0x483df7a0],
  ])('gives the vectors that its authors published: %i %i under %i %i', (high, low, key0, key1, first, second) => {
    const out = new Float64Array(2)
    threefryAt(key0, key1, high, low, out, 0)
    expect([...out]).toEqual([first, second])
  })

  it('splits keys as JAX does, whose values are published in tests of others', () => {
    // TensorRT's for JAX with jax_threefry_partitionable, which is JAX' default since 0.5.
    expect(split(key(0)).toArray()).toEqual([
      [1797259609, 2579123966],
      [928981903, 3453687069],
    ])
    expect(split(key(1)).toArray()).toEqual([
      [507451445, 1853169794],
      [1948878966, 4237131848],
    ])
    expect(split(key(2)).toArray()).toEqual([
      [1821159224, 3364244817],
      [637334850, 3278974502],
    ])
  })

  it('has the doubles of JAX, of which one is published', () => {
    expect(uniform(key(0))).toBe(0.41845711171638644)
  })

  it('has the float32 of JAX, some of which are published', () => {
    const uniforms = uniform(key(0), [3], { dtype: 'float32' })
    expect([...uniforms.data]).toEqual([0.947667, 0.9785799, 0.33229148].map(Math.fround))
    const published = [
      1.6226422, 2.0252647, -0.43359444, -0.07861735, 0.1760909, -0.97208923, -0.49529874, 0.4943786, 0.6643493, -0.9501635, 2.1795304, -1.9551506,
    ]
    const normals = normal(key(0), [12], { dtype: 'float32' })
    expect([uniforms.dtype, normals.dtype]).toEqual(['float32', 'float32'])
    // JAX computes the quantiles in float32, to a few units in the last place.
    published.forEach((each, i) => expectClose(normals.at(i), each, 4e-7))
  })

  it('keeps the dtype of what is asked for, with bounds, compiled and dropped', () => {
    const made = (k: Key, scale: number) => [
      uniform(k, [2], { low: -1, high: scale, dtype: 'float32' }),
      normal(k, [2], { scale, dtype: 'float32' }),
      dropout(k, normal(k, [2], { dtype: 'float32' })),
    ]
    expect([randint(key(0), [2], { high: 3 }), permutation(key(0), 3), permutation(key(0), 1)].map(each => each.dtype)).toEqual(['int32', 'int32', 'int32'])
    expect(randint(key(0), [1], { low: 2 ** 40, high: 2 ** 40 + 1, dtype: 'float64' }).toArray()).toEqual([2 ** 40])
    expect(() => randint(key(0), [1], { low: 2 ** 40, high: 2 ** 40 + 1 })).toThrow(/float64/)
    const eager = made(key(0), 0.1)
    expect(eager.map(each => each.dtype)).toEqual(['float32', 'float32', 'float32'])
    for (const target of ['js', 'wasm', 'interpreter'] as const) expect(compile(made, { target })(key(0), 0.1)).toEqual(eager)
    expect(vmap((k: Key) => normal(k, [2], { dtype: 'float32' }))(split(key(0))).dtype).toBe('float32')
  })

  it('agrees with the algorithms of JAX in integers of any length', () => {
    for (const each of table.keys) {
      expect(key(each.seed).toArray()).toEqual(each.key)
      expect(split(key(each.seed), 5).toArray()).toEqual(each.split)
      expect(fold(key(each.seed), 2 ** 40 + 3).toArray()).toEqual(each.fold)
      expect(fold(key(each.seed), 3).toArray()).toEqual(each.split[3])
    }
    for (const [k, bits] of table.bits) expect([...(randomEntries(k, { shape: [7], of: 'bits' }) as Tensor).data]).toEqual(bits)
    for (const [k, entries] of table.uniform) expect(uniform(tensor(k), [7]).toArray()).toEqual(entries)
    for (const [k, entries] of table.normal) entries.forEach((each, i) => void expectClose(normal(tensor(k), [7]).at(i), each, 8 * EPSILON))
    for (const [k, entries] of table.gumbel)
      entries.forEach((each, i) => void expectClose((randomEntries(k, { shape: [7], of: 'gumbel' }) as Tensor).at(i), each, 32 * EPSILON))
    for (const [k, low, high, entries] of table.randint) expect(randint(tensor(k), [7], { low, high }).toArray()).toEqual(entries)
    for (const [k, order] of table.permutation) expect(permutation(tensor(k), order.length).toArray()).toEqual(order)
  })

  it('has quantiles and logarithms that are exact to rounding', () => {
    for (const [u, x] of table.quantile) expectClose(normalQuantile(u), x, 4 * EPSILON)
    for (const [x, y] of table.log) expectClose(exactLog(x), y, EPSILON)
  })
})

const keys = split(key(5), 3)

/** Everything at once, for each mode. */
function everything(k: Key, low: number) {
  const [a, b, c, d] = [...split(k, 4)] as [Key, Key, Key, Key]
  return {
    uniform: uniform(a, [2, 2], { low, high: 3 }),
    normal: normal(fold(b, 1), [3], { mean: low, scale: [1, 2, 3] }),
    one: normal(b),
    face: randint(c, [2], { high: 6 }),
    order: permutation(c, 5),
    rows: permutation(
      d,
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    ),
    classes: categorical(
      d,
      [
        [0, 1],
        [1, 0.5],
      ],
      { shape: [3, 2] },
    ),
    mask: mul(bernoulli(a, [0.2, 0.8]), 1),
    dropped: dropout(c, [1, 2, 3], { rate: 0.4 }),
  }
}
const numbers = (tree: object) => JSON.stringify(tree)

describe('the same bits come', () => {
  it.each(['js', 'wasm', 'interpreter'] as const)('compiled to %s', target => {
    const f = compile(everything, { target })
    for (const k of keys) for (let call = 0; call < 3; call++) expect(numbers(f(k, 0.5))).toBe(numbers(everything(k, 0.5)))
    const trained = compile((k: Key, x: number) => grad((y: number) => sum(dropout(k, mul(y, [1, 2, 3, 4]))))(x), { target })
    for (const k of keys) expect(trained(k, 2)).toBe(sum(dropout(k, tensor([1, 2, 3, 4]))))
  })

  it('for keys of a batch, nested', () => {
    const one = [...keys].map(k => everything(k, 0.5))
    const all = vmap((k: Key) => everything(k, 0.5))(keys)
    for (const name of Object.keys(one[0] as object) as (keyof (typeof one)[0])[]) {
      expect(all[name].toArray(), name).toEqual(one.map(each => ((x: Tensor | number) => (x instanceof Tensor ? x.toArray() : x))(each[name] as Tensor)))
    }
    const table = vmap((k: Key) => vmap((n: number) => normal(fold(k, n), [2]))(tensor([0, 1, 2, 3])))(keys) as Tensor
    const rows = [...keys].map(k => [0, 1, 2, 3].map(n => normal(fold(k, n), [2]).toArray()))
    expect(table.toArray()).toEqual(rows)
    const crossed = vmap((n: number) => fold(key(3), n))(tensor([7, 8])) as Tensor
    expect(crossed.toArray()).toEqual([7, 8].map(n => fold(key(3), n).toArray()))
  })

  it('for keys that loops carry, and counters that they count', () => {
    const carried = (k: Key) =>
      foriLoop(
        0,
        5,
        (_i: number, [x, k]: [number, Key]): [number, Key] => {
          const [a, b] = [...split(k)] as [Key, Key]
          return [add(x, normal(b)), a]
        },
        [0, k],
      )[0]
    const counted = (k: Key) => foriLoop(0, 5, (i: number, x: number) => add(x, uniform(fold(k, i))), 0)
    const scanned = (k: Key) => scan((x: number, each: Key): [number, number] => [add(x, normal(each)), uniform(each)], 0, split(k, 4))
    for (const f of [carried, counted, scanned] as ((k: Key) => unknown)[]) {
      const plain = [...keys].map(k => numbers([f(k)]))
      for (const target of ['js', 'wasm', 'interpreter'] as const) expect([...keys].map(k => numbers([compile(f, { target })(k)]))).toEqual(plain)
    }
    expect((vmap(carried)(keys) as Tensor).toArray()).toEqual([...keys].map(carried))
  })

  it('recorded again by a checkpoint, from a file of a graph, in a session and for no keys', () => {
    const k = key(6)
    const loss = (x: Tensor) => sum(square(dropout(k, x)))
    const x = tensor([1, 2, 3, 4])
    expect(grad((x: Tensor) => loss(checkpoint((x: Tensor) => mul(x, 1))(x)))(x)).toEqual(grad(loss)(x))
    expect(grad((x: Tensor) => sum(square(checkpoint((x: Tensor) => dropout(k, x))(x))))(x)).toEqual(grad(loss)(x))
    const f = (k: Key, n: number) => normal(fold(k, n), [3])
    const read = Graph.fromJSON(JSON.parse(JSON.stringify(trace(f, k, 3).toJSON())))
    expect(read.evaluate([key(9), 5])).toEqual([f(key(9), 5)])
    const g = graph()
    const drawn = uniform(g.placeholder('key', [2]), [2])
    expect(g.session().run([drawn], { key: k })).toEqual([uniform(k, [2])])
    expect((vmap((k: Key) => normal(k, [2]))(tensor([], [0, 2])) as Tensor).shape).toEqual([0, 2])
    const plan = planJacobian((x: Tensor) => mul(dropout(k, x), normal(k, [4])), x)
    expect([plan.mode, plan.nonzeros]).toEqual(['constant', 4])
  })

  it('inside derivatives, on a tape, and for keys given as arrays', () => {
    const k = key(3)
    const f = (x: number[]) => sum(square(add(x, normal(k, [2]))))
    expect(grad(f)([1, 2])).toEqual(
      normal(k, [2])
        .toArray()
        .map((each: number, i: number) => 2 * (i + 1 + each)),
    )
    const x = variable([1, 2])
    x.add(normal(k, [2]))
      .square()
      .sum()
      .backward()
    expect(x.grad.toArray()).toEqual(grad(f)([1, 2]))
    expect(grad((k: Key) => normal(k))(k).toArray()).toEqual([0, 0])
    expect(normal([0, 3] as unknown as Key)).toBe(normal(k))
    const seeded = compile((seed: number) => key(seed))
    for (const { seed, key } of table.keys) expect(seeded(seed).toArray()).toEqual(key)
  })
})

describe('derivatives', () => {
  it('pass to bounds, mean and scale, with the random part held', () => {
    const k = key(9)
    const u = uniform(k, [3]).toArray() as number[]
    const z = normal(k, [3]).toArray() as number[]
    expect(jacobian((low: number) => uniform(k, [3], { low, high: 5 }))(2).toArray()).toEqual(u.map(each => 1 - each))
    expect(jacobian((high: number) => uniform(k, [3], { high }))(2).toArray()).toEqual(u)
    expect(grad((mean: number[]) => sum(normal(k, [3], { mean })))([1, 2, 3])).toEqual([1, 1, 1])
    expect(jacobian((scale: number) => normal(k, [3], { scale }))(2).toArray()).toEqual(z)
  })

  it('pass through dropout to what stays, and to the rate', () => {
    const k = key(1)
    const stays = (dropout(k, ones([6]), { rate: 0.25 }).toArray() as number[]).map(each => each > 0)
    expect(stays).toContain(true)
    expect(stays).toContain(false)
    expect(grad((x: number[]) => sum(dropout(k, x, { rate: 0.25 })))([1, 2, 3, 4, 5, 6])).toEqual(stays.map(each => (each ? 1 / 0.75 : 0)))
    expect(grad((rate: number) => sum(dropout(k, ones([6]), { rate })))(0.25)).toBeCloseTo(stays.filter(each => each).length / 0.75 ** 2, 12)
    for (const [rate, expected] of [
      [0, 1],
      [1, 0],
    ] as const) {
      expect(dropout(k, ones([3]), { rate }).toArray()).toEqual([expected, expected, expected])
      expect(grad((x: number) => sum(dropout(k, mul(x, ones([3])), { rate })))(2)).toBe(3 * expected)
    }
  })

  it('pass through permutations, and not through masks and integers', () => {
    const k = key(4)
    const order = permutation(k, 4).toArray() as number[]
    expect(grad((x: number[]) => sum(mul(permutation(k, x), [1, 2, 3, 4])))([5, 6, 7, 8])).toEqual([0, 1, 2, 3].map(i => order.indexOf(i) + 1))
    expect(grad((p: number) => mul(bernoulli(k, p), p))(0.99)).toBe(1)
    expect(grad((logits: number[]) => mul(categorical(k, logits) as number, 2))([1, 2])).toEqual([0, 0])
  })
})

describe('distributions', () => {
  const N = 20_000
  /** The probability of a distance as large between an empirical and a true distribution (Kolmogorov). */
  const kolmogorov = (entries: readonly number[], cdf: (x: number) => number) => {
    const sorted = [...entries].sort((a, b) => a - b)
    const distance = Math.max(...sorted.map((x, i) => Math.max((i + 1) / N - cdf(x), cdf(x) - i / N)))
    const t = distance * (Math.sqrt(N) + 0.12 + 0.11 / Math.sqrt(N))
    return 2 * [1, 2, 3, 4, 5].reduce((sum, j) => sum + (j % 2 === 1 ? 1 : -1) * Math.exp(-2 * j * j * t * t), 0)
  }
  /** Whether counts are those of equal probabilities, for up to 23 degrees of freedom: the sum of squares is below its 99.9 % quantile there. */
  const evenly = (counts: readonly number[]) => {
    const mean = counts.reduce((sum, each) => sum + each, 0) / counts.length
    expect(counts.reduce((sum, each) => sum + (each - mean) ** 2 / mean, 0)).toBeLessThan(49.73)
  }
  const moment = (entries: readonly number[], power: number) => entries.reduce((sum, each) => sum + each ** power, 0) / entries.length

  it.each([0, 1, 2])('uniform, of key %i', seed => {
    const entries = uniform(key(seed), [N]).toArray() as number[]
    expect(Math.min(...entries)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...entries)).toBeLessThan(1)
    expect(kolmogorov(entries, x => x)).toBeGreaterThan(0.01)
    // Neighbours have nothing to do with each other, nor has what two keys of a split give.
    const other = uniform(fold(key(seed), 1), [N]).toArray() as number[]
    for (const second of [entries.slice(1), other]) {
      const product = second.reduce((sum, each, i) => sum + (each - 0.5) * ((entries[i] as number) - 0.5), 0) / second.length
      expect(Math.abs(product)).toBeLessThan((4 / 12) * N ** -0.5)
    }
  })

  it.each([0, 1, 2])('normal, of key %i', seed => {
    const entries = normal(key(seed), [N]).toArray() as number[]
    expect(kolmogorov(entries, x => (1 + (erf(x / Math.SQRT2) as number)) / 2)).toBeGreaterThan(0.01)
    // Standard deviations of the moments: 1, √2, √15, √96.
    ;[0, 1, 0, 3].forEach((expected, i) => {
      expect(Math.abs(moment(entries, i + 1) - expected)).toBeLessThan((4 * Math.sqrt([1, 2, 15, 96][i] as number)) / Math.sqrt(N))
    })
  })

  it('bernoulli, categorical, randint and permutation', () => {
    for (const p of [0, 0.1, 0.5, 1]) {
      const share = bernoulli(key(7), p, [N]).data.reduce((sum, each) => sum + each, 0) / N
      expect(Math.abs(share - p)).toBeLessThanOrEqual((4 * Math.sqrt(p * (1 - p))) / Math.sqrt(N))
    }
    const weights = [0.1, 0.2, 0.3, 0.4]
    const drawn = categorical(key(8), weights.map(Math.log), { shape: [N] }) as Tensor
    weights.forEach((weight, i) => {
      const share = drawn.data.filter(each => each === i).length / N
      expect(Math.abs(share - weight)).toBeLessThan((4 * Math.sqrt(weight * (1 - weight))) / Math.sqrt(N))
    })
    const faces = randint(key(9), [N], { low: -3, high: 4 })
    evenly(Array.from({ length: 7 }, (_, i) => faces.data.filter(each => each === i - 3).length))
    const orders = new Map<string, number>()
    const all = vmap((k: Key) => permutation(k, 4))(split(key(10), 2400)) as Tensor
    for (const order of all.toArray() as number[][]) orders.set(order.join(), (orders.get(order.join()) ?? 0) + 1)
    expect(orders.size).toBe(24)
    evenly([...orders.values()])
  })

  it('have the axes of categories where it is said', () => {
    const logits = tensor([
      [0, -Infinity, -Infinity],
      [-Infinity, 0, 0],
    ])
    expect(categorical(key(0), logits, { axis: 0 })).toMatchObject({ shape: [3] })
    expect((categorical(key(0), logits, { axis: 0 }) as Tensor).toArray()).toEqual([0, 1, 1])
    expect((categorical(key(0), logits, { axis: -1 }) as Tensor).at(0)).toBe(0)
    expect((categorical(key(0), logits, { shape: [5, 2] }) as Tensor).shape).toEqual([5, 2])
  })
})

describe('what does not fit is refused in words', () => {
  const k = key(0)
  // biome-ignore lint/suspicious/noExplicitAny: what is no key
  const wrong = (given: unknown) => given as any
  it.each<[string, () => unknown, RegExp]>([
    ['a seed for a key', () => normal(wrong(42)), /^normal: a key is a Tensor of shape \[2\], such as key\(42\) gives, but the number 42 was given\.$/],
    ['many keys', () => uniform(keys), /^uniform: .* but shape \[3, 2\] was given\. For many keys at once: vmap\(k => uniform\(k, …\)\)\(keys\)\.$/],
    ['numbers of a batch', () => vmap((k: Key) => normal(k))(tensor([1, 2])), /but one number was given\.$/],
    ['a text', () => split(wrong('key')), /^split: operand 1 is the string "key"/],
    ['fractions for a key', () => normal(tensor([0.5, 1])), /two integers below 2\^32.* but it holds 0\.5\.$/],
    ['a negative word', () => fold(tensor([-1, 1]), 0), /but it holds -1\.$/],
    ['a seed that is no integer', () => key(0.5), /^key: a seed is an integer .* but 0\.5 was given\.$/],
    ['a seed that is none', () => key(wrong([1, 2])), /^key: a seed is one integer, but an array of length 2 was given\.$/],
    ['a counter below 0', () => fold(k, -1), /counters are integers from 0 .* but -1 was given\.$/],
    ['several counters', () => fold(k, wrong([1, 2])), /^fold: n is one integer, .* vmap\.$/],
    ['no keys', () => split(k, 0), /^split: n is an integer of at least 1, not the number 0\.$/],
    ['a shape that is none', () => uniform(k, wrong(3)), /^uniform: a shape is an array of lengths/],
    ['a length below 0', () => normal(k, [-1]), /^normal: shape \[-1\] has the length -1/],
    ['bounds that do not spread', () => uniform(k, [2], { low: [1, 2, 3] }), /^uniform: low: shapes \[3\] and \[2\] do not broadcast/],
    ['a mean that makes the shape larger', () => normal(k, [1], { mean: [1, 2] }), /^normal: mean of shape \[2\] does not broadcast to the shape \[1\]/],
    ['a probability above 1', () => bernoulli(k, [0.5, 1.5]), /^bernoulli: a probability is a number from 0 to 1, but 1\.5 was given\.$/],
    ['a probability that is NaN', () => bernoulli(k, Number.NaN), /^bernoulli: a probability .* but NaN was given\.$/],
    ['a rate below 0', () => dropout(k, 1, { rate: -0.1 }), /^dropout: rate is a number from 0 to 1, not the number -0\.1\.$/],
    ['a rate above 1', () => dropout(k, 1, { rate: 1.1 }), /^dropout: rate is a number from 0 to 1, not the number 1\.1\.$/],
    ['several rates', () => dropout(k, [1, 2], { rate: wrong([0.1, 0.2]) }), /^dropout: rate is a number from 0 to 1/],
    ['two keys', () => normal(split(k)), /^normal: .* but shape \[2, 2\] was given\. For many keys/],
    ['three words', () => normal(tensor([1, 2, 3])), /^normal: .* but shape \[3\] was given\.$/],
    ['a text for a probability', () => bernoulli(k, wrong('p')), /^bernoulli: operand 2 is the string "p"/],
    ['a text for logits', () => categorical(k, wrong('p')), /^categorical: operand 2 is the string "p"/],
    ['a text to be put in order', () => permutation(k, wrong('p')), /^permutation: operand 2 is the string "p"/],
    ['a text to be dropped', () => dropout(k, wrong('p')), /^dropout: operand 2 is the string "p"/],
    ['a text for a counter', () => fold(k, wrong('p')), /^fold: operand 2 is the string "p"/],
    ['a text for a seed', () => key(wrong('p')), /^key: operand 1 is the string "p"/],
    [
      'how many, as a value of a transform',
      () => vmap((n: number) => permutation(k, n))([3, 4]),
      /^permutation: takes a tensor, or how many integers there are/,
    ],
    ['an option that there is not', () => dropout(k, 1, wrong({ p: 0.1 })), /^dropout: there is no option p\. Options: rate\.$/],
    ['bounds in the other order', () => randint(k, [2], { low: 3, high: 3 }), /^randint: high is above low, by 2\^32 at most, but high − low is 0\.$/],
    ['bounds that are no integers', () => randint(k, [2], { high: 2.5 }), /^randint: high is an integer/],
    ['no bound', () => randint(k, [2], wrong({})), /^randint: high is missing/],
    ['a scalar to be put in order', () => permutation(k, 2.5), /^permutation: takes a tensor, or how many integers there are/],
    ['logits of no category', () => categorical(k, [[], []]), /^categorical: there are no categories along axis 1/],
    ['a scalar as logits', () => categorical(k, 1), /^categorical: axis -1 is out of range for rank 0/],
    ['a shape that is not of the logits', () => categorical(k, [[1], [2]], { shape: [3] }), /^categorical: the shape \[3\] does not end with \[2\]/],
  ])('%s', (_what, run, message) => {
    expect(run).toThrow(message)
    expect(run).toThrow(expect.objectContaining({ name: expect.stringMatching(/^(Shape|Domain|Option|Tree)Error$/) }))
  })

  it('also where loops are traced, whose values only stand for others', () => {
    const f = compile((k: Key) => foriLoop(0, 3, (i: number, x: number) => add(x, normal(fold(k, i))), 0))
    expect(() => f(tensor([0.5, 1]))).toThrow(/two integers below 2\^32/)
    expect(f(k)).toBe([0, 1, 2].map(i => normal(fold(k, i))).reduce((sum, each) => sum + each, 0))
  })

  it('and shapes without entries give nothing', () => {
    expect(normal(k, [0, 3]).shape).toEqual([0, 3])
    expect(permutation(k, 0).shape).toEqual([0])
    expect(dropout(k, tensor([], [0])).shape).toEqual([0])
    expect(stack([uniform(k), uniform(k, [])]).toArray()).toEqual([uniform(k, [1]).at(0), uniform(k, [1]).at(0)])
  })
})
