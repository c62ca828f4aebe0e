import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  add,
  checkpoint,
  checkpointSequential,
  compile,
  foriLoop,
  grad,
  greater,
  gt,
  hessian,
  jvp,
  less,
  logicalAnd,
  logicalOr,
  lt,
  map,
  mean,
  mod,
  mul,
  scan,
  scatterAdd,
  sin,
  stack,
  sum,
  Tensor,
  take,
  taylor,
  tensor,
  vmap,
  whileLoop,
} from '../../src/index.ts'
import { numbersOf } from '../results.ts'
import { faultOf, flows } from './ways.ts'

const targets = ['auto', 'js', 'wasm', 'interpreter'] as const

describe('random programs with loops, branches, indices and transforms', () => {
  it('are the same compiled, batched, in sessions, checkpointed and written to modules', () => {
    fc.assert(
      fc.property(flows, flow => {
        expect(faultOf(flow)).toBe(undefined)
      }),
      { numRuns: Number(process.env.DUALTAPE_RUNS ?? 100) }, // fast-check prints seed and path of a failure
    )
  })
})

describe.each(targets)('compiled for %s', target => {
  const same = (f: (x: never) => unknown, x: unknown) => {
    const [found, expected] = [compile(f, { target })(x as never), f(x as never)].map(numbersOf) as [number[], number[]]
    expect(found.length).toBe(expected.length)
    found.forEach((each, i) => expect(each).toBeCloseTo(expected[i] as number, 12))
  }

  it('a loop that ends by its values may stand in any loop', () => {
    const inner = (s: number): number =>
      whileLoop(
        ([k, a]: [number, number]) => logicalAnd(less(k, 4), greater(add(a, 0.7), mul(k, 0.2))),
        ([k, a]: [number, number]) => [add(k, 1), sin(a)],
        [0, s],
      )[1]
    const halved = (s: number): number => {
      let x = s
      while (gt(x, 0.2)) x = mul(x, 0.5)
      return x
    }
    for (const each of [inner, halved]) {
      same((x: number) => foriLoop(0, 4, (_, a: number) => add(each(a), 0.1), x), 0.3)
      same((x: number) => scan((a: number, b: number) => [each(add(a, b)), a], x, [0.5, 1, 2]), 0.3)
      same((x: Tensor) => map(each, x), tensor([0.3, 3, 0.1]))
      same(
        grad((x: number) => foriLoop(0, 4, (_, a: number) => add(each(a), 0.1), x)),
        0.3,
      )
    }
    const outer = (x: number): number =>
      whileLoop(
        ([k]: [number, number]) => lt(k, 4),
        ([k, a]: [number, number]) => [add(k, 1), inner(a)],
        [0, x],
      )[1]
    same(outer, 0.3)
  })

  it('the condition of a loop and its body may both reduce', () => {
    const f = (x: Tensor): Tensor =>
      whileLoop(
        ([k, s]: [number, Tensor]) => logicalAnd(less(k, 2), greater(mean(s), -5)),
        ([k, s]: [number, Tensor]) => [add(k, 1), sin(add(s, mean(s)))],
        [0, x],
      )[1]
    same(vmap(f), tensor([[1, 2, 3], [4, 5, 6]])) // biome-ignore format: a matrix
  })

  it('a step in a loop in a loop may refuse made-up numbers', () => {
    const f = (x: Tensor): number =>
      sum(
        map((a: number) => {
          const [last] = scan((s: Tensor, i: number) => [gt(a, 0) ? s : scatterAdd(s, stack([mod(i, 3), 0]), stack([a, a])), a], x, 3)
          return sum(mul(last, last))
        }, x),
      )
    same(f, tensor([0.5, -1, 2]))
    same(grad(f), tensor([0.5, -1, 2]))
  })

  it('an entry of a state at an index from outside is a number, in derivatives too', () => {
    const f = (x: Tensor, k: number) => scan((s: Tensor, _: number) => [s, take(s, k)], x, [0.25, 1, 2])[1] as number[]
    const push = (x: Tensor, k: number) => jvp((at: Tensor) => f(at, k), [x], [tensor([3, 2, 5])])[1]
    expect(compile(push, { target })(tensor([0.5, 1, 2]), 2)).toEqual(push(tensor([0.5, 1, 2]), 2))
    expect(numbersOf(compile(push, { target })(tensor([0.5, 1, 2]), 1))).toEqual([2, 2, 2])
  })

  it('typed arrays side by side are no matrix', () => {
    const f = ([a, b]: Float64Array[]) => sum(mul(mul(a as never, a as never) as Tensor, b as never))
    const x = [Float64Array.of(1, 2), Float64Array.of(3, 4)]
    const plain = (tree: unknown): unknown => (tree instanceof Tensor ? tree.toArray() : Array.isArray(tree) ? tree.map(plain) : tree)
    const expected = [[[[6, 0], [0, 8]], [[2, 0], [0, 4]]], [[[2, 0], [0, 4]], [[0, 0], [0, 0]]]] // biome-ignore format: blocks
    expect(plain(hessian(f)(x))).toEqual(expected)
    const found = compile(hessian(f), { target })(x)
    expect(plain(found)).toEqual(expected)
    expect((found as unknown[][])[0]?.[0]).toBeInstanceOf(Tensor)
    expect(compile(hessian((y: Float64Array) => f([y, y])), { target })(Float64Array.of(1, 2))).toEqual(tensor([[6, 0], [0, 12]])) // biome-ignore format: a matrix
  })
})

it('logical connectives of scalars are decided by one side', () => {
  for (const [f, steps] of [
    [(x: number) => logicalAnd(greater(x, 0), false as never), 0],
    [(x: number) => logicalOr(true as never, greater(x, 0)), 0],
    [(x: number) => logicalAnd(true as never, greater(x, 0)), 1],
  ] as const) {
    const fast = compile(f)
    for (const x of [1, -1, Number.NaN]) expect(fast(x)).toBe(f(x))
    expect(fast.graph?.operations).toBe(steps)
  }
})

describe('checkpoints', () => {
  const inside = checkpoint((x: number) => sin(x))
  const chain = (x: number) => checkpointSequential([(y: number) => sin(y), (y: number) => mul(y, y)], x)

  it('inside transforms that end before the walk back', () => {
    expect(grad((x: number) => jvp(inside, [x], [2])[1])(0.5)).toBe(-2 * Math.sin(0.5))
    expect(grad((x: number) => taylor(inside, x, 2)[1] as number)(0.5)).toBe(-Math.sin(0.5))
    expect(grad((xs: number[]) => sum(vmap(inside)(xs)))([0.5, 1])).toEqual([Math.cos(0.5), Math.cos(1)])
    expect(grad((x: number) => jvp(chain, [x], [1])[1])(0.5)).toBeCloseTo(2 * Math.cos(1), 14)
    expect(compile(grad((x: number) => jvp(inside, [x], [2])[1]))(0.5)).toBe(-2 * Math.sin(0.5))
  })

  it('that read what the one around them was given', () => {
    const f = (x: number): number => mul(x, checkpoint((z: number) => mul(x, z))(0.3))
    expect(grad(checkpoint(f))(0.5)).toBeCloseTo(0.3, 15)
    expect(grad(checkpoint((x: number): number => checkpoint(() => f(x))()))(0.5)).toBeCloseTo(0.3, 15)
    expect(grad(grad(checkpoint(f)))(0.5)).toBeCloseTo(0.6, 15)
    const passes = (x: Tensor): number =>
      checkpoint((u: number) => {
        take(x, 0)
        return u
      })(x.at(1))
    expect(grad(checkpoint(passes))(tensor([1, 2]))).toEqual(tensor([0, 1]))
    const other = (x: number[]): number =>
      checkpoint((u: number) => {
        mul(x[0] as number, 1)
        return u
      })(x[1] as number)
    expect(grad(checkpoint(other))([1, 2])).toEqual([0, 1])
    const reads = (x: Tensor): number => mul(checkpoint((u: number) => add(u, x.at(0)))(x.at(1)), x.at(1))
    expect(grad(checkpoint(reads))(tensor([1, 2]))).toEqual(tensor([2, 5]))
    expect(grad(checkpoint(checkpoint(reads)))(tensor([1, 2]))).toEqual(tensor([2, 5]))
  })
})
