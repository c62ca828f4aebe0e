import { describe, expect, it } from 'vitest'
import { add, DomainError, exp, mul, neg, ShapeError, sub, TreeError } from '../../src/index.ts'
import { fit as fitted } from '../../src/solve/index.ts'

const decay = ({ a, k }: { a: number; k: number }, t: number) => mul(a, exp(neg(mul(k, t))))
const start = { a: 1, k: 1 }
const x = [0, 1, 2, 3]
const y = [2.03, 1.2, 0.75, 0.43]

function expectClose(found: number, wanted: number) {
  expect(Math.abs(found - wanted), `${found} for ${wanted}`).toBeLessThan(1e-7)
}

describe('fit', () => {
  // scipy 1.17: curve_fit(lambda x, a, k: a * exp(-k * x), x, y, ftol=1e-15, xtol=1e-15), bands with scipy.stats.t.ppf(0.975, 2).
  it('has parameters, deviations and bands of curve_fit', () => {
    const found = fitted(decay, { x, y }, start, { tolerance: 1e-15 })
    expectClose(found.x.a, 2.02608616)
    expectClose(found.x.k, 0.51063518)
    expectClose(found.standardDeviations?.a as number, 0.01844265)
    expectClose(found.standardDeviations?.k as number, 0.00989876)
    const { value, standardError, confidence, prediction } = found.predict(1.5)
    expectClose(value, 0.941908791905741)
    expectClose(standardError, 0.011839369608705396)
    expectClose(confidence[0], 0.8909680959403319)
    expectClose(confidence[1], 0.99284948787115)
    expectClose(prediction[0], 0.8445765741744442)
    expectClose(prediction[1], 1.0392410096370377)
  })

  // scipy: sigma = 0.1, absolute_sigma = True, scipy.stats.norm.ppf(0.975).
  it('takes deviations that are known', () => {
    const { predict } = fitted(decay, { x, y }, start, { weights: 100, knownDeviations: true, tolerance: 1e-15 })
    const { standardError, confidence, prediction } = predict(1.5)
    expectClose(standardError, 0.061420675187927674)
    expectClose(confidence[0], 0.8215264806312698)
    expectClose(prediction[1] - 0.941908791905741, 1.959963984540054 * Math.hypot(0.061420675187927674, 0.1))
    expectClose(predict(1.5, 1).prediction[1], 2.905566277711733)
  })

  it('takes lists, pairs and objects', () => {
    const wanted = fitted(decay, { x: Float64Array.from(x), y }, start).x
    const pairs = x.map((each, i) => [each, y[i] as number] as const)
    expect(fitted(decay, pairs, start).x).toEqual(wanted)
    const rows = pairs.map(([t, seen]) => ({ t, seen }))
    expect(fitted((p: typeof start, { t }: { t: number; seen: number }) => decay(p, t), rows, start, { response: 'seen' }).x).toEqual(wanted)
    const plane = pairs.map(([t, seen]) => [[t, 1], seen] as const)
    expect(fitted((p: typeof start, [t, one]: readonly number[]) => mul(decay(p, t as number), one as number), plane, start).x).toEqual(wanted)
  })

  it('says what is wrong with data', () => {
    const wrong = (data: unknown) => () => fitted(decay as never, data as never, start)
    expect(wrong([[1, 2, 3]])).toThrow(/row 0 of the data is an array of length 3. .*\[\[x1, x2\], y\]/)
    expect(wrong([[1, 2, 3]])).toThrow(TreeError)
    expect(wrong([{ t: 1, z: 2 }])).toThrow(/row 0 of the data has t, z, but no y; the option response names/)
    expect(wrong({ x: [1, 2], y: [1] })).toThrow(ShapeError)
    expect(wrong({ x: [1, 2] })).toThrow(/y is missing/)
    expect(wrong({ x: [1, 2], y: [1, Number.NaN] })).toThrow(DomainError)
    expect(wrong({ x: [1, 2], y: [1, Number.NaN] })).toThrow(/observation 1 is the number NaN/)
    expect(wrong([])).toThrow(/no rows/)
    expect(wrong('data')).toThrow(/but the string "data" was given/)
    expect(() => fitted(3 as never, [[1, 2]], start)).toThrow(/fit: takes a function/)
    expect(() => fitted(decay, [[1, 2]], start, { reponse: 'y' } as never)).toThrow(/there is no option reponse/)
    expect(() => fitted((() => undefined) as never, [[1, 2]], start)).toThrow(TreeError)
  })

  it('has no band where parameters are not determined', () => {
    const { status, message, predict } = fitted(
      ({ a, b }: { a: number; b: number }, t: number) => sub(add(a, b), t),
      [
        [0, 1],
        [1, 2],
        [2, 1],
      ],
      { a: 0, b: 0 },
    )
    expect([status, message.includes('do not tell a and b apart')]).toEqual(['singular', true])
    expect(predict(1)).toMatchObject({ standardError: Number.POSITIVE_INFINITY, confidence: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] })
    const exact = fitted(
      ({ a, b }: { a: number; b: number }, t: number) => add(mul(a, t), b),
      [
        [0, 1],
        [1, 2],
      ],
      { a: 0, b: 0 },
    )
    expect(exact.predict(2)).toMatchObject({ value: expect.closeTo(3, 12), standardError: Number.NaN })
  })
})
