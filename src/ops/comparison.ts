import { ask, dispatch, toValue } from '../core/dispatch.ts'
import { refuseMore } from '../core/options.ts'
import { Tensor } from '../core/tensor.ts'
import type { Scalar, TensorLike } from '../core/types.ts'
import * as specialised from './generated.ts'
import { type Binary, type Elementwise, type ElementwiseDefinition, elementwise } from './kinds/elementwise.ts'

const samples = [
  [0.5, 2],
  [3, -1.25],
  [2, 2],
] as const
const convention = 'A mask: its derivative is 0 everywhere.'

export const greater: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'greater',
    summary: 'Mask of x > y.',
    formula: 'x > y',
    names: ['np.greater', 'torch.gt', 'torch.greater', 'jnp.greater', 'tf.greater'],
    convention,
    samples,
    value: (x, y) => x > y,
  },
  specialised.greater,
)

export const greaterEqual: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'greaterEqual',
    summary: 'Mask of x ≥ y.',
    formula: String.raw`x \ge y`,
    names: ['np.greater_equal', 'torch.ge', 'jnp.greater_equal', 'tf.greaterEqual'],
    convention,
    samples,
    value: (x, y) => x >= y,
  },
  specialised.greaterEqual,
)

export const less: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'less',
    summary: 'Mask of x < y.',
    formula: 'x < y',
    names: ['np.less', 'torch.lt', 'torch.less', 'jnp.less', 'tf.less'],
    convention,
    samples,
    value: (x, y) => x < y,
  },
  specialised.less,
)

export const lessEqual: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'lessEqual',
    summary: 'Mask of x ≤ y.',
    formula: String.raw`x \le y`,
    names: ['np.less_equal', 'torch.le', 'jnp.less_equal', 'tf.lessEqual'],
    convention,
    samples,
    value: (x, y) => x <= y,
  },
  specialised.lessEqual,
)

export const equal: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'equal',
    summary: 'Mask of x = y.',
    formula: 'x = y',
    names: ['np.equal', 'torch.eq', 'jnp.equal', 'tf.equal'],
    convention,
    samples,
    // biome-ignore lint/suspicious/noDoubleEquals: a boolean equals the 0 or 1 it stands for
    value: (x, y) => x == y,
  },
  specialised.equal,
)

export const notEqual: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'notEqual',
    summary: 'Mask of x ≠ y.',
    formula: String.raw`x \ne y`,
    names: ['np.not_equal', 'torch.ne', 'jnp.not_equal', 'tf.notEqual'],
    convention,
    samples,
    // biome-ignore lint/suspicious/noDoubleEquals: a boolean equals the 0 or 1 it stands for
    value: (x, y) => x != y,
  },
  specialised.notEqual,
)

export const isFinite: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'isFinite',
    summary: 'Mask of entries that are neither infinite nor NaN.',
    formula: String.raw`|x| < \infty`,
    names: ['np.isfinite', 'torch.isfinite', 'jnp.isfinite', 'tf.isFinite'],
    convention,
    samples: [[0.5], [Number.POSITIVE_INFINITY], [Number.NaN]],
    value: x => x - x === 0,
  },
  specialised.isFinite,
)

export const isNan: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'isNan',
    summary: 'Mask of entries that are NaN.',
    formula: String.raw`x \ne x`,
    names: ['np.isnan', 'torch.isnan', 'jnp.isnan', 'tf.isNaN'],
    convention,
    samples: [[0.5], [Number.POSITIVE_INFINITY], [Number.NaN]],
    value: x => Number.isNaN(x),
  },
  specialised.isNan,
)

export const logicalAnd: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'logicalAnd',
    deciding: false,
    summary: 'Mask of entries where both operands hold.',
    formula: 'x \\land y',
    names: ['np.logical_and', 'torch.logical_and', 'jnp.logical_and', 'tf.logicalAnd'],
    convention,
    samples: [
      [1, 0],
      [1, 1],
      [0, 0],
    ],
    value: (x, y) => !!x && !!y,
  },
  specialised.logicalAnd,
)

export const logicalOr: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'logicalOr',
    deciding: true,
    summary: 'Mask of entries where one of the operands holds.',
    formula: 'x \\lor y',
    names: ['np.logical_or', 'torch.logical_or', 'jnp.logical_or', 'tf.logicalOr'],
    convention,
    samples: [
      [1, 0],
      [1, 1],
      [0, 0],
    ],
    value: (x, y) => !!x || !!y,
  },
  specialised.logicalOr,
)

export const logicalNot: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'logicalNot',
    summary: 'Mask of entries that are 0.',
    formula: String.raw`\lnot x`,
    names: ['np.logical_not', 'torch.logical_not', 'jnp.logical_not', 'tf.logicalNot'],
    convention,
    samples: [[1], [0]],
    value: x => !x,
  },
  specialised.logicalNot,
)

/** A question about two scalars: its answer is a plain boolean. Between tensors it is the mask. */
export interface Question {
  (x: Scalar, y: Scalar): boolean
  <X extends TensorLike, Y extends TensorLike>(x: X, y: Y): X extends Scalar ? (Y extends Scalar ? boolean : Tensor) : Tensor
}

function question(mask: { definition: ElementwiseDefinition }): Question {
  const { definition } = mask
  const compare = definition.value as (x: number, y: number) => boolean
  return ((x: unknown, y: unknown, ...more: []) => {
    if (more.length > 0) refuseMore(definition, 2, [x, y, ...more])
    if (typeof x === 'number' && typeof y === 'number') return compare(x, y)
    const operands = [toValue(definition.name, x, 0), toValue(definition.name, y, 1)]
    return operands.some(operand => operand instanceof Tensor) ? dispatch(definition, operands) : ask(definition, operands)
  }) as Question
}

/** Whether x > y, for `if`, `while` and `?:`. Masks for `where` are made by `greater`. */
export const gt = question(greater)
/** Whether x ≥ y; see `gt`. */
export const ge = question(greaterEqual)
/** Whether x < y; see `gt`. */
export const lt = question(less)
/** Whether x ≤ y; see `gt`. */
export const le = question(lessEqual)
/** Whether x = y; see `gt`. */
export const eq = question(equal)
/** Whether x ≠ y; see `gt`. */
export const ne = question(notEqual)
