import { add, mul, square, sub } from '../../src/index.ts'
import { type LoopProgram, list, plain } from './program.ts'

/** Masses 1 in a row between two walls, on springs with force k d + d³ for an extension d. */
interface Chain {
  q: number[]
  v: number[]
  k: number
}

const MASSES = 50
const STEP = 0.02

const x: Chain = { q: list(MASSES, i => 0.5 * Math.sin(i)), v: list(MASSES, i => 0.3 * Math.cos(2 * i)), k: 3 }

const spring = (k: number, d: number) => add(mul(k, d), mul(d, mul(d, d)))
const force = (q: number[], k: number, i: number) => sub(spring(k, sub(i + 1 < q.length ? q[i + 1]! : 0, q[i]!)), spring(k, sub(q[i]!, i > 0 ? q[i - 1]! : 0)))

/** The sum of squares of a chain's state after so many steps. */
function size(q: number[], v: number[]): number {
  let total = 0
  for (let i = 0; i < q.length; i++) total = add(total, add(square(q[i]!), square(v[i]!)))
  return total
}

const symplectic = (steps: number) => (chain: Chain) => {
  const [q, v, k] = [[...chain.q], [...chain.v], chain.k]
  for (let s = 0; s < steps; s++) {
    for (let i = 0; i < q.length; i++) v[i] = add(v[i]!, mul(STEP, force(q, k, i)))
    for (let i = 0; i < q.length; i++) q[i] = add(q[i]!, mul(STEP, v[i]!))
  }
  return size(q, v)
}

const rungeKutta = (steps: number) => (chain: Chain) => {
  let [q, v] = [chain.q, chain.v]
  const { k } = chain
  const n = q.length
  const along = (x: number[], h: number, d: number[]) => {
    const sum = []
    for (let i = 0; i < n; i++) sum.push(add(x[i]!, mul(h, d[i]!)))
    return sum
  }
  const slope = (q: number[]) => {
    const a = []
    for (let i = 0; i < n; i++) a.push(force(q, k, i))
    return a
  }
  const next = (x: number[], a: number[], b: number[], c: number[], d: number[]) => {
    const sum = []
    for (let i = 0; i < n; i++) sum.push(add(x[i]!, mul(STEP / 6, add(add(a[i]!, mul(2, b[i]!)), add(mul(2, c[i]!), d[i]!)))))
    return sum
  }
  for (let s = 0; s < steps; s++) {
    const a1 = slope(q)
    const v2 = along(v, STEP / 2, a1)
    const a2 = slope(along(q, STEP / 2, v))
    const v3 = along(v, STEP / 2, a2)
    const a3 = slope(along(q, STEP / 2, v2))
    const v4 = along(v, STEP, a3)
    const a4 = slope(along(q, STEP, v3))
    q = next(q, v, v2, v3, v4)
    v = next(v, a1, a2, a3, a4)
  }
  return size(q, v)
}

/** Forces on masses whose places are `q[from], q[from + 1], …`. */
function forces(into: Float64Array, at: number, q: Float64Array, from: number, n: number, k: number): void {
  const first = q[from]!
  let pull = first * (k + first * first)
  for (let i = 0; i < n; i++) {
    const here = q[from + i]!
    const d = (i + 1 < n ? q[from + i + 1]! : 0) - here
    const next = d * (k + d * d)
    into[at + i] = next - pull
    pull = next
  }
}

/** Adds to `dq` what adjoints `a` of forces bring to places; gives what they bring to k. */
function forcesBack(dq: Float64Array, a: Float64Array, q: Float64Array, from: number, n: number, k: number): number {
  let dk = 0
  for (let i = 0; i <= n; i++) {
    const here = i > 0 ? q[from + i - 1]! : 0
    const d = (i < n ? q[from + i]! : 0) - here
    const da = (i > 0 ? a[i - 1]! : 0) - (i < n ? a[i]! : 0)
    dk += da * d
    const dd = da * (k + 3 * d * d)
    if (i < n) dq[i] = dq[i]! + dd
    if (i > 0) dq[i - 1] = dq[i - 1]! - dd
  }
  return dk
}

const symplecticByHand =
  (steps: number) =>
  (chain: Chain): Chain => {
    const { k } = chain
    const n = chain.q.length
    const places = new Float64Array(n * (steps + 1))
    places.set(chain.q)
    const v = new Float64Array(chain.v)
    const a = new Float64Array(n)
    for (let s = 0; s < steps; s++) {
      forces(a, 0, places, n * s, n, k)
      for (let i = 0; i < n; i++) {
        const speed = v[i]! + STEP * a[i]!
        v[i] = speed
        places[n * (s + 1) + i] = places[n * s + i]! + STEP * speed
      }
    }
    const dq = new Float64Array(n)
    const dv = new Float64Array(n)
    for (let i = 0; i < n; i++) {
      dq[i] = 2 * places[n * steps + i]!
      dv[i] = 2 * v[i]!
    }
    let dk = 0
    for (let s = steps - 1; s >= 0; s--) {
      for (let i = 0; i < n; i++) {
        dv[i] = dv[i]! + STEP * dq[i]!
        a[i] = STEP * dv[i]!
      }
      dk += forcesBack(dq, a, places, n * s, n, k)
    }
    return { q: plain(dq), v: plain(dv), k: dk }
  }

const rungeKuttaByHand =
  (steps: number) =>
  (chain: Chain): Chain => {
    const { k } = chain
    const n = chain.q.length
    // The places of each step's four stages, and the slopes of one step.
    const stages = new Float64Array(4 * n * steps)
    const q = new Float64Array(chain.q)
    const v = new Float64Array(chain.v)
    const a = new Float64Array(4 * n)
    for (let s = 0; s < steps; s++) {
      const at = 4 * n * s
      stages.set(q, at)
      forces(a, 0, stages, at, n, k)
      for (let i = 0; i < n; i++) stages[at + n + i] = q[i]! + (STEP / 2) * v[i]!
      forces(a, n, stages, at + n, n, k)
      for (let i = 0; i < n; i++) stages[at + 2 * n + i] = q[i]! + (STEP / 2) * (v[i]! + (STEP / 2) * a[i]!)
      forces(a, 2 * n, stages, at + 2 * n, n, k)
      for (let i = 0; i < n; i++) stages[at + 3 * n + i] = q[i]! + STEP * (v[i]! + (STEP / 2) * a[n + i]!)
      forces(a, 3 * n, stages, at + 3 * n, n, k)
      for (let i = 0; i < n; i++) {
        const [a1, a2, a3, a4] = [a[i]!, a[n + i]!, a[2 * n + i]!, a[3 * n + i]!]
        q[i] = q[i]! + STEP * v[i]! + ((STEP * STEP) / 6) * (a1 + a2 + a3)
        v[i] = v[i]! + (STEP / 6) * (a1 + 2 * a2 + 2 * a3 + a4)
      }
    }
    const dq = q.map(each => 2 * each)
    const dv = v.map(each => 2 * each)
    const da = new Float64Array(n)
    const back = new Float64Array(n)
    const all = new Float64Array(n)
    const speeds = new Float64Array(n)
    let dk = 0
    // q' = q + h v + h²/6 (a₀ + a₁ + a₂) and v' = v + h/6 (a₀ + 2a₁ + 2a₂ + a₃), where aⱼ is the force at q + c v + c e aⱼ₋₂,
    // with c = 0, h/2, h/2, h and e = 0, 0, h/2, h/2.
    const before = new Float64Array(2 * n)
    for (let s = steps - 1; s >= 0; s--) {
      all.set(dq)
      for (let i = 0; i < n; i++) speeds[i] = dv[i]! + STEP * dq[i]!
      before.fill(0)
      for (let j = 3; j >= 0; j--) {
        const weight = j === 0 || j === 3 ? STEP / 6 : STEP / 3
        const toPlace = j < 3 ? (STEP * STEP) / 6 : 0
        const c = j === 0 ? 0 : j === 3 ? STEP : STEP / 2
        const e = j < 2 ? 0 : STEP / 2
        for (let i = 0; i < n; i++) da[i] = weight * dv[i]! + toPlace * dq[i]! + (j < 2 ? before[n * j + i]! : 0)
        back.fill(0)
        dk += forcesBack(back, da, stages, 4 * n * s + n * j, n, k)
        for (let i = 0; i < n; i++) {
          all[i] = all[i]! + back[i]!
          speeds[i] = speeds[i]! + c * back[i]!
          if (j >= 2) before[n * (j - 2) + i] = c * e * back[i]!
        }
      }
      dq.set(all)
      dv.set(speeds)
    }
    return { q: plain(dq), v: plain(dv), k: dk }
  }

/** A chain of springs by symplectic Euler steps: gradient in places, speeds and stiffness. */
export const springsByEuler: LoopProgram = {
  name: '50 springs, symplectic Euler',
  sizes: [20, 200],
  operations: steps => 15 * MASSES * steps,
  of: steps => ({ f: symplectic(steps), byHand: symplecticByHand(steps), x }),
}
/** The same by the classical Runge–Kutta method. */
export const springsByRungeKutta: LoopProgram = {
  name: '50 springs, Runge–Kutta',
  sizes: [5, 200],
  operations: steps => 70 * MASSES * steps,
  of: steps => ({ f: rungeKutta(steps), byHand: rungeKuttaByHand(steps), x }),
}
