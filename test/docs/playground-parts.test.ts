import { describe, expect, it } from 'vitest'
import { EXAMPLES } from '../../docs/.vitepress/theme/playground/examples.ts'
import { ofFormula } from '../../docs/.vitepress/theme/playground/formula.ts'
import { markHotLoop } from '../../docs/.vitepress/theme/playground/hot-loop.ts'
import { loadWriter } from '../../docs/.vitepress/theme/playground/language.ts'
import { argumentsOf, flatNames, flatValues, isFlat, readPoint } from '../../docs/.vitepress/theme/playground/point.ts'
import * as dualtape from '../../src/index.ts'
import { compileExpression } from '../../src/mathjs/index.ts'
import * as runtime from '../../src/plugin/runtime.ts'
import { checkGrads } from '../../src/testing/index.ts'

describe('parts of the playground', () => {
  it('read points, with lists', () => {
    const point = readPoint('x = 1.5, v = [1, 2], w=linspace(0, 1, 3)\nz = zeros(2); o = ones(1)')
    expect(point.names).toEqual(['x', 'v', 'w', 'z', 'o'])
    expect(flatValues(point)).toEqual([1.5, 1, 2, 0, 0.5, 1, 0, 0, 1])
    expect(flatNames(point).slice(0, 4)).toEqual(['x', 'v[0]', 'v[1]', 'w[0]'])
    expect(argumentsOf(point, [9, 8, 7, 6, 5, 4, 3, 2, 1])).toEqual([9, [8, 7], [6, 5, 4], [3, 2], [1]])
    expect(isFlat(readPoint('m = [[1, 2], [3, 4]]'))).toBe(false)
  })

  it.each(EXAMPLES)('have an example with derivatives: $language, $title', async ({ language, code, at }) => {
    const { names, values } = readPoint(at)
    if (language === 'mathjs') {
      expect(compileExpression(code).jacobian(Object.fromEntries(names.map((name, i) => [name, values[i]])) as never)).toBeDefined()
      return
    }
    const write = await loadWriter()
    const run = new Function('require', ...Object.keys(dualtape), `${write(code, language)}; return f`)
    const f = run(() => runtime, ...Object.values(dualtape)) as (...args: unknown[]) => unknown
    const few = values.map(value => (Array.isArray(value) && value.length > 40 && value.length !== 900 ? value.slice(0, 40) : value))
    checkGrads(f, few)
  })

  it.each([
    ['x', 'gives no variable a value'],
    ['x = y', 'a number or an array'],
    ['x = zeros(1e9)', 'from 1 to 10000'],
    ['x = ones(2, 3)', 'is no list'],
    ['x = linspace(0, 1)', 'is no list'],
  ])('refuse %s', (text, message) => {
    expect(() => readPoint(text)).toThrow(message)
  })

  it('mark the longest loop of a program, and nothing where there is none', () => {
    const program = [
      'checks',
      'function compiled(x) {',
      '  for (let i = 0; i < 2; i++) {',
      '    a()',
      '  }',
      '  for (let i = 0; i < 9; i++) {',
      '    b({})',
      '    c()',
      '  }',
      '}',
    ]
    const lines = markHotLoop(program.join('\n'))
    expect(lines.map(({ text }) => text)).toEqual(program.slice(1))
    expect(lines.filter(({ hot }) => hot).map(({ text }) => text)).toEqual(program.slice(5, 9))
    expect(markHotLoop('function compiled(x) {\n  return x\n}').some(({ hot }) => hot)).toBe(false)
  })
})

it('levels of a formula are computed all at once, as WebAssembly where there is no GPU', async () => {
  const { ask } = ofFormula('sin(x) * exp(y)', readPoint('x = 1, y = 2'))
  const { values, by, columns, rows, arrows } = await ask({ kind: 'field', x: [-1, 1], y: [-2, 2] })
  expect([by, values.length]).toEqual(['WebAssembly', columns * rows])
  const at = (from: number, i: number, count: number) => from * (1 - (2 * i) / (count - 1))
  values.forEach((each, i) => {
    const [x, y] = [at(-1, i % columns, columns), at(-2, Math.floor(i / columns), rows)]
    expect(each).toBeCloseTo(Math.sin(x) * Math.exp(y), 12)
  })
  // The gradient is (cos x, sin x) eʸ.
  for (const { x, y, dx, dy } of arrows) {
    expect(dx).toBeCloseTo(Math.cos(x) * Math.exp(y), 10)
    expect(dy).toBeCloseTo(Math.sin(x) * Math.exp(y), 10)
  }
})
