import { grad } from '../src/index.ts'
import * as ops from '../src/ops/index.ts'
import type { OperatorDefinition } from '../src/ops/registry.ts'
import { activeArguments } from '../src/testing/check-op.ts'
import { weighted } from './forms/weights.ts'

type F = (...given: unknown[]) => unknown

/** An operator at a sample, by default its first, as a function of the operands that are no constants, and the gradient of a sum of its result. */
export function atSample(
  definition: OperatorDefinition,
  sample: readonly unknown[] = definition.samples[0] ?? [],
  total: (result: unknown) => unknown = weighted,
) {
  const active = activeArguments(definition, sample)
  const operator = ops[definition.name as keyof typeof ops] as F
  const value: F = (...given) => operator(...sample.map((each, i) => (active.includes(i) ? given[active.indexOf(i)] : each)))
  const isConstant = 'differentiable' in definition && !definition.differentiable
  const slope = isConstant ? undefined : (grad((...x: unknown[]) => total(value(...x)) as number, { argnum: active.map((_, k) => k) }) as F)
  return { value, slope, args: active.map(i => sample[i]) }
}

/** An operator, and with `slopes` its gradient, at all its samples, as one function of their operands. */
export function atSamples(definition: OperatorDefinition, slopes = true) {
  const all = definition.samples.map(sample => atSample(definition, sample))
  const f = (given: readonly unknown[][]) =>
    all.map(({ value, slope }, s) => {
      const at = given[s] as unknown[]
      return slopes && slope !== undefined ? [value(...at), slope(...at)] : [value(...at)]
    })
  return { f, args: all.map(({ args }) => args) }
}
