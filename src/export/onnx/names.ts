import { DualtapeError, GraphError } from '../../core/errors.ts'
import { type Shape, sizeOfShape } from '../../core/shape.ts'
import { type DType, isNumericTypedArray, Tensor } from '../../core/tensor.ts'
import { isPlainObject } from '../../core/tree.ts'
import { isListOfNumbers, isLongList, type ListUse, LONG_LIST } from '../../graph/lists.ts'
import { BuiltResult, ListResult, NarrowResult } from '../../graph/trace.ts'
import type { ModelWriter, Ref } from './writer.ts'

/*
 * The inputs and outputs of a model: the leaves of the trees of arguments and results, by their paths. A list of numbers is one tensor,
 * and so is a list of equally long ones.
 */

/** An input of the model. */
export interface InputPart {
  readonly name: string
  readonly shape: Shape
  readonly dtype: DType
  /** Of a list of numbers: the entries that the graph takes one by one, by position. */
  readonly entries?: readonly number[]
  /** Whether it takes all of it as a tensor, too. */
  readonly whole?: boolean
}

export function inputParts(args: readonly unknown[], lists: readonly (ListUse | undefined)[], given: readonly string[] | undefined): InputPart[] {
  if (given !== undefined && given.length !== args.length)
    throw new DualtapeError(`toOnnx: names.inputs has ${given.length} names for ${args.length} arguments: each has one.`)
  const uses = lists.values()
  const parts: InputPart[] = []
  const put = (part: InputPart) => void parts.push(part)
  const visit = (arg: unknown, path: string): void => {
    const name = path === '' ? 'input' : path
    if (typeof arg === 'number') put({ name, shape: [], dtype: 'float64' })
    else if (arg instanceof Tensor) put({ name, shape: arg.shape, dtype: arg.dtype })
    else if (isNumericTypedArray(arg) || (Array.isArray(arg) && isListOfNumbers(arg))) {
      const { length } = arg as ArrayLike<number>
      const use = uses.next().value as ListUse | undefined
      put({ name, shape: [length], dtype: 'float64', entries: use?.positions ?? Array.from({ length }, (_, i) => i), whole: use?.whole ?? false })
    } else if (isMatrix(arg)) {
      for (const _ of arg) uses.next()
      const shape = [arg.length, (arg[0] as readonly number[]).length]
      put({ name, shape, dtype: 'float64', entries: Array.from({ length: sizeOfShape(shape) }, (_, i) => i) })
    } else if (Array.isArray(arg)) arg.forEach((each, i) => void visit(each, below(path, i)))
    else if (isPlainObject(arg)) for (const [key, each] of Object.entries(arg)) visit(each, below(path, key))
  }
  const roots = given ?? (args.length === 1 ? [''] : args.map((_, i) => `arg${i}`))
  args.forEach((arg, i) => void visit(arg, roots[i] as string))
  return parts
}

/** Whether something is a list of equally long short lists of numbers. */
function isMatrix(x: unknown): x is readonly (readonly number[])[] {
  if (!Array.isArray(x) || x.length === 0) return false
  const length = Array.isArray(x[0]) ? x[0].length : 0
  return length < LONG_LIST && x.every(row => Array.isArray(row) && row.length === length && isListOfNumbers(row) && !isLongList(row))
}

function below(path: string, key: string | number): string {
  return path === '' ? String(key) : `${path}.${key}`
}

/** What reads the values of a graph that was written. */
export interface Reading {
  readonly to: ModelWriter
  /** An output of the graph. */
  at(position: number): Ref
  /** Numbers as a flat tensor. */
  stacked(numbers: readonly Ref[]): Ref
  /** Whether the comparisons that the function asked have the answers that they had. */
  holds(): Ref
}

/** An output of the model. */
export interface OutputPart {
  readonly name: string
  readonly dtype?: DType
  readonly read: (values: Reading) => Ref
}

/** The outputs for a result's tree of positions among the graph's outputs. */
export function outputParts(result: unknown, root: string, isNumber: (position: number) => boolean, asks: boolean): OutputPart[] {
  const parts: OutputPart[] = []
  const visit = (part: unknown, name: string): void => {
    if (typeof part === 'number') parts.push({ name, read: ({ at }) => at(part) })
    else if (part instanceof NarrowResult) parts.push({ name, dtype: part.dtype, read: ({ at }) => at(part.position) })
    else if (part instanceof ListResult) parts.push({ name, read: ({ at }) => at(part.position) })
    else if (part instanceof BuiltResult) {
      const { positions } = part
      for (const [key, known] of Object.entries(part.of.known)) parts.push({ name: below(name, key), dtype: 'int32', read: ({ to }) => to.integers(known) })
      parts.push({ name: below(name, part.of.part), read: ({ at, stacked }) => (typeof positions === 'number' ? at(positions) : stacked(positions.map(at))) })
    } else if (Array.isArray(part)) {
      const shape = shapeOfPositions(part, isNumber)
      if (shape === undefined) for (const [i, each] of part.entries()) visit(each, below(name, i))
      else parts.push({ name, read: ({ at, stacked, to }) => to.reshape(stacked(numbersOf(part, shape).map(at)), shape) })
    } else if (isPlainObject(part)) for (const [key, each] of Object.entries(part)) visit(each, below(name, key))
  }
  visit(result, root)
  if (parts.length === 0) throw new GraphError('toOnnx: the result of the function has no number or tensor, so the model would have no output.')
  if (asks) parts.push({ name: 'holds', dtype: 'bool', read: ({ holds }) => holds() })
  return parts
}

function numbersOf(part: readonly unknown[], { length }: Shape): number[] {
  return part.flat(length - 1) as number[]
}

/** The shape of nested lists of numbers' positions, if they are equally long. */
function shapeOfPositions(part: unknown, isNumber: (position: number) => boolean): number[] | undefined {
  if (typeof part === 'number') return isNumber(part) ? [] : undefined
  if (!Array.isArray(part) || part.length === 0) return undefined
  const shapes = part.map(each => shapeOfPositions(each, isNumber))
  const [first] = shapes
  return first !== undefined && shapes.every(each => String(each) === String(first)) ? [part.length, ...first] : undefined
}
