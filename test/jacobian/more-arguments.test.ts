import { expect, it } from 'vitest'
import { add, compile, grad, hessian, jacobian, mul, square, sum } from '../../src/index.ts'

const scaled = (x: number[], a: number) => x.map(each => mul(a, square(each)))

it('arguments after the first go to the function, call by call', () => {
  const slopes = jacobian(scaled)
  expect(slopes([1, 2], 3)).toEqual([
    [6, 0],
    [0, 12],
  ])
  expect(slopes([1, 2], 10)).toEqual([
    [20, 0],
    [0, 40],
  ])
  const curvature = hessian((x: number[], a: number) => mul(a, sum(square(x))))
  expect(curvature([1, 2], 3)).toEqual([
    [6, 0],
    [0, 6],
  ])
  expect(curvature([1, 2], 5)).toEqual([
    [10, 0],
    [0, 10],
  ])
})

it('an affine function is no constant in the others', () => {
  const slopes = jacobian((x: number[], a: number) => x.map(each => mul(a, each)))
  expect([2, 3, 4].map(a => slopes([1], a))).toEqual([[[2]], [[3]], [[4]]])
})

it('what stands beside the outputs sees them too', () => {
  const [slopes, rest] = jacobian((x: number[], a: number) => [scaled(x, a), a] as [number[], number], { hasAux: true })([1], 7)
  expect([slopes, rest]).toEqual([[[14]], 7])
})

it('calls inside each other have their own, also after one that threw', () => {
  let inner = (_: number[]): number => 0
  const slopes = jacobian((x: number[], depth: number): number[] => {
    if (depth < 0) throw new RangeError('too deep')
    return x.map(each => add(mul(depth, each), depth > 1 ? inner([1]) : 0))
  })
  inner = x => slopes(x, 1)[0]![0]!
  expect(slopes([5], 2)).toEqual([[2]])
  expect(() => slopes([5], -1)).toThrow('too deep')
  expect(slopes([5], 4)).toEqual([[4]])
})

it('others may be traced: a gradient by them, compiled', () => {
  const f = (a: number) => jacobian((x: number[], b: number) => x.map(each => mul(b, square(each))))([3], mul(a, a))[0]![0]!
  // 6 a², of which the derivative is 12 a.
  expect(grad(f)(2)).toBe(24)
  expect(compile(grad(f))(2)).toBe(24)
  expect(compile(jacobian(scaled))([1, 2], 3)).toEqual([
    [6, 0],
    [0, 12],
  ])
})

it('a list may be mapped by a Jacobian: its function is given the index and the list as well', () => {
  expect([[1], [2]].map(jacobian((x: number[]) => x.map(each => square(each))))).toEqual([[[2]], [[4]]])
})
