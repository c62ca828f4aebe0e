import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { functions } from '../../src/mathjs/functions/table.ts'
import { compileExpression, Expression, gradient, hessian } from '../../src/mathjs/index.ts'
import { instance } from './mathjs.ts'
import { numbers } from './numbers.ts'

const tables = JSON.parse(readFileSync(new URL('../reference/reciprocals.json', import.meta.url), 'utf8')) as {
  [name: string]: [x: number, ...derivatives: (number | null)[]][]
}

/** Loses digits beside the zeros of zeta and of derivatives, and below the smallest normal number. */
const near = (found: number, wanted: number, tolerance: number) => Math.abs(found - wanted) <= tolerance * Math.abs(wanted) + 1e-307

describe('functions of one number are accurate where 1 / x is infinite, and where squares underflow', () => {
  it.each(Object.keys(tables))('%s', name => {
    const text = `${name}(x)`
    const compiled = compileExpression(text)
    for (const [x, ...wanted] of tables[name] ?? []) {
      const tolerance = name === 'zeta' ? 1e-12 : 2e-14
      const ways = [
        [new Expression(text).evaluate({ x }), gradient(text, { x }).x, hessian(text, { x })[0][0]],
        [compiled.value({ x }), compiled.gradient({ x }).x, compiled.hessian({ x })[0][0]],
      ]
      for (const found of ways)
        wanted.forEach((each, order) => {
          if (each !== null) expect([x, order, found[order], each, near(found[order] as number, each, tolerance)]).toEqual([x, order, found[order], each, true])
        })
    }
  })
})

describe('where a function of one number is no real number, nor are its derivatives', () => {
  const math = instance()
  const names = [...functions].filter(([name, { kind, any }]) => kind === 'differentiable' && any !== true && typeof math[name] === 'function')
  const points = [-8, -2.5, -2, -1, -0.5, 0, 0.5, 1, 2, 2.5]

  it.each(names.map(([name]) => name))('%s', name => {
    const text = `${name}(x)`
    const options = { complex: 'nan' } as const
    const compiled = compileExpression(text, options)
    for (const x of points) {
      const value = valueOf(() => new Expression(text, options).evaluate({ x }))
      if (!Number.isNaN(value)) continue
      const found = [gradient(text, { x }, options).x, hessian(text, { x }, options)[0][0], compiled.gradient({ x }).x, compiled.hessian({ x })[0][0]]
      expect([x, found]).toEqual([x, [NaN, NaN, NaN, NaN]])
    }
  })
})

/** A value; undefined where a function does not take these arguments. */
function valueOf(f: () => unknown): unknown {
  try {
    return f()
  } catch {
    return undefined
  }
}

it('factorials that overflow are divided by their logarithms', () => {
  // Γ(181) / Γ(179) and its derivatives by n and by k: n (n − 1), n (n − 1) (ψ(n + 1) − ψ(n − k + 1)), n (n − 1) ψ(n − k + 1) (mpmath).
  const [value, { n, k }] = compileExpression('permutations(n, k)').valueAndGradient({ n: 180, k: 2 })
  for (const [found, wanted] of [
    [value, 32220],
    [n, 359],
    [k, 167047.486865568],
  ] as const)
    expect(near(found, wanted, 1e-12), `${found} against ${wanted}`).toBe(true)
})

it('a sparse vector is a column, and a vector has no trace', () => {
  for (const text of ['size(sparse([1, 2, 3]))', 'size([1, 2; 3, 4] * sparse([3, 4]))', 'trace([3])'])
    expect([new Expression(text).evaluate({})].flatMap(numbers)).toEqual(numbers(instance().evaluate(text)))
  expect(() => new Expression('trace([1, 2])').evaluate({})).toThrow(/square matrix/)
  expect(() => new Expression('std([1, 2, 3], 1, 2)').evaluate({})).toThrow(/an array and a dimension/)
})
