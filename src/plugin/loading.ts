import { readFileSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'
import remapping from '@jridgewell/remapping'
import { Included } from './include.ts'
import { DIRECTIVE, transform } from './transform.ts'

/*
 * What hooks of Node's module loader do with the files of users: types are taken away where nobody else does, and marked functions are
 * written anew.
 */

/** What a hook gives for a module. */
export interface Loaded {
  format?: string | null | undefined
  source?: unknown
  shortCircuit?: boolean | undefined
}

const NONE = new Included()

/** A source map at the end of a text, as tools that have written it leave it. */
const MAP = /\n\/\/# sourceMappingURL=data:application\/json;(?:charset=[\w-]+;)?base64,([\w+/=]+)\s*$/

/**
 * A module with its marked functions written anew, and with a source map that leads back to what people wrote; itself where none is marked.
 * Modules that are included are taken for marked as a whole.
 */
export function withMarked(loaded: Loaded, url: string, included = NONE): Loaded {
  const { format } = loaded
  if (!url.startsWith('file:') || !/^(?:commonjs|module)/.test(format ?? '')) return loaded
  const mark = included.has(fileURLToPath(url))
  const code = textOf(loaded.source)
  if (!(mark || code?.includes(DIRECTIVE))) return loaded
  // Modules of CommonJS are written anew where they are compiled: the loader's own way for texts knows no `require` of modules.
  if (format?.startsWith('commonjs')) return { ...loaded, source: null }
  const source = code === undefined ? undefined : written(code, fileURLToPath(url), mark)
  return source === undefined ? loaded : { ...loaded, source }
}

/** A module's text with its marked functions written anew, and a source map at its end; undefined where none is marked. */
function written(code: string, path: string, mark: boolean): string | undefined {
  const [comment, encoded] = MAP.exec(code) ?? []
  // What another tool has written is none of TypeScript any more.
  const filename = comment === undefined ? path : path.replace(/\.([cm]?)tsx?$/, '.$1js')
  const made = transform(comment === undefined ? code : code.slice(0, -comment.length), { filename, mark })
  if (made === undefined) return undefined
  const earlier = encoded === undefined ? null : JSON.parse(Buffer.from(encoded, 'base64').toString())
  const map = earlier === null ? made.map : remapping([made.map as never, earlier], () => null)
  return `${made.code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`
}

function textOf(source: unknown): string | undefined {
  if (source === null || source === undefined) return undefined
  return typeof source === 'string' ? source : new TextDecoder().decode(source as Uint8Array)
}

/** Has modules of CommonJS written anew, which hooks of the loader do not see where they require each other. */
export function hookCommonJs(included = NONE): void {
  const { prototype } = nodeModule.Module as unknown as { prototype: { _compile(code: string, path: string, ...rest: unknown[]): unknown } }
  const compile = prototype._compile
  prototype._compile = function (code, path, ...rest) {
    const mark = included.has(path)
    return compile.call(this, (mark || code.includes(DIRECTIVE) ? written(code, path, mark) : undefined) ?? code, path, ...rest)
  }
}

/** A file in TypeScript that this Node did not read, without its types; throws what Node threw where nothing here can take them away. */
export function withoutTypes(url: string, error: unknown): Loaded {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_UNKNOWN_FILE_EXTENSION' || !/\.m?tsx?$/.test(url)) throw error
  const path = fileURLToPath(url)
  const source = readFileSync(path, 'utf8')
  const { stripTypeScriptTypes } = nodeModule as unknown as { stripTypeScriptTypes?: (code: string) => string }
  if (stripTypeScriptTypes !== undefined && !path.endsWith('x')) return { format: 'module', source: stripTypeScriptTypes(source), shortCircuit: true }
  const compilerOptions = { target: 99, module: 99, jsx: 2, inlineSourceMap: true, inlineSources: true }
  const made = compilerFor(path, error).transpileModule(source, { fileName: path, compilerOptions })
  return { format: 'module', source: made.outputText, shortCircuit: true }
}

interface Compiler {
  transpileModule(source: string, options: object): { outputText: string }
}

/** The package typescript that a file finds. */
function compilerFor(path: string, error: unknown): Compiler {
  try {
    return nodeModule.createRequire(path)('typescript') as Compiler
  } catch {
    ;(error as Error).message += `: Node ${process.versions.node} reads no TypeScript. Install the package typescript beside it, or add --import tsx.`
    throw error
  }
}

/** Whether a name is that of a file in TypeScript. */
export function isTypeScript(name: string): boolean {
  return /\.[cm]?tsx?$/.test(name)
}
