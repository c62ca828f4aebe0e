import { betaincInv } from '../../ops/incomplete-beta.ts'
import { erfInv } from '../../ops/special.ts'
import type { DenseModel } from './dense-model.ts'

/** What the residuals say about the variables, and what they leave open. */
export interface Uncertainty {
  /** Square roots of the variances: Infinity for variables that are not determined, NaN where the spread is not known. */
  standardDeviations: Float64Array
  /** Residuals beyond what the variables can fit. */
  degreesOfFreedom: number
  /** Groups of variables that cannot be told apart; alone, one that the residuals do not depend on. */
  undetermined: number[][]
  /** Variables that complete others to directions without effect, where these are too many to look at one by one. */
  open: number[]
  /** s² (JᵀJ)⁻¹ among some variables, row by row. NaN where one is not determined. */
  among(variables: ArrayLike<number>): Float64Array
}

/** Degrees of freedom from which on Student's distribution is the normal one, to 8 digits. */
const MANY_DEGREES = 1e8
/** Entries of a direction without effect that are not rounding. */
const LEAST_PART = 1e-8

/** s² = 2 cost / (residuals − rank), or 1 where the weights are those of known deviations. */
export function varianceOf(cost: number, degreesOfFreedom: number, known: boolean): number {
  return known ? 1 : degreesOfFreedom > 0 ? (2 * cost) / degreesOfFreedom : Number.NaN
}

/** Covariance of the variables at a solution, by orthogonal factors that are loaded there. Variables on bounds do not vary. */
export function uncertaintyOf(model: DenseModel, residuals: number, cost: number, known: boolean): Uncertainty {
  const { r, order, rank } = model.factors
  const [n, size] = [model.norms.length, order.length]
  const degreesOfFreedom = residuals - rank
  const variance = varianceOf(cost, degreesOfFreedom, known)
  const undetermined = groupsOf(size, directionsWithoutEffect(r, size, rank)).map(group => group.map(k => order[k] as number).sort((a, b) => a - b))
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
  const among = (variables: ArrayLike<number>) => {
    const k = variables.length
    return new Float64Array(k * k).map((_, at) => covariance[(variables[Math.floor(at / k)] as number) * n + (variables[at % k] as number)] as number)
  }
  return { standardDeviations, degreesOfFreedom, undetermined, open: [], among }
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

/** The directions along which R gives nothing: R₁₁ z = −R₁₂ for each of the columns that depend on those before, where z is 1. */
function directionsWithoutEffect(r: Float64Array, size: number, rank: number): Float64Array[] {
  return Array.from({ length: size - rank }, (_, k) => {
    const column = rank + k
    const z = new Float64Array(size)
    z[column] = 1
    for (let i = rank - 1; i >= 0; i--) {
      let sum = -(r[i * size + column] as number)
      for (let j = i + 1; j < rank; j++) sum -= (r[i * size + j] as number) * (z[j] as number)
      z[i] = sum / (r[i * size + i] as number)
    }
    return z
  })
}

/** Places that take part in directions, those that share one together. */
export function groupsOf(size: number, directions: readonly Float64Array[]): number[][] {
  const parent = Int32Array.from({ length: size }, (_, k) => k)
  const part = new Uint8Array(size)
  const rootOf = (k: number): number => {
    let root = k
    while (parent[root] !== root) root = parent[root] = parent[parent[root] as number] as number
    return root
  }
  for (const direction of directions) {
    const largest = direction.reduce((most, each) => Math.max(most, Math.abs(each)), 0)
    let first = -1
    direction.forEach((each, k) => {
      if (Math.abs(each) <= LEAST_PART * largest) return
      part[k] = 1
      if (first < 0) first = k
      else parent[rootOf(k)] = rootOf(first)
    })
  }
  const groups = new Map<number, number[]>()
  for (let k = 0; k < size; k++) {
    if (part[k] !== 1) continue
    const group = groups.get(rootOf(k))
    if (group === undefined) groups.set(rootOf(k), [k])
    else group.push(k)
  }
  return [...groups.values()]
}

/** The t with P(|T| ≤ t) = confidence for Student's distribution; that of the normal one for Infinity. */
export function studentQuantile(confidence: number, degreesOfFreedom: number): number {
  if (degreesOfFreedom > MANY_DEGREES) return Math.SQRT2 * (erfInv(confidence) as number)
  const x = betaincInv(degreesOfFreedom / 2, 0.5, 1 - confidence) as number
  return Math.sqrt(degreesOfFreedom * (1 / x - 1))
}
