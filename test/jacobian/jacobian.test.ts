import { describe, expect, it } from 'vitest'
import {
  add,
  exp,
  hessian,
  jacobian,
  matmul,
  mul,
  OptionError,
  planJacobian,
  ShapeError,
  sin,
  square,
  stack,
  sub,
  sum,
  type Tensor,
  TreeError,
  tensor,
} from '../../src/index.ts'

const modes = ['auto', 'forward', 'reverse'] as const

describe.each(modes)('jacobian, %s', mode => {
  it('of a textbook map is as the textbook says', () => {
    // x = r sin θ cos φ, y = r sin θ sin φ, z = r cos θ: its determinant is r² sin θ.
    const spherical = ([r, theta, phi]: number[]) => {
      const s = mul(r!, sin(theta!))
      return [mul(s, sin(add(phi!, Math.PI / 2))), mul(s, sin(phi!)), mul(r!, sin(add(theta!, Math.PI / 2)))]
    }
    const [[a, b, c], [d, e, f], [g, h, i]] = jacobian(spherical, { mode })([2, 0.7, 0.3]) as [
      [number, number, number],
      [number, number, number],
      [number, number, number],
    ]
    expect(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)).toBeCloseTo(4 * Math.sin(0.7), 13)
  })

  it('has the layout: output shape, then input shape', () => {
    expect(jacobian((x: number[]) => [mul(x[0]!, x[1]!), 7], { mode })([2, 3])).toEqual([
      [3, 2],
      [0, 0],
    ])
    expect(jacobian((x: number) => [x, square(x)], { mode })(3)).toEqual([1, 6])
    expect(jacobian((x: number[]) => square(x[1]!), { mode })([2, 3])).toEqual([0, 6])
    expect(jacobian((x: number) => square(x), { mode })(3)).toBe(6)
    const matrix = jacobian(
      (t: Tensor) =>
        matmul(
          [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
          t,
        ),
      { mode },
    )(tensor([1, 2]))
    expect(matrix.toArray()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    expect(jacobian((t: Tensor) => mul(t, t), { mode })(tensor([[1, 2]])).shape).toEqual([1, 2, 1, 2])
    expect([...jacobian((x: Float64Array) => mul(x[0]!, x[1]!), { mode })(new Float64Array([2, 3]))]).toEqual([3, 2])
    expect(jacobian((x: Float64Array) => [mul(x[0]!, x[1]!), x[0]!], { mode })(new Float64Array([2, 3]))).toEqual([
      [3, 2],
      [1, 0],
    ])
    expect(jacobian((x: number[]) => square(x), { mode })([1, 2]).toArray()).toEqual([
      [2, 0],
      [0, 4],
    ])
    expect(jacobian((p: { a: number; b: number[] }) => ({ u: mul(p.a, p.b[0]!), v: [p.b[1]!, 3] }), { mode })({ a: 1, b: [2, 3] })).toEqual({
      u: { a: 2, b: [1, 0] },
      v: {
        a: [0, 0],
        b: [
          [0, 1],
          [0, 0],
        ],
      },
    })
  })

  it('agrees for many directions, whatever the chunk', () => {
    const f = (x: number[]) => x.map((each, i) => mul(each, exp(x[(i + 1) % x.length]!)))
    const x = Array.from({ length: 21 }, (_, i) => Math.sin(i))
    const expected = x.map((_, i) => x.map((_, j) => (j === i ? Math.exp(x[(i + 1) % 21]!) : j === (i + 1) % 21 ? x[i]! * Math.exp(x[j]!) : 0)))
    for (const chunk of [1, 3, 8]) {
      jacobian(f, { mode, chunk })(x).forEach((row, i) => {
        row.forEach((each, j) => {
          expect(each).toBeCloseTo(expected[i]![j]!, 13)
        })
      })
    }
  })

  it('of empty inputs or outputs is empty', () => {
    expect(jacobian((x: number[]) => x.slice(1), { mode })([1])).toEqual([])
    expect(jacobian((x: Tensor) => mul(x, 2), { mode })(tensor([])).shape).toEqual([0, 0])
  })
})

describe('hessian', () => {
  it('of Rosenbrock at (1, 1) is as published', () => {
    const rosenbrock = ([x, y]: number[]) => add(square(sub(1, x!)), mul(100, square(sub(y!, square(x!)))))
    for (const mode of modes)
      expect(hessian(rosenbrock, { mode })([1, 1])).toEqual([
        [802, -400],
        [-400, 200],
      ])
  })

  it('has the tree of the argument twice, whatever its arrays are', () => {
    // x₁ y₂ + x₃ y₂: ∂²/∂x∂y has a 1 in rows 1 and 3 of column 2.
    const f = ([x, y]: [number[], number[]]) => add(mul(x[0]!, y[1]!), mul(x[2]!, y[1]!))
    const pair = [new Float64Array([1, 2, 3]), new Float64Array([0.5, -1, 4])]
    const [[xx, xy], [yx, yy]] = hessian(f as never)(pair as never) as unknown as [[Tensor, Tensor], [Tensor, Tensor]]
    expect([xx, xy, yx, yy].map(block => block.toArray())).toEqual([
      [[0, 0, 0], [0, 0, 0], [0, 0, 0]],
      [[0, 1, 0], [0, 0, 0], [0, 1, 0]],
      [[0, 0, 0], [1, 0, 1], [0, 0, 0]],
      [[0, 0, 0], [0, 0, 0], [0, 0, 0]],
    ]) // biome-ignore format: matrices
  })

  it('takes trees', () => {
    expect(hessian((p: { a: number; b: number[] }) => mul(p.a, square(p.b[0]!)))({ a: 3, b: [2] })).toEqual({ a: { a: 0, b: [4] }, b: { a: [4], b: [[6]] } })
  })
})

describe('planJacobian', () => {
  const x = Array.from({ length: 100 }, (_, i) => i)

  it('takes the direction that the sizes ask for', () => {
    const gradient = planJacobian((v: number[]) => sum(square(v)), x)
    expect([gradient.mode, gradient.passes, gradient.inputs, gradient.outputs]).toEqual(['reverse', 1, 100, 1])
    const curve = planJacobian((t: number) => stack(x.map(each => mul(t, each))), 2)
    expect([curve.mode, curve.passes, curve.inputs, curve.outputs]).toEqual(['forward', 1, 1, 100])
  })

  it('lists every strategy with its price and reason, cheapest first', () => {
    const plan = planJacobian((v: number[]) => [sum(square(v)), v[0]!], x)
    expect(plan.alternatives[0]!.mode).toBe('reverse')
    expect(plan.alternatives.map(each => each.mode)).toContain('forward')
    expect(plan.alternatives[0]!.cost).toBe(plan.cost)
    expect(plan.alternatives.every((each, i, all) => i === 0 || each.cost >= all[i - 1]!.cost)).toBe(true)
    expect(plan.explain()).toMatch(/2 outputs with respect to 100 inputs[\s\S]*→ reverse[\s\S]*forward[\s\S]*100[\s\S]*Taken: reverse/)
    expect(JSON.parse(JSON.stringify(plan))).toMatchObject({
      mode: 'reverse',
      inputs: 100,
      outputs: 2,
      passes: 2,
      alternatives: expect.arrayContaining([expect.objectContaining({ mode: 'forward' })]),
    })
  })

  it('is used again for arguments of the same shapes, and refuses others', () => {
    const plan = planJacobian((v: number[]) => [mul(v[0]!, v[1]!)], [1, 2])
    expect(plan.jacobian([3, 4])).toEqual([[4, 3]])
    expect(plan.valueAndJacobian([5, 6])).toEqual([[30], [[6, 5]]])
    expect(() => plan.jacobian([1, 2, 3])).toThrow(ShapeError)
  })

  it('follows a function that makes another number of outputs', () => {
    const f = jacobian((v: number[]) => v.slice(0, 2))
    expect(f([1])).toEqual([[1]])
    expect(f([1, 2, 3])).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ])
  })

  it.each([
    [
      () => jacobian((v: number) => v, { mode: 'sideways' as 'auto' }),
      OptionError,
      /mode is 'auto', 'forward', 'reverse', 'mixed', 'elimination', 'pushing' or 'constant', not the string "sideways"/,
    ],
    [() => jacobian((v: number) => v, { modes: 'auto' } as object), OptionError, /no option modes\. Options: mode, sparsity, chunk, output/],
    [() => jacobian((v: number) => v, { chunk: 33 }), OptionError, /chunk is an integer from 1 to 32, not the number 33/],
    [() => jacobian((_v: number) => 'a')(1), TreeError, /result is the string "a"/],
    [() => jacobian(7 as unknown as () => number), Error, /takes a function/],
  ])('refuses what makes no sense: case %#', (run, kind, message) => {
    expect(run).toThrow(kind)
    expect(run).toThrow(message)
  })
})
