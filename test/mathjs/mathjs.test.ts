import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { add, compile, grad, jacobian as jacobianOf, jvp, mul, sum, tensor, variable, vmap } from '../../src/index.ts'
import { compileExpression, derivative, Expression, ExpressionError, gradient, hessian, install, jacobian, valueAndGradient } from '../../src/mathjs/index.ts'
import { fuzz } from './fuzz.ts'
import { instance } from './mathjs.ts'
import { errorOf } from './numbers.ts'

const math = instance()

describe('derivatives of expressions', () => {
  it('are laid out as the variables are', () => {
    expect(jacobian('[x^2 * y; 5x + sin(y)]', { x: 1, y: 2 })).toEqual([
      [4, 1],
      [5, Math.cos(2)],
    ])
    expect(jacobian('[x^2 * y; 5x + sin(y)]', { x: 1, y: 2 }, { withRespectTo: ['y', 'x'] })).toEqual([
      [1, 4],
      [Math.cos(2), 5],
    ])
    expect(jacobian('x^2 * y', { x: 3, y: 2 })).toEqual([12, 9])
    expect(jacobian('[x, 2 x]', { x: 3 })).toEqual([[1], [2]])
    expect(jacobian('x * v', { x: 3, v: [1, 2] })).toEqual({ x: [1, 2], v: [[3, 0], [0, 3]] }) // biome-ignore format: a matrix
    expect(gradient('x^2 * y', { x: 3, y: 2 })).toEqual({ x: 12, y: 9 })
    expect(gradient('sum(v.^2)', { v: [1, 2] })).toEqual({ v: [2, 4] })
    expect(hessian('x^2 * y', { x: 1, y: 2 })).toEqual([
      [4, 2],
      [2, 0],
    ])
    expect(hessian('x^2 * sum(v)', { x: 1, v: [1, 2] }, { withRespectTo: ['v'] })).toEqual({ v: { v: [[0, 0], [0, 0]] } }) // biome-ignore format: a matrix
    expect(valueAndGradient('x^2', { x: 3 })).toEqual([9, { x: 6 }])
    expect(derivative('y = x^2; y * x', 'x', { x: 2 })).toBe(12)
    expect(derivative('[x, x^2]', 'x', { x: 2 })).toEqual([1, 4])
    expect(derivative('v .^ 2', 'v', { v: [1, 2] })).toEqual([[2, 0], [0, 4]]) // biome-ignore format: a matrix
  })

  it('take texts, nodes and expressions', () => {
    for (const source of ['x^3', math.parse('x^3'), new Expression('x^3')]) expect(gradient(source as string, { x: 2 })).toEqual({ x: 12 })
  })

  it('come back as the kind that went in', () => {
    const A = [[1, 2], [3, 4]] // biome-ignore format: a matrix
    const scope = { w: [1, 2], b: [0, 1] }
    const wanted = { w: [70, 100] }
    expect(gradient('sum((A * w - b).^2)', { A, ...scope }, { withRespectTo: ['w'] })).toEqual(wanted)
    const dense = gradient('sum((A * w - b).^2)', { A: math.matrix(A), ...scope }, { withRespectTo: ['w'] })
    expect(math.typeOf(dense.w)).toBe('DenseMatrix')
    expect(dense.w.toArray()).toEqual(wanted.w)
    const sparse = gradient('sum((A * w - b).^2)', { A: math.sparse(A), ...scope }, { withRespectTo: ['A'] })
    expect(math.typeOf(sparse.A)).toBe('SparseMatrix')
    expect(sparse.A.toArray()).toEqual([[10, 20], [20, 40]]) // biome-ignore format: a matrix
    expect(gradient('sum(A * w)', { A: math.matrix(A), w: [1, 2] }, { output: 'array' })).toEqual({ A: [[1, 2], [1, 2]], w: [4, 6] }) // biome-ignore format: a matrix
    expect(math.typeOf(jacobian('[x, y]', { x: 1, y: 2 }, { output: 'matrix' }))).toBe('DenseMatrix')
  })

  it('go through functions of the scope', () => {
    expect(gradient('f(x) * 2', { x: 3, f: (t: number) => mul(t, t) })).toEqual({ x: 12 })
    const session: Record<string, unknown> = {}
    math.evaluate('h(t) = t^2 + 3t', session)
    expect(gradient('h(x)', { x: 1, ...session })).toEqual({ x: 5 })
  })

  it('do not change the scope', () => {
    const scope = { x: 2, v: [1, 2] }
    expect(derivative('x = 3 x; v[1] = x; sum(v) * x', 'x', scope)).toBe(42)
    expect(scope).toEqual({ x: 2, v: [1, 2] })
  })

  it('of the definition of a function are those of its body', () => {
    expect(derivative('f(x) = 5x + x + 2', 'x', { x: 3 })).toBe(6)
    expect(gradient('f(x) = a * x^2', { x: 3, a: 2 })).toEqual({ x: 12, a: 9 })
  })

  it('count whatever is rounded or compared as constant', () => {
    expect(gradient('v[round(x)] * x', { v: [1, 2, 3], x: 2.2 })).toEqual({ v: [0, 2.2, 0], x: 2 })
    expect(compileExpression('v[round(x)] * x').gradient({ v: [1, 2, 3], x: 2.2 })).toEqual({ v: [0, 2.2, 0], x: 2 })
    expect(gradient('sum(0:x:1)', { x: 0.3 })).toEqual({ x: 6 })
    expect(gradient('sum(0:0.1:x)', { x: 0.37 })).toEqual({ x: 0 })
  })

  it('take the root of a root as a variable', () => {
    // By mathjs' own derivative: (6 x)^(1 / (2 x)) · (1 / (2 x²) − log(6 x) / (2 x²)).
    expect(derivative('nthRoot(6x, 2x)', 'x', { x: 0.37 })).toBeCloseTo(2.1728047938943, 12)
    expect(gradient('nthRoot(x, n)', { x: -32, n: 5 }, { withRespectTo: ['x'] }).x).toBeCloseTo(-2 / (5 * -32), 14)
    expect(() => gradient('nthRoot(x, n)', { x: -32, n: 5 })).toThrow(/no derivative by the root/)
    expect(() => gradient('nthRoot(x, n)', { x: -32, n: 4.5 }, { withRespectTo: ['x'] })).toThrow(/not a real number/)
  })

  it('act entry by entry where mathjs takes numbers', () => {
    expect(gradient('sum(square(v)) + sum(cube(v))', { v: [1, 2] })).toEqual({ v: [5, 16] })
  })

  it('go through matrix functions at any rank', () => {
    // pinv(u vᵀ) = v uᵀ / (|u|² |v|²): the sum is (x + y) / (x² + y²).
    expect(gradient('sum(pinv([x, x; y, y]))', { x: 1, y: 2 }).x).toBeCloseTo(-1 / 25, 12)
  })

  it('fill an array that is empty, and gaps', () => {
    expect(gradient('e = []; e[1, 1:2] = [x, 6]; e[2, :] = [7, x]; det(e)', { x: 3 }).x).toBeCloseTo(6, 12)
    expect(gradient('sum(subset(v, index(5), x, y))', { v: [1, 2, 3], x: 4, y: 5 })).toEqual({ v: [1, 1, 1], x: 1, y: 1 })
  })

  it('strip units on demand', () => {
    expect(gradient('x^2', { x: math.unit('3 cm') }, { units: 'strip' })).toEqual({ x: 0.06 })
    // 20 degC is no 20 times 1 degC.
    expect(() => gradient('x degC', { x: 20 }, { units: 'strip' })).toThrow(/degC does not begin at 0/)
    expect(gradient('t^2', { t: math.unit('20 degC') }, { units: 'strip' })).toEqual({ t: 2 * 293.15 })
    expect(gradient('x * 2 cm', { x: 1 }, { units: 'strip' })).toEqual({ x: 0.02 })
  })
})

describe('errors name the place', () => {
  it.each([
    ['x + foo(x)', 4, /no function foo/],
    ['x + siN(x)', 4, /Did you mean sin/],
    ['2 * sqrt(x - 9)', 4, /sqrt\(-8\) is not a real number/],
    ['x ^ z', 4, /no value for the variable z. Given: x/],
    ['x * "a"', 2, /the text "a"/],
    ['[1, 2] + [1, 2, 3]', 7, /\[2\].*\[3\]/],
    ['x + [1, 2][3]', 4, /index 3 is outside 1 to 2/],
    ['[x.y]', 1, /no access to properties/],
    ['f(t) = t^2; f(x, 1)', 12, /f takes 1 argument, but 2 were given/],
    ['f(t) = f(t + 1); f(x)', 7, /limits.recursion/],
    ['1 + x cm', 6, /unit/],
    ['x + i', 4, /complex/],
    ['random() * x', 0, /random results/],
    ['x + gcd(x, 2)', 4, /whole numbers only/],
    ['sin(x, 2)', 0, /takes 1 argument/],
    ['x +* 2', 3, /./],
    ['x ? [1,2][5] : 3', 4, /outside/],
    ['sum(1:1e9) * x', 4, /limits/],
    ['zeros((3)) + sum([1, 2][x])', 24, /index counts or chooses/],
    ['1 + round(2.5, x)', 15, /number of decimals counts or chooses/],
    ['sum([1, 2], 1 x)', 12, /dimension counts or chooses/],
    ['1 + sum(2:x)', 8, /changes at this very point/],
  ])('%s', (text, position, message) => {
    const error = errorOf(() => gradient(text, { x: 1 })) as ExpressionError
    expect(error).toBeInstanceOf(ExpressionError)
    expect(error.message).toMatch(message)
    expect(error.position).toBe(position)
    const compiled = errorOf(() => compileExpression(text).gradient({ x: 1 })) as ExpressionError
    expect(compiled.message).toBe(error.message)
  })

  it.each([
    ['a complex number', 'complex number 1 \\+ 2i', math.complex(1, 2)],
    ['a BigNumber', 'BigNumber', math.bignumber(1)],
    ['a fraction', 'Fraction', math.fraction(1, 3)],
    ['a unit', "units: 'strip'", math.unit('3 cm')],
    ['a text', 'the text "1"', '1'],
    ['a bigint', 'bigint', 1n],
    ['an object', 'an object', {}],
    ['a ragged array', 'rows of different lengths', [[1], [1, 2]]],
  ])('refuses %s in the scope', (_name, message, x) => {
    expect(() => gradient('x^2', { x })).toThrow(new RegExp(message))
  })

  it('lets a scope hold what has nothing to do with the derivative', () => {
    const scope = { x: 3, unit: math.unit('3 cm'), text: 'abc' }
    expect(gradient('x^2', scope, { withRespectTo: ['x'] })).toEqual({ x: 6 })
    expect(compileExpression('x^2', { withRespectTo: ['x'] }).gradient(scope)).toEqual({ x: 6 })
    expect(() => gradient('x^2', scope)).toThrow(/a quantity with a unit/)
    expect(() => gradient('x * text', scope, { withRespectTo: ['x'] })).toThrow(/the text "abc"/)
  })

  it('refuses options it does not know, and variables that are not there', () => {
    expect(() => gradient('x', { x: 1 }, { mod: 'forward' } as never)).toThrow(/no option mod/)
    expect(() => gradient('x', { x: 1 }, { limits: { steps: 1 } } as never)).toThrow(/no option steps/)
    expect(() => gradient('x', { x: 1 }, { withRespectTo: ['y'] })).toThrow(/y is no variable/)
    expect(() => gradient('x', { x: 1 }, { withRespectTo: ['x', 'x'] })).toThrow(/twice/)
    expect(() => gradient('3', {})).toThrow(/nothing to differentiate by/)
    expect(() => gradient('[x, x]', { x: 1 })).toThrow(/one number/)
    expect(() => compileExpression('x', { traget: 'js' } as never)).toThrow(/no option traget/)
  })

  it('takes the planner’s options', () => {
    for (const mode of ['forward', 'reverse'] as const) expect(jacobian('[x y, x]', { x: 1, y: 2 }, { mode })).toEqual([[2, 1], [1, 0]]) // biome-ignore format: a matrix
  })
})

describe('compiled expressions', () => {
  it('keep a version for each side of a condition, and each structure of the scope', () => {
    const model = compileExpression('x > 0 ? sqrt(x) * y : y^2')
    expect(model.gradient({ x: 4, y: 3 })).toEqual({ x: 0.75, y: 2 })
    expect(model.gradient({ x: -4, y: 3 })).toEqual({ x: 0, y: 6 })
    expect(model.gradient({ x: 4, y: [3] as unknown as number })).toEqual({ x: [0.75].map(Number)[0], y: [2] })
    expect(model.gradient({ x: 9, y: 3 })).toEqual({ x: 0.5, y: 3 })
    expect(model.value({ x: 4, y: 3 })).toBe(6)
    expect(model.hessian({ x: 4, y: 3 })).toEqual([[-0.09375, 0.25], [0.25, 0]]) // biome-ignore format: a matrix
    expect(model.jacobian({ x: 4, y: 3 })).toEqual([0.75, 2])
    expect(model.source).toContain('Math.sqrt')
    expect(model.target).toBe('js')
  })

  it('throws where mathjs would go on with complex numbers, as without compiling', () => {
    const model = compileExpression('log(x) * y')
    expect(model.gradient({ x: 1, y: 2 })).toEqual({ x: 2, y: 0 })
    expect(() => model.gradient({ x: -1, y: 2 })).toThrow(/log\(-1\) is not a real number/)
    expect(model.gradient({ x: 1, y: 2 })).toEqual({ x: 2, y: 0 })
    const hidden = compileExpression('sqrt(x) > 1 ? x : 2 x')
    expect(hidden.gradient({ x: 4 })).toEqual({ x: 1 })
    expect(() => hidden.gradient({ x: -4 })).toThrow(/sqrt\(-4\)/)
    expect(compileExpression('sqrt(x)', { complex: 'nan' }).value({ x: -1 })).toBe(Number.NaN)
  })

  it('reads whole numbers that count or choose anew', () => {
    const model = compileExpression('sum(a[1:n]) * gcd(n, 4)', { withRespectTo: ['a'] })
    expect(model.value({ a: [1, 2, 3], n: 2 })).toBe(6)
    expect(model.value({ a: [1, 2, 3], n: 3 })).toBe(6)
    expect(model.gradient({ a: [1, 2, 3], n: 2 })).toEqual({ a: [2, 2, 0] })
  })

  it('follows other functions in the scope', () => {
    const model = compileExpression('f(x)')
    expect(model.gradient({ x: 3, f: (t: number) => mul(t, t) })).toEqual({ x: 6 })
    expect(model.gradient({ x: 3, f: (t: number) => add(t, t) })).toEqual({ x: 2 })
  })
})

describe('math.derivative', () => {
  const expressions = [
    'x^2 * y + sin(x) / y', 'exp(-x^2) * cos(3 x)', 'log(x + y^2)', 'sqrt(x^2 + y^2)', 'x^y', 'atan(x / y)', '(x + y)^3 / (1 + x^2)', 'tan(x) + sec(y) + cot(x)', 'asin(x / 3) + acos(y / 3)',
    'sinh(x) * cosh(y) - tanh(x y)', 'abs(x - y)', 'log(x, 3) + log10(y) + log2(x)', 'nthRoot(x, 3)', 'cbrt(x) * y', 'exp(x)^2 + 2^y', '1 / (1 + exp(-x))', 'acosh(y + 1) + asinh(x) + atanh(x / 2)', 'square(x) + cube(y)',
    'csch(x) + sech(y) + coth(x)', 'acot(x) + asec(y + 1) + acsc(y + 1)', 'gamma(x) * 0 + x', 'x * (y > 1 ? 1 : 1)',
  ] // biome-ignore format: a list
  const points = [{ x: 0.7, y: 1.3 }, { x: 1.9, y: 0.4 }] // biome-ignore format: a list

  it('gives the same, wherever it gives something', () => {
    const without: string[] = []
    const notFinite: string[] = []
    for (const text of expressions) {
      for (const name of ['x', 'y']) {
        let symbolic: { evaluate(scope: object): number }
        try {
          symbolic = math.derivative(text, name)
        } catch {
          without.push(`${text} by ${name}`)
          continue
        }
        for (const point of points) {
          const wanted = symbolic.evaluate({ ...point })
          if (!Number.isFinite(wanted)) {
            notFinite.push(`${text} by ${name}`)
            continue
          }
          const found = gradient(text, point, { complex: 'nan' })[name]
          expect(Math.abs(found - wanted), `${text} by ${name}`).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(wanted)))
        }
      }
    }
    // What mathjs cannot do, or gives complex numbers for.
    expect(without).toEqual([
      'log(x, 3) + log10(y) + log2(x) by x',
      'square(x) + cube(y) by x',
      'square(x) + cube(y) by y',
      'gamma(x) * 0 + x by x',
      'x * (y > 1 ? 1 : 1) by x',
      'x * (y > 1 ? 1 : 1) by y',
    ])
    expect(notFinite).toEqual([])
  })

  it.each([
    'sum([x, y, x y])', '[x, y] * [y, x]', 'max(x, y)', 'det([x, y; 1, x])', 'x > 1 ? x^2 : y', 'f(t) = t^2; f(x)', 'mean(x, y)', 'norm([x, y])', 'gamma(x)', 'erf(x)', 'inv([x, y; y, 3])[1, 1]',
    'a = x^2; a * y', 'map([x, y], square)[1]', 'mod(x, y)', 'atan2(x, y)', 'hypot(x, y)', 'factorial(x)', 'prod([x, y])',
  ])('cannot do %s, which is done here', text => {
    let symbolic: unknown
    try {
      symbolic = math.derivative(text, 'x').evaluate({ x: 0.7, y: 1.3 })
    } catch {}
    expect(typeof symbolic === 'number' && Number.isFinite(symbolic)).toBe(false)
    expect(Number.isFinite(gradient(text, { x: 0.7, y: 1.3 }).x)).toBe(true)
  }) // biome-ignore format: a list
})

describe('install', () => {
  const session = instance()
  install(session)
  install(session)
  const run = (text: string, scope: object = {}) => {
    const result = session.evaluate(text, scope)
    return result?.entries === undefined || Array.isArray(result) ? result : result.entries.at(-1)
  }

  it('differentiates functions by name, and gives functions back', () => {
    expect(run('h(x) = x^2 + 3x; dh = gradient(h); dh(1)')).toBe(5)
    expect(run('h(x) = x^3; d2 = gradient(gradient(h)); d2(2)')).toBe(12)
    expect(run('h(x) = x^3; dh = gradient(h); d2 = gradient(dh); d2(2)')).toBe(12)
    expect(run('h(x, y) = x^3 * y; dh = gradient(h); dh(2, 3)')).toEqual({ x: 36, y: 8 })
    expect(run('h(x, y) = x^3 * y; ddh = hessian(h); ddh(2, 3)').toArray()).toEqual([[36, 12], [12, 0]]) // biome-ignore format: a matrix
    expect(run('h(f) = f^2; dh = gradient(h); dh(3)')).toBe(6)
    expect(run('h(x) = x^2; dh = gradient(h); map([1, 2, 3], dh)').toArray()).toEqual([2, 4, 6])
  })

  it('differentiates expressions by variables of the session, quoted or not', () => {
    const scope = { x: 1, y: 2, unused: session.unit('3 cm') }
    const wanted = [[4, 1], [0, Math.cos(2)]] // biome-ignore format: a matrix
    expect(run('jacobian([x^2*y, sin(y)], [x, y])', scope).toArray()).toEqual(wanted)
    expect(run('jacobian("[x^2*y, sin(y)]", ["x", "y"])', scope).toArray()).toEqual(wanted)
    expect(run('gradient(x^2*y)', scope)).toEqual({ x: 4, y: 1 })
    expect(run('gradient(x^2*y, x).x + 1', scope)).toBe(5)
    expect(() => run('gradient(x^2, z)', scope)).toThrow(/z is no variable/)
    expect(() => run('gradient(x^2, 3)', scope)).toThrow(/by name/)
    expect(() => run('gradient()', scope)).toThrow(/takes an expression/)
  })

  it('runs mathjs’ functions on traced values', () => {
    expect(grad((x: number) => session.evaluate('x^2 * sin(y)', { x, y: 2 }) as number)(3)).toBe(6 * Math.sin(2))
    expect(jvp((x: number) => session.evaluate('x^2 * exp(x)', { x }) as number, [3], [1])[1]).toBeCloseTo(15 * Math.exp(3), 10)
    const A = session.matrix([[1, 2], [3, 4]]) // biome-ignore format: a matrix
    const multiply = session.multiply as (...args: unknown[]) => never
    expect(grad((x: number[]) => sum(multiply(A, x)))([1, 2])).toEqual([4, 6])
    expect(grad((x: number[]) => session.sum(multiply(session.matrix([[x[0], 2], [3, x[1]]] as number[][]), [1, 2])) as number)([1, 2])).toEqual([1, 2]) // biome-ignore format: a matrix
    const squares = jacobianOf((x: never) => session.map(x, (t: number) => session.square(t) as number) as never)(tensor([1, 2]) as never)
    expect(squares).toEqual(tensor([[2, 0], [0, 4]])) // biome-ignore format: a matrix
    expect(grad((x: number) => session.max(1, x, 2) as number)(3)).toBe(1)
    expect(grad((x: never) => session.evaluate('sum(A * v, 1)', { A: [[1, 2], [3, 4]], v: x }) as number)([1, 2] as never)).toEqual([4, 6]) // biome-ignore format: a matrix
    const v = variable(3)
    const y = session.evaluate('x^2', { x: v }) as typeof v
    y.backward()
    expect(v.grad).toBe(6)
  })

  it('leaves other values as they were', () => {
    expect(run('sum([1, 2; 3, 4], 1)').toArray()).toEqual([4, 6])
    expect(session.sum([[1, 2], [3, 4]] as never, 0 as never)).toEqual([4, 6]) // biome-ignore format: a matrix
    expect(String(run('2 cm + 3 cm'))).toBe('5 cm')
    expect(run('2 and 3')).toBe(true)
    expect(run('a = [1, 2, 3]; a[2:end]').toArray()).toEqual([2, 3])
    expect(String(session.sqrt(-4))).toBe('2i')
  })
})

describe('strangers’ expressions', () => {
  // From the history of mathjs' releases and issues: ways from an expression to JavaScript.
  it.each([
    'cos.constructor("return process")()', 'f(x) = x; f.constructor("return 1")()', '[].map.constructor("return 1")()', '"a".constructor.constructor("return 1")()', 'x.constructor', 'x["constructor"]',
    'import({a: 1})', 'import({sin: 3}, {override: true})', 'evaluate("1+1")', 'parse("1+1").evaluate()', 'parser().evaluate("1")', 'compile("1").evaluate()', 'createUnit("foo")', 'config({number: "BigNumber"})',
    'typed("f", {"": 1})', 'help(sin).toString()', '{constructor: 1}', '{"__proto__": {}}', 'a.__proto__ = 1', '[].__proto__', 'derivative("x", "x")', 'simplify("x")', 'expression.docs', 'type', 'unit("5").constructor',
    'chain(3).done()', 'reviver("", {})', 'sin.call(null, 1)', 'sin.apply(null, [1])', 'map.toString()', 'resolve("x")', 'format("a", {})', 'print("$a", {a: 1})', 'f(constructor) = constructor; f("x").constructor',
    'g = cos; g.constructor("return process")()', 'constructor', '__proto__', 'hasOwnProperty("x")', 'toString()', 'valueOf()', 'this', 'globalThis', 'process.exit()', 'require("fs")', 'eval("1")', 'Function("return 1")()',
  ])('%s', text => {
    for (const attempt of [() => new Expression(text).evaluate({ x: 1 }), () => gradient(text, { x: 1 }), () => compileExpression(text).value({ x: 1 })])
      expect(errorOf(attempt)).toBeInstanceOf(ExpressionError)
  }) // biome-ignore format: a list

  it.each([
    ['length', `${'1+'.repeat(6000)}1`],
    ['deep nesting', `${'('.repeat(4000)}1${')'.repeat(4000)}`],
    ['deep brackets', `${'['.repeat(300)}1${']'.repeat(300)}`],
    ['many minus signs', `${'-'.repeat(5000)}1`],
    ['endless recursion', 'f(n) = f(n + 1) + f(n + 2); f(1)'],
    ['exponential recursion', 'f(n) = n < 1 ? 1 : f(n - 1) + f(n - 1); f(60)'],
    ['a large range', 'sum(1:1e12)'],
    ['a large matrix', 'zeros(1e6, 1e6)'],
    ['large products', 'a = ones(900, 900); a * a * a * a * a * a * a * a * a * a * a * a * a * a * a'],
    ['growth by an index', 'a = [1]; a[1e9] = 1; a'],
    ['growth by doubling', 'f(a, n) = n == 0 ? a : f(concat(a, a), n - 1); f([1, 2], 60)'],
    ['growth by kron', 'a = ones(50, 50); kron(kron(a, a), a)'],
    ['nested maps', 'a = 1:1000; map(a, f(i) = sum(map(a, g(j) = sum(map(a, h(k) = i * j * k)))))'],
    ['an infinite range', '0:1e-300:1'],
  ])(
    'cannot hang or fill the memory: %s',
    (_name, text) => {
      const start = performance.now()
      expect(errorOf(() => new Expression(text).evaluate({}))).toBeInstanceOf(ExpressionError)
      // A bound against hanging, not a timing: the limit on time alone is 10 s.
      expect(performance.now() - start).toBeLessThan(15_000)
    },
    20_000,
  )

  it('keeps to the limits that are given', () => {
    expect(() => new Expression('1 + 1 + 1', { limits: { length: 5 } })).toThrow(/limits.length/)
    expect(() => new Expression('1 + (1 + (1 + 1))', { limits: { depth: 3 } })).toThrow(/limits.depth/)
    expect(() => new Expression('sum(1:100)', { limits: { entries: 50 } }).evaluate({})).toThrow(/limits.entries/)
    expect(() => new Expression('sum(1:100)', { limits: { operations: 50 } }).evaluate({})).toThrow(/limits.operations/)
    expect(() => new Expression('f(n) = n == 0 ? 0 : f(n - 1); f(20)', { limits: { recursion: 10 } }).evaluate({})).toThrow(/limits.recursion/)
    expect(() => new Expression('sum(map(1:10000, f(i) = sin(i)))', { limits: { time: 0 } }).evaluate({})).toThrow(/limits.time/)
  })

  it('survive a fuzzer: the value of mathjs, or a named error', { timeout: 300_000 }, () => {
    const report = fuzz(1000, 20261125)
    console.log(`fuzzer: ${report.expressions} expressions, ${report.agree} with mathjs' value, ${report.refused} refused, ${report.gradients} gradients`)
    expect(report.failures).toEqual([])
    expect(report.agree).toBeGreaterThan(200)
  })
})

it('has its guide beside the table', () => {
  expect(readFileSync(new URL('../../docs/mathjs.md', import.meta.url), 'utf8')).toContain('mathjs-functions.md')
})

describe('what is given is read, or refused', () => {
  // biome-ignore lint/suspicious/noExplicitAny: calls that types refuse
  const any = (f: unknown) => f as any
  const scope = { a: 2, b: 3, ab: 5 }

  it.each(['ab', 7, null, [0], [['a']], new Set(['a'])])('variables are a list of names, not %o', withRespectTo => {
    for (const f of [gradient, jacobian, hessian, compileExpression])
      expect(() => any(f)(...(f === compileExpression ? ['a * b * ab'] : ['a * b * ab', scope]), { withRespectTo })).toThrow(/withRespectTo is a list of names/)
  })

  it('derivatives by one variable are by no others', () => {
    expect(() => any(derivative)('a * b', 'a', scope, { withRespectTo: ['b'] })).toThrow(/withRespectTo/)
  })

  it('nothing stands behind the options', () => {
    for (const f of [gradient, jacobian, hessian]) expect(() => any(f)('a * b', scope, {}, ['a'])).toThrow(/takes 3 arguments/)
    expect(() => any(derivative)('a * b', 'a', scope, {}, 1)).toThrow(/takes 4 arguments/)
    expect(() => any(compileExpression)('a', {}, scope)).toThrow(/takes 2 arguments/)
    const compiled = any(compileExpression('a * b'))
    for (const name of ['value', 'gradient', 'valueAndGradient', 'jacobian', 'hessian'])
      expect(() => compiled[name](scope, { withRespectTo: ['a'] }), name).toThrow(/takes 1 argument,/)
  })
})

describe('compiled expressions run inside transforms, as expressions do', () => {
  // x³ y with y = 2: derivatives by x at 2 are 24, 24 and 12.
  it.each([false, true])('compiled before: %s', before => {
    const cubic = compileExpression('x^3 * y')
    if (before) for (const name of ['value', 'gradient', 'jacobian', 'hessian'] as const) cubic[name]({ x: 1, y: 2 })
    const at = (x: unknown) => ({ x, y: 2 })
    expect(grad((x: number) => cubic.value(at(x)))(2)).toBe(24)
    expect(grad((x: number) => cubic.gradient(at(x)).x)(2)).toBe(24)
    expect(jvp((x: number) => cubic.jacobian(at(x)), [2], [1])).toEqual([[24, 8], [24, 12]]) // biome-ignore format: a matrix
    expect(grad((x: number) => cubic.hessian(at(x))[0][0])(2)).toBe(12)
    expect(vmap((x: number) => cubic.gradient(at(x)).x)(tensor([1, 2])).toArray()).toEqual([6, 24])
    expect(compile((x: number) => cubic.gradient(at(x)).x)(3)).toBe(54)
    const x = variable(2)
    cubic.value(at(x)).backward()
    expect(x.grad).toBe(24)
  })

  it('and say where there is no real number', () => {
    const log = compileExpression('log(x)')
    expect(() => grad((x: number) => log.value({ x }))(-1)).toThrow(/log\(-1\) is not a real number/)
  })
})
