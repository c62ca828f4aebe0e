import { expect, it } from 'vitest'
import * as dualtape from '../../src/index.ts'
import { arange, eye, full, jacobian, linspace, mul, ones, ShapeError, type Tensor, tensor, tri, variable, zeros } from '../../src/index.ts'
import { normal, permutation, split } from '../../src/random/index.ts'

/*
 * A size that nothing can hold is an error of the family, at once: no raw RangeError of a typed array, no endless loop, no position that
 * wraps around 32 bits, and no memory taken before. Options of operators are tried in options.test.ts.
 */

const HUGE = [2 ** 31, 2 ** 32 + 2, 1e12, Number.MAX_SAFE_INTEGER]

it.each(HUGE)('makers refuse %d entries', n => {
  const calls = [
    zeros,
    ones,
    (shape: number[]) => full(shape, 2),
    (shape: number[]) => dualtape.broadcastTo(1, shape),
    (shape: number[]) => normal([0, 0] as never, shape),
  ]
  for (const make of calls) for (const shape of [[n], [2, n], [n, 2], [2 ** 20, 2 ** 20, 2]]) expect(() => make(shape)).toThrow(ShapeError)
  expect(zeros([n, 0]).shape).toEqual([n, 0])
  for (const make of [
    eye,
    arange,
    (k: number) => linspace(0, 1, k),
    tri,
    (k: number) => tri(2, k),
    (k: number) => permutation([0, 0] as never, k),
    (k: number) => split([0, 0] as never, k),
  ])
    expect(() => make(n)).toThrow(ShapeError)
  expect(() => tensor([1], [n])).toThrow(ShapeError)
})

it('results of operands that spread, and dense Jacobians, are refused as well', () => {
  const long = zeros([100_000])
  const [column, row] = [zeros([100_000, 1]), zeros([1, 100_000])]
  const { add, where, outer, matmul, einsum, meshgrid, diag, vmap, sub } = dualtape
  for (const call of [
    () => add(column, row),
    () => variable(column).add(row),
    () => where(column, row, 0),
    () => outer(long, long),
    () => matmul(column, row),
    () => einsum('i,j->ij', long, long),
    () => meshgrid([long, long]),
    () => diag(long),
    () => vmap((x: number) => sub(x, long))(long),
  ])
    expect(call).toThrow(/would have 10000000000 entries|shape \[100000, 100000\]/)
  expect(() => jacobian((x: Tensor) => mul(x, 2))(long)).toThrow(/jacobian: a matrix of 100000 rows .* output: 'sparse'/)
  expect(jacobian((x: Tensor) => mul(x, 2), { output: 'sparse' })(long).nonzeros).toBe(100_000)
})

it('pieces of operators refuse places and shapes that do not fit', () => {
  const { pick, place, withShape, stackScalars, section, placeSection } = dualtape
  for (const call of [
    () => pick(tensor([1, 2, 3]), 3),
    () => pick(1, 1),
    () => place(1, 4, [2, 2]),
    () => place([1, 2] as never, 0, [2]),
    () => place(1, 0, [-1, -1]),
    () => withShape(tensor([1, 2, 3]), [2]),
    () => withShape(tensor([1, 2, 3, 4]), [-2, -2]),
    () => stackScalars([1, 2, 3], [2]),
    () => stackScalars([1, [2]] as never, [2]),
    () => section([1, 2, 3], 2, [2]),
    () => section([1, 2, 3], 0, [-1]),
    () => placeSection([1, 2, 3], 1, 3),
  ])
    expect(call).toThrow(ShapeError)
})
