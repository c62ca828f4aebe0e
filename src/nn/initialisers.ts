import { ShapeError } from '../core/errors.ts'
import { checkShape, formatShape, type Shape, sizeOfShape } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import { type FloatDType, type Key, normal, uniform } from '../random/index.ts'

/** Makes weights of a shape from a key, in a dtype: float64 if it is left out. */
export type Initialiser = (key: Key, shape: Shape, dtype?: FloatDType) => Tensor

/** How many entries each result is a sum of, and how many results each entry goes to, of weights [out, in, …window]. */
function fansOf(name: string, shape: Shape): { fanIn: number; fanOut: number } {
  const [outputs, inputs, ...window] = checkShape(name, shape)
  if (outputs === undefined || inputs === undefined) {
    throw new ShapeError(`${name}: weights have the shape [out, in, …window], but ${formatShape(shape)} was given. Biases begin at 0.`)
  }
  return { fanIn: inputs * sizeOfShape(window), fanOut: outputs * sizeOfShape(window) }
}

function within(key: Key, shape: Shape, bound: number, dtype: FloatDType | undefined): Tensor {
  return uniform(key, shape, { low: -bound, high: bound, dtype })
}

/**
 * Weights [out, in, …window], uniform within ±√(6 / (fanIn + fanOut)): for layers with `tanh`, `sigmoid` or nothing behind them.
 *
 * Throws a ShapeError for a shape of less than two axes. Source: Glorot and Bengio, AISTATS 2010.
 *
 * @example
 * max(abs(glorotUniform(key(0), [3, 3]))) < 1 // true
 */
export const glorotUniform: Initialiser = (key, shape, dtype) => {
  const { fanIn, fanOut } = fansOf('glorotUniform', shape)
  return within(key, shape, Math.sqrt(6 / (fanIn + fanOut)), dtype)
}

/** Weights [out, in, …window], normal with the standard deviation √(2 / (fanIn + fanOut)); see `glorotUniform`. */
export const glorotNormal: Initialiser = (key, shape, dtype) => {
  const { fanIn, fanOut } = fansOf('glorotNormal', shape)
  return normal(key, shape, { scale: Math.sqrt(2 / (fanIn + fanOut)), dtype })
}

/**
 * Weights [out, in, …window], uniform within ±√(6 / fanIn): for layers with `relu` behind them.
 *
 * Throws a ShapeError for a shape of less than two axes. Source: He, Zhang, Ren and Sun, ICCV 2015.
 *
 * @example
 * max(abs(heUniform(key(0), [10, 6]))) < 1 // true
 */
export const heUniform: Initialiser = (key, shape, dtype) => within(key, shape, Math.sqrt(6 / fansOf('heUniform', shape).fanIn), dtype)

/** Weights [out, in, …window], normal with the standard deviation √(2 / fanIn); see `heUniform`. */
export const heNormal: Initialiser = (key, shape, dtype) => normal(key, shape, { scale: Math.sqrt(2 / fansOf('heNormal', shape).fanIn), dtype })
