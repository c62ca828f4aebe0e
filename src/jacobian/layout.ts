import { TreeError } from '../core/errors.ts'
import { type Shape, sameShape, sizeOfShape } from '../core/shape.ts'
import { type DType, isNumericTypedArray, Tensor, withDtype } from '../core/tensor.ts'
import { Traced } from '../core/traced.ts'
import { asTypedList, isPlainObject, isTypedList, mapTree } from '../core/tree.ts'
import type { Concrete, NumericTypedArray } from '../core/types.ts'
import { toFloat32 } from '../ops/casts.ts'
import { stackScalars } from '../ops/pick.ts'
import { Entries } from './entries.ts'

/** A number, a tensor, a typed array or nested arrays of numbers, seen as one block of a vector of inputs or outputs. */
export interface Block {
  kind: 'number' | 'array' | 'tensor' | 'typed'
  shape: Shape
  size: number
  /** Place of the first entry in the vector. */
  offset: number
  /** Of a tensor. */
  dtype: DType | undefined
}

/** A tree whose leaves are blocks. */
export type Layout = Block | { items: Layout[] } | { fields: [string, Layout][] }

/** A tree's blocks in order. `role` begins the message for what is no tree. */
export function layoutOf(tree: unknown, role: string): Layout {
  let size = 0
  const block = (kind: Block['kind'], shape: Shape, dtype?: DType): Block => {
    const result = { kind, shape, size: sizeOfShape(shape), offset: size, dtype }
    size += result.size
    return result
  }
  const build = (each: unknown): Layout => {
    if (each instanceof Tensor) return block('tensor', each.shape, each.dtype)
    if (isNumericTypedArray(each)) return block('typed', [each.length])
    if (isTypedList(each)) return block('typed', [(each as unknown[]).length])
    if (Array.isArray(each)) {
      const shape = numbersShape(each)
      return shape === undefined ? { items: each.map(build) } : block('array', shape)
    }
    if (typeof each === 'number' || each instanceof Traced) return block('number', SCALAR)
    if (isPlainObject(each)) return { fields: Object.entries(each).map(([key, value]) => [key, build(value)]) }
    // Says what is no tree, and where.
    mapTree(tree, role, leaf => leaf)
    throw new TreeError(`${role} cannot be differentiated.`)
  }
  return build(tree)
}

/** The shape of nested arrays of scalars alone; undefined where they are ragged or hold anything else. */
function numbersShape(array: readonly unknown[]): Shape | undefined {
  let inner: Shape | undefined
  for (let i = 0; i < array.length; i++) {
    const each = array[i]
    const shape = typeof each === 'number' || each instanceof Traced ? SCALAR : Array.isArray(each) && !isTypedList(each) ? numbersShape(each) : undefined
    if (shape === undefined || (inner !== undefined && !sameShape(shape, inner))) return undefined
    inner = shape
  }
  return [array.length, ...(inner ?? [])]
}

const SCALAR: Shape = []

/** Whether a tree of a layout holds buffers: tensors or typed arrays. */
export function hasBuffers(layout: Layout): boolean {
  if ('items' in layout) return layout.items.some(hasBuffers)
  if ('fields' in layout) return layout.fields.some(([, each]) => hasBuffers(each))
  return layout.kind === 'tensor' || layout.kind === 'typed'
}

/** Whether a tree has the blocks of a layout, with nothing made on the way. */
export function hasLayout(tree: unknown, layout: Layout): boolean {
  if ('items' in layout) return Array.isArray(tree) && tree.length === layout.items.length && layout.items.every((each, i) => hasLayout(tree[i], each))
  if ('fields' in layout) {
    if (!isPlainObject(tree)) return false
    const keys = Object.keys(tree)
    return keys.length === layout.fields.length && layout.fields.every(([key, each], i) => key === keys[i] && hasLayout(tree[key], each))
  }
  if (layout.kind === 'tensor') return tree instanceof Tensor && tree.dtype === layout.dtype && sameShape(tree.shape, layout.shape)
  if (layout.kind === 'typed') return (isNumericTypedArray(tree) || isTypedList(tree)) && (tree as ArrayLike<unknown>).length === layout.size
  return hasNumbers(tree, layout.shape, 0)
}

/** Whether a tree is nested arrays of scalars of a shape, or one scalar. */
function hasNumbers(tree: unknown, shape: Shape, axis: number): boolean {
  if (axis === shape.length) return typeof tree === 'number' || tree instanceof Traced
  if (!Array.isArray(tree) || tree.length !== shape[axis]) return false
  for (let i = 0; i < tree.length; i++) {
    const each: unknown = tree[i]
    if (axis + 1 === shape.length && typeof each === 'number') continue
    if (!hasNumbers(each, shape, axis + 1)) return false
  }
  return true
}

/**
 * The derivatives of all outputs with respect to all inputs as a tree: the outputs' tree of the inputs' trees. Entries are those
 * of the whole matrix, row by row, of which the tree becomes the owner.
 */
export function treeOfJacobian(outputs: Layout, inputs: Layout, entries: Entries, width: number): unknown {
  if ('items' in outputs) return outputs.items.map(each => treeOfJacobian(each, inputs, entries, width))
  if ('fields' in outputs) return objectOf(outputs.fields, each => treeOfJacobian(each, inputs, entries, width))
  if ('items' in inputs) return inputs.items.map(each => treeOfJacobian(outputs, each, entries, width))
  if ('fields' in inputs) return objectOf(inputs.fields, each => treeOfJacobian(outputs, each, entries, width))
  return leafOfJacobian(outputs, inputs, entries, width)
}

function objectOf(fields: readonly [string, Layout][], make: (each: Layout) => unknown): unknown {
  return Object.fromEntries(fields.map(([key, each]) => [key, make(each)]))
}

/** One output block by one input block: shape of the output, then of the input; a single output gives the input's kind. */
function leafOfJacobian(output: Block, input: Block, entries: Entries, width: number): unknown {
  const shape = [...output.shape, ...input.shape]
  const kind = output.kind === 'number' ? input.kind : output.kind
  const block = blockOf(output, input, entries, width)
  if (kind === 'number') return block.get(0)
  if (kind === 'array') return nest(block, shape)
  if (kind === 'typed' && shape.length === 1 && block.traced !== undefined) return asTypedList(tracedList(block, 0, block.size))
  if (kind === 'typed' && shape.length === 1 && block.traced === undefined) return block.numbers
  const isSingle = [output, input].every(each => each.kind !== 'tensor' || each.dtype === 'float32') && (output.dtype ?? input.dtype) === 'float32'
  if (block.traced === undefined) return withDtype(new Tensor(block.numbers, shape), isSingle ? 'float32' : 'float64')
  const whole = stackScalars(Array.from({ length: block.size }, (_, k) => block.get(k)) as number[], shape)
  return isSingle ? toFloat32(whole) : whole
}

/** The entries of one output block by one input block, in a buffer that no other block has. */
function blockOf(output: Block, input: Block, entries: Entries, width: number): Entries {
  const size = output.size * input.size
  if (size === entries.size) return entries
  const block = Entries.zeros(size)
  for (let i = 0, at = 0; i < output.size; i++) {
    const from = (output.offset + i) * width + input.offset
    if (entries.traced !== undefined) for (let j = 0; j < input.size; j++) block.set(at++, entries.get(from + j))
    else for (let j = 0; j < input.size; j++) block.numbers[at++] = entries.numbers[from + j] as number
  }
  return block
}

/** A list of entries as nested arrays. */
function nest(entries: Entries, shape: Shape): unknown {
  const last = shape.length - 1
  const length = shape[last] as number
  let position = 0
  const build = (axis: number): unknown => {
    if (axis === last) {
      position += length
      return entries.traced === undefined ? listOf(entries.numbers, position - length, length) : tracedList(entries, position - length, length)
    }
    const array = new Array<unknown>(shape[axis] as number)
    for (let i = 0; i < array.length; i++) array[i] = build(axis + 1)
    return array
  }
  return build(0)
}

/** Numbers from a position on; a function of its own, since it is the innermost loop. */
function listOf(numbers: Float64Array, from: number, length: number): number[] {
  const list = new Array<number>(length)
  for (let i = 0; i < length; i++) list[i] = numbers[from + i] as number
  return list
}

function tracedList(entries: Entries, from: number, length: number): unknown[] {
  return Array.from({ length }, (_, i) => entries.get(from + i))
}

type Numbers = readonly (number | Numbers)[]

/** What `jacobian` gives: the outputs' tree of the inputs' trees, see `treeOfJacobian`. */
export type JacobianOf<Input, Output> = Output extends number
  ? Concrete<Input>
  : Output extends Tensor | NumericTypedArray
    ? TensorsFor<Input>
    : Output extends Numbers
      ? ArraysFor<Input, Output>
      : Output extends object
        ? { -readonly [K in keyof Output]: JacobianOf<Input, Output[K]> }
        : never

type TensorsFor<Input> = Input extends number | Tensor | NumericTypedArray | Numbers ? Tensor : { -readonly [K in keyof Input]: TensorsFor<Input[K]> }

type ArraysFor<Input, Output> = Input extends number | Numbers
  ? Prefixed<Output, Concrete<Input>>
  : Input extends Tensor
    ? Prefixed<Output, ReturnType<Tensor['toArray']>>
    : Input extends NumericTypedArray
      ? Prefixed<Output, number[]>
      : { -readonly [K in keyof Input]: ArraysFor<Input[K], Output> }

/** Arrays as deep as Output around Inner. */
type Prefixed<Output, Inner> = Output extends readonly (infer Entry)[] ? Prefixed<Entry, Inner>[] : Inner
