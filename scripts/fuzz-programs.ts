/*
 * Random programs with loops, branches, indices that are data and transforms inside each other, compiled, batched, in sessions, checkpointed and
 * written to modules, against the same programs run as they are: `npm run fuzz:programs -- [count] [seed]`. Prints what differs, shrunk, with
 * the seed that repeats it, and fails.
 */
import fc from 'fast-check'
import { faultOf, flows, WAYS } from '../test/flows/ways.ts'

const [count = 1000, seed = 1] = process.argv.slice(2).map(Number)
/** Programs of one seed. */
const PART = 100
const start = performance.now()
const shown = new Map<string, number>()
const perWay = new Map<string, number>(WAYS.map(way => [way, 0]))
/** What differs between two faults of a kind are numbers. */
const kindOf = (fault: string) => fault.replace(/-?\b[\d.]+(e[-+]\d+)?\b/g, '#').replace(/NaN|Infinity/g, '#')
let done = 0
for (let part = 0; part * PART < count; part++) {
  const numRuns = Math.min(PART, count - part * PART)
  // A generator's own seed for each part: a fault is repeated by itself.
  const own = seed * 1_000_003 + part
  const result = fc.check(
    fc.property(flows, flow => {
      perWay.set(flow.way, (perWay.get(flow.way) as number) + 1)
      done++
      const fault = faultOf(flow)
      if (fault !== undefined) throw new Error(fault)
    }),
    { seed: own, numRuns, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
  )
  if (!result.failed) continue
  const fault = (result.errorInstance as Error | null)?.message ?? 'no program'
  const kind = kindOf(fault)
  shown.set(kind, (shown.get(kind) ?? 0) + 1)
  if (shown.get(kind) === 1) console.log(`\nseed ${own}, path ${result.counterexamplePath}\n  ${fault}\n  ${JSON.stringify(result.counterexample?.[0])}`)
}
const failures = [...shown.values()].reduce((all, each) => all + each, 0)
console.log(
  `\n${done} programs with seed ${seed}: ${failures} failures of ${shown.size} kinds, ${Math.round((performance.now() - start) / 1000)} s\n` +
    [...perWay].map(([way, times]) => `  ${way}: ${times}`).join('\n'),
)
process.exitCode = failures > 0 ? 1 : 0
