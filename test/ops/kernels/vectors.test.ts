import { describe, expect, it, vi } from 'vitest'
import { strongZeros } from '../../../src/core/rows.ts'
import { add, astype, compile, div, eye, grad, greater, matmul, mul, scale, sub, sum, Tensor, tensor, where } from '../../../src/index.ts'
import { VECTORS_FROM, vectors } from '../../../src/ops/kernels/vector-hook.ts'
import { useVectors } from '../../../src/ops/kernels/vectors.ts'
import type { ElementwiseDefinition } from '../../../src/ops/kinds/elementwise.ts'
import { registry } from '../../../src/ops/registry.ts'

useVectors()

const SPECIAL = [0, -0, 1, -1, 0.5, -2, 3, 1e-310, -5e-324, 1e200, -1e200, 1e39, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 2 ** 31]

/** Every pair of special values, and others; not a multiple of what runs together. */
function entries(length: number, which: number): Float64Array {
  return Float64Array.from({ length }, (_, i) =>
    i < 1024 ? SPECIAL[(which === 0 ? i : which === 1 ? i >> 4 : (i * 7) >> 3) % 16]! : 3 * Math.sin(i * (which + 1.7)),
  )
}

const elementwise = registry.filter((each): each is ElementwiseDefinition => each.kind === 'elementwise' && (each as ElementwiseDefinition).text !== undefined)

/** What an operator gives entry by entry, computed in doubles and stored once. */
function oneByOne({ value, arity }: ElementwiseDefinition, length: number, operands: readonly (Tensor | number)[], single: boolean): number[] {
  return Array.from({ length }, (_, i) => {
    const all = operands.slice(0, arity).map(each => (each instanceof Tensor ? each.data[each.size === 1 ? 0 : i]! : each))
    const result = Number(value(...all))
    return single ? Math.fround(result) : result
  })
}

/** Doubles with random bits, numbers around 0, and the neighbours of those where the functions of fdlibm begin another branch. */
function ofAllSizes(count: number): Float64Array {
  const numbers = new Float64Array(count)
  const halves = new Uint32Array(numbers.buffer)
  let state = 20261128
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state
  }
  for (let i = 0; i < halves.length; i++) halves[i] = next()
  const spread = [1, 4, 50, 1500]
  for (let i = 0; i < count; i++) if (i % 5 > 0) numbers[i] = (next() / 2 ** 32 - 0.5) * (spread[(i % 5) - 1] as number)
  const borders = [
    2 ** -54,
    2 ** -28,
    0.25,
    0.34657359,
    0.5,
    1,
    1.03972077,
    1.25,
    2,
    6.75,
    19.5,
    22,
    36,
    37,
    88,
    104,
    708,
    709.782712893384,
    745.1332191019411,
    1e9,
  ]
  const near = borders.flatMap(each => [0, 1, -1, 2, -2, 1e6, -1e6].flatMap(k => [1, -1].map(sign => sign * each * (1 + k * Number.EPSILON))))
  numbers.set(near)
  return numbers
}

describe('loops over many entries', () => {
  const length = 8192 + VECTORS_FROM + 3
  let taken = 0

  it.each(elementwise.map(each => [each.name, each] as const))('of %s give what it gives one by one, in both float types', (_, definition) => {
    const { arity, text } = definition
    const wide = [0, 1, 2].slice(0, arity).map(k => tensor(entries(length, k)))
    const forms: (Tensor | number)[][] = [wide, wide.map(each => astype(each, 'float32'))]
    for (let k = 0; arity > 1 && k < arity; k++) for (const number of [-0.5, 0, Number.NaN]) forms.push(wide.map((each, i) => (i === k ? number : each)))
    if (arity > 1) forms.push([astype(wide[0]!, 'float32'), ...wide.slice(1)])
    for (const operands of forms) {
      const single = operands.every(each => typeof each === 'number' || (each as Tensor).dtype === 'float32') && definition.gives === undefined
      const buffers = operands.flatMap(each => (each instanceof Tensor ? [each.data, 1] : [Float64Array.of(each), 0]))
      const made = vectors.run?.(text as string, length, buffers, single)
      if (made === undefined) continue
      taken++
      expect([...made]).toEqual(oneByOne(definition, length, operands, single))
    }
  })

  it('are of arithmetic, comparisons and choices', () => {
    expect(taken).toBeGreaterThan(100)
  })

  it.each(['exp', 'tanh', 'sigmoid', 'logisticDensity'])('of %s have the bits of Math for numbers of all sizes', name => {
    const { value, text } = elementwise.find(each => each.name === name) as ElementwiseDefinition
    const numbers = ofAllSizes(120_001)
    const found = vectors.run?.(text as string, numbers.length, [numbers, 1], false)
    // Other processors' engines may fuse products and sums: then the loop runs.
    if (found === undefined) return expect(process.arch).not.toBe('x64')
    expect(numbers.findIndex((each, i) => !Object.is(found[i], value(each)))).toBe(-1)
  })

  it('of functions that the engine computes otherwise run by themselves', async () => {
    const own = Math.exp
    vi.spyOn(Math, 'exp').mockImplementation(x => (Math.abs(x) > 20 && Math.abs(x) < 20.1 ? own(x) * (1 + Number.EPSILON) : own(x)))
    vi.resetModules()
    try {
      const other = await import('../../../src/ops/kernels/vectors.ts')
      const { vectors: hook } = await import('../../../src/ops/kernels/vector-hook.ts')
      other.useVectors()
      const run = (text: string) => hook.run?.(text, 3, [Float64Array.of(1, 2, 3), 1], false)
      expect(run('Math.exp(x)')).toBeUndefined()
      expect(run('sigmoidKernel(x)')).toBeUndefined()
      expect(run('x * x')).toEqual(Float64Array.of(1, 4, 9))
    } finally {
      vi.restoreAllMocks()
      vi.resetModules()
    }
  })

  it('leave products in which a zero wins over ∞ or NaN to the loop that counts them', () => {
    const [x, y] = [new Tensor(new Float64Array(length), [length]), new Tensor(new Float64Array(length).fill(2), [length])]
    y.data[length - 1] = Number.POSITIVE_INFINITY
    const before = strongZeros
    expect((scale(x, y) as Tensor).data).toEqual(new Float64Array(length))
    expect(strongZeros).toBe(before + 1)
    y.data[length - 1] = 7
    x.data[5000] = 3
    expect((scale(x, y) as Tensor).at(5000)).toBe(6)
    expect(strongZeros).toBe(before + 1)
  })

  it.each([511, 512, 513, 8191, 8192, 8193])('are the same on both sides of where they begin and of blocks: %i entries', size => {
    const [x, y] = [tensor(entries(size, 0)), tensor(entries(size, 1))]
    const found = [mul(x, y), sub(x, 3), where(greater(x, y), x, y), div(2, y), mul(astype(x, 'float32'), astype(y, 'float32'))] as Tensor[]
    const expected = [
      (a: number, b: number) => a * b,
      (a: number) => a - 3,
      (a: number, b: number) => (a > b ? a : b),
      (_: number, b: number) => 2 / b,
      (a: number, b: number) => Math.fround(Math.fround(a) * Math.fround(b)),
    ].map(f => Array.from(x.data, (a, i) => f(a, y.data[i]!)))
    expect(found.map(each => [...each.data])).toEqual(expected)
  })

  it('of a buffer that was handed on, and so are products, are NaN as in any loop', () => {
    const gone = tensor(new Float64Array(900).fill(1), [30, 30])
    structuredClone(gone.data, { transfer: [gone.data.buffer as ArrayBuffer] })
    expect(matmul(gone, eye(30)).data.every(Number.isNaN)).toBe(true)
    expect(mul(gone, eye(30)).data.every(Number.isNaN)).toBe(true)
  })

  it('keep operands, earlier results, shapes and dtypes', () => {
    const x = tensor(
      entries(length, 0).map(each => (Number.isFinite(each) ? each : 1)),
      [1, length],
    )
    const kept = x.data.slice()
    const first = add(x, x) as Tensor
    const copy = first.data.slice()
    const second = sub(x, tensor([[1], [2]])) as Tensor
    expect([x.data, first.data, first.shape, second.shape]).toEqual([kept, copy, [1, length], [2, length]])
    expect((mul(astype(x, 'float32'), 2) as Tensor).data).toBeInstanceOf(Float32Array)
    const loss = (z: Tensor) => sum(mul(mul(z, z), sub(z, 0.5)))
    expect(compile(grad(loss), { target: 'js' })(x)).toEqual(grad(loss)(x))
  })
})
