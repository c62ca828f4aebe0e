/*
 * What the playground's editor knows beside its text: names to complete, and TypeScript with the declarations of this library as the one
 * file of a worker. TypeScript is 9 MB that Vite would read for each build; esbuild takes half a second for it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import * as mathjs from 'mathjs'
import ts from 'typescript'
import * as dualtape from '../src/index.ts'
import { CONSTANTS } from '../src/mathjs/constants.ts'
import { functions } from '../src/mathjs/functions/table.ts'
import { registry } from '../src/ops/registry.ts'
import { withoutComments } from './reference/declarations.ts'
import type { Signatures } from './reference/facts.ts'
import { DECLARATIONS, SIGNATURES } from './typedoc-plugin.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const cache = `${root}docs/.vitepress/cache/playground`

/** What is completed: a name, how it is called, and what it does. */
interface Name {
  readonly label: string
  readonly detail?: string
  readonly info?: string
}

/** Of the library of the language, what a function of numbers and lists may need: no page and no promises. */
const LIBRARY = [
  'decorators',
  'decorators.legacy',
  'es5',
  'es2015.core',
  'es2015.collection',
  'es2015.generator',
  'es2015.iterable',
  'es2015.symbol',
  'es2015.symbol.wellknown',
  'es2016.array.include',
  'es2017.object',
  'es2019.array',
  'es2022.array',
  'es2023.array',
]

/** Writes names.json and types.js into the folder that the playground imports them from. */
export async function playground(): Promise<void> {
  mkdirSync(cache, { recursive: true })
  writeFileSync(`${cache}/names.json`, JSON.stringify({ operators: operators(), formulas: formulas() }))
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript'))
  const library = LIBRARY.map(name => withoutComments(readFileSync(`${typescript}/lib.${name}.d.ts`, 'utf8'))).join('\n')
  const files = JSON.parse(readFileSync(DECLARATIONS, 'utf8')) as Record<string, string>
  writeFileSync(`${cache}/declarations.json`, JSON.stringify({ library, files, names: Object.keys(dualtape) }))
  await build({
    entryPoints: [`${root}docs/.vitepress/theme/playground/types-worker.ts`],
    outfile: `${cache}/types.js`,
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'error',
  })
}

/** What code may call by name, as it is injected into it. */
function operators(): Name[] {
  const signatures = JSON.parse(readFileSync(SIGNATURES, 'utf8')) as Signatures
  const summaries = new Map(registry.map(({ name, summary }) => [name, summary]))
  return Object.keys(dualtape)
    .filter(name => /^[a-z]/.test(name) && typeof dualtape[name as 'add'] === 'function')
    .map(label => {
      const [first] = signatures[label] ?? []
      const info = summaries.get(label)
      return { label, ...(first && { detail: parametersOf(first) }), ...(info && { info }) }
    })
}

/** Names in formulas of mathjs: what can be computed, and the constants. */
function formulas(): Name[] {
  const { docs: pages } = mathjs as unknown as { docs: { readonly [name: string]: { syntax?: readonly string[]; description?: string } | undefined } }
  const named = (label: string): Name => {
    const { syntax = [], description } = pages[label] ?? {}
    const call = syntax.find(each => each.startsWith(`${label}(`))
    return { label, ...(call && { detail: call.slice(label.length) }), ...(description && { info: description }) }
  }
  const known = [...functions].filter(([, { kind }]) => kind !== 'refused').map(([name]) => name)
  return [...known, ...[...CONSTANTS.keys()].filter(name => name !== 'undefined')].map(named)
}

/** The names alone of the parameters of a signature: (x, low, high). */
function parametersOf(signature: string): string {
  const [declaration] = ts.createSourceFile('signature.d.ts', `declare function ${signature}`, ts.ScriptTarget.ES2022).statements
  if (declaration === undefined || !ts.isFunctionDeclaration(declaration)) throw new Error(`${signature} is no signature.`)
  const names = declaration.parameters.map(
    ({ dotDotDotToken, name, questionToken }) => `${dotDotDotToken ? '...' : ''}${(name as ts.Identifier).text}${questionToken ? '?' : ''}`,
  )
  return `(${names.join(', ')})`
}
