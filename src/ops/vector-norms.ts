import { toValue } from '../core/dispatch.ts'
import { real } from '../core/option-kinds.ts'
import type { OptionKind } from '../core/options.ts'
import { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { abs, div, mul, overLength, scale, sign, sqrt, square } from './arithmetic.ts'
import { withShape } from './broadcast.ts'
import { equal } from './comparison.ts'
import { pow } from './exponential.ts'
import { reduceNorm } from './kernels/reduce.ts'
import { type Custom, custom } from './kinds/custom.ts'
import { type AxisOptions, max, min, ofItems, type ReduceParams, reduceParams, reducing, sum } from './reduction.ts'
import { where } from './selection.ts'

/** The order of a norm of vectors. */
export const order: OptionKind<number> = {
  wants: 'a number other than 0',
  accepts: (given): given is number => real.accepts(given) && given !== 0,
}

/** The norm of order p of the entries along axes. */
export function vectorNorm(name: string, x: TensorLike, ord: number, axes: AxisOptions): Value {
  const operand = toValue(name, x)
  if (ord === Number.POSITIVE_INFINITY) return max(abs(operand), axes)
  if (ord === Number.NEGATIVE_INFINITY) return min(abs(operand), axes)
  const params = reduceParams(name, operand, axes)
  return ord === 1 || params.count === 0 ? sum(abs(operand), axes) : powerNorm(operand, { ord, ...params })
}

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
