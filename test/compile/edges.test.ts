import { describe, expect, it } from 'vitest'
import {
  add,
  compile,
  grad,
  hessian,
  jacobian,
  lt,
  map,
  matmul,
  max,
  mean,
  mul,
  prod,
  scan,
  sin,
  square,
  sum,
  Tensor,
  take,
  tensor,
  vmap,
  whileLoop,
  zeros,
} from '../../src/index.ts'

const plain = (x: unknown): unknown => (x instanceof Tensor ? { shape: x.shape, data: [...x.data] } : Array.isArray(x) ? x.map(plain) : x)
const targets = ['auto', 'js', 'wasm', 'interpreter'] as const

/** s ← s² below 100, and the sum of sin(s y) on the way. */
const path = (x: number[]): number =>
  whileLoop(
    ([s]) => lt(s, 100),
    ([s, p]) => [mul(s, s), add(p, sin(mul(s, x[1] as number)))],
    [x[0] as number, 0],
  )[1]

describe.each(targets)('compiled for %s', target => {
  it('loops that end by a condition have Jacobians and Hessians, alone and in batches', () => {
    const both = (x: number[]) => [path(x), mul(path(x), x[0] as number)]
    const at = [3, 0.5]
    // The rounds are known at this point: s = 3, 9, 81.
    const [x, y] = at as [number, number]
    const byX = Math.cos(x * y) * y + Math.cos(x ** 2 * y) * 2 * x * y + Math.cos(x ** 4 * y) * 4 * x ** 3 * y
    const byY = Math.cos(x * y) * x + Math.cos(x ** 2 * y) * x ** 2 + Math.cos(x ** 4 * y) * x ** 4
    const [gradient] = compile(jacobian(both), { target })(at) as [number[]]
    expect(gradient[0]).toBeCloseTo(byX, 10)
    expect(gradient[1]).toBeCloseTo(byY, 10)
    const close = (found: unknown, expected: unknown) => {
      const [a, b] = [found, expected].map(each => [each].flat(9) as number[]) as [number[], number[]]
      b.forEach((entry, i) => void expect(a[i]).toBeCloseTo(entry, 8))
    }
    close(compile(hessian(path), { target })(at), hessian(path)(at))
    const batch = [at, [2, 0.7], [101, 1]]
    close(compile(vmap(jacobian(both)), { target })(batch), batch.map(jacobian(both)))
    close(compile(vmap(hessian(path)), { target })(batch), batch.map(hessian(path)))
    close(vmap(hessian(path))(batch), batch.map(hessian(path)))
  })

  it('axes of length 0 beside others are reduced to what there is none of', () => {
    const none = zeros([0, 3])
    for (const reduce of [sum, max, mean, prod]) expect(plain(compile((x: Tensor) => reduce(x, { axis: 1 }), { target })(none))).toEqual(plain(zeros([0])))
    expect(plain(compile((x: Tensor) => sum(x, { axis: 0 }), { target })(none))).toEqual(plain(zeros([3])))
    expect(
      plain(
        compile(
          grad((x: Tensor) => sum(square(sum(x, { axis: 1 })))),
          { target },
        )(none),
      ),
    ).toEqual(plain(none))
  })

  it('loops over no items give their first state, and as many outputs', () => {
    const over = (xs: unknown) => scan((s: number, x: number) => [add(s, x), mul(s, x)], 1, xs)
    for (const f of [over, compile(over, { target })]) {
      expect(f([])).toEqual([1, []])
      expect(f(new Float64Array(0))).toEqual([1, []])
      expect(f(zeros([0]))).toEqual([1, []])
    }
    const rows = (xs: Tensor) => [scan((s: number, x: Tensor) => [add(s, sum(x)), mul(s, x)], 1, xs), map((x: Tensor) => ({ y: mul(x, 2) }), xs)]
    for (const f of [rows, compile(rows, { target })]) {
      const [[last, outputs], { y }] = f(zeros([0, 2])) as unknown as [[number, Tensor], { y: Tensor }]
      expect([last, outputs.shape, y.shape]).toEqual([1, [0, 2], [0, 2]])
    }
  })

  it('x + 0 and x + (−0) have the sign of zero that the sum has', () => {
    const sums = (x: number[]) => x.flatMap(each => [add(each, 0), add(each, -0), add(0, each), add(-0, each)])
    const fast = compile(sums, { target })
    for (const x of [
      [1, 2],
      [0, -0],
    ])
      expect(fast(x)).toEqual(x.flatMap(each => [each + 0, each + -0, 0 + each, -0 + each]))
  })

  it('takes subclasses of typed arrays for what they are', () => {
    class Mine extends Float64Array {}
    const f = compile((x: Float64Array) => sum(square(x)), { target })
    expect(f(new Mine([1, 2, 3]))).toBe(14)
    expect(f(new Float64Array([1, 2, 4]))).toBe(21)
    expect(f.stats.versions).toBe(1)
    expect(compile((x: Uint8Array) => sum(x), { target })(Buffer.from([1, 2, 3]))).toBe(6)
  })

  it('a function that closes over a value of a running transform is differentiated by it', () => {
    const cubed = (x: number) => compile((y: number) => mul(x, square(add(x, y))), { target })(1)
    expect(grad(cubed)(2)).toBe(21) // d/dx x (x + 1)²
    expect(hessian(cubed)(2)).toBe(16)
    expect(vmap(cubed)(tensor([1, 2]))).toEqual(tensor([4, 18]))
    expect(compile(cubed, { target })(2)).toBe(18)
    expect(grad((x: number) => scan(s => [compile((t: number) => mul(t, x), { target })(s), 0], 1, zeros([3]))[0])(2)).toBe(12)
  })
})

it('a module that is written has the tensors that it reads entries of', async () => {
  const table = tensor([1, 2, 4])
  const f = compile((i: number) => mul(3, take(table, i) as unknown as number), { target: 'js' })
  expect(f(2)).toBe(12)
  const written = await import(`data:text/javascript,${encodeURIComponent(f.emit())}`)
  expect([0, 1, 2].map(written.default)).toEqual([3, 6, 12])
})

it.each([0, 1, 5])('a product of two vectors of %d is a loop, also in a module', async length => {
  const [a, b] = [Math.sin, Math.exp].map(f => tensor(Float64Array.from({ length }, (_, i) => f(i)))) as [Tensor, Tensor]
  const f = compile((x: Tensor, y: Tensor) => matmul(x, y) as unknown as number, { target: 'js' })
  expect(f(a, b)).toBe(matmul(a, b))
  const written = await import(`data:text/javascript,${encodeURIComponent(f.emit())}`)
  expect(written.default(a, b)).toBe(matmul(a, b))
})
