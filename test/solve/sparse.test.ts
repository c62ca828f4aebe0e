import { describe, expect, it } from 'vitest'
import { compile, derivative, grad, jacobian, mul, solve, square, sum, type Tensor, tensor, vmap } from '../../src/index.ts'
import { SparseMatrix } from '../../src/jacobian/sparse-matrix.ts'
import { sparseSolve } from '../../src/solve/index.ts'
import { SparseLdl } from '../../src/solve/sparse/ldl.ts'
import { SparseLu } from '../../src/solve/sparse/lu.ts'
import { minimumDegree } from '../../src/solve/sparse/minimum-degree.ts'

/** Numbers from 0 to 1 by a linear congruence, the same in each run. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648
    return state / 2147483648
  }
}

function matrixOf(n: number, entries: Map<string, number>): SparseMatrix {
  const list = [...entries].map(([key, value]) => [...key.split(' ').map(Number), value] as [number, number, number]).sort(([a, b], [c, d]) => a - c || b - d)
  const pointers = new Int32Array(n + 1)
  for (const [i] of list) pointers[i + 1]!++
  for (let i = 0; i < n; i++) pointers[i + 1]! += pointers[i]!
  return new SparseMatrix(
    [n, n],
    pointers,
    Int32Array.from(list, each => each[1]),
    Float64Array.from(list, each => each[2]),
  )
}

/** Entries anywhere, and none on the diagonal but by chance. */
function scattered(n: number, random: () => number): SparseMatrix {
  const entries = new Map<string, number>()
  for (let k = 0; k < 3 * n; k++) entries.set(`${Math.floor(random() * n)} ${Math.floor(random() * n)}`, random() - 0.5)
  for (let i = 0; i < n; i++) entries.set(`${i} ${(i + 1) % n}`, 1 + random())
  return matrixOf(n, entries)
}

/** The five-point difference operator on a square grid. */
function grid(side: number): SparseMatrix {
  const entries = new Map<string, number>()
  for (let i = 0; i < side; i++)
    for (let j = 0; j < side; j++) {
      const at = i * side + j
      entries.set(`${at} ${at}`, 4)
      for (const [a, b] of [
        [i - 1, j],
        [i + 1, j],
        [i, j - 1],
        [i, j + 1],
      ] as const)
        if (a >= 0 && a < side && b >= 0 && b < side) entries.set(`${at} ${a * side + b}`, -1)
    }
  return matrixOf(side * side, entries)
}

const largest = (x: ArrayLike<number>) => Math.max(0, ...Array.from(x, Math.abs))
const apart = (x: Float64Array, y: Float64Array) => largest(x.map((each, i) => each - y[i]!))

describe('sparse factors', () => {
  it('LU solve by the matrix and its transpose, as dense elimination does, with pivots off the diagonal and used again', () => {
    const random = numbers(1)
    for (const n of [1, 2, 7, 40, 150]) {
      const a = scattered(n, random)
      const b = Float64Array.from({ length: n }, random)
      const dense = solve(a.toDense(), tensor(b)) as Tensor
      const lu = new SparseLu(a)
      expect(lu.factor(a)).toBe(true)
      const size = largest(dense.data) + 1
      expect(apart(lu.solve(b), dense.data as Float64Array)).toBeLessThan(1e-10 * size)
      // bᵀ A⁻¹ b in two ways.
      const [x, y] = [lu.solve(b), lu.solveTransposed(b)]
      expect(b.reduce((total, each, i) => total + each * (x[i]! - y[i]!), 0)).toBeCloseTo(0, 9)
      const other = new SparseMatrix(
        a.shape,
        a.rowPointers,
        a.columns,
        a.values.map(each => each * (1 + 0.2 * random())),
      )
      expect(lu.factor(other)).toBe(true)
      expect(apart(other.multiply(lu.solve(b)), b)).toBeLessThan(1e-9 * size)
    }
  })

  it('LU choose other pivots where the old ones have become small', () => {
    const a = (corner: number) =>
      matrixOf(
        2,
        new Map([
          ['0 0', corner],
          ['0 1', 1],
          ['1 0', 1],
          ['1 1', 1],
        ]),
      )
    const lu = new SparseLu(a(2))
    expect([lu.factor(a(2)), lu.factor(a(0))]).toEqual([true, true])
    expect(lu.solve(Float64Array.of(1, 3))).toEqual(Float64Array.of(2, 1))
    expect(lu.factor(a(1))).toBe(false)
  })

  it('LDLᵀ tell the inertia and solve, and fill in little', () => {
    const a = grid(20)
    const ldl = new SparseLdl(400, a.rowPointers, a.columns)
    expect(ldl.factor(a.values)).toBe(true)
    expect([ldl.positive, ldl.negative]).toEqual([400, 0])
    const b = Float64Array.from({ length: 400 }, (_, i) => Math.sin(i))
    expect(apart(a.multiply(ldl.solve(b)), b)).toBeLessThan(1e-12)
    // Eigenvalues of the operator: 4 − 2 cos(i π / 21) − 2 cos(j π / 21), so those below 2.9 become negative.
    const angles = Array.from({ length: 20 }, (_, i) => 2 * Math.cos(((i + 1) * Math.PI) / 21))
    const below = angles.flatMap(first => angles.filter(second => 4 - first - second < 2.9)).length
    expect(ldl.factor(a.values, -2.9)).toBe(true)
    expect(ldl.negative).toBe(below)
    // A band of width 20 would fill 20 · 400; nested dissection of such a grid some 31 n log₂ n / 4 entries.
    expect(ldl.nonzeros).toBeLessThan(5000)
  })

  it('have an order that is a permutation, and that leaves an arrow without fill', () => {
    const entries = new Map<string, number>()
    for (let i = 0; i < 200; i++) for (const key of [`${i} ${i}`, `0 ${i}`, `${i} 0`]) entries.set(key, 1)
    const { rowPointers, columns } = matrixOf(200, entries)
    const order = minimumDegree(200, rowPointers, columns)
    expect([...order].sort((x, y) => x - y)).toEqual(Array.from({ length: 200 }, (_, i) => i))
    expect(new SparseLdl(200, rowPointers, columns).nonzeros).toBe(199)
  })
})

describe('sparseSolve', () => {
  const a = matrixOf(
    2,
    new Map([
      ['0 0', 2],
      ['0 1', 1],
      ['1 1', 4],
    ]),
  )

  it('gives x in the form of b', () => {
    expect(sparseSolve(a, [4, 8])).toEqual([1, 2])
    expect(sparseSolve(a, Float64Array.of(4, 8))).toEqual(Float64Array.of(1, 2))
    expect(sparseSolve(a, tensor([4, 8])).toArray()).toEqual([1, 2])
    const rows = { shape: [2, 2], rowPointers: [0, 2, 3], columns: [0, 1, 1], values: [2, 1, 4] } as const
    expect(sparseSolve(rows, [4, 8])).toEqual([1, 2])
    expect(() => sparseSolve({ ...rows, columns: [0, 1, 0.5] }, [4, 8])).toThrow('without columns')
    expect(sparseSolve(a, { p: 4, q: 8 })).toEqual({ p: 1, q: 2 })
    expect(() => sparseSolve(a, [1, 2, 3])).toThrow(/square, with as many rows/)
    expect(() => sparseSolve({ ...a, values: [1, 2] }, [1, 2])).toThrow(/3 columns for 2 values/)
    expect(() => sparseSolve({ ...a, values: [0, 1, 4] }, [1, 2])).toThrow(/singular/)
  })

  it('is differentiated by entries and right side as the dense solution is', () => {
    const random = numbers(5)
    const m = scattered(30, random)
    const b = Array.from({ length: 30 }, random)
    const loss = (x: Tensor) => sum(mul(square(x), x))
    const sparse = (v: Tensor, right: Tensor) => loss(sparseSolve({ ...m, values: v }, right) as Tensor)
    const dense = (full: Tensor, right: Tensor) => loss(solve(full, right) as Tensor)
    const [byEntries, byRight] = grad(sparse, { argnum: [0, 1] })(tensor(m.values), tensor(b))
    const [byFull, expected] = grad(dense, { argnum: [0, 1] })(m.toDense(), tensor(b))
    expect(apart(byRight.data as Float64Array, expected.data as Float64Array)).toBeLessThan(1e-9 * largest(expected.data))
    const picked = new Float64Array(m.nonzeros)
    for (let i = 0; i < 30; i++) for (let k = m.rowPointers[i]!; k < m.rowPointers[i + 1]!; k++) picked[k] = byFull.at(i, m.columns[k]!)
    expect(apart(byEntries.data as Float64Array, picked)).toBeLessThan(1e-9 * largest(picked))
  })

  it('is so to second order, batched and compiled', () => {
    // x₁ = (4 − 8 / 4) / v for the first entry v: its derivatives are −2 / v² and 4 / v³.
    const s = (v: number) => sparseSolve({ ...a, values: [v, 1, 4] }, [4, 8])[0]!
    expect(derivative(grad(s))(2)).toBeCloseTo(0.5, 12)
    expect(vmap(grad(s))([1, 2])).toEqual([-2, -0.5])
    expect(compile(grad(s))(2)).toBeCloseTo(-0.5, 12)
    expect(jacobian((b: number[]) => sparseSolve(a, b))([4, 8])).toEqual([
      [0.5, -0.125],
      [0, 0.25],
    ])
  })
})
