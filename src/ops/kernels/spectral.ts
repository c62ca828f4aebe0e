import { multiplyMatrices } from './gemm.ts'
import { transposeOf } from './matrices.ts'

/*
 * Functions of symmetric matrices A = V diag(w) Vᵀ, with derivatives of any order by Daleckii and Krein (Higham, Functions of
 * Matrices, sections 3.2 and B.14). A function is given by its table: row p holds f⁽ᵖ⁾(wᵢ) / p!.
 */

/** An eigenvalue decomposition, and a table with so many rows. */
export interface Spectrum {
  n: number
  values: Float64Array
  vectors: Float64Array
  rows: number
  /** The table of the function, by which it is seen where its series hold. */
  reference: Float64Array
}

/** A divided difference as a sum over the table: places and weights. */
interface Weights {
  at: number[]
  weight: number[]
}

/** f(A), or with k directions the k-th derivative in these, of the function with a table. */
export function spectralValue(spectrum: Spectrum, table: Float64Array, directions: readonly Float64Array[]): Float64Array {
  const { n } = spectrum
  const inner = new Float64Array(n * n)
  eachPath(spectrum, directions, (i, j, { at, weight }, product) => {
    let difference = 0
    for (let k = 0; k < at.length; k++) difference += (weight[k] as number) * (table[at[k] as number] as number)
    inner[i * n + j] = (inner[i * n + j] as number) + product * difference
  })
  return congruence(n, spectrum.vectors, inner, transposeOf(n, n, spectrum.vectors))
}

/** The transpose of `spectralValue` in the table: what is multiplied by each entry of it in ⟨C, Dᵏf(A)[E₁, …, Eₖ]⟩. */
export function spectralWeights(spectrum: Spectrum, cotangent: Float64Array, directions: readonly Float64Array[]): Float64Array {
  const { n, rows } = spectrum
  const sums = new Float64Array(rows * n)
  const inner = between(spectrum, cotangent)
  eachPath(spectrum, directions, (i, j, { at, weight }, product) => {
    const factor = product * (inner[i * n + j] as number)
    if (factor === 0) return
    for (let k = 0; k < at.length; k++) sums[at[k] as number] = (sums[at[k] as number] as number) + factor * (weight[k] as number)
  })
  return sums
}

/** Visits all i₀, …, iₖ with a product E_σ₁[i₀, i₁] … E_σₖ[iₖ₋₁, iₖ] that is not 0, for all orders σ of the directions. */
function eachPath(
  spectrum: Spectrum,
  directions: readonly Float64Array[],
  visit: (first: number, last: number, weights: Weights, product: number) => void,
): void {
  const { n, rows } = spectrum
  if (directions.length >= rows) throw new RangeError(`derivatives up to order ${rows - 1} were prepared`)
  const inner = directions.map(each => between(spectrum, each))
  const known = new Map<string, Weights>()
  const weightsAt = (path: readonly number[]): Weights => {
    const sorted = path.toSorted((x, y) => x - y)
    const key = sorted.join()
    const weights = known.get(key) ?? differenceAt(spectrum, sorted)
    known.set(key, weights)
    return weights
  }
  const walk = (path: readonly number[], rest: readonly Float64Array[], product: number): void => {
    if (rest.length === 0) visit(path[0] as number, path.at(-1) as number, weightsAt(path), product)
    rest.forEach((each, k) => {
      const others = rest.toSpliced(k, 1)
      for (let j = 0; j < n; j++) {
        const entry = each[(path.at(-1) as number) * n + j] as number
        if (entry !== 0) walk([...path, j], others, product * entry)
      }
    })
  }
  for (let i = 0; i < n; i++) walk([i], inner, 1)
}

/** f[wᵢ, …] for indices in the order of the eigenvalues: of close ones by the series about one of them, which does not cancel. */
function differenceAt(spectrum: Spectrum, indices: readonly number[]): Weights {
  const { n, values, rows } = spectrum
  const order = indices.length - 1
  const first = indices[0] as number
  const last = indices[order] as number
  const width = (values[last] as number) - (values[first] as number)
  if (width === 0) return { at: [order * n + first], weight: [1] }
  const middle = indices[order >> 1] as number
  if (indices.every(each => seriesHolds(spectrum, middle, each, order))) {
    const sums = completeSums(
      indices.map(each => (values[each] as number) - (values[middle] as number)),
      rows - order,
    )
    return { at: sums.map((_, p) => (order + p) * n + middle), weight: sums }
  }
  const [high, low] = [differenceAt(spectrum, indices.slice(1)), differenceAt(spectrum, indices.slice(0, -1))]
  return { at: [...high.at, ...low.at], weight: [...high.weight.map(each => each / width), ...low.weight.map(each => -each / width)] }
}

/** The complete homogeneous sums h₀, h₁, … of numbers: the divided differences of the powers. */
function completeSums(numbers: readonly number[], count: number): number[] {
  const sums = [1, ...new Array<number>(count - 1).fill(0)]
  for (const each of numbers) for (let p = 1; p < count; p++) sums[p] = (sums[p] as number) + each * (sums[p - 1] as number)
  return sums
}

/**
 * Whether the series about an eigenvalue, cut off where the table ends, gives differences of an order up to another: its last terms
 * are rounding, and value and slope there are what the table has (they are not across a kink).
 */
function seriesHolds({ n, values, rows, reference }: Spectrum, from: number, to: number, order: number): boolean {
  const step = (values[to] as number) - (values[from] as number)
  if (step === 0) return true
  // What a function loses at the least: a rounding of its operand. Where it passes through 0 that is more than one of its value.
  let size = Math.abs((values[from] as number) * (reference[n + from] as number))
  let [value, slope, steepness, difference, tail] = [0, 0, 0, 0, 0]
  for (let p = 0, power = 1; p < rows; p++, power *= step) {
    const coefficient = reference[p * n + from] as number
    value += coefficient * power
    size += Math.abs(coefficient * power)
    if (p > 0) {
      slope += (p * coefficient * power) / step
      steepness += Math.abs((p * coefficient * power) / step)
    }
    if (p >= order) {
      const term = binomial(p, order) * Math.abs((coefficient * power) / step ** order)
      difference += term
      if (p >= rows - 2) tail += term
    }
  }
  return (
    tail <= 4 * Number.EPSILON * difference &&
    Math.abs(value - (reference[to] as number)) <= 64 * Number.EPSILON * size &&
    Math.abs(slope - (reference[n + to] as number)) <= 1e-6 * steepness
  )
}

function binomial(n: number, k: number): number {
  let result = 1
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i
  return result
}

/** The symmetric part of E between the eigenvectors: Vᵀ E V. */
function between({ n, vectors }: Spectrum, e: Float64Array): Float64Array {
  const symmetric = new Float64Array(n * n)
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) symmetric[i * n + j] = ((e[i * n + j] as number) + (e[j * n + i] as number)) / 2
  return congruence(n, transposeOf(n, n, vectors), symmetric, vectors)
}

function congruence(n: number, left: Float64Array, inner: Float64Array, right: Float64Array): Float64Array {
  const [half, whole] = [new Float64Array(n * n), new Float64Array(n * n)]
  multiplyMatrices(n, n, n, left, inner, half)
  multiplyMatrices(n, n, n, half, right, whole)
  return whole
}
