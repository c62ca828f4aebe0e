import { describe, expect, it } from 'vitest'
import { CHUNK } from '../../src/core/traced.ts'
import { pushDirections } from '../../src/forward/jvp.ts'
import { add, derivative, exp, floor, jvp, mul, sin, square, stack, sum, TapeError, type Tensor, tensor, value } from '../../src/index.ts'

const sizes = [1, 2, 3, 7, CHUNK]

/** Derivatives by each number of a list, all in one evaluation. */
const slopes = (f: (x: number[]) => number[], x: number[]) =>
  pushDirections(
    'f',
    f,
    [x],
    x.map((_, i) => x.map((_, k) => (i === k ? 1 : 0))),
    x.length,
  ).tangents as number[][]

describe('duals', () => {
  // ∂(Π xᵢ²)/∂xₖ = 2 Π xᵢ² / xₖ, and ∂ sin(xₖ)/∂xₖ = cos(xₖ): up to the size of a chunk.
  it.each(sizes)('carry %i directions at once', n => {
    const x = Array.from({ length: n }, (_, i) => 0.6 + i / 20)
    const product = x.reduce((total, each) => total * each ** 2, 1)
    const columns = slopes((given: number[]) => [given.reduce((total, each) => mul(total, square(each)), 1), ...given.map(each => sin(each))], x)
    x.forEach((each, k) => {
      expect(columns[k]?.[0]).toBeCloseTo((2 * product) / each, 12)
      for (let row = 0; row < n; row++) expect(columns[k]?.[row + 1]).toBe(row === k ? Math.cos(each) : 0)
    })
  })

  it.each(sizes)('are right over many pages, in %i directions', n => {
    const x = Array.from({ length: n }, (_, i) => 0.3 + i / 10)
    const terms = 40_000
    const many = (given: number[]) => [Array.from({ length: terms }, (_, i) => i).reduce((total: number, i) => add(total, sin(given[i % n] as number)), 0)]
    const columns = slopes(many, x)
    x.forEach((each, k) => {
      const times = Math.ceil((terms - k) / n)
      expect((columns[k]?.[0] as number) / (times * Math.cos(each))).toBeCloseTo(1, 12)
    })
  })

  it('keep the directions of one operand where another has none', () => {
    // Of x² y at (2, 5): by x 20, by y 4. The second argument has a tangent of structure zero in the first direction.
    const f = (x: Tensor, y: Tensor) => mul(square(x), y)
    const { tangents } = pushDirections('f', f, [tensor([2]), tensor([5])], [[tensor([1]), undefined], [undefined, tensor([1])]], 2) // biome-ignore format: a matrix
    expect((tangents as Tensor[]).map(each => each.toArray())).toEqual([[20], [4]])
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

  it('of every page are refused after their transform, not of the last one alone', () => {
    const kept: number[] = []
    jvp(
      (x: number) => {
        let end = x
        for (let page = 0; page < 4; page++) {
          kept.push(end)
          for (let i = 0; i < 5000; i++) end = sin(end)
        }
        return end
      },
      [1],
      [1],
    )
    expect(kept).toHaveLength(4)
    for (const each of kept) expect(() => value(each)).toThrow(TapeError)
  })

  it.each([Float64Array, Float32Array, Int32Array])('carry the entries of a %o', Numbers => {
    // d Σ k xₖ² along v is Σ 2 k xₖ vₖ, read as a whole and entry by entry.
    const [x, v] = [Numbers.of(3, 4, 5), Numbers.of(1, 2, -1)]
    expect(jvp((t: typeof x) => sum(mul(square(t), [1, 2, 3])), [x], [v])[1]).toBe(6 + 32 - 30)
    expect(jvp((t: typeof x) => [t[2], mul(t[0] as number, t[1] as number)] as number[], [x], [v])[1]).toEqual([-1, 10])
  })

  it('name what cannot be differentiated', () => {
    expect(() => jvp((x: number) => [x, 'text'] as never, [1], [1])).toThrow(/^jvp: the function's result/)
  })
})
