import { add, grad, mul, reshape, sum, Tensor } from '../../../src/index.ts'
import * as ops from '../../../src/ops/index.ts'
import type { OperatorDefinition } from '../../../src/ops/registry.ts'
import { activeArguments } from '../../../src/testing/check-op.ts'

/** An operator, and its gradient, at all its samples, as one function of their operands. */
export function atSamples(definition: OperatorDefinition) {
  const { samples, name } = definition
  const slopes = !('differentiable' in definition && !definition.differentiable)
  const active = samples.map(sample => activeArguments(definition, sample))
  const args = samples.map((sample, s) => (active[s] as number[]).map(i => sample[i]))
  const f = (given: readonly unknown[][]) =>
    samples.map((sample, s) => {
      const [at, places] = [given[s] as unknown[], active[s] as number[]]
      const value = (...operands: unknown[]) =>
        (ops[name as keyof typeof ops] as (...args: unknown[]) => unknown)(
          ...sample.map((each, i) => (places.includes(i) ? operands[places.indexOf(i)] : each)),
        )
      const slope = grad((...x: unknown[]) => weighted(value(...x)) as number, { argnum: at.map((_, k) => k) }) as (...x: unknown[]) => unknown
      return slopes ? [value(...at), slope(...at)] : [value(...at)]
    })
  return { f, args }
}

/** A sum in which every number of a result counts by its place. */
function weighted(result: unknown): unknown {
  let place = 0
  let total: unknown = 0
  const walk = (leaf: unknown): void => {
    if (leaf !== null && typeof leaf === 'object' && !(leaf instanceof Tensor) && !('arena' in leaf)) {
      for (const each of Object.values(leaf)) walk(each)
      return
    }
    const shape = (leaf as Tensor).shape ?? []
    const size = shape.reduce((product, length) => product * length, 1)
    const weights = Float64Array.from({ length: size }, () => 0.5 + ((0.618 * place++) % 1))
    const term = shape.length === 0 ? mul(leaf as number, weights[0] as number) : sum(mul(leaf as Tensor, reshape(weights, shape)))
    total = total === 0 ? term : add(total as number, term)
  }
  walk(result)
  return total
}
