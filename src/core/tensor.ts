import { noMore } from './arguments.ts'
import { DomainError, describe, OptionError, ShapeError, TracedValueError, TreeError } from './errors.ts'
import { checkShape, formatShape, type Shape, sizeOfShape, stridesOf } from './shape.ts'

/** Arrays of numbers, nested to any depth. */
export type NestedNumbers = readonly (number | boolean | NestedNumbers)[]

/** What a tensor's entries are: doubles, numbers of 32 bits, integers of 32 bits, or truths. */
export type DType = 'float64' | 'float32' | 'int32' | 'bool'

/**
 * An n-dimensional array, row-major. Rank 0 holds one entry. A tensor is not changed after it is made: operators return
 * new ones, and two tensors may share one buffer.
 *
 * @example
 * const a = tensor([[1, 2], [3, 4]])
 * a.shape // [2, 2]
 * a.at(1, 0) // 3
 */
export class Tensor {
  /** A bundler that calls the class Tensor2 would have messages and debuggers say so. */
  static readonly name: string = 'Tensor'
  readonly shape: Shape
  /** What the entries are. `bool` tensors are masks: they hold 0 and 1. */
  readonly dtype: DType
  /** The entries, row-major: a Float32Array for `float32`, an Int32Array for `int32`. */
  declare readonly data: Float64Array
  /** Makes the type one of its own: what looks like a Tensor is none. */
  declare private readonly brand: 'Tensor'

  /** Without `data` where reading the entries is an error, which a subclass throws. */
  constructor(data: Float64Array | undefined, shape: Shape, dtype: DType = dtypeOfData(data)) {
    this.shape = shape
    this.dtype = dtype
    if (data !== undefined) this.data = data
  }

  /** Number of entries. */
  get size(): number {
    return sizeOfShape(this.shape)
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length
  }

  /** The entry at one index per axis; negative indices count from the end. Throws a ShapeError when out of range. */
  at(...indices: number[]): number {
    return entryAtTraced(this, indices) ?? (this.data[flatIndex(this.shape, indices)] as number)
  }

  /** The only entry of a tensor of size 1. */
  item(...more: []): number {
    noMore('item', 0, more)
    checkItem(this.shape)
    return this.data[0] as number
  }

  /** Nested plain arrays, a plain number at rank 0; booleans for a mask. */
  toArray(...more: []): NestedArray {
    noMore('toArray', 0, more)
    const { data, shape } = this
    const convert = this.dtype === 'bool' ? (entry: number): number | boolean => entry !== 0 : (entry: number) => entry
    let offset = 0
    const build = (axis: number): NestedArray => {
      if (axis === shape.length) return convert(data[offset++] as number) as number
      return Array.from({ length: shape[axis] as number }, () => build(axis + 1))
    }
    return build(0)
  }

  /** Subtensors (entries at rank 1) along the first axis. */
  *[Symbol.iterator](): IterableIterator<Tensor | number> {
    if (this.rank === 0) throw new TreeError('A Tensor of rank 0 cannot be iterated. Read its entry with item().')
    const inner = this.shape.slice(1)
    const step = sizeOfShape(inner)
    for (let i = 0; i < (this.shape[0] as number); i++) {
      if (inner.length === 0) yield this.data[i] as number
      else yield new Tensor(this.data.subarray(i * step, (i + 1) * step), inner, this.dtype)
    }
  }

  /** The shape and the first entries. */
  toString(): string {
    const { dtype } = this
    return `Tensor(${formatShape(this.shape)}, ${formatEntries(this)}${dtype === 'float32' || dtype === 'int32' ? `, ${dtype}` : ''})`
  }

  /** Nested plain arrays. */
  toJSON(): NestedArray {
    return this.toArray()
  }

  /** Text where text is asked for: as a number a tensor would be NaN, without a word. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString()
    throw new TracedValueError(
      'A Tensor was used in plain JavaScript arithmetic or comparison, which knows numbers only. Use operators: add(x, y), mul(x, y), greater(x, y); ' +
        "or mark the function with 'use ad' and give it the Tensor as an argument.",
    )
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }
}

function dtypeOfData(data: unknown): DType {
  return data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'float64'
}

/** What `toArray` gives. */
// biome-ignore lint/suspicious/noExplicitAny: the depth of the nesting is known at run time only, as in `number[][]` for a matrix
export type NestedArray = any

/** What an index is that stands for a number while a transform runs: it reads the entry itself. */
interface TracedIndex {
  entryOf?(tensor: Tensor, indices: readonly number[]): number
}

/** The entry that indices name, where some of them are values of a transform; undefined where they are plain. */
export function entryAtTraced(tensor: Tensor, indices: readonly number[]): number | undefined {
  if (indices.length !== tensor.rank) return undefined
  const traced = (indices as readonly unknown[]).find(each => typeof each === 'object') as TracedIndex | null | undefined
  return traced?.entryOf?.(tensor, indices)
}

export function flatIndex(shape: Shape, indices: readonly number[]): number {
  if (indices.length !== shape.length) {
    throw new ShapeError(`at: ${indices.length} indices were given for shape ${formatShape(shape)}; it takes ${shape.length}.`)
  }
  let position = 0
  const strides = stridesOf(shape)
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis] as number
    const index = indices[axis] as number
    if (!Number.isInteger(index) || index < -length || index >= length) {
      throw new ShapeError(`at: index ${index} is out of range for axis ${axis} of shape ${formatShape(shape)}.`)
    }
    position += (index < 0 ? index + length : index) * (strides[axis] as number)
  }
  return position
}

export function checkItem(shape: Shape): void {
  if (sizeOfShape(shape) !== 1) {
    throw new ShapeError(`item: a Tensor of shape ${formatShape(shape)} has ${sizeOfShape(shape)} entries, not one. Use at(…) or toArray().`)
  }
}

/** What `structuredClone` and `postMessage` leave of a Tensor: its fields, without its methods. */
export interface TensorFields {
  readonly shape: Shape
  readonly data: ArrayBufferView
  readonly dtype?: DType
}

/** What may be said of a tensor that is made. */
export interface TensorOptions {
  readonly shape?: Shape
  /** float64 if left out; truths are `bool`. */
  readonly dtype?: DType
}

/**
 * A tensor from a number, nested arrays or a typed array, with the given shape or the one the nesting has; or from what
 * `structuredClone` and `postMessage` leave of a Tensor. The data are copied. Typed arrays of any kind give `float64` where no
 * dtype is given; another tensor and its fields keep theirs.
 *
 * Throws a ShapeError for ragged arrays and for a shape of another size, and a DomainError for an entry that the dtype cannot hold.
 *
 * @names `np.array`, `jnp.array`, `torch.tensor`, `tf.tensor`
 *
 * @example
 * tensor([1, 2, 3]).dtype // 'float64'
 * tensor([0.5, 2], { dtype: 'float32' }).data instanceof Float32Array // true
 * tensor([1, 2, 3, 4], [2, 2]).shape // [2, 2]
 */
export function tensor(values: number | NestedNumbers | ArrayBufferView | Tensor | TensorFields, options?: Shape | TensorOptions, ...more: []): Tensor {
  noMore('tensor', 2, more)
  const { shape, dtype } = optionsOf('tensor', options)
  const made = tensorOf(values, shape, dtype)
  return dtype === undefined || dtype === made.dtype ? made : withDtype(made, dtype)
}

function tensorOf(values: number | NestedNumbers | ArrayBufferView | Tensor | TensorFields, shape: Shape | undefined, dtype: DType | undefined): Tensor {
  if (values instanceof Tensor) return withShape(values.data.slice(), shape ?? values.shape, values.dtype)
  if (typeof values === 'number') return withShape(Float64Array.of(values), shape ?? [])
  if (dtype === 'float32' && values instanceof Float32Array) return withShape(values.slice() as never, shape ?? [values.length], 'float32')
  if (isNumericTypedArray(values)) return withShape(Float64Array.from(values), shape ?? [values.length])
  if (isTensorFields(values)) return withDtype(withShape(Float64Array.from(values.data), shape ?? values.shape), values.dtype ?? 'float64')
  if (!Array.isArray(values)) throw new TreeError(`tensor: takes a number, nested arrays of numbers or a typed array, not ${describe(values)}.`)
  const nested = regularShape('tensor', values)
  const flat = values.flat(Number.POSITIVE_INFINITY) as (number | boolean)[]
  for (const entry of flat) {
    if (typeof entry !== 'number' && typeof entry !== 'boolean')
      throw new TreeError(`tensor: entries are numbers, but ${describe(entry)} was found. For traced scalars use stack.`)
  }
  const bool = flat.length > 0 && flat.every(entry => typeof entry === 'boolean')
  return withShape(Float64Array.from(flat as number[]), shape ?? nested, bool ? 'bool' : 'float64')
}

export const CLONE_ADVICE = 'structuredClone and postMessage leave the fields of a Tensor without its methods; tensor(x) makes a Tensor of them again.'

/** Whether a value has the fields of a Tensor and is none. */
export function isTensorFields(x: unknown): x is { data: Float64Array; shape: Shape; dtype?: DType } {
  if (typeof x !== 'object' || x === null || x instanceof Tensor || !('data' in x) || !('shape' in x)) return false
  const { data, shape, dtype } = x as Partial<TensorFields>
  return isNumericTypedArray(data) && Array.isArray(shape) && (dtype === undefined || dtypes.includes(dtype))
}

/** The dtypes that there are, the default first. */
export const dtypes: readonly DType[] = ['float64', 'float32', 'int32', 'bool']

/** A shape, or the options with which a tensor is made. */
export function optionsOf(name: string, given: Shape | TensorOptions | undefined): TensorOptions {
  if (given === undefined) return {}
  if (Array.isArray(given) || typeof given !== 'object' || given === null) return { shape: given as Shape }
  for (const key in given) if (key !== 'shape' && key !== 'dtype') throw new OptionError(`${name}: there is no option ${key}. Options: shape, dtype.`)
  const { dtype } = given as TensorOptions
  if (dtype !== undefined && !dtypes.includes(dtype)) throw new OptionError(`${name}: there is no dtype ${describe(dtype)}. Dtypes: ${dtypes.join(', ')}.`)
  return given as TensorOptions
}

/** The numbers of a tensor in another dtype: rounded to float32; for int32 without their fractions; as truths whether they are not 0. */
export function withDtype(x: Tensor, dtype: DType): Tensor {
  if (x.dtype === dtype) return x
  const { length } = x.data
  const data =
    dtype === 'float32'
      ? copied(x.data, new Float32Array(length))
      : dtype === 'int32'
        ? written(x.data, new Int32Array(length), toInteger)
        : dtype === 'bool'
          ? written(x.data, new Float64Array(length), each => (each !== 0 ? 1 : 0))
          : copied(x.data, new Float64Array(length))
  return new Tensor(data as Float64Array, x.shape, dtype)
}

/** Numbers in another array: several times as fast as its constructor and `from`. */
function copied<A extends Float64Array | Float32Array>(from: Float64Array, to: A): A {
  to.set(from)
  return to
}

/** A function of each number in another array: many times as fast as its `from`. */
function written<A extends Float64Array | Int32Array>(from: Float64Array, to: A, of: (x: number) => number): A {
  for (let i = 0; i < from.length; i++) to[i] = of(from[i] as number)
  return to
}

/** A number without its fraction; a DomainError where that is no integer of 32 bits. */
function toInteger(x: number): number {
  const whole = Math.trunc(x)
  if (whole >= -(2 ** 31) && whole < 2 ** 31) return whole
  throw new DomainError(`int32: ${x} is no integer of 32 bits. A tensor of dtype float64 holds such numbers.`)
}

function withShape(data: Float64Array, shape: Shape, dtype: DType = 'float64'): Tensor {
  checkShape('tensor', shape)
  if (sizeOfShape(shape) !== data.length) {
    throw new ShapeError(`tensor: ${data.length} entries do not fill shape ${formatShape(shape)}, which holds ${sizeOfShape(shape)}.`)
  }
  return new Tensor(data, [...shape], dtype)
}

/** A typed array of numbers (not of bigints). */
export function isNumericTypedArray(x: unknown): x is Float64Array | Float32Array {
  return ArrayBuffer.isView(x) && !(x instanceof DataView) && !(x instanceof BigInt64Array) && !(x instanceof BigUint64Array)
}

/** The shape of nested arrays; a ShapeError that points to the first place where the lengths differ. */
export function regularShape(name: string, values: readonly unknown[]): number[] {
  const shape: number[] = []
  for (let level: unknown = values; Array.isArray(level); level = level[0]) shape.push(level.length)
  const check = (value: unknown, depth: number, path: string): void => {
    const length = Array.isArray(value) ? value.length : undefined
    if (length !== shape[depth]) {
      throw new ShapeError(
        `${name}: the nested array is ragged: ${path || 'the outermost array'} is ${describe(value)}, where ${
          depth < shape.length ? `an array of length ${shape[depth]}` : 'a number'
        } was expected.`,
      )
    }
    if (Array.isArray(value) && depth + 1 < shape.length)
      value.forEach((inner, i) => {
        check(inner, depth + 1, `${path}[${i}]`)
      })
    else if (Array.isArray(value))
      value.forEach((inner, i) => {
        if (Array.isArray(inner)) check(inner, depth + 1, `${path}[${i}]`)
      })
  }
  check(values, 0, '')
  return shape
}

const SHOWN_PER_AXIS = 6

/** Entries for printing: six significant digits, long axes cut in the middle. */
function formatEntries(t: Tensor): string {
  const strides = stridesOf(t.shape)
  const show = (entry: number) => (t.dtype === 'bool' ? String(entry !== 0) : formatNumber(entry))
  const build = (axis: number, offset: number): string => {
    if (axis === t.shape.length) return show(t.data[offset] as number)
    const length = t.shape[axis] as number
    const parts: string[] = []
    for (let i = 0; i < length; i++) {
      if (length > SHOWN_PER_AXIS && i === SHOWN_PER_AXIS / 2) {
        parts.push('…')
        i = length - SHOWN_PER_AXIS / 2
      }
      parts.push(build(axis + 1, offset + i * (strides[axis] as number)))
    }
    const innermost = axis === t.shape.length - 1
    return `[${parts.join(innermost ? ', ' : `,\n${' '.repeat(axis + 1)}`)}]`
  }
  return build(0, 0)
}

/** A number with at most six significant digits. */
export function formatNumber(x: number): string {
  return String(Number(x.toPrecision(6)))
}
