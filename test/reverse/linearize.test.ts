import { describe, expect, it } from 'vitest'
import {
  add,
  checkpointSequential,
  compile,
  derivative,
  grad,
  hvp,
  linearize,
  mul,
  sin,
  sqrt,
  square,
  sum,
  type Tensor,
  take,
  tensor,
} from '../../src/index.ts'

/** x² y, whose differential at (3, 5) is 30 dx + 9 dy. */
const f = (x: number, y: number) => mul(mul(x, x), y)

describe('a recording that is pushed forward', () => {
  it('takes tangents that are differentiated themselves', () => {
    const [value, push] = linearize(f, 3, 5)
    expect([value, push(1, 0), push(0, 1), push(2, -1)]).toEqual([45, 30, 9, 51])
    const along = (dx: number, dy: number) => square(push(dx, dy))
    // (30 dx + 9 dy)² at (1, 2): 2 · 48 · (30, 9).
    expect(grad(along, { argnum: [0, 1] })(1, 2)).toEqual([2880, 864])
    expect(derivative((t: number) => push(t, mul(t, t)))(2)).toBe(30 + 9 * 4)
    // (30 t + 18)² at 1: 2 · 48 · 30.
    expect(derivative((t: number) => square(push(t, 2)))(1)).toBe(2880)
  })

  it('is compiled with the point and the tangents as inputs', () => {
    for (const target of ['js', 'wasm', 'interpreter'] as const) {
      const compiled = compile((x: number, y: number, dx: number, dy: number) => linearize(f, x, y)[1](dx, dy), { target })
      expect(compiled(3, 5, 1, 2)).toBe(48)
      expect(compiled(1, 2, -1, 4)).toBe(0)
    }
  })

  it('goes through tensors and their entries', () => {
    // Σ x² · x₀ at (1, 2): by x₀ 5 + 2 = 7, by x₁ 4.
    const [value, push] = linearize((x: Tensor) => mul(sum(square(x)), x.at(0) as number), tensor([1, 2]))
    expect([value, push(tensor([1, 0])), push(tensor([0, 1]))]).toEqual([5, 7, 4])
    expect(grad((t: number) => push(mul(tensor([1, 3]), t)))(0.5)).toBe(19)
  })

  it('keeps zeros of structure beside an infinite slope', () => {
    const [, push] = linearize((x: number, y: number) => add(sqrt(x), y), 0, 1)
    expect([push(1, 0), push(0, 1)]).toEqual([Number.POSITIVE_INFINITY, 1])
  })
})

describe('an adjoint', () => {
  it('adds up terms that an outer derivative follows and those that it does not', () => {
    // By y: 2 + x + 3 y². Its square by x at (3, 1): 2 · 8.
    const inner = (x: number) => grad((y: number) => add(add(mul(2, y), mul(x, y)), mul(y, square(y))))(1)
    expect(inner(3)).toBe(8)
    expect(grad((x: number) => square(inner(x)))(3)).toBe(16)
    expect(derivative((x: number) => square(inner(x)))(3)).toBe(16)
  })

  // Σ u³ for the entries of x at 0, 0 and 2, and x₂² once more: by x 6 x₀², 0 and 3 x₂² + 2 x₂.
  const taken = (x: Tensor) => add(sum(mul(square(take(x, [0, 0, 2])), take(x, [0, 0, 2]))), square(x.at(2) as number))

  it('gathers entries that are taken more than once, to second order', () => {
    const at = tensor([2, 3, 5])
    expect(grad(taken)(at).toArray()).toEqual([24, 0, 85])
    // The Hessian is diagonal: 12 x₀, 0, 6 x₂ + 2.
    expect(grad((x: Tensor) => sum(mul(grad(taken)(x), [1, 10, 100])))(at).toArray()).toEqual([24, 0, 3200])
    expect(hvp(taken, at, tensor([1, 10, 100])).toArray()).toEqual([24, 0, 3200])
  })
})

it('checkpointSequential refuses a step that is no function', () => {
  expect(() => checkpointSequential([sin, 3 as never], 1)).toThrow(/checkpointSequential/)
})
