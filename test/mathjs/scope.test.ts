import * as mathjs from 'mathjs'
import { describe, expect, it } from 'vitest'
import { grad, mul, square, type Tensor, tensor, vmap } from '../../src/index.ts'
import {
  compileExpression,
  derivative,
  Expression,
  ExpressionError,
  gradient,
  hessian,
  jacobian,
  type Scope,
  type ScopeMap,
  valueAndGradient,
} from '../../src/mathjs/index.ts'
import { instance } from './mathjs.ts'
import { errorOf } from './numbers.ts'

const math = instance()

/** What an expression leaves in a scope, in each form that mathjs takes. */
class Cupboard implements ScopeMap {
  readonly shelf: { [name: string]: unknown } = {}
  keys = () => Object.keys(this.shelf)
  has(name: string) {
    return name in this.shelf
  }
  get(name: string) {
    return this.shelf[name]
  }
  set(name: string, value: unknown) {
    this.shelf[name] = value
    return this
  }
}

class Register extends Map<string, unknown> {}

const SCOPES: { readonly [kind: string]: () => object } = {
  'an object': () => ({}),
  'an object without a prototype': () => Object.create(null) as object,
  'a Map': () => new Map(),
  'a class of Map': () => new Register(),
  'a map of another class': () => new Cupboard(),
}

const session = (kind: string, text: string) => {
  const scope = (SCOPES[kind] as () => object)()
  math.evaluate(text, scope)
  return scope as ScopeMap & { [name: string]: unknown }
}
const valueIn = (scope: ScopeMap & { [name: string]: unknown }, name: string) => (typeof scope.get === 'function' ? scope.get(name) : scope[name])

// mathjs itself takes no object without a prototype for a scope; maps of other classes are below.
const kinds = ['an object', 'a Map', 'a class of Map']

describe.each(kinds)('functions that mathjs has defined in %s', kind => {
  it('see the scope they close over, not that of the caller', () => {
    const scope = session(kind, 'a = 2; f(x) = a * x^2')
    const f = valueIn(scope, 'f')
    expect(new Expression('f(x)').evaluate({ x: 3, a: 5, f })).toBe(18)
    expect(gradient('f(x)', { x: 3, a: 5, f })).toEqual({ x: 12, a: 0 })
    expect(gradient('f(x) * a', { x: 3, a: 5, f })).toEqual({ x: 60, a: 18 })
    expect(compileExpression('f(x)').gradient({ x: 3, a: 5, f })).toEqual({ x: 12, a: 0 })
    expect(hessian('f(x)', { x: 3, f })).toEqual([[4]])
    expect(jacobian('[f(x), a]', { x: 3, a: 5, f })).toEqual([[12, 0], [0, 1]]) // biome-ignore format: a matrix
  })

  it('are differentiated by the variables of their own scope when that is given', () => {
    const scope = session(kind, 'a = 2; f(x) = a * x^2; x = 3')
    expect(gradient('f(x)', scope)).toEqual({ a: 9, x: 12 })
    expect(gradient('f(x) + a', scope, { withRespectTo: ['a'] })).toEqual({ a: 10 })
    expect(derivative('a = x; f(x)', 'x', scope)).toBe(27)
    expect(compileExpression('f(x)').gradient(scope)).toEqual({ a: 9, x: 12 })
  })

  it('call each other, themselves, and functions that are given', () => {
    const scope = session(kind, 'a = 2; g(x) = a * x^2; h(x) = g(x) + a; fact(n) = n <= 1 ? a : n * fact(n - 1); with(q, x) = q(x) * a')
    const other = session(kind, 'a = 10; k(x) = a * x')
    const named = Object.fromEntries(['g', 'h', 'fact', 'with'].map(name => [name, valueIn(scope, name)]))
    const k = valueIn(other, 'k')
    expect(valueAndGradient('h(x)', { x: 3, a: 7, ...named }, { withRespectTo: ['x'] })).toEqual([20, { x: 12 }])
    expect(valueAndGradient('fact(4) * x', { x: 3, a: 7, ...named }, { withRespectTo: ['x'] })).toEqual([144, { x: 48 }])
    expect(valueAndGradient('with(k, x)', { x: 3, a: 7, k, ...named }, { withRespectTo: ['x'] })).toEqual([60, { x: 20 }])
    expect(valueAndGradient('with(square, x)', { x: 3, ...named })).toEqual([18, { x: 12 }])
    expect(valueAndGradient('q(t) = a * t; with(q, x)', { x: 3, a: 7, ...named })).toEqual([42, { x: 14, a: 6 }])
  })

  it('define functions, and hold what these close over', () => {
    const scope = session(kind, 'a = 2; make(k) = (inner(y) = k * y * a); made = make(3); x = 5')
    expect(gradient('q = make(x); q(4)', scope, { withRespectTo: ['x', 'a'] })).toEqual({ x: 8, a: 20 })
    // What the function that made it was called with is nowhere to be seen.
    const made = valueIn(scope, 'made')
    const error = errorOf(() => gradient('made(x)', { x: 5, k: 100, made })) as ExpressionError
    expect(error).toBeInstanceOf(ExpressionError)
    expect(error.message).toMatch(/does not show where inner finds k/)
  })

  it('leave their scope as it is', () => {
    const scope = session(kind, 'a = 2; count(x) = a = a + x; make(k) = (inner(y) = k * y)')
    const names = Array.from(typeof scope.keys === 'function' ? scope.keys() : Object.keys(scope))
    expect(gradient('count(x); count(x)', { x: 3, count: valueIn(scope, 'count') })).toEqual({ x: 2 })
    expect(gradient('m = make(x); m(2)', { x: 3, make: valueIn(scope, 'make') })).toEqual({ x: 2 })
    expect(valueIn(scope, 'a')).toBe(2)
    expect(Array.from(typeof scope.keys === 'function' ? scope.keys() : Object.keys(scope))).toEqual(names)
  })

  it('take names of mathjs for variables where their scope does', () => {
    const scope = session(kind, 'gamma = 0.5; e = 10; f(x) = gamma * x + e; s(x) = sin(x)')
    expect(valueAndGradient('f(x)', { x: 3, f: valueIn(scope, 'f') })).toEqual([11.5, { x: 0.5 }])
    expect(gradient('s(x)', { x: 0, s: valueIn(scope, 's') })).toEqual({ x: 1 })
  })

  it('read only what they use on the way', () => {
    const scope = session(kind, 'a = 2; b = 7; f(x) = x > 0 ? a * x : b * x; u = 3 cm; g(x) = x > 0 ? x : u')
    const [f, g] = [valueIn(scope, 'f'), valueIn(scope, 'g')]
    expect([3, -3].map(x => gradient('f(x)', { x, f }).x)).toEqual([2, 7])
    expect(gradient('g(x)', { x: 1, g })).toEqual({ x: 1 })
    expect(errorOf(() => gradient('g(x)', { x: -1, g }))).toMatchObject({
      name: 'ExpressionError',
      message: expect.stringMatching(/The variable u is a quantity with a unit/),
    })
  })

  it('follow their variables, also compiled', () => {
    const scope = session(kind, 'a = 2; M = [1, 2; 3, 4]; f(x) = a * x^2; g(v) = sum(M * v)')
    const [f, g] = [valueIn(scope, 'f'), valueIn(scope, 'g')]
    const compiled = [compileExpression('f(x)'), compileExpression('g(v)')] as const
    expect(compiled[0].gradient({ x: 3, f })).toEqual({ x: 12 })
    expect(compiled[1].gradient({ v: [1, 1], g })).toEqual({ v: [4, 6] })
    math.evaluate('a = 5; M[1, 1] = 10', scope)
    expect(compiled[0].gradient({ x: 3, f })).toEqual({ x: 30 })
    expect(compiled[1].gradient({ v: [1, 1], g })).toEqual({ v: [13, 6] })
    math.evaluate('x = 3', scope)
    expect(compiled[0].gradient(scope).a).toBe(9)
    expect(compiled[0].gradient({ x: 3, f })).toEqual({ x: 30 })
  })
})

describe('functions that mathjs has defined in a map of another class', () => {
  const scope = session('a map of another class', 'a = 2; f(x) = a * x^2; x = 3')

  it('see it when it is the scope, and are refused elsewhere', () => {
    expect(gradient('f(x)', scope)).toEqual({ a: 9, x: 12 })
    const g = valueIn(session('a map of another class', 'a = 2; g(x) = a * x^2'), 'g')
    const error = errorOf(() => gradient('g(x)', { x: 3, a: 5, g })) as ExpressionError
    expect(error).toBeInstanceOf(ExpressionError)
    expect(error.message).toMatch(/does not show where g finds a/)
  })

  it('and where mathjs cannot run them', () => {
    const f = math.evaluate('f(v) = sqrt(v) * a', { a: 2 }) as unknown
    expect(() => gradient('sum(f(v))', { v: [1, 4], f })).toThrow(/What f calls a cannot be found, since mathjs does not get there/)
  })
})

describe('functions of parsers', () => {
  it('see the variables of the parser', () => {
    const parser = math.parser()
    parser.evaluate('a = 2')
    parser.evaluate('f(x) = a x^2')
    expect(gradient('f(x)', { x: 3, a: 9, f: parser.get('f') as unknown })).toEqual({ x: 12, a: 0 })
    parser.set('x', 3)
    for (const scope of [parser.getAllAsMap() as unknown as ScopeMap, parser as unknown as ScopeMap]) expect(gradient('f(x)', scope)).toEqual({ a: 9, x: 12 })
    expect(gradient('f(x)', parser.getAll())).toEqual({ a: 0, x: 12 })
  })
})

describe('functions in other places', () => {
  it('are found in objects', () => {
    const scope: Record<string, { f: unknown }> = {}
    math.evaluate('a = 4; o = {f: w(x) = a * x}', scope)
    expect(gradient('f(x)', { x: 1, a: 100, f: scope.o?.f })).toEqual({ x: 4, a: 0 })
  })

  it('are those that expressions gave', () => {
    expect(gradient('f(x) + a', { x: 1, a: 7, f: new Expression('f(x) = a x').evaluate({ a: 3 }) })).toEqual({ x: 3, a: 1 })
  })

  it('come from the typed instance that mathjs exports', () => {
    const f = mathjs.evaluate('f(x) = a * x^2', { a: 2 }) as unknown
    expect(gradient('f(x)', { x: 3, a: 5, f })).toEqual({ x: 12, a: 0 })
  })

  it('run in batches, inside other transforms, and twice over', () => {
    const f = math.evaluate('f(x) = x > 100 ? 0 : a * x^2', { a: 2 }) as unknown
    const expression = new Expression('g(x)')
    const g = math.evaluate('g(x) = a * x^2', { a: 2 }) as unknown
    expect(grad((x: number) => expression.evaluate({ x, a: 5, g }) as number)(3)).toBe(12)
    expect((vmap((x: number) => expression.evaluate({ x, a: 5, g }) as number) as unknown as (x: number[]) => Tensor | number[])([1, 2, 3])).toEqual([2, 8, 18])
    expect(hessian('f(f(x))', { x: 0.5, f })[0][0]).toBeCloseTo(12 * 8 * 0.25, 12)
  })

  it('of JavaScript get functions as functions, and give arrays and matrices', () => {
    const twice = (f: (x: number) => number, x: number) => f(f(x))
    expect(gradient('twice(g, x)', { x: 3, twice, g: (t: number) => mul(t, t) })).toEqual({ x: 108 })
    expect(gradient('f(t) = t^2; twice(f, x)', { x: 3, twice })).toEqual({ x: 108 })
    const pair = (x: Tensor) => [x.at(0), x.at(0)]
    expect(gradient('sum(pair(v))', { v: [1, 2], pair })).toEqual({ v: [2, 0] })
    const rest = (...all: number[]) => mul(3, all[0] as number)
    expect(gradient('sum(map(v, rest))', { v: [1, 2], rest })).toEqual({ v: [3, 3] })
    expect(() => gradient('f(x)', { x: 1, f: () => 'text' })).toThrow(/What f gives is the text "text"/)
    expect(() => gradient('f(x)', { x: 1, f: math.square })).toThrow(/takes no values with derivatives/)
  })
})

describe('scopes', () => {
  it.each(Object.keys(SCOPES))('may be %s', kind => {
    const scope = (SCOPES[kind] as () => object)() as ScopeMap & { [name: string]: unknown }
    for (const [name, value] of Object.entries({ x: 3, a: 2, v: [1, 2], text: 'abc' }))
      typeof scope.set === 'function' ? scope.set(name, value as never) : Object.assign(scope, { [name]: value })
    const options = { withRespectTo: ['x', 'v'] }
    expect(gradient('a * x^2 + sum(v.^2)', scope, options)).toEqual({ x: 12, v: [2, 4] })
    const model = compileExpression('a * x^2 + sum(v.^2)', options)
    expect([model.gradient(scope), model.gradient(scope), model.value(scope)]).toEqual([{ x: 12, v: [2, 4] }, { x: 12, v: [2, 4] }, 23])
    expect(new Expression('a * x^2').evaluate(scope)).toBe(18)
    expect(jacobian('x * v', scope, { withRespectTo: ['x'] })).toEqual([[1], [2]])
    expect(() => gradient('x * text', scope, options)).toThrow(/the text "abc"/)
  })

  it('of numbers in maps go through compiled programs', () => {
    const model = compileExpression('x^2 * y')
    expect(model.gradient({ x: 1, y: 2 })).toEqual({ x: 4, y: 1 })
    expect(model.gradient(new Map([['x', 3], ['y', 2]]))).toEqual({ x: 12, y: 9 }) // biome-ignore format: a list
    expect(model.gradient({ x: 1, y: 2 })).toEqual({ x: 4, y: 1 })
  })

  it('with a matrix in a map give matrices, of its class', () => {
    const { v } = gradient('sum(v.^2)', new Map([['v', math.matrix([1, 2])]]))
    expect(v instanceof (math.DenseMatrix as never)).toBe(true)
    const sparse = gradient('sum(v.^2)', { v: math.sparse([[1, 0], [0, 2]]) }).v // biome-ignore format: a matrix
    expect(sparse instanceof (math.SparseMatrix as never)).toBe(true)
  })

  it.each([
    ['an array', [1]],
    ['nothing', null],
    ['a typed array', new Float64Array(1)],
    ['a number', 3],
  ])('are not %s', (_name, scope) => {
    expect(() => gradient('x', scope as never)).toThrow(/The scope is an object of values by name, or a map of them/)
  })

  it('may hold what is not used, and BigNumbers, fractions and bigints as doubles', () => {
    const scope = { x: math.bignumber('0.1'), y: math.fraction(1, 4), z: 3n, A: math.bignumber([1, 2] as never) as never }
    expect(gradient('x * y * z + sum(A)', scope, { numbers: 'double' })).toEqual({ x: 0.75, y: 0.1 * 3, z: 0.025, A: [1, 1] })
    expect(() => gradient('x', scope)).toThrow(/numbers: 'double'/)
    expect(() => gradient('x', { x: 1 }, { numbers: 'exact' } as never)).toThrow(/numbers is 'refuse' or 'double'/)
  })
})

describe('a compiled expression takes scopes of all kinds, one after the other', () => {
  const f = (t: number) => square(t)
  const sequences: { readonly [text: string]: readonly Scope[] } = {
    'x^2 * y': [{ x: 1, y: 2 }, { y: 2, x: 1 }, { x: 1, y: 2, z: 3 }, new Map(Object.entries({ y: 5, x: 3 })), { x: 2, y: 3 }],
    'sum(x .* y)': [
      { x: 1, y: 2 },
      { x: [1, 2], y: 2 },
      { x: 3, y: [1, 2, 3] },
      { x: 3, y: 4 },
      { x: Float64Array.of(1, 2), y: 2 },
      { x: 3, y: 4 },
      { x: math.matrix([1, 2]), y: [3, 4] },
      { x: math.sparse([[1, 0], [0, 2]]), y: 3 }, // biome-ignore format: a matrix
      { x: 3, y: 4 },
      { x: tensor([1, 2]), y: true },
    ],
    'y > 0 ? x^2 : x * y': [
      { x: 1, y: 2 },
      { x: 1, y: -2 },
      { x: 3, y: 0 },
    ],
    'f(x) * y': [
      { x: 1, y: 2, f },
      { x: 1, y: 2, f: (t: number) => mul(3, t) },
      { x: 1, y: 2, f },
    ],
    'x and y': [
      { x: 1, y: 2 },
      { x: 0, y: 2 },
      { x: true, y: false },
    ],
  }

  it.each(Object.keys(sequences).flatMap(text => (['auto', 'js', 'interpreter'] as const).map(target => [text, target] as const)))('%s, %s', (text, target) => {
    const compiled = compileExpression(text, { target })
    for (const scope of sequences[text] ?? []) {
      expect(compiled.valueAndGradient(scope)).toEqual(valueAndGradient(text, scope))
      expect(compiled.jacobian(scope)).toEqual(jacobian(text, scope))
      expect(compiled.hessian(scope)).toEqual(hessian(text, scope))
    }
  })
})
