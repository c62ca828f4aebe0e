import { describe, expect, it } from 'vitest'
import { add, cos, defineOp, derivative, grad, hessian, jacobian, mul, neg, sin, square, sum, type Tensor, tensor } from '../../src/index.ts'
import { checkOp } from '../../src/testing/index.ts'

const cube = defineOp({ name: 'cube', value: (x: number) => x ** 3, partials: x => [mul(3, square(x))], samples: [[0.5], [-2]] })
const area = defineOp({ name: 'area', value: (x: number, y: number) => (x * y) / 2, partials: (x, y) => [mul(0.5, y), mul(0.5, x)], samples: [[3, 4]] })
const turned: (x: Tensor) => Tensor = defineOp<(x: Tensor) => Tensor>({
  name: 'turned',
  value: ([x]) => tensor([...(x as Tensor).data].reverse()),
  transpose: cotangent => [turned(cotangent)],
  samples: [[[1, 2, 3]]],
})
const turnedSine = defineOp<(x: Tensor) => Tensor>({
  name: 'turnedSine',
  value: ([x]) => tensor([...(x as Tensor).data].reverse().map(Math.sin)),
  jvp: ([x], [dx]) => mul(cos(turned(x as Tensor)), turned(dx as Tensor)),
  samples: [[[0.1, 2, 3]]],
})
const times = defineOp<(x: number, y: number) => number>({
  name: 'times',
  operands: 2,
  signature: (x: number, y: number) => ({ operands: [x, y] }),
  value: ([x, y]) => x * y,
  transposes: [(cotangent, [, y]) => mul(cotangent, y), (cotangent, [x]) => mul(cotangent, x)],
  samples: [[3, 4]],
})
const wave = defineOp({ name: 'wave', of: (x: number) => mul(x, sin(x)), samples: [[2]] })

describe('defineOp', () => {
  it.each([
    ['elementwise', cube],
    ['elementwise of two operands', area],
    ['linear', turned as Parameters<typeof checkOp>[0]],
    ['custom', turnedSine],
    ['multilinear', times],
    ['composite', wave],
  ])('makes an operator that is %s and passes every check of the kit', (_kind, operator) => {
    expect(checkOp(operator)).toBeGreaterThan(3)
  })

  it('makes operators that work in every mode, nested and on tensors', () => {
    expect(grad(cube)(2)).toBe(12)
    expect(derivative(derivative(cube))(2)).toBe(12)
    expect(cube(tensor([1, 2])).toArray()).toEqual([1, 8])
    expect(hessian((x: number[]) => add(cube(x[0]!), area(x[0]!, x[1]!)))([2, 3])).toEqual([
      [12, 0.5],
      [0.5, 0],
    ])
    expect(jacobian(turnedSine)(tensor([0, Math.PI])).toArray()).toEqual([
      [-0, -1],
      [1, 0],
    ])
    expect(grad((x: Tensor) => sum(mul(turned(x), [1, 2, 3])))(tensor([0, 0, 0])).toArray()).toEqual([3, 2, 1])
  })

  it.each([
    ['a wrong sign', { name: 'a', value: (x: number) => x * x, partials: (x: number) => [neg(mul(2, x))], samples: [[3]] }],
    ['a forgotten factor', { name: 'b', value: (x: number) => Math.sin(2 * x), partials: (x: number) => [cos(mul(2, x))], samples: [[0.3]] }],
    ['a partial of the wrong operand', { name: 'c', value: (x: number, y: number) => x * y, partials: (x: number, y: number) => [x, y], samples: [[3, 4]] }],
  ])('is caught by the kit with %s', (_what, definition) => {
    expect(() => checkOp(defineOp(definition))).toThrow(/was expected, off by|Worst/)
  })

  it('refuses a definition that is none', () => {
    expect(() => defineOp({ name: 'x' } as never)).toThrow(/x has neither value/)
    expect(() => defineOp({} as never)).toThrow(/has a name, but undefined/)
  })
})
