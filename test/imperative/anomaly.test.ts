import { describe, expect, it } from 'vitest'
import {
  cbrt,
  DualtapeError,
  detectAnomaly,
  grad,
  greater,
  hypot,
  log,
  max,
  maximum,
  mul,
  norm,
  pow,
  relu,
  slice,
  sqrt,
  square,
  std,
  sub,
  sum,
  type Tensor,
  take,
  tensor,
  variable,
  where,
} from '../../src/index.ts'
import { numbersOf } from '../results.ts'

type Of<X> = (x: X) => number

/** Functions with an infinite partial that a zero meets, and the gradient that the strong zero gives. */
const MASKED: [name: string, f: Of<Tensor>, x: number[], gradient: number[]][] = [
  ['where', x => sum(where(greater(x, 0), sqrt(x), 0)), [0, 4], [0, 0.25]],
  ['a product with a mask', x => sum(mul(greater(x, 0), sqrt(x))), [0, 4], [0, 0.25]],
  ['a product with a constant 0', x => sum(mul([0, 1], sqrt(x))), [0, 4], [0, 0.25]],
  ['maximum', x => sum(maximum(sqrt(x), 1)), [0, 4], [0, 0.25]],
  ['relu', x => sum(relu(sub(sqrt(x), 1))), [0, 4], [0, 0.25]],
  ['max', x => max(sqrt(x)), [0, 4], [0, 0.25]],
  ['an entry that is taken', x => take(sqrt(x), 1) as unknown as number, [0, 4], [0, 0.25]],
  ['an entry that is read', x => (sqrt(x) as Tensor).at(1), [0, 4], [0, 0.25]],
  ['a slice', x => sum(slice(sqrt(x), 1)), [0, 4], [0, 0.25]],
  ['a value that is not used', x => [sqrt(x), sum(mul(x, 2))][1] as number, [0, 4], [2, 2]],
  ['the norm of 0', x => norm(x), [0, 0], [0, 0]],
  ['the standard deviation of equal entries', x => std(x), [1, 1], [0, 0]],
]

/** Functions in which a zero that was computed meets an infinite partial: their derivatives are not 0, or are none. */
const COMPUTED: [name: string, f: Of<Tensor>, x: number[]][] = [
  ['square of sqrt', x => sum(square(sqrt(x))), [0, 4]],
  ['a product of roots', x => sum(mul(sqrt(x), sqrt(x))), [0, 4]],
  ['a power of a root', x => sum(pow(sqrt(x), 2)), [0, 4]],
  ['a cube of a cube root', x => sum(pow(cbrt(x), 3)), [0, 4]],
  ['the square of a root behind a mask that lets it pass', x => sum(where(greater(x, -1), square(sqrt(x)), 0)), [0, 4]],
  ['a root in one entry of a product', x => mul(take(x, 1) as unknown as number, square(take(sqrt(x), 0) as unknown as number)), [0, 4]],
  ['an entry of roots that is read', x => square((sqrt(x) as Tensor).at(0)), [0, 4]],
  ['roots taken apart', x => (([first]) => square(first as number))([...(sqrt(x) as Tensor)]), [0, 4]],
  ['a length of roots', x => hypot(square(take(sqrt(x), 0) as unknown as number), 1), [0, 4]],
]

describe('detectAnomaly and the strong zero', () => {
  it.each(MASKED)('lets the zero of %s win over an infinite partial', (_name, f, x, gradient) => {
    expect(detectAnomaly(() => numbersOf(grad(f)(tensor(x))))).toEqual(gradient)
    expect(detectAnomaly(() => numbersOf(grad(f as never)(x as never)))).toEqual(gradient)
    const given = variable(tensor(x))
    detectAnomaly(() => (f(given as unknown as Tensor) as unknown as typeof given).backward())
    expect(numbersOf(given.grad)).toEqual(gradient)
  })

  it.each(COMPUTED)('refuses the computed zero of %s', (_name, f, x) => {
    const strongZero = /backward pass of (sqrt|cbrt), recorded at .*anomaly\.test\.ts:\d+.*the strong zero/
    expect(() => detectAnomaly(() => grad(f)(tensor(x)))).toThrow(strongZero)
    expect(() => detectAnomaly(() => grad(f as never)(x as never))).toThrow(DualtapeError)
    const given = variable(tensor(x))
    expect(() => detectAnomaly(() => (f(given as unknown as Tensor) as unknown as typeof given).backward())).toThrow(strongZero)
  })

  it('says the same of scalars', () => {
    expect(detectAnomaly(() => grad((x: number) => where(greater(x, 0), sqrt(x), 0))(0))).toBe(0)
    expect(detectAnomaly(() => grad((x: number) => mul(0, sqrt(x)))(0))).toBe(0)
    expect(() => detectAnomaly(() => grad((x: number) => square(sqrt(x)))(0))).toThrow(/backward pass of sqrt.*strong zero.*Cotangent of its result: 0/)
    expect(() => detectAnomaly(() => grad((x: number) => where(greater(x, 0), log(x), 0))(0))).toThrow(/log gave -Infinity/)
  })
})

describe('what detectAnomaly says', () => {
  it('names the operand whose cotangent is no number, not the constant beside it', () => {
    expect(() => detectAnomaly(() => grad((y: number) => pow(-2, y))(3))).toThrow(/gave NaN as cotangent of operand 2\. Cotangent of its result: 1\./)
    const onTensors = () => detectAnomaly(() => grad((y: Tensor) => sum(pow([-2, 2, -3], y)))(tensor([3, 1, 3])))
    expect(onTensors).toThrow(/gave NaN as cotangent of operand 2\. Cotangent of its result: a tensor of shape \[3\] from 1 to 1\./)
  })

  it('gives the range of the finite entries, and counts the others', () => {
    const logOf = (x: number[]) => () => detectAnomaly(() => grad((t: Tensor) => sum(log(t)))(tensor(x)))
    expect(logOf([1, -1, Number.NaN, 4, 0.5])).toThrow(
      /log gave NaN .*Inputs: a tensor of shape \[5\] from -1 to 4, 1 of 5 entries not finite\. Domain: x ≥ 0\./,
    )
    expect(logOf([2, 0])).toThrow(/log gave -Infinity .*Inputs: a tensor of shape \[2\] from 0 to 2\. Domain/)
    expect(logOf([Number.NaN])).toThrow(/Inputs: a tensor of shape \[1\] without finite entries, 1 of 1 entries not finite\./)
  })
})
