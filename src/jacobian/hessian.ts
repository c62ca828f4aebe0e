import { noMore } from '../core/arguments.ts'
import { shapeOf } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { differentiable } from '../core/option-kinds.ts'
import { optionReader } from '../core/options.ts'
import { formatShape, type Shape, sameShape } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import { checkFunction, leavesLike } from '../core/tree.ts'
import type { Concrete, TensorLike } from '../core/types.ts'
import { jvp } from '../forward/jvp.ts'
import { mul } from '../ops/arithmetic.ts'
import { sum } from '../ops/reduction.ts'
import { gradientFor } from '../reverse/grad.ts'
import type { JacobianResult } from './jacobian.ts'
import { takingMore } from './more-arguments.ts'
import { type JacobianOptions, jacobianOptions, type Mode } from './options.ts'
import { JacobianPlan } from './plan.ts'
import { GradientCall } from './second-order/gradient-call.ts'

/** How to compute a Hessian. */
export interface HessianOptions extends Omit<JacobianOptions, 'mode'> {
  /** Which strategy: 'auto' (the default) chooses by sizes, sparsity and price. */
  mode?: 'auto' | Mode
  /** For a function with several outputs: what each counts in the sum whose Hessian is taken, as in a Lagrangian. */
  weights?: TensorLike | undefined
}

/** What `hessian` gives: the gradient's tree of the inputs' trees, or a SparseMatrix. */
export type HessianResult<Input, Options> = JacobianResult<Input, Concrete<Input>, Options>

/**
 * The matrix of second derivatives of a function with a scalar result, from one recording of it: by edge pushing in one walk
 * back, or by products with vectors (forward over reverse mode), in groups of columns where it is sparse. For an argument number[n] it
 * is number[n][n]. With `weights` the function has several outputs, and their weighted sum is differentiated; weights of another shape
 * are a ShapeError, as is a result that is no scalar. Arguments after the first go to the function as they are.
 *
 * @names `jax.hessian`, `torch.func.hessian`, `torch.autograd.functional.hessian`, `scipy.differentiate.hessian`
 *
 * @example
 * hessian(([x, y]: number[]) => mul(square(x), y))([1, 2]) // [[4, 2], [2, 0]]
 */
export function hessian<Input, const Options extends HessianOptions = HessianOptions, More extends unknown[] = []>(
  f: (x: Input, ...more: More) => TensorLike,
  options?: Options,
  ...behind: []
): (x: Input, ...more: More) => HessianResult<Input, Options> {
  noMore('hessian', 2, behind)
  checkFunction('hessian', f)
  const given = takingMore(f)
  const plan: JacobianPlan<Input, Concrete<Input>, Options> = new JacobianPlan(taskOf('hessian', given.first, options))
  return (x, ...more) => given.with(more, () => plan.jacobianAt(x))
}

/**
 * How the Hessian of a function would be computed at an argument like `x`, and why; see `planJacobian`.
 *
 * @example
 * planHessian((x: number[]) => sum(square(x)), [1, 2, 3]).passes // 1: it is diagonal
 */
export function planHessian<Input, const Options extends HessianOptions = HessianOptions>(
  f: (x: Input) => TensorLike,
  x: Input,
  options?: Options,
  ...more: []
): HessianPlan<Input, Options> {
  noMore('planHessian', 3, more)
  return new HessianPlan<Input, Options>(taskOf('planHessian', f, options)).prepare(x)
}

/** A chosen way to compute a Hessian; its value is the gradient. */
export class HessianPlan<Input, Options = HessianOptions> extends JacobianPlan<Input, Concrete<Input>, Options> {
  /** The Hessian at an argument of the same shapes. Throws a ShapeError for another. */
  hessian(x: Input, ...more: []): HessianResult<Input, Options> {
    return this.jacobian(x, ...more)
  }
}

const readHessianOptions = /* @__PURE__ */ optionReader({ ...jacobianOptions, weights: { is: differentiable } })

function taskOf<Input>(name: string, f: (x: Input) => TensorLike, given: HessianOptions | undefined) {
  const { weights, ...options } = readHessianOptions(name, [given])
  checkFunction(name, f)
  const weighed = (at: Input) => {
    const outputs = f(at)
    const shapes = [weights, outputs].map(shapeOf) as [Shape, Shape]
    if (!sameShape(...shapes))
      throw new ShapeError(`${name}: weights of shape ${formatShape(shapes[0])} do not fit outputs of shape ${formatShape(shapes[1])}.`)
    return sum(mul(weights as Tensor, outputs))
  }
  const scalar: (x: Input) => TensorLike = weights === undefined ? f : weighed
  return { name, f: gradientFor(name, scalar as (x: Input) => number), options, scalar }
}

/**
 * The product of the Hessian with a vector, by forward over reverse mode: the cost of a few gradients, whatever the number
 * of inputs, and no matrix is ever made. Throws a TreeError or ShapeError for a vector that does not have the argument's
 * structure.
 *
 * @names `torch.autograd.functional.hvp`
 *
 * @example
 * hvp(([x, y]: number[]) => mul(square(x), y), [1, 2], [1, 0]) // [4, 2]
 */
export function hvp<Input>(f: (x: Input) => TensorLike, x: Input, v: Concrete<Input>, ...more: []): Concrete<Input> {
  noMore('hvp', 3, more)
  checkFunction('hvp', f)
  const call = GradientCall.takes([x, v]) ? GradientCall.of('hvp', f, x, false) : undefined
  if (call === undefined) return jvp(gradientFor('hvp', f as (x: Input) => number), [x], [v])[1] as Concrete<Input>
  try {
    return call.times(leavesLike(x, v, 'the argument', 'hvp: the vector')) as Concrete<Input>
  } finally {
    call.release()
  }
}
