import Benchmark from 'benchmark'

/**
 * Times functions in turn, round after round, so that a slower minute of the machine falls on all of them alike.
 * Gives for each the median time of a call in nanoseconds.
 */
export function interleaved(cases, { rounds = 7, seconds = 0.1 } = {}) {
  const times = Object.fromEntries(Object.keys(cases).map(name => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(cases)) {
      const { stats } = new Benchmark(name, run, { maxTime: seconds, minTime: seconds / 4, minSamples: 1 }).run()
      times[name].push(stats.mean * 1e9)
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]))
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

/** Bytes that a call allocates on the heap: the median over batches, since a collection falls into some of them. */
export function heapBytes(run, calls = 20) {
  const all = []
  for (let i = 0; i < 101; i++) {
    const before = process.memoryUsage().heapUsed
    for (let k = 0; k < calls; k++) run()
    all.push((process.memoryUsage().heapUsed - before) / calls)
  }
  return median(all)
}

/** Rows of cells in aligned columns. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)))
  return rows.map(row => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ')).join('\n')
}
