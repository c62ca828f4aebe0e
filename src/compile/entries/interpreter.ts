/**
 * `compile` to a program that a loop reads: it makes no code, so it runs under every Content-Security-Policy, and what an
 * application bundles has no other back end.
 *
 * @module
 */

import { type Compiled, type CompileOptions, compileWith } from '../compiled.ts'
import { interpreter } from '../interpreter-backend.ts'

/**
 * The same function, traced, as a program that is interpreted; see `compile` of dualtape.
 *
 * @typeParam F The type of the function.
 */
// biome-ignore lint/suspicious/noExplicitAny: any function
export function compile<F extends (...args: any[]) => any>(f: F, options: CompileOptions & { target?: 'interpreter' } = {}): F & Compiled {
  return compileWith(f, { interpreter }, options)
}

export type { Compiled, CompileOptions }
