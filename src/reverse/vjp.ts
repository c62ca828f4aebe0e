import { buffersOf, owned } from '../core/ownership.ts'
import { checkFunction, isPlainObject, isTree, leavesLike, leavesOfArguments, mapTree, zeroLike } from '../core/tree.ts'
import type { Concrete } from '../core/types.ts'
import { type AuxOption, firstOfTwo } from './grad.ts'
import { RecordedCall, treeOfDerivatives } from './recorded-call.ts'

/** The arguments that can be differentiated by; all where there are none, which is an error. */
function treesAmong(args: readonly unknown[]): number[] {
  const all = args.map((_, i) => i)
  const trees = args.every(isTree) ? all : all.filter(i => isTree(args[i]))
  return trees.length > 0 ? trees : all
}

type ConcreteList<Args extends readonly unknown[]> = { [K in keyof Args]: Concrete<Args[K]> }

/**
 * The value of a function, and its pullback: from a cotangent with the structure of the value to a list of cotangents,
 * one per argument. The pullback walks the tape that this one evaluation recorded, and can be called often. An argument that holds no
 * numbers, such as a function or an instance of a class, is passed on as it is; its cotangent is undefined. With `{ hasAux: true }`
 * behind the arguments the function gives `[value, aux]`, and the result is `[value, pullback, aux]`.
 *
 * @names `jax.vjp`, `torch.func.vjp`
 *
 * @example
 * const [y, pullback] = vjp((x: number, w: number) => mul(x, w), 3, 4)
 * pullback(1) // [4, 3]
 */
export function vjp<Args extends unknown[], R, A>(
  f: (...args: Args) => readonly [R, A],
  ...primals: [...Args, AuxOption]
): [Concrete<R>, (cotangent: Concrete<R>) => ConcreteList<Args>, Concrete<A>]
export function vjp<Args extends unknown[], R>(f: (...args: Args) => R, ...primals: Args): [Concrete<R>, (cotangent: Concrete<R>) => ConcreteList<Args>]
export function vjp(f: (...args: never[]) => unknown, ...given: unknown[]): unknown[] {
  checkFunction('vjp', f)
  const hasAux = isAuxOption(given.at(-1))
  const primals = hasAux ? given.slice(0, -1) : given
  const argnums = treesAmong(primals)
  const record = new RecordedCall('vjp', f, primals, argnums, false, true)
  const value = hasAux ? firstOfTwo('vjp', record.value) : record.value
  const pullback = (cotangent: unknown) => {
    // The leaves of the value come first; nothing comes back from the others.
    const given = leavesLike(value, cotangent, 'the value', 'vjp: the cotangent')
    const sweep = record.pull(given)
    const taken = buffersOf(given)
    const cotangents = primals.map((primal, i) =>
      argnums.includes(i) ? treeOfDerivatives(primal, 'vjp', sweep, record.inputs, record.starts[i] as number, record.lists[i], taken) : undefined,
    )
    sweep.release()
    return cotangents
  }
  return hasAux ? [value, pullback, (record.value as readonly unknown[])[1]] : [value, pullback]
}

function isAuxOption(given: unknown): given is AuxOption {
  return isPlainObject(given) && given.hasAux === true && Object.keys(given).length === 1
}

/**
 * The value of a function, and its pushforward at that point: from one tangent per argument to the tangent of the value.
 * The function is evaluated once, however often the pushforward is called.
 *
 * @names `jax.linearize`, `torch.func.linearize`
 *
 * @example
 * const [y, pushforward] = linearize((x: number) => mul(x, x), 3)
 * pushforward(1) // 6
 */
export function linearize<Args extends unknown[], R>(
  f: (...args: Args) => R,
  ...primals: Args
): [Concrete<R>, (...tangents: ConcreteList<Args>) => Concrete<R>] {
  checkFunction('linearize', f)
  const record = new RecordedCall('linearize', f, primals, treesAmong(primals))
  const pushforward = (...tangents: unknown[]) => {
    const given = tangents.map((tangent, i) => (isTree(primals[i]) ? (tangent ?? undefined) : tangent))
    const { leaves } = leavesOfArguments(primals, given, 'the arguments', 'linearize: the list of tangents')
    const results = record.push(leaves)
    const taken = buffersOf(leaves)
    let position = 0
    return mapTree(record.value, 'linearize', leaf => owned(results[position++] ?? zeroLike(leaf), taken)) as Concrete<R>
  }
  return [record.value as Concrete<R>, pushforward]
}
