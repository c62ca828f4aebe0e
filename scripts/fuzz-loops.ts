/*
 * Random programs of native loops, and for each one of functions that are called in no order, compiled to JavaScript, against the functions
 * themselves, bit for bit: values, gradients, Jacobians, at points that were traced and at others. `npm run fuzz:loops -- [count] [seed]`.
 * Fails when one differs.
 */
import { randomCalls } from '../test/programs/irregular-calls.ts'
import { compileTwice, randomLoops } from '../test/programs/native-loops.ts'

const [count = 1000, seed = 1] = process.argv.slice(2).map(Number)
const start = performance.now()
let compared = 0
let found = 0
let failures = 0
for (let number = seed; number < seed + count; number++) {
  for (const program of [randomLoops(number), randomCalls(number)])
    for (const { what, same, hasLoops } of compileTwice(number, program)) {
      compared++
      if (hasLoops) found++
      if (same) continue
      failures++
      if (failures <= 5) console.log(`npm run fuzz:loops -- 1 ${number}\n  ${what}`)
    }
  if (process.stderr.isTTY && number % 20 === 0) process.stderr.write(`\r${number - seed} of ${count}, ${failures} failures`)
}
console.log(
  `${2 * count} programs from seed ${seed}: ${compared} functions, ${found} of them with loops that were found, ${failures} failures, ` +
    `${Math.round((performance.now() - start) / 1000)} s`,
)
process.exitCode = failures > 0 ? 1 : 0
