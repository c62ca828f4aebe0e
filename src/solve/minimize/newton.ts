import type { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import { SparseLdl } from '../sparse/ldl.ts'
import { addTo, dot, isFinite, norm, plus, scaled } from '../vectors.ts'
import type { Objective } from './objective.ts'
import type { MinimizeSettings, Minimum } from './progress.ts'
import { decreaseOf, type Model, minimizeByModels } from './trust-region.ts'

/** How near to the boundary a step has to come. */
const NEAR = 0.1
/** What may be missed of the model's least value in the hard case. */
const HARD = 0.1
const MOST_FACTORS = 60
/** Curvatures that are negative by no more than this part of the Hessian count as 0. */
const ROUNDING = 1e-8

/** Newton's method in a trust region, with exact Hessians and their factors; see `ExactModel`. */
export function minimizeByNewton(f: Objective<unknown>, start: Float64Array, settings: MinimizeSettings): Minimum {
  let factors: { ldl: SparseLdl; pointers: Int32Array; columns: Int32Array } | undefined
  const modelAt = (x: Float64Array, gradient: Float64Array): Model => {
    const hessian = f.hessian(x)
    const same = factors !== undefined && sameIntegers(factors.pointers, hessian.rowPointers) && sameIntegers(factors.columns, hessian.columns)
    if (!same || factors === undefined)
      factors = { ldl: new SparseLdl(x.length, hessian.rowPointers, hessian.columns), pointers: hessian.rowPointers, columns: hessian.columns }
    return new ExactModel(hessian, gradient, factors.ldl)
  }
  return minimizeByModels(f, start, modelAt, settings)
}

function sameIntegers(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((each, i) => each === b[i])
}

/**
 * The model gᵀs + ½ sᵀH s, least for |s| ≤ Δ where (H + λ I) s = −g with H + λ I positive semidefinite and λ (Δ − |s|) = 0.
 * Source: Moré and Sorensen, Computing a trust region step, SIAM J. Sci. Stat. Comput. 4 (1983).
 */
class ExactModel implements Model {
  readonly #hessian: SparseMatrix
  readonly #gradient: Float64Array
  readonly #ldl: SparseLdl
  /** Bounds of the least shift that makes the Hessian positive, as far as they are known. */
  #indefinite = -1
  readonly #size: number
  readonly #floor: number

  constructor(hessian: SparseMatrix, gradient: Float64Array, ldl: SparseLdl) {
    this.#hessian = hessian
    this.#gradient = gradient
    this.#ldl = ldl
    let [size, least] = [0, Number.POSITIVE_INFINITY]
    for (let i = 0; i < gradient.length; i++) {
      let [row, diagonal] = [0, 0]
      for (let k = hessian.rowPointers[i] as number; k < (hessian.rowPointers[i + 1] as number); k++) {
        row += Math.abs(hessian.values[k] as number)
        if (hessian.columns[k] === i) diagonal = hessian.values[k] as number
      }
      size = Math.max(size, row)
      least = Math.min(least, diagonal)
    }
    this.#size = size
    this.#floor = Math.max(0, -least)
  }

  /** −(H + λ I)⁻¹ g; undefined where the matrix is not positive. */
  #solve(shift: number): Float64Array | undefined {
    if (!this.#ldl.factor(this.#hessian.values, shift) || this.#ldl.negative > 0) return undefined
    const step = scaled(-1, this.#ldl.solve(this.#gradient))
    return isFinite(step) ? step : undefined
  }

  get isConvex(): boolean {
    return this.#size === 0 || this.#solve(ROUNDING * this.#size) !== undefined
  }

  step(radius: number): { step: Float64Array; decrease: number } {
    const step = this.#step(radius)
    return { step, decrease: decreaseOf(step, this.#gradient, this.#hessian.multiply(step)) }
  }

  #step(radius: number): Float64Array {
    const gradientNorm = norm(this.#gradient)
    if (this.#indefinite < 0) {
      const newton = this.#floor > 0 ? undefined : this.#solve(0)
      if (newton === undefined) this.#indefinite = this.#floor
      else if (norm(newton) <= radius * (1 + NEAR)) return newton
    }
    let low = Math.max(0, this.#indefinite, gradientNorm / radius - this.#size)
    let high = gradientNorm / radius + this.#size
    let shift = low > 0 ? Math.max(Math.sqrt(low * high), low + 0.01 * (high - low)) : 1e-3 * high
    if (low === 0 && this.#indefinite < 0) shift = Math.min(shift, 1e-2 * high)
    let best: Float64Array | undefined
    for (let k = 0; k < MOST_FACTORS; k++) {
      shift = Math.min(Math.max(shift, low), high)
      const step = this.#solve(shift)
      if (step === undefined) {
        low = shift
        this.#indefinite = Math.max(this.#indefinite, shift)
        shift = Math.max(Math.sqrt(low * high), low + 0.01 * (high - low))
        if (high - low <= 1e-12 * high) high *= 2
        continue
      }
      const length = norm(step)
      if (Math.abs(length - radius) <= NEAR * radius) return step
      const slope = dot(step, this.#ldl.solve(step))
      if (length < radius) {
        high = shift
        best = this.#toBoundary(step, shift, radius) ?? best
        if (best !== undefined && (high - low <= 1e-10 * high || this.#isGood)) return best
        best ??= step
      } else low = Math.max(low, shift)
      const newton = shift + ((length * length) / slope) * ((length - radius) / radius)
      shift = newton > low && newton < high ? newton : Math.max(Math.sqrt(low * high), low + 0.01 * (high - low))
      if (high - low <= 1e-14 * high) return best ?? scaled(radius / length, step)
    }
    return best ?? scaled(-Math.min(radius / gradientNorm, 1), this.#gradient)
  }

  #isGood = false

  /** In the hard case: on to the boundary along a direction in which H + λ I is nearly 0. */
  #toBoundary(step: Float64Array, shift: number, radius: number): Float64Array | undefined {
    let z: Float64Array = Float64Array.from({ length: step.length }, (_, i) => 1 + 0.1 * Math.sin(7 * i + 1))
    for (let k = 0; k < 3; k++) {
      z = scaled(1 / norm(z), this.#ldl.solve(z))
      if (!isFinite(z)) return undefined
    }
    z = scaled(1 / norm(z), z)
    const [along, rest] = [dot(step, z), radius * radius - dot(step, step)]
    const root = Math.sqrt(along * along + rest)
    const tau = along > 0 ? rest / (along + root) : -rest / (root - along)
    const product = this.#hessian.multiply(z)
    addTo(product, shift, z)
    const missed = tau * tau * dot(z, product)
    const gained = -dot(step, this.#gradient) + shift * radius * radius
    this.#isGood = missed <= HARD * gained
    return this.#isGood ? plus(step, tau, z) : undefined
  }
}
