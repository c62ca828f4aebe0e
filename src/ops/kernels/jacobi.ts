import { dotProduct, euclideanNorm } from './norm.ts'

/** Sweeps after which rows are taken as they are; 5 to 10 are the rule. */
const SWEEPS = 40

/** From this on the sine of the angle may be below all numbers, and its cosine is 1. */
const FAR = 1e100

/** What is left of a squared length below which it is computed anew. */
const CANCELLED = 0.01

/**
 * Turns the rows of a matrix into each other until they are orthogonal to each other (one-sided rotations: Demmel and Veselić
 * 1992, Jacobi's method is more accurate than QR), in place; gives their lengths. What the rotations do to the rows is done to
 * the rows of `turns` as well. Rows are compared relative to their own lengths, so that short ones are as accurate as long
 * ones; rows of zeros stay as they are.
 */
export function oneSidedJacobi(count: number, n: number, rows: Float64Array, turns?: Float64Array): Float64Array {
  const lengths = new Float64Array(count)
  const tolerance = Number.EPSILON * Math.sqrt(n)
  for (let sweep = 0, turned = true; turned && sweep < SWEEPS; sweep++) {
    turned = false
    for (let i = 0; i < count; i++) lengths[i] = euclideanNorm(rows, i * n, (i + 1) * n)
    for (let i = 0; i < count - 1; i++) {
      for (let j = i + 1; j < count; j++) {
        const [p, q] = [lengths[i] as number, lengths[j] as number]
        if (p === 0 || q === 0) continue
        const cosine = cosineOf(n, rows, i, j, p, q)
        if (Math.abs(cosine) <= tolerance) continue
        turned = true
        // The smaller of the two angles that make the rows orthogonal.
        const zeta = (q / p - p / q) / (2 * cosine)
        if (Math.abs(zeta) > FAR) {
          if (p > q) lengths[j] = subtract(n, rows, j, q * cosine, i, p)
          else lengths[i] = subtract(n, rows, i, p * cosine, j, q)
          continue
        }
        const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.hypot(zeta, 1))
        const c = 1 / Math.sqrt(1 + t * t)
        rotate(rows, i * n, j * n, n, c, c * t)
        if (turns !== undefined) rotate(turns, i * count, j * count, count, c, c * t)
        const shorter = 1 - t * cosine * (q / p)
        const longer = 1 + t * cosine * (p / q)
        lengths[i] = shorter > CANCELLED ? p * Math.sqrt(shorter) : euclideanNorm(rows, i * n, (i + 1) * n)
        lengths[j] = longer > CANCELLED ? q * Math.sqrt(longer) : euclideanNorm(rows, j * n, (j + 1) * n)
      }
    }
  }
  return lengths
}

/** Cosine of the angle between two rows of known lengths. */
function cosineOf(n: number, rows: Float64Array, i: number, j: number, p: number, q: number): number {
  const product = p * q
  if (product > 1e-280 && product < 1e280) return dotProduct(rows, i * n, rows, j * n, n) / product
  let sum = 0
  for (let k = 0; k < n; k++) sum += ((rows[i * n + k] as number) / p) * ((rows[j * n + k] as number) / q)
  return sum
}

/** Takes from row i what it has of the direction of the far longer row j; the new length. */
function subtract(n: number, rows: Float64Array, i: number, part: number, j: number, length: number): number {
  for (let k = 0; k < n; k++) rows[i * n + k] = (rows[i * n + k] as number) - ((rows[j * n + k] as number) / length) * part
  return euclideanNorm(rows, i * n, (i + 1) * n)
}

function rotate(rows: Float64Array, x: number, y: number, n: number, c: number, s: number): void {
  for (let k = 0; k < n; k++) {
    const p = rows[x + k] as number
    const q = rows[y + k] as number
    rows[x + k] = c * p - s * q
    rows[y + k] = s * p + c * q
  }
}
