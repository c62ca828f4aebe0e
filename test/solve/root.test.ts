import { describe, expect, it } from 'vitest'
import {
  abs,
  add,
  compile,
  cos,
  derivative,
  div,
  exp,
  foriLoop,
  grad,
  gt,
  hessian,
  jacobian,
  jvp,
  less,
  log,
  matmul,
  mul,
  pow,
  sign,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  vjp,
  vmap,
  where,
} from '../../src/index.ts'
import { fixedPoint, root, rootScalar } from '../../src/solve/index.ts'

/** Broyden's tridiagonal system. Source: Moré, Garbow and Hillstrom, ACM Trans. Math. Softw. 7 (1981), problem 30. */
function broydenTridiagonal(x: number[]): number[] {
  const n = x.length
  return x.map((xi, i) => add(sub(sub(mul(sub(3, mul(2, xi)), xi), i > 0 ? x[i - 1]! : 0), i < n - 1 ? mul(2, x[i + 1]!) : 0), 1))
}

describe('root', () => {
  it('solves Broyden’s system by Newton’s method and by Broyden’s, sparse and dense', () => {
    for (const n of [10, 500])
      for (const method of ['auto', 'broyden'] as const) {
        const { x, status, evaluations, iterations } = root(broydenTridiagonal, new Array<number>(n).fill(-1), { method })
        expect(status).toBe('converged')
        expect(Math.max(...broydenTridiagonal(x).map(Math.abs))).toBeLessThan(1e-10)
        expect(iterations).toBeLessThan(method === 'auto' ? 6 : 15)
        expect(evaluations.jacobians).toBeLessThan(method === 'auto' ? 6 : 2)
      }
  })

  it('gives x in the structure of the start, and says what it did', () => {
    const f = ({ a, b }: { a: Tensor; b: number }) => ({
      p: sub(
        matmul(
          tensor([
            [2, 1],
            [1, 3],
          ]),
          a,
        ),
        tensor([3, 4]),
      ),
      q: sub(b, sum(a)),
    })
    const result = root(f, { a: tensor([0, 0]), b: 0 })
    expect(result.x.a.toArray().map((each: number) => each.toFixed(12))).toEqual(['1.000000000000', '1.000000000000'])
    expect(result.x.b).toBeCloseTo(2, 12)
    expect(result.plan).toMatchObject({ method: 'newton', why: expect.stringMatching(/3 unknowns/) })
    expect(result.evaluations).toEqual({ values: 2, jacobians: 1 })
  })

  it('ends clearly where there is no root, no regular Jacobian, or no more iterations', () => {
    expect(root((x: number) => add(square(x), 1), 3, { maxIterations: 50 })).toMatchObject({ status: expect.stringMatching(/stalled|limit|singular/) })
    expect(root(([x, y]: number[]) => [add(x!, y!), sub(add(x!, y!), 1)], [1, 2])).toMatchObject({
      status: 'singular',
      message: expect.stringMatching(/unknown 1/),
    })
    expect(root((x: number) => sub(exp(x), 2), 5, { maxIterations: 2 })).toMatchObject({ status: 'limit', iterations: 2 })
    expect(() => root((x: number[]) => x, [1, Number.NaN])).toThrow(/NaN/)
    expect(() => root((x: number[]) => x[0]!, [1, 2])).toThrow(/gives 1 number for 2 unknowns/)
  })

  it('goes on from where the Jacobian is singular, if the values can be made smaller there', () => {
    // At (1, 2) both rows of the Jacobian are (2, 1).
    const result = root(([x, y]: number[]) => [sub(add(square(x!), y!), 3), sub(mul(x!, y!), 2)], [1, 2.5])
    expect(result.status).toBe('converged')
    const singular = root(([x, y]: number[]) => [sub(add(square(x!), y!), 3.1), sub(mul(x!, y!), 2)], [1, 2])
    expect(singular.status).toBe('converged')
    expect(singular.x[0]! * singular.x[1]!).toBeCloseTo(2, 9)
  })

  it('goes back where the function is not defined', () => {
    // Newton's first step from 3 leads to 3 − 3 log 3, where the logarithm is NaN.
    const result = root((x: number) => log(x), 3)
    expect(result.status).toBe('converged')
    expect(result.x).toBeCloseTo(1, 12)
  })

  it('tells of iterations, and ends by a signal or by an error that has the state', () => {
    const seen: number[] = []
    const controller = new AbortController()
    const aborted = root((x: number) => sub(exp(x), 2), 5, {
      callback: state => {
        seen.push(state.optimality)
        if (state.iteration === 2) controller.abort()
      },
      signal: controller.signal,
      history: true,
    })
    expect(aborted).toMatchObject({ status: 'aborted', iterations: 2 })
    expect(aborted.history?.map(each => each.optimality)).toEqual(seen)
    const failing = () =>
      root((x: number) => sub(exp(x), 2), 5, {
        callback: ({ iteration }) => {
          if (iteration === 1) throw new RangeError('enough')
        },
      })
    expect(failing).toThrow(RangeError)
    try {
      failing()
    } catch (error) {
      expect((error as { state: object }).state).toMatchObject({ iteration: 1, x: expect.any(Number) })
    }
  })
})

describe('the derivative of a root', () => {
  /** x³ + x = a: dx/da = 1 / (3x² + 1), and x(10) = 2. */
  const s = (a: number): number => root((x: number) => sub(add(mul(x, square(x)), x), a), 1).x
  const [first, second] = [1 / 13, -12 / 13 ** 3]

  it('is that of the implicit function theorem, in every mode and to second order and third', () => {
    for (const D of [
      grad(s),
      derivative(s),
      (a: number) => jacobian(s)(a) as number,
      (a: number) => jvp(s, [a], [1])[1],
      (a: number) => vjp(s, a)[1](1)[0] as number,
    ])
      expect(D(10)).toBeCloseTo(first, 10)
    for (const D of [grad(grad(s)), grad(derivative(s)), derivative(grad(s)), derivative(derivative(s)), hessian(s) as (a: number) => number])
      expect(D(10)).toBeCloseTo(second, 10)
    // d/dx of −6x / (3x² + 1)³, divided by 3x² + 1.
    const third = (-6 / 13 ** 3 + (6 * 2 * 3 * 6 * 2) / 13 ** 4) / 13
    expect(grad(derivative(grad(s)))(10)).toBeCloseTo(third, 9)
  })

  it('is the same under vmap and compile, around them and inside', () => {
    const at = [10, 2, 30]
    const expected = [1 / 13, 1 / 4, 1 / 28]
    const close = (found: number[]) => found.forEach((each, i) => expect(each).toBeCloseTo(expected[i]!, 10))
    close(vmap(grad(s))(at))
    close(grad((a: number[]) => sum(vmap(s)(a)))(at))
    const compiled = compile(grad(s))
    close(at.map(each => compiled(each)))
    const inside = compile(s)
    close(at.map(grad(inside)))
    expect(grad(grad(inside))(10)).toBeCloseTo(second, 10)
    expect(compile(vmap(s))(at).map((each: number) => each.toFixed(10))).toEqual(['2.0000000000', '1.0000000000', '3.0000000000'])
    const thrice = (a: number) => foriLoop(0, 3, (_, x: number) => s(x), a)
    expect(compile(grad(thrice))(10)).toBeCloseTo(grad((a: number) => s(s(s(a))))(10), 10)
  })

  it('goes to several parameters, of systems, through branches', () => {
    // x = b / a where the branch is taken, by two equations.
    const f = (p: { a: number; b: number[] }) =>
      root(([x, y]: number[]) => [gt(x!, 0) ? sub(mul(p.a, x!), p.b[0]!) : sub(x!, 1), sub(add(y!, x!), p.b[1]!)], [1, 1]).x
    const found = jacobian(f)({ a: 2, b: [6, 5] }) as unknown as { a: number[]; b: number[][] }
    expect(found.a.map((a, i) => [a, ...found.b[i]!].map(each => each.toFixed(9)))).toEqual([
      ['-1.500000000', '0.500000000', '0.000000000'],
      ['1.500000000', '-0.500000000', '1.000000000'],
    ])
  })

  it('is an error where the Jacobian is singular, or where there is no root', () => {
    expect(() => grad((a: number) => root((x: number) => square(sub(x, a)), 1).x)(1)).toThrow(/singular/)
    expect(() => grad((a: number) => root((x: number) => add(square(x), a), 1).x)(1)).toThrow(/inside a transform there has to be a solution/)
  })

  it('of Broyden’s system agrees with the sensitivity by hand', () => {
    // J dx/dp = −∂F/∂p, for p in place of the last constant.
    const n = 40
    const f = (p: number) => root((x: number[]) => broydenTridiagonal(x).map(each => add(each, sub(p, 1))), new Array<number>(n).fill(-1)).x
    const { x } = root(broydenTridiagonal, new Array<number>(n).fill(-1))
    const sensitivities = jacobian(f)(1) as number[]
    const J = jacobian(broydenTridiagonal)(x) as number[][]
    for (const row of J) expect(row.reduce((total, each, j) => total + each * sensitivities[j]!, 0)).toBeCloseTo(-1, 9)
  })
})

describe('rootScalar', () => {
  it('finds roots between signs to rounding, simple, multiple and where the function jumps', () => {
    const table: [(x: number) => number, [number, number], number, number][] = [
      // The fixed point of the cosine: OEIS A003957.
      [x => sub(cos(x), x), [0, 1], 0.7390851332151607, 9],
      [x => sub(mul(x, square(x)), 2), [-1000, 1000], 2 ** (1 / 3), 40],
      [x => mul(x, square(square(square(x)))), [-1, 1.5], 0, 200],
      [x => sign(sub(x, 1 / 3)), [-1, 1.5], 1 / 3, 60],
    ]
    for (const [f, bracket, expected, values] of table) {
      const result = rootScalar(f, { bracket })
      expect(result.status).toBe(Math.abs(result.value) < 1 ? 'converged' : 'stalled')
      expect(Math.abs(result.x - expected)).toBeLessThan(1e-14)
      expect(result.evaluations.values).toBeLessThanOrEqual(values)
    }
  })

  it('stalls at a jump or a pole, where the sign changes without a root', () => {
    const torn = [
      (x: number) => div(1, x),
      (x: number) => sign(sub(x, 1 / 3)),
      // The smaller side of a jump is far below the values at the ends of the bracket.
      (x: number) => where(less(x, 0.3), -1, 100) as number,
      (x: number) => where(less(x, 0.3), sub(x, 1), add(x, 50)) as number,
    ]
    for (const f of torn)
      expect(rootScalar(f, { bracket: [-1, 2] })).toMatchObject({ status: 'stalled', message: expect.stringMatching(/jumps or has a pole/) })
    const steep = (x: number) => mul(1e20, sub(x, 1 / 3))
    const cubeRoot = (x: number) => mul(sign(sub(x, 0.3)), pow(abs(sub(x, 0.3)), 1 / 3)) as number
    for (const f of [steep, cubeRoot, (x: number) => mul(x, square(square(x)))]) expect(rootScalar(f, { bracket: [-1, 2] }).status).toBe('converged')
  })

  it('refuses ends of one sign and NaN', () => {
    expect(() => rootScalar((x: number) => add(square(x), 1), { bracket: [0, 1] })).toThrow(/same sign at both ends/)
    expect(() => rootScalar(() => Number.NaN, { bracket: [0, 1] })).toThrow(/NaN at 0/)
  })

  it('is differentiated by what the function closes over', () => {
    const s = (a: number) => rootScalar((x: number) => sub(square(x), a), { bracket: [0, 10] }).x
    expect(grad(s)(4)).toBeCloseTo(0.25, 14)
    expect(derivative(derivative(s))(4)).toBeCloseTo(-1 / 32, 14)
    expect(vmap(grad(s))([4, 9])[1]).toBeCloseTo(1 / 6, 14)
  })
})

describe('fixedPoint', () => {
  it('accelerates the iteration, and is differentiated by the solution', () => {
    const plain = fixedPoint((x: number) => cos(x), 1, { memory: 0 })
    const fast = fixedPoint((x: number) => cos(x), 1)
    for (const { x, status } of [plain, fast]) {
      expect(status).toBe('converged')
      expect(x).toBeCloseTo(0.7390851332151607, 9)
    }
    expect(fast.iterations).toBeLessThan(plain.iterations / 4)
    const x = 0.7390851332151607
    // dx = cos x da − a sin x dx.
    const s = (a: number) => fixedPoint((y: number) => mul(a, cos(y)), 1).x
    expect(grad(s)(1)).toBeCloseTo(Math.cos(x) / (1 + Math.sin(x)), 9)
    expect(vmap(s)([1, 0])[0]).toBeCloseTo(x, 9)
  })

  it('says where the iteration leads nowhere', () => {
    expect(fixedPoint((x: number) => square(add(x, 1)), 1).status).toMatch(/stalled|limit/)
    expect(fixedPoint((x: number) => add(x, 1), 1, { maxIterations: 20 }).status).toMatch(/stalled|limit/)
  })
})
