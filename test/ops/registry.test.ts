import { describe, expect, it } from 'vitest'
import { grad } from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import { registry } from '../../src/ops/registry.ts'
import { activeArguments } from '../../src/testing/check-op.ts'
import { checkOp } from '../../src/testing/index.ts'
import { PARTS } from '../forms/cases.ts'
import { weighted } from '../forms/weights.ts'

describe('every registered operator', () => {
  let checks = 0
  it.each(registry.map(definition => definition.name))('%s satisfies what all operators must', name => {
    const operator = ops[name as keyof typeof ops] as unknown as Parameters<typeof checkOp>[0]
    const count = checkOp(operator)
    expect(count).toBeGreaterThan(0)
    checks += count
  })

  const SHAPES = [[], 3, [1.5, 2], [[]], [[1.5], [2]], [[1.5, 2]], [[[1.5]]]]
  // biome-ignore lint/suspicious/noExplicitAny: arguments of every kind
  type Any = any
  it.each(registry.filter(({ name }) => !PARTS.includes(name)))(
    '$name takes an argument of another shape, with a gradient, or refuses it in its own words',
    definition => {
      for (const sample of definition.samples) {
        for (const i of activeArguments(definition, sample)) {
          const f = (t: Any) => (ops[definition.name as keyof typeof ops] as Any)(...sample.map((each, k) => (k === i ? t : each)))
          for (const x of SHAPES) {
            const words = (run: () => unknown) => {
              try {
                run()
              } catch (error) {
                return (error as Error).name
              }
              return undefined
            }
            const refused = words(() => f(x))
            expect(['Error', 'TypeError', 'RangeError', 'ReferenceError'], JSON.stringify(x)).not.toContain(refused)
            if (refused === undefined)
              expect([undefined, 'DomainError'], JSON.stringify(x)).toContain(words(() => grad((t: Any) => weighted(f(t)) as number)(x)))
          }
        }
      }
    },
  )

  it('is described, and its name is the one it is exported by', () => {
    expect(new Set(registry.map(each => each.name)).size).toBe(registry.length)
    for (const { name, summary, formula, samples } of registry) {
      expect(ops, name).toHaveProperty(name)
      expect(summary, name).toMatch(/^[A-Z|−].*\.$/)
      expect(formula, name).not.toBe('')
      expect(samples.length, name).toBeGreaterThan(0)
    }
    console.log(`${registry.length} operators, ${checks} checks`)
  })
})
