import { mul, Tensor, tensor } from '../../src/index.ts'
import { unflatten } from '../../src/testing/finite-differences.ts'
import { numbersOf } from '../results.ts'
import type { Case, Operator } from './cases.ts'
import { type Nested, shapeOfNested } from './fills.ts'
import type { Judge } from './judge.ts'
import { direction, weighted } from './weights.ts'

/** What arguments can be made of. */
export const FORMS = ['plain', 'tensor', 'typed'] as const
export type Form = (typeof FORMS)[number]

/** A function of the differentiated arguments of a case, in one of the forms. */
export interface Problem {
  readonly each: Case
  readonly form: Form
  readonly args: unknown[]
  /** The operator, the other arguments held. */
  readonly f: Operator
  /** The weighted sum of all numbers of the operator's result. */
  readonly total: Operator
  /** Numbers as arguments. */
  readonly like: (numbers: ArrayLike<number>) => unknown[]
  /** Another point, at which the operator has a value too: near the first, or itself where only integers will do. */
  readonly other: unknown[]
  readonly inputs: number
  /** Sizes of the leaves of arguments and result, as layouts of Jacobians count them. */
  readonly inputSizes: readonly number[]
  readonly outputSizes: readonly number[]
  readonly shapes: readonly (readonly number[])[]
}

/** A case in a form; undefined where the form is another one. */
export function problemOf(each: Case, form: Form, judge: Judge, asksRank: boolean): Problem | undefined {
  const given = each.active.map(i => each.args[i])
  const args = given.map(arg => (form === 'plain' ? arg : made(arg, form)))
  if (form === 'typed' && args.every(arg => !(arg instanceof Float64Array))) return undefined
  const mask = masked(each)
  const f = (...active: unknown[]) => {
    const result = each.call(...each.args.map((arg, i) => (each.active.includes(i) ? active[each.active.indexOf(i)] : arg)))
    if (asksRank) checkRank(result, each.name, judge)
    return mask ? mul(result as number, 1) : result
  }
  const result = each.call(...each.args)
  const like = (numbers: ArrayLike<number>) => unflatten(args, numbers) as unknown[]
  return {
    each,
    form,
    args,
    f,
    total: (...active) => weighted(f(...active)),
    like,
    other: otherPoint(f, like(numbersOf(given).map(x => x * 0.875)), args),
    inputs: numbersOf(given).length,
    inputSizes: leavesOf(args).map(leaf => numbersOf(leaf).length),
    outputSizes: leavesOf(result).map(leaf => numbersOf(leaf).length),
    shapes: leavesOf(result).map(leaf => (leaf instanceof Tensor ? leaf.shape : [])),
  }
}

function otherPoint(f: Operator, near: unknown[], args: unknown[]): unknown[] {
  try {
    f(...near)
    return near
  } catch {
    return args
  }
}

/** Whether a result's derivative is 0 everywhere: masks and integers. */
export function masked({ definition }: Case): boolean {
  return 'differentiable' in definition && !definition.differentiable
}

/** An argument as Tensors, or with typed arrays in place of lists. */
function made(arg: unknown, form: Form): unknown {
  const shape = shapeOfNested(arg as Nested)
  if (shape === undefined) return (arg as unknown[]).map(part => made(part, form))
  return form === 'typed' && shape.length === 1 ? Float64Array.from(arg as number[]) : tensor(arg as number)
}

/** Tensors of rank 0 are made by hand and by reshape only; every other result of rank 0 is a scalar. */
function checkRank(result: unknown, name: string, judge: Judge): void {
  if (result instanceof Tensor && result.rank === 0 && name !== 'reshape') judge.fail('structure', `${name} gives a Tensor of rank 0, not a scalar`)
}

/** Numbers, tensors, and regular arrays of numbers, in order. */
export function leavesOf(tree: unknown): unknown[] {
  if (tree instanceof Tensor || typeof tree !== 'object' || tree === null || ArrayBuffer.isView(tree)) return [tree]
  if (Array.isArray(tree) && isNested(tree) && shapeOfNested(tree as Nested) !== undefined) return [tree]
  return Object.values(tree).flatMap(leavesOf)
}

function isNested(tree: unknown): boolean {
  return typeof tree === 'number' || (Array.isArray(tree) && tree.every(isNested))
}

export const basis = (n: number, j: number): Float64Array => Float64Array.from({ length: n }, (_, i) => (i === j ? 1 : 0))
export const directions = (n: number): Float64Array => Float64Array.from({ length: n }, (_, j) => direction(j))

/** The numbers of a Jacobian in blocks of leaves, as the rows of one matrix. */
export function rowsOf(found: readonly number[], outputSizes: readonly number[], inputSizes: readonly number[]): number[] {
  const columns = inputSizes.reduce((a, b) => a + b, 0)
  const rows: number[] = new Array(outputSizes.reduce((a, b) => a + b, 0) * columns).fill(Number.NaN)
  if (found.length !== rows.length) return [...found]
  let [at, top] = [0, 0]
  for (const height of outputSizes) {
    let left = 0
    for (const width of inputSizes) {
      for (let i = 0; i < height; i++) for (let j = 0; j < width; j++) rows[(top + i) * columns + left + j] = found[at++] as number
      left += width
    }
    top += height
  }
  return rows
}
