import { describe, expectTypeOf, it } from 'vitest'
import { type Tensor, tensor } from '../../src/index.ts'
import { fixedPoint, type IvpResult, interpolate, minimize, quad, root, rootScalar, solveIvp, sparseSolve } from '../../src/solve/index.ts'

describe('types of dualtape/solve', () => {
  it('a solution has states like the first', () => {
    expectTypeOf(solveIvp((_t, y) => y, [0, 1], [1, 2])).toEqualTypeOf<IvpResult<number[]>>()
    expectTypeOf(solveIvp((_t, y) => y, [0, 1], { a: 1, b: tensor([1]) }).at(0)).toEqualTypeOf<{ a: number; b: Tensor }>()
    solveIvp((_t, y, k) => [expectTypeOf(k).toEqualTypeOf<number>(), y], [0, 1], 1, { parameters: 2 })
    // @ts-expect-error: no such method
    solveIvp((_t, y) => y, [0, 1], [1], { method: 'euler' })
  })

  it('a solution has the structure of the start, and values that of the function', () => {
    expectTypeOf(minimize(([x, y]) => (x as number) * (y as number), [1, 2]).x).toEqualTypeOf<number[]>()
    expectTypeOf(minimize(({ w }) => w.at(0), { w: tensor([1]), b: 2 }).x).toEqualTypeOf<{ w: Tensor; b: number }>()
    expectTypeOf(root(x => ({ r: x }), 1))
      .toHaveProperty('value')
      .toEqualTypeOf<{ r: number }>()
    expectTypeOf(root(x => ({ r: x }), 1).x).toEqualTypeOf<number>()
    expectTypeOf(rootScalar(x => x, { bracket: [-1, 1] }).x).toEqualTypeOf<number>()
    expectTypeOf(fixedPoint(x => x, new Float64Array(2)).x).toEqualTypeOf<Float64Array<ArrayBuffer>>()
    expectTypeOf(sparseSolve({ shape: [1, 1], rowPointers: Int32Array.of(0, 1), columns: Int32Array.of(0), values: [2] }, [1])).toEqualTypeOf<number[]>()
    // @ts-expect-error: no such method
    minimize((x: number) => x, 1, { method: 'bfgs' })
    // @ts-expect-error: a constraint says what it wants
    minimize((x: number) => x, 1, { constraints: [(x: number) => x] })
  })

  it('an integral is what the integrand gives', () => {
    expectTypeOf(quad(x => x, 0, 1).value).toEqualTypeOf<number>()
    expectTypeOf(quad(x => ({ a: [x] }), 0, 1).value).toEqualTypeOf<{ a: number[] }>()
  })

  it('an interpolant gives numbers for numbers and tensors for lists', () => {
    expectTypeOf(interpolate([0, 1], [1, 2])(0.5)).toEqualTypeOf<number>()
    expectTypeOf(interpolate([0, 1], [1, 2])([0.5])).toEqualTypeOf<Tensor>()
  })
})
