import { multiplyMatrices } from './gemm.ts'

/** A complex matrix, row-major: real and imaginary parts. */
export interface ComplexMatrix {
  re: Float64Array
  im: Float64Array
}

export function complexMatrix(size: number): ComplexMatrix {
  return { re: new Float64Array(size), im: new Float64Array(size) }
}

/** A B for square matrices. */
export function complexProduct(n: number, a: ComplexMatrix, b: ComplexMatrix): ComplexMatrix {
  const [product, other] = [complexMatrix(n * n), new Float64Array(n * n)]
  multiplyMatrices(n, n, n, a.im, b.im, other)
  multiplyMatrices(n, n, n, a.re, b.re, product.re)
  for (let i = 0; i < other.length; i++) product.re[i] = (product.re[i] as number) - (other[i] as number)
  multiplyMatrices(n, n, n, a.re, b.im, product.im)
  multiplyMatrices(n, n, n, a.im, b.re, product.im)
  return product
}

/** The conjugate transpose. */
export function adjoint(n: number, a: ComplexMatrix): ComplexMatrix {
  const result = complexMatrix(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      result.re[j * n + i] = a.re[i * n + j] as number
      result.im[j * n + i] = -(a.im[i * n + j] as number)
    }
  }
  return result
}

/** (a + b i) / (c + d i), without overflow on the way (Smith 1962). */
export function complexQuotient(a: number, b: number, c: number, d: number): [re: number, im: number] {
  if (Math.abs(c) >= Math.abs(d)) {
    const ratio = d / c
    const size = c + d * ratio
    return [(a + b * ratio) / size, (b - a * ratio) / size]
  }
  const ratio = c / d
  const size = c * ratio + d
  return [(a * ratio + b) / size, (b * ratio - a) / size]
}

/** The root of a + b i in the right half plane. */
export function complexRoot(a: number, b: number): [re: number, im: number] {
  if (b === 0) return a >= 0 ? [Math.sqrt(a), 0] : [0, Math.sqrt(-a)]
  const half = Math.sqrt((Math.abs(a) + Math.hypot(a, b)) / 2)
  if (a >= 0) return [half, b / (2 * half)]
  return [Math.abs(b) / (2 * half), b < 0 ? -half : half]
}
