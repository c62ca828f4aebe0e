import { describe, expect, it } from 'vitest'
import {
  add,
  all,
  any,
  cholesky,
  compile,
  DualtapeError,
  defineOp,
  foriLoop,
  grad,
  graph,
  greater,
  gt,
  hessian,
  logicalNot,
  mul,
  ones,
  reshape,
  scan,
  sqrt,
  sum,
  Tensor,
  tensor,
  transpose,
  where,
} from '../../src/index.ts'
import * as operators from '../../src/ops/index.ts'
import { registry } from '../../src/ops/registry.ts'
import { activeArguments } from '../../src/testing/check-op.ts'

const plain = (x: unknown): unknown => (x instanceof Tensor ? x.toArray() : Array.isArray(x) ? x.map(plain) : x)
const targets = ['auto', 'js', 'wasm', 'interpreter'] as const

describe.each(targets)('compiled for %s', target => {
  it.each<[string, (x: Tensor) => unknown]>([
    ['swap', x => foriLoop(0, 3, (_, [a, b]) => [b, a], [x, mul(x, 2)])],
    ['pass through', x => foriLoop(0, 3, (_, [a, b]) => [add(a, b), a], [x, mul(x, 2)])],
    ['turn in another shape', x => foriLoop(0, 3, (_, [a, b]) => [reshape(b, [2, 2]), transpose(a)], [x, mul(x, 2)])],
    [
      'are kept and swapped',
      x =>
        scan(
          ([a, b], _: number) => [
            [b, a],
            [b, a],
          ],
          [x, mul(x, 2)],
          3,
        ),
    ],
  ])('states of a loop that %s are read before they are written', (_, f) => {
    const x = tensor([[1, 2], [3, 4]]) // biome-ignore format: a matrix
    expect(plain(compile(f, { target })(x))).toEqual(plain(f(x)))
  })

  it('states that are numbers are read before they are written, in derivatives as well', () => {
    const fibonacci = (x: number[]): number => foriLoop(0, 6, (_, [a, b]: [number, number]) => [add(a, b), a], x as [number, number])[0]
    expect(compile(grad(fibonacci), { target })([1, 2])).toEqual([13, 8])
    const square = (x: number[]) => mul(fibonacci(x), fibonacci(x))
    expect(compile(hessian(square), { target })([1, 2])).toEqual([
      [338, 208],
      [208, 128],
    ])
  })

  it('a NaN is no true condition', () => {
    const f = (x: number, y: Tensor) => [where(x, 5, 0), logicalNot(x), where(y, 5, 0), any(y), all(y), any(x)] as unknown[]
    const expected = [0, true, [0, 5], true, false, false]
    expect(plain(f(Number.NaN, tensor([Number.NaN, 1])))).toEqual(expected)
    expect(plain(compile(f, { target })(Number.NaN, tensor([Number.NaN, 1])))).toEqual(expected)
  })

  it('results belong to the caller: no constant, argument or other result changes with them', () => {
    const f = compile(
      (x: Tensor) => {
        const y = add(x, 1)
        return [y, y, reshape(y, [2, 1]), x, reshape(x, [2, 1]), ones([2]), tensor([5, 6])] as Tensor[]
      },
      { target },
    )
    const x = tensor([1, 2])
    for (let call = 0; call < 3; call++) {
      const results = f(x)
      results.forEach((each, i) => {
        expect(plain(each), `result ${i} of call ${call}`).toEqual(
          [
            [2, 3],
            [2, 3],
            [[2], [3]],
            [1, 2],
            [[1], [2]],
            [1, 1],
            [5, 6],
          ][i],
        )
        each.data.fill(99)
      })
      expect(plain(x)).toEqual([1, 2])
    }
    const slope = compile(
      grad((x: Tensor) => sum(mul(x, tensor([3, 4])))),
      { target },
    )
    slope(x).data.fill(99)
    expect(plain(slope(x))).toEqual([3, 4])
  })

  it('captured tensors are read when the function is traced, for every target', () => {
    const w = tensor([1, 2])
    const f = compile((x: Tensor) => add(x, w), { target })
    expect(plain(f(w))).toEqual([2, 4])
    w.data[0] = 100
    expect(plain(f(tensor([1, 2])))).toEqual([2, 4])
  })

  it('into refuses the buffer of a captured tensor, and takes that of an argument', () => {
    const w = tensor([1, 2])
    const captured = compile((g: Tensor) => foriLoop(0, 2, (_, s: Tensor) => add(s, w), g), { target })
    for (let call = 0; call < 2; call++) {
      expect(() => captured.into(w.data, tensor([1, 1]))).toThrow(DualtapeError)
      expect(plain(w)).toEqual([1, 2])
    }
    const given = compile((x: Tensor, g: Tensor) => add(x, g), { target })
    given.into(w.data, w, tensor([1, 1]))
    given.into(w.data, w, tensor([1, 1]))
    expect(plain(w)).toEqual([3, 4])
  })

  it('no step of a side that is not taken runs before its guard', () => {
    const f = compile((a: Tensor) => (gt(sum(a), 0) ? sum(cholesky(a)) : sum(a)), { target })
    expect(f(tensor([[4, 0], [0, 4]]))).toBe(4) // biome-ignore format: a matrix
    expect(f(tensor([[-1, 0], [0, -1]]))).toBe(-2) // biome-ignore format: a matrix
  })

  it('may be called from inside itself, by an operator of a user’s, in loops as well', () => {
    const make = (call: (x: Tensor) => Tensor) => {
      const down = defineOp<(x: Tensor) => Tensor>({
        name: 'down',
        value: ([x]: [Tensor]) => ((x.data[0] as number) > 0 ? add(x, call(add(x, -1))) : x),
        jvp: (_primals, [dx]) => dx,
      })
      return (x: Tensor) => foriLoop(0, 2, (_, s: Tensor) => add(mul(s, 2), down(mul(x, 1))), x)
    }
    const eager: (x: Tensor) => Tensor = make(x => eager(x))
    const fast: (x: Tensor) => Tensor = compile(
      make(x => fast(x)),
      { target },
    )
    for (const x of [tensor([0, 1]), tensor([3, 1]), tensor([2, -1])]) expect(plain(fast(x))).toEqual(plain(eager(x)))
  })

  it('scans the leaves of a tree of tensors side by side', () => {
    const f = (a: Tensor, b: Tensor) => scan((s: number, [x, y]: [number, number]) => [add(s, mul(x, y)), s], 0, [a, b]) as unknown[]
    expect(plain(f(tensor([1, 2, 3]), tensor([4, 5, 6])))).toEqual([32, [0, 4, 14]])
    expect(plain(compile(f, { target })(tensor([1, 2, 3]), tensor([4, 5, 6])))).toEqual([32, [0, 4, 14]])
  })

  it('sessions keep their variables and what they were fed to themselves', () => {
    const g = graph()
    const w = g.variable('w', [1, 2])
    const x = g.placeholder('x', [2])
    const session = g.session({ target })
    session.run(w).data.fill(99)
    expect(plain(session.run(w))).toEqual([1, 2])
    expect(plain(g.session({ target }).run(w))).toEqual([1, 2])
    const fed = tensor([5, 6])
    session.run(g.assign(w, x), { x: fed }).data.fill(99)
    fed.data.fill(99)
    expect(plain(session.run(w))).toEqual([5, 6])
  })
})

it('operators whose results live in the buffers of operands say so', () => {
  const seen = new Set<string>()
  for (const definition of registry) {
    if (definition.kind === 'composite') continue
    for (const sample of definition.samples) {
      const active = activeArguments(definition, sample)
      const args = sample.map((each, i) => (active.includes(i) && isMatrix(each) ? tensor(each) : each))
      const result = (operators[definition.name as keyof typeof operators] as (...args: unknown[]) => unknown)(...args)
      const isShared = result instanceof Tensor && args.some(each => each instanceof Tensor && each.data.buffer === result.data.buffer)
      if (isShared) seen.add(definition.name)
      expect(!isShared || definition.shares === true, definition.name).toBe(true)
    }
  }
  expect(seen).toEqual(new Set(['reshape', 'withShape', 'section']))
})

function isMatrix(x: unknown): x is number[] {
  return Array.isArray(x) && (x.every(each => typeof each === 'number') || (x.every(isMatrix) && new Set(x.map(each => each.length)).size === 1))
}

describe('the buffer of a compiled function, to which results are not copied', () => {
  const f = (x: Tensor) => [mul(x, 2), sum(x)] as const

  it('has what the buffers of callers have, in every target', () => {
    for (const target of ['js', 'wasm', 'interpreter'] as const) {
      const fast = compile(f, { target })
      expect(() => fast.buffer()).toThrow(DualtapeError)
      fast(tensor([1, 2, 3]))
      const [own, given] = [fast.buffer(), new Float64Array(4)]
      expect(own.length).toBe(4)
      for (const x of [tensor([1, 2, 3]), tensor([4, 5, 6])]) {
        fast.into(own, x)
        fast.into(given, x)
        expect([...own]).toStrictEqual([...given])
      }
    }
  })

  it('can be read as the argument, and in part be that of another result', () => {
    const fast = compile((x: Tensor) => mul(x, 2), { target: 'wasm' })
    fast(tensor([1, 2, 3, 4]))
    const own = fast.buffer()
    fast.into(own, tensor([1, 2, 3, 4]))
    for (let turn = 0; turn < 3; turn++) fast.into(own, tensor(own))
    expect([...own]).toStrictEqual([16, 32, 48, 64])
    expect(() => fast.into(own.subarray(1), tensor([1, 2, 3, 4]))).toThrow('the buffer holds 3 numbers')
    // The call that was refused computed, and a version for fewer numbers writes into the beginning.
    fast.into(own, tensor([5, 6]))
    expect([...own]).toStrictEqual([10, 12, 6, 8])
  })

  it('has what strong products make, where plain ones made a NaN', () => {
    const root = grad((x: Tensor) => sum(where(greater(x, 0), sqrt(x), mul(x, 2))))
    const fast = compile(root, { target: 'wasm' })
    fast(tensor([1, 4, 1]))
    const own = fast.buffer()
    fast.into(own, tensor([1, 0, 4]))
    expect([...own]).toStrictEqual([0.5, 2, 0.25])
  })
})
