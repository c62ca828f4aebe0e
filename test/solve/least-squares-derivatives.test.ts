import { describe, expect, it } from 'vitest'
import { add, compile, DualtapeError, exp, grad, hessian, jacobian, jvp, mul, neg, sub, type Tensor, tensor, vmap } from '../../src/index.ts'
import { fit as fitted, leastSquares } from '../../src/solve/index.ts'

const t = [0, 1, 2, 3, 4]
const y = [2.03, 1.2, 0.75, 0.43, 0.26]
const decay = ([a, k]: number[], at: number) => mul(a as number, exp(neg(mul(k as number, at))))

function expectClose(found: number, wanted: number, error = 1e-8) {
  expect(Math.abs(found - wanted), `${found} for ${wanted}`).toBeLessThan(error * Math.max(1, Math.abs(wanted)))
}

/** Central differences of a scalar function of numbers. */
function differences(f: (x: number[]) => number, x: number[], step = 1e-4): number[] {
  return x.map((each, i) => (f(x.with(i, each + step)) - f(x.with(i, each - step))) / (2 * step))
}

describe('derivatives of least squares', () => {
  it('by the data of a line are those of the normal equations', () => {
    const slope = (data: number[]) =>
      leastSquares(([a, b]: number[]) => t.map((each, i) => sub(add(mul(a as number, each), b as number), data[i] as number)), [0, 0]).x[0] as number
    // Σ (tᵢ − mean) yᵢ / Σ (tᵢ − mean)²
    const wanted = t.map(each => (each - 2) / 10)
    grad(slope)(y).forEach((each, i) => {
      expectClose(each, wanted[i] as number, 1e-12)
    })
    expect(jvp(slope, [y], [[1, 0, 0, 0, 1]]).map(each => (each as number).toFixed(9))).toEqual([slope(y).toFixed(9), '0.000000000'])
    hessian(slope)(y)
      .flat()
      .forEach(each => {
        expectClose(each, 0, 1e-9)
      })
  })

  it.each(['linear', 'huber', 'softL1', 'cauchy'] as const)('agree with differences of solutions, once and twice: %s', loss => {
    const rate = (data: number[]) =>
      leastSquares((p: number[]) => t.map((each, i) => sub(decay(p, each), data[i] as number)), [2, 0.5], {
        loss,
        lossScale: 0.02,
        weights: [1, 2, 3, 4, 5],
        tolerance: 1e-15,
      }).x[1] as number
    const found = grad(rate)(y)
    differences(rate, y).forEach((each, i) => {
      expectClose(found[i] as number, each, 1e-5)
    })
    const second = jvp((data: number[]) => grad(rate)(data), [y], [[0, 1, 0, 0, 0]])[1]
    const along = (h: number) => grad(rate)(y.with(1, (y[1] as number) + h))
    const [ahead, behind] = [along(1e-5), along(-1e-5)]
    second.forEach((each, i) => {
      expectClose(each, ((ahead[i] as number) - (behind[i] as number)) / 2e-5, 1e-4)
    })
  })

  it('hold variables on bounds that are not left', () => {
    const solved = (c: number) =>
      leastSquares(([a, b]: number[]) => [sub(a as number, c), sub(mul(2, b as number), c), sub(add(a as number, b as number), 1)], [0, 0], {
        bounds: { upper: [0.5, 9] },
      }).x
    expect(solved(3)[0]).toBe(0.5)
    // a = 0.5, and 5 b = 2 c + 0.5.
    const [a, b] = jvp(solved, [3], [1])[1] as number[]
    expect(Math.abs(a as number)).toBe(0)
    expectClose(b as number, 0.4, 1e-12)
  })

  it('pass through fit, trees, batches and compiled functions', () => {
    const rate = (data: Tensor) => fitted((p: { a: number; k: number }, at: number) => decay([p.a, p.k], at), { x: t, y: data }, { a: 2, k: 0.5 }).x.k
    const wanted = grad(rate)(tensor(y)).toArray() as number[]
    differences(data => rate(tensor(data)), y).forEach((each, i) => {
      expectClose(wanted[i] as number, each, 1e-5)
    })
    const rows = tensor([y, y.map(each => 1.1 * each)])
    const batched = vmap(grad(rate))(rows) as Tensor
    for (let i = 0; i < 5; i++) expectClose(batched.at(0, i) as number, wanted[i] as number)
    const fast = compile(grad(rate))
    for (let i = 0; i < 3; i++) expectClose(fast(tensor(y)).at(2) as number, wanted[2] as number)
    expect(jacobian((data: number[]) => fitted(decay, { x: t, y: data }, [2, 0.5]).x)(y).length).toBe(2)
  })

  it('give the cost at the solution, whose derivative by the data are the residuals', () => {
    const cost = (data: number[]) => leastSquares((p: number[]) => t.map((each, i) => sub(data[i] as number, decay(p, each))), [2, 0.5]).value
    const { residuals } = leastSquares((p: number[]) => t.map((each, i) => sub(y[i] as number, decay(p, each))), [2, 0.5], { tolerance: 1e-15 })
    grad(cost)(y).forEach((each, i) => {
      expectClose(each, residuals[i] as number)
    })
  })

  it('do not exist where the solution is not determined', () => {
    const f = (c: number) => leastSquares(([a, b]: number[]) => [sub(add(a as number, b as number), c), sub(1, c)], [0, 0]).x[0] as number
    expect(() => grad(f)(1)).toThrow(DualtapeError)
    expect(() => grad(f)(1)).toThrow(/the solver ended as 'singular'.*x\[0\] and x\[1\]/)
    const predicted = (data: number[]) => fitted(decay, { x: t, y: data }, [2, 0.5]).predict(1).value
    expect(() => grad(predicted)(y)).toThrow(/predict gives plain numbers, but this fit runs inside a transform/)
  })
})
