import { describe, expect, it } from 'vitest'
import { add, backward, DomainError, DualtapeError, grad, mul, noGrad, onGrad, square, sum, type Tensor, tensor, variable } from '../../src/index.ts'

// biome-ignore lint/suspicious/noExplicitAny: methods and values that types refuse
type Anything = any

const names = ['add_', 'sub_', 'mul_', 'div_', 'copy_', 'fill_'] as const
const right = { add_: 8.5, sub_: 7.5, mul_: 4, div_: 16, copy_: 0.5, fill_: 0.5, zero_: 0, set_: 0.5 }

/** A change by 0.5. */
function changed(x: Anything, name: keyof typeof right): unknown {
  return noGrad(() =>
    name === 'zero_'
      ? x.zero_()
      : name === 'set_'
        ? x.set_(
            x.shape.map(() => 0),
            0.5,
          )
        : x[name](0.5),
  )
}

variable(1)

describe.each([...names, 'zero_', 'set_'] as const)('%s', name => {
  it('changes scalars, tensors of rank 0 and others alike, in their dtype', () => {
    for (const dtype of ['float64', 'float32'] as const) {
      for (const shape of [[], [1], [1, 1]]) {
        const x = tensor([8], { shape, dtype })
        for (const each of [x, variable(x), variable(x, { requiresGrad: false })] as Anything[]) {
          expect(changed(each, name)).toBe(each)
          const { value } = each
          expect([value.dtype, value.shape, [...value.data]]).toEqual([dtype, shape, [right[name]]])
        }
      }
    }
    const scalar = variable(8)
    changed(scalar, name)
    expect(scalar.value).toBe(right[name])
  })

  it('is an error where integers or truths would lose something, and changes nothing then', () => {
    for (const shape of [[], [1]]) {
      const x = tensor([8], { shape, dtype: 'int32' })
      if (Number.isInteger(right[name])) expect([...(changed(x, name) as Tensor).data]).toEqual([right[name]])
      else expect(() => changed(x, name)).toThrow(DomainError)
      expect(x.dtype).toBe('int32')
      if (!Number.isInteger(right[name])) expect([...x.data]).toEqual([8])
    }
  })
})

it('integers do not wrap around, and masks hold truths', () => {
  const most = tensor([2 ** 31 - 1, 1], { dtype: 'int32' })
  const mask = tensor([true, false])
  for (const [x, by] of [
    [most, 1],
    [mask, 1],
    [mask, 0.5],
    [most, Number.NaN],
  ] as const) {
    for (const each of [x, variable(x, { requiresGrad: false })] as Anything[]) expect(() => noGrad(() => each.add_(by))).toThrow(DomainError)
  }
  expect([most.toArray(), mask.toArray()]).toEqual([
    [2 ** 31 - 1, 1],
    [true, false],
  ])
  expect((mask as Anything).mul_([0, 1]).toArray()).toEqual([false, false])
})

it('set_ takes a start and a stop, and no step', () => {
  expect(() => (tensor([1, 2, 3]) as Anything).set_([[0, 3, 2]], 9)).toThrow(DualtapeError)
})

describe('what is set on a variable', () => {
  it('is a gradient of its shape, in its dtype', () => {
    const w = variable(tensor([1, 2], { dtype: 'float32' })) as Anything
    for (const wrong of [5, [1], [[1, 2]], tensor([1, 2, 3]), 'x', undefined]) {
      expect(() => {
        w.grad = wrong
      }).toThrow(DualtapeError)
    }
    for (const given of [[0.1, 0.2], tensor([0.1, 0.2]), Float64Array.of(0.1, 0.2)]) {
      w.grad = given
      expect([w.grad.dtype, w.grad.data[0]]).toEqual(['float32', Math.fround(0.1)])
    }
    w.grad = null
    expect(w.grad).toBe(null)
  })

  it('is a boolean for requiresGrad, and nothing for value and name', () => {
    const w = variable(2) as Anything
    for (const [key, given] of [
      ['requiresGrad', 0],
      ['requiresGrad', 'no'],
      ['requiresGrad', undefined],
      ['value', 3],
      ['name', 'w'],
    ] as const) {
      expect(() => {
        w[key] = given
      }, key).toThrow(DualtapeError)
    }
    expect([w.requiresGrad, w.value]).toEqual([true, 2])
  })

  it('is a hook that is a function, whose result is in its dtype, and who may change what it is given', () => {
    for (const wrong of [5, undefined, {}]) expect(() => onGrad(variable(1), wrong as Anything)).toThrow(/onGrad: takes a function/)
    const w = variable(tensor([1, 2], { dtype: 'float32' }))
    onGrad(w as Anything, (each: Tensor) => mul(each, tensor([0.1, 0.1])) as Tensor)
    backward(sum(w))
    expect(w.grad.dtype).toBe('float32')
    // Both terms have one cotangent.
    const [x, y] = [variable([1, 2]), variable([3, 4])]
    const first = mul(x, 1) as Anything
    const both = sum(add(first, y))
    onGrad(first, (each: Anything) => noGrad(() => each.mul_(10)))
    backward(both)
    expect([x.grad.toArray(), y.grad.toArray()]).toEqual([
      [10, 10],
      [1, 1],
    ])
  })
})

it('a cotangent is no truth', () => {
  expect(() => backward(square(variable(2)), true as Anything)).toThrow(/retainTape/)
})

it('integers that change in a function that is differentiated are looked at where there are numbers', () => {
  const f = (x: number) => {
    const counts = tensor([1, 2], { dtype: 'int32' }) as Anything
    counts.add_(1)
    return mul(x, sum(counts))
  }
  expect(grad(f)(1)).toBe(5)
})
