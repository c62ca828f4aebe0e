import type { StepRule } from '../core/definition.ts'
import { dispatch, shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { axes, count, flag, integers } from '../core/option-kinds.ts'
import type { Given, Option, Options, OptionsOf } from '../core/options.ts'
import { formatShape, mustFit, normalizeAxes, type Shape, sameShape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { NumericTypedArray, TensorLike, Value } from '../core/types.ts'
import { add, distance, div, mul, scale } from './arithmetic.ts'
import { broadcastTo, withShape } from './broadcast.ts'
import { equal } from './comparison.ts'
import { exp, log } from './exponential.ts'
import { reduceExtreme, reduceSum } from './kernels/reduce.ts'
import { composite } from './kinds/composite.ts'
import { type Custom, custom } from './kinds/custom.ts'
import { type Linear, linear } from './kinds/linear.ts'
import { stopGradient, where } from './selection.ts'
import { concat, reshape, sliceAxis, transpose } from './shape.ts'

export const reducedAxes = { is: axes, says: 'The axes to reduce, counted from the end where negative; all where there is none.' } as const satisfies Option
export const keepDims = { is: flag, default: false, says: 'Whether the reduced axes stay, with length 1.' } as const satisfies Option
export const axisOptions = { axis: reducedAxes, keepDims } as const satisfies Options

/** Which axes to reduce (all by default) and whether to keep them with length 1. */
export type AxisOptions = OptionsOf<typeof axisOptions>

/** A reduction: a number over all axes, a tensor over some (a number where no axis is left). */
export interface Reduction<O extends AxisOptions = AxisOptions> {
  <X extends TensorLike>(x: X, options?: O & { axis?: undefined; keepDims?: false }): number
  <X extends TensorLike>(x: X, ...options: Given<O, ['axis']>): X extends NumericTypedArray | readonly number[] ? number : Tensor
}

export interface ReduceParams {
  axes: readonly number[]
  /** The result's shape, and the same with the reduced axes kept at length 1. */
  shape: Shape
  kept: Shape
  count: number
}

export function reduceParams(name: string, x: Value, options?: AxisOptions): ReduceParams {
  return reduceShape(name, shapeOf(x), options)
}

function reduceShape(name: string, from: Shape, { axis, keepDims = false }: AxisOptions = {}): ReduceParams {
  const axes = normalizeAxes(name, axis, from.length)
  const kept = from.map((length, i) => (axes.includes(i) ? 1 : length))
  const shape = keepDims ? kept : from.filter((_, i) => !axes.includes(i))
  return { axes, shape, kept, count: axes.reduce((product, i) => product * (from[i] as number), 1) }
}

/** The same axes of each item of a batch. */
export function ofItems<P extends ReduceParams>(params: P, size: number): P {
  const { axes, shape, kept } = params
  return { ...params, axes: axes.map(axis => axis + 1), shape: [size, ...shape], kept: [size, ...kept] }
}

/** The step of a reduction, with further parameters. */
export function reducing(more: Options = {}): StepRule {
  return {
    arity: 1,
    params: {
      axes: { is: integers, required: true, says: 'The axes that are reduced, in order.' },
      shape: { is: integers, required: true, says: 'The shape of the result.' },
      kept: { is: integers, required: true, says: 'The same with the reduced axes, of length 1.' },
      count: { is: count, required: true, says: 'How many entries become one.' },
      ...more,
    },
    shape: ([x], { axes, shape, kept, count }: ReduceParams) => {
      const right = reduceShape('axes', x as Shape, { axis: axes, keepDims: shape.length === kept.length })
      const same = sameShape(axes, right.axes) && sameShape(shape, right.shape) && sameShape(kept, right.kept) && count === right.count
      mustFit(same, `the parameters are not those for axes [${axes.join(', ')}] of shape ${formatShape(x as Shape)}`)
      return shape
    },
  }
}

function reduced(name: string, x: unknown, options: AxisOptions) {
  const operand = toValue(name, x)
  return { operands: [operand], params: reduceParams(name, operand, options) }
}

/** A reduced value spread over the shape it was reduced from. */
function spread(reduced: Value, { kept }: ReduceParams, shape: Shape): Value {
  if (shape.length === 0) return reduced
  return broadcastTo(typeof reduced === 'number' ? reduced : (withShape(reduced, kept) as Tensor), shape)
}

const grid = [
  [1, 2, -0.5],
  [3, 5, 2.5],
  [2, -1, 4],
] as const

export const samples = [[[0.5, -2, 3]], [grid, { axis: 0 }], [grid, { axis: -1, keepDims: true }]] as const

export const sum: Linear<Reduction> = /* @__PURE__ */ linear<Reduction>({
  name: 'sum',
  integral: true,
  combines: '+',
  moves: 'scatters',
  step: /* @__PURE__ */ reducing(),
  summary: 'Sum of the entries along axes.',
  formula: String.raw`\sum_i x_i`,
  names: ['np.sum', 'torch.sum', 'jnp.sum', 'tf.sum'],
  convention: 'The sum of nothing is 0.',
  options: axisOptions,
  bare: ['axis'],
  signature: (x, options) => reduced('sum', x, options),
  value: ([x], { axes, shape }: ReduceParams) => (x instanceof Tensor ? new Tensor(reduceSum(x, axes), shape) : (x as number)),
  transpose: (cotangent, params, [shape]) => [spread(cotangent, params, shape as Shape)],
  batch: ([x], _batched, size, params: ReduceParams) => dispatch(sum.definition, [x], ofItems(params, size)),
  samples,
})

export const mean = /* @__PURE__ */ composite<Reduction>({
  name: 'mean',
  summary: 'Arithmetic mean along axes.',
  formula: String.raw`\frac{1}{n} \sum_i x_i`,
  names: ['np.mean', 'np.average', 'torch.mean', 'jnp.mean', 'tf.mean'],
  options: axisOptions,
  bare: ['axis'],
  of: (x, options) => {
    const operand = toValue('mean', x)
    return div(sum(operand, options), nonEmpty('mean', operand, options).count)
  },
  samples,
})

export const prod = /* @__PURE__ */ composite<Reduction>({
  name: 'prod',
  integral: true,
  summary: 'Product of the entries along axes.',
  formula: String.raw`\prod_i x_i`,
  names: ['np.prod', 'torch.prod', 'jnp.prod', 'tf.prod'],
  convention: 'The product of nothing is 1. Derivatives are exact with any number of zeros: products are taken in pairs, nothing is divided.',
  options: axisOptions,
  bare: ['axis'],
  of: (x, options) => {
    const operand = toValue('prod', x)
    const { axes, shape, count } = reduceParams('prod', operand, options)
    if (shapeOf(operand).length === 0) return operand
    const keptAxes = shapeOf(operand)
      .map((_, axis) => axis)
      .filter(axis => !axes.includes(axis))
    let rows: Value = reshape(transpose(operand, [...axes, ...keptAxes]), [count, sizeOfShape(shape)])
    for (let length = count; length > 1; length = Math.ceil(length / 2)) {
      const half = Math.floor(length / 2)
      const pairs: Tensor = mul(sliceAxis(rows as Tensor, 0, 0, half), sliceAxis(rows as Tensor, 0, half, 2 * half))
      rows = length % 2 === 0 ? pairs : concat([pairs, sliceAxis(rows as Tensor, 0, 2 * half, length)])
    }
    return count === 0 ? broadcastTo(1, shape) : withShape(rows, shape)
  },
  samples,
})

const ties = 'Entries that tie share the derivative equally. NaN if any entry is. Of nothing: a ShapeError.'

export const max: Custom<Reduction> = /* @__PURE__ */ custom<Reduction>({
  name: 'max',
  integral: true,
  combines: 'Math.max',
  step: /* @__PURE__ */ reducing(),
  summary: 'Largest entry along axes.',
  formula: String.raw`\max_i x_i`,
  names: ['np.max', 'np.amax', 'torch.max', 'torch.amax', 'jnp.max', 'tf.max'],
  convention: ties,
  options: axisOptions,
  bare: ['axis'],
  signature: (x, options) => reduced('max', x, options),
  value: ([x], params: ReduceParams) => extreme('max', x as number | Tensor, params),
  batch: ([x], _batched, size, params: ReduceParams) => dispatch(max.definition, [x], ofItems(params, size)),
  jvp: ([x], [tangent], out, params) => shareOfWinners(x as Value, tangent as Value, out, params),
  samples,
})

export const min: Custom<Reduction> = /* @__PURE__ */ custom<Reduction>({
  name: 'min',
  integral: true,
  combines: 'Math.min',
  step: /* @__PURE__ */ reducing(),
  summary: 'Smallest entry along axes.',
  formula: String.raw`\min_i x_i`,
  names: ['np.min', 'np.amin', 'torch.min', 'torch.amin', 'jnp.min', 'tf.min'],
  convention: ties,
  options: axisOptions,
  bare: ['axis'],
  signature: (x, options) => reduced('min', x, options),
  value: ([x], params: ReduceParams) => extreme('min', x as number | Tensor, params),
  batch: ([x], _batched, size, params: ReduceParams) => dispatch(min.definition, [x], ofItems(params, size)),
  jvp: ([x], [tangent], out, params) => shareOfWinners(x as Value, tangent as Value, out, params),
  samples,
})

function extreme(name: 'max' | 'min', x: number | Tensor, { axes, shape, count }: ReduceParams) {
  if (!(x instanceof Tensor)) return x
  if (count === 0 && sizeOfShape(shape) > 0) throw emptyError(name, x.shape)
  return new Tensor(reduceExtreme(x, axes, name === 'max'), shape)
}

/** The mean of the tangents at the entries that equal the extreme one. No entry equals NaN: shares of it are 0/0, NaN as the value. */
function shareOfWinners(x: Value, tangent: Value, out: Value, params: ReduceParams): Value {
  const shape = shapeOf(x)
  const wins = where(equal(x, spread(out, params, shape)), 1, 0)
  const options = { axis: params.axes, keepDims: params.shape.length === params.kept.length }
  return sum(scale(div(wins, spread(sum(wins, options), params, shape)), tangent), options)
}

export function nonEmpty(name: string, x: Value, options?: AxisOptions): ReduceParams {
  const params = reduceParams(name, x, options)
  if (params.count === 0) throw emptyError(name, shapeOf(x))
  return params
}

function emptyError(name: string, shape: Shape): ShapeError {
  return new ShapeError(`${name}: there is no ${name} of nothing: an axis of shape ${formatShape(shape)} that is reduced has length 0.`)
}

export const logSumExp = /* @__PURE__ */ composite<Reduction>({
  name: 'logSumExp',
  summary: 'Logarithm of the sum of exponentials along axes, without overflow.',
  formula: String.raw`\ln \sum_i e^{x_i}`,
  names: ['scipy.special.logsumexp', 'torch.logsumexp', 'jax.scipy.special.logsumexp', 'jax.nn.logsumexp', 'tf.logSumExp'],
  convention:
    'Entries of −∞ beside larger ones count nothing and have derivative 0; an entry of ∞ takes the whole derivative. ' +
    'Infinite entries that tie for the largest share it equally, as in max: of −∞ alone the value is −∞.',
  options: axisOptions,
  bare: ['axis'],
  of: (x, options) => {
    const operand = toValue('logSumExp', x)
    const { axes, shape } = nonEmpty('logSumExp', operand, options)
    const largest = stopGradient(max(operand, { axis: axes, keepDims: true }))
    const total = add(log(sum(exp(distance(operand, largest)), { axis: axes, keepDims: true })), largest)
    return shapeOf(operand).length === 0 ? operand : withShape(total as Value, shape)
  },
  samples,
})
