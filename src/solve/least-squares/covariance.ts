import { betaincInv } from '../../ops/incomplete-beta.ts'
import { erfInv } from '../../ops/special.ts'
import type { DenseModel } from './dense-model.ts'

/** What the residuals say about the variables, and what they leave open. */
export interface Uncertainty {
  /** s² (JᵀJ)⁻¹ row by row. NaN where a variable is not determined. */
  covariance: Float64Array
  /** Square roots of its diagonal: Infinity for variables that are not determined, NaN for all where the spread is not known. */
  standardDeviations: Float64Array
  /** Residuals beyond what the variables can fit. */
  degreesOfFreedom: number
  /** Groups of variables that cannot be told apart; alone, one that the residuals do not depend on. */
  undetermined: number[][]
}

/** Degrees of freedom from which on Student's distribution is the normal one, to 8 digits. */
const MANY_DEGREES = 1e8
/** Entries of a direction without effect that are not rounding. */
const LEAST_PART = 1e-8

/**
 * Covariance of the variables at a solution, by the factors of a model that is loaded there: s² (JᵀJ)⁻¹ with s² = 2 cost /
 * (residuals − rank), or 1 where the weights are those of known deviations. Variables on bounds do not vary.
 */
export function uncertaintyOf(model: DenseModel, residuals: number, cost: number, known: boolean): Uncertainty {
  const { r, order, rank } = model.factors
  const [n, size] = [model.norms.length, order.length]
  const degreesOfFreedom = residuals - rank
  const variance = known ? 1 : degreesOfFreedom > 0 ? (2 * cost) / degreesOfFreedom : Number.NaN
  const undetermined = directionsWithoutEffect(r, size, rank).map(group => group.map(k => order[k] as number).sort((a, b) => a - b))
  const open = new Set(undetermined.flat())
  const inverse = inverseTriangle(r, size, rank)
  const covariance = new Float64Array(n * n)
  for (let a = 0; a < size; a++) {
    for (let b = a; b < size; b++) {
      const [i, j] = [order[a] as number, order[b] as number]
      let entry = Number.NaN
      if (!open.has(i) && !open.has(j)) {
        entry = 0
        for (let k = b; k < rank; k++) entry += (inverse[a * size + k] as number) * (inverse[b * size + k] as number)
        entry *= variance / ((model.norms[i] as number) * (model.norms[j] as number))
      }
      covariance[i * n + j] = covariance[j * n + i] = entry
    }
  }
  const standardDeviations = Float64Array.from({ length: n }, (_, j) => (open.has(j) ? Number.POSITIVE_INFINITY : Math.sqrt(covariance[j * (n + 1)] as number)))
  return { covariance, standardDeviations, degreesOfFreedom, undetermined }
}

/** R⁻¹ of the leading triangle. */
function inverseTriangle(r: Float64Array, size: number, rank: number): Float64Array {
  const inverse = new Float64Array(size * size)
  for (let j = 0; j < rank; j++) {
    for (let i = j; i >= 0; i--) {
      let sum = i === j ? 1 : 0
      for (let k = i + 1; k <= j; k++) sum -= (r[i * size + k] as number) * (inverse[k * size + j] as number)
      inverse[i * size + j] = sum / (r[i * size + i] as number)
    }
  }
  return inverse
}

/** Places of R that take part in directions along which nothing changes, those that share one together. */
function directionsWithoutEffect(r: Float64Array, size: number, rank: number): number[][] {
  const group = Int32Array.from({ length: size }, (_, k) => k)
  const part = new Uint8Array(size)
  for (let column = rank; column < size; column++) {
    // R₁₁ z = −R₁₂ for one of the columns that depend on those before.
    const z = Float64Array.from({ length: rank }, (_, i) => -(r[i * size + column] as number))
    for (let i = rank - 1; i >= 0; i--) {
      for (let k = i + 1; k < rank; k++) z[i] = (z[i] as number) - (r[i * size + k] as number) * (z[k] as number)
      z[i] = (z[i] as number) / (r[i * size + i] as number)
    }
    const largest = z.reduce((most, each) => Math.max(most, Math.abs(each)), 1)
    part[column] = 1
    z.forEach((each, k) => {
      if (Math.abs(each) <= LEAST_PART * largest) return
      part[k] = 1
      const [from, to] = [group[k] as number, group[column] as number]
      for (let i = 0; i < size; i++) if (group[i] === from) group[i] = to
    })
  }
  const groups = new Map<number, number[]>()
  group.forEach((name, k) => {
    if (part[k] === 1) groups.set(name, [...(groups.get(name) ?? []), k])
  })
  return [...groups.values()]
}

/** The t with P(|T| ≤ t) = confidence for Student's distribution; that of the normal one for Infinity. */
export function studentQuantile(confidence: number, degreesOfFreedom: number): number {
  if (degreesOfFreedom > MANY_DEGREES) return Math.SQRT2 * (erfInv(confidence) as number)
  const x = betaincInv(degreesOfFreedom / 2, 0.5, 1 - confidence) as number
  return Math.sqrt(degreesOfFreedom * (1 / x - 1))
}
