/*
 * The documentation site: `npm run docs` writes the API reference and the operator reference, and builds everything into
 * docs/.vitepress/dist; `npm run docs:dev` serves it while one writes.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { operatorsPage, operatorTexts } from './operators-page.ts'
import { startPage } from './start-page.ts'

const command = process.argv[2] ?? 'build'
const run = (name: string, ...args: string[]) => execFileSync(process.execPath, [`node_modules/${name}`, ...args], { stdio: 'inherit' })

if (command !== 'preview') {
  mkdirSync('docs/.vitepress/cache', { recursive: true })
  writeFileSync('docs/.vitepress/cache/operators.json', JSON.stringify(operatorTexts()))
  await startPage()
  run('typedoc/bin/typedoc', '--logLevel', 'Warn', '--treatWarningsAsErrors')
  writeFileSync('docs/operators.md', operatorsPage())
}
run('vitepress/bin/vitepress.js', command, 'docs')
