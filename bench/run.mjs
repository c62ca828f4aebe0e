/*
 * npm run bench [-- --filter words --quick]: the suite; its results go to bench/results, and from there to charts and docs/performance.md.
 * --quick takes a few sizes and little time, and stores nothing. npm run bench -- name …: one of the benchmarks of this folder, which
 * ask about one part each; what their options (--only words --most number --data folder) do stands with them.
 */
import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'

const HELPERS = ['run.mjs', 'harness.mjs', 'check.mjs', 'page.mjs', 'load-examples.mjs', 'rosenbrock.mjs']
const known = readdirSync(new URL('.', import.meta.url))
  .filter(file => file.endsWith('.mjs') && !HELPERS.includes(file))
  .map(file => file.replace('.mjs', ''))
const string = { type: 'string' }
const options = { filter: string, quick: { type: 'boolean' }, only: string, most: string, data: string }
const { positionals, values } = parseArgs({ allowPositionals: true, options })

for (const name of positionals) {
  if (!known.includes(name)) {
    console.error(`There is no benchmark ${name}. Benchmarks: ${known.join(', ')}; without a name, the suite, of which --filter takes cases.`)
    process.exit(2)
  }
  console.log(`\n${name}\n`)
  const { run } = await import(`./${name}.mjs`)
  await run(values)
}
if (positionals.length === 0) {
  const { runSuite } = await import('./suite/suite.mjs')
  await runSuite(values)
  if (!values.quick) {
    const { writePage } = await import('./page.mjs')
    writePage()
  }
  process.exit()
}
