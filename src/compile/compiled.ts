import { DualtapeError, describe, ForeignValueError, OptionError, ShapeError, TreeError } from '../core/errors.ts'
import { count } from '../core/option-kinds.ts'
import { checkNames, optionReader } from '../core/options.ts'
import { asWritten } from '../core/plain-run.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import { checkFunction, copied, leavesOf, someLeaf } from '../core/tree.ts'
import type { Graph } from '../graph/graph.ts'
import { type Algebra, optimise } from '../graph/optimise.ts'
import { withWholeLists } from '../graph/short-lists.ts'
import { traceCall } from '../graph/trace.ts'
import { type Backends, MISS, type Program, type Target } from './backend.ts'
import type { CFiles, COptions } from './c/file.ts'
import { withLateGathers } from './gathers.ts'
import { likeEager } from './result.ts'
import { signatureOf } from './signature.ts'
import { copyInto, type Running, Version } from './version.ts'
import type { Runnable } from './wasm/instance.ts'

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
  readonly stats: Stats
  /** In words: how the version that ran last is run, and which loops were found among its steps, or why there are none. */
  explain(): string
  /** Calls the function and writes the numbers of its result, in order, into a buffer: of a sparse matrix its values. */
  into(out: Float64Array | Float32Array, ...args: unknown[]): void
  /**
   * A buffer for the numbers of the result of the version that ran last, to be given to `into`. In WebAssembly it is the part of the module's own
   * memory where the result arises, so that nothing is copied; every call of the function overwrites it then. Elsewhere it is a new one.
   */
  buffer(): Float64Array
  /**
   * The version that ran last as a module that needs nothing else: the text of an ES module, or the bytes of a WebAssembly
   * module. That exports `memory` and `run()`, which reads the numbers of the arguments, in order, from the start of the memory as
   * float64, writes those of the result behind them, and gives 0, or 1 where a comparison has another answer than the one the
   * module was compiled for. Functions that WebAssembly has no code for yet (`Math.pow`, `Math.tan`, …) are imports of `js`.
   */
  emit(options?: { format?: 'esm' }): string
  /** The bytes of a WebAssembly module. */
  emit(options: { format: 'wasm' }): Uint8Array<ArrayBuffer>
  /**
   * One file of C99 that needs math.h alone, and its header; of `compile` from `dualtape/compile/c`. The function is called as CasADi's
   * are: `int f(const double **arg, double **res, long long int *iw, double *w, int mem)`. It allocates nothing: `w` is room for `f_SZ_W`
   * numbers. Arguments and results are the leaves of their trees, by name; tensors stand row by row, sparse matrices column by column.
   */
  emit(options: { format: 'c' } & COptions): CFiles
}

/** What a compiled function has done, and what runs it. */
export interface Stats extends Running {
  /** How often it was called. */
  readonly calls: number
  /** Versions that are kept, for structures of arguments and answers of comparisons. */
  readonly versions: number
  /** Calls in which the function ran as it is. */
  readonly eager: number
}

/** A compiled function, and what makes versions of it by hand. */
interface Built<F> {
  readonly compiled: F & Compiled
  readonly trace: (args: unknown[]) => Program
  readonly adopt: (traced: Program, instance?: Runnable) => Version
}

const targets = ['auto', 'js', 'wasm', 'interpreter'] as const
const algebra = { is: ['exact', 'real'], default: 'exact' } as const
/** Options of `compile`, checked and completed but for the target, whose default depends on what there is. */
export const readCompile = /* @__PURE__ */ optionReader({ target: { is: targets }, algebra, maxVersions: { is: count, default: 16 } })
/** Options of a session, checked and completed. */
export const readSession = /* @__PURE__ */ optionReader({ target: { is: targets, default: 'auto' }, algebra })

/** The targets that there are, the default first. */
function targetsOf({ js, wasm, interpreter, plan }: Backends): (Target | 'auto')[] {
  const all = [plan && 'auto', js && 'js', wasm && 'wasm', interpreter && 'interpreter'] as const
  return all.filter(each => each !== undefined)
}

/** `compile` with some back ends. */
// biome-ignore lint/suspicious/noExplicitAny: any function
export function compileWith<F extends (...args: any[]) => any>(f: F, backends: Backends, options?: CompileOptions): F & Compiled {
  return build('compile', f, backends, options).compiled
}

/** `compileAsync` with some back ends. */
// biome-ignore lint/suspicious/noExplicitAny: any function
export async function compileAsyncWith<F extends (...args: any[]) => any>(
  f: F,
  example: Parameters<F>,
  backends: Backends,
  options?: CompileOptions,
): Promise<F & Compiled> {
  const { compiled, trace, adopt } = build('compileAsync', f, backends, options)
  if (!Array.isArray(example))
    throw new TreeError(`compileAsync: the second argument is a list of arguments like those the function is for, not ${describe(example)}.`)
  const { target = targetsOf(backends)[0] } = readCompile('compileAsync', [options])
  if (target !== 'wasm' || backends.wasm === undefined) compiled(...example)
  else {
    const program = trace(example)
    adopt(program, await backends.wasm.instantiate(program))
  }
  return compiled
}

// biome-ignore lint/suspicious/noExplicitAny: any function
function build<F extends (...args: any[]) => any>(name: string, f: F, backends: Backends, options: CompileOptions | undefined): Built<F> {
  const { target = targetsOf(backends)[0] as Target, maxVersions, algebra } = readCompile(name, [options])
  checkFunction(name, f)
  if (!targetsOf(backends).includes(target)) throw new OptionError(`${name}: there is no target ${target}. Targets: ${targetsOf(backends).join(', ')}.`)
  // Loops that are found are written in JavaScript.
  const { find, fewest } = backends.js?.loops ?? {}
  const findLoops: FindsLoops = target === 'js' ? find : target === 'auto' ? find && ((steps, args, outputs) => find(steps, args, outputs, fewest)) : undefined
  const unrolled = (graph: Graph) => backends.js?.loops.unroll(graph) ?? graph
  const versions: Version[] = []
  const stats = { calls: 0, versions: 0, eager: 0 }
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
        const guard = versions[0]?.graph.guards[0]
        console.warn(
          `compile: ${maxVersions} versions are kept, and this call fits none, so the function runs as it is. ` +
            (guard === undefined
              ? 'Its arguments differ in structure from call to call.'
              : `Write the comparison ${guard.op} as a mask with where, or raise maxVersions.`),
        )
      }
      return eager(args)
    }
    const program = tracedWithin(args)
    if (program === undefined) return eager(args)
    const result = adopt(program).run(...args)
    if (program.expected === undefined || givesNumbers(result, program.expected)) return result
    // Loops that do not give, for the arguments that were traced, what the trace gave are none.
    versions.shift()
    return adopt({ ...traceProgram(name, f, args, algebra, undefined), unrolled: WRONG_LOOPS }).run(...args)
  }
  // What the function closes over can be a value of a running transform, as its arguments can.
  const tracedWithin = (args: unknown[]): Program | undefined => {
    try {
      return traceProgram(name, f, args, algebra, findLoops)
    } catch (error) {
      if (error instanceof ForeignValueError) return undefined
      throw error
    }
  }
  const adopt = (traced: Program, instance?: Runnable): Version => {
    const changed = (version: Version) => {
      if (version === versions[0]) state.run = version.run
    }
    const version = new Version(traced, target, backends, changed, instance)
    versions.unshift(version)
    state.run = version.run
    stats.versions = versions.length
    return version
  }
  // A loop back finds an index that is out of range in its last round first.
  const asEager = (error: unknown, args: unknown[]): unknown => {
    if (error instanceof ShapeError || (error instanceof RangeError && error.message.startsWith('int32'))) {
      try {
        f(...args)
      } catch (own) {
        return own
      }
    }
    return error
  }
  const state: Entry = { run: () => MISS, stats, miss, asEager }
  // It was looked at as it was traced; called with traced values it is f, whose steps may be chosen otherwise than in code.
  const compiled = asWritten(makeEntry(f.length, state), f)
  const last = (): Version => {
    const [version] = versions
    if (version === undefined) throw new DualtapeError('compile: there is no version yet. Call the function once with arguments like those it is for.')
    return version
  }
  const extras: PropertyDescriptorMap = {
    graph: { get: () => versions[0] && unrolled(versions[0].graph) },
    source: { get: () => versions[0]?.source },
    target: { get: () => (versions[0] === undefined ? (stats.eager > 0 ? 'eager' : undefined) : versions[0].target) },
    stats: { get: (): Stats => ({ ...stats, ...(versions[0]?.running ?? notYet(stats.eager)) }) },
    explain: { value: () => explained(versions[0], backends) },
    into: {
      value(out: Float64Array | Float32Array, ...args: unknown[]) {
        if (!(out instanceof Float64Array || out instanceof Float32Array))
          throw new TreeError(`into: the buffer is a Float64Array or a Float32Array, but ${describe(out)} was given.`)
        const [version] = versions
        // Code for results that are written as they come must not read what it has overwritten.
        const isFree = version !== undefined && out.length >= version.size && !usesBuffer(args, out.buffer) && !version.hasCaptured(out.buffer)
        try {
          if (isFree && version.into(out, args) !== MISS) {
            stats.calls++
            return
          }
        } catch (error) {
          throw asEager(error, args)
        }
        const { eager } = stats
        const result = compiled(...args)
        if (versions[0]?.hasCaptured(out.buffer)) {
          throw new DualtapeError(
            'into: the buffer is that of a tensor which the function refers to, and whose numbers were read when it was traced. Pass that tensor as an argument.',
          )
        }
        copyInto(out, result, stats.eager === eager ? versions[0]?.result : undefined)
      },
    },
    buffer: { value: () => last().buffer() },
    emit: {
      value(given: { format?: string } = {}) {
        if (given?.format !== 'c') checkNames('emit', given, ['format'])
        const { format = 'esm', ...options } = given
        const program = last()
        if (format === 'esm' && backends.js !== undefined) return backends.js.emit(program)
        if (format === 'wasm' && backends.wasm !== undefined) return backends.wasm.emit(unrolled(program.graph))
        if (format === 'c' && backends.c !== undefined) return backends.c.emit(program, options)
        const formats = [backends.js && 'esm', backends.wasm && 'wasm', "c (of compile from 'dualtape/compile/c')"].filter(each => each !== undefined)
        throw new OptionError(`emit: there is no format ${format}. Formats: ${formats.join(', ')}.`)
      },
    },
  }
  return {
    compiled: Object.defineProperties(compiled, extras) as unknown as F & Compiled,
    adopt,
    trace: args => traceProgram(name, f, args, algebra, undefined),
  }
}

function notYet(eager: number): Running {
  return eager > 0 ? { target: 'eager', why: 'the function could not be compiled, and runs as it is' } : { why: 'it has not been called yet' }
}

function explained(version: Version | undefined, { js }: Backends): string {
  if (version === undefined) return 'There is no version yet: the first call makes one.'
  const { target, why } = version.running
  const runs = { js: 'JavaScript', wasm: 'WebAssembly', interpreter: 'a program of integers', eager: 'it is' }[target ?? 'eager']
  return [`Runs as ${runs}: ${why}.`, ...(js?.loops.explain(version) ?? [])].join('\n')
}

/** What a compiled function calls: the version that ran last, and what to do when it does not fit. */
interface Entry {
  run: (...args: unknown[]) => unknown
  readonly stats: { calls: number }
  readonly miss: (args: unknown[]) => unknown
  /** The error that the function itself throws where a program has thrown one. */
  readonly asEager: (error: unknown, args: unknown[]) => unknown
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
    try {
      if (arguments.length !== ${arity}) { const r = state.run(...arguments); return r === MISS ? state.miss([...arguments]) : r }
      const result = state.run(${parameters})
      return result === MISS ? state.miss([${parameters}]) : result
    } catch (error) { throw state.asEager(error, [...arguments]) }
  }`
  try {
    return new Function('state', 'MISS', text)(state, MISS)
  } catch (error) {
    if (!(error instanceof EvalError)) throw error
    return (...args) => {
      state.stats.calls++
      try {
        const result = state.run(...args)
        return result === MISS ? state.miss(args) : result
      } catch (error) {
        throw state.asEager(error, args)
      }
    }
  }
}

/** What looks for loops. */
type FindsLoops = NonNullable<Backends['js']>['loops']['find'] | undefined

export function traceProgram(name: string, f: (...args: unknown[]) => unknown, args: unknown[], algebra: Algebra, findLoops?: FindsLoops): Program {
  const { graph: traced, lists, result, typed, unrolled: why, expected } = traceCall(name, f, args, algebra === 'exact' ? findLoops : undefined, withWholeLists)
  const graph = withLateGathers(optimise(traced, algebra))
  return {
    graph,
    signature: signatureOf(args, graph.nodes.length, lists),
    result: typed ? likeEager(result, f(...args.map(copied))) : result,
    unrolled: why,
    expected,
  }
}

const WRONG_LOOPS = 'No loops: those that were found did not give what the steps give, which is a fault of this library. Please report it.'

/** Whether a result has these numbers, bit for bit; of what is no tree, such as a sparse matrix, nothing is known. */
function givesNumbers(result: unknown, expected: readonly number[]): boolean {
  const numbers: number[] = []
  try {
    for (const leaf of leavesOf(result, 'the result')) {
      const entries = leaf instanceof Tensor ? leaf.data : ArrayBuffer.isView(leaf) ? (leaf as unknown as Float64Array) : [Number(leaf)]
      for (let i = 0; i < entries.length; i++) numbers.push(entries[i] as number)
    }
  } catch (error) {
    if (error instanceof TreeError) return true
    throw error
  }
  return numbers.length === expected.length && numbers.every((each, i) => Object.is(each, expected[i]))
}

/** Whether some tensor or typed array of a tree lives in a buffer. */
function usesBuffer(tree: unknown, buffer: ArrayBufferLike): boolean {
  return someLeaf(tree, leaf => {
    if (isTraced(leaf)) return false
    const data = leaf instanceof Tensor ? leaf.data : leaf
    return ArrayBuffer.isView(data) && data.buffer === buffer
  })
}
