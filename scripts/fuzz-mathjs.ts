/*
 * Random expressions against mathjs: `npm run fuzz -- [count] [seed]`. Fails when one crashes, hangs, or gives another value.
 */
import { fuzz } from '../test/mathjs/fuzz.ts'

const [count = 100_000, seed = 1] = process.argv.slice(2).map(Number)
const start = performance.now()
const { failures, slowest, ...report } = fuzz(count, seed, done => {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${count}`)
})
console.log({ ...report, failures: failures.length, 'slowest (ms)': Math.round(slowest), seconds: Math.round((performance.now() - start) / 1000) })
for (const failure of failures.slice(0, 50)) console.log(failure)
process.exitCode = failures.length > 0 ? 1 : 0
