/*
 * Random tensor programs against the planner, first and second order, in all modes, outputs and patterns, compared with plain rules of
 * calculus: `npm run fuzz:jacobians -- [count] [seed] [first]`. Fails when one differs or throws.
 */
import { checkProgram, emptyTally } from '../test/programs/check.ts'

const [count = 1000, seed = 1, first = 0] = process.argv.slice(2).map(Number)
const start = performance.now()
const tally = emptyTally()
for (let number = first; number < first + count; number++) {
  checkProgram(seed, number, tally)
  if (process.stderr.isTTY && number % 20 === 0) process.stderr.write(`\r${number - first} of ${count}, ${tally.failures.length} failures`)
}
const shown = new Set<string>()
for (const { number, what, text } of tally.failures) {
  // One of each kind: what differs between two of a kind are numbers.
  const kind = what.replace(/-?[\d.]+(e[-+]\d+)?/g, '#')
  if (shown.has(kind)) continue
  shown.add(kind)
  console.log(`\nnpm run fuzz:jacobians -- 1 ${seed} ${number}\n  ${what}\n  ${text}`)
}
console.log(
  `\n${tally.programs} programs with seed ${seed}: ${tally.checks} numbers compared, ${tally.doubtful} programs left out because rounding decides a comparison in them, ` +
    `${tally.failures.length} failures of ${shown.size} kinds, ${Math.round((performance.now() - start) / 1000)} s`,
)
process.exitCode = tally.failures.length > 0 ? 1 : 0
