/*
 * Random programs in plain JavaScript, marked by 'use ad', against themselves as they are: what they give, throw and do, in which order.
 * Every twentieth is followed by one that computes with values, which is traced, compiled, and run in a batch.
 * `npm run fuzz:plugin -- [count] [seed]`. Fails when one differs.
 */
import { faultOf, faultOfValues } from '../test/plugin/outcomes.ts'

const [count = 10_000, seed = 1] = process.argv.slice(2).map(Number)
const start = performance.now()
let failures = 0
for (let number = seed; number < seed + count; number++) {
  let fault: string | undefined
  try {
    fault = faultOf(number) ?? (number % 20 === 0 ? faultOfValues(number) : undefined)
  } catch (error) {
    fault = String(error)
  }
  if (fault !== undefined && ++failures <= 5) console.log(`npm run fuzz:plugin -- 1 ${number}\n  ${fault}`)
  if (process.stderr.isTTY && number % 100 === 0) process.stderr.write(`\r${number - seed} of ${count}, ${failures} failures`)
}
console.log(`${count} programs from seed ${seed}: ${failures} failures, ${Math.round((performance.now() - start) / 1000)} s`)
process.exitCode = failures > 0 ? 1 : 0
