import { describe, expect, it } from 'vitest'
import {
  abs,
  acos,
  asin,
  atan2,
  celu,
  clip,
  concat,
  cumProd,
  derivative,
  div,
  elu,
  floor,
  ge,
  grad,
  greater,
  gt,
  hardTanh,
  hypot,
  jacobian,
  leakyRelu,
  log,
  logAddExp,
  logSumExp,
  max,
  maximum,
  min,
  minimum,
  mod,
  mul,
  ne,
  norm,
  pow,
  prod,
  reciprocal,
  relu,
  round,
  sign,
  softmax,
  sort,
  sqrt,
  square,
  std,
  sum,
  type Tensor,
  take,
  tensor,
  topK,
  where,
} from '../../src/index.ts'

const infinity = Number.POSITIVE_INFINITY
type F = (x: number) => number

/** Derivative by both modes on a number (specialised code) and on a tensor (the general path), which must all agree. */
function both(f: F, x: number): number {
  const [forward, reverse] = [derivative(f)(x), grad(f)(x)]
  expect(Math.abs(forward)).toBe(Math.abs(reverse)) // zeros may differ in sign
  const onTensor = grad((t: Tensor) => sum(f(t as unknown as number)))(tensor([x])).at(0)
  expect(Math.abs(onTensor)).toBe(Math.abs(forward))
  return forward
}

describe('conventions at kinks, poles and boundaries', () => {
  it.each<[string, F, number, number]>([
    ["abs'(0) = 0", abs, 0, 0],
    ["sign'(0) = 0", sign, 0, 0],
    ["relu'(0) = 0", relu, 0, 0],
    ["leakyRelu'(0) is its slope on the left", x => leakyRelu(x, 0.2), 0, 0.2],
    ["elu'(0) is its limit from the left", x => elu(x, 0.5), 0, 0.5],
    ["celu'(0) = 1", x => celu(x, 0.5), 0, 1],
    ["hardTanh'(1) = 1", hardTanh, 1, 1],
    ['clip passes the derivative on its lower bound', x => clip(x, 1, 2), 1, 1],
    ['clip passes the derivative on its upper bound', x => clip(x, 1, 2), 2, 1],
    ['clip stops it beyond', x => clip(x, 1, 2), 2.5, 0],
    ['clip between two equal bounds is constant', x => clip(x, 1, 1), 1, 0],
    ['a bound of clip has it where it holds', x => clip(3, 1, x), 2, 1],
    ['maximum shares ties equally', x => maximum(x, 2), 2, 0.5],
    ['minimum shares ties equally', x => minimum(2, x), 2, 0.5],
    ["sqrt'(0) = ∞", sqrt, 0, infinity],
    ["log'(0) = ∞", log, 0, infinity],
    ["asin'(1) = ∞", asin, 1, infinity],
    ["acos'(−1) = −∞", acos, -1, -infinity],
    ['floor has derivative 0 at its steps', floor, 2, 0],
    ['round has derivative 0', round, 2.5, 0],
    ['mod has derivative 1 at its steps', x => mod(x, 2), 4, 1],
    ['mod of a tiny negative number is the divisor, and has its derivative', x => mod(-5e-324, x), 3, 1],
    ['mod by −∞ has no finite derivative', x => mod(3, x), -infinity, Number.NaN],
    ['0⁰ with respect to the base is 0', x => pow(x, 0), 0, 0],
    ['0⁰ with respect to the exponent is 0', x => pow(0, x), 0, 0],
    ['0² with respect to the exponent is 0', x => pow(0, x), 2, 0],
    ['x¹ at 0 is 1', x => pow(x, 1), 0, 1],
    ['x² at 0 is 0', x => pow(x, 2), 0, 0],
    ['x^½ at 0 is ∞', x => pow(x, 0.5), 0, infinity],
    ['x³ of a negative base', x => pow(x, 3), -2, 12],
    ['x⁰ of a negative base', x => pow(x, 0), -2, 0],
    ['x⁻¹ of a negative base', x => pow(x, -1), -2, -0.25],
    ['1/x at 0 is −∞', reciprocal, 0, -infinity],
    ['x/0 is ∞', x => div(x, 0), 1, infinity],
    ['atan2 at the origin is 0', x => atan2(x, 0), 0, 0],
    ['atan2 at the origin is 0 in x', x => atan2(0, x), 0, 0],
    ['hypot at the origin is 0', x => hypot(x, 0), 0, 0],
    ['where with a log of 0 on the side that is not taken is 0', x => where(gt(x, 0), log(x), 0), 0, 0],
    ['where with a NaN on the side that is not taken', x => where(ge(x, 0), square(x), sqrt(x)), 3, 6],
    ['logAddExp of −∞ counts nothing', x => logAddExp(x, -infinity), 3, 1],
    ['logAddExp of −∞ twice', x => logAddExp(x, -infinity), -infinity, 0.5],
  ])('%s', (_name, f, x, expected) => {
    const found = both(f, x)
    expect(found - expected === 0 || Object.is(found, expected)).toBe(true)
  })

  it('gradients of max and min share ties equally', () => {
    expect(grad((x: number[]) => max(x))([1, 3, 3])).toEqual([0, 0.5, 0.5])
    expect(grad((x: number[]) => min(x))([1, 1, 3, 1])).toEqual([1 / 3, 1 / 3, 0, 1 / 3])
  })

  it('pow of a negative base has NaN with respect to the exponent', () => {
    expect(grad((y: number) => pow(-2, y))(3)).toBeNaN()
  })

  it('norm at 0 is 0', () => {
    for (const ord of [1, 2, 3, infinity]) expect(grad((x: number[]) => norm(x, { ord }))([0, 0]).map(Math.abs)).toEqual([0, 0])
  })

  it('std at equal entries is 0', () => {
    expect(grad((x: number[]) => std(x))([2, 2, 2]).map(Math.abs)).toEqual([0, 0, 0])
  })

  it('logSumExp of −∞ counts nothing, of −∞ alone is −∞, with a derivative that is shared as ties are', () => {
    expect(grad((x: number[]) => logSumExp(x))([-infinity, 0, 0])).toEqual([0, 0.5, 0.5])
    expect(logSumExp([-infinity, -infinity])).toBe(-infinity)
    expect(grad((x: number[]) => logSumExp(x))([-infinity, -infinity])).toEqual([0.5, 0.5])
    expect(logSumExp([1e300, 1e300])).toBe(1e300)
  })

  it('softmax of huge entries is finite, and so is its Jacobian', () => {
    expect(softmax([1e300, -1e300]).toArray()).toEqual([1, 0])
    const rows = jacobian((x: number[]) => softmax(x))([1000, 1001]).toArray() as number[][]
    expect(rows.flat().every(Number.isFinite)).toBe(true)
    expect(rows[0]![0]!).toBeCloseTo(Math.exp(1) / (1 + Math.exp(1)) ** 2, 14)
  })

  it('prod is exact with one and with two zeros', () => {
    expect(grad((x: number[]) => prod(x))([2, 0, 5])).toEqual([0, 10, 0])
    expect(grad((x: number[]) => prod(x))([0, 0, 5])).toEqual([0, 0, 0])
    expect(grad((x: number[]) => grad((y: number[]) => prod(y))(x)[0]!)([0, 0, 5])).toEqual([0, 5, 0])
  })

  it('cumProd is exact with zeros', () => {
    expect(jacobian((x: number[]) => cumProd(x))([2, 0, 5]).toArray()).toEqual([
      [1, 0, 0],
      [0, 2, 0],
      [0, 10, 0],
    ])
  })

  it('sort keeps the order of ties, and derivatives go with the entries', () => {
    expect(grad((x: number[]) => sum(mul(sort(x), [1, 2, 3, 4])))([3, 1, 3, 2])).toEqual([3, 1, 4, 2])
    const { values, indices } = topK([1, 5, 5, 2], 2)
    expect([values.toArray(), indices.toArray()]).toEqual([
      [5, 5],
      [1, 2],
    ])
    expect(sort([Number.NaN, 2, 1]).toArray()).toEqual([1, 2, Number.NaN])
  })

  it('gathering an entry twice adds its derivative up', () => {
    expect(grad((x: number[]) => sum(take(x, [1, 1, 0])))([3, 4, 5])).toEqual([1, 2, 0])
    expect(grad((x: number[]) => sum(concat([x, x])))([3, 4])).toEqual([2, 2])
  })

  it('masks are booleans that no derivative passes', () => {
    expect(greater([1, 3], 2).toArray()).toEqual([false, true])
    expect(grad((x: number[]) => sum(where(greater(x, 2), x, 0)))([1, 3])).toEqual([0, 1])
    expect(ne(1, 2)).toBe(true)
    expect(ge(tensor([1, 3]), 2).toArray()).toEqual([false, true])
  })

  it('partials are NaN where the power is', () => {
    for (const x of [Number.NaN, 1, 0, 2, -1, Number.POSITIVE_INFINITY]) {
      for (const y of [Number.NaN, 0, 1, 0.5, -2]) {
        if (!Number.isNaN(x ** y)) continue
        expect(derivative((u: number) => pow(u, y))(x)).toBeNaN()
        expect(derivative((u: number) => pow(x, u))(y)).toBeNaN()
      }
    }
  })
})
