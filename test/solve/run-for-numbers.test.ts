import { describe, expect, it } from 'vitest'
import {
  abs,
  add,
  compile,
  derivative,
  div,
  exp,
  foriLoop,
  grad,
  greater,
  gt,
  hessian,
  log as logOf,
  mul,
  neg,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  value,
  vmap,
  whileLoop,
} from '../../src/index.ts'
import { fixedPoint, leastSquares, minimize, quad, root, rootScalar, solveIvp } from '../../src/solve/index.ts'

/** √y by Newton's steps, as many as the value asks for. */
function squareRoot(y: number): number {
  let x = 1
  while (gt(Math.abs(value(x) ** 2 - value(y)), 1e-13 * value(y))) x = mul(0.5, add(x, div(y, x)))
  // The last steps for the derivatives, of which each is one step behind.
  for (let i = 0; i < 3; i++) x = mul(0.5, add(x, div(y, x)))
  return x
}

/** The same as operators. */
const looped = (y: number): number => {
  const near = whileLoop(
    (x: number) => greater(abs(sub(square(x), y)), mul(1e-13, y)),
    (x: number) => mul(0.5, add(x, div(y, x))),
    1,
  )
  return foriLoop(0, 3, (_, x: number) => mul(0.5, add(x, div(y, x))), near)
}

type Scalar = (a: number) => number

/** Solutions of functions that have to be run to know what they do, their closed forms, and where. */
const solutions: readonly (readonly [name: string, solution: Scalar, closed: Scalar, at: number, digits: number])[] = [
  ['root', a => root((x: number) => sub(add(squareRoot(x), x), a), 1).x, a => square(sub(mul(0.5, sqrt(add(1, mul(4, a)))), 0.5)), 3, 9],
  ['rootScalar', a => rootScalar((x: number) => sub(squareRoot(x), a), { bracket: [0.5, 5] }).x, a => square(a), 1.7, 9],
  ['fixedPoint', a => fixedPoint((x: number) => mul(a, squareRoot(x)), 1).x, a => square(a), 0.8, 9],
  ['minimize', a => minimize((x: number) => sub(squareRoot(add(1, square(x))), mul(a, x)), 0.2).x, a => div(a, sqrt(sub(1, square(a)))), 0.6, 7],
  [
    'minimize, constrained',
    a =>
      minimize(([x, y]: number[]) => add(square(x as number), square(y as number)), [0.5, 0.5], {
        constraints: [{ equals: ([x, y]: number[]) => sub(add(squareRoot(x as number), y as number), a) }],
      }).x[1] as number,
    // The least x² + y² with y = a − √x is where 2 x^(3/2) = a − √x, so that a = 2 s³ + s for s = √x.
    a => sub(a, rootOfCubic(a)),
    3,
    6,
  ],
  [
    'leastSquares',
    a => leastSquares(([x]: number[]) => [sub(squareRoot(x as number), a), sub(squareRoot(x as number), mul(2, a))], [1]).x[0] as number,
    a => mul(2.25, square(a)),
    1.3,
    6,
  ],
  [
    'a time of impact',
    a =>
      root((g: number) => {
        const events = { when: (_: number, [height]: number[]) => height as number, terminal: true }
        const fall = solveIvp((_, [, speed]: number[]) => [speed as number, neg(g)], [0, 9], [a, 0], { events, rtol: 1e-9 })
        return sub(fall.t.at(-1) as number, 2)
      }, 7).x,
    a => mul(0.5, a),
    20,
    7,
  ],
  [
    'the rate of a decay',
    a =>
      root(
        (k: number) =>
          sub(solveIvp((_, [y]: number[]) => [mul(neg(k), y as number)], [0, 1], [1], { rtol: 1e-10, atol: 1e-12 }).y.at(-1)?.[0] as number, exp(neg(a))),
        1,
      ).x,
    a => a,
    0.7,
    7,
  ],
  ['the end of an integral', a => root((b: number) => sub(quad(x => mul(mul(2, a), x), 0, b).value, 1), 1).x, a => div(1, sqrt(a)), 1.3, 9],
]

/** s with 2 s³ + s = a, by Cardano's formula. */
function rootOfCubic(a: number): number {
  const root = sqrt(add(square(div(a, 4)), 1 / 216))
  const cube = (x: number) => exp(mul(1 / 3, logOf(x)))
  return sub(cube(add(root, div(a, 4))), cube(sub(root, div(a, 4))))
}

describe.each(solutions)('derivatives of a solution of what has to be run: %s', (_, solution, closed, at, digits) => {
  it('are those of its closed form, to second order', () => {
    expect(solution(at)).toBeCloseTo(closed(at), 6)
    expect(grad(solution)(at)).toBeCloseTo(grad(closed)(at), digits)
    expect(derivative(solution)(at)).toBeCloseTo(grad(closed)(at), digits)
    const second = grad(grad(closed))(at)
    expect(grad(grad(solution))(at)).toBeCloseTo(second, digits - 1)
    expect(hessian(([a]: number[]) => solution(a as number))([at])[0]?.[0]).toBeCloseTo(second, digits - 1)
  })
})

describe.each(solutions)('for the items of a batch what has to be run is run for each: %s', (_, solution, closed, at, digits) => {
  it('with derivatives inside and outside', () => {
    const items = [at, 1.05 * at]
    const numbers = (found: unknown) => found as number[]
    numbers(vmap(solution)(items)).forEach((each, i) => expect(each).toBeCloseTo(closed(items[i] as number), 6))
    numbers(vmap(grad(solution))(items)).forEach((each, i) => expect(each).toBeCloseTo(grad(closed)(items[i] as number), digits))
    const total = grad((v: number[]) => sum(vmap(solution)(v)) as number)(items)
    numbers(total).forEach((each, i) => expect(each).toBeCloseTo(grad(closed)(items[i] as number), digits))
  })
})

describe('loops that end by values are steps of compiled solutions', () => {
  const solutions: readonly (readonly [name: string, solution: Scalar, closed: Scalar, digits: number, at: readonly number[]])[] = [
    // The second place takes more than twice the rounds of the first, the third fewer.
    ['root', a => root((x: number) => sub(add(looped(x), x), a), 1).x, a => square(sub(mul(0.5, sqrt(add(1, mul(4, a)))), 0.5)), 9, [3, 1e7, 2.5]],
    ['rootScalar', a => rootScalar((x: number) => sub(looped(x), a), { bracket: [0.01, 1e7] }).x, a => square(a), 7, [1.7, 2e3, 0.9]],
    ['fixedPoint', a => fixedPoint((x: number) => mul(a, looped(x)), 1).x, a => square(a), 8, [0.8, 0.3, 0.9]],
    ['minimize', a => minimize((x: number) => sub(looped(add(1, square(x))), mul(a, x)), 0.2).x, a => div(a, sqrt(sub(1, square(a)))), 6, [0.6, 0.99, 0.1]],
    [
      'leastSquares',
      a => leastSquares(([x]: number[]) => [sub(looped(x!), a), sub(looped(x!), mul(2, a))], [1]).x[0] as number,
      a => mul(2.25, square(a)),
      5,
      [1.3, 30, 1],
    ],
  ]

  it.each(solutions)('%s', (name, solution, closed, digits, at) => {
    const second = name === 'root' || name === 'fixedPoint'
    const relative = (found: unknown, exact: number, digits: number) => expect((found as number) / exact).toBeCloseTo(1, digits)
    const [value, slope, forward] = [compile(solution), compile(grad(solution)), compile(derivative(solution))]
    for (const a of at) {
      relative(value(a), closed(a), digits)
      relative(slope(a), grad(closed)(a), digits)
      relative(forward(a), grad(closed)(a), digits)
    }
    if (second) expect(compile(grad(grad(solution)))(at[0] as number)).toBeCloseTo(grad(grad(closed))(at[0] as number), digits - 1)
    ;(compile(vmap(solution))([...at]) as unknown as number[]).forEach((each, i) => relative(each, closed(at[i] as number), digits))
  })

  it('and so are solutions of differential equations in them', () => {
    const rate = (a: number) =>
      root((k: number) => {
        const options = { rtol: 1e-6, atol: 1e-8, parameters: k, evaluateAt: [1] }
        return sub(solveIvp((_, [y]: number[], k: number) => [mul(neg(k), y!)], [0, 1], [1], options).y[0]?.[0] as number, exp(neg(a)))
      }, 1).x
    const [value, slope] = [compile(rate), compile(grad(rate))]
    for (const a of [0.7, 1.5]) {
      expect(value(a)).toBeCloseTo(a, 5)
      expect(slope(a)).toBeCloseTo(1, 5)
    }
  })
})

describe('where there are no numbers', () => {
  const rate = (a: number) => root((x: number) => sub(squareRoot(x), a), 1).x

  it('it is said that what has to be run cannot be followed', () => {
    expect(() => compile(rate)(2)).toThrow(/value\(x\)|cannot be followed/)
    expect(() => compile(vmap(rate))([2, 3])).toThrow(/value\(x\)|cannot be followed/)
    const steps = (a: number) =>
      root(
        (x: number) =>
          sub(
            Array.from({ length: 20 }, (_, i) => (gt(x, mul(i, a)) ? x : 0)).reduce((sum, each) => add(sum, each)),
            a,
          ),
        1,
      ).x
    expect(() => compile(steps)(2)).toThrow(/root: inside compile the function closes over values that have no numbers yet, and it cannot be followed/)
  })

  it('items are found along any axis, in any tree, and in batches of batches', () => {
    const both = vmap(({ a }: { a: Tensor }, b: number) => ({ x: [rate(a.at(0) as number), a.at(1)], y: mul(2, rate(b)) }), { in: [{ a: 1 }, null], out: 0 })
    const found = both(
      {
        a: tensor([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      },
      1.5,
    ) as unknown as { x: Tensor; y: Tensor }
    expect(found.x.shape).toEqual([3, 2])
    ;[1, 4, 4, 5, 9, 6].forEach((each, i) => expect(found.x.data[i]).toBeCloseTo(each, 9))
    found.y.data.forEach(each => expect(each).toBeCloseTo(4.5, 9))
    const nested = vmap((a: number) => vmap((b: number) => rate(add(a, b)))([0, 1]))([1, 2]) as unknown as number[][]
    nested.forEach((row, i) => row.forEach((each, j) => expect(each).toBeCloseTo((1 + i + j) ** 2, 9)))
  })

  it('questions about what is closed over are answered for each item', () => {
    const branch = (a: number) => root((x: number) => sub(gt(a, 2) ? square(x) : mul(2, x), a), 1).x
    ;(vmap(branch)([1, 9]) as unknown as number[]).forEach((each, i) => expect(each).toBeCloseTo([0.5, 3][i] as number, 9))
    ;(vmap(grad(branch))([1, 9]) as unknown as number[]).forEach((each, i) => expect(each).toBeCloseTo([0.5, 1 / 6][i] as number, 9))
  })

  it('what one item writes into a shared argument is not what the next is given', () => {
    const f = (a: number, shared: number[]) => {
      shared[0] = add(shared[0] as number, 1)
      return root((x: number) => sub(squareRoot(x), mul(a, shared[0] as number)), 1).x
    }
    expect((vmap(f, { in: [0, null] })([1, 1, 1], [1]) as unknown as number[]).map(each => Math.round(each))).toEqual([4, 4, 4])
  })

  it('integrals choose their pieces for each item', () => {
    const integral = (a: number) => quad(x => exp(mul(neg(a), x)), 0, 2).value
    ;(vmap(integral)([1, 30]) as unknown as number[]).forEach((each, i) => {
      const a = [1, 30][i] as number
      expect(each).toBeCloseTo((1 - Math.exp(-2 * a)) / a, 9)
    })
  })

  it('a solution that has no derivative is an error', () => {
    expect(() => grad((a: number) => root((x: number) => square(squareRoot(add(square(square(sub(x, a))), 1e-30))), 1.5).x)(1)).toThrow()
  })
})
