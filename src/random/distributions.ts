import { noMore } from '../core/arguments.ts'
import { shapeOf, toValue } from '../core/dispatch.ts'
import { DomainError, describe, ShapeError } from '../core/errors.ts'
import { arange } from '../core/makers.ts'
import { differentiable, integer, integers } from '../core/option-kinds.ts'
import { type Option, type OptionKind, optionReader } from '../core/options.ts'
import { broadcastShapes, checkShape, formatShape, normalizeAxis, type Shape, sameShape } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import type { MapResult, TensorLike, Value } from '../core/types.ts'
import { add, div, mul, square, sub } from '../ops/arithmetic.ts'
import { toFloat32 } from '../ops/casts.ts'
import { less } from '../ops/comparison.ts'
import { toInt32 } from '../ops/dtypes.ts'
import { take } from '../ops/indexing.ts'
import { argSort } from '../ops/ordering.ts'
import { randomEntries } from '../ops/random.ts'
import { floor, mod } from '../ops/rounding.ts'
import { where } from '../ops/selection.ts'
import { argMax } from '../ops/statistics.ts'
import { type Key, keyOf, plainNumbers, split } from './keys.ts'

/** A number for the shape `[]`, and for none; a Tensor for others. */
export type OfShape<S extends Shape> = S extends readonly [] ? number : Tensor

/** What floating-point numbers are stored as. */
export type FloatDType = 'float64' | 'float32'

/** Options of `uniform`: bounds that broadcast to the shape, 0 and 1 by default, and the dtype of a tensor. */
export interface UniformOptions {
  low?: TensorLike
  high?: TensorLike
  dtype?: FloatDType
}

/** Options of `normal`: mean and standard deviation that broadcast to the shape, 0 and 1 by default, and the dtype of a tensor. */
export interface NormalOptions {
  mean?: TensorLike
  scale?: TensorLike
  dtype?: FloatDType
}

/** Options of `randint`: bounds that broadcast to the shape, of which `low` is 0 by default, and the dtype of a tensor: int32 if left out. */
export interface RandintOptions {
  low?: TensorLike
  high: TensorLike
  dtype?: 'int32' | 'float64'
}

/** Options of `categorical`. */
export interface CategoricalOptions {
  /** The axis of the logits along which the categories are, the last by default. */
  axis?: number
  /** The shape of the result, which ends with that of the logits without the axis: that alone by default. */
  shape?: Shape
}

/** Options of `dropout`. */
export interface DropoutOptions {
  /** Which part of the entries becomes 0, from 0 to 1: 0.5 by default. */
  rate?: number
}

const dtype = { is: ['float64', 'float32'], default: 'float64' } as const satisfies Option
const readUniform = /* @__PURE__ */ optionReader({ low: { is: differentiable, default: 0 }, high: { is: differentiable, default: 1 }, dtype })
const readNormal = /* @__PURE__ */ optionReader({ mean: { is: differentiable, default: 0 }, scale: { is: differentiable, default: 1 }, dtype })
const readRandint = /* @__PURE__ */ optionReader({
  low: { is: differentiable, default: 0 },
  high: { is: differentiable, required: true },
  dtype: { is: ['int32', 'float64'], default: 'int32' },
})
const readCategorical = /* @__PURE__ */ optionReader({ axis: { is: integer, default: -1 }, shape: { is: integers } })
const rates: OptionKind<number> = {
  wants: 'a number from 0 to 1',
  traced: true,
  accepts: (given): given is number => (typeof given === 'number' ? given >= 0 && given <= 1 : differentiable.accepts(given) && shapeOf(given).length === 0),
}
const readDropout = /* @__PURE__ */ optionReader({ rate: { is: rates, default: 0.5 } })

/** Values that spread to a shape, and do not change it. */
function spreading(name: string, given: Record<string, TensorLike>, shape: Shape): Value[] {
  return Object.entries(given).map(([option, each]) => {
    const value = toValue(name, each)
    const own = shapeOf(value)
    if (own.length > 0 && !sameShape(broadcastShapes(`${name}: ${option}`, [own, shape]), shape)) {
      throw new ShapeError(`${name}: ${option} of shape ${formatShape(own)} does not broadcast to the shape ${formatShape(shape)} of the result.`)
    }
    return value
  })
}

/**
 * Numbers from `low` up to but without `high`, all equally likely: low + (high − low) k / 2^52, with a random integer k below 2^52. Rounding may
 * give `high` itself where bounds are not 0 and 1. Derivatives pass to the bounds, with k held. In float32 k is below 2^23, and 2^23 in place of 2^52.
 *
 * Throws a ShapeError for what is no key, and for bounds that do not broadcast to the shape.
 *
 * @names `jax.random.uniform`, `np.random.uniform`, `torch.rand`, `tf.randomUniform`
 *
 * @example
 * uniform(key(0), [2]).toArray() // [0.41845711171638644, 0.21629545460551136]
 */
export function uniform<const S extends Shape = []>(key: Key, shape?: S, options?: UniformOptions, ...more: []): OfShape<S> {
  const { low, high, dtype } = readUniform('uniform', [options, ...more])
  const entries = entriesOf('uniform', key, shape, 'uniform', dtype)
  if (low === 0 && high === 1) return entries as OfShape<S>
  const [a, b] = spreading('uniform', { low, high }, shape ?? []) as [number, number]
  return add(a, mul(sub(b, a), entries)) as OfShape<S>
}

/**
 * Normally distributed numbers: mean + scale · Φ⁻¹(p), of uniform p. Derivatives pass to mean and scale, with p held (reparametrised).
 *
 * Throws a ShapeError for what is no key, and for a mean or a scale that does not broadcast to the shape.
 * Source: Wichura 1988, algorithm AS 241, for Φ⁻¹; the values are those of `jax.random.normal` to rounding.
 *
 * @names `jax.random.normal`, `np.random.normal`, `torch.randn`, `tf.randomNormal`
 *
 * @example
 * grad((scale: number) => normal(key(0), [], { scale }))(3) // -0.20584213947964342
 */
export function normal<const S extends Shape = []>(key: Key, shape?: S, options?: NormalOptions, ...more: []): OfShape<S> {
  const { mean, scale, dtype } = readNormal('normal', [options, ...more])
  const entries = entriesOf('normal', key, shape, 'normal', dtype)
  if (mean === 0 && scale === 1) return entries as OfShape<S>
  const [a, b] = spreading('normal', { mean, scale }, shape ?? []) as [number, number]
  return add(a, mul(b, entries)) as OfShape<S>
}

/**
 * A mask whose entries hold with probability p, of the shape of p or of the one given. No derivative passes.
 *
 * Throws a DomainError for a probability outside [0, 1] (one that is not known yet holds never below 0, always above 1), and a ShapeError for
 * what is no key or does not broadcast.
 *
 * @names `jax.random.bernoulli`, `torch.bernoulli`
 *
 * @example
 * bernoulli(key(0), 0.3, [4]).toArray() // [false, true, false, false]
 */
export function bernoulli(key: Key, p?: number): boolean
export function bernoulli(key: Key, p: TensorLike | undefined, shape: Shape): Tensor
export function bernoulli(key: Key, p: TensorLike): Tensor
export function bernoulli(key: Key, p: TensorLike = 0.5, shape?: Shape, ...more: []): unknown {
  noMore('bernoulli', 3, more)
  const value = toValue('bernoulli', p, 1)
  const numbers = plainNumbers(value)
  for (let i = 0; i < (numbers?.length ?? 0); i++) {
    const each = numbers?.[i] as number
    if (!(each >= 0 && each <= 1)) throw new DomainError(`bernoulli: a probability is a number from 0 to 1, but ${each} was given.`)
  }
  const of = shape ?? shapeOf(value)
  return less(entriesOf('bernoulli', key, of, 'uniform'), spreading('bernoulli', { p }, of)[0] as number)
}

/**
 * Integers from `low` up to but without `high`, all equally likely but for a part of (high − low) / 2^64, or of (high − low) / 2^32 where the bounds are
 * 2^16 or more apart. No derivative passes. The bits are those of `jax.random.randint` for `int32`.
 *
 * Throws a DomainError for bounds that are no integers, not in this order, or further apart than 2^32, and for integers that the dtype cannot hold; a ShapeError for what is no key or does not
 * broadcast.
 *
 * @names `jax.random.randint`, `np.random.randint`, `torch.randint`
 *
 * @example
 * randint(key(0), [5], { high: 6 }).toArray().every((face: number) => face >= 0 && face < 6) // true
 */
export function randint<const S extends Shape = []>(key: Key, shape: S | undefined, options: RandintOptions, ...more: []): OfShape<S> {
  const { low, high, dtype } = readRandint('randint', [options, ...more])
  const [a, b] = spreading('randint', { low, high }, shape ?? []) as [number, number]
  const distance = sub(b, a)
  checkIntegers('low', plainNumbers(a), Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
  checkIntegers('high', plainNumbers(b), Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
  checkIntegers('high − low', plainNumbers(distance), 1, TWO_32)
  const [first, second] = split(keyOf('randint', key))
  const [upper, lower] = [first, second].map(each => entriesOf('randint', each, shape, 'bits')) as [number, number]
  // (2^32 upper + lower) mod distance, where 2^32 counts as 0 for distances above 2^16.
  const factor = mod(mod(square(mod(2 ** 16, distance)), TWO_32), distance)
  const offset = mod(add(mul(mod(upper, distance), factor), mod(lower, distance)), distance)
  const integers = add(a, offset)
  return (dtype === 'int32' ? toInt32(integers) : floor(integers)) as OfShape<S>
}

const TWO_32 = 2 ** 32

function checkIntegers(what: string, numbers: ArrayLike<number> | undefined, least: number, most: number): void {
  for (let i = 0; i < (numbers?.length ?? 0); i++) {
    const each = numbers?.[i] as number
    if (!Number.isInteger(each) || each < least || each > most) {
      throw new DomainError(
        what === 'high − low'
          ? `randint: high is above low, by 2^32 at most, but high − low is ${each}.`
          : `randint: ${what} is an integer that a double holds exactly, but ${each} was given.`,
      )
    }
  }
}

/**
 * Indices of categories, each drawn with the probability softmax(logits) along an axis: the largest of logits + Gumbel noise. No derivative passes.
 *
 * Throws a ShapeError for what is no key, logits without an axis of categories, and a shape that does not end with that of the logits without the axis.
 * Source: Gumbel 1954; Maddison, Tarlow and Minka, NeurIPS 2014.
 *
 * @names `jax.random.categorical`, `torch.multinomial`, `tf.multinomial`
 *
 * @example
 * categorical(key(0), [0, -Infinity]) // 0
 */
export function categorical(key: Key, logits: TensorLike, options?: CategoricalOptions, ...more: []): Tensor | number {
  const { axis, shape } = readCategorical('categorical', [options, ...more])
  const value = toValue('categorical', logits, 1) as Tensor
  const own = shapeOf(value)
  const along = normalizeAxis('categorical', axis, own.length)
  if (own[along] === 0) throw new ShapeError(`categorical: there are no categories along axis ${along} of shape ${formatShape(own)}.`)
  const rest = own.filter((_, i) => i !== along)
  const result = checkShape('categorical', shape ?? rest)
  const before = result.slice(0, result.length - rest.length)
  if (!sameShape([...before, ...rest], result)) {
    throw new ShapeError(`categorical: the shape ${formatShape(result)} does not end with ${formatShape(rest)}, which the logits have without axis ${along}.`)
  }
  const noise = entriesOf('categorical', key, [...before, ...own], 'gumbel')
  return argMax(add(noise, value), { axis: along - own.length })
}

/**
 * The integers below n in random order, or the parts of a tensor along its first axis; all orders are equally likely, and derivatives go with the
 * parts. The order is that of `jax.random.permutation`.
 *
 * Throws a ShapeError for what is no key, for an n that is no integer of at least 0, and for a scalar that is a value of a transform.
 *
 * @names `jax.random.permutation`, `np.random.permutation`, `torch.randperm`
 *
 * @example
 * permutation(key(0), 5).toArray().sort() // [0, 1, 2, 3, 4]
 */
export function permutation(key: Key, x: number | TensorLike, ...more: []): Tensor {
  noMore('permutation', 2, more)
  const value = toValue('permutation', x, 1)
  const shape = shapeOf(value)
  if (shape.length === 0 && !(typeof value === 'number' && Number.isInteger(value) && value >= 0)) {
    throw new ShapeError(`permutation: takes a tensor, or how many integers there are (an integer of at least 0 that does not change), not ${describe(x)}.`)
  }
  const size = shape.length === 0 ? (value as number) : (shape[0] as number)
  // Sorted by random words, which are the same for some two of many: so often that this leaves no trace.
  const rounds = Math.ceil((3 * Math.log(Math.max(1, size))) / Math.log(2 ** 32 - 1))
  let rest = keyOf('permutation', key)
  let order: Tensor = arange(0, size, 1, { dtype: 'int32' })
  for (let round = 0; round < rounds; round++) {
    const [next, now] = split(rest)
    rest = next as Key
    const places = argSort(entriesOf('permutation', now, [size], 'bits'))
    order = round === 0 ? places : take(order, places)
  }
  return shape.length === 0 ? order : take(value as Tensor, order, { axis: 0 })
}

/**
 * Sets each entry to 0 with probability `rate` and divides the others by 1 − rate, so that the mean stays. Derivatives pass to the entries that stay.
 * Leave it out where a model is used rather than trained.
 *
 * Throws an OptionError for a rate outside [0, 1], and a ShapeError for what is no key.
 * Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov 2014, JMLR 15.
 *
 * @names `torch.nn.functional.dropout`, `tf.dropout`
 *
 * @example
 * dropout(key(0), ones([4]), { rate: 0.5 }).toArray() // [2, 2, 0, 0]
 */
export function dropout<X extends TensorLike>(key: Key, x: X, options?: DropoutOptions, ...more: []): MapResult<X> {
  const { rate } = readDropout('dropout', [options, ...more])
  const value = toValue('dropout', x, 1) as number
  const keep = sub(1, rate)
  const stays = less(entriesOf('dropout', key, shapeOf(value), 'uniform'), keep)
  return where(stays, div(value, keep), 0) as MapResult<X>
}

/** Random numbers of a shape; typed as one number, which a function of operators takes for a tensor as well. */
function entriesOf(name: string, key: unknown, shape: Shape | undefined, of: 'bits' | 'uniform' | 'normal' | 'gumbel', dtype: FloatDType = 'float64'): number {
  const narrow = dtype === 'float32'
  const entries = randomEntries(keyOf(name, key), { shape: checkShape(name, shape ?? []), of, digits: narrow ? 23 : 52 }) as number
  return narrow ? toFloat32(entries) : entries
}
