import { DualtapeError, GraphError } from '../../core/errors.ts'
import { Tensor } from '../../core/tensor.ts'
import { isPlainObject } from '../../core/tree.ts'
import { ATTRIBUTE, DOUBLE, FLOAT, type GraphMessage, INT64, type Model, type NodeMessage, type TensorMessage, type ValueInfo } from './format.ts'

/*
 * Axes of any length. A graph has fixed shapes, so the model is written for three lengths, and what differs between the three becomes what
 * is computed from the length that an input has: shapes n a + b, and factors such as 1 / n of a mean.
 */

/** For inputs by name, names for some of their axes. */
export type DynamicAxes = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Lengths that are tried: primes, so that they are mistaken for nothing else. */
const LENGTHS = [
  [11, 13, 17],
  [19, 23, 29],
] as const

/** The axes that have no fixed length, checked: their one name, and for each input which they are. */
export function readDynamicAxes(
  given: unknown,
  inputs: readonly { name: string; shape: readonly number[] }[],
): { symbol: string; axes: Map<string, number[]> } {
  if (!isPlainObject(given)) throw new DualtapeError("toOnnx: dynamicAxes names axes of inputs: { x: { 0: 'batch' } }.")
  const axes = new Map<string, number[]>()
  const symbols = new Set<string>()
  for (const [name, own] of Object.entries(given)) {
    const input = inputs.find(each => each.name === name)
    if (input === undefined) throw new DualtapeError(`toOnnx: dynamicAxes has ${name}, and the inputs are ${inputs.map(each => each.name).join(', ')}.`)
    if (!isPlainObject(own)) throw new DualtapeError(`toOnnx: dynamicAxes names axes of ${name} by their positions: { 0: 'batch' }.`)
    const list = Object.entries(own).map(([axis, symbol]) => {
      if (!/^\d+$/.test(axis) || Number(axis) >= input.shape.length)
        throw new DualtapeError(`toOnnx: dynamicAxes has axis ${axis} of ${name}, which has ${input.shape.length} axes.`)
      if (typeof symbol !== 'string' || !/^[A-Za-z_]\w*$/.test(symbol))
        throw new DualtapeError('toOnnx: axes of dynamicAxes are called by letters, digits and underscores.')
      symbols.add(symbol)
      return Number(axis)
    })
    if (list.length > 0) axes.set(name, list)
  }
  const [symbol, second] = symbols
  if (symbol === undefined) throw new DualtapeError("toOnnx: dynamicAxes names at least one axis: { x: { 0: 'batch' } }.")
  if (second !== undefined)
    throw new DualtapeError(`toOnnx: axes of dynamicAxes have one name, whose length is that of all, but there are ${[...symbols].join(' and ')}.`)
  return { symbol, axes }
}

/** Arguments in which some tensors are longer or shorter along some axes: entries are those that there are, again and again. */
export function resized(
  args: readonly unknown[],
  leaves: readonly { name: string }[],
  axes: ReadonlyMap<string, readonly number[]>,
  length: number,
): unknown[] {
  let at = 0
  const visit = (x: unknown): unknown => {
    const isLeaf = typeof x === 'number' || x instanceof Tensor || ArrayBuffer.isView(x) || (Array.isArray(x) && isLeafList(x))
    if (isLeaf) {
      const { name } = leaves[at++] as { name: string }
      const own = axes.get(name)
      if (own === undefined) return x
      if (!(x instanceof Tensor)) throw new DualtapeError(`toOnnx: axes of dynamicAxes are those of tensors, and ${name} is a list. Give a Tensor.`)
      return own.reduce((tensor, axis) => stretched(tensor, axis, length), x)
    }
    if (Array.isArray(x)) return x.map(visit)
    return isPlainObject(x) ? Object.fromEntries(Object.entries(x).map(([key, each]) => [key, visit(each)])) : x
  }
  return args.map(visit)
}

/** Whether a list is one input: of numbers, or of equally long lists of them. */
function isLeafList(x: readonly unknown[]): boolean {
  if (x.length === 0) return false
  if (x.every(each => typeof each === 'number')) return true
  const [first] = x
  return (
    Array.isArray(first) && x.every(row => Array.isArray(row) && row.length === first.length && row.length > 0 && row.every(each => typeof each === 'number'))
  )
}

function stretched(x: Tensor, axis: number, length: number): Tensor {
  const { shape, data, dtype } = x
  const [outer, own, inner] = [shape.slice(0, axis), shape[axis] as number, shape.slice(axis + 1)].map(part =>
    typeof part === 'number' ? part : part.reduce((size, each) => size * each, 1),
  ) as [number, number, number]
  if (own === 0) throw new DualtapeError('toOnnx: an axis of dynamicAxes is that of an example, which has at least one entry there.')
  const make = data.constructor as new (size: number) => Float64Array
  const made = new make(outer * length * inner)
  for (let i = 0; i < outer; i++)
    for (let k = 0; k < length; k++) for (let j = 0; j < inner; j++) made[(i * length + k) * inner + j] = data[(i * own + (k % own)) * inner + j] as number
  return new Tensor(made, shape.with(axis, length), dtype)
}

/** One model for all lengths, from what writes one for a length. */
export function forAnyLength(write: (length: number) => Model, symbol: string, axes: ReadonlyMap<string, readonly number[]>): Model {
  let reason = ''
  for (const lengths of LENGTHS) {
    try {
      return new Unifier(lengths.map(write) as [Model, Model, Model], lengths, symbol, axes).model()
    } catch (error) {
      if (!(error instanceof NotOneModel)) throw error
      reason = error.message
    }
  }
  throw new GraphError(
    `toOnnx: the model depends on the length of ${symbol} in a way that ONNX has no form for: ${reason}. Leave it out of dynamicAxes, or write the function for one item and map it over the batch outside.`,
  )
}

class NotOneModel extends Error {}

class Unifier {
  readonly #models: readonly [Model, Model, Model]
  readonly #lengths: readonly number[]
  readonly #symbol: string
  readonly #axes: ReadonlyMap<string, readonly number[]>
  readonly #constants: readonly ReadonlyMap<string, TensorMessage>[]
  /** Of names in the first model, those in the others. */
  readonly #names: readonly Map<string, string>[] = [new Map(), new Map()]
  /** What is computed from the length, before all else. */
  readonly #nodes: NodeMessage[] = []
  readonly #added: TensorMessage[] = []
  /** For constants of the three models that differ, what is computed in their place. */
  readonly #computed = new Map<string, string>()
  #count = 0

  constructor(models: readonly [Model, Model, Model], lengths: readonly number[], symbol: string, axes: ReadonlyMap<string, readonly number[]>) {
    this.#models = models
    this.#lengths = lengths
    this.#symbol = symbol
    this.#axes = axes
    this.#constants = models.map(({ graph }) => new Map(graph.initializer.map(each => [each.name as string, each])))
  }

  model(): Model {
    const [first, ...others] = this.#models
    const graph = this.#graph(
      first.graph,
      others.map(each => each.graph),
    )
    const texts = new Set(this.#models.map(each => JSON.stringify(each.metadataProps)))
    if (texts.size > 1) throw new NotOneModel('comparisons that decided are others')
    const used = new Set(namesIn(graph))
    const initializer = [...first.graph.initializer.filter(each => used.has(each.name as string)), ...this.#added]
    return { ...first, graph: { ...graph, node: [...this.#nodes, ...graph.node], initializer } }
  }

  #graph(first: GraphMessage, others: readonly GraphMessage[]): GraphMessage {
    if (others.some(each => each.node.length !== first.node.length || each.input.length !== first.input.length || each.output.length !== first.output.length))
      throw new NotOneModel('it has other steps for other lengths')
    first.input.forEach(
      ({ name }, i) =>
        void this.#same(
          name,
          others.map(each => each.input[i]?.name as string),
        ),
    )
    const node = first.node.map((each, i) =>
      this.#node(
        each,
        others.map(other => other.node[i] as NodeMessage),
      ),
    )
    const output = first.output.map((each, i) => {
      const own = others.map(other => other.output[i] as ValueInfo)
      return {
        ...this.#info(each, own),
        name: this.#input(
          each.name,
          own.map(other => other.name),
        ),
      }
    })
    return {
      ...first,
      node,
      output,
      input: first.input.map((each, i) =>
        this.#info(
          each,
          others.map(other => other.input[i] as ValueInfo),
        ),
      ),
    }
  }

  #same(name: string, others: readonly string[]): void {
    this.#names.forEach((names, k) => void names.set(name, others[k] as string))
  }

  #node(first: NodeMessage, others: readonly NodeMessage[]): NodeMessage {
    if (others.some(each => each.opType !== first.opType || each.input.length !== first.input.length || each.attribute.length !== first.attribute.length))
      throw new NotOneModel('it has other steps for other lengths')
    const input = first.input.map((name, i) =>
      this.#input(
        name,
        others.map(each => each.input[i] as string),
      ),
    )
    const attribute = first.attribute.map((own, i) => {
      const rest = others.map(each => each.attribute[i] as typeof own)
      if (own.g !== undefined)
        return {
          ...own,
          g: this.#graph(
            own.g,
            rest.map(each => each.g as GraphMessage),
          ),
        }
      const text = (each: typeof own) => JSON.stringify({ ...each, s: each.s === undefined ? undefined : [...each.s] })
      if (rest.some(each => text(each) !== text(own))) throw new NotOneModel(`an attribute of ${first.opType} is another for other lengths`)
      return own
    })
    first.output.forEach(
      (name, i) =>
        void this.#same(
          name,
          others.map(each => each.output[i] as string),
        ),
    )
    return { ...first, input, attribute }
  }

  /** What a name is in the one model. */
  #input(name: string, others: readonly string[]): string {
    const constants = this.#constants.map((all, k) => all.get(k === 0 ? name : (others[k - 1] as string)))
    if (constants.every(each => each !== undefined)) return this.#constant(constants as TensorMessage[])
    if (constants.some(each => each !== undefined)) throw new NotOneModel('what is computed for one length is a constant for another')
    const fits = name === '' ? others.every(each => each === '') : others.every((each, k) => this.#names[k]?.get(name) === each)
    if (!fits) throw new NotOneModel('its steps are put together otherwise for other lengths')
    return name
  }

  #constant(all: readonly TensorMessage[]): string {
    const [first] = all as [TensorMessage]
    const numbers = all.map(numbersOf)
    const [own, ...rest] = numbers as [number[], ...number[][]]
    const isSame = (a: readonly number[], b: readonly number[]) => a.length === b.length && a.every((each, i) => Object.is(each, b[i]))
    const sameDims = all.every(each => each.dims.join() === first.dims.join() && each.dataType === first.dataType)
    if (sameDims && rest.every(each => isSame(each, own))) return first.name as string
    const known = this.#computed.get(all.map(each => each.name).join())
    if (known !== undefined) return known
    if (!sameDims) throw new NotOneModel(`a table of ${own.length} positions or numbers has another size for another length`)
    const made = first.dataType === INT64 ? this.#affine(own, rest, first) : this.#factors(numbers, first)
    this.#computed.set(all.map(each => each.name).join(), made)
    return made
  }

  /** Integers n a + b. */
  #affine(own: readonly number[], rest: readonly number[][], { dims }: TensorMessage): string {
    const [n, m] = this.#lengths as [number, number]
    const slopes = own.map((each, i) => ((rest[0] as number[])[i] as number) - each).map(each => each / (m - n))
    const starts = own.map((each, i) => each - (slopes[i] as number) * n)
    const fits = [own, ...rest].every((list, k) =>
      list.every((each, i) => each === (slopes[i] as number) * (this.#lengths[k] as number) + (starts[i] as number)),
    )
    if (!fits || !slopes.every(Number.isInteger)) throw new NotOneModel('a length grows in no straight line')
    const scaled = this.#op('Mul', [this.#length(INT64), this.#tensor(INT64, dims, slopes)])
    return starts.every(each => each === 0) ? scaled : this.#op('Add', [scaled, this.#tensor(INT64, dims, starts)])
  }

  /** Numbers c n or c / n. */
  #factors(numbers: readonly number[][], { dims, dataType }: TensorMessage): string {
    if (dataType !== FLOAT && dataType !== DOUBLE) throw new NotOneModel('truths differ for other lengths')
    for (const [op, power] of [
      ['Div', -1],
      ['Mul', 1],
    ] as const) {
      const factors = numbers.map((list, k) => list.map(each => each * (this.#lengths[k] as number) ** -power))
      const [first] = factors as [number[]]
      const tolerance = dataType === FLOAT ? 1e-6 : 1e-14
      if (!factors.every(list => list.every((each, i) => Math.abs(each - (first[i] as number)) <= tolerance * Math.abs(each)))) continue
      // The factor is a short number of which the quotient was rounded.
      const c = first.map(each => (dataType === FLOAT ? Math.fround(Number(each.toPrecision(7))) : Number(each.toPrecision(15))))
      return this.#op(op, [this.#tensor(dataType, dims, c), this.#length(dataType)])
    }
    throw new NotOneModel('a number depends on the length in another way than as a factor or divisor')
  }

  /** The length, as a number of a type. */
  #length(type: number): string {
    const known = this.#computed.get(`length ${type}`)
    if (known !== undefined) return known
    const [input, [axis]] = [...this.#axes][0] as [string, [number]]
    const made =
      type === INT64 ? this.#op('Gather', [this.#op('Shape', [input]), this.#tensor(INT64, [], [axis])]) : this.#op('Cast', [this.#length(INT64)], type)
    this.#computed.set(`length ${type}`, made)
    return made
  }

  #op(opType: string, input: string[], to?: number): string {
    const output = this.#fresh()
    const attribute = to === undefined ? [] : [{ name: 'to', i: to, type: ATTRIBUTE.int, floats: [], ints: [], strings: [] }]
    this.#nodes.push({ opType, input, output: [output], attribute })
    return output
  }

  #tensor(dataType: number, dims: readonly number[], numbers: readonly number[]): string {
    const data = dataType === INT64 ? BigInt64Array.from(numbers, BigInt) : dataType === FLOAT ? Float32Array.from(numbers) : Float64Array.from(numbers)
    const name = this.#fresh()
    const rawData = new Uint8Array(data.buffer)
    this.#added.push({ name, dims: [...dims], dataType, rawData, floatData: [], int32Data: [], int64Data: [], doubleData: [], externalData: [] })
    return name
  }

  #fresh(): string {
    return `${this.#symbol}_of_axis_${this.#count++}`
  }

  #info(first: ValueInfo, others: readonly ValueInfo[]): ValueInfo {
    const dims = [first, ...others].map(each => each.type?.tensorType?.shape?.dim ?? [])
    const [own] = dims as [{ dimValue?: number; dimParam?: string }[]]
    if (dims.some(each => each.length !== own.length)) throw new NotOneModel('a tensor has another number of axes')
    const dim = own.map((each, axis) => {
      const lengths = dims.map(list => list[axis]?.dimValue)
      if (lengths.every(length => length === each.dimValue)) return each
      return lengths.every((length, k) => length === this.#lengths[k]) ? { dimParam: this.#symbol } : {}
    })
    return { ...first, type: { tensorType: { ...first.type?.tensorType, shape: { dim } } } }
  }
}

function numbersOf({ rawData = new Uint8Array(), dataType }: TensorMessage): number[] {
  const { buffer, byteOffset, byteLength } = rawData.slice()
  if (dataType === INT64) return Array.from(new BigInt64Array(buffer, byteOffset, byteLength / 8), Number)
  if (dataType === FLOAT) return [...new Float32Array(buffer, byteOffset, byteLength / 4)]
  if (dataType === DOUBLE) return [...new Float64Array(buffer, byteOffset, byteLength / 8)]
  return [...rawData]
}

function namesIn({ node, output }: GraphMessage): string[] {
  return [...output.map(each => each.name), ...node.flatMap(each => [...each.input, ...each.attribute.flatMap(({ g }) => (g === undefined ? [] : namesIn(g)))])]
}
