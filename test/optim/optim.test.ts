import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { add, exp, grad, mul, neg, square, sub, sum, Tensor, TreeError, tensor, valueAndGrad, variable } from '../../src/index.ts'
import { adam, adamW, cosineDecay, exponentialDecay, lbfgs, levenbergMarquardt, type Optimizer, sgd, stepDecay, warmup } from '../../src/optim/index.ts'

const table = JSON.parse(readFileSync(new URL('../reference/optim.json', import.meta.url), 'utf8')) as Record<string, number[][]>
const start = [1, -2, 0.5]
const loss = (p: number[]) => add(mul(0.5, sum(mul([1, 3, 10], square(p)))), mul(0.25, mul(p[0] as number, p[1] as number)))

const makers: Record<string, <P>(p: P) => Optimizer<P>> = {
  sgd: p => sgd(p, { learningRate: 0.05 }),
  momentum: p => sgd(p, { learningRate: 0.02, momentum: 0.9 }),
  nesterov: p => sgd(p, { learningRate: 0.02, momentum: 0.9, nesterov: true, weightDecay: 0.1 }),
  adam: p => adam(p, { learningRate: 0.1 }),
  adamDecay: p => adam(p, { learningRate: 0.1, weightDecay: 0.2 }),
  adamW: p => adamW(p, { learningRate: 0.1, weightDecay: 0.2 }),
}

describe.each(Object.keys(makers))('%s', name => {
  const make = makers[name] as (typeof makers)[string]

  it('follows the trajectory of the published algorithm, on plain values', () => {
    const opt = make([...start])
    for (const expected of table[name] as number[][]) {
      const p = opt.step(grad(loss)(opt.params))
      expected.forEach((each, i) => {
        expect(Math.abs((p[i] as number) - each)).toBeLessThan(1e-13)
      })
    }
  })

  it('does so on variables, and goes on from a kept state', () => {
    const v = variable(start)
    let opt = make({ v })
    ;(table[name] as number[][]).forEach((expected, k) => {
      opt.zeroGrad()
      const y = add(mul(0.5, sum(mul([1, 3, 10], v.square()))), mul(0.25, mul(v.at(0), v.at(1)))) as unknown as typeof v
      y.backward()
      opt.step()
      expected.forEach((each, i) => {
        expect(Math.abs(v.value.at(i) - each)).toBeLessThan(1e-13)
      })
      if (k === 5) {
        const kept = JSON.parse(JSON.stringify(opt.state()))
        opt = make({ v })
        opt.restore(kept)
      }
    })
  })
})

describe('optimisers', () => {
  it('keep kinds, leave frozen variables, and say what is missing', () => {
    const opt = sgd({ w: tensor([[1, 2]]), b: new Float64Array([1]), c: 2 }, { learningRate: 1 })
    const p = opt.step({ w: tensor([[1, 1]]), b: new Float64Array([1]), c: 1 })
    expect([p.w.toArray(), p.b, p.c]).toEqual([[[0, 1]], new Float64Array([0]), 1])
    const [a, b] = [variable(1), variable(2, { requiresGrad: false, name: 'b' })]
    const both = sgd([a, b], { learningRate: 0.5 })
    a.mul(b).backward()
    both.step()
    expect([a.value, b.value]).toEqual([0, 2])
    const lonely = variable(1, { name: 'lonely' })
    expect(() => sgd([lonely]).step()).toThrow(/lonely has no gradient.*explain/)
    expect(() => sgd([1]).step()).toThrow(/plain values/)
    expect(() => sgd([1, lonely])).toThrow(/variables only/)
    expect(() => adam([1]).step([Number.NaN])).toThrow(/nothing was changed/)
    expect(() => adam([1]).step([1, 2])).toThrow()
    expect(() => sgd([1], { learningRate: -1 })).toThrow(/learningRate is a number of at least 0/)
    expect(() => sgd([1], { nesterov: true })).toThrow(/momentum/)
    expect(() => adam([1], { beta1: 1 })).toThrow(/beta1/)
    expect(() => adam([1]).restore({ steps: 1, moments: [[1]] })).toThrow(/another optimiser/)
    expect(() => sgd([1], { lr: 1 } as never)).toThrow(/no option lr/)
  })

  it('follow schedules (PyTorch: StepLR, ExponentialLR, CosineAnnealingLR in closed form)', () => {
    const rates = (schedule: (k: number) => number, ...at: number[]) => at.map(k => Number(schedule(k).toPrecision(12)))
    expect(rates(stepDecay(0.1, { every: 10, factor: 0.5 }), 0, 9, 10, 25)).toEqual([0.1, 0.1, 0.05, 0.025])
    expect(rates(exponentialDecay(0.1, { factor: 0.5 }), 0, 2)).toEqual([0.1, 0.025])
    expect(rates(cosineDecay(1, { over: 4, end: 0.2 }), 0, 1, 2, 4, 9)).toEqual([
      1,
      Number((0.2 + (0.8 * (1 + Math.SQRT1_2)) / 2).toPrecision(12)),
      0.6,
      0.2,
      0.2,
    ])
    expect(rates(warmup(0.4, { over: 4 }), 0, 1, 4, 50)).toEqual([0, 0.1, 0.4, 0.4])
    const opt = sgd([1], { learningRate: k => 1 / (k + 1) })
    opt.step([0])
    expect(opt.learningRate).toBe(0.5)
  })
})

describe('lbfgs', () => {
  const rosenbrock = (x: number[]) => {
    let total: number = 0
    for (let i = 0; i + 1 < x.length; i++) {
      const [a, b] = [x[i] as number, x[i + 1] as number]
      total = add(total, add(square(sub(1, a)), mul(100, square(sub(b, square(a))))))
    }
    return total
  }

  it('finds the minima of Rosenbrock (Moré, Garbow and Hillstrom, problems 1 and 21) and Wood', () => {
    for (const x0 of [[-1.2, 1], Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? -1.2 : 1))]) {
      const opt = lbfgs(x0, { maxIterations: 400 })
      expect(opt.step(valueAndGrad(rosenbrock))).toBeLessThan(1e-14)
      expect(opt.converged).toBe(true)
      for (const each of opt.params) expect(each).toBeCloseTo(1, 7)
    }
    const wood = ([a, b, c, d]: number[]) => {
      const [x, y, z, w] = [a, b, c, d] as [number, number, number, number]
      const terms = [
        mul(100, square(sub(y, square(x)))),
        square(sub(1, x)),
        mul(90, square(sub(w, square(z)))),
        square(sub(1, z)),
        mul(10.1, add(square(sub(y, 1)), square(sub(w, 1)))),
        mul(19.8, mul(sub(y, 1), sub(w, 1))),
      ]
      return sum(terms)
    }
    const opt = lbfgs([-3, -1, -3, -1], { maxIterations: 300 })
    expect(opt.step(valueAndGrad(wood))).toBeLessThan(1e-14)
  })

  it('minimises a quadratic of n unknowns in few iterations, on variables', () => {
    const v = variable(tensor([5, -3, 2]))
    const opt = lbfgs([v], { maxIterations: 40 })
    const value = opt.step(() => {
      opt.zeroGrad()
      const y = v.sub([1, 2, 3]).square().mul([1, 10, 100]).sum()
      y.backward()
      return y as unknown as number
    })
    expect(value).toBeLessThan(1e-14)
    expect(v.value).toBeInstanceOf(Tensor)
    expect(opt.reason).toBe('tolerance')
  })

  it('says how it ended', () => {
    const opt = lbfgs([10], { maxIterations: 2 })
    opt.step(valueAndGrad((x: number[]) => add(square(square(x[0] as number)), 0)))
    expect([opt.converged, opt.reason]).toEqual([false, 'iterations'])
    expect(() => lbfgs([1]).step(() => [Number.NaN, [1]])).toThrow(/not finite|NaN/)
  })
})

describe('levenbergMarquardt', () => {
  // NIST StRD, nonlinear regression, Misra1a: y = b1 (1 − exp(−b2 x)), with its certified values.
  const x = [77.6, 114.9, 141.1, 190.8, 239.9, 289, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760]
  const y = [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.4, 75.47, 81.78]
  const residuals = ([b1, b2]: number[]) => sub(mul(b1 as number, sub(1, exp(neg(mul(b2 as number, x))))), y)
  const plain = (b: number[]) => residuals(b).toArray() as number[]
  const jacobian = ([b1, b2]: number[]) => x.map(each => [1 - Math.exp(-(b2 as number) * each), (b1 as number) * each * Math.exp(-(b2 as number) * each)])

  it.each([
    ['residuals as a Tensor', residuals],
    ['residuals as a list', (b: number[]) => x.map((each, i) => sub(mul(b[0] as number, sub(1, exp(neg(mul(b[1] as number, each))))), y[i] as number))],
    ['residuals with a Jacobian', (b: number[]) => ({ residuals: plain(b), jacobian: jacobian(b) })],
  ])('fits %s', (_what, problem) => {
    const fit = levenbergMarquardt(problem, [500, 0.0001])
    expect(fit.converged).toBe(true)
    for (const [found, certified] of [
      [fit.parameters[0], 2.3894212918e2],
      [fit.parameters[1], 5.5015643181e-4],
      [fit.standardDeviations[0], 2.7070075241],
      [fit.standardDeviations[1], 7.2668688436e-6],
      [fit.residualSumOfSquares, 1.2455138894e-1],
    ] as [number, number][]) {
      expect(Math.abs(found / certified - 1)).toBeLessThan(1e-8)
    }
  })

  it('refuses what is no list of residuals', () => {
    expect(() => levenbergMarquardt((() => 'x') as never, [1])).toThrow(/levenbergMarquardt: the residuals are one list of numbers/)
    expect(() => levenbergMarquardt((() => undefined) as never, [1])).toThrow(TreeError)
    expect(() => levenbergMarquardt(residuals, undefined as never)).toThrow(/the parameters at the start are one list of numbers/)
    expect(() => levenbergMarquardt({} as never, [1])).toThrow(/takes a function of the parameters/)
  })
})
