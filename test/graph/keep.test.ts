import { describe, expect, it } from 'vitest'
import type { Graph } from '../../src/graph/graph.ts'
import { Network } from '../../src/graph/loop/cut.ts'
import { keepValues } from '../../src/graph/loop/keep.ts'
import { loop } from '../../src/graph/loop/loop.ts'
import { narrowLoops } from '../../src/graph/loop/narrow.ts'
import type { LoopParams } from '../../src/graph/loop/parts.ts'
import {
  add,
  compile,
  cos,
  exp,
  foriLoop,
  grad,
  greater,
  hessian,
  less,
  logicalAnd,
  matmul,
  mul,
  scan,
  sigmoid,
  sin,
  slice,
  sub,
  sum,
  take,
  tanh,
  tensor,
  trace,
  vmap,
  where,
  whileLoop,
} from '../../src/index.ts'
import { Random } from '../forms/random.ts'
import { numbersOf } from '../results.ts'

// biome-ignore lint/suspicious/noExplicitAny: programs of all kinds
type Any = any

const loopsOf = (graph: Graph) => graph.nodes.filter(node => node.definition === loop).map(node => node.params as LoopParams)
const operatorsOf = ({ body }: LoopParams) => body.nodes.filter(node => node.definition !== undefined).map(node => node.op)
const kept = (graph: Graph) => narrowLoops(keepValues(narrowLoops(graph)))

const W = tensor([
  [0.5, -0.2, 0.1],
  [0.3, 0.4, -0.6],
  [-0.1, 0.2, 0.7],
])
const xs = tensor([0.3, -0.7, 1.1, 0.4, -0.2])
const wave = tensor(
  Array.from({ length: 12 }, (_, i) => Math.cos(1 + i)),
  { shape: [4, 3] },
)

/** Descent on (x₀² + x₁²) − a with a step that doubles and is halved, as long as it comes down. */
const descent = (a: Any, start: Any) =>
  whileLoop(
    ({ x, rounds }: Any) => logicalAnd(greater(sum(mul(x, x)), 1e-3), less(rounds, 40)),
    ({ x, step, rounds }: Any) => {
      const next = sub(x, mul(mul(step, a), x))
      const better = less(sum(mul(next, next)), sum(mul(x, x)))
      return { x: where(better, next, x), step: where(better, mul(step, 1.5), mul(step, 0.5)), rounds: add(rounds, 1) }
    },
    { x: start, step: 0.1, rounds: 0 },
  ).x

/** Gradients through loops, by the names of what is kept. */
const programs: Record<string, { f: (...args: Any[]) => Any; at: Any[] }> = {
  'functions of a number': { f: grad((r: Any) => foriLoop(0, 9, (_: Any, s: Any) => tanh(mul(r, sin(s))), 0.8)), at: [1.3] },
  'functions of tensors': {
    f: grad((w: Any, h: Any) => sum(scan((s: Any, x: Any) => [tanh(matmul(w, add(s, x))), sigmoid(s)], h, wave)[0] as Any)),
    at: [W, tensor([0.1, 0.2, -0.3])],
  },
  'outputs beside the state': {
    f: grad((r: Any) => sum(scan((s: Any, x: Any) => [exp(mul(s, -0.3)), mul(r, cos(mul(s, x)))], r, xs)[1] as Any)),
    at: [0.9],
  },
  'truths of a loop that ends by its condition': { f: grad((a: Any) => sum(mul(descent(a, tensor([1, -0.5])), a))), at: [0.7] },
  'truths of tensors': {
    f: grad((w: Any, h: Any) => sum(scan((s: Any, x: Any) => [where(greater(matmul(w, s), sin(x)), mul(s, x), exp(s)), 0], h, wave)[0] as Any)),
    at: [W, tensor([0.1, 0.2, -0.3])],
  },
  'second derivatives': { f: hessian((v: Any) => foriLoop(0, 6, (_: Any, s: Any) => sin(mul(v[0], exp(mul(s, v[1])))), 0.5)), at: [[0.7, -0.4]] },
  'a gradient of a gradient': { f: grad(grad((r: Any) => foriLoop(0, 7, (_: Any, s: Any) => mul(r, sin(s)), 0.8))), at: [1.1] },
  'loops in loops': {
    f: grad((r: Any) => foriLoop(0, 4, (i: Any, s: Any) => foriLoop(0, 3, (_: Any, t: Any) => add(sin(mul(r, t)), i), s), 0.8)),
    at: [0.6],
  },
  'a batch': { f: vmap(grad((r: Any) => foriLoop(0, 5, (_: Any, s: Any) => mul(r, tanh(s)), 0.8))), at: [xs] },
  'a batch whose rounds differ': { f: vmap(grad((a: Any) => sum(descent(a, tensor([1, -0.5]))))), at: [tensor([0.7, 0.2, 1.4])] },
  'entries at places': {
    f: grad((v: Any) => foriLoop(0, 5, (i: Any, s: Any) => mul(tanh(s), exp(take(v, i))), 0.8)),
    at: [xs],
  },
  'a part of a state': {
    f: grad((h: Any) => {
      const [[a, b]] = scan(([a, b]: Any, x: Any) => [[mul(slice(b, 1, 2), sin(a)), tanh(mul(b, x))], 0], [tensor([0.4]), h], wave) as Any
      return add(sum(a), sum(b))
    }),
    at: [tensor([0.1, 0.2, -0.3])],
  },
}

describe('a loop that keeps values has the derivative that it has without, bit for bit', () => {
  for (const [name, { f, at }] of Object.entries(programs)) {
    it(name, () => {
      const graph = trace(f, ...at)
      const inputs = at.flat()
      const [without, withKept] = [narrowLoops(graph), kept(graph)].map(each => numbersOf(each.evaluate(inputs)))
      expect(withKept).toEqual(without)
      const wanted = numbersOf(f(...at))
      for (const target of ['js', 'interpreter', 'wasm'] as const) {
        const compiled = compile(f, { target })
        for (let call = 0; call < 2; call++) {
          numbersOf(compiled(...at)).forEach((each, i) => void expect(each).toBeCloseTo(wanted[i] as number, 12))
        }
      }
    })
  }
})

it('what a function of a round gives is computed once', () => {
  for (const name of ['functions of a number', 'functions of tensors', 'outputs beside the state', 'entries at places']) {
    const { f, at } = programs[name] as (typeof programs)[string]
    const [there, back] = loopsOf(kept(trace(f, ...at))).map(operatorsOf) as [string[], string[]]
    const functions = ['tanh', 'sin', 'exp', 'sigmoid'].filter(each => there.includes(each))
    expect(functions.length).toBeGreaterThan(0)
    // sin' = cos and tanh' = 4 logisticDensity(2x) are other functions than those that were computed.
    expect(back.filter(each => functions.includes(each) && each !== 'sin')).toEqual([])
  }
})

it('of a descent it is kept whether a step was taken', () => {
  const { f, at } = programs['truths of a loop that ends by its condition'] as (typeof programs)[string]
  const [before, after] = [narrowLoops(trace(f, ...at)), kept(trace(f, ...at))].map(each => loopsOf(each)[1] as LoopParams) as [LoopParams, LoopParams]
  expect(operatorsOf(before)).toContain('less')
  expect(operatorsOf(after)).not.toContain('less')
  expect(after.body.nodes.length).toBeLessThan(before.body.nodes.length)
})

it('what is arithmetic alone is computed again', () => {
  const logistic = trace(
    grad((r: Any) => foriLoop(0, 10, (_: Any, s: Any) => mul(mul(r, s), sub(1, s)), 0.3)),
    3.1,
  )
  expect(kept(logistic).toString()).toBe(narrowLoops(logistic).toString())
})

it('the cheapest cut is as cheap as the best of all cuts', () => {
  const numbers = new Random('cuts')
  const random = () => numbers.next()
  for (let trial = 0; trial < 200; trial++) {
    const count = 2 + Math.floor(6 * random())
    const network = new Network()
    for (let k = 2; k < count; k++) network.point()
    const edges = Array.from({ length: 3 * count }, () => [0, 0, 0].map(() => Math.floor(count * random())) as [number, number, number])
    for (const [from, to, capacity] of edges) network.edge(from, to, capacity)
    const price = (isBefore: (point: number) => boolean) =>
      edges.reduce((total, [from, to, capacity]) => total + (isBefore(from) && !isBefore(to) ? capacity : 0), 0)
    const side = network.sourceSide()
    expect([side[0], side[1]]).toEqual([1, 0])
    let best = Number.POSITIVE_INFINITY
    for (let cut = 1; cut < 2 ** count; cut += 4)
      best = Math.min(
        best,
        price(point => ((cut >> point) & 1) === 1),
      )
    expect(price(point => side[point] === 1)).toBe(best)
  }
})

it('arithmetic on what no cache holds is computed again, where little of it is kept', () => {
  const stages = (rounds: number, size: number) =>
    kept(
      trace(
        grad((x: Any) => sum(foriLoop(0, rounds, (_: Any, y: Any) => [1, 2, 3, 4].reduce((z: Any, k) => mul(k / 8, sub(mul(z, z), 0.5)), y), x) as Any)),
        tensor(Array.from({ length: size }, (_, i) => i / size)),
      ),
    )
  /** Outputs of the first loop beside its state. */
  const outputsOf = (graph: Graph) => loopsOf(graph).map(({ body, carries }) => body.outputs.length - carries - 1)[0]
  expect(outputsOf(stages(4, 8))).toBeGreaterThan(0)
  expect(outputsOf(stages(4000, 8))).toBe(0)
})
