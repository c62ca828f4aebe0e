import { inspect } from 'node:util'
import { MessageChannel } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import {
  add,
  arange,
  eye,
  full,
  grad,
  linspace,
  mul,
  ones,
  ShapeError,
  sum,
  type Tensor,
  type TensorFields,
  TreeError,
  tensor,
  zeros,
} from '../../src/index.ts'

describe('a Tensor', () => {
  it('is made of nested arrays, numbers and typed arrays', () => {
    expect(
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]).shape,
    ).toEqual([2, 3])
    expect(tensor(3).shape).toEqual([])
    expect(tensor(new Float32Array([1, 2])).toArray()).toEqual([1, 2])
    expect(tensor([1, 2, 3, 4], [2, 2]).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(tensor([[[]]]).shape).toEqual([1, 1, 0])
  })

  it('copies what it is made of', () => {
    const source = new Float64Array([1, 2])
    const t = tensor(source)
    source[0] = 9
    expect(t.at(0)).toBe(1)
  })

  it('has the makers of NumPy', () => {
    expect(zeros([2]).toArray()).toEqual([0, 0])
    expect(ones([1, 2]).toArray()).toEqual([[1, 1]])
    expect(full([2], 7).toArray()).toEqual([7, 7])
    expect(eye(2).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ])
    expect(arange(3).toArray()).toEqual([0, 1, 2])
    expect(arange(1, 2, 0.25).toArray()).toEqual([1, 1.25, 1.5, 1.75])
    expect(arange(3, 0, -1).toArray()).toEqual([3, 2, 1])
    expect(linspace(0, 1, 3).toArray()).toEqual([0, 0.5, 1])
  })

  it('is read by index, by item, by iteration', () => {
    const t = tensor([
      [1, 2],
      [3, 4],
    ])
    expect([t.at(1, 0), t.at(-1, -1), t.rank, t.size]).toEqual([3, 4, 2, 4])
    expect(tensor([[5]]).item()).toBe(5)
    expect([...t].map(row => (row as Tensor).toArray())).toEqual([
      [1, 2],
      [3, 4],
    ])
  })

  it('prints its shape and entries, and cuts long axes', () => {
    expect(
      String(
        tensor([
          [1, 2.5],
          [1 / 3, 4],
        ]),
      ),
    ).toBe('Tensor([2, 2], [[1, 2.5],\n [0.333333, 4]])')
    expect(inspect(arange(100))).toBe('Tensor([100], [0, 1, 2, …, 97, 98, 99])')
    expect(String(tensor([true, false]))).toBe('Tensor([2], [true, false])')
    expect(JSON.stringify(tensor([1, 2]))).toBe('[1,2]')
  })

  it('keeps its entries, shape and dtype through structuredClone and postMessage, and comes back with tensor(…)', async () => {
    for (const t of [
      tensor([
        [1, 2.5],
        [-0, Number.NaN],
      ]),
      tensor([true, false]),
      zeros([0, 3]),
      tensor(3),
    ]) {
      const { port1, port2 } = new MessageChannel()
      const received = new Promise<TensorFields>(resolve => port2.once('message', resolve))
      port1.postMessage(t)
      for (const copy of [structuredClone(t) as TensorFields, await received]) {
        const again = tensor(copy)
        expect([again.shape, again.dtype, again.data]).toEqual([t.shape, t.dtype, t.data])
      }
      port1.close()
    }
    const copy = structuredClone(tensor([1, 2]))
    expect(() => add(copy, 1)).toThrow(/operand 1 is an object.*tensor\(x\) makes a Tensor of them again/)
    expect(() => grad((p: { w: Tensor }) => sum(p.w))({ w: copy })).toThrow(/at w\.dtype the string "float64".*tensor\(x\) makes a Tensor/)
    expect(() => tensor({ shape: [3], data: Float64Array.of(1) })).toThrow(/1 entries do not fill shape \[3\]/)
  })

  it.each([
    [() => tensor([[1, 2], [3]]), ShapeError, /ragged: \[1\] is an array of length 1, where an array of length 2/],
    [() => tensor([1, 2, 3], [2, 2]), ShapeError, /3 entries do not fill shape \[2, 2\], which holds 4/],
    [() => zeros([2, -1]), ShapeError, /length -1/],
    [() => tensor(['a'] as unknown as number[]), TreeError, /the string "a"/],
    [() => tensor([1, 2]).at(2), ShapeError, /index 2 is out of range for axis 0 of shape \[2\]/],
    [() => tensor([1, 2]).at(0, 0), ShapeError, /2 indices were given for shape \[2\]/],
    [() => tensor([1, 2]).item(), ShapeError, /has 2 entries, not one/],
    [() => arange(0, 1, 0), ShapeError, /no end/],
  ])('refuses what does not fit: case %#', (make, kind, message) => {
    expect(make).toThrow(kind)
    expect(make).toThrow(message)
  })
})

describe('broadcasting', () => {
  it('follows NumPy', () => {
    expect(add([[1], [2]], [10, 20]).toArray()).toEqual([
      [11, 21],
      [12, 22],
    ])
    expect(mul(ones([2, 1, 3]), ones([4, 1])).shape).toEqual([2, 4, 3])
    expect(add(tensor([]), 1).shape).toEqual([0])
    expect(add(zeros([0, 3]), ones([3])).shape).toEqual([0, 3])
    expect(sum(zeros([0]))).toBe(0)
  })

  it('names both shapes and what would fit when they do not', () => {
    expect(() => add([1, 2], [1, 2, 3])).toThrow('add: shapes [2] and [3] do not broadcast')
    expect(() => add(tensor([1]), 'x' as unknown as number)).toThrow('add: operand 2 is the string "x"')
  })
})
