/*
 * `npm run example -- name`: trains a model on real data, with a bar of progress, and leaves pictures (and the model) in examples/results.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { progressOn, table } from '../src/cli/output.ts'
import { digits } from './models/digits.ts'
import type { OnProgress, Outcome } from './models/outcome.ts'
import { physics } from './models/physics.ts'
import { series } from './models/series.ts'
import { text } from './models/text.ts'
import { uncertainty } from './models/uncertainty.ts'

const MODELS: Record<string, { what: string; train: (progress: OnProgress) => Outcome }> = {
  digits: { what: 'A classifier of handwritten digits, MNIST', train: progress => digits({}, progress) },
  uncertainty: { what: 'Mileage of cars by their power, with intervals: Laplace’s approximation by a Hessian', train: progress => uncertainty({}, progress) },
  series: { what: 'Carbon dioxide in the air, told a month ahead by an LSTM', train: progress => series({}, progress) },
  physics: { what: 'The heat equation, solved by a network', train: progress => physics({}, progress) },
  text: { what: 'A small transformer on the guides of this library', train: progress => text({}, progress) },
}

const [name = ''] = process.argv.slice(2)
const model = Object.hasOwn(MODELS, name) ? MODELS[name] : undefined
if (model === undefined) {
  const list = Object.entries(MODELS).map(([each, { what }]) => [`  ${each}`, what])
  console.error(`${name === '' ? '' : `There is no example ${JSON.stringify(name)}. `}npm run example -- name, one of\n`)
  for (const [each, what] of list) console.error(`${(each as string).padEnd(16)}${what}`)
  process.exit(2)
}

console.log(`${model.what}\n`)
const line = progressOn(process.stderr)
const start = performance.now()
const outcome = model.train((done, text) => {
  const full = Math.round(30 * done)
  line.show(`[${'█'.repeat(full)}${'░'.repeat(30 - full)}] ${(100 * done).toFixed(0).padStart(3)} %  ${text}`)
})
line.done()
console.log(table(outcome.table))
console.log(`\n${outcome.summary} (${((performance.now() - start) / 1000).toFixed(1)} s)\n`)
const folder = fileURLToPath(new URL(`results/${name}/`, import.meta.url))
mkdirSync(folder, { recursive: true })
for (const [file, content] of Object.entries(outcome.files)) {
  writeFileSync(`${folder}${file}`, content)
  console.log(`examples/results/${name}/${file}`)
}
