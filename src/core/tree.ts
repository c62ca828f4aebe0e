import { describe, ShapeError, TreeError } from './errors.ts'
import { formatShape, sameShape } from './shape.ts'
import { isNumericTypedArray, Tensor, tensor } from './tensor.ts'
import { Traced } from './traced.ts'
import type { NumericTypedArray, Value } from './types.ts'

/*
 * A tree is an array or a plain object of trees; its leaves are scalars, tensors and typed arrays. Traced values are
 * leaves like the plain ones that they stand for.
 */

export type Leaf = number | Traced | Tensor | NumericTypedArray

/** Leaves in place of leaves. `role` begins the message when a leaf is none, for example "grad: argument 1". */
export function mapTree(tree: unknown, role: string, change: (leaf: Leaf) => unknown, path = ''): unknown {
  if (typeof tree === 'number' || tree instanceof Traced || tree instanceof Tensor || isNumericTypedArray(tree)) return change(tree)
  if (Array.isArray(tree)) return tree.map((each, i) => mapTree(each, role, change, `${path}[${i}]`))
  if (isPlainObject(tree)) {
    return Object.fromEntries(Object.entries(tree).map(([key, each]) => [key, mapTree(each, role, change, `${path}.${key}`)]))
  }
  throw new TreeError(
    `${role}${path === '' ? '' : ` has at ${path.replace(/^\./, '')}`} ${path === '' ? 'is ' : ''}${describe(tree)}; ` +
      'numbers, tensors, typed arrays, and arrays and plain objects of them can be differentiated.',
  )
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
  path = '',
): unknown {
  const mismatch = (expected: string) =>
    new TreeError(
      `${otherRole} does not have the structure of ${role}${path === '' ? '' : ` at ${path.replace(/^\./, '')}`}: ` +
        `${expected} was expected, but ${describe(other)} was given.`,
    )
  if (Array.isArray(tree)) {
    const entries = isNumericTypedArray(other) ? Array.from(other) : other
    if (!Array.isArray(entries) || entries.length !== tree.length) throw mismatch(describe(tree))
    return tree.map((each, i) => mapTrees(each, entries[i], role, otherRole, change, `${path}[${i}]`))
  }
  if (isPlainObject(tree)) {
    const keys = Object.keys(tree)
    if (!isPlainObject(other) || keys.length !== Object.keys(other).length || keys.some(key => !(key in other))) {
      throw mismatch(`an object with the keys ${keys.join(', ')}`)
    }
    return Object.fromEntries(keys.map(key => [key, mapTrees(tree[key], other[key], role, otherRole, change, `${path}.${key}`)]))
  }
  return mapTree(
    tree,
    role,
    leaf => {
      const isScalar = typeof leaf === 'number' || leaf instanceof Traced
      if (isScalar) {
        if (typeof other !== 'number' && !(other instanceof Traced)) throw mismatch('a number')
        return change(leaf, other)
      }
      if (!(other instanceof Tensor) && !isNumericTypedArray(other) && !Array.isArray(other)) throw mismatch(describe(leaf))
      const shape = leaf instanceof Tensor ? leaf.shape : [leaf.length]
      const given = shapeOfLeaf(other)
      if (!sameShape(shape, given)) {
        throw new ShapeError(
          `${otherRole} does not fit ${role}${path === '' ? '' : ` at ${path.replace(/^\./, '')}`}: shape ${formatShape(shape)} was expected, ${formatShape(given)} was given.`,
        )
      }
      return change(leaf, other as Leaf)
    },
    path,
  )
}

/** The leaves of a tree that must fit another, with typed arrays taken apart where that one has them. */
export function leavesLike(tree: unknown, given: unknown, role: string, givenRole: string): Value[] {
  const leaves: Value[] = []
  mapTrees(tree, given, role, givenRole, (leaf, other) => {
    if (isNumericTypedArray(leaf)) for (const entry of other as unknown as Iterable<number>) leaves.push(entry)
    else leaves.push(leaf instanceof Tensor && !(other instanceof Tensor) ? tensor(other as Float64Array) : (other as Value))
  })
  return leaves
}

/** A zero of a leaf's kind. */
export function zeroLike(leaf: Leaf): number | Tensor | NumericTypedArray {
  if (leaf instanceof Tensor) return new Tensor(new Float64Array(leaf.size), leaf.shape)
  return isNumericTypedArray(leaf) ? new Float64Array(leaf.length) : 0
}

/** Refuses the promise that an async function returns. */
export function checkSynchronous(name: string, result: unknown): void {
  if (typeof (result as { then?: unknown } | null | undefined)?.then === 'function') {
    throw new TreeError(`${name}: the function returned a promise. Await what it needs first, and differentiate a synchronous function.`)
  }
}

/** Shape of a leaf, or of nested arrays given in place of one. */
export function shapeOfLeaf(leaf: unknown): readonly number[] {
  if (leaf instanceof Tensor) return leaf.shape
  if (isNumericTypedArray(leaf)) return [leaf.length]
  return Array.isArray(leaf) ? [leaf.length, ...(leaf.length > 0 ? shapeOfLeaf(leaf[0]) : [])] : []
}

function isPlainObject(x: unknown): x is Record<string, unknown> {
  if (typeof x !== 'object' || x === null) return false
  const prototype = Object.getPrototypeOf(x)
  return prototype === Object.prototype || prototype === null
}
