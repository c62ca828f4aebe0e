import { describe, expect, it } from 'vitest'
import { add, cos, div, mul, sin, square, sub } from '../../src/index.ts'
import { SparseMatrix } from '../../src/jacobian/sparse-matrix.ts'
import { leastSquares } from '../../src/solve/index.ts'
import { Chooser } from '../../src/solve/least-squares/choose.ts'
import { DenseModel } from '../../src/solve/least-squares/dense-model.ts'
import { eliminationOf } from '../../src/solve/least-squares/elimination.ts'
import { NormalModel } from '../../src/solve/least-squares/normal-model.ts'

/** Numbers from 0 to 1 that are the same each time. */
function numbers(seed: number) {
  return () => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    return seed / 2 ** 31
  }
}

/** A matrix with some entries in each row. */
function matrixOf(rows: number[][], columns: number, next: () => number): SparseMatrix {
  const pointers = [0]
  for (const row of rows) pointers.push((pointers.at(-1) as number) + row.length)
  const entries = rows.flatMap(row => row.toSorted((a, b) => a - b))
  return new SparseMatrix(
    [rows.length, columns],
    Int32Array.from(pointers),
    Int32Array.from(entries),
    Float64Array.from(entries, () => next() - 0.5),
  )
}

const next = numbers(7)
const pick = (n: number) => Math.floor(next() * n)
const chain = Array.from({ length: 119 }, (_, i) => [i, i + 1]).concat(Array.from({ length: 120 }, (_, i) => [i]))
const grid = Array.from({ length: 144 }, (_, i) => [i, ...(i % 12 < 11 ? [i + 1] : []), ...(i < 132 ? [i + 12] : [])]).concat(
  Array.from({ length: 144 }, (_, i) => [i]),
)
const scattered = Array.from({ length: 300 }, () => [...new Set([pick(100), pick(100), pick(100)])])
const points = Array.from({ length: 240 }, (_, i) => [...[0, 1, 2, 3].map(k => 4 * (i % 5) + k), ...[0, 1, 2].map(k => 20 + 3 * (i % 60) + k)])

describe('the normal equations of sparse Jacobians', () => {
  it.each([
    ['a chain', chain, 120],
    ['a grid', grid, 144],
    ['rows of entries anywhere', scattered, 100],
    ['cameras and points', points, 200],
  ])('have the steps that orthogonal factors have: %s', (_what, rows, n) => {
    const jacobian = matrixOf(rows, n, next)
    const residuals = Float64Array.from(rows, () => next() - 0.5)
    const frozen = Uint8Array.from({ length: n }, (_, j) => (j % 17 === 3 ? 1 : 0))
    const scales = Float64Array.from({ length: n }, () => 1 + next())
    const elimination = eliminationOf(jacobian, Number.POSITIVE_INFINITY)
    if (elimination === undefined) throw new Error('no elimination')
    expect(elimination.order.toSorted()).toEqual(Int32Array.from({ length: n }, (_, j) => j))
    for (const held of [new Uint8Array(n), frozen]) {
      const [dense, sparse] = [new DenseModel(), new NormalModel(jacobian, elimination)]
      for (const model of [dense, sparse]) model.load(jacobian, residuals, held)
      for (const damping of [1e-3, 0.3, 100]) {
        const [wanted, found] = [dense.step(damping, scales), sparse.step(damping, scales)] as [Float64Array, Float64Array]
        const size = Math.hypot(...wanted)
        expect(Math.hypot(...wanted.map((each, j) => each - (found[j] as number)))).toBeLessThan(1e-9 * size)
        expect(found.filter((each, j) => held[j] === 1 && each !== 0).length).toBe(0)
        const b = Float64Array.from(held, each => (each === 1 ? 0 : next()))
        const [solved, other] = [dense.solve(b), sparse.solve(b)]
        expect(Math.hypot(...solved.map((each, j) => each - (other[j] as number)))).toBeLessThan(1e-8 * Math.hypot(...solved))
      }
    }
  })

  it('know a matrix that is singular', () => {
    const rows = Array.from({ length: 60 }, (_, i) => [i, (i + 1) % 60])
    const jacobian = matrixOf(rows, 60, next)
    // Differences of neighbours in a ring: all of them may move together.
    for (let k = 0; k < jacobian.values.length; k++) jacobian.values[k] = jacobian.columns[k] === Math.floor(k / 2) ? 1 : -1
    const elimination = eliminationOf(jacobian, Number.POSITIVE_INFINITY)
    if (elimination === undefined) throw new Error('no elimination')
    for (const model of [new DenseModel(), new NormalModel(jacobian, elimination)]) {
      model.load(
        jacobian,
        Float64Array.from(rows, () => 1),
        new Uint8Array(60),
      )
      expect(model.step(0, model.norms)).toBeUndefined()
      expect(model.step(1e-6, model.norms)).toBeInstanceOf(Float64Array)
    }
  })

  it('are chosen by the pattern', () => {
    const solverOf = (rows: number[][], n: number) => {
      const chooser = new Chooser()
      chooser.model(matrixOf(rows, n, next))
      return chooser.chosen.solver
    }
    expect(solverOf(points, 200)).toBe('schur')
    expect(solverOf(grid, 144)).toBe('cholesky')
    expect(solverOf(chain.slice(0, 20), 21)).toBe('qr')
    expect(
      solverOf(
        Array.from({ length: 80 }, () => Array.from({ length: 60 }, (_, j) => j)),
        60,
      ),
    ).toBe('qr')
  })
})

/** Where a camera that is turned by an angle and stands somewhere sees a point of the plane. */
function seen(camera: readonly number[], point: readonly number[]): number {
  const [angle, x, y] = camera as [number, number, number]
  const [dx, dy] = [sub(point[0] as number, x), sub(point[1] as number, y)]
  return div(sub(mul(cos(angle), dx), mul(sin(angle), dy)), add(mul(sin(angle), dx), mul(cos(angle), dy)))
}

describe('least squares with many variables', () => {
  it('adjusts cameras and points, all but what no picture shows', () => {
    const cameras = Array.from({ length: 6 }, (_, i) => [0.1 * (i - 2.5), i - 2.5, -6 + 0.3 * Math.cos(i)])
    const found = Array.from({ length: 120 }, () => [6 * next() - 3, 2 * next()])
    const pictures = found.flatMap((_, j) => [0, 1, 2, 3].map(k => [(j + k) % 6, j] as const))
    const places = pictures.map(([i, j]) => seen(cameras[i] as number[], found[j] as number[]))
    const off = (list: number[][], by: number) => list.map(each => each.map(x => x + by * (next() - 0.5)))
    const x0 = { cameras: off(cameras, 0.02), points: off(found, 0.2) }
    const { status, value, plan, iterations, x } = leastSquares(
      (at: typeof x0) => pictures.map(([i, j], k) => sub(seen(at.cameras[i] as number[], at.points[j] as number[]), places[k] as number)),
      x0,
      { covariance: false },
    )
    expect(plan.linearSolver).toBe('schur')
    expect(plan.explain()).toMatch(/Levenberg and Marquardt: the residuals have exact Jacobians; normal equations by Schur complements: 240 of 258 variables/)
    expect([status, value < 1e-16, iterations < 15]).toEqual(['converged', true, true])
    expect(x.points.length).toBe(120)
  })

  it('follows a chain of 3,000 variables', () => {
    const n = 3000
    const { status, x, plan } = leastSquares(
      (v: number[]) => [
        ...v.slice(1).map((each, i) => mul(10, sub(each, square(v[i] as number)))),
        ...v.slice(1).map(each => sub(1, each)),
        sub(1, v[0] as number),
      ],
      Array.from({ length: n }, () => 1.2),
      { covariance: false },
    )
    expect([status, plan.linearSolver]).toEqual(['converged', 'cholesky'])
    expect(Math.max(...x.map(each => Math.abs(each - 1)))).toBeLessThan(1e-8)
  })

  it('is quick where the Jacobian is dense', () => {
    // 600 residuals and 215 variables took 26 s for 15 iterations.
    const rows = Array.from({ length: 600 }, () => Array.from({ length: 215 }, () => next() - 0.5))
    const flat = Float64Array.from(rows.flat())
    const jacobian = new SparseMatrix(
      [600, 215],
      Int32Array.from({ length: 601 }, (_, i) => 215 * i),
      Int32Array.from(flat, (_, k) => k % 215),
      flat,
    )
    const model = new DenseModel()
    const before = performance.now()
    model.load(
      jacobian,
      Float64Array.from(rows, () => next()),
      new Uint8Array(215),
    )
    model.step(1, model.norms)
    expect(performance.now() - before).toBeLessThan(1000)
  })
})
