import { add, mul, sigmoid, square, sub, tanh } from '../../src/index.ts'
import { type LoopProgram, list, plain, rows } from './program.ts'

/** Weights of the input and of the state, and biases: four gates one after the other, in, forget, cell and out. */
interface Weights {
  w: number[][]
  u: number[][]
  b: number[]
}

const STEPS = 20
const inputs = (units: number) => rows(STEPS, units, (t, i) => Math.sin(1 + t + 2 * i))
const targets = (units: number) => list(units, i => 0.5 * Math.cos(i))

/** The squared distance of the last state from a target. */
const loss = (units: number) => {
  const xs = inputs(units)
  const target = targets(units)
  return ({ w, u, b }: Weights): number => {
    let h = list(units, () => 0)
    const c = list(units, () => 0)
    for (let t = 0; t < STEPS; t++) {
      const gates: number[] = []
      for (let i = 0; i < 4 * units; i++) {
        let sum = b[i]!
        for (let k = 0; k < units; k++) sum = add(sum, add(mul(w[i]![k]!, xs[t]![k]!), mul(u[i]![k]!, h[k]!)))
        gates.push(sum)
      }
      const next: number[] = []
      for (let i = 0; i < units; i++) {
        c[i] = add(mul(sigmoid(gates[units + i]!), c[i]!), mul(sigmoid(gates[i]!), tanh(gates[2 * units + i]!)))
        next.push(mul(sigmoid(gates[3 * units + i]!), tanh(c[i]!)))
      }
      h = next
    }
    let total = 0
    for (let i = 0; i < units; i++) total = add(total, square(sub(h[i]!, target[i]!)))
    return total
  }
}

const byHand = (units: number) => {
  const n = units
  const xs = inputs(n).map(each => Float64Array.from(each))
  const target = targets(n)
  return ({ w, u, b }: Weights): Weights => {
    const size = n * n
    const [W, U] = [new Float64Array(4 * size), new Float64Array(4 * size)]
    for (let i = 0; i < 4 * n; i++) {
      W.set(w[i]!, n * i)
      U.set(u[i]!, n * i)
    }
    const states = new Float64Array(n * (STEPS + 1))
    const cells = new Float64Array(n * (STEPS + 1))
    const gates = new Float64Array(4 * n * STEPS)
    for (let t = 0; t < STEPS; t++) {
      const x = xs[t]!
      const g = 4 * n * t
      for (let i = 0; i < 4 * n; i++) {
        let sum = b[i]!
        for (let k = 0; k < n; k++) sum += W[n * i + k]! * x[k]! + U[n * i + k]! * states[n * t + k]!
        gates[g + i] = i >= 2 * n && i < 3 * n ? Math.tanh(sum) : 1 / (1 + Math.exp(-sum))
      }
      for (let i = 0; i < n; i++) {
        const cell = gates[g + n + i]! * cells[n * t + i]! + gates[g + i]! * gates[g + 2 * n + i]!
        cells[n * (t + 1) + i] = cell
        states[n * (t + 1) + i] = gates[g + 3 * n + i]! * Math.tanh(cell)
      }
    }
    const [dW, dU, db] = [new Float64Array(4 * size), new Float64Array(4 * size), new Float64Array(4 * n)]
    const [dh, dc, dg] = [new Float64Array(n), new Float64Array(n), new Float64Array(4 * n)]
    for (let i = 0; i < n; i++) dh[i] = 2 * (states[n * STEPS + i]! - target[i]!)
    for (let t = STEPS - 1; t >= 0; t--) {
      const x = xs[t]!
      const g = 4 * n * t
      for (let i = 0; i < n; i++) {
        const [a, f, m, o] = [gates[g + i]!, gates[g + n + i]!, gates[g + 2 * n + i]!, gates[g + 3 * n + i]!]
        const s = Math.tanh(cells[n * (t + 1) + i]!)
        const dCell = dc[i]! + dh[i]! * o * (1 - s * s)
        dg[i] = dCell * m * a * (1 - a)
        dg[n + i] = dCell * cells[n * t + i]! * f * (1 - f)
        dg[2 * n + i] = dCell * a * (1 - m * m)
        dg[3 * n + i] = dh[i]! * s * o * (1 - o)
        dc[i] = dCell * f
      }
      dh.fill(0)
      for (let i = 0; i < 4 * n; i++) {
        const d = dg[i]!
        db[i] = db[i]! + d
        for (let k = 0; k < n; k++) {
          dW[n * i + k] = dW[n * i + k]! + d * x[k]!
          dU[n * i + k] = dU[n * i + k]! + d * states[n * t + k]!
          dh[k] = dh[k]! + d * U[n * i + k]!
        }
      }
    }
    const nested = (m: Float64Array) => Array.from({ length: 4 * n }, (_, i) => plain(m, n * i, n * (i + 1)))
    return { w: nested(dW), u: nested(dU), b: plain(db) }
  }
}

/** Twenty steps of an LSTM of so many units with loops over its units: gradient in all weights. */
export const lstm: LoopProgram = {
  name: 'LSTM, 20 steps',
  sizes: [4, 16],
  operations: units => STEPS * units * (16 * units + 9),
  of: units => ({
    f: loss(units),
    byHand: byHand(units),
    x: {
      w: rows(4 * units, units, (i, j) => 0.3 * Math.sin(i + 5 * j)),
      u: rows(4 * units, units, (i, j) => 0.3 * Math.cos(2 * i + 3 * j)),
      b: list(4 * units, i => 0.1 * Math.sin(3 * i)),
    },
  }),
}
