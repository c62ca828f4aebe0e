import { toValue } from '../core/dispatch.ts'
import { describe, OptionError, ShapeError } from '../core/errors.ts'
import { positive } from '../core/option-kinds.ts'
import { formatShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import type { Key } from '../random/index.ts'

/** A part of a model: functions of its parameters, which are a plain tree of tensors. */
export interface Layer<P = unknown> {
  /** Parameters to begin with, from a key. */
  init(key: Key): P
  /** The layer's result for an input. */
  apply(parameters: P, x: TensorLike, options?: ApplyOptions): Tensor
}

/** Options of each layer's `apply`. */
export interface ApplyOptions {
  /** For layers that are random while a model is trained, such as `dropout`. Without a key they let everything pass. */
  key?: Key
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
