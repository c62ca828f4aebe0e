import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  betainc,
  betaincInv,
  compile,
  derivative,
  gammainc,
  gammaincc,
  gammainccInv,
  gammaincInv,
  grad,
  hessian,
  jacobian,
  jvp,
  vmap,
} from '../../src/index.ts'

/** Made by test/reference/make_incomplete.py with mpmath. */
const { gamma, beta } = JSON.parse(readFileSync(new URL('../reference/incomplete.json', import.meta.url), 'utf8')) as { gamma: number[][]; beta: number[][] }
const { NaN: nan, POSITIVE_INFINITY: infinity } = Number

/** The relative error that is left when the operands' roundings, magnified by how the function changes with them, are allowed for. */
function far(found: number, expected: number, allowed = 0): number {
  if (Math.abs(expected) < 1e-307) return Math.abs(found) < 1e-306 ? 0 : infinity
  return Math.max(0, Math.abs(found - expected) - allowed) / Math.abs(expected)
}

describe('incomplete gamma functions', () => {
  it('have the values and the derivatives by the parameter that mpmath finds, from one end of the range to the other', () => {
    for (const [a, x, p, q, slope] of gamma as [number, number, number, number, number][]) {
      const at = `(${a}, ${x})`
      expect(far(gammainc(a, x), p), `P${at} = ${gammainc(a, x)}, not ${p}`).toBeLessThan(2e-13)
      expect(far(gammaincc(a, x), q), `Q${at} = ${gammaincc(a, x)}, not ${q}`).toBeLessThan(2e-13)
      const found = derivative((t: number) => gammainc(t, x))(a)
      // Differences of values next to 1 tell nothing of slopes that small.
      if (Math.abs(slope) > 1e-60) expect(far(found, slope), `∂P/∂a${at} = ${found}, not ${slope}`).toBeLessThan(2e-13)
      expect(grad((t: number) => gammaincc(t, x))(a) + found).toBe(0)
      // What has been inverted comes back, as exactly as it is told apart.
      if (p > 1e-280 && p <= 0.5) expect(far(gammaincInv(a, p), x, (2e-13 * p) / density(a, x)), `P inverse of ${p} at ${a}`).toBeLessThan(2e-13)
      if (q > 1e-280 && q <= 0.5) expect(far(gammainccInv(a, q), x, (2e-13 * q) / density(a, x)), `Q inverse of ${q} at ${a}`).toBeLessThan(2e-13)
    }
  })

  it('keep to the ends of their domains', () => {
    expect([gammainc(2, 0), gammainc(2, infinity), gammainc(0, 1), gammainc(infinity, 1)]).toEqual([0, 1, 1, 0])
    expect([gammaincc(2, 0), gammaincc(2, infinity), gammaincc(0, 1), gammaincc(infinity, 1)]).toEqual([1, 0, 0, 1])
    expect([gammainc(-1, 1), gammainc(1, -1), gammainc(nan, 1), gammainc(1, nan), gammainc(0, 0), gammainc(infinity, infinity)]).toEqual(new Array(6).fill(nan))
    expect([gammaincInv(2, 0), gammaincInv(2, 1), gammaincInv(2, -0.1), gammaincInv(0, 0.5), gammainccInv(2, 0), gammainccInv(2, 1)]).toEqual([
      0,
      infinity,
      nan,
      nan,
      infinity,
      0,
    ])
    // d/dx P = e⁻ˣ for a = 1, x e⁻ˣ for a = 2
    const slope = (a: number) => derivative((x: number) => gammainc(a, x))
    expect([slope(1)(0), slope(2)(0), slope(0.5)(0), derivative(slope(1))(0), derivative(slope(2))(0)]).toEqual([1, 0, infinity, -1, 1])
    expect(grad((a: number) => gammainc(a, 0))(2)).toBe(0)
  })

  it('are the exponential distribution for a = 1, in every mode', () => {
    const f = (x: number) => gammaincc(1, x)
    expect(far(f(700), Math.exp(-700) * (1 + 2 ** -52))).toBeLessThan(1e-13)
    expect(compile(grad(f))(2)).toBeCloseTo(-Math.exp(-2), 15)
    expect((vmap(grad(f))([1, 2]) as number[])[1]).toBeCloseTo(-Math.exp(-2), 15)
  })
})

/** The density of the gamma distribution where only its size counts. */
function density(a: number, x: number): number {
  return derivative((t: number) => gammainc(a, t))(x)
}

describe('the incomplete beta function', () => {
  it('has the values and the derivatives by the parameters that mpmath finds, from one end of the range to the other', () => {
    for (const [a, b, x, value, byA, byB] of beta as [number, number, number, number, number, number][]) {
      const at = `(${a}, ${b}, ${x})`
      expect(far(betainc(a, b, x), value), `I${at} = ${betainc(a, b, x)}, not ${value}`).toBeLessThan(3e-13)
      const slopes = grad((s: number, t: number) => betainc(s, t, x), { argnum: [0, 1] })(a, b)
      if (Math.abs(byA) > 1e-60) expect(far(slopes[0], byA), `∂I/∂a${at} = ${slopes[0]}, not ${byA}`).toBeLessThan(3e-13)
      if (Math.abs(byB) > 1e-60) expect(far(slopes[1], byB), `∂I/∂b${at} = ${slopes[1]}, not ${byB}`).toBeLessThan(3e-13)
      const rate = derivative((t: number) => betainc(a, b, t))(x)
      if (value > 1e-280 && value < 0.999)
        expect(far(betaincInv(a, b, value), x, (3e-13 * value) / rate), `inverse of ${value} at ${a}, ${b}`).toBeLessThan(3e-13)
    }
  })

  it('keeps to the ends of its domain, and refuses third derivatives by its parameters', () => {
    expect([betainc(2, 3, 0), betainc(2, 3, 1), betaincInv(2, 3, 0), betaincInv(2, 3, 1)]).toEqual([0, 1, 0, 1])
    expect([betainc(0, 1, 0.5), betainc(1, -1, 0.5), betainc(1, 1, 1.5), betainc(1, nan, 0.5), betaincInv(1, 1, 2)]).toEqual(new Array(5).fill(nan))
    expect(betainc(1, 1, 0.3)).toBeCloseTo(0.3, 15)
    const slope = (a: number) => derivative((x: number) => betainc(a, 1, x))
    expect([slope(1)(0), slope(2)(1), slope(0.5)(0), derivative(slope(2))(0)]).toEqual([1, 2, infinity, 2])
    // I = xᵃ for b = 1
    const [[aa]] = hessian((p: number[]) => betainc(p[0] as number, 1, 0.3))([2]) as number[][] as [[number]]
    expect(aa).toBeCloseTo(0.09 * Math.log(0.3) ** 2, 14)
    expect(grad(grad(grad((a: number) => betainc(a, 1, 0.3))))(2)).toBe(nan)
  })
})

describe('third derivatives by the probability at the ends', () => {
  // x = 1 − √(1 − p) for a = 1, b = 2, −ln(1 − p) for the gamma distribution of shape 1, and next to (6 p)³ … by the power of p elsewhere.
  it.each([
    ['gammaincInv of 1', (p: number) => gammaincInv(1, p), 0, 2],
    ['gammaincInv of 1/2', (p: number) => gammaincInv(0.5, p), 0, 0],
    ['gammaincInv of 1/3', (p: number) => gammaincInv(1 / 3, p), 0, 6 * 0.8929795115692493 ** 3],
    ['gammaincInv of 0.4', (p: number) => gammaincInv(0.4, p), 0, infinity],
    ['betaincInv of 1, 2', (p: number) => betaincInv(1, 2, p), 0, 0.375],
    ['betaincInv of 2, 1', (p: number) => betaincInv(2, 1, p), 1, 0.375],
    ['betaincInv of 1/2, 2', (p: number) => betaincInv(0.5, 2, p), 0, 0],
  ] as const)('%s', (_, f, p, expected) => {
    const slopes = [grad(grad(grad(f)))(p), jvp((x: number) => jvp((y: number) => grad(f)(y), [x], [1])[1], [p], [1])[1]]
    for (const found of slopes) expect(Number.isFinite(expected) ? Math.abs(found - expected) < 1e-12 : found === expected, `${found}`).toBe(true)
  })
})

describe('derivatives at the ends of the inverse incomplete functions', () => {
  it.each([
    ['gammaincInv of 200', (p: number) => gammaincInv(200, p), 0, [infinity, -infinity]],
    ['gammainccInv of 200', (q: number) => gammainccInv(200, q), 1, [-infinity, -infinity]],
    ['betaincInv of 1000, 1000 at 0', (p: number) => betaincInv(1000, 1000, p), 0, [infinity, -infinity]],
    ['betaincInv of 1000, 1000 at 1', (p: number) => betaincInv(1000, 1000, p), 1, [infinity, infinity]],
  ] as const)('are those of small parameters where the gamma and beta functions of large ones are not numbers: %s', (_, f, p, expected) => {
    expect([grad(f)(p), grad(grad(f))(p)]).toEqual(expected)
    expect([derivative(f)(p), derivative(derivative(f))(p)]).toEqual(expected)
  })
})

describe('second derivatives at the ends of the incomplete functions', () => {
  // Limits from within. Finite ones by mpmath (60 digits, second differences of the inverse at p = 10⁻²⁰); infinite ones by the powers
  // xᵃ⁻¹ and p^(1/a − 1) ln p, where NaN may stand as well.
  it.each([
    [gammainc, [1, 0], [0, -infinity, -1]],
    [gammainc, [0.5, 0], [0, -infinity, -infinity]],
    [gammainc, [1.5, 0], [0, 0, infinity]],
    [gammainc, [3, 0], [0, 0, 0]],
    [gammaincc, [1, 0], [0, infinity, 1]],
    [gammaincInv, [0.25, 0], [0, 0, 0]],
    [gammaincInv, [0.4, 0], [0, 0, 0]],
    [gammaincInv, [0.5, 0], [0, 0, 1.5707963267948966]],
    [gammaincInv, [0.75, 0], [0, 0, infinity]],
    [gammaincInv, [1, 0], [0, infinity, 1]],
    [gammaincInv, [1.2, 0], [0, infinity, -infinity]],
    [gammaincInv, [3, 0], [0, infinity, -infinity]],
    [gammainccInv, [0.5, 1], [0, 0, 1.5707963267948966]],
    [gammainccInv, [0.75, 1], [0, 0, infinity]],
    [gammainccInv, [1, 1], [0, -infinity, 1]],
    [gammainccInv, [3, 1], [0, -infinity, -infinity]],
    [betainc, [1, 2, 0], [0, 0, -infinity, 0, 1, -2]],
    [betainc, [2, 1, 1], [0, 0, 1, 0, -infinity, 2]],
    [betaincInv, [0.25, 2, 0], [0, 0, 0, 0, 0, 0]],
    [betaincInv, [0.5, 2, 0], [0, 0, 0, 0, 0, 8 / 9]],
    [betaincInv, [0.5, 1.5, 0], [0, 0, 0, 0, 0, 1.2337005501361697]],
    [betaincInv, [0.75, 2, 0], [0, 0, 0, 0, 0, infinity]],
    [betaincInv, [3, 2, 0], [0, 0, infinity, 0, -infinity, -infinity]],
    [betaincInv, [2, 0.5, 1], [0, 0, 0, 0, 0, -8 / 9]],
    [betaincInv, [2, 0.75, 1], [0, 0, 0, 0, 0, -infinity]],
    [betaincInv, [2, 3, 1], [0, 0, -infinity, 0, infinity, infinity]],
    [betaincInv, [1, 2, 0], [0, 0, infinity, 0, -0.25, 0.25]],
    [betaincInv, [1, 3, 0], [0, 0, infinity, 0, -1 / 9, 2 / 9]],
    [betaincInv, [2, 1, 1], [0, 0, -0.25, 0, infinity, -0.25]],
  ] as [(...x: number[]) => number, number[], number[]][])('%o at %o', (f, point, upper) => {
    const g = (x: number[]) => f(...point.map((_, i) => x[i] as number))
    const columns = (x: number[]) => point.map((_, i) => jvp(g, [x], [point.map((_, j) => Number(i === j))])[1])
    const ways: Record<string, () => unknown> = {
      hessian: () => hessian(g)(point),
      compiled: () => compile(hessian(g))(point),
      'reverse over reverse': () => jacobian(grad(g), { mode: 'reverse' })(point),
      'forward over reverse': () => jacobian(grad(g), { mode: 'forward' })(point),
      'reverse over forward': () => jacobian(columns, { mode: 'reverse' })(point),
      'forward over forward': () => jacobian(columns, { mode: 'forward' })(point),
    }
    const n = point.length
    for (const [way, run] of Object.entries(ways)) {
      const found = run() as number[][]
      let k = 0
      for (let i = 0; i < n; i++) {
        for (let j = i; j < n; j++, k++) {
          const expected = upper[k] as number
          for (const each of [found[i]?.[j], found[j]?.[i]] as number[]) {
            if (Number.isFinite(expected)) expect(each, `${way}, ${i}, ${j}`).toBeCloseTo(expected, 13)
            else if (!Number.isNaN(each)) expect(each, `${way}, ${i}, ${j}`).toBe(expected)
          }
        }
      }
    }
  })
})
