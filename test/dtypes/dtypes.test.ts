import { describe, expect, it } from 'vitest'
import {
  add,
  arange,
  argMax,
  astype,
  checkpoint,
  compile,
  concat,
  customVjp,
  div,
  eye,
  foriLoop,
  full,
  gather,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  linspace,
  lt,
  map,
  matmul,
  mean,
  mul,
  neg,
  noGrad,
  ones,
  planJacobian,
  reshape,
  scan,
  sin,
  slice,
  softmaxCrossEntropy,
  sort,
  square,
  stack,
  sub,
  sum,
  type Tensor,
  take,
  tensor,
  topK,
  trace,
  value,
  variable,
  vjp,
  vmap,
  where,
  whileLoop,
  zeros,
} from '../../src/index.ts'
import { adam, sgd } from '../../src/optim/index.ts'
import { checkGrads } from '../../src/testing/index.ts'
import { numbersOf, structureOf } from '../results.ts'

// biome-ignore lint/suspicious/noExplicitAny: values of every kind
type Any = any

const single = (values: Any, shape?: number[]) => tensor(values, { dtype: 'float32', ...(shape && { shape }) })
const integers = (values: Any) => tensor(values, { dtype: 'int32' })
const bits = (x: Any) => [...x.data]

describe('a tensor of a dtype', () => {
  it('is made as it is asked for', () => {
    expect(tensor([1, 2]).dtype).toBe('float64')
    expect(tensor(new Float32Array([1, 2])).dtype).toBe('float64')
    expect(single([0.1, 0.2]).data).toEqual(new Float32Array([0.1, 0.2]))
    expect(single([1, 2, 3, 4], [2, 2]).shape).toEqual([2, 2])
    expect(integers([1, 2]).data).toEqual(new Int32Array([1, 2]))
    expect(tensor([0, 2], { dtype: 'bool' }).toArray()).toEqual([false, true])
    expect(tensor([true, false]).dtype).toBe('bool')
    for (const made of [zeros([2], { dtype: 'float32' }), ones([2], { dtype: 'float32' }), full([2], 0.1, { dtype: 'float32' }), eye(2, { dtype: 'float32' })])
      expect([made.dtype, made.data instanceof Float32Array]).toEqual(['float32', true])
    expect(arange(0, 3, 1, { dtype: 'int32' }).data).toEqual(new Int32Array([0, 1, 2]))
    expect(linspace(0, 1, 3, { dtype: 'float32' }).data).toEqual(new Float32Array([0, 0.5, 1]))
    expect(String(single([1]))).toBe('Tensor([1], [1], float32)')
  })

  it('keeps its dtype when it is copied, cloned and iterated', () => {
    const x = single([
      [1, 2],
      [3, 4],
    ])
    expect(tensor(x).dtype).toBe('float32')
    expect(tensor(structuredClone(x) as Any).dtype).toBe('float32')
    expect([...x].map(row => (row as Tensor).dtype)).toEqual(['float32', 'float32'])
    expect(x.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ])
  })

  it('refuses what it cannot hold, and names that are none', () => {
    expect(() => tensor([1], { dtype: 'float16' as never })).toThrow(/no dtype.*float64, float32, int32, bool/)
    expect(() => tensor([1], { type: 'float32' } as never)).toThrow(/no option type/)
    expect(() => integers([2 ** 31])).toThrow(/2147483648 is no integer of 32 bits/)
    expect(() => integers([Number.NaN])).toThrow(/NaN is no integer of 32 bits/)
    expect(() => add(integers([2 ** 31 - 1]), integers([1]))).toThrow(/no integer of 32 bits/)
    expect(() => astype([1], 'half' as never)).toThrow(/dtype is 'float64', 'float32', 'int32' or 'bool'/)
  })
})

describe('promotion', () => {
  it('is that of the array API standard', () => {
    const of = { bool: tensor([true]), int32: integers([1]), float32: single([1]), float64: tensor([1]) }
    const table = [
      ['int32', 'int32', 'int32'],
      ['int32', 'float32', 'float32'],
      ['float32', 'float32', 'float32'],
      ['float32', 'float64', 'float64'],
      ['int32', 'float64', 'float64'],
      ['bool', 'float32', 'float32'],
      ['bool', 'int32', 'int32'],
    ] as const
    for (const [a, b, c] of table) for (const f of [add, mul, sub]) expect([f(of[a], of[b]).dtype, f(of[b], of[a]).dtype]).toEqual([c, c])
    expect(div(of.int32, of.int32).dtype).toBe('float64')
    expect(add(of.float32, 0.1).dtype).toBe('float32')
    expect(add(of.int32, 1).dtype).toBe('float64')
    expect(concat([of.int32, of.float32]).dtype).toBe('float32')
    expect(where(of.bool, of.float32, of.float32).dtype).toBe('float32')
    expect(matmul(single([[1]]), single([[1]])).dtype).toBe('float32')
    expect(mean(single([[1, 2]]), { axis: 0 }).dtype).toBe('float32')
    expect(argMax(single([[1, 2]]), { axis: 1 }).dtype).toBe('int32')
    expect((sum(integers([[1, 2]]), { axis: 1 }) as Tensor).data).toEqual(new Int32Array([3]))
  })

  it('rounds each result once', () => {
    const x = single([0.1, 0.2, 0.3])
    expect(bits(add(x, 1))).toEqual([...x.data].map(each => Math.fround(each + 1)))
    // A sum of 2²⁴ ones and more: adding singles one by one stays at 2²⁴.
    const many = ones([2, (1 << 24) / 4 + 8], { dtype: 'float32' })
    expect(bits(sum(many, { axis: 1 }))).toEqual([4194312, 4194312])
    const big = single([[2 ** 24, 1, 1, 1, 1]])
    expect(bits(sum(big, { axis: 1 }))).toEqual([2 ** 24 + 4])
  })
})

describe('derivatives', () => {
  const f = (w: Any) => sum(square(sin(mul(w, tensor([1, 2, 3])))))
  const w = single([0.5, 0.25, -1])

  it('have the dtype of what they belong to, though the function computes in another', () => {
    expect(grad(f)(w).dtype).toBe('float32')
    expect(vjp(f as Any, w)[1](1 as never)[0 as never]).toMatchObject({ dtype: 'float32' })
    expect(hvp(f, w, w).dtype).toBe('float32')
    expect((hessian(f)(w) as Any).dtype).toBe('float32')
    expect((jacobian((x: Any) => mul(x, tensor([1, 2, 3])))(w) as Any).dtype).toBe('float64')
    expect((jacobian((x: Any) => sin(x))(w) as Any).dtype).toBe('float32')
    expect(planJacobian((x: Any) => sin(x), w).valueAndJacobian(w)[1]).toMatchObject({ dtype: 'float32' })
    const both = grad((a: Any, b: Any) => sum(mul(a, b)), { argnum: [0, 1] })(w, tensor([1, 2, 3]))
    expect(both.map((each: Any) => each.dtype)).toEqual(['float32', 'float64'])
    expect(grad((tree: Any) => f(tree.w))({ w, b: 2 }).w.dtype).toBe('float32')
  })

  it('of tensors of rank 0 are such tensors, and are checked against differences of doubles', () => {
    const slope = grad((a: Any) => mul(a, a))(tensor(0.5, { dtype: 'float32' })) as Any
    expect([slope.dtype, slope.shape, slope.item()]).toEqual(['float32', [], 1])
    checkGrads((a: Any) => sum(sin(a)), [w])
  })

  it('pass through casts, and not through integers', () => {
    const g = (x: Any) => sum(square(astype(x, 'float32')))
    expect(grad(g)(tensor([0.1, 2])).data).toEqual(Float64Array.of(Math.fround(2 * Math.fround(0.1)), 4))
    expect(grad((x: Any) => sum(astype(x, 'float64')))(w).dtype).toBe('float32')
    expect(bits(grad((x: Any) => sum(mul(astype(x, 'int32'), x)))(single([1.5, 2.5])))).toEqual([1, 2])
  })

  it('do not pass through a cast to integers or truths, of integers and truths as well', () => {
    for (const x of [tensor([1, 0]), tensor([1, 0], { dtype: 'float32' }), tensor([1, 0], { dtype: 'int32' }), tensor([true, false])]) {
      for (const dtype of ['int32', 'bool'] as const) {
        const f = (t: Tensor) => sum(mul(t, astype(t, dtype)))
        expect((grad(f)(x) as Tensor).toArray(), `${x.dtype} as ${dtype}`).toEqual([1, 0])
        expect((compile(grad(f))(x) as Tensor).toArray(), `${x.dtype} as ${dtype}, compiled`).toEqual([1, 0])
        expect(jvp(f, [x], [tensor([1, 1], { dtype: x.dtype === 'float32' ? 'float32' : 'float64' })])[1]).toBe(1)
      }
    }
  })

  it('come to variables in their dtype, which changes in place keep', () => {
    const v = variable(w)
    ;(f(v) as Any).backward()
    ;(f(v) as Any).backward()
    expect(v.grad.dtype).toBe('float32')
    noGrad(() => v.sub_(mul(0.1, v.grad)))
    expect((v.value as Tensor).dtype).toBe('float32')
    const x = single([1, 2])
    ;(variable(x, { requiresGrad: false }) as Any).add_(tensor([0.5, 0.25]))
    expect(x.dtype).toBe('float32')
  })

  it('come through checkpoints, rules of users, loops and batches', () => {
    const plain = grad(f)(w)
    expect(bits(grad(checkpoint(f))(w))).toEqual(bits(plain))
    const own = customVjp(
      (x: Any) => [sin(x), x],
      (saved: Any, cotangent: Any) => [mul(cotangent, saved) as never],
    ) as Any
    expect(grad((x: Any) => sum(mul(own(x), tensor([1, 2, 3]))))(w).dtype).toBe('float32')
    const looped = (x: Any) => sum(foriLoop(0, 3, (_i: number, s: Any) => sin(s), x) as Any)
    expect(grad(looped)(w).dtype).toBe('float32')
    expect(compile(grad(looped))(w).dtype).toBe('float32')
    expect(bits(compile(grad(looped), { target: 'js' })(w))).toEqual(bits(grad(looped)(w)))
    const scanned = (x: Any) => sum((scan((s: Any, r: Any) => [mul(sin(s), r), s], reshape(take(x, [0]), [1]), reshape(x, [3, 1])) as Any)[0])
    expect(bits(compile(grad(scanned), { target: 'js' })(w))).toEqual(bits(grad(scanned)(w)))
    const rows = single([
      [1, 2],
      [3, 4],
    ])
    expect((vmap((r: Any) => sin(r))(rows) as Any).dtype).toBe('float32')
    expect((vmap(grad((r: Any) => sum(square(r))))(rows) as Any).dtype).toBe('float32')
  })
})

describe('compiled', () => {
  const loss = (p: Any, x: Any, y: Any) => softmaxCrossEntropy(add(matmul(x, p.w), p.b), y)
  const p = { w: single([0.1, -0.2, 0.3, 0.5, 0.7, -0.4], [3, 2]), b: single([0.1, 0.2]) }
  const x = single([1, 2, 3, 0.5, -1, 2], [2, 3])
  const y = integers([0, 1])

  it.each(['js', 'wasm', 'interpreter', 'auto'] as const)('for %s gives what the function gives, in its dtypes', target => {
    const eager = grad(loss)(p, x, y)
    const fast = compile(grad(loss), { target })
    for (let call = 0; call < 2; call++) {
      const found = fast(p, x, y)
      expect([found.w.dtype, found.b.dtype]).toEqual(['float32', 'float32'])
      bits(found.w).forEach((each, i) => {
        expect(Math.abs(each - bits(eager.w)[i])).toBeLessThan(1e-7)
      })
      if (target === 'js') expect(bits(found.w)).toEqual(bits(eager.w))
    }
    // Another dtype is another version.
    expect(fast({ w: tensor(p.w, { dtype: 'float64' }), b: tensor(p.b, { dtype: 'float64' }) }, tensor(x, { dtype: 'float64' }), y).w.dtype).toBe('float64')
    expect(fast.stats.versions).toBe(2)
  })

  it('is written as a module that takes and gives singles', async () => {
    const fast = compile((a: Any) => mul(sin(a), 2))
    const a = single([0.5, 0.25])
    const wanted = fast(a) as Tensor
    const module = await import(`data:text/javascript,${encodeURIComponent(fast.emit())}`)
    expect(module.default({ data: a.data, shape: [2] }).data).toEqual(wanted.data)
  })

  it('returns what it was given in its dtype, as a copy', () => {
    const fast = compile((a: Any) => [a, reshape(a, [2, 1])])
    const a = single([0.5, 0.25])
    const [same, column] = fast(a) as [Tensor, Tensor]
    expect([same.dtype, column.dtype, column.shape]).toEqual(['float32', 'float32', [2, 1]])
    expect(same.data).not.toBe(a.data)
  })
})

describe('a loop', () => {
  const two = (x: Tensor) => stack([x, add(x, x) as Tensor])
  const loops: { readonly [what: string]: (x: Tensor) => Any } = {
    'scan, outputs of other dtypes': x => scan((c: Any, i: Any) => [c, { a: astype(mul(x, i), 'int32'), b: mul(x, i), c: astype(mul(x, 0.1), 'float64') }], 0, 3)[1],
    'scan, outputs in a list': x => scan((c: Any, i: Any) => [c, [mul(x, i), astype(x, 'int32')]], 0, 3)[1],
    'scan, states and items': x => scan((c: Any, row: Any) => [{ s: add(c.s, row), n: astype(add(c.n, 1), 'int32') }, row], { s: x, n: x }, two(x)),
    'scan, no rounds': x => scan((c: Any, row: Any) => [add(c, row), row], x, zeros([0, 2], { dtype: x.dtype })),
    'foriLoop': x => foriLoop(0, 3, (_, c: Any) => add(mul(c, x), c), x),
    'foriLoop, a state that changes its dtype': x => foriLoop(0, 4, (_, c: Any) => astype(add(c, x), 'int32'), x),
    'foriLoop, with a number that single numbers round': x => foriLoop(0, 5, (_, c: Any) => mul(c, 0.1), x),
    'whileLoop': x => whileLoop((c: Any) => lt(sum(c) as never, 60), (c: Any) => add(c, c), x),
    'map': x => map((row: Any) => mul(row, integers([2, 3])), two(x)),
    'map to integers': x => map((row: Any) => astype(row, 'int32'), two(x)),
  } // biome-ignore format: a line each

  const tensorsOf = (x: Any): Any[] => (x?.dtype ? [x] : typeof x === 'object' && x !== null ? Object.values(x).flatMap(tensorsOf) : [])
  const dtypesOf = (x: Any) => tensorsOf(x).map(each => each.dtype)

  it.each(Object.entries(loops))('gives the same dtypes and numbers eager, compiled and in a batch: %s', (what, f) => {
    for (const dtype of ['float64', 'float32', 'int32'] as const) {
      const x = tensor([1.5, 2.25], { dtype })
      const expected = f(x)
      const found = compile(f as Any)(x)
      expect(structureOf(found)).toEqual(structureOf(expected))
      expect(numbersOf(found)).toEqual(numbersOf(expected))
      expect(dtypesOf(vmap(f as Any)(two(x)))).toEqual(dtypesOf(expected))
      if (!what.includes('no rounds')) expect(trace(f as Any, x).nodes.map(each => each.op)).toContain('loop')
    }
  })

  it.each(Object.entries(loops))('has derivatives in the dtype of its argument, tangents in those of its results: %s', (_what, f) => {
    const loss = (t: Tensor) => tensorsOf(f(t)).reduce((total, each) => add(total, sum(square(each))), 0)
    for (const dtype of ['float64', 'float32'] as const) {
      const x = tensor([1.5, 2.25], { dtype })
      const gradients = [grad(loss)(x), compile(grad(loss) as Any)(x), vmap(grad(loss) as Any)(two(x))]
      expect(gradients.flatMap(dtypesOf)).toEqual([dtype, dtype, dtype])
      // Tangents of integers are doubles.
      const tangents = dtypesOf(f(x)).map(each => (each === 'int32' ? 'float64' : each))
      const push = (t: Tensor) => jvp(f as Any, [t], [ones([2], { dtype })])[1]
      for (const each of [push(x), compile(push as Any)(x), vmap(push as Any)(two(x))]) expect(dtypesOf(each)).toEqual(tangents)
    }
  })
})

it('integers have no −0, in code as in the function', () => {
  const f = (x: Any) => [div(1, neg(x)), div(1, mul(x, integers([-1, -1])))]
  const wanted = [Infinity, -1, Infinity, -1]
  for (const target of ['js', 'wasm', 'interpreter'] as const)
    for (const found of [f(integers([0, 1])), compile(f, { target })(integers([0, 1]))]) expect(found.flatMap(bits)).toEqual(wanted)
})

describe('integers that 32 bits do not hold', () => {
  it.each(['js', 'wasm', 'interpreter'] as const)('are refused by code for %s as by the function', target => {
    const big = integers([65537, 3])
    const message = /int32: 4295098369 is no integer of 32 bits/
    expect(() => mul(big, big)).toThrow(message)
    const fast = compile((x: Any) => mul(x, x), { target })
    expect(bits(fast(integers([2, 3])))).toEqual([4, 9])
    expect(() => fast(big)).toThrow(message)
  })
})

describe('optimisers', () => {
  it.each([
    ['adam', (params: Any) => adam(params, { learningRate: 0.05 })],
    ['sgd', (params: Any) => sgd(params, { learningRate: 0.05, momentum: 0.9 })],
  ] as const)('%s keeps the dtype of parameters', (_name, make) => {
    for (const w of [single([1, -2]), variable(single([1, -2]))]) {
      const optimiser = make({ w }) as Any
      const loss = (q: Any) => sum(square(q.w)) as Any
      for (let step = 0; step < 3; step++) {
        if (w.toString().startsWith('Tensor')) optimiser.step(grad(loss)(optimiser.params))
        else {
          optimiser.zeroGrad()
          loss(optimiser.params).backward()
          optimiser.step()
        }
      }
      expect(optimiser.params.w.dtype).toBe('float32')
      expect(value(loss(optimiser.params))).toBeLessThan(5)
    }
  })
})

it('entries that are sorted, or found by indices that are values, have the dtype of what they are entries of', () => {
  const picked: [string, (x: Any, i: Any) => Any][] = [
    ['sort', x => sort(x)],
    ['topK', x => topK(x, 2).values],
    ['take', (x, i) => take(x, i)],
    ['gather', (x, i) => gather(x, i)],
    ['slice', (x, i) => slice(x, take(i, 1) as Any, 2)],
  ]
  const [numbers, indices] = [[1, 0, 1], integers([2, 0])]
  for (const dtype of ['bool', 'int32', 'float32', 'float64'] as const) {
    const [x, rows] = [tensor(numbers, { dtype }), tensor([numbers, numbers], { dtype })]
    for (const [name, f] of picked) {
      const expected = f(x, indices)
      expect(expected.dtype, name).toBe(dtype)
      for (const target of ['js', 'wasm', 'interpreter'] as const) expect(compile(f, { target })(x, indices), `${name} for ${target}`).toEqual(expected)
      const batch = vmap(f, { in: [0, null] })(rows, indices)
      expect([batch.dtype, bits(batch)], `${name} in a batch`).toEqual([dtype, [...bits(expected), ...bits(expected)]])
    }
  }
})
