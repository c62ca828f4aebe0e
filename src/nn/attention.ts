import { shapeOf, toValue } from '../core/dispatch.ts'
import { OptionError, ShapeError } from '../core/errors.ts'
import { ones, zeros } from '../core/makers.ts'
import { differentiable, flag, fraction } from '../core/option-kinds.ts'
import { optionReader } from '../core/options.ts'
import { broadcastShapes, formatShape, sameShape } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import { mul } from '../ops/arithmetic.ts'
import { split, tril } from '../ops/axes.ts'
import { logicalAnd, notEqual } from '../ops/comparison.ts'
import { matmul } from '../ops/linalg.ts'
import { linear } from '../ops/normalisation.ts'
import { where } from '../ops/selection.ts'
import { permute, reshape } from '../ops/shape.ts'
import { softmax } from '../ops/softmax.ts'
import { dropout, fold } from '../random/index.ts'
import { glorotUniform } from './initialisers.ts'
import { type ApplyOptions, anything, checkSizes, dtypeOf, inputOf, type Layer } from './layer.ts'

/** Parameters of `multiHeadAttention`, with the names and shapes of PyTorch: queries, keys and values are rows of one matrix [3 · size, size]. */
export interface AttentionParameters {
  in_proj_weight: Tensor
  in_proj_bias: Tensor
  out_proj: { weight: Tensor; bias: Tensor }
}

/** Options of `multiHeadAttention`. */
export interface AttentionOptions {
  /** Whether each place attends to itself and those before it only: false by default. */
  causal?: boolean
  /** Which part of the attention is dropped where `apply` is given a key: 0 by default. */
  dropout?: number
}

/** Options of its `apply`. */
export interface AttentionApplyOptions extends ApplyOptions {
  /** What is attended to, [..., other length, size]: the input itself if left out. */
  context?: TensorLike
  /** Where a place (row) may attend to another (column): a mask that broadcasts to [..., heads, length, other length]. Each row needs one. */
  mask?: TensorLike
}

/** A layer that attends. */
export interface AttentionLayer extends Layer<AttentionParameters> {
  /** For an input [..., length, size]. */
  apply(parameters: AttentionParameters, x: TensorLike, options?: AttentionApplyOptions): Tensor
}

const readApply = /* @__PURE__ */ optionReader({ key: { is: anything }, context: { is: differentiable }, mask: { is: differentiable } })
const readOptions = /* @__PURE__ */ optionReader({ causal: { is: flag, default: false }, dropout: { is: fraction, default: 0 } })

/**
 * Attention of several heads: softmax(Q Kᵀ / √d) V in each, with d = size / heads, then all of them together times `out_proj`. Batches come first, as
 * in PyTorch's MultiheadAttention with `batch_first`. Weights begin with `glorotUniform`, biases at 0.
 *
 * Throws an OptionError for sizes that are no integers of at least 1, and heads that do not divide the size; `apply` a ShapeError for inputs and masks
 * that do not fit. Source: Vaswani et al., NeurIPS 2017.
 *
 * @names `torch.nn.MultiheadAttention`
 *
 * @example
 * const layer = multiHeadAttention(8, 2, { causal: true })
 * layer.apply(layer.init(key(0)), ones([5, 8])).shape // [5, 8]
 */
export function multiHeadAttention(size: number, heads: number, options: AttentionOptions = {}, ...more: []): AttentionLayer {
  checkSizes('multiHeadAttention', { size, heads })
  if (size % heads !== 0) throw new OptionError(`multiHeadAttention: ${heads} heads do not divide a size of ${size}.`)
  const { causal, dropout: rate } = readOptions('multiHeadAttention', [options, ...more])
  const width = size / heads
  /** [..., length, size] as [..., heads, length, width]. */
  const apart = (x: Tensor) => swapped(reshape(x, [...shapeOf(x).slice(0, -1), heads, width]))
  return {
    init: (key, ...options) => {
      const dtype = dtypeOf('multiHeadAttention', ...options)
      return {
        in_proj_weight: glorotUniform(fold(key, 0), [3 * size, size], dtype),
        in_proj_bias: zeros([3 * size], { dtype }),
        out_proj: { weight: glorotUniform(fold(key, 1), [size, size], dtype), bias: zeros([size], { dtype }) },
      }
    },
    apply: (parameters, x, ...options) => {
      const { key, context, mask } = readApply('multiHeadAttention', options) as AttentionApplyOptions
      const input = inputOf('multiHeadAttention', x, size, 2, '…, length, size')
      const other = context === undefined ? input : inputOf('multiHeadAttention: context', context, size, 2, '…, length, size')
      const [weights, biases] = [parameters.in_proj_weight, parameters.in_proj_bias].map(each => split(each, 3)) as [Tensor[], Tensor[]]
      const projected = (from: Tensor, i: number) => apart(linear(from, weights[i] as Tensor, biases[i] as Tensor))
      const [queries, keys, values] = [projected(input, 0), projected(other, 1), projected(other, 2)]
      const scores = mul(matmul(queries, swapped(keys, -1)), width ** -0.5) as Tensor
      const allowed = maskOf(scores, causal, mask)
      const attention = softmax(allowed === undefined ? scores : where(allowed, scores, Number.NEGATIVE_INFINITY))
      const kept = key === undefined || rate === 0 ? attention : dropout(key, attention, { rate })
      const together = swapped(matmul(kept, values) as Tensor)
      return linear(reshape(together, shapeOf(input)), parameters.out_proj.weight, parameters.out_proj.bias)
    },
  }
}

/** Two axes that follow each other, the third and the second from the end (or those further back), in the other order. */
function swapped(x: Tensor, last = -2): Tensor {
  const axes = shapeOf(x).map((_, i) => i)
  const at = axes.length + last - 1
  return permute(x, [...axes.slice(0, at), at + 1, at, ...axes.slice(at + 2)])
}

/** Which scores count; undefined for all. */
function maskOf(scores: Tensor, causal: boolean, mask: TensorLike | undefined): Tensor | undefined {
  const shape = shapeOf(scores)
  const before = causal ? notEqual(tril(ones(shape.slice(-2))), 0) : undefined
  if (mask === undefined) return before
  const given = notEqual(toValue('multiHeadAttention: mask', mask) as Tensor, 0)
  if (!sameShape(broadcastShapes('multiHeadAttention: mask', [shapeOf(given), shape]), shape)) {
    throw new ShapeError(`multiHeadAttention: a mask of shape ${formatShape(shapeOf(given))} does not broadcast to scores of shape ${formatShape(shape)}.`)
  }
  return before === undefined ? given : logicalAnd(given, before)
}
