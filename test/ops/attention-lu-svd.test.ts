import { describe, expect, it } from 'vitest'
import { attention, compile, grad, jacobian, lu, matmul, mul, norm, ShapeError, sub, sum, svd, type Tensor, tensor, transpose, vmap } from '../../src/index.ts'

const array = (x: unknown) => (x as Tensor).toArray()
const close = (found: unknown, expected: unknown, digits = 13) => {
  const numbers = (x: unknown): number[] => (typeof x === 'number' ? [x] : Array.isArray(x) ? x.flatMap(numbers) : [...(x as Tensor).data])
  const [a, b] = [numbers(found), numbers(expected)]
  expect(a.length).toBe(b.length)
  a.forEach((each, i) => {
    expect(each).toBeCloseTo(b[i] as number, digits)
  })
}

// numpy and scipy, as below
const FULL = [
  [-0.17495800167921954, 1.1187814987405855, 3.5874790008396102],
  [0.9327808687098388, 1.949585651532379, 3.0336095656450803],
  [-0.6856444613652879, 0.7357666539760341, 3.842822230682644],
]
const CAUSAL = [
  [1.0, 2.0, 3.0],
  [0.9327808687098388, 1.949585651532379, 3.0336095656450803],
  [-0.6856444613652879, 0.7357666539760341, 3.842822230682644],
]
const LU_P = [
  [0.0, 1.0, 0.0],
  [1.0, 0.0, 0.0],
  [0.0, 0.0, 1.0],
]
const LU_L = [
  [1.0, 0.0, 0.0],
  [-0.5, 1.0, 0.0],
  [-0.25, 0.0, 1.0],
]
const LU_U = [
  [-2.0, 3.0, 0.25],
  [0.0, 5.5, 0.625],
  [0.0, 0.0, 2.0625],
]

describe('attention', () => {
  const q = [[1, 0.5], [-0.5, 2], [0.25, -1]] // biome-ignore format: a matrix
  const k = [[0.5, 1], [2, -1]] // biome-ignore format: a matrix
  const v = [[1, 2, 3], [-1, 0.5, 4]] // biome-ignore format: a matrix

  it('has the values of its formula, and of the mask of PyTorch', () => {
    // numpy: w = exp(q @ k.T / sqrt(2)); (w / w.sum(-1, keepdims=True)) @ v, and with w * tril(ones((3, 2)))
    close(attention(q, k, v), FULL)
    close(attention(q, k, v, { causal: true }), CAUSAL)
    close(attention(q, k, v, { mask: [[1, 0], [1, 1], [1, 1]] }), CAUSAL) // biome-ignore format: a matrix
    close(attention(q, k, v, { scale: 0 }), [[0, 1.25, 3.5], [0, 1.25, 3.5], [0, 1.25, 3.5]]) // biome-ignore format: means
    close(attention(q, k, v, { bias: [0, -1000] }), [v[0], v[0], v[0]])
    // Scores far beyond the range of exp.
    close(attention(mul(1e3, q), k, v), [v[1], v[0], v[1]])
  })

  it('gives 0 where no key is seen, with derivative 0', () => {
    const mask = [[0, 0], [1, 1], [0, 1]] // biome-ignore format: a matrix
    const f = (a: number[][]) => attention(a, k, v, { mask })
    expect(array(f(q))[0]).toEqual([0, 0, 0])
    expect(array(f(q))[2]).toEqual(v[1])
    const slopes = grad((a: number[][]) => sum(f(a)))(q)
    expect([slopes[0], slopes[2]].map(row => (row as number[]).map(Math.abs))).toEqual([[0, 0], [0, 0]]) // biome-ignore format: rows
    expect(attention(q, tensor([], [0, 2]), tensor([], [0, 3])).shape).toEqual([3, 3])
    expect(attention(tensor([], [0, 2]), k, v).shape).toEqual([0, 3])
  })

  it('broadcasts batches and heads, is batched and compiled, and its causal part depends on what came before alone', () => {
    const heads = tensor([q, mul(2, q).toArray()])
    expect(array(attention(heads, k, v))).toEqual([array(attention(q, k, v)), array(attention(mul(2, q), k, v))])
    expect(array(vmap((t: Tensor) => attention(t, k, v))(heads))).toEqual(array(attention(heads, k, v)))
    close(compile((t: number[][]) => attention(t, k, v, { causal: true }))(q), CAUSAL)
    const bySeries = jacobian((t: Tensor) => attention(t, t, t, { causal: true }))(tensor(q))
    for (let i = 0; i < 3; i++) for (let j = i + 1; j < 3; j++) for (const [a, b] of [[0, 0], [0, 1], [1, 0]] as const) expect(bySeries.at(i, a, j, b)).toBe(0) // biome-ignore format: loops
    const scaled = grad((s: number) => sum(attention(q, k, v, { scale: s })))(0.5)
    const h = 1e-5
    expect(scaled).toBeCloseTo((sum(attention(q, k, v, { scale: 0.5 + h })) - sum(attention(q, k, v, { scale: 0.5 - h }))) / 2 / h, 8)
  })

  it('says what does not fit', () => {
    expect(() => attention([1, 2], k, v)).toThrow(ShapeError)
    expect(() => attention(q, [[1, 2, 3]], v)).toThrow(/queries \[\.\.\., queries, size\]/)
    expect(() => attention(q, k, [[1]])).toThrow(ShapeError)
    expect(() => attention(q, k, v, { mask: [1, 1, 1] })).toThrow(ShapeError)
  })
})

describe('lu', () => {
  // scipy.linalg.lu(a)
  const a = [[1, 4, 0.5], [-2, 3, 0.25], [0.5, -0.75, 2]] // biome-ignore format: a matrix
  it('is that of SciPy', () => {
    const { p, l, u } = lu(a)
    expect(array(p)).toEqual(LU_P)
    close(l, LU_L)
    close(u, LU_U)
    for (const each of [a, a.slice(0, 2), transpose(a.slice(0, 2)).toArray() as number[][], [[0, 0], [0, 0]], [[0, 1], [0, 2]]]) {
      const parts = lu(each)
      close(matmul(matmul(parts.p, parts.l), parts.u), each)
    } // biome-ignore format: a list of matrices
  })

  it('has derivatives also where the last pivot is 0, and an error where another one is', () => {
    const singular = [[1, 2], [2, 4]] // biome-ignore format: a matrix
    const f = (x: number[][]) => lu(x).u
    // U₂₂ = a₁₂ − a₁₁ a₂₂ / a₂₁ with the rows exchanged
    expect(grad((x: number[][]) => f(x).at(1, 1))(singular)).toEqual([[-2, 1], [1, -0.5]]) // biome-ignore format: a matrix
    expect(() => grad((x: number[][]) => sum(lu(x).l))([[0, 1], [0, 2], [0, 1]])).toThrow(/DomainError|singular|0/) // biome-ignore format: a matrix
    expect(() => lu([[Number.NaN]])).toThrow(/NaN/)
    expect(lu(tensor([], [0, 3])).u.shape).toEqual([0, 3])
    expect(grad((x: Tensor) => sum(lu(x).u))(tensor([], [0, 3])).shape).toEqual([0, 3])
    expect(lu(tensor([], [3, 0])).p.shape).toEqual([3, 3])
  })
})

describe('svd with all vectors', () => {
  it('is square and orthogonal on both sides, for every shape and rank', () => {
    const tall = [[2, 1], [0.5, -3], [1, 1], [0, 4]] // biome-ignore format: a matrix
    const matrices = [tall, transpose(tall).toArray(), [[1, 0], [0, 1], [0, 0]], [[1], [0], [0], [0]], [[1, 1], [1, 1], [1, 1]], [[0, 0, 0]], [[3]]] as number[][][] // biome-ignore format: matrices
    for (const each of matrices) {
      const { u, s, vt } = svd(each, { fullMatrices: true })
      const [m, n] = [each.length, (each[0] as number[]).length]
      expect([u.shape, s.shape, vt.shape]).toEqual([[m, m], [Math.min(m, n)], [n, n]])
      for (const q of [u, vt])
        close(
          norm(
            sub(
              matmul(transpose(q), q),
              Array.from(q.toArray(), (row, i) => (row as number[]).map((_, j) => (i === j ? 1 : 0))),
            ) as Tensor,
          ),
          0,
          14,
        )
      const sigma = Array.from({ length: m }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? s.at(i) : 0)))
      close(matmul(matmul(u, sigma), vt), each, 13)
      const thin = svd(each)
      expect(array(s)).toEqual(array(thin.s))
    }
  })

  it('has the derivative of the projection beside the columns', () => {
    // The projection on what is orthogonal to a vector x is 1 − x xᵀ / |x|².
    const f = (x: Tensor) => {
      const { u } = svd(x, { fullMatrices: true })
      const rest = matmul(u, [[0, 0], [1, 0], [0, 1]]) // biome-ignore format: a matrix
      return matmul(rest, transpose(rest))
    }
    const x = tensor([[1], [2], [2]])
    close(f(x), [[8, -2, -2], [-2, 5, -4], [-2, -4, 5]].map(row => row.map(each => each / 9))) // biome-ignore format: a matrix
    const exact = jacobian((t: Tensor) => mul(-1, matmul(t, transpose(t))) as Tensor)(x)
    const slopes = jacobian(f)(x)
    // d(−x xᵀ / 9) + 2 x xᵀ (x · dx) / 81
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) for (let d = 0; d < 3; d++) {
      expect(slopes.at(i, j, d, 0)).toBeCloseTo(exact.at(i, j, d, 0) / 9 + (2 * x.at(i, 0) * x.at(j, 0) * x.at(d, 0)) / 81, 12)
    } // biome-ignore format: loops
  })
})
