import { describe, expect, it } from 'vitest'
import {
  compile, cumLogSumExp, cumMax, cumMin, diff, grad, jacobian, meshgrid, planJacobian, ShapeError, searchSorted, select, sum, type Tensor, takeAlongAxis, tensor, trapezoid, variable, vmap,
} from '../../src/index.ts' // biome-ignore format: a list

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number
const array = (x: unknown) => (x as Tensor).toArray()
const grid = tensor([
  [3, 1, 4, 1, 5],
  [2, 7, 1, 8, 2],
])

describe('running extremes', () => {
  it('are those of NumPy along every axis, from both ends', () => {
    // numpy.maximum.accumulate(grid, 1), numpy.minimum.accumulate(grid, 1), (grid, 0), and of grid[:, ::-1] reversed
    expect(array(cumMax(grid, { axis: 1 }))).toEqual([
      [3, 3, 4, 4, 5],
      [2, 7, 7, 8, 8],
    ])
    expect(array(cumMin(grid, { axis: -1 }))).toEqual([
      [3, 1, 1, 1, 1],
      [2, 2, 1, 1, 1],
    ])
    expect(array(cumMin(grid, 0))).toEqual([
      [3, 1, 4, 1, 5],
      [2, 1, 1, 1, 2],
    ])
    expect(array(cumMax(grid, { axis: 1, reverse: true }))).toEqual([
      [5, 5, 5, 5, 5],
      [8, 8, 8, 8, 2],
    ])
    expect(array(cumMax(grid))).toEqual([3, 3, 4, 4, 5, 5, 7, 7, 8, 8])
  })

  it('keep NaN, infinities and the shapes of nothing', () => {
    expect(array(cumMax([1, nan, 3]))).toEqual([1, nan, nan])
    expect(array(cumMin([infinity, 1, -infinity]))).toEqual([infinity, 1, -infinity])
    expect(cumMax(tensor([], [2, 0]), { axis: 1 }).shape).toEqual([2, 0])
    expect(array(cumMax(-3))).toEqual([-3])
    expect(() => cumMax(3, { axis: 0 })).toThrow(ShapeError)
  })

  it('share the derivative among all that tie so far', () => {
    const third = 1 / 3
    expect(jacobian((x: number[]) => cumMax(x).toArray() as number[], { mode: 'reverse' })([1, 1, 0, 1, 2])).toEqual([
      [1, 0, 0, 0, 0],
      [0.5, 0.5, 0, 0, 0],
      [0.5, 0.5, 0, 0, 0],
      [third, third, 0, third, 0],
      [0, 0, 0, 0, 1],
    ])
    // Large tangents of entries that are no maximum any more leave nothing behind.
    expect(array(jacobian((x: number[]) => cumMin(x), { mode: 'forward' })([1e300, 2, 2]))).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0.5, 0.5],
    ])
    const f = (x: number[]) => sum(cumMax(x, { reverse: true }))
    expect(grad(f)([1, 3, 2, 2])).toEqual([0, 2, 0.5, 1.5])
    expect(compile(grad(f))([1, 3, 2, 2])).toEqual([0, 2, 0.5, 1.5])
    expect(vmap(grad(f))([[1, 3, 2, 2]])).toEqual([[0, 2, 0.5, 1.5]])
  })

  it('depend on what comes before alone', () => {
    expect(planJacobian((x: number[]) => cumMax(x), [1, 2, 3, 4]).pattern.nonzeros).toBe(10)
  })
})

describe('cumLogSumExp', () => {
  it('neither overflows nor loses small terms', () => {
    // mpmath: log(sum(exp(x[:k]))) with 30 digits
    const found = array(cumLogSumExp([1000, 1000.5, -2000, 1001])) as number[]
    ;[1000, 1000.9740769841801, 1000.9740769841801, 1001.6802696706417].forEach((each, i) => {
      expect(found[i]).toBeCloseTo(each, 10)
    })
    expect(array(cumLogSumExp([-infinity, 0, infinity]))).toEqual([-infinity, 0, infinity])
    expect(array(cumLogSumExp([0, -infinity], { reverse: true }))).toEqual([0, -infinity])
    expect(grad((x: number[]) => cumLogSumExp(x).at(1))([-infinity, 0])).toEqual([0, 1])
    expect(cumLogSumExp(tensor([], [0])).shape).toEqual([0])
  })
})

describe('differences and integrals', () => {
  it('are those of NumPy', () => {
    // numpy.diff(grid), n = 2, axis = 0, n = 7; prepend = 0, append = [[10], [20]]
    expect(array(diff(grid))).toEqual([
      [-2, 3, -3, 4],
      [5, -6, 7, -6],
    ])
    expect(array(diff(grid, 2))).toEqual([
      [5, -6, 7],
      [-11, 13, -13],
    ])
    expect(array(diff(grid, { axis: 0 }))).toEqual([[-1, 6, -3, 7, -3]])
    expect(diff(grid, 7).shape).toEqual([2, 0])
    expect(array(diff(grid, 0))).toEqual(array(grid))
    expect(array(diff(grid, { prepend: 0, append: [[10], [20]] }))).toEqual([
      [3, -2, 3, -3, 4, 5],
      [2, 5, -6, 7, -6, 18],
    ])
    expect(() => diff(3)).toThrow(ShapeError)
    expect(() => diff(grid, { prepend: [1, 2] })).toThrow(ShapeError)
    // numpy.trapezoid(grid), dx = 0.5, axis = 0; x = [0, 1, 3, 6, 10], x = grid
    expect(array(trapezoid(grid))).toEqual([10, 18])
    expect(array(trapezoid(grid, { dx: 0.5, axis: 0 }))).toEqual([1.25, 2, 1.25, 2.25, 1.75])
    expect(array(trapezoid(grid, [0, 1, 3, 6, 10]))).toEqual([26.5, 46])
    expect(array(trapezoid(grid, { x: [0, 2], axis: 0 }))).toEqual([5, 8, 5, 9, 7])
    expect(array(trapezoid(grid, { x: grid }))).toEqual([8, 0])
    expect(trapezoid([7])).toBe(0)
    expect(trapezoid(tensor([]))).toBe(0)
    expect(() => trapezoid(grid, { x: [1, 2] })).toThrow(/axis 1 of shape \[2, 5\] has 5 entries/)
  })

  it('have derivatives by places and distances, too', () => {
    expect(grad((x: number[]) => trapezoid([1, 2, 4], { x }) as number)([0, 1, 3])).toEqual([-1.5, -1.5, 3])
    expect(grad((dx: number) => trapezoid([1, 2, 4], { dx }) as number)(0.1)).toBe(4.5)
    expect(grad((before: number) => sum(diff([1, 2], { n: 2, prepend: before })))(0.1)).toBe(1)
  })
})

describe('grids', () => {
  it('are those of NumPy in both orders', () => {
    expect(meshgrid([[1, 2], [3, 4, 5]]).map(array)).toEqual([
      [[1, 2], [1, 2], [1, 2]],
      [[3, 3], [4, 4], [5, 5]],
    ]) // biome-ignore format: as printed by NumPy
    expect(meshgrid([[1, 2], [3, 4, 5]], { indexing: 'ij' }).map(array)).toEqual([
      [[1, 1, 1], [2, 2, 2]],
      [[3, 4, 5], [3, 4, 5]],
    ]) // biome-ignore format: as printed by NumPy
    // numpy.meshgrid([1, 2], [3, 4, 5], [6]) has shapes (3, 2, 1); sparse = True
    expect(meshgrid([[1, 2], [3, 4, 5], 6]).map(each => each.shape)).toEqual([[3, 2, 1], [3, 2, 1], [3, 2, 1]]) // biome-ignore format: shapes
    expect(meshgrid([[1, 2], [3, 4, 5], 6], { sparse: true }).map(each => each.shape)).toEqual([[1, 2, 1], [3, 1, 1], [1, 1, 1]]) // biome-ignore format: shapes
    expect(meshgrid([])).toEqual([])
    expect(meshgrid([[1, 2]]).map(array)).toEqual([[1, 2]])
    expect(meshgrid([[], [1]]).map(each => each.shape)).toEqual([[1, 0], [1, 0]]) // biome-ignore format: shapes
    expect(variable([1, 2]).meshgrid([[3]]).map(each => each.value)).toEqual([tensor([[1, 2]]), tensor([[3, 3]])]) // biome-ignore format: a line
  })
})

describe('select', () => {
  it('takes the first that holds, as NumPy does', () => {
    const x = [0, 1, 2, 3, 4, 5]
    const below = (n: number) => x.map(each => each < n)
    // numpy.select([x < 3, x < 5], [x, x**2], 42)
    expect(array(select([below(3), below(5)], [x, x.map(each => each * each)], 42))).toEqual([0, 1, 2, 9, 16, 42])
    expect(select([false, true], [1, 2])).toBe(2)
    expect(select([false], [1])).toBe(0)
    expect(array(select([true], [[1, 2]], [[3], [4]]))).toEqual([[1, 2], [1, 2]]) // biome-ignore format: broadcast
    expect(array(select(tensor([[1, 0], [0, 0]]), tensor([[5, 6], [7, 8]])))).toEqual([5, 0]) // biome-ignore format: lists in tensors
    expect(grad((d: number) => sum(select([[1, 0]], [[nan, 3]], d) as Tensor))(2)).toBe(1)
    expect(() => select([true], [1, 2])).toThrow(ShapeError)
    expect(() => select([], [])).toThrow(ShapeError)
  })
})

describe('searchSorted', () => {
  const sorted = [1, 2, 2, 4]
  it('finds the places that NumPy finds', () => {
    // numpy.searchsorted([1, 2, 2, 4], [0, 1, 2, 3, 4, 5, inf, -inf, nan], side)
    const values = [0, 1, 2, 3, 4, 5, infinity, -infinity, nan]
    expect(array(searchSorted(sorted, values))).toEqual([0, 0, 1, 3, 3, 4, 4, 0, 4])
    expect(array(searchSorted(sorted, values, 'right'))).toEqual([0, 1, 3, 3, 4, 4, 4, 0, 4])
    // numpy.searchsorted([1, nan, nan], [0, 2, nan], side)
    expect(array(searchSorted([1, nan, nan], [0, 2, nan]))).toEqual([0, 1, 1])
    expect(array(searchSorted([1, nan, nan], [0, 2, nan], 'right'))).toEqual([0, 1, 3])
    expect(searchSorted(tensor([]), 3)).toBe(0)
    expect((searchSorted(sorted, tensor([], [2, 0])) as Tensor).shape).toEqual([2, 0])
    expect(() => searchSorted(3, 3)).toThrow(ShapeError)
    expect(() => searchSorted([sorted], 3)).toThrow(ShapeError)
  })

  it('works on rows, and batched in either operand', () => {
    const rows = tensor([sorted, [0, 5, 6, 7]])
    const values = tensor([[2, 3], [6, -1]]) // biome-ignore format: a matrix
    const expected = [[1, 3], [2, 0]] // biome-ignore format: a matrix
    expect(array(searchSorted(rows, values))).toEqual(expected)
    expect(array(vmap((a: Tensor, v: Tensor) => searchSorted(a, v) as Tensor)(rows, values))).toEqual(expected)
    expect(array(vmap((v: Tensor) => searchSorted(sorted, v) as Tensor)(values))).toEqual([[1, 3], [4, 0]]) // biome-ignore format: a matrix
    expect(array(vmap((a: Tensor) => searchSorted(a, 2) as Tensor)(rows))).toEqual([1, 1])
    expect(array(vmap((a: Tensor) => searchSorted(a, values) as Tensor)(rows))).toEqual([[[1, 3], [4, 0]], [[1, 1], [2, 0]]]) // biome-ignore format: two matrices
    expect(array(vmap((a: Tensor, v: Tensor) => searchSorted(a, v) as Tensor)(tensor([[sorted], [[0, 5, 6, 7]]]), tensor([[[2, 3]], [[6, -1]]])))).toEqual(
      expected.map(each => [each]),
    )
    expect(array(compile((a: Tensor, v: Tensor) => searchSorted(a, v) as Tensor)(rows, values))).toEqual(expected)
    expect(grad((v: number) => takeAlongAxis([1, 2, 4], [searchSorted([1, 2, 2, 4], v) as number]).item())(1.5)).toBe(0)
  })
})

describe('takeAlongAxis', () => {
  it('broadcasts the other axes, as NumPy does', () => {
    // numpy.take_along_axis(grid, [[4, 0]], 1), (grid, [[1, 0, 1, 0, -1]], 0)
    expect(array(takeAlongAxis(grid, [[4, 0]]))).toEqual([[5, 3], [2, 2]]) // biome-ignore format: a matrix
    expect(array(takeAlongAxis(grid, [[1, 0, 1, 0, -1]], { axis: 0 }))).toEqual([[2, 1, 1, 1, 2]])
    expect(array(takeAlongAxis([[1, 2, 3]], [[0], [2]]))).toEqual([[1], [3]])
    expect(array(grad((x: Tensor) => sum(takeAlongAxis(x, [[4, 4]])))(grid))).toEqual([[0, 0, 0, 0, 2], [0, 0, 0, 0, 2]]) // biome-ignore format: a matrix
    const f = (x: Tensor, k: Tensor) => takeAlongAxis(x, k)
    const k = tensor([[0, 1], [2, 3]]) // biome-ignore format: a matrix
    expect(array(compile(f)(grid, k))).toEqual([[3, 1], [1, 8]]) // biome-ignore format: a matrix
    expect(array(vmap(f)(grid, k))).toEqual([[3, 1], [1, 8]]) // biome-ignore format: a matrix
    expect(array(vmap(f, [null, 0] as never)(tensor([3, 1, 4]), tensor([[0, 1], [2, 0]])))).toEqual([[3, 1], [4, 3]]) // biome-ignore format: a matrix
    expect(() => takeAlongAxis(grid, [0])).toThrow(ShapeError)
    expect(() => takeAlongAxis(grid, [[5]])).toThrow(/index 5 is out of range/)
    expect(() => takeAlongAxis(grid, [[0], [0], [0]])).toThrow(ShapeError)
  })
})
