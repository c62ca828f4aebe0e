import { DualtapeError } from '../core/errors.ts'
import { type Shape, sizeOfShape } from '../core/shape.ts'
import type { DType } from '../core/tensor.ts'
import { isPlainObject } from '../core/tree.ts'
import { BuiltResult, ListResult, NarrowResult } from '../graph/trace.ts'
import { TypedResult } from './result.ts'
import type { Part } from './signature.ts'

/*
 * What leaves JavaScript takes tensors by name: the leaves of the trees of arguments and results, by their paths. A list of numbers is
 * one tensor, and so is a list of equally long ones.
 */

/** A tensor among the arguments. */
export interface InputLeaf {
  readonly name: string
  readonly shape: Shape
  readonly dtype: DType
  /** Of a list of numbers: the entries that the graph takes one by one, by position. */
  readonly entries?: readonly number[]
  /** Whether it takes all of it as a tensor, too. */
  readonly whole?: boolean
}

/** Names of arguments: one that is alone has none, or `input` where it is a leaf. */
export function inputLeaves(parts: readonly Part[], given: readonly string[] | undefined, who: string): InputLeaf[] {
  if (given !== undefined && given.length !== parts.length)
    throw new DualtapeError(`${who}: names.inputs has ${given.length} names for ${parts.length} arguments: each has one.`)
  const leaves: InputLeaf[] = []
  const visit = (part: Part, path: string): void => {
    const name = path === '' ? 'input' : path
    if (part.kind === 'number') leaves.push({ name, shape: [], dtype: 'float64' })
    else if (part.kind === 'tensor') leaves.push({ name, shape: part.shape, dtype: part.dtype as DType })
    else if (part.kind === 'numbers' || part.kind === 'typed') {
      const { length, use } = part
      leaves.push({ name, shape: [length], dtype: 'float64', entries: use?.positions ?? positions(length), whole: use?.whole ?? false })
    } else if (part.kind === 'list') {
      const shape = shapeOfRows(part.parts)
      if (shape !== undefined) leaves.push({ name, shape, dtype: 'float64', entries: positions(sizeOfShape(shape)) })
      else part.parts.forEach((each, i) => void visit(each, below(path, i)))
    } else if (part.kind === 'object') part.parts.forEach((each, i) => void visit(each, below(path, part.keys[i] as string)))
  }
  const roots = given ?? (parts.length === 1 ? [''] : parts.map((_, i) => `arg${i}`))
  parts.forEach((part, i) => void visit(part, roots[i] as string))
  return leaves
}

function positions(length: number): number[] {
  return Array.from({ length }, (_, i) => i)
}

/** The shape of a list of equally long short lists of numbers. */
function shapeOfRows(rows: readonly Part[]): Shape | undefined {
  const [first] = rows
  if (first?.kind !== 'numbers') return undefined
  const isRow = (row: Part) => row.kind === 'numbers' && row.use === undefined && row.length === first.length
  return rows.every(isRow) ? [rows.length, first.length] : undefined
}

function below(path: string, key: string | number): string {
  return path === '' ? String(key) : `${path}.${key}`
}

/** A tensor among the results: an output of the graph, or numbers among the outputs put together. */
export interface OutputLeaf {
  readonly name: string
  readonly dtype?: DType
  readonly at: number | readonly number[]
  /** Of numbers that are put together. */
  readonly shape?: Shape
  /** Of what is built from numbers: what of it is known. */
  readonly built?: { readonly name: string; readonly of: BuiltResult['of'] }
}

/** The tensors that a result's tree of positions among the graph's outputs holds. */
export function outputLeaves(result: unknown, root: string, isNumber: (position: number) => boolean): OutputLeaf[] {
  const leaves: OutputLeaf[] = []
  const visit = (part: unknown, name: string): void => {
    if (typeof part === 'number') leaves.push({ name, at: part })
    else if (part instanceof NarrowResult) leaves.push({ name, dtype: part.dtype, at: part.position })
    else if (part instanceof ListResult) leaves.push({ name, at: part.position })
    else if (part instanceof TypedResult) leaves.push({ name, at: part.positions, shape: [part.positions.length] })
    else if (part instanceof BuiltResult) {
      const { positions, of } = part
      const numbers = typeof positions === 'number' ? {} : { shape: [positions.length] }
      leaves.push({ name: below(name, of.part), at: positions, ...numbers, built: { name, of } })
    } else if (Array.isArray(part)) {
      const shape = shapeOfPositions(part, isNumber)
      if (shape === undefined) for (const [i, each] of part.entries()) visit(each, below(name, i))
      else leaves.push({ name, at: part.flat(shape.length - 1) as number[], shape })
    } else if (isPlainObject(part)) for (const [key, each] of Object.entries(part)) visit(each, below(name, key))
  }
  visit(result, root)
  return leaves
}

/** The shape of nested lists of numbers' positions, if they are equally long. */
function shapeOfPositions(part: unknown, isNumber: (position: number) => boolean): number[] | undefined {
  if (typeof part === 'number') return isNumber(part) ? [] : undefined
  if (!Array.isArray(part) || part.length === 0) return undefined
  const shapes = part.map(each => shapeOfPositions(each, isNumber))
  const [first] = shapes
  return first !== undefined && shapes.every(each => String(each) === String(first)) ? [part.length, ...first] : undefined
}
