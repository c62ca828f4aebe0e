import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { solveBroyden } from '../../examples/newton.ts'
import { broyden, broydenByHand, type PlannerProblem, PROBLEMS } from '../../examples/problems.ts'
import {
  add,
  checkpoint,
  compile,
  concat,
  cumSum,
  exp,
  grad,
  gt,
  hessian,
  jacobian,
  matmul,
  max,
  mul,
  OptionError,
  outer,
  planHessian,
  planJacobian,
  relu,
  reshape,
  ShapeError,
  SparseMatrix,
  SparsityPattern,
  sin,
  slice,
  solve,
  sort,
  square,
  stack,
  sub,
  sum,
  type Tensor,
  take,
  tensor,
  value,
} from '../../src/index.ts'
import type { HessianOptions } from '../../src/jacobian/hessian.ts'
import { type JacobianOptions, MODES, type Mode } from '../../src/jacobian/options.ts'
import { numbersOf } from '../results.ts'

type Sparse = { output: 'sparse' }
const sparse = (mode: JacobianOptions['mode'] = 'auto') => ({ mode, output: 'sparse' }) as const

describe('the planner', () => {
  it.each(PROBLEMS.map(problem => [problem.name, problem] as const))(
    'takes no more passes than it should for %s',
    (_name, { f, x, outputs, passes, modes }) => {
      const plan = planJacobian(f as (x: number[]) => number[], x, sparse())
      expect(plan.outputs).toBe(outputs)
      expect(modes).toContain(plan.mode)
      expect(plan.passes).toBeLessThanOrEqual(passes)
    },
  )

  /** Small versions, on which every mode that works must give the same matrix. */
  const small: [string, PlannerProblem['f'], number][] = [
    ['tridiagonal', broyden, 24],
    ...PROBLEMS.filter(each => each.name.startsWith('arrow')).map((each): [string, PlannerProblem['f'], number] => [each.name, each.f, 24]),
    ['blocks of 4', (PROBLEMS.find(each => each.name === 'blocks of 4') as PlannerProblem).f, 24],
    ['waist', (PROBLEMS.find(each => each.name.startsWith('waist')) as PlannerProblem).f, 20],
    ['gradient', x => x.reduce((total, each) => add(total, square(each)), 0), 24],
    ['random', x => x.map((each, i) => mul(sin(each), exp(x[(i * 7 + 3) % x.length]!))), 24],
    ['nothing depends on anything', x => x.map(() => 1), 12],
  ]

  it.each(small)('gives the same matrix in every mode and form: %s', (_name, f, n) => {
    const x = Array.from({ length: n }, (_, i) => 0.2 + Math.sin(i + 1) / 3)
    const reference = jacobian(f as (x: number[]) => number[], { mode: 'forward', sparsity: 'dense' })(x).flat()
    for (const mode of ['auto', 'forward', 'reverse', 'mixed', 'elimination'] as const) {
      for (const output of ['dense', 'sparse'] as const) {
        const result = jacobian(f as (x: number[]) => number[], { mode, output })(x) as number[][] | SparseMatrix
        const found: ArrayLike<number> = result instanceof SparseMatrix ? result.toDense().data : result.flat()
        reference.forEach((each, k) => expect(found[k]).toBeCloseTo(each, 12))
      }
    }
  })

  it('needs at least twenty times fewer multiplications by elimination for a waist', () => {
    const { f, x } = PROBLEMS.find(each => each.name.startsWith('waist')) as PlannerProblem
    const { alternatives } = planJacobian(f as (x: number[]) => number[], x)
    const of = (mode: Mode) => alternatives.find(each => each.mode === mode)!.multiplications
    expect(Math.min(of('forward'), of('reverse')) / of('elimination')).toBeGreaterThan(20)
  })

  it('agrees with a Jacobian by hand, entry by entry', () => {
    const x = Array.from({ length: 500 }, (_, i) => Math.cos(i))
    const matrix = jacobian(broyden, { output: 'sparse' })(x)
    const byHand = broydenByHand(x)
    expect(matrix.nonzeros).toBe(byHand.length)
    matrix.values.forEach((each, k) => expect(each).toBeCloseTo(byHand[k]!, 13))
  })

  it('finds structure, not values: an entry that happens to be 0 is in the pattern', () => {
    const plan = planJacobian((x: number[]) => x.map((each, i) => mul(each, x[(i + 1) % x.length]!)), new Array<number>(12).fill(0))
    expect(plan.nonzeros).toBe(24)
    expect(plan.pattern.indexOf(0, 1)).toBeGreaterThanOrEqual(0)
    expect(plan.jacobian(Array.from({ length: 12 }, (_, i) => i + 1))[0]!.slice(0, 3)).toEqual([2, 1, 0])
  })

  it('covers every entry that is not 0, for random programs', () => {
    const programs = fc.array(fc.tuple(fc.nat(3), fc.nat(), fc.nat()), { minLength: 5, maxLength: 60 })
    fc.assert(
      fc.property(programs, steps => {
        const f = (x: number[]) => {
          const values = [...x]
          for (const [kind, a, b] of steps) {
            const [u, v] = [values[a % values.length]!, values[b % values.length]!]
            values.push(kind === 0 ? add(u, v) : kind === 1 ? mul(u, v) : kind === 2 ? sin(u) : max([u, v]))
          }
          return values.slice(-10)
        }
        const x = Array.from({ length: 10 }, (_, i) => 0.1 + i / 7)
        const plan = planJacobian(f, x, { output: 'sparse' })
        const dense = jacobian(f, { sparsity: 'dense', mode: 'reverse' })(x)
        dense.forEach((row, i) => row.forEach((each, j) => each !== 0 && expect(plan.pattern.indexOf(i, j)).toBeGreaterThanOrEqual(0)))
        const found = plan.jacobian(x).toDense()
        dense.forEach((row, i) => row.forEach((each, j) => expect(Math.abs(found.at(i, j) - each)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(each)))))
      }),
      { numRuns: 100 },
    )
  })

  it.each<[string, (x: Tensor) => Tensor, number]>([
    ['elementwise, entry to entry', x => mul(sin(x), x), 16],
    ['broadcasting', x => mul(x, x.at(0)), 31],
    ['a reduction, fibres', x => sum(square(reshape(x, [4, 4])), { axis: 1 }), 16],
    ['a matrix product, rows', x => matmul(reshape(x, [4, 4]), [1, 2, 3, 4]), 16],
    [
      'movement, permuted',
      x =>
        square(
          take(
            x,
            Array.from({ length: 16 }, (_, i) => (i * 5) % 16),
          ),
        ),
      16,
    ],
    ['a slice', x => square(slice(x, 4, 12)), 8],
    ['max along an axis', x => max(reshape(x, [4, 4]), { axis: 1 }), 16],
    ['sort', x => square(sort(x)), 16],
    ['a running sum, on what came before', x => cumSum(square(x)), 136],
  ])('follows tensor operations by their kind: %s', (_name, f, nonzeros) => {
    const x = tensor(Array.from({ length: 16 }, (_, i) => Math.sin(i + 1)))
    const plan = planJacobian(f, x, { output: 'sparse' })
    expect(plan.nonzeros).toBe(nonzeros)
    const dense = jacobian(f, { sparsity: 'dense', mode: 'reverse' })(x)
    plan
      .jacobian(x)
      .toDense()
      .data.forEach((each, k) => expect(each).toBeCloseTo(dense.data[k]!, 13))
  })
})

describe('a plan', () => {
  it('notices another path through the function and plans again', () => {
    const f = (x: number[]) => x.map((each, i) => (gt(x[0]!, 0) ? square(each) : mul(each, x[(i + 1) % x.length]!)))
    const up = Array.from({ length: 12 }, (_, i) => i + 1)
    const plan = planJacobian(f, up)
    expect([plan.passes, plan.nonzeros]).toEqual([1, 12])
    const down = up.map(each => -each)
    expect(plan.jacobian(down)[0]!.slice(0, 2)).toEqual([-2, -1])
    expect([plan.passes, plan.nonzeros]).toEqual([2, 24])
    expect(plan.jacobian(up)[0]!.slice(0, 2)).toEqual([2, 0])
  })

  it('makes the Jacobian of an affine function once, and only of such a one', () => {
    const a = tensor(
      Array.from({ length: 144 }, (_, i) => i % 7),
      [12, 12],
    )
    const x = tensor(Array.from({ length: 12 }, (_, i) => i))
    const affine = planJacobian((t: Tensor) => sub(matmul(a, t), 3), x)
    expect(affine.mode).toBe('constant')
    expect(affine.jacobian(x).data).toEqual(a.data)
    expect(affine.jacobian(mul(x, -1)).data).toEqual(a.data)
    const scalars = planJacobian((v: number[]) => v.map((each, i) => add(mul(3, each), sub(1, v[(i + 1) % 12]!))), new Array<number>(12).fill(1))
    expect(scalars.mode).toBe('constant')
    for (const f of [
      (v: number[]) => v.map(each => mul(each, value(each))),
      (v: number[]) => v.map(each => (gt(each, 0) ? mul(2, each) : mul(3, each))),
      (v: number[]) => v.map(each => max([each, 0])),
      (v: number[]) => v.map(each => square(each)),
    ]) {
      expect(planJacobian(f, new Array<number>(12).fill(1)).mode).not.toBe('constant')
    }
  })

  it('takes note when the data of an affine function change', () => {
    let factor = 2
    const plan = planJacobian((v: number[]) => v.map(each => mul(factor, each)), new Array<number>(10).fill(1))
    expect(plan.jacobian(new Array<number>(10).fill(1))[0]![0]).toBe(2)
    factor = 5
    expect(plan.jacobian(new Array<number>(10).fill(1))[0]![0]).toBe(5)
  })

  it('shows pattern, groups, prices and the choice', () => {
    const plan = planJacobian((x: number[]) => x.map((each, i) => mul(each, x[Math.max(0, i - 1)]!)), new Array<number>(12).fill(1))
    expect(plan.explain()).toMatch(/12 outputs with respect to 12 inputs/)
    expect(plan.explain()).toMatch(/detected: 23 entries of 144/)
    expect(plan.explain()).toMatch(/ {2}×·{11}\n {2}××·{10}\n/)
    expect(plan.explain()).toMatch(/Groups of columns: 0 1 0 1/)
    expect(plan.explain()).toMatch(/→ forward .*2 groups/)
    expect(plan.coloring).toEqual({ columns: [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], count: 2 })
    expect(String(new SparsityPattern(1, 2, Int32Array.of(0, 1), Int32Array.of(1)))).toBe('·×')
    const parsed = JSON.parse(JSON.stringify(plan))
    expect(parsed).toMatchObject({ mode: 'forward', passes: 2, nonzeros: 23 })
    expect(parsed.alternatives.map((each: { mode: string }) => each.mode)).toEqual(expect.arrayContaining(['forward', 'reverse']))
  })

  it('says so when nothing depends on the input', () => {
    const plan = planJacobian((x: number[]) => x.map(() => 1), new Array<number>(10).fill(1), { output: 'sparse' })
    expect(plan.explain()).toMatch(/No output depends on any input: the Jacobian is zero/)
    expect(plan.jacobian(new Array<number>(10).fill(1)).nonzeros).toBe(0)
  })

  it('takes the fewest passes that there can be on grids', () => {
    const side = 8
    const at = (i: number, axis: number) => Math.floor(i / side ** axis) % side
    /** The neighbours of a point in a cube that come after it. */
    const ahead = (i: number, axes: number) => Array.from({ length: axes }, (_, axis) => (at(i, axis) + 1 < side ? [i + side ** axis] : [])).flat()
    const cube = (x: number[]) => {
      const out = x.map(each => square(each))
      for (let i = 0; i < x.length; i++) {
        for (const j of ahead(i, 3)) {
          out[i] = add(out[i]!, sin(x[j]!))
          out[j] = add(out[j]!, sin(x[i]!))
        }
      }
      return out
    }
    const energy = (x: number[]) => x.reduce((total, each, i) => ahead(i, 2).reduce((sum, j) => add(sum, mul(sin(each), square(x[j]!))), total), 0)
    const point = (n: number) => Array.from({ length: n }, (_, i) => Math.cos(i))
    expect(planJacobian(cube, point(side ** 3), { output: 'sparse' }).passes).toBe(7)
    expect(planHessian(energy, point(side ** 2), { output: 'sparse', mode: 'forward' }).passes).toBe(3)
  })

  describe('of long tapes whose outputs share inputs alone', () => {
    const n = 20_000
    const point = (shift = 0) => Array.from({ length: n }, (_, i) => Math.sin(i + shift) + 2)
    const data = { factor: 3, up: true }
    /** By turns: an input, the same input again, a constant, a value that is used twice, an operand that is there twice, several inputs. */
    const f = (x: number[]) =>
      x.map((each, i) => {
        const [before, far] = [x[(i + n - 1) % n]!, x[(7 * i) % n]!]
        if (i % 6 < 2) return x[i - (i % 6)]!
        if (i % 6 === 2) return data.factor
        if (i % 6 === 3) return square(mul(each, before))
        if (i % 6 === 4) return sub(mul(each, each), each)
        return data.up ? add(mul(data.factor, sin(each)), mul(before, far)) : mul(exp(each), before)
      })
    /** The entries of a row by hand, as columns and numbers. */
    const rowOf = (x: number[], i: number): Record<number, number> => {
      const [before, far] = [(i + n - 1) % n, (7 * i) % n]
      const [a, b, c] = [x[i]!, x[before]!, x[far]!]
      if (i % 6 < 2) return { [i - (i % 6)]: 1 }
      if (i % 6 === 2) return {}
      if (i % 6 === 3) return { [i]: 2 * a * b * b, [before]: 2 * a * a * b }
      if (i % 6 === 4) return { [i]: 2 * a - 1 }
      return data.up ? { [i]: data.factor * Math.cos(a), [before]: c, [far]: b } : { [i]: Math.exp(a) * b, [before]: Math.exp(a) }
    }
    const check = (matrix: SparseMatrix, x: number[]) => {
      const rows = x.map((_, i) => Object.entries(rowOf(x, i)))
      expect(matrix.columns).toEqual(Int32Array.from(rows.flat(), ([j]) => Number(j)))
      expect([...matrix.rowPointers].map((each, i, all) => (all[i + 1] ?? each) - each)).toEqual([...rows.map(row => row.length), 0])
      const numbers = rows.flat().map(([, each]) => each)
      const wrong = numbers.filter(
        (each, k) => !(Object.is(each, matrix.values[k]) || Math.abs(each - matrix.values[k]!) < 1e-12 * Math.max(1, Math.abs(each))),
      )
      expect(wrong).toEqual([])
    }

    it('pulls all rows back in one walk, which is made anew where data or the path change', () => {
      const plan = planJacobian(f, point(), sparse())
      expect([plan.mode, plan.passes]).toEqual(['reverse', 1])
      expect(plan.explain()).toMatch(/→ reverse .*all rows at once: outputs share no value but inputs/)
      check(plan.jacobian(point(1)), point(1))
      data.factor = -2
      check(plan.jacobian(point(2)), point(2))
      data.up = false
      check(plan.jacobian(point(3)), point(3))
      data.up = true
      const matrix = plan.jacobian(point(4))
      check(plan.into(matrix, point(5)), point(5))
    })

    it('keeps NaN and ∞ in their entries', () => {
      const x = point()
      const plan = planJacobian(f, x, sparse())
      const matrix = plan.jacobian(x)
      const values = [...matrix.values]
      x[9] = Number.POSITIVE_INFINITY
      x[16] = Number.NaN
      plan.into(matrix, x)
      check(matrix, x)
      expect(matrix.values.filter(each => !Number.isFinite(each)).length).toBeGreaterThan(3)
      expect(matrix.values.filter((each, k) => each === values[k]).length).toBeGreaterThan(values.length - 20)
    })

    it('takes groups where two outputs share a value', () => {
      const shared = (x: number[]) => {
        const squares = x.map(each => square(each))
        return x.map((each, i) => mul(sin(each), squares[(i + 1) % n]!)).concat(squares[0]!)
      }
      const plan = planJacobian(shared, point(), sparse())
      expect([plan.mode, plan.passes]).toEqual(['forward', 2])
      const x = point(1)
      const matrix = plan.jacobian(x)
      const numbers = x.flatMap((each, i) => (i + 1 < n ? [Math.cos(each) * x[i + 1]! ** 2, 2 * Math.sin(each) * x[i + 1]!] : []))
      expect(numbers.filter((each, k) => !(Math.abs(each - matrix.values[k]!) < 1e-12))).toEqual([])
      expect(matrix.nonzeros).toBe(2 * n + 1)
    })
  })

  it('speaks of Hessians where it is one, and of Jacobians where not, whatever the mode', () => {
    const told = (run: () => { explain(): string }) => {
      try {
        return run().explain()
      } catch (error) {
        return String(error)
      }
    }
    const f = (x: number[]) => x.reduce((total, each, i) => add(total, mul(square(each), x[(i + 1) % x.length]!)), 0)
    const quadratic = (x: number[]) => sum(square(x))
    const x = Array.from({ length: 12 }, (_, i) => i + 1)
    const options = [
      ...MODES.map(mode => ({ mode })),
      { sparsity: 'dense' },
      { output: 'sparse' },
      { sparsity: [[0]] },
      { sparsity: x.map(() => []) },
    ] as HessianOptions[]
    for (const each of options) {
      for (const g of [f, quadratic, (y: number[]) => y[0]!]) {
        expect(told(() => planHessian(g, x, each))).toMatch(/Hessian|second derivative/)
        expect(told(() => planHessian(g, x, each))).not.toMatch(/Jacobian|affine|output/)
      }
      if (each.mode === 'pushing') continue
      for (const g of [f, (y: number[]) => y.map(entry => mul(2, entry)), () => 1] as ((y: number[]) => unknown)[])
        expect(told(() => planJacobian(g, x, each as JacobianOptions))).not.toMatch(/Hessian|quadratic|curvature/)
    }
  })

  it('works nested in another derivative', () => {
    const trace = (x: number[]) => {
      const rows = jacobian((v: number[]) => v.map((each, i) => mul(square(each), v[(i + 1) % v.length]!)))(x)
      return rows.reduce((total, row, i) => add(total, row[i]!), 0) // Σ 2 xᵢ xᵢ₊₁
    }
    const x = Array.from({ length: 12 }, (_, i) => i + 1)
    expect(grad(trace)(x)).toEqual(x.map((_, i) => 2 * (x[(i + 1) % 12]! + x[(i + 11) % 12]!)))
  })

  it('flows non-finite entries through', () => {
    const rows = jacobian((x: number[]) => x.map(each => mul(each, Number.POSITIVE_INFINITY)))(new Array<number>(10).fill(1))
    expect([rows[0]![0], rows[0]![1]]).toEqual([Number.POSITIVE_INFINITY, 0])
  })
})

describe('a known pattern', () => {
  const f = (x: number[]) => x.map((each, i) => mul(each, x[Math.max(0, i - 1)]!))
  const x = Array.from({ length: 10 }, (_, i) => i + 1)
  const rows = x.map((_, i) => (i === 0 ? [0] : [i - 1, i]))

  it('is used after a check against the tape', () => {
    const plan = planJacobian(f, x, { sparsity: rows, output: 'sparse' })
    expect([plan.passes, plan.nonzeros]).toEqual([2, 19])
    expect(plan.jacobian(x).toDense().toArray()).toEqual(jacobian(f, { sparsity: 'dense' })(x))
    expect(planJacobian(f, x, { sparsity: plan.pattern }).nonzeros).toBe(19)
  })

  it.each([
    [{ sparsity: rows.slice(1) }, ShapeError, /9 × 10, but the Jacobian is 10 × 10/],
    [{ sparsity: rows.map((row, i) => (i === 3 ? [3] : row)) }, ShapeError, /leaves out entry \(3, 2\): output 3 depends on input 2/],
    [{ sparsity: rows.map((row, i) => (i === 3 ? [2, 3, 12] : row)) }, ShapeError, /names column 12/],
    [{ sparsity: 'maybe' as 'detect' }, OptionError, /sparsity is 'detect', 'dense' or a pattern/],
    [{ output: 'csr' as 'sparse' }, OptionError, /output is 'dense' or 'sparse'/],
    [{ mode: 'constant' } as const, OptionError, /Jacobian depends on the argument/],
  ])('is refused where it cannot be: case %#', (options, kind, message) => {
    expect(() => planJacobian(f, x, options)).toThrow(kind)
    expect(() => planJacobian(f, x, options)).toThrow(message)
  })

  it('elimination refuses steps that are no operations on scalars with a reason', () => {
    const A = tensor([
      [2, 1],
      [1, 3],
    ])
    expect(() => planJacobian((t: Tensor) => solve(A, t), tensor([1, 2]), { mode: 'elimination' })).toThrow(/not all steps of the function can be written/)
    const inside = ([a, b]: number[]) => [
      checkpoint((u: number) => sin(u))(a as number),
      (stack([a as number, b as number]) as Tensor).at(1) as unknown as number,
    ]
    expect(() => planJacobian(inside, [1, 2], { mode: 'elimination' })).toThrow(OptionError)
    expect(jacobian(inside, { sparsity: 'dense' })([0, 2])).toEqual([
      [1, 0],
      [0, 1],
    ])
  })

  it('elimination takes moves of entries, sums, products and operators on each entry', () => {
    const A = tensor([
      [2, 1],
      [0, 3],
    ])
    const f = (t: Tensor) => [sum(square(t)), mul(t.at(0) as unknown as number, 5), concat([matmul(A, sin(t)), mul(t, [1, 2])]), outer(t, t)]
    const x = tensor([0.5, -2])
    const wanted = jacobian(f, { mode: 'forward' })(x)
    const plan = planJacobian(f, x, { mode: 'elimination' })
    numbersOf(plan.jacobian(x)).forEach((each, k) => {
      expect(each).toBeCloseTo(numbersOf(wanted)[k] as number, 14)
    })
    expect(plan.mode).toBe('elimination')
    // The rows are the same for any values: also where an entry is the only term of a sum.
    const kinked = (t: Tensor) => {
      const [alone, parts] = [sum(reshape(t, [2, 1]), { axis: 1 }) as Tensor, relu(t)]
      return [mul(alone, parts), sin(sum(mul(alone, alone))), mul(parts, sum(parts))]
    }
    const elsewhere = planJacobian(kinked, tensor([1, 2]), { mode: 'elimination' })
    for (const at of [
      [-1, 3],
      [0, 2],
      [0, 0],
    ]) {
      const there = numbersOf(jacobian(kinked, { mode: 'forward' })(tensor(at)))
      numbersOf(elsewhere.jacobian(tensor(at))).forEach((each, k) => {
        expect(each).toBeCloseTo(there[k] as number, 14)
      })
    }
  })
})

describe('sparse matrices', () => {
  it('hold the entries of the pattern where no coloring saves a pass, too', () => {
    const triangular = ([x, y]: number[]) => [sin(x as number), mul(x as number, y as number)]
    const plan = planJacobian(triangular, [0.5, 2], { output: 'sparse' })
    expect([plan.coloring?.columns, plan.coloring?.rows, plan.nonzeros]).toEqual([undefined, undefined, 3])
    for (const f of [jacobian(triangular, { output: 'sparse' }), compile(jacobian(triangular, { output: 'sparse' }))]) {
      expect([...f([0.5, 2]).values]).toEqual([Math.cos(0.5), 2, 0.5])
      expect([...f([0.5, 2]).columns]).toEqual([0, 0, 1])
    }
  })

  const matrix = jacobian(broyden, { output: 'sparse' } satisfies Sparse)([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])

  it('multiply, become dense, and are what mathjs reads', async () => {
    const { reviver } = await import('mathjs')
    const v = Array.from({ length: 10 }, (_, i) => i)
    expect([...matrix.multiply(v)]).toEqual((matmul(matrix.toDense(), v) as unknown as Tensor).toArray())
    const read = JSON.parse(JSON.stringify(matrix.toMathjs()), reviver)
    expect(read.toArray()).toEqual(matrix.toDense().toArray())
    expect(String(matrix)).toBe('SparseMatrix([10, 10], 28 entries)')
    expect(() => matrix.multiply([1])).toThrow(/takes a vector of length 10, but 1/)
  })

  it("carry Newton's method to the solution of Broyden's system with 10,000 unknowns", () => {
    const residuals: number[] = []
    const x = solveBroyden(10_000, ({ residual }) => residuals.push(residual))
    expect(Math.max(...broyden(x).map(Math.abs))).toBeLessThan(1e-12)
    expect(residuals.length).toBeLessThan(8)
  })
})

describe('Hessians', () => {
  const x = Array.from({ length: 40 }, (_, i) => 0.2 + i / 40)
  const total = (values: number[]) => values.reduce((a, b) => add(a, b))

  it.each<[string, (v: number[]) => number, number]>([
    ['a separable sum: a diagonal in one pass', v => total(v.map(each => mul(sin(each), each))), 1],
    ['an arrow in two', v => total(v.slice(1).map(each => mul(sin(each), v[0]!))), 2],
    ['a chain in three', v => total(v.slice(1).map((each, i) => mul(square(each), square(v[i]!)))), 3],
  ])('%s', (_name, f, passes) => {
    const plan = planHessian(f, x)
    expect(plan.passes).toBeLessThanOrEqual(passes)
    const dense = hessian(f, { sparsity: 'dense', mode: 'reverse' })(x)
    plan.jacobian(x).forEach((row, i) => row.forEach((each, j) => expect(each).toBeCloseTo(dense[i]![j]!, 12)))
    expect(hessian(f, { output: 'sparse' })(x).nonzeros).toBe(plan.nonzeros)
  })

  it('of a weighted sum of outputs, as in a Lagrangian', () => {
    const constraints = (v: number[]) => [square(v[0]!), mul(v[0]!, v[1]!)]
    expect(hessian(constraints, { weights: [2, 3] })([1, 2])).toEqual([
      [4, 3],
      [3, 0],
    ])
  })
})
