import type { Shape } from '../core/shape.ts'
import { sizeOfShape } from '../core/shape.ts'
import { isNumericTypedArray, Tensor } from '../core/tensor.ts'
import { isTraced, Traced } from '../core/traced.ts'
import { mapTree } from '../core/tree.ts'
import type { Concrete, NumericTypedArray, Value } from '../core/types.ts'
import { stackScalars } from '../ops/pick.ts'

/** A number, a tensor, a typed array or nested arrays of numbers, seen as one block of a vector of inputs or outputs. */
export interface Block {
  kind: 'number' | 'array' | 'tensor' | 'typed'
  shape: Shape
  size: number
  /** Place of the first entry in the vector. */
  offset: number
}

/** A tree whose leaves are blocks. */
export type Layout = Block | { items: Layout[] } | { fields: [string, Layout][] }

/** A tree's blocks in order, and their number of entries together. */
export function layoutOf(tree: unknown, role: string): { layout: Layout; size: number } {
  let size = 0
  const block = (kind: Block['kind'], shape: Shape): Block => {
    const result = { kind, shape, size: sizeOfShape(shape), offset: size }
    size += result.size
    return result
  }
  const build = (each: unknown): Layout => {
    if (each instanceof Tensor) return block('tensor', each.shape)
    if (isNumericTypedArray(each)) return block('typed', [each.length])
    if (Array.isArray(each)) {
      const shape = numbersShape(each)
      return shape === undefined ? { items: each.map(build) } : block('array', shape)
    }
    if (typeof each === 'object' && each !== null && !(each instanceof Traced)) {
      return { fields: Object.entries(each).map(([key, value]) => [key, build(value)]) }
    }
    return block('number', [])
  }
  mapTree(tree, role, leaf => leaf)
  return { layout: build(tree), size }
}

/** The shape of nested arrays of scalars alone; undefined where they are ragged or hold anything else. */
function numbersShape(array: readonly unknown[]): Shape | undefined {
  let inner: Shape | undefined
  for (const each of array) {
    const shape = typeof each === 'number' || each instanceof Traced ? [] : Array.isArray(each) ? numbersShape(each) : undefined
    if (shape === undefined || (inner !== undefined && shape.join() !== inner.join())) return undefined
    inner = shape
  }
  return [array.length, ...(inner ?? [])]
}

/** Entry (row, column) of a matrix of derivatives. */
export type Entries = (row: number, column: number) => Value

/** The derivatives of all outputs with respect to all inputs as a tree: the outputs' tree of the inputs' trees. */
export function treeOfJacobian(outputs: Layout, inputs: Layout, entries: Entries): unknown {
  if ('items' in outputs) return outputs.items.map(each => treeOfJacobian(each, inputs, entries))
  if ('fields' in outputs) return Object.fromEntries(outputs.fields.map(([key, each]) => [key, treeOfJacobian(each, inputs, entries)]))
  if ('items' in inputs) return inputs.items.map(each => treeOfJacobian(outputs, each, entries))
  if ('fields' in inputs) return Object.fromEntries(inputs.fields.map(([key, each]) => [key, treeOfJacobian(outputs, each, entries)]))
  return leafOfJacobian(outputs, inputs, entries)
}

/** One output block by one input block: shape of the output, then of the input; a single output gives the input's kind. */
function leafOfJacobian(output: Block, input: Block, entries: Entries): unknown {
  const shape = [...output.shape, ...input.shape]
  const kind = output.kind === 'number' ? input.kind : output.kind
  const flat: Value[] = []
  for (let i = 0; i < output.size; i++) {
    for (let j = 0; j < input.size; j++) flat.push(entries(output.offset + i, input.offset + j))
  }
  if (kind === 'number') return flat[0]
  if (kind === 'array') return nest(flat, shape)
  if (flat.some(isTraced)) return stackScalars(flat as number[], shape)
  const data = Float64Array.from(flat as number[])
  return kind === 'typed' && shape.length === 1 ? data : new Tensor(data, shape)
}

/** A flat list as nested arrays. */
function nest(flat: readonly Value[], shape: Shape): unknown {
  let position = 0
  const build = (axis: number): unknown => (axis === shape.length ? flat[position++] : Array.from({ length: shape[axis] as number }, () => build(axis + 1)))
  return build(0)
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
