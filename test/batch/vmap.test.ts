import { describe, expect, it } from 'vitest'
import {
  add,
  all,
  any,
  argMax,
  argMin,
  compile,
  cond,
  det,
  div,
  exp,
  foriLoop,
  grad,
  greater,
  gt,
  hessian,
  hvp,
  jacobian,
  jvp,
  lessEqual,
  log,
  lt,
  matmul,
  mul,
  pow,
  reshape,
  sin,
  slice,
  sort,
  sqrt,
  square,
  stack,
  sum,
  Tensor,
  take,
  taylor,
  tensor,
  topK,
  trace,
  variable,
  vjp,
  vmap,
  where,
  whileLoop,
} from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import { registry } from '../../src/ops/registry.ts'
import { activeArguments } from '../../src/testing/check-op.ts'

const flat = (x: unknown): number[] => (x instanceof Tensor ? [...x.data] : typeof x === 'object' && x !== null ? Object.values(x).flatMap(flat) : [Number(x)])

/** Numbers of a sample a little larger, item by item. */
function grown(x: unknown, item: number): unknown {
  if (typeof x === 'number') return x * (1 + 0.01 * item)
  return Array.isArray(x) ? x.map(each => grown(each, item)) : x
}

function close(found: number[], expected: number[], what: string): void {
  expect(found.length, what).toBe(expected.length)
  found.forEach((each, i) => {
    const wanted = expected[i] as number
    if (Number.isNaN(wanted)) expect(each, what).toBeNaN()
    else expect(Math.abs(each - wanted), `${what}: ${each} and ${wanted}`).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(wanted)))
  })
}

describe('vmap equals stacking', () => {
  it.each(registry.map(each => each.name))('for %s, and for its gradient', name => {
    const definition = registry.find(each => each.name === name) as (typeof registry)[number]
    const operator = ops[name as keyof typeof ops] as unknown as (...args: unknown[]) => unknown
    for (const sample of definition.samples.slice(0, 3)) {
      const active = activeArguments(definition, sample)
      const call = (args: readonly unknown[]) => operator(...sample.map((each, i) => (active.includes(i) ? args[active.indexOf(i)] : each)))
      // Operands that are refused by their numbers are indices.
      const items = [0, 1, 2].map(item => active.map(i => grown(sample[i], 'example' in definition ? 0 : item)))
      const columns = active.map((_, i) => items.map(item => item[i]))
      const found = flat(vmap((...args: unknown[]) => call(args))(...columns))
      const results = items.map(call)
      // Results come leaf by leaf: of an object, all items of its first part first.
      const parts = results.map(each => (typeof each === 'object' && each !== null && !(each instanceof Tensor) ? Object.values(each) : [each]))
      const expected = (parts[0] as unknown[]).flatMap((_, part) => parts.flatMap(each => flat(each[part])))
      close(found, expected, name)
      if ('differentiable' in definition && !definition.differentiable) continue
      const loss = (...args: unknown[]) => {
        const out = call(args)
        const leaves = out instanceof Tensor || typeof out !== 'object' || out === null || 'arena' in out ? [out] : Object.values(out)
        return leaves.reduce((total: number, each) => add(total, sum(mul(each as number, each as number))), 0)
      }
      const slope = grad(loss, { argnum: active.map((_, i) => i) })
      const slopes = vmap(slope)(...columns) as unknown[]
      const expectedSlopes = items.flatMap(item => flat(slope(...item)))
      close(flat(slopes), expectedSlopes, `gradient of ${name}`)
    }
  })
})

describe('vmap', () => {
  it('takes axes for arguments, trees and results', () => {
    expect(vmap((x: number, y: number) => mul(x, y), { in: [0, null] })([1, 2, 3], 10)).toEqual([10, 20, 30])
    expect(
      vmap((x: number[]) => sum(x), { in: 1 })([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toEqual([5, 7, 9])
    expect(
      vmap((x: number[]) => x.map(each => mul(each, 2)), { out: 1 })([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toEqual([
      [2, 8],
      [4, 10],
      [6, 12],
    ])
    const f = (p: { w: number[]; b: number }, x: number) => ({ y: add(mul(p.w[0] as number, x), p.b), w: p.w })
    expect(vmap(f, { in: [{ w: 0, b: null }, 0] })({ w: [[1], [2]], b: 5 }, [10, 20])).toEqual({ y: [15, 45], w: [[1], [2]] })
    const t = vmap((m: Tensor, v: Tensor) => matmul(m, v), { in: [null, 0] })(
      tensor([
        [1, 2],
        [3, 4],
      ]),
      tensor([
        [1, 0],
        [0, 1],
      ]),
    )
    expect((t as Tensor).toArray()).toEqual([
      [1, 3],
      [2, 4],
    ])
    expect(vmap((_x: number) => 7)([1, 2])).toEqual([7, 7])
    expect(vmap((x: number) => sin(x))(new Float64Array([1, 2]))).toEqual([Math.sin(1), Math.sin(2)])
  })

  it('nests with itself and with every transform', () => {
    const f = (x: number, y: number) => mul(sin(mul(x, y)), y)
    const [xs, ys] = [
      [0.1, 0.2, 0.3],
      [1, 2],
    ]
    const table = vmap(vmap(f, { in: [null, 0] }), { in: [0, null] })(xs, ys)
    expect(table).toEqual(xs.map(x => ys.map(y => f(x, y))))
    expect(vmap(grad(f), { in: [0, null] })(xs, 2)).toEqual(xs.map(x => grad(f)(x, 2)))
    expect(grad((v: number[]) => sum(vmap((x: number) => mul(x, sin(x)))(v) as number[]))(xs)).toEqual(xs.map(x => Math.sin(x) + x * Math.cos(x)))
    expect(jvp((v: number[]) => vmap((x: number) => mul(x, x))(v) as number[], [xs], [[1, 1, 1]])[1]).toEqual(xs.map(x => 2 * x))
    expect(jacobian((v: number[]) => vmap((x: number) => mul(x, x))(v) as number[])([1, 2])).toEqual([
      [2, 0],
      [0, 4],
    ])
    const square = (v: number[]) => mul(v[0] as number, mul(v[1] as number, v[1] as number))
    expect(
      vmap(hessian(square))([
        [1, 2],
        [3, 4],
      ]),
    ).toEqual(
      [
        [1, 2],
        [3, 4],
      ].map(v => hessian(square)(v)),
    )
    expect(
      vmap(jacobian((v: number[]) => [square(v), v[0] as number]))([
        [1, 2],
        [3, 4],
      ]),
    ).toEqual(
      [
        [1, 2],
        [3, 4],
      ].map(v => jacobian((u: number[]) => [square(u), u[0] as number])(v)),
    )
    expect(taylor((x: number) => sum(vmap((y: number) => mul(x, y))([1, 2]) as number[]), 1, 1)).toEqual([3, 3])
    expect(vmap((x: number) => taylor(sin, x, 2))([0, 1])).toEqual([0, 1].map(x => taylor(sin, x, 2)))
    const imperative = (x: number) => {
      const v = variable(x)
      v.mul(v).mul(v).backward()
      return v.grad as number
    }
    expect(vmap(imperative)([1, 2, 3])).toEqual([3, 12, 27])
  })

  it('asks for masks in place of branches, and names wrong sizes', () => {
    expect(() => vmap((x: number) => (gt(x, 0) ? x : 0))([1, -1])).toThrow(/greater/)
    expect(vmap((x: number) => where(greater(x, 0), x, 0))([1, -1])).toEqual([1, 0])
    expect(vmap((x: number) => (gt(2, 1) ? x : 0))([1, -1])).toEqual([1, -1])
    expect(() => vmap((x: number, y: number) => add(x, y))([1, 2], [1, 2, 3])).toThrow(/3 items.*others have 2/)
    expect(() => vmap((x: number) => x)(5)).toThrow(/in/)
    expect(() => vmap((x: number) => x, { in: 1 })([1, 2])).toThrow(/no axis 1/)
    expect(() => vmap((x: number) => x, { out: 3 })([1, 2])).toThrow(/no axis 3/)
    expect(() => vmap((x: number) => x, { on: 3 } as never)([1, 2])).toThrow(/no option on/)
    expect(() => vmap((x: number) => x, { in: null })([1, 2])).toThrow(/null/)
    expect(() => vmap((x: number) => x, { in: [0, 0] })([1, 2])).toThrow(/2 axes/)
    expect(
      flat(
        vmap((m: Tensor) => det(m))(
          tensor([
            [
              [1, 2],
              [3, 4],
            ],
            [
              [2, 0],
              [0, 2],
            ],
          ]),
        ),
      ),
    ).toEqual([-2, 4].map(each => expect.closeTo(each, 12)))
  })
})

describe('vmap of no items', () => {
  const known = (x: unknown): x is number[] | number => (Array.isArray(x) ? x.every(known) : typeof x === 'number')

  it.each(registry.map(each => each.name))('gives empty results of the shapes that one item has: %s', name => {
    const definition = registry.find(each => each.name === name) as (typeof registry)[number]
    const operator = ops[name as 'add'] as unknown as (...args: unknown[]) => unknown
    for (const sample of definition.samples) {
      const active = activeArguments(definition, sample)
      // Lists of tensors (concat, stack) are one argument, whose items would be those of each.
      if (!active.every(i => known(sample[i])) || ['concat', 'stack', 'stackScalars', 'pack', 'meshgrid'].includes(name)) continue
      const f = (...given: unknown[]) => operator(...sample.map((each, i) => (active.includes(i) ? given[active.indexOf(i)] : each)))
      const items = (count: number) =>
        active.map(i => {
          const { data, shape } = tensor([sample[i] as number])
          return tensor(count === 0 ? [] : data, [count, ...shape.slice(1)])
        })
      const shapes = (tree: unknown, count: number): unknown =>
        tree instanceof Tensor
          ? [tree.shape[0] === count, ...tree.shape.slice(1)]
          : Object.entries(tree as object).map(([key, each]) => [key, shapes(each, count)])
      expect(shapes(vmap(f)(...items(0)), 0)).toEqual(shapes(vmap(f)(...items(1)), 1))
    }
  })

  it('works for lists, trees, gradients and shared arguments', () => {
    expect(vmap((x: number) => mul(x, 2))([])).toEqual([])
    expect(vmap((x: number[]) => x.map(each => mul(each, 2)))([])).toEqual([])
    const none = tensor([], [0, 3])
    expect(vmap((x: Tensor) => ({ a: sum(x), b: [x, 7] }))(none)).toEqual({ a: tensor([], [0]), b: [none, tensor([], [0])] })
    expect(vmap(grad((x: Tensor) => sum(mul(x, x))))(none)).toEqual(none)
    expect(vmap((x: Tensor, y: number[]) => mul(x, y), [0, null])(none, [1, 2, 3])).toEqual(none)
    expect(vmap((x: Tensor) => mul(x, 2), { out: 1 })(none)).toEqual(tensor([], [3, 0]))
    expect(() => vmap((x: Tensor) => matmul(x, [1, 2]))(none)).toThrow(/inner sizes differ/)
  })
})

describe('branches in a batch', () => {
  const targets = [undefined, 'js', 'wasm', 'interpreter'] as const
  // biome-ignore lint/suspicious/noExplicitAny: functions of any arguments
  const ways = (f: (...args: any[]) => any) => [f, ...targets.map(target => compile(f, target && { target }))]
  const piecewise = (x: number): number =>
    cond(
      greater(x, 0),
      (a: number) => mul(log(a), a),
      (b: number) => mul(b, mul(b, b)),
      x,
    )

  it('are selected by cond on a mask, also in what is differentiated and compiled', () => {
    const x = [2, -2, 0, Math.E]
    for (const f of ways(vmap(piecewise))) close(flat(f(x)), [2 * Math.log(2), -8, 0, Math.E], 'value')
    for (const f of ways(vmap(grad(piecewise)))) close(flat(f(x)), [1 + Math.log(2), 12, 0, 2], 'gradient of each')
    for (const f of ways(grad((xs: number[]) => sum(vmap(piecewise)(xs))))) close(flat(f(x)), [1 + Math.log(2), 12, 0, 2], 'gradient of the sum')
    for (const f of ways(vmap(grad(grad(piecewise))))) close(flat(f(x)), [1 / 2, -12, 0, 1 / Math.E], 'second derivative')
    for (const f of ways((xs: number[]) => jvp(vmap(piecewise), [xs], [[1, 1, 1, 2]])[1])) close(flat(f(x)), [1 + Math.log(2), 12, 0, 4], 'tangents')
  })

  it('leave no trace of the side that is not taken', () => {
    const sides: [name: string, f: (a: number) => number, slope: (a: number) => number][] = [
      ['log of log', a => log(log(a)), a => 1 / (a * Math.log(a))],
      ['reciprocal', a => div(1, a), a => -1 / (a * a)],
      ['root', a => sqrt(a), a => 0.5 / Math.sqrt(a)],
      ['root of a square', a => mul(a, sqrt(mul(a, a))), a => 2 * Math.abs(a)],
      ['power', a => pow(a, -1.5), a => -1.5 * a ** -2.5],
    ]
    for (const [name, side, slope] of sides) {
      const f = (x: number): number => cond(greater(x, 0), side, (b: number) => mul(b, b), x)
      for (const g of ways(vmap(grad(f)))) close(flat(g([4, 0, -1])), [slope(4), 0, -2], name)
      const other = (x: number): number => cond(lessEqual(x, 0), (b: number) => mul(b, b), side, x)
      for (const g of ways(vmap(grad(other)))) close(flat(g([4, 0, -1])), [slope(4), 0, -2], `${name}, as the other side`)
    }
  })

  it('by a question are refused, with what to write', () => {
    const f = vmap((x: number) =>
      cond(
        gt(x, 0),
        (a: number) => a,
        (b: number) => mul(b, 2),
        x,
      ),
    )
    expect(() => f([1, -2])).toThrow('a branch is cond(greater(…), a, b) or where(greater(…), a, b)')
    expect(
      vmap((x: number) =>
        cond(
          greater(x, 0),
          (a: number) => a,
          (b: number) => mul(b, 2),
          x,
        ),
      )([1, -2]),
    ).toEqual([1, -4])
  })

  it('are selected leaf by leaf, inside each other, and in loops', () => {
    const tree = vmap((x: number) =>
      cond(
        greater(x, 0),
        (a: number) => ({ u: a, v: [a, 1] }),
        (b: number) => ({ u: 0, v: [b, b] }),
        x,
      ),
    )
    expect(tree([4, -1])).toEqual({ u: [4, 0], v: [[4, 1], [-1, -1]] }) // biome-ignore format: rows
    const nested = (x: number): number =>
      cond(
        greater(x, 0),
        (a: number) => cond(greater(a, 1), 10, mul(a, 2)),
        (b: number) => mul(b, 3),
        x,
      )
    for (const f of ways(vmap(vmap(nested)))) close(flat(f([[0.5, 2], [-1, 0]])), [1, 10, -3, 0], 'nested') // biome-ignore format: rows
    const rounds = (x: number): number =>
      foriLoop(
        0,
        3,
        (_, s: number) =>
          cond(
            greater(s, 1),
            (a: number) => mul(a, 0.5),
            (b: number) => add(b, 2),
            s,
          ),
        x,
      )
    for (const f of ways(vmap(rounds))) close(flat(f([1, -2, 5])), [0.75, 1, 0.625], 'in a loop')
    for (const f of ways(vmap(grad(rounds)))) close(flat(f([1, -2, 5])), [0.25, 0.5, 0.125], 'gradient in a loop')
  })
})

it('items whose loop has ended are not read beyond its end', () => {
  const v = tensor([1, 2, 3, 4])
  const from = (i: number, x: Tensor): number =>
    whileLoop(
      ([at]: [number, number]) => lt(at, 4),
      ([at, total]: [number, number]) => [add(at, 1), add(total, square(take(x, at) as unknown as number))],
      [i, 0],
    )[1]
  const batch = vmap(from, [0, null])
  const slopes = vmap(grad(from, 1), [0, null])
  const expected = [[0, 0, 0, 8], [2, 4, 6, 8], [0, 0, 0, 0]] // biome-ignore format: rows
  for (const run of [batch, compile(batch), compile(batch, { target: 'interpreter' })]) expect(flat(run([3, 0, 4], v))).toEqual([16, 30, 0])
  for (const run of [slopes, compile(slopes), compile(slopes, { target: 'wasm' })]) expect(flat(run([3, 0, 4], v))).toEqual(expected.flat())
})

describe('directions of a tensor of rank 0 that are batched', () => {
  it('are those of a scalar, in every mode', () => {
    const f = (x: number) => mul(exp(x), x)
    const x = tensor(0.5) as unknown as number
    const each = (slope: (v: number) => unknown) => [...(vmap(slope)(tensor([1, 2])) as Iterable<number>)]
    const [first, second] = [Math.exp(0.5) * 1.5, Math.exp(0.5) * 2.5]
    for (const [found, expected] of [
      [each(v => jvp(f, [x], [v])[1]), first],
      [each(v => vjp(f, x)[1](v)[0]), first],
      [each(v => hvp(f, x, v)), second],
    ] as const) {
      found.forEach((entry, i) => expect(entry).toBeCloseTo((i + 1) * expected, 12))
      expect(found.length).toBe(2)
    }
  })
})

describe('many rows', () => {
  it('take as many steps as few, in Jacobians too', () => {
    const f = (z: Tensor) => stack([mul(sin(z.at(0)), z.at(1)), mul(z.at(1), sum(slice(z, 1, 3)))])
    const steps = (rows: number) => {
      const z = tensor(
        Float64Array.from({ length: 3 * rows }, (_, i) => Math.sin(i)),
        [rows, 3],
      )
      const fast = compile(vmap(jacobian(f)))
      const rowByRow = [...z].flatMap(row => flat(jacobian(f)(row as Tensor)))
      flat(fast(z)).forEach((each, i) => {
        expect(each).toBeCloseTo(rowByRow[i] as number, 14)
      })
      return fast.graph?.nodes.length
    }
    expect(steps(40)).toBe(steps(4))
  })

  it('go through operators that choose at once', () => {
    const f = (x: Tensor) => [
      argMax(x),
      argMin(x, { axis: 0 }),
      argMax(x, { axis: 1, keepDims: true }),
      all(x),
      any(x, { axis: 0 }),
      topK(x, 2).indices,
      sort(x),
    ]
    const x = tensor(
      Float64Array.from({ length: 24 }, (_, i) => Math.round(3 * Math.sin(5 * i))),
      [4, 3, 2],
    )
    const steps = trace(vmap(f as never), x).nodes.length
    expect(steps).toBe(trace(vmap(f as never), tensor([...x.data, ...x.data], [8, 3, 2])).nodes.length)
    const items = [...x].map(item => f(item as Tensor))
    ;(vmap as unknown as (g: typeof f) => typeof f)(f)(x).forEach((each, k) => {
      expect(flat(each)).toEqual(items.flatMap(item => flat(item[k])))
    })
  })
})

it('a loop that gives nothing to its derivative gives nothing for any item', () => {
  // The gradient of a gradient of a loop without rounds: a random program found it.
  const f = (x: number) =>
    grad((y: number) =>
      grad((z: number) =>
        whileLoop(
          (s: number) => lt(s, -10),
          (s: number) => mul(s, 2),
          z,
        ),
      )(y),
    )(x)
  expect(vmap(f)([1, 2, 3])).toEqual([0, 0, 0])
  expect(compile((xs: number[]) => vmap(f)(xs), { target: 'js' })([1, 2, 3])).toEqual([0, 0, 0])
})

describe('the axis of the items', () => {
  // As NumPy counts axes: −rank … rank − 1 of what holds the items, and no others.
  const items = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ])
  it.each([
    [0, (row: Tensor) => sum(row)],
    [1, (row: Tensor) => row],
    [2, (row: Tensor) => reshape(row, [3, 1])],
  ])('is within the rank of results of rank %i and the items', (rank, f) => {
    for (let axis = -5; axis <= 5; axis++) {
      const run = () => vmap(f as unknown as (row: Tensor) => Tensor, { out: axis })(items)
      if (axis >= -1 - rank && axis <= rank) expect((run() as Tensor).shape.at(axis)).toBe(2)
      else expect(run, `axis ${axis}`).toThrow(/has no axis/)
    }
  })

  it('is within the rank of arguments', () => {
    for (let axis = -5; axis <= 5; axis++) {
      const run = () => vmap((row: Tensor) => sum(row), { in: axis })(items)
      if (axis >= -2 && axis < 2) expect([...run().data]).toEqual(axis === 0 || axis === -2 ? [6, 15] : [5, 7, 9])
      else expect(run, `axis ${axis}`).toThrow(/no axis/)
    }
  })
})
