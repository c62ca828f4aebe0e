import { Module } from './module.ts'

interface Memory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}

/** What is used of the engine's WebAssembly. */
interface WebAssemblyApi {
  validate(bytes: Uint8Array<ArrayBuffer>): boolean
  Memory: new (description: { initial: number; maximum?: number; shared?: boolean }) => Memory
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  Instance: new (module: object, imports: object) => { exports: Readonly<Record<string, (...operands: number[]) => void>> }
}

/** Threads that run functions on the memory of the pool, which is theirs, too. */
export interface Team {
  /** How many there are, this one among them. */
  readonly size: number
  readonly memory: object
  /** Gives all threads a module; the number of its function, or undefined where they cannot load it. */
  load(module: Uint8Array): number | undefined
  /** Calls a function once for each list of operands, the first by this thread, which has it as `own`. */
  run(number: number, calls: readonly (readonly number[])[], own: (...operands: number[]) => void): void
}

/** Pages that shared memory may have: its growth has to be declared. */
const MOST_PAGES = 2 ** 15

/** Memory beyond this is given back after use. */
const KEPT = 2 ** 26
const PAGE = 2 ** 16
/** Functions of the engine that functions here may call: see `ENGINE_FUNCTIONS`. */
const OWN = { 'engine.exp': Math.exp }

/** Modules by their names, for the memories of one thread. */
const modules = /* @__PURE__ */ new Map<string, object>()

/**
 * Functions in WebAssembly on a memory that they share. Modules are written when they are first needed; each is so small that a page
 * may make it in its main thread. Calls copy their operands in and their results out, so nothing has to be given back.
 */
export class Pool {
  readonly #modules: Map<string, object>
  readonly #functions = new Map<string, (...operands: number[]) => void>()
  readonly #numbers = new Map<string, number>()
  readonly #team: Team | undefined
  #memory: Memory | undefined
  #doubles = new Float64Array(0)
  #singles = new Float32Array(0)

  /** With a team it is on their memory. */
  constructor(team?: Team) {
    this.#team = team
    this.#modules = team === undefined ? modules : new Map()
    this.#memory = team?.memory as Memory | undefined
  }

  /**
   * The function that a module exports as `run`, on the memory as it is now; undefined where there is no WebAssembly, no SIMD, or no
   * memory.
   */
  function(name: string, write: (module: Module) => void): ((...operands: number[]) => void) | undefined {
    const found = this.#functions.get(name)
    if (found !== undefined) return found
    const api = engine()
    try {
      return api && this.#make(api, name, write)
    } catch (error) {
      if (error instanceof RangeError) return undefined
      throw error
    }
  }

  #make(api: WebAssemblyApi, name: string, write: (module: Module) => void): (...operands: number[]) => void {
    let module = this.#modules.get(name)
    if (module === undefined) {
      const text = new Module()
      text.shared = true
      if (this.#team !== undefined) text.mostPages = MOST_PAGES
      write(text)
      const bytes = text.toArray()
      module = new api.Module(bytes)
      this.#modules.set(name, module)
      const number = this.#team?.load(bytes)
      if (number !== undefined) this.#numbers.set(name, number)
    }
    this.#memory ??= new api.Memory({ initial: 1 })
    const made = new api.Instance(module, { js: { ...OWN, memory: this.#memory } }).exports.run as (...operands: number[]) => void
    this.#functions.set(name, made)
    return made
  }

  /** How many threads there are. */
  get threads(): number {
    return this.#team?.size ?? 1
  }

  /** Calls a function once for each list of operands: by as many threads where there are so many, and these have it. */
  spread(name: string, calls: readonly (readonly number[])[]): void {
    const own = this.#functions.get(name) as (...operands: number[]) => void
    const number = this.#numbers.get(name)
    if (number === undefined || this.#team === undefined) for (const operands of calls) own(...operands)
    else this.#team.run(number, calls, own)
  }

  /** Memory of so many bytes as numbers of one type; undefined where there is not so much. */
  numbers(bytes: number, width: 8 | 4): Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer> | undefined {
    const memory = this.#memory as Memory
    const there = memory.buffer.byteLength
    if (there < bytes) {
      try {
        memory.grow(Math.ceil(Math.max(bytes, Math.min(2 * there, KEPT)) / PAGE) - there / PAGE)
      } catch {
        return undefined
      }
    }
    if (this.#doubles.buffer !== memory.buffer) {
      this.#doubles = new Float64Array(memory.buffer)
      this.#singles = new Float32Array(memory.buffer)
    }
    return width === 8 ? this.#doubles : this.#singles
  }

  /** Lets go of the memory where there is much of it: call it after use. */
  release(): void {
    if (this.#doubles.byteLength <= KEPT || this.#team !== undefined) return
    this.#memory = undefined
    this.#functions.clear()
    this.#doubles = new Float64Array(0)
    this.#singles = new Float32Array(0)
  }
}

/** What all operators share. */
export const pool = /* @__PURE__ */ new Pool()

/** The same on memory that threads share, where there are some; copies into it cost more. */
export let shared: Pool | undefined

/** Works with threads from now on, or without them. */
export function share(team: Team | undefined): void {
  shared = team && new Pool(team)
}

/** Memory that threads can share; undefined where there is none. */
export function sharedMemory(): object | undefined {
  const api = engine()
  try {
    return api && new api.Memory({ initial: 1, maximum: MOST_PAGES, shared: true })
  } catch {
    return undefined
  }
}

let found: WebAssemblyApi | undefined | null = null

/** The engine's WebAssembly, where there is one with vectors and the page may make modules. */
function engine(): WebAssemblyApi | undefined {
  if (found === null) {
    const api = (globalThis as unknown as { WebAssembly?: WebAssemblyApi }).WebAssembly
    try {
      found = api !== undefined && new api.Module(vectors()) !== undefined ? api : undefined
    } catch {
      found = undefined
    }
  }
  return found
}

/** A module with one instruction on vectors. */
function vectors(...instruction: number[]): Uint8Array<ArrayBuffer> {
  const zero = [0xfd, 0x0c, ...new Array<number>(16).fill(0)]
  const module = new Module()
  module.define('run', [], undefined, body => {
    const operands = instruction.length > 0 ? 3 : 1
    for (let i = 0; i < operands; i++) body.code.byte(...zero)
    body.code.byte(...instruction, 0x1a) // drop
  })
  return module.toArray()
}

let fused: boolean | undefined

/** Whether the engine multiplies and adds in one instruction (relaxed SIMD); the same answer for the life of the process. */
export function isFused(): boolean {
  fused ??= engine()?.validate(vectors(0xfd, 0x87, 0x02)) ?? false
  return fused
}
