import { describe, expect, it } from 'vitest'
import {
  add,
  derivative,
  div,
  exp,
  grad,
  gt,
  jvp,
  linearize,
  log,
  max,
  mul,
  OptionError,
  ShapeError,
  sin,
  sqrt,
  square,
  sub,
  sum,
  TapeError,
  TreeError,
  tensor,
  value,
  valueAndGrad,
  vjp,
  where,
} from '../src/index.ts'

describe('grad', () => {
  it('gives back the structure of the argument', () => {
    const loss = (p: { w: number[]; b: number }) => add(sum(square(p.w)), p.b)
    expect(grad(loss)({ w: [1, 2], b: 3 })).toEqual({ w: [2, 4], b: 1 })
    const typed = grad((x: Float64Array) => sum(square(x)))(new Float64Array([1, 2]))
    expect(typed).toBeInstanceOf(Float64Array)
    expect([...typed]).toEqual([2, 4])
    const single = grad((x: Float32Array) => mul(x[0]!, x[1]!))(new Float32Array([3, 2]))
    expect(single).toBeInstanceOf(Float32Array)
    expect(grad((t: ReturnType<typeof tensor>) => sum(mul(t, t)))(tensor([[1, 2]])).toArray()).toEqual([[2, 4]])
    expect(grad((t: ReturnType<typeof tensor>) => mul(t.item(), 3))(tensor(2)).shape).toEqual([])
    expect(grad((p: { a: number[][]; e: object[] }) => mul(p.a[1]![0]!, 2))({ a: [[1], [2]], e: [] })).toEqual({ a: [[0], [2]], e: [] })
  })

  it('picks arguments by argnum', () => {
    const f = (x: number, y: number) => mul(square(x), y)
    expect(grad(f)(3, 5)).toBe(30)
    expect(grad(f, { argnum: 1 })(3, 5)).toBe(9)
    expect(grad(f, { argnum: [1, 0] })(3, 5)).toEqual([9, 30])
    expect(valueAndGrad(f, { argnum: [0] })(3, 5)).toEqual([45, [30]])
  })

  it('follows native control flow and values used more than once', () => {
    const power = (x: number) => {
      let y = 1
      for (let i = 0; i < 5; i++) y = mul(y, x)
      return gt(y, 0) ? y : 0
    }
    expect(grad(power)(2)).toBe(80)
    expect(grad(power)(-2)).toBe(0)
    expect(grad((x: number) => add(add(x, x), mul(x, x)))(3)).toBe(8)
  })

  it('is zero where the function does not depend on the argument', () => {
    expect(grad((_x: number) => 3)(1)).toBe(0)
    expect(grad((x: number[]) => x[0]!)([1, 2])).toEqual([1, 0])
    expect(grad((_x: ReturnType<typeof tensor>) => 1)(tensor([1, 2])).toArray()).toEqual([0, 0])
  })

  it('is the same bits every time', () => {
    const f = grad((x: number[]) => sum(exp(sin(x))))
    const x = Array.from({ length: 50 }, (_, i) => Math.sin(i))
    expect(f(x)).toEqual(f(x))
  })
})

describe('jvp, derivative, vjp and linearize', () => {
  it('take and give lists of arguments', () => {
    expect(jvp((x: number, y: number) => mul(x, y), [3, 4], [1, 0])).toEqual([12, 4])
    const [y, pullback] = vjp((x: number, w: number[]) => sum(mul(x, w)), 3, [1, 2])
    expect([y, pullback(1), pullback(2)]).toEqual([9, [3, [3, 3]], [6, [6, 6]]])
    const [z, pushforward] = linearize((x: number[]) => [mul(x[0]!, x[1]!), 5], [2, 3])
    expect([z, pushforward([1, 0]), pushforward([0, 1])]).toEqual([
      [6, 5],
      [3, 0],
      [2, 0],
    ])
  })

  it('give the structure of the result', () => {
    expect(derivative((x: number) => ({ a: square(x), b: [x, 1] }))(3)).toEqual({ a: 6, b: [1, 0] })
    expect(derivative((x: number) => mul(x, [1, 2]))(3).toArray()).toEqual([1, 2])
  })
})

describe('the strong zero', () => {
  it.each([
    ['where(gt(x, 0), log(x), 0)', (x: number) => where(gt(x, 0), log(x), 0)],
    ['where(gt(x, 0), sqrt(x), 0)', (x: number) => where(gt(x, 0), sqrt(x), 0)],
    ['sqrt(x²)', (x: number) => sqrt(square(x))],
    ['√x · 0', (x: number) => mul(sqrt(x), 0)],
  ])('%s has derivative 0 at 0 in every mode', (_name, f) => {
    expect(Math.abs(derivative(f)(0))).toBe(0)
    expect(Math.abs(grad(f)(0))).toBe(0)
    expect(linearize(f, 0)[1](1)).toBe(0)
    expect(
      grad((t: ReturnType<typeof tensor>) => sum(f(t as unknown as number)))(tensor([0, 0]))
        .toArray()
        .map(Math.abs),
    ).toEqual([0, 0])
  })

  it('does not hide an infinity or NaN that is there', () => {
    expect(derivative(sqrt)(0)).toBe(Number.POSITIVE_INFINITY)
    expect(grad(sqrt)(0)).toBe(Number.POSITIVE_INFINITY)
    expect(grad((x: number) => log(x))(Number.NaN)).toBeNaN()
    expect(grad((x: number) => div(x, 0))(1)).toBe(Number.POSITIVE_INFINITY)
  })

  it('keeps a masked softmax finite', () => {
    const masked = (x: number[]) => {
      const kept = where([true, true, false], x, Number.NEGATIVE_INFINITY)
      const e = exp(sub(kept, max(kept)))
      return sum(mul(div(e, sum(e)), [1, 2, 3]))
    }
    const g = grad(masked)([1, 2, 3])
    expect(g[2]).toBe(0)
    expect(g.every(Number.isFinite)).toBe(true)
  })
})

describe('traced values', () => {
  it.each([
    ['x * 2', (x: number) => x * 2],
    ['x > 0', (x: number) => (x > 0 ? x : 0)],
    ['if (x + 1)', (x: number) => (x + 1 ? x : 0)],
    ['Math.sin(x)', (x: number) => Math.sin(x)],
    ['new Float64Array([x])', (x: number) => new Float64Array([x])[0]!],
  ])('refuse %s with a TypeError that names the operator to use', (_name, f) => {
    for (const transform of [grad(f), derivative(f)]) {
      expect(() => transform(1)).toThrow(TypeError)
      expect(() => transform(1)).toThrow(/mul\(x, 2\).*gt\(x, 0\).*sin\(x\)/)
    }
  })

  it('are read by value, printed, and refuse JSON', () => {
    const seen: unknown[] = []
    grad((x: number) => {
      seen.push(value(x), `${x}`, value({ a: [x] }))
      expect(() => JSON.stringify(x)).toThrow(TypeError)
      return x
    })(2)
    derivative((x: number) => {
      seen.push(`${square([x, 3])}`)
      return x
    })(2)
    expect(seen).toEqual([2, 'Traced(2)', { a: [2] }, 'TracedTensor([2], [4, 9])'])
  })

  it('cannot be used after their transform has ended', () => {
    let kept = 0
    for (const transform of [grad, derivative] as ((f: (x: number) => number) => (x: number) => number)[]) {
      transform((x: number) => {
        kept = x
        return x
      })(1)
      expect(() => mul(kept, 2)).toThrow(TapeError)
      expect(() => add(kept, kept)).toThrow(/ended/)
      expect(() => value(kept)).toThrow(TapeError)
      expect(() => grad((x: number) => mul(x, kept))(1)).toThrow(TapeError)
    }
  })
})

describe('a dual of a long program', () => {
  it('cannot be used after its transform has ended either, though its page was not kept', () => {
    let kept = 0
    derivative((x: number) => {
      let y = x
      for (let i = 0; i < 800_000; i++) {
        y = add(y, 1)
        if (i <= 700_000) kept = y
      }
      return y
    })(1)
    expect(() => mul(kept, 2)).toThrow(TapeError)
    expect(() => value(kept)).toThrow(TapeError)
  })
})

describe('bad input', () => {
  it.each([
    [
      () => grad((x: number[]) => x as unknown as number)([1, 2]),
      ShapeError,
      /grad: the function must return one scalar, but it returned an array of length 2/,
    ],
    [() => grad((x: number[]) => square(x) as unknown as number)([1, 2]), ShapeError, /a Tensor of shape \[2\].*sum or mean.*jacobian/],
    [() => grad((_x: number) => 'no' as unknown as number)(1), TreeError, /result is the string "no"/],
    [() => grad((x: { a: string }) => x as unknown as number)({ a: 'q' }), TreeError, /argument 1 has at a the string "q"/],
    [() => grad((x: number[]) => x[0]!)([1, [2, null]] as unknown as number[]), TreeError, /argument 1 has at \[1\]\[1\] null/],
    [() => grad((x: number) => x, { argnum: 2 as number })(1), OptionError, /argnum 2 names no argument: the function was called with 1/],
    [() => grad((x: number) => x, { argnums: 0 } as object)(1), OptionError, /no option argnums/],
    [() => grad((async (x: number) => x) as unknown as (x: number) => number)(1), TreeError, /returned a promise/],
    [() => grad(3 as unknown as (x: number) => number)(1), Error, /takes a function, but the number 3/],
    [
      () => vjp((x: number[]) => x, [1, 2])[1]([1]),
      TreeError,
      /cotangent does not have the structure of the value.*an array of length 2 was expected, but an array of length 1/,
    ],
    [() => vjp((x: ReturnType<typeof tensor>) => square(x), tensor([1, 2]))[1](tensor([1, 2, 3])), ShapeError, /shape \[2\] was expected, \[3\]/],
    [() => jvp((x: { a: number }) => x.a, [{ a: 1 }], [{ b: 1 } as unknown as { a: number }]), TreeError, /the keys a was expected/],
    [() => derivative((x: number) => x)([1] as unknown as number), TreeError, /one number.*jacobian/],
    [() => grad((x: Float64Array) => mul(x.length, (x as unknown as { y: number }).y))(new Float64Array(2)), TreeError, /operand 2 is undefined/],
  ])('is named with what was given and what to do: case %#', (run, kind, message) => {
    expect(run).toThrow(kind)
    expect(run).toThrow(message)
  })
})

describe('memory', () => {
  it('is given back: an exception in the middle of a recording leaves nothing behind', () => {
    const failing = grad((x: number) => {
      if (value(x) >= 0) throw new RangeError('mine')
      return mul(x, x)
    })
    for (let i = 0; i < 100; i++) expect(() => failing(1)).toThrow(RangeError)
    expect(failing(-3)).toBe(-6)
  })

  it('stays flat over a million gradients', () => {
    const f = grad((x: number) => mul(sin(x), x))
    const measure = () => {
      globalThis.gc?.()
      return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
    }
    for (let i = 0; i < 10_000; i++) f(i)
    const before = measure()
    for (let i = 0; i < 1_000_000; i++) f(i)
    expect(measure() - before).toBeLessThan(1_000_000)
  })
})
