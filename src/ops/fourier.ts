import { shapeOf, toValue } from '../core/dispatch.ts'
import { floatsOf } from '../core/dtypes.ts'
import { ShapeError, TreeError } from '../core/errors.ts'
import { zeros } from '../core/makers.ts'
import { axes, count, flag, integer, positive } from '../core/option-kinds.ts'
import type { Given, Options, OptionsOf, Read } from '../core/options.ts'
import { checkShape, formatShape, mustFit, normalizeAxis, type Shape, sameShape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { isPlainObject } from '../core/tree.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { mul, neg } from './arithmetic.ts'
import { flip } from './axes.ts'
import { broadcastTo } from './broadcast.ts'
import { fft as transform } from './kernels/fft.ts'
import { fibres } from './kernels/reduce.ts'
import { composite } from './kinds/composite.ts'
import { type Linear, linear } from './kinds/linear.ts'
import { concat, reshape, sliceAxis } from './shape.ts'

/*
 * Fourier transforms. Complex numbers are pairs of tensors, their real and imaginary parts.
 */

/** Complex numbers: real and imaginary parts of one shape. */
export interface ComplexPair<T extends TensorLike = Tensor> {
  re: T
  im: T
}

const fourierOptions = {
  axis: { is: count, required: true, says: 'Along which axis of the operands.' },
  inverse: { is: flag, required: true, says: 'Whether the exponent is positive.' },
} as const satisfies Options
type Fourier = Read<typeof fourierOptions>

export const fourier: Linear<(re: TensorLike, im: TensorLike, options: OptionsOf<typeof fourierOptions>) => Tensor> = /* @__PURE__ */ linear({
  name: 'fourier',
  operands: 2,
  step: {
    arity: 2,
    params: fourierOptions,
    shape: ([re, im], { axis }: Fourier) => {
      mustFit(sameShape(re as Shape, im as Shape) && axis < (re as Shape).length, 'both parts have one shape, in which the axis is')
      return [2, ...(re as Shape)]
    },
  },
  summary: 'Sums over an axis of complex numbers times e^(∓2πijk/n): real and imaginary parts, one after the other along a first axis.',
  formula: String.raw`y_k = \sum_j x_j e^{\mp 2\pi i j k / n}`,
  citation: 'J. W. Cooley and J. W. Tukey, Math. Comp. 19 (1965) 297–301; L. Bluestein 1970 for large prime factors.',
  options: fourierOptions,
  signature: (re, im, params) => ({ operands: [re, im], params }),
  value: ([re, im], { axis, inverse }: Fourier) => {
    const { shape, size } = re as Tensor
    const data = new Float64Array(2 * size)
    const { starts, offsets } = fibres({ shape }, [axis])
    const [real, imaginary] = [re.data, im.data] as [Float64Array, Float64Array]
    const x = { re: new Float64Array(offsets.length), im: new Float64Array(offsets.length) }
    for (const start of starts) {
      for (let j = 0; j < offsets.length; j++) {
        x.re[j] = real[start + (offsets[j] as number)] as number
        x.im[j] = imaginary[start + (offsets[j] as number)] as number
      }
      transform(x, inverse)
      for (let k = 0; k < offsets.length; k++) {
        data[start + (offsets[k] as number)] = x.re[k] as number
        data[size + start + (offsets[k] as number)] = x.im[k] as number
      }
    }
    return new Tensor(data, [2, ...shape])
  },
  // The matrix of the transform is symmetric, and the transpose on pairs that of its conjugate.
  transpose: (cotangent, { axis, inverse }: Fourier) => {
    const [re, im] = halves(cotangent)
    return halves(fourier(re, im, { axis, inverse: !inverse }))
  },
  pattern: (sets, [shape], outShape, params, lattice) => {
    const result = new Int32Array(sizeOfShape(outShape))
    const { starts, offsets } = fibres({ shape: shape as Shape }, [(params as Fourier).axis])
    for (const start of starts) {
      let union = 0
      for (const set of sets) if (set !== undefined) for (const offset of offsets) union = lattice.union(union, set[start + offset] as number)
      for (const offset of offsets) {
        result[start + offset] = union
        result[result.length / 2 + start + offset] = union
      }
    }
    return result
  },
  batch: ([re, im], batched, size, { axis, inverse }: Fourier) => {
    const [a, b] = [re, im].map((each, i) => (batched[i] ? each : broadcastTo(each, [size, ...shapeOf(each)]))) as [Tensor, Tensor]
    const [real, imaginary] = halves(fourier(a, b, { axis: axis + 1, inverse }))
    const one = [size, 1, ...shapeOf(real).slice(1)]
    return concat([reshape(real, one), reshape(imaginary, one)], { axis: 1 })
  },
  samples: [
    [[1, 2, -0.5, 3, 0.25], [0.5, -1, 2, 0, 1], { axis: 0, inverse: false }],
    [
      [
        [1, 2, -1],
        [0.5, 3, 4],
      ],
      [
        [0, 1, 2],
        [-1, 0.5, 3],
      ],
      { axis: 0, inverse: true },
    ],
  ],
})

/** Real and imaginary parts. */
function halves(both: Tensor): [Tensor, Tensor] {
  const shape = both.shape.slice(1)
  return [reshape(sliceAxis(both, 0, 0, 1), shape), reshape(sliceAxis(both, 0, 1, 2), shape)]
}

const NORMS = ['backward', 'ortho', 'forward'] as const
const n = { is: positive, says: 'How many entries along the axis: the first ones, or zeros behind them. As many as there are if left out.' } as const
const norm = { is: NORMS, default: 'backward', says: 'Which of the two directions is divided by n: the inverse, both by its root, or the other one.' } as const
const axis = { is: integer, default: -1, says: 'Along which axis.' } as const
const fftOptions = { n, axis: { is: axes, default: -1, says: 'Along which axis, or one after the other along several.' }, norm } as const satisfies Options
const halfOptions = { n, axis, norm } as const satisfies Options
const inverseHalfOptions = {
  n: { is: positive, says: 'How many entries the result has: twice those of the operand less 2 if left out.' },
  axis,
  norm,
} as const satisfies Options

type Complex = TensorLike | ComplexPair<TensorLike>
type Transform<R, O> = (x: Complex, ...options: Given<O, ['n', 'axis', 'norm'] & readonly (keyof O)[]>) => R

/** A real operand, or a pair, as a pair. */
function pairOf(name: string, x: unknown): [Tensor, Tensor] {
  if (!isPlainObject(x)) {
    const re = toValue(name, x) as Tensor
    return [re, zerosBeside(re, shapeOf(re))]
  }
  if (!('re' in x && 'im' in x)) throw new TreeError(`${name}: takes a tensor or a pair { re, im }, but an object with ${Object.keys(x).join(', ')} was given.`)
  const [re, im] = [toValue(name, x.re) as Tensor, toValue(name, x.im) as Tensor]
  if (!sameShape(shapeOf(re), shapeOf(im))) {
    throw new ShapeError(`${name}: re has shape ${formatShape(shapeOf(re))} and im ${formatShape(shapeOf(im))}; both have one shape.`)
  }
  return [re, im]
}

/** Zeros in the dtype of a tensor. */
function zerosBeside(x: Value, shape: Shape): Tensor {
  return zeros(shape, x instanceof Tensor ? floatsOf(x) : {})
}

/** The first n entries along an axis, with zeros behind them where there are fewer. */
function fitted(name: string, x: Tensor, axis: number, n: number): Tensor {
  const length = x.shape[axis] as number
  if (n === 0) throw new ShapeError(`${name}: axis ${axis} of shape ${formatShape(x.shape)} has no entries to transform.`)
  if (length === n) return x
  checkShape(name, x.shape.with(axis, n))
  return length > n ? sliceAxis(x, axis, 0, n) : concat([x, zerosBeside(x, x.shape.with(axis, n - length))], { axis })
}

function scaleOf(norm: (typeof NORMS)[number], n: number, inverse: boolean): number {
  if (norm === 'ortho') return 1 / Math.sqrt(n)
  return (norm === 'forward') !== inverse ? 1 / n : 1
}

function scaled(x: Tensor, scale: number): Tensor {
  return scale === 1 ? x : (mul(x, scale) as Tensor)
}

/** The transform along one axis. */
function along(name: string, [re, im]: readonly [Tensor, Tensor], axis: number, n: number | undefined, norm: (typeof NORMS)[number], inverse: boolean) {
  const at = normalizeAxis(name, axis, shapeOf(re).length)
  const length = n ?? (re.shape[at] as number)
  const both = fourier(fitted(name, re, at, length), fitted(name, im, at, length), { axis: at, inverse })
  return halves(scaled(both, scaleOf(norm, length, inverse)))
}

function complexTransform(name: 'fft' | 'ifft') {
  return (x: Complex, { n, axis, norm }: Read<typeof fftOptions>): ComplexPair => {
    let pair = pairOf(name, x)
    const all = typeof axis === 'number' ? [axis] : axis
    if (n !== undefined && all.length > 1) throw new ShapeError(`${name}: n is the length of one axis, but ${all.length} are given.`)
    for (const each of all) pair = along(name, pair, each, n, norm, name === 'ifft')
    return { re: pair[0], im: pair[1] }
  }
}

const series = [1, 2, -0.5, 3, 0.25] as const
const rows = [
  [1, 2, -1],
  [0.5, 3, 4],
] as const
const citation = 'J. W. Cooley and J. W. Tukey, Math. Comp. 19 (1965) 297–301; L. Bluestein 1970 for large prime factors.'

export const fft = /* @__PURE__ */ composite<Transform<ComplexPair, OptionsOf<typeof fftOptions>>>({
  name: 'fft',
  summary: 'Discrete Fourier transform along an axis, of any length, of a tensor or a pair { re, im }: a pair.',
  formula: String.raw`y_k = \sum_j x_j e^{-2\pi i j k / n}`,
  names: ['np.fft.fft', 'scipy.fft.fft', 'torch.fft.fft', 'jnp.fft.fft', 'tf.fft'],
  citation,
  options: fftOptions,
  bare: ['n', 'axis', 'norm'],
  of: /* @__PURE__ */ complexTransform('fft'),
  samples: [[series], [rows, { n: 4, norm: 'ortho' }], [rows, { axis: [0, 1] }]],
})

export const ifft = /* @__PURE__ */ composite<Transform<ComplexPair, OptionsOf<typeof fftOptions>>>({
  name: 'ifft',
  summary: 'Inverse discrete Fourier transform along an axis, of any length, of a tensor or a pair { re, im }: a pair.',
  formula: String.raw`y_k = \frac{1}{n} \sum_j x_j e^{2\pi i j k / n}`,
  names: ['np.fft.ifft', 'scipy.fft.ifft', 'torch.fft.ifft', 'jnp.fft.ifft', 'tf.ifft'],
  citation,
  options: fftOptions,
  bare: ['n', 'axis', 'norm'],
  of: /* @__PURE__ */ complexTransform('ifft'),
  samples: [[series], [rows, { n: 2, axis: 0, norm: 'forward' }]],
})

export const rfft = /* @__PURE__ */ composite<(x: TensorLike, ...options: Given<OptionsOf<typeof halfOptions>, ['n', 'axis', 'norm']>) => ComplexPair>({
  name: 'rfft',
  summary: 'Discrete Fourier transform of real numbers along an axis: the first ⌊n/2⌋ + 1 entries, as the others are their conjugates.',
  formula: String.raw`y_k = \sum_j x_j e^{-2\pi i j k / n},\; k \le n/2`,
  names: ['np.fft.rfft', 'scipy.fft.rfft', 'torch.fft.rfft', 'jnp.fft.rfft', 'tf.rfft'],
  citation,
  options: halfOptions,
  bare: ['n', 'axis', 'norm'],
  of: (x: TensorLike, { n, axis, norm }: Read<typeof halfOptions>) => {
    const operand = toValue('rfft', x) as Tensor
    const at = normalizeAxis('rfft', axis, shapeOf(operand).length)
    const length = n ?? (operand.shape[at] as number)
    const [re, im] = along('rfft', pairOf('rfft', operand), at, length, norm, false).map(part => sliceAxis(part, at, 0, Math.floor(length / 2) + 1))
    return { re, im }
  },
  samples: [[series], [rows, { n: 4, norm: 'ortho' }], [rows, { axis: 0 }]],
})

export const irfft = /* @__PURE__ */ composite<Transform<Tensor, OptionsOf<typeof inverseHalfOptions>>>({
  name: 'irfft',
  summary: 'Inverse of rfft: real numbers from the first half of their transform, a tensor or a pair { re, im }.',
  formula: String.raw`y_k = \frac{1}{n} \sum_j x_j e^{2\pi i j k / n},\; x_{n-j} = \bar x_j`,
  names: ['np.fft.irfft', 'scipy.fft.irfft', 'torch.fft.irfft', 'jnp.fft.irfft', 'tf.irfft'],
  convention: 'The imaginary parts of the first entry, and of the last one where n is even, count nothing.',
  citation,
  options: inverseHalfOptions,
  bare: ['n', 'axis', 'norm'],
  of: (x: Complex, { n, axis, norm }: Read<typeof inverseHalfOptions>) => {
    const parts = pairOf('irfft', x)
    const at = normalizeAxis('irfft', axis, shapeOf(parts[0]).length)
    const length = n ?? 2 * ((parts[0].shape[at] as number) - 1)
    if (length < 1) throw new ShapeError(`irfft: axis ${at} of shape ${formatShape(shapeOf(parts[0]))} leaves no entries; say how many with n.`)
    checkShape('irfft', parts[0].shape.with(at, length))
    const half = parts.map(part => fitted('irfft', part, at, Math.floor(length / 2) + 1)) as [Tensor, Tensor]
    const others = half.map(part => flip(sliceAxis(part, at, 1, Math.floor((length + 1) / 2)), at)) as [Tensor, Tensor]
    const whole = [concat([half[0], others[0]], { axis: at }), concat([half[1], neg(others[1]) as Tensor], { axis: at })] as const
    return along('irfft', whole, at, undefined, norm, true)[0]
  },
  samples: [[series], [rows, { n: 5, norm: 'ortho' }], [rows, { axis: 0, n: 3 }]],
})
