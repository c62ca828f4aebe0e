import { describe, expect, it } from 'vitest'
import { generateWasm } from '../../src/compile/wasm/program.ts'
import { type GraphNode, Graph as Nodes } from '../../src/graph/graph.ts'
import { loop } from '../../src/graph/loop/loop.ts'
import {
  add,
  compile,
  foriLoop,
  grad,
  graph,
  greater,
  hessian,
  jacobian,
  log,
  lt,
  mul,
  scan,
  sin,
  square,
  sub,
  sum,
  type Tensor,
  take,
  tensor,
  trace,
  vmap,
  where,
  whileLoop,
} from '../../src/index.ts'
import { numbersOf } from '../results.ts'

// biome-ignore lint/suspicious/noExplicitAny: programs of all kinds
type Any = any

const v = tensor(Array.from({ length: 7 }, (_, i) => Math.sin(1 + i)))
const table = tensor(Array.from({ length: 5 }, (_, i) => [Math.sin(i), Math.cos(2 * i), i / 3]))
const chained = (x: Any) => foriLoop(0, 6, (i, s: Any) => add(s, square(sub(take(x, add(i, 1)), square(take(x, i))))), 0)

/** Loops whose rounds read entries by their number, by a computed one, from a table, by a state: the function and an argument. */
const programs: Record<string, [f: (x: Any) => Any, at: Any]> = {
  'neighbours in a tensor': [chained, v],
  'neighbours in an array': [chained, v.toArray()],
  'neighbours in a typed array': [chained, Float64Array.from(v.data)],
  'counted from the end': [x => foriLoop(1, 7, (i, s: Any) => add(s, mul(take(x, mul(i, -1)), take(x, sub(i, 1)))), 0), v],
  'a table of indices': [x => foriLoop(0, 4, (i, s: Any) => add(mul(s, 0.5), sin(take(x, take(tensor([3, 0, -1, 3]), i)))), 0.2), v],
  rows: [x => sum(foriLoop(0, 5, (i, s: Any) => add(mul(s, 0.5), sin(mul(take(x, i), take(x, sub(4, i))))), tensor([0.1, 0.2, 0.3]))), table],
  'the index as a state': [
    x =>
      whileLoop(
        ([i]: Any) => lt(i, 5),
        ([i, s]: Any) => [add(i, 1), add(s, mul(take(x, i), take(x, add(i, 1))))],
        [0, 0] as Any,
      )[1],
    v,
  ],
  'a scan over indices': [x => sum(scan((c: Any, k: Any) => [add(c, square(take(x, k))), mul(c, 2)], 0, tensor([0, 3, 5, -2, 3]))[1]), v],
}
const modes: Record<string, (f: (x: Any) => Any) => (x: Any) => Any> = {
  values: f => f,
  gradients: f => grad(f),
  Jacobians: f => jacobian((x: Any) => [f(x), mul(2, f(x))] as Any),
  Hessians: f => hessian(f),
}

describe('indices that depend on the round', () => {
  for (const [name, [f, at]] of Object.entries(programs)) {
    it(`${name}: a loop is one step there and one back`, () => {
      for (const each of [f, grad(f)]) {
        const { nodes } = trace(each, at)
        const loops = nodes.filter(node => node.definition === loop).length
        expect(loops).toBeGreaterThan(0)
        expect(loops).toBeLessThanOrEqual(2)
      }
    })

    for (const [mode, transform] of Object.entries(modes)) {
      it(`${name}: ${mode} in every target and in a batch`, () => {
        const program = transform(f)
        const eager = numbersOf(program(at))
        for (const target of ['js', 'wasm', 'interpreter'] as const) {
          const given = numbersOf(compile(program, { target })(at))
          expect(given).toHaveLength(eager.length)
          given.forEach((each, i) => void expect(each).toBeCloseTo(eager[i] as number, 12))
        }
        if (Array.isArray(at) || ArrayBuffer.isView(at)) return
        const half = mul(at, 0.5) as Tensor
        const items = tensor([at.toArray(), half.toArray()] as Any)
        const wanted = [...eager, ...numbersOf(program(half))]
        for (const batch of [vmap(program), compile(vmap(program))])
          numbersOf(batch(items)).forEach((each, i) => void expect(each).toBeCloseTo(wanted[i] as number, 12))
      })
    }
  }

  it('the size of a program does not depend on the rounds', () => {
    const sizes = [2000, 4000].map(n =>
      trace(
        grad(x => foriLoop(0, n - 1, (i, s: Any) => add(s, mul(take(x, i), take(x, add(i, 1)))), 0)),
        tensor(new Float64Array(n)),
      ),
    )
    expect(sizes[0]?.operations).toBe(sizes[1]?.operations)
    // Of a long list all of it is used, and no entry by itself.
    const long = Array.from({ length: 2000 }, (_, i) => i)
    expect(
      trace(
        grad(x => foriLoop(0, 1999, (i, s: Any) => add(s, mul(take(x, i), take(x, add(i, 1)))), 0)),
        long,
      ).nodes.every(({ op }) => op !== 'pick' && op !== 'pack'),
    ).toBe(true)
  })

  it('JavaScript checks an index before the loop where it can, and adds up in place', () => {
    const source = (f: (x: Any, n?: Any) => Any, ...args: unknown[]) => {
      const fast = compile(f as Any, { target: 'js' }) as Any
      fast(...args)
      return fast.source as string
    }
    const known = source(grad(chained), v)
    expect(known).not.toContain('evaluate[')
    expect(known).not.toContain('Math.floor')
    expect(known).toMatch(/o\d+\[\w+ \+ 1\] = /)
    expect(
      source(
        grad((x: Any) => foriLoop(0, 3, (i, s: Any) => add(s, square(take(x, mul(2, i)))), 0)),
        v,
      ),
    ).toMatch(/o\d+\[\w+\] \+= /)
    expect(source((x: Any, n: Any) => take(x, n), v, 2)).toContain('Math.floor')
  })

  it('WebAssembly calls no operator for indices whose range is known, and for others where they are out of range', async () => {
    for (const [name, [f, at]] of Object.entries(programs)) {
      const { foreign } = generateWasm(trace(grad(f), at))
      expect(
        foreign.map(({ node }) => node.op).filter(op => op !== 'checkedIndices'),
        name,
      ).toEqual([])
    }
    const { foreign } = generateWasm(trace(grad(chained), v))
    expect(foreign).toEqual([])
    const fast = compile(grad(chained), { target: 'wasm' }) as Any
    const wanted = numbersOf(fast(v))
    const { instance } = (await (globalThis as Any).WebAssembly.instantiate(fast.emit({ format: 'wasm' }))) as Any
    const numbers = new Float64Array(instance.exports.memory.buffer)
    numbers.set(v.data)
    expect(instance.exports.run()).toBe(0)
    expect([...numbers.subarray(7, 14)]).toEqual(wanted)
  })

  it('an index out of range is the error that it is without compiling', () => {
    const f = (x: Any, n: Any) => foriLoop(0, 3, (i, s: Any) => add(s, take(x, add(i, n))), 0)
    for (const target of ['js', 'wasm', 'interpreter'] as const) {
      const fast = compile(f, { target })
      expect(fast(v, 1)).toBeCloseTo(f(v, 1), 14)
      expect(fast(v, -4)).toBeCloseTo(f(v, -4), 14)
      const slope = compile(grad(f), { target })
      slope(v, 1)
      for (const n of [5, 6, -8, -100, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        let wanted: unknown
        try {
          f(v, n)
        } catch (error) {
          wanted = error
        }
        expect(() => fast(v, n)).toThrow(wanted as Error)
        expect(() => slope(v, n)).toThrow(wanted as Error)
        expect(() => (slope as Any).into(new Float64Array(7), v, n)).toThrow(wanted as Error)
        expect(() => compile(grad(f), { target })(v, n)).toThrow(wanted as Error)
      }
    }
  })

  it('what rounds leave at places is there for others that read it, too', () => {
    const traced = trace(grad(chained), v)
    const at = traced.nodes.findIndex(({ op }) => op === 'scatterAt')
    const entries = traced.nodes[traced.nodes[at]?.inputs[0] as number] as GraphNode
    const { start } = entries.params as { start: number }
    const other: GraphNode = { ...entries, params: { start: start + 2, shape: [4] }, shape: [4] }
    const both = new Nodes([...traced.nodes, other], traced.inputs, [...traced.outputs, traced.nodes.length])
    const wanted = both.evaluate([v]).map(numbersOf)
    for (const target of ['js', 'wasm'] as const) {
      const session = graph(both).session({ target })
      expect(['output0', 'output1'].map(name => numbersOf(session.run(name, { input0: v })))).toEqual(wanted)
      expect((session.run(['output0', 'output1'], { input0: v }) as Any[]).map(numbersOf)).toEqual(wanted)
    }
  })

  it('an index that is itself a derivative has its strong zeros', () => {
    const masked = (y: Any) => where(greater(y, 0), log(y), 0)
    const f = (x: Any) => take(v, grad(masked)(x))
    for (const target of ['js', 'wasm', 'interpreter'] as const) {
      const fast = compile(f as Any, { target }) as Any
      expect([fast(1), fast(0), fast(0.5)]).toEqual([v.data[1], v.data[0], v.data[2]])
    }
  })

  it('an array that changes within a round is what it is at each use', () => {
    const buffer: Any[] = [0, 0]
    const f = (x: Any) =>
      foriLoop(
        0,
        4,
        (_, s: Any) => {
          buffer[0] = s
          buffer[1] = x
          const before = sum(square(buffer as Any))
          buffer[0] = mul(x, 0.5)
          return add(before, mul(0.1, sum(square(buffer as Any))))
        },
        0.3,
      )
    expect(trace(f, 0.7).nodes.some(node => node.definition === loop)).toBe(true)
    for (const g of [f, grad(f)]) for (const target of ['js', 'wasm', 'interpreter'] as const) expect(compile(g, { target })(0.7)).toBeCloseTo(g(0.7), 12)
  })

  it('modules of their own check indices, too', async () => {
    const fast = compile((x: Any, n: Any) => foriLoop(0, 3, (i, s: Any) => add(s, take(x, add(i, n))), 0), { target: 'js' })
    const wanted = [fast(v, 1), fast(v, -4)]
    const { default: alone } = await import(`data:text/javascript,${encodeURIComponent(fast.emit())}`)
    const given = { data: v.data, shape: [7] }
    expect([alone(given, 1), alone(given, -4)]).toEqual(wanted)
    expect(() => alone(given, 5)).toThrow('take: index 7 is out of range for 7 entries.')
    expect(() => alone(given, 0.5)).toThrow('take: index 0.5 is out of range')
  })

  it('entries of an array are read where they are: a loop that is not compiled costs its rounds', () => {
    const taken = (n: number) => {
      const x = Array.from({ length: n }, (_, i) => i)
      let reads = 0
      const watched = new Proxy(x, {
        get: (list, key) => {
          if (typeof key === 'string' && /^\d+$/.test(key)) reads++
          return Reflect.get(list, key)
        },
      })
      expect(foriLoop(0, n, (i, s: number) => add(s, take(watched, i) as unknown as number), 0)).toBe((n * (n - 1)) / 2)
      return reads
    }
    expect(taken(200)).toBeLessThanOrEqual(2.1 * taken(100))
  })
})
