import type { Concrete } from '../core/types.ts'
import { jvp } from '../forward/jvp.ts'
import { grad, type Scalarlike } from '../reverse/grad.ts'
import { jacobian } from './jacobian.ts'
import type { JacobianOf } from './layout.ts'
import type { JacobianOptions } from './options.ts'

/** What `hessian` gives: the gradient's tree of the inputs' trees. */
export type HessianOf<Input> = JacobianOf<Input, Concrete<Input>>

/**
 * The matrix of second derivatives of a function with a scalar result: the Jacobian of its gradient. For an argument
 * number[n] it is number[n][n].
 *
 * @example
 * hessian(([x, y]: number[]) => mul(square(x), y))([1, 2]) // [[4, 2], [2, 0]]
 */
export function hessian<Input>(f: (x: Input) => Scalarlike, options: JacobianOptions = {}): (x: Input) => HessianOf<Input> {
  return jacobian(grad(f) as (x: Input) => Concrete<Input>, options)
}

/**
 * The product of the Hessian with a vector, by forward over reverse mode: the cost of a few gradients, whatever the number
 * of inputs, and no matrix is ever made.
 *
 * @example
 * hvp(([x, y]: number[]) => mul(square(x), y), [1, 2], [1, 0]) // [4, 2]
 */
export function hvp<Input>(f: (x: Input) => Scalarlike, x: Input, v: Concrete<Input>): Concrete<Input> {
  return jvp(grad(f) as (x: Input) => Concrete<Input>, [x], [v])[1] as Concrete<Input>
}
