import { dispatch, shapeOf, toValue } from '../core/dispatch.ts'
import { differentiable, integer } from '../core/option-kinds.ts'
import type { Given, Options, OptionsOf, Read } from '../core/options.ts'
import { normalizeAxis, type Shape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import { div, sqrt, square, sub } from './arithmetic.ts'
import { argExtremes, fibres } from './kernels/reduce.ts'
import { composite } from './kinds/composite.ts'
import { type Linear, linear } from './kinds/linear.ts'
import {
  type AxisOptions,
  axisOptions,
  keepDims,
  mean,
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
import { vectorNorm } from './vector-norms.ts'

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
  names: ['np.var', 'torch.var', 'jnp.var'],
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
  names: ['np.std', 'torch.std', 'jnp.std'],
  convention: 'Where all entries are equal the derivative is 0.',
  options: varianceOptions,
  bare: ['axis'],
  of: (x: TensorLike, { correction, ...axes }: Read<typeof varianceOptions>) => {
    const operand = toValue('std', x)
    const { count } = nonEmpty('std', operand, axes)
    const distance = sub(operand, mean(operand, { axis: axes.axis, keepDims: true }))
    return div(vectorNorm('std', distance, 2, axes), sqrt(sub(count, correction)))
  },
  samples: [...samples, [[1, 2, 4], { correction: 1 }]],
})

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
function argExtreme(name: string, sign: 1 | -1): Linear<Extremum> {
  const operator: Linear<Extremum> = linear<Extremum>({
    name,
    summary: `Index of the ${name === 'argMax' ? 'largest' : 'smallest'} entry along an axis, of the raveled tensor without one.`,
    formula: String.raw`\operatorname{${name}}_i x_i`,
    names: [`np.${name.toLowerCase()}`, `torch.${name.toLowerCase()}`, `jnp.${name.toLowerCase()}`, `tf.${name}`],
    convention: 'Of entries that tie the first; NaN wins. An integer: no derivative passes.',
    constant: true,
    gives: 'int32',
    finds: sign === 1 ? 'largest' : 'smallest',
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
      return new Tensor(argExtremes(x, axes, sign), shape)
    },
    transpose: () => [undefined],
    batch: ([x], _batched, size, params: ReduceParams) => dispatch(operator.definition, [x], ofItems(params, size)),
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
  return operator
}

export const argMax: Linear<Extremum> = /* @__PURE__ */ argExtreme('argMax', 1)
export const argMin: Linear<Extremum> = /* @__PURE__ */ argExtreme('argMin', -1)

interface Truth {
  (x: TensorLike, options?: { axis?: undefined; keepDims?: false }): boolean
  (x: TensorLike, ...options: Given<AxisOptions, ['axis']>): Tensor
}

/** Whether entries hold (are not 0) along axes. */
function truth(name: string, combine: (holding: number, count: number) => boolean): Linear<Truth> {
  const operator: Linear<Truth> = linear<Truth>({
    name,
    summary: `Whether ${name === 'all' ? 'all entries hold' : 'any entry holds'} along axes: is neither 0 nor NaN.`,
    formula: name === 'all' ? String.raw`\bigwedge_i x_i` : String.raw`\bigvee_i x_i`,
    names: [`np.${name}`, `torch.${name}`, `jnp.${name}`, `tf.${name}`],
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
    batch: ([x], _batched, size, params: ReduceParams) => dispatch(operator.definition, [x], ofItems(params, size)),
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
  return operator
}

export const all: Linear<Truth> = /* @__PURE__ */ truth('all', (holding, count) => holding === count)
export const any: Linear<Truth> = /* @__PURE__ */ truth('any', holding => holding > 0)
