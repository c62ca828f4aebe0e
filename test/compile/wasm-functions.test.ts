import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile, tensor } from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'

/** Values from mpmath, as sums of two doubles: see test/reference/make_elementary.py. */
const tables = JSON.parse(readFileSync(new URL('../reference/elementary.json', import.meta.url), 'utf8')) as Record<string, [number, number, number][]>

/** The distance from a double to the next. */
function ulp(x: number): number {
  return Math.max(2 ** (Math.floor(Math.log2(Math.abs(x))) - 52), Number.MIN_VALUE)
}

/** Errors in units in the last place that are allowed: 1, and for functions that are made of several parts 2. */
const LIMITS: Record<string, number> = { exp: 1, log: 1, log1p: 1, sin: 1, cos: 1, tanh: 1, expm1: 1.5, sinh: 2, cosh: 2, erf: 2, sigmoid: 2.5, softplus: 2 }

describe('elementary functions in WebAssembly', () => {
  it.each(Object.keys(tables))('%s is right to its limit, for one number and for two at a time', name => {
    const rows = tables[name] as [number, number, number][]
    const operator = ops[name as 'sin']
    const one = compile((x: ReturnType<typeof tensor>) => operator(x), { target: 'wasm' })
    const two = compile((x: ReturnType<typeof tensor>) => operator(x), { target: 'wasm' })
    const ofEngine = compile((x: number) => operator(x), { target: 'wasm' })
    const together = two(tensor(rows.map(([x]) => x))).data
    let worst = 0
    rows.forEach(([x, high, low], i) => {
      const found = one(tensor([x])).data[0] as number
      expect(together[i], `of ${x} in a tensor`).toBe(found)
      expect(ofEngine(x), `of ${x} in a program on numbers`).toBe(operator(x))
      worst = Math.max(worst, Math.abs(found - high - low) / ulp(high))
    })
    expect([one, two, ofEngine].map(each => each.target)).toEqual(['wasm', 'wasm', 'wasm'])
    expect(worst).toBeLessThanOrEqual(LIMITS[name] as number)
  })

  it.each(Object.keys(tables))('%s gives for 0, −0, ∞, NaN and subnormal numbers what Math gives', name => {
    const operator = ops[name as 'sin']
    const one = compile((x: ReturnType<typeof tensor>) => operator(x), { target: 'wasm' })
    const two = compile((x: ReturnType<typeof tensor>) => operator(x), { target: 'wasm' })
    const points = [0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1e-310, -1e-310]
    const together = two(tensor(points)).data
    points.forEach((x, i) => {
      const expected = operator(x)
      for (const found of [one(tensor([x])).data[0], together[i]]) {
        if (Number.isFinite(expected) && expected !== 0) expect(Math.abs((found as number) - expected)).toBeLessThanOrEqual(2 * ulp(expected))
        else expect(found).toBe(expected)
      }
    })
  })
})
