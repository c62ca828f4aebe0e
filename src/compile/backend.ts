import { CodeGenerationError } from '../core/errors.ts'
import type { Graph } from '../graph/graph.ts'
import type { reroll } from '../graph/reroll/reroll.ts'
import type { CFiles, COptions } from './c/file.ts'
import type { Signature } from './signature.ts'
import type { Runnable } from './wasm/instance.ts'

/** What a compiled function gives when an argument has another structure or a guard another answer. */
export const MISS = Symbol('miss')

/** A graph with how its inputs are found in arguments, and how its outputs make a result. */
export interface Program {
  readonly graph: Graph
  readonly signature: Signature
  readonly result: unknown
  /** Why its steps are in no loops that were found. */
  readonly unrolled?: string | undefined
  /** Where loops were found: the numbers of the result for the arguments that were traced. */
  readonly expected?: readonly number[] | undefined
}

/** A program that runs. */
export interface Runs {
  /** Called with the arguments of the function. */
  readonly run: (...args: unknown[]) => unknown
  /** The same with the numbers of the result written into a buffer. */
  readonly into: (out: Float64Array, ...args: unknown[]) => unknown
}

/** A program that runs, and its code. */
export interface Generated extends Runs {
  readonly source: string
  /** Where it has the numbers of the result before `into` copies them, which it does not where it is given this. */
  readonly own?: Float64Array
}

export type Target = 'js' | 'wasm' | 'interpreter'

/**
 * The ways to run a program that a `compile` has. Applications take all of them with `dualtape`, or one with an entry of its own,
 * so each is reached through here only.
 */
export interface Backends {
  readonly js?: {
    /** Throws a CodeGenerationError where a page forbids it. */
    make(program: Program): Generated
    /** The code that `make` would make. */
    source(program: Program): string
    emit(program: Program): string
    /** Loops that are found in traces: what looks for them, what takes them apart again, and what tells of them. */
    readonly loops: {
      readonly find: typeof reroll
      /** For the target 'auto': fewer steps run best as straight code, in one function. */
      readonly fewest: number
      readonly unroll: (graph: Graph) => Graph
      readonly explain: (program: Pick<Program, 'graph' | 'unrolled'>) => readonly string[]
    }
  }
  readonly wasm?: {
    /**
     * Throws a CodeGenerationError where a page forbids it or there is no WebAssembly; gives undefined where a page may not make so
     * large a module at once, and where the engine has no SIMD.
     */
    make(program: Program, instance?: Runnable): Generated | undefined
    /** The same without the limit on the size, to be handed to `make`. */
    instantiate(program: Program): Promise<Runnable | undefined>
    emit(graph: Graph): Uint8Array<ArrayBuffer>
  }
  readonly interpreter?: { make(program: Program): Runs }
  /** Where functions leave as C. */
  readonly c?: { emit(program: Program, options: COptions): CFiles }
  /** For the target 'auto': what runs a graph. */
  readonly plan?: (graph: Graph) => Plan
}

/** What runs a graph with the target 'auto'. */
export interface Plan {
  /** In the long run. */
  readonly target: 'js' | 'wasm'
  /** Why, for people. */
  readonly why: string
  /** How long the interpreter runs before code is made, in milliseconds that its calls take and in calls; undefined where code is made at once. */
  readonly interpreted?: { readonly milliseconds: number; readonly calls: number } | undefined
}

/** What to tell where code for a target is forbidden. */
export function forbidden(target: 'js' | 'wasm', cause?: unknown): CodeGenerationError {
  const [what, word] = target === 'js' ? ['JavaScript', 'unsafe-eval'] : ['WebAssembly', 'wasm-unsafe-eval']
  return new CodeGenerationError(
    `compile: the target '${target}' makes ${what} as it runs, which is forbidden here or not there: in a browser a Content-Security-Policy needs '${word}' for it. ` +
      "Without a target, or with 'auto', whatever is allowed runs, and 'interpreter' runs everywhere; a module that emit() wrote beforehand needs nothing.",
    { cause },
  )
}
