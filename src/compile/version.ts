import { CodeGenerationError, DualtapeError } from '../core/errors.ts'
import { sizeOfShape } from '../core/shape.ts'
import { isNumericTypedArray, Tensor } from '../core/tensor.ts'
import { leavesOf } from '../core/tree.ts'
import type { Graph, GraphNode } from '../graph/graph.ts'
import { loop } from '../graph/loop/loop.ts'
import type { LoopParams } from '../graph/loop/parts.ts'
import { originsOf } from '../graph/ownership.ts'
import { BuiltResult } from '../graph/trace.ts'
import { type Backends, type Generated, MISS, type Plan, type Program, type Runs, type Target } from './backend.ts'
import { holdsIntegers, isBranch } from './result.ts'
import type { Signature } from './signature.ts'
import type { Runnable } from './wasm/instance.ts'

/** What runs a compiled function. */
export interface Running {
  /** Code, the interpreter, or the function itself; undefined before the first call. */
  readonly target?: Target | 'eager'
  /** Why that. */
  readonly why: string
  /** What comes next, and when; undefined where it stays so. */
  readonly next?: string
}

/** The function for arguments of one structure, and one set of answers of its comparisons. */
export class Version {
  readonly graph: Graph
  readonly signature: Signature
  readonly result: unknown
  /** Numbers in the result. */
  readonly size: number
  target: Target = 'interpreter'
  #why = ''
  #next: (() => string) | undefined
  run: (...args: unknown[]) => unknown = () => MISS
  #into: Runs['into'] | undefined
  #own: Float64Array | undefined
  #source: string | undefined
  #later = false
  /** What makes another version of the same program, for one that calls operators of users. */
  readonly #twin: (() => Version) | undefined
  #origins: ReturnType<typeof originsOf> | undefined
  readonly #plan: Plan | undefined
  /** Called when another way to run it takes over. */
  readonly #changed: (version: Version) => void

  readonly #program: Program
  readonly #backends: Backends

  constructor(program: Program, target: Target | 'auto', backends: Backends, changed: (version: Version) => void, instance?: Runnable) {
    const { graph, signature, result } = program
    this.#twin = callsUsers(graph) ? () => new Version(program, target, backends, () => undefined) : undefined
    this.#program = program
    this.#backends = backends
    this.graph = graph
    this.signature = signature
    this.result = result
    this.size = graph.outputs.reduce((sum, output) => sum + sizeOfShape((graph.nodes[output] as GraphNode).shape), 0)
    this.#changed = changed
    this.#plan = target === 'auto' ? backends.plan?.(graph) : undefined
    if (target === 'interpreter' || this.#plan?.interpreted !== undefined) this.#interpret(target)
    else this.#generate(target, instance)
  }

  /** What runs, why, and what comes next. */
  get running(): Running {
    return { target: this.target, why: this.#why, ...(this.#next && { next: this.#next() }) }
  }

  /** Why its steps are in no loops that were found. */
  get unrolled(): string | undefined {
    return this.#program.unrolled
  }

  /** Whether a buffer is that of a tensor which the function refers to. */
  hasCaptured(buffer: ArrayBufferLike): boolean {
    this.#origins ??= originsOf(this.graph)
    return this.#origins.some(origin => origin.deref() === buffer)
  }

  /** The code that runs, or that will when the interpreter has done its calls. */
  get source(): string | undefined {
    if (this.#source === undefined && this.#later) this.#source = this.#backends.js?.source(this.#program)
    return this.#source
  }

  /** A buffer for the numbers of a result: the one that `into` need not copy them to, where there is such. */
  buffer(): Float64Array {
    return this.#own ?? new Float64Array(this.size)
  }

  /** Calls the function and writes the numbers of its result into a buffer. */
  into(out: Float64Array | Float32Array, args: unknown[]): unknown {
    // Integers are looked at as a result is made of them.
    const isPlain = this.#into !== undefined && this.#twin === undefined && out instanceof Float64Array && !holdsIntegers(this.result)
    if (!isPlain) return copyInto(out, this.run(...args), this.result)
    return (this.#into as Runs['into'])(out as Float64Array, ...args)
  }

  #interpret(target: Target | 'auto', why = 'the target asked for'): void {
    const { run, into } = (this.#backends.interpreter as NonNullable<Backends['interpreter']>).make(this.#program)
    this.target = 'interpreter'
    const most = target === 'interpreter' ? undefined : this.#plan?.interpreted
    if (most === undefined) {
      this.run = this.#alone(run)
      this.#into = into
      this.#later = false
      this.#why = why
      this.#next = undefined
      return
    }
    let calls = 0
    let spent = 0
    const counted =
      <A extends unknown[]>(call: (...args: A) => unknown, next: () => (...args: A) => unknown) =>
      (...args: A): unknown => {
        if (calls++ < most.calls && spent < most.milliseconds) {
          const start = performance.now()
          const result = call(...args)
          spent += performance.now() - start
          return result
        }
        this.#generate(target)
        this.#changed(this)
        return next()(...args)
      }
    this.run = this.#alone(counted(run, () => this.run))
    this.#into = counted(into, () => this.#into as Runs['into'])
    this.#later = true
    this.#why = 'code for so long a program takes longer to make than its first calls take the interpreter'
    this.#next = () =>
      `${NAMES[(this.#plan as Plan).target]} after ${most.milliseconds.toPrecision(2)} ms in the interpreter (${spent.toPrecision(2)} so far) or ${most.calls} calls: ${this.#plan?.why}`
  }

  /** What was asked for, or a CodeGenerationError; with the target 'auto' what is allowed. Where a page makes no WebAssembly that is so large, JavaScript. */
  #generate(target: Target | 'auto', instance?: Runnable): void {
    const { js, wasm, interpreter } = this.#backends
    const isWasm = target === 'wasm' || this.#plan?.target === 'wasm'
    let refusal: CodeGenerationError | undefined
    for (const name of isWasm ? (['wasm', 'js'] as const) : (['js'] as const)) {
      try {
        const generated = name === 'wasm' ? wasm?.make(this.#program, instance) : js?.make(this.#program)
        if (generated !== undefined) {
          this.#use(name, generated)
          const isSecond = isWasm && name === 'js'
          this.#why = isSecond ? 'the engine makes no WebAssembly module of this one, or none so large' : (this.#plan?.why ?? 'the target asked for')
          return
        }
      } catch (error) {
        if (!(error instanceof CodeGenerationError)) throw error
        refusal ??= error
        if (target !== 'auto') break
      }
    }
    if (target !== 'auto' || interpreter === undefined) throw refusal ?? tooLarge()
    this.#interpret('interpreter', 'no code may be made as the page runs')
  }

  #use(target: 'js' | 'wasm', { source, run, into, own }: Generated): void {
    this.#own = own
    this.target = target
    this.#next = undefined
    this.#source = source
    this.run = this.#alone(run)
    this.#into = into
  }

  /** The same function, which may be called from inside itself, by an operator of a user's: then another version runs. */
  #alone(run: Version['run']): Version['run'] {
    const makeTwin = this.#twin
    if (makeTwin === undefined) return run
    let running = false
    let twin: Version | undefined
    return (...args) => {
      if (running) {
        twin ??= makeTwin()
        return twin.run(...args)
      }
      running = true
      try {
        return run(...args)
      } finally {
        running = false
      }
    }
  }
}

const NAMES = { js: 'JavaScript', wasm: 'WebAssembly' } as const

function tooLarge(): CodeGenerationError {
  return new CodeGenerationError(
    'compile: this engine makes no WebAssembly module that is so large at once, or has no SIMD. compileAsync waits for large ones; `compile` of dualtape goes on with JavaScript.',
  )
}

/** Whether a graph has steps that are operators of users. */
function callsUsers({ nodes }: Graph): boolean {
  return nodes.some(({ definition, params }) => {
    if (definition === undefined) return false
    if (definition !== loop) return definition.ofUser === true
    const { body, condition } = params as LoopParams
    return callsUsers(body) || (condition !== undefined && callsUsers(condition))
  })
}

/** Writes the numbers of a result into a buffer, in order. `tree` says how it is built, where that is known. */
export function copyInto(out: Float64Array | Float32Array, result: unknown, tree: unknown): unknown {
  if (result === MISS) return MISS
  const lists = numbersIn(result, tree)
  const size = lists.reduce((sum, list) => sum + list.length, 0)
  if (size > out.length) throw new DualtapeError(`into: the buffer holds ${out.length} numbers, and the result has ${size}.`)
  let at = 0
  for (const list of lists) {
    out.set(list, at)
    at += list.length
  }
  return undefined
}

/** The numbers of a result, in order; of what is built from some those. */
function numbersIn(result: unknown, tree: unknown): ArrayLike<number>[] {
  if (tree instanceof BuiltResult) return [(result as Record<string, Float64Array>)[tree.of.part] as Float64Array]
  if (isBranch(tree)) return Object.entries(tree).flatMap(([key, each]) => numbersIn((result as Record<string, unknown>)[key], each))
  return leavesOf(result, 'into: the result').map(leaf => (leaf instanceof Tensor ? leaf.data : isNumericTypedArray(leaf) ? leaf : [leaf as number]))
}
