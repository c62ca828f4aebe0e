import { DualtapeError } from '../core/errors.ts'
import { sizeOfShape } from '../core/shape.ts'
import { isNumericTypedArray, Tensor } from '../core/tensor.ts'
import { leavesOf } from '../core/tree.ts'
import { type Graph, type GraphNode, isOfLibrary, isScalarNode } from '../graph/graph.ts'
import { loop } from '../graph/loop.ts'
import type { LoopParams } from '../graph/loop-parts.ts'
import { originsOf } from '../graph/ownership.ts'
import { type Generated, generateJavaScript, MISS, STEPS_IN_ONE, Writer } from './javascript.ts'
import { interpreted, inWasm } from './machines.ts'
import { numberText, workOf } from './nest.ts'
import type { Signature } from './signature.ts'
import { plainFirst } from './strong.ts'
import { instantiate, type Runnable } from './wasm/instance.ts'
import { isPlainText } from './wasm/lanes.ts'
import { generateWasm } from './wasm/program.ts'

/** A graph with how its inputs are found in arguments, and how its outputs make a result. */
export interface Program {
  readonly graph: Graph
  readonly signature: Signature
  readonly result: unknown
}

/**
 * Graphs with more operations than this are interpreted at first with the target 'auto', for so many calls: code for them
 * takes some milliseconds to make, and at first V8 runs it slower than the interpreter.
 */
const INTERPRETED_FROM = 300
const INTERPRETED_CALLS = 30

/** Work on tensors' entries, in steps, from which on WebAssembly repays carrying numbers in and out with the target 'auto'. */
const WASM_FROM = 10_000

/**
 * Much work on tensors; and programs of numbers that JavaScript would have to cut into several functions, where they are made of
 * arithmetic alone, which has the same bits.
 */
function isForWasm(graph: Graph): boolean {
  if (!isOfScalars(graph)) return workOf(graph) >= WASM_FROM
  return graph.operations > STEPS_IN_ONE && graph.nodes.every(node => node.definition === undefined || isArithmetic(node, graph.nodes))
}

function isArithmetic(node: GraphNode, nodes: readonly GraphNode[]): boolean {
  const text = numberText(node, nodes)
  return text !== undefined && (node.op === 'scale' || isPlainText(text))
}

/** The function for arguments of one structure, and one set of answers of its comparisons. */
export class Version {
  readonly graph: Graph
  readonly signature: Signature
  readonly result: unknown
  /** Numbers in the result. */
  readonly size: number
  target: 'js' | 'wasm' | 'interpreter' = 'interpreter'
  run: (...args: unknown[]) => unknown = () => MISS
  #into: Generated['into'] | undefined
  #source: string | undefined
  #later = false
  /** What makes another version of the same program, for one that calls operators of users. */
  readonly #twin: (() => Version) | undefined
  #origins: ReturnType<typeof originsOf> | undefined
  /** Called when another way to run it takes over. */
  readonly #changed: (version: Version) => void

  constructor(program: Program, target: string, changed: (version: Version) => void, instance?: Runnable) {
    const { graph, signature, result } = program
    this.#twin = callsUsers(graph) ? () => new Version(program, target, () => undefined) : undefined
    this.graph = graph
    this.signature = signature
    this.result = result
    this.size = graph.outputs.reduce((sum, output) => sum + sizeOfShape((graph.nodes[output] as GraphNode).shape), 0)
    this.#changed = changed
    if (target === 'interpreter' || (target === 'auto' && graph.operations > INTERPRETED_FROM && isOfScalars(graph))) this.#interpret(target)
    else this.#generate(target, instance)
  }

  /** Whether a buffer is that of a tensor which the function refers to. */
  hasCaptured(buffer: ArrayBufferLike): boolean {
    this.#origins ??= originsOf(this.graph)
    return this.#origins.some(origin => origin.deref() === buffer)
  }

  /** The code that runs, or that will when the interpreter has done its calls. */
  get source(): string | undefined {
    if (this.#source === undefined && this.#later) this.#source = new Writer(this.graph, this.result, this.signature).firstProgram()
    return this.#source
  }

  /** Calls the function and writes the numbers of its result into a buffer. */
  into(out: Float64Array | Float32Array, args: unknown[]): unknown {
    if (this.#into === undefined || this.#twin !== undefined || !(out instanceof Float64Array)) return copyInto(out, this.run(...args))
    return this.#into(out, ...args)
  }

  #interpret(target: string): void {
    const { run, into } = interpreted(this.graph, this.result, this.signature)
    let calls = 0
    const counted =
      <A extends unknown[]>(call: (...args: A) => unknown, next: () => (...args: A) => unknown) =>
      (...args: A): unknown => {
        if (++calls <= INTERPRETED_CALLS) return call(...args)
        this.#generate(target)
        this.#changed(this)
        return next()(...args)
      }
    this.target = 'interpreter'
    this.run = this.#alone(target === 'interpreter' ? run : counted(run, () => this.run))
    this.#into = target === 'interpreter' ? into : counted(into, () => this.#into as Generated['into'])
    this.#later = target !== 'interpreter'
  }

  #generate(target: string, instance?: Runnable): void {
    const { graph, result, signature } = this
    if ((target === 'wasm' || (target === 'auto' && isForWasm(graph))) && this.#tryWasm(instance)) return
    try {
      this.#use('js', generateJavaScript(graph, result, signature))
    } catch (error) {
      if (target === 'js' || !(error instanceof EvalError)) throw error
      this.#interpret('interpreter')
    }
  }

  #use(target: 'js' | 'wasm', { source, run, into }: Generated): void {
    this.target = target
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

  /** False where a page may not make so large a module at once (see compileAsync) or none, and where the engine has no SIMD. */
  #tryWasm(instance?: Runnable): boolean {
    const { graph, result, signature } = this
    try {
      this.#use('wasm', inWasm(graph, result, signature, instance ?? instantiate(generateWasm(graph, productsOf(graph)))))
      return true
    } catch (error) {
      if (error instanceof Error && ['RangeError', 'CompileError'].includes(error.name)) return false
      throw error
    }
  }
}

/** Whether a graph has steps that are operators of users. */
function callsUsers({ nodes }: Graph): boolean {
  return nodes.some(({ definition, params }) => {
    if (definition === undefined) return false
    if (definition !== loop) return !isOfLibrary(definition)
    const { body, condition } = params as LoopParams
    return callsUsers(body) || (condition !== undefined && callsUsers(condition))
  })
}

/** Writes the numbers of a result into a buffer, in order. */
export function copyInto(out: Float64Array | Float32Array, result: unknown): unknown {
  if (result === MISS) return MISS
  const lists = leavesOf(result, 'into: the result').map(leaf => (leaf instanceof Tensor ? leaf.data : isNumericTypedArray(leaf) ? leaf : [leaf as number]))
  const size = lists.reduce((sum, list) => sum + list.length, 0)
  if (size > out.length) throw new DualtapeError(`into: the buffer holds ${out.length} numbers, and the result has ${size}.`)
  let at = 0
  for (const list of lists) {
    out.set(list, at)
    at += list.length
  }
  return undefined
}

/** Programs on tensors have plain products where NaNs show; on numbers the test for strong ones costs nothing. */
export function productsOf(graph: Graph): 'plain' | 'strong' {
  return !isOfScalars(graph) && plainFirst(graph) ? 'plain' : 'strong'
}

/** Whether nothing goes in or out but numbers, and all steps are on numbers and in loops of them. */
function isOfScalars({ nodes }: Graph): boolean {
  return nodes.every(node => isScalarNode(node) || node.definition === loop || ['constant', 'stackScalars', 'section', 'pick'].includes(node.op))
}
