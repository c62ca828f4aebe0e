import { toValue } from '../core/dispatch.ts'
import { describe, OptionError, ShapeError } from '../core/errors.ts'
import { positive } from '../core/option-kinds.ts'
import { type OptionKind, optionReader } from '../core/options.ts'
import { formatShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import type { FloatDType, Key } from '../random/index.ts'

/** A part of a model: functions of its parameters, which are a plain tree of tensors. */
export interface Layer<P = unknown> {
  /** Parameters to begin with, from a key. */
  init(key: Key, options?: InitOptions): P
  /** The layer's result for an input. */
  apply(parameters: P, x: TensorLike, options?: ApplyOptions): Tensor
}

/** Options of each layer's `init`. */
export interface InitOptions {
  /** What the parameters are stored as: float64 by default. The layer computes in the dtype of its parameters and its input. */
  dtype?: FloatDType
}

/** Options of each layer's `apply`. */
export interface ApplyOptions {
  /** For layers that are random while a model is trained, such as `dropout`. Without a key they let everything pass. */
  key?: Key
}

const readInit = /* @__PURE__ */ optionReader({ dtype: { is: ['float64', 'float32'], default: 'float64' } })

/** The dtype that parameters are to have. */
export function dtypeOf(name: string, ...options: (InitOptions | undefined)[]): FloatDType {
  return readInit(name, options).dtype as FloatDType
}

/** What an option may be whose user checks it. */
export const anything: OptionKind<unknown> = { wants: 'a value', accepts: (_given): _given is unknown => true }
const readApply = /* @__PURE__ */ optionReader({ key: { is: anything } })

/** A layer whose `init` takes a dtype at most and whose `apply` a key, which are refused under other names. */
export function layerOf<L extends { init(key: Key, options?: InitOptions): unknown; apply(parameters: never, x: TensorLike, options?: ApplyOptions): Tensor }>(
  name: string,
  layer: L,
): L {
  const { init, apply } = layer
  return {
    ...layer,
    init: (key: Key, ...options: [InitOptions?]) => init(key, readInit(name, options) as InitOptions),
    apply: (parameters: never, x: TensorLike, ...options: [ApplyOptions?]) => apply(parameters, x, readApply(name, options) as ApplyOptions),
  }
}

/** Refuses sizes that are none. */
export function checkSizes(name: string, sizes: Record<string, unknown>): void {
  for (const [what, size] of Object.entries(sizes)) {
    if (!positive.accepts(size)) throw new OptionError(`${name}: ${what} is ${positive.wants}, not ${describe(size)}.`)
  }
}

/** An input whose last axis has a length, with so many axes at least; `axes` are their names. */
export function inputOf(name: string, x: TensorLike, length: number, least: number, axes: string): Tensor {
  const value = toValue(name, x)
  const shape = value instanceof Tensor ? value.shape : []
  if (shape.length < least || shape.at(-1) !== length) {
    throw new ShapeError(`${name}: takes an input of shape [${axes}] with ${length} along the last axis, but shape ${formatShape(shape)} was given.`)
  }
  return value as Tensor
}
