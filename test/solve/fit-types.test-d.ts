import { expectTypeOf, test } from 'vitest'
import { add, mul, sub, type Tensor, tensor } from '../../src/index.ts'
import { fit as fitted, leastSquares } from '../../src/solve/index.ts'

test('variables and residuals are typed as they are given', () => {
  const found = leastSquares(({ a, b }) => ({ first: sub(a, 1), rest: [sub(b, tensor([1, 2]))] }), { a: 1, b: tensor([1, 2]) })
  expectTypeOf(found.x).toEqualTypeOf<{ a: number; b: Tensor }>()
  expectTypeOf(found.residuals.first).toEqualTypeOf<number>()
  expectTypeOf(found.standardDeviations).toEqualTypeOf<{ a: number; b: Tensor } | undefined>()
  leastSquares(([x]: number[]) => [x as number], [1], {
    bounds: { lower: 0, upper: [3] },
    callback: ({ x, value }) => expectTypeOf([x, value]).toEqualTypeOf<(number | number[])[]>(),
  })
  // @ts-expect-error: no such loss
  leastSquares(([x]: number[]) => [x as number], [1], { loss: 'tukey' })
})

test('models are typed by the rows of their data', () => {
  const line = fitted((p, x) => add(mul(p.slope, x), p.start), { x: [1, 2, 3], y: [1, 2, 2] }, { slope: 1, start: 0 })
  expectTypeOf(line.x).toEqualTypeOf<{ slope: number; start: number }>()
  expectTypeOf(line.predict(4).confidence).toEqualTypeOf<[number, number]>()
  fitted(
    (p, { t }) => mul(p.k, t),
    [
      { t: 1, y: 2 },
      { t: 2, y: 4 },
    ],
    { k: 1 },
  ).predict({ t: 3, y: 0 })
  const pairs: (readonly [number[], number])[] = [[[1, 2], 3]]
  fitted((p, [u, v]) => add(mul(p.k, u as number), v as number), pairs, { k: 1 })
})
