/**
 * `compile` whose functions leave as C, too: `compile(f).emit({ format: 'c' })`; and `toC`, which writes several functions into one file.
 * An application that runs what it compiles does not need this entry.
 *
 * @module
 */

import { DualtapeError, describe } from '../../core/errors.ts'
import { checkFunction, isPlainObject } from '../../core/tree.ts'
import { reroll } from '../../graph/reroll/reroll.ts'
import type { Program } from '../backend.ts'
import { allBackends } from '../backends.ts'
import { type CFiles, type COptions, writeC } from '../c/file.ts'
import { c, readC } from '../c-backend.ts'
import { type Compiled, type CompileOptions, compileWith, traceProgram } from '../compiled.ts'

/**
 * The same function, traced and compiled; see `compile` of dualtape. What `emit({ format: 'c' })` gives is described with `Compiled`.
 *
 * @typeParam F The type of the function.
 */
// biome-ignore lint/suspicious/noExplicitAny: any function
export function compile<F extends (...args: any[]) => any>(f: F, options?: CompileOptions): F & Compiled {
  return compileWith(f, { ...allBackends, c }, options)
}

/**
 * A function as C, or several by name in one file, such as a function and its Jacobian; traced at example arguments, which say what
 * structure arguments have. A function that takes others than the rest stands in a pair with its own. Of what the files hold see
 * `Compiled.emit`. Throws a DualtapeError for an operator that has no C, by name.
 *
 * @example
 * const f = (x: number[]) => [mul(x[0]!, x[1]!), sin(x[1]!)]
 * toC({ f, jac_f: jacobian(f, { output: 'sparse' }) }, [[1, 2]]).header.includes('int jac_f(') // true
 */
export function toC(
  functions: AnyFunction | { readonly [name: string]: AnyFunction | OwnCall },
  exampleArgs: readonly unknown[],
  options: COptions = {},
): CFiles {
  const { name, ...rest } = readC('toC', options)
  const named = typeof functions === 'function' ? { [name]: functions } : functions
  if (!isPlainObject(named) || Object.keys(named).length === 0)
    throw new DualtapeError(`toC: takes a function, or an object of functions by name, but ${describe(functions)} was given.`)
  const programs = Object.entries(named).map(([each, given]): [string, Program] => {
    const [f, args] = Array.isArray(given) ? (given as OwnCall) : [given as AnyFunction, exampleArgs]
    checkFunction('toC', f)
    if (!Array.isArray(args)) throw new DualtapeError(`toC: takes the list of arguments to trace functions with, but ${describe(args)} was given.`)
    return [each, traceProgram('toC', f, [...args], 'exact', (steps, own, outputs) => reroll(steps, own, outputs, FEWEST_IN_LOOPS))]
  })
  return writeC(new Map(programs), rest)
}

// biome-ignore lint/suspicious/noExplicitAny: any function
type AnyFunction = (...args: any[]) => unknown
/** A function with example arguments of its own. */
type OwnCall = readonly [f: AnyFunction, exampleArgs: readonly unknown[]]

/** Steps from which on loops are looked for among steps on numbers: fewer are as short as they stand. */
const FEWEST_IN_LOOPS = 200

export type { CFiles, COptions, Compiled, CompileOptions }
