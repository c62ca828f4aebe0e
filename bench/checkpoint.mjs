/* Checkpoints: time and memory of the gradient of a long time loop with respect to its first state. */
import { add, checkpointSequential, mul, roll, square, sub, sum, tensor, valueAndGrad } from '../dist/index.js'
import { table } from './harness.mjs'

/** One explicit step of Burgers' equation u_t + u (u_x + u_y) = ν Δu on a periodic grid. */
function burgers(u) {
  const [east, west, north, south] = [roll(u, -1, { axis: 1 }), roll(u, 1, { axis: 1 }), roll(u, -1, { axis: 0 }), roll(u, 1, { axis: 0 })]
  const slope = add(sub(east, west), sub(north, south))
  const spread = sub(add(add(east, west), add(north, south)), mul(4, u))
  return add(u, sub(mul(0.2, spread), mul(0.05, mul(u, slope))))
}

const scalarStep = x => add(x, mul(0.001, mul(x, sub(1, x))))

async function measure(f) {
  // Buffers that were collected leave the count a little later.
  for (let i = 0; i < 3; i++) {
    globalThis.gc()
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  const used = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return (heapUsed + arrayBuffers) / 2 ** 20
  }
  const before = used()
  let peak = 0
  let evaluations = 0
  const start = performance.now()
  const result = f(() => {
    evaluations++
    if (evaluations % 20 === 0) peak = Math.max(peak, used() - before)
  })
  return { result, seconds: (performance.now() - start) / 1000, peak, evaluations }
}

export async function run({ size = 200, count = 2000 } = {}) {
  for (const [name, step, start, steps, cost] of [
    [`Burgers, ${size} × ${size}, ${count} steps`, burgers, field(size), count, u => sum(square(u))],
    ['logistic growth, one scalar, 10,000 steps', scalarStep, 0.1, 10_000, x => x],
  ]) {
    const rows = [[name, 'seconds', '× full tape', 'peak MiB', 'evaluations of the step']]
    const full = f => u => {
      let state = u
      for (let k = 0; k < steps; k++) state = f(state)
      return cost(state)
    }
    const chain = options => f => u => cost(checkpointSequential(new Array(steps).fill(f), u, options))
    const ways = { '√n segments': chain({}), '20 stored states': chain({ memory: 20 }), 'full tape': full }
    const measured = []
    for (const [way, make] of Object.entries(ways)) {
      const run = count =>
        valueAndGrad(
          make(u => {
            count()
            return step(u)
          }),
        )(start)
      measured.push([way, await measure(run)])
    }
    const [, reference] = measured.find(([way]) => way === 'full tape')
    for (const [way, { result, seconds, peak, evaluations }] of measured) {
      if (String(result[1].data ?? result[1]) !== String(reference.result[1].data ?? reference.result[1])) throw new Error(`${way} gives another gradient`)
      rows.push([way, seconds.toFixed(2), (seconds / reference.seconds).toFixed(2), peak.toFixed(0), String(evaluations)])
    }
    console.log(`${table(rows)}\n`)
  }
}

function field(size) {
  return tensor(Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => Math.sin((6.28 * i) / size) * Math.cos((6.28 * j) / size))))
}
