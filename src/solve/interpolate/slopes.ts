import { type Tensor, tensor } from '../../core/tensor.ts'
import type { TensorLike } from '../../core/types.ts'
import { abs, add, div, mul, sign, sub } from '../../ops/arithmetic.ts'
import { greater } from '../../ops/comparison.ts'
import { where } from '../../ops/selection.ts'
import { concat, reshape, sliceAxis } from '../../ops/shape.ts'
import { factored } from '../factored.ts'
import type { Factors } from '../factors.ts'

export const BOUNDARIES = ['notAKnot', 'natural', 'clamped'] as const
export type Boundary = (typeof BOUNDARIES)[number]

/** The places of the points, and the widths of the pieces between them. */
export class Knots {
  readonly x: Float64Array
  readonly count: number
  /** Of each piece. */
  readonly widths: Tensor
  readonly reciprocals: Tensor
  readonly #widths: number[]

  constructor(x: Float64Array) {
    this.x = x
    this.count = x.length
    this.#widths = Array.from({ length: x.length - 1 }, (_, i) => (x[i + 1] as number) - (x[i] as number))
    this.widths = tensor(this.#widths)
    this.reciprocals = tensor(this.#widths.map(width => 1 / width))
  }

  /** The width of a piece, the last ones by negative numbers. */
  width(piece: number): number {
    return this.#widths.at(piece) as number
  }

  /** Differences of the values over the widths. */
  secants(y: Tensor): Tensor {
    return mul(sub(rows(y, 1, this.count), rows(y, 0, this.count - 1)), reshape(this.reciprocals, [this.count - 1, 1])) as Tensor
  }

  /** A column of numbers, one for each inner point, from the widths before and behind it. */
  inner(of: (before: number, behind: number) => number): Tensor {
    const data = Float64Array.from({ length: this.count - 2 }, (_, i) => of(this.width(i), this.width(i + 1)))
    return tensor(data, [this.count - 2, 1])
  }
}

function rows(x: Tensor, start: number, stop: number): Tensor {
  return sliceAxis(x, 0, start, stop)
}

/** First derivatives at the points of the cubic spline: a tridiagonal system, whose right side is linear in the values. */
export function splineSlopes(knots: Knots, y: Tensor, boundary: Boundary, slopes: readonly [number, number]): Tensor {
  const { count } = knots
  const secants = knots.secants(y)
  const row = (k: number) => rows(secants, k < 0 ? count - 1 + k : k, k < 0 ? count + k : k + 1)
  if (boundary === 'notAKnot' && count === 2) return concat([secants, secants]) as Tensor
  if (boundary === 'notAKnot' && count === 3) {
    // One parabola through three points.
    const [a, b] = [knots.width(0), knots.width(1)]
    const curvature = div(sub(row(1), row(0)), a + b) as Tensor
    return concat([sub(row(0), mul(a, curvature)), add(row(0), mul(a, curvature)), add(row(1), mul(b, curvature))] as Tensor[]) as Tensor
  }
  // h₊ m₋ + 2 (h₋ + h₊) m + h₋ m₊ = 3 (h₊ Δ₋ + h₋ Δ₊): the second derivative is continuous.
  const [lower, diagonal, upper] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)]
  for (let i = 1; i < count - 1; i++) {
    lower[i] = knots.width(i)
    diagonal[i] = 2 * (knots.width(i - 1) + knots.width(i))
    upper[i] = knots.width(i - 1)
  }
  const end = (first: boolean): Tensor => {
    const [h, next] = first ? [knots.width(0), knots.width(1)] : [knots.width(-1), knots.width(-2)]
    const i = first ? 0 : count - 1
    const beside = first ? upper : lower
    const [secant, nextSecant] = first ? [row(0), row(1)] : [row(-1), row(-2)]
    if (boundary === 'notAKnot') {
      ;[diagonal[i], beside[i]] = [next, h + next]
      return div(add(mul((h + 2 * (h + next)) * next, secant), mul(h * h, nextSecant)), h + next) as Tensor
    }
    ;[diagonal[i], beside[i]] = boundary === 'natural' ? [2, 1] : [1, 0]
    return boundary === 'natural' ? (mul(3, secant) as Tensor) : (add(mul(0, secant), slopes[first ? 0 : 1]) as Tensor)
  }
  const middle = add(
    mul(
      knots.inner((_, behind) => 3 * behind),
      rows(secants, 0, count - 2),
    ),
    mul(
      knots.inner(before => 3 * before),
      rows(secants, 1, count - 1),
    ),
  ) as Tensor
  const right = concat(count === 2 ? [end(true), end(false)] : [end(true), middle, end(false)]) as Tensor
  return factored(tridiagonalFactors(lower, diagonal, upper), false, right)
}

/** First derivatives at the points that keep what is monotone so: a weighted harmonic mean of the secants beside, 0 where they turn. */
export function pchipSlopes(knots: Knots, y: Tensor): Tensor {
  const { count } = knots
  const secants = knots.secants(y)
  if (count === 2) return concat([secants, secants]) as Tensor
  const [before, behind] = [rows(secants, 0, count - 2), rows(secants, 1, count - 1)]
  const same = greater(mul(sign(before), sign(behind)), 0)
  const [w1, w2] = [knots.inner((a, b) => (2 * b + a) / (3 * (a + b))), knots.inner((a, b) => (b + 2 * a) / (3 * (a + b)))]
  const one = (x: TensorLike) => where(same, x, 1) as Tensor
  const mean = div(1, add(div(w1, one(before)), div(w2, one(behind))))
  const middle = where(same, mean, 0) as Tensor
  const end = (h: number, next: number, secant: Tensor, nextSecant: Tensor): Tensor => {
    const slope = div(sub(mul(2 * h + next, secant), mul(h, nextSecant)), h + next) as Tensor
    const turns = greater(0.5, mul(sign(slope), sign(secant)))
    const steep = greater(mul(greater(0, mul(sign(secant), sign(nextSecant))), sub(abs(slope), mul(3, abs(secant)))), 0)
    return where(turns, 0, where(steep, mul(3, secant), slope)) as Tensor
  }
  const first = end(knots.width(0), knots.width(1), rows(secants, 0, 1), rows(secants, 1, 2))
  const last = end(knots.width(-1), knots.width(-2), rows(secants, count - 2, count - 1), rows(secants, count - 3, count - 2))
  return concat([first, middle, last]) as Tensor
}

/** Factors of a tridiagonal matrix whose elimination needs no exchange of rows (Thomas). */
function tridiagonalFactors(lower: Float64Array, diagonal: Float64Array, upper: Float64Array): Factors {
  const n = diagonal.length
  const factors = lower.slice()
  const pivots = diagonal.slice()
  for (let i = 1; i < n; i++) {
    factors[i] = (lower[i] as number) / (pivots[i - 1] as number)
    pivots[i] = (diagonal[i] as number) - (factors[i] as number) * (upper[i - 1] as number)
  }
  return {
    solve: b => {
      const x = b.slice()
      for (let i = 1; i < n; i++) x[i] = (x[i] as number) - (factors[i] as number) * (x[i - 1] as number)
      for (let i = n - 1; i >= 0; i--) x[i] = ((x[i] as number) - (i < n - 1 ? (upper[i] as number) * (x[i + 1] as number) : 0)) / (pivots[i] as number)
      return x
    },
    solveTransposed: b => {
      const x = b.slice()
      for (let i = 0; i < n; i++) x[i] = ((x[i] as number) - (i > 0 ? (upper[i - 1] as number) * (x[i - 1] as number) : 0)) / (pivots[i] as number)
      for (let i = n - 2; i >= 0; i--) x[i] = (x[i] as number) - (factors[i + 1] as number) * (x[i + 1] as number)
      return x
    },
  }
}
