import { describe, expect, it } from 'vitest'
import { loopPrograms } from '../../bench/loops/programs.ts'
import { compile, grad } from '../../src/index.ts'

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
