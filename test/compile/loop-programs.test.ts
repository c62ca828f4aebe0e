import { describe, expect, it } from 'vitest'
import { loopPrograms } from '../../bench/loops/programs.ts'
import { compile, foriLoop, grad, mul } from '../../src/index.ts'

const numbers = (x: unknown): number[] =>
  typeof x === 'number' ? [x] : ArrayBuffer.isView(x) ? Array.from(x as Float64Array) : Object.values(x as object).flatMap(numbers)

describe('native loops of numerical programs', () => {
  for (const { name, sizes, of } of loopPrograms) {
    const { f, byHand, x } = of(sizes[0] as number)
    const eager = grad(f)(x)

    it(`${name}: the gradient is that by hand`, () => {
      const [given, wanted] = [numbers(eager), numbers(byHand(x))]
      const largest = Math.max(...wanted.map(Math.abs))
      expect(given).toHaveLength(wanted.length)
      for (const [i, each] of given.entries()) expect(Math.abs(each - (wanted[i] as number))).toBeLessThanOrEqual(1e-12 * largest)
    })

    it(`${name}: JavaScript gives the eager gradient bit for bit, other targets to rounding`, () => {
      expect(compile(grad(f), { target: 'js' })(x)).toStrictEqual(eager)
      expect(compile(grad(f), { target: 'interpreter' })(x)).toStrictEqual(eager)
      const [given, wanted] = [numbers(compile(grad(f), { target: 'wasm' })(x)), numbers(eager)]
      const largest = Math.max(...wanted.map(Math.abs))
      for (const [i, each] of given.entries()) expect(Math.abs(each - (wanted[i] as number))).toBeLessThanOrEqual(1e-12 * largest)
    })
  }
})

it('functions with loops of the graph read their arguments as doubles, whatever lists they come from', () => {
  const power = compile((x: number[]) => foriLoop(0, 5, (_, s: number) => mul(s, x[0] as number), x[1] as number), { target: 'js' })
  expect([power([2, 3]), power([0.5, 1.5]), power(Object.assign([2, 3], { more: 1 })), power([1e300, 1e9])]).toEqual([
    96,
    0.046875,
    96,
    Number.POSITIVE_INFINITY,
  ])
  // V8 would keep slow code for a loop in a function that has seen lists of integers and of doubles.
  const [, loop] = /function compiledRounds\(a0\) \{(.*?)\n\}/s.exec(power.source as string) as RegExpExecArray
  expect(loop).toContain('for (')
  expect(loop).not.toContain('a0[')
})
