import { real } from '../core/option-kinds.ts'
import { type Option, optionReader } from '../core/options.ts'

/** A learning rate from the number of steps taken. */
export type Schedule = (steps: number) => number

const given = { is: real, required: true } as const satisfies Option
const readStep = /* @__PURE__ */ optionReader({ every: given, factor: { is: real, default: 0.1 } })
const readExponential = /* @__PURE__ */ optionReader({ factor: given })
const readCosine = /* @__PURE__ */ optionReader({ over: given, end: { is: real, default: 0 } })
const readWarmup = /* @__PURE__ */ optionReader({ over: given })

/**
 * rate · factor^⌊steps / every⌋.
 *
 * @example
 * stepDecay(0.1, { every: 10, factor: 0.5 })(25) // 0.025
 */
export function stepDecay(rate: number, options: { every: number; factor?: number | undefined }, ...more: []): Schedule {
  const { every, factor } = readStep('stepDecay', [options, ...more])
  return steps => rate * factor ** Math.floor(steps / every)
}

/**
 * rate · factor^steps.
 *
 * @example
 * exponentialDecay(0.1, { factor: 0.5 })(2) // 0.025
 */
export function exponentialDecay(rate: number, options: { factor: number }, ...more: []): Schedule {
  const { factor } = readExponential('exponentialDecay', [options, ...more])
  return steps => rate * factor ** steps
}

/**
 * Half a cosine from `rate` down to `end` over the given number of steps; `end` afterwards.
 * Source: Loshchilov and Hutter, SGDR, ICLR 2017, equation 5 without restarts.
 *
 * @example
 * cosineDecay(0.1, { over: 100 })(50) // 0.05
 */
export function cosineDecay(rate: number, options: { over: number; end?: number | undefined }, ...more: []): Schedule {
  const { over, end } = readCosine('cosineDecay', [options, ...more])
  return steps => end + ((rate - end) * (1 + Math.cos((Math.PI * Math.min(steps, over)) / over))) / 2
}

/**
 * A straight rise from 0 over the given number of steps, then another schedule, which counts from there.
 *
 * @example
 * warmup(cosineDecay(0.1, { over: 100 }), { over: 10 })(5) // 0.05
 */
export function warmup(schedule: Schedule | number, options: { over: number }, ...more: []): Schedule {
  const { over } = readWarmup('warmup', [options, ...more])
  const then = typeof schedule === 'number' ? () => schedule : schedule
  return steps => (steps < over ? (then(0) * steps) / over : then(steps - over))
}
