import { noMore } from '../core/arguments.ts'
import { describe, OptionError, ShapeError, TreeError } from '../core/errors.ts'
import { axes, flag } from '../core/option-kinds.ts'
import { optionReader } from '../core/options.ts'
import { formatShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced, Traced } from '../core/traced.ts'
import { checkFunction } from '../core/tree.ts'
import type { Concrete, Value } from '../core/types.ts'
import { inspecting } from './inspect.ts'
import { RecordedCall, treeOfDerivatives } from './recorded-call.ts'

/** Which arguments to differentiate with respect to: the first by default; negative ones count from the last. */
export interface ArgnumOptions<N extends number | readonly number[] = number | readonly number[]> {
  argnum?: N | undefined
}

/** Says that a function gives a list of two: what is differentiated, and something else that comes back as it is. */
export interface AuxOption {
  hasAux: true
}

const readGradOptions = /* @__PURE__ */ optionReader({ argnum: { is: axes, default: 0 }, hasAux: { is: flag, default: false } }, ['argnum'])

/** Gradients for the arguments that `argnum` names: one for a number, a list for a list. */
export type Gradients<Args extends readonly unknown[], N> = N extends number
  ? Concrete<Args[N]>
  : N extends readonly number[]
    ? { -readonly [K in keyof N]: N[K] extends number ? Concrete<Args[N[K]]> : never }
    : never

/** What `grad` and `valueAndGrad` give for an `argnum` beyond the arguments of a function: nothing that could be called. */
export interface NoSuchArgument<N> {
  'argnum names no argument of the function': N
}

/** What is given for options of a type that says nothing, such as `never`, is what is given for any. */
type Refused<N, Unknown> = [N] extends [never] ? Unknown : number extends N ? Unknown : NoSuchArgument<N>

/** Anything where an argnum names no argument of a function whose arguments are known, and nothing otherwise. */
type BeyondArguments<Args extends readonly unknown[], N> = number extends Args['length']
  ? never
  : false extends (N extends number ? IsWithin<Args, N> : N extends readonly number[] ? IsWithin<Args, N[number]> : true)
    ? unknown
    : never

/** Whether a number counts an argument, from the first or from the last; one that is not literal may. */
type IsWithin<Args extends readonly unknown[], N extends number> = N extends unknown
  ? number extends N
    ? true
    : `${N}` extends `-${infer K}`
      ? K extends Exclude<keyof Required<[unknown, ...Args]>, '0'>
        ? true
        : false
      : `${N}` extends keyof Required<Args>
        ? true
        : false
  : never

/**
 * The gradient of a function with a scalar result, by reverse mode: one evaluation and one walk back over its tape,
 * whatever the number of inputs. It has the structure of the argument it belongs to. `grad(f, 1)` is short for
 * `grad(f, { argnum: 1 })`. With `hasAux` the function gives `[value, aux]` and the result is `[gradient, aux]`, where aux is any tree
 * of numbers and tensors, by which nothing is differentiated.
 *
 * Throws a ShapeError when the result is not a scalar, and a TreeError for arguments that cannot be differentiated.
 *
 * @names `jax.grad`, `torch.autograd.grad`, `torch.func.grad`, `tf.grad`, `tf.grads`, `ForwardDiff.gradient`, `Zygote.gradient`
 *
 * @example
 * const loss = (p: { w: number[]; b: number }) => add(sum(square(p.w)), p.b)
 * grad(loss)({ w: [1, 2], b: 3 }) // { w: [2, 4], b: 1 }
 */
export function grad<Args extends unknown[], A, const N extends number | readonly number[]>(
  f: (...args: Args) => readonly [Scalarlike, A],
  options: ArgnumOptions<N> & AuxOption & BeyondArguments<Args, N>,
): Refused<N, (...args: Args) => [Gradients<Args, 0>, Concrete<A>]>
export function grad<Args extends unknown[], A, const N extends number | readonly number[] = 0>(
  f: (...args: Args) => readonly [Scalarlike, A],
  options: ArgnumOptions<N> & AuxOption,
): (...args: Args) => [Gradients<Args, N>, Concrete<A>]
export function grad<Args extends unknown[], const N extends number | readonly number[]>(
  f: (...args: Args) => Scalarlike,
  options: (ArgnumOptions<N> | N) & BeyondArguments<Args, N>,
): Refused<N, (...args: Args) => Gradients<Args, 0>>
export function grad<Args extends unknown[], const N extends number | readonly number[] = 0>(
  f: (...args: Args) => Scalarlike,
  options?: (ArgnumOptions<N> & { hasAux?: false | undefined }) | N,
): (...args: Args) => Gradients<Args, N>
export function grad<Args extends unknown[], N extends number | readonly number[]>(
  f: (...args: Args) => unknown,
  options?: (ArgnumOptions<N> & { hasAux?: boolean | undefined }) | N,
  ...more: []
): unknown {
  noMore('grad', 2, more)
  const { hasAux, run } = valueAndGradOf('grad', f, options)
  return hasAux
    ? (...args: Args) => {
        const [[, aux], gradients] = run(...args) as [[unknown, unknown], unknown]
        return [gradients, aux]
      }
    : (...args: Args) => run(...args)[1]
}

/**
 * Value and gradient at once, for the price of the gradient; see `grad`. With `hasAux` the result is `[[value, aux], gradient]`.
 *
 * @names `jax.value_and_grad`, `torch.func.grad_and_value`, `tf.valueAndGrad`
 *
 * @example
 * valueAndGrad((x: number) => mul(x, x))(3) // [9, 6]
 */
export function valueAndGrad<Args extends unknown[], A, const N extends number | readonly number[]>(
  f: (...args: Args) => readonly [Scalarlike, A],
  options: ArgnumOptions<N> & AuxOption & BeyondArguments<Args, N>,
): Refused<N, (...args: Args) => [[number, Concrete<A>], Gradients<Args, 0>]>
export function valueAndGrad<Args extends unknown[], A, const N extends number | readonly number[] = 0>(
  f: (...args: Args) => readonly [Scalarlike, A],
  options: ArgnumOptions<N> & AuxOption,
): (...args: Args) => [[number, Concrete<A>], Gradients<Args, N>]
export function valueAndGrad<Args extends unknown[], const N extends number | readonly number[]>(
  f: (...args: Args) => Scalarlike,
  options: (ArgnumOptions<N> | N) & BeyondArguments<Args, N>,
): Refused<N, (...args: Args) => [number, Gradients<Args, 0>]>
export function valueAndGrad<Args extends unknown[], const N extends number | readonly number[] = 0>(
  f: (...args: Args) => Scalarlike,
  options?: (ArgnumOptions<N> & { hasAux?: false | undefined }) | N,
): (...args: Args) => [number, Gradients<Args, N>]
export function valueAndGrad<Args extends unknown[], N extends number | readonly number[]>(
  f: (...args: Args) => unknown,
  options?: (ArgnumOptions<N> & { hasAux?: boolean | undefined }) | N,
  ...more: []
): unknown {
  noMore('valueAndGrad', 2, more)
  return valueAndGradOf('valueAndGrad', f, options).run
}

/** The gradient by the first argument, in whose messages another function is named. */
export function gradientFor<Input>(name: string, f: (x: Input) => Scalarlike): (x: Input) => Concrete<Input> {
  const { run } = valueAndGradOf<[Input], 0>(name, f, undefined)
  return x => run(x)[1] as Concrete<Input>
}

/** What `grad` differentiates: a number, or a tensor with one entry. */
export type Scalarlike = number | Tensor

function valueAndGradOf<Args extends unknown[], N extends number | readonly number[]>(
  name: string,
  f: (...args: Args) => unknown,
  options: (ArgnumOptions<N> & { hasAux?: boolean | undefined }) | N | undefined,
): { hasAux: boolean; run: (...args: Args) => [unknown, Gradients<Args, N>] } {
  const { argnum, hasAux } = readGradOptions(name, [options])
  checkFunction(name, f)
  const wanted: readonly number[] = typeof argnum === 'number' ? [argnum] : argnum
  let looked = false
  const run = (...args: Args): [unknown, Gradients<Args, N>] => {
    const argnums = wanted.map(each => argumentAt(name, each, args.length))
    const record = new RecordedCall(name, f, args, argnums, looked, true, false, !inspecting())
    looked = record.looked
    try {
      const value = scalarResult(name, hasAux ? firstOfTwo(name, record.value) : record.value, record.outputs.length)
      const sweep = record.pull([value instanceof Tensor ? new Tensor(Float64Array.of(1), value.shape) : 1])
      const taken = new Set<ArrayBufferLike>()
      const gradients = argnums.map(each => treeOfDerivatives(args[each], name, sweep, record.inputs, record.starts[each] as number, record.lists[each], taken))
      sweep.release()
      const scalar = value instanceof Tensor && !isTraced(value) ? value.item() : value
      const given = hasAux ? [scalar, (record.value as readonly unknown[])[1]] : scalar
      return [given, (typeof argnum === 'number' ? gradients[0] : gradients) as Gradients<Args, N>]
    } finally {
      record.release()
    }
  }
  return { hasAux, run }
}

/** The value in what a function gives with `hasAux`. */
export function firstOfTwo(name: string, result: unknown): unknown {
  if (Array.isArray(result) && result.length === 2) return result[0]
  throw new TreeError(`${name}: with hasAux the function returns [value, aux], but it returned ${describe(result)}.`)
}

/** The result of a function that must give one scalar. */
function scalarResult(name: string, value: unknown, leaves: number): Value {
  if (value instanceof Tensor && value.size === 1) return value
  if (typeof value === 'number' || value instanceof Traced) return value
  const given = value instanceof Tensor ? `a Tensor of shape ${formatShape(value.shape)}` : describe(value)
  throw new ShapeError(
    `${name}: the function must return one scalar, but it returned ${given}${leaves > 1 ? ` with ${leaves} leaves` : ''}. ` +
      'Reduce it with sum or mean, or use jacobian for all derivatives of all outputs.',
  )
}

/** The position of an argument that may be counted from the last. */
function argumentAt(name: string, argnum: number, count: number): number {
  if (argnum < -count || argnum >= count) {
    throw new OptionError(`${name}: argnum ${argnum} names no argument: the function was called with ${count}, counted from 0.`)
  }
  return argnum < 0 ? argnum + count : argnum
}
