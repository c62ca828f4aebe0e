import { add, mul, sub } from '../../ops/arithmetic.ts'
import type { Factors } from '../factors.ts'
import { endOf, isTooSmall, type Method, type Recipe, type Start, type Step, type System } from './method.ts'
import { combination, scaledNorm } from './vectors.ts'

/*
 * Rodas: a Rosenbrock method of order 4 with 6 stages and an error estimate of order 3, stiffly accurate, for stiff systems. Each
 * stage solves one linear system with the matrix I / (γ h) − ∂f/∂y at the start of the step.
 * Source: Hairer and Wanner, Solving Ordinary Differential Equations II, 2nd ed., section IV.7 and the code RODAS.
 */

export const GAMMA = 0.25
/** Nodes of the stages. */
export const NODES = [0, 0.386, 0.21, 0.63, 1, 1]
/** Multiples of h ∂f/∂t on the right sides. */
export const TIME_WEIGHTS = [0.25, -0.1043, 0.1035, -0.03620000000000023, 0, 0]
/** Weights of the stages before in the argument of f. */
export const ARGUMENTS: readonly (readonly number[])[] = [
  [],
  [1.544],
  [0.9466785280815826, 0.2557011698983284],
  [3.314825187068521, 2.896124015972201, 0.9986419139977817],
  [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895],
  [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895, 1],
]
/** Weights of the stages before on the right sides, over h. */
export const RIGHT_SIDES: readonly (readonly number[])[] = [
  [],
  [-5.6688],
  [-2.430093356833875, -0.2063599157091915],
  [-0.1073529058151375, -9.594562251023355, -20.47028614809616],
  [7.496443313967647, -10.24680431464352, -33.99990352819905, 11.7089089320616],
  [8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054],
]
/** Weights of the stages in the solution: those of the last argument, and the last stage, which is the error estimate. */
export const SOLUTION = [...(ARGUMENTS[5] as readonly number[]), 1]
/** Weights of the stages in the coefficients of the interpolant of order 3. */
const QUADRATIC = [10.12623508344586, -7.487995877610167, -34.80091861555747, -7.992771707568823, 1.025137723295662]
const CUBIC = [-0.6762803392801253, 6.087714651680015, 16.43084320892478, 24.76722511418386, -6.594389125716872]

/** Weights of the end's difference to the start, and of the first five stages, in the interpolant at s in [0, 1], which may be traced. */
export function interpolantWeights(s: number): { difference: number; stages: number[] } {
  const hermite = mul(s, sub(1, s))
  return { difference: s, stages: QUADRATIC.map((weight, i) => mul(hermite, add(weight, mul(s, CUBIC[i] as number)))) }
}

const [SAFETY, SHRINK_MOST, GROW_MOST] = [0.9, 1 / 6, 5]

export class Rodas implements Method {
  stiffness: number | undefined
  readonly #system: System
  readonly #direction: number
  readonly #maxStep: number
  #t: number
  #y: Float64Array
  #rates: Float64Array
  #size: number
  /** Size and error of the step before. */
  #last: { size: number; error: number } | undefined

  readonly #watches: boolean

  /** Bounds of |h λ| are taken if `watches`. */
  constructor(system: System, start: Start, watches = false) {
    this.#system = system
    this.#watches = watches
    ;({ t: this.#t, y: this.#y, rates: this.#rates, size: this.#size, direction: this.#direction, maxStep: this.#maxStep } = start)
  }

  step(end: number): Step | undefined {
    const { tolerance, counts } = this.#system
    const [t, y] = [this.#t, this.#y]
    const linearised = this.#system.linearised(t, y)
    for (let rejected = false; ; rejected = true) {
      this.#size = Math.min(this.#size, this.#maxStep)
      if (isTooSmall(t, this.#size)) return undefined
      const to = endOf(t, this.#direction * this.#size, end)
      const h = to - t
      const factors = linearised.factors(1 / (GAMMA * h), 1)
      const stages = factors && this.#stages(t, h, y, linearised.timeDerivative, factors)
      const next = stages && combination(y, SOLUTION, stages)
      const error = next === undefined ? Number.NaN : scaledNorm(stages?.[5] as Float64Array, tolerance, y, next)
      let factor = Number.isFinite(error) ? Math.min(GROW_MOST, Math.max(SHRINK_MOST, SAFETY / error ** 0.25)) : 0.1
      if (error <= 1) {
        if (this.#last !== undefined) {
          // The predictive controller of Gustafsson 1994.
          const predicted = SAFETY * (Math.abs(h) / this.#last.size) * (this.#last.error / error ** 2) ** 0.25
          factor = Math.min(factor, Math.max(SHRINK_MOST, predicted))
        }
        this.#last = { size: Math.abs(h), error: Math.max(0.01, error) }
        this.#size = Math.abs(h) * (rejected ? Math.min(1, factor) : factor)
        if (this.#watches) this.stiffness = Math.abs(h) * linearised.rateBound(tolerance, y)
        this.#t = to
        this.#y = next as Float64Array
        this.#rates = this.#system.rates(to, this.#y)
        return new RodasStep(t, to, y, this.#y, stages as readonly Float64Array[])
      }
      counts.rejected++
      this.#size = Math.abs(h) * factor
    }
  }

  #stages(t: number, h: number, y: Float64Array, timeDerivative: Float64Array, factors: Factors): Float64Array[] {
    const stages: Float64Array[] = []
    for (let i = 0; i < NODES.length; i++) {
      const rates = i === 0 ? this.#rates : this.#system.rates(t + (NODES[i] as number) * h, combination(y, ARGUMENTS[i] as readonly number[], stages))
      const right = combination(
        rates,
        [h * (TIME_WEIGHTS[i] as number), ...(RIGHT_SIDES[i] as readonly number[]).map(weight => weight / h)],
        [timeDerivative, ...stages],
      )
      stages.push(factors.solve(right))
    }
    return stages
  }
}

class RodasStep implements Step {
  readonly recipe: Recipe & { method: 'rodas' }
  readonly from: number
  readonly to: number
  readonly start: Float64Array
  readonly end: Float64Array

  constructor(from: number, to: number, start: Float64Array, end: Float64Array, stages: readonly Float64Array[]) {
    ;[this.from, this.to, this.start, this.end, this.recipe] = [from, to, start, end, { method: 'rodas', stages }]
  }

  at(t: number): Float64Array {
    const { difference, stages } = interpolantWeights((t - this.from) / (this.to - this.from))
    return combination(this.start, [difference, -difference, ...stages], [this.end, this.start, ...this.recipe.stages])
  }
}
