import { DualtapeError, describe } from '../core/errors.ts'
import { type OptionKind, optionReader } from '../core/options.ts'
import { Tensor } from '../core/tensor.ts'
import { isPlainObject } from '../core/tree.ts'
import type { Piece } from './code-writer.ts'
import { freeNames } from './names.ts'
import * as runtime from './runtime.ts'
import type { Node } from './syntax.ts'
import { functionIn, globalsOf, parse, unusedName, written } from './transform.ts'
import { Writer } from './writer.ts'

/** Options of `fromSource`. */
export interface FromSourceOptions {
  /** What the function uses of its surroundings, by name: a text knows no values. */
  scope?: Readonly<Record<string, unknown>>
}

const names: OptionKind<Readonly<Record<string, unknown>>> = { wants: 'an object with values by their names', accepts: isPlainObject }
const readOptions = /* @__PURE__ */ optionReader({ scope: { is: names, default: {} } })

/**
 * A function made of the text of another, as if that were marked with `'use ad'`: for consoles and notebooks, where nothing is built.
 *
 * Throws a DualtapeError for native and bound functions, which have no text, for async functions and generators, and for names of the
 * surroundings that `scope` does not have. Where a page allows no code from text it throws what the page throws.
 *
 * @example
 * const f = fromSource((x: number, y: number) => x * x + Math.sin(y))
 * grad(f, { argnum: [0, 1] })(1, 2) // [2, Math.cos(2)]
 */
// biome-ignore lint/suspicious/noExplicitAny: any function
export function fromSource<F extends (...args: any[]) => unknown>(f: F, options?: FromSourceOptions, ...more: []): F {
  const { scope: given } = readOptions('fromSource', [options, ...more])
  const scope: Readonly<Record<string, unknown>> = { ...HELPERS, ...given }
  if (typeof f !== 'function') throw new DualtapeError(`fromSource: takes a function, but ${describe(f)} was given.`)
  const text = Function.prototype.toString.call(f)
  if (/\{\s*\[native code\]\s*\}\s*$/.test(text))
    throw new DualtapeError(`fromSource: ${f.name || 'the function'} is native or bound, and has no source. Give the function that it calls.`)
  if (/^class\b/.test(text))
    throw new DualtapeError(`fromSource: ${f.name || 'the class'} is a class. Give a function that makes one, with the class in its text.`)
  const source = asExpression(text)
  const program = parse(source, 'fromSource.js', 'script')
  const node = functionIn(program) as Node
  if (node.async || node.generator)
    throw new DualtapeError(
      `fromSource: ${f.name || 'the function'} is ${node.async ? 'async' : 'a generator'}; what is differentiated gives its result at once.`,
    )
  const free = [...freeNames(node)].filter(name => !(name in scope) && !(name in globalThis))
  if (free.length > 0)
    throw new DualtapeError(
      `fromSource: the function uses ${free.join(', ')} of its surroundings, which its text does not hold. Give fromSource(f, { scope: { ${free.join(', ')} } }).`,
    )
  const name = unusedName(source)
  const writer = new Writer(source, name, each => !(each in scope) && globalsOf(program)(each))
  const { before, expression } = writer.alone(node, Object.values(given).some(isOperator))
  // A method's function begins behind its name.
  const isMethod = node.type === 'FunctionExpression' && source[node.start] === '('
  const pieces: Piece[] = isMethod
    ? ['return ', ...writer.program(program, program.start, each => (each === node ? { usesOperators: false } : undefined))]
    : [...before, 'return (', ...expression, ')']
  const { code } = written(source, pieces, 'fromSource.js')
  const operators = Array.from(writer.used.keys(), each => (runtime as Record<string, unknown>)[each])
  return new Function(...writer.used.values(), ...Object.keys(scope), `'use strict'; ${code}`)(...operators, ...Object.values(scope)) as F
}

/** Whether a value of the surroundings is an operator of the library, or a tensor. */
function isOperator(x: unknown): boolean {
  return x instanceof Tensor || (typeof x === 'function' && 'definition' in x)
}

/** What tools that strip types put into functions. */
const HELPERS = { __name: (named: unknown) => named }

/** A function's text as an expression; that of a method has no name for one. */
function asExpression(text: string): string {
  for (const source of [`(${text})`, `({ ${text} })[${JSON.stringify(/^[\w$]+/.exec(text)?.[0])}]`]) {
    try {
      parse(source, 'fromSource.js', 'script')
      return source
    } catch {
      // The other form, then.
    }
  }
  throw new DualtapeError(`fromSource: the function's source cannot be read: ${text.slice(0, 80)}`)
}
