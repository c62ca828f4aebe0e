/*
 * The planner on functions of known structure: passes and multiplications per strategy, planning against computing, and
 * the time of the automatic choice against every forced one, interleaved. Then a banded family that grows, beside a Jacobian by hand.
 */
import { jacobian, planJacobian } from '../dist/index.js'
import { median, table } from './harness.mjs'
import { problems } from './load-examples.mjs'

const { PROBLEMS, broyden, broydenByHand } = await problems()

export function run() {
  const rows = [['function', 'n × m', 'entries', 'mode', 'passes', 'multiplications, × less than dense', 'auto ÷ best forced', 'planning ÷ one Jacobian']]
  for (const problem of PROBLEMS) rows.push(measure(problem))
  console.log(table(rows))
  console.log()
  growth()
}

function measure({ name, f, x }) {
  const plan = planJacobian(f, x, { output: 'sparse' })
  // Dense modes of huge problems are priced by the plan, and not run.
  const runnable = plan.alternatives.filter(each => each.mode !== 'constant' && each.cost < 20 * plan.cost)
  const plans = { auto: plan, ...Object.fromEntries(runnable.map(({ mode }) => [mode, planJacobian(f, x, { output: 'sparse', mode })])) }
  const times = Object.fromEntries(Object.keys(plans).map(mode => [mode, []]))
  const rounds = x.length > 50_000 ? 7 : 15
  for (let round = 0; round < rounds; round++) {
    for (const [mode, each] of Object.entries(plans)) {
      const start = performance.now()
      each.jacobian(x)
      times[mode].push(performance.now() - start)
    }
  }
  const planning = []
  for (let round = 0; round < 5; round++) {
    const start = performance.now()
    planJacobian(f, x, { output: 'sparse' })
    planning.push(performance.now() - start)
  }
  const best = Math.min(...runnable.map(({ mode }) => median(times[mode])))
  const dense = Math.min(plan.inputs, plan.outputs)
  const chosen = plan.alternatives.find(each => each.mode === plan.mode)
  const edges =
    plan.mode === 'elimination' ? plan.alternatives.find(each => each.mode === 'reverse').multiplications / dense : chosen.multiplications / plan.passes
  return [
    name,
    `${plan.inputs} × ${plan.outputs}`,
    String(plan.nonzeros),
    plan.mode,
    String(plan.passes),
    ((dense * edges) / chosen.multiplications).toFixed(1),
    (median(times.auto) / best).toFixed(2),
    (median(planning) / median(times.auto)).toFixed(1),
  ]
}

function growth() {
  const rows = [['Broyden, sparse', 'ms', 'µs per unknown', '× by hand', 'MiB peak']]
  for (const n of [1e3, 1e4, 1e5, 1e6]) {
    const x = Array.from({ length: n }, (_, i) => Math.cos(i))
    const f = jacobian(broyden, { output: 'sparse' })
    f(x)
    const times = []
    const hand = []
    let peak = 0
    for (let round = 0; round < (n > 1e5 ? 3 : 9); round++) {
      globalThis.gc()
      const before = process.memoryUsage()
      let start = performance.now()
      f(x)
      times.push(performance.now() - start)
      const after = process.memoryUsage()
      peak = Math.max(peak, (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / 2 ** 20)
      start = performance.now()
      broydenByHand(x)
      hand.push(performance.now() - start)
    }
    rows.push([`n = ${n}`, median(times).toFixed(1), ((1000 * median(times)) / n).toFixed(2), (median(times) / median(hand)).toFixed(0), peak.toFixed(0)])
  }
  console.log(table(rows))
}
