import { addTo, dot, norm, plus, scaled } from '../vectors.ts'
import type { Objective } from './objective.ts'
import type { MinimizeSettings, Minimum } from './progress.ts'
import { decreaseOf, type Model, minimizeByModels } from './trust-region.ts'

/** Newton's method in a trust region, by products with the Hessian alone, of which no matrix is made; see `TruncatedModel`. */
export function minimizeByNewtonCg(f: Objective<unknown>, start: Float64Array, settings: MinimizeSettings): Minimum {
  return minimizeByModels(f, start, (x, gradient) => new TruncatedModel(gradient, v => f.product(x, v)), settings)
}

/**
 * The model gᵀs + ½ sᵀH s by conjugate gradients, until the residual is small, the boundary is met or the curvature is negative.
 * Source: Steihaug, The conjugate gradient method and trust regions in large scale optimization, SIAM J. Numer. Anal. 20 (1983).
 */
class TruncatedModel implements Model {
  readonly #gradient: Float64Array
  readonly #times: (v: Float64Array) => Float64Array

  constructor(gradient: Float64Array, times: (v: Float64Array) => Float64Array) {
    this.#gradient = gradient
    this.#times = times
  }

  step(radius: number): { step: Float64Array; decrease: number } {
    const gradient = this.#gradient
    const size = norm(gradient)
    const enough = Math.min(0.1, Math.sqrt(size)) * size
    let step: Float64Array = new Float64Array(gradient.length)
    let product: Float64Array = new Float64Array(gradient.length)
    let residual = gradient
    let direction = scaled(-1, gradient)
    let square = dot(residual, residual)
    for (let k = 0; k < 2 * gradient.length + 10; k++) {
      const along = this.#times(direction)
      const curvature = dot(direction, along)
      const t = square / curvature
      const next = curvature > 0 ? plus(step, t, direction) : undefined
      if (next === undefined || norm(next) >= radius) {
        const to = toBoundary(step, direction, radius)
        step = plus(step, to, direction)
        addTo(product, to, along)
        break
      }
      step = next
      product = plus(product, t, along)
      residual = plus(residual, t, along)
      const before = square
      square = dot(residual, residual)
      if (Math.sqrt(square) <= enough) break
      direction = plus(scaled(-1, residual), square / before, direction)
    }
    return { step, decrease: decreaseOf(step, gradient, product) }
  }
}

/** t > 0 with |s + t d| = Δ. */
function toBoundary(s: Float64Array, d: Float64Array, radius: number): number {
  const [a, b, c] = [dot(d, d), dot(s, d), dot(s, s) - radius * radius]
  const root = Math.sqrt(Math.max(0, b * b - a * c))
  return b > 0 ? -c / (b + root) : (root - b) / a
}
