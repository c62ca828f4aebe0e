import { GenMapping, maybeAddMapping, setSourceContent, toEncodedMap } from '@jridgewell/gen-mapping'
import { tsPlugin } from '@sveltejs/acorn-typescript'
import { Parser } from 'acorn'
import { DualtapeError, describe } from '../core/errors.ts'
import { flag } from '../core/option-kinds.ts'
import { type OptionKind, optionReader } from '../core/options.ts'
import { flat, type Piece } from './code-writer.ts'
import { childrenOf, directivesOf, isFunction, type Node, namesIn, walk } from './syntax.ts'
import { Writer } from './writer.ts'

/** The directive that marks functions and modules. */
export const DIRECTIVE = 'use ad'
/** Where written code has its operators from. */
export const RUNTIME = 'dualtape/plugin/runtime'

/** Code whose marked functions can be differentiated, with the way back to its source. */
export interface Transformed {
  readonly code: string
  /** A source map, version 3. */
  readonly map: ReturnType<typeof toEncodedMap>
}

/** Options of `transform`. */
export interface TransformOptions {
  /** For messages and the source map; `.ts`, `.mts` and `.tsx` are read as TypeScript, `.jsx` and `.tsx` with tags. */
  filename?: string
  /** Whether to take the module for one that begins with `'use ad'`, such as one of a package that nobody may edit. */
  mark?: boolean
}

const text: OptionKind<string> = { wants: 'a text', accepts: (given): given is string => typeof given === 'string' }
/** Options of `transform`, checked and completed. */
export const readOptions = /* @__PURE__ */ optionReader({ filename: { is: text, default: 'module.js' }, mark: { is: flag, default: false } })

const TypeScript = Parser.extend(tsPlugin() as never)
const WithTags = Parser.extend(tsPlugin({ jsx: {} }) as never)

/** The syntax tree of a source. Throws a DualtapeError that says where the source cannot be read. */
export function parse(code: string, filename: string, sourceType: 'module' | 'script' = 'module'): Node {
  const parser = /\.[jt]sx$/.test(filename) ? WithTags : /\.[cm]?ts$/.test(filename) ? TypeScript : Parser
  try {
    return parser.parse(code, { ecmaVersion: 'latest', sourceType, allowHashBang: true, locations: parser !== Parser }) as unknown as Node
  } catch (error) {
    throw new DualtapeError(`${filename}: ${(error as Error).message}`, { cause: error })
  }
}

/** Refuses what is no text. */
export function checkCode(name: string, code: unknown): void {
  if (typeof code !== 'string') throw new DualtapeError(`${name}: takes the text of a module, but ${describe(code)} was given.`)
}

/**
 * A module whose functions marked by `'use ad'` (or all, where the module begins with it) compute with values of transforms as with
 * numbers; undefined where none is marked. Where no transform runs they do what is written, by a copy of it. Types stay as they are.
 *
 * Throws a DualtapeError for what is no module.
 *
 * @example
 * transform("export function f(x) { 'use ad'; return x * x }")?.code.includes('mul(x, x)') // true
 */
export function transform(code: string, options: TransformOptions = {}, ...more: []): Transformed | undefined {
  const { filename, mark } = readOptions('transform', [options, ...more])
  checkCode('transform', code)
  if (!mark && !code.includes(DIRECTIVE)) return undefined
  const program = parse(code, filename)
  const all = mark || directivesOf(program.body).includes(DIRECTIVE)
  const runtime = unusedName(code)
  const writer = new Writer(code, runtime, globalsOf(program))
  const operators = operatorsIn(program)
  let found = false
  const start = startOf(code, program)
  const marked = (node: Node) => {
    if (!(all || isMarked(node))) return undefined
    found = true
    return { usesOperators: uses(node, operators) }
  }
  const pieces = writer.program(program, start, marked, all)
  if (!found && writer.used.size === 0) return undefined
  // Behind what has to come first: the line for the shell, and directives such as 'use client'.
  const head = code.slice(0, start)
  const names = (between: string) => Array.from(writer.used, ([name, own]) => `${name}${between}${own}`).join(', ')
  const taken = isCommon(program, filename) ? `const { ${names(': ')} } = require('${RUNTIME}'); ` : `import { ${names(' as ')} } from '${RUNTIME}'; `
  const line = writer.used.size === 0 ? '' : `${/(?:^|[;\n])$/.test(head) ? '' : '; '}${taken}`
  return written(code, [[0, start], line, ...pieces], filename)
}

/** Whether a program is a module of CommonJS, which knows no import. */
function isCommon(program: Node, filename: string): boolean {
  if (/\.c[jt]s$/.test(filename)) return true
  if (/\.m[jt]s$/.test(filename) || (program.body as Node[]).some(({ type }) => /^(?:Import|Export)|^TSExport|^TSImport/.test(type))) return false
  return ['module', 'exports', 'require'].some(name => uses(program, new Set([name])))
}

/** Where a program's first statement may begin. */
function startOf(code: string, program: Node): number {
  const last = directivesOf(program.body).length - 1
  if (last >= 0) return program.body[last].end
  return code.startsWith('#!') ? (/.*\n?/.exec(code)?.[0].length ?? 0) : 0
}

/** Names that a module imports of this library. */
function operatorsIn(program: Node): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { type, source, specifiers } of program.body as Node[])
    if (type === 'ImportDeclaration' && /^dualtape(?:\/|$)/.test(source.value)) for (const { local } of specifiers) names.add(local.name)
  return names
}

/** Whether some of these names stand in a function. */
function uses(node: Node, names: ReadonlySet<string>): boolean {
  let found = false
  walk(node, each => {
    if (each.type === 'Identifier' && names.has(each.name)) found = true
    return !found
  })
  return found
}

/** Whether a function's body begins with the directive. */
export function isMarked({ body }: Node): boolean {
  return body?.type === 'BlockStatement' && directivesOf(body.body).includes(DIRECTIVE)
}

/** A name that the code does not have. */
export function unusedName(code: string): string {
  let name = '$ad'
  while (code.includes(name)) name += '_'
  return name
}

/** Whether a name is not declared anywhere in a program, so that it is the global of that name. */
export function globalsOf(program: Node): (name: string) => boolean {
  const declared = new Set<string>()
  walk(program, node => {
    if (isFunction(node)) {
      if (node.id) declared.add(node.id.name)
      for (const each of node.params) for (const name of namesIn(each)) declared.add(name)
    }
    if (node.type === 'VariableDeclarator') for (const name of namesIn(node.id)) declared.add(name)
    if (node.type.startsWith('Class') && node.id) declared.add(node.id.name)
    if (node.type.startsWith('Import') && node.local) declared.add(node.local.name)
    if (node.type === 'CatchClause' && node.param) for (const name of namesIn(node.param)) declared.add(name)
  })
  return name => !declared.has(name)
}

/** The text of pieces, and where it came from. */
export function written(source: string, pieces: readonly Piece[], filename: string): Transformed {
  const map = new GenMapping({ file: filename })
  setSourceContent(map, filename, source)
  const starts = [0]
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1)
  const placeOf = (offset: number) => {
    let [low, high] = [0, starts.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] as number) <= offset) low = middle
      else high = middle
    }
    return { line: low + 1, column: offset - (starts[low] as number) }
  }
  let [code, end] = ['', '']
  let [line, column] = [1, 0]
  const advance = (text: string) => {
    code += text
    end = text.at(-1) ?? end
    const last = text.lastIndexOf('\n')
    if (last < 0) column += text.length
    else {
      for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) === 10) line++
      column = text.length - last - 1
    }
  }
  for (const piece of flat(pieces)) {
    if (typeof piece === 'string') {
      // Behind `return` and `else` there may be no space.
      if (/^[\w$]/.test(piece) && /[$\p{ID_Continue}]/u.test(end)) advance(' ')
      advance(piece)
      continue
    }
    const [start, stop] = piece
    // Each line of a stretch by itself.
    for (let at = start; at < stop; ) {
      const next = source.indexOf('\n', at)
      const until = next < 0 || next >= stop ? stop : next + 1
      maybeAddMapping(map, { generated: { line, column }, source: filename, original: placeOf(at) })
      advance(source.slice(at, until))
      at = until
    }
  }
  return { code, map: toEncodedMap(map) }
}

/** The first function in a program, for texts that are one. */
export function functionIn(program: Node): Node | undefined {
  for (const child of childrenOf(program)) {
    const found = isFunction(child) ? child : functionIn(child)
    if (found !== undefined) return found
  }
  return undefined
}
