import { describe, expect, it } from 'vitest'
import { abs, add, compile, derivative, grad, jacobian, mul, neg, sqrt, square, sub, sum, type Tensor, tensor, vmap } from '../../src/index.ts'
import { fit as fitted, fixedPoint, leastSquares, minimize, root, solveIvp, sparseSolve } from '../../src/solve/index.ts'

const METHODS = ['newton', 'newtonCg', 'lbfgs'] as const
const far = ([x, y]: number[]) => add(square(sub(x!, 1e8)), square(sub(y!, 3e8)))

const f1 = ([x, y]: number[]) => add(square(sub(x!, 3)), square(add(y!, 2)))

describe('minimize does not take for a minimum', () => {
  it('a start where the gradient is small only beside a large value', () => {
    for (const method of METHODS) {
      expect(minimize(far, [1, 1], { method })).toMatchObject({ status: 'converged', x: [1e8, 3e8] })
      for (const offset of [1e10, 1e12]) {
        const { x, status } = minimize(([x, y]: number[]) => add(offset, add(square(sub(x!, 1)), square(sub(y!, 3)))), [0, 0], { method })
        expect(status).toBe('converged')
        expect(x[0]).toBeCloseTo(1, 6)
        expect(x[1]).toBeCloseTo(3, 6)
      }
    }
    expect(minimize(far, [1, 1], { bounds: { lower: 0, upper: 1e9 } })).toMatchObject({ status: 'converged', x: [1e8, 3e8] })
  })

  it('a maximum or a saddle point, by exact Hessians', () => {
    const wells = (x: number) => square(sub(square(x), 1))
    expect(Math.abs(minimize(wells, 0).x)).toBeCloseTo(1, 8)
    const saddle = ([x, y]: number[]) => add(square(x!), square(sub(square(y!), 1)))
    const { x, status } = minimize(saddle, [0, 0])
    expect(status).toBe('converged')
    expect(Math.abs(x[1]!)).toBeCloseTo(1, 8)
    expect(minimize(([x, y]: number[]) => sub(square(x!), square(y!)), [0, 0]).status).toBe('unbounded')
    // Flat ones are no such.
    expect(minimize((x: number) => mul(x, square(x)), 0)).toMatchObject({ status: 'converged', x: 0 })
    expect(minimize(() => 3, 1).status).toBe('converged')
  })

  it('a kink at which its steps end', () => {
    for (const method of METHODS) {
      const { status, value } = minimize(([x, y]: number[]) => add(abs(x!), mul(3, abs(sub(y!, 1)))), [1.3, 0.2], { method })
      expect(status === 'stalled' || value < 1e-8).toBe(true)
    }
  })

  it('a place on the way down for ever', () => {
    expect(minimize((x: number) => mul(2, x), 0, { method: 'lbfgs' })).toMatchObject({ status: 'unbounded' })
    expect(minimize(([x, y]: number[]) => add(x!, y!), [1, 1], { bounds: { lower: [0, -Infinity] } }).status).toBe('unbounded')
  })
})

describe('interior points', () => {
  it('end where constraints cannot be met', () => {
    const { status, iterations } = minimize((x: number) => square(x), 1, { constraints: [{ equals: x => add(square(x), 1) }] })
    expect(status).toBe('infeasible')
    expect(iterations).toBeLessThan(50)
  })

  it('end no higher than they began where nothing is violated', () => {
    // Its second derivative is noise, and its steps are long.
    const kink = ([x]: number[]): number => sqrt(square(x!))
    for (const method of [...METHODS, 'interiorPoint'] as const) {
      for (const start of [1, 0.7, 30]) expect(minimize(kink, [start], { method }).value).toBeLessThanOrEqual(start)
    }
    const refused = () => minimize(((x: number[]) => x) as never, [1, 2], { method: 'interiorPoint' })
    expect(refused).toThrow(/minimize: the function gives one number/)
  })

  it('meet bounds of any size, as closely as rounding lets them', () => {
    for (const k of [1, 1e6, 1e8, 1e10]) {
      const f = ([x, y]: number[]) => add(square(sub(x!, 3 * k)), square(sub(y!, 2 * k)))
      const { x, value, status } = minimize(f, [0.1 * k, 0.1 * k], { bounds: { lower: 0, upper: k }, method: 'interiorPoint' })
      expect(status).toBe('converged')
      for (const each of x) expect(each / k).toBeCloseTo(1, 5)
      expect(value / f(x)).toBeCloseTo(1, 12)
    }
    const far = minimize(([x, y]: number[]) => add(x!, y!), [1e8 + 5, 3], { bounds: { lower: [1e8, 2] }, method: 'interiorPoint' })
    expect(far.status).toBe('converged')
    expect(minimize((x: number) => x, 0, { tolerance: 0, constraints: [{ atMost: x => sub(square(x), 1) }] })).toMatchObject({ status: 'converged', x: -1 })
    // Bounds that leave nothing: the value is that of x.
    expect(
      minimize(f1, [1, 1], {
        bounds: [
          [1, 1],
          [0, 0],
        ],
        method: 'interiorPoint',
      }),
    ).toMatchObject({ status: 'converged', x: [1, 0], value: 8 })
  })

  it('give no point where the function is NaN', () => {
    const { value, status } = minimize((x: number) => sqrt(x), 1, { method: 'interiorPoint' })
    expect(status).toBe('stalled')
    expect(value).toBeLessThan(1e-6)
  })
})

describe('leastSquares', () => {
  it('does not end because its first trust region is small', () => {
    const residuals = ([x, y]: number[]) => [sub(x!, 1e8), sub(y!, 3e8), sub(add(x!, y!), 4e8)]
    for (const options of [{ method: 'dogleg' }, { bounds: { lower: -1e12 } }, { loss: 'huber', lossScale: 1e10 }] as const)
      expect(leastSquares(residuals, [1, 1], options)).toMatchObject({ status: 'converged', x: [1e8, 3e8] })
  })
})

describe('starts of other types', () => {
  it('are solved in doubles; integers and booleans become them, float32 is the type of the solution', () => {
    for (const dtype of ['int32', 'bool', 'float32'] as const) {
      const x0 = tensor([1], { dtype })
      const found: unknown[] = [root((x: Tensor) => sub(square(x), 2), x0), minimize((x: Tensor) => sum(square(sub(x, Math.SQRT2))), x0)]
      found.push(
        fixedPoint((x: Tensor) => mul(0.5, add(x, Math.SQRT2)) as Tensor, x0),
        leastSquares((x: Tensor) => sub(x, Math.SQRT2), x0),
      )
      for (const { status, x } of found as { status: string; x: Tensor }[]) {
        expect(status).toBe('converged')
        expect(x.dtype).toBe(dtype === 'float32' ? 'float32' : 'float64')
        expect(x.data[0]).toBeCloseTo(Math.SQRT2, 6)
      }
    }
    const { x, status } = leastSquares(x => [sub(x[0]!, 2.7)], new Float32Array([1]))
    expect([x, status]).toEqual([new Float32Array([2.7]), 'converged'])
    const half = sparseSolve(jacobian(([x]: number[]) => [mul(2, x!)], { output: 'sparse' })([0]), tensor([1], { dtype: 'int32' }))
    expect(half.data).toEqual(new Float64Array([0.5]))
  })
})

describe('derivatives of solutions', () => {
  it('are those of the multipliers and of the standard deviation, too', () => {
    // The multiplier of x ≤ 1 for (x − b)² is 2 (b − 1) for b > 1.
    const multiplier = (b: number) => minimize((x: number) => square(sub(x, b)), 0, { constraints: [{ atMost: x => sub(x, 1) }] }).multipliers![0]![0]!
    expect([2, 0.5].map(b => grad(multiplier)(b))).toEqual([2, 0])
    expect(vmap(grad(multiplier))([2, 0.5])).toEqual([2, 0])
    expect(compile(multiplier)(3)).toBeCloseTo(4, 10)
    // √((a − 3)² / 2) at a = 2.
    const deviation = (a: number) => leastSquares((x: number) => [sub(x, a), sub(x, 3)], 2).residualStandardDeviation
    expect(grad(deviation)(2)).toBeCloseTo(-Math.SQRT1_2, 12)
  })

  it('are those of residuals whose slopes depend on what is outside', () => {
    // x = (a + 2) / (a² + 1), and its derivative (1 − 4 a − a²) / (a² + 1)².
    const nearest = (a: number) => leastSquares((x: number) => [sub(mul(a, x), 1), sub(x, 2)], 0).x
    expect(grad(nearest)(2)).toBeCloseTo(-11 / 25, 12)
    expect(compile(grad(nearest))(2)).toBeCloseTo(-11 / 25, 12)
    expect(vmap(nearest)([1, 2])).toEqual([1.5, expect.closeTo(0.8, 12)])
    const slope = (a: number) => fitted((k: number, x: number) => mul(k, x), { x: [a, 1], y: [1, 2] }, 0).x
    expect(grad(slope)(2)).toBeCloseTo(-11 / 25, 12)
  })

  it('are refused by bounds, which do not change', () => {
    expect(() => grad((b: number) => minimize((x: number) => square(x), 3, { bounds: { lower: b } }).x)(1)).toThrow('Give value(bound)')
    expect(() => grad((b: number) => leastSquares((x: number) => [x], 3, { bounds: { lower: b } }).x)(1)).toThrow('Give value(bound)')
  })

  it('are an error at a double root, and none at a root that is 0', () => {
    expect(() => grad((a: number) => root((x: number) => sub(square(x), a), 1).x)(0)).toThrow('singular')
    expect(() => grad((a: number) => root((x: number) => sub(square(sub(x, 1)), a), 3).x)(0)).toThrow('singular')
    expect(() => grad((b: number) => minimize((x: number) => square(square(sub(x, b))), 0).x)(2)).toThrow('singular')
    for (const tolerance of [1e-3, 1e-10]) expect(grad((a: number) => root((x: number) => sub(add(square(x), x), a), 1, { tolerance }).x)(0)).toBeCloseTo(1, 12)
  })

  it('by the time of a solution in numbers are its rates', () => {
    for (const method of ['dopri5', 'rodas', 'bdf'] as const) {
      const solution = solveIvp((_, [y]: number[]) => [neg(y!)], [0, 1], [1], { rtol: 1e-9, method })
      const y = (t: number) => solution.at(t)[0]!
      for (const t of [0, 0.5, 1]) {
        expect(derivative(y)(t)).toBeCloseTo(-Math.exp(-t), 5)
        expect(grad(y)(t)).toBeCloseTo(-Math.exp(-t), 5)
      }
      expect(root((t: number) => sub(y(t), 0.5), 0.3).x).toBeCloseTo(Math.LN2, 7)
    }
  })
})

describe('sparseSolve', () => {
  it('tells rows and columns that do not fit from a singular matrix', () => {
    const rows = (pointers: number[], columns: number[]) => ({
      shape: [2, 2] as const,
      rowPointers: Int32Array.from(pointers),
      columns: Int32Array.from(columns),
      values: [1, 1],
    })
    expect(sparseSolve(rows([0, 1, 2], [0, 1]), [1, 2])).toEqual([1, 2])
    for (const [pointers, columns] of [
      [
        [0, 1],
        [0, 1],
      ],
      [
        [0, 2, 1],
        [0, 1],
      ],
      [
        [0, 1, 2],
        [0, 5],
      ],
    ] as const)
      expect(() => sparseSolve(rows([...pointers], [...columns]), [1, 2])).toThrow('ascending rowPointers')
  })
})
