import { describe, expectTypeOf, it } from 'vitest'
import { type Tensor, tensor } from '../../src/index.ts'
import { type IvpResult, interpolate, quad, solveIvp } from '../../src/solve/index.ts'

describe('types of dualtape/solve', () => {
  it('a solution has states like the first', () => {
    expectTypeOf(solveIvp((_t, y) => y, [0, 1], [1, 2])).toEqualTypeOf<IvpResult<number[]>>()
    expectTypeOf(solveIvp((_t, y) => y, [0, 1], { a: 1, b: tensor([1]) }).at(0)).toEqualTypeOf<{ a: number; b: Tensor }>()
    solveIvp((_t, y, k) => [expectTypeOf(k).toEqualTypeOf<number>(), y], [0, 1], 1, { parameters: 2 })
    // @ts-expect-error: no such method
    solveIvp((_t, y) => y, [0, 1], [1], { method: 'euler' })
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
