/* What recording and sweeps cost here, as `calibratePlanner` finds it, beside the table that plans follow by default. */
import { calibratePlanner } from '../dist/index.js'
import { DEFAULT_COSTS } from '../dist/jacobian/cost.js'
import { table } from './harness.mjs'

export function run() {
  const found = calibratePlanner()
  const row = (name, costs) => [name, costs.record.toFixed(1), costs.dual.toFixed(1), ...costs.sweep.slice(1).map(each => each.toFixed(1))]
  console.log(
    table([
      ['ns per operation', 'record', '8 duals', ...[1, 2, 3, 4, 5, 6, 7, 8].map(width => `sweep ${width}`)],
      row('by default', DEFAULT_COSTS),
      row('measured here', found),
    ]),
  )
}
