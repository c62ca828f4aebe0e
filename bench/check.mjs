/*
 * npm run bench:check [-- --only gmm]: measures the derivatives of GradBench's evals beside C++ by hand, and fails where a ratio has
 * become worse than the one in bench/results/gradbench.json by more than a fifth and more than three times the noise of both
 * measurements. What seems slower is measured again before it is named. `--update` stores what was measured, and writes the table of
 * docs/performance.md from it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { casesOf, measured, native } from './gradbench.mjs'
import { gradbenchTable, replaced } from './page.mjs'

const STORED = new URL('results/gradbench.json', import.meta.url)
const PAGE = new URL('../docs/performance.md', import.meta.url)
/** The same code differs by up to 15 % from process to process, which measurements in one of them do not show. */
const LEAST = 0.2

const { values } = parseArgs({ options: { only: { type: 'string' }, update: { type: 'boolean', default: false } } })

const stored = existsSync(STORED) ? JSON.parse(readFileSync(STORED, 'utf8')) : []
const nameOf = ({ module, size }) => `${module}, ${size}`

/** By which factor a case is slower than stored, where that is more than noise. */
function slowdown(now) {
  const before = stored.find(each => nameOf(each) === nameOf(now))
  if (before === undefined) return undefined
  const change = Math.log(now.ratio / before.ratio)
  return change > Math.max(Math.log(1 + LEAST), 3 * Math.max(now.noise, before.noise)) ? { factor: Math.exp(change), before } : undefined
}

const byHand = native()
if (byHand === undefined) {
  console.error('bench:check compares with C++ by hand, and found no g++. Install it (Debian: apt-get install g++).')
  process.exit(2)
}
const results = []
const slower = []
for (const each of casesOf(values.only)) {
  let now = await measured(each, byHand)
  if (!values.update && slowdown(now)) now = await measured(each, byHand)
  results.push(now)
  const found = values.update ? undefined : slowdown(now)
  if (found)
    slower.push(`${nameOf(now)}: ${now.ratio.toPrecision(3)} times C++, ${found.before.ratio.toPrecision(3)} before: ${found.factor.toFixed(2)} times slower`)
  console.log(`${found ? 'SLOWER' : 'ok    '} ${nameOf(now)}: ${now.ratio.toPrecision(3)} times C++, noise ${(100 * now.noise).toFixed(0)} %`)
}
byHand.close()

if (values.update) {
  const kept = stored.filter(each => !results.some(now => nameOf(now) === nameOf(each)))
  const order = casesOf().map(nameOf)
  const all = [...kept, ...results].sort((a, b) => order.indexOf(nameOf(a)) - order.indexOf(nameOf(b)))
  writeFileSync(STORED, `${JSON.stringify(all, (_, each) => (typeof each === 'number' ? Number(each.toPrecision(4)) : each), 2)}\n`)
  writeFileSync(PAGE, replaced(readFileSync(PAGE, 'utf8'), gradbenchTable(JSON.parse(readFileSync(STORED, 'utf8')))))
} else {
  console.log(slower.length === 0 ? '\nNothing became slower.' : `\nSlower than stored:\n${slower.join('\n')}`)
  process.exitCode = slower.length === 0 ? 0 : 1
}
