import { describe, expect, it } from 'vitest'
import {
  add,
  checkpoint,
  compile,
  cos,
  defineOp,
  div,
  exp,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  log,
  logSumExp,
  matmul,
  maximum,
  mul,
  OptionError,
  planHessian,
  planJacobian,
  prod,
  relu,
  ShapeError,
  SparseMatrix,
  sin,
  square,
  sub,
  sum,
  Tensor,
  TreeError,
  tensor,
  trace,
  zeros,
} from '../../src/index.ts'
import { GradientCall } from '../../src/jacobian/second-order/gradient-call.ts'
import * as ops from '../../src/ops/index.ts'
import { registry } from '../../src/ops/registry.ts'
import { activeArguments } from '../../src/testing/check-op.ts'
import { numbersOf } from '../results.ts'

/** The same by forward mode over the gradient's own tape, which knows no second partials. */
const nested = (f: (x: never) => unknown, x: unknown, v: unknown) => numbersOf(jvp(grad(f as (x: unknown) => number), [x], [v])[1])

function close(found: readonly number[], wanted: readonly number[], what: string): void {
  expect(found.length, what).toBe(wanted.length)
  const size = Math.max(0, ...wanted.filter(Number.isFinite).map(Math.abs))
  wanted.forEach((each, i) => {
    if (Number.isFinite(each))
      expect(Math.abs((found[i] as number) - each), `${what}: entry ${i} is ${found[i]}, not ${each}`).toBeLessThanOrEqual(1e-10 * size + 1e-12)
    else expect(Object.is(found[i], each), `${what}: entry ${i} is ${found[i]}, not ${each}`).toBe(true)
  })
}

/** The sum of the squares of all entries, or of their differences from others, each counted differently. */
function weigh(result: unknown, from: unknown): unknown {
  if (typeof result === 'boolean') return 0
  if (typeof result === 'object' && !(result instanceof Tensor) && !('arena' in (result as object))) {
    return Object.entries(result as object).reduce((total, [key, each]) => add(total, weigh(each, (from as Record<string, unknown>)?.[key]) as number), 0)
  }
  const { shape = [] } = result as Tensor
  const weights = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => 1 + 0.37 * i)
  return sum(mul(square(sub(result as Tensor, (from ?? 0) as Tensor)), ops.reshape(weights, shape)))
}

/** Rosenbrock's function in n variables. */
const chained = (x: readonly number[]) => {
  let total = 0
  for (let i = 0; i + 1 < x.length; i++)
    total = add(total, add(mul(100, square(sub(x[i + 1] as number, square(x[i] as number)))), square(sub(1, x[i] as number))))
  return total
}
const point = (n: number) => Array.from({ length: n }, (_, i) => Math.sin(i + 1))

describe.each(registry.map(each => each.name))('%s', name => {
  const definition = registry.find(each => each.name === name) as (typeof registry)[number]
  const operator = ops[name as keyof typeof ops] as unknown as (...args: unknown[]) => unknown
  const isList = ['concat', 'stack', 'stackScalars', 'meshgrid'].includes(name)
  /** The operator as a function of what it is differentiated by, at each of its samples. */
  const cases = definition.samples.map(sample => {
    const active = activeArguments(definition, sample)
    const args = (isList ? sample[0] : active.map(i => sample[i])) as unknown[]
    const value = (given: readonly unknown[]) =>
      operator(...(isList ? [given, ...sample.slice(1)] : sample.map((each, i) => (active.includes(i) ? given[active.indexOf(i)] : each))))
    const here = value(args)
    return {
      given: args.map(each => (typeof each === 'number' ? each : tensor(each as never))),
      value,
      // Where the outer adjoint is 0 the second derivatives come from tangents of adjoints alone; elsewhere from curvature, too.
      atZero: (given: readonly unknown[]) => weigh(value(given), here),
      elsewhere: (given: readonly unknown[]) => weigh(value(given), undefined),
    }
  })

  it.each(['atZero', 'elsewhere'] as const)('has the second derivatives of nested transforms, adjoints %s', where => {
    for (const { given, [where]: f } of cases) {
      const v = given.map((each, k) => (typeof each === 'number' ? 1 + k : ops.add(ops.mul(each, 0.5), 1)))
      close(numbersOf(hvp(f as never, given as never, v as never)), nested(f, given, v), name)
    }
  })

  it('is taken by products with vectors as it is, and by edge pushing where its entries are scalars that are added and multiplied', () => {
    for (const { given, atZero, elsewhere } of cases) {
      const call = GradientCall.of(name, atZero as never, given, true)
      expect(call).toBeDefined()
      const isScalar = call?.isScalar === true
      call?.release()
      // Entries of a Fourier transform are sums of entries with factors of their own.
      const isSum = definition.kind === 'linear' && definition.pattern !== undefined && name !== 'fourier'
      if (definition.kind === 'elementwise' || isSum) expect(isScalar).toBe(true)
      for (const f of isScalar ? [atZero, elsewhere] : []) {
        const [pushed, products] = ['pushing', 'forward'].map(mode => numbersOf(hessian(f as never, { mode: mode as 'forward', chunk: 1 })(given as never)))
        close(pushed as number[], products as number[], `${name}, edge pushing`)
        if (f === elsewhere) continue
        const compiled = () => compile(hessian(f as never, { mode: 'pushing' }), { target: 'interpreter' })(given as never)
        // A graph does not know what is sorted where.
        const steps = trace(atZero as never, given as never).nodes.map(({ op }) => op)
        if (steps.includes('sortedPlaces') && steps.includes('gatherAt')) expect(compiled).toThrow(/mode 'pushing' cannot be used here/)
        else close(numbersOf(compiled()), products as number[], `${name}, edge pushing over a graph`)
      }
    }
  })

  it('has the same derivatives in many directions at once as in one', () => {
    for (const { given, value, atZero, elsewhere } of cases) {
      const outputs = (x: readonly unknown[]) => {
        const out = value(x)
        return typeof out === 'boolean' ? 0 : out
      }
      for (const mode of ['forward', 'reverse'] as const) {
        const by = (chunk: number) => ({ mode, chunk, sparsity: 'dense' }) as const
        close(numbersOf(jacobian(outputs, by(9))(given)), numbersOf(jacobian(outputs, by(1))(given)), `${name}, ${mode}`)
        for (const f of [atZero, elsewhere]) {
          const [many, single] = [9, 1].map(chunk => numbersOf(hessian(f as never, by(chunk))(given as never))) as [number[], number[]]
          close(many, single, `${name}, Hessian`)
        }
      }
    }
  })
})

/** An operator of three operands as a user defines it: x² y + y z³. */
const energy = defineOp({
  name: 'energy',
  value: (x: number, y: number, z: number) => x * x * y + y * z ** 3,
  partials: (x, y, z) => [mul(mul(2, x), y), add(square(x), mul(z, square(z))), mul(mul(3, y), square(z))],
}) as unknown as (x: unknown, y: unknown, z: unknown) => number

describe('edge pushing', () => {
  const cases: [string, (x: readonly number[]) => number, number[]][] = [
    ['a chain', chained, point(30)],
    ['a sum of all, squared', x => square(x.reduce((s, each) => add(s, each), 0)), point(40)],
    ['the same entry twice', x => mul(x[0] as number, mul(x[0] as number, x[0] as number)), [1.5]],
    ['constants on either side', x => add(div(2, x[0] as number), sub(div(x[1] as number, 3), mul(4, exp(mul(-1, x[1] as number))))), [0.5, 2]],
    ['a tensor and its sums', x => logSumExp(mul(x as number[], sin(x as number[]))) as number, point(12)],
    [
      'products of matrices',
      x =>
        sum(
          square(
            matmul(
              [
                [1, 2, 0],
                [0, 3, 1],
              ],
              matmul(ops.reshape(x as number[], [3, 2]), ops.reshape(x as number[], [2, 3])),
            ),
          ),
        ) as number,
      point(6),
    ],
    ['a product of all', x => prod(x as number[]) as number, [2, 0, -1, 0.5]],
    ['rows of many pairs', x => log(x.reduce((s, each) => add(s, exp(each)), 0)), point(25)],
    ['a sum with constants in it', x => log(sum(ops.concat([exp(x as number[]), [1, 2]])) as number), point(3)],
    ['a sum of one term and constants', x => log(sum(ops.concat([exp(x as number[]), [1, 2]])) as number), [0.5]],
    ['a product with constants in it', x => sum(exp(matmul([[1, 2, 3]], ops.concat([x as number[], [0.5]])))) as number, point(2)],
    ['kinks', x => sum(relu(mul(maximum(x as number[], 0.2), 3))) as number, point(5)],
    [
      'ternary operators',
      x => mul(ops.fma(x[0] as number, x[1] as number, 3), ops.fma(2, x[2] as number, ops.clip(x[2] as number, -2, x[3] as number))),
      [1, 2, 0.5, 3],
    ],
    [
      'ternary operators of variables alone',
      x => {
        const [a, b, c] = x as [number, number, number]
        return add(exp(ops.fma(a, b, c)), add(square(ops.clip(a, b, c)), ops.fma(a, a, mul(b, ops.fma(c, c, c)))))
      },
      [0.7, 0.2, 0.5],
    ],
    ['running sums', x => sum(exp(ops.cumSum(ops.reshape(x as number[], [2, 3]), { axis: 1, reverse: true }))) as number, point(6)],
    [
      'operators of users',
      x => {
        const [a, b, c] = x as [number, number, number]
        return add(mul(energy(a, b, c), energy(b, b, 2)), add(energy(c, c, c), energy(1, a, 3)))
      },
      [0.7, 1.2, 0.5],
    ],
    [
      'operators of users on tensors',
      x => sum(exp(energy(ops.reshape(x as number[], [2, 1]), [0.5, 1, 2], mul(x[1] as number, 0.1)) as never)) as number,
      [0.3, -0.2],
    ],
  ]
  it.each(cases)('gives the Hessian of %s', (_, f, x) => {
    const unit = (j: number) => x.map((_, i) => (i === j ? 1 : 0))
    const wanted = x.map((_, j) => nested(f as never, x, unit(j)))
    for (const mode of ['pushing', 'forward', 'auto'] as const) {
      close(numbersOf(hessian(f as (x: number[]) => number, { mode })(x)), wanted.flat(), mode)
      const sparse = hessian(f as (x: number[]) => number, { mode, output: 'sparse' })(x)
      close([...sparse.toDense().data], wanted.flat(), `${mode}, sparse`)
    }
  })

  it('takes any number of pairs, in lists of any length', () => {
    const n = 3000
    const x = point(n)
    const found = hessian(chained, { output: 'sparse', mode: 'pushing' })(x)
    // ∂²/∂xᵢ² is 1200 xᵢ² − 400 xᵢ₊₁ + 2 but for the last, and 200 but for the first; ∂²/∂xᵢ∂xᵢ₊₁ is −400 xᵢ.
    const entry = (i: number, j: number) => {
      if (i !== j) return -400 * (x[Math.min(i, j)] as number)
      return (i + 1 < n ? 1200 * (x[i] as number) ** 2 - 400 * (x[i + 1] as number) + 2 : 0) + (i > 0 ? 200 : 0)
    }
    expect(found.nonzeros).toBe(3 * n - 2)
    for (let i = 0; i < n; i++) {
      for (let k = found.rowPointers[i] as number; k < (found.rowPointers[i + 1] as number); k++) {
        expect(found.values[k]).toBeCloseTo(entry(i, found.columns[k] as number), 9)
      }
    }
    // Every entry of one row with every other: ∂²/∂xᵢ∂xⱼ of (Σ xᵢ²)² / 2 is 4 xᵢ xⱼ, and 2 Σ x² more on the diagonal.
    const y = point(120)
    const squares = (z: readonly number[]) => mul(0.5, square(z.reduce((total, each) => add(total, square(each)), 0)))
    const sumOfSquares = y.reduce((total, each) => total + each * each, 0)
    const all = hessian(squares as (z: number[]) => number, { mode: 'pushing' })(y)
    all.forEach((row, i) => {
      row.forEach((each, j) => {
        expect(each).toBeCloseTo(4 * (y[i] as number) * (y[j] as number) + (i === j ? 2 * sumOfSquares : 0), 9)
      })
    })
  })

  it('takes an operand that is there twice as one', () => {
    // √0 has an infinite partial, which x − x multiplies by 1 − 1.
    const distances = (x: number[]) => {
      let total = 0
      for (const a of x) for (const b of x) total = add(total, ops.sqrt(add(square(sub(a, b)), 0)))
      return total
    }
    const none = [
      [0, 0],
      [0, 0],
    ]
    for (const mode of ['auto', 'pushing', 'forward'] as const)
      expect(numbersOf(hessian(distances, { mode })([1, 1.7])).map(Math.abs), mode).toEqual(none.flat())
    expect(numbersOf(compile(hessian(distances, { mode: 'pushing' }))([1, 1.7])).map(Math.abs)).toEqual(none.flat())
    expect(hessian((x: number[]) => ops.cbrt(sub(x[0] as number, x[0] as number)), { mode: 'pushing' })([1])).toEqual([[0]])
    const points = tensor([
      [0, 0],
      [1, 0.5],
      [0.2, 2],
    ])
    const pairwise = (P: Tensor) => sum(ops.sqrt(sum(square(sub(ops.reshape(P, [3, 1, 2]), ops.reshape(P, [1, 3, 2]))), { axis: 2 })))
    const unit = (j: number) =>
      new Tensor(
        Float64Array.from({ length: 6 }, (_, i) => (i === j ? 1 : 0)),
        [3, 2],
      )
    close(numbersOf(hessian(pairwise)(points)), Array.from({ length: 6 }, (_, j) => nested(pairwise as never, points, unit(j))).flat(), 'distances')
  })

  it('leaves operands that are no variables, and long lists, to what can take them', () => {
    const bessel = (y: number[]) => sum(ops.besselJ(ops.stack([y[0] as number, y[0] as number]), ops.stack([y[1] as number, 2])))
    // ∂²/∂x² of J₁ at 1.5, from mpmath: besselj(1, 1.5, derivative=2).
    expect(hessian(bessel as (y: number[]) => number)([1, 1.5])[1]?.[1]).toBeCloseTo(-0.4032113931472898, 12)
    const n = 200_000
    expect(hessian((y: number[]) => sum(square(ops.stack(y))), { output: 'sparse' })(new Array<number>(n).fill(1)).nonzeros).toBe(n)
  })

  it('is tried again after an evaluation that was left to nested transforms', () => {
    let factor: number = 1
    const h = hessian((x: number[]) => mul(factor, exp(x[0] as number)), { mode: 'pushing' })
    expect(h([0])).toEqual([[1]])
    const outer = (k: number) => {
      factor = k
      return h([0])[0]?.[0] as number
    }
    expect(() => grad(outer)(2)).toThrow(OptionError)
    factor = 1
    expect(h([0])).toEqual([[1]])
  })

  it('gives the same compiled', () => {
    for (const [what, f, x] of cases) {
      const fast = compile(hessian(f as (x: number[]) => number, { output: 'sparse' }))
      const wanted = hessian(f as (x: number[]) => number, { output: 'sparse' })(x)
      const found = fast(x)
      close([...found.toDense().data], [...wanted.toDense().data], what)
    }
    // A plan that was made for numbers is made anew for a graph, and the other way round.
    const both = hessian((z: number[]) => mul(mul(z[0] as number, z[1] as number), sin(z[1] as number)))
    const wanted = both([0.3, 0.9])
    close(numbersOf(compile(both)([0.3, 0.9])), numbersOf(wanted), 'after numbers')
    close(numbersOf(both([0.3, 0.9])), numbersOf(wanted), 'after a graph')
    const bent = compile(hessian(chained, { mode: 'pushing', output: 'sparse' }), { target: 'js' })
    close([...bent(point(40)).values], [...hessian(chained, { mode: 'pushing', output: 'sparse' })(point(40)).values], 'compiled')
  })

  it('writes tensors of a graph entry by entry, and says where it cannot', () => {
    const A = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ])
    const f = (x: Tensor) => add(logSumExp(square(matmul(A, sin(x)))), div(sum(ops.clip(square(x), 0.2, x)), ops.take(x, 1)) as unknown as number)
    const x = tensor([0.3, 1.2, -0.7])
    const sparse = compile(hessian(f as never, { mode: 'pushing', output: 'sparse' }))(x as never) as unknown as SparseMatrix
    close([...sparse.toDense().data], numbersOf(hessian(f as never, { mode: 'forward' })(x as never)), 'compiled')
    const byNorms = (x: Tensor) => sum(ops.svd(ops.reshape(x, [1, 3])).s)
    expect(() => compile(hessian(byNorms as never, { mode: 'pushing' }))(x as never)).toThrow(/mode 'pushing' cannot be used here: it takes functions whose/)
    // What comes from a transform around is none of the graph's.
    const around = grad((a: number) => sum(hessian((y: Tensor) => sum(mul(a, square(y))) as unknown as number, { mode: 'pushing' })(x) as never) as never)
    expect(() => compile(around)(2)).toThrow(/mode 'pushing' cannot be used here/)
  })

  it('keeps the pattern of what is 0 by chance, and drops what has no curvature', () => {
    // ∂²/∂x∂y of x²y is 2x, at 0 an entry all the same; x − 3y has none at all.
    expect(planHessian(([x, y]: number[]) => mul(square(x as number), y as number), [0, 0]).nonzeros).toBe(3)
    const none = hessian(([x, y]: number[]) => sub(x as number, mul(3, y as number)), { output: 'sparse' })([1, 2])
    expect([none.shape, none.nonzeros]).toEqual([[2, 2], 0])
    expect(hessian(() => 1, { mode: 'pushing' })([1, 2])).toEqual([
      [0, 0],
      [0, 0],
    ])
    // What does not reach the result leaves no entry.
    const unused = (x: number[]) => {
      square(x[0] as number)
      return sin(x[1] as number)
    }
    expect([...planHessian(unused, [1, 2]).pattern.columnIndices]).toEqual([1])
  })

  it('keeps entries that are NaN or infinite in their places', () => {
    const f = (x: number[]) => add(log(x[0] as number), add(mul(x[1] as number, x[2] as number), ops.sqrt(x[3] as number)))
    const matrix = hessian(f, { output: 'sparse', mode: 'pushing' })([0, 1, 2, -1])
    expect([...matrix.columns]).toEqual([0, 2, 1, 3])
    expect([...matrix.values]).toEqual([Number.NEGATIVE_INFINITY, 1, 1, Number.NaN])
  })

  it('is planned anew where the function takes another path with the same wiring', () => {
    const f = ([x, y]: number[]) => (ops.greater(x as number, 0) ? mul(x as number, y as number) : sub(x as number, y as number))
    const plan = planHessian(f, [1, 2], { output: 'sparse', mode: 'pushing' })
    expect(plan.hessian([2, 3]).nonzeros).toBe(2)
    expect(plan.hessian([-2, 3]).nonzeros).toBe(0)
    expect(plan.hessian([5, 3]).toDense().toArray()).toEqual([
      [0, 1],
      [1, 0],
    ])
  })

  it('is refused where it is impossible, and left out by the planner', () => {
    const inside = (x: number[]) => checkpoint((y: number) => sin(y))(x[0] as number)
    expect(() => hessian(inside, { mode: 'pushing' })([1])).toThrow(OptionError)
    expect(() => hessian(inside, { mode: 'pushing' })([1])).toThrow(/mode 'pushing' cannot be used here: it takes functions whose steps/)
    expect(hessian(inside)([1])[0]?.[0]).toBeCloseTo(-Math.sin(1), 15)
    // @ts-expect-error: of Jacobians there are no pairs of values to push.
    expect(() => jacobian((x: number[]) => x, { mode: 'pushing' })([1])).toThrow(/it gives Hessians/)
    expect(() => hessian(((x: number[]) => x) as never, { mode: 'pushing' })([1, 2])).toThrow(/hessian: the function must return one scalar/)
  })
})

describe('hvp', () => {
  it('takes tensors of rank 0 without nesting', () => {
    // (x² sin x)'' is 2 sin x + 4 x cos x − x² sin x.
    const f = (x: Tensor) => mul(square(x), sin(x)) as unknown as number
    expect(GradientCall.of('hvp', f, tensor(0.7), true)?.isScalar).toBe(true)
    const found = hvp(f, tensor(0.7), tensor(2)) as Tensor
    expect(found.shape).toEqual([])
    expect(found.data[0]).toBeCloseTo(2 * (2 * Math.sin(0.7) + 2.8 * Math.cos(0.7) - 0.49 * Math.sin(0.7)), 14)
  })

  it('refuses a vector of another structure', () => {
    expect(() => hvp(chained, [1, 2], [1])).toThrow(/hvp: the vector does not have the structure of the argument: an array of length 2/)
    expect(() => hvp(chained, [1, 2], null as never)).toThrow(TreeError)
    expect(() => hvp(5 as never, [1, 2], [1, 2])).toThrow(/hvp: takes a function/)
    expect(() => hvp((x: Tensor) => sum(square(x)), tensor([1, 2]), tensor([1, 2, 3]))).toThrow(/hvp: the vector/)
  })

  it('is differentiated like any function', () => {
    // d/dx of (x³)'' v = 6 x v is 6 v.
    expect(grad((x: number) => hvp((y: number) => mul(y, mul(y, y)), x, 2))(5)).toBe(12)
    expect(grad((v: number) => hvp((y: number) => mul(y, mul(y, y)), 5, v))(2)).toBe(30)
  })
})

describe('a checkpoint', () => {
  const weight = tensor([
    [0.5, -0.2],
    [0.3, 0.7],
  ])
  const layer = (y: Tensor, by: number) => mul(ops.tanh(matmul(weight, y)), by) as Tensor
  const swing = (state: readonly number[]) => state.map((each, i) => add(each, mul(0.3, sin(mul(each, state[(i + 1) % state.length] as number)))))
  // Each with its checkpoints, and without them.
  type Kept = <F>(f: F) => F
  const functions: [string, (keep: Kept) => (x: never) => unknown, unknown, unknown][] = [
    ['of scalars', keep => (x: number[]) => keep(swing)(keep(swing)(x)).reduce((total, each) => add(total, square(each)), 0), [0.4, -0.3, 0.9], [1, 2, -1]],
    [
      'of tensors, which reads a value from outside',
      keep => (x: { y: Tensor; by: number }) => sum(exp(keep((y: Tensor) => layer(layer(y, x.by), x.by))(x.y))),
      { y: tensor([0.2, -0.4]), by: 1.3 },
      { y: tensor([1, 0.5]), by: -2 },
    ],
    ['inside another', keep => (x: number[]) => keep((y: number[]) => ops.prod(keep(swing)(swing(y))))(x), [0.4, 1.3, 0.9], [1, 2, -1]],
    [
      'whose result counts nothing at first',
      keep => (x: number[]) => square(sub(keep(swing)(x)[0] as number, add(0.4, mul(0.3, Math.sin(0.2))))),
      [0.4, 0.5],
      [1, 2],
    ],
    [
      'that passes an input on',
      keep => (x: number[]) => mul(...(keep((y: number[]) => [y[0], exp(y[1] as number)])(x) as [number, number])),
      [0.4, 0.5],
      [1, 2],
    ],
  ]
  it.each(functions)('%s has the second derivatives of the function without it', (_, f, x, v) => {
    const [kept, plain] = [f(checkpoint as unknown as Kept), f(each => each)]
    const call = GradientCall.of('hvp', kept, x, true)
    expect(call).toBeDefined()
    call?.release()
    const wanted = numbersOf(hvp(plain as never, x, v))
    close(numbersOf(hvp(kept as never, x, v)), wanted, 'product')
    for (const chunk of [1, 2, 9]) {
      const matrix = (g: unknown) => numbersOf(hessian(g as never, { mode: 'forward', chunk, sparsity: 'dense' })(x as never))
      close(matrix(kept), matrix(plain), `matrix, ${chunk} at a time`)
    }
    close(numbersOf(hessian(kept as never)(x as never)), numbersOf(hessian(plain as never)(x as never)), 'as planned')
  })
})

it('compiled Hessians by all operands of an operator, orders among them, are those of the function', () => {
  const scalars = registry.filter(each => each.kind === 'elementwise' && each.differentiable && each.samples[0]?.length === 2)
  expect(scalars.length).toBeGreaterThan(15)
  for (const { name, samples } of scalars) {
    const operator = ops[name as keyof typeof ops] as unknown as (...args: unknown[]) => number
    const f = (x: readonly unknown[]) => operator(...x)
    const [x] = samples as unknown as [number[]]
    close(numbersOf(compile(hessian(f), { target: 'interpreter' })(x)), numbersOf(hessian(f)(x)), name)
  }
})

describe('plan.into', () => {
  it('writes into matrices that exist', () => {
    const x = point(12)
    const wanted = hessian(chained)(x)
    const plan = planHessian(chained, x.map(Math.cos), { output: 'sparse' })
    const matrix = plan.hessian(x.map(Math.cos))
    expect(plan.into(matrix, x)).toBe(matrix)
    close([...matrix.toDense().data], wanted.flat(), 'sparse')
    close([...plan.into(new Float64Array(144).fill(7), x)], wanted.flat(), 'array')
    close([...planHessian(chained, x).into(zeros([12, 12]), x).data], wanted.flat(), 'tensor')
    const f = (y: number[]) => [mul(y[0] as number, y[1] as number), cos(y[1] as number)]
    for (const mode of ['forward', 'reverse', 'elimination'] as const) {
      const given = new SparseMatrix([2, 2], Int32Array.of(0, 2, 3), Int32Array.of(0, 1, 1), new Float64Array(3))
      expect([...planJacobian(f, [1, 1], { mode, sparsity: [[0, 1], [1]] }).into(given, [2, 3]).values], mode).toEqual([3, 2, -Math.sin(3)])
    }
  })

  it('writes into what a plan gives, whatever kind and shape that is, and into entries beside its own', () => {
    const rows = (x: number[]) => [mul(x[0] as number, x[1] as number), cos(x[1] as number), x[0] as number]
    const kinds: [(x: never) => unknown, unknown, unknown][] = [
      [rows, [1, 2], [3, 2]],
      [square, tensor([[1, 2]]), tensor([[3, 4]])],
      [square, tensor([1, 2], { dtype: 'float32' }), tensor([3, 4], { dtype: 'float32' })],
      [square, [[1, 2]], [[3, 4]]],
      [sum, Float64Array.of(1, 2), Float64Array.of(3, 4)],
    ]
    for (const [f, start, x] of kinds) {
      const plan = planJacobian(f as never, start as never)
      expect(plan.into(plan.jacobian(start as never) as never, x as never)).toEqual(plan.jacobian(x as never))
    }
    const plan = planHessian(chained, point(3), { output: 'sparse' })
    expect(plan.into([new Float64Array(3), [7, 7, 7], new Float64Array(3)], point(3)).flatMap(row => [...row])).toEqual(hessian(chained)(point(3)).flat())
    // Every entry there is, the columns of a row in any order.
    const more = new SparseMatrix([3, 3], Int32Array.of(0, 3, 6, 9), Int32Array.of(2, 1, 0, 0, 2, 1, 1, 0, 2), new Float64Array(9).fill(7))
    expect(plan.into(more, point(3)).toDense().toArray()).toEqual(hessian(chained)(point(3)))
  })

  it('refuses others and writes nothing', () => {
    const plan = planHessian(chained, point(3), { output: 'sparse' })
    const other = new SparseMatrix([3, 3], Int32Array.of(0, 1, 2, 3), Int32Array.of(0, 1, 2), new Float64Array(3).fill(7))
    expect(() => plan.into(other, point(3))).toThrow(/the Hessian has 7 entries in shape \[3, 3\], and SparseMatrix/)
    expect([...other.values]).toEqual([7, 7, 7])
    expect(() => plan.into(new Float64Array(8), point(3))).toThrow(
      /takes a SparseMatrix, a Tensor of shape \[3, 3\], arrays of that shape or a Float64Array of 9 entries/,
    )
    for (const wrong of [
      [
        [7, 7, 7],
        [7, 7, 7],
        [7, 7],
      ],
      [[7, 7, 7], [7, 7, 7], Object.freeze([7, 7, 7]) as number[]],
      [
        [7, 7, 7],
        [7, 7, 7],
      ],
    ]) {
      expect(() => plan.into(wrong, point(3))).toThrow(ShapeError)
      expect(wrong.flat().every(each => each === 7)).toBe(true)
    }
    expect(() =>
      plan.into(
        tensor(
          [
            [1, 2, 3],
            [1, 2, 3],
            [1, 2, 3],
          ],
          { dtype: 'int32' },
        ),
        point(3),
      ),
    ).toThrow(/dtype int32/)
    expect(() => plan.into(zeros([9]), point(3))).toThrow(ShapeError)
    expect(() => plan.into(other, point(4))).toThrow(/Make a new plan/)
  })
})
