import { isForItems } from '../core/by-items.ts'
import { DualtapeError, OptionError } from '../core/errors.ts'
import { integer } from '../core/option-kinds.ts'
import { type Given, type OptionKind, optionReader } from '../core/options.ts'
import { comparePlain } from '../core/plain-run.ts'
import { checkFunction, checkSynchronous, copied, isPlainObject } from '../core/tree.ts'
import { Batch, type BatchAxes } from './batch.ts'

export type { BatchAxes } from './batch.ts'

/** Options of `vmap`: which axis of each argument and of each result counts the items. */
export interface VmapOptions {
  /** One for all arguments, or a list with one per argument: the first axis by default. */
  in?: BatchAxes | undefined
  /** Where the results' axis for the items goes: the first by default. */
  out?: number | undefined
}

const batchAxes: OptionKind<BatchAxes> = { wants: 'an axis, null, or a list or tree of them', accepts: isBatchAxes }

function isBatchAxes(given: unknown): given is BatchAxes {
  return given === null || integer.accepts(given) || ((Array.isArray(given) || isPlainObject(given)) && Object.values(given).every(isBatchAxes))
}

const readAxes = /* @__PURE__ */ optionReader({ in: { is: batchAxes, default: 0 }, out: { is: integer, default: 0 } }, ['in', 'out'])

/** A function's type with one more axis on each leaf. */
// biome-ignore lint/suspicious/noExplicitAny: an axis more for every leaf has no short type
export type Batched<F extends (...args: any[]) => unknown> = F extends (...args: any[]) => unknown ? (...args: any[]) => any : never

/**
 * The same function on many items at once: each argument has an axis of items more, and so has the result. Operators work
 * on whole batches, in every mode and nested; `vmap(f)` equals stacking what `f` gives for each item. Arrays of arrays
 * count as tensors, and results are arrays where no argument with items is a Tensor.
 *
 * What has to see numbers, as solvers whose functions have loops that end by values, makes it run the function for each item by itself, and
 * stack the results.
 *
 * Of no items the results are empty, in the shapes that one item would have; those of an empty list count as numbers.
 *
 * Throws a ShapeError when arguments differ in the number of items, and a TracedValueError for a question (`gt`, …) about
 * batched scalars, whose answer may differ from item to item: use a mask (`greater`, …) with `where`.
 *
 * `vmap(f, [0, null], 1)` is short for `vmap(f, { in: [0, null], out: 1 })`.
 *
 * @names `jax.vmap`, `torch.vmap`, `torch.func.vmap`, `np.vectorize`
 *
 * @typeParam F The type of the function.
 *
 * @example
 * vmap((x: number, y: number) => mul(x, y), { in: [0, null] })([1, 2, 3], 10) // [10, 20, 30]
 */
// biome-ignore lint/suspicious/noExplicitAny: any function
export function vmap<F extends (...args: any[]) => unknown>(f: F, ...options: Given<VmapOptions, ['in', 'out']>): Batched<F> {
  checkFunction('vmap', f)
  const { in: axes, out } = readAxes('vmap', options)
  return ((...args: unknown[]) => {
    const perArgument = Array.isArray(axes) ? axes : args.map(() => axes as BatchAxes)
    if (perArgument.length !== args.length) {
      throw new OptionError(`vmap: in lists ${perArgument.length} axes, but the function was called with ${args.length} arguments.`)
    }
    const batch = new Batch()
    /** The arguments as they come: what all items share may be written into. */
    let given: unknown[] | undefined
    let again = false
    try {
      const items = args.map((arg, i) => batch.lift(arg, perArgument[i] as BatchAxes, `argument ${i + 1}`))
      if (batch.size < 0) throw new OptionError('vmap: no argument has an axis of items: in is null for all of them.')
      // An object that all items share is not looked into: it may be anything.
      given = args.map((arg, i) => (items[i] === arg && (Array.isArray(arg) || ArrayBuffer.isView(arg)) ? copied(arg) : arg))
      // Those that are compared with may not be written into.
      const result = f(...items.map((each, i) => (each === args[i] ? each : copied(each))))
      checkSynchronous('vmap', result)
      comparePlain('vmap', f, items, result)
      return batch.collect(result, out)
    } catch (error) {
      // Of what an empty list would hold nothing is known: a function that needs more than a number gives no items then.
      if (args.some(arg => Array.isArray(arg) && arg.length === 0) && batch.size === 0 && !(error instanceof DualtapeError)) return []
      if (given === undefined || batch.size === 0 || !isForItems(error)) throw error
      again = true
    } finally {
      batch.close()
    }
    return again && itemByItem(f, given as unknown[], perArgument, out)
  }) as Batched<F>
}

/** The same without operators on whole batches. */
function itemByItem(f: (...args: unknown[]) => unknown, args: readonly unknown[], axes: readonly BatchAxes[], out: number): unknown {
  const batch = new Batch()
  let items: unknown[][]
  try {
    const lifted = args.map((arg, i) => batch.lift(arg, axes[i] as BatchAxes, `argument ${i + 1}`))
    items = Array.from({ length: batch.size }, (_, k) => lifted.map(each => batch.item(each, k)))
  } finally {
    batch.close()
  }
  // What one item writes into is not what the next is given.
  const results = items.map(each => f(...each.map(copied)))
  const gathering = batch.again()
  try {
    return gathering.collect(gathering.gathered(results), out)
  } finally {
    gathering.close()
  }
}
