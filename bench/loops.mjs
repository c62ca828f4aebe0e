/*
 * Gradients of native loops, compiled, beside the same by hand. `--only rosenbrock` for programs with that word in their name, `--most
 * 1e7` to compile those that apply so many operators in a call: where a loop is traced round by round, memory grows with its rounds.
 */
import { compile, grad } from '../dist/index.js'
import { interleaved, median, table } from './harness.mjs'
import { loops } from './load-examples.mjs'

/** What is compiled by default, in operators of one call. */
const MOST = 100_000

function timed(run) {
  const start = performance.now()
  const result = run()
  return [performance.now() - start, result]
}

const leaves = x => (typeof x === 'number' ? [x] : ArrayBuffer.isView(x) ? [...x] : Object.values(x).flatMap(leaves))

/** Throws where numbers differ by more than 1e-9 of the largest of them. */
function agree(name, result, wanted) {
  const [a, b] = [leaves(result), leaves(wanted)]
  const largest = b.reduce((most, each) => Math.max(most, Math.abs(each)), 0)
  const wrong = b.findIndex((each, i) => !(Math.abs(a[i] - each) <= 1e-9 * largest))
  if (a.length !== b.length || wrong >= 0) throw new Error(`${name}: entry ${wrong} is ${a[wrong]}, by hand ${b[wrong]}`)
}

const ms = time => (time === undefined ? '–' : time.toPrecision(3))
const ratio = (a, b) => (a === undefined ? '–' : (a / b).toPrecision(3))

function firstCall(f, x) {
  const fast = compile(grad(f))
  return [fast, ...timed(() => fast(x))]
}

function measured(name, { f, byHand, x }, isCompiled) {
  const wanted = byHand(x)
  const gradient = grad(f)
  agree(name, gradient(x), wanted)
  const eager = median(Array.from({ length: 5 }, () => timed(() => gradient(x))[0]))
  if (!isCompiled) return { eager, hand: interleaved({ hand: () => byHand(x) }, { rounds: 5, warmUp: 0.5 }).hand / 1e6 }
  let [fast, first, result] = firstCall(f, x)
  // Once more where that is quick: the code of the compiler itself is warm then.
  if (first < 1000) [fast, first, result] = [1, 2].map(() => firstCall(f, x)).sort((a, b) => a[1] - b[1])[0]
  agree(`${name}, compiled`, result, wanted)
  const times = interleaved({ warm: () => fast(x), hand: () => byHand(x) }, { rounds: 7, warmUp: 1 })
  agree(`${name}, compiled and warm`, fast(x), wanted)
  return { eager, first, warm: times.warm / 1e6, hand: times.hand / 1e6, runs: fast.target, steps: fast.graph?.operations }
}

export async function run({ only = '', most = MOST } = {}) {
  const { loopPrograms } = await loops()
  const rows = [['milliseconds', 'size', 'eager', 'first call', 'again', 'by hand', 'times hand', 'first / eager', 'runs', 'steps']]
  let left = 0
  for (const { name, sizes, operations, of } of loopPrograms) {
    if (!name.toLowerCase().includes(only.toLowerCase())) continue
    for (const size of sizes) {
      const isCompiled = operations(size) <= Number(most)
      if (!isCompiled) left++
      globalThis.gc()
      const { eager, first, warm, hand, runs = '–', steps } = measured(`${name}, ${size}`, of(size), isCompiled)
      const count = steps === undefined ? '–' : steps.toLocaleString('en-US')
      rows.push([name, size.toLocaleString('en-US'), ms(eager), ms(first), ms(warm), ms(hand), ratio(warm, hand), ratio(first, eager), runs, count])
    }
  }
  console.log(table(rows))
  if (left > 0) console.log(`\n– stands where a call applies more than ${Number(most).toLocaleString('en-US')} operators: --most compiles them as well.`)
}
