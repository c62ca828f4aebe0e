/*
 * npm run build [-- folder [--bench]]. Makes dist (or the folder that is named) of src: a module for each entry of the package, with what several need in chunks, and
 * declarations beside it. The texts of the operators are moved out of the way of applications: from their definitions to one
 * module, which only the registry reads.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import ts from 'typescript'
import { registry } from '../src/ops/registry.ts'
import { markPure, PLAIN, plainNamespace, withPlainNamespaces } from './pure.ts'

const src = fileURLToPath(new URL('../src', import.meta.url))
const dist = process.argv[2] ?? fileURLToPath(new URL('../dist', import.meta.url))
const ENTRIES = [
  'index',
  'export/index',
  'mathjs/index',
  'nn/index',
  'optim/index',
  'plugin/index',
  'plugin/runtime',
  'register/index',
  'register/hooks',
  'random/index',
  'solve/index',
  'testing/index',
  'compile/entries/js',
  'compile/entries/wasm',
  'compile/entries/interpreter',
  'compile/entries/c',
  'cli/main',
  'cli/es-modules',
]
/** What benchmarks measure beside them. */
const MEASURED = process.argv.includes('--bench')
  ? ['forward/jvp', 'jacobian/cost', ...['bicoloring', 'columns', 'substitution', 'symmetric'].map(name => `jacobian/coloring/${name}`)]
  : []
/** Modules that do something when they are loaded: the program, and what all values need. */
const ACTING = [join('cli', 'main.ts'), join('core', 'traced.ts'), join('register', 'index.ts')]
const TEXTS = ['summary', 'formula', 'domain', 'convention', 'citation', 'names', 'samples'] as const

rmSync(dist, { recursive: true, force: true })
const compiler = fileURLToPath(import.meta.resolve('typescript/lib/tsc.js'))
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', dist], { stdio: 'inherit' })
if (status !== 0) process.exit(status ?? 1)

const sources: Plugin = {
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

const { outputFiles } = await build({
  entryPoints: Object.fromEntries([...ENTRIES, ...MEASURED].map(entry => [entry, `src/${entry}.ts`])),
  outdir: dist,
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  packages: 'external',
  external: ['node:*'],
  sourcemap: true,
  write: false,
  plugins: [sources],
  logLevel: 'warning',
})
for (const { path, text } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true })
  // A chunk that is imported for its effects has none, which bundlers would warn of. Lines stay, for the maps of sources.
  writeFileSync(path, text.replace(/^import "\.[^"]*";$/gm, ''), { mode: path.endsWith(join('cli', 'main.js')) ? 0o755 : 0o644 })
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
