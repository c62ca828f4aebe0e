/*
 * Compiles src to dist, and moves the texts of the operators out of the way of applications: from their definitions to
 * dist/ops/texts.js, which only the registry reads.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import type { OperatorDefinition } from '../src/ops/registry.ts'

const dist = new URL('../dist/', import.meta.url)
const TEXTS = ['summary', 'formula', 'domain', 'convention', 'citation', 'samples'] as const

rmSync(dist, { recursive: true, force: true })
const { status } = spawnSync(process.execPath, [fileURLToPath(import.meta.resolve('typescript/lib/tsc.js')), '-p', 'tsconfig.build.json'], { stdio: 'inherit' })
if (status !== 0) process.exit(status ?? 1)

const { registry } = (await import(new URL('ops/registry.js', dist).href)) as { registry: OperatorDefinition[] }
const entries = registry.map(
  definition =>
    `  ${definition.name}: {${TEXTS.filter(text => definition[text] !== undefined)
      .map(text => `${text}: ${source(definition[text])}`)
      .concat(
        definition.options === undefined
          ? []
          : `says: ${source(Object.fromEntries(Object.entries(definition.options).map(([name, { says }]) => [name, says])))}`,
      )
      .join(', ')}},`,
)
writeFileSync(new URL('ops/texts.js', dist), `export const texts = {\n${entries.join('\n')}\n};\n`)

for (const file of readdirSync(new URL('ops/', dist), { encoding: 'utf8' })) {
  if (file.endsWith('.js') && file !== 'texts.js' && file !== 'generated.js') strip(new URL(`ops/${file}`, dist))
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

/** Takes the texts out of the object literals that have a name, in one file. */
function strip(file: URL): void {
  const text = readFileSync(file, 'utf8')
  const parsed = ts.createSourceFile('file.js', text, ts.ScriptTarget.Latest, true)
  const cuts: [number, number][] = []
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      const isOperator = ts.isCallExpression(node.parent) && node.properties.some(each => each.name?.getText() === 'name')
      for (const property of node.properties) {
        const name = property.name?.getText() ?? ''
        if (name === 'says' || (isOperator && TEXTS.some(text => text === name)))
          cuts.push([property.getFullStart(), text[property.end] === ',' ? property.end + 1 : property.end])
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(parsed)
  let stripped = text
  for (const [start, end] of cuts.reverse()) stripped = stripped.slice(0, start) + stripped.slice(end)
  writeFileSync(file, stripped)
}
