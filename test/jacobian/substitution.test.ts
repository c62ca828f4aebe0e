import { describe, expect, it } from 'vitest'
import { band } from '../../examples/matrices.ts'
import { add, compile, grad, hessian, jvp, mul, planHessian, type SparseMatrix, sin, slice, sum, type Tensor, tensor } from '../../src/index.ts'
import { colorForSubstitution } from '../../src/jacobian/coloring/substitution.ts'

const N = 120
const WIDTH = 5

/** Σₖ Σᵢ aₖᵢ sin xᵢ sin xᵢ₊ₖ for k up to 5: a band of 11 diagonals, made of tensors, for which there is no elimination. */
const banded = (a: (k: number, i: number) => number) => (x: Tensor) => {
  const s = sin(x)
  let total = 0
  for (let k = 1; k <= WIDTH; k++) {
    const weights = tensor(Array.from({ length: N - k }, (_, i) => a(k, i)))
    total = add(total, sum(mul(weights, mul(slice(s, 0, N - k), slice(s, k, N)))) as unknown as number)
  }
  return total
}

/** Its second derivatives by hand, row by row. */
function byHand(a: (k: number, i: number) => number, x: ArrayLike<number>): number[][] {
  const H = Array.from({ length: N }, () => new Array<number>(N).fill(0))
  for (let k = 1; k <= WIDTH; k++) {
    for (let i = 0; i + k < N; i++) {
      const j = i + k
      const [si, sj] = [Math.sin(x[i]!), Math.sin(x[j]!)]
      H[i]![j] = a(k, i) * Math.cos(x[i]!) * Math.cos(x[j]!)
      H[j]![i] = H[i]![j]!
      H[i]![i]! -= a(k, i) * si * sj
      H[j]![j]! -= a(k, i) * si * sj
    }
  }
  return H
}

const x = tensor(Array.from({ length: N }, (_, i) => 0.3 + Math.sin(i * i)))
const moderate = (k: number, i: number) => 1 + Math.cos(3 * i + k)
const rows = (matrix: SparseMatrix) => matrix.toDense().toArray() as number[][]

/** Each entry to within so much of itself, NaN where NaN is. */
function expectEach(found: number[][], expected: number[][], relative: number, absolute = 0): void {
  expected.forEach((row, i) => {
    row.forEach((each, j) => {
      const got = found[i]![j]!
      const near = Object.is(got, each) || Math.abs(got - each) <= relative * Math.abs(each) + absolute
      if (!near) expect([i, j, got]).toEqual([i, j, each])
    })
  })
}

describe('a Hessian recovered by substitution', () => {
  it('takes 6 passes for 11 diagonals, and says so with what it would take without', () => {
    const plan = planHessian(banded(moderate), x, { mode: 'forward', output: 'sparse' })
    expect([plan.mode, plan.passes, plan.coloring.count]).toEqual(['forward', 6, 6])
    expect(plan.explain()).toMatch(/→ forward .* 6 groups by acyclic coloring, entries by substitution/)
    expect(plan.explain()).toMatch(/ {2}forward .* 11 groups/)
    expectEach(rows(plan.jacobian(x)), byHand(moderate, x.data), 1e-12, 1e-13)
    expectEach(hessian(banded(moderate))(x).toArray() as number[][], byHand(moderate, x.data), 1e-12, 1e-13)
  })

  it.each([
    ['NaN', Number.NaN],
    ['∞', Number.POSITIVE_INFINITY],
  ])('keeps %s where it belongs, and every other entry as it is', (_name, bad) => {
    const a = (k: number, i: number) => (k === 2 && i === 57 ? bad : moderate(k, i))
    const plan = planHessian(banded(a), x, { mode: 'forward', output: 'sparse' })
    expect(plan.passes).toBe(6)
    const found = rows(plan.jacobian(x))
    expectEach(found, byHand(a, x.data), 1e-14, 1e-15)
    const finite = found.flat().filter(each => !Number.isFinite(each))
    expect(finite.length).toBe(4)
  })

  it('gives small entries beside large ones as they are', () => {
    const a = (k: number, i: number) => (i % 20 === 0 ? 1e18 : 1) * moderate(k, i)
    const plan = planHessian(banded(a), x, { mode: 'forward', output: 'sparse' })
    expect(plan.passes).toBe(6)
    expectEach(rows(plan.jacobian(x)), byHand(a, x.data), 1e-10)
  })

  it('leaves an entry that is 0 at 0 where nothing in its row or column is larger than rounding', () => {
    // Nothing is coupled to x₆₀ but by weights of 0.
    const a = (k: number, i: number) => (i === 60 || i + k === 60 ? 0 : moderate(k, i))
    const found = rows(planHessian(banded(a), x, { mode: 'forward', output: 'sparse' }).jacobian(x))
    expect(found[60]!.every(each => each === 0)).toBe(true)
  })

  it('is read directly where it is nested in another derivative or compiled', () => {
    const trace = (v: Tensor) => {
      const H = hessian(banded(moderate))(v) as Tensor
      let total = 0
      for (let i = 0; i < N; i++) total = add(total, H.at(i, i) as unknown as number)
      return total
    }
    // d/dxⱼ Σᵢ Hᵢᵢ = −2 cos xⱼ Σᵢ aᵢⱼ sin xᵢ
    const expected = Array.from({ length: N }, (_, j) => {
      let coupled = 0
      for (let k = 1; k <= WIDTH; k++) {
        if (j + k < N) coupled += moderate(k, j) * Math.sin(x.data[j + k]!)
        if (j - k >= 0) coupled += moderate(k, j - k) * Math.sin(x.data[j - k]!)
      }
      return -2 * Math.cos(x.data[j]!) * coupled
    })
    expectEach([[...grad(trace)(x).data]], [expected], 1e-11, 1e-11)
    const ones = tensor(new Array<number>(N).fill(1))
    expect(jvp(trace, [x], [ones])[1]).toBeCloseTo(
      expected.reduce((p, q) => p + q, 0),
      9,
    )
    const fast = compile(hessian(banded(moderate), { mode: 'forward', output: 'sparse' }))
    expectEach(rows(fast(x)), byHand(moderate, x.data), 1e-14, 1e-14)
  })

  it('has no longer chains of subtractions than rounding allows, however large the matrix', () => {
    for (const [diagonals, most] of [
      [3, 3],
      [5, 4],
    ] as const) {
      const found = colorForSubstitution(band(20_000, diagonals), diagonals, () => Number.POSITIVE_INFINITY)
      expect(found?.columns.count).toBe(most)
      expect(found?.depth).toBeLessThanOrEqual(4096)
    }
  })
})
