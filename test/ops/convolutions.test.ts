import { describe, expect, it } from 'vitest'
import {
  compile, conv1d, conv2d, conv3d, convTranspose1d, convTranspose2d, convTranspose3d, grad, maxPool, mul, OptionError, planJacobian, reduceWindow, ShapeError, sum, type Tensor, tensor, vmap,
} from '../../src/index.ts' // biome-ignore format: a list
import { Random } from '../forms/random.ts'

const array = (x: unknown) => (x as Tensor).toArray()
const CONVOLUTIONS = [conv1d, conv2d, conv3d] as const
const TRANSPOSES = [convTranspose1d, convTranspose2d, convTranspose3d] as const

interface Setting {
  x: Tensor
  w: Tensor
  stride: number[]
  padding: number[]
  dilation: number[]
  groups: number
}

/** All indices of a shape. */
function* indicesOf(shape: readonly number[]): Generator<number[]> {
  const size = shape.reduce((a, b) => a * b, 1)
  for (let i = 0; i < size; i++) {
    let rest = i
    yield shape.toReversed().map(length => {
      const at = rest % length
      rest = Math.floor(rest / length)
      return at
    }).toReversed() // biome-ignore format: a chain
  }
}

/** Sums over every pair of an entry of the convolved tensor and a weight: where they meet in the other tensor. */
function* meetings(channels: [number, number], places: readonly number[], kernel: readonly number[], { stride, padding, dilation, groups }: Setting) {
  for (const place of indicesOf(places)) {
    for (const k of indicesOf(kernel)) {
      const at = place.map((p, axis) => p * (stride[axis] as number) + (k[axis] as number) * (dilation[axis] as number) - (padding[axis] as number))
      for (let o = 0; o < channels[0]; o++) {
        const group = Math.floor((o * groups) / channels[0])
        const each = channels[1] / groups
        for (let c = 0; c < each; c++) yield { place, at, k, o, c, input: group * each + c }
      }
    }
  }
}

const inside = (at: readonly number[], shape: readonly number[]) => at.every((i, axis) => i >= 0 && i < (shape[axis] as number))

function random(dimensions: number, transposed: boolean, seed: number): Setting {
  const r = new Random(`convolutions ${dimensions} ${transposed} ${seed}`)
  const integer = (low: number, high: number) => low + Math.floor(r.next() * (high - low + 1))
  const each = (low: number, high: number) => Array.from({ length: dimensions }, () => integer(low, high))
  const filled = (shape: number[]) =>
    tensor(
      Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => integer(-4, 4)),
      shape,
    )
  const groups = integer(1, 2)
  const [kernel, dilation, stride] = [each(1, 3), each(1, 2), each(1, 2)]
  const padding = kernel.map((k, axis) => Math.min(integer(0, 2), ((k - 1) * (dilation[axis] as number)) >> (transposed ? 1 : 0)))
  const spatial = kernel.map((k, axis) => (transposed ? integer(1, 3) : (k - 1) * (dilation[axis] as number) + integer(1, 2)))
  const [many, few] = [groups * integer(1, 2), integer(1, 2)]
  return transposed
    ? { x: filled([2, many, ...spatial]), w: filled([many, few, ...kernel]), stride, padding, dilation, groups }
    : { x: filled([2, few * groups, ...spatial]), w: filled([many, few, ...kernel]), stride, padding, dilation, groups }
}

describe.each([1, 2, 3])('convolutions over %i axes', dimensions => {
  const conv = CONVOLUTIONS[dimensions - 1] as typeof conv1d
  const transpose = TRANSPOSES[dimensions - 1] as typeof convTranspose1d

  it('are the sums that define them, in groups, with strides, padding and dilation', () => {
    for (let seed = 0; seed < 12; seed++) {
      const setting = random(dimensions, false, seed)
      const { x, w, ...options } = setting
      const out = conv(x, w, options)
      const expected = new Float64Array(out.size)
      const strides = (shape: readonly number[]) => shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1))
      const to = strides(out.shape)
      for (let b = 0; b < 2; b++) {
        for (const { place, at, k, o, c, input } of meetings([w.shape[0] as number, x.shape[1] as number], out.shape.slice(2), w.shape.slice(2), setting)) {
          if (!inside(at, x.shape.slice(2))) continue
          const position = [b, o, ...place].reduce((sum, i, axis) => sum + i * (to[axis] as number), 0)
          expected[position] = (expected[position] as number) + x.at(b, input, ...at) * w.at(o, c, ...k)
        }
      }
      expect([...out.data], JSON.stringify(options)).toEqual([...expected])
    }
  })

  it('have transposes that spread each entry, and that are those of the convolutions', () => {
    for (let seed = 0; seed < 12; seed++) {
      const setting = random(dimensions, true, seed)
      const { x, w, ...options } = setting
      const room = options.stride.map((step, axis) => Math.max(step, options.dilation[axis] as number) - 1)
      for (const outputPadding of [room.map(() => 0), room]) {
        const y = transpose(x, w, { ...options, outputPadding })
        // The shape of torch.nn.ConvTranspose: (n − 1) stride − 2 padding + dilation (kernel − 1) + output_padding + 1
        const shape = x.shape
          .slice(2)
          .map(
            (n, i) =>
              (n - 1) * (options.stride[i] as number) -
              2 * (options.padding[i] as number) +
              (options.dilation[i] as number) * ((w.shape[i + 2] as number) - 1) +
              (outputPadding[i] as number) +
              1,
          )
        expect(y.shape).toEqual([2, (w.shape[1] as number) * options.groups, ...shape])
        const expected = new Map<string, number>()
        const channels: [number, number] = [w.shape[0] as number, (w.shape[1] as number) * options.groups]
        for (let b = 0; b < 2; b++) {
          for (const { place, at, k, o, c, input } of meetings(channels, x.shape.slice(2), w.shape.slice(2), setting)) {
            if (!inside(at, shape)) continue
            const key = [b, input, ...at].join()
            expected.set(key, (expected.get(key) ?? 0) + x.at(b, o, ...place) * w.at(o, c, ...k))
          }
        }
        for (const at of indicesOf(y.shape)) expect(y.at(...at), `${JSON.stringify(options)} ${at}`).toBe(expected.get(at.join()) ?? 0)
        if (outputPadding.some((more, axis) => more >= (options.stride[axis] as number))) continue
        // ⟨conv y, x⟩ has the gradient conv' x.
        const pulled = grad((t: Tensor) => sum(mul(conv(t, w, options), x)) as number)(y)
        expect([...pulled.data]).toEqual([...y.data])
      }
    }
  })

  it('are batched, compiled, and depend on their windows alone', () => {
    const { x, w, ...options } = random(dimensions, true, 3)
    const f = (t: Tensor, v: Tensor) => transpose(t, v, options)
    const both = tensor([array(x), array(x)])
    const weights = tensor([array(w), array(mul(2, w))])
    const [first, second] = [f(x, w), f(x, mul(2, w) as Tensor)]
    expect(array(compile(f)(x, w))).toEqual(array(first))
    expect(array(vmap(f)(both, weights))).toEqual([array(first), array(second)])
    expect(array(vmap(f, [null, 0])(x, weights))).toEqual([array(first), array(second)])
    const plan = planJacobian((t: Tensor) => f(t, w), x)
    const entries = planJacobian((t: Tensor) => f(t, w), x, { sparsity: 'dense' }).jacobian(x) as Tensor
    const nonzero = entries.data.reduce((count, each) => count + (each === 0 ? 0 : 1), 0)
    expect(plan.pattern.nonzeros).toBeGreaterThanOrEqual(nonzero)
    if (x.size * first.size > 60) expect(plan.pattern.nonzeros).toBeLessThan(x.size * first.size)
  })
})

describe('transposed convolutions', () => {
  // Dive into Deep Learning, section 14.10, as printed by torch.nn.ConvTranspose2d
  const x = [[[[0, 1], [2, 3]]]] // biome-ignore format: a matrix
  it('have the values that the book prints', () => {
    expect(array(convTranspose2d(x, x))).toEqual([[[[0, 0, 1], [0, 4, 6], [4, 12, 9]]]]) // biome-ignore format: a matrix
    expect(array(convTranspose2d(x, x, { stride: 2 }))).toEqual([[[[0, 0, 0, 1], [0, 0, 2, 3], [0, 2, 0, 3], [4, 6, 6, 9]]]]) // biome-ignore format: a matrix
    expect(array(convTranspose2d(x, x, { padding: 1 }))).toEqual([[[[4]]]])
  })

  it('say what does not fit', () => {
    expect(() => convTranspose2d(x, [[[1]]])).toThrow(ShapeError)
    expect(() => convTranspose1d([[[1], [2]]], [[[1]]])).toThrow(/2 channels in 1 groups need weights \[2, out \/ groups, …\]/)
    expect(() => convTranspose1d([[[1]]], [[[1]]], { outputPadding: 1 })).toThrow(OptionError)
    expect(() => convTranspose1d([[[1]]], [[[1]]], { padding: 2 })).toThrow(/would be -3/)
    expect(() => convTranspose2d(x, x, { stride: [1] })).toThrow(OptionError)
    expect(() => convTranspose2d(x, x, { padding: 'same' as never })).toThrow(OptionError)
    expect(convTranspose1d(tensor([], [0, 1, 3]), [[[1, 2]]]).shape).toEqual([0, 1, 4])
    expect(convTranspose1d([[[1]]], [[[1, 2]]], { padding: 1 }).shape).toEqual([1, 1, 0])
  })
})

describe('reduceWindow', () => {
  const x = [[1, 2, 3, 0], [4, 5, 6, 1], [7, -8, 9, 2]] // biome-ignore format: a matrix

  it('reduces windows over the last axes', () => {
    // jax.lax.reduce_window's definition: each window by itself
    expect(array(reduceWindow(x, { window: [2, 2], with: 'max' }))).toEqual([[5, 6, 6], [7, 9, 9]]) // biome-ignore format: a matrix
    expect(array(reduceWindow(x, { window: 2, with: 'min' }))).toEqual([[1, 2, 0], [-8, -8, 1]]) // biome-ignore format: a matrix
    expect(array(reduceWindow(x, { window: [3], stride: [2], padding: [[1, 0]], with: 'sum' }))).toEqual([[3, 5], [9, 12], [-1, 3]]) // biome-ignore format: a matrix
    expect(array(reduceWindow(x, { window: [2, 1], dilation: [2, 1], with: 'prod' }))).toEqual([[7, -16, 27, 0]])
    expect(array(reduceWindow([0, 0, 0], { window: 2, with: 'logSumExp' }))).toEqual([Math.LN2, Math.LN2])
    expect(array(reduceWindow(x, { window: [2, 2], stride: [2, 2], padding: 'same' }))).toEqual(array(maxPool(x, 2, 2, 'same')))
  })

  it('takes padding for nothing', () => {
    expect(array(reduceWindow([-1, -2], { window: 2, padding: 1 }))).toEqual([-1, -1, -2])
    expect(array(reduceWindow([2, 3], { window: 1, padding: 1, with: 'prod' }))).toEqual([1, 2, 3, 1])
    expect(array(reduceWindow([2, 3], { window: 1, padding: 1, with: 'max' }))).toEqual([Number.NEGATIVE_INFINITY, 2, 3, Number.NEGATIVE_INFINITY])
    expect(grad((t: number[]) => sum(reduceWindow(t, { window: 2, padding: 1 })))([1, 1])).toEqual([1.5, 1.5])
    expect(grad((t: number[]) => sum(mul([0, 1, 1, 0], reduceWindow(t, { window: 1, padding: 1, with: 'logSumExp' }))))([1, 2])).toEqual([1, 1])
  })

  it('says what does not fit', () => {
    expect(() => reduceWindow([1, 2], { window: [2, 2] })).toThrow(ShapeError)
    expect(() => reduceWindow([1, 2], { window: 3 })).toThrow(/does not fit an axis of length 2/)
    expect(() => reduceWindow([1, 2], { window: 2, with: 'mean' as never })).toThrow(OptionError)
    expect(reduceWindow(3, { window: 2 })).toBe(3)
    expect(reduceWindow(tensor([], [0, 3]), { window: [2] }).shape).toEqual([0, 2])
  })
})
