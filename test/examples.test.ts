import { describe, expect, it } from 'vitest'
import { trainIris } from '../examples/iris.ts'
import { DATA_SETS, fitDataSet, readDataSet } from '../examples/nist.ts'

describe('the main job', () => {
  it.each(DATA_SETS.flatMap(name => [[name, 0] as const, [name, 1] as const]))(
    "fits NIST's %s from starting point %i to the certified values",
    (name, start) => {
      const { digits, deviationDigits, converged } = fitDataSet(readDataSet(name), start)
      expect(converged).toBe(true)
      expect(digits).toBeGreaterThan(6)
      // The residuals of Lanczos1 are 1e-14 of the data: rounding of the data shows in them after 3 digits.
      expect(deviationDigits).toBeGreaterThan(name === 'Lanczos1' ? 2.5 : 6)
    },
  )

  it('classifies held-out irises', () => {
    const losses: number[] = []
    const { accuracy } = trainIris(({ loss }) => losses.push(loss))
    expect(accuracy).toBeGreaterThan(0.95)
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 10)
  })
})
