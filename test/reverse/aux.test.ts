import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  compile,
  derivative,
  grad,
  jacobian,
  mul,
  ShapeError,
  sin,
  square,
  sum,
  type Tensor,
  TreeError,
  tensor,
  valueAndGrad,
  vjp,
  vmap,
} from '../../src/index.ts'

/** A loss, and what else is known of it: the classic use. */
const loss = (w: { a: number[]; b: number }, x: number): [number, { prediction: Tensor; twice: number }] => {
  const prediction = mul(x, w.a)
  return [mul(sum(square(prediction)), w.b), { prediction, twice: mul(2, w.b) }]
}
const w = { a: [1, 2], b: 3 }

describe('hasAux', () => {
  it('passes what comes beside the value through grad and valueAndGrad, without a derivative', () => {
    const [slopes, aux] = grad(loss, { hasAux: true })(w, 2)
    expectTypeOf(slopes).toEqualTypeOf<{ a: number[]; b: number }>()
    expectTypeOf(aux).toEqualTypeOf<{ prediction: Tensor; twice: number }>()
    expect(slopes).toEqual({ a: [24, 48], b: 20 })
    expect([aux.prediction.toArray(), aux.twice]).toEqual([[2, 4], 6])
    const [[value, beside], all] = valueAndGrad(loss, { hasAux: true, argnum: [1, 0] })(w, 2)
    expectTypeOf(value).toEqualTypeOf<number>()
    expectTypeOf(beside.twice).toEqualTypeOf<number>()
    expectTypeOf(all).toEqualTypeOf<[number, { a: number[]; b: number }]>()
    expect([value, beside.twice, all]).toEqual([60, 6, [60, { a: [24, 48], b: 20 }]])
    // As many leaves as there are, also none, and numbers beside a number.
    expect(grad((x: number) => [square(x), x] as const, { hasAux: true })(3)).toEqual([6, 3])
    expect(grad((x: number) => [square(x), []] as const, { hasAux: true })(3)).toEqual([6, []])
    expect(valueAndGrad((x: number) => [square(x), [x, [7, 8]]] as const, { hasAux: true })(3)).toEqual([[9, [3, [7, 8]]], 6])
  })

  it('works nested, compiled and batched', () => {
    const f = (x: number): [number, number] => [mul(x, square(x)), sin(x)]
    const slope = (x: number) => grad(f, { hasAux: true })(x)
    expect(slope(2)).toEqual([12, Math.sin(2)])
    // What comes beside the inner value has a derivative in the outer transform.
    expect(derivative((x: number) => slope(x))(2)).toEqual([12, Math.cos(2)])
    expect(grad((x: number) => slope(x)[1])(2)).toBe(Math.cos(2))
    expect(compile(slope)(2)).toEqual([12, Math.sin(2)])
    expect(vmap(slope)([2, 1])).toEqual([
      [12, Math.sin(2)],
      [3, Math.sin(1)],
    ])
  })

  it('gives vjp a third result', () => {
    const f = (x: number[], k: number): [Tensor, number] => [mul(k, square(x)), sum(x)]
    const [value, pullback, aux] = vjp(f, [1, 2], 3, { hasAux: true })
    expectTypeOf(value).toEqualTypeOf<Tensor>()
    expectTypeOf(aux).toEqualTypeOf<number>()
    expect([value.toArray(), aux]).toEqual([[3, 12], 3])
    expect(pullback(tensor([1, 10]))).toEqual([[6, 120], 41])
    // A tree of one's own that is no option is an argument.
    expect(vjp((x: { hasAux: number }) => square(x.hasAux), { hasAux: 3 })[1](1)).toEqual([{ hasAux: 6 }])
    // Without the option a pair is a value with two leaves.
    expect(vjp((x: number) => [square(x), x], 3)[1]([1, 1])).toEqual([7])
  })

  it('gives jacobian a second result', () => {
    const f = (x: number[]): [number[], { first: number }] => [[mul(x[0] as number, x[1] as number), x[1] as number], { first: x[0] as number }]
    const [matrix, aux] = jacobian(f, { hasAux: true, mode: 'forward' })([3, 4])
    expectTypeOf(matrix).toEqualTypeOf<number[][]>()
    expectTypeOf(aux).toEqualTypeOf<{ first: number }>()
    expect(matrix).toEqual([
      [4, 3],
      [0, 1],
    ])
    expect(aux).toEqual({ first: 3 })
    expect(grad((x: number[]) => jacobian(f, { hasAux: true })(x)[1].first)([3, 4])).toEqual([1, 0])
  })

  it('says what is missing', () => {
    expect(() => grad(((x: number) => square(x)) as never, { hasAux: true })(3 as never)).toThrow(TreeError)
    expect(() => grad((x: number) => [[x, x], 1] as never, { hasAux: true })(3)).toThrow(ShapeError)
    expect(() => vjp(((x: number) => x) as never, 3, { hasAux: true })).toThrow(/with hasAux the function returns \[value, aux\]/)
    expect(() => jacobian(((x: number) => x) as never, { hasAux: true })(3 as never)).toThrow(TreeError)
    expect(() => grad(square as never, { hasAux: 1 as never })).toThrow(/hasAux is true or false/)
  })
})
