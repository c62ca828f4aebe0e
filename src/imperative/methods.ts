import { Tensor } from '../core/tensor.ts'
import { Traced } from '../core/traced.ts'
import type { BroadcastResult, TensorLike } from '../core/types.ts'
import * as operators from '../ops/index.ts'
import type { Binary, Ternary, Unary } from '../ops/kinds/elementwise.ts'
import { imperativeFor } from './imperative.ts'
import type { Variable } from './variable.ts'

/** Where the value that a method is called on goes among the operator's arguments, if not first. */
const POSITION: Record<string, number> = { where: 1, einsum: 1 }
/** Operators of a list: the value that a method is called on is put before the list. */
const LISTS = ['concat', 'stack', 'meshgrid']

/** Makes every operator a method of scalars and tensors, once. */
export function installOperators(): void {
  for (const [name, operator] of Object.entries(operators)) {
    if (typeof operator !== 'function' || !('definition' in operator) || name in Tensor.prototype) continue
    const call = operator as unknown as (...args: unknown[]) => unknown
    const position = POSITION[name] ?? 0
    const method = LISTS.includes(name)
      ? function (this: unknown, others: Iterable<unknown>, ...rest: unknown[]) {
          return lifted(call([this, ...others], ...rest))
        }
      : function (this: unknown, ...args: unknown[]) {
          return lifted(call(...args.slice(0, position), this, ...args.slice(position)))
        }
    for (const prototype of [Traced.prototype, Tensor.prototype]) {
      Object.defineProperty(prototype, name, { value: method, configurable: true, writable: true })
    }
  }
}

/** A plain number, which has no methods, as a scalar that has. */
function lifted(result: unknown): unknown {
  return typeof result === 'number' ? imperativeFor(result).wrap(result) : result
}

type Operators = typeof operators

/** The result of an operator as a variable: what it computes has methods, too. */
export type Lifted<R> = R extends boolean ? R : R extends number | Tensor ? Variable<R> : R extends object ? { [K in keyof R]: Lifted<R[K]> } : R

type Plain<X> = X extends Variable<infer T> ? T : X

type MethodOf<F, T> = F extends { definition: { kind: 'elementwise' } }
  ? F extends Ternary
    ? <Y extends TensorLike, Z extends TensorLike>(y: Y, z: Z) => Variable<BroadcastResult<BroadcastResult<T, Plain<Y>>, Plain<Z>>>
    : F extends Binary
      ? <Y extends TensorLike>(y: Y) => Variable<BroadcastResult<T, Plain<Y>>>
      : F extends Unary
        ? () => Variable<T>
        : never
  : // biome-ignore lint/suspicious/noExplicitAny: any first argument
    F extends { (x: any, ...rest: infer First): infer R; (x: any, ...rest: infer Second): infer S }
    ? { (...rest: First): Lifted<R>; (...rest: Second): Lifted<S> }
    : never

/** Every operator as a method; the types follow from those of the functions. */
export type OperatorMethods<T> = {
  [K in keyof Operators as K extends 'where' | 'einsum' | 'concat' | 'stack' | 'meshgrid' | 'stackScalars'
    ? never
    : Operators[K] extends { definition: object }
      ? K
      : never]: MethodOf<Operators[K], T>
} & {
  /** This value where the condition holds, the other one elsewhere. */
  where(condition: TensorLike, other: TensorLike): Variable<T>
  /** `einsum(subscripts, this, ...others)`. */
  einsum(subscripts: string, ...others: TensorLike[]): Variable<number | Tensor>
  /** This tensor and others one after the other along an axis. */
  concat(others: Iterable<TensorLike>, options?: { axis?: number }): Variable<Tensor>
  /** This value and others along a new axis. */
  stack(others: Iterable<TensorLike>, options?: { axis?: number }): Variable<Tensor>
  /** The coordinates of a grid of which this value and others are the axes. */
  meshgrid(others: Iterable<TensorLike>, options?: { indexing?: 'xy' | 'ij'; sparse?: boolean }): Variable<Tensor>[]
}
