import { add, mul, square, sub } from '../../src/index.ts'
import { type LoopProgram, list, plain } from './program.ts'

/** Temperatures on a square grid, row by row, and a conductivity. */
interface Plate {
  u: number[]
  alpha: number
}

const SIDE = 32
const x: Plate = { u: list(SIDE * SIDE, i => Math.sin(0.1 * i) + Math.cos(0.37 * i)), alpha: 0.2 }

/** The sum of squares after so many explicit steps; the border keeps its temperature. */
const heat =
  (steps: number) =>
  ({ u, alpha }: Plate): number => {
    const n = SIDE
    for (let s = 0; s < steps; s++) {
      const next = u.slice()
      for (let i = 1; i + 1 < n; i++) {
        for (let j = 1; j + 1 < n; j++) {
          const at = i * n + j
          const around = add(add(u[at - n]!, u[at + n]!), add(u[at - 1]!, u[at + 1]!))
          next[at] = add(u[at]!, mul(alpha, sub(around, mul(4, u[at]!))))
        }
      }
      u = next
    }
    let total = 0
    for (let i = 0; i < n * n; i++) total = add(total, square(u[i]!))
    return total
  }

const byHand =
  (steps: number) =>
  ({ u, alpha }: Plate): Plate => {
    const n = SIDE
    const size = n * n
    const states = new Float64Array(size * (steps + 1))
    states.set(u)
    for (let s = 0; s < steps; s++) {
      const from = size * s
      states.copyWithin(from + size, from, from + size)
      for (let i = 1; i + 1 < n; i++) {
        for (let j = 1; j + 1 < n; j++) {
          const at = from + i * n + j
          const here = states[at]!
          states[at + size] = here + alpha * (states[at - n]! + states[at + n]! + states[at - 1]! + states[at + 1]! - 4 * here)
        }
      }
    }
    const back = new Float64Array(size)
    for (let i = 0; i < size; i++) back[i] = 2 * states[size * steps + i]!
    const du = new Float64Array(size)
    let dAlpha = 0
    for (let s = steps - 1; s >= 0; s--) {
      const from = size * s
      du.set(back)
      for (let i = 1; i + 1 < n; i++) {
        for (let j = 1; j + 1 < n; j++) {
          const at = i * n + j
          const b = back[at]!
          const k = from + at
          dAlpha += b * (states[k - n]! + states[k + n]! + states[k - 1]! + states[k + 1]! - 4 * states[k]!)
          const flow = alpha * b
          du[at] = du[at]! - 4 * flow
          du[at - n] = du[at - n]! + flow
          du[at + n] = du[at + n]! + flow
          du[at - 1] = du[at - 1]! + flow
          du[at + 1] = du[at + 1]! + flow
        }
      }
      back.set(du)
    }
    return { u: plain(back), alpha: dAlpha }
  }

/** The heat equation on 32 × 32 points, so many steps: gradient in the first temperatures and the conductivity. */
export const heatEquation: LoopProgram = {
  name: 'heat equation, 32 × 32',
  sizes: [3, 20],
  operations: steps => 7 * SIDE ** 2 * steps,
  of: steps => ({ f: heat(steps), byHand: byHand(steps), x }),
}
