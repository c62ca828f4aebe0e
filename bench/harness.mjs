import Benchmark from 'benchmark'

/**
 * Times functions in turn, round after round, so that a slower minute of the machine falls on all of them alike.
 * Each runs for a while before, since V8 takes about a second to settle on its code. Gives for each the time of a
 * call in nanoseconds: of each round the best sample, since other work on the machine only adds, and of these the median.
 */
export function interleaved(cases, { rounds = 9, seconds = 0.2, warmUp = 1.5 } = {}) {
  for (const run of Object.values(cases)) {
    const end = performance.now() + 1000 * warmUp
    while (performance.now() < end) for (let i = 0; i < 100; i++) run()
  }
  const times = Object.fromEntries(Object.keys(cases).map(name => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(cases)) {
      const { stats } = new Benchmark(name, run, { maxTime: seconds, minTime: seconds / 4, minSamples: 1 }).run()
      times[name].push(Math.min(...stats.sample) * 1e9)
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
