import { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import { KktMatrix } from '../sparse/kkt.ts'
import { dot, isFinite, largestOf, plus, scaled } from '../vectors.ts'
import { type At, type Constrained, transposedTimes } from './constrained.ts'
import { infeasibility } from './filter.ts'

const MOST_STEPS = 200
/** The part of the violation that has to go. */
const ENOUGH = 0.9
/** How far a point is moved that may be a saddle of the violation, as a part of what is there. */
const SHAKE = 0.01

/**
 * A point that violates the constraints less and that the filter takes, by Levenberg and Marquardt's steps on ½ |c|², scaled by the
 * distances to the bounds. `infeasible` where the violation has a minimum other than 0: where it is stationary the point is moved a little once, since it
 * may be a saddle, as x y ≥ 1 has at 0.
 */
export function restore(
  problem: Constrained<unknown>,
  from: At,
  lower: Float64Array,
  upper: Float64Array,
  takes: (at: At) => boolean,
): { at?: At; infeasible: boolean } {
  const n = problem.n
  const first = infeasibility(from.c)
  if (first === 0) return { infeasible: false }
  let now = from
  let damping = 1e-4
  let matrix: KktMatrix | undefined
  let jacobian = problem.jacobian(now.w)
  let shaken = false
  for (let k = 0; k < MOST_STEPS; k++) {
    const { w, c } = now
    const room = w.map((each, i) => Math.min(1e3 * Math.max(1, Math.abs(each)), each - (lower[i] as number), (upper[i] as number) - each))
    const gradient = transposedTimes(jacobian, c)
    const scaledGradient = gradient.map((each, i) => each * Math.min(1, towards(each, w[i] as number, lower[i] as number, upper[i] as number)))
    const shake = (): boolean => {
      const at = problem.at(w.map((each, i) => each + SHAKE * Math.sin(3 * i + 1) * Math.min(room[i] as number, Math.max(1, Math.abs(each)))))
      if (shaken || !isFinite(at.c) || !Number.isFinite(at.value)) return false
      shaken = true
      now = at
      damping = 1e-4
      jacobian = problem.jacobian(now.w)
      return true
    }
    if (largestOf(scaledGradient) <= 1e-10 * Math.max(1, largestOf(c)) || (largestOf(scaledGradient) <= 1e-6 * largestOf(c) && largestOf(c) > 1e-8)) {
      if (largestOf(c) <= 1e-8) return { infeasible: false }
      if (shake()) continue
      return { infeasible: true }
    }
    // [D⁻², Aᵀ; A, −λ] (d, q) = (0, −c).
    const empty = new SparseMatrix([n, n], new Int32Array(n + 1), new Int32Array(0), new Float64Array(0))
    if (matrix === undefined || !matrix.fits(empty, jacobian)) matrix = new KktMatrix(empty, jacobian)
    matrix.set(
      empty.values,
      jacobian.values,
      room.map(each => 1 / (each * each)),
    )
    const right = new Float64Array(n + c.length)
    right.set(scaled(-1, c), n)
    const size = largestOf(c)
    let moved = false
    for (let trial = 0; trial < 30 && !moved; trial++) {
      const step = matrix.factor(0, damping * size) ? matrix.solve(right)?.subarray(0, n).slice() : undefined
      if (step !== undefined && isFinite(step)) {
        let alpha = 1
        for (let i = 0; i < n; i++) {
          const d = step[i] as number
          if (d < 0) alpha = Math.min(alpha, (-0.99 * ((w[i] as number) - (lower[i] as number))) / d)
          if (d > 0) alpha = Math.min(alpha, (0.99 * ((upper[i] as number) - (w[i] as number))) / d)
        }
        const at = problem.at(plus(w, alpha, step))
        if (isFinite(at.c) && Number.isFinite(at.value) && dot(at.c, at.c) < (1 - 1e-4 * alpha) * dot(c, c)) {
          now = at
          moved = true
          damping = Math.max(damping / 10, 1e-12)
          break
        }
      }
      damping = Math.max(10 * damping, 1e-10)
    }
    if (!moved) {
      if (largestOf(c) <= 1e-6) return { infeasible: false }
      if (shake()) continue
      return { infeasible: true }
    }
    if (infeasibility(now.c) <= ENOUGH * first && takes(now)) return { at: now, infeasible: false }
    jacobian = problem.jacobian(now.w)
  }
  return { infeasible: false }
}

/** How far a variable can go against a gradient. */
function towards(gradient: number, x: number, low: number, high: number): number {
  return gradient > 0 ? x - low : high - x
}
