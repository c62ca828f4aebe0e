import { add, minimum, square, sub } from '../../src/index.ts'
import { type LoopProgram, list, plain } from './program.ts'

interface Series {
  a: number[]
  b: number[]
}

/** The cost of the cheapest way to match two series in order, by dynamic programming. */
function warping({ a, b }: Series): number {
  const table: number[][] = []
  for (let i = 0; i < a.length; i++) {
    const row: number[] = []
    for (let j = 0; j < b.length; j++) {
      const cost = square(sub(a[i]!, b[j]!))
      if (i === 0) row.push(j === 0 ? cost : add(cost, row[j - 1]!))
      else if (j === 0) row.push(add(cost, table[i - 1]![0]!))
      else row.push(add(cost, minimum(minimum(table[i - 1]![j]!, row[j - 1]!), table[i - 1]![j - 1]!)))
    }
    table.push(row)
  }
  return table.at(-1)!.at(-1)!
}

/** Back along the cheapest way. */
function byHand({ a, b }: Series): Series {
  const [n, m] = [a.length, b.length]
  const [A, B] = [new Float64Array(a), new Float64Array(b)]
  const table = new Float64Array(n * m)
  for (let i = 0; i < n; i++) {
    const ai = A[i]!
    let before = i > 0 ? Number.POSITIVE_INFINITY : 0
    let diagonal = Number.POSITIVE_INFINITY
    for (let j = 0; j < m; j++) {
      const up = i > 0 ? table[(i - 1) * m + j]! : Number.POSITIVE_INFINITY
      let least = before
      if (up < least) least = up
      if (diagonal < least) least = diagonal
      const d = ai - B[j]!
      before = d * d + least
      table[i * m + j] = before
      diagonal = up
    }
  }
  const [da, db] = [new Float64Array(n), new Float64Array(m)]
  let [i, j] = [n - 1, m - 1]
  while (true) {
    const slope = 2 * (A[i]! - B[j]!)
    da[i] = da[i]! + slope
    db[j] = db[j]! - slope
    if (i === 0 && j === 0) break
    const up = i > 0 ? table[(i - 1) * m + j]! : Number.POSITIVE_INFINITY
    const left = j > 0 ? table[i * m + j - 1]! : Number.POSITIVE_INFINITY
    const diagonal = i > 0 && j > 0 ? table[(i - 1) * m + j - 1]! : Number.POSITIVE_INFINITY
    if (diagonal <= up && diagonal <= left) {
      i--
      j--
    } else if (up <= left) i--
    else j--
  }
  return { a: plain(da), b: plain(db) }
}

/** Dynamic time warping of two series of so many numbers: gradient in both. */
export const timeWarping: LoopProgram = {
  name: 'dynamic time warping',
  sizes: [30, 100],
  operations: n => 5 * n ** 2,
  of: n => ({
    f: warping,
    byHand,
    x: { a: list(n, i => Math.sin(0.2 * i)), b: list(n, i => Math.sin(0.2 * i + 0.5 + 0.3 * Math.cos(0.1 * i)) + 0.01 * Math.sin(9 * i)) },
  }),
}
