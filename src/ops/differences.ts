import { shapeOf, toValue } from '../core/dispatch.ts'
import { floatsOf } from '../core/dtypes.ts'
import { ShapeError } from '../core/errors.ts'
import { zeros } from '../core/makers.ts'
import { count, differentiable, integer } from '../core/option-kinds.ts'
import type { Given, Options, OptionsOf, Read } from '../core/options.ts'
import { formatShape, normalizeAxis, type Shape } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { add, mul, sub } from './arithmetic.ts'
import { withShape } from './broadcast.ts'
import { composite } from './kinds/composite.ts'
import { sum } from './reduction.ts'
import { concat, sliceAxis } from './shape.ts'

const matrix = [
  [1, 2, 4],
  [0.5, -1, 3],
] as const

const diffOptions = {
  n: { is: count, default: 1, says: 'How often.' },
  axis: { is: integer, default: -1, says: 'Along which axis.' },
  prepend: { is: differentiable, says: 'What goes before the first entry: a number, or a tensor of the other lengths.' },
  append: { is: differentiable, says: 'What goes behind the last entry.' },
} as const satisfies Options

export const diff = /* @__PURE__ */ composite<(x: TensorLike, ...options: Given<OptionsOf<typeof diffOptions>, ['n', 'axis']>) => Tensor>({
  name: 'diff',
  summary: 'Differences of neighbours along an axis, n times over.',
  formula: 'y_i = x_{i+1} - x_i',
  names: ['np.diff', 'torch.diff', 'jnp.diff'],
  options: diffOptions,
  bare: ['n', 'axis'],
  of: (x: TensorLike, { n, axis, prepend, append }: Read<typeof diffOptions>) => {
    const operand = toValue('diff', x)
    const shape = shapeOf(operand)
    const along = normalizeAxis('diff', axis, shape.length)
    const edge = (given: TensorLike | undefined): Tensor[] => {
      if (given === undefined) return []
      const value = toValue('diff', given)
      return [shapeOf(value).length === 0 ? (add(zeros(shape.with(along, 1), floatsOf(operand as Tensor)), value as number) as Tensor) : (value as Tensor)]
    }
    const parts = n === 0 ? [] : [...edge(prepend), operand as Tensor, ...edge(append)]
    let result = parts.length > 1 ? concat(parts, { axis: along }) : (operand as Tensor)
    for (let k = 0; k < n && (result.shape[along] as number) > 0; k++) result = steps(result, along, sub)
    return result
  },
  samples: [[[1, 2, 4, 0.5]], [matrix, { n: 2 }], [matrix, { axis: 0, prepend: 1, append: [[0.5, 2, 3]] }]],
})

/** Each entry but the first with the one before it. */
function steps(x: Tensor, axis: number, combine: (after: Tensor, before: Tensor) => Value): Tensor {
  const length = x.shape[axis] as number
  return combine(sliceAxis(x, axis, Math.min(1, length), length), sliceAxis(x, axis, 0, Math.max(0, length - 1))) as Tensor
}

const trapezoidOptions = {
  x: { is: differentiable, says: 'Where the entries are: one number for each along the axis, or a tensor that broadcasts with them. Left out: dx apart.' },
  dx: { is: differentiable, default: 1, says: 'How far they are apart.' },
  axis: { is: integer, default: -1, says: 'Along which axis.' },
} as const satisfies Options

export const trapezoid = /* @__PURE__ */ composite<
  (y: TensorLike, ...options: Given<OptionsOf<typeof trapezoidOptions>, ['x', 'dx', 'axis']>) => number | Tensor
>({
  name: 'trapezoid',
  summary: 'Integral along an axis by the trapezoidal rule.',
  formula: String.raw`\sum_i (x_{i+1} - x_i) \frac{y_i + y_{i+1}}{2}`,
  names: ['np.trapezoid', 'scipy.integrate.trapezoid', 'torch.trapezoid', 'jnp.trapezoid'],
  convention: 'The integral over fewer than two entries is 0.',
  options: trapezoidOptions,
  bare: ['x', 'dx', 'axis'],
  of: (y: TensorLike, { x, dx, axis }: Read<typeof trapezoidOptions>) => {
    const operand = toValue('trapezoid', y) as Tensor
    const shape = shapeOf(operand)
    const along = normalizeAxis('trapezoid', axis, shape.length)
    const heights = mul(0.5, steps(operand, along, add)) as Tensor
    return sum(mul(heights, x === undefined ? (dx as number) : widths(toValue('trapezoid', x), shape, along)), { axis: along })
  },
  samples: [[[1, 2, 4, 0.5]], [matrix, { dx: 0.25, axis: 0 }], [matrix, { x: [0, 0.5, 2] }], [matrix, { x: matrix, axis: 0 }]],
})

/** Distances of places along an axis: those of a vector stand along it, whatever the other axes are. */
function widths(x: Value, shape: Shape, axis: number): Tensor {
  const own = shapeOf(x)
  const placed = own.length === 1 ? withShape(x, [own[0] as number, ...shape.slice(axis + 1).map(() => 1)]) : x
  const along = axis - shape.length + shapeOf(placed).length
  if (along < 0 || shapeOf(placed)[along] !== shape[axis]) {
    throw new ShapeError(
      `trapezoid: x has shape ${formatShape(own)}, but axis ${axis} of shape ${formatShape(shape)} has ${shape[axis]} entries: it is a vector with one place for each, or broadcasts with them.`,
    )
  }
  return steps(placed as Tensor, along, sub)
}
