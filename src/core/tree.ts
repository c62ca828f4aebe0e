import { assembled, scalarOf, shapeOf } from './dispatch.ts'
import { DualtapeError, describe, ShapeError, TreeError } from './errors.ts'
import { keptApart, sourceOf } from './lists.ts'
import { filledWith } from './makers.ts'
import { isPromise, letGo } from './promises.ts'
import { formatShape, sameShape } from './shape.ts'
import { CLONE_ADVICE, isNumericTypedArray, Tensor, tensor, withDtype } from './tensor.ts'
import { Traced } from './traced.ts'
import type { NumericTypedArray, Value } from './types.ts'

/*
 * A tree is an array or a plain object of trees; its leaves are scalars, tensors and typed arrays. Traced values are
 * leaves like the plain ones that they stand for.
 */

export type Leaf = number | Traced | Tensor | NumericTypedArray

/** Where in a tree one is: the keys from the root, last first. */
type Path = { key: string | number; parent: Path; depth: number } | undefined

/** A tree that is deeper holds itself, or is no argument for a function. */
const DEEPEST = 1000

/** The depth below another. */
export function deeper(role: string, depth: number): number {
  if (depth >= DEEPEST) throw new TreeError(`${role} is nested more than ${DEEPEST} levels deep, or holds itself. ${CLOSE_OVER}`)
  return depth + 1
}

function below(role: string, parent: Path, key: string | number): Path {
  return { key, parent, depth: deeper(role, parent?.depth ?? 0) }
}

const CLOSE_OVER = 'What is not to be differentiated need not be an argument: the function can close over it.'

/** What a walk over a tree does otherwise than with its leaves. */
interface Walk {
  /** Whether what is no leaf stays as it is. */
  readonly keeps?: (other: unknown) => boolean
  /** What takes the place of a list as a whole; undefined: its entries are walked. */
  readonly list?: (list: readonly unknown[]) => unknown
}

/** Leaves in place of leaves. `role` begins the message when a leaf is none, for example "grad: argument 1". */
export function mapTree(tree: unknown, role: string, change: (leaf: Leaf) => unknown, walk: Walk = {}): unknown {
  try {
    return walkTree(tree, role, change, walk, undefined)
  } catch (error) {
    if (error instanceof TreeError) letGoAll(tree)
    throw error
  }
}

/**
 * Whether the first entry of a list is a number. Where one x[i] reads lists of numbers and lists of objects, V8 makes lists of objects of the
 * first as well, also of a user's own, in which every number is an object then: reads of a long list took five times as long. `at` is the same code for all.
 */
export function startsWithNumber(list: readonly unknown[]): boolean {
  return typeof list.at(0) === 'number'
}

function walkTree(tree: unknown, role: string, change: (leaf: Leaf) => unknown, walk: Walk, path: Path): unknown {
  if (isLeaf(tree)) return change(tree)
  if (Array.isArray(tree)) {
    const taken = walk.list?.(tree)
    if (taken !== undefined) return taken
    const mapped = new Array<unknown>(tree.length)
    const ofNumbers = startsWithNumber(tree)
    for (let i = 0; i < tree.length; i++) {
      // The same, in two places for V8: see startsWithNumber.
      const each: unknown = ofNumbers ? tree[i] : tree[i]
      mapped[i] = typeof each === 'number' ? change(each) : walkTree(each, role, change, walk, below(role, path, i))
    }
    return mapped[0] instanceof Traced ? keptApart(mapped) : mapped
  }
  if (isPlainObject(tree)) {
    return Object.fromEntries(Object.entries(tree).map(([key, each]) => [key, walkTree(each, role, change, walk, below(role, path, key))]))
  }
  if (walk.keeps?.(tree) === true) return tree
  throw new TreeError(
    `${role} ${path === undefined ? 'is' : `has${at(path)}`} ${describe(tree)}; ` +
      `numbers, tensors, typed arrays, and arrays and plain objects of them can be differentiated. ${path?.key === 'dtype' ? CLONE_ADVICE : CLOSE_OVER}`,
  )
}

/**
 * A tree whose lists, objects and typed arrays are new, for functions that run more than once and may write into what they are given.
 * What is no tree stays as it is.
 */
export function copied<T>(tree: T): T {
  const list = (given: readonly unknown[]) => sourceOf(given)?.copy() ?? (isTypedList(given) ? asTypedList(given.slice()) : undefined)
  try {
    return walkTree(tree, '', leaf => (isNumericTypedArray(leaf) ? leaf.slice() : leaf), { keeps: () => true, list }, undefined) as T
  } catch (error) {
    // A circle: no function differentiates by it.
    if (error instanceof TreeError) return tree
    throw error
  }
}

/** A result that is made of numbers which are not known yet: those of a traced function. */
export class Unbuilt {
  readonly entries: readonly Value[]
  /** The result from its numbers. */
  readonly build: (numbers: Float64Array) => unknown
  /** The parts of it that are known, and the name of the part that the numbers are. */
  readonly known: Readonly<Record<string, Int32Array | readonly number[]>>
  readonly part: string

  constructor(entries: readonly Value[], build: (numbers: Float64Array) => unknown, known: Unbuilt['known'], part: string) {
    this.entries = entries
    this.build = build
    this.known = known
    this.part = part
  }
}

/** The name of the method by which what is built from numbers tells of which, for where these become constants of a traced function. */
export const unbuilt: unique symbol = Symbol('unbuilt')

/** A part of a result that is built from numbers, of a traced function or known ones. */
export function unbuiltOf(part: unknown): Unbuilt | undefined {
  if (part instanceof Unbuilt) return part
  return (part as { [unbuilt]?: () => Unbuilt } | null | undefined)?.[unbuilt]?.()
}

const typedLists = new WeakSet<readonly unknown[]>()

/** A list of scalars that stands for a typed array while a transform runs: a leaf of its own where shapes are reported. */
export function asTypedList<T>(list: T[]): T[] {
  typedLists.add(list)
  return list
}

export function isTypedList(x: unknown): boolean {
  return Array.isArray(x) && typedLists.has(x)
}

function isLeaf(tree: unknown): tree is Leaf {
  return typeof tree === 'number' || tree instanceof Traced || tree instanceof Tensor || isNumericTypedArray(tree)
}

/** Throws a DualtapeError where what should be a function is none. `name` begins the message. */
export function checkFunction(name: string, f: unknown): void {
  if (typeof f !== 'function') throw new DualtapeError(`${name}: takes a function, but ${describe(f)} was given.`)
}

/** Whether an argument is a tree at all: functions, texts, instances of classes and the like are passed on as they are. */
export function isTree(x: unknown): boolean {
  return isLeaf(x) || Array.isArray(x) || isPlainObject(x)
}

/** " at w[2].b", or nothing at the root. */
function at(path: Path): string {
  let text = ''
  for (let each = path; each !== undefined; each = each.parent) {
    text = (typeof each.key === 'number' ? `[${each.key}]` : `.${each.key}`) + text
  }
  return text === '' ? '' : ` at ${text.replace(/^\./, '')}`
}

/** The leaves in order: arrays by index, objects by insertion. */
export function leavesOf(tree: unknown, role: string): Leaf[] {
  const leaves: Leaf[] = []
  mapTree(tree, role, leaf => leaves.push(leaf))
  return leaves
}

/** Walks a tree together with another that must have the same structure and shapes. */
export function mapTrees(
  tree: unknown,
  other: unknown,
  role: string,
  otherRole: string,
  change: (leaf: Leaf, otherLeaf: Leaf) => unknown,
  path?: Path,
): unknown {
  const mismatch = (expected: string) =>
    new TreeError(`${otherRole} does not have the structure of ${role}${at(path)}: ${expected} was expected, but ${describe(other)} was given.`)
  if (Array.isArray(tree)) {
    const entries = isNumericTypedArray(other) ? Array.from(other) : other
    if (!Array.isArray(entries) || entries.length !== tree.length) throw mismatch(describe(tree))
    // at: see startsWithNumber.
    return tree.map((each, i) => mapTrees(each, entries.at(i), role, otherRole, change, below(role, path, i)))
  }
  if (isPlainObject(tree)) {
    const keys = Object.keys(tree)
    if (!isPlainObject(other) || keys.length !== Object.keys(other).length || keys.some(key => !(key in other))) {
      throw mismatch(`an object with the keys ${keys.join(', ')}`)
    }
    return Object.fromEntries(keys.map(key => [key, mapTrees(tree[key], other[key], role, otherRole, change, below(role, path, key))]))
  }
  if (!isLeaf(tree)) return walkTree(tree, role, () => undefined, {}, path)
  if (typeof tree === 'number' || tree instanceof Traced) {
    const given = other instanceof Tensor && other.rank === 0 ? scalarOf(other) : other
    if (typeof given !== 'number' && !(given instanceof Traced)) throw mismatch('a number')
    return change(tree, given)
  }
  if (tree instanceof Tensor && tree.rank === 0 && (typeof other === 'number' || other instanceof Traced)) {
    return change(tree, assembled([other], []))
  }
  if (!(other instanceof Tensor) && !isNumericTypedArray(other) && !Array.isArray(other)) throw mismatch(describe(tree))
  const [shape, given] = [shapeOf(tree), shapeOf(other)]
  if (!sameShape(shape, given)) {
    throw new ShapeError(`${otherRole} does not fit ${role}${at(path)}: shape ${formatShape(shape)} was expected, ${formatShape(given)} was given.`)
  }
  return change(tree, other as Leaf)
}

/** The leaves of a tree that must fit another, with typed arrays taken apart where that one has them. */
export function leavesLike(tree: unknown, given: unknown, role: string, givenRole: string): Value[] {
  const leaves: Value[] = []
  mapTrees(tree, given, role, givenRole, (leaf, other) => {
    if (isNumericTypedArray(leaf)) for (const entry of other as unknown as Iterable<number>) leaves.push(entry)
    else leaves.push(leaf instanceof Tensor && !(other instanceof Tensor) && !(other instanceof Traced) ? tensor(other as Float64Array) : (other as Value))
  })
  return leaves
}

/**
 * The same for lists of arguments and their tangents. An argument that is no tree, or whose tangent is null, is not
 * differentiated: it has no leaves. Gives the positions of the others as well.
 */
export function leavesOfArguments(args: readonly unknown[], given: unknown, role: string, givenRole: string): { leaves: Value[]; argnums: number[] } {
  if (!Array.isArray(given) || given.length !== args.length) {
    throw new TreeError(`${givenRole} does not have the structure of ${role}: ${describe(args)} was expected, but ${describe(given)} was given.`)
  }
  const argnums = args.flatMap((arg, i) => (given[i] === null || (!isTree(arg) && given[i] === undefined) ? [] : [i]))
  const only = (list: readonly unknown[]) => list.map((each, i) => (argnums.includes(i) ? each : []))
  return { leaves: leavesLike(only(args), only(given), role, givenRole), argnums }
}

/** Whether some leaf of a tree is such a one. What is no tree has none. */
export function someLeaf(tree: unknown, test: (leaf: Leaf) => boolean, depth = 0): boolean {
  if (isLeaf(tree)) return test(tree)
  const source = sourceOf(tree)
  if (source !== undefined) return test(new Traced(source.arena, 0))
  if (depth > DEEPEST || !(Array.isArray(tree) || isPlainObject(tree))) return false
  for (const each of Array.isArray(tree) ? tree : Object.values(tree)) if (someLeaf(each, test, depth + 1)) return true
  return false
}

/** A zero of a leaf's kind. */
export function zeroLike(leaf: Leaf): number | Tensor | NumericTypedArray {
  if (leaf instanceof Tensor) return withDtype(filledWith(0, leaf.shape), leaf.dtype === 'float32' ? 'float32' : 'float64')
  return isNumericTypedArray(leaf) ? new Float64Array(leaf.length) : 0
}

/** Refuses the promise that an async function returns, or a list of them. */
export function checkSynchronous(name: string, result: unknown): void {
  if (!isPromise(result) && !(Array.isArray(result) && sourceOf(result) === undefined && result.some(isPromise))) return
  letGoAll(result)
  throw new TreeError(`${name}: the function returned a promise. Await what it needs first, and differentiate a synchronous function.`)
}

/** Lets go of all promises in what was refused. */
function letGoAll(refused: unknown, depth = 0): void {
  if (isPromise(refused)) letGo(refused)
  else if (depth < DEEPEST && (Array.isArray(refused) || isPlainObject(refused))) for (const each of Object.values(refused)) letGoAll(each, depth + 1)
}

export function isPlainObject(x: unknown): x is Record<string, unknown> {
  if (typeof x !== 'object' || x === null) return false
  const prototype = Object.getPrototypeOf(x)
  return prototype === Object.prototype || prototype === null
}
