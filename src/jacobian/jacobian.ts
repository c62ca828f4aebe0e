import { noMore } from '../core/arguments.ts'
import { flag } from '../core/option-kinds.ts'
import { optionReader } from '../core/options.ts'
import { asWritten } from '../core/plain-run.ts'
import { checkFunction } from '../core/tree.ts'
import type { Concrete } from '../core/types.ts'
import { type AuxOption, firstOfTwo } from '../reverse/grad.ts'
import type { JacobianOf } from './layout.ts'
import { takingMore } from './more-arguments.ts'
import { type JacobianOptions, jacobianOptions, readOptions } from './options.ts'
import { JacobianPlan } from './plan.ts'
import type { SparseMatrix } from './sparse-matrix.ts'

/** What comes back: the outputs' tree of the inputs' trees, or a SparseMatrix with the option output: 'sparse'. */
export type JacobianResult<Input, Output, Options> = Options extends { output: 'sparse' } ? SparseMatrix : JacobianOf<Input, Output>

/**
 * All derivatives of all outputs of a function with respect to all entries of its argument. The layout is the output's
 * shape, then the input's: a function from number[n] to number[m] gives number[m][n]; trees give the outputs' tree of the
 * inputs' trees. How it is computed is planned from the sizes and the structure; `planJacobian` shows how. Arguments after the first go
 * to the function as they are: nothing is differentiated by them.
 *
 * With `hasAux` the function gives `[outputs, aux]`, and the result is `[jacobian, aux]`, where aux comes from one more evaluation.
 *
 * Throws a TreeError for arguments or results that cannot be differentiated, and an OptionError for options that do not
 * exist or cannot be met.
 *
 * @names `jax.jacobian`, `jax.jacfwd`, `jax.jacrev`, `torch.func.jacrev`, `torch.func.jacfwd`, `torch.autograd.functional.jacobian`, `scipy.differentiate.jacobian`
 *
 * @example
 * jacobian(([x, y]: number[]) => [mul(square(x), y), add(mul(5, x), sin(y))])([1, 2])
 * // [[4, 1], [5, -0.4161468365471424]]
 */
export function jacobian<Input, Output, A, const Options extends JacobianOptions = JacobianOptions, More extends unknown[] = []>(
  f: (x: Input, ...more: More) => readonly [Output, A],
  options: Options & AuxOption,
): (x: Input, ...more: More) => [JacobianResult<Input, Output, Options>, Concrete<A>]
export function jacobian<Input, Output, const Options extends JacobianOptions & { hasAux?: false | undefined } = JacobianOptions, More extends unknown[] = []>(
  f: (x: Input, ...more: More) => Output,
  options?: Options,
): (x: Input, ...more: More) => JacobianResult<Input, Output, Options>
export function jacobian<Input, Output, More extends unknown[]>(
  f: (x: Input, ...more: More) => Output,
  options?: JacobianOptions & { hasAux?: boolean | undefined },
  ...behind: []
): (x: Input, ...more: More) => unknown {
  noMore('jacobian', 2, behind)
  const { hasAux, ...read } = readAuxOptions('jacobian', [options])
  checkFunction('jacobian', f)
  const given = takingMore(f)
  if (!hasAux) {
    const plan = new JacobianPlan<Input, Output>({ name: 'jacobian', f: given.first, options: read })
    return (x, ...more) => given.with(more, () => plan.jacobianAt(x))
  }
  const plan = new JacobianPlan<Input, unknown>({ name: 'jacobian', f: asWritten((x: Input) => firstOfTwo('jacobian', given.first(x)), f), options: read })
  return (x, ...more) =>
    given.with(more, () => {
      const matrix = plan.jacobianAt(x)
      return [matrix, (given.first(x) as readonly unknown[])[1]]
    })
}

const readAuxOptions = /* @__PURE__ */ optionReader({ ...jacobianOptions, hasAux: { is: flag, default: false } })

/**
 * How the Jacobian of a function would be computed at an argument like `x`, and why. The plan can be used for every
 * argument of the same shapes; where the function's structure changes with the argument, it plans again.
 *
 * @example
 * planJacobian((x: number[]) => sum(square(x)), [1, 2, 3]).mode // 'reverse'
 */
export function planJacobian<Input, Output, const Options extends JacobianOptions = JacobianOptions>(
  f: (x: Input) => Output,
  x: Input,
  options?: Options,
  ...more: []
): JacobianPlan<Input, Output, Options> {
  noMore('planJacobian', 3, more)
  const read = readOptions('planJacobian', [options])
  checkFunction('planJacobian', f)
  return new JacobianPlan<Input, Output, Options>({ name: 'planJacobian', f, options: read }).prepare(x)
}
