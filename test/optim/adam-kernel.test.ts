import { describe, expect, it } from 'vitest'
import { astype, type Tensor, tensor } from '../../src/index.ts'
import { adam, adamW } from '../../src/optim/index.ts'

const numbers = (length: number, seed: number) => Float64Array.from({ length }, (_, i) => Math.sin(seed + 3.7 * i) * 10 ** ((i % 7) - 3))

/** Tensors with the entries of one. */
const pieces = (x: Float64Array) => Array.from({ length: Math.ceil(x.length / 500) }, (_, k) => tensor(x.slice(500 * k, 500 * (k + 1))))

describe('steps of Adam on many parameters at once', () => {
  it.each([
    [1023, 'float64'],
    [1024, 'float64'],
    [8193, 'float64'],
    [20_001, 'float64'],
    [8193, 'float32'],
  ] as const)('have the bits of those on few at a time: %i of %s', (size, dtype) => {
    for (const [make, options] of [
      [adam, { learningRate: 0.01 }],
      [adam, { weightDecay: 0.1 }],
      [adamW, { weightDecay: 0.1, beta1: 0 }],
    ] as const) {
      const cast = (x: Tensor) => astype(x, dtype) as Tensor
      const whole = make(cast(tensor(numbers(size, 1))), options)
      const parts = make(pieces(numbers(size, 1)).map(cast), options)
      for (let k = 0; k < 3; k++) {
        const slopes = numbers(size, 5 + k)
        const [one, many] = [whole.step(cast(tensor(slopes))), parts.step(pieces(slopes).map(cast))]
        expect([...one.data]).toEqual(many.flatMap(each => [...each.data]))
      }
      expect(whole.state()).toEqual(parts.state())
      expect(whole.params.dtype).toBe(dtype)
    }
  })

  it('change neither gradients nor earlier parameters', () => {
    const [start, slope] = [tensor(numbers(3000, 1)), tensor(numbers(3000, 2))]
    const [before, given] = [start.data.slice(), slope.data.slice()]
    const optimizer = adam(start)
    const first = optimizer.step(slope)
    const kept = first.data.slice()
    optimizer.step(slope)
    expect([start.data, slope.data, first.data]).toEqual([before, given, kept])
  })
})
