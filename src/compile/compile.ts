import { DualtapeError, describe, OptionError } from '../core/errors.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import { someLeaf } from '../core/tree.ts'
import type { Graph } from '../graph/graph.ts'
import { type Algebra, optimise } from '../graph/optimise.ts'
import { traceCall } from '../graph/trace.ts'
import { checkOptions } from '../reverse/grad.ts'
import { emitModule } from './emit.ts'
import { MISS } from './javascript.ts'
import { likeEager } from './result.ts'
import { signatureOf } from './signature.ts'
import { copyInto, type Program, productsOf, Version } from './version.ts'
import { instantiateAsync, type Runnable } from './wasm/instance.ts'
import { generateWasm } from './wasm/program.ts'

/** Options of `compile`. */
export interface CompileOptions {
  /**
   * 'js' generates JavaScript; 'wasm' WebAssembly, with SIMD for tensors; 'interpreter' runs the graph as a program of integers.
   * 'auto' takes WebAssembly for much work on tensors and for long programs of arithmetic, JavaScript for the rest; it interprets long
   * programs of numbers for their first calls, and all where code generation is forbidden. Where the engine cannot make a WebAssembly
   * module, JavaScript runs.
   */
  target?: 'auto' | 'js' | 'wasm' | 'interpreter'
  /**
   * 'exact' applies identities that hold bit for bit; 'real' also those of real numbers: 0 · x is 0, x + 0 is x, factors that are
   * constants are multiplied, x / c is x · (1 / c). Results then differ in the last places, and where ∞ or NaN arise, altogether.
   */
  algebra?: Algebra
  /** How many versions are kept, for argument structures and answers of comparisons that differ. */
  maxVersions?: number
}

/** What a compiled function has beside being called. */
export interface Compiled {
  /** The optimised graph of the version that ran last; undefined before the first call. */
  readonly graph: Graph | undefined
  /** The code of the version that ran last. */
  readonly source: string | undefined
  /** What runs: code, the interpreter, or the function itself where it could not be compiled. */
  readonly target: 'js' | 'wasm' | 'interpreter' | 'eager' | undefined
  readonly stats: { calls: number; versions: number; eager: number }
  /** Calls the function and writes the numbers of its result, in order, into a buffer. */
  into(out: Float64Array | Float32Array, ...args: unknown[]): void
  /**
   * The version that ran last as a module that needs nothing else: the text of an ES module, or the bytes of a WebAssembly
   * module. That exports `memory` and `run()`, which reads the numbers of the arguments, in order, from the start of the memory as
   * float64, writes those of the result behind them, and gives 0, or 1 where a comparison has another answer than the one the
   * module was compiled for. Functions that WebAssembly has no code for yet (`Math.pow`, `Math.tan`, …) are imports of `js`.
   */
  emit(options?: { format?: 'esm' }): string
  /** The bytes of a WebAssembly module. */
  emit(options: { format: 'wasm' }): Uint8Array<ArrayBuffer>
}

/**
 * The same function, traced and compiled: at the first call, and again when arguments have another structure, or a
 * comparison (`gt`, …) another answer, than in the versions there are. Any composition of transforms can be compiled.
 * Results are those of the function bit for bit, but for the sign of a second derivative that is 0, and but for WebAssembly, whose elementary functions are right to 2
 * units in the last place, and whose sums take two terms at a time.
 *
 * Called with values of a running transform the function runs as it is, so that compiled functions can be differentiated.
 * Throws a TracedValueError with advice where the function reads `value(x)` or uses a traced value in plain arithmetic.
 *
 * @typeParam F The type of the function.
 *
 * @example
 * const slope = compile(grad((x: number) => mul(sin(x), x)))
 * slope(0) // 0
 */
// biome-ignore lint/suspicious/noExplicitAny: any function
export function compile<F extends (...args: any[]) => any>(f: F, options: CompileOptions = {}): F & Compiled {
  return build('compile', f, options).compiled
}

/**
 * The same, compiled at once for arguments like those given. Browsers limit the size of WebAssembly that a page may make
 * without waiting, which `compile` answers with JavaScript; this one waits:
 * `const slope = await compileAsync(grad(f), [1], { target: 'wasm' })`.
 *
 * @typeParam F The type of the function.
 */
// biome-ignore lint/suspicious/noExplicitAny: any function
export async function compileAsync<F extends (...args: any[]) => any>(f: F, example: Parameters<F>, options: CompileOptions = {}): Promise<F & Compiled> {
  const { compiled, adopt } = build('compileAsync', f, options)
  const traced = options.target === 'wasm' ? traceProgram('compileAsync', f, example, options.algebra ?? 'exact') : undefined
  if (traced === undefined) compiled(...example)
  else adopt(traced, await instantiateAsync(generateWasm(traced.graph, productsOf(traced.graph))))
  return compiled
}

// biome-ignore lint/suspicious/noExplicitAny: any function
function build<F extends (...args: any[]) => any>(
  name: string,
  f: F,
  { target = 'auto', maxVersions = 16, algebra = 'exact', ...unknown }: CompileOptions,
): { compiled: F & Compiled; adopt: (traced: Program, instance?: Runnable) => Version } {
  checkOptions(name, unknown, ['target', 'maxVersions', 'algebra'])
  if (typeof f !== 'function') throw new DualtapeError(`${name}: takes a function, but ${describe(f)} was given.`)
  if (!['auto', 'js', 'interpreter', 'wasm'].includes(target))
    throw new OptionError(`${name}: there is no target ${target}. Targets: auto, js, wasm, interpreter.`)
  if (!['exact', 'real'].includes(algebra)) throw new OptionError(`${name}: there is no algebra ${algebra}. There are: exact, real.`)
  const versions: Version[] = []
  const stats: Compiled['stats'] = { calls: 0, versions: 0, eager: 0 }
  let warned = false
  const eager = (args: unknown[]) => {
    stats.eager++
    return f(...args)
  }
  const miss = (args: unknown[]): unknown => {
    for (let i = 1; i < versions.length; i++) {
      const result = (versions[i] as Version).run(...args)
      if (result === MISS) continue
      // The version that fits is tried first from now on.
      versions.unshift(...versions.splice(i, 1))
      state.run = (versions[0] as Version).run
      return result
    }
    if (someLeaf(args, isTraced)) return eager(args)
    if (versions.length >= maxVersions) {
      if (!warned) {
        warned = true
        const [guard] = (versions[0] as Version).graph.guards
        console.warn(
          `compile: ${maxVersions} versions are kept, and this call fits none, so the function runs as it is. ` +
            (guard === undefined
              ? 'Its arguments differ in structure from call to call.'
              : `Write the comparison ${guard.op} as a mask with where, or raise maxVersions.`),
        )
      }
      return eager(args)
    }
    return adopt(traceProgram(name, f, args, algebra)).run(...args)
  }
  const adopt = (traced: Program, instance?: Runnable): Version => {
    const changed = (version: Version) => {
      if (version === versions[0]) state.run = version.run
    }
    const version = new Version(traced, target, changed, instance)
    versions.unshift(version)
    state.run = version.run
    stats.versions = versions.length
    return version
  }
  const state: Entry = { run: () => MISS, stats, miss }
  const compiled = makeEntry(f.length, state)
  const last = (): Version => {
    const [version] = versions
    if (version === undefined) throw new DualtapeError('compile: there is no version yet. Call the function once with arguments like those it is for.')
    return version
  }
  const extras: PropertyDescriptorMap = {
    graph: { get: () => versions[0]?.graph },
    source: { get: () => versions[0]?.source },
    target: { get: () => (versions[0] === undefined ? (stats.eager > 0 ? 'eager' : undefined) : versions[0].target) },
    stats: { value: stats },
    into: {
      value(out: Float64Array | Float32Array, ...args: unknown[]) {
        const [version] = versions
        // Code for results that are written as they come must not read what it has overwritten.
        const isFree = version !== undefined && out.length >= version.size && !usesBuffer(args, out.buffer) && !version.hasCaptured(out.buffer)
        if (isFree && version.into(out, args) !== MISS) {
          stats.calls++
          return
        }
        const result = compiled(...args)
        if (versions[0]?.hasCaptured(out.buffer)) {
          throw new DualtapeError(
            'into: the buffer is that of a tensor which the function refers to, and whose numbers were read when it was traced. Pass that tensor as an argument.',
          )
        }
        copyInto(out, result)
      },
    },
    emit: {
      value({ format = 'esm' }: { format?: string } = {}) {
        if (format !== 'esm' && format !== 'wasm') throw new OptionError(`emit: there is no format ${format}. Formats: esm, wasm.`)
        const { graph, signature, result } = last()
        if (format === 'wasm') return emitWasm(graph)
        return emitModule(graph, result, signature)
      },
    },
  }
  return { compiled: Object.defineProperties(compiled, extras) as unknown as F & Compiled, adopt }
}

/** What a compiled function calls: the version that ran last, and what to do when it does not fit. */
interface Entry {
  run: (...args: unknown[]) => unknown
  readonly stats: { calls: number }
  readonly miss: (args: unknown[]) => unknown
}

let entries = 0

/**
 * The function that users call. Its text is its own, since V8 keeps what it learns by text: functions of one text that run
 * different programs would all be slow.
 */
function makeEntry(arity: number, state: Entry): (...args: unknown[]) => unknown {
  const parameters = Array.from({ length: arity }, (_, i) => `a${i}`).join(', ')
  const text = `return function (${parameters}) { // ${++entries}
    state.stats.calls++
    if (arguments.length !== ${arity}) { const r = state.run(...arguments); return r === MISS ? state.miss([...arguments]) : r }
    const result = state.run(${parameters})
    return result === MISS ? state.miss([${parameters}]) : result
  }`
  try {
    return new Function('state', 'MISS', text)(state, MISS)
  } catch (error) {
    if (!(error instanceof EvalError)) throw error
    return (...args) => {
      state.stats.calls++
      const result = state.run(...args)
      return result === MISS ? state.miss(args) : result
    }
  }
}

function traceProgram(name: string, f: (...args: unknown[]) => unknown, args: unknown[], algebra: Algebra): Program {
  const { graph: traced, result, typed } = traceCall(name, f, args)
  const graph = optimise(traced, algebra)
  return { graph, signature: signatureOf(args, graph.nodes.length), result: typed ? likeEager(result, f(...args)) : result }
}

/** Whether some tensor or typed array lives in a buffer. */
function usesBuffer(x: unknown, buffer: ArrayBufferLike): boolean {
  if (ArrayBuffer.isView(x)) return x.buffer === buffer
  if (isTraced(x) || typeof x !== 'object' || x === null) return false
  if (x instanceof Tensor) return x.data.buffer === buffer
  return Object.values(x).some(each => typeof each === 'object' && usesBuffer(each, buffer))
}

function emitWasm(graph: Graph): Uint8Array<ArrayBuffer> {
  const { bytes, foreign } = generateWasm(graph)
  const [step] = foreign
  if (step !== undefined)
    throw new DualtapeError(`emit: ${step.node.op} on tensors has no WebAssembly of its own yet. Numbers, loops over tensors, sums and matrix products have.`)
  return bytes
}
