/** Milliseconds that two calculations take, measured in turn in one go. */
export interface Cost {
  f: number
  derivative: number
}

function time(run: () => unknown, count: number): number {
  const start = performance.now()
  for (let i = 0; i < count; i++) run()
  return performance.now() - start
}

/** Milliseconds that a block takes at least, so that a clock of a browser can tell. */
const BLOCK = 4

/** Times of f and of its derivative: the least of blocks that alternate, since what else a machine does only adds to them. */
export function measure(f: () => unknown, derivative: () => unknown, blocks = 9): Cost {
  const runs = [f, derivative].map(run => {
    let count = 1
    // First runs compile, and later ones are faster: a block is long enough when four in turn are.
    while (Math.min(...[1, 2, 3, 4].map(() => time(run, count))) < BLOCK) count *= 2
    return { run, count, times: [] as number[] }
  })
  for (let block = 0; block < blocks; block++) for (const { run, count, times } of runs) times.push(time(run, count) / count)
  return { f: Math.min(...runs[0]!.times), derivative: Math.min(...runs[1]!.times) }
}

/** A time for people. */
export function duration(milliseconds: number): string {
  const [value, unit] = milliseconds < 1e-3 ? [1e6 * milliseconds, 'ns'] : milliseconds < 1 ? [1e3 * milliseconds, 'µs'] : [milliseconds, 'ms']
  return `${Number(value.toPrecision(2))} ${unit}`
}
