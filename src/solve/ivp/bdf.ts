import { add, div, mul } from '../../ops/arithmetic.ts'
import type { Factors } from '../factors.ts'
import { isFinite } from '../vectors.ts'
import { type BdfRecipe, type Change, endOf, isTooSmall, type Linearised, type Method, type Start, type Step, type System } from './method.ts'
import { combination, scaledNorm } from './vectors.ts'

/*
 * Backward differentiation formulas of order 1 to 5 with Klopfenstein's and Shampine's terms (NDF), in backward differences of
 * steps of one size: where the size changes, the differences are those of the interpolant at the new distance.
 * Source: Shampine and Reichelt, The MATLAB ODE Suite, SIAM J. Sci. Comput. 18 (1997).
 */

export const HIGHEST = 5
const KAPPA = [0, -0.185, -1 / 9, -0.0823, -0.0415, 0]
/** γ_k = 1 + 1/2 + … + 1/k. */
export const GAMMA = [0, 1, 3 / 2, 11 / 6, 25 / 12, 137 / 60]
export const ALPHA = GAMMA.map((gamma, k) => (1 - (KAPPA[k] as number)) * gamma)
export const ERROR = GAMMA.map((gamma, k) => (KAPPA[k] as number) * gamma + 1 / (k + 1))

const NEWTON_STEPS = 4
export const [SHRINK_MOST, GROW_MOST] = [0.2, 10]

/** How far, in tolerances, the iterations of a step may be from its solution. */
export function newtonTolerance(relative: number): number {
  return Math.max((10 * Number.EPSILON) / relative, Math.min(0.03, Math.sqrt(relative)))
}

/**
 * The matrix M for which differences up to an order become those at another distance, the factor times the old one:
 * ∇ʲ new = Σᵢ M[i][j] ∇ⁱ old. M = R(factor) R(1) with R[i][j] = Π_{m ≤ i} (m − 1 − factor j) / m.
 */
export function changeOfDifferences({ order, factor }: Change): number[][] {
  const [scaled, unit] = [differencing(order, factor), differencing(order, 1)]
  return scaled.map(row => row.map((_, j) => row.reduce((sum, each, k) => sum + each * ((unit[k] as number[])[j] as number), 0)))
}

/** R(factor), rows and columns up to an order. */
export function differencing(order: number, factor: number): number[][] {
  const rows = [new Array<number>(order + 1).fill(1)]
  for (let i = 1; i <= order; i++) rows.push((rows[i - 1] as number[]).map((above, j) => (j === 0 ? 0 : (above * (i - 1 - factor * j)) / i)))
  return rows
}

/** Weights of the differences 1, 2, … in the interpolant at s in [0, 1], which may be traced. */
export function interpolantWeights(s: number, order: number): number[] {
  let product = 1
  return Array.from({ length: order }, (_, k) => {
    product = div(mul(product, add(s, k - 1)), k + 1)
    return product
  })
}

/** Steps after which a Jacobian is made anew, where it is to tell how stiff the problem is. */
const OLDEST = 50

export class Bdf implements Method {
  stiffness: number | undefined
  readonly #system: System
  readonly #direction: number
  readonly #maxStep: number
  readonly #newtonTolerance: number
  #t: number
  #size: number
  #order = 1
  #equalSteps = 0
  /** Backward differences of the solution, the solution itself first. */
  #differences: Float64Array[]
  #changes: Change[] = []
  #first: number | undefined
  #linearised: Linearised
  /** Factors of I − c ∂f/∂y, and the c that they are for. */
  #factors: { c: number; factors: Factors | undefined } | undefined

  readonly #watches: boolean
  #age = 0

  /** Bounds of |h λ| are taken if `watches`. */
  constructor(system: System, { t, y, rates, size, direction, maxStep }: Start, watches = false) {
    this.#system = system
    this.#watches = watches
    ;[this.#t, this.#direction, this.#size, this.#maxStep] = [t, direction, Math.min(size, maxStep), maxStep]
    this.#first = direction * this.#size
    this.#newtonTolerance = newtonTolerance(system.tolerance.relative)
    this.#differences = [y, rates.map(each => each * direction * this.#size)]
    while (this.#differences.length < HIGHEST + 3) this.#differences.push(new Float64Array(y.length))
    this.#linearised = system.linearised(t, y)
  }

  step(end: number): Step | undefined {
    const { tolerance, counts } = this.#system
    if (this.#size > this.#maxStep) this.#change(this.#maxStep / this.#size)
    let current = false
    for (;;) {
      if (isTooSmall(this.#t, this.#size)) return undefined
      const to = endOf(this.#t, this.#direction * this.#size, end)
      if (to === end && to - this.#t !== this.#direction * this.#size) this.#change(Math.abs(to - this.#t) / this.#size)
      const h = to - this.#t
      const order = this.#order
      const solved = this.#solve(to, h)
      if (solved === undefined) {
        if (current) {
          counts.rejected++
          this.#change(0.5)
        } else {
          this.#linearise(to, this.#predicted())
          current = true
        }
        continue
      }
      const { y, correction, iterations } = solved
      const safety = (0.9 * (2 * NEWTON_STEPS + 1)) / (2 * NEWTON_STEPS + iterations)
      const errorOf = (k: number, difference: Float64Array) => Math.abs(ERROR[k] as number) * scaledNorm(difference, tolerance, y)
      const error = errorOf(order, correction)
      if (!(error <= 1)) {
        counts.rejected++
        this.#change(Number.isFinite(error) ? Math.max(SHRINK_MOST, safety * error ** (-1 / (order + 1))) : 0.5)
        continue
      }
      const recipe: BdfRecipe = { method: 'bdf', order, changes: this.#changes, first: this.#first }
      ;[this.#changes, this.#first] = [[], undefined]
      if (this.#watches) {
        if (++this.#age > OLDEST) this.#linearise(to, y)
        this.stiffness = Math.abs(h) * this.#linearised.rateBound(tolerance, y)
      }
      const [from, start] = [this.#t, this.#differences[0] as Float64Array]
      this.#t = to
      this.#differences = updated(this.#differences, correction, order)
      const step = new BdfStep(recipe, from, to, start, this.#differences.slice(0, order + 1))
      if (++this.#equalSteps > order) {
        const below = order > 1 ? errorOf(order - 1, this.#differences[order] as Float64Array) : Number.POSITIVE_INFINITY
        const above = order < HIGHEST ? errorOf(order + 1, this.#differences[order + 2] as Float64Array) : Number.POSITIVE_INFINITY
        const factors = [below, error, above].map((each, k) => each ** (-1 / (order + k)))
        const best = Math.max(...factors)
        this.#order += factors.indexOf(best) - 1
        this.#change(Math.min(GROW_MOST, safety * best))
      }
      return step
    }
  }

  #linearise(t: number, y: Float64Array): void {
    this.#linearised = this.#system.linearised(t, y)
    this.#factors = undefined
    this.#age = 0
  }

  #predicted(): Float64Array {
    const [y, ...others] = this.#differences.slice(0, this.#order + 1) as [Float64Array, ...Float64Array[]]
    return combination(y, new Array<number>(this.#order).fill(1), others)
  }

  #change(factor: number): void {
    const change = { order: this.#order, factor }
    const matrix = changeOfDifferences(change)
    const old = this.#differences.slice(0, this.#order + 1)
    const zero = new Float64Array(this.#system.size)
    for (let j = 0; j <= this.#order; j++) {
      this.#differences[j] = combination(
        zero,
        matrix.map(row => row[j] as number),
        old,
      )
    }
    this.#changes.push(change)
    this.#size *= factor
    this.#equalSteps = 0
  }

  /** Simplified Newton iterations for the correction d with y = predicted + d and d + ψ = c f(t, y). */
  #solve(to: number, h: number): { y: Float64Array; correction: Float64Array; iterations: number } | undefined {
    const { tolerance } = this.#system
    const order = this.#order
    const predicted = this.#predicted()
    const c = h / (ALPHA[order] as number)
    const zero = new Float64Array(predicted.length)
    const psi = combination(
      zero,
      GAMMA.slice(1, order + 1).map(gamma => gamma / (ALPHA[order] as number)),
      this.#differences.slice(1, order + 1),
    )
    if (this.#factors === undefined || Math.abs(this.#factors.c / c - 1) > 1e-12) this.#factors = { c, factors: this.#linearised.factors(1, c) }
    const { factors } = this.#factors
    if (factors === undefined) return undefined
    let y = predicted
    let correction: Float64Array = zero
    let before: number | undefined
    for (let k = 0; k < NEWTON_STEPS; k++) {
      const rates = this.#system.rates(to, y)
      if (!isFinite(rates)) return undefined
      const change = factors.solve(combination(zero, [c, -1, -1], [rates, psi, correction]))
      const norm = scaledNorm(change, tolerance, predicted)
      const rate = before === undefined ? undefined : norm / before
      if (rate !== undefined && (!(rate < 1) || (rate ** (NEWTON_STEPS - k) / (1 - rate)) * norm > this.#newtonTolerance)) return undefined
      y = combination(y, [1], [change])
      correction = combination(correction, [1], [change])
      if (norm === 0 || (rate !== undefined && (rate / (1 - rate)) * norm < this.#newtonTolerance)) return { y, correction, iterations: k + 1 }
      before = norm
    }
    return undefined
  }
}

/** Differences after a step: ∇ʲ⁺¹ yₙ₊₁ = ∇ʲ yₙ₊₁ − ∇ʲ yₙ, where the correction is that of order k + 1. */
function updated(differences: readonly Float64Array[], correction: Float64Array, order: number): Float64Array[] {
  const next = [...differences]
  next[order + 2] = combination(correction, [-1], [differences[order + 1] as Float64Array])
  next[order + 1] = correction
  for (let j = order; j >= 0; j--) next[j] = combination(differences[j] as Float64Array, [1], [next[j + 1] as Float64Array])
  return next
}

class BdfStep implements Step {
  readonly recipe: BdfRecipe
  readonly from: number
  readonly to: number
  readonly start: Float64Array
  readonly end: Float64Array
  readonly #differences: readonly Float64Array[]

  constructor(recipe: BdfRecipe, from: number, to: number, start: Float64Array, differences: readonly Float64Array[]) {
    ;[this.recipe, this.from, this.to, this.start, this.#differences] = [recipe, from, to, start, differences]
    this.end = differences[0] as Float64Array
  }

  at(t: number): Float64Array {
    return combination(this.end, interpolantWeights((t - this.from) / (this.to - this.from), this.recipe.order), this.#differences.slice(1))
  }
}
