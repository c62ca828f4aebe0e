/*
 * Takes the sources of a package for marked modules, and writes them anew in place, so that its own tests show whether it does what it did:
 * `npm run mark -- [--operators] folder source…`, in a copy of the package. With --operators every function takes its second body, the one
 * with operators, as inside a transform. The folder gets this repository as the package dualtape; build it first.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { RUNTIME, transform } from '../src/plugin/transform.ts'

const { values, positionals } = parseArgs({ options: { operators: { type: 'boolean', default: false } }, allowPositionals: true })
const [folder, ...sources] = positionals
if (folder === undefined || sources.length === 0) throw new Error('npm run mark -- [--operators] folder source…')

/** What stands for the runtime where every function takes its second body. */
const OPERATORS = 'dualtape-operators'
const modules = join(folder, 'node_modules')
mkdirSync(join(modules, OPERATORS), { recursive: true })
if (!existsSync(join(modules, 'dualtape'))) symlinkSync(dirname(dirname(fileURLToPath(import.meta.url))), join(modules, 'dualtape'))
writeFileSync(join(modules, OPERATORS, 'package.json'), '{ "type": "module", "main": "index.js" }\n')
writeFileSync(join(modules, OPERATORS, 'index.js'), `export * from '${RUNTIME}'\nexport const plain = () => false\nexport const silent = () => false\n`)

let [files, size, time] = [0, 0, 0]
for (const source of sources) mark(join(folder, source))
console.log(`${files} files, ${Math.round(size / 1000)} kB, ${((1000 * time) / size).toFixed(2)} ms for each kB`)

function mark(path: string): void {
  if (statSync(path).isDirectory()) {
    for (const each of readdirSync(path)) if (!['node_modules', '__tests__'].includes(each)) mark(join(path, each))
    return
  }
  if (!/\.[cm]?[jt]s$/.test(path) || /\.(?:test|d)\.[cm]?[jt]s$/.test(path)) return
  const code = readFileSync(path, 'utf8')
  const start = performance.now()
  const made = transform(code, { filename: path, mark: true })
  time += performance.now() - start
  if (made === undefined) return
  files++
  size += code.length
  writeFileSync(path, values.operators ? made.code.replaceAll(`'${RUNTIME}'`, `'${OPERATORS}'`) : made.code)
}
