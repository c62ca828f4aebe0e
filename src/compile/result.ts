import { narrowed } from '../core/dtypes.ts'
import { isNumericTypedArray, type Tensor } from '../core/tensor.ts'
import { isPlainObject } from '../core/tree.ts'
import type { TypedArrayName } from '../core/types.ts'
import { BuiltResult, ListResult, NarrowResult } from '../graph/trace.ts'
import { quoted, wholes } from './checked.ts'

const TYPED_ARRAYS = { Float64Array, Float32Array, Int32Array, Uint32Array, Int16Array, Uint16Array, Int8Array, Uint8Array, Uint8ClampedArray }

/** A typed array among the results. */
export class TypedResult {
  readonly type: TypedArrayName
  readonly positions: readonly number[]

  constructor(type: TypedArrayName, positions: readonly number[]) {
    this.type = type
    this.positions = positions
  }
}

/** Parts of a result that are there already, as expressions. */
export interface Ready {
  readonly slice?: (positions: readonly number[]) => string | undefined
  readonly lists?: (list: ListResult) => string | undefined
  /** A tensor that is only copied. */
  readonly copied?: (position: number) => string
}

/**
 * A result's tree as an expression, given those of its leaves. What is built from numbers is made by functions that are added to
 * `builds`; without that it is a plain object of its parts. `slice` gives numbers that follow each other as a typed array, `lists` lists
 * that are there already.
 */
export function treeText(
  tree: unknown,
  leaf: (position: number) => string,
  builds?: BuiltResult['of']['build'][],
  { slice = () => undefined, lists = () => undefined, copied = leaf }: Ready = {},
): string {
  const inside = (each: unknown) => treeText(each, leaf, builds, { slice, lists, copied })
  if (typeof tree === 'number') return leaf(tree)
  if (tree instanceof NarrowResult) return `stored(${copied(tree.position)}, ${tree.dtype === 'int32' ? 'Int32Array' : 'Float32Array'}, '${tree.dtype}')`
  if (Array.isArray(tree)) {
    const numbers = tree.every(each => typeof each === 'number') ? slice(tree) : undefined
    return numbers === undefined ? `[${tree.map(inside).join(', ')}]` : `listOf(${numbers})`
  }
  if (tree instanceof ListResult)
    return lists(tree) ?? (tree.type === 'Array' ? `listOf(${leaf(tree.position)}.data)` : `new ${tree.type}(${leaf(tree.position)}.data)`)
  if (tree instanceof TypedResult) return `new ${tree.type}(${slice(tree.positions) ?? `[${tree.positions.map(leaf).join(', ')}]`})`
  if (tree instanceof BuiltResult) {
    const { positions, of } = tree
    const numbers =
      typeof positions === 'number' ? `${leaf(positions)}.data.slice()` : `new Float64Array(${slice(positions) ?? `[${positions.map(leaf).join(', ')}]`})`
    if (builds !== undefined) return `builds[${builds.push(of.build) - 1}](${numbers})`
    const known = Object.entries(of.known).map(
      ([name, part]) => `${name}: ${part instanceof Int32Array ? `new Int32Array([${wholes(part)}])` : `[${wholes(part)}]`}`,
    )
    return `{ ${known.join(', ')}, ${of.part}: ${numbers} }`
  }
  return `{ ${Object.entries(tree as object)
    .map(([key, each]) => `[${quoted(key)}]: ${inside(each)}`) // computed: "__proto__" is a key like any other
    .join(', ')} }`
}

/** Numbers as an array: `Array.from` takes ten times as long. */
export function listOf(numbers: ArrayLike<number>): number[] {
  const list = new Array<number>(numbers.length)
  for (let i = 0; i < list.length; i++) list[i] = numbers[i] as number
  return list
}

/** The same as text, which `treeText` refers to. */
const LIST_OF = `function listOf(numbers) {
  const list = new Array(numbers.length)
  for (let i = 0; i < list.length; i++) list[i] = numbers[i]
  return list
}`

/** A tensor of doubles in another dtype, as text. */
const STORED = `function stored(x, type, dtype) {
  const data = new type(x.data.length)
  data.set(x.data)
  // Among integers nothing wraps around in silence.
  if (dtype === 'int32') for (let i = 0; i < data.length; i++) if (data[i] !== x.data[i]) throw new RangeError('int32: ' + x.data[i] + ' is no integer of 32 bits.')
  return new Tensor(data, x.shape, dtype)
}`

/** The functions that the code of results calls. */
export function helpersOf(code: string): string[] {
  return [...(code.includes('listOf(') ? [LIST_OF] : []), ...(code.includes('stored(') ? [STORED] : [])]
}

/** The lists of numbers in a result's tree. */
export function listsOf(tree: unknown): ListResult[] {
  if (tree instanceof ListResult) return [tree]
  return isBranch(tree) ? Object.values(tree).flatMap(listsOf) : []
}

/** Whether some tensor of a result's tree is one of integers. */
export function holdsIntegers(tree: unknown): boolean {
  if (tree instanceof NarrowResult) return tree.dtype === 'int32'
  return isBranch(tree) && Object.values(tree).some(holdsIntegers)
}

/** Whether a part of a result's tree is a list or an object of others. */
export function isBranch(tree: unknown): tree is object {
  return Array.isArray(tree) || isPlainObject(tree)
}

/** A function that builds a result's tree from its leaves. */
export function readerOf(tree: unknown, leaf: (position: number) => unknown): () => unknown {
  if (typeof tree === 'number') return () => leaf(tree)
  if (tree instanceof NarrowResult) return () => narrowed(leaf(tree.position), tree.dtype)
  if (tree instanceof ListResult) {
    const { position, type } = tree
    const make = type === 'Array' ? listOf : (x: Float64Array) => new TYPED_ARRAYS[type](x)
    return () => make((leaf(position) as Tensor).data as Float64Array)
  }
  if (tree instanceof TypedResult) {
    const { positions, type } = tree
    return () => new TYPED_ARRAYS[type](positions.map(leaf) as number[])
  }
  if (tree instanceof BuiltResult) {
    const { positions, of } = tree
    if (typeof positions === 'number') return () => of.build((leaf(positions) as Tensor).data.slice())
    return () => of.build(Float64Array.from(positions, position => leaf(position) as number))
  }
  if (Array.isArray(tree)) {
    if (tree.every(each => typeof each === 'number')) return () => tree.map(leaf)
    const readers = tree.map(each => readerOf(each, leaf))
    return () => readers.map(each => each())
  }
  const readers = Object.entries(tree as object).map(([key, each]): [string, () => unknown] => [key, readerOf(each, leaf)])
  return () => Object.fromEntries(readers.map(([key, read]) => [key, read()]))
}

/** The tree of results with typed arrays where the function itself gives some. */
export function likeEager(tree: unknown, eager: unknown): unknown {
  if (isNumericTypedArray(eager) && (Array.isArray(tree) || tree instanceof ListResult)) {
    const type = (Object.keys(TYPED_ARRAYS) as TypedArrayName[]).find(name => (eager as unknown) instanceof TYPED_ARRAYS[name]) ?? 'Float64Array'
    return tree instanceof ListResult ? new ListResult(tree.position, type) : new TypedResult(type, tree as number[])
  }
  if (tree instanceof BuiltResult || tree instanceof ListResult || tree instanceof NarrowResult) return tree
  if (Array.isArray(tree) && Array.isArray(eager)) return tree.map((each, i) => likeEager(each, eager[i]))
  if (typeof tree === 'object' && tree !== null && typeof eager === 'object' && eager !== null) {
    return Object.fromEntries(Object.entries(tree).map(([key, each]) => [key, likeEager(each, (eager as Record<string, unknown>)[key])]))
  }
  return tree
}
