import { add, div, mul, neg, square, sub } from '../../ops/arithmetic.ts'

/** A way from a to b: x for s from 0 to 1, and dx/ds. Ends may be traced, and infinite. */
export interface Line {
  x(s: number): number
  speed(s: number): number
}

/** The way between two limits; `plain` are their numbers. */
export function lineBetween(a: number, b: number, plain: readonly [number, number]): Line {
  const [from, to] = plain
  if (Number.isFinite(from) && Number.isFinite(to)) {
    const length = sub(b, a)
    return { x: s => (s === 0 ? a : add(a, mul(s, length))), speed: () => length }
  }
  if (from === to) return { x: () => a, speed: () => 0 }
  if (from > to) {
    const back = lineBetween(b, a, [to, from])
    return { x: s => back.x(s), speed: s => neg(back.speed(s)) }
  }
  // From a on: a + s / (1 − s), and the same mirrored.
  if (Number.isFinite(from)) return { x: s => add(a, s / (1 - s)), speed: s => 1 / (1 - s) ** 2 }
  if (Number.isFinite(to)) return { x: s => sub(b, s / (1 - s)), speed: s => 1 / (1 - s) ** 2 }
  // u / (1 − u²) for u from −1 to 1.
  const u = (s: number) => 2 * s - 1
  return { x: s => div(u(s), 1 - u(s) ** 2), speed: s => (2 * (1 + u(s) ** 2)) / square(1 - u(s) ** 2) }
}
