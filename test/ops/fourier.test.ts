import { describe, expect, it } from 'vitest'
import { add, type ComplexPair, compile, fft, grad, ifft, irfft, jacobian, mul, planJacobian, rfft, ShapeError, sub, sum, type Tensor, TreeError, tensor, variable, vmap } from '../../src/index.ts' // biome-ignore format: a list
import { checkGrads } from '../../src/testing/index.ts'
import { Random } from '../forms/random.ts'

const array = (x: unknown) => (x as Tensor).toArray()
const close = (found: Tensor, expected: ArrayLike<number>, tolerance = 1e-14) => {
  expect(found.size).toBe(expected.length)
  const size = Math.max(...Array.from(expected, Math.abs), 1)
  found.data.forEach((each, i) => {
    expect(Math.abs(each - (expected[i] as number)) / size, `entry ${i}: ${each}, not ${expected[i]}`).toBeLessThanOrEqual(tolerance)
  })
}
const filled = (seed: string, shape: readonly number[]) => {
  const random = new Random(seed)
  return tensor(
    Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.between(-1, 1)),
    shape,
  )
}

/** The sums that define the transform, with angles reduced in integers. */
function direct({ re, im }: ComplexPair, sign: number): [number[], number[]] {
  const n = re.size
  const [a, b]: [number[], number[]] = [[], []]
  for (let k = 0; k < n; k++) {
    let [x, y] = [0, 0]
    for (let j = 0; j < n; j++) {
      const angle = (2 * Math.PI * ((j * k) % n)) / n
      const [c, s] = [Math.cos(angle), sign * Math.sin(angle)]
      x += c * re.at(j) - s * im.at(j)
      y += s * re.at(j) + c * im.at(j)
    }
    a.push(x)
    b.push(y)
  }
  return [a, b]
}

// As NumPy gives them; see below.
const FFT: [number, 'backward' | 'ortho' | 'forward', number[], number[]][] = [
  [
    5,
    'backward',
    [5.75, -0.32725424859373686, -0.04774575140626314, -0.04774575140626314, -0.32725424859373686],
    [0.0, 0.3928994795071372, -4.357321998544865, 4.357321998544865, -0.3928994795071372],
  ],
  [3, 'backward', [2.5, 0.25, 0.25], [0.0, -2.1650635094610964, 2.1650635094610964]],
  [
    8,
    'ortho',
    [
      2.032931995911324, 0.015165042944955303, 0.618718433538229, 0.5151650429449552, -1.5026019100214134, 0.5151650429449552, 0.618718433538229,
      0.015165042944955303,
    ],
    [0.0, -1.073223304703363, 0.35355339059327373, -1.4267766952966368, 0.0, 1.4267766952966368, -0.35355339059327373, 1.073223304703363],
  ],
  [
    5,
    'forward',
    [1.1500000000000001, -0.06545084971874737, -0.009549150281252628, -0.009549150281252628, -0.06545084971874737],
    [0.0, 0.07857989590142744, -0.871464399708973, 0.871464399708973, -0.07857989590142744],
  ],
]
const IRFFT: [number, number[]][] = [
  [6, [1.1666666666666665, 0.3720084679281461, -0.44935873711777197, -1.1666666666666665, 1.2826920704511053, -0.2053418012614796]],
  [7, [1.4285714285714284, -0.031578837209592425, 0.37572801819024904, -1.5010628728110254, 0.19749405075208387, 0.981935965589626, -0.45108775308276927]],
  [4, [1.125, -0.125, -0.875, 0.875]],
  [
    9,
    [
      1.1111111111111112, 0.2013482866573175, 0.08497791181119618, 0.03376084192148533, -1.2791173843587758, -0.1708414881440266, 1.188461380300737,
      -0.166247838154834, -0.0034528211442105025,
    ],
  ],
]
const FFT2 = [
  [9.5, -2.5, -2.5, -5.5, 3.5, 3.5],
  [0.0, -1.7320508075688774, 1.7320508075688774, 0.0, -3.4641016151377544, 3.4641016151377544],
] as const
const IFFT0 = [
  [0.75, 2.5, 1.5, 0.25, -0.5, -2.5],
  [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
] as const

describe('the Fourier transform', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 12, 30, 61, 64, 67, 74, 97, 101, 134, 210, 256, 303, 360, 1009])('of length %i is the sum that defines it, both ways', n => {
    const x = { re: filled(`re ${n}`, [n]), im: filled(`im ${n}`, [n]) }
    const [y, back] = [fft(x), ifft(fft(x))]
    const [re, im] = direct(x, -1)
    close(y.re, re, 3e-14)
    close(y.im, im, 3e-14)
    close(back.re, x.re.data, 2e-15 * Math.log2(n + 1) + 1e-15)
    close(back.im, x.im.data, 2e-15 * Math.log2(n + 1) + 1e-15)
    const half = rfft(x.re)
    const real = fft(x.re)
    expect(half.re.data).toEqual(real.re.data.slice(0, (n >> 1) + 1))
    close(irfft(half, { n }), x.re.data, 4e-15 * Math.log2(n + 1) + 1e-15)
    // Parseval
    close(tensor([(sum(mul(y.re, y.re)) + sum(mul(y.im, y.im))) / n]), [sum(mul(x.re, x.re)) + sum(mul(x.im, x.im))], 1e-13)
  })

  it('has the values of NumPy, cut, padded and scaled', () => {
    // numpy.fft.fft([1, 2, -0.5, 3, 0.25], n, norm = norm)
    const x = [1, 2, -0.5, 3, 0.25]
    for (const [n, norm, re, im] of FFT) {
      const y = fft(x, { n, norm })
      close(y.re, re)
      close(y.im, im)
    }
    // numpy.fft.irfft([1, 2 + 1j, -0.5 - 2j, 3 + 1j], n)
    const half = { re: [1, 2, -0.5, 3], im: [0, 1, -2, 1] }
    for (const [n, values] of IRFFT) close(irfft(half, n), values)
    // numpy.fft.fft2(a) and numpy.fft.ifft(a, axis = 0) for a = [[1, 2, -1], [0.5, 3, 4]]
    const a = [[1, 2, -1], [0.5, 3, 4]] // biome-ignore format: a matrix
    const both = fft(a, { axis: [0, 1] })
    close(both.re, FFT2[0])
    close(both.im, FFT2[1])
    const columns = ifft(a, { axis: 0 })
    close(columns.re, IFFT0[0])
    close(columns.im, IFFT0[1])
    expect(irfft({ re: [3], im: [5] }, 1).toArray()).toEqual([3])
  })

  it('of pairs has derivatives by both parts, of every order', () => {
    const p = { re: [1, -0.5, 2], im: [0.25, 3, -1] }
    const power = (x: ComplexPair<number[]>) => {
      const { re, im } = fft(x, { norm: 'ortho' })
      return sum(mul(sub(mul(re, re), im), add(im, re)))
    }
    checkGrads(power, [p])
    checkGrads((x: ComplexPair<number[]>) => sum(mul(irfft(x, 5), irfft(x, 5))), [p])
    checkGrads((x: number[]) => sum(mul(rfft(x, 4).im, rfft(x, 4).re)), [p.re])
    // A polynomial product by the convolution theorem, whose gradient is a correlation.
    const convolve = (f: number[]) => {
      const [a, b] = [fft(f, 4), fft([1, 2], 4)]
      return ifft({ re: sub(mul(a.re, b.re), mul(a.im, b.im)), im: add(mul(a.re, b.im), mul(a.im, b.re)) }).re
    }
    close(convolve([3, 4, 5]), [3, 10, 13, 10])
    close(jacobian(convolve)([3, 4, 5]), [1, 0, 0, 2, 1, 0, 0, 2, 1, 0, 0, 2])
    expect(planJacobian((x: Tensor) => fft(x).re, filled('rows', [3, 4])).pattern.nonzeros).toBe(48)
  })

  it('is compiled, batched and a method', () => {
    const x = filled('batch', [3, 5])
    const spectrum = (t: Tensor) => fft(t).im
    expect(array(compile(spectrum)(x))).toEqual(array(spectrum(x)))
    expect(array(vmap(spectrum)(x))).toEqual(array(spectrum(x)))
    const mixed = (re: Tensor, im: Tensor) => fft({ re, im }).re
    const [im, each] = [tensor([1, 2, 3, 4, 5]), vmap(mixed, [0, null])(x, tensor([1, 2, 3, 4, 5]))]
    expect(array(each)).toEqual(x.toArray().map((row: number[]) => array(mixed(tensor(row), im))))
    expect(array(vmap(grad((t: Tensor) => sum(spectrum(t))))(x))).toEqual(
      x.toArray().map((row: number[]) => array(grad((t: Tensor) => sum(spectrum(t)))(tensor(row)))),
    )
    const v = variable([1, 2, 3])
    v.rfft().re.sum().backward()
    close(v.grad as Tensor, [2, 0.5, 0.5])
    expect(fft(tensor([1, 2], { dtype: 'float32' })).re.dtype).toBe('float32')
  })

  it('says what does not fit', () => {
    expect(() => fft(3)).toThrow(ShapeError)
    expect(() => fft(tensor([], [2, 0]))).toThrow(/has no entries to transform/)
    expect(() => fft({ re: [1, 2], im: [1] })).toThrow(ShapeError)
    expect(() => fft({ re: [1], imaginary: [1] } as never)).toThrow(TreeError)
    expect(() => irfft([1])).toThrow(/say how many with n/)
    expect(() => fft([1], { norm: 'unitary' as never })).toThrow(/norm is 'backward', 'ortho' or 'forward'/)
    expect(() => fft([[1]], { axis: [0, 1], n: 2 })).toThrow(ShapeError)
    expect(fft(tensor([], [0, 3])).re.shape).toEqual([0, 3])
  })
})
