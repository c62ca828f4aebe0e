/** A learning rate from the number of steps taken. */
export type Schedule = (steps: number) => number

/**
 * rate · factor^⌊steps / every⌋.
 *
 * @example
 * stepDecay(0.1, { every: 10, factor: 0.5 })(25) // 0.025
 */
export function stepDecay(rate: number, { every, factor = 0.1 }: { every: number; factor?: number }): Schedule {
  return steps => rate * factor ** Math.floor(steps / every)
}

/**
 * rate · factor^steps.
 *
 * @example
 * exponentialDecay(0.1, { factor: 0.5 })(2) // 0.025
 */
export function exponentialDecay(rate: number, { factor }: { factor: number }): Schedule {
  return steps => rate * factor ** steps
}

/**
 * Half a cosine from `rate` down to `end` over the given number of steps; `end` afterwards.
 * Source: Loshchilov and Hutter, SGDR, ICLR 2017, equation 5 without restarts.
 *
 * @example
 * cosineDecay(0.1, { over: 100 })(50) // 0.05
 */
export function cosineDecay(rate: number, { over, end = 0 }: { over: number; end?: number }): Schedule {
  return steps => end + ((rate - end) * (1 + Math.cos((Math.PI * Math.min(steps, over)) / over))) / 2
}

/**
 * A straight rise from 0 over the given number of steps, then another schedule, which counts from there.
 *
 * @example
 * warmup(cosineDecay(0.1, { over: 100 }), { over: 10 })(5) // 0.05
 */
export function warmup(schedule: Schedule | number, { over }: { over: number }): Schedule {
  const then = typeof schedule === 'number' ? () => schedule : schedule
  return steps => (steps < over ? (then(0) * steps) / over : then(steps - over))
}
