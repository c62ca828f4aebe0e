import { afterEach, describe, expect, it, vi } from 'vitest'
import { astype, compile, grad, jvp, matmul, mul, sum, type Tensor, tanh, tensor, transpose, vmap } from '../../../src/index.ts'
import { isLarge, multiply } from '../../../src/ops/kernels/gemm.ts'
import { turnedProduct } from '../../../src/ops/linalg.ts'
import { checkOp } from '../../../src/testing/index.ts'
import { Module } from '../../../src/wasm/module.ts'
import { pool } from '../../../src/wasm/pool.ts'
import { matrixProduct } from '../../../src/wasm/product.ts'

type Pair = [Tensor, Tensor]
type Floats = Float64Array | Float32Array

/** Integers so small that all sums of their products are exact in float32, in whatever order and with however many roundings. */
const integers = (length: number, seed: number) => Float64Array.from({ length }, (_, i) => ((i * 7 + seed * 13 + (i % 11) * 5) % 9) - 4)
const numbers = (length: number, seed: number) => Float64Array.from({ length }, (_, i) => Math.sin(seed + 3.7 * i))

/** Row by column, of operands that may be stored transposed. */
function byHand(m: number, k: number, n: number, [left, right]: readonly [boolean, boolean], a: Floats, b: Floats): Float64Array {
  const out = new Float64Array(m * n)
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) for (let p = 0; p < k; p++) out[i * n + j]! += a[left ? p * m + i : i * k + p]! * b[right ? j * k + p : p * n + j]!
  return out
}

const TURNS = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const

describe('products of matrices', () => {
  // Both sides of where tiles, blocks of rows, of terms and of columns end, and of where WebAssembly begins.
  const sizes = [
    [1, 1, 1],
    [1, 9, 7],
    [9, 7, 1],
    [3, 50, 40],
    [4, 1, 4],
    [5, 2, 3],
    [15, 16, 17],
    [16, 16, 16],
    [17, 19, 23],
    [4, 300, 4],
    [95, 3, 33],
    [96, 256, 8],
    [98, 257, 9],
    [101, 255, 12],
    [7, 5, 1030],
    [200, 600, 5],
  ] as const

  it('are those by hand, in both float types, stored transposed or not', () => {
    for (const [m, k, n] of sizes)
      for (const turned of TURNS) {
        const [a, b] = [integers(m * k, 1), integers(k * n, 2)]
        const expected = byHand(m, k, n, turned, a, b)
        expect(multiply({ m, k, n, turned }, a, b)).toEqual(expected)
        expect(multiply({ m, k, n, turned }, Float32Array.from(a), Float32Array.from(b))).toEqual(Float32Array.from(expected))
      }
    expect(sizes.filter(([m, k, n]) => isLarge(m, k, n)).length).toBeGreaterThan(5)
  })

  it('are as near to the exact sums as sums of rounded terms are', () => {
    const [m, k, n] = [33, 300, 21]
    const [a, b] = [numbers(m * k, 1), numbers(k * n, 2)]
    const sizes = byHand(m, k, n, [false, false], a.map(Math.abs), b.map(Math.abs))
    const exact = byHand(m, k, n, [false, false], a, b)
    multiply({ m, k, n, turned: [false, false] }, a, b).forEach((each, i) => {
      expect(Math.abs(each - exact[i]!)).toBeLessThanOrEqual(k * 2 ** -52 * sizes[i]!)
    })
    const [a4, b4] = [Float32Array.from(a), Float32Array.from(b)]
    const exact4 = byHand(m, k, n, [false, false], a4, b4)
    multiply({ m, k, n, turned: [false, false] }, a4, b4).forEach((each, i) => {
      expect(Math.abs(each - exact4[i]!)).toBeLessThanOrEqual(k * 2 ** -23 * sizes[i]!)
    })
  })

  it('hold what IEEE 754 says of infinities, NaN and zeros, in the rows and columns that have them', () => {
    const [m, k, n] = [19, 20, 21]
    for (const turned of TURNS) {
      const [a, b] = [integers(m * k, 3), integers(k * n, 4)]
      a[0] = Number.POSITIVE_INFINITY
      a[m * k - 1] = Number.NaN
      b[k * n - 1] = Number.NEGATIVE_INFINITY
      b[5] = -0
      expect(multiply({ m, k, n, turned }, a, b)).toEqual(byHand(m, k, n, turned, a, b))
    }
    expect(multiply({ m, k, n, turned: [false, false] }, new Float64Array(m * k).fill(-0), new Float64Array(k * n).fill(3))).toEqual(new Float64Array(m * n))
  })

  it('are zeros of no terms, and nothing of no rows', () => {
    for (const [m, k, n] of [
      [20, 0, 30],
      [0, 20, 30],
      [20, 30, 0],
    ] as const)
      expect(multiply({ m, k, n, turned: [false, false] }, new Float64Array(m * k), new Float64Array(k * n))).toEqual(new Float64Array(m * n))
  })

  it('take the matrices of a batch that they are told', () => {
    const [m, k, n] = [16, 17, 18]
    const [a, b] = [integers(3 * m * k, 5), integers(2 * k * n, 6)]
    const taken = [
      [2, 0],
      [0, 1],
      [2, 1],
    ] as const
    const expected = taken.flatMap(([x, y]) => [
      ...byHand(m, k, n, [false, true], a.subarray(x * m * k, (x + 1) * m * k), b.subarray(y * k * n, (y + 1) * k * n)),
    ])
    const products = { m, k, n, turned: [false, true], pairs: [taken.map(([x]) => x), taken.map(([, y]) => y)] } as const
    // Together, and one by one, as where they would need too much memory.
    for (const most of [undefined, 0]) expect([...multiply(products, a, b, most)]).toEqual(expected)
  })

  it('run in modules that any page may make at once, of less than 4 kB', () => {
    for (const bytes of [8, 4] as const)
      for (const fused of [false, true]) {
        const module = new Module()
        module.shared = true
        module.fused = fused
        module.exports({ run: matrixProduct(module, bytes) })
        expect(module.toArray().length).toBeLessThan(4096)
        if (!fused) expect(WebAssembly.validate(module.toArray())).toBe(true)
      }
    expect(pool.function('product8', () => expect.unreachable('products have run'))).toBeTypeOf('function')
  })

  it('leave operands and earlier results as they are', () => {
    const [a, b] = [integers(400, 7), integers(400, 8)]
    const [a0, b0] = [a.slice(), b.slice()]
    const sizes = { m: 20, k: 20, n: 20, turned: [false, false] } as const
    const first = multiply(sizes, a, b)
    const kept = first.slice()
    multiply(sizes, b, a)
    multiply({ ...sizes, m: 400, k: 1, n: 400 }, a, b)
    expect([a, b, first]).toEqual([a0, b0, kept])
  })
})

describe('where a page allows no WebAssembly', () => {
  afterEach(() => void vi.unstubAllGlobals())

  it.each([
    ['is none', undefined],
    ['is refused', { Module: class { constructor() { throw new Error('CSP') } } }], // biome-ignore format: short
  ])('products are made by loops, where it %s', async (_, stub) => {
    vi.stubGlobal('WebAssembly', stub)
    vi.resetModules()
    const { multiply: plain } = await import('../../../src/ops/kernels/gemm.ts')
    const [m, k, n] = [33, 65, 34]
    for (const turned of TURNS) {
      const [a, b] = [integers(m * k, 1), integers(k * n, 2)]
      expect(plain({ m, k, n, turned }, a, b)).toEqual(byHand(m, k, n, turned, a, b))
    }
  })
})

describe('matmul of large matrices', () => {
  const shaped = (shape: number[], seed: number) =>
    tensor(
      numbers(
        shape.reduce((x, y) => x * y, 1),
        seed,
      ),
      shape,
    )

  it('has the same bits compiled to JavaScript, with its gradient', () => {
    const f = ([w, x]: Pair) => sum(tanh(matmul(transpose(x), matmul(w, x))))
    const slope = grad(f)
    const given: Pair = [shaped([30, 30], 1), shaped([30, 20], 2)]
    const expected = slope(given)
    for (const target of ['js', 'interpreter'] as const) expect(compile(slope, { target })(given)).toEqual(expected)
    const made = compile(slope, { target: 'wasm' })(given)
    const flat = (all: Pair) => all.flatMap(each => [...each.data])
    flat(made).forEach((each, i) => expect(Math.abs(each - flat(expected)[i]!)).toBeLessThan(1e-12))
  })

  it('has derivatives that its definition of small ones gives', () => {
    const [a, b] = [shaped([24, 20], 3), shaped([20, 22], 4)]
    const cotangent = shaped([24, 22], 5)
    const f = ([x, y]: Pair) => sum(mul(cotangent, matmul(x, y)))
    const [da, db] = grad(f)([a, b])
    expect(da.data).toEqual(multiply({ m: 24, k: 22, n: 20, turned: [false, true] }, cotangent.data, b.data))
    expect(db.data).toEqual(multiply({ m: 20, k: 24, n: 22, turned: [true, false] }, a.data, cotangent.data))
    const [, tangent] = jvp(f, [[a, b]], [[a, b]])
    expect(Math.abs(tangent - 2 * f([a, b]))).toBeLessThan(1e-9)
  })

  it('of float32 adds up in float32, with the same bits in every target, and gradients of float32', () => {
    const [w, x] = [shaped([30, 301], 1), shaped([20, 301], 2)].map(each => astype(each, 'float32')) as [Tensor, Tensor]
    const f = ([a, b]: Pair) => matmul(a, transpose(b)) as Tensor
    const expected = f([w, x])
    expect(expected.data).toEqual(multiply({ m: 30, k: 301, n: 20, turned: [false, true] }, w.data, x.data))
    expect(expected.data).toBeInstanceOf(Float32Array)
    for (const target of ['js', 'interpreter', 'wasm'] as const) expect(compile(f, { target })([w, x])).toEqual(expected)
    const loss = ([a, b]: Pair) => sum(mul(f([a, b]), f([a, b])))
    const slopes = grad(loss)([w, x])
    expect(slopes.map(each => each.dtype)).toEqual(['float32', 'float32'])
    for (const target of ['js', 'interpreter'] as const) expect(compile(grad(loss), { target })([w, x])).toEqual(slopes)
    const wide = grad(loss)([astype(w, 'float64'), astype(x, 'float64')])
    slopes.forEach((slope, i) => {
      const exact = wide[i]!.data
      const largest = Math.max(...exact.map(Math.abs))
      slope.data.forEach((each, at) => expect(Math.abs(each - exact[at]!)).toBeLessThan(1e-5 * largest))
    })
    // So do those of a row or a column, which WebAssembly computes in doubles.
    const [row, middle, column] = [shaped([1, 90], 3), shaped([90, 60], 4), shaped([60, 1], 5)].map(each => astype(each, 'float32')) as [Tensor, Tensor, Tensor]
    const g = ([x, y, z]: [Tensor, Tensor, Tensor]) => [matmul(x, y), matmul(y, z), matmul(z, x)]
    const thin = g([row, middle, column])
    expect(thin[0]!.data).toEqual(multiply({ m: 1, k: 90, n: 60, turned: [false, false] }, row.data, middle.data))
    for (const target of ['js', 'interpreter'] as const) expect(compile(g, { target })([row, middle, column])).toEqual(thin)
    // Small ones are sums of doubles, rounded once.
    const [a, b] = [tensor([[1e8, 1, -1e8]], { dtype: 'float32' }), tensor([[1], [1], [1]], { dtype: 'float32' })]
    for (const h of [matmul, compile(matmul, { target: 'js' }), compile(matmul, { target: 'wasm' })])
      expect((h(a, b) as Tensor).data).toEqual(Float32Array.of(1))
  })

  // Large ones, small ones that would be large together, more than a batch in code has, and vectors.
  it.each([
    [5, 18, 20, 18],
    [6, 3, 88, 40],
    [70, 4, 32, 32],
    [70, 1, 9, 1],
  ])('of a batch of %i, %i × %i by %i, is that of its items, in every target', (count, m, k, n) => {
    const [a, turned, b] = [shaped([count, m, k], 6), shaped([count, k, m], 6), shaped([k, n], 7)]
    const ofItems = (x: Tensor, f: (item: Tensor, b: Tensor) => Tensor) => [...x].flatMap(each => [...f(each as Tensor, b).data])
    const product = (x: Tensor, y: Tensor) => matmul(x, y) as Tensor
    const ofTurned = (x: Tensor, y: Tensor) => matmul(transpose(x, x.rank === 3 ? [0, 2, 1] : [1, 0]), y) as Tensor
    for (const [x, f] of [
      [a, product],
      [turned, ofTurned],
    ] as const) {
      const expected = ofItems(x, f)
      expect([...f(x, b).data]).toEqual(expected)
      expect([...compile(f, { target: 'js' })(x, b).data]).toEqual(expected)
      const size = expected.reduce((most, each) => Math.max(most, Math.abs(each)), 0)
      compile(f, { target: 'wasm' })(x, b).data.forEach((each, i) => {
        expect(Math.abs(each - expected[i]!)).toBeLessThan(1e-14 * size)
      })
    }
    expect([...(vmap((x: Tensor) => matmul(x, b))(a) as Tensor).data]).toEqual(ofItems(a, product))
  })

  it('of matrices that are stored transposed is right in every mode', () => {
    expect(checkOp(turnedProduct)).toBeGreaterThan(10)
  })
})
