import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compileFunction } from 'node:vm'
import { isTypeScript, type Loaded, withMarked, withoutTypes } from '../plugin/loading.ts'

/*
 * A hook of Node's module loader for the files of a user: modules in ES syntax load as such where a package.json says
 * commonjs (as the one of `npm init` does), types are taken away wherever that is possible, and functions marked by 'use ad' are
 * written anew.
 */

type Load = (url: string, context: { format?: string | null | undefined }) => Loaded | Promise<Loaded>

/** The hook, for both the loaders that wait and those that do not. */
export function load(url: string, context: { format?: string | null | undefined }, next: Load): Loaded | Promise<Loaded> {
  if (!url.startsWith('file:') || url.includes('/node_modules/')) return next(url, context)
  const marked = (loaded: Loaded) => withMarked(loaded, url)
  const rescued = (error: unknown) => marked(withoutTypes(url, error))
  try {
    const loaded = next(url, { ...context, format: formatOf(url, context.format) })
    return loaded instanceof Promise ? loaded.then(marked, rescued) : marked(loaded)
  } catch (error) {
    return rescued(error)
  }
}

/** The format of a file; that of an ES module where it is meant to be CommonJS, and its syntax is not. */
function formatOf(url: string, format: string | null | undefined): string | null | undefined {
  if (format === 'commonjs-typescript') return isModuleWithTypes(sourceOf(url)) ? 'module-typescript' : format
  if (format !== 'commonjs') return format
  const source = sourceOf(url)
  return (isTypeScript(url) ? isModuleWithTypes(source) : isModule(source)) ? 'module' : format
}

function sourceOf(url: string): string {
  return readFileSync(fileURLToPath(url), 'utf8')
}

/** Whether code fails as CommonJS for the reasons for which Node takes a file without a type in its package.json for a module. */
function isModule(source: string): boolean {
  try {
    compileFunction(source, ['exports', 'require', 'module', '__filename', '__dirname'])
    return false
  } catch (error) {
    return [
      'Cannot use import statement outside a module',
      "Unexpected token 'export'",
      "Cannot use 'import.meta' outside a module",
      'await is only valid in async functions and the top level bodies of modules',
    ].includes((error as Error).message)
  }
}

/** The same for code with types, which this Node may not be able to compile: by the statements that only modules have. */
function isModuleWithTypes(source: string): boolean {
  return /^\s*(?:import\b(?!\s*\(|\s+\w+\s*=)|export\b(?!\s*=))/m.test(source)
}
