/*
 * The documentation site: `npm run docs` writes the API reference and the operator reference, and builds everything into
 * docs/.vitepress/dist; `npm run docs:dev` serves it while one writes.
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { operatorsPage } from './operators-page.ts'

const command = process.argv[2] ?? 'build'
const run = (name: string, ...args: string[]) => execFileSync(process.execPath, [`node_modules/${name}`, ...args], { stdio: 'inherit' })

if (command !== 'preview') {
  run('typedoc/bin/typedoc', '--logLevel', 'Warn', '--treatWarningsAsErrors')
  writeFileSync('docs/operators.md', operatorsPage())
}
run('vitepress/bin/vitepress.js', command, 'docs')
