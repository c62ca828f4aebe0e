import { spawnSync } from 'node:child_process'
import * as nodeModule from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { DualtapeError } from '../core/errors.ts'
import { hookCommonJs, isTypeScript } from '../plugin/loading.ts'
import { load } from './es-modules.ts'
import { placeOf } from './failure.ts'
import { readText } from './input.ts'
import { ofPoint, parametersOf } from './parameters.ts'

/** A function of a file, and how to call it in messages. */
export interface Model {
  readonly name: string
  /** Of a point, or of the point and a row of data. */
  readonly f: (x: unknown) => unknown
  /** The variables that its parameters name, where it has several; otherwise its argument has them. */
  readonly variables: readonly string[]
}

/** The function that `file.js#name`, or `file.js` for its default export, names; undefined where the text is an expression. */
export async function readModel(text: string): Promise<Model | undefined> {
  const [, path, name = 'default'] = /^(.+\.[cm]?[jt]sx?)(?:#([\w$]*))?$/.exec(text) ?? []
  if (path === undefined) return undefined
  const module = await importFile(path)
  const found = module[name]
  if (typeof found === 'function') return modelOf(text, found as Model['f'])
  const functions = Object.keys(module).filter(each => typeof module[each] === 'function' && each !== 'module.exports')
  const others = `Functions that it exports: ${functions.join(', ') || 'none'}.`
  if (name === 'default') throw new DualtapeError(`${path} has no function as its default export. Name one: ${path}#${functions[0] ?? 'name'}. ${others}`)
  throw new DualtapeError(`${path} exports no function ${name}. ${others}`)
}

function modelOf(name: string, f: Model['f']): Model {
  const parameters = parametersOf(f)
  return { name, f: ofPoint(f, parameters), variables: parameters !== undefined && parameters.length > 1 ? parameters.map(each => each.name) : [] }
}

async function importFile(path: string): Promise<{ [name: string]: unknown }> {
  readText('function', path)
  hook()
  try {
    return await import(pathToFileURL(path).href)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION' || code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
      const reason = isTypeScript(path)
        ? `${code === 'ERR_UNKNOWN_FILE_EXTENSION' ? `Node ${process.versions.node} reads no TypeScript` : message}.`
        : `${message}.`
      const isOld = code === 'ERR_UNKNOWN_FILE_EXTENSION'
      throw new DualtapeError(
        `${path}: ${reason} ${isOld ? 'Install the package typescript beside it, make' : 'Write it without that, make'} JavaScript of it (npx esbuild ${path} ` +
          `--outfile=model.mjs), ${isOld ? 'use Node 22.18 or later, which strips types, ' : ''}or install tsx and set NODE_OPTIONS='--import tsx'.`,
        { cause: error },
      )
    }
    if (error instanceof SyntaxError && placeOf(error) === undefined) throw new DualtapeError(`${placeOfMistake(path, error)}: ${error}`, { cause: error })
    throw error
  }
}

/** Where the syntax of a module is wrong, which its error does not say: Node does when it checks the file by itself. */
function placeOfMistake(path: string, { message }: SyntaxError): string {
  const check = spawnSync(process.execPath, ['--input-type=module', '--check', '-'], { input: readText('function', path), encoding: 'utf8' })
  const [, line] = check.stderr.includes(message) ? (/^\[stdin\]:(\d+)$/m.exec(check.stderr) ?? []) : []
  return line === undefined ? `${path}, or a file that it imports` : `${path}:${line}`
}

let hooked = false

/** Makes Node read the files of users as they are meant; see `load`. */
function hook(): void {
  if (hooked) return
  hooked = true
  hookCommonJs()
  process.setSourceMapsEnabled(true)
  const { register, registerHooks } = nodeModule as unknown as {
    register(url: URL): void
    registerHooks?: (hooks: { load: typeof load }) => void
  }
  if (registerHooks !== undefined) registerHooks({ load })
  // From the sources as from chunks of the package.
  else register(new URL(`../cli/es-modules${extname(fileURLToPath(import.meta.url))}`, import.meta.url))
}
