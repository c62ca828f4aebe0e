import { sizeOfShape } from '../../core/shape.ts'
import { isFused, pool, shared } from '../../wasm/pool.ts'
import { matrixProduct, scratchOf } from '../../wasm/product.ts'

type Floats = Float64Array | Float32Array

/** Products of m × k by k × n matrices. */
export interface Products {
  readonly m: number
  readonly k: number
  readonly n: number
  /** Whether the matrices of an operand are stored transposed, as k × m or n × k. */
  readonly turned: readonly [boolean, boolean]
  /** For each product, which matrix of the left and of the right operand it takes; one product of the only ones if left out. */
  readonly pairs?: readonly [ArrayLike<number>, ArrayLike<number>] | undefined
}

/** Terms from which on a product runs in WebAssembly, and rows and columns: below, copying costs more than it gains. */
const FROM = 4096
const LEAST = 4
/** Terms of float64 that a thread has to itself, at least, of float32 twice as many: a third of a millisecond, as threads begin to pay. */
const OF_ONE = 2 ** 22
/** Rows that are computed together. */
const ROWS = 4
/** Bytes from which on the products of a batch are computed one after the other. */
const MOST_AT_ONCE = 2 ** 28

/**
 * Whether products of these sizes run in WebAssembly, where there is such. Those in float32 do it with few rows and columns, too, since
 * they would be carried into doubles otherwise.
 */
export function isLarge(m: number, k: number, n: number, single = false): boolean {
  return (single || (m >= LEAST && n >= LEAST)) && m * k * n >= FROM
}

/**
 * The products of matrices, one after the other. Each entry adds its terms up in the order of k, from 0 on. Those of a batch that need
 * more than `most` bytes are computed one by one.
 */
export function multiply<F extends Floats>(products: Products, a: F, b: F, most = MOST_AT_ONCE): F {
  const { m, k, n, turned, pairs } = products
  const large = isLarge(m, k, n, a instanceof Float32Array)
  const [lefts, rights] = pairs ?? ONE
  const fits = a.BYTES_PER_ELEMENT * (a.length + b.length + lefts.length * m * n) <= most
  if (pairs !== undefined && fits && !turned[0] && isOneProduct(lefts, rights)) {
    const from = (rights[0] as number) * k * n
    return one({ m: m * lefts.length, k, n, turned }, a, (b.length === k * n ? b : b.subarray(from, from + k * n)) as F, large)
  }
  if (large && (lefts.length === 1 || fits)) {
    const made = inWasm(products, a, b)
    if (made !== undefined) return made as F
  }
  const size = sizeOfShape([lefts.length, m, n])
  const out = (a instanceof Float32Array ? new Float32Array(size) : new Float64Array(size)) as F
  const part = (of: F, which: number, size: number) => (pairs === undefined || of.length === size ? of : (of.subarray(which * size, (which + 1) * size) as F))
  for (let i = 0; i < lefts.length; i++) {
    const [left, right] = [part(a, lefts[i] as number, m * k), part(b, rights[i] as number, k * n)]
    const made = large ? inWasm({ m, k, n, turned }, left, right) : undefined
    if (made !== undefined) out.set(made, i * m * n)
    else plainly(products, left, right, part(out, i, m * n))
  }
  return out
}

/** One product, which stands in WebAssembly if it is large. */
function one<F extends Floats>(products: Products, a: F, b: F, large: boolean): F {
  const made = large ? inWasm(products, a, b) : undefined
  if (made !== undefined) return made as F
  const size = products.m * products.n
  const out = (a instanceof Float32Array ? new Float32Array(size) : new Float64Array(size)) as F
  plainly(products, a, b, out)
  return out
}

/** Whether all matrices of the left operand, one after the other, are multiplied by one of the right: their rows are those of one. */
export function isOneProduct(lefts: ArrayLike<number>, rights: ArrayLike<number>): boolean {
  if (lefts.length < 2) return false
  for (let i = 0; i < lefts.length; i++) if (lefts[i] !== i || rights[i] !== rights[0]) return false
  return true
}

const ONE = [[0], [0]] as const

function inWasm({ m, k, n, turned, pairs = ONE }: Products, a: Floats, b: Floats): Floats | undefined {
  const width = a.BYTES_PER_ELEMENT as 8 | 4
  const name = width === 8 ? 'product8' : 'product4'
  const parts = Math.min(shared?.threads ?? 1, Math.floor((m * k * n * width) / 8 / OF_ONE), Math.ceil(m / ROWS))
  const from = parts > 1 ? (shared as typeof pool) : pool
  const run = from.function(name, module => {
    module.fused = isFused()
    module.exports({ run: matrixProduct(module, width) })
  })
  // Buffers that were handed to another thread have no entries any more.
  if (run === undefined || a.length < m * k || b.length < k * n) return undefined
  const [lefts, rights] = pairs
  const count = lefts.length
  // The result comes first, so that it is aligned; vectors are 16 bytes.
  const fromA = count * m * n
  const [fromB, end] = [fromA + a.length, fromA + a.length + b.length]
  const scratch = 16 * Math.ceil((width * end) / 16)
  const room = 16 * Math.ceil(scratchOf(width, m, k, n) / 16)
  const numbers = from.numbers(scratch + Math.max(parts, 1) * room, width)
  if (numbers === undefined) return undefined
  numbers.set(a, fromA)
  numbers.set(b, fromB)
  const [rowA, columnA] = turned[0] ? [width, width * m] : [width * k, width]
  const [rowB, columnB] = turned[1] ? [width, width * k] : [width * n, width]
  for (let i = 0; i < count; i++) {
    const [left, right] = [fromA + (lefts[i] as number) * m * k, fromB + (rights[i] as number) * k * n]
    const rows = (first: number, end: number, at: number) =>
      [end - first, n, k, width * left + first * rowA, rowA, columnA, width * right, rowB, columnB, width * (i * m + first) * n, at] as const
    if (parts < 2) {
      run(...rows(0, m, scratch))
      continue
    }
    const height = ROWS * Math.ceil(m / ROWS / parts)
    from.spread(
      name,
      Array.from({ length: Math.ceil(m / height) }, (_, part) => rows(part * height, Math.min(m, (part + 1) * height), scratch + part * room)),
    )
  }
  const result = numbers.subarray(0, fromA)
  // A copy by the constructor is not filled with zeros before, as by `slice`.
  const made = result instanceof Float32Array ? new Float32Array(result) : new Float64Array(result)
  from.release()
  return made
}

/** One product by loops. */
function plainly({ m, k, n, turned: [left, right] }: Products, a: Floats, b: Floats, out: Floats): void {
  if (left && n === 1) multiplyMatrices(1, k, m, b, a, out)
  else if (right && m === 1) multiplyMatrices(n, k, 1, b, a, out)
  else multiplyMatrices(m, k, n, left ? transposed(k, m, a) : a, right ? transposed(n, k, b) : b, out)
}

function transposed<F extends Floats>(rows: number, columns: number, x: F): F {
  if (rows === 1 || columns === 1) return x
  const out = x.slice() as F
  for (let i = 0, at = 0; i < rows; i++) for (let to = i, j = 0; j < columns; j++, at++, to += rows) out[to] = x[at] as number
  return out
}

/**
 * out = a · b for row-major a (m × k), b (k × n) and out (m × n, zeros on entry). Terms are added in the order of k, those of two
 * rows and four at a time: an entry of b is read once for two rows, and one of out once for four terms.
 */
export function multiplyMatrices(m: number, k: number, n: number, a: Floats, b: Floats, out: Floats): void {
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
  if (pairs < m) multiplyRow(fours, n, a.subarray(pairs * k), b, out, pairs * n)
  for (let i = 0; i < m; i++) {
    const row = i * n
    const end = row + n
    for (let p = fours; p < k; p++) {
      const factor = a[i * k + p] as number
      for (let at = row, from = p * n; at < end; at++, from++) out[at] = (out[at] as number) + factor * (b[from] as number)
    }
  }
}

/** The same for one row. */
function multiplyRow(k: number, n: number, a: Floats, b: Floats, out: Floats, row: number): void {
  for (let p = 0; p < k; p += 4) {
    const a0 = a[p] as number
    const a1 = a[p + 1] as number
    const a2 = a[p + 2] as number
    const a3 = a[p + 3] as number
    let at0 = p * n
    let at1 = at0 + n
    let at2 = at1 + n
    let at3 = at2 + n
    for (let at = row; at < row + n; at++, at0++, at1++, at2++, at3++)
      out[at] = (out[at] as number) + a0 * (b[at0] as number) + a1 * (b[at1] as number) + a2 * (b[at2] as number) + a3 * (b[at3] as number)
  }
}

/** The same for one column: four rows at once, whose sums do not wait for each other. */
function multiplyVector(m: number, k: number, a: Floats, b: Floats, out: Floats): void {
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
