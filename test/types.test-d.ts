import { expectTypeOf, test } from 'vitest'
import {
  add,
  derivative,
  grad,
  hessian,
  jacobian,
  jvp,
  linearize,
  matmul,
  mul,
  sin,
  square,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
  vjp,
} from '../src/index.ts'

test('a gradient has the type of its argument', () => {
  const loss = (p: { w: number[]; b: number }) => add(sum(square(p.w)), p.b)
  expectTypeOf(grad(loss)({ w: [1, 2], b: 3 })).toEqualTypeOf<{ w: number[]; b: number }>()
  expectTypeOf(valueAndGrad(loss)({ w: [1, 2], b: 3 })).toEqualTypeOf<[number, { w: number[]; b: number }]>()
  expectTypeOf(grad((t: Tensor) => sum(t))(tensor([1]))).toEqualTypeOf<Tensor>()
  expectTypeOf(grad((t: Float64Array) => sum(t))(new Float64Array(1))).toEqualTypeOf<Float64Array>()
  expectTypeOf(grad((p: readonly [number, Tensor]) => mul(p[0], 2))([1, tensor(1)])).toEqualTypeOf<[number, Tensor]>()
})

test('argnum picks the argument', () => {
  const f = (x: number, w: number[]) => mul(x, sum(w))
  expectTypeOf(grad(f)(1, [1])).toEqualTypeOf<number>()
  expectTypeOf(grad(f, { argnum: 1 })(1, [1])).toEqualTypeOf<number[]>()
  expectTypeOf(grad(f, { argnum: [1, 0] })(1, [1])).toEqualTypeOf<[number[], number]>()
})

test('derivatives nest without casts', () => {
  const f = (x: number) => mul(x, sin(x))
  expectTypeOf(derivative(f)(2)).toEqualTypeOf<number>()
  expectTypeOf(grad(grad(f))(2)).toEqualTypeOf<number>()
  expectTypeOf(derivative(grad(derivative(f)))(2)).toEqualTypeOf<number>()
  expectTypeOf(derivative((x: number) => ({ a: x, b: [x] }))(2)).toEqualTypeOf<{ a: number; b: number[] }>()
})

test('jvp, vjp and linearize keep the types of arguments and result', () => {
  const f = (x: number, w: number[]) => mul(x, w)
  expectTypeOf(jvp(f, [1, [1]], [1, [1]])).toEqualTypeOf<[Tensor, Tensor]>()
  const [, pullback] = vjp(f, 1, [1])
  expectTypeOf(pullback(tensor([1]))).toEqualTypeOf<[x: number, w: number[]]>()
  const [, pushforward] = linearize(f, 1, [1])
  expectTypeOf(pushforward(1, [1])).toEqualTypeOf<Tensor>()
})

test('a Jacobian is the output of inputs', () => {
  expectTypeOf(jacobian((x: number[]) => [x[0]!, x[1]!])([1, 2])).toEqualTypeOf<number[][]>()
  expectTypeOf(jacobian((x: number[]) => sum(x))([1, 2])).toEqualTypeOf<number[]>()
  expectTypeOf(jacobian((x: number) => [x, x])(1)).toEqualTypeOf<number[]>()
  expectTypeOf(jacobian((t: Tensor) => square(t))(tensor([1]))).toEqualTypeOf<Tensor>()
  expectTypeOf(jacobian((p: { a: number; w: number[] }) => [p.a, mul(p.a, p.w[0]!)])({ a: 1, w: [1] })).toEqualTypeOf<{ a: number[]; w: number[][] }>()
  expectTypeOf(hessian((x: number[]) => sum(x))([1])).toEqualTypeOf<number[][]>()
})

test('operators give numbers for numbers and tensors for the rest', () => {
  expectTypeOf(mul(1, 2)).toEqualTypeOf<number>()
  expectTypeOf(mul([1, 2], 2)).toEqualTypeOf<Tensor>()
  expectTypeOf(sum(tensor([1]))).toEqualTypeOf<number>()
  expectTypeOf(sum([[1], [2]], { axis: 0 })).toEqualTypeOf<Tensor>()
  expectTypeOf(matmul(tensor([[1]]), [1])).toEqualTypeOf<Tensor>()
  expectTypeOf(matmul([1], [1])).toEqualTypeOf<number>()
})
