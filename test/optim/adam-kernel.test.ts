import { describe, expect, it } from 'vitest'
import { astype, type DType, type Tensor, tensor } from '../../src/index.ts'
import { adam, adamW } from '../../src/optim/index.ts'

const numbers = (length: number, seed: number) => Float64Array.from({ length }, (_, i) => Math.sin(seed + 3.7 * i) * 10 ** ((i % 7) - 3))

/** Tensors of these sizes with the entries of one. */
function pieces(x: Float64Array, sizes: readonly number[], dtype: DType): Tensor[] {
  let at = 0
  return sizes.map(size => {
    at += size
    return astype(tensor(x.slice(at - size, at)), dtype) as Tensor
  })
}

/** Sizes that are too small for calls. */
const small = (size: number) => Array.from({ length: Math.ceil(size / 63) }, (_, k) => Math.min(63, size - 63 * k))
const entries = (tensors: readonly Tensor[]) => tensors.flatMap(each => [...each.data])

describe('steps of Adam on many parameters at once', () => {
  it.each([
    [[1023], 'float64'],
    [[20_001], 'float64'],
    [[2049, 64, 10, 14_555, 1], 'float64'],
    [[2049, 64, 10, 14_555, 1], 'float32'],
  ] as const)('have the bits of those on few at a time: %j of %s', (sizes, dtype) => {
    const size = sizes.reduce((sum, each) => sum + each, 0)
    for (const [make, options] of [
      [adam, { weightDecay: 0.1 }],
      [adamW, { weightDecay: 0.1, beta1: 0 }],
    ] as const) {
      const many = make(pieces(numbers(size, 1), sizes, dtype), options)
      const few = make(pieces(numbers(size, 1), small(size), dtype), options)
      for (let k = 0; k < 3; k++) {
        const slopes = numbers(size, 5 + k)
        expect(entries(many.step(pieces(slopes, sizes, dtype)))).toEqual(entries(few.step(pieces(slopes, small(size), dtype))))
      }
      expect(many.state()).toEqual(few.state())
      expect(many.params[0]?.dtype).toBe(dtype)
    }
  })

  it('change neither gradients nor earlier parameters', () => {
    const [start, slope] = [tensor(numbers(20_000, 1)), tensor(numbers(20_000, 2))]
    const [before, given] = [start.data.slice(), slope.data.slice()]
    const optimizer = adam(start)
    const first = optimizer.step(slope)
    const kept = first.data.slice()
    optimizer.step(slope)
    expect([start.data, slope.data, first.data]).toEqual([before, given, kept])
  })

  it('change nothing where a gradient is not finite', () => {
    for (const dtype of ['float64', 'float32'] as const) {
      for (const [at, wrong] of [
        [20_000, Number.POSITIVE_INFINITY],
        [2047, Number.NaN],
      ] as const) {
        const optimizer = adam(astype(tensor(numbers(20_001, 1)), dtype) as Tensor)
        optimizer.step(astype(tensor(numbers(20_001, 2)), dtype) as Tensor)
        const [state, params] = [optimizer.state(), optimizer.params.data.slice()]
        const slope = tensor(numbers(20_001, 3).fill(wrong, at, at + 1))
        expect(() => optimizer.step(astype(slope, dtype) as Tensor)).toThrow(`entry ${at} of the gradients is ${wrong}; nothing was changed`)
        expect([optimizer.state(), optimizer.params.data]).toEqual([state, params])
      }
    }
  })

  it('go on from a state that was kept', () => {
    const [start, slopes] = [tensor(numbers(20_000, 1)), [2, 3].map(seed => tensor(numbers(20_000, seed)))]
    const one = adam(start)
    one.step(slopes[0])
    const other = adam(one.params)
    other.restore(one.state())
    expect(other.step(slopes[1]).data).toEqual(one.step(slopes[1]).data)
  })
})
