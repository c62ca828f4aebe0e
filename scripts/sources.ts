/*
 * How the sources are read where they are bundled: the texts of the operators are moved out of the way of applications, from their
 * definitions to one module, which only the registry reads; and what an application does not use can be left out.
 */
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Plugin } from 'esbuild'
import ts from 'typescript'
import { registry } from '../src/ops/registry.ts'
import { markPure, PLAIN, plainNamespace, withPlainNamespaces } from './pure.ts'

const src = fileURLToPath(new URL('../src', import.meta.url))
/** Modules that do something when they are loaded: the program, and what all values need. */
const ACTING = [join('cli', 'main.ts'), join('core', 'traced.ts'), join('register', 'index.ts')]
const TEXTS = ['summary', 'formula', 'domain', 'convention', 'citation', 'names', 'samples'] as const

/** The plugin of esbuild that reads them so. */
export const sources: Plugin = {
  name: 'sources',
  setup({ onLoad, onResolve }) {
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/, namespace: 'file' }, async ({ path }) => {
      const name = relative(src, path)
      if (name === join('ops', 'texts.ts')) return { loader: 'ts', contents: textsModule() }
      const code = readFileSync(path, 'utf8')
      const apart = /^ops[\\/](kinds[\\/])?(?!generated)\w/.test(name) ? withoutTexts(code) : code
      const plain = withPlainNamespaces(apart)
      return { loader: 'ts', contents: ACTING.includes(name) ? plain : markPure(name, plain) }
    })
    onResolve({ filter: /\?namespace$/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, path.slice(0, -PLAIN.length)), namespace: 'names' }))
    onLoad({ filter: /./, namespace: 'names' }, async ({ path }) => ({
      contents: plainNamespace(path, Object.keys(await import(pathToFileURL(path).href))),
      resolveDir: dirname(path),
    }))
  },
}

/** The module that has the texts, by the names of operators. */
function textsModule(): string {
  const entries = registry.map(definition => {
    const texts = TEXTS.filter(text => definition[text] !== undefined).map(text => `${text}: ${source(definition[text])}`)
    const options = Object.entries(definition.options ?? {}).map(([name, { says }]) => [name, says])
    if (options.length > 0) texts.push(`says: ${source(Object.fromEntries(options))}`)
    return `  ${definition.name}: { ${texts.join(', ')} },`
  })
  return `export const texts = {\n${entries.join('\n')}\n}\n`
}

/** A value as source text: JSON, and what JSON does not hold. */
function source(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (value === undefined) return 'undefined'
  if (value instanceof Int32Array) return `Int32Array.of(${[...value].join(', ')})`
  if (Array.isArray(value)) return `[${value.map(source).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, each]) => `${key}: ${source(each)}`)
      .join(', ')}}`
  return JSON.stringify(value)
}

/** Code without the texts in the object literals that have a name, and without what options say. */
function withoutTexts(code: string): string {
  const cuts: [number, number][] = []
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      const isOperator = ts.isCallExpression(node.parent) && node.properties.some(each => each.name?.getText() === 'name')
      for (const property of node.properties) {
        const name = property.name?.getText() ?? ''
        if (
          (name === 'says' && ts.isPropertyAssignment(property) && ts.isStringLiteralLike(property.initializer)) ||
          (isOperator && TEXTS.some(text => text === name))
        )
          cuts.push([property.getFullStart(), code[property.end] === ',' ? property.end + 1 : property.end])
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('file.ts', code, ts.ScriptTarget.Latest, true))
  let rest = code
  // Options may stand before the texts of their operator.
  for (const [start, end] of cuts.sort(([a], [b]) => b - a)) rest = rest.slice(0, start) + rest.slice(end)
  return rest
}
