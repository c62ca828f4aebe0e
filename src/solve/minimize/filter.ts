/** Part of the violation that has to be gained, of it or in the barrier function. With 1e-5, as below, points drift along for many short steps. */
const GAIN_THETA = 3e-4
const GAIN_PHI = 3e-4
/** The most that constraints may be violated, in violations at the start: as Fletcher and Leyffer, Math. Program. 91 (2002), have it; 1e4 below. */
const MOST = 100
const ARMIJO = 1e-4
const SWITCH = 1
const POWER_PHI = 2.3
const POWER_THETA = 1.1

/** Σ |cᵢ|. */
export function infeasibility(c: Float64Array): number {
  let sum = 0
  for (let i = 0; i < c.length; i++) sum += Math.abs(c[i] as number)
  return sum
}

/** Violation of the constraints, and barrier function. */
type Pair = readonly [theta: number, phi: number]

/**
 * Pairs of violation and barrier function to which no later point may come back: each has to be better in one of the two.
 * Source: Wächter and Biegler, Math. Program. 106 (2006), sections 2.3 and 3.
 */
export class Filter {
  #pairs: Pair[] = []
  readonly #most: number
  readonly #little: number

  constructor(first: number) {
    this.#most = MOST * Math.max(1, first)
    this.#little = 1e-4 * Math.max(1, first)
  }

  clear(): void {
    this.#pairs = []
  }

  add([theta, phi]: Pair): void {
    this.#pairs.push([(1 - GAIN_THETA) * theta, phi - GAIN_PHI * theta])
  }

  /** Whether a point is none of those that are shut out. */
  takes(theta: number, phi: number): boolean {
    if (!(theta <= this.#most) || phi - phi !== 0) return false
    return this.#pairs.every(([itsTheta, itsPhi]) => theta < itsTheta || phi < itsPhi)
  }

  /** Whether to go from a point to another, by a part α of a step along which the barrier function has this slope. */
  accepts([theta, phi]: Pair, from: Pair, slope: number, alpha: number): boolean {
    if (!this.takes(theta, phi)) return false
    const [itsTheta, itsPhi] = from
    const rounding = 10 * Number.EPSILON * Math.abs(itsPhi)
    const switches = slope < 0 && alpha * (-slope) ** POWER_PHI > SWITCH * itsTheta ** POWER_THETA
    if (itsTheta <= this.#little && switches) return phi - itsPhi - rounding <= ARMIJO * alpha * slope
    // Where nothing is violated there is nothing to gain in that.
    const isNearer = itsTheta > 0 && theta <= (1 - GAIN_THETA) * itsTheta
    if (!(isNearer || phi - rounding <= itsPhi - GAIN_PHI * itsTheta)) return false
    if (!(switches && phi - itsPhi - rounding <= ARMIJO * alpha * slope)) this.add(from)
    return true
  }

  /** The part of a step below which the constraints are to be met first. */
  leastStep(theta: number, slope: number): number {
    let least = GAIN_THETA
    if (slope < 0) {
      least = Math.min(least, (GAIN_PHI * theta) / -slope)
      if (theta <= this.#little) least = Math.min(least, (SWITCH * theta ** POWER_THETA) / (-slope) ** POWER_PHI)
    }
    return Math.max(0.05 * least, 1e-14)
  }
}
