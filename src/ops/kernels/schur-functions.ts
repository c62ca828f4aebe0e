import { adjoint, type ComplexMatrix, complexMatrix, complexProduct, complexQuotient, complexRoot } from './complex.ts'
import { symmetricEigen } from './eigen.ts'
import { euclideanNorm } from './norm.ts'
import { complexSchur } from './schur.ts'

/** A matrix, or why there is none: in words that follow "the matrix". */
export type Outcome = Float64Array | string

const NOT_FINITE = 'holds NaN or infinite entries'

/** A = Q T Q*, and the size below which an eigenvalue counts as 0. */
interface Form {
  t: ComplexMatrix
  q: ComplexMatrix
  nothing: number
}

/** Schur's form: that of a symmetric matrix is diagonal. */
function formOf(n: number, a: Float64Array): Form | undefined {
  let symmetric = true
  for (let i = 0; i < n && symmetric; i++) for (let j = 0; j < i; j++) symmetric &&= a[i * n + j] === a[j * n + i]
  if (!symmetric) {
    const schur = complexSchur(n, a)
    return schur && { ...schur, nothing: n * Number.EPSILON * euclideanNorm(a) }
  }
  const eigen = symmetricEigen(n, a)
  if (eigen === undefined) return undefined
  const t = complexMatrix(n * n)
  for (let i = 0; i < n; i++) t.re[i * n + i] = eigen.values[i] as number
  const nothing = eigen.relative ? 0 : n * Number.EPSILON * Math.abs(eigen.values.reduce((x, y) => (Math.abs(x) > Math.abs(y) ? x : y), 0))
  return { t, q: { re: eigen.vectors, im: new Float64Array(n * n) }, nothing }
}

/** E between the bases of Schur's form: Q* E Q. */
function between(n: number, { q }: Form, e: Float64Array): ComplexMatrix {
  return complexProduct(n, adjoint(n, q), complexProduct(n, { re: e, im: new Float64Array(n * n) }, q))
}

/** Q X Q*, of which the imaginary part is rounding. */
function outside(n: number, { q }: Form, x: ComplexMatrix): Float64Array {
  return complexProduct(n, complexProduct(n, q, x), adjoint(n, q)).re
}

/**
 * The principal square root of a matrix, or its derivative in directions (the k-th in k of them), by Schur's method
 * (Björck and Hammarling 1983; Higham, Functions of Matrices, section 6.2). From X² = A follow X X₁ + X₁ X = E₁,
 * X X₁₂ + X₁₂ X = −X₁ X₂ − X₂ X₁ and so on.
 */
export function squareRoot(n: number, a: Float64Array, directions: readonly Float64Array[]): Outcome {
  const form = formOf(n, a)
  if (form === undefined) return NOT_FINITE
  const { t, nothing } = form
  for (let i = 0; i < n * n; i += n + 1) {
    const [re, im] = [t.re[i] as number, t.im[i] as number]
    if (Math.hypot(re, im) <= nothing) {
      if (directions.length > 0) return 'is singular, where the square root has no derivative'
      ;[t.re[i], t.im[i]] = [0, 0]
    } else if (re < 0 && Math.abs(im) <= nothing) return 'has a negative eigenvalue, and so no real square root of the principal kind'
  }
  const root = triangularRoot(n, t, nothing)
  if (root === undefined) return 'is singular and has no square root'
  if (directions.length === 0) return outside(n, form, root)
  const inner = directions.map(each => between(n, form, each))
  // The derivative in each set of directions, which is a number in binary.
  const parts: ComplexMatrix[] = [root]
  for (let set = 1; set < 2 ** directions.length; set++) {
    const single = Number.isInteger(Math.log2(set)) ? inner[Math.log2(set)] : undefined
    const right = single === undefined ? complexMatrix(n * n) : { re: single.re.slice(), im: single.im.slice() }
    for (let part = (set - 1) & set; part > 0; part = (part - 1) & set) {
      const term = complexProduct(n, parts[part] as ComplexMatrix, parts[set ^ part] as ComplexMatrix)
      for (let i = 0; i < n * n; i++) {
        right.re[i] = (right.re[i] as number) - (term.re[i] as number)
        right.im[i] = (right.im[i] as number) - (term.im[i] as number)
      }
    }
    solveTriangular(n, n, root, root, right)
    parts.push(right)
  }
  return outside(n, form, parts.at(-1) as ComplexMatrix)
}

/** The root of an upper triangle in the right half plane; undefined if there is none. */
function triangularRoot(n: number, t: ComplexMatrix, nothing: number): ComplexMatrix | undefined {
  const u = complexMatrix(n * n)
  for (let j = 0; j < n; j++) {
    ;[u.re[j * n + j], u.im[j * n + j]] = complexRoot(t.re[j * n + j] as number, t.im[j * n + j] as number)
    for (let i = j - 1; i >= 0; i--) {
      let [re, im] = [t.re[i * n + j] as number, t.im[i * n + j] as number]
      for (let k = i + 1; k < j; k++) {
        const [a, b, c, d] = [u.re[i * n + k] as number, u.im[i * n + k] as number, u.re[k * n + j] as number, u.im[k * n + j] as number]
        re -= a * c - b * d
        im -= a * d + b * c
      }
      const [sr, si] = [(u.re[i * n + i] as number) + (u.re[j * n + j] as number), (u.im[i * n + i] as number) + (u.im[j * n + j] as number)]
      if (sr === 0 && si === 0) {
        if (Math.hypot(re, im) > nothing) return undefined
      } else [u.re[i * n + j], u.im[i * n + j]] = complexQuotient(re, im, sr, si)
    }
  }
  return u
}

/** X with S X + X T = C for upper triangles S (m × m) and T (n × n), in place of C; whether there is one, but for sums of eigenvalues of size `nothing`. */
function solveTriangular(m: number, n: number, s: ComplexMatrix, t: ComplexMatrix, c: ComplexMatrix, nothing = 0): boolean {
  for (let j = 0; j < n; j++) {
    for (let i = m - 1; i >= 0; i--) {
      let [re, im] = [c.re[i * n + j] as number, c.im[i * n + j] as number]
      for (let k = i + 1; k < m; k++) {
        const [p, q, x, y] = [s.re[i * m + k] as number, s.im[i * m + k] as number, c.re[k * n + j] as number, c.im[k * n + j] as number]
        re -= p * x - q * y
        im -= p * y + q * x
      }
      for (let k = 0; k < j; k++) {
        const [p, q, x, y] = [t.re[k * n + j] as number, t.im[k * n + j] as number, c.re[i * n + k] as number, c.im[i * n + k] as number]
        re -= p * x - q * y
        im -= p * y + q * x
      }
      const [sr, si, tr, ti] = [s.re[i * m + i] as number, s.im[i * m + i] as number, t.re[j * n + j] as number, t.im[j * n + j] as number]
      const rounding = 4 * (m + n) * Number.EPSILON * (Math.hypot(sr, si) + Math.hypot(tr, ti))
      if (Math.hypot(sr + tr, si + ti) <= Math.max(rounding, nothing)) return false
      ;[c.re[i * n + j], c.im[i * n + j]] = complexQuotient(re, im, sr + tr, si + ti)
    }
  }
  return true
}

/** X with A X + X B = C (Bartels and Stewart 1972). */
export function sylvesterSolution(m: number, n: number, a: Float64Array, b: Float64Array, c: Float64Array): Outcome {
  const [left, right] = [formOf(m, a), formOf(n, b)]
  if (left === undefined || right === undefined || !c.every(Number.isFinite)) return NOT_FINITE
  // The square products above, for blocks of another shape.
  const inner = rectangular(m, n, adjoint(m, left.q), { re: c, im: new Float64Array(m * n) }, right.q)
  if (!solveTriangular(m, n, left.t, right.t, inner, left.nothing + right.nothing))
    return 'has an eigenvalue whose negative is one of the other matrix: the system is singular'
  return rectangular(m, n, left.q, inner, adjoint(n, right.q)).re
}

/** A C B for A (m × m), C (m × n) and B (n × n). */
function rectangular(m: number, n: number, a: ComplexMatrix, c: ComplexMatrix, b: ComplexMatrix): ComplexMatrix {
  const size = Math.max(m, n)
  const widened = (rows: number, columns: number, x: ComplexMatrix) => {
    const wide = complexMatrix(size * size)
    for (let i = 0; i < rows; i++) {
      wide.re.set(x.re.subarray(i * columns, (i + 1) * columns), i * size)
      wide.im.set(x.im.subarray(i * columns, (i + 1) * columns), i * size)
    }
    return wide
  }
  const product = complexProduct(size, complexProduct(size, widened(m, m, a), widened(m, n, c)), widened(n, n, b))
  const result = complexMatrix(m * n)
  for (let i = 0; i < m; i++) {
    result.re.set(product.re.subarray(i * size, i * size + n), i * n)
    result.im.set(product.im.subarray(i * size, i * size + n), i * n)
  }
  return result
}

/** Gauss' rule on [0, 1]: the Padé approximant of log (1 + x) of order 7 in partial fractions. */
const NODES = [0.025446043828620736, 0.12923440720030277, 0.2970774243113014, 0.5, 0.7029225756886985, 0.8707655927996972, 0.9745539561713793]
const WEIGHTS = [
  0.06474248308443485, 0.13985269574463832, 0.19091502525255946, 0.2089795918367347, 0.19091502525255946, 0.13985269574463832, 0.06474248308443485,
]

/** The norm of X within which that approximant of log (I + X) is exact to rounding (Al-Mohy and Higham 2012, table 2.1). */
const NEAR = 0.264

/**
 * The principal logarithm of a matrix, or its derivative in directions (the k-th in k of them), by inverse scaling and
 * squaring on Schur's form (Al-Mohy and Higham 2012). The derivative is a block of the logarithm of a block matrix (Higham and
 * Relton 2014).
 */
export function logarithm(n: number, a: Float64Array, directions: readonly Float64Array[]): Outcome {
  const form = formOf(n, a)
  if (form === undefined) return NOT_FINITE
  const { t, nothing } = form
  for (let i = 0; i < n * n; i += n + 1) {
    const [re, im] = [t.re[i] as number, t.im[i] as number]
    if (re === 0 && im === 0) return 'is singular and has no logarithm'
    if (re < 0 && Math.abs(im) <= nothing) return 'has a negative eigenvalue, and so no real logarithm of the principal kind'
  }
  const sizes = directions.map(each => euclideanNorm(each) || 1)
  const norm = Math.hypot(euclideanNorm(t.re), euclideanNorm(t.im))
  let [size, whole] = [n, t]
  directions.forEach((each, k) => {
    const factor = norm / (sizes[k] as number)
    const inner = between(n, form, each)
    ;[whole, size] = [bordered(size, n, whole, { re: inner.re.map(x => x * factor), im: inner.im.map(x => x * factor) }), 2 * size]
  })
  const result = triangularLogarithm(size, whole)
  const block = complexMatrix(n * n)
  for (let i = 0; i < n; i++) {
    block.re.set(result.re.subarray(i * size + size - n, (i + 1) * size), i * n)
    block.im.set(result.im.subarray(i * size + size - n, (i + 1) * size), i * n)
  }
  const factor = sizes.reduce((product, each) => product * (each / norm), 1)
  return outside(n, form, block).map(x => x * factor)
}

/** [[T, D], [0, T]], where D has E along its diagonal. */
function bordered(size: number, n: number, t: ComplexMatrix, e: ComplexMatrix): ComplexMatrix {
  const width = 2 * size
  const result = complexMatrix(width * width)
  for (const part of ['re', 'im'] as const) {
    for (let i = 0; i < size; i++) {
      const row = t[part].subarray(i * size, (i + 1) * size)
      result[part].set(row, i * width)
      result[part].set(row, (size + i) * width + size)
      result[part].set(e[part].subarray((i % n) * n, ((i % n) + 1) * n), i * width + size + i - (i % n))
    }
  }
  return result
}

function triangularLogarithm(n: number, t: ComplexMatrix): ComplexMatrix {
  const logarithms = Array.from({ length: n }, (_, i) => {
    const [re, im] = [t.re[i * n + i] as number, t.im[i * n + i] as number]
    return [Math.log(Math.hypot(re, im)), Math.atan2(im, re)] as const
  })
  // The root of order 2ˢ that is close to I, and what it differs by: on the diagonal without cancellation.
  let [power, x] = [1, t]
  for (;;) {
    const rest = { re: x.re.slice(), im: x.im.slice() }
    logarithms.forEach(([re, im], i) => {
      const [a, b] = [re * power, im * power]
      const half = Math.sin(b / 2)
      rest.re[i * n + i] = Math.expm1(a) * Math.cos(b) - 2 * half * half
      rest.im[i * n + i] = Math.exp(a) * Math.sin(b)
    })
    if (columnNorm(n, rest) <= NEAR || power < 2 ** -60) {
      const result = logarithmNearOne(n, rest)
      for (let i = 0; i < n * n; i++) {
        result.re[i] = (result.re[i] as number) / power
        result.im[i] = (result.im[i] as number) / power
      }
      logarithms.forEach(([re, im], i) => {
        result.re[i * n + i] = re
        result.im[i * n + i] = im
      })
      return result
    }
    x = triangularRoot(n, x, 0) as ComplexMatrix
    power /= 2
  }
}

/** The largest sum of a column. */
function columnNorm(n: number, { re, im }: ComplexMatrix): number {
  let largest = 0
  for (let j = 0; j < n; j++) {
    let sum = 0
    for (let i = 0; i < n; i++) sum += Math.hypot(re[i * n + j] as number, im[i * n + j] as number)
    largest = Math.max(largest, sum)
  }
  return largest
}

/** Σ wₖ X (I + xₖ X)⁻¹ for an upper triangle X. */
function logarithmNearOne(n: number, x: ComplexMatrix): ComplexMatrix {
  const sum = complexMatrix(n * n)
  NODES.forEach((node, k) => {
    // The rows of the system from the last up.
    const y = { re: x.re.slice(), im: x.im.slice() }
    for (let i = n - 1; i >= 0; i--) {
      const [dr, di] = [1 + node * (x.re[i * n + i] as number), node * (x.im[i * n + i] as number)]
      for (let p = i + 1; p < n; p++) {
        const [fr, fi] = [node * (x.re[i * n + p] as number), node * (x.im[i * n + p] as number)]
        if (fr === 0 && fi === 0) continue
        for (let j = p; j < n; j++) {
          const [a, b] = [y.re[p * n + j] as number, y.im[p * n + j] as number]
          y.re[i * n + j] = (y.re[i * n + j] as number) - (fr * a - fi * b)
          y.im[i * n + j] = (y.im[i * n + j] as number) - (fr * b + fi * a)
        }
      }
      for (let j = i; j < n; j++) {
        const [re, im] = complexQuotient(y.re[i * n + j] as number, y.im[i * n + j] as number, dr, di)
        y.re[i * n + j] = re
        y.im[i * n + j] = im
      }
    }
    const weight = WEIGHTS[k] as number
    for (let i = 0; i < n * n; i++) {
      sum.re[i] = (sum.re[i] as number) + weight * (y.re[i] as number)
      sum.im[i] = (sum.im[i] as number) + weight * (y.im[i] as number)
    }
  })
  return sum
}
