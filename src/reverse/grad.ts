import { DualtapeError, describe, OptionError, ShapeError } from '../core/errors.ts'
import { axes } from '../core/option-kinds.ts'
import { optionReader } from '../core/options.ts'
import { formatShape } from '../core/shape.ts'
import { Tensor, tensor } from '../core/tensor.ts'
import { isTraced, Traced } from '../core/traced.ts'
import { mapTree } from '../core/tree.ts'
import type { Concrete, Value } from '../core/types.ts'
import { RecordedCall, treeOfDerivatives } from './recorded-call.ts'

/** Which arguments to differentiate with respect to: the first by default; negative ones count from the last. */
export interface ArgnumOptions<N extends number | readonly number[] = number | readonly number[]> {
  argnum?: N | undefined
}

const readArgnum = /* @__PURE__ */ optionReader({ argnum: { is: axes, default: 0 } }, ['argnum'])

/** Gradients for the arguments that `argnum` names: one for a number, a list for a list. */
export type Gradients<Args extends readonly unknown[], N> = N extends number
  ? Concrete<Args[N]>
  : N extends readonly number[]
    ? { -readonly [K in keyof N]: N[K] extends number ? Concrete<Args[N[K]]> : never }
    : never

/**
 * The gradient of a function with a scalar result, by reverse mode: one evaluation and one walk back over its tape,
 * whatever the number of inputs. It has the structure of the argument it belongs to. `grad(f, 1)` is short for
 * `grad(f, { argnum: 1 })`.
 *
 * Throws a ShapeError when the result is not a scalar, and a TreeError for arguments that cannot be differentiated.
 *
 * @example
 * const loss = (p: { w: number[]; b: number }) => add(sum(square(p.w)), p.b)
 * grad(loss)({ w: [1, 2], b: 3 }) // { w: [2, 4], b: 1 }
 */
export function grad<Args extends unknown[], const N extends number | readonly number[] = 0>(
  f: (...args: Args) => Scalarlike,
  options?: ArgnumOptions<N> | N,
): (...args: Args) => Gradients<Args, N> {
  const withValue = valueAndGradOf('grad', f, options)
  return (...args) => withValue(...args)[1]
}

/**
 * Value and gradient at once, for the price of the gradient; see `grad`.
 *
 * @example
 * valueAndGrad((x: number) => mul(x, x))(3) // [9, 6]
 */
export function valueAndGrad<Args extends unknown[], const N extends number | readonly number[] = 0>(
  f: (...args: Args) => Scalarlike,
  options?: ArgnumOptions<N> | N,
): (...args: Args) => [number, Gradients<Args, N>] {
  return valueAndGradOf('valueAndGrad', f, options)
}

/** The gradient by the first argument, in whose messages another function is named. */
export function gradientFor<Input>(name: string, f: (x: Input) => Scalarlike): (x: Input) => Concrete<Input> {
  const withValue = valueAndGradOf<[Input], 0>(name, f, undefined)
  return x => withValue(x)[1] as Concrete<Input>
}

/** What `grad` differentiates: a number, or a tensor with one entry. */
export type Scalarlike = number | Tensor

function valueAndGradOf<Args extends unknown[], N extends number | readonly number[]>(
  name: string,
  f: (...args: Args) => Scalarlike,
  options: ArgnumOptions<N> | N | undefined,
): (...args: Args) => [number, Gradients<Args, N>] {
  const { argnum } = readArgnum(name, [options])
  if (typeof f !== 'function') throw new DualtapeError(`${name}: takes a function, but ${describe(f)} was given.`)
  const wanted: readonly number[] = typeof argnum === 'number' ? [argnum] : argnum
  let looked = false
  return (...args) => {
    const argnums = wanted.map(each => argumentAt(name, each, args.length))
    const record = new RecordedCall(name, f, args, argnums, looked, true)
    looked = record.looked
    try {
      const value = scalarResult(name, record)
      const sweep = record.pull([value instanceof Tensor ? new Tensor(Float64Array.of(1), value.shape) : 1])
      const gradients = argnums.map((each, i) => {
        const tree = treeOfDerivatives(args[each], name, sweep, record.inputs, record.starts[each] as number, record.lists[each])
        // Of an argument that is named again the gradient is a copy.
        return argnums.indexOf(each) === i ? tree : mapTree(tree, name, leaf => (leaf instanceof Tensor && !isTraced(leaf) ? tensor(leaf) : leaf))
      })
      sweep.release()
      const scalar = value instanceof Tensor && !isTraced(value) ? value.item() : value
      return [scalar as number, (typeof argnum === 'number' ? gradients[0] : gradients) as Gradients<Args, N>]
    } finally {
      record.release()
    }
  }
}

/** The result of a function that must give one scalar. */
function scalarResult(name: string, { value, outputs }: RecordedCall): Value {
  if (value instanceof Tensor && value.size === 1) return value
  if (typeof value === 'number' || value instanceof Traced) return value
  const given = value instanceof Tensor ? `a Tensor of shape ${formatShape(value.shape)}` : describe(value)
  throw new ShapeError(
    `${name}: the function must return one scalar, but it returned ${given}${outputs.length > 1 ? ` with ${outputs.length} leaves` : ''}. ` +
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
