import { describe, expect, it } from 'vitest'
import {
  add,
  compile,
  cos,
  derivative,
  div,
  exp,
  grad,
  greater,
  jacobian,
  jvp,
  mul,
  neg,
  reshape,
  sin,
  sub,
  type Tensor,
  tensor,
  trace,
  where,
} from '../../src/index.ts'

const graphOf = (f: (x: number) => unknown) => trace(f, 0.5).toString().split('\n')

describe('while a function is traced', () => {
  it('equal steps become one, identities leave no step, and what is not used is left out', () => {
    const written = (x: number) => {
      cos(x)
      return add(sin(mul(x, 1)), neg(neg(div(sin(sub(x, 0)), 1))))
    }
    expect(graphOf(written)).toEqual(['%0 = input', '%1 = sin(%0)', '%2 = add(%1, %1)', 'return %2'])
  })

  it('x + 0 and 0 · x stay, since they are not x and 0 for every x', () => {
    expect(graphOf(x => add(x, 0))).toEqual(['%0 = input', '%1 = 0', '%2 = add(%0, %1)', 'return %2'])
    expect(graphOf(x => mul(0, x))).toEqual(['%0 = input', '%1 = 0', '%2 = mul(%1, %0)', 'return %2'])
    expect(graphOf(x => sub(x, -0))).toEqual(['%0 = input', '%1 = -0', '%2 = sub(%0, %1)', 'return %2'])
  })

  it('x + −0 is x, and x + 0 where x is never −0', () => {
    expect(graphOf(x => add(x, -0))).toEqual(['%0 = input', 'return %0'])
    expect(graphOf(x => add(0, exp(x)))).toEqual(['%0 = input', '%1 = exp(%0)', 'return %1'])
    expect(graphOf(x => sub(exp(x), -0))).toEqual(['%0 = input', '%1 = exp(%0)', 'return %1'])
  })

  it('steps on constants become constants: the derivative of a linear function is a number', () => {
    expect(graphOf(grad((x: number) => mul(mul(x, 3), 2)))).toEqual(['%0 = input', '%1 = 6', 'return %1'])
  })

  it('a gradient is the rule of each operator, with what it shares with the function', () => {
    // d/dx x · sin x = sin x + x · cos x, the later use first, added to the 0 that adjoints begin with
    expect(graphOf(grad((x: number) => mul(x, sin(x))))).toEqual([
      '%0 = input',
      '%1 = sin(%0)',
      '%2 = cos(%0)',
      '%3 = scale(%0, %2)',
      '%4 = add(%1, %3)',
      '%5 = 0',
      '%6 = add(%4, %5)',
      'return %6',
    ])
  })

  it('a reshape to the same shape leaves no step', () => {
    expect(trace((x: Tensor) => reshape(sin(x), [2]), tensor([1, 2])).operations).toBe(1)
  })

  it('finds equal steps among many', () => {
    const chain = (x: number) => {
      let y = x
      for (let i = 1; i <= 5000; i++) y = add(mul(y, x), i)
      return y
    }
    expect(trace((x: number) => [chain(x), chain(x)], 0.5).operations).toBe(10_000)
  })

  it('results are those of the function where masks, constants and other transforms meet a tape', () => {
    const f = ([x, y]: number[]) => where(greater(x as number, y as number), exp(mul(x as number, y as number)), div(y as number, 3))
    const mixed = (x: number) => {
      const [value, tangent] = jvp((z: number) => mul(mul(z, z), x), [x], [2])
      return add(mul(value, tangent), derivative((z: number) => mul(sin(z), x))(x))
    }
    for (const at of [
      [1, 2],
      [2, 1],
    ])
      expect(compile(grad(f))(at)).toEqual(grad(f)(at))
    expect(compile(grad(mixed))(0.7)).toBe(grad(mixed)(0.7))
    expect(compile(grad(grad(mixed)))(0.7)).toBe(grad(grad(mixed))(0.7))
  })

  it('a plan of elimination becomes straight code', () => {
    const waist = (x: number[]) => {
      const total = (list: number[]) => list.reduce((all, each) => add(all, each))
      const [a, b] = [total(x.map(each => mul(each, each))), total(x.map(each => sin(each)))]
      return x.map((_, i) => mul(exp(mul(a, 0.1 * i)), b))
    }
    const at = [0.1, 0.4, -0.3, 0.8]
    const exact = jacobian(waist, { mode: 'elimination' })(at)
    const fast = compile(jacobian(waist, { mode: 'elimination' }))
    expect(fast(at)).toEqual(exact)
    expect(fast([0.2, 0.4, -0.3, 0.8])).toEqual(jacobian(waist, { mode: 'elimination' })([0.2, 0.4, -0.3, 0.8]))
  })
})
