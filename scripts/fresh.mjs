// Writes the code that follows from the operators' definitions (src/ops/generated*.ts, which git does not keep) when it is missing or the
// definitions have changed. Needs nothing but Node and what is installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))

/** A name for the state of all that the generated code follows from. */
export function stateOfDefinitions() {
  const hash = createHash('sha256')
  for (const folder of ['src/core', 'src/ops', 'scripts/generate'])
    for (const name of readdirSync(join(root, folder), { recursive: true }).sort())
      if (/^(?!generated).*\.ts$/.test(name)) hash.update(name).update(readFileSync(join(root, folder, name)))
  return hash.digest('hex').slice(0, 16)
}

/** Also for vitest, before the tests. */
export default function freshen() {
  const line = `// State of the definitions: ${stateOfDefinitions()}\n`
  const isFresh = name => existsSync(join(root, name)) && readFileSync(join(root, name), 'utf8').startsWith(line)
  if (['src/ops/generated.ts', 'src/ops/generated-second.ts'].every(isFresh)) return
  console.log('Writing code from the definitions …')
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', join(root, 'scripts/generate.ts'), '--untracked'], { stdio: 'inherit', cwd: root })
  if (status !== 0) process.exit(status ?? 1)
}
