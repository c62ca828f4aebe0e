/* npm run bench [-- name …]: every benchmark, or the named ones. */
import { readdirSync } from 'node:fs'

const known = readdirSync(new URL('.', import.meta.url))
  .filter(file => file.endsWith('.mjs') && !['run.mjs', 'harness.mjs', 'load-examples.mjs', 'rosenbrock.mjs', 'peers.mjs', 'tensorflow.mjs'].includes(file))
  .map(file => file.replace('.mjs', ''))
const wanted = process.argv.length > 2 ? process.argv.slice(2) : known
for (const name of wanted) {
  if (!known.includes(name)) {
    console.error(`There is no benchmark ${name}. Benchmarks: ${known.join(', ')}.`)
    process.exit(2)
  }
  console.log(`\n${name}\n`)
  const { run } = await import(`./${name}.mjs`)
  await run()
}
