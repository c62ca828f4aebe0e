import type { Tensor } from './tensor.ts'
import type { Traced } from './traced.ts'

/**
 * A number, or what stands for one while a transform runs. Static types call both `number`, so that one function runs
 * with and without differentiation.
 */
export type Scalar = number

/** Typed arrays count as tensors of rank 1. */
export type NumericTypedArray = Float64Array | Float32Array | Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array

export type TypedArrayName = NumericTypedArray[typeof Symbol.toStringTag]

/** Everything an operator takes. */
export type TensorLike = Value | NumericTypedArray | NestedTensors

/** Arrays of numbers and tensors, nested to any depth: an operator stacks them. */
export interface NestedTensors extends ReadonlyArray<Value | NestedTensors> {}

/** What an operator computes with once its operands are stacked: scalars and tensors, plain or traced. */
export type Value = number | boolean | Traced | Tensor

/** Result of an operator of one operand that keeps the shape. */
export type MapResult<X> = X extends number | boolean | Traced ? number : Tensor

/** Result of an operator of two operands that broadcasts them. */
export type BroadcastResult<X, Y> = X extends number | boolean | Traced ? MapResult<Y> : Tensor

/** Numbers for the literal types that inference may find: the type of a derivative, given the type of what it belongs to. */
export type Concrete<T> = T extends number
  ? number
  : T extends boolean
    ? boolean
    : T extends Tensor | NumericTypedArray
      ? T
      : T extends object
        ? { -readonly [K in keyof T]: Concrete<T[K]> }
        : T
