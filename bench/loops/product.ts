import { add, mul, square } from '../../src/index.ts'
import { type LoopProgram, plain, rows } from './program.ts'

interface Factors {
  a: number[][]
  b: number[][]
}

/** The sum of squares of A B. */
function squares({ a, b }: Factors): number {
  const n = a.length
  let total = 0
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let entry = 0
      for (let k = 0; k < n; k++) entry = add(entry, mul(a[i]![k]!, b[k]![j]!))
      total = add(total, square(entry))
    }
  }
  return total
}

/** With C = A B: 2 C Bᵀ and 2 Aᵀ C. */
function byHand({ a, b }: Factors): Factors {
  const n = a.length
  const [A, B] = [new Float64Array(n * n), new Float64Array(n * n)]
  for (let i = 0; i < n; i++) {
    A.set(a[i]!, n * i)
    B.set(b[i]!, n * i)
  }
  const [C, dA, dB] = [new Float64Array(n * n), new Float64Array(n * n), new Float64Array(n * n)]
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const factor = 2 * A[n * i + k]!
      for (let j = 0; j < n; j++) C[n * i + j] = C[n * i + j]! + factor * B[n * k + j]!
    }
    for (let k = 0; k < n; k++) {
      const factor = A[n * i + k]!
      let sum = 0
      for (let j = 0; j < n; j++) {
        sum += C[n * i + j]! * B[n * k + j]!
        dB[n * k + j] = dB[n * k + j]! + factor * C[n * i + j]!
      }
      dA[n * i + k] = sum
    }
  }
  const nested = (m: Float64Array) => Array.from({ length: n }, (_, i) => plain(m, n * i, n * (i + 1)))
  return { a: nested(dA), b: nested(dB) }
}

/** A product of matrices of so many rows by three loops: gradient in both. */
export const matrixProduct: LoopProgram = {
  name: 'matrix product',
  sizes: [15, 40],
  operations: n => 2 * n ** 3,
  of: n => ({ f: squares, byHand, x: { a: rows(n, n, (i, j) => Math.sin(i + 2 * j)), b: rows(n, n, (i, j) => Math.cos(3 * i + j)) } }),
}
