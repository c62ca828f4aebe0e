import { describe, expect, it } from 'vitest'
import { add, derivative, exp, floor, jacobian, jvp, mul, sin, square, stack, sum, TapeError, type Tensor, tensor } from '../../src/index.ts'

const forward = { mode: 'forward' } as const

describe('duals', () => {
  // ∂(Π xᵢ²)/∂xₖ = 2 Π xᵢ² / xₖ, and ∂ sin(xₖ)/∂xₖ = cos(xₖ): below, at and above the size of a chunk of directions.
  it.each([1, 2, 3, 7, 8, 9, 16, 17])('carry %i directions, in chunks', n => {
    const x = Array.from({ length: n }, (_, i) => 0.6 + i / 20)
    const product = x.reduce((total, each) => total * each ** 2, 1)
    const matrix = jacobian((given: number[]) => [given.reduce((total, each) => mul(total, square(each)), 1), ...given.map(each => sin(each))], forward)(x)
    x.forEach((each, k) => {
      expect(matrix[0]?.[k]).toBeCloseTo((2 * product) / each, 12)
      for (let row = 0; row < n; row++) expect(matrix[row + 1]?.[k]).toBe(row === k ? Math.cos(each) : 0)
    })
  })

  it.each([1, 5, 8])('stay right over many pages, in %i directions', n => {
    const x = Array.from({ length: n }, (_, i) => 0.3 + i / 10)
    // 20,000 terms, each of one input: the sum of cosines, one per term.
    const many = (given: number[]) => Array.from({ length: 20_000 }, (_, i) => i).reduce((total: number, i) => add(total, sin(given[i % n] as number)), 0)
    const gradient = jacobian((given: number[]) => [many(given)], forward)(x)[0] as number[]
    x.forEach((each, k) => expect((gradient[k] as number) / ((20_000 / n) * Math.cos(each))).toBeCloseTo(1, 12))
  })

  it('of tensors keep the directions of one argument where another has none', () => {
    const f = ([a, b]: [Tensor, Tensor]) => mul(square(a), b)
    const [byA, byB] = jacobian(f, forward)([tensor([2, 3]), tensor([5, 7])]) as unknown as [Tensor, Tensor]
    expect([byA.toArray(), byB.toArray()]).toEqual([
      [
        [20, 0],
        [0, 42],
      ],
      [
        [4, 0],
        [0, 9],
      ],
    ])
  })

  it('are assembled to a tensor where only some of the entries belong to an outer derivative', () => {
    // d/dx d/dy (y² + x²y²) = 4xy.
    const inner = (x: number) => derivative((y: number) => sum(square(stack([y, mul(x, y), 3]))))(1.5)
    expect(derivative(inner)(0.7)).toBeCloseTo(4 * 0.7 * 1.5, 14)
  })

  it('give plain numbers where there is nothing to differentiate', () => {
    const [value, tangent] = jvp((x: number) => mul([10, 20, 30][floor(x)] as number, x), [1.5], [1])
    expect([value, tangent]).toEqual([30, 20])
  })

  it('are refused by name after their transform, and where a function is asynchronous', () => {
    let kept = 0
    jvp(
      (x: number) => {
        kept = x
        return mul(x, 2)
      },
      [1],
      [1],
    )
    expect(() => exp(kept)).toThrow(TapeError)
    expect(() => jvp(async (x: number) => x, [1], [1] as never)).toThrow(/jvp/)
    expect(() => derivative(async (x: number) => x)(1)).toThrow(/derivative/)
  })
})
