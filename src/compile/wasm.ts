import { DualtapeError } from '../core/errors.ts'
import { type Graph, type GraphNode, isScalarNode } from '../graph/graph.ts'
import * as kernels from '../ops/kernels/index.ts'
import type { ElementwiseDefinition } from '../ops/kinds/elementwise.ts'

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

/** Whether a graph is one of scalars alone, which WebAssembly code can be written for. */
export function isScalar(graph: Graph): boolean {
  return graph.nodes.every(node => isScalarNode(node) && (node.definition === undefined || textOf(node) !== undefined))
}

function textOf(node: GraphNode): string | undefined {
  return (node.definition as Partial<ElementwiseDefinition> | undefined)?.text
}

/**
 * WebAssembly for a graph of scalars: straight code, in which a value's local is used again after its last use. What is not
 * an instruction is imported, so that results are those of JavaScript bit for bit.
 */
export function generateWasm(graph: Graph): WasmProgram {
  const foreign = graph.nodes.find(node => !isScalarNode(node) || (node.definition !== undefined && textOf(node) === undefined))
  if (foreign !== undefined)
    throw new DualtapeError(`compile: WebAssembly code is written for scalars only so far, and the graph holds ${foreign.op} on tensors. Use target 'js'.`)
  const { nodes, inputs, outputs, guards } = graph
  const imports: Record<string, string> = {}
  const indexOf = new Map<string, number>()
  const arities: number[] = []
  const imported = (name: string, text: string, arity: number): number => {
    const known = indexOf.get(name)
    if (known !== undefined) return known
    indexOf.set(name, arities.length)
    imports[name] = text
    arities.push(arity)
    return arities.length - 1
  }

  const lastUse = new Int32Array(nodes.length).fill(-1)
  nodes.forEach((node, id) => {
    for (const input of node.inputs) lastUse[input] = id
  })
  for (const output of outputs) lastUse[output] = nodes.length
  const locals = new Int32Array(nodes.length).fill(-1)
  const free: number[] = []
  let count = 1 // local 0 is for strong products
  const code = new Bytes()
  const read = (id: number) => {
    const { op, value } = nodes[id] as GraphNode
    if (op === 'constant') code.byte(CONST).double(Number(value))
    else code.byte(GET).unsigned(locals[id] as number)
  }
  const guardsOf = new Map(guards.map(guard => [guard.node, guard]))
  nodes.forEach((node, id) => {
    if (node.op === 'constant') return
    if (node.op === 'input')
      code
        .byte(I32_CONST)
        .signed(0)
        .byte(0x2b, 3)
        .unsigned(8 * inputs.indexOf(id))
    else operation(node)
    for (const input of new Set(node.inputs)) if (lastUse[input] === id && (locals[input] as number) >= 0) free.push(locals[input] as number)
    const local = free.pop() ?? count++
    locals[id] = local
    code.byte(SET).unsigned(local)
    const guard = guardsOf.get(id)
    if (guard !== undefined) {
      // if (value ≠ 0) ≠ expected, return 1
      code
        .byte(GET)
        .unsigned(local)
        .byte(CONST)
        .double(0)
        .byte(guard.expected ? (COMPARISONS.equal as number) : NOT_EQUAL)
      code.byte(0x04, 0x40, I32_CONST).signed(1).byte(0x0f, 0x0b)
    }
    if ((lastUse[id] as number) < 0) free.push(local)
  })
  outputs.forEach((output, i) => {
    code.byte(I32_CONST).signed(0)
    read(output)
    code.byte(0x39, 3).unsigned(8 * (inputs.length + i))
  })
  code.byte(I32_CONST).signed(0).byte(0x0b)

  function operation(node: GraphNode): void {
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
      code.byte(CONST).double(0).byte(NOT_EQUAL, 0x1b)
    } else if (op === 'scale') {
      // The product, and the strong one where it is NaN.
      read(operands[0] as number)
      read(operands[1] as number)
      code
        .byte(INSTRUCTIONS.mul as number, TEE)
        .unsigned(0)
        .byte(GET)
        .unsigned(0)
        .byte(GET)
        .unsigned(0)
      code.byte(NOT_EQUAL, 0x04, 0x40)
      read(operands[0] as number)
      read(operands[1] as number)
      code
        .byte(CALL)
        .unsigned(imported('scale', 'strongProduct(x, y)', 2))
        .byte(SET)
        .unsigned(0)
        .byte(0x0b)
      code.byte(0x1a, GET).unsigned(0)
    } else {
      for (const each of operands) read(each)
      const text = textOf(node) as string
      code.byte(CALL).unsigned(imported(op, node.dtype === 'bool' ? `(${text}) ? 1 : 0` : text, arity))
    }
  }

  const bytes = new Bytes(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0)
  // Types: 0 is () → i32, k is (f64 × k) → f64.
  bytes.section(1, [new Bytes(0x60, 0, 1, I32), ...[1, 2, 3].map(arity => new Bytes(0x60, arity, ...new Array<number>(arity).fill(F64), 1, F64))])
  bytes.section(
    2,
    Object.keys(imports).map((name, i) =>
      new Bytes()
        .text('js')
        .text(name)
        .byte(0)
        .unsigned(arities[i] as number),
    ),
  )
  bytes.section(3, [new Bytes(0)])
  bytes.section(5, [new Bytes(0).unsigned(Math.max(1, Math.ceil((8 * (inputs.length + outputs.length)) / 65536)))])
  bytes.section(7, [new Bytes().text('memory').byte(2, 0), new Bytes().text('run').byte(0).unsigned(arities.length)])
  const body = new Bytes(1).unsigned(count).byte(F64).bytes(code)
  bytes.section(10, [new Bytes().unsigned(body.length).bytes(body)])
  return { bytes: bytes.toArray(), imports, inputs: inputs.length, outputs: outputs.length }
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
