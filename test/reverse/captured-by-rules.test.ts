import { describe, expect, it } from 'vitest'
import {
  checkpoint,
  compile,
  customJvp,
  customVjp,
  defineOp,
  derivative,
  grad,
  hessian,
  jacobian,
  jvp,
  mul,
  square,
  TapeError,
  taylor,
  tensor,
  variable,
  vjp,
  vmap,
} from '../../src/index.ts'

/*
 * A rule of one's own for w x², or with x² as value, that reads w from around it. Such a w can be of a transform inside that of x, of the same, or of one
 * outside; the derivative by w is right in the last case, and in the others it must not be lost.
 */

type Layer = (w: number) => (x: number) => number

/** The value depends on w. */
const inValue: { readonly [name: string]: Layer } = {
  customJvp: w => customJvp<[x: number], number>(([x], [dx]) => [mul(w, square(x)), mul(2, mul(mul(w, x), dx))]),
  customVjp: w =>
    customVjp(
      (x: number) => [mul(w, square(x)), x],
      (x, cotangent) => [mul(2, mul(mul(w, x), cotangent))],
    ),
  'defineOp with jvp': w =>
    defineOp<(x: number) => number>({
      name: 'own',
      value: ([x]: [number]) => mul(w, square(x)),
      jvp: ([x], [dx]) => mul(2, mul(mul(w, x as number), dx as number)),
    }),
}

/** Only the derivative does. */
const inDerivative: { readonly [name: string]: Layer } = {
  customJvp: w => customJvp<[x: number], number>(([x], [dx]) => [square(x), mul(mul(w, x), dx)]),
  customVjp: w =>
    customVjp(
      (x: number) => [square(x), x],
      (x, cotangent) => [mul(mul(w, x), cotangent)],
    ),
  'defineOp with partials': w => defineOp({ name: 'own', value: (x: number) => x * x, partials: x => [mul(w, x)] }),
}

/** Functions that take what they read as they are. */
const open: { readonly [name: string]: Layer } = {
  checkpoint: w => checkpoint((x: number) => mul(w, square(x))),
  'defineOp with of': w => defineOp({ name: 'own', of: (x: number) => mul(w, square(x)) }),
}

const transforms = { derivative, grad } as const
const pairs = Object.keys(transforms).flatMap(outer => Object.keys(transforms).map(inner => [outer, inner] as ['grad', 'grad']))
const both = { ...inValue, ...open }

describe('what a rule reads from a transform around that of its arguments is differentiated', () => {
  it.each(Object.keys(both))('%s', name => {
    const layer = both[name] as Layer
    // d/dw d/dx w x² = 2 x.
    for (const [outer, inner] of pairs) expect(transforms[outer]((w: number) => transforms[inner]((x: number) => layer(w)(x))(3))(2)).toBe(6)
    expect(grad((w: number) => layer(w)(3))(2)).toBe(9)
    expect(vmap((w: number) => grad((x: number) => layer(w)(x))(3))(tensor([2, 5])).toArray()).toEqual([12, 30])
  })

  it.each(Object.keys(inDerivative))('%s, in its derivative alone', name => {
    const layer = inDerivative[name] as Layer
    for (const [outer, inner] of pairs) expect(transforms[outer]((w: number) => transforms[inner]((x: number) => layer(w)(x))(3))(2)).toBe(3)
  })
})

describe('what it reads from the transform of its arguments, or from one inside, is refused', () => {
  const refused = (f: () => unknown) => expect(f).toThrow(TapeError)

  it.each(Object.keys(inValue))('%s', name => {
    const layer = inValue[name] as Layer
    const lost = (f: () => unknown) => expect(f).toThrow(/none of its arguments.*would be lost/)
    for (const [outer, inner] of pairs) lost(() => transforms[outer]((x: number) => transforms[inner]((w: number) => layer(w)(x))(3))(2))
    for (const each of [derivative, grad, hessian, jacobian]) lost(() => (each as typeof grad)((x: number) => layer(x)(x))(2))
    lost(() => jvp((x: number) => layer(x)(x), [2], [1]))
    lost(() => vjp((x: number) => layer(x)(x), 2))
    lost(() => taylor((x: number) => layer(x)(x), 2, 2))
    lost(() => vmap((x: number) => layer(x)(x))(tensor([2, 3])))
    lost(() => vmap((x: number) => derivative((w: number) => layer(w)(x))(3))(tensor([2, 5])))
    lost(() => jacobian(([w, x]: [number, number]) => [layer(w)(x)])([2, 3]))
    lost(() => layer(variable(2) as never)(variable(3) as never))
    expect(() => compile((x: number) => layer(x)(x))(2)).toThrow()
  })

  it.each(Object.keys(inDerivative))('%s, in its derivative alone', name => {
    const layer = inDerivative[name] as Layer
    for (const each of [derivative, grad, hessian]) refused(() => (each as typeof grad)((x: number) => layer(x)(x))(2))
    refused(() => grad(([w, x]: [number, number]) => layer(w)(x))([2, 3]))
    refused(() => derivative((x: number) => derivative((w: number) => layer(w)(x))(3))(2))
  })

  it('checkpoints and compositions are not', () => {
    for (const layer of Object.values(open)) {
      for (const [outer, inner] of pairs) expect(transforms[outer]((x: number) => transforms[inner]((w: number) => layer(w)(x))(3))(2)).toBe(4)
      expect(grad((x: number) => layer(x)(x))(2)).toBe(12)
      expect(compile(grad((x: number) => layer(x)(x)))(2)).toBe(12)
    }
  })
})

it.each(Object.keys(inDerivative))('gradients of variables are numbers where the rule of %s reads a variable', name => {
  const [w, x] = [variable(2), variable(3)]
  const y = (inDerivative[name] as Layer)(w as never)(x as never)
  ;(y as never as typeof x).backward()
  expect(x.grad).toBe(6)
})
