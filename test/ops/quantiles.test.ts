import { describe, expect, it } from 'vitest'
import {
  compile,
  grad,
  hessian,
  jacobian,
  jvp,
  median,
  OptionError,
  quantile,
  ShapeError,
  type Tensor,
  tensor,
  value,
  variable,
  vmap,
} from '../../src/index.ts'
import { key, uniform } from '../../src/random/index.ts'

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number
const array = (x: unknown) => (x as Tensor).toArray()
const grid = tensor([
  [3, 1, 4, 1, 5],
  [2, 7, 1, 8, 2],
])
const close = (x: unknown, expected: readonly number[]) => expect(Array.from((x as Tensor).data, each => Number(each.toPrecision(14)))).toEqual(expected)

describe('quantiles', () => {
  it('are those of NumPy along all axes, one and several', () => {
    // numpy.median(grid), (grid, 0), (grid, 1); numpy.quantile(grid, 0.3, axis=1); numpy.percentile(grid, [0, 62.5, 100])
    expect(median(grid)).toBe(2.5)
    expect(array(median(grid, { axis: 0 }))).toEqual([2.5, 4, 2.5, 4.5, 3.5])
    expect(array(median(grid, 1))).toEqual([3, 2])
    close(quantile(grid, 0.3, { axis: 1 }), [1.4, 2])
    expect(array(quantile(grid, [0, 0.625, 1]))).toEqual([1, 3.625, 8])
    // numpy.quantile(grid, [0.1, 0.5, 0.9], axis=0, keepdims=True)
    const kept = quantile(grid, [0.1, 0.5, 0.9], { axis: 0, keepDims: true })
    expect(kept.shape).toEqual([3, 1, 5])
    close(kept, [2.1, 1.6, 1.3, 1.7, 2.3, 2.5, 4, 2.5, 4.5, 3.5, 2.9, 6.4, 3.7, 7.3, 4.7])
    // cube = (numpy.arange(24) * 7 % 24).reshape(2, 3, 4); numpy.quantile(cube, [0.2, 0.75], axis=(0, 2)), numpy.median(cube, (0, 1), keepdims=True)
    const cube = tensor(
      Float64Array.from({ length: 24 }, (_, i) => (i * 7) % 24),
      [2, 3, 4],
    )
    close(quantile(cube, [0.2, 0.75], { axis: [0, 2] }), [4, 4.8, 6.2, 15.25, 16.5, 17.75])
    expect(array(median(cube, { axis: [0, 1], keepDims: true }))).toEqual([[[10, 13, 12, 11]]])
  })

  it('lie on a line between entries that are infinite, or equal, and are NaN if any entry is', () => {
    expect([median([1, infinity]), quantile([1, infinity], 0.7), quantile([-infinity, 1], 0.3), median([infinity, infinity, 1])]).toEqual([
      infinity,
      infinity,
      -infinity,
      infinity,
    ])
    expect([median([-infinity, infinity]), quantile([0, nan, 5], 0)]).toEqual([nan, nan])
    for (let q = 0; q <= 1; q += 1 / 64) expect(quantile([0.1, 0.1, 0.1], q)).toBe(0.1)
    expect([quantile([-(2 ** 1023), 2 ** 1023], 0.25), median([1.7e308, 1.7e308])]).toEqual([-(2 ** 1022), 1.7e308])
    expect(grad((z: number[]) => median(z))([1, nan, 2])[2]).toBeNaN()
    expect([median(-3), array(quantile(-3, [0.2, 1]))]).toEqual([-3, [-3, -3]])
  })

  it('have the derivatives of the two entries that they lie between, in every mode and compiled', () => {
    const x = [4, 1, 3, 2]
    // The place is 0.9: a tenth of the first and nine of the second, which stand in places 1 and 3.
    const expected = [0, 0.1, 0, 0.9].map(each => expect.closeTo(each, 15))
    const f = (z: number[]) => quantile(z, 0.3)
    expect(grad(f)(x)).toEqual(expected)
    expect(Array.from({ length: 4 }, (_, i) => jvp(f, [x], [[0, 1, 2, 3].map(k => Number(k === i))])[1])).toEqual(expected)
    for (const target of ['js', 'wasm', 'interpreter'] as const) expect(compile(grad(f), { target })(x), target).toEqual(expected)
    const v = variable(tensor(x))
    v.quantile(0.3).backward()
    expect(Array.from((v.grad as Tensor).data)).toEqual(expected)
    // What is compiled looks for the order in each call.
    expect(compile(grad(f))([1, 2, 3, 4])).toEqual([0.1, 0.9, 0, 0].map(each => expect.closeTo(each, 15)))
    expect(hessian(f)(x)).toEqual(x.map(() => [0, 0, 0, 0]))
    const batch = [x, [8, 5, 6, 7]]
    expect(array(vmap((z: number[]) => quantile(z, [0.3, 1]))(batch))).toEqual([
      [expect.closeTo(1.9, 15), 4],
      [expect.closeTo(5.9, 15), 8],
    ])
    expect(jacobian((z: number[]) => [median(z), quantile(z, 1)])(x)).toEqual([
      [0, 0, 0.5, 0.5],
      [1, 0, 0, 0],
    ])
  })

  it('of many entries are those of the sorted list', () => {
    const x = Array.from(uniform(key(7), [1001]).data)
    const sorted = x.toSorted((a, b) => a - b)
    for (let k = 0; k <= 10; k++) expect(quantile(x, k / 10)).toBe(sorted[100 * k])
    expect(value(median(x))).toBe(sorted[500])
  })

  it('keep the dtype of floats, and are doubles of integers', () => {
    const of = (dtype: 'float32' | 'int32') => median(tensor([[1, 2, 4, 8]], { dtype }), { axis: 1 }).dtype
    expect([of('float32'), of('int32')]).toEqual(['float32', 'float64'])
    expect(array(median(tensor([[1, 2, 4, 8]], { dtype: 'int32' }), { axis: 1 }))).toEqual([3])
  })

  it('refuse nothing, and what is no part of one', () => {
    expect(() => median([])).toThrow(ShapeError)
    expect(() => quantile([1], 50)).toThrow(/q is a number from 0 to 1 or a list of them, not the number 50/)
    expect(() => quantile([1], [])).toThrow(OptionError)
    expect(() => grad((q: number) => quantile([1, 2], q))(0.5)).toThrow(/whose derivative would be lost/)
  })
})
