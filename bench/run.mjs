/* npm run bench [-- name … --only words --most number --data folder]: every benchmark, or the named ones. What the options do stands with the benchmark. */
import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'

const known = readdirSync(new URL('.', import.meta.url))
  .filter(
    file =>
      file.endsWith('.mjs') &&
      !['run.mjs', 'harness.mjs', 'check.mjs', 'page.mjs', 'load-examples.mjs', 'rosenbrock.mjs', 'peers.mjs', 'tensor-peers.mjs', 'tensorflow.mjs'].includes(
        file,
      ),
  )
  .map(file => file.replace('.mjs', ''))
const { positionals, values } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' }, most: { type: 'string' }, data: { type: 'string' } } })
const wanted = positionals.length > 0 ? positionals : known
for (const name of wanted) {
  if (!known.includes(name)) {
    console.error(`There is no benchmark ${name}. Benchmarks: ${known.join(', ')}.`)
    process.exit(2)
  }
  console.log(`\n${name}\n`)
  const { run } = await import(`./${name}.mjs`)
  await run(values)
}
