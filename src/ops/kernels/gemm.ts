/** out = a · b for row-major a (m × k), b (k × n) and out (m × n, zeros on entry). Terms are added in the order of k. */
export function multiplyMatrices(m: number, k: number, n: number, a: Float64Array, b: Float64Array, out: Float64Array): void {
  if (n === 1) {
    for (let i = 0, at = 0; i < m; i++) {
      let sum = 0
      for (let p = 0; p < k; p++, at++) sum += (a[at] as number) * (b[p] as number)
      out[i] = sum
    }
    return
  }
  for (let i = 0; i < m; i++) {
    const row = i * n
    for (let p = 0; p < k; p++) {
      const factor = a[i * k + p] as number
      const from = p * n
      for (let j = 0; j < n; j++) out[row + j] = (out[row + j] as number) + factor * (b[from + j] as number)
    }
  }
}
