import { shapeOf } from '../../core/dispatch.ts'
import { DomainError, OptionError, ShapeError } from '../../core/errors.ts'
import { formatShape } from '../../core/shape.ts'
import { Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import * as ops from '../../ops/index.ts'
import { describeValue } from '../values.ts'
import { type ConstantArgument, type Context, constant, DIMENSION, type Entries, smooth } from './entry.ts'

const PROBABILITY: ConstantArgument = { what: 'the probability', at: 1 }

type Reduce = (x: Tensor, options: { axis: number | undefined }) => Value

export const statistics: Entries = {
  sum: reduction('sum', ops.sum as Reduce),
  prod: reduction('prod', ops.prod as Reduce),
  mean: reduction('mean', ops.mean as Reduce),
  max: reduction('max', ops.max as Reduce),
  min: reduction('min', ops.min as Reduce),
  variance: smooth((args: Value[]) => variance('variance', args), { any: true, constants: [DIMENSION] }),
  std: smooth((args: Value[]) => ops.sqrt(variance('std', args)), { any: true, constants: [DIMENSION] }),
  cumsum: smooth(
    (args: Value[]) => {
      if (args.length > 1 && !(args[0] instanceof Tensor)) return ops.cumSum(args)
      checkDimensions('cumsum', args)
      const [x, dimension] = args as [Tensor, unknown?]
      return ops.cumSum(x, { axis: dimension === undefined ? 0 : axisOf('cumsum', x, dimension) })
    },
    { constants: [DIMENSION] },
  ),
  median: smooth((args: Value[]) => quantile(sorted(entries('median', args)), 0.5)),
  mad: smooth((args: Value[]) => {
    const x = entries('mad', args)
    return quantile(sorted(ops.abs(ops.sub(x, quantile(sorted(x), 0.5)))), 0.5)
  }),
  quantileSeq: smooth(
    ([x, p, isSorted = false, dimension]: [Tensor, number | Tensor, unknown?, unknown?], context) => {
      if (typeof isSorted !== 'boolean') return quantiles(x, p, false, isSorted, context)
      return quantiles(x, p, isSorted, dimension, context)
    },
    { constants: [PROBABILITY, { ...DIMENSION, at: 2 }, { ...DIMENSION, at: 3 }] },
  ),
  partitionSelect: smooth(
    ([x, k, order = 'asc']: [Tensor, unknown, unknown?]) => {
      if (!(x instanceof Tensor) || x.rank !== 1) throw new ShapeError(`partitionSelect takes a vector, but the shape is ${formatShape(shapeOf(x))}.`)
      if (typeof k !== 'number' || !Number.isInteger(k) || k < 0 || k >= x.size)
        throw new DomainError(`partitionSelect: the place is a whole number from 0 to ${x.size - 1}, not ${String(k)}.`)
      return ops.sort(x, { descending: isDescending('partitionSelect', order) }).at(k)
    },
    { any: true, constants: [{ what: 'the place', at: 1 }], note: "order 'asc' or 'desc'" },
  ),
  sort: smooth(([x, order = 'asc']: [Tensor, unknown?]) => ops.sort(x, { descending: isDescending('sort', order) }), {
    any: true,
    note: "order 'asc' or 'desc'",
  }),
  corr: smooth(([x, y]: [Tensor, Tensor]) => {
    if (!(x instanceof Tensor) || String(shapeOf(x)) !== String(shapeOf(y))) throw new ShapeError('corr takes two arrays of one shape.')
    if (x.rank === 1) return correlation(x, y)
    return ops.stack(Array.from({ length: x.shape[0] as number }, (_, i) => correlation(row(x, i), row(y, i))) as never)
  }),
  ...constant('the most frequent values', 'mode', (...lists) => 20 * lists.reduce((sum, { length }) => sum + length, 0)),
}

/** Refuses what stands behind an array and a dimension, and options that are more than one. */
function checkDimensions(name: string, args: readonly unknown[], options = 0): void {
  if ((args[0] instanceof Tensor && args.length > 2) || options > 1) throw new ShapeError(`${name} takes numbers, or an array and a dimension.`)
}

/** Of all arguments if they are numbers, else of one array along a dimension. */
function reduction(name: string, f: Reduce) {
  return smooth(
    (args: Value[]) => {
      const [x, dimension] = args as [Tensor, unknown?]
      if (!(x instanceof Tensor)) return f(entries(name, args), { axis: undefined })
      checkDimensions(name, args)
      if (x.size === 0 && name === 'prod' && dimension === undefined) return 1
      return f(x, { axis: dimension === undefined ? undefined : axisOf(name, x, dimension) })
    },
    { constants: [DIMENSION] },
  )
}

/** All entries as one list: of an array, or of arguments that are numbers. */
function entries(name: string, args: readonly Value[]): Tensor {
  const [x] = args
  const list = args.length === 1 && x instanceof Tensor ? ops.ravel(x) : undefined
  if (list === undefined && args.some(each => each instanceof Tensor)) throw new ShapeError(`${name} takes numbers, or one array.`)
  const all = list ?? ops.stack(args as never)
  if (all.size === 0) throw new DomainError(`${name}: an empty array was given.`)
  return all
}

/** An axis of an array, counted from 1. */
export function axisOf(name: string, x: unknown, dimension: unknown): number {
  if (!(x instanceof Tensor)) throw new ShapeError(`${name} takes an array where a dimension is given.`)
  if (typeof dimension !== 'number' || !Number.isInteger(dimension) || dimension < 1 || dimension > x.rank)
    throw new ShapeError(`${name}: the dimension is from 1 to ${x.rank} for this array, but ${describeValue(dimension)} was given.`)
  return dimension - 1
}

function variance(name: string, args: readonly unknown[]): Value {
  const options = args.filter(each => typeof each === 'string')
  const [normalization = 'unbiased'] = options as string[]
  const values = args.slice(0, args.length - options.length) as Value[]
  const [x] = values
  checkDimensions(name, values, options.length)
  const dimension = x instanceof Tensor ? values[1] : undefined
  const all = dimension === undefined ? entries(name, values) : (x as Tensor)
  const axis = dimension === undefined ? 0 : axisOf(name, all, dimension)
  const n = all.shape[axis] as number
  const divisors: { readonly [name: string]: number } = { unbiased: n === 1 ? 1 : n - 1, uncorrected: n, biased: n + 1 }
  const divisor = Object.hasOwn(divisors, normalization) ? divisors[normalization] : undefined
  if (divisor === undefined) throw new OptionError(`${name}: the normalization is 'unbiased', 'uncorrected' or 'biased', not ${JSON.stringify(normalization)}.`)
  const distance = ops.sub(all, ops.mean(all, { axis, keepDims: true }))
  return ops.div(ops.sum(ops.square(distance), { axis }), divisor)
}

function sorted(x: Tensor): Tensor {
  return ops.sort(x)
}

/** Between the two entries of a sorted list that are next to a place. */
function quantile(x: Tensor, p: number): Value {
  const place = p * (x.size - 1)
  const below = Math.floor(place)
  const fraction = place % 1
  if (fraction === 0) return x.at(below)
  return ops.add(ops.mul(x.at(below), 1 - fraction), ops.mul(x.at(below + 1), fraction))
}

function quantiles(x: Tensor, p: number | Tensor, isSorted: boolean, dimension: unknown, context: Context): Value {
  if (dimension !== undefined) {
    const axis = axisOf('quantileSeq', x, dimension)
    return alongAxis(x, axis, each => quantiles(each, p, isSorted, undefined, context))
  }
  const list = isSorted ? ops.ravel(x) : sorted(entries('quantileSeq', [x]))
  if (p instanceof Tensor) return ops.stack(Array.from(p.data, each => quantile(list, probability(each))) as never)
  const order = Number(p)
  if (order <= 1) return quantile(list, probability(order))
  if (!Number.isInteger(order)) throw new DomainError(`quantileSeq: the probability is from 0 to 1, or a whole number of parts, not ${order}.`)
  // Each is made of two entries by some operators.
  context.spend(20 * order, order)
  return ops.stack(Array.from({ length: order }, (_, i) => quantile(list, (i + 1) / (order + 1))) as never)
}

function probability(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new DomainError(`quantileSeq: the probability is from 0 to 1, not ${p}.`)
  return p
}

/** A function of lists applied along an axis; what the results have for axes comes after the others. */
export function alongAxis(x: Tensor, axis: number, f: (list: Tensor) => unknown): Value {
  const moved = [...x.shape.keys()].filter(each => each !== axis)
  const others = moved.map(each => x.shape[each] as number)
  const count = others.reduce((a, b) => a * b, 1)
  const lists = ops.reshape(ops.permute(x, [...moved, axis]), [count, x.shape[axis] as number])
  const results = Array.from({ length: count }, (_, i) => f(row(lists, i)) as Value)
  if (others.length === 0) return results[0] as Value
  const all = ops.stack(results as never) as Tensor
  return ops.reshape(all, [...others, ...all.shape.slice(1)])
}

/** A subarray along the first axis. */
export function row(x: Tensor, i: number): Tensor {
  const inner = x.shape.slice(1)
  const size = inner.reduce((a, b) => a * b, 1)
  return ops.gatherEntries(x, { shape: inner, indices: Int32Array.from({ length: size }, (_, k) => i * size + k) })
}

function correlation(x: Tensor, y: Tensor): Value {
  const n = x.size
  const [sx, sy] = [ops.sum(x), ops.sum(y)]
  const spread = (a: Tensor, b: Tensor, sa: Value, sb: Value) => ops.sub(ops.mul(n, ops.sum(ops.mul(a, b))), ops.mul(sa, sb))
  return ops.div(spread(x, y, sx, sy), ops.sqrt(ops.mul(spread(x, x, sx, sx), spread(y, y, sy, sy))))
}

function isDescending(name: string, order: unknown): boolean {
  if (order === 'asc' || order === 'desc') return order === 'desc'
  throw new OptionError(`${name}: the order is 'asc' or 'desc'.`)
}
