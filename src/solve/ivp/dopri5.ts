import { add, mul, square, sub } from '../../ops/arithmetic.ts'
import { endOf, isTooSmall, type Method, type Start, type Step, type System } from './method.ts'
import { combination, scaledNorm } from './vectors.ts'

/*
 * Dormand and Prince's method of order 5 with an error estimate of order 4. The last stage is the first of the next step.
 * Source: Hairer, Nørsett and Wanner, Solving Ordinary Differential Equations I, 2nd ed., table II.5.2 and section II.6.
 */

/** Nodes of the stages. */
export const NODES = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1]
/** Weights of the stages before each one; the last row is that of the solution. */
export const STAGES = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
] as const
/** The difference of the two solutions. */
export const ERROR = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40]
/** The coefficient of s² (1 − s)² in the interpolant of order 4. */
const QUARTIC = [
  -12715105075 / 11282082432,
  0,
  87487479700 / 32700410799,
  -10690763975 / 1880347072,
  701980252875 / 199316789632,
  -1453857185 / 822651844,
  69997945 / 29380423,
]

/**
 * Weights of the interpolant at s in [0, 1]: of the end's difference to the start, and of h times the stages. It is the cubic of
 * Hermite plus a quartic that vanishes with its derivative at both ends (Shampine 1986). s may be traced.
 */
export function interpolantWeights(s: number): { difference: number; stages: number[] } {
  const rest = sub(1, s)
  const hermite = mul(s, rest)
  const bump = square(hermite)
  const stages = QUARTIC.map(weight => mul(bump, weight))
  stages[0] = add(stages[0] as number, mul(hermite, rest))
  stages[6] = sub(stages[6] as number, mul(hermite, s))
  return { difference: mul(square(s), sub(3, mul(2, s))), stages }
}

const [SAFETY, BETA, SHRINK_MOST, GROW_MOST] = [0.9, 0.04, 0.2, 10]
/**
 * Signs of stiffness. Beyond |h λ| = 3.3 on the negative axis the method is not stable, and near that the controller holds steps that
 * accuracy would let grow: a few such steps suffice. Many steps that are each longer than the time in which a part dies out show a
 * part that is long gone, and still costs accuracy. Other steps, one after the other, end the search.
 */
const [UNSTABLE, UNSTABLE_STEPS] = [2.5, 8]
const [DYING, DYING_STEPS] = [1, 40]
const CALM_STEPS = 6
/** Change and distance have opposite directions up to this cosine where a part dies out, instead of oscillating. */
const OPPOSITE = -0.7

export class Dopri5 implements Method {
  complaint: string | undefined
  readonly #system: System
  readonly #direction: number
  readonly #maxStep: number
  #t: number
  #y: Float64Array
  #rates: Float64Array
  #size: number
  #lastError = 1e-4
  #first = true
  readonly #zero: Float64Array
  readonly #watches: boolean
  /** How much speaks for stiffness: it is stiff at 1. */
  #evidence = 0
  #calm = 0

  /** Stiffness is looked for if `watches`. */
  constructor(system: System, start: Start, watches = true) {
    this.#system = system
    this.#watches = watches
    this.#zero = new Float64Array(system.size)
    ;({ t: this.#t, y: this.#y, rates: this.#rates, size: this.#size, direction: this.#direction, maxStep: this.#maxStep } = start)
  }

  step(end: number): Step | undefined {
    const { tolerance, counts } = this.#system
    for (let rejected = false; ; rejected = true) {
      this.#size = Math.min(this.#size, this.#maxStep)
      const [t, y] = [this.#t, this.#y]
      if (isTooSmall(t, this.#size)) return undefined
      const to = endOf(t, this.#direction * this.#size, end)
      const h = to - t
      const stages = [this.#rates]
      let [argument, before] = [y, y]
      for (let i = 1; i < STAGES.length; i++) {
        before = argument
        argument = combination(y, STAGES[i] as readonly number[], stages, h)
        stages.push(this.#system.rates(t + (NODES[i] as number) * h, argument))
      }
      const next = argument
      const error = scaledNorm(combination(this.#zero, ERROR, stages, h), tolerance, y, next)
      if (error <= 1) {
        if (this.#watches) this.#watchStiffness(Math.abs(h), stages, next, before)
        // A controller with a proportional and an integral part: Gustafsson 1991.
        const factor = (SAFETY * this.#lastError ** BETA) / error ** (0.2 - 0.75 * BETA)
        this.#size = Math.abs(h) * Math.min(rejected ? 1 : GROW_MOST, Math.max(SHRINK_MOST, factor))
        this.#lastError = Math.max(error, 1e-4)
        this.#t = to
        this.#y = next
        this.#rates = stages[6] as Float64Array
        const first = this.#first
        this.#first = false
        return new Dopri5Step(t, to, y, next, stages, first)
      }
      counts.rejected++
      this.#size = Math.abs(h) * (Number.isFinite(error) ? Math.max(SHRINK_MOST, SAFETY / error ** 0.17) : 0.1)
    }
  }

  /**
   * The last two stages have one time, so that they tell how fast f changes with y: Hairer and Wanner II, IV.2. Entries are measured by
   * their tolerances, as errors are: those that hold the steps down may be small beside others.
   */
  #watchStiffness(h: number, stages: readonly Float64Array[], next: Float64Array, before: Float64Array): void {
    const { tolerance } = this.#system
    const [change, distance] = [combination(stages[6] as Float64Array, [-1], [stages[5] as Float64Array]), combination(next, [-1], [before])]
    const [changeNorm, distanceNorm] = [scaledNorm(change, tolerance, next), scaledNorm(distance, tolerance, next)]
    const rate = (h * changeNorm) / distanceNorm
    // |a + b|² = |a|² + |b|² + 2 |a| |b| cos for vectors a and b of length 1.
    const sum = scaledNorm(combination(this.#zero, [1 / changeNorm, this.#direction / distanceNorm], [change, distance]), tolerance, next)
    if (rate > UNSTABLE) this.#evidence += 1 / UNSTABLE_STEPS
    else if (rate > DYING && sum ** 2 / 2 - 1 < OPPOSITE) this.#evidence += 1 / DYING_STEPS
    else {
      if (++this.#calm === CALM_STEPS) this.#evidence = 0
      return
    }
    this.#calm = 0
    if (this.#evidence < 1 - Number.EPSILON * DYING_STEPS) return
    this.complaint ??= `its steps are held down by stability and not by accuracy (|h λ| = ${rate.toPrecision(2)}): the problem is stiff there`
  }
}

class Dopri5Step implements Step {
  readonly recipe: { readonly method: 'dopri5'; readonly first: boolean }
  readonly from: number
  readonly to: number
  readonly start: Float64Array
  readonly end: Float64Array
  readonly stages: readonly Float64Array[]

  constructor(from: number, to: number, start: Float64Array, end: Float64Array, stages: readonly Float64Array[], first: boolean) {
    ;[this.from, this.to, this.start, this.end, this.stages, this.recipe] = [from, to, start, end, stages, { method: 'dopri5', first }]
  }

  at(t: number): Float64Array {
    const h = this.to - this.from
    const { difference, stages } = interpolantWeights((t - this.from) / h)
    return combination(this.start, [difference, -difference, ...stages.map(weight => h * weight)], [this.end, this.start, ...this.stages])
  }
}
