import { describe, expect, it } from 'vitest'
import { add, derivative, exp, grad, hessian, hvp, jacobian, jvp, linearize, mul, sin, square, sub, sum, tensor, vjp } from '../src/index.ts'

type Mode = 'forward' | 'reverse'
const modes: { [mode in Mode]: (f: (x: number) => number) => (x: number) => number } = { forward: derivative, reverse: grad }
const both: Mode[] = ['forward', 'reverse']
const mixes = both.flatMap(a => both.flatMap(b => both.flatMap(c => both.map(d => [a, b, c, d] as const))))

/** d⁴/dx⁴ of sin(x) e^(x²/2) at 0.7, from its Taylor series in 50-digit arithmetic (mpmath.diff). */
const FOURTH = 5.364375465880293

describe('nested derivatives', () => {
  it.each(both.flatMap(a => both.map(b => [a, b] as const)))('do not confuse perturbations: %s over %s', (a, b) => {
    // d/dx [x · d/dy (x + y)] = 1 at any point (Siskind and Pearlmutter 2005).
    const f = (x: number) => mul(x, modes[b]((y: number) => add(x, y))(3))
    expect(modes[a](f)(5)).toBe(1)
    // d/dx [x · d/dy (x y)] = d/dx x² = 2x.
    expect(modes[a]((x: number) => mul(x, modes[b]((y: number) => mul(x, y))(3)))(5)).toBe(10)
  })

  it.each(mixes)('agree four deep: %s, %s, %s, %s', (a, b, c, d) => {
    const f = (x: number) => mul(sin(x), exp(mul(0.5, square(x))))
    expect(modes[a](modes[b](modes[c](modes[d](f))))(0.7)).toBeCloseTo(FOURTH, 10)
  })

  it('work on tensors and arrays', () => {
    const f = (x: number[]) => mul(square(x[0]!), sin(x[1]!))
    const expected = [
      [2 * Math.sin(2), 6 * Math.cos(2)],
      [6 * Math.cos(2), -9 * Math.sin(2)],
    ]
    for (const mode of both) {
      hessian(f, { mode })([3, 2]).forEach((row, i) => {
        row.forEach((each, j) => {
          expect(each).toBeCloseTo(expected[i]![j]!, 12)
        })
      })
    }
    expect(hvp((t: ReturnType<typeof tensor>) => sum(mul(t, square(t))), tensor([1, 2]), tensor([1, 0])).toArray()).toEqual([6, 0])
  })

  it('let a closure carry traced values into an inner pullback and pushforward', () => {
    const f = (x: number) => {
      const [, pullback] = vjp((y: number) => mul(square(y), x), 3)
      const [, pushforward] = linearize((y: number) => mul(y, x), 3)
      return add(pullback(x)[0], pushforward(x)) // 6x · x + x · x
    }
    for (const mode of both) expect(modes[mode](f)(2)).toBe(28)
  })

  it('differentiate through a jacobian and through jvp', () => {
    const trace = (x: number) => {
      const matrix = jacobian((v: number[]) => [mul(v[0]!, x), square(v[1]!)])([1, x])
      return add(matrix[0]![0]!, matrix[1]![1]!) // x + 2x
    }
    for (const mode of both) expect(modes[mode](trace)(2)).toBe(3)
    expect(grad((x: number) => jvp((y: number) => mul(y, mul(x, y)), [2], [1])[1])(5)).toBe(4)
  })

  it('interleave with async code that stays synchronous within a call', async () => {
    const user = async (a: number) => {
      const results: number[] = []
      for (let i = 0; i < 20; i++) {
        await Promise.resolve()
        results.push(grad((x: number) => mul(a, sub(square(x), x)))(i))
      }
      return results
    }
    const [one, two] = await Promise.all([user(1), user(2)])
    expect(two).toEqual(one.map(each => 2 * each))
  })
})
