/*
 * npm run bench:check [-- --only gmm]: measures the derivatives of GradBench's evals beside C++ by hand, and fails where a ratio has
 * become worse than the one in bench/results/gradbench.json by more than a fifth and more than three times the noise of both
 * measurements. What seems slower is measured again before it is named. What is to be the new measure, npm run bench stores.
 */
import { parseArgs } from 'node:util'
import { cases } from './suite/cases/gradbench.mjs'
import { GATE, measured } from './suite/measure.mjs'
import { closeNative, native } from './suite/native.mjs'
import { stored, titleOf } from './suite/suite.mjs'

/** The same code differs by up to 15 % from process to process, which measurements in one of them do not show. */
const LEAST = 0.2
const [OURS, HAND] = ['compiled', 'C++ by hand']

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } })
const before = new Map(stored('gradbench').cases.map(each => [titleOf(each), each]))
const ratioOf = ({ times }) => times[OURS] / times[HAND]

/** By which factor a case is slower than stored, where that is more than noise. */
function slowdown(now) {
  const old = before.get(titleOf(now))
  if (old?.times[HAND] === undefined) return undefined
  const change = Math.log(ratioOf(now) / ratioOf(old))
  return change > Math.max(Math.log(1 + LEAST), 3 * Math.max(now.noise, old.noise)) ? { factor: Math.exp(change), old } : undefined
}

if (native('gradbench', 'lse', [1, 1]) === undefined) {
  console.error('bench:check compares with C++ by hand, and found no g++. Install it (Debian: apt-get install g++).')
  process.exit(2)
}
const slower = []
const words = values.only.toLowerCase().split(/\s+/)
for (const each of cases().filter(one => words.every(word => titleOf(one).toLowerCase().includes(word)))) {
  let now = await measured(each, GATE, [OURS, HAND])
  if (slowdown(now)) now = await measured(each, GATE, [OURS, HAND])
  const found = slowdown(now)
  if (found)
    slower.push(
      `${titleOf(now)}: ${ratioOf(now).toPrecision(3)} times C++, ${ratioOf(found.old).toPrecision(3)} before: ${found.factor.toFixed(2)} times slower`,
    )
  console.log(`${found ? 'SLOWER' : 'ok    '} ${titleOf(now)}: ${ratioOf(now).toPrecision(3)} times C++, noise ${(100 * now.noise).toFixed(0)} %`)
}
closeNative()
console.log(slower.length === 0 ? '\nNothing became slower.' : `\nSlower than stored:\n${slower.join('\n')}`)
process.exit(slower.length === 0 ? 0 : 1)
