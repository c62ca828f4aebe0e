import { describe, expect, it } from 'vitest'
import { abs, add, compile, cos, derivative, div, exp, grad, log, mul, neg, pow, sin, sqrt, square, sub, vmap } from '../../src/index.ts'
import { quad } from '../../src/solve/index.ts'

const INFINITY = Number.POSITIVE_INFINITY

describe('quad', () => {
  // Integrals in closed form, and the evaluations of scipy.integrate.quad at epsrel = 1e-10, epsabs = 1e-12 (SciPy 1.17).
  it.each([
    ['exp(−x²) over the line', (x: number) => exp(neg(square(x))), -INFINITY, INFINITY, Math.sqrt(Math.PI), 390],
    ['1 / (1 + x²) over the line', (x: number) => div(1, add(1, square(x))), -INFINITY, INFINITY, Math.PI, 150],
    ['sin x', (x: number) => sin(x), 0, Math.PI, 2, 21],
    ['1 / (1 + 625 x²)', (x: number) => div(1, add(1, square(mul(25, x)))), -1, 1, (2 * Math.atan(25)) / 25, 399],
    ['cos 100 x', (x: number) => cos(mul(100, x)), 0, 1, Math.sin(100) / 100, 651],
    ['1 / √x, which has a pole', (x: number) => div(1, sqrt(x)), 0, 1, 2, 231],
    ['x^(−0.9)', (x: number) => pow(x, -0.9), 0, 1, 10, 231],
    ['log x', (x: number) => log(x), 0, 1, -1, 231],
    ['log x / √x', (x: number) => div(log(x), sqrt(x)), 0, 1, -4, 315],
    ['x² log x', (x: number) => mul(square(x), log(x)), 0, 1, -1 / 9, 189],
    ['log |x − 0.3|', (x: number) => log(abs(sub(x, 0.3))), 0, 1, 0.3 * Math.log(0.3) + 0.7 * Math.log(0.7) - 1, 357],
    ['|x − 0.3|^(−1/2)', (x: number) => pow(abs(sub(x, 0.3)), -0.5), 0, 1, 2 * (Math.sqrt(0.3) + Math.sqrt(0.7)), 525],
    ['exp(−x) / √x from 0', (x: number) => div(exp(neg(x)), sqrt(x)), 0, INFINITY, Math.sqrt(Math.PI), 375],
  ])('of %s takes no more than 1.2 times the evaluations of QUADPACK', (_, f, a, b, exact, evaluations) => {
    const found = quad(f, a, b)
    expect(found.status).toBe('converged')
    // Units of rounding of the closed forms, of which one is 10.
    expect(Math.abs(found.value - exact)).toBeLessThan(Math.min(1e-12, Math.max(found.error, 4e-15)))
    expect(found.evaluations).toBeLessThanOrEqual(1.2 * evaluations)
  })

  it.each([
    ['exp(−x) from 0', (x: number) => exp(neg(x)), 0, INFINITY, 1],
    ['exp(x) to 0', (x: number) => exp(x), -INFINITY, 0, 1],
    ['exp(−x) back from infinity', (x: number) => exp(neg(x)), INFINITY, 0, -1],
    ['log x, which has a pole', (x: number) => log(x), 0, 1, -1],
    ['1 / √x, which has a pole', (x: number) => div(1, sqrt(x)), 0, 1, 2],
    ['|x − 1/3|, which has a kink', (x: number) => abs(add(x, -1 / 3)), 0, 1, 5 / 18],
    ['x² backwards', (x: number) => square(x), 2, 1, -7 / 3],
    ['anything over nothing', (x: number) => exp(x), 1, 1, 0],
  ])('of %s', (_, f, a, b, exact) => {
    const found = quad(f, a, b)
    expect(found.status).toBe('converged')
    expect(Math.abs(found.value - exact)).toBeLessThan(1e-10)
  })

  it('is differentiable by what the integrand closes over and by the limits', () => {
    const moment = (k: number) => quad(x => exp(mul(neg(k), x)), 0, 2).value
    // ∫₀² e^(−k x) dx = (1 − e^(−2k)) / k.
    const e = Math.exp(-6)
    expect(grad(moment)(3)).toBeCloseTo((7 * e - 1) / 9, 13)
    expect(derivative(moment)(3)).toBeCloseTo((7 * e - 1) / 9, 13)
    expect(grad(grad(moment))(3)).toBeCloseTo((2 - 50 * e) / 27, 13)
    expect(grad((b: number) => quad(x => square(x), 1, b).value)(3)).toBeCloseTo(9, 13)
    expect(grad((a: number) => quad(x => square(x), a, 3).value)(1)).toBeCloseTo(-1, 13)
    expect(derivative(derivative((b: number) => quad(x => square(x), 1, b).value))(3)).toBeCloseTo(6, 12)
    expect(grad((a: number) => quad(x => exp(neg(x)), a, INFINITY).value)(1)).toBeCloseTo(-Math.exp(-1), 13)
    expect(grad((b: number) => quad(x => exp(x), -INFINITY, b).value)(1)).toBeCloseTo(Math.E, 12)
  })

  it('integrates trees entry by entry', () => {
    expect(quad(x => ({ one: 1, powers: [x, square(x)] }), 0, 3).value).toEqual({
      one: expect.closeTo(3, 13),
      powers: [expect.closeTo(4.5, 13), expect.closeTo(9, 13)],
    })
  })

  it('takes a number of pieces where there are no numbers', () => {
    const moment = (k: number) => quad(x => exp(mul(neg(k), x)), 0, k, { intervals: 2 }).value
    const exact = (k: number) => (1 - Math.exp(-k * k)) / k
    expect(compile(moment)(2)).toBeCloseTo(exact(2), 12)
    expect(vmap(moment)([1, 2])).toEqual([1, 2].map(k => expect.closeTo(exact(k), 12)))
    expect(compile(grad(moment))(2)).toBeCloseTo((2 * 4 * Math.exp(-4) - 1 + Math.exp(-4)) / 4, 12)
    expect(() => compile((k: number) => quad(x => mul(k, x), 0, 1).value)(2)).toThrow(/Give the number of pieces/)
  })

  it('says where it does not converge', () => {
    expect(quad(() => 1, 0, Infinity).status).toBe('stalled')
    const pole = quad(x => div(1, x), 0, 1, { maxIntervals: 100 })
    expect([pole.status, pole.message.slice(0, 24)]).toEqual(['limit', 'The tolerance is not met'])
    // For these the epsilon algorithm has limits, such as −2 for the second.
    for (const power of [-1.01, -1.5, -3]) expect(quad(x => pow(x, power), 0, 1, { maxIntervals: 60 }).status).toBe('limit')
    const undefinedThere = quad(x => sqrt(x), -1, 1)
    expect(undefinedThere.status).toBe('stalled')
    expect(undefinedThere.message).toMatch(/not finite at x = -0\./)
    expect(() => quad(x => x, 0, Number.NaN)).toThrow(/the limit b is a number or an infinity/)
    expect(() => quad(x => x, 0, 1, { tolerance: 1 } as object)).toThrow(/no option tolerance/)
    expect(() => quad(3 as never, 0, 1)).toThrow(/quad: takes a function, but the number 3 was given/)
  })
})
