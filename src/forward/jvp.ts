import { noMore } from '../core/arguments.ts'
import { atLevel, scalarOf } from '../core/dispatch.ts'
import { describe, TreeError } from '../core/errors.ts'
import { buffersOf, owned } from '../core/ownership.ts'
import { comparePlain } from '../core/plain-run.ts'
import { isNumericTypedArray, Tensor } from '../core/tensor.ts'
import { Traced } from '../core/traced.ts'
import { asTypedList, checkFunction, checkSynchronous, leavesOfArguments, mapTree, zeroLike } from '../core/tree.ts'
import type { Concrete, Value } from '../core/types.ts'
import { Forward, type Tangents } from './dual.ts'

/**
 * Value and tangent of a function in one evaluation, by forward mode: primals and tangents are lists of arguments. An argument
 * whose tangent is null is passed on as it is.
 *
 * Throws a TreeError or ShapeError when the tangents do not fit the primals.
 *
 * @names `jax.jvp`, `torch.func.jvp`
 *
 * @example
 * jvp((x: number, y: number) => mul(x, y), [3, 4], [1, 0]) // [12, 4]
 */
export function jvp<Args extends unknown[], R>(
  f: (...args: Args) => R,
  primals: [...Args],
  tangents: { [K in keyof Args]: Concrete<Args[K]> | null | undefined },
  ...more: []
): [Concrete<R>, Concrete<R>] {
  checkFunction('jvp', f)
  noMore('jvp', 3, more)
  const { leaves, argnums } = leavesOfArguments(primals, tangents, 'the primals', 'jvp: the list of tangents')
  const {
    value,
    tangents: [tangent],
  } = pushDirections(
    'jvp',
    f,
    primals,
    leaves.map(leaf => [leaf]),
    1,
    argnums,
  )
  return [value as Concrete<R>, tangent as Concrete<R>]
}

/**
 * The derivative of a function of one number, by forward mode. It has the structure of the function's result.
 *
 * @names `ForwardDiff.derivative`, `scipy.differentiate.derivative`
 *
 * @example
 * derivative((x: number) => mul(x, x))(3) // 6
 */
export function derivative<R>(f: (x: number) => R, ...more: []): (x: number) => Concrete<R> {
  checkFunction('derivative', f)
  noMore('derivative', 1, more)
  let looked = false
  return given => {
    const x = scalarArgument('derivative', given, ' For several inputs use grad, jvp or jacobian.')
    const pushed = pushDirections('derivative', f as (x: Value) => R, [x], [[1]], 1, [0], looked)
    looked = pushed.looked
    return pushed.tangents[0] as Concrete<R>
  }
}

/** An argument that is one number, or what stands for one. */
export function scalarArgument(name: string, given: unknown, advice = ''): Value {
  if (typeof given === 'number' || given instanceof Traced) return given
  if (given instanceof Tensor && given.rank === 0) return scalarOf(given)
  throw new TreeError(`${name}: the argument is one number, but ${describe(given)} was given.${advice}`)
}

/**
 * One evaluation in several directions at once. `tangents` holds, per scalar or tensor of the arguments in order, its
 * tangent in each direction. Arguments that `argnums` does not name are passed on as they are.
 */
export function pushDirections(
  name: string,
  f: (...args: never[]) => unknown,
  primals: readonly unknown[],
  tangents: readonly Tangents[],
  directions: number,
  argnums: readonly number[] = primals.map((_, i) => i),
  looked = false,
): { value: unknown; tangents: unknown[]; looked: boolean } {
  const forward = new Forward(directions)
  try {
    let position = 0
    const lift = (leaf: Value) => forward.lift(leaf, tangents[position++] as Tangents)
    const lifted = primals.map((primal, i) =>
      argnums.includes(i)
        ? mapTree(primal, `${name}: argument ${i + 1}`, leaf => (isNumericTypedArray(leaf) ? asTypedList(Array.from(leaf, lift)) : lift(leaf as Value)))
        : primal,
    )
    const result = (f as (...args: unknown[]) => unknown)(...lifted)
    checkSynchronous(name, result)
    const role = `${name}: the function's result`
    const value = mapTree(result, role, leaf => forward.primal(atLevel(leaf, forward.level) as Value))
    const taken = new Set<ArrayBufferLike>()
    for (const each of tangents) buffersOf(each, taken)
    return {
      value,
      looked: looked || comparePlain(name, f, primals, value),
      tangents: Array.from({ length: directions }, (_, k) =>
        mapTree(result, role, leaf => owned(forward.tangent(atLevel(leaf, forward.level) as Value, k) ?? zeroLike(leaf), taken)),
      ),
    }
  } finally {
    forward.close()
  }
}
