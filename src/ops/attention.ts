import { shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { tri } from '../core/makers.ts'
import { differentiable, flag } from '../core/option-kinds.ts'
import type { OptionKind, Options, OptionsOf, Read } from '../core/options.ts'
import { formatShape } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { add, mul } from './arithmetic.ts'
import { logicalAnd } from './comparison.ts'
import { composite } from './kinds/composite.ts'
import { matmul, swapLast } from './linalg.ts'
import { where } from './selection.ts'
import { softmax } from './softmax.ts'

const truths: OptionKind<TensorLike> = { ...differentiable, wants: 'a tensor of truths' }
const attentionOptions = {
  mask: { is: truths, says: 'Which keys each query sees: truths that broadcast to [..., queries, keys].' },
  bias: { is: differentiable, says: 'What is added to the scores; broadcasts to [..., queries, keys].' },
  causal: { is: flag, default: false, says: 'Whether query i sees the keys up to the i-th alone.' },
  scale: { is: differentiable, says: 'What the scores are multiplied by: one over the root of the length of a query if left out.' },
} as const satisfies Options

/** Options of `attention`. */
export type AttentionOptions = OptionsOf<typeof attentionOptions>

const q = [
  [1, 0.5],
  [-0.5, 2],
  [0.25, -1],
] as const
const k = [
  [0.5, 1],
  [2, -1],
] as const
const v = [
  [1, 2, 3],
  [-1, 0.5, 4],
] as const

export const attention = /* @__PURE__ */ composite<(q: TensorLike, k: TensorLike, v: TensorLike, options?: AttentionOptions) => Tensor>({
  name: 'attention',
  operands: 3,
  summary: 'For each query the mean of the values, weighted by how well their keys fit: [..., queries, size], [..., keys, size] and [..., keys, features].',
  formula: String.raw`\operatorname{softmax}\!\left(\frac{Q K^T}{\sqrt d}\right) V`,
  names: ['torch.nn.functional.scaled_dot_product_attention', 'jax.nn.dot_product_attention'],
  convention: 'A query that sees no key gives 0, with derivative 0.',
  citation: 'Vaswani et al. 2017, arXiv:1706.03762, section 3.2.1.',
  options: attentionOptions,
  of: (queries: TensorLike, keys: TensorLike, values: TensorLike, { mask, bias, causal, scale }: Read<typeof attentionOptions>) => {
    const [q, k, v] = [queries, keys, values].map((each, i) => toValue('attention', each, i)) as [Tensor, Tensor, Tensor]
    const shapes = [q, k, v].map(shapeOf)
    const [size, count] = [shapes[0]?.at(-1), shapes[1]?.at(-2)]
    if (shapes.some(shape => shape.length < 2) || shapes[1]?.at(-1) !== size || shapes[2]?.at(-2) !== count) {
      throw new ShapeError(
        `attention: takes queries [..., queries, size], keys [..., keys, size] and values [..., keys, features], but ${shapes.map(formatShape).join(', ')} were given.`,
      )
    }
    const scores = mul(matmul(q, swapLast(k)) as Tensor, (scale ?? 1 / Math.sqrt(Math.max(size as number, 1))) as number)
    if (count === 0) return matmul(scores, v)
    const biased = bias === undefined ? scores : add(scores, bias as Tensor)
    const seen = bothOf(mask, causal ? tri(shapes[0]?.at(-2) as number, count) : undefined)
    if (seen === undefined) return matmul(softmax(biased), v)
    const weights = softmax(where(seen, biased, Number.NEGATIVE_INFINITY) as Tensor)
    return matmul(where(seen, weights, 0), v)
  },
  samples: [
    [q, k, v],
    [q, k, v, { causal: true, scale: 0.5 }],
    [
      q,
      k,
      v,
      {
        mask: [
          [1, 0],
          [1, 1],
          [0, 0],
        ],
        bias: [0.25, -1],
      },
    ],
    [[q, q], [k], v],
  ],
})

function bothOf(a: TensorLike | undefined, b: Tensor | undefined): Value | undefined {
  if (a === undefined) return b
  return b === undefined ? toValue('attention', a) : (logicalAnd(a as Tensor, b) as Value)
}
