import { asValue, shapeOf } from '../core/dispatch.ts'
import { describe, ShapeError, TapeError } from '../core/errors.ts'
import { ones } from '../core/makers.ts'
import { formatShape, sameShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { Traced, TracedTensor } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import type { Imperative } from './imperative.ts'
import { leafOf } from './leaf.ts'
import { receive } from './receive.ts'
import { Walk } from './walk.ts'

/** Options of `backward`. */
export interface BackwardOptions {
  /** Keeps the tape, so that it can be walked again. */
  retainTape?: boolean
  /** Records the walk itself, so that gradients can be differentiated; keeps the tape as well. */
  createGraph?: boolean
}

/** Walks back from a value over all that it depends on, and adds to the gradients of its variables. */
export function walkBack(imperative: Imperative, root: Traced | TracedTensor, given: unknown, options: BackwardOptions): void {
  const cotangent = cotangentFor(imperative.primal(root), given)
  const leaf = leafOf(root)
  if (leaf !== undefined) {
    if (!leaf.requiresGrad) throw noHistoryError()
    receive(leaf, cotangent)
    return
  }
  new Walk(imperative, options).from(root, cotangent)
}

export function noHistoryError(): TapeError {
  return new TapeError(
    'backward: this value does not depend on any variable that requires a gradient: it was made from plain numbers, frozen variables, ' +
      'under noGrad, or from detach(). Compute it from variable(…) outside noGrad.',
  )
}

function cotangentFor(primal: Value, given: unknown): Value {
  const shape = shapeOf(primal)
  if (given === undefined || given === null) {
    if (primal instanceof Tensor && primal.size !== 1) {
      throw new ShapeError(
        `backward: the value has shape ${formatShape(shape)}, and only a scalar has one gradient. Reduce it first (y.sum().backward()), ` +
          'or give a cotangent of that shape: y.backward(ones(y.shape)).',
      )
    }
    return primal instanceof Tensor ? ones(shape) : 1
  }
  const cotangent = asValue('backward', given)
  if (typeof cotangent === 'boolean')
    throw new TapeError(`backward: the cotangent is ${describe(given)}. Options stand behind it: y.backward(null, { retainTape: true }).`)
  if (!sameShape(shapeOf(cotangent), shape)) {
    throw new ShapeError(`backward: the cotangent has shape ${formatShape(shapeOf(cotangent))}, but the value has shape ${formatShape(shape)}.`)
  }
  return cotangent
}
