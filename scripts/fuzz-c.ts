/*
 * Random programs of tensors and of native loops, and their derivatives, in C: `npm run fuzz:c -- [count] [seed]`. Fails when C gives other
 * numbers than the function: other bits where there is arithmetic alone.
 */
import { toC } from '../src/compile/entries/c.ts'
import { add, DualtapeError, grad, jacobian, mul } from '../src/index.ts'
import { callOf, runC } from '../test/compile/c-engine.ts'
import { Random } from '../test/forms/random.ts'
import { randomLoops } from '../test/programs/native-loops.ts'
import { programOf } from '../test/programs/program.ts'
import { numbersOf } from '../test/results.ts'

const [count = 300, seed = 1] = process.argv.slice(2).map(Number)
/** Programs in one file. */
const IN_A_FILE = 40
const tally = { programs: 0, refused: 0, numbers: 0, same: 0, exact: 0, failures: 0 }
const reasons = new Map<string, number>()

// biome-ignore lint/suspicious/noExplicitAny: any function
type F = (...args: any[]) => unknown
interface Case {
  readonly f: F
  readonly args: unknown[]
  readonly what: string
  readonly expected: number[]
  /** Whether there is arithmetic alone. */
  readonly isExact: boolean
}

type Given = Pick<Case, 'f' | 'args' | 'what'>

/** Functions of the C library, which need not have the bits of JavaScript's. */
const INEXACT = /\b(exp|expm1|log|log1p|log2|log10|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|cbrt|hypot|pow|dt_\w+Kernel)f?\(/

function* cases(number: number): Generator<Given> {
  const { f, x, text, doubtful } = programOf(seed, number)
  if (!doubtful) {
    yield { f: f as F, args: [x], what: `program ${number}\n${text}` }
    yield { f: jacobian(f as never) as F, args: [x], what: `Jacobian of program ${number}\n${text}` }
  }
  yield* loopCases(seed + number)
}

function loopCases(own: number): Given[] {
  const { run, length } = randomLoops(own)
  const random = new Random(`points ${own}`)
  const args = [Array.from({ length }, () => 4 * random.next() - 2), random.next()]
  const total = (x: number[], p: number) => run(x, p).reduce((all, each, k) => add(all, mul(each, 1 + (k % 3))), 0)
  return [
    { f: run as F, args, what: `value of loops ${own}` },
    { f: grad(total as never, { argnum: [0, 1] } as never) as F, args, what: `gradient of loops ${own}` },
  ]
}

for (let from = 0; from < count; from += IN_A_FILE) {
  const all: Record<string, Case> = {}
  for (let number = from; number < Math.min(from + IN_A_FILE, count); number++) {
    for (const each of cases(number)) {
      try {
        const expected = numbersOf(each.f(...each.args))
        const { source } = toC(each.f, each.args)
        all[`f${Object.keys(all).length}`] = { ...each, expected, isExact: !INEXACT.test(source) }
      } catch (error) {
        if (!(error instanceof DualtapeError)) throw new Error(`seed ${seed}, ${each.what}: ${(error as Error).message}`, { cause: error })
        tally.refused++
        const reason = error.message.split('. ')[0] as string
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
      }
    }
  }
  const files = toC(Object.fromEntries(Object.entries(all).map(([name, { f, args }]) => [name, [f, args] as const])), [])
  const names = Object.keys(all)
  const answers = runC(
    files,
    names.map(name => callOf(name, files, (all[name] as Case).args)),
    'double',
    ['-O1'],
  )
  names.forEach((name, k) => {
    const { what, expected, isExact } = all[name] as Case
    const found = answers[k]?.results.flat() as number[]
    const scale = Math.max(1, ...expected.filter(Number.isFinite).map(Math.abs))
    const close = (each: number, wanted: number) => Object.is(each, wanted) || (!isExact && Math.abs(each - wanted) <= 1e-9 * scale)
    tally.programs++
    tally.numbers += expected.length
    tally.same += found.filter((each, i) => Object.is(each, expected[i])).length
    if (isExact) tally.exact++
    const wrong = expected.findIndex((wanted, i) => !close(found[i] as number, wanted))
    if (answers[k]?.status === 0 && found.length === expected.length && wrong < 0) return
    tally.failures++
    if (tally.failures <= 5)
      console.log(`seed ${seed}, ${what}\n  status ${answers[k]?.status}, number ${wrong} of ${expected.length}: ${found[wrong]}, not ${expected[wrong]}`)
  })
  process.stderr.write(`${Math.min(from + IN_A_FILE, count)} of ${count}: ${tally.numbers} numbers, ${tally.failures} failures\n`)
}
console.log(tally, Object.fromEntries(reasons))
process.exitCode = tally.failures > 0 ? 1 : 0
