import { GraphError } from '../../core/errors.ts'
import { type Shape, sameShape, sizeOfShape } from '../../core/shape.ts'
import { ATTRIBUTE, type Attribute, BOOL, DOUBLE, FLOAT, type GraphMessage, INT64, type NodeMessage, type TensorMessage, type ValueInfo } from './format.ts'

/** A value of a model that is being written: its name, what its entries are, and its shape. */
export interface Ref {
  readonly name: string
  readonly type: 'float' | 'bool' | 'int64'
  readonly shape: Shape
}

/** What an attribute may be: integers unless it is a float, a text, or a graph. */
export type AttributeValue = number | readonly number[] | string | { readonly float: number } | GraphMessage

/** The constants and names of a model, which its graphs share. */
class Shared {
  readonly initializers = new Map<string, TensorMessage>()
  readonly float: typeof FLOAT | typeof DOUBLE
  readonly taken: Set<string>
  readonly opset: number
  bytes = 0
  count = 0

  constructor(float: typeof FLOAT | typeof DOUBLE, opset: number, taken: readonly string[]) {
    this.float = float
    this.opset = opset
    this.taken = new Set(taken)
  }
}

/** A protobuf message has less than 2 GB. */
const MOST_BYTES = 2 ** 31 - 2 ** 20

/**
 * Writes the nodes of a graph. The graphs of loops in it are written by writers of their own, which share names and constants with
 * it: what stands around a loop may be used within.
 */
export class ModelWriter {
  readonly #shared: Shared
  readonly nodes: NodeMessage[] = []
  readonly #known = new Map<string, string>()
  readonly #around: ModelWriter | undefined
  /** Of values that are entries of others: of which, and where. */
  readonly entries: Map<string, { readonly of: Ref; readonly position: number }>

  constructor(shared: Shared, around?: ModelWriter) {
    this.#shared = shared
    this.#around = around
    this.entries = new Map(around?.entries)
  }

  /** `taken` are names that nodes do not get. */
  static begin(dtype: 'float32' | 'float64', opset: number, taken: readonly string[]): ModelWriter {
    return new ModelWriter(new Shared(dtype === 'float32' ? FLOAT : DOUBLE, opset, taken))
  }

  /** The writer of a graph in a node. */
  within(): ModelWriter {
    return new ModelWriter(this.#shared, this)
  }

  get float(): typeof FLOAT | typeof DOUBLE {
    return this.#shared.float
  }

  get isDouble(): boolean {
    return this.float === DOUBLE
  }

  get opset(): number {
    return this.#shared.opset
  }

  get initializers(): TensorMessage[] {
    return [...this.#shared.initializers.values()]
  }

  /** A name that nothing has. */
  fresh(): string {
    const shared = this.#shared
    let name: string
    do name = `v${shared.count++}`
    while (shared.taken.has(name))
    return name
  }

  typeOf(ref: Pick<Ref, 'type'>): number {
    return ref.type === 'float' ? this.float : ref.type === 'bool' ? BOOL : INT64
  }

  /** The result of an operator; the same one where it was computed before from the same. */
  op(opType: string, inputs: readonly (Ref | undefined)[], shape: Shape, attributes: Readonly<Record<string, AttributeValue>> = {}, type?: Ref['type']): Ref {
    const names = inputs.map(each => each?.name ?? '')
    const plain = Object.values(attributes).every(each => !(typeof each === 'object' && 'node' in each))
    const key = plain ? JSON.stringify([opType, names, attributes]) : ''
    const resultType = type ?? inputs[0]?.type ?? 'float'
    const known = plain ? this.#find(key) : undefined
    if (known !== undefined) return { name: known, type: resultType, shape }
    const name = this.fresh()
    this.node(opType, names, [name], attributes)
    if (plain) this.#known.set(key, name)
    return { name, type: resultType, shape }
  }

  #find(key: string): string | undefined {
    return this.#known.get(key) ?? (this.#around === undefined ? undefined : this.#around.#find(key))
  }

  node(opType: string, input: readonly string[], output: readonly string[], attributes: Readonly<Record<string, AttributeValue>> = {}): void {
    this.nodes.push({ opType, input: [...input], output: [...output], attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)) })
  }

  /** Constants of the model's floats. A GraphError for a finite number that is none of float32. */
  floats(numbers: ArrayLike<number>, shape: Shape): Ref {
    const data = this.float === FLOAT ? Float32Array.from(numbers) : Float64Array.from(numbers)
    for (let i = 0; i < data.length; i++)
      if (!Number.isFinite(data[i]) && Number.isFinite(numbers[i]))
        throw new GraphError(`toOnnx: the constant ${numbers[i]} is beyond the numbers of float32. Write the model with { dtype: 'float64' }.`)
    return { name: this.#constant(this.float, shape, data), type: 'float', shape }
  }

  float1(x: number): Ref {
    return this.floats([x], [])
  }

  /** A number of an operator's own text, of which all beyond the floats may be ∞: limits, behind which it does something else. */
  limit(x: number): Ref {
    return this.floats([this.float === FLOAT ? Math.fround(x) : x], [])
  }

  integers(numbers: ArrayLike<number>, shape: Shape = [numbers.length]): Ref {
    return { name: this.#constant(INT64, shape, BigInt64Array.from(Array.from(numbers, BigInt))), type: 'int64', shape }
  }

  truths(numbers: ArrayLike<number>, shape: Shape): Ref {
    return {
      name: this.#constant(
        BOOL,
        shape,
        Uint8Array.from(numbers, each => (each !== 0 ? 1 : 0)),
      ),
      type: 'bool',
      shape,
    }
  }

  #constant(dataType: number, shape: Shape, data: ArrayBufferView): string {
    const rawData = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
    const { initializers } = this.#shared
    // Large constants are compared by nobody.
    const key = rawData.length > 4096 ? `${initializers.size}` : `${dataType} ${shape.join()} ${rawData.join()}`
    const known = initializers.get(key)
    if (known !== undefined) return known.name as string
    this.#shared.bytes += rawData.length
    if (this.#shared.bytes > MOST_BYTES)
      throw new GraphError('toOnnx: the constants of the model are more than the 2 GB that an ONNX file holds. Give large tensors as arguments.')
    const name = this.fresh()
    initializers.set(key, { name, dims: [...shape], dataType, rawData, floatData: [], int32Data: [], int64Data: [], doubleData: [], externalData: [] })
    return name
  }

  /** Whether a value's entries are numbers, which masks become where numbers are wanted. */
  asFloat(ref: Ref): Ref {
    return ref.type === 'float' ? ref : this.op('Cast', [ref], ref.shape, { to: this.float }, 'float')
  }

  /** Truths: of numbers, those that are neither 0 nor NaN. */
  asBool(ref: Ref): Ref {
    if (ref.type === 'bool') return ref
    const zero = this.float1(0)
    return this.op('Or', [this.op('Less', [ref, zero], ref.shape, {}, 'bool'), this.op('Greater', [ref, zero], ref.shape, {}, 'bool')], ref.shape)
  }

  /** Rounded to float32. */
  rounded(ref: Ref): Ref {
    if (!this.isDouble) return ref
    const name = this.op('Cast', [ref], ref.shape, { to: FLOAT }).name
    return this.op('Cast', [{ ...ref, name }], ref.shape, { to: DOUBLE })
  }

  asInteger(ref: Ref): Ref {
    return ref.type === 'int64' ? ref : this.op('Cast', [ref], ref.shape, { to: INT64 }, 'int64')
  }

  reshape(ref: Ref, shape: Shape): Ref {
    if (sameShape(ref.shape, shape)) return ref
    // With allowzero a length of 0 is 0, not that of the operand.
    return this.op('Reshape', [ref, this.integers(shape)], shape, sizeOfShape(shape) === 0 ? { allowzero: 1 } : {})
  }

  flat(ref: Ref): Ref {
    return this.reshape(ref, [sizeOfShape(ref.shape)])
  }

  info({ name, type, shape }: Ref, elemType = this.typeOf({ type })): ValueInfo {
    return { name, type: { tensorType: { elemType, shape: { dim: shape.map(dimValue => ({ dimValue })) } } } }
  }

  graph(name: string, input: ValueInfo[], output: ValueInfo[], initializer: TensorMessage[] = []): GraphMessage {
    return { node: this.nodes, name, initializer, input, output, sparseInitializer: [] }
  }
}

function attribute(name: string, value: AttributeValue): Attribute {
  const own = { name, floats: [], ints: [], strings: [] }
  if (typeof value === 'number') return { ...own, i: value, type: ATTRIBUTE.int }
  if (typeof value === 'string') return { ...own, s: new TextEncoder().encode(value), type: ATTRIBUTE.string }
  if ('float' in value) return { ...own, f: value.float, type: ATTRIBUTE.float }
  if ('node' in value) return { ...own, g: value, type: ATTRIBUTE.graph }
  return { ...own, ints: [...value], type: ATTRIBUTE.ints }
}
