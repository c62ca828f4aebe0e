import { describe, expect, it } from 'vitest'
import { add, derivative, div, exp, grad, jvp, log, matmul, mul, ShapeError, sin, sqrt, sum, tanh, taylor } from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import { registry } from '../../src/ops/registry.ts'

describe('taylor', () => {
  it('gives the coefficients of textbook series', () => {
    const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1))
    taylor(exp, 0, 12).forEach((each, k) => {
      expect(each).toBeCloseTo(1 / factorial(k), 15)
    })
    expect(taylor((x: number) => div(1, add(1, x)), 0, 6)).toEqual([1, -1, 1, -1, 1, -1, 1])
    taylor((x: number) => log(add(1, x)), 0, 8).forEach((each, k) => {
      expect(each).toBeCloseTo(k === 0 ? 0 : (k % 2 === 1 ? 1 : -1) / k, 14)
    })
    // Abramowitz and Stegun 4.5.64: tanh x = x − x³/3 + 2x⁵/15 − 17x⁷/315 + …
    ;[0, 1, 0, -1 / 3, 0, 2 / 15, 0, -17 / 315].forEach((each, k) => {
      expect(taylor(tanh, 0, 7)[k]).toBeCloseTo(each, 14)
    })
    ;[1, 1 / 2, -1 / 8, 1 / 16, -5 / 128].forEach((each, k) => {
      expect(taylor((x: number) => sqrt(add(1, x)), 0, 4)[k]).toBeCloseTo(each, 14)
    })
  })

  it.each(registry.filter(each => each.kind === 'elementwise' && each.differentiable && each.arity === 1).map(each => each.name))(
    'agrees with nested derivatives for %s',
    name => {
      const f = ops[name as 'sin']
      const samples = registry.find(each => each.name === name)?.samples as number[][]
      const d = derivative
      for (const [x] of samples.slice(0, 3) as [number][]) {
        const nested = [f(x), d(f)(x), (d(d(f))(x) as number) / 2, (d(d(d(f)))(x) as number) / 6]
        taylor(f, x, 3).forEach((each, k) => {
          const expected = nested[k] as number
          if (Number.isFinite(expected))
            expect(Math.abs((each as number) - expected), `${k}: ${each} ${expected}`).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(expected)))
        })
      }
    },
  )

  it('goes through trees, tensors and other transforms', () => {
    const f = (x: number) => ({
      a: matmul(
        [
          [x, 1],
          [2, x],
        ],
        [x, 3],
      ),
      b: [mul(x, x), 7],
    })
    const [c0, c1, c2] = taylor(f, 2, 2) as [ReturnType<typeof f>, ReturnType<typeof f>, ReturnType<typeof f>]
    expect([c0.a.toArray(), c1.a.toArray(), c2.a.toArray()]).toEqual([
      [7, 10],
      [4, 5],
      [1, 0],
    ])
    expect([c0.b, c1.b, c2.b]).toEqual([
      [4, 7],
      [4, 0],
      [1, 0],
    ])
    expect(grad((x: number) => taylor(sin, x, 2)[2] as number)(0.3)).toBeCloseTo(-Math.cos(0.3) / 2, 15)
    expect(taylor((x: number) => grad((y: number) => mul(mul(y, y), y))(x), 2, 2)).toEqual([12, 12, 3])
    expect(jvp((x: number) => sum(taylor((y: number) => mul(y, x), 1, 1)), [3], [1])).toEqual([6, 2])
    expect(() => taylor(sin, 1, -1)).toThrow(/order/)
    expect(() => taylor(sin, [1] as never, 1)).toThrow(/one number/)
    expect(() => taylor((x: number) => sum(matmul([[x, 1]], [x])), 1, 1)).toThrow(ShapeError)
  })
})
