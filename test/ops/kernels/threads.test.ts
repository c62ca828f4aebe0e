import { afterAll, describe, expect, it } from 'vitest'
import { grad, matmul, mul, setThreads, sum, type Tensor, tensor } from '../../../src/index.ts'

// biome-ignore lint/suspicious/noExplicitAny: matrices of both dtypes
const matrix = (rows: number, columns: number, dtype: any, seed: number) =>
  tensor(
    Float64Array.from({ length: rows * columns }, (_, i) => Math.sin(seed + i * 7.3)),
    { shape: [rows, columns], dtype },
  )

afterAll(() => setThreads(1))

describe('products by several threads', () => {
  it.each(['float64', 'float32'] as const)('have the bits of those by one: %s', async dtype => {
    // Rows that no number of threads divides, of enough terms for three.
    for (const [m, k, n] of [
      [403, 260, 300],
      [64, 1024, 512],
    ] as const) {
      const [a, b] = [matrix(m, k, dtype, 1), matrix(k, n, dtype, 2)]
      const f = (x: Tensor) => sum(mul(matmul(x, b), 0.5))
      await setThreads(1)
      const wanted = [matmul(a, b) as Tensor, grad(f)(a)]
      for (const threads of [2, 3]) {
        await setThreads(threads)
        const found = [matmul(a, b) as Tensor, grad(f)(a)]
        found.forEach((each, i) => {
          expect(each.data).toEqual((wanted[i] as Tensor).data)
          expect(each.data.buffer).toBeInstanceOf(ArrayBuffer)
        })
      }
    }
  })

  it('of sizes that grow and shrink, and by threads that come and go', async () => {
    for (const [threads, size] of [
      [2, 64],
      [2, 512],
      [1, 128],
      [2, 256],
      [2, 16],
    ] as const) {
      await setThreads(threads)
      const ones = tensor(new Float64Array(size * size).fill(1), [size, size])
      expect((matmul(ones, ones) as Tensor).data.every(each => each === size)).toBe(true)
    }
  })

  it('are refused for what is no number of threads', async () => {
    for (const count of [0, 1.5, 65, '2', Number.NaN]) await expect(setThreads(count as number)).rejects.toThrow(/an integer from 1 to 64/)
  })
})
