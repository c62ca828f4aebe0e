import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { add, div, exp, floor, grad, jvp, log, matmul, mul, ShapeError, sin, slice, sqrt, stack, sum, TapeError, tanh, taylor } from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'

/** Made by test/reference/make_tables.py with mpmath: per function, rows of operands and all partials up to the third order. */
const tables = JSON.parse(readFileSync(new URL('../reference/scalar-functions.json', import.meta.url), 'utf8')) as {
  [name: string]: [operands: number[], partials: (number | string)[]][]
}
const FACTORIALS = [1, 1, 2, 6]

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

  it.each(Object.keys(tables).filter(name => tables[name]?.[0]?.[0].length === 1))('has the derivatives of %s that the high-precision table has', name => {
    for (const [[x], row] of tables[name] as [[number], (number | string)[]][]) {
      const coefficients = row.map((each, k) => Number(each) / (FACTORIALS[k] as number))
      taylor(ops[name as 'sin'], x, 3).forEach((each, k) => {
        const expected = coefficients[k] as number
        // Beside a zero the rounding of x is magnified.
        const magnified = Math.abs(x * (coefficients[k + 1] ?? 0) * (k + 1)) * Number.EPSILON
        const near = Math.abs((each as number) - expected) <= 1e-12 * Math.abs(expected) + (Number.isFinite(magnified) ? 4 * magnified : 0) + 1e-300
        // Beyond the range of doubles: the infinity, or NaN where two of them meet on the way.
        const beyond = !Number.isFinite(expected) && (each === expected || Number.isNaN(each))
        expect(near || beyond, `${name} at ${x}, coefficient ${k}: ${each}, the table says ${expected}`).toBe(true)
      })
    }
  })

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

  it('has order 0: the value', () => {
    expect(taylor(sin, 0.3, 0)).toEqual([Math.sin(0.3)])
  })

  it('reads entries and sections of a tensor', () => {
    // 2x², 3x³ and their sum at 2, of Σ k xᵏ.
    const powers = (x: number) => mul(stack([x, mul(x, x), mul(x, mul(x, x))]), [1, 2, 3])
    expect(taylor(x => powers(x).at(1), 2, 3)).toEqual([8, 8, 2, 0])
    expect(taylor(x => sum(slice(powers(x), 1, 3)), 2, 3)).toEqual([32, 44, 20, 3])
    // The rows of x [[1, 2], [3, 4]] add up to 3x and 7x; their product is 21 x².
    const rows = (x: number) => [...mul([[1, 2], [3, 4]], x)].map(row => sum(row as unknown as number[])) // biome-ignore format: a matrix
    expect(taylor(x => rows(x).reduce((product, each) => mul(product, each)), 2, 2)).toEqual([84, 84, 21])
  })

  it('inside another keeps the variables apart', () => {
    // The second coefficient in y of x eʸ at 1 is x e / 2.
    const inner = (x: number) => taylor((y: number) => mul(x, exp(y)), 1, 2)[2] as number
    ;[Math.E / 4, Math.E / 2, 0].forEach((each, k) => {
      expect(taylor(inner, 0.5, 2)[k]).toBeCloseTo(each, 14)
    })
    // x² + 3y² + xy by y: 6y + x.
    const mixed = (x: number) => taylor((y: number) => add(add(mul(x, x), mul(3, mul(y, y))), mul(x, y)), 2, 1)[1] as number
    expect(taylor(mixed, 5, 2)).toEqual([17, 1, 0])
  })

  it('gives plain numbers where there is nothing to differentiate', () => {
    expect(taylor(x => mul([10, 20, 30][floor(x)] as number, x), 1.5, 2)).toEqual([30, 20, 0])
  })

  it('ends: its values are refused afterwards, and so is an asynchronous function, by name', () => {
    let kept = 0
    taylor(
      x => {
        kept = x
        return mul(x, 2)
      },
      1,
      2,
    )
    expect(() => exp(kept)).toThrow(TapeError)
    expect(() => taylor(async (x: number) => x, 1, 1)).toThrow(/taylor/)
  })
})
