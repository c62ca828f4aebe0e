import { groupsOf, type Uncertainty, varianceOf } from './covariance.ts'
import { inColumns, type NormalModel } from './normal-model.ts'

/**
 * Part of a pivot of the normal equations from which it may be rounding: the column is then told from others by less than 3e-7 of its
 * length. Orthogonal factors, which square nothing, can tell more.
 */
const LEAST_PIVOT = 1e-13
/** Directions without effect that are looked at one by one. */
const MOST_DIRECTIONS = 64

/**
 * Covariance of the variables at a solution, by sparse factors of the normal equations that are loaded there: variances from the entries
 * of the inverse on the factor's pattern, others by solving. Variables on bounds do not vary.
 */
export function sparseUncertaintyOf(model: NormalModel, frozen: Uint8Array, residuals: number, cost: number, known: boolean): Uncertainty {
  const n = model.norms.length
  const { held, directions, factor } = model.undamped(LEAST_PIVOT, MOST_DIRECTIONS)
  const degreesOfFreedom = residuals - (n - frozen.reduce((sum, each) => sum + each, 0) - held.length)
  const variance = varianceOf(cost, degreesOfFreedom, known)
  const isKnown = held.length <= MOST_DIRECTIONS
  const undetermined = isKnown ? groupsOf(n, directions) : []
  const open = new Set(undetermined.flat())
  const deviation = (squared: number, j: number): number => {
    if (frozen[j] === 1) return 0
    if (!isKnown) return Number.NaN
    return open.has(j) ? Number.POSITIVE_INFINITY : Math.sqrt(variance * squared) / (model.norms[j] as number)
  }
  const standardDeviations = inColumns(factor.inverseDiagonal(), model.rows.order).map(deviation)
  const among = (variables: ArrayLike<number>): Float64Array => {
    const list = Array.from(variables)
    const block = new Float64Array(list.length ** 2)
    list.forEach((i, a) => {
      if (frozen[i] === 1) return
      const column = new Float64Array(n)
      column[i] = variance
      const solved = model.solve(column)
      list.forEach((j, b) => {
        if (frozen[j] !== 1) block[a * list.length + b] = isKnown && !open.has(i) && !open.has(j) ? (solved[j] as number) : Number.NaN
      })
    })
    return block
  }
  return { standardDeviations, degreesOfFreedom, undetermined, open: isKnown ? [] : held.sort((a, b) => a - b), among }
}
