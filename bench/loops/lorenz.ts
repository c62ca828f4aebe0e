import { add, mul, square, sub } from '../../src/index.ts'
import type { LoopProgram } from './program.ts'

/** A start, and the parameters σ, ρ and β. */
const x = [1, 2, 20, 10, 28, 8 / 3]
const STEP = 0.005

type Point = [number, number, number]

const field = ([x, y, z]: Point, sigma: number, rho: number, beta: number): Point => [
  mul(sigma, sub(y, x)),
  sub(mul(x, sub(rho, z)), y),
  sub(mul(x, y), mul(beta, z)),
]
const along = (p: Point, h: number, d: Point): Point => [add(p[0], mul(h, d[0])), add(p[1], mul(h, d[1])), add(p[2], mul(h, d[2]))]

/** The squared distance from the origin after so many steps. */
const after = (steps: number, step: (p: Point, sigma: number, rho: number, beta: number) => Point) => (x: number[]) => {
  let p: Point = [x[0]!, x[1]!, x[2]!]
  for (let i = 0; i < steps; i++) p = step(p, x[3]!, x[4]!, x[5]!)
  return add(add(square(p[0]), square(p[1])), square(p[2]))
}

const euler = (p: Point, sigma: number, rho: number, beta: number) => along(p, STEP, field(p, sigma, rho, beta))

function rungeKutta(p: Point, sigma: number, rho: number, beta: number): Point {
  const k1 = field(p, sigma, rho, beta)
  const k2 = field(along(p, STEP / 2, k1), sigma, rho, beta)
  const k3 = field(along(p, STEP / 2, k2), sigma, rho, beta)
  const k4 = field(along(p, STEP, k3), sigma, rho, beta)
  const next = (i: 0 | 1 | 2) => add(p[i], mul(STEP / 6, add(add(k1[i], mul(2, k2[i])), add(mul(2, k3[i]), k4[i]))))
  return [next(0), next(1), next(2)]
}

const eulerByHand = (steps: number) => (point: number[]) => {
  const [sigma, rho, beta] = [point[3]!, point[4]!, point[5]!]
  const states = new Float64Array(3 * steps)
  let [x, y, z] = [point[0]!, point[1]!, point[2]!]
  for (let i = 0; i < steps; i++) {
    states[3 * i] = x
    states[3 * i + 1] = y
    states[3 * i + 2] = z
    const dx = sigma * (y - x)
    const dy = x * (rho - z) - y
    const dz = x * y - beta * z
    x += STEP * dx
    y += STEP * dy
    z += STEP * dz
  }
  let [u, v, w] = [2 * x, 2 * y, 2 * z]
  let [dSigma, dRho, dBeta] = [0, 0, 0]
  for (let i = steps - 1; i >= 0; i--) {
    x = states[3 * i]!
    y = states[3 * i + 1]!
    z = states[3 * i + 2]!
    const [a, b, c] = [STEP * u, STEP * v, STEP * w]
    dSigma += a * (y - x)
    dRho += b * x
    dBeta -= c * z
    u += b * (rho - z) + c * y - a * sigma
    v += a * sigma - b + c * x
    w -= b * x + c * beta
  }
  return [u, v, w, dSigma, dRho, dBeta]
}

/** The stages of a step, from its state: three numbers each. */
function stages(into: Float64Array, x: number, y: number, z: number, sigma: number, rho: number, beta: number): void {
  let [px, py, pz] = [x, y, z]
  for (let k = 0; k < 4; k++) {
    into[3 * k] = px
    into[3 * k + 1] = py
    into[3 * k + 2] = pz
    const dx = sigma * (py - px)
    const dy = px * (rho - pz) - py
    const dz = px * py - beta * pz
    into[12 + 3 * k] = dx
    into[12 + 3 * k + 1] = dy
    into[12 + 3 * k + 2] = dz
    const h = k < 2 ? STEP / 2 : STEP
    px = x + h * dx
    py = y + h * dy
    pz = z + h * dz
  }
}

const rungeKuttaByHand = (steps: number) => (point: number[]) => {
  const [sigma, rho, beta] = [point[3]!, point[4]!, point[5]!]
  const states = new Float64Array(3 * steps)
  const s = new Float64Array(24)
  let [x, y, z] = [point[0]!, point[1]!, point[2]!]
  for (let i = 0; i < steps; i++) {
    states[3 * i] = x
    states[3 * i + 1] = y
    states[3 * i + 2] = z
    stages(s, x, y, z, sigma, rho, beta)
    x += (STEP / 6) * (s[12]! + 2 * s[15]! + 2 * s[18]! + s[21]!)
    y += (STEP / 6) * (s[13]! + 2 * s[16]! + 2 * s[19]! + s[22]!)
    z += (STEP / 6) * (s[14]! + 2 * s[17]! + 2 * s[20]! + s[23]!)
  }
  let [u, v, w] = [2 * x, 2 * y, 2 * z]
  let [dSigma, dRho, dBeta] = [0, 0, 0]
  for (let i = steps - 1; i >= 0; i--) {
    stages(s, states[3 * i]!, states[3 * i + 1]!, states[3 * i + 2]!, sigma, rho, beta)
    let [su, sv, sw] = [u, v, w]
    // The adjoint of the state that a stage starts from goes, times the step to it, to the slope of the stage before.
    let [pu, pv, pw] = [0, 0, 0]
    for (let k = 3; k >= 0; k--) {
      const weight = k === 0 || k === 3 ? STEP / 6 : STEP / 3
      const h = k === 2 ? STEP : k === 3 ? 0 : STEP / 2
      const a = weight * u + h * pu
      const b = weight * v + h * pv
      const c = weight * w + h * pw
      const [px, py, pz] = [s[3 * k]!, s[3 * k + 1]!, s[3 * k + 2]!]
      dSigma += a * (py - px)
      dRho += b * px
      dBeta -= c * pz
      pu = b * (rho - pz) + c * py - a * sigma
      pv = a * sigma - b + c * px
      pw = -b * px - c * beta
      su += pu
      sv += pv
      sw += pw
    }
    u = su
    v = sv
    w = sw
  }
  return [u, v, w, dSigma, dRho, dBeta]
}

/** Lorenz' equations by Euler's method: gradient in start and parameters. */
export const lorenzByEuler: LoopProgram = {
  name: 'Lorenz, Euler',
  sizes: [100, 1000],
  operations: steps => 14 * steps,
  of: steps => ({ f: after(steps, euler), byHand: eulerByHand(steps), x }),
}
/** The same by the classical Runge–Kutta method. */
export const lorenzByRungeKutta: LoopProgram = {
  name: 'Lorenz, Runge–Kutta',
  sizes: [100, 1000],
  operations: steps => 71 * steps,
  of: steps => ({ f: after(steps, rungeKutta), byHand: rungeKuttaByHand(steps), x }),
}
