import { describe, expect, it } from 'vitest'
import { fromSource } from '../../src/plugin/index.ts'
import { minimize } from '../../src/solve/index.ts'
import { cauchyStep } from '../../src/solve/minimize/box-step.ts'

const dot = (x: ArrayLike<number>, y: ArrayLike<number>) => Array.from(x).reduce((total, each, i) => total + each * y[i]!, 0)

describe('the step of L-BFGS-B', () => {
  it('lowers the model as much as any point of the projected path, and stays in the box', () => {
    for (let seed = 1; seed < 30; seed++) {
      const n = 6
      const wave = (k: number) => Array.from({ length: n }, (_, i) => Math.sin(seed * 7.3 + 3.1 * i + 11 * k))
      const pairs = Array.from({ length: seed % 4 }, (_, k) => {
        const s = Float64Array.from(wave(k))
        // y = A s for a positive diagonal A and a little more.
        const y = s.map((each, i) => (1 + i + (seed % 3)) * each)
        return { s, y, rho: 1 / dot(s, y) }
      })
      const x = Float64Array.from(wave(9))
      const gradient = Float64Array.from(wave(10), each => 3 * each)
      const lower = x.map((each, i) => each - [0, 0.1, 0.5, 2, Number.POSITIVE_INFINITY, 0.3][(i + seed) % n]!)
      const upper = x.map((each, i) => each + [0.2, 0, 1, 0.4, 0.7, Number.POSITIVE_INFINITY][(i + seed) % n]!)
      const step = cauchyStep(x, gradient, { lower, upper }, pairs)
      step.forEach((each, i) => {
        expect(x[i]! + each).toBeGreaterThanOrEqual(lower[i]! - 1e-12)
        expect(x[i]! + each).toBeLessThanOrEqual(upper[i]! + 1e-12)
      })
      // B by the updates of BFGS, from θ I: another form of what the pairs say.
      const last = pairs.at(-1)
      const theta = last === undefined ? 1 : last.rho * dot(last.y, last.y)
      const B = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => (i === j ? theta : 0)))
      for (const { s, y, rho } of pairs) {
        const Bs = B.map(row => dot(row, s))
        const sBs = dot(s, Bs)
        B.forEach((row, i) => row.forEach((_, j) => (row[j]! += rho * y[i]! * y[j]! - (Bs[i]! * Bs[j]!) / sBs)))
      }
      const model = (d: ArrayLike<number>) =>
        dot(gradient, d) +
        0.5 *
          dot(
            d,
            B.map(row => dot(row, d)),
          )
      let best = 0
      for (let k = 0; k < 4000; k++) {
        const t = k / 1000
        // The first minimum along the path, which is where the method stops.
        const value = model(x.map((each, i) => Math.min(Math.max(each - t * gradient[i]!, lower[i]!), upper[i]!) - each))
        if (value > best + 1e-12) break
        best = value
      }
      expect(model(step)).toBeLessThanOrEqual(best + 1e-5)
    }
  })

  it('takes no more evaluations than SciPy’s L-BFGS-B, and meets bounds exactly', () => {
    const chain = fromSource((x: number[]) => {
      let total = 0
      for (let i = 0; i < x.length - 1; i++) total += (1 - x[i]!) ** 2 + 100 * (x[i + 1]! - x[i]! ** 2) ** 2
      return total
    })
    const quadratic = fromSource((x: number[]) => {
      let total = 0
      for (let i = 0; i < x.length; i++) {
        total += 0.5 * (2 + (i + 1) / 10) * x[i]! ** 2 - 2 * Math.sin(3 * (i + 1)) * x[i]!
        if (i < x.length - 1) total -= x[i]! * x[i + 1]!
      }
      return total
    })
    const list = (n: number, of: (i: number) => number) => Array.from({ length: n }, (_, i) => of(i))
    // Values and counts of scipy.optimize.minimize(method='L-BFGS-B', options={'maxcor': 10, 'gtol': 1e-6, 'ftol': 0}), SciPy 1.17.1.
    const cases = [
      { f: chain, x0: list(25, () => 3), lower: list(25, i => (i % 2 === 0 ? 1 : -100)), upper: list(25, () => 100), value: 0, evaluations: 93 },
      { f: chain, x0: list(25, () => -1), lower: list(25, () => -2), upper: list(25, i => (i % 3 === 0 ? 0.5 : 2)), value: 22.4432660603734, evaluations: 38 },
      { f: quadratic, x0: list(50, () => 0.5), lower: list(50, () => 0), upper: list(50, () => 0.6), value: -5.865270759946933, evaluations: 17 },
    ]
    for (const { f, x0, lower, upper, value, evaluations } of cases) {
      const result = minimize(f, x0, { method: 'lbfgs', bounds: { lower, upper }, tolerance: 1e-6 })
      expect(result.status).toBe('converged')
      expect(result.value).toBeCloseTo(value, 8)
      expect(result.evaluations.values).toBeLessThanOrEqual(evaluations)
    }
    const { x } = minimize(
      quadratic,
      list(50, () => 0.5),
      { method: 'lbfgs', bounds: { lower: 0, upper: 0.6 }, tolerance: 1e-6 },
    )
    expect([x.filter(each => each === 0).length, x.filter(each => each === 0.6).length]).toEqual([24, 3])
  })
})
