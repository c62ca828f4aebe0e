import { describe, expect, it } from 'vitest'
import { byHand } from '../examples/by-hand.ts'
import { dynamicGraph } from '../examples/dynamic-graph.ts'
import { trainIris } from '../examples/iris.ts'
import { DATA_SETS, fitDataSet, readDataSet } from '../examples/nist.ts'
import { fitPlain, MODELS } from '../examples/plain.ts'
import { trainRecurrent } from '../examples/recurrent.ts'
import { trainTwoLayers } from '../examples/two-layers.ts'
import { formulaOf } from '../src/cli/expressions.ts'
import type { Tensor } from '../src/index.ts'

describe('the main job', () => {
  it.each(DATA_SETS.flatMap(name => [[name, 0] as const, [name, 1] as const]))(
    "fits NIST's %s from starting point %i to the certified values",
    (name, start) => {
      const { digits, deviationDigits, status } = fitDataSet(readDataSet(name), start)
      expect(status).toBe('converged')
      expect(digits).toBeGreaterThan(6)
      // The residuals of Lanczos1 are 1e-14 of the data: rounding of the data shows in them after 3 digits.
      expect(deviationDigits).toBeGreaterThan(name === 'Lanczos1' ? 2.5 : 6)
    },
  )

  it.each(Object.keys(MODELS))("fits NIST's %s by a model in plain TypeScript", name => {
    const set = readDataSet(name)
    const [x] = set.columns.x as [number]
    const start = Object.fromEntries(set.parameters.map((each, i) => [each, set.starts[1][i] as number]))
    const formula = formulaOf(set.model, set.columns)(start) as Tensor
    expect(MODELS[name]?.(start, x)).toBeCloseTo(formula.data[0] as number, 10)
    expect(fitPlain(name, 1).digits).toBeGreaterThan(6)
  })

  it('classifies held-out irises', () => {
    const losses: number[] = []
    const { accuracy } = trainIris(({ loss }) => losses.push(loss))
    expect(accuracy).toBeGreaterThan(0.95)
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 10)
  })
})

describe('define-by-run', () => {
  it('walks through a graph that grows', () => {
    const lines: string[] = []
    const { x, w, turns } = dynamicGraph(line => lines.push(line))
    // y₁ = s² + 1, y₂ = y₁² + 1 with s = 10 w at w = 1: ∂y₂/∂w = 2 y₁ · 2 s · 10, on top of no gradient; x has 2 of the first part.
    expect([turns, w]).toEqual([2, 2 * 101 * 2 * 10 * 10])
    expect(x.toArray()).toEqual([1, 1].map(() => [1, 1].map(() => 2 + 2 * 101 * 2 * 10)))
    expect(lines[0]).toContain('Variable([2, 2], [[2, 4]')
  })

  it('gives the gradient that is derived by hand', () => {
    const { hand, tape, functional } = byHand()
    for (const name of ['W1', 'W2'] as const) {
      hand[name].flat().forEach((each, i) => {
        expect(tape[name].data[i]).toBeCloseTo(each, 14)
        expect(functional[name].data[i]).toBe(tape[name].data[i])
      })
    }
  })

  it('trains a network of two layers', () => {
    const { losses, accuracy } = trainTwoLayers(600)
    expect(accuracy).toBeGreaterThan(0.98)
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 20)
  })

  it('trains a recurrent network on sequences of different length', () => {
    const { accuracy } = trainRecurrent()
    expect(accuracy).toBeGreaterThan(0.98)
  })
})
