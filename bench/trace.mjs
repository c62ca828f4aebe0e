/* What tracing and compiling cost, per 1,000 operations of the graph. */
import { compile, grad, trace } from '../dist/index.js'
import { median, table } from './harness.mjs'
import { rosenbrock } from './rosenbrock.mjs'

export function run() {
  const x = Array.from({ length: 1000 }, (_, i) => Math.sin(i))
  const cases = {
    'trace of the function': () => trace(rosenbrock, x).operations,
    'trace of its gradient': () => trace(grad(rosenbrock), x).operations,
    'compile its gradient, to the first result': () => {
      const fast = compile(grad(rosenbrock))
      fast(x)
      return fast.graph.operations
    },
  }
  const rows = [['', 'ms per 1,000 operations', 'first time']]
  for (const [name, run] of Object.entries(cases)) {
    const times = Array.from({ length: 60 }, () => {
      const start = performance.now()
      const operations = run()
      return ((performance.now() - start) / operations) * 1000
    })
    rows.push([name, median(times).toFixed(2), times[0].toFixed(2)])
  }
  console.log(table(rows))
}
