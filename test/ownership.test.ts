import { describe, expect, it } from 'vitest'
import { add, compile, grad, hvp, jacobian, jvp, linearize, neg, reshape, square, stack, sum, Tensor, tensor, valueAndGrad, vjp } from '../src/index.ts'

/*
 * Derivatives that are equal by the formula are still two: who writes into one, as a step of training or a bound on gradients does, changes no
 * other, nor the tangent or cotangent that was given.
 */

const x = () => tensor([1, 2])
const y = () => tensor([3, 4])
const both = (a: Tensor, b: Tensor) => add(a, b)
const total = (a: Tensor, b: Tensor) => sum(both(a, b))
const tangent = tensor([5, 6])

/** Derivatives, and what was given beside the point. */
const cases: { readonly [title: string]: () => unknown } = {
  'grad by two arguments': () => grad(total, { argnum: [0, 1] })(x(), y()),
  'grad by one argument twice': () => grad(total, { argnum: [0, 0] })(x(), y()),
  'grad by a tree': () =>
    grad((p: { a: Tensor; list: Tensor[] }) => sum(add(total(p.a, p.list[0] as Tensor), p.list[1] as Tensor)))({ a: x(), list: [y(), y()] }),
  'valueAndGrad by two arguments': () => valueAndGrad(total, { argnum: [0, 1] })(x(), y())[1],
  'vjp, and its cotangent': () => [vjp(both, x(), y())[1](tangent), tangent],
  'vjp of a movement': () => [vjp((a: Tensor) => reshape(a, [1, 2]), x())[1](tensor([[5, 6]])), tangent],
  'vjp of two results': () => vjp((a: Tensor) => [a, neg(a)], x())[1]([tangent, tensor([0, 0])]).concat(tangent),
  'jvp, and its tangent': () => [jvp((a: Tensor) => [a, a, reshape(a, [2, 1])], [x()], [tangent])[1], tangent],
  'linearize, and its tangent': () => [linearize((a: Tensor) => [a, a], x())[1](tangent), tangent],
  hvp: () => [hvp((a: Tensor) => sum(square(a)), x(), tangent), tangent],
  jacobian: () => jacobian((p: { a: Tensor; b: Tensor }) => ({ c: both(p.a, p.b), d: p.a }))({ a: x(), b: y() }),
  'compiled grad': () => compile(grad(total, { argnum: [0, 1] }))(x(), y()),
  'grad of grad': () => {
    const inner = (a: Tensor, b: Tensor) => sum(stack(grad(total, { argnum: [0, 1] })(square(a), square(b))))
    return grad(inner, { argnum: [0, 1] })(x(), y())
  },
}

const tensorsIn = (tree: unknown): Tensor[] => (tree instanceof Tensor ? [tree] : Object.values(Object(tree)).flatMap(tensorsIn))

describe('each derivative is the caller’s alone', () => {
  it.each(Object.keys(cases))('%s', title => {
    const tensors = tensorsIn(cases[title]?.())
    expect(tensors.length).toBeGreaterThan(1)
    const before = tensors.map(each => [...each.data])
    tensors.forEach((each, i) => {
      const kept = [...each.data]
      each.data.fill(100 + i)
      for (const [k, other] of tensors.entries()) if (k > i) expect([title, k, [...other.data]]).toEqual([title, k, before[k]])
      each.data.set(kept)
    })
  })
})
