import { multiplyMatrices } from './gemm.ts'
import { luSolve } from './matrices.ts'
import { euclideanNorm } from './norm.ts'

/** Coefficients of the numerators of Padé's approximants, and the norms up to which they are exact to rounding (Higham 2005). */
const PADE: readonly { coefficients: readonly number[]; reach: number }[] = [
  { coefficients: [120, 60, 12, 1], reach: 1.495585217958292e-2 },
  { coefficients: [30240, 15120, 3360, 420, 30, 1], reach: 2.53939833006323e-1 },
  { coefficients: [17297280, 8648640, 1995840, 277200, 25200, 1512, 56, 1], reach: 9.504178996162932e-1 },
  { coefficients: [17643225600, 8821612800, 2075673600, 302702400, 30270240, 2162160, 110880, 3960, 90, 1], reach: 2.097847961257068 },
]
const LAST = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600, 670442572800, 33522128640, 1323241920, 40840800,
  960960, 16380, 182, 1,
]
const REACH = 4.25

/**
 * The exponential of a matrix, or its derivative in directions (the k-th in k of them), by scaling and squaring (Al-Mohy and Higham
 * 2009). The derivative is a block of the exponential of a block matrix (Higham and Relton 2014).
 */
export function exponential(n: number, a: Float64Array, directions: readonly Float64Array[]): Float64Array {
  const norm = euclideanNorm(a) || 1
  let [size, whole, factor] = [n, a, 1]
  for (const each of directions) {
    // The derivative is linear in each direction: one of the matrix' own size costs no accuracy beside it.
    const length = euclideanNorm(each) || 1
    factor *= length / norm
    whole = bordered(
      size,
      n,
      whole,
      each.map(entry => (entry / length) * norm),
    )
    size *= 2
  }
  const result = wholeExponential(size, whole)
  if (directions.length === 0) return result
  const block = new Float64Array(n * n)
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) block[i * n + j] = (result[i * size + size - n + j] as number) * factor
  return block
}

/** [[A, D], [0, A]], where D has E along its diagonal. */
function bordered(size: number, n: number, a: Float64Array, e: Float64Array): Float64Array {
  const width = 2 * size
  const result = new Float64Array(width * width)
  for (let i = 0; i < size; i++) {
    const row = a.subarray(i * size, (i + 1) * size)
    result.set(row, i * width)
    result.set(row, (size + i) * width + size)
    result.set(e.subarray((i % n) * n, ((i % n) + 1) * n), i * width + size + i - (i % n))
  }
  return result
}

function wholeExponential(n: number, a: Float64Array): Float64Array {
  // e^A = e^μ e^(A − μ) with the mean μ of the diagonal: a smaller norm takes fewer squarings.
  let mean = 0
  for (let i = 0; i < n; i++) mean += (a[i * n + i] as number) / n
  const shifted = a.slice()
  for (let i = 0; i < n; i++) shifted[i * n + i] = (a[i * n + i] as number) - mean
  const norm = columnNorm(n, shifted)
  if (!Number.isFinite(norm)) return new Float64Array(n * n).fill(Number.NaN)
  const low = PADE.find(({ reach }) => norm <= reach)
  const squarings = low === undefined ? squaringsFor(n, shifted, norm) : 0
  const scale = 2 ** -squarings
  let result = pade(
    n,
    shifted.map(entry => entry * scale),
    low?.coefficients ?? LAST,
  )
  // Each factor e^(μ/2ˢ) on the way, so that the whole overflows only where the result does.
  const growth = Math.exp(mean * scale)
  result = result.map(entry => entry * growth)
  for (let k = 0; k < squarings; k++) result = product(n, result, result)
  return result
}

/** How often to halve: by the sizes of powers, which for matrices far from normal are smaller than the norm's powers. */
function squaringsFor(n: number, a: Float64Array, norm: number): number {
  // Powers of A / ‖A‖, which neither overflow nor vanish.
  const unit = a.map(entry => entry / norm)
  const a2 = product(n, unit, unit)
  const a4 = product(n, a2, a2)
  const a6 = product(n, a4, a2)
  const root = (power: Float64Array, order: number) => columnNorm(n, power) ** (1 / order)
  const [d4, d6, d8, d10] = [root(a4, 4), root(a6, 6), root(product(n, a4, a4), 8), root(product(n, a4, a6), 10)]
  const size = Math.min(Math.max(d4, d6), Math.max(d6, d8), Math.max(d8, d10)) * norm
  const squarings = Math.max(0, Math.ceil(Math.log2(size / REACH)))
  // The first term of the backward error, for |A|, must be below rounding, too: 1 / (27! binomial(26, 13)) ‖|A|²⁷‖ / ‖A‖.
  let sums = new Float64Array(n).fill(1)
  for (let k = 0; k < 27; k++) {
    const next = new Float64Array(n)
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) next[j] = (next[j] as number) + (sums[i] as number) * Math.abs(unit[i * n + j] as number)
    sums = next
  }
  const growth = Math.log2(sums.reduce((x, y) => Math.max(x, y), 0)) + 26 * Math.log2(norm) - 26 * squarings
  const LOG_COEFFICIENT = -116.45
  return squarings + Math.max(0, Math.ceil((growth + LOG_COEFFICIENT + 53) / 26))
}

function pade(n: number, a: Float64Array, coefficients: readonly number[]): Float64Array {
  const identity = new Float64Array(n * n)
  for (let i = 0; i < n; i++) identity[i * n + i] = 1
  const square = product(n, a, a)
  // Even and odd parts; of order 13 by three powers (Higham 2005, equation 2.5).
  const powers = [identity, square]
  const held = coefficients.length > 10 ? 3 : (coefficients.length - 2) / 2
  for (let k = 2; k <= held; k++) powers.push(product(n, powers[k - 1] as Float64Array, square))
  const combine = (first: number) => {
    const terms = coefficients.filter((_, k) => k % 2 === first)
    const low = sumOf(n, terms.slice(0, held + 1), powers)
    if (terms.length <= held + 1) return low
    const high = product(n, powers[held] as Float64Array, sumOf(n, [0, ...terms.slice(held + 1)], powers))
    return low.map((entry, i) => entry + (high[i] as number))
  }
  const [even, odd] = [combine(0), product(n, a, combine(1))]
  const solution = luSolve(
    n,
    n,
    even.map((entry, i) => entry - (odd[i] as number)),
    even.map((entry, i) => entry + (odd[i] as number)),
  )
  return solution ?? new Float64Array(n * n).fill(Number.NaN)
}

function sumOf(n: number, factors: readonly number[], matrices: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(n * n)
  factors.forEach((factor, k) => {
    const matrix = matrices[k] as Float64Array
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + factor * (matrix[i] as number)
  })
  return sum
}

function product(n: number, a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(n * n)
  multiplyMatrices(n, n, n, a, b, out)
  return out
}

/** The largest sum of a column. */
function columnNorm(n: number, a: Float64Array): number {
  let largest = 0
  for (let j = 0; j < n; j++) {
    let sum = 0
    for (let i = 0; i < n; i++) sum += Math.abs(a[i * n + j] as number)
    largest = sum <= largest ? largest : sum
  }
  return largest
}
