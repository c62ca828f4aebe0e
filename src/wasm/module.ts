import { Bytes } from './bytes.ts'
import type { Functions } from './lanes.ts'

/** The types of values: WebAssembly Core Specification, section 5.3. */
export const F64 = 0x7c
export const I64 = 0x7e
export const I32 = 0x7f
export const V128 = 0x7b
export type Type = typeof F64 | typeof I64 | typeof I32 | typeof V128

/** The code of one function as it is written. */
export class Body {
  readonly module: Module
  readonly code = new Bytes()
  readonly parameters: readonly Type[]
  readonly result: Type | undefined
  readonly calls: { gap: number; name: string }[] = []
  readonly #locals: Type[] = []

  constructor(module: Module, parameters: readonly Type[], result: Type | undefined) {
    this.module = module
    this.parameters = parameters
    this.result = result
  }

  local(type: Type): number {
    return this.parameters.length + this.#locals.push(type) - 1
  }

  get(local: number): void {
    this.code.byte(0x20).unsigned(local)
  }

  set(local: number): void {
    this.code.byte(0x21).unsigned(local)
  }

  double(value: number): void {
    this.code.byte(0x44).double(value)
  }

  integer(value: number): void {
    this.code.byte(0x41).integer(value)
  }

  /** Loads and stores: an instruction, bytes that are added to the address, and the alignment as a power of 2. */
  access(opcode: readonly number[], offset: number, alignment = 3): void {
    this.code
      .byte(...opcode)
      .byte(alignment)
      .unsigned(offset)
  }

  /** Repeats code so many times. */
  repeat(times: number, inside: () => void): void {
    if (times === 1) inside()
    if (times < 2) return
    const left = this.local(I32)
    this.integer(times)
    this.set(left)
    this.code.byte(0x03, 0x40) // loop
    inside()
    this.get(left)
    this.integer(-1)
    this.code.byte(0x6a, 0x22).unsigned(left) // i32.add, local.tee
    this.code.byte(0x0d, 0, 0x0b) // br_if, end
  }

  /** Adds to the integer in a local. */
  advance(local: number, by: number): void {
    if (by === 0) return
    this.get(local)
    this.integer(by)
    this.code.byte(0x6a) // i32.add
    this.set(local)
  }

  call(name: string): void {
    this.calls.push({ gap: this.code.byte(0x10).gap(), name })
  }

  /** The entry of the code section. */
  toBytes(indexOf: (name: string) => number): Bytes {
    for (const { gap, name } of this.calls) this.code.fill(gap, indexOf(name))
    const runs: [number, Type][] = []
    for (const type of this.#locals) {
      const last = runs.at(-1)
      if (last?.[1] === type) last[0]++
      else runs.push([1, type])
    }
    const content = new Bytes().unsigned(runs.length)
    for (const [times, type] of runs) content.unsigned(times).byte(type)
    return new Bytes().sized(content.bytes(this.code).byte(0x0b))
  }
}

/** A module with one memory, which it exports beside functions: those, what they import, and data. */
export class Module {
  readonly #functions = new Map<string, Body>()
  readonly #imports = new Map<string, { parameters: readonly Type[]; result: Type | undefined }>()
  readonly #placed = new Map<object, number>()
  readonly #data: { at: number; bytes: Uint8Array }[] = []
  readonly #constants = new Map<bigint, number>()
  readonly #exports = new Map([['run', 'run']])
  /** Bytes of memory that are in use. */
  memory = 0
  /** Whether the memory is one that others use too, which is imported. */
  shared = false
  /** How many pages the memory may have that threads share, too; undefined for memory of one thread. */
  mostPages: number | undefined
  /** What functions in texts compute that have no instruction. */
  functions: Functions = {}
  /** Whether the engine that runs it multiplies and adds in one instruction: see `isFused`. */
  fused = false

  imports(name: string, parameters: readonly Type[], result: Type | undefined): void {
    this.#imports.set(name, { parameters, result })
  }

  get importNames(): string[] {
    return [...this.#imports.keys()]
  }

  /** A function, written once. */
  define(name: string, parameters: readonly Type[], result: Type | undefined, write: (body: Body) => void): void {
    if (this.#functions.has(name)) return
    const body = new Body(this, parameters, result)
    this.#functions.set(name, body)
    write(body)
  }

  /** Functions that are exported in place of `run`, by the names for that. */
  exports(names: Readonly<Record<string, string>>): void {
    this.#exports.clear()
    for (const [as, name] of Object.entries(names)) this.#exports.set(as, name)
  }

  /** Memory for so many doubles; its address. */
  reserve(doubles: number): number {
    const at = this.memory
    this.memory += 8 * doubles
    return at
  }

  /** Memory that holds data from the start; its address, the same for the same array. */
  data(values: Float64Array | BigInt64Array | Int32Array): number {
    const known = this.#placed.get(values)
    if (known !== undefined) return known
    const at = this.reserve(Math.ceil(values.byteLength / 8))
    this.#data.push({ at, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) })
    this.#placed.set(values, at)
    return at
  }

  /** Where a double, given by its bits, stands in memory. */
  constant(bits: bigint): number {
    let at = this.#constants.get(bits)
    if (at === undefined) {
      at = this.data(BigInt64Array.of(bits))
      this.#constants.set(bits, at)
    }
    return at
  }

  toArray(): Uint8Array<ArrayBuffer> {
    const imports = [...this.#imports]
    const functions = [...this.#functions]
    const order = new Map([...imports, ...functions].map(([name], i) => [name, i]))
    const indexOf = (name: string) => order.get(name) as number
    const bytes = new Bytes(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0)
    const types = [...imports, ...functions].map(([, { parameters, result }]) =>
      new Bytes(0x60)
        .unsigned(parameters.length)
        .byte(...parameters)
        .byte(...(result === undefined ? [0] : [1, result])),
    )
    bytes.section(1, types)
    const memory = new Bytes(this.mostPages === undefined ? 0 : 3).unsigned(this.shared ? 0 : Math.max(1, Math.ceil(this.memory / 65536)))
    if (this.mostPages !== undefined) memory.unsigned(this.mostPages)
    bytes.section(2, [
      ...imports.map(([name], i) => new Bytes().text('js').text(name).byte(0).unsigned(i)),
      ...(this.shared ? [new Bytes().text('js').text('memory').byte(2).bytes(memory)] : []),
    ])
    bytes.section(
      3,
      functions.map((_, i) => new Bytes().unsigned(imports.length + i)),
    )
    if (!this.shared) bytes.section(5, [memory])
    bytes.section(7, [new Bytes().text('memory').byte(2, 0), ...[...this.#exports].map(([as, name]) => new Bytes().text(as).byte(0).unsigned(indexOf(name)))])
    bytes.section(
      10,
      functions.map(([, body]) => body.toBytes(indexOf)),
    )
    bytes.section(
      11,
      this.#data.map(({ at, bytes: content }) => new Bytes(0, 0x41).integer(at).byte(0x0b).unsigned(content.length).bytes(content)),
    )
    return bytes.toArray()
  }
}
