import { noMore } from '../../core/arguments.ts'
import { pickEntry, shapeOf, toValue, value } from '../../core/dispatch.ts'
import { describe, OptionError, ShapeError } from '../../core/errors.ts'
import { type OptionKind, optionReader } from '../../core/options.ts'
import { formatShape } from '../../core/shape.ts'
import { Tensor, tensor } from '../../core/tensor.ts'
import type { MapResult, TensorLike, Value } from '../../core/types.ts'
import { add, mul, sub } from '../../ops/arithmetic.ts'
import { take } from '../../ops/indexing.ts'
import { searchSorted } from '../../ops/search.ts'
import { clip } from '../../ops/selection.ts'
import { reshape } from '../../ops/shape.ts'
import { orderOf } from '../plain.ts'
import { BOUNDARIES, type Boundary, Knots, pchipSlopes, splineSlopes } from './slopes.ts'

/** How `interpolate` goes between points. */
export interface InterpolateOptions {
  /** 'cubic' (the default): a spline with two continuous derivatives; 'pchip': monotone where the data are; 'linear'. */
  kind?: 'cubic' | 'pchip' | 'linear' | undefined
  /**
   * Ends of a cubic spline: 'notAKnot' (the default; the third derivative is continuous at the second point, too), 'natural' (second
   * derivative 0) or 'clamped' (first derivatives as `slopes` says).
   */
  boundary?: Boundary | undefined
  /** First derivatives at both ends of a clamped spline: [0, 0] by default. */
  slopes?: readonly [number, number] | undefined
  /** Outside of the points: 'extrapolate' (the default) goes on with the outermost piece, 'constant' keeps the outermost value. */
  outside?: 'extrapolate' | 'constant' | undefined
}

const pair: OptionKind<readonly [number, number]> = {
  wants: 'a list of two numbers',
  traced: true,
  accepts: (given): given is readonly [number, number] => Array.isArray(given) && given.length === 2,
}

const read = /* @__PURE__ */ optionReader({
  kind: { is: ['cubic', 'pchip', 'linear'], default: 'cubic' },
  boundary: { is: BOUNDARIES, default: 'notAKnot' },
  slopes: { is: pair },
  outside: { is: ['extrapolate', 'constant'], default: 'extrapolate' },
})

const NAME = 'interpolate'

/**
 * A function through points: x are ascending numbers, y the values there, [n] or [n, …]. It takes a number or a tensor of
 * arguments, and gives a value for each: the shape of the arguments, then that of one value. It is differentiable in y and in its
 * argument, in every mode, under `vmap` and compiled.
 *
 * Throws a ShapeError for sizes that do not fit, and an OptionError for x that are not ascending numbers.
 *
 * Sources: de Boor, A Practical Guide to Splines, chapter IV; Fritsch and Butland, A method for constructing local monotone
 * piecewise cubic interpolants (1984), for 'pchip'.
 *
 * @names `scipy.interpolate.CubicSpline`, `scipy.interpolate.PchipInterpolator`, `np.interp`
 *
 * @example
 * const spline = interpolate([0, 1, 2, 3], [0, 1, 4, 9])
 * spline(1.5) // 2.25
 * derivative(spline)(1.5) // 3
 */
export function interpolate(
  x: readonly number[] | Float64Array | Tensor,
  y: TensorLike,
  options?: InterpolateOptions,
  ...more: []
): <T extends TensorLike>(t: T) => MapResult<T> {
  noMore('interpolate', 3, more)
  const { kind, boundary, slopes, outside } = read(NAME, [options])
  const knots = knotsOf(x)
  const values = toValue(NAME, y, 1) as Tensor
  const [count, ...inner] = shapeOf(values)
  if (count !== knots.count) {
    throw new ShapeError(`${NAME}: there are ${knots.count} points x, but y has shape ${formatShape(shapeOf(values))}: its first axis is that of the points.`)
  }
  if (slopes !== undefined && boundary !== 'clamped') throw new OptionError(`${NAME}: slopes are for boundary 'clamped', not '${boundary}'.`)
  // One column for each entry of a value.
  const columns = reshape(values, [knots.count, inner.reduce((product, each) => product * each, 1)])
  const at = tensor(Float64Array.from(knots.x))
  const derivatives = kind === 'linear' ? undefined : kind === 'pchip' ? pchipSlopes(knots, columns) : splineSlopes(knots, columns, boundary, slopes ?? [0, 0])
  const first = knots.x[0] as number
  const last = knots.x.at(-1) as number
  return given => {
    const t = toValue(NAME, given) as Tensor
    const outer = shapeOf(t)
    const inside = (outside === 'constant' ? clip(t, first, last) : t) as Tensor
    const piece = clip(sub(searchSorted(at, inside, { side: 'right' }) as Tensor, 1), 0, knots.count - 2) as Tensor
    const [left, width] = [take(at, piece), take(knots.widths, piece)] as [Tensor, Tensor]
    // s from 0 to 1 in a piece, with an axis for the columns.
    const column = (each: Value) => (outer.length === 0 ? each : reshape(each as Tensor, [...outer, 1])) as Tensor
    const h = column(width)
    const s = mul(column(sub(inside, left) as Value), column(take(knots.reciprocals, piece) as Value)) as Tensor
    const next = add(piece, 1) as Tensor
    const [y0, y1] = [take(columns, piece), take(columns, next)] as [Tensor, Tensor]
    const rise = sub(y1, y0) as Tensor
    let sum = add(y0, mul(s, rise)) as Tensor
    if (derivatives !== undefined) {
      // Hermite: y0 + s Δ + s (1 − s) ((1 − s) (h m0 − Δ) − s (h m1 − Δ)).
      const rest = sub(1, s) as Tensor
      const [m0, m1] = [piece, next].map(each => sub(mul(h, take(derivatives, each)), rise) as Tensor) as [Tensor, Tensor]
      sum = add(sum, mul(mul(s, rest), sub(mul(rest, m0), mul(s, m1)))) as Tensor
    }
    const shape = [...outer, ...inner]
    return (shape.length === 0 ? pickEntry(sum, 0) : reshape(sum, shape)) as never
  }
}

function knotsOf(x: unknown): Knots {
  if (orderOf(x) > 0) {
    throw new OptionError(`${NAME}: the points x are numbers that do not change, but traced values were given, whose derivative would be lost. Give value(x).`)
  }
  const operand = toValue(NAME, x)
  if (!(operand instanceof Tensor) || operand.rank !== 1) throw new ShapeError(`${NAME}: the points x are one list of numbers, but ${describe(x)} was given.`)
  const numbers = Float64Array.from(value(operand).data)
  if (numbers.length < 2) throw new ShapeError(`${NAME}: takes two points or more, but ${numbers.length} was given.`)
  const wrong = numbers.findIndex((each, i) => !Number.isFinite(each) || (i > 0 && !(each > (numbers[i - 1] as number))))
  if (wrong >= 0) {
    throw new OptionError(
      `${NAME}: the points x ascend, but x[${wrong}] = ${numbers[wrong]}${wrong > 0 ? ` follows ${numbers[wrong - 1]}` : ''}. Sort the points, and join those with one x.`,
    )
  }
  return new Knots(numbers)
}
