import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { registry } from '../../src/ops/registry.ts'

const all = registry.flatMap(({ name, names = [] }) => names.map(other => [name, other] as const))

describe('names of operators in other libraries', () => {
  it('are given for most operators', () => {
    expect(new Set(all.map(([name]) => name)).size).toBeGreaterThan(180)
  })

  it('begin with the prefix of a library that is known', () => {
    for (const [name, other] of all) expect(other, name).toMatch(/^(np|scipy|torch|jnp|jax|tf)\.\w+(\.\w+)*$/)
  })

  it.each(all.filter(([, other]) => other.startsWith('tf.')))('of %s: %s is there in TensorFlow.js', (_name, other) => {
    const found = other
      .split('.')
      .slice(1)
      .reduce<unknown>((place, part) => (place as Record<string, unknown>)?.[part], tf)
    expect(typeof found).toBe('function')
  })
})
