import type { JacobianOf } from './layout.ts'
import { type JacobianOptions, readOptions } from './options.ts'
import { checkFunction, JacobianPlan } from './plan.ts'
import type { SparseMatrix } from './sparse-matrix.ts'

/** What comes back: the outputs' tree of the inputs' trees, or a SparseMatrix with the option output: 'sparse'. */
export type JacobianResult<Input, Output, Options> = Options extends { output: 'sparse' } ? SparseMatrix : JacobianOf<Input, Output>

/**
 * All derivatives of all outputs of a function with respect to all entries of its argument. The layout is the output's
 * shape, then the input's: a function from number[n] to number[m] gives number[m][n]; trees give the outputs' tree of the
 * inputs' trees. How it is computed is planned from the sizes and the structure; `planJacobian` shows how.
 *
 * Throws a TreeError for arguments or results that cannot be differentiated, and an OptionError for options that do not
 * exist or cannot be met.
 *
 * @example
 * jacobian(([x, y]: number[]) => [mul(square(x), y), add(mul(5, x), sin(y))])([1, 2])
 * // [[4, 1], [5, -0.4161468365471424]]
 */
export function jacobian<Input, Output, const Options extends JacobianOptions = JacobianOptions>(
  f: (x: Input) => Output,
  options?: Options,
): (x: Input) => JacobianResult<Input, Output, Options> {
  const read = readOptions('jacobian', [options])
  checkFunction('jacobian', f)
  const plan = new JacobianPlan<Input, Output, Options>({ name: 'jacobian', f, options: read })
  return x => plan.jacobianAt(x)
}

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
): JacobianPlan<Input, Output, Options> {
  const read = readOptions('planJacobian', [options])
  checkFunction('planJacobian', f)
  return new JacobianPlan<Input, Output, Options>({ name: 'planJacobian', f, options: read }).prepare(x)
}
