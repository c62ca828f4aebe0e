import { grad, mul, sum, Tensor, tensor, vmap } from '../../src/index.ts'
import { numbersOf } from '../results.ts'
import type { Judge } from './judge.ts'
import { directions, leavesOf, type Problem } from './problem.ts'
import { weighted } from './weights.ts'

/** One way to a derivative: reports what it finds to the judge. `attempt` guards parts that may throw by themselves. */
export type Mode = (problem: Problem, judge: Judge, attempt: (what: string, run: () => void) => void) => void

// biome-ignore lint/suspicious/noExplicitAny: functions of arguments that only running them tells
export type Any = any

/** Of many inputs or outputs so many are taken one by one. */
export const SINGLE = 10

export const tree =
  ({ f }: Problem) =>
  (args: unknown[]) =>
    f(...args)
export const treeTotal =
  ({ total }: Problem) =>
  (args: unknown[]) =>
    total(...args)
export const argnums = ({ args }: Problem) => ({ argnum: args.map((_, i) => i) })
export const gradient = (problem: Problem, f = problem.total) => grad(f as Any, argnums(problem) as Any) as (...args: unknown[]) => unknown[]
/** Results as fields of an object: of a list of them, vmap makes one array where they are all numbers. */
export const named = (list: unknown) => Object.fromEntries((list as unknown[]).map((each, i) => [`item${i}`, each]))
export const requires = (x: Any): boolean => typeof x === 'object' && x.requiresGrad
export const few = (n: number) => Array.from({ length: Math.min(n, SINGLE) }, (_, i) => (n <= SINGLE ? i : Math.floor((i * n) / SINGLE)))

/** Ways to say where entries are, each once: small Jacobians are often full, and then a given pattern is what is given full. */
export function distinct(patterns: readonly [how: string, sparsity: 'detect' | 'dense' | number[][]][]): [string, Any][] {
  const texts = patterns.map(([, sparsity]) => JSON.stringify(sparsity))
  return patterns.filter((_, i) => texts.indexOf(texts[i] as string) === i)
}

/** A scalar from gradients: in how far the inputs' own direction moves the value. */
export function along(gradients: unknown[], problem: Problem): unknown {
  const d = problem.like(directions(problem.inputs))
  const pairs = (xs: Any, ds: unknown): unknown[] =>
    typeof xs !== 'object' || xs === null || xs instanceof Tensor || 'arena' in xs || ArrayBuffer.isView(xs)
      ? [sum(mul(xs as number, ds as number))]
      : Object.values(xs).flatMap((x, i) => pairs(x, Object.values(ds as object)[i]))
  return sum(pairs(gradients, d) as number[])
}

/** A cotangent like a value, from numbers. */
export function cotangents(value: unknown) {
  const unflattened = (numbers: ArrayLike<number>) => {
    let position = 0
    const walk = (leaf: unknown): unknown => {
      if (leaf instanceof Tensor)
        return new Tensor(
          Float64Array.from({ length: leaf.size }, () => numbers[position++] as number),
          leaf.shape,
        )
      if (typeof leaf === 'number' || typeof leaf === 'boolean') return numbers[position++]
      return Array.isArray(leaf) ? leaf.map(walk) : Object.fromEntries(Object.entries(leaf as object).map(([key, each]) => [key, walk(each)]))
    }
    return walk(value)
  }
  return { unflattened }
}

/** The weights of all numbers of a value whose numbers may not be known. */
export function weightsLike(value: unknown): unknown {
  let place = 0
  const next = () => 1 + ((7 * place++) % 5) / 4
  const walk = (leaf: unknown): unknown => {
    if (leaf instanceof Tensor) return new Tensor(Float64Array.from({ length: leaf.size }, next), leaf.shape)
    if (typeof leaf === 'number' || typeof leaf === 'boolean' || (typeof leaf === 'object' && leaf !== null && 'arena' in leaf)) return next()
    return Array.isArray(leaf) ? leaf.map(walk) : Object.fromEntries(Object.entries(leaf as object).map(([key, each]) => [key, walk(each)]))
  }
  return walk(value)
}

/** Arguments with their leaves replaced, in order. */
export function relike(args: unknown[], leaves: unknown[]): unknown[] {
  let position = 0
  const walk = (arg: unknown): unknown => {
    const own = leavesOf(arg)
    return own.length === 1 && Object.is(own[0], arg) ? leaves[position++] : (arg as unknown[]).map(walk)
  }
  return args.map(walk)
}

/** The leaves of traced arguments, cut as those of the plain ones are. */
export function tracedLeaves(traced: unknown, plain: unknown): unknown[] {
  const own = leavesOf(plain)
  if (own.length === 1 && Object.is(own[0], plain)) return [traced]
  return (plain as unknown[]).flatMap((each, i) => tracedLeaves((traced as unknown[])[i], each))
}

export function alongVariables(gradients: unknown[], problem: Problem): unknown {
  const d = problem.like(directions(problem.inputs)).flatMap(leavesOf)
  return sum(gradients.map((g, i) => (g === null || g === undefined ? 0 : sum(mul(g as number, d[i] as number)))) as number[])
}

/** Items of a batch as one argument. */
export function stacked(items: unknown[]): unknown {
  const [first] = items
  if (first instanceof Tensor || ArrayBuffer.isView(first)) {
    const shape = first instanceof Tensor ? first.shape : [(first as Float64Array).length]
    return new Tensor(Float64Array.from(items.flatMap(numbersOf)), [items.length, ...shape])
  }
  const own = leavesOf(first)
  if (own.length === 1 && Object.is(own[0], first)) return items
  // Lists of tensors of several shapes: as Tensors, since an array of arrays would count as one.
  return (first as unknown[]).map((_, i) => stacked(items.map(item => tensor((item as number[][])[i] as number[]))))
}

/** The numbers of one item of batched arguments. */
export function itemsOf(batches: unknown, item: number): number[] {
  return Object.values(batches as object).flatMap(batch => itemOf(batch, item))
}

/** The numbers of one item of a batch. */
export function itemOf(batch: unknown, item: number): number[] {
  if (batch instanceof Tensor) {
    const size = batch.size / (batch.shape[0] as number)
    return [...batch.data.subarray(item * size, (item + 1) * size)]
  }
  const own = leavesOf(batch)
  if (own.length === 1 && Object.is(own[0], batch)) return numbersOf((batch as unknown[])[item])
  return Object.values(batch as object).flatMap(each => itemOf(each, item))
}

/** The weighted sum of the items of a batched result, in which every item counts alike. */
export function weightedItems(batch: unknown): unknown {
  const total = vmap((item: unknown) => weighted(item))(batch)
  return sum(total as Tensor)
}
