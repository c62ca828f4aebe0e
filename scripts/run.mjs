// Runs a script of this folder, beside code that fits the definitions: node scripts/run.mjs fuzz-loops [arguments].
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import freshen from './fresh.mjs'

const [name, ...rest] = process.argv.slice(2)
freshen()
const { status } = spawnSync(process.execPath, [...process.execArgv, '--import', 'tsx', fileURLToPath(new URL(`${name}.ts`, import.meta.url)), ...rest], {
  stdio: 'inherit',
})
process.exitCode = status ?? 1
