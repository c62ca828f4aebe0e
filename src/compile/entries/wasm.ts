/**
 * `compile` to WebAssembly alone: what an application bundles has no other back end.
 *
 * @module
 */

import { type Compiled, type CompileOptions, compileAsyncWith, compileWith } from '../compiled.ts'
import { wasm } from '../wasm-backend.ts'

/**
 * The same function, traced and compiled to WebAssembly; see `compile` of dualtape. Throws what that does: a CodeGenerationError where a
 * page forbids code that is made as it runs, or makes no module that is so large without waiting, for which there is `compileAsync`.
 *
 * @typeParam F The type of the function.
 */
// biome-ignore lint/suspicious/noExplicitAny: any function
export function compile<F extends (...args: any[]) => any>(f: F, options: CompileOptions & { target?: 'wasm' } = {}): F & Compiled {
  return compileWith(f, { wasm }, options)
}

/**
 * The same, compiled at once for arguments like those given; see `compileAsync` of dualtape.
 *
 * @typeParam F The type of the function.
 */
// biome-ignore lint/suspicious/noExplicitAny: any function
export function compileAsync<F extends (...args: any[]) => any>(
  f: F,
  example: Parameters<F>,
  options: CompileOptions & { target?: 'wasm' } = {},
): Promise<F & Compiled> {
  return compileAsyncWith(f, example, { wasm }, options)
}

export type { Compiled, CompileOptions }
