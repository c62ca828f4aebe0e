/** Arithmetic of plain vectors. */

export function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += (x[i] as number) * (y[i] as number)
  return sum
}

export function norm(x: Float64Array): number {
  const largest = largestOf(x)
  if (!(largest > 1e-140 && largest < 1e140))
    return largest === 0 || largest - largest !== 0 ? largest : largest * Math.sqrt(dot(scaled(1 / largest, x), scaled(1 / largest, x)))
  return Math.sqrt(dot(x, x))
}

/** The largest absolute value; NaN if an entry is NaN. */
export function largestOf(x: Float64Array): number {
  let largest = 0
  for (let i = 0; i < x.length; i++) {
    const each = Math.abs(x[i] as number)
    if (!(each <= largest)) {
      if (Number.isNaN(each)) return Number.NaN
      largest = each
    }
  }
  return largest
}

/** x + t y. */
export function plus(x: Float64Array, t: number, y: Float64Array): Float64Array {
  const sum = new Float64Array(x.length)
  for (let i = 0; i < x.length; i++) sum[i] = (x[i] as number) + t * (y[i] as number)
  return sum
}

/** Adds t y to x. */
export function addTo(x: Float64Array, t: number, y: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i] = (x[i] as number) + t * (y[i] as number)
}

export function minus(x: Float64Array, y: Float64Array): Float64Array {
  return plus(x, -1, y)
}

export function scaled(t: number, x: Float64Array): Float64Array {
  const result = new Float64Array(x.length)
  for (let i = 0; i < x.length; i++) result[i] = t * (x[i] as number)
  return result
}

export function isFinite(x: Float64Array): boolean {
  for (let i = 0; i < x.length; i++) if ((x[i] as number) - (x[i] as number) !== 0) return false
  return true
}
