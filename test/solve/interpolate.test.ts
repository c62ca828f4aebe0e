import { describe, expect, it } from 'vitest'
import { compile, derivative, grad, jacobian, sum, type Tensor, tensor, vmap } from '../../src/index.ts'
import { type InterpolateOptions, interpolate } from '../../src/solve/index.ts'

/*
 * Values and first derivatives are those of SciPy 1.17: CubicSpline(x, y, bc_type) and PchipInterpolator(x, y) at t, and their
 * derivatives (f(t, 1)); those of a clamped spline with slopes are CubicSpline(x, y, bc_type=((1, 1), (1, -2))).
 */
const X = [0, 1, 2.5, 3, 4.2, 6]
const Y = [0, 2, 1, -1, 3, 3.5]
const T = [-0.5, 0, 0.3, 1, 1.7, 2.9, 3.6, 5, 6, 6.4]
// biome-ignore format: one row for each kind, of values and of derivatives
const SCIPY: [InterpolateOptions, number[], number[]][] = [
  [{},
    [-0.6825651302605201, 0.0, 0.5945533734134933, 2.0, 2.6034657759964377, -0.7162873302159872, -0.25833266533066157, 7.0462950592543105, 3.5, -2.912497686731495],
    [0.7810287241148937, 1.8250723669561335, 2.093919394344244, 1.678289913159653, -0.19745446448452442, -3.3927517256735698, 4.010416388332219, 2.7384249981444375, -11.711801380538855, -20.651612855340314]],
  [{ boundary: 'natural' },
    [-1.0771448760029174, 0.0, 0.6561614697301239, 2.0, 2.606911365048491, -0.7410354972039869, 0.11427789934354471, 4.524695860460509, 3.5, 2.8947506100800533],
    [2.0514299173352786, 2.2057196693411134, 2.1501753586190127, 1.588560661317773, -0.14406130966853092, -3.2445459518599575, 4.453379528324824, 0.13822703082367527, -1.6061573061026007, -1.327055812194395]],
  [{ boundary: 'clamped' },
    [1.1470689655172408, 0.0, 0.2887075862068967, 2.0, 2.7645723627075354, -0.7489949425287352, 0.18081379310344858, 4.121142803084055, 3.499999999999999, 3.8165127099001968],
    [-5.019655172413792, 5.921189464667501e-16, 1.7694206896551725, 2.2744827586206897, -0.25650268199233717, -3.180542528735633, 4.517218390804596, -0.2729558677451396, 0.0, 1.7376563076486473]],
  [{ boundary: 'clamped', slopes: [1, -2] },
    [0.14000000000000057, 0.0, 0.4555199999999999, 2.0, 2.6893392592592593, -0.7421866666666663, 0.10359999999999991, 4.621508916323731, 3.5000000000000004, 2.6677849108367626],
    [-1.8200000000000016, 0.9999999999999994, 1.9431999999999996, 1.96, -0.2096888888888888, -3.229066666666668, 4.432666666666666, 0.24065843621399163, -2.000000000000001, -2.083687242798355]],
  [{ kind: 'pchip' },
    [-1.4500000000000002, 0.0, 0.8828, 2.0, 1.7759439439439442, -0.8127567567567564, 0.9184782608695651, 3.3426969642750644, 3.4999999999999996, 3.4739965408242384],
    [2.500000000000001, 3.066666666666667, 2.734666666666667, 0.0, -0.6323123123123123, -3.4767567567567603, 4.8641304347826075, 0.3108785113616032, 0.0, -0.13061370549293255]],
]

const close = (found: readonly number[], expected: readonly number[], within = 1e-12) =>
  found.forEach((each, i) => expect(Math.abs(each - (expected[i] as number))).toBeLessThan(within * Math.max(1, Math.abs(expected[i] as number))))

describe.each(SCIPY)('interpolate with %o', (options, values, slopes) => {
  const f = interpolate(X, Y, options)

  it('gives what SciPy gives, and the same derivatives by the argument', () => {
    close(
      T.map(t => f(t)),
      values,
    )
    close(
      T.map(t => derivative(f as (t: number) => number)(t)),
      slopes,
    )
    close([...(f(tensor(T)) as Tensor).data], values)
    close([...(grad((t: Tensor) => sum(f(t)) as number)(tensor(T)) as Tensor).data], slopes)
  })

  it('is the same batched and compiled', () => {
    close(vmap(f as (t: number) => number)(T) as unknown as number[], values)
    const fast = compile(f as (t: number) => number)
    close(
      T.map(t => fast(t)),
      values,
    )
  })

  it('has derivatives by the data, which a spline takes linearly', () => {
    const at = (y: number[]) => interpolate(X, y, options)(1.7)
    const gradient = grad(at)(Y)
    // Central differences of SciPy's values are those of ours; what is linear they find to rounding.
    const h = options.kind === 'pchip' ? 1e-6 : 1
    const differences = Y.map((_, i) => {
      const moved = (by: number) => at(Y.map((each, k) => (k === i ? each + by : each)))
      return (moved(h) - moved(-h)) / (2 * h)
    })
    close(gradient, differences, options.kind === 'pchip' ? 1e-8 : 1e-12)
    close(compile(grad(at))(Y), gradient)
  })
})

describe('interpolate', () => {
  it('goes through a parabola by a spline with three points, and a line with two', () => {
    expect(interpolate([0, 1, 2, 3], [0, 1, 4, 9])(1.5)).toBeCloseTo(2.25, 14)
    expect(interpolate([0, 1, 3], [0, 1, 9])(2)).toBeCloseTo(4, 14)
    expect(interpolate([0, 2], [1, 5])(3)).toBe(7)
    expect(interpolate([0, 2], [1, 5], { boundary: 'natural' })(0.5)).toBeCloseTo(2, 14)
    expect(interpolate([0, 1], [0, 1], { boundary: 'clamped' })(0.5)).toBeCloseTo(0.5, 14)
    expect(interpolate([0, 2], [1, 5], { kind: 'pchip' })(0.5)).toBe(2)
  })

  it('of kind linear is straight between the points', () => {
    const f = interpolate([0, 1, 3], [0, 2, -2], { kind: 'linear' })
    expect([-1, 0.5, 1, 2, 4].map(t => f(t))).toEqual([-2, 1, 2, 0, -4])
    expect(interpolate([0, 1, 3], [0, 2, -2], { kind: 'linear', outside: 'constant' })(tensor([-1, 4]))).toEqual(tensor([0, -2]))
  })

  it('takes values of any shape', () => {
    const f = interpolate(
      [0, 1, 2],
      [
        [0, 1],
        [1, 2],
        [4, 5],
      ],
    )
    expect((f(0.5) as unknown as Tensor).toArray()).toEqual([0.25, 1.25])
    expect((f([0.5, 1.5]) as Tensor).toArray()).toEqual([
      [0.25, 1.25],
      [2.25, 3.25],
    ])
  })

  it('of many points takes linear time, and is smooth to second order', () => {
    const n = 20_001
    const x = Array.from({ length: n }, (_, i) => (i * 2 * Math.PI) / (n - 1))
    const f = interpolate(x, x.map(Math.sin)) as (t: number) => number
    expect(f(1)).toBeCloseTo(Math.sin(1), 12)
    expect(derivative(derivative(f))(1)).toBeCloseTo(-Math.sin(1), 5)
    expect(jacobian((y: number[]) => [interpolate([0, 1, 2, 3], y)(1.5)])([0, 1, 4, 9])[0]).toEqual([-1, 9, 9, -1].map(each => expect.closeTo(each / 16, 12)))
  })

  it('refuses what is no table', () => {
    expect(() => interpolate([0, 1, 1], [1, 2, 3])).toThrow(/x\[2\] = 1 follows 1\. Sort the points/)
    expect(() => interpolate([0, 1], [1, 2, 3])).toThrow(/there are 2 points x, but y has shape \[3\]/)
    expect(() => interpolate([0], [1])).toThrow(/two points or more/)
    expect(() => interpolate([0, 1], [1, 2], { kind: 'quintic' as 'cubic' })).toThrow(/kind is 'cubic', 'pchip' or 'linear'/)
    expect(() => interpolate([0, 1], [1, 2], { slopes: [0, 0] })).toThrow(/slopes are for boundary 'clamped'/)
    expect(() => grad((x: number) => interpolate([0, x], [1, 2])(0.5))(1)).toThrow(/points x are numbers that do not change/)
  })
})
