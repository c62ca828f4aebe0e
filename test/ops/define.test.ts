import { describe, expect, it } from 'vitest'
import {
  add,
  checkpoint,
  compile,
  cos,
  defineOp,
  derivative,
  grad,
  hessian,
  jacobian,
  jvp,
  mul,
  neg,
  option,
  value as plain,
  pow,
  ShapeError,
  sin,
  square,
  sum,
  type Tensor,
  TreeError,
  tensor,
  variable,
  vjp,
  vmap,
} from '../../src/index.ts'
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

  it('reads declared options as the library does', () => {
    const leaky = defineOp({
      name: 'leaky',
      options: { slope: { is: option.differentiable, default: 0.1 }, power: { is: option.positive, required: true } },
      bare: ['power'],
      of: (x: number, { slope, power }) => mul(slope, pow(x, power)),
    })
    expect(leaky(2, 3)).toBe(mul(0.1, 8))
    expect(leaky(2, { power: 3, slope: 2 })).toBe(16)
    expect(grad((s: number) => leaky(2, 3, { slope: s }))(1)).toBe(8)
    expect(() => leaky(2, { slope: 1 } as never)).toThrow(/leaky: power is missing: it is an integer of at least 1/)
    expect(() => leaky(2, 3, { slop: 1 } as never)).toThrow(/there is no option slop. Options: slope, power. Did you mean slope?/)
    expect(() => leaky(2, 0)).toThrow(/power is an integer of at least 1, not the number 0/)
    expect(() => grad((p: number) => leaky(2, p))(2)).toThrow(/power is .* traced value/)
    // Without declared options an author's function reads its arguments by itself.
    const free = defineOp({ name: 'free', of: (x: number, k = 2) => mul(k, x) })
    expect([free(3), free(3, 4)]).toEqual([6, 12])
    expect(() => (cube as (...args: number[]) => number)(2, 3)).toThrow(/cube: takes 1 operand, but 2 arguments/)
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

describe.each([1, 2, 3, 4, 5, 7])('an elementwise operator of %i operands', count => {
  // x₁ x₂ … xₙ + sin xₙ, whose derivatives are known.
  type Operator = (...operands: number[]) => number
  const names = Array.from({ length: count }, (_, i) => `x${i}`)
  const value = new Function(...names, `return ${names.join(' * ')} + Math.sin(${names.at(-1)})`) as Operator
  const others = (x: readonly number[], i: number, j = i) => x.reduce((product, each, k) => (k === i || k === j ? product : mul(product, each)), 1)
  const operator = defineOp<Operator>({
    name: `product${count}`,
    value,
    partials: (...operandsAndOut: number[]) => {
      const x = operandsAndOut.slice(0, count)
      return x.map((last, i) => (i === count - 1 ? add(others(x, i), cos(last)) : others(x, i)))
    },
  })
  const f = (x: number[]) => operator(...x)
  const x = names.map((_, i) => 1.1 + 0.3 * i)
  const gradient = x.map((each, i) => others(x, i) + (i === count - 1 ? Math.cos(each) : 0))
  const second = x.map((each, i) => x.map((_, j) => (i !== j ? others(x, i, j) : i === count - 1 ? -Math.sin(each) : 0)))
  const near = (found: unknown, expected: number[]) => {
    expect(found).toHaveLength(expected.length)
    expected.forEach((each, i) => expect((found as number[])[i]).toBeCloseTo(each, 12))
  }

  it('has all its partials in every mode', () => {
    near(grad(f)(x), gradient)
    near(grad(operator, { argnum: x.map((_, i) => i) })(...x), gradient)
    near(vjp(operator, ...x)[1](1), gradient)
    for (const mode of ['forward', 'reverse', 'elimination'] as const) near(jacobian(f, { mode })(x), gradient)
    for (const target of ['js', 'interpreter', 'wasm'] as const) near(compile(grad(f), { target })(x), gradient)
    near(compile(jacobian(f))(x), gradient)
    near(grad(checkpoint(f))(x), gradient)
    near((vmap(grad(f))([x, x]) as number[][])[1], gradient)
    expect(jvp(f, [x], [x.map(() => 1)])[1]).toBeCloseTo(
      gradient.reduce((a, b) => a + b),
      12,
    )
    const tensors = x.map(each => tensor([each, each]))
    near(
      (grad((...given: number[]) => sum(operator(...given)), { argnum: x.map((_, i) => i) })(...(tensors as unknown as number[])) as unknown as Tensor[]).map(
        t => t.at(1),
      ),
      gradient,
    )
  })

  it('has them on variables, and the second ones', () => {
    const variables = x.map(each => variable(each))
    ;(operator(...(variables as unknown as number[])) as unknown as ReturnType<typeof variable>).backward(null, { createGraph: true })
    near(
      variables.map(each => Number(plain(each.grad))),
      gradient,
    )
    ;(hessian(f)(x) as number[][]).forEach((row, i) => near(row, second[i] as number[]))
    x.forEach((_, i) => near(grad((at: number[]) => grad(f)(at)[i] as number)(x), second[i] as number[]))
    near(
      compile(grad((at: number[]) => sum(grad(f)(at))))(x),
      second[0]?.map((_, j) => second.reduce((total, row) => total + (row[j] as number), 0)) as number[],
    )
  })
})

describe('what rules of defineOp give', () => {
  const one = tensor([1, 2])
  it.each([
    ['a tangent of another shape', { jvp: () => tensor([1, 2, 3]) }, ShapeError, /off: the tangent has shape \[3\], but what it belongs to has shape \[2\]/],
    ['a tangent that is none', { jvp: () => 'x' }, TreeError, /off: the tangent is the string "x"/],
    ['a cotangent of another shape', { transpose: () => [1] }, ShapeError, /off: the cotangent of operand 1 has shape \[\]/],
    ['too few cotangents', { transpose: () => [] }, TreeError, /off: the cotangents are 1 in a list/],
    ['a product without a transpose', { transposes: [] }, Error, /off: transposes are one per operand/],
  ])('is checked: %s', (_what, rules, kind, message) => {
    const off = defineOp<(x: Tensor) => Tensor>({ name: 'off', value: ([x]: Tensor[]) => x, ...rules } as never)
    const run = () => grad((x: Tensor) => sum(mul(off(x), x)))(one)
    expect(run).toThrow(kind)
    expect(run).toThrow(message)
  })

  it('is checked: values, and the number of partials', () => {
    expect(() => defineOp<(x: Tensor) => Tensor>({ name: 'off', value: () => undefined as never, jvp: () => 0 })(one)).toThrow(/off: the value is undefined/)
    const few = defineOp({ name: 'few', value: (x: number, y: number) => x * y, partials: (_x: number, y: number) => [y] })
    expect(() => grad(few)(2, 3)).toThrow(/few: partials are one per operand, 2, but an array of length 1/)
  })
})
