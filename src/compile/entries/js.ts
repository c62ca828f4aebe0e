/**
 * `compile` to JavaScript alone: what an application bundles has no other back end.
 *
 * @module
 */

import { type Compiled, type CompileOptions, compileWith } from '../compiled.ts'
import { js } from '../js-backend.ts'

/**
 * The same function, traced and compiled to JavaScript; see `compile` of dualtape. Throws what that does: a CodeGenerationError where a
 * page forbids code that is made as it runs.
 *
 * @typeParam F The type of the function.
 */
// biome-ignore lint/suspicious/noExplicitAny: any function
export function compile<F extends (...args: any[]) => any>(f: F, options: CompileOptions & { target?: 'js' } = {}): F & Compiled {
  return compileWith(f, { js }, options)
}

export type { Compiled, CompileOptions }
