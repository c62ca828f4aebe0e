import { describe, expect, it } from 'vitest'
import {
  add,
  Graph,
  GraphError,
  grad,
  mul,
  ones,
  reshape,
  ShapeError,
  square,
  sum,
  type Tensor,
  TreeError,
  tensor,
  trace,
  transpose,
  vmap,
} from '../../src/index.ts'

// biome-ignore lint/suspicious/noExplicitAny: calls that types refuse
type Anything = any

const product = trace((x: number, y: number) => mul(x, y), 2, 3)
const energy = trace((x: Tensor) => sum(square(x)), tensor([1, 2]))

describe('a graph is evaluated at what fits its inputs', () => {
  it('in any form of it', () => {
    expect(product.evaluate([2, 5])).toEqual([10])
    expect(product.evaluate([tensor(2), 5])).toEqual([10])
    for (const x of [tensor([3, 4]), [3, 4], Float64Array.of(3, 4), Float32Array.of(3, 4)]) expect(energy.evaluate([x])).toEqual([25])
  })

  it.each<[unknown, unknown]>([
    [[], /2 inputs, but 0 were given/],
    [[2], /2 inputs, but 1 were given/],
    [[2, 3, 4], /2 inputs, but 3 were given/],
    [2, /2 inputs, but the number 2 was given/],
    [tensor([2, 3]), /but a Tensor of shape \[2\] was given/],
    [undefined, /but undefined was given/],
    [null, /but null was given/],
  ])('and of no other number: %o', (inputs, message) => {
    expect(() => product.evaluate(inputs as Anything)).toThrow(GraphError)
    expect(() => product.evaluate(inputs as Anything)).toThrow(message as RegExp)
  })

  it('shape or kind', () => {
    expect(() => product.evaluate([tensor([1, 2]), 3])).toThrow(ShapeError)
    for (const x of [tensor([1, 2, 3]), [1, 2, 3], [[1, 2]], 3]) expect(() => energy.evaluate([x])).toThrow(ShapeError)
    for (const x of ['2', undefined, null, 2n, {}]) expect(() => product.evaluate([1, x] as Anything)).toThrow(TreeError)
  })

  it('but not inside a transform, which it would leave', () => {
    const message = /a graph takes plain values/
    expect(() => grad((x: number) => product.evaluate([x, 3])[0] as number)(2)).toThrow(message)
    expect(() => vmap((x: Tensor) => energy.evaluate([x])[0] as number)(tensor([[1, 2]]))).toThrow(message)
  })

  it('also where it was read from a file', () => {
    const read = Graph.fromJSON(JSON.parse(JSON.stringify(energy)))
    expect(read.evaluate([[3, 4]])).toEqual([25])
    expect(() => read.evaluate([[1, 2, 3]])).toThrow(ShapeError)
  })
})

it('what a graph gives belongs to the caller', () => {
  const graph = trace(
    (x: Tensor) => [add(x, 1), ones([2]), x, reshape(x, [2, 1]), transpose(reshape(x, [1, 2])), reshape(ones([2]), [1, 2]), x],
    tensor([1, 2]),
  )
  const before = JSON.stringify(graph)
  const x = tensor([3, 4])
  const wanted = [[4, 5], [1, 1], [3, 4], [[3], [4]], [[3], [4]], [[1, 1]], [3, 4]] // biome-ignore format: a list
  const results = graph.evaluate([x]) as Tensor[]
  expect(results.map(each => each.toArray())).toEqual(wanted)
  results.forEach((each, i) => each.data.fill(100 + i))
  expect(results.map(each => each.data[0])).toEqual(results.map((_, i) => 100 + i))
  expect(x.toArray()).toEqual([3, 4])
  expect(JSON.stringify(graph)).toBe(before)
  expect((graph.evaluate([x]) as Tensor[]).map(each => each.toArray())).toEqual(wanted)
})
