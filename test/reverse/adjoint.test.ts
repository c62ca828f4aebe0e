import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  add,
  checkpoint,
  compile,
  concat,
  type Graph,
  grad,
  hvp,
  jvp,
  linearize,
  mul,
  onGrad,
  sin,
  slice,
  square,
  stack,
  sum,
  type Tensor,
  take,
  tapeStats,
  tensor,
  trace,
  variable,
  vjp,
  vmap,
} from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import type { LinearDefinition } from '../../src/ops/kinds/linear.ts'
import { registry } from '../../src/ops/registry.ts'
import { numbersOf } from '../results.ts'

type Loss = (x: Tensor) => number

/** Ways to read a tensor: by entry, by part, by index with repetition, as a whole. */
const read: Record<string, (x: Tensor, k: number) => number> = {
  entry: (x, k) => x.at(k),
  part: (x, k) => sum(mul(slice(x, k, k + 3), tensor([1, 2, 3].slice(0, Math.min(3, x.size - k))))),
  taken: (x, k) => sum(mul(take(x, [k, 0, k, k]), tensor([0.1, 0.2, 0.3, 0.7]))),
  whole: (x, k) => mul(sum(square(x)), 0.1 * (k + 1)),
}
const SIZE = 7
const reads = fc.array(fc.tuple(fc.constantFrom(...Object.keys(read)), fc.nat(SIZE - 1)), { minLength: 1, maxLength: 12 })
const lossOf =
  (program: readonly (readonly [string, number])[], wrap: (f: Loss) => Loss = f => f): Loss =>
  x =>
    program.reduce((total, [name, k]) => add(total, sin(wrap(y => (read[name] as (typeof read)[string])(y, k))(x))), 0)

describe('the adjoint of a tensor', () => {
  const numbers = Float64Array.from({ length: SIZE }, (_, i) => Math.cos(3 * i + 1))
  const x = tensor(numbers)

  it('is the same bits, however the tensor was read, with checkpoints, compiled, and on variables', () => {
    fc.assert(
      fc.property(reads, program => {
        const f = lossOf(program)
        const expected = [...(grad(f)(x) as Tensor).data]
        const spared = numbersOf(grad(lossOf(program, checkpoint))(x))
        const w = variable(numbers)
        ;(f(w as unknown as Tensor) as unknown as ReturnType<typeof variable>).backward()
        // Entries that are read one by one add up among themselves first: in each checkpoint and on each page apart.
        if (program.every(([kind]) => kind !== 'entry')) expect([spared, numbersOf(w.grad)]).toEqual([expected, expected])
        else
          expected.forEach((each, i) => {
            expect(spared[i]).toBeCloseTo(each, 12)
            expect(numbersOf(w.grad)[i]).toBeCloseTo(each, 12)
          })
        expect(numbersOf(compile(grad(f), { target: 'js' })(x))).toEqual(expected)
        expect(numbersOf(compile(grad(f), { target: 'interpreter' })(x))).toEqual(expected)
      }),
      { numRuns: 40 },
    )
  })

  it('is right to second order, forward over reverse and reverse over reverse, and in a batch', () => {
    fc.assert(
      fc.property(reads, program => {
        const f = lossOf(program)
        const v = tensor(numbers.map(Math.sin))
        const step = 1e-6
        const at = (t: number) => (grad(f)(tensor(numbers.map((each, i) => each + t * (v.data[i] as number)))) as Tensor).data
        const [above, below] = [at(step), at(-step)]
        const expected = Array.from(above, (each, i) => (each - (below[i] as number)) / (2 * step))
        const forward = numbersOf(hvp(f as never, x, v))
        const reverse = numbersOf(grad((y: Tensor) => sum(mul(grad(f)(y), v)))(x))
        const batched = numbersOf(vmap((y: Tensor) => grad((z: Tensor) => sum(mul(grad(f)(z), v)))(y))(stack([x, x])))
        expected.forEach((each, i) => {
          for (const found of [forward[i], reverse[i], batched[i], batched[SIZE + i]]) expect(found).toBeCloseTo(each, 6)
        })
        const w = variable(numbers)
        ;(f(w as unknown as Tensor) as unknown as ReturnType<typeof variable>).backward(undefined, { createGraph: true })
        const slope = w.grad
        w.zeroGrad()
        ;(sum(mul(slope, v)) as unknown as ReturnType<typeof variable>).backward()
        numbersOf(w.grad).forEach((each, i) => {
          expect(each).toBeCloseTo(expected[i] as number, 6)
        })
      }),
      { numRuns: 15 },
    )
  })

  it('takes what parts hold, not what the tensor holds: recorded and traced work is linear', () => {
    const loops: Record<string, Loss> = {
      entries: y => Array.from({ length: y.size }).reduce<number>((s, _, i) => add(s, square(y.at(i))), 0),
      rows: y => [...(ops.reshape(y, [-1, 2]) as unknown as Iterable<Tensor>)].reduce<number>((s, row) => add(s, sum(square(row))), 0),
      parts: y => Array.from({ length: y.size }).reduce<number>((s, _, i) => add(s, sum(square(slice(y, i, i + 1)))), 0),
      taken: y => Array.from({ length: y.size }).reduce<number>((s, _, i) => add(s, sum(square(take(y, [i])))), 0),
      stacked: y => sum(stack(Array.from({ length: y.size }, (_, i) => square(slice(y, i, i + 1))))),
      joined: y => sum(concat(Array.from({ length: y.size }, (_, i) => square(slice(y, i, i + 1))))),
      array: y => sum(square(y.toArray())),
    }
    const entries = (graph: Graph) => graph.nodes.reduce((total, node) => total + node.shape.reduce((a, b) => a * b, 1), 0)
    const work: Record<string, (f: Loss, at: Tensor) => number> = {
      'recorded by reverse over reverse': (f, at) => tapeStats(() => grad((y: Tensor) => sum(grad(f)(y)))(at)).entries,
      'traced by grad': (f, at) => entries(trace(grad(f) as never, at)),
      'traced by hvp': (f, at) => entries(trace((y: Tensor) => hvp(f as never, y, y), at)),
      'traced by vmap of grad': (f, at) => entries(trace((y: Tensor) => vmap(grad(f))(stack([y, y])), at)),
      'traced by grad of vmap': (f, at) => entries(trace((y: Tensor) => grad((z: Tensor) => sum(vmap(f)(stack([z, z]))))(y), at)),
      'traced by linearize': (f, at) => entries(trace((y: Tensor) => linearize(f, y)[1](y), at)),
    }
    const ramp = (n: number) => tensor(Float64Array.from({ length: n }, (_, i) => Math.sin(i)))
    for (const [loop, f] of Object.entries(loops)) {
      for (const [kind, count] of Object.entries(work)) {
        expect(count(f, ramp(200)) / count(f, ramp(100)), `${loop}, ${kind}`).toBeLessThan(2.2)
      }
    }
  })

  it('is never changed once it was given out', () => {
    const f = (y: Tensor) => add(y.at(0), sum(mul(y, y)))
    const [, pullback] = vjp((y: Tensor) => [f(y), y] as const, x)
    const seed = tensor(numbers)
    const [first] = pullback([1, seed] as never)
    const before = [...(first as Tensor).data]
    pullback([2, seed] as never)
    expect([...(first as Tensor).data]).toEqual(before)
    expect([...seed.data]).toEqual([...numbers])

    const seen: Tensor[] = []
    const w = variable(numbers)
    const y = w.square()
    onGrad(y, g => void seen.push(g as Tensor))
    y.at(1)
    ;(add(y.at(0), sum(y)) as unknown as typeof w).backward(undefined, { retainTape: true })
    const copy = [...(seen[0] as Tensor).data]
    ;(add(y.at(0), sum(y)) as unknown as typeof w).backward()
    expect([...(seen[0] as Tensor).data]).toEqual(copy)
    expect(copy).toEqual([2, 1, 1, 1, 1, 1, 1])
  })

  it('moves between checkpoints, which may read one value by several handles', () => {
    const cube = (wrap: typeof checkpoint) => (y: Tensor) => {
      const [a, b] = [y.at(0), y.at(0)]
      return add(mul(5, a), wrap(() => mul(a, mul(b, y.at(0))))())
    }
    expect(numbersOf(grad(cube(checkpoint))(tensor([3, 1])))).toEqual([32, 0])
    const w = variable([3, 1])
    ;(cube(checkpoint)(w as unknown as Tensor) as unknown as typeof w).backward()
    expect(numbersOf(w.grad)).toEqual([32, 0])
    expect(jvp(cube(checkpoint), [tensor([3, 1])], [tensor([1, 0])])[1]).toBe(32)
  })
})

describe('every operator that takes a part of its operand', () => {
  const taking = registry.filter((each): each is LinearDefinition => (each as Partial<LinearDefinition>).moves === 'gathers')

  it.each(taking.map(each => [each.name, each] as const))('%s says where the part stands', (name, definition) => {
    const operator = ops[name as keyof typeof ops] as unknown as (...args: unknown[]) => unknown
    for (const sample of definition.samples) {
      const takesPart = numbersOf(operator(...sample)).length < numbersOf(sample[0]).length
      if (takesPart) expect(definition.positions, `${name}(${JSON.stringify(sample)})`).toBeDefined()
    }
  })

  it('is one of those known to do so, or another', () => {
    expect(taking.map(each => each.name)).toEqual(expect.arrayContaining(['diagonal', 'gatherEntries', 'pick', 'section']))
  })
})
