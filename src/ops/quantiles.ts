import { shapeOf, toValue } from '../core/dispatch.ts'
import { fraction } from '../core/option-kinds.ts'
import type { Given, OptionKind, Options, Read } from '../core/options.ts'
import { sizeOfShape } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import type { NumericTypedArray, TensorLike, Value } from '../core/types.ts'
import { add, distance, mul } from './arithmetic.ts'
import { withShape } from './broadcast.ts'
import { less } from './comparison.ts'
import { composite } from './kinds/composite.ts'
import { sort } from './ordering.ts'
import { type AxisOptions, axisOptions, nonEmpty, type Reduction, samples } from './reduction.ts'
import { stopGradient, where } from './selection.ts'
import { reshape, sliceAxis, stack, transpose } from './shape.ts'

const convention = 'Entries that tie keep their order, and their derivatives go with them, as in sort. NaN if any entry is. Of nothing: a ShapeError.'

const probabilities: OptionKind<number | readonly number[]> = {
  wants: 'a number from 0 to 1 or a list of them',
  accepts: (given): given is number | readonly number[] =>
    fraction.accepts(given) || (Array.isArray(given) && given.length > 0 && given.every(fraction.accepts)),
}

const quantileOptions = {
  q: { is: probabilities, required: true, says: 'Which part of the entries lies below; of a list, the results come along a first axis.' },
  ...axisOptions,
} as const satisfies Options

interface Quantile {
  <X extends TensorLike>(x: X, q: number, options?: { axis?: undefined; keepDims?: false }): number
  <X extends TensorLike>(x: X, q: number, ...options: Given<AxisOptions, ['axis']>): X extends NumericTypedArray | readonly number[] ? number : Tensor
  (x: TensorLike, q: readonly number[], ...options: Given<AxisOptions, ['axis']>): Tensor
}

export const quantile = /* @__PURE__ */ composite<Quantile>({
  name: 'quantile',
  summary: 'The value below which a part q of the entries lies, along axes, by a line between the two sorted entries next to the place.',
  formula: String.raw`x_{\pi(k)} + t\,(x_{\pi(k+1)} - x_{\pi(k)}),\quad q\,(n - 1) = k - 1 + t`,
  // Hyndman and Fan 1996, definition 7.
  names: ['np.quantile', 'np.percentile', 'torch.quantile', 'jnp.quantile', 'jnp.percentile'],
  convention: `${convention} q has no derivative; np.percentile counts it in hundredths.`,
  options: quantileOptions,
  bare: ['q', 'axis'],
  of: (x: TensorLike, { q, ...axes }: Read<typeof quantileOptions>) => {
    const at = quantilesOf('quantile', x, axes)
    return typeof q === 'number' ? at(q) : stack(q.map(at) as Tensor[])
  },
  samples: [
    [[0.5, -2, 3, 7], 0.4],
    [samples[1][0], [0.25, 0.75], { axis: 0 }],
    [samples[1][0], 0.9, { axis: -1, keepDims: true }],
  ],
})

export const median = /* @__PURE__ */ composite<Reduction>({
  name: 'median',
  summary: 'Middle of the sorted entries along axes, the mean of the two in the middle where their number is even.',
  formula: String.raw`\tfrac12 \left( x_{\pi(\lfloor (n+1)/2 \rfloor)} + x_{\pi(\lceil (n+1)/2 \rceil)} \right)`,
  names: ['np.median', 'jnp.median', 'torch.median'],
  convention: `${convention} PyTorch's is the lower of the two in the middle.`,
  options: axisOptions,
  bare: ['axis'],
  of: (x, options) => quantilesOf('median', x, options)(0.5),
  samples,
})

/** The quantiles of the entries along axes, which are sorted once. */
function quantilesOf(name: string, x: TensorLike, axes: AxisOptions): (q: number) => Value {
  const operand = toValue(name, x)
  const { axes: reduced, shape, count } = nonEmpty(name, operand, axes)
  if (shapeOf(operand).length === 0) return () => operand
  const others = Array.from(shapeOf(operand).keys()).filter(axis => !reduced.includes(axis))
  const sorted = sort(reshape(transpose(operand, [...others, ...reduced]), [sizeOfShape(shape), count]), { axis: 1 })
  const entries = (k: number) => withShape(sliceAxis(sorted, 1, k, k + 1), shape) as Value
  const last = stopGradient(entries(count - 1))
  // NaN comes last: 1, or NaN in the value and in what is derived from it.
  const whole = add(1, distance(last, last))
  return q => {
    const place = q * (count - 1)
    const t = place % 1
    const [below, above] = [entries(Math.floor(place)), entries(Math.ceil(place))]
    return mul(t === 0 ? below : between(below, above, t), whole) as Value
  }
}

/** (1 − t) x + t y, which is x where the two are equal: from the nearer of them, unless they are infinitely far from each other. */
function between(x: Value, y: Value, t: number): Value {
  const weighted = add(mul(x, 1 - t), mul(y, t))
  if (t === 0.5) return weighted as Value
  const way = distance(y, x)
  return where(less(way, Number.POSITIVE_INFINITY), t < 0.5 ? add(x, mul(way, t)) : add(y, mul(way, t - 1)), weighted) as Value
}
