import { noMore } from '../../core/arguments.ts'
import { isBatched } from '../../core/dispatch.ts'
import { describe, OptionError, ShapeError, TreeError } from '../../core/errors.ts'
import { zeros } from '../../core/makers.ts'
import { sizeOfShape } from '../../core/shape.ts'
import { isNumericTypedArray, Tensor } from '../../core/tensor.ts'
import { checkFunction, checkSynchronous, isPlainObject, mapTrees } from '../../core/tree.ts'
import { ne } from '../../ops/comparison.ts'
import { section } from '../../ops/sections.ts'
import { where } from '../../ops/selection.ts'
import { stack } from '../../ops/shape.ts'
import { isList, Rounds, stackItems } from './rounds.ts'

/*
 * Control flow as functions: each is what the native statement does. While a function is traced, or where values are those
 * of a batch, a loop becomes one step, whatever the number of its rounds.
 */

/** What a loop carries from round to round. The empty tuple has TypeScript infer a list of two states as a pair. */
// biome-ignore lint/complexity/noBannedTypes: anything but nothing
export type State = [] | {}

/**
 * `a` where the condition holds, else `b`: each a value, or a function, which is called with the operands. It is called where
 * its side is taken only; both are for a mask inside `vmap`, whose items may differ.
 *
 * @names `jax.lax.cond`
 *
 * @example
 * cond(gt(2, 1), () => 'yes', () => 'no') // 'yes'
 * cond(gt(2, 1), sin, cos, 0) // 0
 */
export function cond<A, B, Operands extends unknown[] = []>(
  condition: unknown,
  a: A | ((...operands: Operands) => A),
  b: B | ((...operands: Operands) => B),
  ...operands: Operands
): A | B {
  for (const side of operands.length > 0 ? [a, b] : []) {
    if (typeof side !== 'function') throw new TreeError(`cond: operands are for functions, but a side is ${describe(side)}.`)
  }
  const take = (side: unknown) => {
    const taken = typeof side === 'function' ? side(...operands) : side
    checkSynchronous('cond', taken)
    return taken
  }
  if (!isBatched(condition)) return take(isTrue(condition) ? a : b)
  return mapTrees(take(a), take(b), 'cond: the first side', 'cond: the second side', (x, y) => where(condition as number, x as number, y as number)) as A
}

/**
 * The value after `body` has been applied for as long as the condition holds.
 *
 * @names `jax.lax.while_loop`
 *
 * @example
 * whileLoop((x: number) => lt(x, 100), (x: number) => mul(x, 2), 1) // 128
 */
export function whileLoop<S extends State>(condition: (state: S) => unknown, body: (state: S) => S, init: S, ...more: []): S {
  checkFunction('whileLoop', condition)
  checkFunction('whileLoop', body)
  noMore('whileLoop', 3, more)
  let state = init
  const rounds = new Rounds<S, undefined>({ body: (_, each) => [body(each), undefined], condition })
  for (let i = 0; ; i++) {
    const looped = rounds.from(i, state)
    if (looped !== undefined) return looped.state
    if (!isTrue(condition(state))) return state
    state = body(state)
    checkSynchronous('whileLoop', state)
  }
}

/**
 * `whileLoop` whose last state is constant to derivatives. It needs no bound on its rounds, so that it is one step inside of other loops, too.
 */
export function constantLoop<S extends State>(condition: (state: S) => unknown, body: (state: S) => S, init: S): S {
  const looped = new Rounds<S, undefined>({ body: (_, each) => [body(each), undefined], condition, constant: true }).from(0, init)
  return looped === undefined ? whileLoop(condition, body, init) : looped.state
}

/**
 * The value after `body(i, state)` has been applied for i from `start` up to but without `stop`.
 *
 * @names `jax.lax.fori_loop`
 *
 * @example
 * foriLoop(0, 5, (i, sum: number) => add(sum, i), 0) // 10
 */
export function foriLoop<S extends State>(start: number, stop: number, body: (i: number, state: S) => S, init: S, ...more: []): S {
  if (!Number.isInteger(start) || !Number.isInteger(stop)) {
    throw new OptionError(`foriLoop: the bounds are whole numbers, but ${shown(start)} and ${shown(stop)} were given.`)
  }
  checkFunction('foriLoop', body)
  noMore('foriLoop', 4, more)
  let state = init
  const rounds = new Rounds<S, undefined>({ body: (i, each) => [body(i as number, each), undefined], start, count: stop - start })
  for (let i = start; i < stop; i++) {
    const looped = rounds.from(i - start, state)
    if (looped !== undefined) return looped.state
    state = body(i, state)
    checkSynchronous('foriLoop', state)
  }
  return state
}

/**
 * [last carry, all outputs]: `f(carry, x)` gives the next carry and an output for each item of `xs` along its first axis.
 * `xs` is a number of rounds, for which x is the index; a list of items without tensors in them; or a tree, whose leaves hold
 * an item each along their first axis. Outputs are stacked leaf by leaf, as arrays for scalars.
 *
 * @names `jax.lax.scan`
 *
 * @example
 * scan((sum: number, x: number) => [add(sum, x), sum], 0, [1, 2, 3]) // [6, [0, 1, 3]]
 */
// biome-ignore lint/suspicious/noExplicitAny: an item's type has an axis less than that of xs
export function scan<C extends State, Y>(f: (carry: C, x: any) => readonly [carry: C, output: Y], init: C, xs: unknown, ...more: []): [C, any] {
  checkFunction('scan', f)
  noMore('scan', 3, more)
  let carry = init
  const outputs: Y[] = []
  const count = typeof xs === 'number' ? xs : lengthOf(xs, 'scan')
  if (!Number.isInteger(count) || count < 0) throw new OptionError(`scan: the number of rounds is a whole number from 0, but ${count} was given.`)
  const step = (x: unknown, each: C): readonly [C, Y] => {
    const next = f(each, x)
    if (!Array.isArray(next) || next.length !== 2) throw new TreeError(`scan: the function gives [carry, output], but ${describe(next)} was returned.`)
    return next as unknown as readonly [C, Y]
  }
  const rounds = new Rounds<C, Y>({ body: step, count, ...(typeof xs === 'number' ? {} : { items: () => stackItems(xs, count) }) })
  for (let i = 0; i < count; i++) {
    const looped = rounds.from(i, carry)
    if (looped !== undefined) return [looped.state, outputs.length === 0 ? looped.stacked() : collect([...outputs, ...looped.outputs()])]
    const [next, output] = step(typeof xs === 'number' ? i : itemOf(xs, i), carry)
    carry = next
    outputs.push(output)
  }
  return [carry, count === 0 ? noneOf(() => step(exampleItem(xs), init)[1]) : collect(outputs)]
}

/**
 * `f` for each item of `xs` along its first axis, with the results stacked; `vmap` does all items at once.
 *
 * @names `jax.lax.map`
 *
 * @example
 * map((x: number) => mul(x, x), [1, 2, 3]) // [1, 4, 9]
 */
// biome-ignore lint/suspicious/noExplicitAny: as for scan
export function map<Y>(f: (x: any) => Y, xs: unknown, ...more: []): any {
  checkFunction('map', f)
  noMore('map', 2, more)
  const count = lengthOf(xs, 'map')
  const each = (x: unknown) => {
    const y = f(x)
    checkSynchronous('map', y)
    return y
  }
  const looped = count === 0 ? undefined : new Rounds<[], Y>({ body: x => [[], each(x)], count, items: () => stackItems(xs, count) }).from(0, [])
  if (looped !== undefined) return looped.stacked()
  return count === 0 ? noneOf(() => each(exampleItem(xs))) : collect(Array.from({ length: count }, (_, i) => each(itemOf(xs, i))))
}

function shown(x: unknown): string {
  return typeof x === 'number' ? String(x) : describe(x)
}

function isTrue(condition: unknown): boolean {
  return typeof condition === 'boolean' ? condition : ne(condition as number, 0)
}

function lengthOf(xs: unknown, name: string): number {
  if (isList(xs) || isNumericTypedArray(xs)) return xs.length
  if (xs instanceof Tensor) {
    if (xs.rank === 0) throw new ShapeError(`${name}: xs is a Tensor of rank 0, which has no items.`)
    return xs.shape[0] as number
  }
  const parts = typeof xs === 'object' && xs !== null ? Object.values(xs) : []
  const [first, ...others] = parts.map(part => lengthOf(part, name))
  if (first === undefined) throw new TreeError(`${name}: xs is ${describe(xs)}, which has no items.`)
  if (others.some(each => each !== first)) throw new ShapeError(`${name}: the parts of xs have ${[first, ...others].join(', ')} items.`)
  return first
}

function itemOf(xs: unknown, i: number): unknown {
  if (isList(xs) || isNumericTypedArray(xs)) return xs[i]
  if (Array.isArray(xs)) return xs.map(each => itemOf(each, i))
  if (!(xs instanceof Tensor)) return Object.fromEntries(Object.entries(xs as object).map(([key, each]) => [key, itemOf(each, i)]))
  const [, ...inner] = xs.shape
  return inner.length === 0 ? xs.at(i) : section(xs, i * sizeOfShape(inner), inner)
}

/** An item of zeros like those that there are none of; undefined for those of an empty list, of which nothing is known. */
function exampleItem(xs: unknown): unknown {
  if (typeof xs === 'number' || isNumericTypedArray(xs)) return 0
  if (xs instanceof Tensor) return xs.rank === 1 ? 0 : zeros(xs.shape.slice(1), { dtype: xs.dtype })
  if (isList(xs)) return undefined
  return Array.isArray(xs) ? xs.map(exampleItem) : Object.fromEntries(Object.entries(xs as object).map(([key, each]) => [key, exampleItem(each)]))
}

/** What no rounds give: an empty result for each leaf that a round would give, as far as it can be known. */
function noneOf(round: () => unknown): unknown {
  const none = (x: unknown): unknown => {
    if (x === undefined || x === null) return undefined
    if (x instanceof Tensor) return zeros([0, ...x.shape], { dtype: x.dtype })
    return isPlainObject(x) ? Object.fromEntries(Object.entries(x).map(([key, each]) => [key, none(each)])) : []
  }
  try {
    return none(round())
  } catch {
    return []
  }
}

/** Results of one structure as one result, with an axis more: arrays stay arrays. */
function collect(outputs: readonly unknown[]): unknown {
  const [first] = outputs
  if (first instanceof Tensor) return stack(outputs as Tensor[])
  if (first === undefined || first === null) return undefined
  if (typeof first === 'object' && Object.getPrototypeOf(first) === Object.prototype) {
    return Object.fromEntries(Object.keys(first).map(key => [key, collect(outputs.map(each => (each as Record<string, unknown>)[key]))]))
  }
  return [...outputs]
}
