import { describe, expect, it } from 'vitest'
import { tensor } from '../../src/index.ts'
import { functions } from '../../src/mathjs/functions/table.ts'
import { compileExpression, Expression, ExpressionError, gradient } from '../../src/mathjs/index.ts'
import { errorOf } from './numbers.ts'

/** A bound against hanging, not a timing: the limit is a second, and machines may be slow. */
const BOUND = 20_000
const LIMITS = { time: 1000 }

function ends(run: () => unknown): void {
  const start = performance.now()
  try {
    run()
  } catch (error) {
    expect(error).toBeInstanceOf(ExpressionError)
    expect((error as Error).message.length).toBeGreaterThan(0)
  }
  expect(performance.now() - start).toBeLessThan(BOUND)
}

const scope = {
  x: 1,
  v: tensor(Float64Array.from({ length: 5000 }, (_, i) => Math.sin(i))),
  A: tensor(
    Float64Array.from({ length: 3600 }, (_, i) => Math.cos(i)),
    [60, 60],
  ),
}

/** Large numbers and arrays, one, two and three at a time. */
const ARGUMENTS = [
  ...['1e9', '-1e9', '1e15 + 1', '9007199254740881', '1e300', '20001', '1e5 + 0.5', 'v', 'A', '1e5:-1:1', '[1e9, 1e300]'],
  ...[
    '1e8, 5e7',
    '1e9, 3',
    '3, 1e9',
    '1e9, 1e9',
    '1e300, 1e299',
    '20001, 10001',
    '9007199254740881, 9007199254740879',
    'v, v',
    'A, A',
    'v, 1e9',
    '1e9, v',
    'A, 1e9',
    'A, 2',
  ],
  ...['1e9, 1e9, 1e9', '1, 1e9, 1e-3', 'v, 1e9, 2', 'A, A, A', 'v, v, v'],
]

describe('limits on time hold', () => {
  const names = [...functions.keys()].filter(name => functions.get(name)?.kind !== 'refused')

  it.each(names)(
    'for %s of large numbers and arrays',
    name => {
      for (const args of ARGUMENTS) ends(() => new Expression(`${name}(${args})`, { limits: LIMITS }).evaluate(scope))
    },
    BOUND,
  )

  it.each([
    'x + bellNumbers(20000)',
    'x + catalan(1e8)',
    'x + composition(1e8, 5e7)',
    'x + stirlingS2(1e5, 1e5)',
    'x + stirlingS2(1e9, 1)',
    'x + bernoulli(1e6)',
    'x + sum(zeros(1e9))',
    'x * sum(1:1e9)',
    'x * besselJ(1e9, 3)',
    'x * polygamma(1e9, x)',
    'x + sum(setUnion(1:1e5, 2:1e5))',
    'x + det((A + x)^1e9 * ones(60, 1e9))',
    'x * sum(map(1:1e5, f(i) = sum(map(1:1e5, g(j) = i * j))))',
    'x * xgcd(1e300, 7)[1]',
    'x * sum(quantileSeq(1:1e5, 1e6))',
    'x * sum(matrixFromFunction([1000, 1000], f(i) = i[1]))',
  ])('for %s, differentiated, compiled, and where all else is allowed', text => {
    const error = errorOf(() => gradient(text, scope, { withRespectTo: ['x'], limits: LIMITS }))
    expect(error).toBeInstanceOf(ExpressionError)
    expect(error.message).toMatch(/limits\./)
    const all = { operations: Number.POSITIVE_INFINITY, entries: 1e8, ...LIMITS }
    ends(() => gradient(text, scope, { withRespectTo: ['x'], limits: all }))
    ends(() => compileExpression(text, { withRespectTo: ['x'], limits: LIMITS }).gradient(scope))
  })

  it('and leave alone what is large but quick', () => {
    const text = 'x * sum(expm(1e280 * A))'
    // Entries beyond the range, of both signs.
    expect(gradient(text, scope, { withRespectTo: ['x'], limits: { time: BOUND } })).toEqual({ x: Number.NaN })
  })

  it('and leave alone what is small', () => {
    expect(new Expression('bellNumbers(10) + catalan(20) + stirlingS2(10, 4) + composition(40, 20)', { limits: LIMITS }).evaluate({})).toBe(
      115975 + 6564120420 + 34105 + 68923264410,
    )
    expect(new Expression('isPrime(9007199254740881)', { limits: { time: 10_000 } }).evaluate({})).toBe(true)
    expect(new Expression('gcd(2^52, 6) + lcm(1e6, 1e6 + 1)').evaluate({})).toBe(2 + 1e6 * (1e6 + 1))
  })

  it('begin anew for each call of a function that outlives its evaluation', async () => {
    const limits = { operations: 3000, time: 2000 }
    const f = new Expression('f(x) = sum(map(1:100, g(i) = x * i)) + a', { limits }).evaluate({ a: 1 })
    const sine = new Expression('sin', { limits }).evaluate({})
    await new Promise(resolve => setTimeout(resolve, 2100))
    const twice = new Expression('f(x) + f(x) + s(x)')
    expect(twice.evaluate({ x: 0, f, s: sine })).toBe(2)
    for (let i = 0; i < 10; i++) expect(twice.evaluate({ x: 0, f, s: sine })).toBe(2)
    expect(() =>
      new Expression('f(x)', { limits: { operations: 100 } }).evaluate({
        x: 0,
        f: new Expression('f(x) = sum(map(1:1e5, g(i) = x * i))', { limits }).evaluate({}),
      }),
    ).toThrow(/limits.operations/)
  })

  it('are numbers', () => {
    expect(() => new Expression('1', { limits: { time: Number.NaN } })).toThrow(/limits.time is a number from 0/)
    expect(() => new Expression('1', { limits: { operations: '3' as never } })).toThrow(/limits.operations is a number from 0/)
  })
})
