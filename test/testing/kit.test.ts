import { describe, expect, it } from 'vitest'
import {
  add,
  clip,
  concat,
  customJvp,
  customVjp,
  defineOp,
  derivative,
  div,
  equal,
  grad,
  hessian,
  jacobian,
  jvp,
  max,
  mul,
  neg,
  onGrad,
  ShapeError,
  sin,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  TreeError,
  tensor,
  variable,
  where,
} from '../../src/index.ts'
import { checkGrads, checkOp, GradientError } from '../../src/testing/index.ts'

const plus = (x: Tensor, y: Tensor) => add(x, y)

describe('an operator whose rule is broken is caught by checkOp', () => {
  it.each([
    ['elementwise, a wrong sign', defineOp({ name: 'a', value: (x: number) => Math.cos(x), partials: x => [sin(x)], samples: [[0.5]] })],
    [
      'elementwise, a wrong second derivative',
      defineOp({ name: 'b', value: (x: number) => x ** 3, partials: x => [mul(3, x * x === 0 ? 0 : square(tensorless(x)))], samples: [[2]] }),
    ],
    [
      'linear, a wrong transpose',
      defineOp<(x: Tensor) => Tensor>({ name: 'c', value: ([x]) => mul(x, 2), transpose: cotangent => [mul(cotangent, 3)], samples: [[[1, 2]]] }),
    ],
    [
      'multilinear, a forgotten unbroadcast',
      defineOp<(x: Tensor, y: Tensor) => Tensor>({
        name: 'd',
        operands: 2,
        signature: (x: Tensor, y: Tensor) => ({ operands: [x, y] }),
        value: ([x, y]) => mul(x, y),
        transposes: [(cotangent, [, y]) => mul(cotangent, y), (cotangent, [x]) => mul(cotangent, x)],
        samples: [
          [
            [1, 2],
            [
              [3, 4],
              [5, 6],
            ],
          ],
        ],
      }),
    ],
    [
      'custom, a missing tie rule',
      defineOp<(x: Tensor) => number>({
        name: 'e',
        value: ([x]) => Math.max(...x.data),
        jvp: ([x], [dx], out) => sum(where(equal(x, out), dx, 0)),
        samples: [[[3, 1, 3]]],
      }),
    ],
    [
      'custom, a lost factor',
      defineOp<(x: Tensor) => number>({ name: 'f', value: ([x]) => x.data[0] ** 2, jvp: ([x], [dx]) => sum(mul(x, dx)), samples: [[[3]]] }),
    ],
  ])('%s', (_what, operator) => {
    expect(() => checkOp(operator as Parameters<typeof checkOp>[0])).toThrow(/checkOp: [a-f]: /)
  })

  it('a pattern that leaves out an entry', () => {
    const rolled = defineOp<(x: Tensor) => Tensor>({
      name: 'rolled',
      value: ([x]) => tensor([...x.data.slice(1), x.data[0]]),
      transpose: cotangent => [concat([slice(cotangent, -1), slice(cotangent, 0, -1)])],
      samples: [[[1, 2, 3]]],
    })
    expect(checkOp(rolled)).toBeGreaterThan(2)
    // Entry to entry, which is not where entries go.
    Object.assign(rolled.definition, { pattern: ([sets]: [Int32Array]) => sets })
    expect(() => checkOp(rolled)).toThrow('rolled: its sparsity pattern at ([1,2,3]): the pattern says that output 3 does not depend on input 1')
  })

  it('a claim to be affine that does not hold', () => {
    const squared = defineOp<(x: Tensor) => Tensor>({
      name: 'squared',
      value: ([x]) => square(x),
      jvp: ([x], [dx]) => mul(mul(2, x), dx),
      samples: [[[1, 2]]],
    })
    expect(checkOp(squared)).toBeGreaterThan(2)
    Object.assign(squared.definition, { affine: () => true })
    expect(() => checkOp(squared)).toThrow(
      'squared: its derivative is constant where that is said at ([1,2]): it is said to be affine, but ∂(output 1)/∂(input 1) is 2',
    )
  })

  it('and the same operators with the right rules pass', () => {
    expect(checkOp(defineOp({ name: 'a', value: (x: number) => Math.cos(x), partials: x => [neg(sin(x))], samples: [[0.5]] }))).toBeGreaterThan(5)
    expect(
      checkOp(defineOp<(x: Tensor) => Tensor>({ name: 'c', value: ([x]) => mul(x, 2), transpose: cotangent => [mul(cotangent, 2)], samples: [[[1, 2]]] })),
    ).toBeGreaterThan(2)
    expect(
      checkOp(
        defineOp<(x: Tensor) => number>({
          name: 'e',
          value: ([x]) => Math.max(...x.data),
          jvp: ([x], [dx], out) => div(sum(where(equal(x, out), dx, 0)), sum(where(equal(x, out), 1, 0))),
          samples: [[[3, 1, 2]]],
        }),
      ),
    ).toBeGreaterThan(2)
  })
})

/** A value without its derivative, as a careless rule would use it. */
function tensorless(x: number): number {
  return typeof x === 'number' ? x : 2
}

describe('checkGrads', () => {
  it('accepts functions of trees, numbers and tensors to any order', () => {
    checkGrads((p: { a: number; b: number[] }) => [mul(p.a, sin(p.b[0]!)), p.b[1]!], [{ a: 2, b: [0.5, 1] }], { order: 3 })
    checkGrads((x: Tensor, y: Tensor) => plus(square(x), y), [tensor([1, 2]), tensor([[3], [4]])])
    checkGrads((x: Float64Array) => sum(square(x)), [new Float64Array([1, 2])])
  })

  it('tells which mode, input and output are off, and by how much', () => {
    const wrong = customJvp<[x: Tensor], Tensor>(([x], [dx]) => [square(x), mul(mul(2, x), mul(dx, tensor([1, 1.5])))])
    expect(() => checkGrads(wrong, [tensor([1, 2])])).toThrow(GradientError)
    expect(() => checkGrads(wrong, [tensor([1, 2])])).toThrow(
      /forward, output \d of 2: .* off by .*Worst: ∂\(output 2\)\/∂\(input 2\) is 6.*, by finite differences (4|3\.99)/,
    )
    expect(() => checkGrads(wrong, [tensor([1, 2])], { modes: ['reverse'] })).toThrow(/reverse/)
  })
})

describe('customJvp and customVjp', () => {
  const cube = customJvp<[x: number], number>(([x], [dx]) => [mul(x, square(x)), mul(3, mul(square(x), dx))])
  const product = customVjp(
    (x: number, y: number) => [mul(x, y), [x, y] as const],
    ([x, y], cotangent) => [mul(cotangent, y), mul(cotangent, x)],
  )

  it('work in every mode and nested, from one rule', () => {
    expect([cube(2), derivative(cube)(2), grad(cube)(2), derivative(grad(cube))(2)]).toEqual([8, 12, 12, 12])
    expect([product(2, 3), ...grad(product, { argnum: [0, 1] })(2, 3), derivative((x: number) => product(x, x))(2)]).toEqual([6, 3, 2, 4])
    expect(hessian((x: number[]) => product(x[0]!, x[1]!))([2, 3])).toEqual([
      [0, 1],
      [1, 0],
    ])
    expect(jacobian((x: number[]) => [cube(x[0]!), product(x[0]!, x[1]!)], { mode: 'forward' })([2, 3])).toEqual([
      [12, 0],
      [3, 2],
    ])
    checkGrads(cube, [1.5], { order: 3 })
    checkGrads(product, [1.5, -2])
  })

  it('can bend the gradient on purpose', () => {
    const clipped = customVjp(
      (x: number) => [x, undefined],
      (_saved, cotangent) => [clip(cotangent, -1, 1)],
    )
    expect(grad((x: number) => mul(100, clipped(x)))(3)).toBe(1)
  })

  it('refuse rules that give something else', () => {
    expect(() =>
      grad(
        customVjp(
          (x: number) => [x, 0],
          () => [],
        ),
      )(1),
    ).toThrow(/cotangents of the backward rule are 1 in a list, one per operand, but an array of length 0/)
    expect(() => customJvp<[x: number], number>(() => ['a', 0] as never)(1)).toThrow(TreeError)
    expect(() => customJvp<[x: number], number>(() => 3 as never)(1)).toThrow(/customJvp: the rule gives two things in a list/)
    expect(() => customVjp((() => 3) as never, () => [])(1)).toThrow(/customVjp: forward gives two things in a list/)
  })

  it('refuse derivatives that have not the shape of what they belong to', () => {
    const x = tensor([1, 2])
    const cotangents = (...given: unknown[]) =>
      customVjp(
        (a: Tensor, b: number) => [mul(a, b), 0],
        () => given as never,
      )
    const reverse = (...given: unknown[]) => grad((a: Tensor) => sum(cotangents(...given)(a, 2)))(x)
    expect(() => reverse(3, 0)).toThrow(/customVjp: the cotangent of argument 1 has shape \[\], but what it belongs to has shape \[2\]/)
    expect(() => reverse([1, 2], x)).toThrow(/the cotangent of argument 2 has shape \[2\], but what it belongs to has shape \[\]/)
    expect(() => reverse(undefined, 0)).toThrow(/the cotangent of argument 1 is undefined/)
    expect(reverse([3, 4], undefined).toArray()).toEqual([3, 4])
    expect(() => jvp((a: Tensor) => cotangents(3, 0)(a, 2), [x], [x])).toThrow(ShapeError)
    const pushed = customJvp<[a: Tensor], Tensor>(([a]) => [a, tensor([1, 2, 3])])
    expect(() => jvp(pushed, [x], [x])).toThrow(/customJvp: the tangent has shape \[3\], but what it belongs to has shape \[2\]/)
    expect(() => grad((a: Tensor) => sum(pushed(a)))(x)).toThrow(ShapeError)
    const v = variable(x)
    onGrad(v, () => 3 as never)
    expect(() => v.sum().backward()).toThrow(/onGrad: the gradient that was returned has shape \[\]/)
  })
})

describe('the tie rule', () => {
  it('holds in the library', () => {
    expect(grad((x: number[]) => sub(max(x), 0))([3, 1, 3])).toEqual([0.5, 0, 0.5])
  })
})
