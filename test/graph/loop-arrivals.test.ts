import { describe, expect, it } from 'vitest'
import type { Graph } from '../../src/graph/graph.ts'
import type { LoopParams } from '../../src/graph/loop/parts.ts'
import {
  add,
  compile,
  cond,
  foriLoop,
  Graph as Graphs,
  gather,
  grad,
  graph,
  gt,
  hessian,
  jvp,
  lt,
  mul,
  reshape,
  scan,
  sin,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  take,
  tensor,
  trace,
  vmap,
  whileLoop,
} from '../../src/index.ts'
import { numbersOf } from '../results.ts'

// biome-ignore lint/suspicious/noExplicitAny: programs of all kinds
type Any = any

const N = 24
const wave = tensor(Array.from({ length: N }, (_, i) => Math.cos(1 + i)))
const order = Array.from({ length: N }, (_, i) => (7 * i * i + 3) % N)
const table = tensor(Array.from({ length: N }, (_, i) => [Math.sin(i), Math.cos(3 * i)]))

/** Loops that read a tensor of the surroundings at places: the place is the round's, computed, or a state's. `steps`: a step of a round is as large as the tensor. */
const programs: Record<string, { f: (v: Any) => Any; at?: Tensor; steps?: true }> = {
  'an entry in each round': { f: v => foriLoop(0, N, (i, s: Any) => add(s, square(take(v, i))), 0) },
  'by at': { f: v => foriLoop(0, N, (i, s: Any) => add(s, sin(mul(v.at(i), s))), 0.1) },
  'two neighbours, which meet': { f: v => foriLoop(0, N - 1, (i, s: Any) => add(mul(s, 0.9), mul(take(v, i), take(v, add(i, 1)))), 1) },
  'neighbours in any order, one twice, some not at all': {
    f: v =>
      foriLoop(0, N - 9, (i, s: Any) => add(mul(s, 0.9), mul(mul(take(v, add(i, 4)), take(v, add(i, 2))), add(take(v, add(i, 5)), take(v, add(i, 2))))), 1),
  },
  'entries too far apart to be carried': { f: v => foriLoop(0, N - 11, (i, s: Any) => add(mul(s, 0.9), mul(take(v, i), take(v, add(i, 11)))), 1) },
  'every second entry, and the last first': {
    f: v => foriLoop(0, N / 2, (i, s: Any) => add(mul(s, 0.9), mul(take(v, mul(2, i)), take(v, sub(N - 1, i)))), 1),
  },
  'neighbours of one round': { f: v => foriLoop(0, 1, (i, s: Any) => add(s, mul(take(v, add(i, 3)), take(v, add(i, 1)))), 0) },
  'the same entries again and again': { f: v => foriLoop(0, 3 * N, (i, s: Any) => add(sin(s), square(take(v, take(order.concat(order, order), i)))), 0) },
  'several at once, some twice': { f: v => foriLoop(0, N, (i, s: Any) => add(s, sum(mul(take(v, [0, 1, 0]), sin(mul(take(v, i), take(v, i)))))), 0) },
  'a slice': { f: v => foriLoop(0, N - 3, (i, s: Any) => add(s, sum(square(slice(v, i, add(i, 3))))), 0) },
  rows: { f: v => sum(foriLoop(0, N, (i, s: Any) => add(mul(s, 0.5), sin(mul(take(v, i), take(v, sub(N - 1, i))))), tensor([0, 1]))), at: table },
  gathered: { f: v => foriLoop(0, N, (i, s: Any) => add(s, square(sum(gather(v, mul([1, 1], i), 0)))), 0) },
  'a scan with outputs': { f: v => sum(scan((s: Any, i: Any) => [add(mul(s, 0.7), take(v, i)), mul(s, take(v, i))], 0.3, order)[1]) },
  'to an end that data decide': {
    f: v =>
      whileLoop(
        ([s]: Any) => lt(s, 9),
        ([s, i]: Any) => [add(s, square(take(v, i))), add(i, 1)],
        [mul(take(v, 0), 0), 0] as Any,
      )[0],
  },
  'one side of a branch': {
    f: v =>
      foriLoop(
        0,
        N,
        (i, s: Any) =>
          cond(
            gt(take(v, i), 0),
            () => add(s, square(take(v, i))),
            () => mul(s, 0.9),
          ),
        1,
      ),
  },
  'a loop in a loop': {
    f: v => foriLoop(0, N, (i, s: Any) => foriLoop(0, 4, (k, t: Any) => add(mul(t, 0.8), mul(take(v, i), take(v, mul(k, 2)))), s), 0.2),
  },
  'with the whole of it beside': { f: v => foriLoop(0, N, (i, s: Any) => add(mul(s, 0.3), mul(take(v, i), sum(mul(v, s)))), 0.4), steps: true },
}

/** How large the steps of loops' bodies are at most, inputs aside. */
function largestStep({ nodes }: Graph, inLoop = false): number {
  return nodes.reduce((most, { op, definition, params, shape }) => {
    if (definition === undefined) return most
    const size = inLoop ? shape.reduce((a, b) => a * b, 1) : 0
    const inner = op === 'loop' ? largestStep((params as LoopParams).body, true) : 0
    return Math.max(most, op === 'loop' ? 0 : size, inner)
  }, 0)
}

describe.each(Object.entries(programs))('%s', (_, { f, at = wave, steps }) => {
  const direction = reshape(
    Array.from({ length: at.size }, (_, i) => Math.sin(2 * i)),
    at.shape,
  )
  const forms: Record<string, (v: Any) => Any> = {
    value: f,
    gradient: grad(f),
    'reverse over reverse': grad((v: Any) => sum(mul(grad(f)(v), direction))),
    'forward over reverse': v => jvp(grad(f), [v], [direction]),
    'reverse three times': grad((v: Any) => sum(mul(grad((u: Any) => sum(mul(grad(f)(u), direction)))(v), direction))),
    Hessian: hessian(f),
    'gradients of a batch': vmap(grad(f)) as Any,
  }

  it.each(['js', 'wasm', 'interpreter'] as const)('has the derivatives of the loop run by itself, target %s', target => {
    for (const [form, program] of Object.entries(forms)) {
      const isBatch = form.includes('batch')
      if (isBatch && f.toString().includes('whileLoop')) continue
      const x = isBatch ? tensor([at.toArray(), at.toArray().reverse()] as Any) : at
      const fast = compile(program, { target })
      const expected = isBatch ? [at, tensor(at.toArray().reverse() as Any)].map(each => grad(f)(each)) : program(at)
      for (let call = 0; call < 2; call++) {
        const found = numbersOf(fast(x))
        expect(found.length).toBe(numbersOf(expected).length)
        numbersOf(expected).forEach(
          (each, i) => void expect(Math.abs((found[i] as number) - each), `${form}, entry ${i}`).toBeLessThan(1e-11 * (1 + Math.abs(each))),
        )
      }
    }
  })

  it('has no step of the size of the tensor in a round', () => {
    if (steps) return
    for (const form of ['gradient', 'reverse over reverse']) {
      const fast = compile(forms[form] as Any, { target: 'js' })
      fast(at)
      expect(largestStep(fast.graph as Graph), form).toBeLessThan(at.size / 2)
    }
  })
})

it('sums of an entry that is read often have the bits of the loop run by itself', () => {
  const f = (v: Any) => foriLoop(0, 3 * N, (i, s: Any) => add(s, sin(mul(take(v, take(order.concat(order, order), i)), add(i, 0.1)))), 0)
  for (const target of ['js', 'interpreter'] as const) expect(numbersOf(compile(grad(f), { target })(wave))).toEqual(numbersOf(grad(f)(wave)))
})

it('sums at neighbouring places have the bits of the graph, and in first order of the loop, run by itself, signs of zeros included', () => {
  const programs = [
    (v: Any) => foriLoop(0, N - 2, (i, s: Any) => add(s, mul(-0, mul(take(v, add(i, 2)), take(v, i)))), 0),
    (v: Any) => foriLoop(1, N - 1, (i, s: Any) => add(sin(s), mul(take(v, sub(i, 1)), mul(take(v, i), take(v, add(i, 1))))), 0.1),
    // Not all entries are reached, at either end.
    (v: Any) => foriLoop(0, N - 9, (i, s: Any) => add(sin(s), mul(take(v, add(i, 4)), take(v, add(i, 2)))), 0.1),
    // In the order of the rounds: back from the way back.
    (v: Any) => sum(mul(grad((u: Any) => foriLoop(0, N - 1, (i, s: Any) => add(sin(s), mul(take(u, i), square(take(u, add(i, 1))))), 0.1))(v), wave)),
  ]
  const list = wave.toArray() as number[]
  for (const f of programs)
    for (const x of [wave, list, list.map((each, i) => (i % 5 === 0 ? -0 : i === 7 ? Number.NaN : each))]) {
      const bits = (value: unknown) => numbersOf(value).map(each => (Object.is(each, -0) ? '-0' : String(each)))
      const fast = compile(grad(f), { target: 'js' }) as Any
      // Run by itself, the second derivative adds terms in another order than rounds do.
      const expected = f === programs.at(-1) ? (compile(grad(f), { target: 'interpreter' }) as Any)(x) : grad(f)(x as Any)
      for (let call = 0; call < 2; call++) expect(bits(fast(x))).toEqual(bits(expected))
    }
  // Each entry is written once.
  const fast = compile(grad(programs[1] as Any), { target: 'js' }) as Any
  fast(wave)
  expect(fast.source).not.toMatch(/\] \+= /)
})

it('sums of whole tensors are carried: no trace holds them for each round', () => {
  const rounds = 10_000
  const f = (v: Any) => foriLoop(0, rounds, (i, s: Any) => add(mul(s, 0.5), sum(mul(v, sin(i)))), 0)
  for (const program of [grad(f), grad((v: Any) => sum(square(grad(f)(v))))]) {
    const { nodes } = trace(program as Any, wave)
    expect(Math.max(...nodes.map(({ shape }) => shape.reduce((a, b) => a * b, 1)))).toBeLessThan(8 * rounds)
  }
})

it('a loop that was written to a file with its last state alone is differentiated all the same', () => {
  const f = (x: Any) => foriLoop(0, 10, (i, s: Any) => mul(sin(s), add(x, mul(i, 0.1))), 0.3)
  const fast = compile(f)
  fast(0.7)
  const builder = graph(Graphs.fromJSON(JSON.stringify(fast.graph)))
  const name = (fast.graph as Graph).nodes[(fast.graph as Graph).inputs[0] as number]?.name ?? 'input0'
  const [slope] = builder.gradients('output0', [name])
  const [second] = builder.gradients(slope, [name])
  const session = builder.session()
  const tangent = compile((x: Any) => jvp(f, [x], [1]))
  for (const x of [0.7, -0.2]) {
    expect(session.run(slope, { [name]: x })).toBeCloseTo(grad(f)(x) as number, 12)
    expect(session.run(second, { [name]: x })).toBeCloseTo(grad(grad(f) as Any)(x) as number, 10)
    expect(numbersOf(tangent(x))[1]).toBeCloseTo(grad(f)(x) as number, 12)
  }
})

it('rounds that are not run add nothing, also where an earlier call has run more of them', () => {
  const f = (v: Any, end: Any) =>
    whileLoop(
      ([, i]: Any) => lt(i, end),
      ([s, i]: Any) => [add(s, square(take(v, i))), add(i, 1)],
      [0, 0] as Any,
    )[0]
  for (const target of ['js', 'wasm', 'interpreter'] as const) {
    const fast = compile(grad(f) as Any, { target }) as Any
    for (const end of [12, 3, 20, 1, 0]) {
      expect(numbersOf(fast(wave, end))).toEqual(Array.from({ length: N }, (_, i) => (i < end ? 2 * wave.at(i) : 0)))
    }
  }
})
