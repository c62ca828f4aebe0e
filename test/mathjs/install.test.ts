import { describe, expect, it } from 'vitest'
import { add, grad, mul, type Tensor, tensor } from '../../src/index.ts'
import { Expression, gradient, install, type Scope } from '../../src/mathjs/index.ts'
import { primalOf } from '../../src/mathjs/plain.ts'
import { toOutput } from '../../src/mathjs/values.ts'
import { instance } from './mathjs.ts'
import { expectClose, flat, numbers } from './numbers.ts'
import { PROGRAMS, SAMPLES, SCOPE } from './samples.ts'

type Instance = ReturnType<typeof instance>

function installed(config: Parameters<typeof instance>[0] = {}): Instance {
  const math = instance(config)
  install(math)
  return math
}

const last = (math: Instance, text: string, scope: object = {}) => {
  const result = math.evaluate(text, scope)
  return Array.isArray(result) || result?.entries === undefined ? result : result.entries.at(-1)
}

describe('what an instance is configured to', () => {
  it('decides whether there are matrices, which are its own', () => {
    const arrays = installed({ matrix: 'Array' })
    expect(last(arrays, 'jacobian([x^2 * y, sin(y)], [x, y])', { x: 1, y: 2 })).toEqual([[4, 1], [0, Math.cos(2)]]) // biome-ignore format: a matrix
    expect(last(arrays, 'gradient(sum(v.^2), v)', { v: [1, 2] })).toEqual({ v: [2, 4] })
    expect(last(arrays, 'v = [1, 2]; hessian(sum(v.^3), v)').v).toEqual({ v: [[6, 0], [0, 12]] }) // biome-ignore format: a matrix
    const matrices = installed()
    expect(last(matrices, 'jacobian([x^2 * y, sin(y)], [x, y])', { x: 1, y: 2 }) instanceof (matrices.DenseMatrix as never)).toBe(true)
    expect(last(matrices, 'A = [1, 2; 3, 4]; gradient(sum(A * A), A).A * [1, 2]').toArray()).toEqual([29, 35])
  })

  it.each(['BigNumber', 'Fraction', 'bigint'] as const)('%s: literals and values are doubles, and so are derivatives', number => {
    const math = installed({ number })
    expect(last(math, 'gradient(0.5 x^2 + 1/3, x)', { x: 3 })).toEqual({ x: 3 })
    expect(last(math, 'x = 3; gradient(0.5 x^2 + 1/3, x)')).toEqual({ x: 3 })
    expect(last(math, 'x = 2; gradient("x^3", "x")')).toEqual({ x: 12 })
    expect(last(math, 'a = 0.25; h(x) = a * x^2 / 2 + 3x; dh = gradient(h); dh(2)')).toBe(3.5)
    expect(last(math, 'A = [1, 2; 3, 4]; w = [1, 2]; gradient(sum((A * w).^2), w)').w.toArray()).toEqual([76, 108])
    expect(last(math, 'v = [1, 2, 3]; gradient(v[2]^2 + sum(v[2:3]), v)').v.toArray()).toEqual([0, 5, 1])
    expect(gradient(math.parse('0.1 x^2 + v[2] * x'), { x: 3, v: [1, 2] })).toEqual({ x: 0.1 * 6 + 2, v: [0, 3] })
    expect(grad((x: number) => math.evaluate('x^2 * 3 + 1/2', { x }) as number)(2)).toBe(12)
    expect(grad((x: number) => last(math, 'f(t) = 2 t^2; f(x)', { x }) as number)(2)).toBe(8)
  })
})

describe('functions of a session', () => {
  const math = installed()

  it('are differentiated by variables of the session', () => {
    expect(last(math, 'a = 2; f(x) = a * x^2; x = 3; gradient(f(x), [x, a])')).toEqual({ x: 12, a: 9 })
    expect(last(math, 'a = 2; f(x) = a * x^2; df = gradient(f); a = 5; df(3)')).toBe(30)
  })

  it('do not see the arguments of functions that call them', () => {
    // 2 · a², not a³.
    expect(last(math, 'a = 2; f(x) = a * x^2; g(a) = gradient(f(a), a); g(5)')).toEqual({ a: 20 })
    expect(last(math, 'x = 7; g(x) = gradient(x^2, x); g(5)')).toEqual({ x: 10 })
  })

  it('are known with all they close over, wherever they are called', () => {
    const session: { [name: string]: unknown } = {}
    math.evaluate('a = 2; make(k) = (inner(y) = k * y^2 * a); made = make(3); x = 2', session)
    expect(gradient('made(x)', { x: 2, k: 100, a: 100, made: session.made })).toEqual({ x: 24, k: 0, a: 0 })
    expect(gradient('made(x)', session, { withRespectTo: ['x', 'a'] })).toEqual({ x: 24, a: 12 })
    expect(gradient('q = make(x); q(4)', session, { withRespectTo: ['x', 'a'] })).toEqual({ x: 32, a: 32 })
  })

  it('are differentiated alone', () => {
    expect(() => last(math, 'h(x, y) = x^2 * y; gradient(h, x)')).toThrow(/of a function is by all its arguments/)
  })
})

describe('functions called from JavaScript count from 0, in expressions from 1, also on traced values', () => {
  const plain = instance()
  const math = installed()
  const v = [1, 2, 3]
  const A = [[1, 2], [3, 5]] // biome-ignore format: a matrix

  // biome-ignore lint/suspicious/noExplicitAny: called on arrays, and on what stands for them
  const calls: { readonly [text: string]: (math: any, v: any, A: any) => unknown } = {
    'concat(A, A, 0)': (math, _, A) => math.concat(A, A, 0),
    'concat(A, A, 1)': (math, _, A) => math.concat(A, A, 1),
    'concat(A, plain)': (math, _, A) => math.concat(A, [[5, 6], [7, 8]], 0), // biome-ignore format: a matrix
    'sum(A, 0)': (math, _, A) => math.sum(A, 0),
    'mean(A, 1)': (math, _, A) => math.mean(A, 1),
    'max(A, 0)': (math, _, A) => math.max(A, 0),
    'std(A, 1)': (math, _, A) => math.std(A, 1),
    'std(A, 1, biased)': (math, _, A) => math.std(A, 1, 'biased'),
    'variance(A, 0)': (math, _, A) => math.variance(A, 0),
    'variance(A, uncorrected)': (math, _, A) => math.variance(A, 'uncorrected'),
    'cumsum(A, 1)': (math, _, A) => math.cumsum(A, 1),
    'diff(A, 1)': (math, _, A) => math.diff(A, 1),
    'row(A, 1)': (math, _, A) => math.row(A, 1),
    'column(A, 0)': (math, _, A) => math.column(A, 0),
    'apply(A, 0, sum)': (math, _, A) => math.apply(A, 0, (list: number[]) => math.sum(list)),
    'mapSlices(A, 1, sum)': (math, _, A) => math.mapSlices(A, 1, (list: number[]) => math.sum(list)),
    'quantileSeq(A, 0.3, false, 1)': (math, _, A) => math.quantileSeq(A, 0.3, false, 1),
    'quantileSeq(A, 0.3, false, 0)': (math, _, A) => math.quantileSeq(A, 0.3, false, 0),
    'partitionSelect(v, 1)': (math, v) => math.partitionSelect(v, 1),
    'map(v, index)': (math, v) => math.map(v, (each: number, index: { at(i: number): number }) => math.add(each, index.at(0))),
    'filter(v, index)': (math, v) => math.filter(v, (_each: number, index: { at(i: number): number }) => index.at(0) > 0),
    'range(x, 10)': (math, v) => math.range(math.multiply(math.sum(v), 0.55), 10),
    'range(x, 10, true)': (math, v) => math.range(math.multiply(math.sum(v), 0.55), 10, true),
    'range(x, 10, 2)': (math, v) => math.range(math.multiply(math.sum(v), 0.55), 10, 2),
    'diag(v, 1)': (math, v) => math.diag(v, 1),
    'reshape(A, [4])': (math, _, A) => math.reshape(A, [4]),
    'round(v / 3, 1)': (math, v) => math.round(math.divide(v, 3), 1),
    'nthRoot(v, 3)': (math, v) => math.nthRoot(v, 3),
    'in expressions: sum(A, 1)': (math, _, A) => math.evaluate('sum(A, 1)', { A }),
    'in expressions: concat(A, A, 1)': (math, _, A) => math.evaluate('concat(A, A, 1)', { A }),
    'in expressions: row(A, 2)': (math, _, A) => math.evaluate('row(A, 2)', { A }),
    'in expressions: std(A, 1)': (math, _, A) => math.evaluate('std(A, 1)', { A }),
    'in expressions: quantileSeq(A, 0.3, false, 1)': (math, _, A) => math.evaluate('quantileSeq(A, 0.3, false, 1)', { A }),
    'in expressions: mapSlices(A, 1, sum)': (math, _, A) => math.evaluate('mapSlices(A, 1, sum)', { A }),
    'in expressions: 0:x': (math, v) => math.evaluate('range(0, 1.1 * sum(v))', { v }),
  }

  it.each(Object.keys(calls))('%s', text => {
    const call = calls[text] as (typeof calls)[string]
    let found: number[] = []
    grad(
      (v: Tensor, A: Tensor) => {
        found = numbers(toOutput(primalOf(call(math, v, A) as number), 'array'))
        return 0
      },
      { argnum: [0, 1] },
    )(tensor(v), tensor(A))
    expectClose(found, numbers(call(plain, v, A)), 1e-12)
  })

  it('without limits', () => {
    const big = tensor(
      Float64Array.from({ length: 300 * 300 }, (_, i) => i % 7),
      [300, 300],
    )
    expect(() => grad((x: Tensor) => math.sum(math.multiply(x as never, x as never)) as number)(big)).not.toThrow()
  })
})

describe('functions of an instance have the derivatives of expressions, wherever mathjs gets to the end', () => {
  const math = installed()
  /** One number made of all entries of a result, which tells them apart. */
  const scalarOf = (result: unknown): number => {
    const entries = flat(toOutput(result, 'array')).flatMap(each => flat(toOutput(each, 'array')))
    return entries.reduce((sum: number, each, i) => add(sum, mul(Math.sin(5 * i + 1), typeof each === 'boolean' ? Number(each) : (each as number))), 0)
  }
  const derivativesOf = (evaluate: (scope: object) => unknown, text: string) => {
    const names = new Expression(text).variables.filter(name => name in SCOPE)
    const gradients = grad((scope: object) => scalarOf(evaluate(scope)))(structuredClone(Object.fromEntries(names.map(name => [name, SCOPE[name]]))))
    return Object.values(gradients).flatMap(numbers)
  }
  const expressions = [...new Set([...Object.values(SAMPLES).flat(), ...PROGRAMS])].filter(text => new Expression(text).variables.some(name => name in SCOPE))
  const refused: string[] = []

  it.each(expressions)('%s', text => {
    let found: number[]
    try {
      found = derivativesOf(scope => math.evaluate(text, scope), text)
    } catch {
      refused.push(text)
      return
    }
    expectClose(
      found,
      derivativesOf(scope => new Expression(text).evaluate(scope as Scope), text),
      1e-10,
    )
  })

  it('which it does for nearly all', () => {
    expect(refused.length).toBeLessThan(expressions.length / 10)
  })
})
