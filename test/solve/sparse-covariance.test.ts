import { describe, expect, it } from 'vitest'
import { add, cos, div, mul, sin, sub } from '../../src/index.ts'
import { SparseMatrix } from '../../src/jacobian/sparse-matrix.ts'
import { fit as fitted, leastSquares } from '../../src/solve/index.ts'
import { uncertaintyOf } from '../../src/solve/least-squares/covariance.ts'
import { DenseModel } from '../../src/solve/least-squares/dense-model.ts'
import { eliminationOf } from '../../src/solve/least-squares/elimination.ts'
import { NormalModel } from '../../src/solve/least-squares/normal-model.ts'
import { sparseUncertaintyOf } from '../../src/solve/least-squares/sparse-covariance.ts'

/** Observations y of a walk x, whose steps have the same deviation: the normal matrix is 1 + the Laplacian of a path. */
const walk = (y: readonly number[]) => (x: number[]) => [
  ...x.map((each, i) => sub(each, y[i] as number)),
  ...x.slice(1).map((each, i) => sub(each, x[i] as number)),
]
/** Entries of the inverse of that matrix, by its eigenvectors, which are cosines. */
function covarianceOfWalk(n: number, i: number, j: number): number {
  let sum = 1 / n
  for (let k = 1; k < n; k++) {
    const [a, b] = [i, j].map(at => Math.cos((Math.PI * k * (at + 0.5)) / n)) as [number, number]
    sum += ((2 / n) * a * b) / (3 - 2 * Math.cos((Math.PI * k) / n))
  }
  return sum
}

let seed = 11
const next = () => {
  seed = (seed * 1103515245 + 12345) % 2 ** 31
  return seed / 2 ** 31
}

describe('the covariance of sparse problems', () => {
  const n = 600
  const y = Array.from({ length: n }, () => next())

  it('is that of the closed form, entries and deviations', () => {
    const found = leastSquares(walk(y), new Array<number>(n).fill(0), { covariance: 'deviations', knownDeviations: true })
    expect([found.status, found.plan.linearSolver, found.covariance]).toEqual(['converged', 'cholesky', undefined])
    const deviations = found.standardDeviations as number[]
    for (const i of [0, 1, 299, 598, 599]) expect(deviations[i]).toBeCloseTo(Math.sqrt(covarianceOfWalk(n, i, i)), 12)
    const block = found.covarianceOf?.(x => [x[3], x[4], x[9]])
    expect(block?.shape).toEqual([3, 3])
    block?.data.forEach((each, at) => {
      const [i, j] = [[3, 4, 9][Math.floor(at / 3)], [3, 4, 9][at % 3]] as [number, number]
      expect(each).toBeCloseTo(covarianceOfWalk(n, i, j), 12)
    })
  })

  it('is scaled by the spread of the residuals, and whole where that is asked for', () => {
    const found = leastSquares(walk(y), new Array<number>(n).fill(0), { covariance: true })
    // 2 n − 1 residuals for n variables.
    expect(found.degreesOfFreedom).toBe(n - 1)
    const variance = (2 * found.value) / (n - 1)
    for (const [i, j] of [
      [0, 0],
      [5, 7],
      [599, 590],
    ] as const) {
      expect((found.covariance?.data[i * n + j] as number) / (variance * covarianceOfWalk(n, i, j))).toBeCloseTo(1, 8)
    }
    expect(leastSquares(walk(y), new Array<number>(n).fill(0)).standardDeviations).toBeUndefined()
  })

  it('leaves out variables on bounds', () => {
    const lower = Array.from({ length: n }, (_, i) => (i === 300 ? 5 : -10))
    const found = leastSquares(walk(y), new Array<number>(n).fill(6), {
      covariance: 'deviations',
      knownDeviations: true,
      bounds: { lower, upper: 10 },
    })
    expect(found.message).toMatch(/On its bound: x\[300\]$/)
    const deviations = found.standardDeviations as number[]
    expect(deviations[300]).toBe(0)
    // Of the inverse without row and column 300: Z_ij − Z_i300 Z_300j / Z_300300.
    const [a, b, c] = [covarianceOfWalk(n, 299, 299), covarianceOfWalk(n, 299, 300), covarianceOfWalk(n, 300, 300)]
    expect(deviations[299]).toBeCloseTo(Math.sqrt(a - (b * b) / c), 12)
    expect(found.covarianceOf?.(x => [x[299], x[300]]).data[3]).toBe(0)
  })

  it('names what is not determined', () => {
    // Nothing is said about the last variable; the others but the first 500 are known up to a shift.
    const residuals = (x: number[]) => [
      ...x.slice(0, 500).map((each, i) => sub(each, y[i] as number)),
      ...x.slice(501, 599).map((each, i) => sub(each, add(x[500 + i] as number, 0.1))),
      mul(0, x[599] as number),
    ]
    const found = leastSquares(residuals, new Array<number>(n).fill(0), { covariance: 'deviations', knownDeviations: true })
    expect(found.status).toBe('singular')
    expect(found.message).toMatch(/do not tell x\[500\], x\[501\], .* and 91 others apart/)
    expect(found.message).toMatch(/do not depend on x\[599\] here/)
    const deviations = found.standardDeviations as number[]
    expect([deviations[0], deviations[550], deviations[599]]).toEqual([1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
    expect(Array.from(found.covarianceOf?.(x => [x[1], x[550]]).data as Float64Array)).toEqual([1, Number.NaN, Number.NaN, Number.NaN])
    expect(found.degreesOfFreedom).toBe(599 - 598)
  })

  it('is not known where too much is open', () => {
    const found = leastSquares((x: number[]) => Array.from({ length: 300 }, (_, i) => sub(add(x[2 * i] as number, x[2 * i + 1] as number), 1)), y, {
      covariance: 'deviations',
    })
    expect(found.status).toBe('singular')
    expect(found.message).toContain('The residuals leave 300 directions of the variables open, which')
    expect((found.standardDeviations as number[]).every(Number.isNaN)).toBe(true)
  })

  it('says what a matrix is too large for, and what is no choice of variables', () => {
    const large = new Array<number>(10_001).fill(0)
    expect(() => leastSquares(walk(large), large, { covariance: true })).toThrow(/10,001 variables has 100,020,001 entries.*'deviations'.*covarianceOf/)
    const found = leastSquares(([a, b]: number[]) => [sub(a!, 1), sub(b!, 2), sub(a!, b!)], [0, 0])
    expect(() => found.covarianceOf?.(x => [(x[1] as number) / 2])).toThrow(/picks variables from a tree like x0, as they stand there/)
    expect(() => leastSquares(walk(y), y, { covariance: 'all' as never })).toThrow(/covariance/)
  })

  it('is that of orthogonal factors, in blocks with many neighbours', () => {
    const pick = (most: number) => Math.floor(next() * most)
    const rows = Array.from({ length: 900 }, (_, i) =>
      [...new Set([...[0, 1, 2, 3].map(k => 4 * pick(5) + k), ...[0, 1, 2].map(k => 20 + 3 * (i % 60) + k)])].sort((a, b) => a - b),
    )
    const pointers = [0]
    for (const row of rows) pointers.push((pointers.at(-1) as number) + row.length)
    const entries = Int32Array.from(rows.flat())
    const jacobian = new SparseMatrix(
      [900, 200],
      Int32Array.from(pointers),
      entries,
      Float64Array.from(entries, () => next() - 0.5),
    )
    const elimination = eliminationOf(jacobian, Number.POSITIVE_INFINITY)
    if (elimination === undefined) throw new Error('no elimination')
    expect(elimination.blocks.some(({ size, neighbours }) => size === 3 && neighbours.length > 3)).toBe(true)
    const frozen = Uint8Array.from({ length: 200 }, (_, j) => (j % 31 === 5 ? 1 : 0))
    const residuals = Float64Array.from(rows, () => next())
    const [dense, sparse] = [new DenseModel(), new NormalModel(jacobian, elimination)]
    for (const model of [dense, sparse]) model.load(jacobian, residuals, frozen)
    const [wanted, found] = [uncertaintyOf(dense, 900, 3, false), sparseUncertaintyOf(sparse, frozen, 900, 3, false)]
    expect(found.degreesOfFreedom).toBe(wanted.degreesOfFreedom)
    found.standardDeviations.forEach((each, j) => {
      expect(Math.abs(each - (wanted.standardDeviations[j] as number))).toBeLessThanOrEqual(1e-9 * (wanted.standardDeviations[j] as number))
    })
    const some = [0, 5, 40, 41, 199]
    const theirs = wanted.among(some)
    found.among(some).forEach((each, k) => {
      expect(each).toBeCloseTo(theirs[k] as number, 9)
    })
  })

  it('is that of cameras and points, whose place as a whole is open', () => {
    // A camera at (x, y), turned by an angle, sees points of a plane as numbers.
    const seen = ([angle, x, y]: readonly number[], [px, py]: readonly number[]) => {
      const [dx, dy] = [sub(px!, x!), sub(py!, y!)]
      return div(sub(mul(cos(angle!), dx), mul(sin(angle!), dy)), add(mul(sin(angle!), dx), mul(cos(angle!), dy)))
    }
    const cameras = Array.from({ length: 6 }, (_, i) => [0.1 * (i - 2.5), i - 2.5, -6 + 0.3 * Math.cos(i)])
    const points = Array.from({ length: 250 }, () => [6 * next() - 3, 2 * next()])
    const pictures = points.flatMap((_, j) => [0, 1, 2, 3].map(k => [(j + k) % 6, j] as const))
    const places = pictures.map(([i, j]) => seen(cameras[i]!, points[j]!) + 1e-3 * (next() - 0.5))
    const x0 = { cameras, points }
    const residuals = ({ cameras, points }: typeof x0) => pictures.map(([i, j], k) => sub(seen(cameras[i]!, points[j]!), places[k]!))
    const open = leastSquares(residuals, x0, { covariance: 'deviations' })
    expect([open.status, open.plan.linearSolver]).toEqual(['singular', 'schur'])
    // Shifts by two numbers, a turn, a scale.
    expect(open.degreesOfFreedom).toBe(1000 - (518 - 4))
    expect(open.message).toMatch(/do not tell cameras\[0, 0\]|do not tell cameras\[0\]\[0\]/)
    expect(open.standardDeviations?.points[7]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
    // With the first camera where it is, and the width of the second from it.
    const held = (x: typeof x0) => [...residuals(x), ...cameras[0]!.map((each, k) => sub(x.cameras[0]![k]!, each)), sub(x.cameras[1]![1]!, cameras[1]![1]!)]
    const { standardDeviations, jacobian, value, status, covarianceOf } = leastSquares(held, x0, { covariance: 'deviations' })
    expect(status).toBe('converged')
    const dense = new DenseModel()
    dense.load(jacobian, new Float64Array(1004), new Uint8Array(518))
    const wanted = uncertaintyOf(dense, 1004, value, false)
    ;[...standardDeviations!.cameras, ...standardDeviations!.points].flat().forEach((each, j) => {
      expect(Math.abs(each / (wanted.standardDeviations[j] as number) - 1)).toBeLessThan(1e-6)
    })
    const block = covarianceOf!(x => x.points[7]!).data
    wanted.among([18 + 14, 18 + 15]).forEach((each, k) => {
      expect(Math.abs((block[k] as number) - each)).toBeLessThan(1e-6 * Math.abs(wanted.among([18 + 14])[0] as number))
    })
  })

  it('gives bands of fits with many parameters', () => {
    // A table of values that is interpolated linearly between whole numbers, and observed there.
    const table = (v: number[], t: number) => {
      const i = Math.min(Math.floor(t), v.length - 2)
      return add(mul(i + 1 - t, v[i] as number), mul(t - i, v[i + 1] as number))
    }
    const size = 520
    const x = Array.from({ length: size }, (_, i) => i)
    const found = fitted(table, { x, y: y.slice(0, size) }, new Array<number>(size).fill(0), { covariance: 'deviations', knownDeviations: true })
    expect(found.plan.linearSolver).toBe('cholesky')
    // Two independent values of deviation 1.
    expect(found.predict(10.25).standardError).toBeCloseTo(Math.hypot(0.75, 0.25), 10)
  })
})
