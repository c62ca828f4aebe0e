import { describe, expect, it } from 'vitest'
import type { ElementwiseDefinition } from '../../src/ops/kinds/elementwise.ts'
import { registry } from '../../src/ops/registry.ts'
import { checkSource, eslint } from '../../src/plugin/index.ts'
import { remainder, rounded } from '../../src/plugin/rounding.ts'
import { smoothnessOf } from '../../src/plugin/smoothness.ts'

const CODE = `import { g } from './g.js'
export function f(p: number[], t: number): number {
  'use ad'
  let y = 0
  for (let k = 0; k < p.length; k += 2) y += p[k]! * Math.floor(p[Math.floor(k / 2)]! * t)
  if (t) y = y % 2
  y |= 0
  const z = Math.clz32(y) + Math.sin(y) + Math.hypot(y, t) +
    Math.max(t, 0) + g(parseInt(y)) + parseInt('3')
  const h = (x: number) => !x || x > 1 ? Number.isNaN(x) : typeof x === 'string'
  switch (t) { case 1: return z }
  return (p.length & 1) === 0 && h(t) ? ~t : y
}
export const unmarked = (x: number) => Math.floor(x) | 0
`

describe('checkSource', () => {
  it('in modules that are taken for marked', () => {
    const code = 'export const f = x => Math.floor(x)'
    expect(checkSource(code)).toEqual([])
    expect(checkSource(code, { mark: true }).map(({ kind }) => kind)).toEqual(['discontinuous'])
  })

  it('knows the counters of each function, whatever another calls so', () => {
    const code = "'use ad'\nconst f = (o, x) => { for (let i = 0; i < o.rows; i++) if (i % 2 === 0) x *= o[i >> 1] }\nconst g = i => [1].map(i => i > 2)"
    expect(checkSource(code).map(each => each.code)).toEqual(['i > 2'])
  })

  it('lists what in marked functions throws, jumps, has kinks or asks, where it stands', () => {
    expect(checkSource(CODE, { filename: 'f.ts' }).map(({ line, column, kind, code }) => `${line}:${column} ${kind} ${code}`)).toEqual([
      '5:54 discontinuous Math.floor(p[Math.floor(k / 2)]! * t)',
      '6:3 refused if (t) y = y % 2',
      '6:14 discontinuous y % 2',
      '7:3 refused y |= 0',
      '8:13 refused Math.clz32(y)',
      '9:5 kink Math.max(t, 0)',
      '9:24 refused parseInt(y)',
      '10:28 refused !x',
      '10:34 guard x > 1',
      '10:42 guard Number.isNaN(x)',
      '11:3 refused switch (t) { case 1: return z }',
      '12:41 refused ~t',
    ])
  })

  it('leaves out conditions that a mask selects by where they are compiled', () => {
    const kinds = (body: string) => checkSource(`function f(x, xs) { 'use ad'; ${body} }`).map(each => `${each.kind} ${each.code}`)
    expect(
      kinds('let y = x > 1 ? x : 1; if (y < 2 && x > 3) y = y * 2; for (const v of xs) { if (v < 3) continue; y += v } if (x < 0) return 0; return y'),
    ).toEqual([])
    expect(kinds('if (x > 1) g(x); for (; x < 3; ) { if (x > 2) break } return x > 4 ? [x] : 1')).toEqual([
      'guard x > 1',
      'guard x < 3',
      'guard x > 2',
      'guard x > 4',
    ])
  })

  it('takes all functions of a marked module, and none of another', () => {
    expect(checkSource("'use ad'\nexport const f = x => Math.abs(x)")).toMatchObject([{ line: 2, column: 23, kind: 'kink', message: /At the kink x = 0/ }])
    expect(checkSource('export const f = x => Math.abs(x)')).toEqual([])
  })

  it('is a rule for ESLint', () => {
    const reported: unknown[] = []
    const context = { filename: 'f.ts', sourceCode: { text: CODE }, options: [{ kinds: ['kink' as const] }], report: (each: unknown) => reported.push(each) }
    eslint.rules.smooth.create(context).Program()
    expect(reported).toEqual([{ loc: { line: 9, column: 4 }, message: expect.stringMatching(/^Math\.max has kinks/) }])
  })
})

describe('what an operator does at points is found from its definition', () => {
  const named = (name: string) => registry.find(each => each.name === name) as ElementwiseDefinition

  it.each([
    ['jumps', ['floor', 'ceil', 'round', 'trunc', 'sign', 'mod', 'atan2', 'greater']],
    ['kinks', ['abs', 'maximum', 'minimum', 'relu', 'clip']],
    ['smooth', ['add', 'mul', 'div', 'pow', 'sqrt', 'cbrt', 'hypot', 'log', 'tan', 'sin', 'exp', 'atan', 'acosh', 'erf', 'reciprocal']],
  ])('it %s: %j', (wanted, names) => {
    for (const name of names) expect(smoothnessOf(named(name)), name).toBe(wanted)
  })

  it('also of those that JavaScript has otherwise', () => {
    expect([remainder, rounded].map(each => smoothnessOf(each.definition))).toEqual(['jumps', 'jumps'])
  })

  it('and what has no partials and gives numbers jumps, or does nothing', () => {
    const flat = registry.filter(each => each.kind === 'elementwise' && each.partials === undefined && !each.mask && each.arity === 1)
    expect(flat.length).toBeGreaterThan(4)
    for (const each of flat)
      expect([each.name, smoothnessOf(each as ElementwiseDefinition)]).toEqual([each.name, each.name === 'stopGradient' ? 'smooth' : 'jumps'])
  })
})
