/** Sums of squares outside of this range have lost digits to underflow, or are about to overflow. */
const SMALLEST = 1e-280
const LARGEST = 1e280

/** Lengths below which denormals leave too few digits to tell a direction. */
export const NOTHING = 1e-290

/** √Σ xᵢ² over the entries from `from` to before `to`, without overflow or underflow on the way. */
export function euclideanNorm(x: Float64Array, from = 0, to = x.length): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += (x[i] as number) * (x[i] as number)
  if (sum > SMALLEST && sum < LARGEST) return Math.sqrt(sum)
  let largest = 0
  for (let i = from; i < to; i++) largest = Math.max(largest, Math.abs(x[i] as number))
  if (largest === 0 || !Number.isFinite(largest)) return largest
  sum = 0
  for (let i = from; i < to; i++) {
    const ratio = (x[i] as number) / largest
    sum += ratio * ratio
  }
  return largest * Math.sqrt(sum)
}

/**
 * The power of two by which a matrix is multiplied before it is decomposed: 1 but for small matrices, whose digits would be lost
 * among the denormals, and for those at the end of the range, whose norm may be beyond it. Undefined where an entry is NaN or
 * infinite.
 */
export function scaleOf(x: Float64Array): number | undefined {
  let largest = 0
  for (let i = 0; i < x.length; i++) {
    const size = Math.abs(x[i] as number)
    if (!(size < Number.POSITIVE_INFINITY)) return undefined
    if (size > largest) largest = size
  }
  if (largest > 2 ** 900) return 2 ** -200
  return largest === 0 || largest > 2 ** -100 ? 1 : 2 ** Math.min(1023, -Math.floor(Math.log2(largest)))
}

/** Σ xᵢ yᵢ over `count` entries of each. */
export function dotProduct(x: Float64Array, fromX: number, y: Float64Array, fromY: number, count: number): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum += (x[fromX + i] as number) * (y[fromY + i] as number)
  return sum
}
