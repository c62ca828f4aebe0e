import { DualtapeError, describe, OptionError } from '../core/errors.ts'
import { isNumericTypedArray, Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import { leavesOf } from '../core/tree.ts'
import { Graph } from '../graph/graph.ts'
import { traceCall } from '../graph/trace.ts'
import { checkOptions } from '../reverse/grad.ts'
import { emitModule } from './emit.ts'
import { generateJavaScript, MISS, TypedResult, treeText } from './javascript.ts'
import { type Signature, signatureOf, structureTest } from './signature.ts'
import { generateWasm, instantiate, isScalar } from './wasm.ts'

export interface CompileOptions {
  /**
   * 'auto' and 'js' generate JavaScript; 'wasm' WebAssembly, where the graph is one of scalars, and else JavaScript;
   * 'interpreter' walks the graph, as 'auto' does where code generation is forbidden.
   */
  target?: 'auto' | 'js' | 'wasm' | 'interpreter'
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
   * module (see `WasmProgram` for what it exports, and for the functions of Math that it imports).
   */
  emit(options?: { format?: 'esm' }): string
  emit(options: { format: 'wasm' }): Uint8Array<ArrayBuffer>
}

interface Version {
  readonly graph: Graph
  readonly signature: Signature
  readonly result: unknown
  readonly source: string | undefined
  readonly target: 'js' | 'wasm' | 'interpreter'
  readonly run: (...args: unknown[]) => unknown
}

/**
 * The same function, traced and compiled: at the first call, and again when arguments have another structure, or a
 * comparison (`gt`, …) another answer, than in the versions there are. Any composition of transforms can be compiled.
 * Results are those of the function bit for bit, but for the sign of a derivative that is 0.
 *
 * Called with values of a running transform the function runs as it is, so that compiled functions can be differentiated.
 * Throws a TracedValueError with advice where the function reads `value(x)` or uses a traced value in plain arithmetic.
 *
 * @example
 * const slope = compile(grad((x: number) => mul(sin(x), x)))
 * slope(0) // 0
 */
// biome-ignore lint/suspicious/noExplicitAny: any function
export function compile<F extends (...args: any[]) => any>(f: F, { target = 'auto', maxVersions = 16, ...unknown }: CompileOptions = {}): F & Compiled {
  checkOptions('compile', unknown, ['target', 'maxVersions'])
  if (typeof f !== 'function') throw new DualtapeError(`compile: takes a function, but ${describe(f)} was given.`)
  if (!['auto', 'js', 'interpreter', 'wasm'].includes(target))
    throw new OptionError(`compile: there is no target ${target}. Targets: auto, js, wasm, interpreter.`)
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
    if (hasTraced(args)) return eager(args)
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
    const version = makeVersion(f, args, target)
    versions.unshift(version)
    state.run = version.run
    stats.versions = versions.length
    return version.run(...args)
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
      value(out: Float64Array, ...args: unknown[]) {
        let at = 0
        for (const leaf of leavesOf(compiled(...args), 'into: the result')) {
          const numbers = leaf instanceof Tensor ? leaf.data : isNumericTypedArray(leaf) ? leaf : [leaf as number]
          if (at + numbers.length > out.length) throw new DualtapeError(`into: the buffer holds ${out.length} numbers, and the result has more.`)
          out.set(numbers, at)
          at += numbers.length
        }
      },
    },
    emit: {
      value({ format = 'esm' }: { format?: string } = {}) {
        if (format !== 'esm' && format !== 'wasm') throw new OptionError(`emit: there is no format ${format}. Formats: esm, wasm.`)
        const { graph, signature, result } = last()
        if (format === 'wasm') return generateWasm(graph).bytes
        return emitModule(graph, result, signature)
      },
    },
  }
  return Object.defineProperties(compiled, extras) as unknown as F & Compiled
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

function hasTraced(x: unknown): boolean {
  if (isTraced(x)) return true
  if (Array.isArray(x)) return x.some(hasTraced)
  return typeof x === 'object' && x !== null && !ArrayBuffer.isView(x) && !(x instanceof Tensor) && Object.values(x).some(hasTraced)
}

function makeVersion(f: (...args: unknown[]) => unknown, args: unknown[], target: string): Version {
  const { graph, result, typed: hasTyped } = traceCall('compile', f, args)
  const signature = signatureOf(args, graph.nodes.length)
  const typed = hasTyped ? likeEager(result, f(...args)) : result
  if (target !== 'interpreter') {
    try {
      if (target === 'wasm' && isScalar(graph)) return { graph, signature, result: typed, target, ...wasmVersion(graph, typed, signature) }
      return { graph, signature, result: typed, target: 'js', ...generateJavaScript(graph, typed, signature) }
    } catch (error) {
      if (target !== 'auto' || !(error instanceof EvalError)) throw error
    }
  }
  return { graph, signature, result: typed, source: undefined, target: 'interpreter', run: interpreterFor(graph, typed, args) }
}

/** A WebAssembly program behind a function that carries arguments in and results out. */
function wasmVersion(graph: Graph, result: unknown, signature: Signature): Pick<Version, 'source' | 'run'> {
  const { numbers, run } = instantiate(generateWasm(graph))
  const parameters = signature.parameters.join(', ')
  const write = signature.paths.map((path, i) => `  m[${i}] = ${path}`)
  const read = (at: number) => `m[${graph.inputs.length + at}]${graph.nodes[graph.outputs[at] as number]?.dtype === 'bool' ? ' !== 0' : ''}`
  const source = [
    structureTest(signature),
    `return function (${parameters}) {`,
    `  if (!matches(${parameters})) return MISS`,
    ...write,
    '  if (run() !== 0) return MISS',
    `  return ${treeText(result, read)}`,
    '}',
  ].join('\n')
  const constants = [...graph.nodes.map(node => node.value), ...signature.statics]
  return { source, run: new Function('m', 'run', 'MISS', 'constants', source)(numbers, run, MISS, constants) as Version['run'] }
}

/** The tree of results with typed arrays where the function itself gives some. */
function likeEager(tree: unknown, eager: unknown): unknown {
  if (isNumericTypedArray(eager) && Array.isArray(tree)) {
    return new TypedResult((eager as unknown) instanceof Float32Array ? 'Float32Array' : 'Float64Array', tree as number[])
  }
  if (Array.isArray(tree) && Array.isArray(eager)) return tree.map((each, i) => likeEager(each, eager[i]))
  if (typeof tree === 'object' && tree !== null && typeof eager === 'object' && eager !== null) {
    return Object.fromEntries(Object.entries(tree).map(([key, each]) => [key, likeEager(each, (eager as Record<string, unknown>)[key])]))
  }
  return tree
}

/** Runs a graph without generated code. */
function interpreterFor(graph: Graph, result: unknown, example: readonly unknown[]): Version['run'] {
  const structure = JSON.stringify(structureOf(example))
  const guarded = graph.guards.map(guard => guard.node)
  const all = new Graph(graph.nodes, graph.inputs, [...graph.outputs, ...guarded])
  return (...args) => {
    if (JSON.stringify(structureOf(args)) !== structure) return MISS
    const inputs = args.flatMap(arg => leavesIn(arg).flatMap(leaf => (isNumericTypedArray(leaf) ? Array.from(leaf as Float64Array) : [leaf as number])))
    const values = all.evaluate(inputs)
    if (graph.guards.some((guard, i) => Boolean(values[graph.outputs.length + i]) !== guard.expected)) return MISS
    const read = (tree: unknown): unknown => {
      if (typeof tree === 'number') return values[tree]
      if (tree instanceof TypedResult)
        return tree.type === 'Float32Array'
          ? Float32Array.from(tree.positions, at => values[at] as number)
          : Float64Array.from(tree.positions, at => values[at] as number)
      if (Array.isArray(tree)) return tree.map(read)
      return Object.fromEntries(Object.entries(tree as object).map(([key, each]) => [key, read(each)]))
    }
    return read(result)
  }
}

function leavesIn(arg: unknown): unknown[] {
  return typeof arg === 'number' || (typeof arg === 'object' && arg !== null) ? leavesOf(arg, 'compile: an argument') : []
}

function structureOf(x: unknown): unknown {
  if (isTraced(x)) return 'traced'
  if (x instanceof Tensor) return { tensor: x.shape, dtype: x.dtype }
  if (isNumericTypedArray(x)) return `${(x as object).constructor.name} ${x.length}`
  if (Array.isArray(x)) return x.map(structureOf)
  if (typeof x === 'object' && x !== null) return Object.entries(x).map(([key, each]) => [key, structureOf(each)])
  return typeof x === 'number' ? 'number' : String(x)
}
