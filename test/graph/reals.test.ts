import { expect, it } from 'vitest'
import { asReals } from '../../src/graph/reals.ts'
import { add, compile, div, exp, foriLoop, grad, graph, log, mul, neg, pow, sin, sub, sum, type Tensor, tensor, trace, where } from '../../src/index.ts'
import { greater, reciprocal, sqrt, square } from '../../src/ops/index.ts'

const lines = (f: (...args: never[]) => unknown, ...args: unknown[]) =>
  asReals(trace(f as () => unknown, ...(args as [])))
    .toString()
    .split('\n')

it('identities of real numbers leave fewer steps', () => {
  expect(lines((x: number, y: number) => add(mul(mul(x, 0), y), sub(add(x, 0), neg(y))), 1, 2)).toEqual([
    '%0 = input',
    '%1 = input',
    '%2 = add(%0, %1)',
    'return %2',
  ])
  expect(lines((x: number) => mul(3, div(mul(2, sin(x)), 4)), 1)).toEqual(['%0 = input', '%1 = sin(%0)', '%2 = 1.5', '%3 = mul(%2, %1)', 'return %3'])
  expect(lines((x: number, y: number) => mul(neg(x), mul(neg(2), y)), 1, 2)).toEqual([
    '%0 = input',
    '%1 = input',
    '%2 = mul(%1, %0)',
    '%3 = 2',
    '%4 = mul(%3, %2)',
    'return %4',
  ])
  expect(lines((x: number) => [exp(log(x)), log(exp(x)), pow(x, 2), div(x, x), sub(x, x), where(greater(x, 0), x, x)], 1)).toEqual([
    '%0 = input',
    '%1 = square(%0)',
    '%2 = 1',
    '%3 = 0',
    'return %0, %0, %1, %2, %3, %0',
  ])
})

it('signs, quotients and inverse functions', () => {
  const only = (f: (x: number, y: number) => unknown) =>
    lines(f, 1, 2)
      .slice(2, -1)
      .map(line => line.replace(/^%\d+ = /, ''))
  expect(only((x, y) => neg(sub(x, y)))).toEqual(['sub(%1, %0)'])
  expect(only((x, y) => [sub(x, neg(y)), add(neg(x), y), sub(0, x)])).toEqual(['add(%0, %1)', 'neg(%0)', 'sub(%1, %0)'])
  expect(only((x, y) => [neg(mul(2, x)), mul(mul(x, 3), neg(y))])).toEqual(['-2', 'mul(%2, %0)', 'mul(%1, %0)', '-3', 'mul(%5, %4)'])
  expect(only((x, y) => [div(1, x), reciprocal(reciprocal(y)), pow(x, -1), pow(y, 0.5), pow(x, 0)])).toEqual(['1', 'reciprocal(%0)', 'sqrt(%1)'])
  expect(only(x => [square(sqrt(x)), div(x, 8), mul(x, -1), mul(1, x)])).toEqual(['0.125', 'mul(%2, %0)', 'neg(%0)'])
})

it('factors that are the same for all entries of a tensor are numbers', () => {
  const slope = grad((x: Tensor) => sum(mul(square(x), 0.5)))
  expect(trace(slope, tensor([1, 2, 3])).toString()).toContain('broadcastTo')
  expect(lines(slope, tensor([1, 2, 3]))).toEqual(['%0 = input [3]', 'return %0'])
})

it('bodies of loops are such graphs, too', () => {
  const f = (r: number) => foriLoop(0, 50, (_, x: number) => add(mul(mul(r, x), mul(0.5, 0.25)), mul(x, 0)), 1)
  const [real, exact] = [compile(grad(f), { algebra: 'real' }), compile(grad(f))]
  expect(real(7.9)).toBeCloseTo(exact(7.9), 12)
  expect(real.source?.length).toBeLessThan(exact.source?.length ?? 0)
})

it('is an option of compile and of sessions, and nothing else is taken for it', () => {
  const f = (x: number) => mul(x, 0)
  expect([compile(f)(Number.POSITIVE_INFINITY), compile(f, { algebra: 'real' })(Number.POSITIVE_INFINITY)]).toEqual([Number.NaN, 0])
  const g = graph()
  const x = g.placeholder('x', [])
  expect(g.session({ algebra: 'real' }).run(mul(x, 0), { x: Number.NaN })).toBe(0)
  expect(() => compile(f, { algebra: 'complex' as never })).toThrow("compile: algebra is 'exact' or 'real', not the string ")
  expect(() => g.session({ algebras: 'real' } as never)).toThrow(/algebra/)
})
