/**
 * out = a · b for row-major a (m × k), b (k × n) and out (m × n, zeros on entry). Terms are added in the order of k, those of two
 * rows and four at a time: an entry of b is read once for two rows, and one of out once for four terms.
 */
export function multiplyMatrices(m: number, k: number, n: number, a: Float64Array, b: Float64Array, out: Float64Array): void {
  if (n === 1) {
    multiplyVector(m, k, a, b, out)
    return
  }
  const fours = k - (k % 4)
  const pairs = m - (m % 2)
  for (let i = 0; i < pairs; i += 2) {
    const row = i * n
    const end = row + n
    for (let p = 0; p < fours; p += 4) {
      const u = i * k + p
      const v = u + k
      const u0 = a[u] as number
      const u1 = a[u + 1] as number
      const u2 = a[u + 2] as number
      const u3 = a[u + 3] as number
      const v0 = a[v] as number
      const v1 = a[v + 1] as number
      const v2 = a[v + 2] as number
      const v3 = a[v + 3] as number
      let at0 = p * n
      let at1 = at0 + n
      let at2 = at1 + n
      let at3 = at2 + n
      for (let at = row, below = end; at < end; at++, below++, at0++, at1++, at2++, at3++) {
        const b0 = b[at0] as number
        const b1 = b[at1] as number
        const b2 = b[at2] as number
        const b3 = b[at3] as number
        out[at] = (out[at] as number) + u0 * b0 + u1 * b1 + u2 * b2 + u3 * b3
        out[below] = (out[below] as number) + v0 * b0 + v1 * b1 + v2 * b2 + v3 * b3
      }
    }
  }
  for (let i = 0; i < m; i++) {
    const row = i * n
    const end = row + n
    for (let p = i < pairs ? fours : 0; p < k; p++) {
      const factor = a[i * k + p] as number
      for (let at = row, from = p * n; at < end; at++, from++) out[at] = (out[at] as number) + factor * (b[from] as number)
    }
  }
}

/** The same for one column: four rows at once, whose sums do not wait for each other. */
function multiplyVector(m: number, k: number, a: Float64Array, b: Float64Array, out: Float64Array): void {
  let i = 0
  for (; i + 3 < m; i += 4) {
    let s0 = 0
    let s1 = 0
    let s2 = 0
    let s3 = 0
    let at0 = i * k
    let at1 = at0 + k
    let at2 = at1 + k
    let at3 = at2 + k
    for (let p = 0; p < k; p++, at0++, at1++, at2++, at3++) {
      const factor = b[p] as number
      s0 += (a[at0] as number) * factor
      s1 += (a[at1] as number) * factor
      s2 += (a[at2] as number) * factor
      s3 += (a[at3] as number) * factor
    }
    out[i] = s0
    out[i + 1] = s1
    out[i + 2] = s2
    out[i + 3] = s3
  }
  for (; i < m; i++) {
    let sum = 0
    for (let p = 0, at = i * k; p < k; p++, at++) sum += (a[at] as number) * (b[p] as number)
    out[i] = sum
  }
}
