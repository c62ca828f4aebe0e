import { describe, expect, it } from 'vitest'
import * as ops from '../../src/ops/index.ts'
import { registry } from '../../src/ops/registry.ts'
import { checkOp } from '../../src/testing/index.ts'

describe('every registered operator', () => {
  let checks = 0
  it.each(registry.map(definition => definition.name))('%s satisfies what all operators must', name => {
    const operator = ops[name as keyof typeof ops] as unknown as Parameters<typeof checkOp>[0]
    const count = checkOp(operator)
    expect(count).toBeGreaterThan(0)
    checks += count
  })

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
