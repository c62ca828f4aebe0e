import { DualtapeError, describe, OptionError, ShapeError } from '../core/errors.ts'
import { formatShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced, Traced } from '../core/traced.ts'
import type { Concrete, Value } from '../core/types.ts'
import { RecordedCall, treeOfDerivatives } from './recorded-call.ts'

/** Which arguments to differentiate with respect to: the first by default. */
export interface ArgnumOptions<N extends number | readonly number[] = number | readonly number[]> {
  argnum?: N
}

/** Gradients for the arguments that `argnum` names: one for a number, a list for a list. */
export type Gradients<Args extends readonly unknown[], N> = N extends number
  ? Concrete<Args[N]>
  : N extends readonly number[]
    ? { -readonly [K in keyof N]: N[K] extends number ? Concrete<Args[N[K]]> : never }
    : never

/**
 * The gradient of a function with a scalar result, by reverse mode: one evaluation and one walk back over its tape,
 * whatever the number of inputs. It has the structure of the argument it belongs to.
 *
 * Throws a ShapeError when the result is not a scalar, and a TreeError for arguments that cannot be differentiated.
 *
 * @example
 * const loss = (p: { w: number[]; b: number }) => add(sum(square(p.w)), p.b)
 * grad(loss)({ w: [1, 2], b: 3 }) // { w: [2, 4], b: 1 }
 */
export function grad<Args extends unknown[], const N extends number | readonly number[] = 0>(
  f: (...args: Args) => Scalarlike,
  options: ArgnumOptions<N> = {},
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
  options: ArgnumOptions<N> = {},
): (...args: Args) => [number, Gradients<Args, N>] {
  return valueAndGradOf('valueAndGrad', f, options)
}

/** What `grad` differentiates: a number, or a tensor with one entry. */
export type Scalarlike = number | Tensor

function valueAndGradOf<Args extends unknown[], N extends number | readonly number[]>(
  name: string,
  f: (...args: Args) => Scalarlike,
  { argnum, ...unknown }: ArgnumOptions<N>,
): (...args: Args) => [number, Gradients<Args, N>] {
  checkOptions(name, unknown, ['argnum'])
  if (typeof f !== 'function') throw new DualtapeError(`${name}: takes a function, but ${describe(f)} was given.`)
  const wanted: number | readonly number[] = argnum ?? 0
  const argnums: readonly number[] = typeof wanted === 'number' ? [wanted] : wanted
  return (...args) => {
    for (const each of argnums) checkArgnum(name, each, args.length)
    const record = new RecordedCall(name, f, args, argnums)
    try {
      const value = scalarResult(name, record)
      const sweep = record.pull([value instanceof Tensor ? new Tensor(Float64Array.of(1), value.shape) : 1])
      // The record lists references in the order of the arguments, so gradients are read in that order too.
      const read = new Map<number, unknown>()
      let position = 0
      for (const each of [...argnums].sort((a, b) => a - b)) {
        const { tree, next } = treeOfDerivatives(args[each], name, sweep, record.inputs, position)
        read.set(each, tree)
        position = next
      }
      sweep.release()
      const gradients = argnums.map(each => read.get(each))
      const scalar = value instanceof Tensor && !isTraced(value) ? value.item() : value
      return [scalar as number, (typeof wanted === 'number' ? gradients[0] : gradients) as Gradients<Args, N>]
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

export function checkArgnum(name: string, argnum: number, count: number): void {
  if (!Number.isInteger(argnum) || argnum < 0 || argnum >= count) {
    throw new OptionError(`${name}: argnum ${argnum} names no argument: the function was called with ${count}, counted from 0.`)
  }
}

/** Refuses options that do not exist. */
export function checkOptions(name: string, unknown: object, known: readonly string[]): void {
  const [first] = Object.keys(unknown)
  if (first !== undefined) throw new OptionError(`${name}: there is no option ${first}. Options: ${known.join(', ')}.`)
}
