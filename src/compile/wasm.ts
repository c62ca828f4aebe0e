import { DualtapeError } from '../core/errors.ts'
import type { Tensor } from '../core/tensor.ts'
import { type Graph, type GraphNode, isScalarNode } from '../graph/graph.ts'
import { loop } from '../graph/loop.ts'
import { type LoopParams, layoutOf } from '../graph/loop-parts.ts'
import * as kernels from '../ops/kernels/index.ts'
import type { ElementwiseDefinition } from '../ops/kinds/elementwise.ts'
import { isStrong } from './javascript.ts'
import { orderOf } from './order.ts'

/** A WebAssembly module for a graph of scalars, and what it imports. */
export interface WasmProgram {
  /**
   * Exports `memory` and `run`. `run()` reads the inputs from the start of the memory, as doubles in their order, writes the
   * outputs behind them, and gives 0; 1 when a guard has another answer.
   */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** What the module imports from `js`, as JavaScript expressions in x, y, z; the operators that WebAssembly does not have. */
  readonly imports: Readonly<Record<string, string>>
  readonly inputs: number
  readonly outputs: number
}

// The opcodes that the programs use: WebAssembly Core Specification 1.0, section 5.4.
const F64 = 0x7c
const I32 = 0x7f
const GET = 0x20
const SET = 0x21
const TEE = 0x22
const CALL = 0x10
const CONST = 0x44
const I32_CONST = 0x41
const CONVERT = 0xb7
const SELECT = 0x1b
const NOT_EQUAL = 0x62

/** Operators that are one instruction on doubles. */
const INSTRUCTIONS: Record<string, number> = {
  add: 0xa0,
  sub: 0xa1,
  mul: 0xa2,
  div: 0xa3,
  minimum: 0xa4,
  maximum: 0xa5,
  abs: 0x99,
  neg: 0x9a,
  ceil: 0x9b,
  floor: 0x9c,
  trunc: 0x9d,
  sqrt: 0x9f,
}

/** Comparisons, which give an i32. */
const COMPARISONS: Record<string, number> = { equal: 0x61, notEqual: NOT_EQUAL, less: 0x63, greater: 0x64, lessEqual: 0x65, greaterEqual: 0x66 }

/** Whether WebAssembly code can be written for a graph: one of scalars, and loops of scalars, from numbers to numbers. */
export function fitsWasm(graph: Graph): boolean {
  return [...graph.inputs, ...graph.outputs].every(id => isScalarNode(graph.nodes[id])) && foreignStep(graph) === undefined
}

/** Operators that make no code: they name a part of the memory, or a number in it. */
const PARTS = ['section', 'pick', 'reshape']

function foreignStep({ nodes }: Graph): GraphNode | undefined {
  return nodes.find(node => {
    if (node.rank0) return true
    if (node.op === 'input' || node.op === 'constant' || node.op === 'stackScalars') return false
    if (PARTS.includes(node.op)) return isScalarNode(nodes[node.inputs[0] as number])
    if (node.definition !== loop) return !isScalarNode(node) || textOf(node) === undefined
    const { body, condition, carries, items } = node.params as LoopParams
    const inner = [body, ...(condition === undefined ? [] : [condition])]
    const scalars = [...body.inputs.slice(0, 1 + carries + items), ...body.outputs]
    return inner.some(each => foreignStep(each) !== undefined) || scalars.some(id => !isScalarNode(body.nodes[id]))
  })
}

function textOf(node: GraphNode): string | undefined {
  return (node.definition as Partial<ElementwiseDefinition> | undefined)?.text
}

/**
 * WebAssembly for a graph of scalars and loops of scalars: code in which a value's local is used again after its last use, and
 * memory for what loops give. What is not an instruction is imported, so that results are those of JavaScript bit for bit.
 */
export function generateWasm(graph: Graph): WasmProgram {
  if (!fitsWasm(graph)) {
    const { op } = foreignStep(graph) ?? { op: 'input' }
    throw new DualtapeError(
      `compile: WebAssembly code is written for scalars and loops of scalars only so far, and the graph holds ${op} on tensors. Use target 'js'.`,
    )
  }
  return new Program(graph).finish()
}

/** Where a value is: in a local of the function, or in the memory from an address on, in doubles. */
type Place = { readonly local: number } | { readonly at: number } | { readonly at: number; readonly index: number }

class Program {
  readonly #graph: Graph
  readonly #code = new Bytes()
  readonly #imports: Record<string, string> = {}
  readonly #arities: number[] = []
  readonly #indexOf = new Map<string, number>()
  readonly #free: number[] = []
  /** Locals of doubles; the first is for strong products. Those of integers follow them. */
  #doubles = 1
  #integers = 0
  /** Doubles of memory that are in use. */
  #memory: number
  readonly #data: { at: number; values: Float64Array }[] = []

  constructor(graph: Graph) {
    this.#graph = graph
    this.#memory = graph.inputs.length + graph.outputs.length
  }

  finish(): WasmProgram {
    const { inputs, outputs } = this.#graph
    const places = this.#graph.inputs.map((_, i): Place => ({ at: i }))
    this.#write(this.#graph, places, results => {
      results.forEach((read, i) => {
        this.#address()
        read()
        this.#store(inputs.length + i)
      })
    })
    const code = this.#withIntegers()
    code.byte(I32_CONST).signed(0).byte(0x0b)
    const bytes = new Bytes(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0)
    // Types: 0 is () → i32, k is (f64 × k) → f64.
    bytes.section(1, [new Bytes(0x60, 0, 1, I32), ...[1, 2, 3].map(arity => new Bytes(0x60, arity, ...new Array<number>(arity).fill(F64), 1, F64))])
    bytes.section(
      2,
      Object.keys(this.#imports).map((name, i) =>
        new Bytes()
          .text('js')
          .text(name)
          .byte(0)
          .unsigned(this.#arities[i] as number),
      ),
    )
    bytes.section(3, [new Bytes(0)])
    bytes.section(5, [new Bytes(0).unsigned(Math.max(1, Math.ceil((8 * this.#memory) / 65536)))])
    bytes.section(7, [new Bytes().text('memory').byte(2, 0), new Bytes().text('run').byte(0).unsigned(this.#arities.length)])
    const locals =
      this.#integers > 0 ? new Bytes(2).unsigned(this.#doubles).byte(F64).unsigned(this.#integers).byte(I32) : new Bytes(1).unsigned(this.#doubles).byte(F64)
    const body = locals.bytes(code)
    bytes.section(10, [new Bytes().unsigned(body.length).bytes(body)])
    if (this.#data.length > 0) {
      bytes.section(
        11,
        this.#data.map(({ at, values }) => {
          const entry = new Bytes(0, I32_CONST)
            .integer(8 * at)
            .byte(0x0b)
            .unsigned(8 * values.length)
          for (const each of values) entry.double(each)
          return entry
        }),
      )
    }
    return { bytes: bytes.toArray(), imports: this.#imports, inputs: inputs.length, outputs: outputs.length }
  }

  /** The code with the locals of integers behind those of doubles, whose number is known at the end. */
  #withIntegers(): Bytes {
    const code = new Bytes()
    for (const part of this.#parts) {
      if (part instanceof Bytes) code.bytes(part)
      else code.byte(part.opcode).unsigned(this.#doubles + part.integer)
    }
    return code.bytes(this.#code)
  }

  /** Code so far, in front of uses of integer locals. */
  readonly #parts: (Bytes | { opcode: number; integer: number })[] = []

  #integer(opcode: number, integer: number): void {
    this.#parts.push(this.#code.take(), { opcode, integer })
  }

  #address(): void {
    this.#code.byte(I32_CONST).integer(0)
  }

  #load(at: number): void {
    this.#code.byte(0x2b, 3).unsigned(8 * at)
  }

  #store(at: number): void {
    this.#code.byte(0x39, 3).unsigned(8 * at)
  }

  #local(): number {
    return this.#free.pop() ?? this.#doubles++
  }

  #reserve(size: number): number {
    const at = this.#memory
    this.#memory += size
    return at
  }

  /** The steps of a graph, from inputs at their places; then `use` with what puts each output on the stack. */
  #write({ nodes, inputs, outputs, guards }: Graph, given: readonly Place[], use: (results: readonly (() => void)[]) => void): void {
    const order = orderOf({ nodes, inputs, outputs, guards })
    const lastUse = new Int32Array(nodes.length).fill(-1)
    order.forEach((id, turn) => {
      for (const input of (nodes[id] as GraphNode).inputs) lastUse[input] = turn
    })
    for (const output of outputs) lastUse[output] = order.length
    const places: (Place | undefined)[] = new Array(nodes.length)
    const owned = new Set<number>()
    inputs.forEach((id, i) => {
      places[id] = given[i] as Place
    })
    const read = (id: number) => {
      const { op, value } = nodes[id] as GraphNode
      const place = places[id]
      if (op === 'constant') this.#code.byte(CONST).double(Number(value))
      else if (place === undefined) throw new DualtapeError('compile: a step is used before it is computed.')
      else if ('local' in place) this.#code.byte(GET).unsigned(place.local)
      else {
        if ('index' in place) this.#integer(GET, place.index)
        else this.#address()
        this.#load(place.at)
      }
    }
    const addressOf = (id: number): number => {
      const { op, value } = nodes[id] as GraphNode
      if (op === 'constant' && places[id] === undefined) {
        const { data } = value as Tensor
        const at = this.#reserve(data.length)
        this.#data.push({ at, values: data })
        places[id] = { at }
      }
      return (places[id] as { at: number }).at
    }
    const keep = (id: number) => {
      const local = this.#local()
      places[id] = { local }
      owned.add(id)
      this.#code.byte(SET).unsigned(local)
    }
    const release = (turn: number, node: GraphNode) => {
      for (const input of new Set(node.inputs)) if (lastUse[input] === turn && owned.has(input)) this.#free.push((places[input] as { local: number }).local)
    }
    const guardsOf = new Map(guards.map(guard => [guard.node, guard]))
    order.forEach((id, turn) => {
      const node = nodes[id] as GraphNode
      const { op, params } = node
      if (op === 'constant' || (op === 'input' && (!isScalarNode(node) || 'local' in (places[id] as Place)))) return
      if (node.definition === loop) {
        places[id] = { at: this.#loop(node, read, addressOf) }
      } else if (op === 'stackScalars') {
        const at = this.#reserve(node.inputs.length)
        node.inputs.forEach((input, i) => {
          this.#address()
          read(input)
          this.#store(at + i)
        })
        places[id] = { at }
      } else if (PARTS.includes(op)) {
        const { start = 0, position = start } = params as { start?: number; position?: number }
        places[id] = { at: addressOf(node.inputs[0] as number) + position }
      } else {
        if (op === 'input') read(id)
        else this.#operation(node, nodes, read)
        // Locals that are read for the last time here can hold the result.
        release(turn, node)
        keep(id)
        const guard = guardsOf.get(id)
        if (guard !== undefined) {
          // if (value ≠ 0) ≠ expected, return 1
          read(id)
          this.#code
            .byte(CONST)
            .double(0)
            .byte(guard.expected ? (COMPARISONS.equal as number) : NOT_EQUAL)
          this.#code.byte(0x04, 0x40, I32_CONST).signed(1).byte(0x0f, 0x0b)
        }
        if ((lastUse[id] as number) < 0 && owned.has(id)) this.#free.push((places[id] as { local: number }).local)
        return
      }
      release(turn, node)
    })
    use(outputs.map(output => () => read(output)))
    for (const output of new Set(outputs)) if (owned.has(output)) this.#free.push((places[output] as { local: number }).local)
  }

  /** A loop: the state in locals, what it gives in memory, from the address that is returned on. */
  #loop({ inputs, params }: GraphNode, read: (id: number) => void, addressOf: (id: number) => number): number {
    const { body, condition, count, carries, items, reverse, bounded } = params as LoopParams
    const layout = layoutOf(params as LoopParams)
    const out = this.#reserve(layout.size)
    const most = this.#integers++
    const done = this.#integers++
    const offset = this.#integers++
    const round = this.#local()
    const state = inputs.slice(0, carries).map(id => {
      read(id)
      return this.#local()
    })
    for (const local of [...state].reverse()) this.#code.byte(SET).unsigned(local)
    if (bounded) {
      read(inputs.at(-1) as number)
      this.#code.byte(0xaa) // i32.trunc_f64_s
    } else this.#code.byte(I32_CONST).integer(count)
    this.#integer(SET, most)
    /** Stores the states at the position that is 8 times an integer local, or with the first round. */
    const keepAll = (all: boolean, shift: number, index?: number) => {
      layout.carries.forEach((region, k) => {
        if (region.all !== all) return
        if (index === undefined) this.#address()
        else this.#integer(GET, index)
        this.#code.byte(GET).unsigned(state[k] as number)
        this.#store(out + region.start + shift)
      })
    }
    const times8 = (from: number) => {
      this.#integer(GET, from)
      this.#code.byte(I32_CONST).integer(3).byte(0x74) // i32.shl
      this.#integer(SET, offset)
    }
    if (reverse) {
      times8(most)
      keepAll(true, 0, offset)
    } else keepAll(true, 0)
    this.#code.byte(I32_CONST).integer(0)
    this.#integer(SET, done)
    this.#code.byte(0x02, 0x40, 0x03, 0x40) // block, loop
    this.#integer(GET, done)
    this.#integer(GET, most)
    this.#code.byte(0x4e, 0x0d, 1) // i32.ge_s, br_if
    if (reverse) {
      this.#integer(GET, most)
      this.#code.byte(I32_CONST).integer(1).byte(0x6b)
      this.#integer(GET, done)
      this.#code.byte(0x6b)
    } else this.#integer(GET, done)
    this.#integer(TEE, offset)
    this.#code.byte(CONVERT, SET).unsigned(round)
    times8(offset)
    const constants = inputs.slice(carries + items, bounded ? -1 : undefined)
    const places: Place[] = [{ local: round }, ...state.map(local => ({ local }))]
    for (let k = 0; k < items; k++) places.push({ at: addressOf(inputs[carries + k] as number), index: offset })
    // Values of the surroundings that are numbers in memory or constants are read into locals for the body.
    const copies: number[] = []
    constants.forEach((id, k) => {
      if (isScalarNode(body.nodes[body.inputs[1 + carries + items + k] as number])) {
        const local = this.#local()
        copies.push(local)
        read(id)
        this.#code.byte(SET).unsigned(local)
        places.push({ local })
      } else places.push({ at: addressOf(id) })
    })
    if (condition !== undefined)
      this.#write(condition, places, ([test]) => {
        test?.()
        this.#code
          .byte(CONST)
          .double(0)
          .byte(COMPARISONS.equal as number, 0x0d, 1)
      })
    this.#write(body, places, results => {
      layout.outputs.forEach(({ start }, k) => {
        this.#integer(GET, offset)
        results[carries + k]?.()
        this.#store(out + start)
      })
      for (let k = 0; k < carries; k++) results[k]?.()
      for (let k = carries - 1; k >= 0; k--) this.#code.byte(SET).unsigned(state[k] as number)
      keepAll(true, reverse ? 0 : 1, offset)
    })
    this.#integer(GET, done)
    this.#code.byte(I32_CONST).integer(1).byte(0x6a)
    this.#integer(SET, done)
    this.#code.byte(0x0c, 0, 0x0b, 0x0b) // br, end, end
    // The last state has its place at the end, however many rounds there were.
    if (!reverse && (bounded || condition !== undefined)) keepAll(true, count)
    keepAll(false, 0)
    if (condition !== undefined) {
      this.#address()
      this.#integer(GET, done)
      this.#code.byte(CONVERT)
      this.#store(out + layout.rounds)
    }
    this.#free.push(round, ...state, ...copies)
    return out
  }

  #imported(name: string, text: string, arity: number): number {
    const known = this.#indexOf.get(name)
    if (known !== undefined) return known
    this.#indexOf.set(name, this.#arities.length)
    this.#imports[name] = text
    this.#arities.push(arity)
    return this.#arities.length - 1
  }

  #operation(node: GraphNode, nodes: readonly GraphNode[], read: (id: number) => void): void {
    const code = this.#code
    const { op, inputs: operands } = node
    const arity = operands.length
    if (op in INSTRUCTIONS) {
      for (const each of operands) read(each)
      code.byte(INSTRUCTIONS[op] as number)
    } else if (op in COMPARISONS) {
      for (const each of operands) read(each)
      code.byte(COMPARISONS[op] as number, CONVERT)
    } else if (op === 'square') {
      read(operands[0] as number)
      read(operands[0] as number)
      code.byte(INSTRUCTIONS.mul as number)
    } else if (op === 'where') {
      read(operands[1] as number)
      read(operands[2] as number)
      read(operands[0] as number)
      code.byte(CONST).double(0).byte(NOT_EQUAL, SELECT)
    } else if (op === 'scale' && !isStrong(node, nodes)) {
      for (const each of operands) read(each)
      code.byte(INSTRUCTIONS.mul as number)
    } else if (op === 'scale') {
      // x · y where that is a number, else 0 if a factor is 0.
      for (const each of operands) read(each)
      code.byte(INSTRUCTIONS.mul as number, SET).unsigned(0)
      code.byte(GET).unsigned(0).byte(GET).unsigned(0).byte(NOT_EQUAL, 0x04, F64, CONST).double(0).byte(GET).unsigned(0)
      for (const each of operands) {
        read(each)
        code
          .byte(CONST)
          .double(0)
          .byte(COMPARISONS.equal as number)
      }
      code.byte(0x72, SELECT, 0x05, GET).unsigned(0).byte(0x0b) // i32.or, select, else, end
    } else {
      for (const each of operands) read(each)
      const text = textOf(node) as string
      code.byte(CALL).unsigned(this.#imported(op, node.dtype === 'bool' ? `(${text}) ? 1 : 0` : text, arity))
    }
  }
}

interface Instance {
  exports: { memory: { buffer: ArrayBuffer }; run: () => number }
}

/** What is used of the engine's WebAssembly. */
interface WebAssemblyApi {
  instantiate(bytes: Uint8Array<ArrayBuffer>, imports: object): Promise<{ instance: Instance }>
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  Instance: new (module: object, imports: object) => Instance
}

/** A program that can be run: write inputs to the start of `numbers`, call `run`, read outputs behind them. */
export interface Runnable {
  readonly numbers: Float64Array
  readonly run: () => number
}

const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi }

/** An instance of a program. Browsers may refuse to make large ones in the thread of a page, with a RangeError. */
export function instantiate({ bytes, imports }: WasmProgram): Runnable {
  return runnable(new WebAssembly.Instance(new WebAssembly.Module(bytes), importsOf(imports)))
}

/** The same without that limit. */
export async function instantiateAsync({ bytes, imports }: WasmProgram): Promise<Runnable> {
  return runnable((await WebAssembly.instantiate(bytes, importsOf(imports))).instance)
}

function runnable({ exports: { memory, run } }: Instance): Runnable {
  return { numbers: new Float64Array(memory.buffer), run }
}

function importsOf(imports: WasmProgram['imports']): object {
  const names = Object.keys(kernels)
  return {
    js: Object.fromEntries(
      Object.entries(imports).map(([name, text]) => [name, new Function(...names, `return (x, y, z) => ${text}`)(...Object.values(kernels))]),
    ),
  }
}

/** Bytes that grow, with the encodings of the binary format. */
class Bytes {
  #data = new Uint8Array(256)
  length = 0

  constructor(...bytes: number[]) {
    this.byte(...bytes)
  }

  byte(...bytes: number[]): this {
    this.#reserve(bytes.length)
    for (const each of bytes) this.#data[this.length++] = each
    return this
  }

  unsigned(value: number): this {
    let rest = value
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.byte((rest % 128) | 128)
    return this.byte(rest)
  }

  signed(value: number): this {
    return this.byte(value & 127)
  }

  double(value: number): this {
    this.#reserve(8)
    new DataView(this.#data.buffer).setFloat64(this.length, value, true)
    this.length += 8
    return this
  }

  /** A signed integer, as LEB128. */
  integer(value: number): this {
    let rest = value
    for (;;) {
      const low = rest & 127
      rest >>= 7
      if ((rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0)) return this.byte(low)
      this.byte(low | 128)
    }
  }

  /** What has been written, which is then taken out. */
  take(): Bytes {
    const taken = new Bytes()
    taken.bytes(this)
    this.length = 0
    return taken
  }

  text(text: string): this {
    return this.unsigned(text.length).byte(...[...text].map(each => each.charCodeAt(0)))
  }

  bytes(other: Bytes): this {
    this.#reserve(other.length)
    this.#data.set(other.toArray(), this.length)
    this.length += other.length
    return this
  }

  section(id: number, entries: readonly Bytes[]): this {
    const content = new Bytes().unsigned(entries.length)
    for (const each of entries) content.bytes(each)
    return this.byte(id).unsigned(content.length).bytes(content)
  }

  toArray(): Uint8Array<ArrayBuffer> {
    return this.#data.slice(0, this.length)
  }

  #reserve(more: number): void {
    if (this.length + more <= this.#data.length) return
    const larger = new Uint8Array(2 * (this.length + more))
    larger.set(this.#data)
    this.#data = larger
  }
}
