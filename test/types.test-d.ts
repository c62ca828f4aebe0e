import { describe, expectTypeOf, it, test } from 'vitest'
import {
  add,
  compile,
  compileAsync,
  derivative,
  grad,
  hessian,
  jacobian,
  jvp,
  linearize,
  matmul,
  mul,
  noGrad,
  sin,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
  variable,
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
  grad(f, { argnum: -2 })(1, [1])
})

test('argnum beyond the arguments is refused where their number is known', () => {
  const f = (x: number, w: number[]) => mul(x, sum(w))
  // @ts-expect-error: arguments are counted from 0
  grad(f, { argnum: 2 })(1, [1])
  // @ts-expect-error: short for the same
  grad(f, 2)(1, [1])
  // @ts-expect-error: there are two to count from the last
  grad(f, { argnum: -3 })(1, [1])
  // @ts-expect-error: one of a list
  grad(f, { argnum: [0, 3] })(1, [1])
  // @ts-expect-error: values too
  valueAndGrad(f, { argnum: 2 })(1, [1])
  // @ts-expect-error: and beside something else
  grad((x: number) => [mul(x, x), 'aux'], { argnum: 1, hasAux: true })(1)
  // Optional arguments, spreads, numbers that are not known, and functions of any arguments.
  grad((x: number, y?: number) => mul(x, y ?? 2), { argnum: 1 })(1, 2)
  expectTypeOf(grad((...xs: number[]) => sum(xs), { argnum: 5 })(1, 2)).toEqualTypeOf<number>()
  expectTypeOf(grad((x: Tensor, ...xs: number[]) => mul(sum(x), sum(xs)), { argnum: 2 })(tensor([1]), 2, 3)).toEqualTypeOf<number>()
  const which = Math.random() < 0.5 ? 0 : 1
  grad(f, { argnum: which })(1, [1])
  const any: number = which
  grad(f, { argnum: any })(1, [1])
  const ofAny = <A extends unknown[]>(g: (...args: A) => number) => grad(g, { argnum: 3 })
  ofAny((a: number, b: number, c: number, d: number) => a + b + c + d)(1, 2, 3, 4)
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
  expectTypeOf(mul(2, tensor([1, 2]))).toEqualTypeOf<Tensor>()
  expectTypeOf(square(tensor([1]))).toEqualTypeOf<Tensor>()
  expectTypeOf(square(new Float64Array(1))).toEqualTypeOf<Tensor>()
  // @ts-expect-error: differences of arrays are tensors
  expectTypeOf(sub([1, 2], [3, 4])).toHaveProperty('toFixed')
  let x = tensor([1])
  x = add(x, 1)
  expectTypeOf(x).toEqualTypeOf<Tensor>()
})

test('what looks like a Tensor is none', () => {
  expectTypeOf<{ [K in keyof Tensor]: Tensor[K] }>().not.toExtend<Tensor>()
  expectTypeOf<object>().not.toExtend<Parameters<typeof sin>[0]>()
  expectTypeOf<string>().not.toExtend<Parameters<typeof sin>[0]>()
})

describe('variables', () => {
  it('are typed through methods, functions and gradients, with no casts', () => {
    const x = variable([
      [1, 2],
      [3, 4],
    ])
    const w = variable(2)
    const z = x.mul(w)
    const y = z.sum()
    y.backward()
    noGrad(() => w.sub_(mul(0.1, w.grad)))
    expectTypeOf(w.grad).toEqualTypeOf<number>()
    expectTypeOf(x.grad).toEqualTypeOf<Tensor>()
    expectTypeOf(x.value).toEqualTypeOf<Tensor>()
    expectTypeOf(z.shape).toEqualTypeOf<readonly number[]>()
    expectTypeOf(y.item()).toEqualTypeOf<number>()
    expectTypeOf(x.matmul(x).softmax({ axis: 0 }).mean().item()).toEqualTypeOf<number>()
    w.grad = null
  })
})

describe('compiled functions', () => {
  it('on a device give promises', () => {
    const slope = compileAsync(
      grad((w: Tensor) => sum(w) as number),
      { target: 'webgpu' },
    )
    expectTypeOf<Awaited<typeof slope>['target']>().toEqualTypeOf<'webgpu'>()
    expectTypeOf<ReturnType<Awaited<typeof slope>>>().toEqualTypeOf<Promise<Tensor>>()
    const waited = compileAsync((x: number) => x, [1], { target: 'wasm' })
    expectTypeOf<ReturnType<Awaited<typeof waited>>>().toEqualTypeOf<number>()
  })

  it('keep the type of the function', () => {
    const fast = compile(grad((p: { w: number[]; b: number }) => p.b))
    expectTypeOf(fast).parameter(0).toEqualTypeOf<{ w: number[]; b: number }>()
    expectTypeOf(fast({ w: [1], b: 2 })).toEqualTypeOf<{ w: number[]; b: number }>()
  })
})
