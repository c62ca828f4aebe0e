import { describe, expect, it } from 'vitest'
import { compile, diag, diagonal, grad, jacobian, norm, OptionError, ShapeError, type Tensor, tensor, trace, tri, tril, triu, vmap } from '../../src/index.ts'

const infinity = Number.POSITIVE_INFINITY
const a = [
  [1, -2, 3],
  [4, 5, -6.5],
]
const close = (found: unknown, expected: readonly number[], digits = 13) => {
  const numbers = typeof found === 'number' ? [found] : [...(found as Tensor).data]
  expect(numbers.length).toBe(expected.length)
  numbers.forEach((each, i) => {
    expect(each).toBeCloseTo(expected[i] as number, digits)
  })
}

describe('norms of matrices', () => {
  // numpy.linalg.norm(a, ord) with a = [[1, -2, 3], [4, 5, -6.5]]
  it.each([
    ['fro', 9.86154146165801],
    ['nuc', 11.943543772736158],
    [1, 9.5],
    [-1, 5],
    [2, 9.57218027114665],
    [-2, 2.371363501589508],
    [infinity, 15.5],
    [-infinity, 6],
  ] as const)('of order %s are those of NumPy', (ord, expected) => {
    close(norm(a, { ord, axis: [0, 1] }), [expected])
    close(norm(a, ord), [expected])
    close(norm(tensor([a, a]), { ord, axis: [1, 2] }), [expected, expected])
    // The transpose has the columns as rows: orders 1 and infinity change places.
    const other = typeof ord === 'number' && Math.abs(ord) !== 2 ? (Math.abs(ord) === 1 ? ord * infinity : Math.sign(ord)) : ord
    close(norm(a, { ord: other, axis: [1, 0] }), [expected])
    expect(norm(tensor([a, a]), { ord, axis: [-2, -1], keepDims: true }).shape).toEqual([2, 1, 1])
    close(compile((x: number[][]) => norm(x, { ord }))(a), [expected])
    close(tensor(vmap((x: number[][]) => norm(x, { ord }))([a, a]) as unknown as number[]), [expected, expected])
  })

  it('have the derivatives of singular values and of sums', () => {
    // numpy: u @ vt, and u[:, 0] v[0], of numpy.linalg.svd(a, full_matrices=False)
    const { u, vt } = { u: NUMPY_U, vt: NUMPY_VT }
    const product = (k: number[]) => a.map((row, i) => row.map((_, j) => k.reduce((s, n) => s + (u[i]?.[n] as number) * (vt[n]?.[j] as number), 0)))
    const same = (found: number[][], expected: number[][]) => close(tensor(found), expected.flat(), 12)
    same(grad((x: number[][]) => norm(x, 'nuc'))(a), product([0, 1]))
    same(grad((x: number[][]) => norm(x, 2))(a), product([0]))
    same(grad((x: number[][]) => norm(x, -2))(a), product([1]))
    expect(grad((x: number[][]) => norm(x, 1))(a)).toEqual([
      [0, 0, 1],
      [0, 0, -1],
    ])
    expect(grad((x: number[][]) => norm(x, infinity))(a)).toEqual([
      [0, 0, 0],
      [1, 1, -1],
    ])
    expect(
      grad((x: number[][]) => norm(x, 1))([
        [1, -1],
        [2, 2],
      ]),
    ).toEqual([
      [0.5, -0.5],
      [0.5, 0.5],
    ])
  })

  it('without an order are those of all entries, as before', () => {
    close(norm(a), [9.86154146165801])
    close(norm(a, { axis: [0, 1] }), [9.86154146165801])
    close(norm([a, a], { axis: [0, 1, 2] }), [Math.SQRT2 * 9.86154146165801])
    expect(norm([3, -4], 1)).toBe(7)
    expect(norm(-3, 1)).toBe(3)
  })

  it('of nothing are 0 where sums are, and errors where there is no largest', () => {
    const [wide, high] = [tensor([], [0, 3]), tensor([], [3, 0])]
    expect([norm(wide, 'fro'), norm(wide, 'nuc'), norm(wide, 1), norm(high, infinity)]).toEqual([0, 0, 0, 0])
    for (const [x, ord] of [
      [wide, 2],
      [high, 1],
      [wide, infinity],
    ] as const)
      expect(() => norm(x, ord)).toThrow(ShapeError)
  })

  it('refuse what NumPy refuses', () => {
    expect(() => norm(a, 3)).toThrow(OptionError)
    expect(() => norm([1, 2], 'fro')).toThrow(OptionError)
    expect(() => norm([a, a], 1)).toThrow(ShapeError)
    expect(() => norm(a, { ord: 1, axis: [0, 0] })).toThrow(ShapeError)
    expect(() => norm(a, { ord: 'inf' as never })).toThrow(OptionError)
  })
})

// numpy.linalg.svd(a, full_matrices=False)
const NUMPY_U = [
  [-0.31208817739839456, 0.9500531403706574],
  [0.9500531403706574, 0.3120881773983947],
]
const NUMPY_VT = [
  [0.36440228717781903, 0.5614647765097172, -0.7429456762364713],
  [0.927064049223436, -0.14323632522878327, 0.3464615473214896],
]

describe('diagonals', () => {
  const x = [
    [1, 2, 3],
    [4, 5, 6],
  ]
  // numpy.diagonal(x, k), numpy.trace(x, k), numpy.diag(x, k)
  it.each([
    [0, [1, 5]],
    [1, [2, 6]],
    [2, [3]],
    [3, []],
    [9, []],
    [-1, [4]],
    [-2, []],
  ])('with offset %i are those of NumPy', (k, expected) => {
    expect(diagonal(x, k).toArray()).toEqual(expected)
    expect(diag(x, { k }).toArray()).toEqual(expected)
    expect(trace(x, { offset: k })).toBe(expected.reduce((s, each) => s + each, 0))
    expect(grad((t: number[][]) => trace(t, k) as number)(x)).toEqual(x.map((row, i) => row.map((_, j) => (j - i === k ? 1 : 0))))
    expect((vmap((t: Tensor) => diagonal(t, k))(tensor([x, x])) as unknown as Tensor).toArray()).toEqual([expected, expected])
  })

  it('lie along the axes that are named', () => {
    // numpy.arange(12.).reshape(2, 3, 2): numpy.diagonal(·, 0, 0, 1), numpy.diagonal(·, 1, 0, 2), numpy.trace(·, -1, 1, 0)
    const t = tensor(
      Float64Array.from({ length: 12 }, (_, i) => i),
      [2, 3, 2],
    )
    expect(diagonal(t, { axis1: 0, axis2: 1 }).toArray()).toEqual([
      [0, 8],
      [1, 9],
    ])
    expect(diagonal(t, { offset: 1, axis1: 0, axis2: 2 }).toArray()).toEqual([[1], [3], [5]])
    expect((trace(t, { offset: -1, axis1: 1, axis2: 0 }) as Tensor).toArray()).toEqual([12.0, 14.0])
    expect(() => diagonal(t, { axis1: 1, axis2: -2 })).toThrow(ShapeError)
    expect(() => trace([1, 2])).toThrow(ShapeError)
  })

  it('of a vector are where they are said to be', () => {
    expect(diag([1, 2], 1).toArray()).toEqual([
      [0, 1, 0],
      [0, 0, 2],
      [0, 0, 0],
    ])
    expect(diag([1, 2], -1).toArray()).toEqual([
      [0, 0, 0],
      [1, 0, 0],
      [0, 2, 0],
    ])
    expect(diag(tensor([]), 1).shape).toEqual([1, 1])
    expect(diag(tensor([], [0, 2]), 1).shape).toEqual([0])
    expect(jacobian((t: number[]) => diag(t, 1))([7]).toArray()).toEqual([
      [[0], [1]],
      [[0], [0]],
    ])
  })

  it('bound triangles of ones', () => {
    // numpy.tri(2, 3, k)
    expect([-1, 0, 1, 2].map(k => tri(2, 3, k).toArray())).toEqual([
      [
        [0, 0, 0],
        [1, 0, 0],
      ],
      [
        [1, 0, 0],
        [1, 1, 0],
      ],
      [
        [1, 1, 0],
        [1, 1, 1],
      ],
      [
        [1, 1, 1],
        [1, 1, 1],
      ],
    ])
    expect(tri(0).shape).toEqual([0, 0])
    expect(() => tri(2, 2, 0.5)).toThrow(ShapeError)
    for (const k of [-3, -1, 0, 2]) {
      expect(tril(x, k).toArray()).toEqual(x.map((row, i) => row.map((each, j) => each * tri(2, 3, k).at(i, j))))
      expect(triu(x, k).toArray()).toEqual(x.map((row, i) => row.map((each, j) => each * (1 - tri(2, 3, k - 1).at(i, j)))))
    }
  })
})
