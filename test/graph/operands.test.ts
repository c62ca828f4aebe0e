import { describe, expect, it } from 'vitest'
import { add, compile, defineOp, grad, mul, pow, sub, sum, type Tensor, tensor } from '../../src/index.ts'

/** Operators of one or two operands go straight to a graph that is being traced: only where the operands are scalars of it. */
describe('a traced scalar', () => {
  const weights = tensor([1, 2, 3])
  it.each([
    ['with a tensor', (x: number) => sum(mul(x, weights) as Tensor)],
    ['with a tensor on the left', (x: number) => sum(sub(weights, x) as Tensor)],
    ['with an array', (x: number) => sum(mul(x, [1, 2, 3]) as Tensor)],
    ['with a boolean', (x: number) => add(mul(x, x), true as unknown as number)],
  ])('computes %s', (_, f) => {
    expect(compile(f)(1.5)).toBe(f(1.5))
    expect(compile(grad(f))(1.5)).toBe(grad(f)(1.5))
  })

  it('refuses a missing operand, with the words of the function itself', () => {
    const broken = (x: number) => (mul as unknown as (x: number) => number)(x)
    const wrong = (x: number) => mul(x, 'three' as unknown as number)
    for (const f of [broken, wrong]) {
      let message = ''
      try {
        f(2)
      } catch (error) {
        message = (error as Error).message
      }
      expect(message).toContain('mul: operand 2 is')
      expect(() => compile(f)(2)).toThrow(message)
      expect(() => compile(grad(f))(2)).toThrow(message)
    }
  })
})

it.each(['scale', 'sum', 'mul', 'reshape', 'input', 'toString', 'cube'])('operators of the user that are all called %s are what they are', name => {
  const times = (factor: number) => defineOp({ name, value: (x: number) => x ** factor, partials: (x: number) => [mul(factor, pow(x, factor - 1))] })
  const [square, cube] = [times(2), times(3)]
  const f = (x: number) => add(cube(x), square(x))
  const onTensor = (x: Tensor) => sum(add(cube(x), square(x)))
  for (const target of ['js', 'wasm', 'interpreter'] as const) {
    for (const algebra of ['exact', 'real'] as const) {
      expect([compile(f, { target, algebra })(2), compile(grad(f), { target, algebra })(2)]).toEqual([8 + 4, 3 * 4 + 2 * 2])
      expect(compile(onTensor, { target, algebra })(tensor([1, 2]))).toBe(14)
      expect([...compile(grad(onTensor), { target, algebra })(tensor([1, 2])).data]).toEqual([5, 16])
    }
  }
})
