import { describe, expect, it } from 'vitest'
import { constantLoop } from '../../src/graph/loop/control-flow.ts'
import {
  add,
  checkpoint,
  compile,
  cond,
  derivative,
  div,
  foriLoop,
  Graph,
  grad,
  graph,
  greater,
  gt,
  hessian,
  jacobian,
  jvp,
  le,
  less,
  lt,
  map,
  matmul,
  mul,
  ones,
  reshape,
  scan,
  sin,
  slice,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  trace,
  vmap,
  where,
  whileLoop,
} from '../../src/index.ts'
import { numbersOf, runModule, structureOf } from '../results.ts'

// biome-ignore lint/suspicious/noExplicitAny: programs of all kinds
type Any = any

/** All numbers of a result, 0 and −0 alike. */
const numbers = (x: unknown): number[] => numbersOf(x).map(each => each + 0)

const wave = (count: number, scale = 1) => Array.from({ length: count }, (_, i) => scale * Math.cos(1 + i))
const W = tensor([
  [0.5, -0.2, 0.1],
  [0.3, 0.4, -0.6],
  [-0.1, 0.2, 0.7],
])

/**
 * Programs of one list of numbers, with one number as result. `native`: they cannot be one loop.
 * `sums`: what arrives at one value from a loop is added up there before it is added to the rest; round by round each
 * contribution is added by itself, which may round in another way.
 */
const programs: Record<string, { f: (x: Any) => Any; at: number[]; native?: true; sums?: true }> = {
  'a state of one number': { f: x => foriLoop(0, 20, (_, s: Any) => mul(mul(x[0], s), sub(1, s)), x[1]), at: [3.4, 0.3] },
  'the number of the round': { f: x => foriLoop(2, 12, (i, s: Any) => add(mul(s, x[0]), div(x[1], i)), 0.5), at: [0.7, 1.3] },
  'items and outputs': {
    f: x => {
      const [last, all] = scan((s: Any, each: Any) => [add(mul(0.5, s), sin(each)), mul(s, each)], 0.1, x)
      return add(last, sum(all))
    },
    at: wave(12),
  },
  'states as outputs': {
    f: x => {
      const [, all] = scan(
        (s: Any, each: Any) => {
          const next = tanh(add(s, mul(each, s)))
          return [next, { before: s, after: next, twice: [s, next] }]
        },
        0.4,
        x,
      )
      return add(sum(mul(all.before, all.after)), add(mul(all.after[2], all.before[3]), mul(all.twice[1][0], all.twice[4][1])))
    },
    at: wave(6),
    sums: true,
  },
  'a tensor as state': {
    f: x => {
      const [last, outputs] = scan((s: Any, each: Any) => [tanh(add(matmul(W, s), mul(each, x[0]))), mul(s, s)], ones([3]), tensor(wave(12)))
      return add(sum(last), sum(outputs))
    },
    at: [0.3],
  },
  'rows as items': {
    f: x => {
      const rows = scan((s: Any, row: Any) => [add(s, row), sum(mul(s, row))], mul(ones([3]), x[0]), matmul(tensor([[1], [2], [3], [4]]), [[x[0], x[1], 2]]))
      return add(sum(rows[0]), sum(rows[1]))
    },
    at: [0.3, -0.7],
  },
  'states that change places': {
    f: x => {
      const [a, b] = foriLoop(0, 7, (_, [p, q]: Any) => [q, add(mul(p, x[0]), q)], [x[0], x[1]] as Any)
      return mul(a, b)
    },
    at: [0.3, 0.9],
  },
  'tensors that change places': {
    f: x => {
      const [a, b] = foriLoop(0, 5, (_, [p, q]: Any) => [q, p], [mul(ones([2]), x[0]), mul(tensor([1, 2]), x[1])] as Any)
      return sum(mul(sub(a, b), a))
    },
    at: [0.3, 0.9],
  },
  'a state that stays': { f: x => foriLoop(0, 5, (_, s: Any) => ({ a: s.a, b: add(s.b, mul(s.a, s.b)) }), { a: x[0], b: x[1] } as Any).b, at: [0.3, 0.9] },
  'objects as items': {
    f: x =>
      scan(
        (s: Any, { t, y }: Any) => [add(s, square(sub(mul(x[0], t), y))), undefined],
        0,
        wave(5).map((y, t) => ({ t, y })),
      )[0],
    at: [0.3],
  },
  'a loop in a loop': {
    f: x => foriLoop(0, 4, (_, s: Any) => scan((r: Any, each: Any) => [add(mul(r, each), mul(0.1, s)), undefined], s, x)[0] as Any, 0.5),
    at: wave(5),
    sums: true,
  },
  'a checkpoint in a loop': {
    f: x => scan((s: Any, each: Any) => [checkpoint((a: Any) => mul(sin(a), x[0]))(add(s, each)), undefined], 1, wave(5))[0],
    at: [0.4],
  },
  'a derivative in a loop': {
    f: x => foriLoop(0, 5, (_, s: Any) => sub(s, mul(0.1, grad((z: Any) => add(square(square(z)), mul(z, x[0])))(s))), x[1]),
    at: [0.3, 0.9],
  },
  'map with what stands around': { f: x => sum(map((each: Any) => mul(sin(each), x[0]), wave(9))), at: [0.3] },
  'map over arguments': {
    f: x =>
      sum(
        mul(
          map((each: Any) => square(each), x),
          wave(6),
        ),
      ),
    at: wave(6),
  },
  'a question in a round': { f: x => foriLoop(0, 9, (_, s: Any) => (gt(s, 1) ? mul(s, 0.5) : le(s, 0) ? x[1] : add(s, x[0])), x[1]), at: [0.4, 0.9] },
  'a condition': {
    f: x =>
      whileLoop(
        (s: Any) => lt(s, 100),
        (s: Any) => mul(s, x[0]),
        x[1],
      ),
    at: [1.7, 0.9],
  },
  'a condition that holds never': {
    f: x =>
      whileLoop(
        (s: Any) => gt(s, 100),
        (s: Any) => mul(s, x[0]),
        x[1],
      ),
    at: [1.7, 0.9],
  },
  'a condition with a mask': {
    f: x =>
      whileLoop(
        ([s]: Any) => greater(x[0], s),
        ([s, t]: Any) => [add(s, 1), mul(t, x[1])],
        [0, 1] as Any,
      )[1],
    at: [6.5, 0.9],
  },
  'a state that becomes a tensor': { f: x => sum(foriLoop(0, 6, (_, s: Any) => mul(s, tensor([0.5, x[0] === 0 ? 1 : 2])), x)), at: [0.3, 0.9] },
  'the number of a round as a plain number': {
    f: x => foriLoop(0, 9, (i, s: Any) => (i === 3 ? add(s, x[0]) : mul(s, x[1])), 1),
    at: [0.3, 0.9],
    native: true,
  },
  'a list that is indexed': { f: x => foriLoop(0, 3, (i, s: Any) => add(s, mul(x[i], x[i])), 0), at: [0.3, 0.9, 2], native: true },
  'items that are compared as plain numbers': {
    f: x => scan((s: Any, each: Any) => [each === 2 ? mul(s, x[0]) : add(s, each), undefined], 1, [1, 2, 3])[0],
    at: [0.3],
    native: true,
  },
  'a Tensor of rank 0': { f: x => sum(foriLoop(0, 3, (_, s: Any) => mul(s, x[0]), reshape(x[1], []))), at: [0.3, 1.2] },
  'no rounds': { f: x => foriLoop(3, 3, (_, s: Any) => mul(s, 2), x[0]), at: [0.3], native: true },
}

describe.each(Object.entries(programs))('%s', (_name, { f, at, native, sums }) => {
  const direction = at.map((_, i) => 1 - 0.3 * i)
  const batch = [at, at.map(each => 0.9 * each), at.map(each => 1.05 * each)]
  const forms: Record<string, [(x: Any) => Any, Any]> = {
    value: [f, at],
    grad: [grad(f), at],
    jvp: [x => jvp(f, [x], [direction]), at],
    hessian: [hessian(f), at],
    'reverse over reverse': [grad((x: Any) => sum(mul(grad(f)(x), direction))), at],
    'forward over reverse': [x => jvp(grad(f), [x], [direction]), at],
    jacobian: [jacobian((x: Any) => [f(x), mul(f(x), x[0])]), at],
    batch: [vmap(f), batch],
    'batch of gradients': [vmap(grad(f)), batch],
    'gradient of a batch': [grad((x: Any) => sum(vmap(f)(x))), batch],
  }

  it.each(['js', 'interpreter', 'wasm'] as const)('gives for %s what it gives round by round', target => {
    for (const [form, [program, x]] of Object.entries(forms)) {
      const fast = compile(program, { target })
      const expected = form.includes('batch')
        ? form === 'gradient of a batch'
          ? batch.map(each => grad(f)(each))
          : batch.map(each => (form === 'batch' ? f : grad(f))(each))
        : program(x)
      const found = fast(x)
      expect(numbers(found).length, form).toBe(numbers(expected).length)
      // WebAssembly adds up two terms at a time and has elementary functions of its own.
      if (
        target === 'wasm' ||
        (sums && form !== 'value') ||
        form === 'hessian' ||
        form === 'jacobian' ||
        form.includes(' over reverse') ||
        form.includes('batch')
      ) {
        // Another order of sums: the directions of a pass go together here, one by one there. Entries are up to some thousands: roundings are parts of them.
        const entries = numbers(found)
        numbers(expected).forEach(
          (each, i) => void expect((entries[i] as number) / Math.max(1, Math.abs(each)), form).toBeCloseTo(each / Math.max(1, Math.abs(each)), 11),
        )
      } else {
        expect(numbers(found), form).toEqual(numbers(expected))
        expect(structureOf(found), form).toEqual(structureOf(expected))
      }
    }
  })

  it(native ? 'is run round by round' : 'is one step', () => {
    const names = trace(f, at).nodes.map(node => node.op)
    expect(names.includes('loop')).toBe(native !== true)
  })
})

/** The JavaScript of a function, compiled for arguments like these. */
function compileSource(f: Any, ...args: unknown[]): string {
  const fast = compile(f, { target: 'js' })
  fast(...args)
  return fast.source as string
}

describe('loops', () => {
  it('are as long as one round, whatever their number', () => {
    const logistic = (count: number) => grad((r: number) => foriLoop(0, count, (_, x: number) => mul(mul(r, x), sub(1, x)), 0.3))
    const sizes = [10, 1000].map(count => {
      const fast = compile(logistic(count))
      expect(fast(3.5)).toBe(logistic(count)(3.5))
      return fast.source?.length as number
    })
    expect((sizes[1] as number) - (sizes[0] as number)).toBeLessThan(20)
  })

  it('are WebAssembly, JavaScript that needs nothing else, and the same everywhere', async () => {
    const f = (x: number[]) => {
      const [last, all] = scan((s: number, each: number) => [add(mul(0.5, s), mul(each, s)), mul(s, each)], 0.1, x)
      return add(last, mul(all[2], all[7]))
    }
    const expected = grad(f)(wave(9))
    const fast = compile(grad(f), { target: 'wasm' })
    expect(fast(wave(9))).toEqual(expected)
    expect(fast.target).toBe('wasm')
    const { code, memory } = await runModule(fast.emit({ format: 'wasm' }), wave(9))
    expect(code).toBe(0)
    expect([...memory.subarray(9, 18)]).toEqual(expected)
    const script = compile(grad(f))
    script(wave(9))
    const emitted = await import(`data:text/javascript,${encodeURIComponent(script.emit())}`)
    expect(emitted.default(wave(9))).toEqual(expected)
    const tensors = compile(grad((x: Any) => sum(foriLoop(0, 4, (_, s: Any) => mul(sin(s), x), x))))
    const x = tensor(wave(5))
    const gradient = tensors(x) as unknown as Tensor
    const standalone = await import(`data:text/javascript,${encodeURIComponent(tensors.emit())}`)
    expect(standalone.default({ data: x.data, shape: [5] })).toMatchObject({ data: gradient.data, shape: [5] })
    expect(() => standalone.default({ data: x.data, shape: [4] })).toThrow(/structure/)
  })

  it('run as often as their condition says, in one version up to twice the rounds there were', () => {
    const root = (a: number) =>
      whileLoop(
        (x: number) => gt(mul(sub(mul(x, x), a), sub(mul(x, x), a)), 1e-20),
        (x: number) => div(add(x, div(a, x)), 2),
        a,
      )
    const fast = compile(grad(root))
    for (const a of [2, 1e4, 0.3, 7]) expect(fast(a)).toBeCloseTo(grad(root)(a), 14)
    expect(fast.stats.versions).toBe(1)
    const halving = compile((x: number) =>
      whileLoop(
        (s: number) => gt(s, 1),
        (s: number) => div(s, 2),
        x,
      ),
    )
    expect([4, 2 ** 10, 2 ** 40, 3].map(x => halving(x))).toEqual([1, 1, 1, 0.75])
    expect(halving.stats).toMatchObject({ versions: 2, eager: 0 })
  })

  it('that end by their values are steps of other loops where no derivative passes, and run to their end in each target', () => {
    // Σ i² √(a + i) for i below 5, each root by bisection.
    const rooted = (a: number) => (square: (x: number) => number) =>
      whileLoop(
        ({ i }: { i: number; total: number }) => lt(i, 5),
        ({ i, total }) => {
          const { high } = constantLoop(
            ({ low, high }) => gt(sub(high, low), 1e-12),
            ({ low, high }) => {
              const middle = mul(0.5, add(low, high))
              const before = less(square(middle), add(a, i)) as never
              return { low: where(before, middle, low) as unknown as number, high: where(before, high, middle) as unknown as number }
            },
            { low: 0, high: 10 },
          )
          return { i: add(i, 1), total: add(total, mul(mul(i, mul(i, a)), high)) }
        },
        { i: 0, total: 0 },
      ).total
    const numbers = (a: number) => rooted(a)(x => mul(x, x))
    const scaled = (a: number) => rooted(a)(x => div(sum(mul(mul(x, tensor([1, 2, 3])), mul(x, tensor([1, 1, -0.5])))), 1.5))
    const sumOf = (a: number) => [0, 1, 2, 3, 4].reduce((total, i) => total + i * i * a * Math.sqrt(a + i), 0)
    for (const f of [numbers, scaled]) {
      for (const target of ['js', 'wasm', 'interpreter'] as const) {
        const fast = compile(f, { target })
        for (const a of [2, 3, 90]) expect(fast(a)).toBeCloseTo(sumOf(a), 7)
        expect(fast.stats).toMatchObject({ versions: 1, eager: 0 })
        // The roots are constants.
        for (const slope of [grad(fast), compile(grad(f), { target }), compile(derivative(f), { target })]) expect(slope(2)).toBeCloseTo(sumOf(2) / 2, 8)
      }
      expect(trace(f, 2).nodes.filter(node => node.op === 'loop')).toHaveLength(1)
    }
  })

  it('in a batch run until each item has ended, and leave the others as they are', () => {
    const doubled = (x: number) =>
      whileLoop(
        (s: number) => lt(s, 100),
        (s: number) => mul(s, s),
        x,
      )
    expect(vmap(doubled)([3, 200, 11])).toEqual([6561, 200, 121])
    expect(vmap(grad(doubled))([3, 200, 11])).toEqual([8 * 3 ** 7, 1, 22])
    expect(vmap(compile(doubled))([3, 200, 11])).toEqual([6561, 200, 121])
  })

  it('take both sides of a condition on a mask in a batch', () => {
    const f = (x: number) =>
      cond(
        greater(x, 0) as never,
        () => mul(x, x),
        () => mul(x, -1),
      ) as number
    expect(vmap(f)([2, -3])).toEqual([4, 3])
    expect(vmap(grad(f))([2, -3])).toEqual([4, -1])
  })

  it('and chains on tensors let 0 win over ∞ in derivatives', () => {
    const product = (p: Any) => sum(mul(p.y, sqrt(p.x)))
    const at = { x: tensor([0, 4]), y: tensor([0, 1]) }
    const round = (x: number) => foriLoop(0, 3, (_, s: number) => mul(s, sqrt(x)), 0)
    for (const target of ['js', 'interpreter', 'wasm'] as const) {
      const fast = compile(grad(product), { target })
      expect(numbers(fast(at))).toEqual([0, 0.25, 0, 2])
      expect(numbers(fast({ ...at, x: tensor([1, 4]) }))).toEqual([0, 0.25, 1, 2])
      expect(compile(grad(round), { target })(0)).toBe(0)
    }
    expect(compileSource(grad(product), at)).toMatch(/sum !== sum/)
  })

  it('are written as JSON and read again', () => {
    const f = (x: number[]) => scan((s: number, each: number) => [add(mul(s, 0.5), sin(each)), s], 0.1, x)[0]
    const graph = trace(grad(f), wave(5))
    const read = Graph.fromJSON(JSON.stringify(graph))
    expect(read.evaluate(wave(5))).toEqual(graph.evaluate(wave(5)))
    expect(read.toString()).toBe(graph.toString())
    const damaged = JSON.parse(JSON.stringify(graph))
    damaged.nodes.find((node: Any) => node.op === 'loop').params.body.format = 'x'
    expect(() => Graph.fromJSON(damaged)).toThrow(/format is missing/)
  })

  it('are steps of graphs made by hand', () => {
    const g = graph()
    const x = g.placeholder('x', [])
    const w = g.placeholder('w', [4])
    const program = (a: Any, b: Any) => {
      const [last, all] = scan((s: Any, each: Any) => [add(mul(s, a), each), s], 1, b)
      return add(last, sum(all))
    }
    const y = program(x, w)
    const [dx, dw] = g.gradients(y, [x, w])
    const [ddx, ddw] = grad(program, { argnum: [0, 1] })(0.5, [1, 2, 3, 4]) as Any
    for (const target of ['auto', 'interpreter'] as const) {
      const found = g.session({ target }).run([y, dx, dw] as Any, { x: 0.5, w: [1, 2, 3, 4] }) as Any
      expect(numbers(found)).toEqual(numbers([program(0.5, [1, 2, 3, 4]), ddx, ddw]))
    }
    expect(Graph.fromJSON(JSON.stringify(g)).operations).toBeGreaterThan(0)
  })

  it('say what is wrong with a round', () => {
    expect(() => compile((x: number) => scan((s: number) => s as never, x, [1]))(1)).toThrow(/\[carry, output\]/)
    expect(() => compile((x: number) => foriLoop(0, 3, (_, s: number) => (s as number) * 2, x))(1)).toThrow(/mul\(x, 2\) for x \* 2/)
  })
})

describe('cond with operands', () => {
  it('calls the side that is taken with them, as in JAX', () => {
    expect(cond(gt(2, 1), sin, (x: number) => mul(x, 2), 0.5)).toBe(Math.sin(0.5))
    expect(
      cond(
        gt(1, 2),
        (x: number, y: number) => add(x, y),
        (x: number, y: number) => mul(x, y),
        3,
        4,
      ),
    ).toBe(12)
    const f = (x: number) => cond(gt(x, 1), sin, (each: number) => mul(each, each), x)
    expect([grad(f)(0.5), grad(f)(2)]).toEqual([1, Math.cos(2)])
    expect(compile(grad(f))(2)).toBe(Math.cos(2))
    expect(vmap((x: number) => cond(greater(x, 1), sin, (each: number) => mul(each, each), x))([0.5, 2])).toEqual([0.25, Math.sin(2)])
    expect(() => cond(gt(2, 1), 3, 4, 5 as never)).toThrow(/cond: operands are for functions, but a side is the number 3/)
    // The side that is not taken, too.
    expect(() => cond(gt(2, 1), (x: number) => x, 4, 5 as never)).toThrow(/cond: operands are for functions, but a side is the number 4/)
  })

  it('and a number of rounds is a whole number', () => {
    for (const rounds of [2.5, -1, Number.NaN]) expect(() => scan((s: number) => [s, s], 0, rounds)).toThrow(/number of rounds is a whole number from 0/)
  })
})

it('a state may be a part of another as it was before the round', () => {
  const f = (a: Tensor, b: Tensor, xs: Tensor) => scan(([a, b]: [Tensor, Tensor], x: number) => [[slice(b, 1, 2), mul(b, x)], a], [a, b], xs)
  const given = [tensor([1]), tensor([2, 3, 4]), tensor([2, 3, 5])] as const
  for (const target of ['js', 'wasm', 'interpreter'] as const) {
    const [state] = compile(f, { target })(...given) as Any
    expect(numbersOf(state)).toEqual([18, 60, 90, 120])
  }
})
