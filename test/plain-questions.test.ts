import { describe, expect, it } from 'vitest'
import {
  add,
  compile,
  derivative,
  detectAnomaly,
  div,
  eq,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  linearize,
  mul,
  sin,
  sum,
  TracedValueError,
  taylor,
  tensor,
  trace,
  value,
  vjp,
  vmap,
} from '../src/index.ts'
import { checkGrads } from '../src/testing/index.ts'

type Plain = (x: number) => number

// Functions whose answer for a traced value is not that for its number, at a point where the two differ.
const questions: Record<string, [Plain, number]> = {
  '===': [x => (x === 1 ? mul(3, x) : x), 1],
  '!==': [x => (x !== 1 ? mul(3, x) : x), 1],
  'an entry ===': [x => ([x, 2][0] === 1 ? mul(3, x) : x), 1],
  switch: [
    x => {
      switch (x) {
        case 2:
          return mul(3, x)
        default:
          return x
      }
    },
    2,
  ],
  typeof: [x => (typeof x === 'number' ? mul(3, x) : x), 2],
  'Number.isFinite': [x => (Number.isFinite(x) ? x : 0), 2],
  'Number.isInteger': [x => (Number.isInteger(x) ? mul(3, x) : x), 2],
  'Object.is': [x => (Object.is(x, 2) ? mul(3, x) : x), 2],
  includes: [x => ([1, 2].includes(x) ? mul(3, x) : x), 2],
  indexOf: [x => ([1, 2].indexOf(x) >= 0 ? mul(3, x) : x), 2],
  'a set': [x => (new Set([1, 2]).has(x) ? mul(3, x) : x), 2],
  'a map': [x => mul(new Map([[2, 5]]).get(x) ?? 1, x), 2],
  'a key': [x => mul(({ 2: 5 } as Record<number, number>)[x] ?? 1, x), 2],
  'x ?': [x => (x ? x : add(x, 1)), 0],
  '!x': [x => (!x ? add(x, 1) : x), 0],
  '||': [x => x || add(x, 1), 0],
  '&&': [x => add(x, (x && 2) || 0), 0],
  'where the other value is infinite': [x => (x === 0 ? Infinity : add(x, 1)), 0],
  'if (x)': [
    x => {
      if (x) return x
      return add(x, 1)
    },
    0,
  ],
  'where a limit is meant': [x => (x === 0 ? 1 : div(sin(x), x)), 0],
}

const ways: Record<string, (f: Plain, x: number) => unknown> = {
  grad: (f, x) => grad(f)(x),
  derivative: (f, x) => derivative(f)(x),
  jvp: (f, x) => jvp(f, [x], [1]),
  vjp: (f, x) => vjp(f, x),
  linearize: (f, x) => linearize(f, x),
  jacobian: (f, x) => jacobian((at: number[]) => [f(at[0]!)])([x]),
  taylor: (f, x) => taylor(f, x, 2),
  vmap: (f, x) => vmap(f)([x, x]),
  trace: (f, x) => trace(f, x),
  compile: (f, x) => compile(f)(x),
  'compile of grad': (f, x) => compile(grad(f))(x),
  'vmap of grad': (f, x) => vmap(grad(f))([x, x]),
  'grad of grad': (f, x) => grad(grad(f))(x),
}

describe('a question that no operator sees', () => {
  describe.each(Object.keys(ways))('is an error in %s:', way => {
    it.each(Object.keys(questions))('%s', name => {
      const [f, x] = questions[name]!
      // jacobian's function here is another, without questions in its text.
      if (way === 'jacobian') expect(() => checkGrads((at: number[]) => [f(at[0]!)], [[x]])).toThrow(/for plain numbers/)
      else expect(() => ways[way]!(f, x)).toThrow(TracedValueError)
    })
  })

  it('is an error each time, and of the function that asks', () => {
    const slope = grad((x: number) => (x === 5 ? mul(3, x) : x))
    expect(() => slope(5)).toThrow('grad: the function gives 5 where it is traced, and 15 for plain numbers.')
    expect(() => slope(5)).toThrow(/Write eq\(x, 1\) for x === 1/)
    expect(() => jacobian(([x]: number[]) => [x === 5 ? mul(3, x) : x!])([5])).toThrow(/^jacobian: the function gives 5/)
    expect(() => hessian(([x]: number[]) => (x === 5 ? mul(3, x) : x!))([5])).toThrow(/gives 5 where it is traced, and 15/)
    expect(() => hvp(([x]: number[]) => (x === 5 ? mul(4, x) : x!), [5], [1])).toThrow(/gives 5 where it is traced, and 20/)
  })

  it('is found in what a function calls by detectAnomaly and checkGrads', () => {
    const inner = (x: number) => (x === 1 ? mul(3, x) : x)
    const outer = (x: number) => inner(x)
    expect(() => detectAnomaly(() => grad(outer)(1))).toThrow(/gives 1 where it is traced, and 3/)
    expect(() => checkGrads(outer, [1])).toThrow(/gives 1 where it is traced, and 3/)
  })

  it('may be asked with eq, of value(x), and about what is not traced', () => {
    expect(grad((x: number) => (eq(x, 1) ? mul(3, x) : x))(1)).toBe(3)
    expect(grad((x: number) => (value(x) === 1 ? mul(3, x) : x))(1)).toBe(3)
    expect(grad((x: number[], kind: string) => (x.length === 2 && kind === 'a' ? sum(x) : 0))([1, 2], 'a')).toEqual([1, 1])
  })

  it('is no error in functions of chance, nor where the plain run throws', () => {
    expect(grad((x: number) => mul(Math.random() || 1, x))(1)).toBeGreaterThanOrEqual(0)
    const once = () => {
      let calls = 0
      return (x: number) => {
        if (calls++ !== 0) throw new Error('once')
        return mul(2, x)
      }
    }
    expect(grad(once())(1)).toBe(2)
  })

  it('leaves the arguments as they are', () => {
    const x = Float64Array.of(3, 1, 2)
    const w = tensor([1, 2])
    grad((at: Float64Array, by: typeof w) => {
      if (at[0] !== undefined) at[0] = mul(at[0], 2)
      return add(sum(at), sum(by))
    })(x, w)
    expect([...x]).toEqual([3, 1, 2])
  })
})
