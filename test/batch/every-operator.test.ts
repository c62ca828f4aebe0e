import { expect, it } from 'vitest'
import { grad, type Tensor, tensor, trace, vmap } from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import { registry } from '../../src/ops/registry.ts'
import { activeArguments } from '../../src/testing/check-op.ts'
import { type Nested, shapeOfNested } from '../forms/fills.ts'
import { weighted } from '../forms/weights.ts'

/** Lists of tensors of several shapes are no tensors that could be batched. */
const isRegular = (x: unknown) => (typeof x === 'number' || Array.isArray(x)) && shapeOfNested(x as Nested) !== undefined

const cases = registry.filter(each => {
  const [sample = []] = each.samples
  return !('differentiable' in each && !each.differentiable) && activeArguments(each, sample).every(i => isRegular(sample[i]))
})

it.each(cases.map(each => [each.name, each] as const))(
  '%s takes no more steps for many items than for few, and neither does its gradient',
  (name, definition) => {
    const [sample = []] = definition.samples
    const active = activeArguments(definition, sample)
    // biome-ignore lint/suspicious/noExplicitAny: arguments of every kind
    const f = (...given: any[]) => (ops[name as keyof typeof ops] as any)(...sample.map((each, i) => (active.includes(i) ? given[active.indexOf(i)] : each)))
    const slope = grad((...given: Tensor[]) => weighted(f(...given)) as number, { argnum: active.map((_, k) => k) })
    const items = (size: number) => active.map(i => tensor(new Array(size).fill(sample[i])))
    for (const each of [f, slope]) {
      const steps = [2, 9].map(size => trace((...batches: Tensor[]) => vmap(each as typeof f)(...batches), ...items(size)).nodes.length)
      expect(steps[1]).toBe(steps[0])
    }
  },
)
