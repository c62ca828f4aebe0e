/* A forward-mode loop of 100 million operations: memory does not grow with the length of the program. */
import { add, derivative, mul } from '../dist/index.js'

export function run({ operations = 1e8 } = {}) {
  const memory = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return (heapUsed + arrayBuffers) / 2 ** 20
  }
  let peak = 0
  globalThis.gc()
  const before = memory()
  const start = performance.now()
  const result = derivative(x => {
    let y = x
    for (let i = 0; i < operations / 2; i++) {
      y = add(mul(y, 0.999), 0.001)
      if (i % 1e5 === 0) peak = Math.max(peak, memory())
    }
    return y
  })(2)
  const seconds = (performance.now() - start) / 1000
  console.log(
    `forward loop of ${operations.toExponential(0)} operations: ${((seconds / operations) * 1e9).toFixed(1)} ns per operation, peak memory ${(peak - before).toFixed(0)} MiB above the start, derivative ${result}`,
  )
  if (peak - before > 200) throw new Error('memory grows with the length of the program')
}
