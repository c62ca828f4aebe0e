/*
 * Damaged files of graphs: `npm run fuzz:graphs -- [count] [seed] [first]`. Each is refused as a GraphError, or is read and gives
 * values or errors of the library in every target. Fails when one gives another error, runs code of its own or takes long.
 */
import { checkDamaged, emptyDamage } from '../test/programs/damage.ts'
import { writtenGraphs } from '../test/programs/graphs.ts'

const [count = 1000, seed = 1, first = 0] = process.argv.slice(2).map(Number)
const start = performance.now()
const texts = writtenGraphs()
const tally = emptyDamage()
for (let number = first; number < first + count; number++) {
  checkDamaged(texts, seed, number, tally)
  const done = number - first + 1
  if (process.stderr.isTTY ? done % 100 === 0 : done % 50_000 === 0) process.stderr.write(`\r${done} of ${count}, ${tally.failures.length} failures`)
}
const shown = new Set<string>()
for (const { number, what } of tally.failures) {
  // One of each kind: what differs between two of a kind are numbers.
  const kind = what.replace(/-?[\d.]+(e[-+]?\d+)?/g, '#')
  if (shown.has(kind)) continue
  shown.add(kind)
  console.log(`\nnpm run fuzz:graphs -- 1 ${seed} ${number}\n  ${what}`)
}
console.log(
  `\n${tally.files} damaged files of ${texts.length} graphs with seed ${seed}: ${tally.read} were read, whose runs gave ${tally.ran} values and ${tally.refusedAtRun} errors of the library; ` +
    `the slowest took ${Math.round(tally.slowest)} ms of the processor, memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB at most; ` +
    `${tally.failures.length} failures of ${shown.size} kinds, ${Math.round((performance.now() - start) / 1000)} s`,
)
process.exitCode = tally.failures.length > 0 ? 1 : 0
