import { describe, expect, it } from 'vitest'
import { mul, neg, sub } from '../../../src/index.ts'
import { solveIvp } from '../../../src/solve/index.ts'
import { errorOf, type Problem, problem, problems } from './problems.ts'

const end = ({ f, end, start, atol }: Problem, method: 'auto' | 'dopri5' | 'bdf' | 'rodas', rtol = 1e-6, scale = 1) =>
  solveIvp(f, [0, end], start, { method, rtol, atol: atol * scale })

describe('solveIvp on published test sets', () => {
  // Errors at the end are those that SciPy has at the same tolerances, up to a factor: the tolerance is one of each step.
  it.each(problems.filter(({ name }) => !name.startsWith('stiff')).map(each => [each.name, each] as const))(
    'dopri5 on nonstiff %s takes no more than 1.2 times the evaluations of RK45',
    (_, each) => {
      const solution = end(each, 'dopri5')
      expect(solution.status).toBe('converged')
      expect(solution.evaluations.values).toBeLessThanOrEqual(1.2 * each.scipy.evaluations)
      expect(errorOf(solution.y.at(-1) as number[], each.reference, 1e-6, each.atol)).toBeLessThan(Math.max(10, 15 * each.scipy.error))
      expect(end(each, 'auto').plan).toEqual({ method: 'dopri5', why: 'explicit to begin with' })
    },
  )

  it.each(problems.filter(({ name }) => name.startsWith('stiff')).map(each => [each.name, each] as const))(
    'bdf on %s takes no more than 1.2 times the evaluations of BDF, and rodas and auto are right',
    (_, each) => {
      const bdf = end(each, 'bdf')
      expect(bdf.status).toBe('converged')
      expect(bdf.evaluations.values).toBeLessThanOrEqual(1.2 * each.scipy.evaluations)
      expect(errorOf(bdf.y.at(-1) as number[], each.reference, 1e-6, each.atol)).toBeLessThan(Math.max(10, 4 * each.scipy.error))
      const rodas = end(each, 'rodas')
      expect(rodas.status).toBe('converged')
      expect(errorOf(rodas.y.at(-1) as number[], each.reference, 1e-6, each.atol)).toBeLessThan(5)
      const auto = end(each, 'auto')
      expect(auto.status).toBe('converged')
      expect(errorOf(auto.y.at(-1) as number[], each.reference, 1e-6, each.atol)).toBeLessThan(10)
      // Up to 2.9 times are what rodas takes, whose errors are some 30 times smaller.
      expect(auto.evaluations.values).toBeLessThan(3.4 * each.scipy.evaluations)
    },
  )

  it.each(problems.filter(({ name }) => name.startsWith('stiff')).map(each => [each.name, each] as const))(
    'auto goes on with bdf at fine tolerances on %s, and in time',
    (_, each) => {
      const [auto, bdf] = [end(each, 'auto', 1e-8, 1e-2), end(each, 'bdf', 1e-8, 1e-2)]
      expect(auto.plan.method).not.toContain('rodas')
      // Rodas, of order 4, takes up to 15 times the evaluations, and dopri5 up to 60 times.
      expect(auto.evaluations.values).toBeLessThan(4.5 * bdf.evaluations.values)
      const error = ({ y }: typeof auto) => errorOf(y.at(-1) as number[], each.reference, 1e-8, each.atol * 1e-2)
      expect(error(auto)).toBeLessThan(Math.max(20, 3 * error(bdf)))
    },
  )

  // Ends that Hairer and Wanner, and the IVP test set of Bari (release 2.4), publish.
  it.each([
    ['stiff Robertson', [0.2083340149701255e-7, 0.8333360770334713e-13, 0.999999979166505]],
    ['stiff van der Pol', [0.1706167732170483e1, -0.8928097010247975]],
    [
      'stiff HIRES',
      [
        0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4, 0.1175651343283149e-2, 0.2386356198831331e-2, 0.6238968252742796e-2,
        0.2849998395185769e-2, 0.2850001604814231e-2,
      ],
    ],
    ['stiff Oregonator', [0.1000814870318523e1, 0.1228178521549917e4, 0.1320554942846706e3]],
    [
      'stiff Pollution',
      [
        0.5646255480022769e-1, 0.1342484130422339, 0.4139734331099427e-8, 0.552314020748436e-2, 0.2018977262302196e-6, 0.1464541863493966e-6,
        0.7784249118997964e-1, 0.3245075353396018, 0.7494013383880406e-2, 0.1622293157301561e-7, 0.1135863833257075e-7, 0.2230505975721359e-2,
        0.208716288279863e-3, 0.1396921016840158e-4, 0.8964884856898295e-2, 0.4352846369330103e-17, 0.6899219696263405e-2, 0.1007803037365946e-3,
        0.1772146513969984e-5, 0.5682943292316392e-4,
      ],
    ],
  ])('meets the published end of %s', (name, published) => {
    for (const method of ['rodas', 'bdf'] as const) {
      const { y, status } = end(problem(name), method, 1e-8, 1e-4)
      expect(status).toBe('converged')
      // BDF of order 5 at most adds up local errors of 1e-8 over some thousand steps.
      expect(errorOf(y.at(-1) as number[], published, method === 'rodas' ? 1e-7 : 5e-6, 1e-17)).toBeLessThan(1)
    }
  })

  it('the orbit of Arenstorf closes after its period', () => {
    // Hairer, Nørsett and Wanner, Solving Ordinary Differential Equations I, (II.0.1) and (II.0.2): start and period.
    const [mu, period] = [0.012277471, 17.06521656015796]
    const start = [0.994, 0, 0, -2.0015851063790824]
    const f = (_t: number, [x, y, u, v]: number[]) => {
      const nu = 1 - mu
      const a = ((x! + mu) ** 2 + y! ** 2) ** 1.5
      const b = ((x! - nu) ** 2 + y! ** 2) ** 1.5
      return [u!, v!, x! + 2 * v! - (nu * (x! + mu)) / a - (mu * (x! - nu)) / b, y! - 2 * u! - (nu * y!) / a - (mu * y!) / b]
    }
    const { y } = solveIvp(f, [0, period], start, { method: 'dopri5', rtol: 1e-12, atol: 1e-12 })
    // The orbit multiplies errors by about 1e5.
    const [x, w] = y.at(-1) as [number, number]
    expect(Math.hypot(x - 0.994, w)).toBeLessThan(1e-5)
  })

  it('errors fall with the tolerance as the methods say', () => {
    const exact = [Math.cos(10), -Math.sin(10)]
    const f = (_t: number, [x, v]: number[]) => [v as number, -(x as number)]
    for (const rtol of [1e-4, 1e-6, 1e-8]) {
      const error = errorOf(solveIvp(f, [0, 10], [1, 0], { method: 'dopri5', rtol, atol: rtol }).y.at(-1) as number[], exact, 0, rtol)
      expect(error).toBeLessThan(20)
    }
  })

  it('goes backwards in time', () => {
    const { name, f, reference, start } = problem('B1')
    expect(name).toBe('B1')
    const back = solveIvp((t, y: number[]) => f(t, y), [20, 0], reference, { rtol: 1e-9, atol: 1e-12 })
    expect(back.t[0]).toBe(20)
    expect(back.t.at(-1)).toBe(0)
    expect(errorOf(back.y.at(-1) as number[], start, 1e-6, 0)).toBeLessThan(1)
  })

  it('notices stiffness backwards in time', () => {
    // y' = λ (y − cos t) forgets its start backwards: y → (λ² cos t − λ sin t) / (λ² + 1).
    const f = (_t: number, [y, c, s]: number[]) => [mul(1e4, sub(y!, c!)), neg(s!), c!]
    const solution = solveIvp(f, [2, 0], [0, Math.cos(2), Math.sin(2)])
    expect(solution.plan.method).toBe('dopri5, rodas')
    expect(solution.evaluations.values).toBeLessThan(700)
    expect(Math.abs((solution.y.at(-1)?.[0] as number) - 1e8 / (1e8 + 1))).toBeLessThan(1e-5)
  })

  it('gives the solution between its steps', () => {
    const times = Array.from({ length: 41 }, (_, i) => i / 4)
    const exact = (t: number) => [Math.cos(t), -Math.sin(t)]
    for (const method of ['dopri5', 'rodas', 'bdf'] as const) {
      const f = (_t: number, [x, v]: number[]) => [v as number, neg(x as number)]
      const solution = solveIvp(f, [0, 10], [1, 0], { method, rtol: 1e-7, atol: 1e-9, evaluateAt: times })
      expect(solution.t).toEqual(times)
      for (const [i, t] of times.entries()) {
        const at = solution.y[i] as number[]
        expect(solution.at(t)).toEqual(at)
        expect(errorOf(at, exact(t), 0, method === 'bdf' ? 2e-5 : 2e-6)).toBeLessThan(1)
      }
    }
  })
})
