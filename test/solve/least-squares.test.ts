import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DATA_SETS, readDataSet } from '../../examples/nist.ts'
import { formulaOf, valuesOf } from '../../src/cli/expressions.ts'
import { add, broadcastTo, customJvp, DomainError, exp, log, mul, neg, OptionError, ShapeError, square, sub, type Tensor, tensor } from '../../src/index.ts'
import { leastSquares } from '../../src/solve/index.ts'

/** By SciPy: test/reference/make_least_squares.py. */
const reference = JSON.parse(readFileSync(new URL('../reference/least_squares.json', import.meta.url), 'utf8'))
const METHODS = ['levenbergMarquardt', 'dogleg'] as const

const rosenbrock = ([x, y]: number[]) => [mul(10, sub(y as number, square(x as number))), sub(1, x as number)]
const { t, y, weights } = reference.data as { [name: string]: number[] }
const decay = ([a, b, c]: number[]) =>
  (t as number[]).map((each, i) => sub(add(a as number, mul(b as number, exp(mul(neg(c as number), each)))), y?.[i] as number))

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, error: number) {
  expect(found.length).toBe(wanted.length)
  Array.from(wanted, (each, i) => expect(Math.abs((found[i] as number) - each), `entry ${i}: ${found[i]} for ${each}`).toBeLessThanOrEqual(error))
}

describe.each(METHODS)('least squares by %s', method => {
  it.each(reference.losses as { loss: 'huber'; scale: number; x: number[]; cost: number }[])('agree with SciPy for the loss $loss from $scale on', each => {
    const { x, value, status } = leastSquares(decay, [1, 1, 1], { method, loss: each.loss, lossScale: each.scale, tolerance: 1e-15 })
    expect(status).toBe('converged')
    expectClose(x, each.x, 2e-7)
    expect(Math.abs(value - each.cost)).toBeLessThan(1e-13)
  })

  it.each(reference.bounds as { start: number[]; lower: (number | null)[]; upper: (number | null)[]; x: number[]; evaluations: number }[])(
    'end on the bounds where SciPy ends, from $start',
    each => {
      const lower = each.lower.map(bound => bound ?? Number.NEGATIVE_INFINITY)
      const upper = each.upper.map(bound => bound ?? Number.POSITIVE_INFINITY)
      const { x, message, status, evaluations } = leastSquares(rosenbrock, each.start, { method, bounds: { lower, upper } })
      expect(status).toBe('converged')
      expectClose(x, each.x, 1e-6)
      expect(x.some((entry, j) => entry === lower[j] || entry === upper[j])).toBe(true)
      expect(message).toMatch(/On its bound: x\[[01]\]/)
      expect(evaluations.values).toBeLessThanOrEqual(1.2 * each.evaluations)
    },
  )

  it('find which bounds hold in a linear problem, as an active-set method does', () => {
    const { matrix, right, x: wanted, cost } = reference.linear as { matrix: number[][]; right: number[]; x: number[]; cost: number }
    const residuals = (x: number[]) =>
      matrix.map((row, i) =>
        sub(
          row.reduce((sum, each, j) => add(sum, mul(each, x[j] as number)), 0),
          right[i] as number,
        ),
      )
    const { x, value } = leastSquares(residuals, [0, 0, 0, 0, 0, 0], { method, bounds: { lower: -0.1, upper: 0.2 } })
    expectClose(x, wanted, 1e-12)
    expect(Math.abs(value - cost)).toBeLessThan(1e-14)
  })

  it('take weights before the loss', () => {
    const { x, value } = leastSquares(decay, [1, 1, 1], { method, weights, loss: 'softL1', lossScale: 0.3, tolerance: 1e-15 })
    expectClose(x, reference.weighted.x, 1e-7)
    expect(Math.abs(value - reference.weighted.cost)).toBeLessThan(1e-13)
  })

  it.each(reference.covariances as { absolute: boolean; x: number[]; covariance: number[][] }[])(
    'have the covariance of SciPy, deviations known: $absolute',
    ({ absolute, covariance }) => {
      const found = leastSquares(decay, [1, 1, 1], { method, weights, knownDeviations: absolute, tolerance: 1e-15 })
      expectClose((found.covariance as Tensor).data, covariance.flat(), 1e-7)
      expectClose(
        found.standardDeviations as number[],
        covariance.map((row, i) => Math.sqrt(row[i] as number)),
        1e-7,
      )
    },
  )
})

describe('robust losses', () => {
  it.each(reference.robust as { loss: 'huber'; x: number[]; covariance: number[][] }[])('have the covariance of curve_fit: $loss', ({ loss, covariance }) => {
    const found = leastSquares(decay, [1, 1, 1], { loss, lossScale: 0.3, tolerance: 1e-15 })
    expectClose((found.covariance as Tensor).data, covariance.flat(), 1e-6)
  })
})

describe("evaluations on NIST's problems", () => {
  /** Those of our method and of SciPy's, where SciPy's finds the certified values; without the three problems that take more than 500. */
  const counts = (ours: (typeof METHODS)[number], theirs: 'lm' | 'dogbox') =>
    DATA_SETS.flatMap(name => {
      const { columns, model, response, parameters, starts } = readDataSet(name)
      const [predict, observed] = [formulaOf(model, columns), valuesOf(response, columns)]
      const rows = (Object.values(columns)[0] as number[]).length
      const residuals = (b: number[]) =>
        broadcastTo(sub(predict(Object.fromEntries(parameters.map((each, i) => [each, b[i] as number]))), observed) as Tensor, [rows])
      return starts.flatMap((start, k) => {
        const { evaluations, solved } = reference.nist[name][theirs][k] as { evaluations: number; solved: boolean }
        return solved && evaluations < 500
          ? [{ name, evaluations: leastSquares(residuals, start, { method: ours, covariance: false }).evaluations.values, theirs: evaluations }]
          : []
      })
    })

  it('are those of MINPACK for Levenberg and Marquardt', () => {
    const both = counts('levenbergMarquardt', 'lm')
    expect(both.length).toBe(50)
    for (const { name, evaluations, theirs } of both) expect(evaluations, name).toBeLessThanOrEqual(Math.ceil(1.2 * theirs))
  })
})

describe('least squares', () => {
  it('take trees and give them back', () => {
    const x0 = { line: tensor([0, 0]), power: 1, levels: new Float64Array([1]) }
    const residuals = ({ line, power, levels }: typeof x0) => ({
      line: sub(line, tensor([3, 4])),
      others: [sub(mul(power, 2), 5), sub(square(levels[0] as number), 9)],
    })
    const found = leastSquares(residuals, x0)
    expect(found.x.line.toArray()).toEqual([3, 4])
    expect(found.x.power).toBeCloseTo(2.5, 12)
    expect(found.x.levels).toBeInstanceOf(Float64Array)
    expect(found.x.levels[0]).toBeCloseTo(3, 8)
    expect(Object.keys(found.residuals)).toEqual(['line', 'others'])
    expect([found.status, found.jacobian.shape]).toEqual(['converged', [4, 4]])
  })

  it('say which variables cannot be told apart', () => {
    const found = leastSquares(
      ({ a, b, c, d }: { a: number; b: number; c: number; d: number }) =>
        (t as number[]).map((each, i) => add(sub(mul(add(a, b), exp(mul(neg(c), each))), y?.[i] as number), mul(0, d))),
      { a: 1, b: 1, c: 1, d: 1 },
      { tolerance: 1e-14 },
    )
    expect(found.status).toBe('singular')
    expect(found.message).toContain('The residuals do not tell a and b apart')
    expect(found.message).toContain('The residuals do not depend on d here')
    const { a, b, c, d } = found.standardDeviations as { a: number; b: number; c: number; d: number }
    expect([a, b, d]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
    // What is determined has the deviation that it has where b and d are left out.
    const alone = leastSquares(
      ({ a, c }: { a: number; c: number }) => (t as number[]).map((each, i) => sub(mul(a, exp(mul(neg(c), each))), y?.[i] as number)),
      { a: 1, c: 1 },
      { tolerance: 1e-14 },
    )
    expect(Math.abs(c - (alone.standardDeviations as { c: number }).c)).toBeLessThan(1e-8)
  })

  it('say where too few residuals are left to measure the spread by', () => {
    const as = leastSquares(rosenbrock, [-1.2, 1])
    expect([as.status, as.degreesOfFreedom, as.standardDeviations]).toEqual(['converged', 0, [Number.NaN, Number.NaN]])
    expect(as.message).toMatch(/No residual is left over to measure the spread by/)
    // A residual of weight 0 is not there.
    const alone = leastSquares(([p]: number[]) => [sub(p as number, 1), sub(p as number, 5)], [0], { weights: [1, 0] })
    expect([alone.x, alone.degreesOfFreedom, alone.standardDeviations]).toEqual([[1], 0, [Number.NaN]])
    const fewer = leastSquares(([p, q, r]: number[]) => [sub(add(p as number, q as number), 1), sub(r as number, 2)], [0, 0, 0])
    expect(fewer.status).toBe('singular')
    expect(fewer.message).toMatch(/do not tell x\[0\] and x\[1\] apart. The function gives 2 residuals for 3 variables/)
  })

  it('turn back where the residuals have no value, and say so when nothing helps', () => {
    // log is NaN below 0, where the first step of Gauss and Newton leads.
    const found = leastSquares(([x]: number[]) => [log(x as number)], [20])
    expect(found.status).toBe('converged')
    expect(found.x[0]).toBeCloseTo(1, 8)
    const limited = leastSquares(rosenbrock, [-1.2, 1], { maxIterations: 2, covariance: false })
    expect([limited.status, limited.message, limited.iterations]).toEqual(['limit', 'no convergence within 2 iterations', 2])
    // A rule of the wrong sign promises what no step keeps.
    const wrong = customJvp(([x]: [number], [dx]: [number]): [number, number] => [add(square(x), 1), mul(neg(mul(2, x)), dx)])
    const stalled = leastSquares(([x]: number[]) => [wrong(x as number)], [1])
    expect([stalled.status, stalled.message.split('. ')[0], stalled.x]).toEqual(['stalled', 'no step makes the cost smaller', [1]])
  })

  it('stop when they are asked to, with the best point so far', () => {
    const signal = { aborted: false }
    const callback = ({ iteration }: { iteration: number }) => {
      signal.aborted = iteration === 3
    }
    const { status, message, iterations, history, value, x } = leastSquares(rosenbrock, [-1.2, 1], { signal, callback, history: true })
    expect([status, iterations, message.split('. ')[0]]).toEqual(['aborted', 3, 'the signal was aborted, and this is the best point so far'])
    expect(history?.map(each => each.iteration)).toEqual([0, 1, 2, 3])
    expect(history?.[0]?.x).toEqual([-1.2, 1])
    expect(history?.[0]?.value).toBeCloseTo(12.1, 12)
    expect([history?.at(-1)?.value, history?.at(-1)?.x]).toEqual([value, x])
  })

  it('give the state with what a callback throws', () => {
    const callback = ({ iteration }: { iteration: number }) => {
      if (iteration === 2) throw new Error('enough')
    }
    expect(() => leastSquares(rosenbrock, [-1.2, 1], { callback })).toThrow(
      expect.objectContaining({ message: 'enough', state: expect.objectContaining({ iteration: 2 }) }),
    )
  })

  it('refuse what they cannot solve', () => {
    expect(() => leastSquares(rosenbrock, [2, 2], { bounds: { upper: 1 } })).toThrow(DomainError)
    expect(() => leastSquares(rosenbrock, [2, 2], { bounds: { upper: 1 } })).toThrow(/x\[0\] = 2 lies outside its bounds -Infinity and 1/)
    expect(() => leastSquares(rosenbrock, [2, 2], { bounds: { lower: 5, upper: 1 } })).toThrow(OptionError)
    expect(() => leastSquares(rosenbrock, [2, 2], { bounds: [[0, 1]] })).toThrow(/bounds has 1 pair, but x0 has 2 variables/)
    expect(() =>
      leastSquares(rosenbrock, [2, 2], {
        bounds: [
          [3, null],
          [null, 1],
        ],
      }),
    ).toThrow(/x\[0\] = 2 lies outside its bounds 3 and Infinity/)
    expect(() => leastSquares(rosenbrock, [2, 2], { bounds: [0, 1] as never })).toThrow(/a list of pairs \[lower, upper\]/)
    expect(() => leastSquares(rosenbrock, [2, 2], { weights: [1] })).toThrow(ShapeError)
    expect(() => leastSquares(rosenbrock, [2, 2], { weights: [1, -1] })).toThrow(/weights is a number of at least 0/)
    expect(() => leastSquares(rosenbrock, [Number.NaN, 2])).toThrow(/the residuals at the start are not finite: that of index 0 is NaN/)
    expect(() => leastSquares(rosenbrock, [2, 2], { loss: 'tukey' as never })).toThrow(/loss is 'linear', 'huber', 'softL1' or 'cauchy'/)
    expect(() => leastSquares(([x]: number[]) => [mul(1e-200, x as number)], [2])).toThrow(/squares of the residuals at the start are beyond double precision/)
    expect(() => leastSquares(rosenbrock, [2, 2], { bounds: { low: 1 } as never })).toThrow(/leastSquares: bounds: there is no option low.*Did you mean lower/)
    expect(() => leastSquares((() => 'x') as never, [2, 2])).toThrow(/leastSquares: .* is the string "x"/)
    expect(() => leastSquares(7 as never, [2, 2])).toThrow(/leastSquares: takes a function/)
  })
})
