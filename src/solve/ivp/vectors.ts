/** y + h Σ wᵢ vᵢ, where h is 1 if left out. */
export function combination(y: Float64Array, weights: readonly number[], vectors: readonly Float64Array[], h = 1): Float64Array {
  const sum = new Float64Array(y.length)
  for (let k = 0; k < weights.length; k++) {
    const weight = weights[k] as number
    if (weight === 0) continue
    const v = vectors[k] as Float64Array
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (v[i] as number)
  }
  for (let i = 0; i < sum.length; i++) sum[i] = (y[i] as number) + h * (sum[i] as number)
  return sum
}

/** How large errors may be: absolute, entry by entry, and relative to the solution. */
export interface Tolerance {
  readonly relative: number
  readonly absolute: Float64Array
}

/** Root mean square of the entries over their tolerances at y, or at the larger of y and z; 1 is an error just as large as allowed. */
export function scaledNorm(error: Float64Array, { relative, absolute }: Tolerance, y: Float64Array, z = y): number {
  let sum = 0
  for (let i = 0; i < error.length; i++) {
    // Where nothing is allowed, nothing is no error.
    if (error[i] === 0) continue
    const size = Math.max(Math.abs(y[i] as number), Math.abs(z[i] as number))
    const scaled = (error[i] as number) / ((absolute[i] as number) + relative * size)
    sum += scaled * scaled
  }
  return error.length === 0 ? 0 : Math.sqrt(sum / error.length)
}
