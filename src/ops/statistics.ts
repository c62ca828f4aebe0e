import { shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { count, differentiable, flag, integer, real } from '../core/option-kinds.ts'
import type { Given, OptionKind, Options, OptionsOf, Read } from '../core/options.ts'
import { mustFit, normalizeAxis, type Shape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { NumericTypedArray, TensorLike, Value } from '../core/types.ts'
import { abs, div, mul, overLength, scale, sign, sqrt, square, sub } from './arithmetic.ts'
import { ravel } from './axes.ts'
import { withShape } from './broadcast.ts'
import { equal } from './comparison.ts'
import { pow } from './exponential.ts'
import { fibres, reduceNorm } from './kernels/reduce.ts'
import { composite } from './kinds/composite.ts'
import { type Custom, custom } from './kinds/custom.ts'
import { type Linear, linear } from './kinds/linear.ts'
import {
  type AxisOptions,
  axisOptions,
  keepDims,
  max,
  mean,
  min,
  nonEmpty,
  ofItems,
  type ReduceParams,
  type Reduction,
  reducedAxes,
  reduceParams,
  reducing,
  samples,
  sum,
} from './reduction.ts'
import { where } from './selection.ts'
import { concat, sliceAxis } from './shape.ts'

const varianceOptions = {
  axis: reducedAxes,
  keepDims,
  correction: { is: differentiable, default: 0, says: 'The divisor is the number of entries less this.' },
} as const satisfies Options

/** Options of `variance` and `std`: the divisor is the number of entries less the correction, 0 by default. */
export type VarianceOptions = OptionsOf<typeof varianceOptions>

export const variance = /* @__PURE__ */ composite<Reduction<VarianceOptions>>({
  name: 'variance',
  summary: 'Mean squared distance from the mean along axes, in two passes.',
  formula: String.raw`\frac{1}{n - c} \sum_i (x_i - \bar x)^2`,
  options: varianceOptions,
  bare: ['axis'],
  of: (x: TensorLike, { correction, ...axes }: Read<typeof varianceOptions>) => {
    const operand = toValue('variance', x)
    const { count } = nonEmpty('variance', operand, axes)
    const distance = sub(operand, mean(operand, { axis: axes.axis, keepDims: true }))
    return div(sum(square(distance), axes), sub(count, correction))
  },
  samples: [...samples, [[1, 2, 4], { correction: 1 }]],
})

export const std = /* @__PURE__ */ composite<Reduction<VarianceOptions>>({
  name: 'std',
  summary: 'Standard deviation along axes: the root of the variance.',
  formula: String.raw`\sqrt{\frac{1}{n - c} \sum_i (x_i - \bar x)^2}`,
  convention: 'Where all entries are equal the derivative is 0.',
  options: varianceOptions,
  bare: ['axis'],
  of: (x: TensorLike, { correction, ...axes }: Read<typeof varianceOptions>) => {
    const operand = toValue('std', x)
    const { count } = nonEmpty('std', operand, axes)
    return div(norm(sub(operand, mean(operand, { axis: axes.axis, keepDims: true })), axes), sqrt(sub(count, correction)))
  },
  samples: [...samples, [[1, 2, 4], { correction: 1 }]],
})

const order: OptionKind<number> = { wants: 'a number other than 0', accepts: (given): given is number => real.accepts(given) && given !== 0 }
const normOptions = {
  ord: { is: order, default: 2, says: 'The order p; ±Infinity for the largest and the smallest size.' },
  axis: reducedAxes,
  keepDims,
} as const satisfies Options

/** Options of `norm`: the order, 2 by default; ±Infinity for the largest and the smallest size. */
export type NormOptions = OptionsOf<typeof normOptions>

/** A norm: of the raveled tensor, or of vectors along axes. By position the order comes first, as in NumPy. */
export interface Norm {
  <X extends TensorLike>(x: X, options?: NormOptions & { axis?: undefined; keepDims?: false }): number
  <X extends TensorLike>(x: X, ord: number): number
  <X extends TensorLike>(x: X, ...options: Given<NormOptions, ['ord', 'axis']>): X extends NumericTypedArray | readonly number[] ? number : Tensor
}

export const norm = /* @__PURE__ */ composite<Norm>({
  name: 'norm',
  summary: 'Norm of vectors along axes, without overflow; over all axes that of the raveled tensor.',
  formula: String.raw`\left( \sum_i |x_i|^p \right)^{1/p}`,
  convention: 'The derivative at the zero vector is 0; entries that tie for the norm of order ∞ share its derivative.',
  options: normOptions,
  bare: ['ord', 'axis'],
  of: (x: TensorLike, { ord, ...axes }: Read<typeof normOptions>) => {
    const operand = toValue('norm', x)
    const sizes = abs(operand)
    if (ord === Number.POSITIVE_INFINITY) return max(sizes, axes)
    if (ord === Number.NEGATIVE_INFINITY) return min(sizes, axes)
    if (ord === 1) return sum(sizes, axes)
    const params = reduceParams('norm', operand, axes)
    return params.count === 0 ? sum(sizes, axes) : powerNorm(operand, { ord, ...params })
  },
  samples: [...samples, [[1, -2, 4], { ord: 3 }], [[1, -2, 4], { ord: 1 }]],
})

interface PowerNormParams extends ReduceParams {
  ord: number
}

export const powerNorm: Custom<(x: Value, params: PowerNormParams) => Value> = /* @__PURE__ */ custom<(x: Value, params: PowerNormParams) => Value>({
  name: 'powerNorm',
  step: /* @__PURE__ */ reducing({ ord: { is: order, required: true, says: 'The order p.' } }),
  summary: 'Norm of a finite order along axes, with a derivative that is made of entries relative to it.',
  formula: String.raw`\left( \sum_i |x_i|^p \right)^{1/p}`,
  convention: 'The derivative at the zero vector is 0, and has no derivative of its own there.',
  signature: (x, params) => ({ operands: [x], params }),
  value: ([x], { ord, axes, shape }: PowerNormParams) => (x instanceof Tensor ? new Tensor(reduceNorm(x, axes, ord), shape) : Math.abs(x as number)),
  compose: ([x], { ord, axes, shape }: PowerNormParams) => {
    const sizes = abs(x)
    // Entries are taken relative to the largest, so that no power overflows or vanishes.
    const largest = max(sizes, { axis: axes, keepDims: true })
    const unit = where(equal(largest, 0), 1, where(equal(largest, Number.POSITIVE_INFINITY), 1, largest))
    const relative = div(sizes, unit)
    const total = sum(ord === 2 ? square(relative) : pow(relative, ord), { axis: axes, keepDims: true })
    return withShape(mul(unit, ord === 2 ? sqrt(total) : pow(total, 1 / ord)) as Value, shape) as Tensor
  },
  batch: ([x], _batched, size, params: PowerNormParams) => powerNorm(x, ofItems(params, size)),
  jvp: ([x], [tangent], out, { ord, axes, shape, kept }: PowerNormParams) =>
    sum(scale(slopes(x, withShape(out, kept), ord), tangent), { axis: axes, keepDims: shape.length === kept.length }),
  samples: [
    [[0.5, -2, 3], { ord: 2, axes: [0], shape: [], kept: [1], count: 3 }],
    [[1, -2, 4], { ord: 3, axes: [0], shape: [], kept: [1], count: 3 }],
    [[1, -2, 4], { ord: -0.5, axes: [0], shape: [], kept: [1], count: 3 }],
  ],
})

/** The derivatives of a norm by the entries: ± (|x_i| / |x|)^(p − 1), where the ratio does not grow with p − 1. */
function slopes(x: Value, length: Value, ord: number): Value {
  if (ord === 2) return overLength(x, length)
  const sizes = abs(x)
  return mul(sign(x), ord > 1 ? pow(overLength(sizes, length), ord - 1) : pow(overLength(length, sizes), 1 - ord))
}

const extremumOptions = {
  axis: { is: integer, says: 'Along which axis; over the raveled tensor where there is none.' },
  keepDims,
} as const satisfies Options
type ExtremumOptions = OptionsOf<typeof extremumOptions>

interface Extremum {
  (x: TensorLike, options?: { axis?: undefined; keepDims?: false }): number
  (x: TensorLike, ...options: Given<ExtremumOptions, ['axis']>): Tensor
}

/** The index of the entry along an axis (over the raveled tensor without one) that beats all others. */
function argExtreme(name: string, beats: (candidate: number, best: number) => boolean): Linear<Extremum> {
  return linear<Extremum>({
    name,
    summary: `Index of the ${name === 'argMax' ? 'largest' : 'smallest'} entry along an axis, of the raveled tensor without one.`,
    formula: String.raw`\operatorname{${name}}_i x_i`,
    convention: 'Of entries that tie the first; NaN wins. An integer: no derivative passes.',
    constant: true,
    step: reducing(),
    options: extremumOptions,
    bare: ['axis'],
    signature: (x: TensorLike, { axis, keepDims }: Read<typeof extremumOptions>) => {
      const operand = toValue(name, x)
      return {
        operands: [operand],
        params: nonEmpty(name, operand, { axis: axis === undefined ? undefined : normalizeAxis(name, axis, shapeOf(operand).length), keepDims }),
      }
    },
    value: ([x], { axes, shape }: { axes: number[]; shape: Shape }) => {
      if (!(x instanceof Tensor)) return 0
      const { starts, offsets } = fibres(x, axes)
      const winners = Float64Array.from(starts, start => {
        let best = 0
        const read = (k: number) => x.data[start + (offsets[k] as number)] as number
        for (let k = 1; k < offsets.length; k++) if (!Number.isNaN(read(best)) && (beats(read(k), read(best)) || Number.isNaN(read(k)))) best = k
        return best
      })
      return new Tensor(winners, shape)
    },
    transpose: () => [undefined],
    samples: [
      [[0.5, 3, -2]],
      [
        [
          [1, 2],
          [3, 5],
        ],
        { axis: 0, keepDims: true },
      ],
    ],
  })
}

export const argMax: Linear<Extremum> = /* @__PURE__ */ argExtreme('argMax', (candidate, best) => candidate > best)
export const argMin: Linear<Extremum> = /* @__PURE__ */ argExtreme('argMin', (candidate, best) => candidate < best)

interface Truth {
  (x: TensorLike, options?: { axis?: undefined; keepDims?: false }): boolean
  (x: TensorLike, ...options: Given<AxisOptions, ['axis']>): Tensor
}

/** Whether entries hold (are not 0) along axes. */
function truth(name: string, combine: (holding: number, count: number) => boolean): Linear<Truth> {
  return linear<Truth>({
    name,
    summary: `Whether ${name === 'all' ? 'all entries hold' : 'any entry holds'} along axes: is neither 0 nor NaN.`,
    formula: name === 'all' ? String.raw`\bigwedge_i x_i` : String.raw`\bigvee_i x_i`,
    convention: `A mask: its derivative is 0 everywhere. Of nothing: ${name === 'all'}.`,
    constant: true,
    step: { ...reducing(), mask: 'always' },
    options: axisOptions,
    bare: ['axis'],
    signature: (x: TensorLike, options: AxisOptions) => {
      const operand = toValue(name, x)
      return { operands: [operand], params: reduceParams(name, operand, options) }
    },
    value: ([x], { axes, shape }: { axes: number[]; shape: Shape }) => {
      if (!(x instanceof Tensor)) return Boolean(x)
      const { starts, offsets } = fibres(x, axes)
      const answers = Float64Array.from(starts, start => {
        let holding = 0
        for (const offset of offsets) if (x.data[start + offset]) holding++
        return combine(holding, offsets.length) ? 1 : 0
      })
      return new Tensor(answers, shape, 'bool')
    },
    transpose: () => [undefined],
    samples: [
      [[1, 0, 2]],
      [
        [
          [1, 2],
          [0, 5],
        ],
        { axis: 0, keepDims: true },
      ],
    ],
  })
}

export const all: Linear<Truth> = /* @__PURE__ */ truth('all', (holding, count) => holding === count)
export const any: Linear<Truth> = /* @__PURE__ */ truth('any', holding => holding > 0)

const alongOne = {
  axis: { is: integer, says: 'Along which axis; over the raveled tensor where there is none.' },
} as const satisfies Options
const cumulativeOptions = {
  axis: { is: integer, says: 'Along which axis; over the raveled tensor where there is none.' },
  reverse: { is: flag, default: false, says: 'Whether to begin at the end.' },
} as const satisfies Options
type Cumulative<O extends { axis?: number | undefined }> = (x: TensorLike, ...options: Given<O, ['axis']>) => Tensor

export const cumSum: Linear<Cumulative<OptionsOf<typeof cumulativeOptions>>> = /* @__PURE__ */ linear<Cumulative<OptionsOf<typeof cumulativeOptions>>>({
  name: 'cumSum',
  step: {
    arity: 1,
    params: { axis: { is: count, required: true }, reverse: { is: flag, required: true } },
    shape: ([x], { axis }: { axis: number }) => {
      mustFit(axis < (x as Shape).length, `there is no axis ${axis}`)
      return x as Shape
    },
  },
  summary: 'Running sum along an axis, over the raveled tensor without one; from the end with reverse.',
  formula: String.raw`y_i = \sum_{k \le i} x_k`,
  options: cumulativeOptions,
  bare: ['axis'],
  signature: (x: TensorLike, { axis, reverse }: Read<typeof cumulativeOptions>) => {
    const operand = cumulativeOperand('cumSum', x, axis)
    return { operands: [operand], params: { axis: normalizeAxis('cumSum', axis ?? 0, operand.rank), reverse } }
  },
  value: ([x], { axis, reverse }: { axis: number; reverse: boolean }) => {
    const { starts, offsets } = fibres(x as Tensor, [axis])
    const data = new Float64Array((x as Tensor).size)
    const order = reverse ? offsets.slice().reverse() : offsets
    for (const start of starts) {
      let running = 0
      for (const offset of order) {
        running += (x as Tensor).data[start + offset] as number
        data[start + offset] = running
      }
    }
    return new Tensor(data, (x as Tensor).shape)
  },
  sums: true,
  pattern: ([sets], [shape], outShape, params, lattice) => {
    const { axis, reverse } = params as { axis: number; reverse: boolean }
    const result = new Int32Array(sizeOfShape(outShape))
    if (sets === undefined) return result
    const { starts, offsets } = fibres({ shape: shape as Shape }, [axis])
    const order = reverse ? offsets.slice().reverse() : offsets
    for (const start of starts) {
      let running = 0
      for (const offset of order) {
        running = lattice.union(running, sets[start + offset] as number)
        result[start + offset] = running
      }
    }
    return result
  },
  batch: ([x], _batched, _size, { axis, reverse }: { axis: number; reverse: boolean }) => cumSum(x, { axis: axis + 1, reverse }),
  transpose: (cotangent, { axis, reverse }: { axis: number; reverse: boolean }) => [cumSum(cotangent, { axis, reverse: !reverse })],
  samples: [
    [[0.5, -2, 3]],
    [
      [
        [1, 2],
        [3, 5],
      ],
      { axis: 1 },
    ],
    [[0.5, -2, 3], { reverse: true }],
  ],
})

export const cumProd = /* @__PURE__ */ composite<Cumulative<OptionsOf<typeof alongOne>>>({
  name: 'cumProd',
  summary: 'Running product along an axis, over the raveled tensor without one.',
  formula: String.raw`y_i = \prod_{k \le i} x_k`,
  convention: 'Derivatives are exact with any number of zeros: nothing is divided.',
  citation: 'W. D. Hillis and G. L. Steele, Data parallel algorithms, CACM 29 (1986): the scan by doubling.',
  options: alongOne,
  bare: ['axis'],
  of: (x: TensorLike, { axis }: Read<typeof alongOne>) => {
    let products = cumulativeOperand('cumProd', x, axis)
    const along = normalizeAxis('cumProd', axis ?? 0, products.rank)
    const length = products.shape[along] as number
    for (let step = 1; step < length; step *= 2) {
      const shifted = mul(sliceAxis(products, along, step, length), sliceAxis(products, along, 0, length - step))
      products = concat([sliceAxis(products, along, 0, step), shifted], { axis: along })
    }
    return products
  },
  samples: [
    [[0.5, -2, 3, 4, 0.3]],
    [
      [
        [1, 2, 0],
        [3, 5, 2],
      ],
      { axis: 1 },
    ],
  ],
})

function cumulativeOperand(name: string, x: TensorLike, axis: number | undefined): Tensor {
  const operand = toValue(name, x)
  if (axis === undefined) return ravel(operand)
  if (!(operand instanceof Tensor)) throw new ShapeError(`${name}: a scalar has no axis ${axis}.`)
  return operand
}
