import { noMore } from '../core/arguments.ts'
import { toValue } from '../core/dispatch.ts'
import { describe, OptionError } from '../core/errors.ts'
import { ones, zeros } from '../core/makers.ts'
import { flag, nonNegative } from '../core/option-kinds.ts'
import { type OptionKind, type Options, optionReader } from '../core/options.ts'
import type { Shape } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import { add } from '../ops/arithmetic.ts'
import { type ConvolutionOptions, conv1d, conv2d, conv3d } from '../ops/convolution.ts'
import { take } from '../ops/indexing.ts'
import { linear, layerNorm as normalise } from '../ops/normalisation.ts'
import { reshape } from '../ops/shape.ts'
import { dropout as drop, type FloatDType, fold, type Key, normal } from '../random/index.ts'
import { glorotUniform, heUniform, type Initialiser } from './initialisers.ts'
import { type ApplyOptions, checkSizes, dtypeOf, type InitOptions, inputOf, type Layer, layerOf } from './layer.ts'

/** Weights, and a bias where the layer has one. */
export interface Weighted {
  weight: Tensor
  bias?: Tensor
}

/** Options of layers with weights. */
export interface WeightOptions {
  /** Whether something is added that does not depend on the input: true by default. */
  bias?: boolean
  /** What makes the weights to begin with; a bias begins at 0. */
  weights?: Initialiser
}

const initialiser: OptionKind<Initialiser> = {
  wants: 'a function of a key and a shape, such as heNormal',
  accepts: (given): given is Initialiser => typeof given === 'function',
}
const readDense = /* @__PURE__ */ optionReader({ bias: { is: flag, default: true }, weights: { is: initialiser, default: glorotUniform } })

/**
 * x Wᵀ + b over the last axis, with weights [outputs, inputs], as PyTorch's Linear. Weights begin with `glorotUniform`.
 *
 * Throws an OptionError for sizes that are no integers of at least 1; `apply` a ShapeError for an input that does not end with `inputs`.
 *
 * @names `torch.nn.Linear`
 *
 * @example
 * const layer = dense(3, 2)
 * layer.apply(layer.init(key(0)), [1, 2, 3]).shape // [2]
 */
export function dense(inputs: number, outputs: number, options: WeightOptions = {}, ...more: []): Layer<Weighted> {
  checkSizes('dense', { inputs, outputs })
  const { bias, weights } = readDense('dense', [options, ...more])
  return layerOf('dense', {
    init: (key, options) => weighted(key, [outputs, inputs], bias, weights, dtypeOf('dense', options)),
    apply: (parameters, x) => linear(x, parameters.weight, parameters.bias),
  })
}

/** Weights, and a bias of zeros where there is one. */
function weighted(key: Key, shape: Shape, bias: boolean, weights: Initialiser, dtype: FloatDType): Weighted {
  return { weight: weights(key, shape, dtype), ...(bias && { bias: zeros([shape[0] as number], { dtype }) }) }
}

/** Options of `conv`: those of convolutions and of weights. */
export type ConvOptions = ConvolutionOptions & WeightOptions

/**
 * A convolution of [batch, inputs, …] over as many axes as the window has lengths, one to three, with weights [outputs, inputs / groups, …window], as
 * PyTorch's Conv1d, Conv2d and Conv3d. Weights begin with `heUniform`.
 *
 * Throws an OptionError for sizes that are no integers of at least 1, and for a window of other than one to three lengths.
 *
 * @names `torch.nn.Conv2d`
 *
 * @example
 * const layer = conv(1, 4, [3, 3], { padding: 'same' })
 * layer.apply(layer.init(key(0)), zeros([2, 1, 8, 8])).shape // [2, 4, 8, 8]
 */
export function conv(inputs: number, outputs: number, window: readonly number[], options: ConvOptions = {}, ...more: []): Layer<Weighted> {
  noMore('conv', 4, more)
  if (!Array.isArray(window) || window.length < 1 || window.length > 3) {
    throw new OptionError(`conv: window is a list of one to three lengths, such as [3, 3], not ${describe(window)}.`)
  }
  checkSizes('conv', { inputs, outputs, ...Object.fromEntries(window.map((each, i) => [`window[${i}]`, each])) })
  const { bias = true, weights = heUniform, ...others } = options
  readDense('conv', [{ bias, weights }])
  optionReader(conv1d.definition.options as Options)('conv', [others])
  const { groups = 1 } = others
  checkSizes('conv', { groups, 'inputs / groups': inputs / groups, 'outputs / groups': outputs / groups })
  const convolve = [conv1d, conv2d, conv3d][window.length - 1] as typeof conv2d
  return layerOf('conv', {
    init: (key, options) => weighted(key, [outputs, inputs / groups, ...window], bias, weights, dtypeOf('conv', options)),
    apply: (parameters, x) => {
      const result = convolve(x, parameters.weight, others)
      return parameters.bias === undefined ? result : add(result, reshape(parameters.bias, [outputs, ...window.map(() => 1)]))
    },
  })
}

/**
 * A vector of `size` numbers for each integer below `count`: row i of the weights [count, size] for the index i. They begin normally distributed, as
 * PyTorch's Embedding.
 *
 * Throws an OptionError for sizes that are no integers of at least 1; `apply` a ShapeError for an index that is out of range.
 *
 * @names `torch.nn.Embedding`
 *
 * @example
 * const layer = embedding(10, 4)
 * layer.apply(layer.init(key(0)), [[1, 2, 3]]).shape // [1, 3, 4]
 */
export function embedding(count: number, size: number, ...more: []): Layer<{ weight: Tensor }> {
  noMore('embedding', 2, more)
  checkSizes('embedding', { count, size })
  return layerOf('embedding', {
    init: (key, options) => ({ weight: normal(key, [count, size], { dtype: dtypeOf('embedding', options) }) }),
    apply: (parameters, indices) => take(parameters.weight, indices, { axis: 0 }),
  })
}

/** Options of `layerNorm`. */
export interface LayerNormOptions {
  /** What is added to the variance, so that 0 does not divide: 1e-5 by default. */
  epsilon?: number
}

/**
 * The last axis, of `size` entries, shifted and scaled to mean 0 and variance 1, times a weight, plus a bias, as PyTorch's LayerNorm.
 *
 * Throws an OptionError for a size that is no integer of at least 1; `apply` a ShapeError for an input that does not end with it.
 * Source: Ba, Kiros and Hinton 2016.
 *
 * @example
 * const layer = layerNorm(2)
 * layer.apply(layer.init(key(0)), [3, 3]).toArray() // [0, 0]
 */
export function layerNorm(size: number, options: LayerNormOptions = {}, ...more: []): Layer<{ weight: Tensor; bias: Tensor }> {
  checkSizes('layerNorm', { size })
  const { epsilon } = readNorm('layerNorm', [options, ...more])
  return layerOf('layerNorm', {
    init: (_key, options) => {
      const dtype = dtypeOf('layerNorm', options)
      return { weight: ones([size], { dtype }), bias: zeros([size], { dtype }) }
    },
    apply: ({ weight, bias }, x) => normalise(inputOf('layerNorm', x, size, 1, '…, size'), { scale: weight, bias, epsilon }),
  })
}

const readNorm = /* @__PURE__ */ optionReader({ epsilon: { is: nonNegative, default: 1e-5 } })

/**
 * Sets entries to 0 with probability `rate` where `apply` is given a key, and divides the others by 1 − rate; without a key it lets everything pass.
 * It has no parameters.
 *
 * Throws an OptionError for a rate that is no number from 0 to 1.
 *
 * @names `torch.nn.Dropout`, `tf.layers.dropout`
 *
 * @example
 * dropout(0.5).apply({}, [1, 2]).toArray() // [1, 2]
 * dropout(0.5).apply({}, [1, 2], { key: key(0) }).toArray() // [2, 4]
 */
export function dropout(rate: number, ...more: []): Layer<Record<never, never>> {
  noMore('dropout', 1, more)
  if (!(typeof rate === 'number' && rate >= 0 && rate <= 1)) throw new OptionError(`dropout: rate is a number from 0 to 1, not ${describe(rate)}.`)
  return layerOf('dropout', {
    init: () => ({}),
    apply: (_parameters, x, { key } = {}) => (key === undefined ? (toValue('dropout', x) as Tensor) : drop(key, toValue('dropout', x) as Tensor, { rate })),
  })
}

/** A layer, whatever its parameters are. */
export interface AnyLayer {
  /** See `Layer`. */
  init(key: Key, options?: InitOptions): unknown
  /** See `Layer`. */
  apply(parameters: never, x: TensorLike, options?: ApplyOptions): Tensor
}

/** What `sequential` takes: layers, and functions without parameters, such as `relu`. */
export type Part = AnyLayer | ((x: Tensor) => Tensor)

/** The parameters of parts, in a list: an empty object for a function. */
export type ParametersOf<L extends readonly unknown[]> = {
  -readonly [K in keyof L]: L[K] extends AnyLayer ? ReturnType<L[K]['init']> : Record<never, never>
}

/**
 * Layers one after the other, and functions between them. The parameters are a list with those of each; part i gets the key `fold(key, i)`. They have
 * the names that PyTorch's Sequential gives them.
 *
 * Throws an OptionError for what is neither a layer nor a function.
 *
 * @names `torch.nn.Sequential`
 *
 * @example
 * const model = sequential(dense(4, 8), tanh, dense(8, 3))
 * model.apply(model.init(key(0)), [1, 2, 3, 4]).shape // [3]
 */
export function sequential<const L extends readonly Part[]>(...parts: L): Layer<ParametersOf<L>> {
  const layers = (parts as readonly unknown[]).map((part, i): Layer<unknown> => {
    if (typeof part === 'function') return { init: () => ({}), apply: (_parameters, x) => part(toValue('sequential', x)) }
    if (typeof (part as Layer | null)?.apply === 'function') return part as Layer
    throw new OptionError(`sequential: part ${i} is ${describe(part)}, where a layer (init and apply) or a function was expected.`)
  })
  return layerOf('sequential', {
    init: (key, options) => layers.map((layer, i) => layer.init(fold(key, i), options)) as ParametersOf<L>,
    apply: (parameters, x, { key }: ApplyOptions = {}) =>
      layers.reduce<TensorLike>(
        (value, layer, i) => layer.apply((parameters as readonly unknown[])[i], value, key === undefined ? {} : { key: fold(key, i) }),
        x,
      ) as Tensor,
  })
}
